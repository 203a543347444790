//! The keys of the list of evaluations.

use crate::ui::{keymap::Binding, screens::sheet::Side};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Edit,
    Add,
    Delete,
    Undo,
    Move(Side),
    Publish,
    Sheet,
    Down,
    Up,
    First,
    Last,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding {
        keys: &["<enter>", "e", "<f2>"],
        action: Do::Edit,
        help: "evaluations-key-edit",
        hint: Some("evaluations-hint-edit"),
    },
    Binding { keys: &["+", "a"], action: Do::Add, help: "evaluations-key-add", hint: Some("evaluations-hint-add") },
    Binding {
        keys: &["d", "<delete>"],
        action: Do::Delete,
        help: "evaluations-key-delete",
        hint: Some("evaluations-hint-delete"),
    },
    Binding { keys: &["u"], action: Do::Undo, help: "evaluations-key-undo", hint: Some("evaluations-hint-undo") },
    Binding { keys: &["<lt>"], action: Do::Move(Side::Left), help: "evaluations-key-up", hint: None },
    Binding { keys: &[">"], action: Do::Move(Side::Right), help: "evaluations-key-down", hint: None },
    Binding { keys: &["p"], action: Do::Publish, help: "sheet-key-publish", hint: Some("evaluations-hint-publish") },
    Binding { keys: &["m"], action: Do::Sheet, help: "evaluations-key-sheet", hint: Some("evaluations-hint-sheet") },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
    Binding { keys: &["<home>", "g"], action: Do::First, help: "key-first", hint: None },
    Binding { keys: &["<end>", "G"], action: Do::Last, help: "key-last", hint: None },
];

/// The form; all other keys are its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormDo {
    Save,
    Cancel,
    /// The form's own.
    Move,
}

pub const FORM_KEYS: &[Binding<FormDo>] = &[
    Binding {
        keys: &["<C-s>"],
        action: FormDo::Save,
        help: "sheet-column-key-save",
        hint: Some("sheet-column-hint-save"),
    },
    Binding {
        keys: &["<tab>", "<down>", "<enter>"],
        action: FormDo::Move,
        help: "form-key-next",
        hint: Some("form-hint-next"),
    },
    Binding { keys: &["<S-tab>", "<up>"], action: FormDo::Move, help: "form-key-previous", hint: None },
    Binding {
        keys: &["<left>", "<right>"],
        action: FormDo::Move,
        help: "student-form-key-change",
        hint: Some("form-hint-change"),
    },
    Binding {
        keys: &["<esc>"],
        action: FormDo::Cancel,
        help: "sheet-column-key-cancel",
        hint: Some("sheet-column-hint-cancel"),
    },
];

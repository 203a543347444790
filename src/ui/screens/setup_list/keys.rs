//! The keys of every set-up list: in the list, while finding, in the form.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Add,
    Edit,
    Remove,
    Undo,
    /// Adds what is usual and is not there yet.
    Fill,
    Find,
    Down,
    Up,
    PageDown,
    PageUp,
    First,
    Last,
    Refresh,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["a"], action: Do::Add, help: "list-key-add", hint: Some("list-hint-add") },
    Binding { keys: &["<enter>", "e", "l"], action: Do::Edit, help: "list-key-edit", hint: Some("list-hint-edit") },
    Binding { keys: &["d", "<delete>"], action: Do::Remove, help: "list-key-remove", hint: Some("list-hint-remove") },
    Binding { keys: &["u"], action: Do::Undo, help: "list-key-undo", hint: Some("list-hint-undo") },
    Binding { keys: &["p"], action: Do::Fill, help: "list-key-fill", hint: Some("list-hint-fill") },
    Binding { keys: &["/", "f"], action: Do::Find, help: "list-key-find", hint: Some("list-hint-find") },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
    Binding { keys: &["<pagedown>"], action: Do::PageDown, help: "help-page-down", hint: None },
    Binding { keys: &["<pageup>"], action: Do::PageUp, help: "help-page-up", hint: None },
    Binding { keys: &["<home>", "g"], action: Do::First, help: "key-first", hint: None },
    Binding { keys: &["<end>", "G"], action: Do::Last, help: "key-last", hint: None },
    Binding { keys: &["<f5>"], action: Do::Refresh, help: "list-key-refresh", hint: None },
];

/// While the words to find are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindDo {
    Keep,
    Forget,
    Down,
    Up,
}

pub const FIND_KEYS: &[Binding<FindDo>] = &[
    Binding { keys: &["<enter>"], action: FindDo::Keep, help: "list-find-keep", hint: Some("list-find-keep") },
    Binding { keys: &["<down>"], action: FindDo::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>"], action: FindDo::Up, help: "key-up", hint: None },
    Binding { keys: &["<esc>"], action: FindDo::Forget, help: "list-find-forget", hint: Some("list-find-forget") },
];

/// In the form. Moving is the form's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormDo {
    Save,
    Next,
    Previous,
    Cancel,
}

pub const FORM_KEYS: &[Binding<FormDo>] = &[
    Binding {
        keys: &["<enter>", "<tab>", "<down>"],
        action: FormDo::Next,
        help: "form-key-next",
        hint: Some("form-hint-next"),
    },
    Binding { keys: &["<S-tab>", "<up>"], action: FormDo::Previous, help: "form-key-previous", hint: None },
    Binding { keys: &["<C-s>"], action: FormDo::Save, help: "form-key-save", hint: Some("form-hint-save") },
    Binding { keys: &["<esc>"], action: FormDo::Cancel, help: "list-form-cancel", hint: Some("list-form-cancel") },
];

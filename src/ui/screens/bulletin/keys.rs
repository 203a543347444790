//! The keys beside the marks: of the list, of a text that is written, of the phrases, of the honours.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Enter,
    /// A digit begins a number.
    Type,
    Phrases,
    Empty,
    Undo,
    Redo,
    NextTerm,
    PreviousTerm,
    Down,
    Up,
    Left,
    Right,
    PageDown,
    PageUp,
    First,
    Last,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding {
        keys: &["<enter>", "<f2>", "i"],
        action: Do::Enter,
        help: "bulletin-key-enter",
        hint: Some("bulletin-hint-enter"),
    },
    Binding {
        keys: &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        action: Do::Type,
        help: "bulletin-key-type",
        hint: None,
    },
    Binding { keys: &["p"], action: Do::Phrases, help: "bulletin-key-phrases", hint: Some("bulletin-hint-phrases") },
    Binding {
        keys: &["<delete>", "x"],
        action: Do::Empty,
        help: "bulletin-key-empty",
        hint: Some("bulletin-hint-empty"),
    },
    Binding { keys: &["u"], action: Do::Undo, help: "sheet-key-undo", hint: Some("sheet-hint-undo") },
    Binding { keys: &["<C-r>"], action: Do::Redo, help: "sheet-key-redo", hint: None },
    Binding { keys: &["t"], action: Do::NextTerm, help: "sheet-key-next-term", hint: Some("bulletin-hint-term") },
    Binding { keys: &["T"], action: Do::PreviousTerm, help: "sheet-key-previous-term", hint: None },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
    Binding { keys: &["<right>", "l", "<tab>"], action: Do::Right, help: "sheet-key-right", hint: None },
    Binding { keys: &["<left>", "h", "<S-tab>"], action: Do::Left, help: "sheet-key-left", hint: None },
    Binding { keys: &["<pagedown>"], action: Do::PageDown, help: "sheet-key-page-down", hint: None },
    Binding { keys: &["<pageup>"], action: Do::PageUp, help: "sheet-key-page-up", hint: None },
    Binding { keys: &["<home>", "g"], action: Do::First, help: "key-first", hint: None },
    Binding { keys: &["<end>", "G"], action: Do::Last, help: "key-last", hint: None },
];

/// While something is written; all other keys are the text's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditDo {
    /// Hands it in; the next student.
    Next,
    Previous,
    /// Hands it in; the next column.
    Right,
    Phrases,
    Cancel,
}

pub const EDIT_KEYS: &[Binding<EditDo>] = &[
    Binding {
        keys: &["<enter>", "<down>"],
        action: EditDo::Next,
        help: "bulletin-edit-key-next",
        hint: Some("bulletin-edit-hint-next"),
    },
    Binding { keys: &["<up>"], action: EditDo::Previous, help: "bulletin-edit-key-previous", hint: None },
    Binding { keys: &["<tab>"], action: EditDo::Right, help: "bulletin-edit-key-right", hint: None },
    Binding {
        keys: &["<f4>"],
        action: EditDo::Phrases,
        help: "bulletin-key-phrases",
        hint: Some("bulletin-edit-hint-phrases"),
    },
    Binding {
        keys: &["<esc>"],
        action: EditDo::Cancel,
        help: "bulletin-edit-key-cancel",
        hint: Some("bulletin-edit-hint-cancel"),
    },
];

/// In a list that is picked from: phrases by letters, honours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickDo {
    Take,
    /// Of every band, or only of the student's.
    All,
    Down,
    Up,
    Cancel,
}

pub const PICK_KEYS: &[Binding<PickDo>] = &[
    Binding {
        keys: &["<enter>"],
        action: PickDo::Take,
        help: "bulletin-pick-key-take",
        hint: Some("bulletin-pick-hint-take"),
    },
    Binding {
        keys: &["<tab>"],
        action: PickDo::All,
        help: "bulletin-pick-key-all",
        hint: Some("bulletin-pick-hint-all"),
    },
    Binding { keys: &["<down>"], action: PickDo::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>"], action: PickDo::Up, help: "key-up", hint: None },
    Binding {
        keys: &["<esc>"],
        action: PickDo::Cancel,
        help: "bulletin-edit-key-cancel",
        hint: Some("bulletin-edit-hint-cancel"),
    },
];

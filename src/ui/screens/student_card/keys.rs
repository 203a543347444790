//! The keys of a student's card.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Sheet,
    Explain,
    ExplainGeneral,
    ExplainYear,
    Tab,
    Edit,
    Guardians,
    Delete,
    Undo,
    NextStudent,
    PreviousStudent,
    NextTerm,
    PreviousTerm,
    Down,
    Up,
    PageDown,
    PageUp,
    First,
    Last,
    Reread,
    Back,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding {
        keys: &["<enter>"],
        action: Do::Sheet,
        help: "student-card-key-sheet",
        hint: Some("student-card-hint-sheet"),
    },
    Binding { keys: &["<tab>"], action: Do::Tab, help: "student-card-key-tab", hint: Some("student-card-hint-tab") },
    Binding {
        keys: &["<right>", "l", "t"],
        action: Do::NextTerm,
        help: "student-card-key-next-term",
        hint: Some("student-card-hint-term"),
    },
    Binding {
        keys: &["<left>", "h", "T"],
        action: Do::PreviousTerm,
        help: "student-card-key-previous-term",
        hint: None,
    },
    Binding {
        keys: &["n"],
        action: Do::NextStudent,
        help: "student-card-key-next",
        hint: Some("student-card-hint-next"),
    },
    Binding { keys: &["="], action: Do::Explain, help: "student-card-key-explain", hint: Some("sheet-hint-explain") },
    Binding { keys: &["m"], action: Do::ExplainGeneral, help: "student-card-key-explain-general", hint: None },
    Binding { keys: &["y"], action: Do::ExplainYear, help: "student-card-key-explain-year", hint: None },
    Binding { keys: &["N", "p"], action: Do::PreviousStudent, help: "student-card-key-previous", hint: None },
    Binding { keys: &["e"], action: Do::Edit, help: "student-card-key-edit", hint: Some("student-card-hint-edit") },
    Binding {
        keys: &["r"],
        action: Do::Guardians,
        help: "student-card-key-guardians",
        hint: Some("student-card-hint-guardians"),
    },
    Binding {
        keys: &["d", "<delete>"],
        action: Do::Delete,
        help: "student-card-key-delete",
        hint: Some("student-card-hint-delete"),
    },
    Binding { keys: &["u"], action: Do::Undo, help: "student-card-key-undo", hint: None },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
    Binding {
        keys: &["<pagedown>", "<C-d>", "<C-f>"],
        action: Do::PageDown,
        help: "students-key-page-down",
        hint: None,
    },
    Binding { keys: &["<pageup>", "<C-u>", "<C-b>"], action: Do::PageUp, help: "students-key-page-up", hint: None },
    Binding { keys: &["<home>", "g"], action: Do::First, help: "key-first", hint: None },
    Binding { keys: &["<end>", "G"], action: Do::Last, help: "key-last", hint: None },
    Binding { keys: &["<f5>"], action: Do::Reread, help: "student-card-key-reread", hint: None },
    Binding { keys: &["<esc>"], action: Do::Back, help: "key-back", hint: None },
];

//! The keys of the completion matrix.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Open,
    NextMissing,
    NextTerm,
    PreviousTerm,
    Year,
    Down,
    Up,
    Left,
    Right,
    PageDown,
    PageUp,
    First,
    Last,
    Refresh,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["<enter>"], action: Do::Open, help: "completion-key-open", hint: Some("completion-hint-open") },
    Binding {
        keys: &["<tab>", "t"],
        action: Do::NextTerm,
        help: "completion-key-next-term",
        hint: Some("completion-hint-term"),
    },
    Binding { keys: &["<S-tab>", "T"], action: Do::PreviousTerm, help: "completion-key-previous-term", hint: None },
    Binding { keys: &["y", "<C-y>"], action: Do::Year, help: "picker-key-year", hint: Some("picker-hint-year") },
    Binding {
        keys: &["m", "n"],
        action: Do::NextMissing,
        help: "completion-key-missing",
        hint: Some("completion-hint-missing"),
    },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
    Binding { keys: &["<left>", "h"], action: Do::Left, help: "sheet-key-left", hint: None },
    Binding { keys: &["<right>", "l"], action: Do::Right, help: "sheet-key-right", hint: None },
    Binding { keys: &["<pagedown>"], action: Do::PageDown, help: "students-key-page-down", hint: None },
    Binding { keys: &["<pageup>"], action: Do::PageUp, help: "students-key-page-up", hint: None },
    Binding { keys: &["<home>", "g"], action: Do::First, help: "key-first", hint: None },
    Binding { keys: &["<end>", "G"], action: Do::Last, help: "key-last", hint: None },
    Binding { keys: &["<f5>"], action: Do::Refresh, help: "list-key-refresh", hint: None },
];

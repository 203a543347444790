//! The keys of the picker; letters are typed to find.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Open,
    Back,
    NextTerm,
    PreviousTerm,
    Year,
    Down,
    Up,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["<enter>"], action: Do::Open, help: "picker-key-open", hint: Some("picker-key-open") },
    Binding { keys: &["<down>"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>"], action: Do::Up, help: "key-up", hint: None },
    Binding {
        keys: &["<tab>", "<C-right>"],
        action: Do::NextTerm,
        help: "picker-key-next-term",
        hint: Some("picker-hint-term"),
    },
    Binding { keys: &["<S-tab>", "<C-left>"], action: Do::PreviousTerm, help: "picker-key-previous-term", hint: None },
    Binding { keys: &["<C-y>"], action: Do::Year, help: "picker-key-year", hint: Some("picker-hint-year") },
    Binding { keys: &["<esc>"], action: Do::Back, help: "picker-key-clear", hint: Some("picker-hint-clear") },
];

//! The keys of the options: of the list of classes and subjects, and of the list of students.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    Open,
    Back,
    Down,
    Up,
}

pub const PICK: &[Binding<Pick>] = &[
    Binding { keys: &["<enter>"], action: Pick::Open, help: "options-key-open", hint: Some("options-hint-open") },
    Binding { keys: &["<esc>"], action: Pick::Back, help: "picker-key-clear", hint: None },
    Binding { keys: &["<down>"], action: Pick::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>"], action: Pick::Up, help: "key-up", hint: None },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Turn,
    All,
    Nobody,
    Save,
    Undo,
    Back,
    Down,
    Up,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["<space>", "x"], action: Do::Turn, help: "options-key-turn", hint: Some("options-hint-turn") },
    Binding { keys: &["a"], action: Do::All, help: "options-key-all", hint: Some("options-hint-all") },
    Binding { keys: &["n"], action: Do::Nobody, help: "options-key-nobody", hint: Some("options-hint-nobody") },
    Binding { keys: &["<C-s>", "<enter>"], action: Do::Save, help: "form-key-save", hint: Some("form-hint-save") },
    Binding { keys: &["u"], action: Do::Undo, help: "list-key-undo", hint: Some("list-hint-undo") },
    Binding { keys: &["<esc>"], action: Do::Back, help: "options-key-back", hint: None },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
];

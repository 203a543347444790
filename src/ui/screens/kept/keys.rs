//! The keys of the screen of kept marks.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    /// To the cell, where a choice is made or another mark typed.
    Open,
    Drop,
    Down,
    Up,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["<enter>"], action: Do::Open, help: "kept-key-open", hint: Some("kept-hint-open") },
    Binding { keys: &["<delete>", "x"], action: Do::Drop, help: "kept-key-drop", hint: Some("kept-hint-drop") },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
];

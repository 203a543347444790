//! The keys of the home menu.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Down,
    Up,
    First,
    Last,
    Open,
    Logout,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding {
        keys: &["<enter>", "l", "<right>"],
        action: Do::Open,
        help: "home-key-open",
        hint: Some("home-key-open"),
    },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: Some("home-hint-move") },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
    Binding { keys: &["<home>", "g"], action: Do::First, help: "key-first", hint: None },
    Binding { keys: &["<end>", "G"], action: Do::Last, help: "key-last", hint: None },
    Binding { keys: &["X"], action: Do::Logout, help: "home-key-logout", hint: Some("home-hint-logout") },
];

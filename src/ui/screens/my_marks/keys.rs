//! The keys of *Mes notes*.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    NextTerm,
    PreviousTerm,
    NextChild,
    Down,
    Up,
    PageDown,
    PageUp,
    First,
    Last,
    Explain,
    ExplainGeneral,
    Refresh,
    Password,
    Logout,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["<right>", "l"], action: Do::NextTerm, help: "my-key-next-term", hint: Some("my-hint-term") },
    Binding { keys: &["<left>", "h"], action: Do::PreviousTerm, help: "my-key-previous-term", hint: None },
    Binding { keys: &["<tab>", "c"], action: Do::NextChild, help: "my-key-child", hint: Some("my-hint-child") },
    Binding { keys: &["="], action: Do::Explain, help: "my-key-explain", hint: Some("sheet-hint-explain") },
    Binding { keys: &["m"], action: Do::ExplainGeneral, help: "student-card-key-explain-general", hint: None },
    Binding { keys: &["X"], action: Do::Logout, help: "home-key-logout", hint: Some("my-hint-logout") },
    Binding { keys: &["p"], action: Do::Password, help: "menu-password-about", hint: Some("my-hint-password") },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
    Binding { keys: &["<pagedown>", "<space>"], action: Do::PageDown, help: "help-page-down", hint: None },
    Binding { keys: &["<pageup>"], action: Do::PageUp, help: "help-page-up", hint: None },
    Binding { keys: &["<home>", "g"], action: Do::First, help: "key-first", hint: None },
    Binding { keys: &["<end>", "G"], action: Do::Last, help: "key-last", hint: None },
    Binding { keys: &["<f5>", "r"], action: Do::Refresh, help: "student-card-key-reread", hint: None },
];

//! The keys of the login screen.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Next,
    Previous,
    Enter,
    Language,
    NextDemo,
    PreviousDemo,
    Retry,
    Quit,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["<enter>"], action: Do::Enter, help: "login-key-enter", hint: Some("login-key-enter") },
    Binding { keys: &["<tab>", "<down>"], action: Do::Next, help: "login-key-next", hint: Some("login-key-next") },
    Binding { keys: &["<S-tab>", "<up>"], action: Do::Previous, help: "login-key-previous", hint: None },
    Binding { keys: &["<pagedown>"], action: Do::NextDemo, help: "login-key-demo", hint: Some("login-hint-demo") },
    Binding { keys: &["<pageup>"], action: Do::PreviousDemo, help: "login-key-demo-back", hint: None },
    Binding { keys: &["<f2>"], action: Do::Language, help: "login-key-language", hint: Some("login-hint-language") },
];

/// In front of a store that cannot be opened, where nothing can be typed.
pub const TROUBLE: &[Binding<Do>] = &[
    Binding { keys: &["<enter>"], action: Do::Retry, help: "login-key-retry", hint: Some("login-key-retry") },
    Binding { keys: &["<f2>"], action: Do::Language, help: "login-key-language", hint: Some("login-hint-language") },
    Binding { keys: &["q", "<esc>"], action: Do::Quit, help: "login-key-quit", hint: Some("login-hint-quit") },
];

//! The keys of the audit trail.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Verify,
    Refresh,
    Show,
    Down,
    Up,
    PageDown,
    PageUp,
    First,
    Last,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["<enter>"], action: Do::Show, help: "audit-key-show", hint: Some("audit-hint-show") },
    Binding { keys: &["v"], action: Do::Verify, help: "audit-key-verify", hint: Some("audit-hint-verify") },
    Binding { keys: &["<f5>"], action: Do::Refresh, help: "health-key-refresh", hint: Some("health-hint-refresh") },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
    Binding { keys: &["<pagedown>"], action: Do::PageDown, help: "students-key-page-down", hint: None },
    Binding { keys: &["<pageup>"], action: Do::PageUp, help: "students-key-page-up", hint: None },
    Binding { keys: &["<home>", "g"], action: Do::First, help: "key-first", hint: None },
    Binding { keys: &["<end>", "G"], action: Do::Last, help: "key-last", hint: None },
];

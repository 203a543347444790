//! The keys of the installation screen.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Down,
    Up,
    Backup,
    Restore,
    Term,
    Seed,
    Refresh,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["b"], action: Do::Backup, help: "health-key-backup", hint: Some("health-hint-backup") },
    Binding { keys: &["r"], action: Do::Restore, help: "health-key-restore", hint: Some("health-hint-restore") },
    Binding { keys: &["t"], action: Do::Term, help: "health-key-term", hint: Some("health-hint-term") },
    Binding { keys: &["s"], action: Do::Seed, help: "health-key-seed", hint: Some("health-hint-seed") },
    Binding { keys: &["<f5>"], action: Do::Refresh, help: "health-key-refresh", hint: Some("health-hint-refresh") },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
];

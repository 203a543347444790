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
    /// Looks the store, the history and the averages over.
    Check,
    /// The same, and makes the averages again.
    Rebuild,
    /// Reads the chosen backup through.
    Verify,
    /// Removes old backups.
    Prune,
    /// Empties the cache.
    Flush,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["b"], action: Do::Backup, help: "health-key-backup", hint: Some("health-hint-backup") },
    Binding { keys: &["r"], action: Do::Restore, help: "health-key-restore", hint: Some("health-hint-restore") },
    Binding { keys: &["t"], action: Do::Term, help: "health-key-term", hint: Some("health-hint-term") },
    Binding { keys: &["s"], action: Do::Seed, help: "health-key-seed", hint: Some("health-hint-seed") },
    Binding { keys: &["c"], action: Do::Check, help: "health-key-check", hint: Some("health-hint-check") },
    Binding { keys: &["C"], action: Do::Rebuild, help: "health-key-rebuild", hint: None },
    Binding { keys: &["v"], action: Do::Verify, help: "health-key-verify", hint: None },
    Binding { keys: &["p"], action: Do::Prune, help: "health-key-prune", hint: None },
    Binding { keys: &["x"], action: Do::Flush, help: "health-key-flush", hint: None },
    Binding { keys: &["<f5>"], action: Do::Refresh, help: "health-key-refresh", hint: Some("health-hint-refresh") },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
];

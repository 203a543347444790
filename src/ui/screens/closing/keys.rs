//! The keys of the closing screen.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Close,
    CloseAll,
    Reopen,
    Cancel,
    NextTerm,
    PreviousTerm,
    Down,
    Up,
    PageDown,
    PageUp,
    Refresh,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["c", "<enter>"], action: Do::Close, help: "closing-key-close", hint: Some("closing-hint-close") },
    Binding { keys: &["a"], action: Do::CloseAll, help: "closing-key-close-all", hint: Some("closing-hint-close-all") },
    Binding { keys: &["o"], action: Do::Reopen, help: "closing-key-reopen", hint: Some("closing-hint-reopen") },
    Binding { keys: &["x"], action: Do::Cancel, help: "closing-key-cancel", hint: Some("closing-hint-cancel") },
    Binding {
        keys: &["<right>", "t"],
        action: Do::NextTerm,
        help: "closing-key-next",
        hint: Some("closing-hint-term"),
    },
    Binding { keys: &["<left>", "T"], action: Do::PreviousTerm, help: "closing-key-previous", hint: None },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
    Binding { keys: &["<pagedown>"], action: Do::PageDown, help: "students-key-page-down", hint: None },
    Binding { keys: &["<pageup>"], action: Do::PageUp, help: "students-key-page-up", hint: None },
    Binding { keys: &["<f5>"], action: Do::Refresh, help: "health-key-refresh", hint: None },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonDo {
    Reopen,
    Leave,
}

/// While the reason for opening again is typed.
pub const REASON_KEYS: &[Binding<ReasonDo>] = &[
    Binding {
        keys: &["<enter>", "<C-s>"],
        action: ReasonDo::Reopen,
        help: "closing-key-reopen",
        hint: Some("closing-hint-reopen"),
    },
    Binding { keys: &["<esc>"], action: ReasonDo::Leave, help: "rules-key-leave", hint: Some("rules-hint-leave") },
];

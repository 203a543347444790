//! The keys of the statistics: the pictures, and while something is picked.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Open,
    Class,
    Subject,
    Term,
    Year,
    Panel,
    More,
    Fewer,
    Ties,
    Down,
    Up,
    Right,
    Left,
    First,
    Last,
    Refresh,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["<enter>"], action: Do::Open, help: "stats-key-open", hint: Some("stats-hint-open") },
    Binding { keys: &["c"], action: Do::Class, help: "stats-key-class", hint: Some("stats-hint-class") },
    Binding { keys: &["m", "s"], action: Do::Subject, help: "stats-key-subject", hint: Some("stats-hint-subject") },
    Binding { keys: &["t"], action: Do::Term, help: "stats-key-term", hint: Some("stats-hint-term") },
    Binding { keys: &["y", "<C-y>"], action: Do::Year, help: "stats-key-year", hint: Some("picker-hint-year") },
    Binding { keys: &["<tab>"], action: Do::Panel, help: "stats-key-panel", hint: Some("stats-hint-panel") },
    Binding { keys: &["+"], action: Do::More, help: "stats-key-more", hint: None },
    Binding { keys: &["-"], action: Do::Fewer, help: "stats-key-fewer", hint: None },
    Binding { keys: &["x"], action: Do::Ties, help: "stats-key-ties", hint: None },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "stats-key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "stats-key-up", hint: None },
    Binding { keys: &["<right>", "l"], action: Do::Right, help: "stats-key-right", hint: None },
    Binding { keys: &["<left>", "h"], action: Do::Left, help: "stats-key-left", hint: None },
    Binding { keys: &["<home>", "g"], action: Do::First, help: "key-first", hint: None },
    Binding { keys: &["<end>", "G"], action: Do::Last, help: "key-last", hint: None },
    Binding { keys: &["<f5>", "r"], action: Do::Refresh, help: "list-key-refresh", hint: None },
];

/// While a class, subject, term or year is picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickDo {
    Take,
    Close,
}

pub const PICK_KEYS: &[Binding<PickDo>] = &[
    Binding { keys: &["<enter>"], action: PickDo::Take, help: "stats-pick-take", hint: Some("stats-pick-take") },
    Binding { keys: &["<esc>"], action: PickDo::Close, help: "stats-pick-close", hint: Some("stats-pick-close") },
];

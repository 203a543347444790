//! The keys of the turn of the year.

use crate::ui::keymap::Binding;

/// On the classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Students,
    Map,
    Open,
    Undo,
    Down,
    Up,
    PageDown,
    PageUp,
    Refresh,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["<enter>"], action: Do::Students, help: "turn-key-open", hint: Some("turn-hint-open") },
    Binding { keys: &["m"], action: Do::Map, help: "turn-key-map", hint: Some("turn-hint-map") },
    Binding { keys: &["o"], action: Do::Open, help: "turn-key-year", hint: Some("turn-hint-year") },
    Binding { keys: &["u"], action: Do::Undo, help: "turn-key-undo", hint: Some("turn-hint-undo") },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
    Binding { keys: &["<pagedown>"], action: Do::PageDown, help: "students-key-page-down", hint: None },
    Binding { keys: &["<pageup>"], action: Do::PageUp, help: "students-key-page-up", hint: None },
    Binding { keys: &["<f5>"], action: Do::Refresh, help: "health-key-refresh", hint: None },
];

/// On the students of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PupilDo {
    Decide,
    NextUndecided,
    Undo,
    Down,
    Up,
    PageDown,
    PageUp,
    Refresh,
}

pub const PUPIL_KEYS: &[Binding<PupilDo>] = &[
    Binding {
        keys: &["<enter>", "d"],
        action: PupilDo::Decide,
        help: "turn-key-decide",
        hint: Some("turn-hint-decide"),
    },
    Binding {
        keys: &["n"],
        action: PupilDo::NextUndecided,
        help: "turn-key-next-open",
        hint: Some("turn-hint-next-open"),
    },
    Binding { keys: &["u"], action: PupilDo::Undo, help: "turn-key-undo", hint: Some("turn-hint-undo") },
    Binding { keys: &["<down>", "j"], action: PupilDo::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: PupilDo::Up, help: "key-up", hint: None },
    Binding { keys: &["<pagedown>"], action: PupilDo::PageDown, help: "students-key-page-down", hint: None },
    Binding { keys: &["<pageup>"], action: PupilDo::PageUp, help: "students-key-page-up", hint: None },
    Binding { keys: &["<f5>"], action: PupilDo::Refresh, help: "health-key-refresh", hint: None },
];

//! The keys of the time machine, and while a moment is typed.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Earlier,
    Later,
    Date,
    Now,
    Explain,
    Down,
    Up,
    PageDown,
    PageUp,
    First,
    Last,
    Refresh,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding {
        keys: &["<left>", "h"],
        action: Do::Earlier,
        help: "machine-key-earlier",
        hint: Some("machine-hint-earlier"),
    },
    Binding { keys: &["<right>", "l"], action: Do::Later, help: "machine-key-later", hint: Some("machine-hint-later") },
    Binding { keys: &["d"], action: Do::Date, help: "machine-key-date", hint: Some("machine-hint-date") },
    Binding { keys: &["n"], action: Do::Now, help: "machine-key-now", hint: Some("machine-hint-now") },
    Binding { keys: &["="], action: Do::Explain, help: "machine-key-explain", hint: Some("sheet-hint-explain") },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
    Binding { keys: &["<pagedown>"], action: Do::PageDown, help: "students-key-page-down", hint: None },
    Binding { keys: &["<pageup>"], action: Do::PageUp, help: "students-key-page-up", hint: None },
    Binding { keys: &["<home>", "g"], action: Do::First, help: "key-first", hint: None },
    Binding { keys: &["<end>", "G"], action: Do::Last, help: "key-last", hint: None },
    Binding { keys: &["<f5>"], action: Do::Refresh, help: "list-key-refresh", hint: None },
];

/// While a moment is typed; all other keys are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateDo {
    Take,
    Cancel,
}

pub const DATE_KEYS: &[Binding<DateDo>] = &[
    Binding {
        keys: &["<enter>"],
        action: DateDo::Take,
        help: "machine-date-key-take",
        hint: Some("machine-date-hint-take"),
    },
    Binding { keys: &["<esc>"], action: DateDo::Cancel, help: "stats-pick-close", hint: Some("stats-pick-close") },
];

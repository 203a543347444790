//! The keys of the students table, one table a mode.

use crate::ui::keymap::Binding;

/// In the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Open,
    Choose,
    Filter,
    Search,
    Sort,
    Add,
    Edit,
    Delete,
    Undo,
    Deleted,
    Columns,
    Reverse,
    Down,
    Up,
    PageDown,
    PageUp,
    First,
    Last,
    ChooseDown,
    ChooseUp,
    NextMatch,
    PreviousMatch,
    Copy,
    Reread,
    Back,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["<enter>", "l"], action: Do::Open, help: "students-key-open", hint: Some("students-hint-open") },
    Binding { keys: &["f"], action: Do::Filter, help: "students-key-filter", hint: Some("students-hint-filter") },
    Binding { keys: &["/"], action: Do::Search, help: "students-key-search", hint: None },
    Binding { keys: &["s"], action: Do::Sort, help: "students-key-sort", hint: Some("students-hint-sort") },
    Binding { keys: &["a"], action: Do::Add, help: "students-key-add", hint: Some("students-hint-add") },
    Binding { keys: &["e"], action: Do::Edit, help: "students-key-edit", hint: Some("students-hint-edit") },
    Binding { keys: &["d", "<delete>"], action: Do::Delete, help: "students-key-delete", hint: None },
    Binding { keys: &["u"], action: Do::Undo, help: "students-key-undo", hint: None },
    Binding { keys: &["R"], action: Do::Deleted, help: "students-key-deleted", hint: None },
    Binding {
        keys: &["<space>", "x"],
        action: Do::Choose,
        help: "students-key-choose",
        hint: Some("students-hint-choose"),
    },
    Binding { keys: &["c"], action: Do::Columns, help: "students-key-columns", hint: Some("students-hint-columns") },
    Binding { keys: &["S"], action: Do::Reverse, help: "students-key-reverse", hint: None },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "students-key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "students-key-up", hint: None },
    Binding {
        keys: &["<pagedown>", "<C-d>", "<C-f>"],
        action: Do::PageDown,
        help: "students-key-page-down",
        hint: None,
    },
    Binding { keys: &["<pageup>", "<C-u>", "<C-b>"], action: Do::PageUp, help: "students-key-page-up", hint: None },
    Binding { keys: &["<home>", "g"], action: Do::First, help: "key-first", hint: None },
    Binding { keys: &["<end>", "G"], action: Do::Last, help: "key-last", hint: None },
    Binding { keys: &["<S-down>"], action: Do::ChooseDown, help: "students-key-choose-down", hint: None },
    Binding { keys: &["<S-up>"], action: Do::ChooseUp, help: "students-key-choose-up", hint: None },
    Binding { keys: &["n"], action: Do::NextMatch, help: "students-key-next", hint: None },
    Binding { keys: &["N"], action: Do::PreviousMatch, help: "students-key-previous", hint: None },
    Binding { keys: &["y"], action: Do::Copy, help: "students-key-copy", hint: None },
    Binding { keys: &["r", "<f5>"], action: Do::Reread, help: "students-key-reread", hint: None },
    Binding { keys: &["<esc>", "h"], action: Do::Back, help: "students-key-back", hint: None },
];

/// In the filter bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarDo {
    Accept,
    Cancel,
}

pub const BAR: &[Binding<BarDo>] = &[
    Binding {
        keys: &["<enter>", "<down>", "<tab>"],
        action: BarDo::Accept,
        help: "students-bar-accept",
        hint: Some("students-bar-accept"),
    },
    Binding { keys: &["<esc>"], action: BarDo::Cancel, help: "students-bar-cancel", hint: Some("students-bar-cancel") },
];

/// In the lists of columns: what to order by, which to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickDo {
    Take,
    Down,
    Up,
    Close,
}

pub const PICK: &[Binding<PickDo>] = &[
    Binding {
        keys: &["<enter>", "<space>"],
        action: PickDo::Take,
        help: "students-pick-take",
        hint: Some("students-pick-take"),
    },
    Binding { keys: &["<down>", "j"], action: PickDo::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: PickDo::Up, help: "key-up", hint: None },
    Binding {
        keys: &["<esc>", "s", "c", "h"],
        action: PickDo::Close,
        help: "students-pick-close",
        hint: Some("students-pick-close"),
    },
];

//! The keys of an import, step by step.

use crate::ui::keymap::Binding;

/// While the file is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathDo {
    Open,
    Complete,
    Down,
    Up,
}

pub const PATH_KEYS: &[Binding<PathDo>] = &[
    Binding { keys: &["<enter>"], action: PathDo::Open, help: "import-key-open", hint: Some("import-hint-open") },
    Binding {
        keys: &["<tab>"],
        action: PathDo::Complete,
        help: "import-key-complete",
        hint: Some("import-hint-complete"),
    },
    Binding { keys: &["<down>"], action: PathDo::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>"], action: PathDo::Up, help: "key-up", hint: None },
];

/// What its columns are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnsDo {
    Use,
    Drop,
    Fill,
    Source,
    Plan,
    Back,
    Down,
    Up,
    First,
    Last,
}

pub const COLUMNS_KEYS: &[Binding<ColumnsDo>] = &[
    Binding { keys: &["<enter>"], action: ColumnsDo::Use, help: "import-key-use", hint: Some("import-hint-use") },
    Binding { keys: &["p", "<C-s>"], action: ColumnsDo::Plan, help: "import-key-plan", hint: Some("import-hint-plan") },
    Binding { keys: &["f"], action: ColumnsDo::Fill, help: "import-key-fill", hint: Some("import-hint-fill") },
    Binding { keys: &["n"], action: ColumnsDo::Source, help: "import-key-source", hint: None },
    Binding { keys: &["d", "<delete>", "<backspace>"], action: ColumnsDo::Drop, help: "import-key-drop", hint: None },
    Binding {
        keys: &["<esc>"],
        action: ColumnsDo::Back,
        help: "import-key-other-file",
        hint: Some("import-hint-back"),
    },
    Binding { keys: &["<down>", "j"], action: ColumnsDo::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: ColumnsDo::Up, help: "key-up", hint: None },
    Binding { keys: &["<home>", "g"], action: ColumnsDo::First, help: "key-first", hint: None },
    Binding { keys: &["<end>", "G"], action: ColumnsDo::Last, help: "key-last", hint: None },
];

/// While the use of a column is picked, or the name of the source typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickDo {
    Take,
    Down,
    Up,
    Close,
}

/// While a name is typed there is nothing to go up and down in.
pub const NAME_KEYS: &[Binding<PickDo>] = &[
    Binding { keys: &["<enter>"], action: PickDo::Take, help: "stats-pick-take", hint: Some("stats-pick-take") },
    Binding { keys: &["<esc>"], action: PickDo::Close, help: "stats-pick-close", hint: Some("stats-pick-close") },
];

pub const PICK_KEYS: &[Binding<PickDo>] = &[
    Binding { keys: &["<enter>"], action: PickDo::Take, help: "stats-pick-take", hint: Some("stats-pick-take") },
    Binding { keys: &["<down>"], action: PickDo::Down, help: "import-pick-down", hint: None },
    Binding { keys: &["<up>"], action: PickDo::Up, help: "key-up", hint: None },
    Binding { keys: &["<esc>"], action: PickDo::Close, help: "stats-pick-close", hint: Some("stats-pick-close") },
];

/// What would be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanDo {
    Commit,
    NextFate,
    PreviousFate,
    Back,
    Down,
    Up,
    PageDown,
    PageUp,
    First,
    Last,
}

pub const PLAN_KEYS: &[Binding<PlanDo>] = &[
    Binding {
        keys: &["i", "<C-s>"],
        action: PlanDo::Commit,
        help: "import-key-commit",
        hint: Some("import-hint-commit"),
    },
    Binding {
        keys: &["<tab>", "<right>"],
        action: PlanDo::NextFate,
        help: "import-key-fate",
        hint: Some("import-hint-fate"),
    },
    Binding { keys: &["<S-tab>", "<left>"], action: PlanDo::PreviousFate, help: "import-key-fate-back", hint: None },
    Binding { keys: &["<esc>"], action: PlanDo::Back, help: "import-key-columns", hint: Some("import-hint-back") },
    Binding { keys: &["<down>", "j"], action: PlanDo::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: PlanDo::Up, help: "key-up", hint: None },
    Binding { keys: &["<pagedown>"], action: PlanDo::PageDown, help: "help-page-down", hint: None },
    Binding { keys: &["<pageup>"], action: PlanDo::PageUp, help: "help-page-up", hint: None },
    Binding { keys: &["<home>", "g"], action: PlanDo::First, help: "key-first", hint: None },
    Binding { keys: &["<end>", "G"], action: PlanDo::Last, help: "key-last", hint: None },
];

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoneDo {
    Undo,
    Students,
    Again,
}

pub const DONE_KEYS: &[Binding<DoneDo>] = &[
    Binding {
        keys: &["<enter>"],
        action: DoneDo::Students,
        help: "import-key-students",
        hint: Some("import-hint-students"),
    },
    Binding { keys: &["u"], action: DoneDo::Undo, help: "import-key-undo", hint: Some("list-hint-undo") },
    Binding { keys: &["a"], action: DoneDo::Again, help: "import-key-again", hint: Some("import-hint-again") },
];

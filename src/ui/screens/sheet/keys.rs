//! The keys of the sheet, one table a mode. Digits and the top row begin a mark; they stand in the table so that the
//! help lists them.

use super::{cursor::Move, outbox::Way};
use crate::{domain::score::MarkCode, ui::keymap::Binding};

/// What a key does while no cell is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    /// Down; on an empty sheet a new column; on a conflict the choice.
    Enter,
    Go(Move),
    NextEmpty,
    /// One more row or column into the range.
    Extend(Move),
    Copy,
    CopyColumn,
    Find,
    NextMatch,
    PreviousMatch,
    Type,
    TypeTopRow,
    EditInPlace,
    Empty,
    Code(MarkCode),
    Repeat,
    Step(Way),
    Explain,
    History,
    TimeMachine,
    /// The appreciations of this class and subject.
    Remarks,
    /// Families see the column, or no longer.
    Publish,
    AddColumn,
    EditColumn,
    DeleteColumn,
    NextTerm,
    PreviousTerm,
    TopRow,
    /// Digits are read as on a numeric pad, or not.
    Pad,
    /// Enter goes right, or down.
    Across,
    Dictate,
    /// One value into the range, or down the rest of the column.
    Fill,
    /// Rows by name, rank, number.
    Order,
    /// The foot of the column, or of the averages.
    Foot,
    /// The column one place to the left or right.
    MoveColumn(Side),
    /// The column is not drawn; all are again; it stays beside the names, or scrolls.
    Hide,
    Show,
    Freeze,
    Quit,
}

/// A side of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

impl Do {
    /// What is done with a range, or makes it: all else lets the range go.
    #[must_use]
    pub fn is_for_range(self) -> bool {
        matches!(self, Self::Extend(_) | Self::Copy | Self::CopyColumn | Self::Empty | Self::Code(_) | Self::Fill)
    }
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["<enter>"], action: Do::Enter, help: "sheet-key-enter", hint: Some("sheet-hint-enter") },
    Binding { keys: &["<tab>"], action: Do::Go(Move::Next), help: "sheet-key-tab", hint: Some("sheet-hint-tab") },
    Binding { keys: &["<S-tab>"], action: Do::Go(Move::Previous), help: "sheet-key-back-tab", hint: None },
    Binding {
        keys: &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "-"],
        action: Do::Type,
        help: "sheet-key-type",
        hint: None,
    },
    Binding {
        keys: &["&", "é", "\"", "'", "(", "è", "_", "ç", "à"],
        action: Do::TypeTopRow,
        help: "sheet-key-type-top-row",
        hint: None,
    },
    Binding { keys: &["a"], action: Do::Code(MarkCode::Abs), help: "sheet-key-abs", hint: Some("sheet-hint-abs") },
    Binding { keys: &["A"], action: Do::Code(MarkCode::Absn), help: "sheet-key-absn", hint: None },
    Binding { keys: &["d"], action: Do::Code(MarkCode::Disp), help: "sheet-key-disp", hint: Some("sheet-hint-disp") },
    Binding { keys: &["n"], action: Do::Code(MarkCode::Nn), help: "sheet-key-nn", hint: Some("sheet-hint-nn") },
    Binding { keys: &["r"], action: Do::Code(MarkCode::Nr), help: "sheet-key-nr", hint: None },
    Binding { keys: &["u"], action: Do::Step(Way::Undo), help: "sheet-key-undo", hint: Some("sheet-hint-undo") },
    Binding { keys: &["="], action: Do::Explain, help: "sheet-key-explain", hint: Some("sheet-hint-explain") },
    Binding { keys: &["c"], action: Do::History, help: "sheet-key-history", hint: None },
    Binding { keys: &["B"], action: Do::Remarks, help: "sheet-key-remarks", hint: None },
    Binding { keys: &["P"], action: Do::Publish, help: "sheet-key-publish", hint: None },
    Binding { keys: &["M"], action: Do::TimeMachine, help: "sheet-key-machine", hint: None },
    Binding { keys: &["+"], action: Do::AddColumn, help: "sheet-key-add", hint: Some("sheet-hint-add") },
    Binding { keys: &["<C-r>"], action: Do::Step(Way::Redo), help: "sheet-key-redo", hint: None },
    Binding { keys: &["<f2>", "i"], action: Do::EditInPlace, help: "sheet-key-edit", hint: None },
    Binding { keys: &["<delete>", "<backspace>", "x"], action: Do::Empty, help: "sheet-key-empty", hint: None },
    Binding { keys: &["."], action: Do::Repeat, help: "sheet-key-repeat", hint: None },
    Binding { keys: &["<space>", "v"], action: Do::NextEmpty, help: "sheet-key-next-empty", hint: None },
    Binding { keys: &["/"], action: Do::Find, help: "sheet-key-find", hint: None },
    Binding { keys: &["<f3>"], action: Do::NextMatch, help: "sheet-key-next-match", hint: None },
    Binding { keys: &["<S-f3>"], action: Do::PreviousMatch, help: "sheet-key-previous-match", hint: None },
    Binding { keys: &["<S-down>"], action: Do::Extend(Move::Down), help: "sheet-key-extend", hint: None },
    Binding { keys: &["<S-up>"], action: Do::Extend(Move::Up), help: "sheet-key-extend-up", hint: None },
    Binding { keys: &["<S-right>"], action: Do::Extend(Move::Right), help: "sheet-key-extend-right", hint: None },
    Binding { keys: &["<S-left>"], action: Do::Extend(Move::Left), help: "sheet-key-extend-left", hint: None },
    Binding { keys: &["y"], action: Do::Copy, help: "sheet-key-copy", hint: None },
    Binding { keys: &["Y"], action: Do::CopyColumn, help: "sheet-key-copy-column", hint: None },
    Binding { keys: &["F"], action: Do::Fill, help: "sheet-key-fill", hint: None },
    Binding { keys: &["e"], action: Do::EditColumn, help: "sheet-key-edit-column", hint: None },
    Binding { keys: &["D", "<C-delete>"], action: Do::DeleteColumn, help: "sheet-key-delete-column", hint: None },
    Binding { keys: &["<lt>"], action: Do::MoveColumn(Side::Left), help: "sheet-key-move-left", hint: None },
    Binding { keys: &[">"], action: Do::MoveColumn(Side::Right), help: "sheet-key-move-right", hint: None },
    Binding { keys: &["H"], action: Do::Hide, help: "sheet-key-hide", hint: None },
    Binding { keys: &["W"], action: Do::Show, help: "sheet-key-show", hint: None },
    Binding { keys: &["Z"], action: Do::Freeze, help: "sheet-key-freeze", hint: None },
    Binding { keys: &["O"], action: Do::Order, help: "sheet-key-order", hint: None },
    Binding { keys: &["S"], action: Do::Foot, help: "sheet-key-foot", hint: None },
    Binding { keys: &["t", "<C-right>"], action: Do::NextTerm, help: "sheet-key-next-term", hint: None },
    Binding { keys: &["T", "<C-left>"], action: Do::PreviousTerm, help: "sheet-key-previous-term", hint: None },
    Binding { keys: &["<down>", "j"], action: Do::Go(Move::Down), help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Go(Move::Up), help: "key-up", hint: None },
    Binding { keys: &["<left>", "h"], action: Do::Go(Move::Left), help: "sheet-key-left", hint: None },
    Binding { keys: &["<right>", "l"], action: Do::Go(Move::Right), help: "sheet-key-right", hint: None },
    Binding { keys: &["<pagedown>"], action: Do::Go(Move::PageDown), help: "sheet-key-page-down", hint: None },
    Binding { keys: &["<pageup>"], action: Do::Go(Move::PageUp), help: "sheet-key-page-up", hint: None },
    Binding { keys: &["<home>"], action: Do::Go(Move::FirstColumn), help: "sheet-key-first-column", hint: None },
    Binding { keys: &["<end>"], action: Do::Go(Move::LastColumn), help: "sheet-key-last-column", hint: None },
    Binding { keys: &["g", "<C-home>"], action: Do::Go(Move::FirstRow), help: "key-first", hint: None },
    Binding { keys: &["G", "<C-end>"], action: Do::Go(Move::LastRow), help: "key-last", hint: None },
    Binding { keys: &["<f4>"], action: Do::Pad, help: "sheet-key-pad", hint: None },
    Binding { keys: &["<f5>"], action: Do::Dictate, help: "sheet-key-dictate", hint: None },
    Binding { keys: &["<f6>"], action: Do::TopRow, help: "sheet-key-top-row", hint: None },
    Binding { keys: &["<f7>"], action: Do::Across, help: "sheet-key-across", hint: None },
    // On French keyboards `q` is the neighbour of `a`, the letter that is typed most here.
    Binding { keys: &["q"], action: Do::Quit, help: "sheet-key-quit", hint: None },
];

/// While a range is taken, before the keys above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeDo {
    LetGo,
}

pub const RANGE_KEYS: &[Binding<RangeDo>] = &[Binding {
    keys: &["<esc>"],
    action: RangeDo::LetGo,
    help: "sheet-range-key-let-go",
    hint: Some("sheet-range-hint-let-go"),
}];

/// What a key does while a student is looked for; all others are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindDo {
    Keep,
    Cancel,
    Next,
    Previous,
}

pub const FIND_KEYS: &[Binding<FindDo>] = &[
    Binding {
        keys: &["<enter>"],
        action: FindDo::Keep,
        help: "sheet-find-key-keep",
        hint: Some("sheet-find-hint-keep"),
    },
    Binding {
        keys: &["<down>", "<f3>"],
        action: FindDo::Next,
        help: "sheet-key-next-match",
        hint: Some("sheet-find-hint-next"),
    },
    Binding { keys: &["<up>", "<S-f3>"], action: FindDo::Previous, help: "sheet-key-previous-match", hint: None },
    Binding {
        keys: &["<esc>"],
        action: FindDo::Cancel,
        help: "sheet-find-key-cancel",
        hint: Some("sheet-find-hint-cancel"),
    },
];

/// What a key does while a cell is edited; all others are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditDo {
    /// Hands the mark in and goes on: down, or right.
    Onward,
    /// Hands the mark in and moves.
    Commit(Move),
    Cancel,
    /// Moves the caret when editing in place, else hands in and moves.
    Left,
    Right,
    Home,
    End,
    Backspace,
    Delete,
    Clear,
    InPlace,
}

pub const EDIT_KEYS: &[Binding<EditDo>] = &[
    Binding {
        keys: &["<enter>"],
        action: EditDo::Onward,
        help: "sheet-edit-key-enter",
        hint: Some("sheet-edit-hint-enter"),
    },
    Binding { keys: &["<down>"], action: EditDo::Commit(Move::Down), help: "sheet-edit-key-down", hint: None },
    Binding {
        keys: &["<tab>"],
        action: EditDo::Commit(Move::Next),
        help: "sheet-edit-key-tab",
        hint: Some("sheet-edit-hint-tab"),
    },
    Binding { keys: &["<S-tab>"], action: EditDo::Commit(Move::Previous), help: "sheet-edit-key-back-tab", hint: None },
    Binding { keys: &["<up>"], action: EditDo::Commit(Move::Up), help: "sheet-edit-key-up", hint: None },
    Binding { keys: &["<left>"], action: EditDo::Left, help: "sheet-edit-key-left", hint: None },
    Binding { keys: &["<right>"], action: EditDo::Right, help: "sheet-edit-key-right", hint: None },
    Binding { keys: &["<home>"], action: EditDo::Home, help: "sheet-edit-key-home", hint: None },
    Binding { keys: &["<end>"], action: EditDo::End, help: "sheet-edit-key-end", hint: None },
    Binding { keys: &["<backspace>"], action: EditDo::Backspace, help: "sheet-edit-key-backspace", hint: None },
    Binding { keys: &["<delete>"], action: EditDo::Delete, help: "sheet-edit-key-delete", hint: None },
    Binding { keys: &["<C-u>"], action: EditDo::Clear, help: "sheet-edit-key-clear", hint: None },
    Binding { keys: &["<f2>"], action: EditDo::InPlace, help: "sheet-edit-key-in-place", hint: None },
    Binding {
        keys: &["<esc>"],
        action: EditDo::Cancel,
        help: "sheet-edit-key-cancel",
        hint: Some("sheet-edit-hint-cancel"),
    },
];

/// What a key does while a conflict is shown. A key that begins a mark leaves it for later and types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClashDo {
    Theirs,
    Mine,
    Leave,
    Up,
    Down,
    Choose,
}

pub const CLASH_KEYS: &[Binding<ClashDo>] = &[
    Binding {
        keys: &["s", "t"],
        action: ClashDo::Theirs,
        help: "sheet-clash-key-theirs",
        hint: Some("sheet-clash-hint-theirs"),
    },
    Binding { keys: &["m"], action: ClashDo::Mine, help: "sheet-clash-key-mine", hint: Some("sheet-clash-hint-mine") },
    Binding {
        keys: &["<esc>"],
        action: ClashDo::Leave,
        help: "sheet-clash-key-leave",
        hint: Some("sheet-clash-hint-leave"),
    },
    Binding { keys: &["<down>", "<tab>", "j"], action: ClashDo::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "<S-tab>", "k"], action: ClashDo::Up, help: "key-up", hint: None },
    Binding { keys: &["<enter>"], action: ClashDo::Choose, help: "sheet-clash-key-choose", hint: None },
];

/// The form of a column; all other keys are the form's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnDo {
    Save,
    Cancel,
    /// The form's own.
    Move,
}

pub const COLUMN_KEYS: &[Binding<ColumnDo>] = &[
    Binding {
        keys: &["<C-s>"],
        action: ColumnDo::Save,
        help: "sheet-column-key-save",
        hint: Some("sheet-column-hint-save"),
    },
    Binding {
        keys: &["<tab>", "<down>", "<enter>"],
        action: ColumnDo::Move,
        help: "form-key-next",
        hint: Some("form-hint-next"),
    },
    Binding { keys: &["<S-tab>", "<up>"], action: ColumnDo::Move, help: "form-key-previous", hint: None },
    Binding {
        keys: &["<left>", "<right>"],
        action: ColumnDo::Move,
        help: "student-form-key-change",
        hint: Some("form-hint-change"),
    },
    Binding {
        keys: &["<esc>"],
        action: ColumnDo::Cancel,
        help: "sheet-column-key-cancel",
        hint: Some("sheet-column-hint-cancel"),
    },
];

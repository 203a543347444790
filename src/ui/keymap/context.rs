//! Every context that has keys: one variant a mode of a screen. A test walks them all.

use super::{GLOBAL, KeyLine, all};
use crate::ui::{popup, screens};

/// A mode of a screen, or of the program, with a key table of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    Global,
    Palette,
    Help,
    Question,
    Login,
    Home,
    Wizard,
    Password,
    PasswordForced,
    Lock,
    Health,
    Students,
    StudentsFilter,
    StudentsPick,
    StudentForm,
    StudentFormMarks,
    Student,
    Evaluations,
    EvaluationsForm,
    SheetPicker,
    Sheet,
    SheetEdit,
    SheetClash,
    SheetExplain,
    SheetColumn,
    SetupList,
    SetupListFind,
    SetupListForm,
    MyMarks,
}

impl Context {
    pub const ALL: &'static [Self] = &[
        Self::Global,
        Self::Palette,
        Self::Help,
        Self::Question,
        Self::Login,
        Self::Home,
        Self::Wizard,
        Self::Password,
        Self::PasswordForced,
        Self::Lock,
        Self::Health,
        Self::Students,
        Self::StudentsFilter,
        Self::StudentsPick,
        Self::StudentForm,
        Self::StudentFormMarks,
        Self::Student,
        Self::Evaluations,
        Self::EvaluationsForm,
        Self::SheetPicker,
        Self::Sheet,
        Self::SheetEdit,
        Self::SheetClash,
        Self::SheetExplain,
        Self::SheetColumn,
        Self::SetupList,
        Self::SetupListFind,
        Self::SetupListForm,
        Self::MyMarks,
    ];

    /// Its whole table.
    #[must_use]
    pub fn lines(self) -> Vec<KeyLine> {
        match self {
            Self::Global => all(GLOBAL),
            Self::Palette => all(popup::palette::KEYS),
            Self::Help => all(popup::help::KEYS),
            Self::Question => all(popup::question::KEYS),
            Self::Login => all(screens::login::KEYS),
            Self::Home => all(screens::home::KEYS),
            Self::Wizard => all(screens::wizard::KEYS),
            Self::Password => all(screens::password::KEYS),
            Self::PasswordForced => all(screens::password::FORCED_KEYS),
            Self::Lock => all(screens::lock::KEYS),
            Self::Health => all(screens::health::KEYS),
            Self::Students => all(screens::students::KEYS),
            Self::StudentsFilter => all(screens::students::BAR),
            Self::StudentsPick => all(screens::students::PICK),
            Self::StudentForm => all(screens::student_form::KEYS),
            Self::StudentFormMarks => all(screens::student_form::MARKS),
            Self::Student => all(screens::student_card::KEYS),
            Self::Evaluations => all(screens::evaluations::KEYS),
            Self::EvaluationsForm => all(screens::evaluations::FORM_KEYS),
            Self::SheetPicker => all(screens::sheet_picker::KEYS),
            Self::Sheet => all(screens::sheet::KEYS),
            Self::SheetEdit => all(screens::sheet::EDIT_KEYS),
            Self::SheetClash => all(screens::sheet::CLASH_KEYS),
            Self::SheetExplain => all(screens::sheet::EXPLAIN_KEYS),
            Self::SheetColumn => all(screens::sheet::COLUMN_KEYS),
            Self::SetupList => all(screens::setup_list::KEYS),
            Self::SetupListFind => all(screens::setup_list::FIND_KEYS),
            Self::SetupListForm => all(screens::setup_list::FORM_KEYS),
            Self::MyMarks => all(screens::my_marks::KEYS),
        }
    }
}

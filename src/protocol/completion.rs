//! How far the marks are entered: class × subject × term.

use serde::{Deserialize, Serialize};

use super::SheetKey;
use crate::domain::{
    calendar::{Term, YearId},
    id::ClassId,
    text_values::Name,
};

/// Of which sheets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletionQuestion {
    /// `None`: every class that the user may see the sheets of.
    pub class: Option<ClassId>,
    /// `None`: the current year.
    pub year: Option<YearId>,
    /// `None`: every term of the year.
    pub term: Option<Term>,
}

/// One sheet: who is to be marked, and how many of them are in each column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetProgress {
    pub key: SheetKey,
    /// Students of the class.
    pub students: u64,
    /// The columns in their order.
    pub columns: Vec<ColumnProgress>,
    /// The sheet is closed, or its year.
    pub closed: bool,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnProgress {
    pub title: Name,
    /// Students who are to have something here: without those who came after it was held and have no mark.
    pub students: u64,
    /// Students of the class with a score or a code.
    pub entered: u64,
}

impl ColumnProgress {
    /// Cells that are still empty.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.students.saturating_sub(self.entered)
    }
}

/// How far a sheet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// No column yet.
    Nothing,
    /// Columns, and so many marks that are missing.
    Missing(u64),
    /// Every student has a mark or a code in every column.
    Complete,
}

impl SheetProgress {
    /// Cells that have something in them.
    #[must_use]
    pub fn entered(&self) -> u64 {
        self.columns.iter().map(|column| column.entered.min(column.students)).fold(0, u64::saturating_add)
    }

    /// Cells to be filled: in every column, every student who was there when it was held.
    #[must_use]
    pub fn expected(&self) -> u64 {
        self.columns.iter().map(|column| column.students).fold(0, u64::saturating_add)
    }

    #[must_use]
    pub fn progress(&self) -> Progress {
        match self.expected().saturating_sub(self.entered()) {
            _ if self.columns.is_empty() => Progress::Nothing,
            0 => Progress::Complete,
            missing => Progress::Missing(missing),
        }
    }

    /// The column that lacks most marks, of equals the last one: the pile that still lies there.
    #[must_use]
    pub fn behind(&self) -> Option<&ColumnProgress> {
        self.columns.iter().rev().min_by_key(|column| std::cmp::Reverse(column.missing()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::SubjectId;

    fn sheet(students: u64, entered: &[u64]) -> SheetProgress {
        let column = |(n, entered): (usize, &u64)| ColumnProgress {
            title: Name::parse(&format!("Devoir {n}")).unwrap(),
            students,
            entered: *entered,
        };
        SheetProgress {
            key: SheetKey {
                class: ClassId::new("tse"),
                subject: SubjectId::new("math"),
                year: YearId::starting(2026).unwrap(),
                term: Term::FIRST,
            },
            students,
            columns: entered.iter().enumerate().map(column).collect(),
            closed: false,
        }
    }

    #[test]
    fn what_is_missing_is_every_student_in_every_column() {
        assert_eq!(sheet(60, &[]).progress(), Progress::Nothing);
        assert_eq!(sheet(60, &[60, 58]).progress(), Progress::Missing(2));
        assert_eq!(sheet(60, &[60, 60]).progress(), Progress::Complete);
        assert_eq!(sheet(0, &[0]).progress(), Progress::Complete);
        assert_eq!((sheet(60, &[60, 58]).entered(), sheet(60, &[60, 58]).expected()), (118, 120));
    }

    #[test]
    fn who_came_later_is_not_missing() {
        let mut sheet = sheet(60, &[58, 60]);
        sheet.columns[0].students = 58;
        assert_eq!((sheet.progress(), sheet.expected()), (Progress::Complete, 118));
        (sheet.columns[0].entered, sheet.columns[1].entered) = (56, 57);
        assert_eq!(sheet.progress(), Progress::Missing(5));
        assert_eq!(sheet.behind().map(ColumnProgress::missing), Some(3), "fewer marks, but less is missing");
    }

    #[test]
    fn the_pile_that_still_lies_there_is_the_emptiest_and_the_last_of_equals() {
        let title = |entered: &[u64]| sheet(60, entered).behind().map(|column| column.title.to_string());
        assert_eq!(title(&[60, 3, 12]).as_deref(), Some("Devoir 1"));
        assert_eq!(title(&[3, 60, 3]).as_deref(), Some("Devoir 2"));
        assert_eq!(title(&[]), None);
    }
}

//! The class sheet: one class, subject and term.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Failure, KeptMark};
use crate::domain::{
    calendar::{Term, Timestamp, YearId},
    entities::{Class, Evaluation, EvaluationKind, Sex, SheetState, Subject},
    id::{ActId, ClassId, EvaluationId, StudentId, SubjectId},
    rules::RuleSet,
    score::{MarkValue, Scale},
    text_values::{Matricule, Name},
};

/// Which sheet.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SheetKey {
    pub class: ClassId,
    pub subject: SubjectId,
    pub year: YearId,
    pub term: Term,
}

/// A sheet as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetView {
    pub key: SheetKey,
    pub class: Class,
    pub subject: Subject,
    /// Of the subject in this class.
    pub coefficient: u8,
    pub state: SheetState,
    /// 0 while nothing has been written.
    pub version: u64,
    pub evaluations: Vec<Evaluation>,
    /// In French order of names.
    pub rows: Vec<SheetRow>,
    /// The rules it is computed by.
    pub rules: RuleSet,
    /// The session's user may enter marks here.
    pub editable: bool,
    /// The session's user has something to undo, to redo.
    pub undo: bool,
    pub redo: bool,
    /// The session user's own change of the columns that stands last: it can be taken back.
    #[serde(default)]
    pub columns_undo: Option<ActId>,
    /// The session user's marks of this sheet that are kept on this machine, in the order of typing.
    pub kept: Vec<KeptMark>,
}

/// A student of the class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetRow {
    pub student: StudentId,
    pub matricule: Matricule,
    pub last_name: Name,
    pub first_name: Name,
    pub sex: Option<Sex>,
    pub call_number: Option<u16>,
    /// Has left the class, or no longer takes the option: greyed.
    pub left: bool,
    /// Came late: evaluations of before this day are not missing.
    #[serde(default)]
    pub since: Option<Date>,
    /// One for each evaluation, in its order.
    pub cells: Vec<CellView>,
}

/// A cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellView {
    pub value: Option<MarkValue>,
    /// 0: never written.
    pub version: u64,
}

/// Enter, change or empty one mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetMark {
    /// Made by the client when the key is pressed; a retry carries the same.
    pub act: ActId,
    pub sheet: SheetKey,
    pub evaluation: EvaluationId,
    pub student: StudentId,
    pub value: Option<MarkValue>,
    /// The version of the cell the user saw (0: never written). `None`: whatever stands there (command line).
    pub expect: Option<u64>,
    pub reason: Option<String>,
}

/// Enter, change or empty several marks of a sheet in one act: one commit, and one step of undo. A cell that cannot be
/// written is left out and said in the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetMarks {
    /// Made by the client; a retry carries the same.
    pub act: ActId,
    pub sheet: SheetKey,
    /// 1 to [`SetMarks::MAX`]; the last one for a cell counts.
    pub cells: Vec<CellSet>,
}

impl SetMarks {
    /// The most marks of one act: far more than a class has in a column, and one commit's worth.
    pub const MAX: usize = 2_000;
}

/// One of several marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellSet {
    pub evaluation: EvaluationId,
    pub student: StudentId,
    pub value: Option<MarkValue>,
    /// As in [`SetMark`].
    pub expect: Option<u64>,
}

/// Several marks have been written (set, undone or redone) in one act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarksSet {
    pub sheet: SheetKey,
    pub written: Vec<CellWritten>,
    pub refused: Vec<CellRefused>,
    pub at: Timestamp,
    pub undo: bool,
    pub redo: bool,
}

/// What stands in a cell after the act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellWritten {
    pub evaluation: EvaluationId,
    pub student: StudentId,
    pub value: Option<MarkValue>,
    pub version: u64,
}

/// A cell that the act has left as it was, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellRefused {
    pub evaluation: EvaluationId,
    pub student: StudentId,
    /// [`Failure::Cell`]: somebody's later mark stands there.
    pub why: Failure,
}

/// A mark has been written (set, undone or redone).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkSet {
    pub sheet: SheetKey,
    pub evaluation: EvaluationId,
    pub student: StudentId,
    pub value: Option<MarkValue>,
    pub version: u64,
    pub at: Timestamp,
    pub undo: bool,
    pub redo: bool,
}

/// A column as its form has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvaluationDraft {
    pub sheet: SheetKey,
    /// The sheet's version it was read at (0 for a sheet that does not exist yet).
    pub version: u64,
    /// `None`: a new column at the end.
    pub id: Option<EvaluationId>,
    pub kind: EvaluationKind,
    pub title: Name,
    pub date: Option<Date>,
    pub scale: Scale,
    pub coefficient: u8,
    pub published: bool,
}

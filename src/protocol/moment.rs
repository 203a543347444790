//! The time machine: a sheet at a moment of the past.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SheetKey;
use crate::domain::{
    calendar::Timestamp,
    entities::{Evaluation, Sex},
    id::{StudentId, SubjectId},
    rules::{Rank, RuleSet},
    score::{Average, MarkValue},
    text_values::{Matricule, Name},
};

/// Which sheet, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MomentQuestion {
    pub sheet: SheetKey,
    pub at: Timestamp,
}

/// A sheet as it stood, beside what stands now. Averages are made by the rules and coefficients of today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SheetMoment {
    pub key: SheetKey,
    pub at: Timestamp,
    /// Those that the averages are made by.
    pub rules: RuleSet,
    /// The columns of then.
    pub columns: Vec<Evaluation>,
    /// In French order of names: who is in the class now, or has marks on the sheet.
    pub rows: Vec<MomentRow>,
    /// What has been changed since, newest first: on this sheet, and on the class's other sheets of the term as far as
    /// the user may see them.
    pub changes: Vec<MomentChange>,
    /// Just before the sheet's last change up to that moment; `None`: there is none.
    pub earlier: Option<Timestamp>,
    /// The sheet's next change; `None`: nothing has been changed since.
    pub later: Option<Timestamp>,
}

/// A student.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MomentRow {
    pub student: StudentId,
    pub matricule: Matricule,
    pub last_name: Name,
    pub first_name: Name,
    pub sex: Option<Sex>,
    /// The marks of then, one for each column of then.
    pub cells: Vec<Option<MarkValue>>,
    /// `None`: was not in the class then.
    pub then: Option<Standing>,
    /// `None`: is not in the class now.
    pub now: Option<Standing>,
}

/// Averages and ranks of a student in a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// In the sheet's subject.
    pub average: Option<Average>,
    pub rank: Option<Rank>,
    /// The general average of the term.
    pub general: Option<Average>,
    pub general_rank: Option<Rank>,
}

/// One change since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MomentChange {
    pub at: Timestamp,
    /// The account's name, or its id if it is gone.
    pub by: String,
    /// As in the history: `mark.set`, `mark.undo`, `evaluation.save`…
    pub action: String,
    pub subject: SubjectId,
    /// `None`: of the column as a whole.
    pub student: Option<StudentId>,
    /// The column's title; `None`: it is gone without a trace.
    pub evaluation: Option<String>,
    /// A number, a code, nothing; or the column.
    pub old: Value,
    pub new: Value,
    pub reason: Option<String>,
}

//! Closing a term.

use serde::{Deserialize, Serialize};

use crate::domain::{
    calendar::{Term, Timestamp, YearId},
    id::{ActId, ClassId},
};

/// Closes a term for some classes, or for all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseTerm {
    /// Made by the client; a retry carries the same.
    pub act: ActId,
    pub term: Term,
    /// `None`: every class of the school.
    pub class: Option<ClassId>,
    /// Also where something is missing.
    pub anyway: bool,
}

/// What closing did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermClosed {
    /// Classes that were closed, or opened again.
    pub classes: u64,
    /// Those that had been closed, or open, before.
    pub already: u64,
    pub students: u64,
    /// Somebody stopped it before the last class.
    #[serde(default)]
    pub stopped: bool,
}

/// A term is being closed for all classes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingUnderWay {
    /// Who asked for it, by name.
    pub by: String,
    /// When whoever is at it last said so.
    pub at: Timestamp,
    pub done: u64,
    pub total: u64,
    /// It stops before the next class.
    pub stopping: bool,
    /// Nobody is at it: it is taken up by the next running program, or cancelled.
    pub standing: bool,
}

/// A class in a term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassTerm {
    pub class: ClassId,
    pub name: String,
    pub year: YearId,
    pub term: Term,
    pub students: u64,
    /// `None`: open.
    pub closed: Option<ClosedBy>,
    /// What is missing; empty for a class that is closed.
    pub gaps: Vec<Gap>,
}

/// When, by whom and by which rules a term was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedBy {
    pub at: Timestamp,
    pub by: String,
    pub rules: String,
}

/// Something that is missing before a term is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub subject: String,
    pub kind: GapKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    /// A teacher has the subject, and there is no evaluation.
    NoColumns,
    /// The rules weigh a composition, and there is none.
    NoComposition,
    /// So many cells of so many are not yet entered.
    Empty { cells: u64, of: u64 },
}

//! The kinds of record a school keeps, each with its schema. Adding one touches its own file and this list.

mod account;
mod audit;
mod guardian;
mod job;
mod level;
mod mark;
mod remark;
mod restoring;
mod results;
mod school;
mod setup;
mod student;
mod turn;

pub use account::{Role, StaffFile, User};
pub use audit::{Act, AuditEntry, Before, StreamHead};
pub use guardian::{Child, Guardian, MobileMoney, Relation};
pub use job::ClosingJob;
pub use level::{Level, LevelKind};
pub use mark::{ColumnsAct, Evaluation, EvaluationKind, Mark, Sheet, SheetState};
pub use remark::{Appreciation, FollowUp, Phrase};
pub use restoring::Restoring;
pub use results::{ClassResult, Figures, StudentResult, SubjectResult};
pub use school::{School, SchoolYear};
pub use setup::{Assignment, Class, LevelCoefficient, Subject, SubjectKind};
pub use student::{ClosedTerm, Dossier, Enrolment, EnrolmentStatus, Grade, Sex, Student, StudentStatus, TermAverages};
pub use turn::{ClassTarget, DecidedBy, Outcome, Settled, YearDecision, YearTurn};

use super::schema::{Entity, Schema};

/// Every collection, in the order in which a restore writes them.
pub const ALL: &[&Schema] = &[
    School::SCHEMA,
    SchoolYear::SCHEMA,
    super::rules::RuleSet::SCHEMA,
    Level::SCHEMA,
    Class::SCHEMA,
    Subject::SCHEMA,
    User::SCHEMA,
    Assignment::SCHEMA,
    Student::SCHEMA,
    Guardian::SCHEMA,
    Enrolment::SCHEMA,
    Sheet::SCHEMA,
    Mark::SCHEMA,
    ClassResult::SCHEMA,
    Appreciation::SCHEMA,
    FollowUp::SCHEMA,
    Phrase::SCHEMA,
    YearTurn::SCHEMA,
    YearDecision::SCHEMA,
    Act::SCHEMA,
    StreamHead::SCHEMA,
    AuditEntry::SCHEMA,
    Restoring::SCHEMA,
    ClosingJob::SCHEMA,
];

/// Does a backup hold it, and does it go when a store is emptied? What does not is about the store itself.
#[must_use]
pub fn of_school(schema: &Schema) -> bool {
    *schema != *Restoring::SCHEMA && *schema != *ClosingJob::SCHEMA
}

/// The schema of that collection.
#[must_use]
pub fn schema(collection: &str) -> Option<&'static Schema> {
    ALL.iter().copied().find(|schema| schema.collection == collection)
}

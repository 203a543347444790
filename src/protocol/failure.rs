//! What users meet when something does not go: each becomes a sentence in `text/`.

use serde::{Deserialize, Serialize};

use super::{BulletinConflict, ServerFault};
use crate::domain::{
    account::AccountError,
    calendar::Timestamp,
    id::{EvaluationId, StudentId},
    rules::RuleFault,
    score::{MarkError, MarkValue},
    text_values::TextError,
};

/// A part of the installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    Store,
    Cache,
}

/// A field of a form, as the screens name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    LastName,
    FirstName,
    Sex,
    Phone,
    Class,
    Matricule,
    BirthDate,
    BirthPlace,
    Status,
    Mark,
    Username,
    DisplayName,
    Password,
    Role,
    Name,
    Short,
    Level,
    Series,
    Coefficient,
    Published,
    Position,
    Title,
    Kind,
    Date,
    Scale,
    School,
    Year,
    Subject,
    Term,
    Teacher,
    Student,
    Filter,
    File,
    Mapping,
    Preset,
    Division,
    Relation,
    Email,
    Consent,
    MoneyOperator,
    MoneyNumber,
    HeadTeacher,
    Capacity,
    SubjectKind,
    Optional,
    Starts,
    /// What becomes of a student.
    Outcome,
    /// The days of a term.
    TermDates(crate::domain::calendar::Term),
    Quartier,
    Commune,
    Language,
    /// Bank or Mobile Money operator of a student.
    Bank,
    Candidate,
    /// Of somebody who works at the school.
    EmployeeId,
    Diploma,
    /// Those that somebody teaches.
    Subjects,
    Availability,
    Account,
    NationalId,
    MedicalNote,
    Samples,
    /// The same password once more.
    Repeat,
    OldPassword,
    Reason,
    // Of the school's rules.
    ClassWeight,
    CompositionWeight,
    Formula,
    MissingPart,
    Cycles,
    Scales,
    Unjustified,
    NotHandedIn,
    General,
    Rounding,
    Ranking,
    Bands,
    AnnualWeights,
    PassMark,
    PhoneRequired,
    Praise,
    Sanctions,
    ConductBlocks,
    ConductBelow,
    RemarkMax,
    GeneralMax,
    // Beside the marks.
    Appreciation,
    AbsentJustified,
    AbsentUnjustified,
    Late,
    Conduct,
    Observation,
    Honour,
    Band,
    Owner,
    Decisions,
    Exams,
    Families,
}

/// What needs a class or a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NeededBy {
    Students,
    /// Also of students who have left, and of other years.
    Enrolments,
    Assignments,
    Evaluations,
    Classes,
    /// By level or series.
    Coefficients,
}

/// Why something is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    Text(TextError),
    Mark(MarkError),
    /// Required and not given.
    Missing,
    /// Agrees to be written to, and has no address for it.
    ConsentWithout,
    /// No account of that kind, by its number.
    Account(AccountError),
    /// No NINA of Mali.
    Nina,
    /// Not built as national ids are.
    NationalId,
    /// Right, and not kept: there is no key to keep it under.
    Locked,
    /// So many guardians fit that it is not a search.
    TooManyGuardians,
    /// Not among the school's levels or series.
    NotListed {
        what: String,
    },
    /// The dates of this term do not follow those before, or fall outside the year.
    TermDates {
        term: crate::domain::calendar::Term,
    },
    /// The day is not in this school year.
    NotInYear,
    /// Not for the year that runs.
    CurrentYear,
    /// The next year cannot be opened yet: students of whom nothing is decided, classes with open terms.
    YearNotReady {
        undecided: u64,
        classes: u64,
    },
    /// The student has a class this year; the next one follows from what is decided.
    HasClass,
    /// The subject is for the whole class.
    NoOption {
        what: String,
    },
    /// The student does not take this option.
    NotInOption,
    /// Somebody is closing that term: so many classes, of so many.
    ClosingUnderWay {
        done: u64,
        total: u64,
    },
    /// A row of a file has neither of the two by which a student is known: matricule and phone.
    NoKey,
    /// Another student has this phone.
    PhoneTaken {
        name: String,
        class: Option<String>,
    },
    MatriculeTaken {
        name: String,
        class: Option<String>,
    },
    /// That employee id is of this account.
    EmployeeIdTaken {
        name: String,
    },
    /// Only accounts of those who work at the school have it.
    StaffOnly,
    /// Another record of the kind has this name.
    NameTaken {
        name: String,
    },
    /// It is still used `count` times and cannot become so.
    InUse {
        count: u64,
    },
    /// Marks of a column stand above the new scale: so many, and the first of them by name.
    MarksAbove {
        count: u64,
        first: Vec<(String, crate::domain::score::Score)>,
    },
    /// These still need it: it cannot be deleted.
    Needed {
        by: NeededBy,
        count: u64,
    },
    /// No such class, subject, term, evaluation, user: the text that was given.
    Unknown {
        what: String,
    },
    /// Unknown, but these are near.
    DidYouMean {
        what: String,
        near: Vec<String>,
    },
    /// Not a date, a number, a year… of the form given.
    Form {
        example: String,
    },
    /// Written as a date, but no calendar has it (31 February).
    NoSuchDate,
    /// A date on which nobody was born who is at school.
    BirthDate,
    /// Between these, both included.
    Range {
        min: i64,
        max: i64,
    },
    /// Not a whole number between these.
    Whole {
        min: i64,
        max: i64,
    },
    /// The sheet or the year is closed.
    Closed,
    /// The last admin cannot be removed, disabled or given another role.
    LastAdmin,
    /// There is nothing to undo or redo.
    Nothing,
    /// A mark that was kept while the store was away is just being sent, or may have arrived.
    OnItsWay,
    /// A query does not fit: the word that does not.
    Query {
        word: String,
    },
    /// The store already holds a school.
    AlreadyOpen,
    /// The school already has students: making some up needs to be asked for twice.
    NotEmpty,
    /// Old password is wrong.
    WrongPassword,
    /// The new password is the old one.
    SamePassword,
    /// The student is not in this class this year.
    NotInClass,
    /// Nobody is closing that term.
    NoClosing,
    /// A class does not follow itself: who stays in it repeats.
    SameClass,
    /// Who leaves goes to no class.
    LeaverHasNoClass,
    /// What cannot stand in a rule set.
    Rules(Vec<RuleFault>),
    /// Somebody else has put other rules into force meanwhile.
    RulesMoved {
        name: String,
        version: u32,
    },
    /// It was stopped; everything is as before.
    Stopped,
    /// Not among the honours of the school's rules.
    NoSuchHonour {
        what: String,
    },
    /// Before a term is closed: something is missing in so many classes.
    Gaps {
        classes: u64,
    },
}

/// Somebody else changed the same cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellConflict {
    pub evaluation: EvaluationId,
    pub student: StudentId,
    /// What stands there now.
    pub theirs: Option<MarkValue>,
    /// The version to name when insisting.
    pub version: u64,
    pub by: String,
    /// It was the same account, on another terminal.
    #[serde(default)]
    pub own: bool,
    pub at: Timestamp,
}

/// What went wrong, as users meet it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// The role does not allow it.
    Denied,
    /// Name or password is wrong; nothing more is said.
    WrongLogin,
    /// The session is over; log in again.
    SessionOver,
    /// The password must be changed first.
    PasswordMustChange,
    Invalid {
        field: Option<Field>,
        why: Why,
    },
    /// The record was changed by somebody else since it was read.
    Conflict,
    Cell(Box<CellConflict>),
    /// Somebody else wrote in the same place of a bulletin.
    Bulletin(Box<BulletinConflict>),
    /// It is no longer there.
    NotFound,
    /// A part of the installation does not answer; `detail` is a store sentence id such as `locked`, `full`.
    Offline {
        what: Part,
        detail: Trouble,
    },
    /// Too many tries; again after that many seconds.
    Throttled {
        seconds: u64,
    },
    /// A fault of ours: the id finds the entry in the log file.
    Internal {
        id: String,
    },
}

/// What is the matter with a store: one sentence each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trouble {
    Unreachable,
    /// A path cannot be a store's file.
    Path {
        path: String,
        fault: PathFault,
    },
    Locked,
    Full,
    ReadOnly,
    Corrupt,
    Newer {
        found: u32,
        known: u32,
    },
    /// A restore of that backup was cut short, or is under way. `here`: the backup is in this machine's folder, and the
    /// restore is finished from it.
    Unfinished {
        backup: String,
        here: bool,
    },
    /// A database server is there, or should be.
    Server(ServerFault),
}

/// What is wrong with a path: it names the file of a store, or a folder on the way to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PathFault {
    /// A folder, where the file should be.
    Folder,
    /// A socket, a pipe, a device: nothing that keeps data.
    NoFile,
    /// A link that leads back to itself.
    Loop,
    /// This account may not open it, or make a file in it.
    Denied,
    /// A file, where a folder should be.
    NoFolder,
    /// The file is gone, but its log is there: what was written last is in it, and a new file would begin it anew.
    LogAlone,
    /// Anything else, in the system's words.
    Other(String),
}

impl Failure {
    #[must_use]
    pub fn invalid(field: Field, why: Why) -> Self {
        Self::Invalid { field: Some(field), why }
    }

    #[must_use]
    pub fn refused(why: Why) -> Self {
        Self::Invalid { field: None, why }
    }
}

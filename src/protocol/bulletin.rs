//! What is written on a bulletin beside the marks: appreciations, follow-up, the council's word, and the phrases.

use serde::{Deserialize, Serialize};

use crate::domain::{
    bulletin::{BulletinOf, BulletinPage, BulletinPart, BulletinValue, HonourDecision},
    calendar::{Term, Timestamp, YearId},
    entities::{Phrase, Sex},
    id::{ActId, PhraseId, StudentId, SubjectId},
    rules::{Rank, RuleSet},
    schema::Stored,
    score::Average,
    text_values::{Matricule, Name, Remark},
};

/// Which list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BulletinKey {
    pub of: BulletinOf,
    pub page: BulletinPage,
}

/// A list with a row per student of the class.
#[expect(clippy::struct_excessive_bools, reason = "what may be done now: each on its own, as on the sheet")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulletinView {
    pub key: BulletinKey,
    /// The term is closed for the class: nothing can be written.
    pub closed: bool,
    /// The session's user may write here, and the term is open.
    pub editable: bool,
    /// The session's user has something to undo, to redo.
    pub undo: bool,
    pub redo: bool,
    /// In French order of names.
    pub rows: Vec<BulletinRow>,
    /// Those the term was closed by, else those in force; of the class's level.
    pub rules: RuleSet,
}

/// A student of the class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulletinRow {
    pub student: StudentId,
    pub matricule: Matricule,
    pub last_name: Name,
    pub first_name: Name,
    pub sex: Option<Sex>,
    /// Of the page's subject, or the general one.
    pub average: Option<Average>,
    pub rank: Option<Rank>,
    /// The appreciation of the page's subject, or the general one.
    pub remark: Option<Remark>,
    pub follow: FollowShown,
    /// What the rules propose.
    pub proposed: Option<Name>,
    /// What the council has decided instead, and who of it.
    pub decided: Option<HonourDecision>,
    pub decided_by: Option<String>,
}

/// The follow-up of a student in a term; what is not recorded is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowShown {
    pub justified: Option<u16>,
    pub unjustified: Option<u16>,
    pub late: Option<u16>,
    pub conduct: Option<Average>,
    pub observation: Option<Remark>,
}

/// Write, change or take out one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetBulletin {
    /// Made by the client when it is handed in; a retry carries the same.
    pub act: ActId,
    pub key: BulletinKey,
    pub student: StudentId,
    pub part: BulletinPart,
    pub value: Option<BulletinValue>,
    /// What the user saw there; `None`: whatever stands there (command line).
    pub expect: Option<Seen>,
}

/// What somebody saw in a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen(pub Option<BulletinValue>);

/// Takes the user's own last change of a list back, or brings it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepBulletin {
    pub act: ActId,
    pub key: BulletinKey,
    pub redo: bool,
    /// Also over somebody's later change.
    pub force: bool,
}

/// It is written (or taken back, or brought again).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulletinSet {
    pub key: BulletinKey,
    pub student: StudentId,
    pub part: BulletinPart,
    pub value: Option<BulletinValue>,
    pub at: Timestamp,
    pub undo: bool,
    pub redo: bool,
}

/// Something else stands there than the user saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulletinConflict {
    pub student: StudentId,
    pub part: BulletinPart,
    pub theirs: Option<BulletinValue>,
    pub by: String,
    pub at: Timestamp,
}

/// What stands on a student's bulletin of a term beside the marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulletinWords {
    pub year: YearId,
    pub term: Term,
    /// By the subjects' order; without a subject: the general one, last.
    pub remarks: Vec<(Option<SubjectId>, Remark)>,
    pub follow: FollowShown,
    /// The honour that stands: the council's where it has decided, else the one that the rules propose.
    pub honour: Option<Name>,
    /// The council's decision, where it is another than what the rules propose.
    pub decided: Option<HonourDecision>,
}

/// A phrase of the bank, as its form has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhraseDraft {
    /// With the version it was read at; `None`: a new one.
    pub id: Option<(PhraseId, u64)>,
    /// For the whole school (needs the right to set it up), else the user's own.
    pub school: bool,
    pub band: Option<Average>,
    pub text: Remark,
}

/// A phrase that the user may use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhraseRow {
    pub phrase: Stored<Phrase>,
    /// The user's own, or the school's for who sets it up.
    pub editable: bool,
}

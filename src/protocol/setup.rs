//! The door, the set-up and the accounts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CacheFault, KeptCount};
use crate::domain::{
    access::Principal,
    calendar::{Division, Term, YearId},
    entities::{Class, Level, LevelCoefficient, Role, School, SchoolYear, StaffFile, Subject, SubjectKind},
    id::{AssignmentId, ClassId, SessionId, StudentId, SubjectId, UserId},
    rules::RuleSet,
    schema::Stored,
    text_values::{Matricule, Name, Password, Username},
};

/// How a part of the installation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lamp {
    #[default]
    Good,
    /// Answers, but slowly or after trouble.
    Slow,
    Gone,
}

/// What stands behind the door.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Greeting {
    /// `None`: no school yet; the wizard comes.
    pub school: Option<School>,
    /// How the school's current year is cut; `None` without a school.
    pub division: Option<Division>,
    /// Only for a demo school: one account a role, with its password.
    pub demo: Vec<DemoAccount>,
    pub store: Lamp,
    pub cache: Lamp,
}

/// An account of a demo school, as its login screen lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoAccount {
    pub role: Role,
    pub username: Username,
    pub password: String,
}

/// The wizard's answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SchoolSetup {
    pub name: Name,
    pub year: YearId,
    pub division: Division,
    /// `mali` or `france`.
    pub preset: String,
    /// Also make the preset's sample classes and subjects.
    pub samples: bool,
    pub admin: Username,
    pub password: Password,
}

/// A session has begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entered {
    pub session: SessionId,
    pub who: Principal,
    pub username: String,
    pub display_name: String,
    /// A password given by somebody else must be changed before anything else.
    pub must_change: bool,
    pub setup: Setup,
    /// The user's marks that are kept on this machine.
    pub kept: KeptCount,
}

/// All that screens need to name things: small, and read again on `Event::Setup`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    pub school: School,
    pub years: Vec<SchoolYear>,
    pub rules: RuleSet,
    /// Levels, then series, each by position.
    #[serde(default)]
    pub levels: Vec<Stored<Level>>,
    /// In French order of names. Only those within the user's scope.
    pub classes: Vec<Stored<Class>>,
    /// By position, then name.
    pub subjects: Vec<Stored<Subject>>,
    /// The sheets the user may open: class and subject. Empty for those who may open all.
    pub charges: Vec<(ClassId, SubjectId)>,
    /// The same of the years before the current one: they are read, not written.
    #[serde(default)]
    pub past: BTreeMap<YearId, Vec<(ClassId, SubjectId)>>,
    /// Classes of `past` that are not in `classes`.
    #[serde(default)]
    pub past_classes: Vec<Stored<Class>>,
}

impl Setup {
    /// A class by its id, of this year or of the user's past ones.
    #[must_use]
    pub fn class(&self, id: &ClassId) -> Option<&Class> {
        self.ever().map(|class| &class.body).find(|class| class.id == *id)
    }

    /// The classes of this year and of the user's past ones.
    pub fn ever(&self) -> impl Iterator<Item = &Stored<Class>> + Clone {
        self.classes.iter().chain(&self.past_classes)
    }

    /// The school's years before the current one, the newest first.
    #[must_use]
    pub fn past_years(&self) -> Vec<YearId> {
        let before = self.years.iter().map(|year| &year.id).filter(|year| **year < self.school.current_year);
        let mut years: Vec<YearId> = before.cloned().collect();
        years.sort_by(|one, other| other.cmp(one));
        years
    }

    #[must_use]
    pub fn subject(&self, id: &SubjectId) -> Option<&Subject> {
        self.subjects.iter().map(|subject| &subject.body).find(|subject| subject.id == *id)
    }

    /// A term's name as the school has it: `T1`, or `S1` in a year of semesters.
    #[must_use]
    pub fn term_in(&self, year: &YearId, term: Term) -> String {
        let year = self.years.iter().find(|known| known.id == *year);
        year.map_or(Division::Trimesters, |year| year.division).label(term)
    }

    /// The same, in the current year.
    #[must_use]
    pub fn term(&self, term: Term) -> String {
        self.term_in(&self.school.current_year, term)
    }

    /// The terms of the current year.
    #[must_use]
    pub fn terms(&self) -> Vec<Term> {
        self.terms_of(&self.school.current_year)
    }

    /// The terms of a year, in order; none of an unknown one.
    #[must_use]
    pub fn terms_of(&self, year: &YearId) -> Vec<Term> {
        let year = self.years.iter().find(|known| known.id == *year);
        year.map(|year| year.terms.iter().map(|span| span.term).collect()).unwrap_or_default()
    }

    /// What is shown first of a year: the current term, or that of the same number; the first one where there is none.
    #[must_use]
    pub fn first_term(&self, year: &YearId) -> Option<Term> {
        let terms = self.terms_of(year);
        let same = terms.iter().find(|term| **term == self.school.current_term);
        same.or(terms.first()).copied()
    }
}

/// A subject as its form has it; the id is absent for a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectDraft {
    pub id: Option<SubjectId>,
    pub name: Name,
    pub short: Option<Name>,
    pub coefficient: u8,
    pub coefficients: Vec<LevelCoefficient>,
    pub position: u16,
    pub kind: SubjectKind,
    /// Only some students of a class have it.
    pub optional: bool,
}

/// A student of a class, and whether it takes the option that was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionRow {
    pub id: StudentId,
    pub matricule: Matricule,
    /// Last name in capitals, and first name.
    pub name: String,
    pub takes: bool,
}

/// Who of a class takes an option subject, or no longer does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetOption {
    pub class: ClassId,
    pub subject: SubjectId,
    pub students: Vec<(StudentId, bool)>,
}

/// One line of the assignments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentRow {
    pub id: AssignmentId,
    pub version: u64,
    pub teacher: UserId,
    pub teacher_name: String,
    pub class: ClassId,
    pub class_name: String,
    pub subject: SubjectId,
    pub subject_name: String,
}

/// One line of the accounts; never the hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    pub id: UserId,
    pub version: u64,
    pub username: Username,
    pub display_name: Name,
    pub role: Role,
    pub disabled: bool,
    pub must_change: bool,
    /// Which of the linked students is the account's own record.
    pub own: Option<StudentId>,
    /// The linked student's name, for a student account; the children's, for a parent's.
    pub linked: Vec<(StudentId, String)>,
    /// Those of them that are deleted; they may come back.
    pub gone: Vec<StudentId>,
    /// Empty for students and parents.
    #[serde(default)]
    pub staff: StaffFile,
}

/// An account as its form has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SaveUser {
    /// With the version it was read at; `None` for a new one.
    pub id: Option<(UserId, u64)>,
    pub username: Username,
    pub display_name: Name,
    pub role: Role,
    pub disabled: bool,
    /// `None`: keep it; for a new account, make one and give it back once.
    pub password: Option<Password>,
    pub student: Option<StudentId>,
    pub children: Vec<StudentId>,
    /// Must be empty for students and parents.
    #[serde(default)]
    pub staff: StaffFile,
}

/// A saved account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewAccount {
    pub row: AccountRow,
    /// Shown once: the password that was made because none was given.
    pub first_password: Option<Password>,
}

/// The state of the installation, for `doctor` and the health screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    pub store: Lamp,
    pub store_kind: String,
    pub cache: Lamp,
    pub cache_kind: String,
    /// What is the matter with the cache, where its lamp is not good.
    pub cache_fault: Option<CacheFault>,
    pub counters: CacheCounters,
    pub students: u64,
    pub marks: u64,
    pub format: u32,
}

/// What `doctor` found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorReport {
    /// What the store's own check says is wrong; empty is a clean bill.
    pub store: Vec<String>,
    /// What is wrong with the audit chains.
    pub audit: Vec<super::AuditFinding>,
    /// Students whose read model did not follow from their marks.
    pub stale: u64,
    /// Students whose read model was written again.
    pub rebuilt: u64,
}

/// Counters of a cache since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheCounters {
    pub hits: u64,
    pub misses: u64,
    pub fills: u64,
    pub refused_fills: u64,
    pub invalidations: u64,
}

/// A backup file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupRow {
    /// File name in the backups folder.
    pub name: String,
    pub at: crate::domain::calendar::Timestamp,
    pub bytes: u64,
    /// Documents inside.
    pub documents: u64,
}

//! Students, statistics and imports.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{BulletinWords, Failure, Field, SheetKey, Why};
use crate::domain::{
    calendar::{Term, Timestamp, YearId},
    entities::{Dossier, Sex, Student, StudentStatus},
    id::{ActId, ClassId, EvaluationId, StudentId, SubjectId},
    schema::Stored,
    score::{Average, MarkValue},
    sensitive::{Sensitive, SensitiveError, SensitiveField},
    text_values::{Matricule, Name, Phone},
};

/// A line of the students table: read from the student document without its grades.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudentRow {
    #[serde(rename = "_id")]
    pub id: StudentId,
    pub version: u64,
    pub matricule: Matricule,
    pub last_name: Name,
    pub first_name: Name,
    pub sex: Option<Sex>,
    pub phone: Option<Phone>,
    pub class: Option<ClassId>,
    pub class_name: Option<Name>,
    pub status: StudentStatus,
    pub average: Option<Average>,
}

impl std::fmt::Debug for StudentRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StudentRow").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A deleted student that can come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedStudent {
    pub id: StudentId,
    /// The deletion: taken back, it brings record, enrolments and account back.
    pub act: ActId,
    pub matricule: Matricule,
    /// Last name in capitals, and first name.
    pub name: String,
    pub class: Option<String>,
    pub at: Timestamp,
    /// Who deleted it.
    pub by: String,
}

/// A student as the form has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudentForm {
    /// `None` for a new student: generated.
    pub matricule: Option<Matricule>,
    pub last_name: Name,
    pub first_name: Name,
    pub sex: Option<Sex>,
    pub phone: Option<Phone>,
    pub birth_date: Option<Date>,
    pub birth_place: Option<Name>,
    pub dossier: Dossier,
    pub class: Option<ClassId>,
    /// First day in this year.
    pub starts: Starts,
    pub status: StudentStatus,
    /// What is kept under lock only.
    #[serde(default)]
    pub sensitive: Sensitive,
}

impl StudentForm {
    /// Why what is kept under lock cannot be taken: it is wrong, or there is no key yet. `region`: the school's country.
    ///
    /// # Errors
    /// Always, where any of it is given; the values are not in it.
    pub fn locked(&self, region: &str) -> Result<(), Failure> {
        let bank = self.dossier.bank.as_ref().map(Name::as_str);
        if let Err((field, error)) = self.sensitive.check(bank, region) {
            return Err(Failure::invalid(field.into(), error.into()));
        }
        match self.sensitive.given() {
            Some(field) => Err(Failure::invalid(field.into(), Why::Locked)),
            None => Ok(()),
        }
    }
}

impl From<SensitiveField> for Field {
    fn from(field: SensitiveField) -> Self {
        match field {
            SensitiveField::Account => Self::Account,
            SensitiveField::NationalId => Self::NationalId,
            SensitiveField::MedicalNote => Self::MedicalNote,
        }
    }
}

impl From<SensitiveError> for Why {
    fn from(error: SensitiveError) -> Self {
        match error {
            SensitiveError::Account(error) => Self::Account(error),
            SensitiveError::Nina => Self::Nina,
            SensitiveError::NationalId => Self::NationalId,
            SensitiveError::Text(error) => Self::Text(error),
        }
    }
}

/// What a form says of the first day at the school in this year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Starts {
    /// As it stands.
    #[default]
    Keep,
    /// From the first day of the year.
    WithTheYear,
    On(Date),
}

/// A mark given together with a new student: into an existing evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstMark {
    pub sheet: SheetKey,
    pub evaluation: EvaluationId,
    pub value: MarkValue,
}

/// Add or change a student.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveStudent {
    /// Made by the client; a retry carries the same.
    pub act: ActId,
    /// With the version it was read at; `None` for a new one.
    pub id: Option<(StudentId, u64)>,
    pub form: StudentForm,
    pub marks: Vec<FirstMark>,
}

/// A student was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudentSaved {
    pub id: StudentId,
    pub matricule: Matricule,
    pub version: u64,
    pub act: ActId,
}

/// A student's card: the whole record, with the place in class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StudentCard {
    pub student: Stored<Student>,
    /// Rank in class by general average: year, term, rank, tied, headcount ranked.
    pub ranks: Vec<CardRank>,
    /// First day in the current year, for who came late.
    #[serde(default)]
    pub starts: Option<Date>,
    /// Titles of the evaluations the grades name.
    pub evaluations: BTreeMap<EvaluationId, Name>,
    /// The session's user may change the record, delete it.
    pub may_edit: bool,
    pub may_delete: bool,
    pub account: Option<String>,
    /// Beside the marks, of the terms that have any; the latest last.
    #[serde(default)]
    pub words: Vec<BulletinWords>,
    /// What the subjects counted in closed terms.
    #[serde(default)]
    pub then: Vec<TermWeights>,
}

/// What each subject counted in a closed term, in the class of then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermWeights {
    pub year: YearId,
    pub term: Term,
    pub coefficients: BTreeMap<SubjectId, u8>,
}

impl TermWeights {
    /// Of that term, if it was closed: a subject that is missing there had no average.
    #[must_use]
    pub fn of<'a>(all: &'a [Self], year: &YearId, term: Term) -> Option<&'a BTreeMap<SubjectId, u8>> {
        all.iter().find(|one| one.year == *year && one.term == term).map(|one| &one.coefficients)
    }
}

/// A rank by general average.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRank {
    pub year: YearId,
    pub term: Term,
    pub rank: u32,
    pub tied: bool,
    pub of: u32,
}

/// One line of a history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryLine {
    pub at: Timestamp,
    /// Name of the account, or its id if it is gone.
    pub by: String,
    pub action: String,
    /// Subject and evaluation, for marks.
    pub subject: Option<String>,
    pub evaluation: Option<String>,
    pub term: Option<Term>,
    pub old: Value,
    pub new: Value,
    pub reason: Option<String>,
}

/// *Mes notes*: what a student or guardian sees. Only published columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MyMarks {
    pub student: Stored<Student>,
    /// Id and name of all children the account sees (or the student itself).
    pub children: Vec<(StudentId, String)>,
    /// Names of subjects, and coefficients in this class.
    pub subjects: Vec<(SubjectId, Name, u8)>,
    pub evaluations: BTreeMap<EvaluationId, Name>,
    pub ranks: Vec<CardRank>,
    /// Beside the marks, of closed terms: then they are what the bulletin says.
    #[serde(default)]
    pub words: Vec<BulletinWords>,
    /// What the subjects counted in closed terms.
    #[serde(default)]
    pub then: Vec<TermWeights>,
}

impl MyMarks {
    /// What a subject counts in a term: in a closed one as it did then, else as in the class of now.
    #[must_use]
    pub fn coefficient(&self, year: &YearId, term: Term, subject: &SubjectId) -> Option<u8> {
        let then = TermWeights::of(&self.then, year, term).and_then(|weights| weights.get(subject)).copied();
        then.or_else(|| self.subjects.iter().find(|known| known.0 == *subject).map(|known| known.2))
    }
}

/// Whose statistics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatsQuestion {
    /// `None`: the whole school.
    pub class: Option<ClassId>,
    /// `None`: the general average.
    pub subject: Option<SubjectId>,
    /// `None`: the current year.
    pub year: Option<YearId>,
    /// `None`: the last term that has data.
    pub term: Option<Term>,
}

/// Statistics of averages on 0–20. Means are `None` when nothing is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassStats {
    pub year: YearId,
    /// `None`: there is no data in any term.
    pub term: Option<Term>,
    /// Students with an average.
    pub count: u64,
    /// Students without one.
    pub without: u64,
    pub mean: Option<f64>,
    pub min: Option<Average>,
    pub max: Option<Average>,
    pub median: Option<f64>,
    /// Population standard deviation.
    pub deviation: Option<f64>,
    /// Share at or above the pass mark, 0 to 1.
    pub pass_rate: Option<f64>,
    pub below_10: u64,
    /// Counts of averages in [0,1), [1,2), … [19,20].
    pub distribution: Vec<u64>,
    /// Sorted descending: ranks of an open term come from here. Empty for the whole school.
    pub sorted: Vec<Average>,
    /// Classes of the school with their means: only for the whole school.
    pub classes: Vec<(ClassId, String, u64, Option<f64>)>,
}

/// One of several figures that stand side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Students with an average.
    pub count: u64,
    pub mean: Option<f64>,
    /// Share at or above the pass mark, 0 to 1.
    pub pass_rate: Option<f64>,
}

/// The subjects of a class or the school beside each other, and one average from term to term.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatsSpread {
    pub year: YearId,
    /// Of the subjects: the one asked for, or the last with data; `None`: no term has any.
    pub term: Option<Term>,
    /// Those with averages, in the school's order.
    pub subjects: Vec<(SubjectId, Share)>,
    /// Every term of the year, of the subject asked for or the general average.
    pub terms: Vec<(Term, Share)>,
}

/// The best of a school or class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopQuestion {
    pub class: Option<ClassId>,
    pub year: Option<YearId>,
    pub term: Option<Term>,
    pub limit: u32,
    /// Also those who tie with the last.
    pub with_ties: bool,
}

/// One of the best.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopRow {
    pub rank: u32,
    pub tied: bool,
    pub id: StudentId,
    pub student: String,
    pub class: Option<String>,
    pub average: Average,
}

/// A student found by the palette.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub id: StudentId,
    pub name: String,
    pub matricule: Matricule,
    pub class: Option<String>,
}

/// A table of students as read from a file, with what its columns mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudentsSource {
    /// Names of the columns, in order.
    pub headers: Vec<String>,
    /// Row number in the file (1 is the first after the headings) and its cells.
    pub rows: Vec<(u64, Vec<String>)>,
    /// Field → column heading: `class=school`.
    pub map: BTreeMap<String, String>,
    /// Column heading → subject, term.
    pub marks: Vec<MarkColumn>,
    /// Give rows without a natural key the identity `{source}:{row}`, made names and generated matricules; create
    /// the classes and subjects that the file names.
    pub fill_missing: bool,
    pub source: String,
}

/// A column of marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkColumn {
    pub column: String,
    pub subject: Name,
    pub term: Term,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportFate {
    Create,
    Update,
    Unchanged,
    Refuse,
}

/// One planned row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportRow {
    pub row: u64,
    pub fate: ImportFate,
    /// Name as it will stand.
    pub student: Option<String>,
    pub matricule: Option<Matricule>,
    /// For an update: field → (old, new), as shown.
    pub changes: BTreeMap<String, (String, String)>,
    /// For a refusal: the column, and why.
    pub refused: Option<(String, Failure)>,
    /// What the commit will do; opaque to the screens.
    pub work: Option<ImportWork>,
}

/// What a planned row will write, against the versions that were seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportWork {
    /// The existing student and its version.
    pub existing: Option<(StudentId, u64)>,
    pub form: StudentForm,
    /// Name of the class, which may have to be created first.
    pub class: Option<Name>,
    pub source: Option<String>,
    /// Column index in `StudentsSource::marks` and value.
    pub marks: Vec<(usize, Option<MarkValue>)>,
}

/// The plan: what is committed is this very object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportPlan {
    pub act: ActId,
    pub source: String,
    pub columns: Vec<MarkColumn>,
    pub new_classes: Vec<Name>,
    pub new_subjects: Vec<Name>,
    pub rows: Vec<ImportRow>,
    pub totals: BTreeMap<ImportFate, u64>,
}

/// What a commit did: the plan's rows with their fates, and what had moved meanwhile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportReport {
    pub act: ActId,
    pub rows: Vec<ImportRow>,
    pub totals: BTreeMap<ImportFate, u64>,
    pub committed: u64,
    /// Why it ended before its end: what was written until then stands, the other rows are refused for that reason.
    #[serde(default)]
    pub stopped: Option<Failure>,
}

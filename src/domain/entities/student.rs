//! Students (élèves), their read model, and their enrolments.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::mark::EvaluationKind;
use crate::domain::{
    calendar::{Term, YearId},
    id::{ClassId, EnrolmentId, EvaluationId, StudentId, SubjectId},
    schema::{Derived, DerivedValue, Entity, Field, FieldType, Schema, nothing_derived},
    score::{Average, MarkCode, MarkValue, Scale, Score},
    text_values::{Matricule, Name, Phone},
    words,
};

/// As in the civil status; words agree with it, and an unknown one keeps `(e)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Sex {
    #[serde(rename = "F")]
    Female,
    #[serde(rename = "M")]
    Male,
}

impl Sex {
    /// Reads `F`, `M`, `féminin`, `masculin`, `fille`, `garçon`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match words::fold(text.trim()).as_str() {
            "f" | "feminin" | "fille" | "female" | "girl" => Some(Self::Female),
            "m" | "h" | "g" | "masculin" | "garcon" | "male" | "boy" => Some(Self::Male),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Female => "F",
            Self::Male => "M",
        }
    }
}

/// Where a student stands with the school.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StudentStatus {
    /// actif
    #[default]
    Active,
    /// en attente
    Pending,
    /// désinscrit
    Withdrawn,
}

impl StudentStatus {
    pub const ALL: [Self; 3] = [Self::Active, Self::Pending, Self::Withdrawn];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads the stored word or a French one, or what either begins with: `act`, `attente`, `en attente`, `désinscrit`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        const WORDS: [(&str, StudentStatus); 7] = [
            ("active", StudentStatus::Active),
            ("actif", StudentStatus::Active),
            ("pending", StudentStatus::Pending),
            ("attente", StudentStatus::Pending),
            ("en attente", StudentStatus::Pending),
            ("withdrawn", StudentStatus::Withdrawn),
            ("desinscrite", StudentStatus::Withdrawn),
        ];
        let begun = words::fold(text.trim());
        if begun.is_empty() {
            return None;
        }
        let mut meant = WORDS.iter().filter(|(word, _)| word.starts_with(&begun)).map(|(_, status)| *status);
        let first = meant.next()?;
        meant.all(|other| other == first).then_some(first)
    }
}

/// General averages of one year. A term without any is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermAverages {
    #[serde(flatten)]
    pub terms: BTreeMap<Term, Average>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<Average>,
}

/// A term that was closed with this student in the class: its averages stay as they are, whatever becomes of rules,
/// coefficients or classes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedTerm {
    /// The class it was closed in.
    pub class: ClassId,
    /// The rules it was closed by.
    pub rules: String,
    /// The general average as an exact fraction, `numerator/denominator`, for the average of the year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<String>,
}

/// A mark as the student's read model carries it: all that an average needs, without another look-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grade {
    /// The class on whose sheet it stands; its coefficients count, also after the student has gone to another class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<ClassId>,
    pub subject: SubjectId,
    pub year: YearId,
    pub term: Term,
    pub evaluation: EvaluationId,
    pub kind: EvaluationKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    pub score: Option<Score>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<MarkCode>,
    pub scale: Scale,
    /// Of the evaluation, 0 to 100.
    pub coefficient: u8,
}

impl Grade {
    /// What stands in the cell.
    #[must_use]
    pub fn value(&self) -> Option<MarkValue> {
        self.score.map(MarkValue::Score).or(self.code.map(MarkValue::Code))
    }
}

/// What the school knows of a student besides the identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// Part of the town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quartier: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commune: Option<Name>,
    /// Spoken at home.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Name>,
    /// The bank or Mobile Money operator that fees come from; the account itself is under lock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<Name>,
    /// Number as a candidate of a national examination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate: Option<Matricule>,
}

impl Dossier {
    /// Nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A student. `grades` and the averages are a read model of `marks`, kept in the same batch.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Student {
    #[serde(rename = "_id")]
    pub id: StudentId,
    pub matricule: Matricule,
    pub last_name: Name,
    pub first_name: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Absent, or unique among students.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_place: Option<Name>,
    #[serde(default, skip_serializing_if = "Dossier::is_empty")]
    pub dossier: Dossier,
    /// The class of the current year's enrolment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<ClassId>,
    /// Its name (a projection).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_name: Option<Name>,
    pub status: StudentStatus,
    /// The year that `class` is of; another one than the school's is stale. `None`: from before years turned here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<YearId>,
    /// Option subjects taken in each year (a projection of the enrolments); years without any are absent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<YearId, Vec<SubjectId>>,
    /// General average of the current term.
    pub average: Option<Average>,
    #[serde(default)]
    pub averages: BTreeMap<YearId, TermAverages>,
    /// Printed subject averages by year and term.
    #[serde(default)]
    pub subject_averages: BTreeMap<YearId, BTreeMap<Term, BTreeMap<SubjectId, Average>>>,
    /// Closed terms, by year.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub closed: BTreeMap<YearId, BTreeMap<Term, ClosedTerm>>,
    #[serde(default)]
    pub grades: Vec<Grade>,
    /// Version of the rules that the averages were made by.
    #[serde(default)]
    pub rules_version: u32,
    /// What the averages were made of ([`crate::domain::weights::Weights`]); another stamp than the set-up's is stale.
    #[serde(default)]
    pub basis: String,
    /// Version of the document at which the record itself (not its marks) was last changed: a form read at an older
    /// version clashes, one read before somebody's mark does not.
    #[serde(default)]
    pub record_version: u64,
    /// Identity given by an import of rows without a natural key: `{source}:{row}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Student {
    /// What is long in a document, and of no use where only general averages are shown: left out of lists.
    pub const LONG: &'static [&'static str] = &["grades", "subject_averages"];
    /// The same where averages of subjects are read.
    pub const MARKS: &'static [&'static str] = &["grades"];

    /// How that term was closed for this student, if it was.
    #[must_use]
    pub fn closed_term(&self, year: &YearId, term: Term) -> Option<&ClosedTerm> {
        self.closed.get(year)?.get(&term)
    }

    /// `TRAORÉ Awa`, as lists show it.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.last_name.as_str().to_uppercase(), self.first_name)
    }
}

impl std::fmt::Debug for Student {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Student").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Search words and the collation key.
fn search(doc: &Value) -> Derived {
    let text = |name: &str| doc.get(name).and_then(Value::as_str).unwrap_or_default();
    let matricule: String = text("matricule").to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let mut numbers = words::words(text("matricule"));
    if !numbers.contains(&matricule) {
        numbers.push(matricule);
    }
    vec![
        ("name_key", DerivedValue::Key(words::sort_key(&[text("last_name"), text("first_name")]))),
        ("first_key", DerivedValue::Key(words::sort_key(&[text("first_name"), text("last_name")]))),
        ("last_words", DerivedValue::Words(words::words(text("last_name")))),
        ("first_words", DerivedValue::Words(words::words(text("first_name")))),
        ("number_words", DerivedValue::Words(numbers)),
        ("phone_digits", DerivedValue::Words(words::digit_tails(text("phone")))),
    ]
}

impl Entity for Student {
    const SCHEMA: &'static Schema = &Schema {
        collection: "students",
        fields: &[
            Field::new("matricule", FieldType::Key).unique(),
            Field::new("phone", FieldType::Key).unique(),
            Field::new("source", FieldType::Key).unique(),
            Field::new("sex", FieldType::Key).not_indexed(),
            Field::new("birth_date", FieldType::Date),
            Field::new("class", FieldType::Key),
            Field::new("class_name", FieldType::Key),
            Field::new("status", FieldType::Key).not_indexed(),
            // Read in its declared order only: an index less to write with each mark.
            Field::new("average", FieldType::Decimal).not_indexed(),
            Field::new("basis", FieldType::Key).office(),
            Field::new("name_key", FieldType::Key).derived(),
            Field::new("first_key", FieldType::Key).derived(),
            Field::new("last_words", FieldType::Words).derived().along(&["name_key", "first_key"]),
            Field::new("first_words", FieldType::Words).derived().along(&["name_key", "first_key"]),
            Field::new("number_words", FieldType::Words).derived(),
            Field::new("phone_digits", FieldType::Words).derived(),
        ],
        orders: &[
            &["average", "name_key"],
            &["class_name", "name_key"],
            &["class", "name_key"],
            &["status", "name_key"],
        ],
        derive: search,
    };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

/// Whether the enrolment runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentStatus {
    #[default]
    Enrolled,
    Left,
}

/// A student's place in a class for a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    #[serde(rename = "_id")]
    pub id: EnrolmentId,
    pub student: StudentId,
    pub year: YearId,
    pub class: ClassId,
    pub status: EnrolmentStatus,
    pub repeater: bool,
    /// Number in the roll call, where the school gives them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_number: Option<u16>,
    /// First day at the school in this year, for who came late: marks of before are not missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<Date>,
    /// Option subjects taken, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<SubjectId>,
}

impl Entity for Enrolment {
    const SCHEMA: &'static Schema = &Schema {
        collection: "enrolments",
        fields: &[
            Field::new("student", FieldType::Key),
            Field::new("year", FieldType::Key).not_indexed(),
            Field::new("class", FieldType::Key),
        ],
        orders: &[],
        derive: nothing_derived,
    };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// As an earlier version wrote it.
    fn older() -> Value {
        json!({
            "_id": "s1", "matricule": "MLE-2026-0001", "last_name": "Traoré", "first_name": "Awa", "sex": null,
            "phone": null, "birth_date": null, "birth_place": null, "class": null, "class_name": null,
            "status": "active", "average": null, "averages": {}, "subject_averages": {}, "rules_version": 1,
            "basis": "b", "record_version": 1, "grades": [{
                "class": null, "subject": "m1", "year": "2026-2027", "term": "T1", "evaluation": "e1", "kind": "test",
                "date": null, "score": null, "code": "ABS", "scale": 20, "coefficient": 1,
            }],
        })
    }

    #[test]
    fn what_is_not_there_is_absent() {
        let student: Student = serde_json::from_value(older()).unwrap();
        let written = serde_json::to_value(&student).unwrap();
        let names: Vec<&String> =
            written.as_object().unwrap().iter().filter(|one| one.1.is_null()).map(|one| one.0).collect();
        assert_eq!(names, ["average"]);
        let grade = written["grades"][0].as_object().unwrap();
        let names: Vec<&String> = grade.iter().filter(|one| one.1.is_null()).map(|one| one.0).collect();
        assert_eq!(names, ["score"]);
        assert!(!written.as_object().unwrap().contains_key("phone") && !grade.contains_key("date"));
        assert_eq!(serde_json::from_value::<Student>(written).unwrap(), student, "and read as the same");
    }
}

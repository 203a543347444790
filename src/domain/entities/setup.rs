//! What a school sets up: classes, subjects with coefficients, who teaches what.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{
    calendar::YearId,
    id::{AssignmentId, ClassId, SubjectId, UserId},
    schema::{Derived, DerivedValue, Entity, Field, FieldType, Schema, nothing_derived},
    text_values::Name,
    words,
};

/// The collation key of the document's `name`.
fn name_key(doc: &Value) -> Derived {
    let name = doc.get("name").and_then(Value::as_str).unwrap_or_default();
    vec![("name_key", DerivedValue::Key(words::sort_key(&[name])))]
}

/// A class (classe), kept over the years; enrolments say who is in it in which year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    #[serde(rename = "_id")]
    pub id: ClassId,
    pub name: Name,
    /// Level (niveau) such as `Terminale`; free text from the preset's list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Name>,
    /// Series (série) such as `TSE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<Name>,
    /// The teacher who answers for the class (professeur principal).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_teacher: Option<UserId>,
    /// How many students it is meant for; more are taken, and seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u16>,
}

impl Class {
    /// A class of which only the name is known.
    #[must_use]
    pub fn named(id: ClassId, name: Name) -> Self {
        Self { id, name, level: None, series: None, head_teacher: None, capacity: None }
    }
}

impl Entity for Class {
    const SCHEMA: &'static Schema = &Schema {
        collection: "classes",
        fields: &[
            Field::new("name", FieldType::Key).unique(),
            Field::new("level", FieldType::Key),
            Field::new("head_teacher", FieldType::Key),
            Field::new("name_key", FieldType::Key).derived(),
        ],
        orders: &[],
        derive: name_key,
    };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

/// A coefficient for one level, or one series of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelCoefficient {
    /// `None`: any level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Name>,
    /// `None`: any series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<Name>,
    /// 0 to 100; 0 leaves the subject out of the general average.
    pub coefficient: u8,
}

/// Where a subject stands on bulletins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// matière principale
    #[default]
    Main,
    /// matière complémentaire
    Complementary,
}

impl SubjectKind {
    pub const ALL: [Self; 2] = [Self::Main, Self::Complementary];

    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Complementary => "complementary",
        }
    }

    /// Reads the stored word or the French one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match words::fold(text.trim()).as_str() {
            "main" | "principale" => Some(Self::Main),
            "complementary" | "complementaire" => Some(Self::Complementary),
            _ => None,
        }
    }
}

/// A subject (matière).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    #[serde(rename = "_id")]
    pub id: SubjectId,
    pub name: Name,
    /// Short heading for narrow columns: `MATH`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<Name>,
    /// Coefficient where no level or series says otherwise, 0 to 100.
    pub coefficient: u8,
    #[serde(default)]
    pub coefficients: Vec<LevelCoefficient>,
    /// Position in lists and on bulletins.
    #[serde(default)]
    pub position: u16,
    /// The coefficients come from a preset's samples and have not been confirmed by the school.
    #[serde(default)]
    pub sample: bool,
    #[serde(default)]
    pub kind: SubjectKind,
    /// An option: only the students who take it have it ([`crate::domain::entities::Enrolment::options`]).
    #[serde(default)]
    pub optional: bool,
    /// The coefficients have been changed since the subject was made.
    #[serde(default)]
    pub reweighed: bool,
}

impl Subject {
    /// The coefficient in a class: the entry that fits its series and level best, else the subject's own.
    #[must_use]
    pub fn coefficient_in(&self, class: &Class) -> u8 {
        let fit = |entry: &LevelCoefficient| -> Option<u8> {
            let series = match &entry.series {
                None => 0,
                wanted if *wanted == class.series => 2,
                Some(_) => return None,
            };
            let level = match &entry.level {
                None => 0,
                wanted if *wanted == class.level => 1,
                Some(_) => return None,
            };
            // Two bits: the series outweighs the level.
            Some(series | level)
        };
        self.coefficients
            .iter()
            .filter_map(|entry| fit(entry).map(|fitness| (fitness, entry.coefficient)))
            .max_by_key(|(fitness, _)| *fitness)
            .map_or(self.coefficient, |(_, coefficient)| coefficient)
    }
}

impl Entity for Subject {
    const SCHEMA: &'static Schema = &Schema {
        collection: "subjects",
        fields: &[
            Field::new("name", FieldType::Key).unique(),
            Field::new("position", FieldType::Integer),
            Field::new("name_key", FieldType::Key).derived(),
        ],
        orders: &[&["position", "name_key"]],
        derive: name_key,
    };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

/// A teacher's charge: one subject in one class for one year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    #[serde(rename = "_id")]
    pub id: AssignmentId,
    pub teacher: UserId,
    pub class: ClassId,
    pub subject: SubjectId,
    pub year: YearId,
}

impl Assignment {
    /// `{year}:{class}:{subject}:{teacher}`: the same charge cannot be given twice.
    #[must_use]
    pub fn id_of(year: &YearId, class: &ClassId, subject: &SubjectId, teacher: &UserId) -> AssignmentId {
        AssignmentId::new(format!("{year}:{class}:{subject}:{teacher}"))
    }
}

impl Entity for Assignment {
    const SCHEMA: &'static Schema = &Schema {
        collection: "assignments",
        fields: &[
            Field::new("teacher", FieldType::Key),
            Field::new("class", FieldType::Key),
            Field::new("subject", FieldType::Key),
            Field::new("year", FieldType::Key),
        ],
        orders: &[],
        derive: nothing_derived,
    };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

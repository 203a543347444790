//! The end of a year: what becomes of each student, and which class follows which.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{
    calendar::YearId,
    id::{ClassId, EnrolmentId, StudentId},
    schema::{Entity, Field, FieldType, Schema, nothing_derived},
    score::Average,
    text_values::Name,
    words,
};

/// What becomes of a student.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// admis en classe supérieure
    Promoted,
    /// redouble
    Repeating,
    /// quitte l'établissement, also after its last level
    Leaving,
    /// exclu
    Excluded,
}

impl Outcome {
    pub const ALL: [Self; 4] = [Self::Promoted, Self::Repeating, Self::Leaving, Self::Excluded];

    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Promoted => "promoted",
            Self::Repeating => "repeating",
            Self::Leaving => "leaving",
            Self::Excluded => "excluded",
        }
    }

    /// Reads the stored word or the French one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match words::fold(text.trim()).as_str() {
            "promoted" | "promote" | "passe" | "admis" | "admise" => Some(Self::Promoted),
            "repeating" | "repeat" | "redouble" => Some(Self::Repeating),
            "leaving" | "leave" | "quitte" | "part" => Some(Self::Leaving),
            "excluded" | "exclude" | "exclu" | "exclue" => Some(Self::Excluded),
            _ => None,
        }
    }

    /// Is the student still in the school afterwards?
    #[must_use]
    pub fn stays(self) -> bool {
        match self {
            Self::Promoted | Self::Repeating => true,
            Self::Leaving | Self::Excluded => false,
        }
    }
}

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    Council,
    Rules,
}

/// What was decided of a student at the end of a year. Those of the rules are written when the next year is opened, and
/// none of them is read before: until then they follow from the marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearDecision {
    #[serde(rename = "_id")]
    pub id: EnrolmentId,
    pub student: StudentId,
    pub year: YearId,
    pub outcome: Outcome,
    /// The class of the next year that the council names; `None`: the one that follows, or for who repeats the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<ClassId>,
    pub by: DecidedBy,
    /// Why, in the council's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What it was made of when the next year was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settled>,
}

/// The ground of a decision, kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// What came of it: who passes out of the last level leaves.
    pub outcome: Outcome,
    /// The class of the next year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ClassId>,
    /// Of the year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average: Option<Average>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Name>,
    /// How often the level had been sat in before.
    pub repeated: u8,
    /// The rules that were in force.
    pub rules: String,
}

impl Entity for YearDecision {
    const SCHEMA: &'static Schema = &Schema {
        collection: "decisions",
        fields: &[Field::new("student", FieldType::Key), Field::new("year", FieldType::Key)],
        orders: &[],
        derive: nothing_derived,
    };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

/// Where a class goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassTarget {
    Class(ClassId),
    /// Out of the school: it was the last level.
    Leaves,
}

/// The turn from a year to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearTurn {
    /// The year that ends.
    #[serde(rename = "_id")]
    pub id: YearId,
    /// Which class follows which, where somebody has said so; the others are guessed.
    #[serde(default)]
    pub targets: BTreeMap<ClassId, ClassTarget>,
    /// The rules in force when the next year was opened: annual averages and pass marks of this one are by them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
}

impl YearTurn {
    /// Of a year of which nobody has said anything.
    #[must_use]
    pub fn of(year: YearId) -> Self {
        Self { id: year, targets: BTreeMap::new(), rules: None }
    }
}

impl Entity for YearTurn {
    const SCHEMA: &'static Schema = &Schema { collection: "turns", fields: &[], orders: &[], derive: nothing_derived };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

//! The results of a class in a closed term: what its bulletins print, whatever is changed later.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{
    calendar::{Term, YearId},
    id::{ClassId, StudentId, SubjectId},
    rules::Rank,
    schema::{Entity, Field, FieldType, Schema, nothing_derived},
    score::Average,
    stats::Summary,
    text_values::Name,
};

/// Figures of a class, of a subject or in general.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Ranked headcount.
    pub count: u64,
    pub mean: Option<f64>,
    pub min: Option<Average>,
    pub max: Option<Average>,
    /// Share at or above the pass mark, 0 to 1.
    pub pass_rate: Option<f64>,
}

impl From<&Summary> for Figures {
    fn from(summary: &Summary) -> Self {
        Self {
            count: summary.count,
            mean: summary.mean.map(kept),
            min: summary.min,
            max: summary.max,
            pass_rate: summary.pass_rate.map(kept),
        }
    }
}

/// To a millionth: a number of seventeen digits may come back from a backup with another last one, a short one is the
/// same in every document.
fn kept(figure: f64) -> f64 {
    (figure * 1e6).round() / 1e6
}

/// A subject as it counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubjectResult {
    pub subject: SubjectId,
    pub name: Name,
    pub coefficient: u8,
    pub figures: Figures,
}

/// A student of the class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StudentResult {
    pub student: StudentId,
    pub average: Option<Average>,
    /// Not for who has no average (non classé).
    pub rank: Option<Rank>,
    /// The honour or sanction: the council's where it has decided, else the one that the rules propose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub honour: Option<Name>,
    pub subjects: BTreeMap<SubjectId, (Average, Option<Rank>)>,
}

/// A class in a term, closed. There while the term is closed: a sheet of it cannot be begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassResult {
    #[serde(rename = "_id")]
    pub id: String,
    pub class: ClassId,
    pub year: YearId,
    pub term: Term,
    /// As they were named then.
    pub class_name: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<Name>,
    /// The rules it was closed by.
    pub rules: String,
    pub general: Figures,
    pub subjects: Vec<SubjectResult>,
    pub students: Vec<StudentResult>,
}

impl ClassResult {
    /// `{class}:{year}:{term}`.
    #[must_use]
    pub fn id_of(class: &ClassId, year: &YearId, term: Term) -> String {
        format!("{class}:{year}:{term}")
    }
}

impl Entity for ClassResult {
    const SCHEMA: &'static Schema = &Schema {
        collection: "results",
        fields: &[
            Field::new("class", FieldType::Key),
            Field::new("year", FieldType::Key),
            Field::new("term", FieldType::Key).not_indexed(),
            Field::new("rules", FieldType::Key),
        ],
        orders: &[],
        derive: nothing_derived,
    };

    fn id(&self) -> &str {
        &self.id
    }
}

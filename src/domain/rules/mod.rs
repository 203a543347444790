//! The school's rules, as data: how averages are made, ranks given and words chosen (`domain.md`, Averages, Ranks,
//! Words on paper). Presets fill them; nothing here is a constant of the code.

mod averages;
mod bands;
mod explain;
mod preset_data;
mod presets;
mod ranks;

use serde::{Deserialize, Serialize};

pub use averages::{AverageOf, Exact, MarkInput, annual_average, general_average, subject_average};
pub use bands::band;
pub use explain::{
    Explanation, GeneralExplained, How, LeftOut, PartExplained, PartKind, Rounding, SubjectPart, Taken, explain,
    explain_general,
};
pub use presets::{Preset, SampleClass, SampleSubject};
pub use ranks::{Rank, rank_in, ranks};

use crate::domain::{
    schema::{Entity, Field, FieldType, Schema, nothing_derived},
    score::Average,
    text_values::Name,
};

/// How class marks (MC) and composition (NC) make a subject average.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectFormula {
    /// `(class_weight × MC + composition_weight × NC) / sum`; MC is the mean of class marks by coefficient.
    ClassAndComposition { class_weight: u8, composition_weight: u8, missing: MissingPart },
    /// The weighted mean of all marks alike.
    WeightedMean,
}

/// What stands in for a missing MC or NC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingPart {
    /// The other part alone.
    OtherAlone,
    /// Zero.
    Zero,
}

/// How marks on different scales come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScaleRule {
    /// Each brought to /20 first: 18/20, 3/10, 1/5 make 9,33.
    ToTwentyFirst,
    /// Each weighs as much as its scale: the same make 12,57.
    ByScale,
}

/// What a code such as `ABSN` counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeCounts {
    LeftOut,
    AsZero,
}

/// What the general average adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GeneralFrom {
    /// The printed subject averages, so that a parent can re-add the bulletin.
    Printed,
    /// The exact fractions.
    Exact,
}

/// How ties are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ranking {
    /// 1, 1, 3.
    Competition,
    /// 1, 1, 2.
    Dense,
}

/// A word for averages from a bound on, such as `Passable` from 10.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    pub from: Average,
    pub label: Name,
}

/// One version of a school's rules. Closed terms keep the version they were closed by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSet {
    /// `{name}:{version}`.
    #[serde(rename = "_id")]
    pub id: String,
    pub name: Name,
    /// Stored under a name of its own: `version` is the document's.
    #[serde(rename = "rules_version")]
    pub version: u32,
    pub formula: SubjectFormula,
    pub scales: ScaleRule,
    pub absn: CodeCounts,
    pub nr: CodeCounts,
    pub general: GeneralFrom,
    pub ranking: Ranking,
    /// Ascending by `from`; the first is from 0.
    pub bands: Vec<Band>,
    /// Weights of the terms in the annual average, by term; as many as the year has terms.
    pub annual_weights: Vec<u8>,
    /// The pass mark of statistics (10).
    pub pass: Average,
    /// A phone must be given for each student.
    #[serde(default)]
    pub phone_required: bool,
}

impl Entity for RuleSet {
    const SCHEMA: &'static Schema = &Schema {
        collection: "rules",
        fields: &[Field::new("name", FieldType::Key).not_indexed()],
        orders: &[],
        derive: nothing_derived,
    };

    fn id(&self) -> &str {
        &self.id
    }
}

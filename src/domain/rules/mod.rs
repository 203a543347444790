//! The school's rules, as data: how averages are made, ranks given and words chosen (`domain.md`, Averages, Ranks,
//! Words on paper). Presets fill them; nothing here is a constant of the code.

mod averages;
mod bands;
mod check;
mod council;
mod explain;
mod golden;
mod mean;
mod preset_data;
mod presets;
mod ranks;
mod year;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use averages::{AverageOf, Exact, MarkInput, annual_average, general_average, subject_average};
pub use bands::band;
pub use check::{RuleFault, check};
pub use council::{
    Admission, Decision, DecisionRule, ExamRule, Honour, HonourKind, admission, decision, decision_rule, honour,
};
pub use explain::{
    Explanation, GeneralExplained, How, LeftOut, PartExplained, PartKind, Rounding, SubjectPart, Taken, explain,
    explain_general,
};
pub use golden::GoldenCase;
pub use presets::{Preset, SampleClass, SampleSubject};
pub use ranks::{Rank, rank_in, ranks};
pub use year::{TermPart, YearExplained, explain_year};

use crate::domain::{
    schema::{Entity, Field, FieldType, Schema, nothing_derived},
    score::Average,
    text_values::Name,
    words,
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

/// How an average is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundingRule {
    /// To the nearest hundredth, halves up: 12,345 is 12,35.
    #[default]
    Hundredth,
    /// Hundredths, the rest is dropped: 12,349 is 12,34.
    HundredthDown,
    /// To the nearest tenth, halves up: 12,35 is 12,40.
    Tenth,
}

/// When families see a mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FamiliesSee {
    /// As soon as it is entered.
    AtOnce,
    /// When its column is published.
    #[default]
    Published,
    /// When the term of its class is closed.
    TermClosed,
}

/// Levels whose subject averages are made by a formula of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// As the school calls it: `Premier cycle`.
    pub name: Name,
    /// Levels of classes, in whatever case and accents.
    pub levels: Vec<Name>,
    pub formula: SubjectFormula,
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
    /// Of all levels that stand in none of `cycles`.
    pub formula: SubjectFormula,
    #[serde(default)]
    pub cycles: Vec<Cycle>,
    pub scales: ScaleRule,
    pub absn: CodeCounts,
    pub nr: CodeCounts,
    pub general: GeneralFrom,
    #[serde(default)]
    pub rounding: RoundingRule,
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
    /// The honours ladder: what the rules propose to the council.
    #[serde(default = "preset_data::honours")]
    pub honours: Vec<Honour>,
    /// A sanction for conduct stands in the way of praise.
    #[serde(default = "yes")]
    pub conduct_blocks: bool,
    /// A conduct mark below this is such a sanction; 0: none is.
    #[serde(default = "preset_data::conduct_below")]
    pub conduct_below: Average,
    /// Council decisions at the end of the year, by level; the one without a level is for all others.
    #[serde(default = "preset_data::decisions")]
    pub decisions: Vec<DecisionRule>,
    /// Admission to national examinations.
    #[serde(default = "preset_data::exams")]
    pub exams: Vec<ExamRule>,
    #[serde(default)]
    pub families: FamiliesSee,
    /// Characters of a subject's appreciation, and of an observation: a line of the bulletin.
    #[serde(default = "preset_data::remark_max")]
    pub remark_max: u16,
    /// Characters of the general appreciation.
    #[serde(default = "preset_data::general_max")]
    pub general_max: u16,
}

fn yes() -> bool {
    true
}

/// Do these name one level? By the letters alone, as where a name must be free: `3E ANNEE` is `3e année`.
pub(super) fn same_level(one: &Name, other: &Name) -> bool {
    one == other || words::fold(one.as_str()) == words::fold(other.as_str())
}

impl RuleSet {
    /// `{name}:{version}`.
    #[must_use]
    pub fn id_of(name: &Name, version: u32) -> String {
        format!("{name}:{version}")
    }

    /// The rules as they are in classes of that level: its cycle's formula stands in for the school's.
    #[must_use]
    pub fn at(&self, level: Option<&Name>) -> Cow<'_, Self> {
        let cycle = level
            .and_then(|level| self.cycles.iter().find(|cycle| cycle.levels.iter().any(|own| same_level(own, level))));
        match cycle {
            Some(cycle) if cycle.formula != self.formula => Cow::Owned(Self { formula: cycle.formula, ..self.clone() }),
            Some(_) | None => Cow::Borrowed(self),
        }
    }

    /// Calls a level otherwise wherever the rules name it; `false`: they do not.
    pub fn rename_level(&mut self, from: &Name, to: &Name) -> bool {
        let in_cycles = self.cycles.iter_mut().flat_map(|cycle| &mut cycle.levels);
        let in_decisions = self.decisions.iter_mut().flat_map(|rule| [&mut rule.level, &mut rule.next]).flatten();
        let mut named = false;
        for name in in_cycles.chain(in_decisions).filter(|name| same_level(name, from)) {
            name.clone_from(to);
            named = true;
        }
        named
    }

    /// The part that averages are made by: words, ranks and decisions are not in it.
    #[must_use]
    pub fn made_of(&self) -> impl Serialize + '_ {
        (
            self.formula,
            &self.cycles,
            self.scales,
            (self.absn, self.nr),
            self.general,
            self.rounding,
            &self.annual_weights,
        )
    }
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

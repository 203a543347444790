//! The school itself and its years.

use serde::{Deserialize, Serialize};

use crate::domain::{
    calendar::{Division, Term, TermSpan, YearId},
    schema::{Entity, Field, FieldType, Schema, nothing_derived},
    text_values::Name,
};

/// The one document that says whose school this is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct School {
    #[serde(rename = "_id")]
    pub id: String,
    pub name: Name,
    /// Default region of phone numbers: `ML`, `FR`.
    pub region: String,
    /// The preset the school was opened with: `mali` or `france`.
    pub preset: String,
    pub current_year: YearId,
    pub current_term: Term,
    /// The rule set in force (see [`crate::domain::rules::RuleSet`]).
    pub rules: String,
    /// `MLE` in `MLE-2026-0001`.
    pub matricule_prefix: String,
    /// The last number given in each year by the generator.
    #[serde(default)]
    pub matricule_counters: std::collections::BTreeMap<u16, u32>,
    /// A throw-away school made by `carnet demo`: its login screen lists its accounts.
    #[serde(default)]
    pub demo: bool,
}

impl School {
    /// The only id of this collection.
    pub const ID: &'static str = "school";
}

impl Entity for School {
    const SCHEMA: &'static Schema = &Schema { collection: "school", fields: &[], orders: &[], derive: nothing_derived };

    fn id(&self) -> &str {
        &self.id
    }
}

/// A school year with its terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchoolYear {
    #[serde(rename = "_id")]
    pub id: YearId,
    pub division: Division,
    pub terms: Vec<TermSpan>,
    /// A closed year is read only.
    #[serde(default)]
    pub closed: bool,
}

impl Entity for SchoolYear {
    const SCHEMA: &'static Schema = &Schema {
        collection: "years",
        fields: &[Field::new("division", FieldType::Key).not_indexed()],
        orders: &[],
        derive: nothing_derived,
    };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

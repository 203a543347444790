//! The school itself and its years.

use jiff::civil::Date;
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
    #[serde(default, with = "counters")]
    pub matricule_counters: std::collections::BTreeMap<u16, u32>,
    /// A throw-away school made by `carnet demo`: its login screen lists its accounts.
    #[serde(default)]
    pub demo: bool,
}

/// Years as text: a number as a member's name does not survive the flattening of stored records.
mod counters {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub fn serialize<S: Serializer>(counters: &BTreeMap<u16, u32>, serializer: S) -> Result<S::Ok, S::Error> {
        let named: BTreeMap<String, u32> = counters.iter().map(|(year, last)| (year.to_string(), *last)).collect();
        named.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<u16, u32>, D::Error> {
        let named = BTreeMap::<String, u32>::deserialize(deserializer)?;
        named.into_iter().map(|(year, last)| Ok((year.parse().map_err(D::Error::custom)?, last))).collect()
    }
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

impl SchoolYear {
    /// May something of that term have happened on that day? Where the school has set the term's dates they decide;
    /// where it has not, the year from the first of August to the end of the next (no lesson falls outside it).
    #[must_use]
    pub fn may_hold(&self, term: Term, day: Date) -> bool {
        let span = self.terms.iter().find(|span| span.term == term);
        let first = i16::try_from(self.id.first()).unwrap_or_default();
        let bound = |year: i16, month, last| Date::new(year, month, last).ok();
        let starts = span.and_then(|span| span.starts).or_else(|| bound(first, 8, 1));
        let ends = span.and_then(|span| span.ends).or_else(|| bound(first.saturating_add(1), 8, 31));
        starts.is_none_or(|starts| starts <= day) && ends.is_none_or(|ends| day <= ends)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        calendar::Timestamp,
        rules::{Preset, RuleSet},
        schema::Stored,
    };

    fn stored<T>(body: T) -> Stored<T> {
        let at = Timestamp::UNIX_EPOCH;
        Stored { body, version: 3, created_at: at, updated_at: at, updated_by: "awa".to_owned() }
    }

    #[test]
    fn a_term_holds_the_days_between_its_dates_and_those_of_its_year_where_it_has_none() {
        let day = |year, month, day| Date::new(year, month, day).unwrap();
        let term = Term::new(3).unwrap();
        let mut span = TermSpan { term, starts: None, ends: None };
        let year = |span: &TermSpan| SchoolYear {
            id: YearId::starting(2026).unwrap(),
            division: Division::Trimesters,
            terms: vec![span.clone()],
            closed: false,
        };
        assert!(year(&span).may_hold(term, day(2026, 10, 12)) && year(&span).may_hold(term, day(2027, 8, 31)));
        assert!(!year(&span).may_hold(term, day(2027, 9, 29)) && !year(&span).may_hold(term, day(2026, 7, 31)));
        (span.starts, span.ends) = (Some(day(2027, 4, 1)), Some(day(2027, 6, 15)));
        assert!(year(&span).may_hold(term, day(2027, 4, 1)) && year(&span).may_hold(term, day(2027, 6, 15)));
        assert!(!year(&span).may_hold(term, day(2027, 3, 31)) && !year(&span).may_hold(term, day(2027, 6, 16)));
    }

    #[test]
    fn counters_and_rules_survive_being_stored() {
        let rules = stored(Preset::Mali.rules());
        let school = stored(School {
            id: School::ID.to_owned(),
            name: rules.name.clone(),
            region: "ML".to_owned(),
            preset: "mali".to_owned(),
            current_year: YearId::starting(2026).unwrap(),
            current_term: Term::new(1).unwrap(),
            rules: rules.id.clone(),
            matricule_prefix: "MLE".to_owned(),
            matricule_counters: [(2026, 7)].into(),
            demo: false,
        });
        let text = serde_json::to_string(&school).unwrap();
        assert_eq!(serde_json::from_str::<Stored<School>>(&text).unwrap(), school);
        let text = serde_json::to_string(&rules).unwrap();
        assert_eq!(serde_json::from_str::<Stored<RuleSet>>(&text).unwrap(), rules);
    }
}

//! Made-up schools: for `carnet demo`, for filling an empty school, and for measuring.
//!
//! Pure and deterministic: the same seed on the same day gives the same school, byte for byte, identifiers included. Names are put
//! together from lists of common Malian names; nobody real is meant. A crowd comes block by block, one class each, so
//! that a million students take no more memory than fifty.

mod accounts;
mod chance;
mod crowd;
mod days;
mod marks;
mod names;
mod people;

use jiff::{civil::Date, tz::TimeZone};
use serde::Serialize;
use serde_json::Value;

pub use accounts::{PASSWORD, accounts};
use chance::{Kind, identifier};
pub use crowd::{Crowd, Ground};

use super::{
    calendar::{Division, Term, Timestamp},
    entities::{Assignment, Level, Phrase, School, SchoolYear, User},
    id::{LevelId, PhraseId},
    phrases,
    rules::{Preset, RuleSet},
    schema::{Entity, Schema, Stored},
    text_values::Name,
};

/// Documents of one collection with their meta, as `Store::load` takes them.
pub type Load = (&'static Schema, Vec<Value>);

/// From here on a school gets ten marks a student instead of three terms of them: for measuring, not for looking.
pub const LARGE: u32 = 5_000;

/// Who wrote the documents of a demo, in their meta.
const BY: &str = "demo";

/// A throw-away school with one account a role.
#[derive(Clone, Debug)]
pub struct Demo {
    crowd: Crowd,
    school: School,
    year: SchoolYear,
    rules: RuleSet,
    /// bcrypt of [`PASSWORD`], made by the caller: hashing is no business of this floor.
    hash: String,
}

impl Demo {
    /// A school of `students` as it stands on the day `today`, which lies in its current term; `hash` is the bcrypt
    /// hash of [`PASSWORD`]. A school with all its terms is in the last of them. `None`: no school year can be of that
    /// day.
    #[must_use]
    pub fn new(students: u32, seed: u64, today: Date, hash: &str) -> Option<Self> {
        let preset = Preset::Mali;
        let rules = preset.rules();
        let terms = Division::Trimesters.terms();
        let current = if students > LARGE { terms.first() } else { terms.last() };
        let current = current.copied().unwrap_or(Term::FIRST);
        let (id, spans) = days::around(today, &terms, current)?;
        let at = today.to_zoned(TimeZone::UTC).ok()?.timestamp();
        let year = SchoolYear { id, division: Division::Trimesters, terms: spans.clone(), closed: false };
        let mut school = School {
            id: School::ID.to_owned(),
            name: Name::preset("Lycée Le Baobab (essai)"),
            region: preset.region().to_owned(),
            preset: preset.as_str().to_owned(),
            current_year: year.id.clone(),
            current_term: current,
            rules: rules.id.clone(),
            matricule_prefix: "MLE".to_owned(),
            matricule_counters: std::collections::BTreeMap::new(),
            demo: true,
        };
        let ground = Ground {
            school: school.clone(),
            terms: spans,
            rules: rules.clone(),
            classes: Vec::new(),
            taken: std::collections::BTreeSet::new(),
            subjects: Vec::new(),
            at,
            by: BY.to_owned(),
        };
        let crowd = Crowd::new(ground, students, seed);
        school.matricule_counters = crowd.school().matricule_counters.clone();
        Some(Self { crowd, school, year, rules, hash: hash.to_owned() })
    }

    /// Everything but the students and their marks.
    #[must_use]
    pub fn setup(&self) -> Vec<Load> {
        let crowd = &self.crowd;
        let at = crowd.at();
        let (users, assignments) = accounts::staff(crowd, &self.year.id, &self.hash);
        let mut loads = vec![
            (School::SCHEMA, documents([&self.school], at, BY)),
            (SchoolYear::SCHEMA, documents([&self.year], at, BY)),
            (RuleSet::SCHEMA, documents([&self.rules], at, BY)),
            (Level::SCHEMA, documents(&self.levels(), at, BY)),
            (Phrase::SCHEMA, documents(&self.phrases(), at, BY)),
        ];
        loads.extend(crowd.setup());
        loads.push((User::SCHEMA, documents(&users, at, BY)));
        loads.push((Assignment::SCHEMA, documents(&assignments, at, BY)));
        loads
    }

    fn levels(&self) -> Vec<Level> {
        let mut number = 0;
        Preset::Mali.level_records(|| {
            number = u64::saturating_add(number, 1);
            LevelId::new(identifier(self.crowd.seed(), self.crowd.at(), Kind::Level, number))
        })
    }

    fn phrases(&self) -> Vec<Phrase> {
        let id = |number| PhraseId::new(identifier(self.crowd.seed(), self.crowd.at(), Kind::Phrase, number));
        let usual = phrases::preset(false).into_iter().zip(1..);
        usual.map(|((band, text), number)| Phrase { id: id(number), owner: None, band: Some(band), text }).collect()
    }

    /// The students with all that is theirs, one class a block.
    pub fn blocks(&self) -> impl Iterator<Item = Vec<Load>> + '_ {
        self.crowd.blocks()
    }
}

/// First versions of records, as a store keeps them.
#[must_use]
pub fn documents<'a, T: Entity + Clone>(
    records: impl IntoIterator<Item = &'a T>,
    at: Timestamp,
    by: &str,
) -> Vec<Value> {
    /// As [`Stored`], borrowing the record.
    #[derive(Serialize)]
    struct First<'a, T> {
        #[serde(flatten)]
        body: &'a T,
        version: u64,
        created_at: Timestamp,
        updated_at: Timestamp,
        updated_by: &'a str,
    }
    records
        .into_iter()
        // Every record has text keys and finite numbers only, so it can always be written; a test reads all back.
        .filter_map(|body| {
            serde_json::to_value(First { body, version: 1, created_at: at, updated_at: at, updated_by: by }).ok()
        })
        .collect()
}

/// The record of a document made here.
///
/// # Errors
/// It is no such record.
pub fn read<T: Entity>(document: Value) -> Result<Stored<T>, serde_json::Error> {
    serde_json::from_value(document)
}

#[cfg(test)]
mod tests;

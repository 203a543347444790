//! The two presets that schools start from (`domain.md`): rules, levels, series, and samples of subjects and classes.
//!
//! Names here are school data in the language of the preset's country, not texts of the program. Coefficients are
//! samples: no official table could be verified, and schools confirm or change them.

use super::{
    Band, CodeCounts, FamiliesSee, GeneralFrom, MissingPart, Ranking, RoundingRule, RuleSet, ScaleRule, SubjectFormula,
    preset_data as data,
};
use crate::domain::{
    calendar::Division,
    entities::{Class, Level, LevelCoefficient, LevelKind, Subject, SubjectKind},
    id::{ClassId, LevelId, SubjectId},
    score::Average,
    text_values::Name,
    words,
};

/// What a school starts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Preset {
    #[default]
    Mali,
    France,
}

/// A subject as a preset proposes it; made a [`Subject`] by [`SampleSubject::into_subject`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleSubject {
    pub name: Name,
    pub short: Name,
    /// Where no series says otherwise.
    pub coefficient: u8,
    /// By series, whatever the level.
    pub coefficients: Vec<LevelCoefficient>,
}

impl SampleSubject {
    /// The record, marked as a sample.
    #[must_use]
    pub fn into_subject(self, id: SubjectId, position: u16) -> Subject {
        Subject {
            reweighed: false,
            kind: SubjectKind::Main,
            optional: false,
            id,
            name: self.name,
            short: Some(self.short),
            coefficient: self.coefficient,
            coefficients: self.coefficients,
            position,
            sample: true,
        }
    }
}

/// A class as a preset proposes it; made a [`Class`] by [`SampleClass::into_class`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleClass {
    pub name: Name,
    pub level: Name,
    pub series: Option<Name>,
}

impl SampleClass {
    #[must_use]
    pub fn into_class(self, id: ClassId) -> Class {
        Class { level: Some(self.level), series: self.series, ..Class::named(id, self.name) }
    }
}

/// Hundredths that are within an average's bounds by the table's own test; 0 otherwise.
pub(super) fn average(hundredths: u16) -> Average {
    Average::from_hundredths(hundredths.min(Average::MAX)).unwrap_or(Average::ZERO)
}

impl Preset {
    pub const ALL: [Self; 2] = [Self::Mali, Self::France];

    /// Reads `mali` or `france` in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let word = words::fold(text.trim());
        Self::ALL.into_iter().find(|preset| preset.as_str() == word)
    }

    /// As stored in the school's record and given on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mali => "mali",
            Self::France => "france",
        }
    }

    /// The default region of phone numbers.
    #[must_use]
    pub fn region(self) -> &'static str {
        match self {
            Self::Mali => "ML",
            Self::France => "FR",
        }
    }

    /// How the year is cut unless the school says otherwise.
    #[must_use]
    pub fn division(self) -> Division {
        match self {
            Self::Mali | Self::France => Division::Trimesters,
        }
    }

    /// The first version of the school's rules.
    #[must_use]
    pub fn rules(self) -> RuleSet {
        let (formula, scales) = match self {
            Self::Mali => (
                SubjectFormula::ClassAndComposition {
                    class_weight: 1,
                    composition_weight: 2,
                    missing: MissingPart::OtherAlone,
                },
                ScaleRule::ToTwentyFirst,
            ),
            Self::France => (SubjectFormula::WeightedMean, ScaleRule::ByScale),
        };
        RuleSet {
            id: format!("{}:1", self.as_str()),
            name: Name::preset(self.as_str()),
            version: 1,
            formula,
            scales,
            absn: CodeCounts::AsZero,
            nr: CodeCounts::AsZero,
            general: GeneralFrom::Printed,
            ranking: Ranking::Competition,
            bands: data::BANDS
                .iter()
                .map(|(from, label)| Band { from: average(*from), label: Name::preset(label) })
                .collect(),
            annual_weights: vec![1; self.division().terms().len()],
            pass: average(1_000),
            phone_required: false,
            cycles: match self {
                Self::Mali => data::mali_cycles(),
                Self::France => Vec::new(),
            },
            rounding: RoundingRule::Hundredth,
            honours: data::honours(),
            conduct_blocks: true,
            conduct_below: data::conduct_below(),
            decisions: data::decisions(),
            exams: match self {
                Self::Mali => data::exams(),
                Self::France => Vec::new(),
            },
            families: FamiliesSee::Published,
            remark_max: data::remark_max(),
            general_max: data::general_max(),
        }
    }

    /// Levels (niveaux), lowest first.
    #[must_use]
    pub fn levels(self) -> Vec<Name> {
        let levels: &[&'static str] = match self {
            Self::Mali => data::MALI_LEVELS,
            Self::France => data::FRANCE_LEVELS,
        };
        levels.iter().map(|level| Name::preset(level)).collect()
    }

    /// Series (séries).
    #[must_use]
    pub fn series(self) -> Vec<Name> {
        let series: &[&'static str] = match self {
            Self::Mali => data::MALI_SERIES,
            Self::France => data::FRANCE_SERIES,
        };
        series.iter().map(|series| Name::preset(series)).collect()
    }

    /// Both as records of a school, in this order.
    pub fn level_records(self, mut id: impl FnMut() -> LevelId) -> Vec<Level> {
        let of =
            |kind, names: Vec<Name>| names.into_iter().zip(1_u16..).map(move |(name, position)| (kind, name, position));
        let both = of(LevelKind::Level, self.levels()).chain(of(LevelKind::Series, self.series()));
        both.map(|(kind, name, position)| Level { id: id(), kind, name, position }).collect()
    }

    /// Sample subjects in the order of a bulletin.
    #[must_use]
    pub fn sample_subjects(self) -> Vec<SampleSubject> {
        let subjects = match self {
            Self::Mali => data::MALI_SUBJECTS,
            Self::France => data::FRANCE_SUBJECTS,
        };
        subjects
            .iter()
            .map(|(name, short, coefficient, by_series)| SampleSubject {
                name: Name::preset(name),
                short: Name::preset(short),
                coefficient: *coefficient,
                coefficients: by_series
                    .iter()
                    .map(|(series, coefficient)| LevelCoefficient {
                        level: None,
                        series: Some(Name::preset(series)),
                        coefficient: *coefficient,
                    })
                    .collect(),
            })
            .collect()
    }

    /// Four sample classes.
    #[must_use]
    pub fn sample_classes(self) -> Vec<SampleClass> {
        let classes = match self {
            Self::Mali => data::MALI_CLASSES,
            Self::France => data::FRANCE_CLASSES,
        };
        classes
            .iter()
            .map(|(name, level, series)| SampleClass {
                name: Name::preset(name),
                level: Name::preset(level),
                series: series.map(Name::preset),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn valid(name: &Name) -> bool {
        Name::parse(name.as_str()).as_ref() == Ok(name)
    }

    #[test]
    fn names_are_valid_and_stand_once() {
        for preset in Preset::ALL {
            assert_eq!(Preset::parse(&preset.as_str().to_uppercase()), Some(preset));
            assert!(preset.levels().iter().chain(&preset.series()).all(valid));
            assert!(preset.rules().bands.iter().all(|band| valid(&band.label)) && valid(&preset.rules().name));
            let subjects = preset.sample_subjects();
            assert!(subjects.iter().all(|subject| valid(&subject.name) && valid(&subject.short)));
            assert_eq!(subjects.iter().map(|s| &s.name).collect::<BTreeSet<_>>().len(), subjects.len());
            assert_eq!(subjects.iter().map(|s| &s.short).collect::<BTreeSet<_>>().len(), subjects.len());
            let classes = preset.sample_classes();
            assert_eq!(classes.iter().map(|c| &c.name).collect::<BTreeSet<_>>().len(), 4);
            for class in classes {
                assert!(valid(&class.name) && preset.levels().contains(&class.level), "{class:?}");
                assert!(class.series.is_none_or(|series| preset.series().contains(&series)));
            }
        }
    }

    #[test]
    fn samples_hold_together() {
        for preset in Preset::ALL {
            let series = preset.series();
            for subject in preset.sample_subjects() {
                assert!(subject.coefficient <= 100);
                for entry in &subject.coefficients {
                    assert!(entry.series.as_ref().is_some_and(|name| series.contains(name)), "{entry:?}");
                }
                assert!(subject.into_subject(SubjectId::new("s"), 1).sample);
            }
            let names: Vec<String> = preset.sample_subjects().iter().map(|s| s.name.to_string()).collect();
            assert!(names.contains(&"Conduite".to_owned()) && names.contains(&"Mathématiques".to_owned()));
            assert!(preset.sample_subjects().iter().any(|subject| subject.short.as_str() == "EPS"));
        }
    }

    #[test]
    fn bands_ascend_from_zero() {
        for preset in Preset::ALL {
            let bands = preset.rules().bands;
            assert!(bands.is_sorted_by(|a, b| a.from < b.from));
            assert_eq!(bands.first().map(|band| band.from.hundredths()), Some(0));
            assert_eq!(bands.len(), 6);
            assert_eq!(preset.rules().pass.hundredths(), 1_000);
        }
    }
}

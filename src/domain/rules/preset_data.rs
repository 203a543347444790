//! The tables behind the presets: school data, written as schools write it.

use super::{Cycle, DecisionRule, ExamRule, Honour, HonourKind, MissingPart, SubjectFormula, presets::average};
use crate::domain::{score::Average, text_values::Name};

/// Name, short heading, coefficient, coefficients by series.
type SubjectLine = (&'static str, &'static str, u8, &'static [(&'static str, u8)]);
/// Name, level, series.
type ClassLine = (&'static str, &'static str, Option<&'static str>);

/// From (hundredths), word.
pub(super) const BANDS: &[(u16, &str)] = &[
    (0, "Insuffisant"),
    (1_000, "Passable"),
    (1_200, "Assez bien"),
    (1_400, "Bien"),
    (1_600, "Très bien"),
    (1_800, "Excellent"),
];

pub(super) const MALI_LEVELS: &[&str] = &["10e", "11e", "Terminale", "CAP", "BT"];
pub(super) const MALI_SERIES: &[&str] = &["L", "SES", "S", "TLL", "TAL", "TSS", "TSExp", "TSE", "TSECO"];

pub(super) const MALI_CLASSES: &[ClassLine] = &[
    ("10e A", "10e", None),
    ("11e S", "11e", Some("S")),
    ("TLL", "Terminale", Some("TLL")),
    ("TSE", "Terminale", Some("TSE")),
];

/// Samples, to be confirmed by the school.
pub(super) const MALI_SUBJECTS: &[SubjectLine] = &[
    ("Français", "FR", 3, &[("L", 4), ("SES", 3), ("S", 2), ("TLL", 4), ("TAL", 3), ("TSE", 2), ("TSExp", 2)]),
    ("Philosophie", "PHILO", 2, &[("TLL", 5), ("TAL", 4), ("TSS", 4), ("TSE", 2), ("TSExp", 2), ("TSECO", 2)]),
    ("Anglais", "ANG", 2, &[("L", 3), ("TLL", 3), ("TAL", 2)]),
    ("Langue vivante 2", "LV2", 2, &[("L", 3), ("S", 1), ("TLL", 3), ("TSE", 1), ("TSExp", 1)]),
    ("Histoire-Géographie", "HG", 2, &[("L", 3), ("SES", 3), ("TLL", 3), ("TAL", 3), ("TSS", 3)]),
    ("Mathématiques", "MATH", 3, &[("L", 2), ("SES", 3), ("S", 4), ("TLL", 1), ("TAL", 1), ("TSE", 5), ("TSExp", 4)]),
    ("Physique-Chimie", "PC", 3, &[("L", 1), ("SES", 1), ("S", 4), ("TLL", 1), ("TSE", 5), ("TSExp", 4)]),
    ("Sciences de la vie et de la terre", "SVT", 2, &[("L", 1), ("S", 3), ("TLL", 1), ("TSE", 2), ("TSExp", 5)]),
    ("Économie", "ECO", 1, &[("SES", 4), ("TSS", 3), ("TSECO", 5)]),
    ("Éducation civique et morale", "ECM", 1, &[]),
    ("Informatique", "INFO", 1, &[]),
    ("Éducation physique et sportive", "EPS", 1, &[]),
    ("Conduite", "COND", 1, &[]),
];

pub(super) const FRANCE_LEVELS: &[&str] = &["Seconde", "Première", "Terminale"];
pub(super) const FRANCE_SERIES: &[&str] = &["L", "ES", "S", "Technique"];

pub(super) const FRANCE_CLASSES: &[ClassLine] = &[
    ("2de 1", "Seconde", None),
    ("1re S", "Première", Some("S")),
    ("Tle L", "Terminale", Some("L")),
    ("Tle S", "Terminale", Some("S")),
];

/// Samples, to be confirmed by the school.
pub(super) const FRANCE_SUBJECTS: &[SubjectLine] = &[
    ("Français", "FR", 3, &[("L", 5), ("ES", 3), ("S", 2)]),
    ("Philosophie", "PHILO", 3, &[("L", 7), ("ES", 4), ("S", 3)]),
    ("Histoire-Géographie", "HG", 3, &[("L", 4), ("ES", 5)]),
    ("Langue vivante 1", "LV1", 3, &[("L", 4)]),
    ("Langue vivante 2", "LV2", 2, &[("L", 4), ("ES", 3)]),
    ("Mathématiques", "MATH", 3, &[("L", 2), ("ES", 5), ("S", 7)]),
    ("Physique-Chimie", "PC", 3, &[("L", 1), ("ES", 1), ("S", 6)]),
    ("Sciences de la vie et de la terre", "SVT", 2, &[("L", 1), ("ES", 1), ("S", 6)]),
    ("Sciences économiques et sociales", "SES", 2, &[("ES", 7)]),
    ("Éducation physique et sportive", "EPS", 2, &[]),
    ("Conduite", "COND", 0, &[]),
];

/// The first cycle's levels. Samples: schools write their levels as they like.
const MALI_FIRST_CYCLE: &[&str] = &["1re année", "2e année", "3e année", "4e année", "5e année", "6e année"];

/// Word, kind, bound in hundredths, also for conduct.
const HONOURS: &[(&str, HonourKind, u16, bool)] = &[
    ("Tableau d’honneur", HonourKind::Praise, 1_200, false),
    ("Encouragements", HonourKind::Praise, 1_400, false),
    ("Félicitations", HonourKind::Praise, 1_600, false),
    ("Avertissement travail", HonourKind::Sanction, 800, false),
    ("Blâme", HonourKind::Sanction, 600, true),
];

/// The usual ladder.
pub(super) fn honours() -> Vec<Honour> {
    let honour = |(label, kind, bound, for_conduct): &(&'static str, HonourKind, u16, bool)| Honour {
        label: Name::preset(label),
        kind: *kind,
        bound: average(*bound),
        for_conduct: *for_conduct,
    };
    HONOURS.iter().map(honour).collect()
}

/// Pass from 10; one year may be repeated.
pub(super) fn decisions() -> Vec<DecisionRule> {
    vec![DecisionRule { level: None, pass: average(1_000), repeats: 1, next: None }]
}

/// The national examinations, by one rule.
pub(super) fn exams() -> Vec<ExamRule> {
    let exam = |name: &&'static str| ExamRule {
        name: Name::preset(name),
        pass: average(1_000),
        second_from: average(900),
        exam_weight: 3,
        class_weight: 1,
        second_pass: average(1_000),
    };
    ["DEF", "BAC", "BT", "CAP"].iter().map(exam).collect()
}

/// The first cycle weighs class marks and composition alike.
pub(super) fn mali_cycles() -> Vec<Cycle> {
    let formula = SubjectFormula::ClassAndComposition {
        class_weight: 1,
        composition_weight: 1,
        missing: MissingPart::OtherAlone,
    };
    let levels = MALI_FIRST_CYCLE.iter().map(|level| Name::preset(level)).collect();
    vec![Cycle { name: Name::preset("Premier cycle"), levels, formula }]
}

/// A conduct mark below it is a sanction.
pub(super) fn conduct_below() -> Average {
    average(800)
}

/// What a subject's line of a bulletin holds.
pub(super) fn remark_max() -> u16 {
    80
}

/// What its general appreciation holds.
pub(super) fn general_max() -> u16 {
    240
}

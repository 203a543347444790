//! The school's rules in words: what is wrong with them, and what their choices are called.

use super::{Locale, sanitise::line};
use crate::{
    domain::rules::{
        CodeCounts, FamiliesSee, GeneralFrom, MissingPart, Ranking, RoundingRule, RuleFault, ScaleRule, SubjectFormula,
    },
    t,
};

/// The sentence for a fault.
#[must_use]
pub fn fault(locale: &Locale, fault: &RuleFault) -> String {
    match fault {
        RuleFault::FormulaWeights { cycle: None } => t!(locale, "rules-fault-weights"),
        RuleFault::FormulaWeights { cycle: Some(cycle) } => {
            t!(locale, "rules-fault-weights-cycle", cycle = line(cycle))
        }
        RuleFault::AnnualWeights => t!(locale, "rules-fault-annual"),
        RuleFault::LevelTwice { level } => t!(locale, "rules-fault-level-twice", level = line(level)),
        RuleFault::CycleEmpty { cycle } => t!(locale, "rules-fault-cycle-empty", cycle = line(cycle)),
        RuleFault::NoBands => t!(locale, "rules-fault-no-bands"),
        RuleFault::BandsStart => t!(locale, "rules-fault-bands-start"),
        RuleFault::BandsOrder { label } => t!(locale, "rules-fault-bands-order", label = line(label)),
        RuleFault::WordTwice { label } => t!(locale, "rules-fault-word-twice", label = line(label)),
        RuleFault::PraiseInSanction { praise, sanction } => {
            t!(locale, "rules-fault-praise", praise = line(praise), sanction = line(sanction))
        }
        RuleFault::LevelLoop { level } => t!(locale, "rules-fault-loop", level = line(level)),
        RuleFault::ExamBounds { exam } => t!(locale, "rules-fault-exam-bounds", exam = line(exam)),
        RuleFault::ExamWeights { exam } => t!(locale, "rules-fault-exam-weights", exam = line(exam)),
        RuleFault::PassZero => t!(locale, "rules-fault-pass-zero"),
        RuleFault::TooLong => t!(locale, "rules-fault-too-long"),
        RuleFault::RemarkLength => t!(locale, "rules-fault-remark-length"),
    }
}

/// `(MC + 2 × NC) / 3`, or the weighted mean.
#[must_use]
pub fn formula(locale: &Locale, formula: SubjectFormula) -> String {
    match formula {
        SubjectFormula::WeightedMean => t!(locale, "rules-formula-mean"),
        SubjectFormula::ClassAndComposition { class_weight, composition_weight, .. } => {
            let times = |weight: u8, part: String| if weight == 1 { part } else { format!("{weight} × {part}") };
            let (mc, nc) = (t!(locale, "explain-mc"), t!(locale, "explain-nc"));
            let sum = u16::from(class_weight).saturating_add(u16::from(composition_weight));
            format!("({} + {}) / {sum}", times(class_weight, mc), times(composition_weight, nc))
        }
    }
}

/// What stands in for a missing part.
#[must_use]
pub fn missing(locale: &Locale, missing: MissingPart) -> String {
    match missing {
        MissingPart::OtherAlone => t!(locale, "rules-missing-other"),
        MissingPart::Zero => t!(locale, "rules-missing-zero"),
    }
}

/// How scales come together.
#[must_use]
pub fn scales(locale: &Locale, scales: ScaleRule) -> String {
    match scales {
        ScaleRule::ToTwentyFirst => t!(locale, "rules-scales-twenty"),
        ScaleRule::ByScale => t!(locale, "rules-scales-weight"),
    }
}

/// What a code counts.
#[must_use]
pub fn counts(locale: &Locale, counts: CodeCounts) -> String {
    match counts {
        CodeCounts::LeftOut => t!(locale, "rules-counts-left-out"),
        CodeCounts::AsZero => t!(locale, "rules-counts-zero"),
    }
}

/// What the general average adds up.
#[must_use]
pub fn general(locale: &Locale, general: GeneralFrom) -> String {
    match general {
        GeneralFrom::Printed => t!(locale, "rules-general-printed"),
        GeneralFrom::Exact => t!(locale, "rules-general-exact"),
    }
}

/// How averages are printed.
#[must_use]
pub fn rounding(locale: &Locale, rounding: RoundingRule) -> String {
    match rounding {
        RoundingRule::Hundredth => t!(locale, "rules-rounding-hundredth"),
        RoundingRule::HundredthDown => t!(locale, "rules-rounding-down"),
        RoundingRule::Tenth => t!(locale, "rules-rounding-tenth"),
    }
}

/// How ties are numbered.
#[must_use]
pub fn ranking(locale: &Locale, ranking: Ranking) -> String {
    match ranking {
        Ranking::Competition => t!(locale, "rules-ranking-competition"),
        Ranking::Dense => t!(locale, "rules-ranking-dense"),
    }
}

/// When families see marks.
#[must_use]
pub fn families(locale: &Locale, families: FamiliesSee) -> String {
    match families {
        FamiliesSee::AtOnce => t!(locale, "rules-families-at-once"),
        FamiliesSee::Published => t!(locale, "rules-families-published"),
        FamiliesSee::TermClosed => t!(locale, "rules-families-closed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn every_fault_is_a_sentence() {
        let text = || "Tle".to_owned();
        let faults = [
            RuleFault::FormulaWeights { cycle: None },
            RuleFault::FormulaWeights { cycle: Some(text()) },
            RuleFault::AnnualWeights,
            RuleFault::LevelTwice { level: text() },
            RuleFault::CycleEmpty { cycle: text() },
            RuleFault::NoBands,
            RuleFault::BandsStart,
            RuleFault::BandsOrder { label: text() },
            RuleFault::WordTwice { label: text() },
            RuleFault::PraiseInSanction { praise: text(), sanction: text() },
            RuleFault::LevelLoop { level: text() },
            RuleFault::ExamBounds { exam: text() },
            RuleFault::ExamWeights { exam: text() },
            RuleFault::PassZero,
            RuleFault::TooLong,
            RuleFault::RemarkLength,
        ];
        for lang in Lang::ALL {
            let locale = Locale::new(lang);
            for sentence in faults.iter().map(|known| fault(&locale, known)) {
                assert!(sentence.ends_with('.') && sentence.len() > 20, "{sentence}");
            }
        }
    }
}

//! What cannot stand in a rule set: said before it is saved.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{HonourKind, RuleSet, SubjectFormula, decision_rule, same_level};
use crate::domain::{
    score::Average,
    text_values::{Name, Remark},
    words,
};

/// Terms of the longest year.
const TERMS: usize = 6;
/// Entries of any list: what no screen and no paper holds is a slip.
const MOST: usize = 40;

/// One thing that is wrong; `text/` has a sentence for each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleFault {
    /// Class marks and composition both weigh 0; of a cycle, or of the school.
    FormulaWeights { cycle: Option<String> },
    /// No term weighs anything in the year, or there are no weights, or too many.
    AnnualWeights,
    /// A level stands in two cycles, or has two decision rules.
    LevelTwice { level: String },
    /// A cycle has no levels.
    CycleEmpty { cycle: String },
    /// There are no bands.
    NoBands,
    /// The first band does not begin at 0.
    BandsStart,
    /// This band does not begin above the one before it.
    BandsOrder { label: String },
    /// Two bands, or two honours, of one name.
    WordTwice { label: String },
    /// Praise is given where this sanction is, too.
    PraiseInSanction { praise: String, sanction: String },
    /// Passing levels lead around in a circle through this one.
    LevelLoop { level: String },
    /// An examination's second chance does not begin below its pass mark.
    ExamBounds { exam: String },
    /// An examination's weights are both 0.
    ExamWeights { exam: String },
    /// The pass mark is 0: everybody would pass.
    PassZero,
    /// A list is longer than any school's.
    TooLong,
    /// An appreciation may have no character, or more than is ever kept.
    RemarkLength,
}

/// Everything that is wrong with a rule set, in its order; empty: it can be saved.
#[must_use]
pub fn check(rules: &RuleSet) -> Vec<RuleFault> {
    let mut faults = Vec::new();
    formulas(rules, &mut faults);
    bands(rules, &mut faults);
    honours(rules, &mut faults);
    council(rules, &mut faults);
    let lists = [
        rules.cycles.len(),
        rules.bands.len(),
        rules.honours.len(),
        rules.decisions.len(),
        rules.exams.len(),
        rules.cycles.iter().map(|cycle| cycle.levels.len()).max().unwrap_or_default(),
    ];
    if lists.iter().any(|length| *length > MOST) {
        faults.push(RuleFault::TooLong);
    }
    let longest = 1..=u16::try_from(Remark::MAX).unwrap_or(u16::MAX);
    if [rules.remark_max, rules.general_max].iter().any(|max| !longest.contains(max)) {
        faults.push(RuleFault::RemarkLength);
    }
    faults
}

fn weighs(formula: SubjectFormula) -> bool {
    match formula {
        SubjectFormula::WeightedMean => true,
        SubjectFormula::ClassAndComposition { class_weight, composition_weight, .. } => {
            class_weight > 0 || composition_weight > 0
        }
    }
}

fn formulas(rules: &RuleSet, faults: &mut Vec<RuleFault>) {
    if !weighs(rules.formula) {
        faults.push(RuleFault::FormulaWeights { cycle: None });
    }
    for cycle in &rules.cycles {
        if !weighs(cycle.formula) {
            faults.push(RuleFault::FormulaWeights { cycle: Some(cycle.name.to_string()) });
        }
        if cycle.levels.is_empty() {
            faults.push(RuleFault::CycleEmpty { cycle: cycle.name.to_string() });
        }
    }
    twice(rules.cycles.iter().flat_map(|cycle| &cycle.levels), |level| RuleFault::LevelTwice { level }, faults);
    let weights = &rules.annual_weights;
    if weights.iter().all(|weight| *weight == 0) || weights.len() > TERMS {
        faults.push(RuleFault::AnnualWeights);
    }
}

fn bands(rules: &RuleSet, faults: &mut Vec<RuleFault>) {
    match rules.bands.first() {
        None => faults.push(RuleFault::NoBands),
        Some(first) if first.from != Average::ZERO => faults.push(RuleFault::BandsStart),
        Some(_) => {}
    }
    for (before, band) in rules.bands.iter().zip(rules.bands.iter().skip(1)) {
        if band.from <= before.from {
            faults.push(RuleFault::BandsOrder { label: band.label.to_string() });
        }
    }
    twice(rules.bands.iter().map(|band| &band.label), |label| RuleFault::WordTwice { label }, faults);
}

fn honours(rules: &RuleSet, faults: &mut Vec<RuleFault>) {
    twice(rules.honours.iter().map(|honour| &honour.label), |label| RuleFault::WordTwice { label }, faults);
    let of = |kind: HonourKind| rules.honours.iter().filter(move |honour| honour.kind == kind);
    let lowest = of(HonourKind::Praise).min_by_key(|honour| honour.bound);
    let highest = of(HonourKind::Sanction).max_by_key(|honour| honour.bound);
    if let (Some(praise), Some(sanction)) = (lowest, highest)
        && praise.bound < sanction.bound
    {
        let (praise, sanction) = (praise.label.to_string(), sanction.label.to_string());
        faults.push(RuleFault::PraiseInSanction { praise, sanction });
    }
}

fn council(rules: &RuleSet, faults: &mut Vec<RuleFault>) {
    let others = rules.decisions.iter().filter(|rule| rule.level.is_none()).count();
    if others > 1 {
        faults.push(RuleFault::LevelTwice { level: "*".to_owned() });
    }
    twice(
        rules.decisions.iter().filter_map(|rule| rule.level.as_ref()),
        |level| RuleFault::LevelTwice { level },
        faults,
    );
    if let Some(level) = circle(rules) {
        faults.push(RuleFault::LevelLoop { level: level.to_string() });
    }
    if rules.pass == Average::ZERO || rules.decisions.iter().any(|rule| rule.pass == Average::ZERO) {
        faults.push(RuleFault::PassZero);
    }
    for exam in &rules.exams {
        let name = exam.name.to_string();
        if exam.exam_weight == 0 && exam.class_weight == 0 {
            faults.push(RuleFault::ExamWeights { exam: name.clone() });
        }
        if exam.second_from > exam.pass || exam.pass == Average::ZERO {
            faults.push(RuleFault::ExamBounds { exam: name });
        }
    }
}

/// A level from which passing leads back to it, also by the rule for all levels without one of their own.
fn circle(rules: &RuleSet) -> Option<&Name> {
    let next = |level: &Name| decision_rule(rules, Some(level)).and_then(|rule| rule.next.as_ref());
    // Whatever has no rule of its own is met on the way from these.
    let named = rules.decisions.iter().flat_map(|rule| [rule.level.as_ref(), rule.next.as_ref()]);
    named.flatten().find(|start| {
        let mut at = next(start);
        // Longer than the list is a circle that this level only leads into: another start finds it.
        for _ in 0..rules.decisions.len().saturating_mul(2) {
            match at {
                Some(level) if same_level(level, start) => return true,
                Some(level) => at = next(level),
                None => return false,
            }
        }
        false
    })
}

fn twice<'a>(names: impl Iterator<Item = &'a Name>, fault: impl Fn(String) -> RuleFault, faults: &mut Vec<RuleFault>) {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(words::fold(name.as_str())) {
            faults.push(fault(name.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules::{Band, DecisionRule, MissingPart, Preset};

    fn name(text: &str) -> Name {
        Name::parse(text).unwrap()
    }

    fn average(hundredths: u16) -> Average {
        Average::from_hundredths(hundredths).unwrap()
    }

    fn only(change: impl Fn(&mut RuleSet), fault: &RuleFault) {
        let mut rules = Preset::Mali.rules();
        change(&mut rules);
        assert_eq!(check(&rules), std::slice::from_ref(fault));
    }

    #[test]
    fn presets_are_without_fault() {
        for preset in Preset::ALL {
            assert_eq!(check(&preset.rules()), []);
        }
    }

    #[test]
    fn every_fault_is_found() {
        let nothing = SubjectFormula::ClassAndComposition {
            class_weight: 0,
            composition_weight: 0,
            missing: MissingPart::OtherAlone,
        };
        only(|rules| rules.formula = nothing, &RuleFault::FormulaWeights { cycle: None });
        let first = Some("Premier cycle".to_owned());
        only(|rules| rules.cycles[0].formula = nothing, &RuleFault::FormulaWeights { cycle: first });
        only(|rules| rules.cycles[0].levels.clear(), &RuleFault::CycleEmpty { cycle: "Premier cycle".to_owned() });
        let again = RuleFault::LevelTwice { level: "1re Année".to_owned() };
        only(|rules| rules.cycles[0].levels.push(name("1re Année")), &again);
        only(|rules| rules.annual_weights = vec![0, 0, 0], &RuleFault::AnnualWeights);
        only(|rules| rules.annual_weights = vec![], &RuleFault::AnnualWeights);
        only(|rules| rules.annual_weights = vec![1; 7], &RuleFault::AnnualWeights);
        only(|rules| rules.bands.clear(), &RuleFault::NoBands);
        only(|rules| rules.bands[0].from = average(100), &RuleFault::BandsStart);
        only(|rules| rules.bands[2].from = average(900), &RuleFault::BandsOrder { label: "Assez bien".to_owned() });
        let twice = Band { from: average(1_900), label: name("bien") };
        only(|rules| rules.bands.push(twice.clone()), &RuleFault::WordTwice { label: "bien".to_owned() });
        let (praise, sanction) = ("Tableau d’honneur".to_owned(), "Avertissement travail".to_owned());
        only(|rules| rules.honours[0].bound = average(700), &RuleFault::PraiseInSanction { praise, sanction });
        only(|rules| rules.pass = Average::ZERO, &RuleFault::PassZero);
        only(|rules| rules.exams[0].second_from = average(1_100), &RuleFault::ExamBounds { exam: "DEF".to_owned() });
        let weightless = |rules: &mut RuleSet| (rules.exams[1].exam_weight, rules.exams[1].class_weight) = (0, 0);
        only(|rules| rules.remark_max = 0, &RuleFault::RemarkLength);
        only(|rules| rules.general_max = 501, &RuleFault::RemarkLength);
        only(weightless, &RuleFault::ExamWeights { exam: "BAC".to_owned() });
    }

    #[test]
    fn levels_that_lead_around_in_a_circle_are_found() {
        let rule = |level: &str, next: &str| DecisionRule {
            level: Some(name(level)),
            pass: average(1_000),
            repeats: 1,
            next: Some(name(next)),
        };
        let with = |rules: &[(&str, &str)]| {
            let mut set = Preset::Mali.rules();
            set.decisions.extend(rules.iter().map(|(level, next)| rule(level, next)));
            check(&set)
        };
        assert_eq!(with(&[("10e", "11e"), ("11e", "Terminale")]), []);
        let circle = RuleFault::LevelLoop { level: "11e".to_owned() };
        assert_eq!(with(&[("10e", "11e"), ("11e", "12e"), ("12e", "11e")]), [circle]);
        assert_eq!(with(&[("10e", "10e")]), [RuleFault::LevelLoop { level: "10e".to_owned() }]);
        // By the rule for all other levels: who passes 11e would be in 11e again.
        let mut set = Preset::Mali.rules();
        set.decisions[0].next = Some(name("11e"));
        assert_eq!(check(&set), [RuleFault::LevelLoop { level: "11e".to_owned() }]);
        set.decisions.push(rule("11e", "Terminale"));
        set.decisions.push(DecisionRule { next: None, ..rule("Terminale", "x") });
        assert_eq!(check(&set), []);
        set.decisions[2].next = Some(name("12e"));
        assert_eq!(check(&set), [RuleFault::LevelLoop { level: "11e".to_owned() }], "12e, as all others, leads to 11e");
    }
}

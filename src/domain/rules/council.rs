//! What the rules propose to the council: honours and sanctions of a term, the decision of the year, admission to a
//! national examination (`domain.md`, Words on paper). The rule proposes; the council decides.

use serde::{Deserialize, Serialize};

use super::{AverageOf, Exact, RuleSet, mean::weighted_mean, same_level};
use crate::domain::{score::Average, text_values::Name};

/// Praise is for averages from its bound on, a sanction for those below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HonourKind {
    Praise,
    Sanction,
}

/// A rung of the honours ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Honour {
    pub label: Name,
    pub kind: HonourKind,
    /// Praise: from here on. Sanction: below.
    pub bound: Average,
    /// A sanction that is also given for conduct.
    #[serde(default)]
    pub for_conduct: bool,
}

/// What the rules propose for a term's general average. `conduct`: there is a sanction for conduct, which can stand in
/// the way of praise and proposes the sanction that is also given for conduct.
#[must_use]
pub fn honour(rules: &RuleSet, average: Option<Average>, conduct: bool) -> Option<&Honour> {
    let of = |kind: HonourKind| rules.honours.iter().filter(move |honour| honour.kind == kind);
    let praise = average.and_then(|average| {
        of(HonourKind::Praise).filter(|honour| honour.bound <= average).max_by_key(|honour| honour.bound)
    });
    let sanction = average.and_then(|average| {
        of(HonourKind::Sanction).filter(|honour| honour.bound > average).min_by_key(|honour| honour.bound)
    });
    let for_conduct =
        of(HonourKind::Sanction).filter(|honour| conduct && honour.for_conduct).min_by_key(|honour| honour.bound);
    match (praise, for_conduct) {
        (Some(praise), Some(_)) if !rules.conduct_blocks => Some(praise),
        (Some(_), None) if conduct && rules.conduct_blocks => None,
        (Some(praise), None) => Some(praise),
        (_, Some(for_conduct)) => Some(for_conduct),
        (None, None) => sanction,
    }
}

/// The decision of the year for a level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRule {
    /// `None`: every level that has no rule of its own.
    pub level: Option<Name>,
    /// Annual averages from here on pass.
    pub pass: Average,
    /// How often the level may be repeated; after that, who does not pass is excluded.
    pub repeats: u8,
    /// The level that one passes into, where the school says so.
    #[serde(default)]
    pub next: Option<Name>,
}

/// What is proposed at the end of the year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Into that level, where the rules name one.
    Pass(Option<Name>),
    Repeat,
    Exclude,
}

/// The rule for classes of a level.
#[must_use]
pub fn decision_rule<'a>(rules: &'a RuleSet, level: Option<&Name>) -> Option<&'a DecisionRule> {
    let named =
        |rule: &&DecisionRule| matches!((&rule.level, level), (Some(own), Some(level)) if same_level(own, level));
    let own = rules.decisions.iter().find(named);
    own.or_else(|| rules.decisions.iter().find(|rule| rule.level.is_none()))
}

/// The decision that the rules propose; `repeated`: how often the student has been in this level before. `None` without
/// an annual average, or where no rule is for the level: then nothing is proposed.
#[must_use]
pub fn decision(rules: &RuleSet, level: Option<&Name>, annual: Option<Average>, repeated: u8) -> Option<Decision> {
    let rule = decision_rule(rules, level)?;
    Some(if annual? >= rule.pass {
        Decision::Pass(rule.next.clone())
    } else if repeated < rule.repeats {
        Decision::Repeat
    } else {
        Decision::Exclude
    })
}

/// How a national examination admits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExamRule {
    /// `DEF`, `BAC`.
    pub name: Name,
    /// Examination averages from here on are admitted.
    pub pass: Average,
    /// From here on (and below `pass`) the class average comes to help.
    pub second_from: Average,
    /// `(exam_weight × exam + class_weight × class) / sum`.
    pub exam_weight: u8,
    pub class_weight: u8,
    /// What that mean must reach.
    pub second_pass: Average,
}

/// What an examination rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    Admitted,
    /// By the mean with the class average.
    SecondChance(AverageOf),
    /// In spite of it.
    SecondFailed(AverageOf),
    /// The class average would decide, and there is none.
    NeedsClass,
    Refused,
}

/// Is an examination average admitted, with the help of the class average where the rule allows it? The bounds are
/// looked at with the exact mean, so that no rounding admits anybody.
#[must_use]
pub fn admission(rule: &ExamRule, exam: Average, class: Option<Average>) -> Admission {
    if exam >= rule.pass {
        return Admission::Admitted;
    }
    if exam < rule.second_from {
        return Admission::Refused;
    }
    let Some(class) = class else { return Admission::NeedsClass };
    let exact = |average: Average| Exact::new(i128::from(average.hundredths()), 100);
    let terms = [(exact(exam), i128::from(rule.exam_weight)), (exact(class), i128::from(rule.class_weight))];
    match weighted_mean(&terms).and_then(|mean| AverageOf::of(super::RoundingRule::Hundredth, mean)) {
        Some(mean) if mean.exact >= exact(rule.second_pass) => Admission::SecondChance(mean),
        Some(mean) => Admission::SecondFailed(mean),
        None => Admission::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules::Preset;

    fn average(hundredths: u16) -> Average {
        Average::from_hundredths(hundredths).unwrap()
    }

    #[test]
    fn the_ladder_and_its_bounds() {
        let rules = Preset::Mali.rules();
        let word = |hundredths, conduct| {
            honour(&rules, Some(average(hundredths)), conduct).map(|honour| honour.label.to_string())
        };
        let some = |word: &str| Some(word.to_owned());
        for (hundredths, expected) in [
            (599, some("Blâme")),
            (600, some("Avertissement travail")),
            (799, some("Avertissement travail")),
            (800, None),
            (1_199, None),
            (1_200, some("Tableau d’honneur")),
            (1_399, some("Tableau d’honneur")),
            (1_400, some("Encouragements")),
            (1_599, some("Encouragements")),
            (1_600, some("Félicitations")),
            (2_000, some("Félicitations")),
        ] {
            assert_eq!(word(hundredths, false), expected, "{hundredths}");
        }
        assert_eq!(honour(&rules, None, false), None);
        assert_eq!(honour(&rules, None, true).map(|honour| honour.label.as_str()), Some("Blâme"));
    }

    #[test]
    fn a_sanction_for_conduct_stands_in_the_way_of_praise_where_the_rule_says_so() {
        let mut rules = Preset::Mali.rules();
        let word = |rules: &RuleSet, hundredths| {
            honour(rules, Some(average(hundredths)), true).map(|honour| honour.label.to_string())
        };
        assert_eq!(word(&rules, 1_700).as_deref(), Some("Blâme"));
        assert_eq!(word(&rules, 700).as_deref(), Some("Blâme"));
        rules.conduct_blocks = false;
        assert_eq!(word(&rules, 1_700).as_deref(), Some("Félicitations"));
        rules.conduct_blocks = true;
        rules.honours.retain(|honour| !honour.for_conduct);
        assert_eq!(word(&rules, 1_700), None);
        assert_eq!(word(&rules, 700).as_deref(), Some("Avertissement travail"));
    }

    #[test]
    fn the_year_is_decided_by_level() {
        let name = |text: &str| Name::parse(text).unwrap();
        let mut rules = Preset::Mali.rules();
        let tenth =
            DecisionRule { level: Some(name("10e")), pass: average(1_100), repeats: 0, next: Some(name("11e")) };
        rules.decisions.push(tenth);
        let at = |level: &str, hundredths, repeated| {
            decision(&rules, Some(&name(level)), Some(average(hundredths)), repeated)
        };
        assert_eq!(at("10e", 1_100, 0), Some(Decision::Pass(Some(name("11e")))));
        assert_eq!(at("10e", 1_099, 0), Some(Decision::Exclude));
        assert_eq!(at("10E", 1_099, 0), Some(Decision::Exclude), "written otherwise");
        assert_eq!(at("11e", 1_000, 0), Some(Decision::Pass(None)));
        assert_eq!(at("11e", 999, 0), Some(Decision::Repeat));
        assert_eq!(at("11e", 999, 1), Some(Decision::Exclude));
        assert_eq!(decision(&rules, None, None, 0), None);
        rules.decisions.clear();
        assert_eq!(decision(&rules, None, Some(average(1_500)), 0), None);
    }

    #[test]
    fn the_second_chance_is_between_nine_and_ten() {
        let rules = Preset::Mali.rules();
        let rule = rules.exams.first().unwrap();
        let at = |exam, class: Option<u16>| admission(rule, average(exam), class.map(average));
        assert_eq!(at(1_000, None), Admission::Admitted);
        assert_eq!(at(899, Some(2_000)), Admission::Refused);
        assert_eq!(at(999, None), Admission::NeedsClass);
        // (3 × 9,50 + 11,50) / 4 = 10.
        assert!(matches!(at(950, Some(1_150)), Admission::SecondChance(mean) if mean.printed == average(1_000)));
        // (3 × 9,50 + 11,49) / 4 = 9,9975, printed 10,00: a rounding admits nobody.
        assert!(matches!(at(950, Some(1_149)), Admission::SecondFailed(mean) if mean.printed == average(1_000)));
        assert!(matches!(at(900, Some(1_300)), Admission::SecondChance(_)));
    }
}

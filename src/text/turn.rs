//! The turn of the year in words.

use serde_json::Value;

use super::{Locale, format, sanitise};
use crate::{
    domain::{
        entities::{ClassTarget, DecidedBy, Outcome},
        turn::{Fate, NoNext, Undecided},
    },
    protocol::{PlanClass, YearOpened, YearPlan},
    t,
};

/// Classes named in one sentence.
const NAMED: usize = 5;

#[must_use]
pub fn outcome(locale: &Locale, outcome: Outcome) -> String {
    match outcome {
        Outcome::Promoted => t!(locale, "turn-outcome-promoted"),
        Outcome::Repeating => t!(locale, "turn-outcome-repeating"),
        Outcome::Leaving => t!(locale, "turn-outcome-leaving"),
        Outcome::Excluded => t!(locale, "turn-outcome-excluded"),
    }
}

/// What becomes of somebody, in a word.
#[must_use]
pub fn fate(locale: &Locale, fate: Fate) -> String {
    match fate {
        Fate::Decided(decided) => outcome(locale, decided),
        Fate::Undecided(_) => t!(locale, "turn-undecided"),
    }
}

/// Why nothing is decided; empty where something is.
#[must_use]
pub fn why_not(locale: &Locale, fate: Fate) -> String {
    match fate {
        Fate::Decided(_) => String::new(),
        Fate::Undecided(Undecided::NoAverage) => t!(locale, "turn-why-no-average"),
        Fate::Undecided(Undecided::NoRule) => t!(locale, "turn-why-no-rule"),
        Fate::Undecided(Undecided::NoTarget(why)) => no_next(locale, why),
    }
}

/// Why no class follows.
#[must_use]
pub fn no_next(locale: &Locale, why: NoNext) -> String {
    match why {
        NoNext::NoLevel => t!(locale, "turn-why-no-level"),
        NoNext::NoClass => t!(locale, "turn-why-no-class"),
        NoNext::Several => t!(locale, "turn-why-several"),
    }
}

#[must_use]
pub fn by(locale: &Locale, by: DecidedBy) -> String {
    match by {
        DecidedBy::Council => t!(locale, "turn-by-council"),
        DecidedBy::Rules => t!(locale, "turn-by-rules"),
    }
}

/// The name of a class of the plan.
#[must_use]
pub fn class_name(plan: &YearPlan, class: &crate::domain::id::ClassId) -> String {
    let known = plan.classes.iter().find(|known| known.class == *class);
    known.map_or_else(|| "—".to_owned(), |known| sanitise::line(&known.name))
}

/// Where a class goes.
#[must_use]
pub fn target(locale: &Locale, plan: &YearPlan, class: &PlanClass) -> String {
    match &class.target {
        Ok(ClassTarget::Class(next)) => class_name(plan, next),
        Ok(ClassTarget::Leaves) => t!(locale, "turn-leaves"),
        Err(_) => t!(locale, "turn-target-unknown"),
    }
}

fn names<'a>(classes: impl Iterator<Item = &'a PlanClass>) -> (usize, String) {
    let all: Vec<String> = classes.map(|class| sanitise::line(&class.name)).collect();
    let mut named = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if all.len() > NAMED {
        named.push_str(", …");
    }
    (all.len(), named)
}

/// How many of each.
#[must_use]
pub fn heading(locale: &Locale, plan: &YearPlan) -> String {
    let number = |count| format::integer(count, locale.lang());
    t!(
        locale,
        "turn-heading",
        year = plan.year.as_str(),
        next = plan.next.as_str(),
        promoted = number(plan.counts.promoted),
        repeating = number(plan.counts.repeating),
        leaving = number(plan.counts.leaving),
        excluded = number(plan.counts.excluded)
    )
}

/// What stands in the way, or nothing; and what is good to know.
#[must_use]
pub fn state(locale: &Locale, plan: &YearPlan) -> Vec<String> {
    let mut lines = Vec::new();
    let (open, open_names) = names(plan.open_classes());
    if open > 0 {
        lines.push(t!(locale, "turn-open-classes", count = open, names = open_names));
    }
    lines.push(t!(locale, "turn-undecided-count", count = plan.counts.undecided));
    let (over, over_names) = names(plan.classes.iter().filter(|class| class.overfull()));
    if over > 0 {
        lines.push(t!(locale, "turn-overfull", count = over, names = over_names));
    }
    if plan.counts.ahead > 0 {
        lines.push(t!(locale, "turn-ahead-count", count = plan.counts.ahead));
    }
    if plan.begun {
        lines.push(t!(locale, "turn-begun"));
    }
    if plan.ready() {
        lines.push(t!(locale, "turn-ready"));
    }
    lines
}

/// What opening did.
#[must_use]
pub fn opened(locale: &Locale, report: &YearOpened) -> String {
    let number = |count| format::integer(count, locale.lang());
    let year = report.year.as_str();
    if report.already {
        return t!(locale, "turn-opened-already", year = year);
    }
    let counts = &report.counts;
    t!(
        locale,
        "turn-opened",
        year = year,
        promoted = number(counts.promoted),
        repeating = number(counts.repeating),
        left = number(counts.leaving.saturating_add(counts.excluded))
    )
}

/// What the history says of the turn of the year; `None`: the act is none of its.
#[must_use]
pub fn told(locale: &Locale, action: &str, old: &Value, new: &Value) -> Option<String> {
    let word = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).map(sanitise::line);
    let decided = word(new, "outcome").and_then(|word| Outcome::parse(&word)).map(|decided| outcome(locale, decided));
    let what = decided.into_iter().chain(word(new, "class")).collect::<Vec<_>>().join(", ");
    let year = |of: &Value| word(of, "year").unwrap_or_else(|| "—".to_owned());
    match action {
        "year.turn" => Some(t!(locale, "turn-told-turn", year = year(old), next = year(new), what = what)),
        "year.decide" if new.is_null() => Some(t!(locale, "turn-told-decide-none")),
        "year.decide" => Some(t!(locale, "turn-told-decide", what = what)),
        "student.enrol" if new.is_null() => Some(t!(locale, "turn-told-enrol-none")),
        "student.enrol" => Some(t!(locale, "turn-told-enrol", year = year(new), what = what)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::text::Lang;

    #[test]
    fn the_history_says_what_was_decided() {
        let locale = Locale::new(Lang::Fr);
        let told = |action, old: Value, new: Value| told(&locale, action, &old, &new);
        let turned = told(
            "year.turn",
            json!({ "year": "2026-2027", "class": "10e A" }),
            json!({ "year": "2027-2028", "class": "11e S", "outcome": "promoted" }),
        );
        assert_eq!(turned.as_deref(), Some("2026-2027 → 2027-2028\u{a0}: passe, 11e S"));
        let said = told("year.decide", Value::Null, json!({ "outcome": "repeating", "class": null }));
        assert_eq!(said.as_deref(), Some("Décision du conseil\u{a0}: redouble"));
        let back = told("year.decide", json!({ "outcome": "repeating" }), Value::Null);
        assert_eq!(back.as_deref(), Some("Décision du conseil retirée"));
        assert_eq!(told("student.save", Value::Null, Value::Null), None);
    }
}

//! Lists of rules as one line of text: written for the form, and read back from it.
//!
//! `0 Insuffisant; 10 Passable` · `8 Avertissement; 6 Blâme *` · `* 10 1; 10e 11 0 > 11e` · `BAC 10 9 3:1 10` ·
//! `Premier cycle 1:1 = 1re année, 2e année`.

use crate::domain::{
    rules::{Band, Cycle, DecisionRule, ExamRule, Honour, HonourKind, MissingPart, SubjectFormula},
    score::{Average, MarkValue, Scale, parse_mark},
    text_values::Name,
};

/// Between the entries of a line.
const SEPARATOR: char = ';';

/// The entries of a line, without empty ones.
fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split(SEPARATOR).map(str::trim).filter(|entry| !entry.is_empty())
}

/// Every entry read, or nothing.
fn all<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    entries(text).map(read).collect()
}

fn join(entries: impl IntoIterator<Item = String>) -> String {
    entries.into_iter().collect::<Vec<_>>().join("; ")
}

/// An average as it is typed: `12`, `12,5`.
pub(super) fn average(text: &str) -> Option<Average> {
    match parse_mark(text, Scale::TWENTY) {
        Ok(Some(MarkValue::Score(score))) => Average::from_hundredths(score.hundredths()),
        Ok(Some(MarkValue::Code(_)) | None) | Err(_) => None,
    }
}

fn name(text: &str) -> Option<Name> {
    Name::parse(text.trim()).ok()
}

/// `12 Tableau d’honneur` in bound and word.
fn bound_and_word(entry: &str) -> Option<(Average, &str)> {
    let (bound, word) = entry.split_once(char::is_whitespace)?;
    Some((average(bound)?, word.trim()))
}

pub(super) fn bands(text: &str) -> Option<Vec<Band>> {
    all(text, |entry| {
        let (from, word) = bound_and_word(entry)?;
        Some(Band { from, label: name(word)? })
    })
}

pub(super) fn bands_text(bands: &[Band], point: char) -> String {
    join(bands.iter().map(|band| format!("{} {}", band.from.short(point), band.label)))
}

/// A star after a sanction: also for conduct.
pub(super) fn honours(text: &str, kind: HonourKind) -> Option<Vec<Honour>> {
    all(text, |entry| {
        let (bound, word) = bound_and_word(entry)?;
        let (word, for_conduct) = match word.strip_suffix('*') {
            Some(word) if kind == HonourKind::Sanction => (word, true),
            Some(_) | None => (word, false),
        };
        Some(Honour { label: name(word)?, kind, bound, for_conduct })
    })
}

pub(super) fn honours_text(honours: &[Honour], kind: HonourKind, point: char) -> String {
    let listed = honours.iter().filter(|honour| honour.kind == kind);
    join(listed.map(|honour| {
        let star = if honour.for_conduct { " *" } else { "" };
        format!("{} {}{star}", honour.bound.short(point), honour.label)
    }))
}

/// Level (`*` for all others), pass mark, repeats, and `> next level`.
pub(super) fn decisions(text: &str) -> Option<Vec<DecisionRule>> {
    all(text, |entry| {
        let (rule, next) = match entry.split_once('>') {
            Some((rule, next)) => (rule.trim(), Some(name(next)?)),
            None => (entry, None),
        };
        let (rest, repeats) = rule.rsplit_once(char::is_whitespace)?;
        let (level, pass) = rest.trim().rsplit_once(char::is_whitespace)?;
        let level = match level.trim() {
            "*" => None,
            level => Some(name(level)?),
        };
        Some(DecisionRule { level, pass: average(pass)?, repeats: repeats.parse().ok()?, next })
    })
}

pub(super) fn decisions_text(rules: &[DecisionRule], point: char) -> String {
    join(rules.iter().map(|rule| {
        let level = rule.level.as_ref().map_or("*", Name::as_str);
        let next = rule.next.as_ref().map_or_else(String::new, |next| format!(" > {next}"));
        format!("{level} {} {}{next}", rule.pass.short(point), rule.repeats)
    }))
}

/// Name, pass mark, second chance from, weights of examination and class, what their mean must reach.
pub(super) fn exams(text: &str) -> Option<Vec<ExamRule>> {
    all(text, |entry| {
        let mut words = entry.rsplitn(5, char::is_whitespace);
        let (second, weights, from, pass, exam) =
            (words.next()?, words.next()?, words.next()?, words.next()?, words.next()?);
        let (exam_weight, class_weight) = pair(weights)?;
        Some(ExamRule {
            name: name(exam)?,
            pass: average(pass)?,
            second_from: average(from)?,
            exam_weight,
            class_weight,
            second_pass: average(second)?,
        })
    })
}

pub(super) fn exams_text(rules: &[ExamRule], point: char) -> String {
    join(rules.iter().map(|rule| {
        let (pass, from, second) =
            (rule.pass.short(point), rule.second_from.short(point), rule.second_pass.short(point));
        format!("{} {pass} {from} {}:{} {second}", rule.name, rule.exam_weight, rule.class_weight)
    }))
}

fn pair(text: &str) -> Option<(u8, u8)> {
    let (one, two) = text.split_once(':')?;
    Some((one.trim().parse().ok()?, two.trim().parse().ok()?))
}

/// Name, `class:composition` (with `!`, a missing part counts as zero) or `=`, the mean of all marks; then the levels.
pub(super) fn cycles(text: &str) -> Option<Vec<Cycle>> {
    all(text, |entry| {
        let (head, levels) = entry.rsplit_once('=')?;
        let levels: Option<Vec<Name>> = levels.split(',').map(name).collect();
        let head = head.trim();
        let (title, formula) = if let Some(title) = head.strip_suffix('=') {
            (title, SubjectFormula::WeightedMean)
        } else {
            let (title, weights) = head.rsplit_once(char::is_whitespace)?;
            let (weights, missing) = match weights.strip_suffix('!') {
                Some(weights) => (weights, MissingPart::Zero),
                None => (weights, MissingPart::OtherAlone),
            };
            let (class_weight, composition_weight) = pair(weights)?;
            (title, SubjectFormula::ClassAndComposition { class_weight, composition_weight, missing })
        };
        Some(Cycle { name: name(title)?, levels: levels?, formula })
    })
}

pub(super) fn cycles_text(cycles: &[Cycle]) -> String {
    join(cycles.iter().map(|cycle| {
        let levels: Vec<&str> = cycle.levels.iter().map(Name::as_str).collect();
        let formula = match cycle.formula {
            SubjectFormula::WeightedMean => "=".to_owned(),
            SubjectFormula::ClassAndComposition { class_weight, composition_weight, missing } => {
                let zero = if missing == MissingPart::Zero { "!" } else { "" };
                format!("{class_weight}:{composition_weight}{zero} ")
            }
        };
        format!("{} {formula}= {}", cycle.name, levels.join(", "))
    }))
}

/// `1, 1, 2`.
pub(super) fn weights(text: &str) -> Option<Vec<u8>> {
    text.split([',', ';']).map(|weight| weight.trim().parse().ok()).collect()
}

pub(super) fn weights_text(weights: &[u8]) -> String {
    weights.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules::Preset;

    #[test]
    fn what_is_written_is_read_back() {
        for preset in Preset::ALL {
            let mut rules = preset.rules();
            rules.cycles.push(Cycle {
                name: Name::parse("Second cycle").unwrap(),
                levels: vec![Name::parse("7e").unwrap()],
                formula: SubjectFormula::WeightedMean,
            });
            rules.cycles.push(Cycle {
                name: Name::parse("Technique").unwrap(),
                levels: vec![Name::parse("CAP").unwrap(), Name::parse("BT").unwrap()],
                formula: SubjectFormula::ClassAndComposition {
                    class_weight: 2,
                    composition_weight: 3,
                    missing: MissingPart::Zero,
                },
            });
            let level = |text: &str| Name::parse(text).ok();
            let pass = Average::from_hundredths(1_050).unwrap();
            rules.decisions.push(DecisionRule { level: level("10e commune"), pass, repeats: 0, next: level("11e") });
            for point in [',', '.'] {
                assert_eq!(bands(&bands_text(&rules.bands, point)).as_ref(), Some(&rules.bands));
                let praise = honours(&honours_text(&rules.honours, HonourKind::Praise, point), HonourKind::Praise);
                let blame = honours(&honours_text(&rules.honours, HonourKind::Sanction, point), HonourKind::Sanction);
                assert_eq!([praise.unwrap(), blame.unwrap()].concat(), rules.honours);
                assert_eq!(decisions(&decisions_text(&rules.decisions, point)).as_ref(), Some(&rules.decisions));
                assert_eq!(exams(&exams_text(&rules.exams, point)).as_ref(), Some(&rules.exams));
            }
            assert_eq!(cycles(&cycles_text(&rules.cycles)).as_ref(), Some(&rules.cycles));
            assert_eq!(weights(&weights_text(&rules.annual_weights)).as_ref(), Some(&rules.annual_weights));
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["Passable", "21 Excellent", "dix Passable", "-1 Nul", "10"] {
            assert_eq!(bands(text), None, "{text}");
        }
        for text in ["10e", "10e dix 1", "10e 10", "10e 10 1 >"] {
            assert_eq!(decisions(text), None, "{text}");
        }
        for text in ["BAC 10", "BAC 10 9 3 10", "10 9 3:1 10"] {
            assert_eq!(exams(text), None, "{text}");
        }
        for text in ["Premier cycle", "Premier cycle 1:1", "Premier cycle 1 = 1re", "A 1:1 ="] {
            assert_eq!(cycles(text), None, "{text}");
        }
        assert_eq!(weights("1, deux"), None);
        assert_eq!(weights(""), None);
        assert_eq!(bands(" ; ").map(|bands| bands.len()), Some(0));
    }
}

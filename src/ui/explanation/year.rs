//! The average of a year in words and figures.

use super::{fraction, rounded, rules_line};
use crate::{
    domain::{calendar::Term, rules::YearExplained},
    t,
    text::{Locale, sanitise},
    ui::theme::Tone,
};

/// The lines, from the terms to the rounding. `name`: what the school calls a term.
#[must_use]
pub fn lines(locale: &Locale, explanation: &YearExplained, name: impl Fn(Term) -> String) -> Vec<(Tone, String)> {
    let mut lines = vec![(Tone::Heading, t!(locale, "explain-year-parts"))];
    for part in &explanation.parts {
        let term = sanitise::fit(&name(part.term), 6, false);
        let (tone, text) = match (part.average, part.points) {
            (Some(average), Some(points)) => {
                let (average, points) = (fraction(locale, average), fraction(locale, points));
                let text = t!(locale, "explain-year-part", average = average, weight = part.weight, points = points);
                (Tone::Text, text)
            }
            (None, _) => (Tone::Warn, t!(locale, "explain-year-missing")),
            (Some(_), None) => (Tone::Dim, t!(locale, "explain-year-weightless")),
        };
        lines.push((tone, format!("  {term} {text}")));
    }
    match &explanation.average {
        None => lines.push((Tone::Text, t!(locale, "explain-none"))),
        Some((average, rounding)) => {
            let (points, weights) = (fraction(locale, explanation.points), explanation.weights.to_string());
            lines.push((Tone::Heading, t!(locale, "explain-year-sum", points = points, weights = weights)));
            lines.push((Tone::Text, t!(locale, "explain-exact", exact = fraction(locale, average.exact))));
            lines.push((Tone::Good, rounded(locale, *average, (explanation.rounding, *rounding))));
            let missing: Vec<String> = explanation.missing().map(&name).collect();
            if !missing.is_empty() {
                lines.push((Tone::Warn, t!(locale, "explain-year-without", terms = missing.join(", "))));
            }
        }
    }
    lines.push((Tone::Dim, rules_line(locale, &explanation.rules)));
    lines
}

//! The general average of a term in words and figures.

use super::{fraction, rounded, rules_line};
use crate::{
    domain::rules::{GeneralExplained, GeneralFrom},
    t,
    text::{Locale, sanitise},
    ui::theme::Tone,
};

/// The lines, from the subjects to the rounding. `names` of the subjects as they were given to `explain_general`.
#[must_use]
pub fn lines(locale: &Locale, explanation: &GeneralExplained, names: &[String]) -> Vec<(Tone, String)> {
    let mut lines = vec![(Tone::Heading, t!(locale, "explain-general-parts"))];
    for (name, part) in names.iter().zip(&explanation.parts) {
        let name = sanitise::fit(&sanitise::line(name), 28, false);
        let average = fraction(locale, part.average);
        lines.push(match part.points {
            Some(points) => {
                let points = fraction(locale, points);
                let text = t!(
                    locale,
                    "explain-general-part",
                    average = average,
                    coefficient = part.coefficient,
                    points = points
                );
                (Tone::Text, format!("  {name} {text}"))
            }
            None => (Tone::Dim, format!("  {name} {}", t!(locale, "explain-left-coefficient"))),
        });
    }
    match &explanation.average {
        None => lines.push((Tone::Text, t!(locale, "explain-none"))),
        Some((average, rounding)) => {
            let (points, weights) = (fraction(locale, explanation.points), explanation.weights.to_string());
            lines.push((Tone::Heading, t!(locale, "explain-general-sum", points = points, weights = weights)));
            lines.push((Tone::Text, t!(locale, "explain-exact", exact = fraction(locale, average.exact))));
            lines.push((Tone::Good, rounded(locale, *average, (explanation.rounding, *rounding))));
        }
    }
    lines.push((Tone::Dim, rules_line(locale, &explanation.rules)));
    lines.push((
        Tone::Dim,
        match explanation.from {
            GeneralFrom::Printed => t!(locale, "explain-general-printed"),
            GeneralFrom::Exact => t!(locale, "explain-general-exact"),
        },
    ));
    lines
}

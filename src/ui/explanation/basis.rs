//! What the backend says an average was made of, explained: the same lines on the card and on the command line.

use super::{MarkName, general_lines, lines as subject_lines, year_lines};
use crate::{
    domain::{
        bulletin::sanctioned,
        calendar::Term,
        rules::{
            AverageOf, Decision, MarkInput, annual_average, band, decision, explain, explain_general, explain_year,
            general_average, honour, subject_average,
        },
        score::Average,
    },
    protocol::{Explained, SubjectBasis},
    t,
    text::{Locale, sanitise},
    ui::theme::Tone,
};

/// What is explained. `name`: what the school calls a term.
#[must_use]
pub fn title(
    locale: &Locale,
    explained: &Explained,
    asked: Option<&SubjectBasis>,
    name: impl Fn(Term) -> String,
) -> String {
    let student = sanitise::line(&explained.name);
    match (explained.term, asked) {
        (Some(term), Some(subject)) => {
            let subject = sanitise::line(&subject.name);
            t!(locale, "explain-title-subject", subject = subject, term = name(term), student = student)
        }
        (Some(term), None) => t!(locale, "explain-title-general", term = name(term), student = student),
        (None, _) => t!(locale, "explain-title-year", year = explained.year.as_str(), student = student),
    }
}

/// The lines. `subject`: it was asked for that one.
#[must_use]
pub fn lines(
    locale: &Locale,
    explained: &Explained,
    subject: bool,
    name: impl Fn(Term) -> String,
) -> Vec<(Tone, String)> {
    let mut lines = match (explained.term, subject) {
        (Some(_), true) => match explained.subjects.first() {
            Some(basis) => of_subject(locale, basis),
            None => vec![(Tone::Text, t!(locale, "explain-none"))],
        },
        (Some(_), false) => of_term(locale, explained),
        (None, _) => of_year(locale, explained, name),
    };
    if explained.closed {
        lines.push((Tone::Dim, t!(locale, "explain-closed")));
    }
    lines
}

fn inputs(basis: &SubjectBasis) -> Vec<MarkInput> {
    basis.marks.iter().map(|mark| mark.mark).collect()
}

fn of_subject(locale: &Locale, basis: &SubjectBasis) -> Vec<(Tone, String)> {
    let names: Vec<MarkName> = basis
        .marks
        .iter()
        .map(|mark| MarkName { title: mark.title.clone(), value: mark.mark.value, scale: mark.mark.scale })
        .collect();
    subject_lines(locale, &explain(&basis.rules, &inputs(basis)), &names)
}

/// A subject's average.
#[must_use]
pub fn subject(basis: &SubjectBasis) -> Option<AverageOf> {
    subject_average(&basis.rules, inputs(basis))
}

/// The average that was asked for; `subject`: it was asked for that one.
#[must_use]
pub fn average(explained: &Explained, of_subject: bool) -> Option<AverageOf> {
    match (explained.term, of_subject) {
        (Some(_), true) => explained.subjects.first().and_then(subject),
        (Some(_), false) if explained.partial => None,
        (Some(_), false) => {
            let parts = explained.subjects.iter().filter_map(|basis| Some((subject(basis)?, basis.coefficient)));
            general_average(&explained.rules, parts)
        }
        (None, _) => {
            let terms: Vec<(Term, AverageOf)> =
                terms(explained).into_iter().filter_map(|(term, average)| Some((term, average?))).collect();
            annual_average(&explained.rules, &terms)
        }
    }
}

fn terms(explained: &Explained) -> Vec<(Term, Option<AverageOf>)> {
    let read = |average: &Option<(Average, String)>| {
        average.as_ref().and_then(|(printed, fraction)| AverageOf::read(fraction, *printed))
    };
    explained.terms.iter().map(|(term, average)| (*term, read(average))).collect()
}

fn of_term(locale: &Locale, explained: &Explained) -> Vec<(Tone, String)> {
    if explained.partial {
        return vec![(Tone::Warn, t!(locale, "explain-partial"))];
    }
    let parts = explained
        .subjects
        .iter()
        .filter_map(|basis| Some((basis, subject(basis)?)))
        .map(|(basis, average)| (basis.name.clone(), (average, basis.coefficient)));
    let (names, averages): (Vec<String>, Vec<(AverageOf, u8)>) = parts.unzip();
    let said = explain_general(&explained.rules, &averages);
    let mut lines = general_lines(locale, &said, &names);
    lines.extend(words(locale, explained, said.average.map(|(average, _)| average.printed)));
    lines
}

/// The word of an average, and what is proposed to the council for it.
fn words(locale: &Locale, explained: &Explained, average: Option<Average>) -> Vec<(Tone, String)> {
    let Some(average) = average else { return Vec::new() };
    let band = band(&explained.rules, average).map(|band| sanitise::line(band.label.as_str()));
    let sanctioned = sanctioned(&explained.rules, explained.conduct);
    let honour =
        honour(&explained.rules, Some(average), sanctioned).map(|honour| sanitise::line(honour.label.as_str()));
    let band = band.map(|word| (Tone::Text, t!(locale, "explain-band", word = word)));
    let honour = honour.map(|word| (Tone::Text, t!(locale, "explain-honour", word = word)));
    band.into_iter().chain(honour).collect()
}

fn of_year(locale: &Locale, explained: &Explained, name: impl Fn(Term) -> String) -> Vec<(Tone, String)> {
    let said = explain_year(&explained.rules, &terms(explained));
    let mut lines = year_lines(locale, &said, name);
    let annual = said.average.map(|(average, _)| average.printed);
    // Before the year is whole there is nothing to decide.
    if said.missing().next().is_none()
        && let Some(decision) = decision(&explained.rules, explained.level.as_ref(), annual, explained.repeated)
    {
        lines.push((Tone::Text, t!(locale, "explain-decision", word = word(locale, &decision))));
    }
    lines
}

/// A decision in words.
fn word(locale: &Locale, decision: &Decision) -> String {
    match decision {
        Decision::Pass(None) => t!(locale, "decision-pass"),
        Decision::Pass(Some(level)) => t!(locale, "decision-pass-into", level = sanitise::line(level.as_str())),
        Decision::Repeat => t!(locale, "decision-repeat"),
        Decision::Exclude => t!(locale, "decision-exclude"),
    }
}

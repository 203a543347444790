//! Phrases for appreciations: how they agree with a student, and those that a school begins with.

use super::{
    entities::{Phrase, Sex},
    rules::{RuleSet, band},
    score::Average,
    text_values::Remark,
};

/// The phrase for a student: `{sérieux|sérieuse}` is the first for a boy, the second for a girl, and both with a
/// stroke where the sex is not known (`appliqué(e)` where the second only adds to the first).
#[must_use]
pub fn agree(phrase: &str, sex: Option<Sex>) -> String {
    let mut said = String::with_capacity(phrase.len());
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        said.push_str(before);
        let Some((inside, more)) = after.split_once('}') else {
            said.push('{');
            rest = after;
            continue;
        };
        match (inside.split_once('|'), sex) {
            (Some((male, _)), Some(Sex::Male)) => said.push_str(male),
            (Some((_, female)), Some(Sex::Female)) => said.push_str(female),
            (Some((male, female)), None) => match female.strip_prefix(male) {
                Some(ending) if !male.is_empty() => said.extend([male, "(", ending, ")"]),
                Some(_) | None => said.extend([male, "/", female]),
            },
            (None, _) => said.extend(["{", inside, "}"]),
        }
        rest = more;
    }
    said.push_str(rest);
    said
}

/// Is the phrase for averages like this one? Without an average, only those for every band are.
#[must_use]
pub fn proposed(rules: &RuleSet, phrase: &Phrase, average: Option<Average>) -> bool {
    let Some(of) = phrase.band else { return true };
    average.is_some_and(|average| band(rules, of).map(|band| band.from) == band(rules, average).map(|band| band.from))
}

/// From which average on (hundredths; the band in which it lies), the phrase in French, in English.
type Line = (u16, &'static str, &'static str);

const LINES: &[Line] = &[
    (
        0,
        "Résultats insuffisants\u{a0}: il faut reprendre les bases.",
        "Weak results: the basics must be gone over again.",
    ),
    (0, "De grosses lacunes\u{a0}; un travail régulier s’impose.", "Serious gaps; regular work is needed."),
    (0, "Élève trop {passif|passive}, qui doit se mettre au travail.", "Too passive: must start working."),
    (0, "Manque de travail personnel. Il faut réagir.", "Too little work at home. Time to react."),
    (1_000, "Résultats justes\u{a0}; des efforts à poursuivre.", "Just enough; keep making efforts."),
    (1_000, "Peut mieux faire avec un travail plus régulier.", "Could do better with steadier work."),
    (
        1_000,
        "Ensemble moyen. Élève {sérieux|sérieuse} mais trop {discret|discrète}.",
        "Average. Serious, but too quiet.",
    ),
    (1_000, "Des progrès fragiles, à consolider.", "Some progress, still to be made firm."),
    (1_200, "Assez bon trimestre. Continuez ainsi.", "A fairly good term. Carry on."),
    (1_200, "Travail sérieux\u{a0}; participation à développer.", "Serious work; take part more in class."),
    (1_200, "Élève {appliqué|appliquée}, en progrès.", "A careful student who is making progress."),
    (1_400, "Bon travail, régulier et soigné.", "Good work, steady and neat."),
    (1_400, "Bons résultats. Élève {intéressé|intéressée} et {actif|active}.", "Good results. Interested and active."),
    (1_400, "Bon trimestre\u{a0}: de réelles capacités.", "A good term, with real ability."),
    (
        1_600,
        "Très bon travail\u{a0}; élève {constant|constante} dans l’effort.",
        "Very good work, with constant effort.",
    ),
    (1_600, "Très bon trimestre. Élève {moteur|motrice} pour la classe.", "A very good term. Leads the class forward."),
    (1_600, "Excellente participation et travail approfondi.", "Excellent participation and thorough work."),
    (1_800, "Excellent trimestre. Félicitations\u{a0}!", "An excellent term. Congratulations!"),
    (1_800, "Résultats remarquables\u{a0}; élève {brillant|brillante}.", "Remarkable results; a brilliant student."),
    (1_800, "Travail exemplaire, à tous points de vue.", "Exemplary work in every respect."),
];

/// The phrases that a school begins with, each with an average of its band. The bands are those of the presets; others
/// of the school take over what lies in them.
#[must_use]
pub fn preset(english: bool) -> Vec<(Average, Remark)> {
    let line = |(from, french, in_english): &Line| {
        let text = if english { in_english } else { french };
        Some((Average::from_hundredths(*from)?, Remark::parse(text).ok()?))
    };
    LINES.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{bulletin::length, id::PhraseId, rules::Preset};

    #[test]
    fn phrases_agree_with_the_student() {
        let said = |sex| agree("Élève {sérieux|sérieuse} et {appliqué|appliquée}.", sex);
        assert_eq!(said(Some(Sex::Male)), "Élève sérieux et appliqué.");
        assert_eq!(said(Some(Sex::Female)), "Élève sérieuse et appliquée.");
        assert_eq!(said(None), "Élève sérieux/sérieuse et appliqué(e).");
        for (typed, said) in [("{", "{"), ("a {b} c", "a {b} c"), ("{|e}", "/e"), ("}{x|y", "}{x|y")] {
            assert_eq!(agree(typed, None), said, "{typed}");
        }
    }

    #[test]
    fn every_preset_phrase_fits_a_line_for_everybody() {
        for english in [false, true] {
            let phrases = preset(english);
            assert_eq!(phrases.len(), LINES.len());
            for (_, phrase) in phrases {
                for sex in [None, Some(Sex::Female), Some(Sex::Male)] {
                    let said = agree(phrase.as_str(), sex);
                    assert!(length(&said) <= 80, "{said}");
                    assert!(!said.contains(['{', '}', '|']), "{said}");
                }
            }
        }
    }

    #[test]
    fn the_band_of_the_average_decides() {
        let rules = Preset::Mali.rules();
        let average = |hundredths| Average::from_hundredths(hundredths);
        let phrase = |band| Phrase { id: PhraseId::new("p"), owner: None, band, text: Remark::parse("Bien.").unwrap() };
        let bien = phrase(average(1_450));
        assert!(proposed(&rules, &bien, average(1_400)) && proposed(&rules, &bien, average(1_599)));
        assert!(!proposed(&rules, &bien, average(1_600)) && !proposed(&rules, &bien, None));
        assert!(proposed(&rules, &phrase(None), None));
        for band in &rules.bands {
            assert!(preset(false).iter().any(|(of, _)| *of == band.from), "{}", band.label);
        }
    }
}

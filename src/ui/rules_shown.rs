//! A rule set in words: the same on the screen and on the command line.

use crate::{
    domain::{
        rules::{DecisionRule, ExamRule, HonourKind, RuleSet, SubjectFormula},
        score::Average,
        text_values::Name,
    },
    protocol::Field,
    t,
    text::{Locale, format, names, rules as words},
};

/// Label and value of each rule.
#[must_use]
pub fn lines(locale: &Locale, rules: &RuleSet) -> Vec<(String, String)> {
    let mut lines = vec![(t!(locale, "rules-name"), format!("{} · {}", rules.name, rules.version))];
    let mut say = |field: Field, value: String| lines.push((names::field(locale, field), value));
    say(Field::Formula, words::formula(locale, rules.formula));
    if let SubjectFormula::ClassAndComposition { missing, .. } = rules.formula {
        say(Field::MissingPart, words::missing(locale, missing));
    }
    for cycle in &rules.cycles {
        let levels: Vec<&str> = cycle.levels.iter().map(Name::as_str).collect();
        let formula = words::formula(locale, cycle.formula);
        say(Field::Cycles, format!("{} ({}) : {formula}", cycle.name, levels.join(", ")));
    }
    say(Field::Scales, words::scales(locale, rules.scales));
    say(Field::Unjustified, words::counts(locale, rules.absn));
    say(Field::NotHandedIn, words::counts(locale, rules.nr));
    say(Field::Rounding, words::rounding(locale, rules.rounding));
    say(Field::General, words::general(locale, rules.general));
    let weights: Vec<String> = rules.annual_weights.iter().map(ToString::to_string).collect();
    say(Field::AnnualWeights, weights.join(", "));
    say(Field::Ranking, words::ranking(locale, rules.ranking));
    say(Field::PassMark, short(locale, rules.pass));
    let bands: Vec<String> =
        rules.bands.iter().map(|band| format!("≥ {} {}", short(locale, band.from), band.label)).collect();
    say(Field::Bands, bands.join(" · "));
    for (kind, field, sign) in [(HonourKind::Praise, Field::Praise, '≥'), (HonourKind::Sanction, Field::Sanctions, '<')]
    {
        let listed: Vec<String> = rules
            .honours
            .iter()
            .filter(|honour| honour.kind == kind)
            .map(|honour| {
                let conduct = if honour.for_conduct { t!(locale, "rules-for-conduct") } else { String::new() };
                format!("{sign} {} {}{conduct}", short(locale, honour.bound), honour.label)
            })
            .collect();
        say(field, listed.join(" · "));
    }
    say(Field::ConductBlocks, blocks(locale, rules.conduct_blocks));
    say(Field::ConductBelow, format!("< {}", short(locale, rules.conduct_below)));
    for rule in &rules.decisions {
        say(Field::Decisions, decision(locale, rule));
    }
    for rule in &rules.exams {
        say(Field::Exams, exam(locale, rule));
    }
    say(Field::Families, words::families(locale, rules.families));
    say(Field::PhoneRequired, phone(locale, rules.phone_required));
    say(Field::RemarkMax, rules.remark_max.to_string());
    say(Field::GeneralMax, rules.general_max.to_string());
    lines
}

fn short(locale: &Locale, average: Average) -> String {
    average.short(locale.lang().decimal())
}

/// Does a sanction for conduct stand in the way of praise?
#[must_use]
pub fn blocks(locale: &Locale, blocks: bool) -> String {
    if blocks { t!(locale, "rules-conduct-blocks") } else { t!(locale, "rules-conduct-free") }
}

/// Must a phone be given?
#[must_use]
pub fn phone(locale: &Locale, required: bool) -> String {
    if required { t!(locale, "rules-phone-required") } else { t!(locale, "rules-phone-free") }
}

fn decision(locale: &Locale, rule: &DecisionRule) -> String {
    let level = match &rule.level {
        Some(level) => level.as_str().to_owned(),
        None => t!(locale, "rules-all-levels"),
    };
    let pass = short(locale, rule.pass);
    let said = t!(locale, "rules-decision", level = level, pass = pass, repeats = rule.repeats);
    match &rule.next {
        Some(next) => format!("{said} → {next}"),
        None => said,
    }
}

fn exam(locale: &Locale, rule: &ExamRule) -> String {
    t!(
        locale,
        "rules-exam",
        exam = rule.name.as_str(),
        pass = short(locale, rule.pass),
        from = short(locale, rule.second_from),
        exam_weight = rule.exam_weight,
        class_weight = rule.class_weight,
        second = short(locale, rule.second_pass)
    )
}

/// How many averages would be made anew.
#[must_use]
pub fn students(locale: &Locale, students: u64) -> String {
    match students {
        0 => t!(locale, "rules-no-averages"),
        count => {
            let shown = format::integer(count, locale.lang());
            t!(locale, "rules-averages", count = count, students = shown)
        }
    }
}

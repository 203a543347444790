//! The rules as a form: written into it, and read back with what is wrong at its field.

use super::lists;
use crate::{
    domain::rules::{
        CodeCounts, FamiliesSee, GeneralFrom, HonourKind, MissingPart, Ranking, RoundingRule, RuleFault, RuleSet,
        ScaleRule, SubjectFormula,
    },
    domain::text_values::Name,
    protocol::{Field, Why},
    t,
    text::{Locale, names, rules as words},
    ui::{
        rules_shown,
        widgets::{
            form::{ChoiceField, Form, FormField},
            input::TextInput,
        },
    },
};

const SCALES: [ScaleRule; 2] = [ScaleRule::ToTwentyFirst, ScaleRule::ByScale];
const COUNTS: [CodeCounts; 2] = [CodeCounts::AsZero, CodeCounts::LeftOut];
const GENERAL: [GeneralFrom; 2] = [GeneralFrom::Printed, GeneralFrom::Exact];
const ROUNDING: [RoundingRule; 3] = [RoundingRule::Hundredth, RoundingRule::HundredthDown, RoundingRule::Tenth];
const RANKING: [Ranking; 2] = [Ranking::Competition, Ranking::Dense];
const FAMILIES: [FamiliesSee; 3] = [FamiliesSee::AtOnce, FamiliesSee::Published, FamiliesSee::TermClosed];
const MISSING: [MissingPart; 2] = [MissingPart::OtherAlone, MissingPart::Zero];
/// Characters of a list on one line.
const LONG: usize = 2_000;

/// The form, filled with rules.
pub(super) fn filled(locale: &Locale, rules: &RuleSet) -> Form {
    let point = locale.lang().decimal();
    let label = |field| names::field(locale, field);
    let text = |field, max, value: &str, help: String| {
        FormField::text(field, label(field), TextInput::new(max).with(value)).help(help)
    };
    let choice = |field, labels: Vec<String>, at: Option<usize>| {
        FormField::choice(field, label(field), ChoiceField::new(labels, at))
    };
    let (class, composition, missing, parts) = match rules.formula {
        SubjectFormula::WeightedMean => (1, 2, MissingPart::OtherAlone, 1),
        SubjectFormula::ClassAndComposition { class_weight, composition_weight, missing } => {
            (class_weight, composition_weight, missing, 0)
        }
    };
    let formulas = vec![t!(locale, "rules-formula-parts"), t!(locale, "rules-formula-mean")];
    let counts = || COUNTS.iter().map(|one| words::counts(locale, *one)).collect();
    let at = |place: Option<usize>| place.or(Some(0));
    Form::new(vec![
        text(Field::Name, Name::MAX, rules.name.as_str(), t!(locale, "rules-help-name")),
        choice(Field::Formula, formulas, Some(parts)),
        text(Field::ClassWeight, 3, &class.to_string(), t!(locale, "rules-help-weight")),
        text(Field::CompositionWeight, 3, &composition.to_string(), t!(locale, "rules-help-weight")),
        choice(
            Field::MissingPart,
            MISSING.iter().map(|one| words::missing(locale, *one)).collect(),
            at(MISSING.iter().position(|one| *one == missing)),
        ),
        text(Field::Cycles, LONG, &lists::cycles_text(&rules.cycles), t!(locale, "rules-help-cycles")),
        choice(
            Field::Scales,
            SCALES.iter().map(|one| words::scales(locale, *one)).collect(),
            at(SCALES.iter().position(|one| *one == rules.scales)),
        ),
        choice(Field::Unjustified, counts(), at(COUNTS.iter().position(|one| *one == rules.absn))),
        choice(Field::NotHandedIn, counts(), at(COUNTS.iter().position(|one| *one == rules.nr))),
        choice(
            Field::Rounding,
            ROUNDING.iter().map(|one| words::rounding(locale, *one)).collect(),
            at(ROUNDING.iter().position(|one| *one == rules.rounding)),
        ),
        choice(
            Field::General,
            GENERAL.iter().map(|one| words::general(locale, *one)).collect(),
            at(GENERAL.iter().position(|one| *one == rules.general)),
        ),
        text(Field::AnnualWeights, 40, &lists::weights_text(&rules.annual_weights), t!(locale, "rules-help-annual")),
        choice(
            Field::Ranking,
            RANKING.iter().map(|one| words::ranking(locale, *one)).collect(),
            at(RANKING.iter().position(|one| *one == rules.ranking)),
        ),
        text(Field::PassMark, 6, &rules.pass.short(point), t!(locale, "rules-help-pass")),
        text(Field::Bands, LONG, &lists::bands_text(&rules.bands, point), t!(locale, "rules-help-bands")),
        text(
            Field::Praise,
            LONG,
            &lists::honours_text(&rules.honours, HonourKind::Praise, point),
            t!(locale, "rules-help-praise"),
        ),
        text(
            Field::Sanctions,
            LONG,
            &lists::honours_text(&rules.honours, HonourKind::Sanction, point),
            t!(locale, "rules-help-sanctions"),
        ),
        choice(
            Field::ConductBlocks,
            [true, false].iter().map(|one| rules_shown::blocks(locale, *one)).collect(),
            Some(usize::from(!rules.conduct_blocks)),
        ),
        text(Field::ConductBelow, 6, &rules.conduct_below.short(point), t!(locale, "rules-help-conduct-below")),
        text(
            Field::Decisions,
            LONG,
            &lists::decisions_text(&rules.decisions, point),
            t!(locale, "rules-help-decisions"),
        ),
        text(Field::Exams, LONG, &lists::exams_text(&rules.exams, point), t!(locale, "rules-help-exams")),
        choice(
            Field::Families,
            FAMILIES.iter().map(|one| words::families(locale, *one)).collect(),
            at(FAMILIES.iter().position(|one| *one == rules.families)),
        ),
        choice(
            Field::PhoneRequired,
            [true, false].iter().map(|one| rules_shown::phone(locale, *one)).collect(),
            Some(usize::from(!rules.phone_required)),
        ),
        text(Field::RemarkMax, 4, &rules.remark_max.to_string(), t!(locale, "rules-help-remark-max")),
        text(Field::GeneralMax, 4, &rules.general_max.to_string(), t!(locale, "rules-help-general-max")),
    ])
}

/// Reads the form; what cannot be read is named with its field. `base`: id and version.
pub(super) fn read(form: &Form, base: &RuleSet) -> Result<RuleSet, Vec<(Field, Why)>> {
    let mut wrong = Vec::new();
    let mut list = |field: Field, example: &str| wrong.push((field, Why::Form { example: example.to_owned() }));
    let number = |field: Field| form.value(field).trim().parse::<u8>().ok();
    let weights = (number(Field::ClassWeight), number(Field::CompositionWeight));
    let cycles = lists::cycles(form.value(Field::Cycles));
    let annual = lists::weights(form.value(Field::AnnualWeights));
    let pass = lists::average(form.value(Field::PassMark));
    let bands = lists::bands(form.value(Field::Bands));
    let praise = lists::honours(form.value(Field::Praise), HonourKind::Praise);
    let sanctions = lists::honours(form.value(Field::Sanctions), HonourKind::Sanction);
    let decisions = lists::decisions(form.value(Field::Decisions));
    let exams = lists::exams(form.value(Field::Exams));
    for (bad, field, example) in [
        (cycles.is_none(), Field::Cycles, "Premier cycle 1:1 = 1re année, 2e année"),
        (annual.is_none(), Field::AnnualWeights, "1, 1, 1"),
        (pass.is_none(), Field::PassMark, "10"),
        (bands.is_none(), Field::Bands, "0 Insuffisant; 10 Passable"),
        (praise.is_none(), Field::Praise, "12 Tableau d’honneur; 14 Encouragements"),
        (sanctions.is_none(), Field::Sanctions, "8 Avertissement; 6 Blâme *"),
        (decisions.is_none(), Field::Decisions, "* 10 1; 10e 10 1 > 11e"),
        (exams.is_none(), Field::Exams, "BAC 10 9 3:1 10"),
    ] {
        if bad {
            list(field, example);
        }
    }
    let lengths = [Field::RemarkMax, Field::GeneralMax].map(|field| form.value(field).trim().parse::<u16>().ok());
    let conduct = lists::average(form.value(Field::ConductBelow));
    if conduct.is_none() {
        wrong.push((Field::ConductBelow, Why::Form { example: "8".to_owned() }));
    }
    for (length, field) in lengths.iter().zip([Field::RemarkMax, Field::GeneralMax]) {
        if length.is_none() {
            wrong.push((field, Why::Whole { min: 1, max: 500 }));
        }
    }
    for (weight, field) in [(weights.0, Field::ClassWeight), (weights.1, Field::CompositionWeight)] {
        if weight.is_none() {
            wrong.push((field, Why::Whole { min: 0, max: 255 }));
        }
    }
    let name = Name::parse(form.value(Field::Name));
    if let Err(error) = &name {
        wrong.push((Field::Name, Why::Text(error.clone())));
    }
    for field in form.fields().iter().map(|field| field.id) {
        let choice = form.field(field).is_some_and(|known| matches!(known.kind, super::FieldKind::Choice(_)));
        if choice && form.chosen(field).is_none() {
            wrong.push((field, form.not_chosen(field)));
        }
    }
    let parts =
        (|| Some((weights.0?, weights.1?, cycles?, annual?, pass?, bands?, praise?, sanctions?, decisions?, exams?)))();
    match (parts, name) {
        (Some(parts), Ok(name)) if wrong.is_empty() => {
            let (class_weight, composition_weight, cycles, annual_weights, pass, bands, praise, sanctions, ..) = &parts;
            let missing = picked(form, Field::MissingPart, &MISSING, MissingPart::OtherAlone);
            let (class_weight, composition_weight) = (*class_weight, *composition_weight);
            Ok(RuleSet {
                name,
                formula: match form.chosen(Field::Formula) {
                    Some(1) => SubjectFormula::WeightedMean,
                    Some(_) | None => SubjectFormula::ClassAndComposition { class_weight, composition_weight, missing },
                },
                cycles: cycles.clone(),
                scales: picked(form, Field::Scales, &SCALES, base.scales),
                absn: picked(form, Field::Unjustified, &COUNTS, base.absn),
                nr: picked(form, Field::NotHandedIn, &COUNTS, base.nr),
                general: picked(form, Field::General, &GENERAL, base.general),
                rounding: picked(form, Field::Rounding, &ROUNDING, base.rounding),
                ranking: picked(form, Field::Ranking, &RANKING, base.ranking),
                bands: bands.clone(),
                annual_weights: annual_weights.clone(),
                pass: *pass,
                phone_required: form.chosen(Field::PhoneRequired) == Some(0),
                honours: [praise.as_slice(), sanctions.as_slice()].concat(),
                conduct_blocks: form.chosen(Field::ConductBlocks) == Some(0),
                conduct_below: conduct.unwrap_or(base.conduct_below),
                remark_max: lengths[0].unwrap_or(base.remark_max),
                general_max: lengths[1].unwrap_or(base.general_max),
                decisions: parts.8,
                exams: parts.9,
                families: picked(form, Field::Families, &FAMILIES, base.families),
                ..base.clone()
            })
        }
        _ => Err(wrong),
    }
}

fn picked<T: Copy>(form: &Form, field: Field, all: &[T], otherwise: T) -> T {
    form.chosen(field).and_then(|index| all.get(index)).copied().unwrap_or(otherwise)
}

/// The field that a fault is said at.
pub(super) fn field_of(fault: &RuleFault) -> Field {
    match fault {
        RuleFault::FormulaWeights { cycle: None } => Field::ClassWeight,
        RuleFault::FormulaWeights { cycle: Some(_) } | RuleFault::CycleEmpty { .. } | RuleFault::TooLong => {
            Field::Cycles
        }
        RuleFault::AnnualWeights => Field::AnnualWeights,
        RuleFault::LevelTwice { .. } | RuleFault::LevelLoop { .. } => Field::Decisions,
        RuleFault::NoBands | RuleFault::BandsStart | RuleFault::BandsOrder { .. } | RuleFault::WordTwice { .. } => {
            Field::Bands
        }
        RuleFault::PraiseInSanction { .. } => Field::Praise,
        RuleFault::ExamBounds { .. } | RuleFault::ExamWeights { .. } => Field::Exams,
        RuleFault::PassZero => Field::PassMark,
        RuleFault::RemarkLength => Field::RemarkMax,
    }
}

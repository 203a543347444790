//! An average explained, in words and figures: the same lines under the sheet's and the card's `=`.

mod basis;
mod general;
mod shown;
mod year;

pub use basis::{average, lines as explained, subject, title};
pub use general::lines as general_lines;
pub use shown::{Do, KEYS, Shown};
pub use year::lines as year_lines;

use crate::{
    domain::{
        rules::{
            AverageOf, Exact, Explanation, How, LeftOut, PartExplained, PartKind, Rounding, RoundingRule, ScaleRule,
            Taken,
        },
        score::{MarkValue, Scale},
    },
    t,
    text::{Locale, names, sanitise},
    ui::theme::Tone,
};

/// What a mark is called and what stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkName {
    pub title: String,
    pub value: Option<MarkValue>,
    pub scale: Scale,
}

/// The lines, from the marks to the rounding. `marks` as they were given to `explain`.
#[must_use]
pub fn lines(locale: &Locale, explanation: &Explanation, marks: &[MarkName]) -> Vec<(Tone, String)> {
    let mut lines = Vec::new();
    for part in &explanation.parts {
        part_lines(locale, part, marks, &mut lines);
    }
    lines.push((Tone::Heading, together(locale, explanation)));
    match explanation.average {
        None => lines.push((Tone::Text, t!(locale, "explain-none"))),
        Some((average, rounding)) => {
            lines.push((Tone::Text, t!(locale, "explain-exact", exact = fraction(locale, average.exact))));
            lines.push((Tone::Good, rounded(locale, average, (explanation.rounding, rounding))));
        }
    }
    let scales = match explanation.scales {
        ScaleRule::ToTwentyFirst => t!(locale, "explain-scales-twenty"),
        ScaleRule::ByScale => t!(locale, "explain-scales-weight"),
    };
    lines.push((Tone::Dim, rules_line(locale, &explanation.rules)));
    lines.push((Tone::Dim, scales));
    lines
}

/// What rounding made of it.
fn rounded(locale: &Locale, average: AverageOf, (rule, rounding): (RoundingRule, Rounding)) -> String {
    let printed = average.printed.fixed(locale.lang().decimal());
    match (rounding, rule) {
        (Rounding::None, _) => t!(locale, "explain-not-rounded", printed = printed),
        (Rounding::Up, RoundingRule::Hundredth) => t!(locale, "explain-rounded-up", printed = printed),
        (Rounding::Down, RoundingRule::Hundredth) => t!(locale, "explain-rounded-down", printed = printed),
        (Rounding::Up | Rounding::Down, RoundingRule::HundredthDown) => {
            t!(locale, "explain-rounded-dropped", printed = printed)
        }
        (Rounding::Up | Rounding::Down, RoundingRule::Tenth) => t!(locale, "explain-rounded-tenth", printed = printed),
    }
}

fn rules_line(locale: &Locale, (name, version): &(String, u32)) -> String {
    t!(locale, "explain-rules", name = sanitise::line(name), version = *version)
}

fn part_name(locale: &Locale, kind: PartKind) -> String {
    match kind {
        PartKind::All => t!(locale, "explain-part-all"),
        PartKind::Class => t!(locale, "explain-part-class"),
        PartKind::Composition => t!(locale, "explain-part-composition"),
    }
}

fn part_lines(locale: &Locale, part: &PartExplained, marks: &[MarkName], lines: &mut Vec<(Tone, String)>) {
    let name = part_name(locale, part.kind);
    lines.push((
        Tone::Heading,
        match part.mean {
            Some(mean) => t!(locale, "explain-part", part = name, mean = fraction(locale, mean)),
            None => t!(locale, "explain-part-none", part = name),
        },
    ));
    for (index, taken) in &part.marks {
        let Some(mark) = marks.get(*index) else { continue };
        lines.push(mark_line(locale, mark, *taken));
    }
}

fn mark_line(locale: &Locale, mark: &MarkName, taken: Taken) -> (Tone, String) {
    let point = locale.lang().decimal();
    let value = match mark.value {
        Some(MarkValue::Score(score)) => format!("{}/{}", score.fixed(point), mark.scale.short(point)),
        Some(MarkValue::Code(code)) => code.as_str().to_owned(),
        None => "·".to_owned(),
    };
    let start =
        format!("  {} {}", sanitise::fit(&sanitise::line(&mark.title), 18, false), sanitise::fit(&value, 10, true));
    match taken {
        Taken::Counted { on_twenty, weight, zero_for: None } => {
            let counts =
                t!(locale, "explain-counts", points = fraction(locale, on_twenty), weight = number(locale, weight));
            (Tone::Text, format!("{start}  {counts}"))
        }
        Taken::Counted { weight, zero_for: Some(code), .. } => {
            let word = names::code(locale, code);
            let counts = t!(locale, "explain-zero", code = word, weight = number(locale, weight));
            (Tone::Text, format!("{start}  {counts}"))
        }
        Taken::LeftOut(why) => {
            let why = match why {
                LeftOut::Empty => t!(locale, "explain-left-empty"),
                LeftOut::Code(code) => t!(locale, "explain-left-code", code = names::code(locale, code)),
                LeftOut::Coefficient => t!(locale, "explain-left-coefficient"),
            };
            (Tone::Dim, format!("{start}  {why}"))
        }
    }
}

fn together(locale: &Locale, explanation: &Explanation) -> String {
    match explanation.how {
        How::Nothing => t!(locale, "explain-how-nothing"),
        How::Mean => t!(locale, "explain-how-mean"),
        How::Only(kind) => t!(locale, "explain-how-only", part = part_name(locale, kind)),
        How::Weighted { class_weight, composition_weight } => weighted(locale, class_weight, composition_weight),
        How::WithZero { class_weight, composition_weight, missing } => {
            let formula = weighted(locale, class_weight, composition_weight);
            let zero = t!(locale, "explain-how-zero", part = part_name(locale, missing));
            format!("{formula} · {zero}")
        }
    }
}

fn weighted(locale: &Locale, class: u8, composition: u8) -> String {
    let times = |weight: u8, part: &str| if weight == 1 { part.to_owned() } else { format!("{weight} × {part}") };
    let (mc, nc) = (t!(locale, "explain-mc"), t!(locale, "explain-nc"));
    let sum = u16::from(class).saturating_add(u16::from(composition));
    let formula = format!("({} + {}) / {sum}", times(class, &mc), times(composition, &nc));
    t!(locale, "explain-how-weighted", formula = formula)
}

/// `33/2 = 16,5`, `109/6 ≈ 18,1667`, `19`.
fn fraction(locale: &Locale, exact: Exact) -> String {
    if *exact.denom() == 1 {
        return exact.numer().to_string();
    }
    let same = finite(exact);
    let sign = if same { '=' } else { '≈' };
    format!("{}/{} {sign} {}", exact.numer(), exact.denom(), number(locale, exact))
}

/// At most four decimals, without needless zeros.
fn number(locale: &Locale, exact: Exact) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with four decimals; nothing is decided by it")]
    let float = *exact.numer() as f64 / *exact.denom() as f64;
    let written = format!("{float:.4}");
    let short = written.trim_end_matches('0').trim_end_matches('.');
    short.replace('.', &locale.lang().decimal().to_string())
}

/// Four decimals are all of it.
fn finite(exact: Exact) -> bool {
    10_000_i128.checked_rem(*exact.denom()) == Some(0)
}

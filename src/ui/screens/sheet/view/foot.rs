//! The foot: how many marks are in, and the figures of the class, live.

use ratatui::Frame;

use super::{
    super::{Sheet, grid::Grid},
    layout::Layout,
};
use crate::{
    domain::{
        entities::Evaluation,
        score::Score,
        stats::{Summary, pass_on},
    },
    t,
    text::{Locale, format, sanitise},
    ui::{ctx::Ctx, theme::Tone, widgets::frame::line},
};

/// Bars of the histogram.
const BARS: usize = 10;
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

pub(super) fn draw(sheet: &Sheet, grid: &Grid, ctx: &Ctx, frame: &mut Frame, layout: &Layout) {
    let (filled, students) = grid.filled(sheet.cursor.column);
    let entered = t!(ctx.locale, "sheet-foot-entered", filled = filled, students = students);
    // The count is of the column under the cursor; the figures are of it, or of the averages.
    let (told, bars) = match grid.columns().get(sheet.cursor.column) {
        Some(column) if ctx.memory.sheet.foot_of_column => of_column(sheet, grid, &ctx.locale, column),
        Some(_) | None => {
            let pass = grid.sheet().rules.pass.short(ctx.locale.lang().decimal());
            (figures(&ctx.locale, grid.summary(), &pass), in_ten(&grid.summary().distribution))
        }
    };
    let bar = if ctx.theme.plain { '|' } else { '│' };
    let text = format!(" {entered} {bar} {told}  {}", histogram(&bars, ctx.theme.plain));
    line(ctx, frame, layout.foot(), Tone::Text, &text);
}

fn figures(locale: &Locale, summary: &Summary, pass: &str) -> String {
    let lang = locale.lang();
    let decimal = |number: Option<f64>, decimals: usize| {
        number.map_or_else(|| "—".to_owned(), |number| format::decimal(number, decimals, lang))
    };
    t!(
        locale,
        "sheet-foot-figures",
        mean = decimal(summary.mean, 2),
        min = format::average(summary.min, lang),
        max = format::average(summary.max, lang),
        deviation = decimal(summary.deviation, 2),
        pass = pass,
        rate = decimal(summary.pass_rate.map(|rate| rate * 100.0), 0)
    )
}

/// The figures and the ten bars of a column, in its own points.
fn of_column(sheet: &Sheet, grid: &Grid, locale: &Locale, column: &Evaluation) -> (String, Vec<u64>) {
    let lang = locale.lang();
    let summary = grid.column_summary(sheet.cursor.column);
    let decimal = |number: Option<f64>, decimals: usize| {
        number.map_or_else(|| "—".to_owned(), |number| format::decimal(number, decimals, lang))
    };
    let score = |score: Option<Score>| score.map_or_else(|| "—".to_owned(), |score| score.fixed(lang.decimal()));
    let pass = pass_on(column.scale, grid.sheet().rules.pass).map(|pass| pass.short(lang.decimal()));
    let told = t!(
        locale,
        "sheet-foot-column",
        title = sanitise::cut(&sanitise::line(column.title.as_str()), 8),
        mean = decimal(summary.mean, 2),
        min = score(summary.min),
        max = score(summary.max),
        deviation = decimal(summary.deviation, 2),
        pass = pass.unwrap_or_default(),
        rate = decimal(summary.pass_rate.map(|rate| rate * 100.0), 0)
    );
    (told, summary.distribution)
}

/// Bins gathered into ten bars: of two points each, for averages.
fn in_ten(bins: &[u64]) -> Vec<u64> {
    let width = bins.len().div_ceil(BARS).max(1);
    bins.chunks(width).map(|bins| bins.iter().sum()).collect()
}

/// The bars; in plain mode their counts.
fn histogram(bars: &[u64], plain: bool) -> String {
    let highest = bars.iter().copied().max().unwrap_or(0);
    if plain {
        return bars.iter().map(u64::to_string).collect::<Vec<_>>().join(" ");
    }
    if highest == 0 {
        return String::new();
    }
    let top = u64::try_from(HEIGHTS.len()).unwrap_or(8).saturating_sub(1);
    let bar = |count: &u64| {
        // Anybody at all is seen: one of many is not flat.
        let height = (count.saturating_mul(top)).div_ceil(highest);
        usize::try_from(height).ok().and_then(|height| HEIGHTS.get(height)).copied().unwrap_or(' ')
    };
    bars.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{score::Average, stats::summary};

    #[test]
    fn the_histogram_has_ten_bars_and_shows_the_single_one() {
        let average = |hundredths| Average::from_hundredths(hundredths);
        let mut list = vec![average(1_050); 30];
        list.push(average(1_999));
        let bars =
            |list: &[Option<Average>], plain| histogram(&in_ten(&summary(list, Average::ZERO).distribution), plain);
        assert_eq!(bars(&list, false), "▁▁▁▁▁█▁▁▁▂");
        assert_eq!(bars(&[], false), "");
        assert_eq!(bars(&list, true), "0 0 0 0 0 30 0 0 0 1");
    }
}

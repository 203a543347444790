//! The foot: how many marks are in, and the figures of the class, live.

use ratatui::Frame;

use super::{
    super::{Sheet, grid::Grid},
    layout::Layout,
};
use crate::{
    domain::stats::Summary,
    t,
    text::{Locale, format},
    ui::{ctx::Ctx, theme::Tone, widgets::frame::line},
};

/// Bars of the histogram.
const BARS: usize = 10;
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

pub(super) fn draw(sheet: &Sheet, grid: &Grid, ctx: &Ctx, frame: &mut Frame, layout: &Layout) {
    let (filled, students) = grid.filled(sheet.cursor.column);
    let filled = if grid.columns().is_empty() { 0 } else { filled };
    let summary = grid.summary();
    let entered = t!(ctx.locale, "sheet-foot-entered", filled = filled, students = students);
    let pass = grid.sheet().rules.pass.short(ctx.locale.lang().decimal());
    // The count is of the column under the cursor, the figures are of the averages.
    let bar = if ctx.theme.plain { '|' } else { '│' };
    let text =
        format!(" {entered} {bar} {}  {}", figures(&ctx.locale, summary, &pass), histogram(summary, ctx.theme.plain));
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

/// Ten bars of two points each; in plain mode their counts.
fn histogram(summary: &Summary, plain: bool) -> String {
    let width = summary.distribution.len().div_ceil(BARS).max(1);
    let bars: Vec<u64> = summary.distribution.chunks(width).map(|bins| bins.iter().sum()).collect();
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
        let bars = histogram(&summary(&list, Average::ZERO), false);
        assert_eq!(bars, "▁▁▁▁▁█▁▁▁▂");
        assert_eq!(histogram(&summary(&[], Average::ZERO), false), "");
        assert_eq!(histogram(&summary(&list, Average::ZERO), true), "0 0 0 0 0 30 0 0 0 1");
    }
}

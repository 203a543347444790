//! Bars and histograms made of characters.

use ratatui::text::{Line, Span};

use crate::ui::{ctx::Ctx, theme::Tone};

/// Eighths of a cell, from below.
const UP: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// Eighths of a cell, from the left.
const ALONG: [&str; 9] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];

/// A bar that is `share` (0 to 1) of so many columns, padded to them; in plain mode of plain signs.
pub(super) fn bar(share: f64, columns: usize, plain: bool) -> String {
    #[expect(clippy::cast_precision_loss, reason = "columns of a terminal")]
    let cells = columns as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and eight times the columns"
    )]
    let eighths = (share.clamp(0.0, 1.0) * cells * 8.0).round() as usize;
    let (full, rest) = (eighths / 8, eighths % 8);
    let mut bar = if plain { "#".repeat(full) } else { "█".repeat(full) };
    if rest > 0 && full < columns {
        bar.push_str(match plain {
            true if rest >= 4 => "#",
            true => " ",
            false => ALONG.get(rest).copied().unwrap_or(" "),
        });
    }
    let used = bar.chars().count();
    bar + &" ".repeat(columns.saturating_sub(used))
}

/// Rows of a histogram, from the top: each bin `wide` columns and a gap; the bin under the cursor is marked.
pub(super) fn histogram(
    ctx: &Ctx,
    bins: &[u64],
    rows: u16,
    wide: usize,
    selected: Option<usize>,
) -> Vec<Line<'static>> {
    let most = u128::from(bins.iter().copied().max().unwrap_or(0).max(1));
    let rows = usize::from(rows);
    let height = |count: u64| -> usize {
        let eighths = (u128::from(count) * (rows as u128) * 8).div_ceil(most);
        usize::try_from(eighths).unwrap_or(0)
    };
    let sign = |count: u64, from_below: usize| -> &'static str {
        let left = height(count).saturating_sub(from_below * 8).min(8);
        match (ctx.theme.plain, left) {
            (true, 4..) => "#",
            (true, _) => " ",
            (false, left) => UP.get(left).copied().unwrap_or(" "),
        }
    };
    let row = |from_below: usize| -> Line<'static> {
        let cells = bins.iter().enumerate().flat_map(|(index, count)| {
            let tone = if selected == Some(index) { Tone::Key } else { Tone::Text };
            [Span::styled(sign(*count, from_below).repeat(wide), ctx.style(tone)), Span::raw(" ")]
        });
        cells.collect()
    };
    (0..rows).rev().map(row).collect()
}

/// The axis under a histogram of points: 0, 5, 10, 15, each under its bin.
pub(super) fn axis(bins: usize, wide: usize) -> String {
    let mut axis = String::new();
    for bin in (0..bins).step_by(5) {
        let place = bin * (wide + 1);
        axis.push_str(&" ".repeat(place.saturating_sub(axis.chars().count())));
        axis.push_str(&bin.to_string());
    }
    axis
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_share() {
        assert_eq!(bar(0.5, 4, false), "██  ");
        assert_eq!(bar(1.0, 4, false), "████");
        assert_eq!(bar(2.0, 4, true), "####");
        assert_eq!(bar(0.0, 4, false), "    ");
        assert_eq!(bar(0.3, 4, false).chars().count(), 4);
    }

    #[test]
    fn the_axis_stands_under_its_bins() {
        assert_eq!(axis(20, 2), "0              5              10             15");
    }
}

//! The preview of a paste or a filling: one line a cell, with a sign, and the counts.

use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use super::super::{
    grid::Grid,
    paste::{Fate, Line, Preview, Refusal, What},
    words,
};
use crate::{
    domain::score::MarkError,
    t,
    text::{Locale, sanitise},
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{line, popup, row},
    },
};

/// Columns of a student's name, and of a column's title: at 80 columns the reason of a refusal stands behind them.
const NAME: usize = 24;
const TITLE: usize = 8;

pub(super) fn draw(grid: &Grid, ctx: &Ctx, frame: &mut Frame, area: Rect, preview: &Preview) {
    let locale = &ctx.locale;
    let count = preview.counts.entered();
    let title = match preview.what {
        What::Pasted => t!(locale, "sheet-preview-title-paste", count = count),
        What::Filled => t!(locale, "sheet-preview-title-fill", count = count),
    };
    let inside = popup(ctx, frame, area, &title);
    let counts = preview.counts;
    let told = t!(
        locale,
        "sheet-preview-counts",
        new = counts.new,
        replaced = counts.replaced,
        same = counts.same,
        refused = counts.refused
    );
    line(ctx, frame, row(inside, 0), Tone::Heading, &told);
    if let Some(beyond) = beyond(locale, preview) {
        line(ctx, frame, row(inside, 1), Tone::Warn, &beyond);
    }
    let room = Preview::rows(ctx);
    for (n, cell) in (2..).zip(preview.lines.iter().skip(preview.first).take(room)) {
        let (tone, text) = fate(grid, ctx, cell);
        line(ctx, frame, row(inside, n), tone, &text);
    }
    let last = preview.first.saturating_add(room).min(preview.lines.len());
    if preview.lines.len() > room {
        let seen = t!(
            locale,
            "sheet-preview-seen",
            from = preview.first.saturating_add(1),
            to = last,
            count = preview.lines.len()
        );
        line(ctx, frame, row(inside, inside.height.saturating_sub(1)), Tone::Dim, &seen);
    }
    frame.set_cursor_position(Position::new(inside.x, row(inside, 2).y));
}

/// Lines or columns that stand beyond the sheet.
fn beyond(locale: &Locale, preview: &Preview) -> Option<String> {
    match preview.beyond {
        (0, 0) => None,
        (lines, 0) => Some(t!(locale, "sheet-preview-beyond-lines", count = lines)),
        (0, columns) => Some(t!(locale, "sheet-preview-beyond-columns", count = columns)),
        (lines, columns) => Some(t!(locale, "sheet-preview-beyond", lines = lines, columns = columns)),
    }
}

/// A cell's fate in one line: a sign, whose cell, and what.
fn fate(grid: &Grid, ctx: &Ctx, cell: &Line) -> (Tone, String) {
    let locale = &ctx.locale;
    let student = grid.rows().iter().find(|row| row.student == cell.cell.student).map(words::student);
    let column = grid.columns().iter().find(|column| column.id == cell.cell.evaluation);
    let column = column.map(|column| sanitise::line(column.title.as_str())).unwrap_or_default();
    let who = sanitise::fit(&student.unwrap_or_default(), NAME, false);
    let place = format!("{who} {}", sanitise::fit(&column, TITLE, false));
    let text = |value| words::cell_text(locale, value);
    let arrow = if ctx.theme.plain { "->" } else { "→" };
    let (tone, sign, what) = match cell.fate {
        Fate::New(value) => (Tone::Good, "+", text(value)),
        Fate::Replaces { before, value } => (Tone::Warn, "~", format!("{} {arrow} {}", text(before), text(value))),
        Fate::Same(value) => (Tone::Dim, "=", t!(locale, "sheet-preview-same", value = text(value))),
        Fate::Blank => (Tone::Dim, " ", t!(locale, "sheet-preview-blank")),
        Fate::Refused(why) => (Tone::Bad, "!", format!("« {} » {}", cell.typed, refusal(locale, why))),
    };
    (tone, format!("{sign} {place} {what}"))
}

fn refusal(locale: &Locale, why: Refusal) -> String {
    match why {
        Refusal::Mark(error) => not_a_mark(locale, error),
        Refusal::Left => t!(locale, "sheet-preview-left"),
        Refusal::Clash => t!(locale, "sheet-preview-clash"),
        Refusal::Gone => t!(locale, "sheet-preview-gone"),
    }
}

/// In a few words: the whole sentence comes where the mark is typed.
fn not_a_mark(locale: &Locale, error: MarkError) -> String {
    match error {
        MarkError::AboveScale { scale } => {
            t!(locale, "sheet-preview-above", scale = scale.short(locale.lang().decimal()))
        }
        MarkError::Negative => t!(locale, "sheet-preview-negative"),
        MarkError::TooPrecise => t!(locale, "sheet-preview-too-precise"),
        MarkError::OtherScale { scale } => {
            t!(locale, "sheet-preview-other-scale", scale = scale.short(locale.lang().decimal()))
        }
        MarkError::TooManyDigits => t!(locale, "sheet-preview-digits"),
        MarkError::NotAMark => t!(locale, "sheet-preview-not-a-mark"),
    }
}

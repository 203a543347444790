//! The panel of dictation, below the rows: which column, whose paper, which mark.

use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use super::super::{
    Sheet,
    dictation::{Dictation, Stage},
    grid::Grid,
    words,
};
use crate::{
    domain::{id::StudentId, score::Scale},
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{line, row},
    },
};

/// Rows of the panel.
pub const PANEL: u16 = 7;
/// Students that are offered at once.
const OFFERED: usize = 4;

pub(super) fn draw(sheet: &Sheet, grid: &Grid, ctx: &Ctx, frame: &mut Frame, area: Rect, dictation: &Dictation) {
    let locale = &ctx.locale;
    let column = grid.columns().iter().position(|column| column.id == dictation.column);
    let evaluation = column.and_then(|column| grid.columns().get(column));
    let title = evaluation.map(|column| sanitise::line(column.title.as_str())).unwrap_or_default();
    let (filled, all) = column.map(|column| grid.filled(column)).unwrap_or_default();
    line(
        ctx,
        frame,
        row(area, 0),
        Tone::Heading,
        &t!(locale, "sheet-dictate-title", column = title, filled = filled, all = all),
    );
    let label = format!(" {} ", t!(locale, "sheet-dictate-name"));
    let typed = format!("{label}{}", sanitise::line(&dictation.typed));
    let count = match (dictation.found.len(), dictation.typed.is_empty()) {
        (_, true) => String::new(),
        (count, false) => t!(locale, "sheet-dictate-count", count = count),
    };
    line(ctx, frame, row(area, 1), Tone::Text, &format!("{typed}    {count}"));
    offered(grid, ctx, frame, area, dictation, column);
    match &dictation.stage {
        Stage::Name => put_cursor(frame, row(area, 1), &typed),
        Stage::Mark(paper) => {
            let label = format!(" {} ", t!(locale, "sheet-dictate-value"));
            let typed =
                paper.code.map_or_else(|| paper.editor.text(sheet.french(ctx)), |code| code.as_str().to_owned());
            let scale = evaluation.map_or(Scale::TWENTY, |column| column.scale);
            let (tone, reading) = sheet.reading_of(ctx, &paper.editor, scale).unwrap_or((Tone::Text, String::new()));
            let typed = format!("{label}{}", sanitise::line(&typed));
            line(ctx, frame, row(area, PANEL - 1), tone, &format!("{typed}    {reading}"));
            put_cursor(frame, row(area, PANEL - 1), &typed);
        }
    }
}

/// Who fits; after the name, whose mark is typed.
fn offered(grid: &Grid, ctx: &Ctx, frame: &mut Frame, area: Rect, dictation: &Dictation, column: Option<usize>) {
    let one = match &dictation.stage {
        Stage::Name => None,
        Stage::Mark(paper) => Some(std::slice::from_ref(&paper.student)),
    };
    let list: &[StudentId] = one.unwrap_or(&dictation.found);
    let selected = if one.is_some() { 0 } else { dictation.selected };
    let first = (selected + 1).saturating_sub(OFFERED);
    for (n, student) in list.iter().enumerate().skip(first).take(OFFERED) {
        let Some(at) = grid.rows().iter().position(|row| row.student == *student) else { continue };
        let Some(pupil) = grid.rows().get(at) else { continue };
        let here = n == selected;
        let (pointer, tone) = if here { (ctx.theme.pointer(), Tone::Selected) } else { (" ", Tone::Text) };
        let mark = column.and_then(|column| grid.shown(at, column));
        let marked = mark.map(|value| words::cell_text(&ctx.locale, value));
        let flag = marked.map(|value| t!(ctx.locale, "sheet-dictate-marked", value = value)).unwrap_or_default();
        let text =
            format!(" {pointer} {}  {}  {flag}", words::student(pupil), sanitise::line(pupil.matricule.as_str()));
        let place = u16::try_from(n - first).unwrap_or(0).saturating_add(2);
        line(ctx, frame, row(area, place), tone, &text);
    }
}

fn put_cursor(frame: &mut Frame, place: Rect, before: &str) {
    let wide = u16::try_from(sanitise::width(before)).unwrap_or(0).min(place.width.saturating_sub(1));
    frame.set_cursor_position(Position::new(place.x.saturating_add(wide), place.y));
}

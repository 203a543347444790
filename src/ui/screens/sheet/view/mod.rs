//! Drawing the sheet. Only what is seen is drawn.

mod dictation;
mod foot;
pub mod layout;
mod over;
mod preview;
mod rows;

use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use super::{Mode, Sheet, grid::Grid, words};
use crate::{
    t, text,
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, line, paragraph},
    },
};
use layout::Layout;

pub(super) fn draw(sheet: &Sheet, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let layout = Layout::within(area, sheet);
    match &sheet.grid {
        None => waiting(sheet, ctx, frame, area),
        Some(grid) => {
            rows::headings(sheet, grid, ctx, frame, &layout);
            rows::students(sheet, grid, ctx, frame, &layout);
            foot::draw(sheet, grid, ctx, frame, &layout);
            if grid.columns().is_empty() || grid.rows().is_empty() {
                empty(grid, ctx, frame, &layout);
            }
        }
    }
    match &sheet.mode {
        Mode::Browse | Mode::Edit(..) => {}
        Mode::Dictate(papers) => {
            if let Some(grid) = &sheet.grid {
                let place = below(area, area.height.saturating_sub(dictation::PANEL));
                dictation::draw(sheet, grid, ctx, frame, place, papers);
            }
        }
        Mode::Preview(fates) => {
            if let Some(grid) = &sheet.grid {
                preview::draw(grid, ctx, frame, area, fates);
            }
        }
        Mode::Fill(filler) => over::filler(ctx, frame, area, filler),
        Mode::Find(finder) => over::finder(ctx, frame, area, finder),
        Mode::Clash(clash) => {
            over::clash(
                ctx,
                frame,
                area,
                &words::clash(sheet, ctx, clash),
                &words::choices(ctx, clash),
                clash.selected,
            );
        }
        Mode::Explain(shown) => shown.view(ctx, frame, area),
        Mode::Column(column) => over::column(ctx, frame, area, column),
    }
}

/// Nothing has been read yet.
fn waiting(sheet: &Sheet, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let (tone, text) = match &sheet.trouble {
        Some(failure) => (Tone::Bad, text::failure(&ctx.locale, failure)),
        None => (Tone::Dim, t!(ctx.locale, "sheet-reading")),
    };
    let place = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..below(area, 2) };
    paragraph(ctx, frame, place, tone, &text);
    frame.set_cursor_position(Position::new(place.x, place.y));
}

/// What to do with a sheet on which nothing can be entered yet.
fn empty(grid: &Grid, ctx: &Ctx, frame: &mut Frame, layout: &Layout) {
    let locale = &ctx.locale;
    let lines = if grid.rows().is_empty() {
        vec![(Tone::Text, t!(locale, "sheet-no-students"))]
    } else if grid.read_only().is_some() {
        vec![(Tone::Text, t!(locale, "sheet-no-columns-yet"))]
    } else {
        vec![(Tone::Text, t!(locale, "sheet-no-columns-yet")), (Tone::Key, t!(locale, "sheet-new-column"))]
    };
    for (n, (tone, text)) in (0..).zip(lines) {
        // Beside the names, where the first column will stand; without students, alone.
        let x = if grid.rows().is_empty() { layout.area.x + 2 } else { layout.cell_x(0) + layout::FIGURES + 2 };
        let width = layout.area.right().saturating_sub(x);
        let place = Rect { x, width, ..layout.row(1 + 2 * n) };
        paragraph(ctx, frame, Rect { height: 2, ..place }, tone, &text);
    }
    if grid.rows().is_empty() {
        line(ctx, frame, Rect { height: 0, ..layout.row(0) }, Tone::Text, "");
        frame.set_cursor_position(Position::new(layout.area.x + 2, layout.row(1).y));
    }
}

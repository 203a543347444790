//! What lies over the sheet: a conflict, the form of a column.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    widgets::Clear,
};

use super::super::{conflicts::Choice, find::Finder, paste::Filler};
use crate::{
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        screens::evaluation_form::EvaluationForm,
        theme::Tone,
        widgets::{
            TextInput,
            frame::{below, centred, line, paragraph, popup, row, wrapped},
        },
    },
};

/// Theirs, mine, or later.
pub(super) fn clash(ctx: &Ctx, frame: &mut Frame, area: Rect, text: &str, choices: &[String; 3], selected: Choice) {
    let width = 68.min(area.width.saturating_sub(2));
    let rows = u16::try_from(wrapped(text, usize::from(width.saturating_sub(4))).len()).unwrap_or(4);
    let place = centred(area, width, rows.saturating_add(6));
    let inside = popup(ctx, frame, place, &t!(ctx.locale, "sheet-clash-title"));
    paragraph(ctx, frame, inside, Tone::Text, text);
    let list = below(inside, rows.saturating_add(1));
    for ((n, choice), label) in (0..).zip(Choice::ALL).zip(choices) {
        let here = choice == selected;
        let pointer = if here { ctx.theme.pointer() } else { " " };
        let tone = if here { Tone::Selected } else { Tone::Text };
        let place = row(list, n);
        line(ctx, frame, place, tone, &format!("{pointer} {label}"));
        if here {
            frame.set_cursor_position(Position::new(place.x, place.y));
        }
    }
}

/// The name that is looked for, on the line that tells about the column.
pub(super) fn finder(ctx: &Ctx, frame: &mut Frame, area: Rect, finder: &Finder) {
    asked(ctx, frame, area, &t!(ctx.locale, "sheet-find"), &finder.input);
}

/// The value that cells are to be filled with, on the same line.
pub(super) fn filler(ctx: &Ctx, frame: &mut Frame, area: Rect, filler: &Filler) {
    asked(ctx, frame, area, &t!(ctx.locale, "sheet-fill-asked", count = filler.cells.len()), &filler.input);
}

fn asked(ctx: &Ctx, frame: &mut Frame, area: Rect, label: &str, input: &TextInput) {
    let label = format!(" {label} ");
    let place = row(area, 0);
    frame.render_widget(Clear, place);
    line(ctx, frame, place, Tone::Heading, &label);
    let wide = u16::try_from(sanitise::width(&label)).unwrap_or(0);
    let field = Rect { x: place.x.saturating_add(wide), width: place.width.saturating_sub(wide).min(40), ..place };
    input.view(frame, field, ctx.style(Tone::Focus), true);
}

/// The form of a column.
pub(super) fn column(ctx: &Ctx, frame: &mut Frame, area: Rect, column: &EvaluationForm) {
    let title = match column.id {
        None => t!(ctx.locale, "evaluation-new-title"),
        Some(_) => t!(ctx.locale, "evaluation-edit-title"),
    };
    let place = centred(area, 76.min(area.width.saturating_sub(2)), column.form.height().saturating_add(2).max(10));
    let inside = popup(ctx, frame, place, &title);
    column.form.view(ctx, frame, inside);
}

//! Drawing the list.

use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use super::Evaluations;
use crate::{
    domain::entities::Evaluation,
    protocol::SheetView,
    t,
    text::{self, format, names, sanitise},
    ui::{
        ctx::Ctx,
        screens::evaluation_form::EvaluationForm,
        theme::Tone,
        widgets::frame::{below, centred, inset, line, paragraph, popup, row},
    },
};

/// Rows above the first evaluation.
const HEAD: u16 = 2;

/// Marks that stand in a column.
pub(super) fn marks(sheet: &SheetView, column: usize) -> usize {
    sheet.rows.iter().filter(|row| row.cells.get(column).is_some_and(|cell| cell.value.is_some())).count()
}

/// How many of those in the class have a mark, as the foot of the sheet counts them.
fn entered(sheet: &SheetView, column: usize) -> String {
    let here = || sheet.rows.iter().filter(|row| !row.left);
    let filled = here().filter(|row| row.cells.get(column).is_some_and(|cell| cell.value.is_some())).count();
    format!("{filled}/{}", here().count())
}

/// Which of the seen evaluations stands on that row of the terminal.
pub(super) fn at(area: Rect, y: u16) -> Option<usize> {
    let place = y.checked_sub(area.y.saturating_add(HEAD))?;
    (place < area.height.saturating_sub(HEAD)).then_some(usize::from(place))
}

impl Evaluations {
    /// The first that is seen: pages, so that a step redraws two lines.
    pub(super) fn first(&self, ctx: &Ctx) -> usize {
        let rows = usize::from(ctx.body().height.saturating_sub(HEAD)).max(1);
        self.selected.checked_div(rows).unwrap_or(0).saturating_mul(rows)
    }
}

pub(super) fn draw(screen: &Evaluations, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let inside = inset(area, 1);
    match &screen.sheet {
        None => {
            let (tone, text) = match &screen.trouble {
                Some(failure) => (Tone::Bad, text::failure(&ctx.locale, failure)),
                None => (Tone::Dim, t!(ctx.locale, "sheet-reading")),
            };
            paragraph(ctx, frame, below(inside, HEAD), tone, &text);
            frame.set_cursor_position(Position::new(inside.x, inside.y + HEAD));
        }
        Some(sheet) => list(screen, sheet, ctx, frame, inside),
    }
    if let Some(form) = &screen.form {
        draw_form(ctx, frame, area, form);
    }
}

fn list(screen: &Evaluations, sheet: &SheetView, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let locale = &ctx.locale;
    let heads = [
        t!(locale, "field-title"),
        t!(locale, "field-kind"),
        t!(locale, "field-date"),
        t!(locale, "field-scale"),
        t!(locale, "evaluations-heading-coefficient"),
        t!(locale, "field-published"),
        t!(locale, "evaluations-heading-marks"),
    ];
    line(ctx, frame, row(area, 1), Tone::Heading, &format!("  {}", columns(area.width, &heads)));
    if sheet.evaluations.is_empty() {
        paragraph(ctx, frame, below(area, HEAD + 1), Tone::Text, &t!(locale, "sheet-no-columns"));
        frame.set_cursor_position(Position::new(area.x, area.y + HEAD + 1));
    }
    let first = screen.first(ctx);
    let rows = below(area, HEAD);
    for (n, (place, evaluation)) in (0..rows.height).zip(sheet.evaluations.iter().enumerate().skip(first)) {
        let here = place == screen.selected;
        let pointer = if here { ctx.theme.pointer() } else { " " };
        let tone = if here { Tone::Selected } else { Tone::Text };
        let text = columns(area.width, &cells(sheet, ctx, place, evaluation));
        let at = row(rows, n);
        line(ctx, frame, at, tone, &format!("{pointer} {text}"));
        if here {
            frame.set_cursor_position(Position::new(at.x, at.y));
        }
    }
}

fn cells(sheet: &SheetView, ctx: &Ctx, place: usize, evaluation: &Evaluation) -> [String; 7] {
    let locale = &ctx.locale;
    let published = if evaluation.published {
        t!(locale, "evaluation-published-yes")
    } else {
        t!(locale, "evaluation-published-no")
    };
    [
        sanitise::line(evaluation.title.as_str()),
        names::kind(locale, evaluation.kind),
        evaluation.date.map(format::date).unwrap_or_default(),
        format!("/{}", evaluation.scale.short(locale.lang().decimal())),
        evaluation.coefficient.to_string(),
        published,
        entered(sheet, place),
    ]
}

/// Title, kind, date, scale, coefficient, published, marks: the title takes what the others leave.
fn columns(width: u16, cells: &[String; 7]) -> String {
    let [title, kind, date, scale, coefficient, published, marks] = cells;
    let title_width = usize::from(width).saturating_sub(2 + 15 + 11 + 7 + 6 + 9 + 8).max(10);
    [
        sanitise::fit(title, title_width.saturating_sub(1), false),
        sanitise::fit(kind, 14, false),
        sanitise::fit(date, 10, false),
        sanitise::fit(scale, 6, true),
        sanitise::fit(coefficient, 5, true),
        sanitise::fit(published, 8, true),
        sanitise::fit(marks, 7, true),
    ]
    .join(" ")
}

fn draw_form(ctx: &Ctx, frame: &mut Frame, area: Rect, form: &EvaluationForm) {
    let title = match form.id {
        None => t!(ctx.locale, "evaluation-new-title"),
        Some(_) => t!(ctx.locale, "evaluation-edit-title"),
    };
    let place = centred(area, 76.min(area.width.saturating_sub(2)), form.form.height().saturating_add(2).max(10));
    let inside = popup(ctx, frame, place, &title);
    form.form.view(ctx, frame, inside);
}

//! How a set-up list and its form look.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::{Kind, Mode, SetupList};
use crate::{
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, inset, line, paragraph, row},
    },
};

/// Columns between two columns of the list.
const GAP: usize = 2;
/// A column without a width of its own is no wider.
const WIDEST: usize = 48;

/// Where the rows stand: under the line to find and the headings.
pub(super) fn list_area(area: Rect) -> Rect {
    inset(below(area, 3), 1)
}

impl<K: Kind> SetupList<K> {
    /// First row on the screen: moves by whole pages, so that a step redraws two lines, not all.
    pub(super) fn top(&self, height: u16) -> usize {
        let height = usize::from(height.max(1));
        self.selected / height * height
    }

    pub(super) fn draw(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        match &self.mode {
            Mode::Form { row: of, form } => {
                let column = inset(below(area, 1), 2);
                let heading = if of.is_some() { K::WORDS.change } else { K::WORDS.new };
                line(ctx, frame, row(column, 0), Tone::Heading, &ctx.locale.get(heading));
                let below_heading = below(column, 2);
                let notes = self.kind.form_notes(ctx);
                let room = u16::try_from(notes.len()).unwrap_or(u16::MAX).saturating_add(1);
                let height = below_heading.height.saturating_sub(room);
                let mut under = below(below_heading, form.height().min(height) + 1);
                for note in notes {
                    let rows = paragraph(ctx, frame, under, Tone::Dim, &note);
                    under = below(under, rows);
                }
                // Last, so that the real cursor stays in the field.
                form.view(ctx, frame, Rect { height, ..below_heading });
            }
            Mode::List | Mode::Find => {
                self.rows_view(ctx, frame, area);
                self.head_view(ctx, frame, inset(area, 1));
            }
        }
    }

    /// What is looked for, how many there are, and what the list is about.
    fn head_view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let total = self.rows.as_ref().map_or(0, Vec::len);
        let count = match self.rows {
            None => t!(ctx.locale, "list-reading"),
            Some(_) if self.find.is_empty() || K::ASKS_TO_FIND => t!(ctx.locale, "list-count", count = total),
            Some(_) => t!(ctx.locale, "list-found", count = self.found.len(), total = total),
        };
        let width = u16::try_from(sanitise::width(&count)).unwrap_or(0).min(area.width);
        let right = Rect { x: area.x + area.width - width, width, ..row(area, 0) };
        line(ctx, frame, right, Tone::Dim, &count);
        let left = Rect { width: area.width.saturating_sub(width + 2), ..row(area, 0) };
        let finding = matches!(self.mode, Mode::Find);
        if finding || !self.find.is_empty() {
            let label = t!(ctx.locale, "list-find");
            let taken = u16::try_from(sanitise::width(&label)).unwrap_or(0) + 1;
            line(ctx, frame, left, Tone::Heading, &label);
            let field = Rect { x: left.x + taken, width: left.width.saturating_sub(taken).min(30), ..left };
            self.find.view(frame, field, ctx.style(if finding { Tone::Focus } else { Tone::Field }), finding);
        } else if !K::WORDS.about.is_empty() {
            line(ctx, frame, left, Tone::Dim, &ctx.locale.get(K::WORDS.about));
        }
    }

    fn rows_view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let list = list_area(area);
        let widths = widths(K::COLUMNS.iter().map(|column| column.width).collect(), list.width);
        let headings: Vec<String> = K::COLUMNS.iter().map(|column| ctx.locale.get(column.heading)).collect();
        let heading = format!("  {}", spread::<K>(&headings, &widths));
        line(ctx, frame, Rect { y: list.y.saturating_sub(1), height: 1, ..list }, Tone::Heading, &heading);
        let Some(rows) = &self.rows else { return };
        if self.found.is_empty() {
            let said = if rows.is_empty() { ctx.locale.get(K::WORDS.empty) } else { t!(ctx.locale, "palette-nothing") };
            paragraph(ctx, frame, list, Tone::Dim, &said);
            frame.set_cursor_position(Position::new(list.x, list.y));
        }
        let top = self.top(list.height);
        for (n, (place, index)) in (0..list.height).zip(self.found.iter().enumerate().skip(top)) {
            let Some(record) = rows.get(*index) else { continue };
            let here = place == self.selected;
            let (pointer, tone) = if here { (ctx.theme.pointer(), Tone::Selected) } else { (" ", Tone::Text) };
            let area = row(list, n);
            let spans = [
                Span::raw(format!("{pointer} ")),
                Span::styled(spread::<K>(&self.kind.cells(ctx, record), &widths), ctx.style(tone)),
            ];
            frame.render_widget(Line::from_iter(spans), area);
            if here {
                frame.set_cursor_position(Position::new(area.x, area.y));
            }
        }
    }
}

/// What is left is shared by the columns without a width of their own.
fn widths(wanted: Vec<Option<usize>>, room: u16) -> Vec<usize> {
    let fixed: usize = wanted.iter().flatten().sum();
    let gaps = GAP * wanted.len().saturating_sub(1) + 2;
    let free = wanted.iter().filter(|width| width.is_none()).count().max(1);
    let share = usize::from(room).saturating_sub(fixed + gaps) / free;
    // On a wide terminal the columns stay beside each other, where the eye finds them.
    wanted.into_iter().map(|width| width.unwrap_or(share.min(WIDEST))).collect()
}

/// The cells of a row at their widths.
fn spread<K: Kind>(cells: &[String], widths: &[usize]) -> String {
    let parts = cells.iter().zip(widths).zip(K::COLUMNS);
    let parts: Vec<String> =
        parts.map(|((cell, width), column)| sanitise::fit(&sanitise::line(cell), *width, column.right)).collect();
    parts.join(&" ".repeat(GAP)).trim_end().to_owned()
}

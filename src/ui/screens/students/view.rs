//! How the table looks.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    text::{Line, Span},
    widgets::Clear,
};

use super::{Column, Mode, Students, columns, counted, pick::arrow};
use crate::{
    domain::query::Filter,
    protocol::StudentRow,
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::{
            PickList,
            frame::{below, centred, inset, line, paragraph, popup, row, wrapped},
        },
    },
};

/// The line of the filter bar.
pub(super) fn bar(body: Rect) -> Rect {
    row(body, 0)
}

/// The line of the headings.
pub(super) fn headings(body: Rect) -> Rect {
    row(body, 2)
}

/// The lines of the students.
pub(super) fn list(body: Rect) -> Rect {
    below(body, 3)
}

/// The heading at a place of the terminal.
pub(super) fn heading_at(ctx: &Ctx, chosen: &[Column], at: Position) -> Option<Column> {
    let placed = columns::places(chosen, ctx.body().width);
    placed.into_iter().find(|place| (place.x..place.x + place.width + 2).contains(&at.x)).map(|place| place.column)
}

/// The popup of the columns.
fn pick_place(ctx: &Ctx, body: Rect) -> Rect {
    let rows = u16::try_from(Column::seen(ctx).count()).unwrap_or(7);
    centred(body, 58, rows + 2)
}

/// The lines inside it.
pub(super) fn pick_list(ctx: &Ctx) -> Rect {
    let place = pick_place(ctx, ctx.body());
    if ctx.theme.plain {
        below(place, 1)
    } else {
        let inside = below(inset(place, 2), 1);
        Rect { height: inside.height.saturating_sub(1), ..inside }
    }
}

impl Students {
    pub(super) fn draw(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let placed = columns::places(&self.columns(ctx), area.width);
        self.heading_line(ctx, frame, headings(area), &placed);
        self.list_lines(ctx, frame, list(area), &placed);
        self.info_line(ctx, frame, row(area, 1));
        self.bar_line(ctx, frame, bar(area));
        match &self.mode {
            Mode::Browse | Mode::Filter { .. } => {}
            Mode::Sort(picked) => pick_view(ctx, frame, area, picked, &t!(ctx.locale, "students-sort-title")),
            Mode::Columns(picked) => pick_view(ctx, frame, area, picked, &t!(ctx.locale, "students-columns-title")),
        }
    }

    /// The filter, and how many it finds.
    fn bar_line(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let typing = matches!(self.mode, Mode::Filter { .. });
        let found = match self.count {
            // A filter that is not understood was not asked: the number is another one's.
            Some(count) if self.bar_error.is_none() => {
                t!(ctx.locale, "students-found", count = count.count, shown = counted(ctx, count))
            }
            Some(_) | None => String::new(),
        };
        let label = format!(" {}  ", t!(ctx.locale, "students-filter"));
        let columns = usize::from(area.width);
        let (left, right) = (sanitise::width(&label), sanitise::width(&found));
        let wide = u16::try_from(columns.saturating_sub(left + right + 3)).unwrap_or(0);
        let tone = if typing { Tone::Heading } else { Tone::Dim };
        line(ctx, frame, area, tone, &label);
        let x = area.x + u16::try_from(columns.saturating_sub(right + 1)).unwrap_or(0);
        line(ctx, frame, Rect { x, width: area.width.saturating_sub(x), ..area }, Tone::Text, &found);
        let place = Rect { x: area.x + u16::try_from(left).unwrap_or(0), width: wide, ..area };
        if !typing && self.bar.is_empty() {
            line(ctx, frame, place, Tone::Dim, &t!(ctx.locale, "students-filter-none"));
        } else {
            let tone = if typing { Tone::Focus } else { Tone::Text };
            self.bar.view(frame, place, ctx.style(tone), typing);
        }
    }

    /// What is the matter with the filter; while typing, an example; else the order and the chosen students.
    fn info_line(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let locale = &ctx.locale;
        if let Some(error) = &self.bar_error {
            let rows = wrapped(&format!("! {error}"), usize::from(area.width.saturating_sub(2)));
            let place = Rect { height: u16::try_from(rows.len()).unwrap_or(1), ..area };
            // What says how to go on is never cut: it may lie over the headings and the first students.
            frame.render_widget(Clear, place);
            frame.buffer_mut().set_style(place, ctx.style(Tone::Text));
            paragraph(ctx, frame, inset(place, 1), Tone::Bad, &format!("! {error}"));
            return;
        }
        if let Some(trouble) = self.trouble.as_ref().filter(|_| self.shown.is_some()) {
            return line(ctx, frame, area, Tone::Bad, &format!(" ! {trouble}"));
        }
        if matches!(self.mode, Mode::Filter { .. }) {
            return line(ctx, frame, area, Tone::Dim, &format!(" {}", t!(locale, "students-filter-example")));
        }
        let mut text = format!(" {}", self.order_said(ctx));
        if !self.chosen.is_empty() {
            text = format!("{text} · {}", t!(locale, "students-chosen", count = self.chosen.len()));
        }
        line(ctx, frame, area, Tone::Dim, &text);
    }

    fn heading_line(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, placed: &[columns::Place]) {
        for place in placed {
            let mut heading = place.column.heading(&ctx.locale);
            if place.column == self.wanted.order.by {
                heading = format!("{heading} {}", arrow(ctx, self.wanted.order));
            }
            let text = sanitise::fit(&heading, usize::from(place.width), place.column.right());
            line(ctx, frame, within(area, *place), Tone::Heading, &text);
        }
    }

    fn list_lines(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, placed: &[columns::Place]) {
        if let Some((tone, text)) = self.instead(ctx) {
            paragraph(ctx, frame, inset(below(area, 1), 4), tone, &text);
            frame.set_cursor_position(Position::new(area.x, area.y));
            return;
        }
        for (n, (selected, student)) in (0..area.height).zip(self.window.shown(area.height)) {
            self.student_line(ctx, frame, row(area, n), placed, (selected, student));
        }
        let here = self.window.line_in(area.height);
        frame.set_cursor_position(Position::new(area.x, area.y + here));
    }

    /// What stands in place of the list.
    fn instead(&self, ctx: &Ctx) -> Option<(Tone, String)> {
        let locale = &ctx.locale;
        let Some(shown) = &self.shown else {
            return Some(match &self.trouble {
                Some(trouble) => (Tone::Bad, format!("! {trouble}\n{}", t!(locale, "students-retry"))),
                None => (Tone::Dim, t!(locale, "students-loading")),
            });
        };
        if !self.window.is_empty() {
            return None;
        }
        // What the list would say of the filter would be said of the last one that was understood.
        if self.bar_error.is_some() {
            return Some((Tone::Text, String::new()));
        }
        let text = match (&shown.filter, ctx.may(crate::domain::access::Action::EditStudents)) {
            (Filter::All, true) => t!(locale, "students-none"),
            (Filter::All, false) => t!(locale, "students-none-for-you"),
            (_, _) if few_digits(self.bar.text()) => t!(locale, "students-none-found-digits"),
            (_, _) => t!(locale, "students-none-found"),
        };
        Some((Tone::Text, text))
    }

    fn student_line(
        &self,
        ctx: &Ctx,
        frame: &mut Frame,
        area: Rect,
        placed: &[columns::Place],
        (selected, student): (bool, &StudentRow),
    ) {
        let pointer = if selected { ctx.theme.pointer() } else { " " };
        let tick = if self.chosen.contains_key(&student.id) { ctx.theme.tick() } else { " " };
        let mut text = format!("{pointer} {tick} ");
        for place in placed {
            let gap = usize::from(place.x).saturating_sub(sanitise::width(&text));
            text.push_str(&" ".repeat(gap));
            let shown = place.column.text(ctx, student);
            text.push_str(&sanitise::fit(&shown, usize::from(place.width), place.column.right()));
        }
        let tone = if selected { Tone::Selected } else { Tone::Text };
        let text = sanitise::fit(&text, usize::from(area.width), false);
        frame.render_widget(Line::from(Span::styled(text, ctx.style(tone))), area);
    }
}

/// A word of one or two digits is in the filter: too little of a phone number to look for.
fn few_digits(filter: &str) -> bool {
    filter.split_whitespace().any(|word| word.len() < 3 && word.bytes().all(|byte| byte.is_ascii_digit()))
}

fn within(area: Rect, place: columns::Place) -> Rect {
    Rect { x: area.x + place.x, width: place.width, ..area }
}

fn pick_view(ctx: &Ctx, frame: &mut Frame, body: Rect, picked: &PickList, title: &str) {
    let inside = popup(ctx, frame, pick_place(ctx, body), title);
    picked.view(ctx, frame, inside, true);
}

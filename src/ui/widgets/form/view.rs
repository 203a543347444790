//! Drawing a form: label, field, and under it the error or, where the keys are, the hint.

use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use super::{FieldKind, Form, FormField};
use crate::{
    text::sanitise,
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, line, paragraph, row, wrapped},
    },
};

impl Form {
    /// Rows the form takes at its full height where sentences have 48 columns, as in a popup.
    #[must_use]
    pub fn height(&self) -> u16 {
        let plain =
            self.fields().iter().map(|field| 1 + field.error.as_ref().map_or(0, |error| high(&wrong(error), 48)));
        let hints = self.fields().iter().filter(|field| field.error.is_none()).filter_map(note);
        // The same wherever the keys are, so that the popup stands still.
        let hint = hints.map(|hint| high(&hint, 48)).max().unwrap_or(0);
        plain.fold(hint, u16::saturating_add)
    }

    /// A field's rows: one, and as many more as its error or, where the keys are, its hint needs.
    fn rows(&self, index: usize, field: &FormField, columns: u16) -> u16 {
        let under = match &field.error {
            Some(error) => high(&wrong(error), columns),
            None if index == self.focus => note(field).map_or(0, |hint| high(&hint, columns)),
            None => 0,
        };
        under.saturating_add(1)
    }

    /// Draws the form. When it is higher than the area it scrolls with the focus. The real cursor stands in the
    /// focused field.
    pub fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let labels = self.fields().iter().map(|field| sanitise::width(&field.label)).max().unwrap_or(0) + 2;
        let labels = u16::try_from(labels).unwrap_or(20).min(area.width / 2);
        let under = area.width.saturating_sub(labels + 1);
        let heights: Vec<u16> =
            self.fields().iter().enumerate().map(|(index, field)| self.rows(index, field, under)).collect();
        let until: u16 = heights.iter().take(self.focus + 1).sum();
        let mut skip = until.saturating_sub(area.height);
        let mut y = 0;
        for (index, rows) in heights.into_iter().enumerate() {
            if skip > 0 {
                skip = skip.saturating_sub(rows);
                continue;
            }
            if y >= area.height {
                break;
            }
            self.field_view(
                ctx,
                frame,
                Rect { y: area.y + y, height: rows.min(area.height - y), ..area },
                (index, labels),
            );
            y += rows;
        }
    }

    fn field_view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, (index, labels): (usize, u16)) {
        let Some(field) = self.fields().get(index) else { return };
        let focused = index == self.focus;
        let pointer = if focused { ctx.theme.pointer() } else { " " };
        let tone = if focused { Tone::Heading } else { Tone::Text };
        line(ctx, frame, Rect { width: labels, ..row(area, 0) }, tone, &format!("{pointer} {}", field.label));
        let place =
            Rect { x: area.x + labels + 1, width: area.width.saturating_sub(labels + 1).min(48), ..row(area, 0) };
        match &field.kind {
            FieldKind::Text(input) => {
                input.view(frame, place, ctx.style(if focused { Tone::Focus } else { Tone::Field }), focused);
            }
            FieldKind::Choice(choice) => choice_view(ctx, frame, place, choice, focused),
        }
        let under = Rect { x: place.x, width: area.width.saturating_sub(labels + 1), ..below(area, 1) };
        match &field.error {
            Some(error) => {
                paragraph(ctx, frame, under, Tone::Bad, &wrong(error));
            }
            None if focused => {
                if let Some(text) = note(field) {
                    paragraph(ctx, frame, under, Tone::Dim, &text);
                }
            }
            None => {}
        }
    }
}

/// An error as it stands under its field.
fn wrong(error: &str) -> String {
    format!("! {error}")
}

/// The rows that a sentence takes.
fn high(text: &str, columns: u16) -> u16 {
    u16::try_from(wrapped(text, usize::from(columns)).len()).unwrap_or(1)
}

/// The hint of a field, or what fits what is typed in a choice.
fn note(field: &FormField) -> Option<String> {
    if let FieldKind::Choice(choice) = &field.kind
        && !choice.typed().is_empty()
    {
        let found = choice.matches();
        return Some(if found.is_empty() { "—".to_owned() } else { found.join(" · ") });
    }
    field.help.clone()
}

fn choice_view(ctx: &Ctx, frame: &mut Frame, area: Rect, choice: &super::ChoiceField, focused: bool) {
    if focused && !choice.typed().is_empty() {
        choice.typed().view(frame, area, ctx.style(Tone::Focus), true);
        return;
    }
    let (left, right) = if !focused {
        ("", "")
    } else if ctx.theme.plain {
        ("< ", " >")
    } else {
        ("‹ ", " ›")
    };
    let label = if choice.label().is_empty() { "—" } else { choice.label() };
    let tone = if focused { Tone::Focus } else { Tone::Text };
    line(ctx, frame, area, tone, &format!("{left}{label}{right}"));
    if focused {
        frame.set_cursor_position(Position::new(area.x, area.y));
    }
}

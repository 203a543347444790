//! Frames of popups, lines of text, and where things stand. In plain mode there are no boxes.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::{Block, Clear, Paragraph, Wrap},
};

use crate::{
    text::sanitise,
    ui::{ctx::Ctx, theme::Tone},
};

/// A sanitised piece of text in a tone.
#[must_use]
pub fn span(ctx: &Ctx, tone: Tone, text: &str) -> Span<'static> {
    Span::styled(sanitise::line(text), ctx.style(tone))
}

/// Draws one line of text at the top of `area`, cut with `…`.
pub fn line(ctx: &Ctx, frame: &mut Frame, area: Rect, tone: Tone, text: &str) {
    let cut = sanitise::cut(&sanitise::line(text), usize::from(area.width));
    frame.render_widget(Line::styled(cut, ctx.style(tone)), row(area, 0));
}

/// Draws a text that wraps; gives the rows it took.
pub fn paragraph(ctx: &Ctx, frame: &mut Frame, area: Rect, tone: Tone, text: &str) -> u16 {
    let rows = wrapped(text, usize::from(area.width));
    let lines: Vec<Line> = rows.iter().map(|row| Line::styled(row.clone(), ctx.style(tone))).collect();
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.height);
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), Rect { height, ..area });
    height
}

/// The text in rows of at most so many columns, broken at blanks; line breaks of our own texts are kept.
#[must_use]
pub fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut rows = Vec::new();
    for part in text.split('\n') {
        let mut row = String::new();
        for word in sanitise::line(part).split(' ') {
            let more = usize::from(!row.is_empty()) + sanitise::width(word);
            if !row.is_empty() && sanitise::width(&row) + more > columns {
                rows.push(std::mem::take(&mut row));
            }
            if !row.is_empty() {
                row.push(' ');
            }
            row.push_str(&sanitise::cut(word, columns));
        }
        rows.push(row);
    }
    rows
}

/// The `n`th row of an area; empty when there is none.
#[must_use]
pub fn row(area: Rect, n: u16) -> Rect {
    if n < area.height { Rect { y: area.y.saturating_add(n), height: 1, ..area } } else { Rect { height: 0, ..area } }
}

/// A rectangle of that size in the middle.
#[must_use]
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// The rows below the first `n`.
#[must_use]
pub fn below(area: Rect, n: u16) -> Rect {
    let n = n.min(area.height);
    Rect { y: area.y.saturating_add(n), height: area.height - n, ..area }
}

/// The same without `n` columns on each side.
#[must_use]
pub fn inset(area: Rect, n: u16) -> Rect {
    Rect {
        x: area.x.saturating_add(n.min(area.width / 2)),
        width: area.width.saturating_sub(n.saturating_mul(2)),
        ..area
    }
}

/// Clears a place for a popup and draws its frame; gives the inside.
pub fn popup(ctx: &Ctx, frame: &mut Frame, area: Rect, title: &str) -> Rect {
    // Without a box, nothing of the screen behind may stand beside the text.
    let cleared = if ctx.theme.plain { Rect { x: 0, width: ctx.size.0, ..area } } else { area };
    frame.render_widget(Clear, cleared);
    frame.buffer_mut().set_style(cleared, ctx.style(Tone::Text));
    let title = sanitise::cut(&sanitise::line(title), usize::from(area.width.saturating_sub(4)));
    if ctx.theme.plain {
        line(ctx, frame, area, Tone::Heading, &title);
        return below(area, 1);
    }
    let block = Block::bordered()
        .border_style(ctx.style(Tone::Border))
        .title(Span::styled(format!(" {title} "), ctx.style(Tone::Heading)));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    inset(inside, 1)
}

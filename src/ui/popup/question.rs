//! A question with a few answers, each with a letter; or a message with one.

use ratatui::{
    Frame,
    crossterm::event::{KeyCode, KeyEvent, MouseButton, MouseEvent, MouseEventKind},
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::PopupEvent;
use crate::{
    t,
    text::{Locale, sanitise},
    ui::{
        ctx::Ctx,
        keymap::{Binding, find},
        theme::Tone,
        widgets::frame::{below, centred, paragraph, popup, row, wrapped},
    },
};

/// What a key does in a question, besides the letters of its answers.
#[derive(Clone, Copy, Debug)]
pub enum Do {
    Next,
    Previous,
    Choose,
    Close,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["<enter>"], action: Do::Choose, help: "question-choose", hint: Some("question-choose") },
    Binding { keys: &["<right>", "<down>", "<tab>"], action: Do::Next, help: "question-next", hint: None },
    Binding { keys: &["<left>", "<up>", "<S-tab>"], action: Do::Previous, help: "question-previous", hint: None },
    Binding { keys: &["<esc>"], action: Do::Close, help: "question-close", hint: Some("question-close") },
];

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Comes back with the answer.
    pub tag: &'static str,
    pub title: String,
    pub text: String,
    /// Letter and label of each answer.
    pub options: Vec<(char, String)>,
    /// The answer under the cursor: the harmless one first.
    pub selected: usize,
}

impl Question {
    /// Yes (0) or no (1); `No` is selected.
    #[must_use]
    pub fn confirm(locale: &Locale, tag: &'static str, title: String, text: String) -> Self {
        let yes = t!(locale, "question-yes");
        let no = t!(locale, "question-no");
        let letter = |word: &str| word.chars().next().unwrap_or('?').to_ascii_lowercase();
        Self { tag, title, text, options: vec![(letter(&yes), yes), (letter(&no), no)], selected: 1 }
    }

    /// Something to be read and closed.
    #[must_use]
    pub fn message(locale: &Locale, title: String, text: String) -> Self {
        Self { tag: "", title, text, options: vec![('o', t!(locale, "question-ok"))], selected: 0 }
    }

    /// An own list of answers.
    #[must_use]
    pub fn choice(tag: &'static str, title: String, text: String, options: Vec<(char, String)>) -> Self {
        Self { tag, title, text, options, selected: 0 }
    }

    pub(super) fn key(&mut self, key: KeyEvent) -> PopupEvent {
        if let KeyCode::Char(typed) = key.code {
            let typed = typed.to_lowercase().next().unwrap_or(typed);
            if let Some(index) = self.options.iter().position(|(letter, _)| *letter == typed) {
                return PopupEvent::Chosen(index);
            }
        }
        let count = self.options.len().max(1);
        match find(KEYS, key) {
            Some(Do::Choose) => return PopupEvent::Chosen(self.selected),
            Some(Do::Close) => return PopupEvent::Close,
            Some(Do::Next) => self.selected = (self.selected + 1) % count,
            Some(Do::Previous) => self.selected = (self.selected + count - 1) % count,
            None => {}
        }
        PopupEvent::Stay
    }

    fn place(&self, area: Rect) -> (Rect, u16) {
        let width = 64.min(area.width.saturating_sub(2));
        let rows = wrapped(&self.text, usize::from(width.saturating_sub(4))).len();
        let rows = u16::try_from(rows).unwrap_or(u16::MAX).min(area.height.saturating_sub(8));
        let options = u16::try_from(self.options.len()).unwrap_or(1);
        (centred(area, width, rows.saturating_add(options).saturating_add(3)), rows)
    }

    pub(super) fn mouse(&mut self, ctx: &Ctx, mouse: MouseEvent) -> PopupEvent {
        let (place, rows) = self.place(Rect::new(0, 0, ctx.size.0, ctx.size.1));
        let first = place.y + rows + 1 + u16::from(!ctx.theme.plain);
        let index = usize::from(mouse.row.saturating_sub(first));
        let inside = place.contains(Position::new(mouse.column, mouse.row)) && mouse.row >= first;
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) if inside && index < self.options.len() => {
                PopupEvent::Chosen(index)
            }
            _ => PopupEvent::Stay,
        }
    }

    pub(super) fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let (place, rows) = self.place(area);
        let inside = popup(ctx, frame, place, &self.title);
        paragraph(ctx, frame, Rect { height: rows, ..inside }, Tone::Text, &self.text);
        let options = below(inside, rows + 1);
        for (index, (letter, label)) in self.options.iter().enumerate() {
            let line = row(options, u16::try_from(index).unwrap_or(u16::MAX));
            let here = index == self.selected;
            let tone = if here { Tone::Selected } else { Tone::Text };
            let pointer = if here { ctx.theme.pointer() } else { " " };
            let spans = [
                Span::raw(format!("{pointer} ")),
                Span::styled(letter.to_string(), ctx.style(Tone::Key)),
                Span::raw("  "),
                Span::styled(sanitise::line(label), ctx.style(tone)),
            ];
            frame.render_widget(Line::from_iter(spans), line);
            if here && line.height > 0 {
                frame.set_cursor_position(Position::new(line.x, line.y));
            }
        }
    }
}

//! An explanation on the screen: a box of lines that scroll. The sheet and the card show theirs alike.

use ratatui::{
    Frame,
    crossterm::event::{KeyEvent, MouseEvent, MouseEventKind},
    layout::{Position, Rect},
};

use crate::ui::{
    ctx::Ctx,
    keymap::{Binding, find},
    theme::Tone,
    widgets::frame::{centred, line, popup, row},
};

/// What a key does while an average is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Close,
    Down,
    Up,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding {
        keys: &["<esc>", "<enter>", "="],
        action: Do::Close,
        help: "explain-key-close",
        hint: Some("explain-key-close"),
    },
    Binding {
        keys: &["<down>", "j", "<pagedown>"],
        action: Do::Down,
        help: "key-down",
        hint: Some("explain-hint-down"),
    },
    Binding { keys: &["<up>", "k", "<pageup>"], action: Do::Up, help: "key-up", hint: None },
];

/// Columns of the box.
const WIDTH: u16 = 76;

/// The lines of an explanation, and the first one that is seen.
#[derive(Clone, Debug)]
pub struct Shown {
    title: String,
    lines: Vec<(Tone, String)>,
    first: usize,
}

impl Shown {
    #[must_use]
    pub fn new(title: String, lines: Vec<(Tone, String)>) -> Self {
        Self { title, lines, first: 0 }
    }

    /// `true`: it is to be closed.
    pub fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> bool {
        match find(KEYS, key) {
            Some(Do::Close) => return true,
            Some(Do::Down) => self.scroll(ctx, 1),
            Some(Do::Up) => self.scroll(ctx, -1),
            None => {}
        }
        false
    }

    /// `true`: it is to be closed.
    pub fn mouse(&mut self, ctx: &Ctx, mouse: MouseEvent) -> bool {
        match mouse.kind {
            MouseEventKind::ScrollDown => self.scroll(ctx, 1),
            MouseEventKind::ScrollUp => self.scroll(ctx, -1),
            MouseEventKind::Down(_) => return true,
            _ => {}
        }
        false
    }

    fn scroll(&mut self, ctx: &Ctx, by: isize) {
        self.first = self.first.saturating_add_signed(by).min(self.last(ctx.body().height.saturating_sub(2)));
    }

    /// The last line that can be the first one seen.
    fn last(&self, height: u16) -> usize {
        self.lines.len().saturating_sub(usize::from(height))
    }

    pub fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let count = u16::try_from(self.lines.len()).unwrap_or(u16::MAX);
        let place = centred(area, WIDTH.min(area.width.saturating_sub(2)), count.saturating_add(2));
        let inside = popup(ctx, frame, place, &self.title);
        let first = self.first.min(self.last(inside.height));
        for (n, (tone, text)) in (0..inside.height).zip(self.lines.iter().skip(first)) {
            line(ctx, frame, row(inside, n), *tone, text);
        }
        frame.set_cursor_position(Position::new(inside.x, inside.y));
    }
}

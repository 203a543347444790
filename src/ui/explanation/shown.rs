//! An explanation on the screen: a box of lines that scroll. The sheet and the card show theirs alike.

use ratatui::{
    Frame,
    crossterm::event::{KeyEvent, MouseEvent, MouseEventKind},
    layout::{Position, Rect},
};

use crate::{
    text::sanitise,
    ui::{
        ctx::Ctx,
        keymap::{Binding, find},
        theme::Tone,
        widgets::frame::{centred, line, popup, row, wrapped},
    },
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
        let last = self.rows(ctx).len().saturating_sub(usize::from(ctx.body().height.saturating_sub(2)));
        self.first = self.first.saturating_add_signed(by).min(last);
    }

    fn width(ctx: &Ctx) -> u16 {
        WIDTH.min(ctx.size.0.saturating_sub(2))
    }

    /// The lines as they fit: what is longer than the box goes on below.
    fn rows(&self, ctx: &Ctx) -> Vec<(Tone, String)> {
        let room = usize::from(Self::width(ctx)).saturating_sub(4);
        let fitted = |(tone, text): &(Tone, String)| -> Vec<(Tone, String)> {
            if sanitise::width(text) <= room {
                return vec![(*tone, text.clone())];
            }
            wrapped(text, room).into_iter().map(|part| (*tone, part)).collect()
        };
        self.lines.iter().flat_map(fitted).collect()
    }

    pub fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let rows = self.rows(ctx);
        let count = u16::try_from(rows.len()).unwrap_or(u16::MAX);
        let inside = popup(ctx, frame, centred(area, Self::width(ctx), count.saturating_add(2)), &self.title);
        let first = self.first.min(rows.len().saturating_sub(usize::from(inside.height)));
        for (n, (tone, text)) in (0..inside.height).zip(rows.iter().skip(first)) {
            line(ctx, frame, row(inside, n), *tone, text);
        }
        frame.set_cursor_position(Position::new(inside.x, inside.y));
    }
}

//! All keys that work on the screen below, from the same table as the behaviour.

use ratatui::{
    Frame,
    crossterm::event::{KeyEvent, MouseEvent, MouseEventKind},
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::PopupEvent;
use crate::{
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        keymap::{self, Binding, Context, KeyLine, find},
        theme::Tone,
        widgets::frame::{centred, popup, row, wrapped},
    },
};

#[derive(Clone, Copy, Debug)]
pub enum Do {
    Down,
    Up,
    PageDown,
    PageUp,
    Close,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding {
        keys: &["<esc>", "q", "?", "<f1>", "<enter>"],
        action: Do::Close,
        help: "help-close",
        hint: Some("help-close"),
    },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "help-down", hint: Some("help-down") },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "help-up", hint: None },
    Binding { keys: &["<pagedown>", "<space>"], action: Do::PageDown, help: "help-page-down", hint: None },
    Binding { keys: &["<pageup>"], action: Do::PageUp, help: "help-page-up", hint: None },
];

/// Columns of the popup, and of the keys' names in it.
const WIDTH: u16 = 72;
const NAMES: usize = 19;

/// Keys of every screen that need somebody to be logged in, by their help.
const INSIDE: [&str; 3] = ["key-palette", "key-back", "key-lock"];

/// The help of a screen.
#[derive(Debug)]
pub struct Help {
    title: String,
    lines: Vec<KeyLine>,
    /// A text field has the keys: letters type.
    typing: bool,
    top: usize,
}

impl Help {
    /// Of a screen with these keys; the keys of every screen come after them. `typing`: a text field has the keys;
    /// `inside`: somebody is logged in, before that there is nowhere to go.
    #[must_use]
    pub fn new(title: String, mut lines: Vec<KeyLine>, typing: bool, inside: bool) -> Self {
        let own: Vec<&str> = lines.iter().flat_map(|line| line.keys).copied().collect();
        let mut global = Context::Global.lines();
        global.retain(|line| inside || !INSIDE.contains(&line.help));
        lines.extend(global.into_iter().filter(|line| !line.keys.iter().all(|key| own.contains(key))));
        lines.retain(|line| line.keys.iter().any(|key| works(key, typing)));
        Self { title, lines, typing, top: 0 }
    }

    /// Keys, sentence and tone of every row; a long sentence takes several, for half of one helps nobody.
    fn rows(&self, ctx: &Ctx) -> Vec<(String, String, Tone)> {
        let width = usize::from(WIDTH.min(ctx.size.0)).saturating_sub(NAMES + 5);
        let mut rows = Vec::new();
        for line in &self.lines {
            let keys = line.keys.iter().filter(|key| works(key, self.typing));
            let names: Vec<String> = keys.map(|key| keymap::label(&ctx.locale, &ctx.theme, key)).collect();
            let names = wrapped(&names.join(" "), NAMES);
            let mut text = capital(&ctx.locale.get(line.help));
            if let Some(why) = &line.why_not {
                text = format!("{text} ({why})");
            }
            let tone = if line.why_not.is_some() { Tone::Dim } else { Tone::Text };
            let parts = wrapped(&text, width);
            let part = |parts: &[String], n: usize| parts.get(n).cloned().unwrap_or_default();
            rows.extend((0..names.len().max(parts.len())).map(|n| (part(&names, n), part(&parts, n), tone)));
        }
        rows
    }

    fn place(area: Rect) -> Rect {
        centred(area, WIDTH, area.height.saturating_sub(2))
    }

    fn scroll(&mut self, ctx: &Ctx, by: isize) {
        // The frame of the program takes three rows, the margin two, the box two.
        let shown = usize::from(ctx.size.1.saturating_sub(7));
        self.top = self.top.saturating_add_signed(by).min(self.rows(ctx).len().saturating_sub(shown));
    }

    pub(super) fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> PopupEvent {
        let page = isize::try_from(ctx.size.1.saturating_sub(8)).unwrap_or(1);
        match find(KEYS, key) {
            Some(Do::Close) => return PopupEvent::Close,
            Some(Do::Down) => self.scroll(ctx, 1),
            Some(Do::Up) => self.scroll(ctx, -1),
            Some(Do::PageDown) => self.scroll(ctx, page),
            Some(Do::PageUp) => self.scroll(ctx, -page),
            None => {}
        }
        PopupEvent::Stay
    }

    pub(super) fn mouse(&mut self, ctx: &Ctx, mouse: MouseEvent) -> PopupEvent {
        match mouse.kind {
            MouseEventKind::ScrollDown => self.scroll(ctx, 3),
            MouseEventKind::ScrollUp => self.scroll(ctx, -3),
            MouseEventKind::Down(_) => return PopupEvent::Close,
            _ => {}
        }
        PopupEvent::Stay
    }

    pub(super) fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let title = t!(ctx.locale, "help-title", screen = self.title.as_str());
        let inside = popup(ctx, frame, Self::place(area), &title);
        let shown = self.rows(ctx).into_iter().skip(self.top);
        for (n, (keys, text, tone)) in (0..inside.height).zip(shown) {
            let spans = [
                Span::styled(sanitise::fit(&keys, NAMES, false), ctx.style(Tone::Key)),
                Span::raw(" "),
                Span::styled(text, ctx.style(tone)),
            ];
            frame.render_widget(Line::from_iter(spans), row(inside, n));
        }
        frame.set_cursor_position(Position::new(inside.x, inside.y));
    }
}

/// Letters do nothing but type while a text field has the keys.
fn works(key: &str, typing: bool) -> bool {
    !typing || key.starts_with('<')
}

/// Some sentences also stand in the footer, in small letters; here they begin a line.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

//! The palette: every key of the screen below, every screen, every class and every student, found by a few letters.

use ratatui::{
    Frame,
    crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind},
    layout::{Position, Rect},
};

use super::PopupEvent;
use crate::{
    protocol::Found,
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        keymap::{self, Binding, KeyLine, find},
        screens::{Route, menu},
        theme::Tone,
        widgets::{
            PickList, TextInput,
            frame::{below, centred, line, popup, row},
        },
    },
};

#[derive(Clone, Copy, Debug)]
pub enum Do {
    Choose,
    Next,
    Previous,
    Close,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["<enter>"], action: Do::Choose, help: "palette-choose", hint: Some("palette-choose") },
    Binding { keys: &["<down>", "<C-n>"], action: Do::Next, help: "palette-next", hint: None },
    Binding { keys: &["<up>"], action: Do::Previous, help: "palette-previous", hint: None },
    Binding { keys: &["<esc>", "<C-p>"], action: Do::Close, help: "palette-close", hint: Some("palette-close") },
];

/// Keys that only move.
const MOVES: &[&str] = &[
    "<down>",
    "<up>",
    "<left>",
    "<right>",
    "j",
    "k",
    "h",
    "l",
    "<pagedown>",
    "<pageup>",
    "<C-d>",
    "<C-f>",
    "<C-u>",
    "<C-b>",
    "<home>",
    "<end>",
    "g",
    "G",
    "<C-home>",
    "<C-end>",
    "<tab>",
    "<S-tab>",
    "<enter>",
];

/// What an entry does.
#[derive(Clone, Debug)]
enum Entry {
    Press(&'static str),
    Open(Route),
}

/// Students that one search brings at most; that there are more is said.
pub const OFFERED: u32 = 40;

/// The palette.
#[derive(Debug)]
pub struct Palette {
    input: TextInput,
    list: PickList,
    entries: Vec<(String, Entry)>,
    /// Entries from here on are students that were found.
    students: usize,
    /// More students fit than were brought.
    more: bool,
}

impl Palette {
    /// Over a screen with these keys.
    #[must_use]
    pub fn new(ctx: &Ctx, lines: &[KeyLine]) -> Self {
        let screens = menu::entries(ctx).into_iter().map(|(label, route)| (label, Entry::Open(route)));
        let mut entries: Vec<(String, Entry)> = screens.collect();
        // What is done on this screen: first what its footer names, last the moves, which fingers know.
        let works = || lines.iter().filter(|line| line.why_not.is_none());
        let moves = |line: &&KeyLine| line.keys.iter().all(|key| MOVES.contains(key));
        let named = works().filter(|line| line.hint.is_some());
        let others = works().filter(|line| line.hint.is_none());
        let others = others.clone().filter(|line| !moves(line)).chain(others.filter(moves));
        for key in named.chain(others) {
            if let Some(first) = key.keys.first() {
                let label = keymap::label(&ctx.locale, &ctx.theme, first);
                entries.push((
                    format!("{}  ({label})", super::help::capital(&ctx.locale.get(key.help))),
                    Entry::Press(first),
                ));
            }
        }
        for (label, route) in menu::classes(ctx) {
            entries.push((label, Entry::Open(route)));
        }
        let students = entries.len();
        let mut palette = Self { input: TextInput::new(60), list: PickList::default(), entries, students, more: false };
        palette.refind();
        palette
    }

    /// Lines that fit what was typed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn refind(&mut self) {
        self.list = PickList::new(self.entries.iter().map(|(label, _)| sanitise::line(label)).collect());
        self.list.find(self.input.text());
    }

    /// Students that were found for what is typed.
    pub fn found(&mut self, ctx: &Ctx, found: &[Found]) {
        let selected = self.list.selected();
        self.entries.truncate(self.students);
        for student in found {
            if let Some(route) = menu::student(ctx, &student.id) {
                let class = student.class.as_deref().unwrap_or("—");
                let label = format!("{} · {class} · {}", student.name, student.matricule);
                self.entries.push((label, Entry::Open(route)));
            }
        }
        self.more = u32::try_from(found.len()).is_ok_and(|count| count >= OFFERED);
        self.refind();
        // News from the store must not move what the fingers are about to choose.
        if let Some(index) = selected.filter(|index| *index < self.students) {
            self.list.select(index);
        }
    }

    fn typed(&mut self) -> PopupEvent {
        self.entries.truncate(self.students);
        self.more = false;
        self.refind();
        let text = self.input.text().trim();
        if text.chars().count() >= 2 { PopupEvent::Find(text.to_owned()) } else { PopupEvent::Stay }
    }

    fn choose(&self) -> PopupEvent {
        match self.list.selected().and_then(|index| self.entries.get(index)) {
            Some((_, Entry::Press(key))) => PopupEvent::Press(key),
            Some((_, Entry::Open(route))) => PopupEvent::Open(route.clone()),
            None => PopupEvent::Stay,
        }
    }

    pub(super) fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> PopupEvent {
        match find(KEYS, key) {
            Some(Do::Choose) => return self.choose(),
            Some(Do::Close) => return PopupEvent::Close,
            Some(Do::Next) => self.list.step(1),
            Some(Do::Previous) => self.list.step(-1),
            None => {
                if !self.list.key(key, false, ctx.size.1.saturating_sub(8)) && self.input.key(key) {
                    return self.typed();
                }
            }
        }
        PopupEvent::Stay
    }

    pub(super) fn paste(&mut self, text: &str) -> PopupEvent {
        self.input.paste(text);
        self.typed()
    }

    fn place(area: Rect) -> Rect {
        centred(area, 70, area.height.saturating_sub(4))
    }

    pub(super) fn mouse(&mut self, ctx: &Ctx, mouse: MouseEvent) -> PopupEvent {
        let place = Self::place(Rect::new(0, 0, ctx.size.0, ctx.size.1));
        let edge = u16::from(!ctx.theme.plain);
        let list = Rect { y: place.y + 2 + edge, height: place.height.saturating_sub(2 + 2 * edge), ..place };
        match mouse.kind {
            MouseEventKind::ScrollDown => self.list.step(1),
            MouseEventKind::ScrollUp => self.list.step(-1),
            MouseEventKind::Down(MouseButton::Left) => {
                if let Some(index) = self.list.at(list, Position::new(mouse.column, mouse.row)) {
                    self.list.select(index);
                    return self.choose();
                }
                if !place.contains(Position::new(mouse.column, mouse.row)) {
                    return PopupEvent::Close;
                }
            }
            _ => {}
        }
        PopupEvent::Stay
    }

    pub(super) fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let inside = popup(ctx, frame, Self::place(area), &t!(ctx.locale, "palette-title"));
        let mut list = below(inside, 2);
        if self.more {
            list.height = list.height.saturating_sub(1);
            let last = inside.height.saturating_sub(1);
            line(ctx, frame, row(inside, last), Tone::Dim, &t!(ctx.locale, "palette-more"));
        }
        self.list.view(ctx, frame, list, false);
        if self.list.is_empty() {
            line(ctx, frame, row(inside, 2), Tone::Dim, &t!(ctx.locale, "palette-nothing"));
        }
        // Last, so that the real cursor stays where one types.
        self.input.view(frame, row(inside, 0), ctx.style(Tone::Focus), true);
    }
}

//! Home: a menu of everything the role may do.

mod keys;
#[cfg(test)]
mod tests;

pub use keys::{Do, KEYS};

use ratatui::{
    Frame,
    crossterm::event::{MouseButton, MouseEventKind},
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::{
    Screen,
    menu::{self, MenuItem, Section},
};
use crate::{
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        effect::Effect,
        keymap::{KeyLine, all, find},
        msg::ScreenMsg,
        theme::Tone,
        widgets::frame::{inset, line, row},
    },
};

/// The home menu.
pub struct Home {
    selected: usize,
}

/// A line of the menu.
enum Entry {
    Blank,
    Heading(Section),
    /// The `n`th item.
    Item(usize, &'static MenuItem),
}

impl Home {
    #[must_use]
    pub fn new(_ctx: &Ctx) -> Self {
        Self { selected: 0 }
    }

    fn step(&mut self, ctx: &Ctx, by: isize) {
        let count = menu::items(ctx).count();
        self.selected = self.selected.saturating_add_signed(by).min(count.saturating_sub(1));
    }

    fn open(&self, ctx: &Ctx) -> Vec<Effect> {
        menu::items(ctx).nth(self.selected).map(|item| Effect::Go((item.route)())).into_iter().collect()
    }
}

/// The lines from top to bottom: items by section, in the order of the table.
fn entries(ctx: &Ctx) -> Vec<Entry> {
    let mut lines = Vec::new();
    for section in Section::ALL {
        let items = menu::items(ctx).enumerate().filter(|(_, item)| item.section == section);
        let items: Vec<Entry> = items.map(|(n, item)| Entry::Item(n, item)).collect();
        if !items.is_empty() {
            if !lines.is_empty() {
                lines.push(Entry::Blank);
            }
            lines.push(Entry::Heading(section));
            lines.extend(items);
        }
    }
    lines
}

/// Where the menu stands.
fn place(area: Rect) -> Rect {
    Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..inset(area, 2) }
}

impl Screen for Home {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "home-title")
    }

    fn keys(&self, _ctx: &Ctx) -> Vec<KeyLine> {
        all(KEYS)
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Key(key) => match find(KEYS, key) {
                Some(Do::Down) => self.step(ctx, 1),
                Some(Do::Up) => self.step(ctx, -1),
                Some(Do::First) => self.selected = 0,
                Some(Do::Last) => self.step(ctx, isize::MAX),
                Some(Do::Open) => return self.open(ctx),
                Some(Do::Logout) => return vec![Effect::Logout],
                None => {}
            },
            ScreenMsg::Mouse(mouse) => match mouse.kind {
                MouseEventKind::ScrollDown => self.step(ctx, 1),
                MouseEventKind::ScrollUp => self.step(ctx, -1),
                MouseEventKind::Down(MouseButton::Left) => {
                    let line = mouse.row.checked_sub(place(ctx.body()).y).map(usize::from);
                    if let Some(Entry::Item(n, _)) = line.and_then(|line| entries(ctx).into_iter().nth(line)) {
                        self.selected = n;
                        return self.open(ctx);
                    }
                }
                _ => {}
            },
            ScreenMsg::Opened
            | ScreenMsg::Returned(_)
            | ScreenMsg::Paste(_)
            | ScreenMsg::Answer { .. }
            | ScreenMsg::Written { .. }
            | ScreenMsg::File { .. }
            | ScreenMsg::Event(_)
            | ScreenMsg::Progress { .. }
            | ScreenMsg::Chosen { .. }
            | ScreenMsg::Tick
            | ScreenMsg::Language => {}
        }
        Vec::new()
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        if !ctx.kept.is_empty() {
            let (waiting, stuck) = (ctx.kept.waiting, ctx.kept.stuck);
            let text = t!(ctx.locale, "home-kept", waiting = waiting, stuck = stuck);
            line(ctx, frame, row(inset(area, 2), 0), Tone::Warn, &text);
        }
        let area = place(area);
        for (n, entry) in (0..area.height).zip(entries(ctx)) {
            let here = row(area, n);
            match entry {
                Entry::Blank => {}
                Entry::Heading(section) => {
                    line(ctx, frame, here, Tone::Heading, &ctx.locale.get(section.heading()));
                }
                Entry::Item(n, item) => item_view(ctx, frame, here, item, n == self.selected),
            }
        }
    }
}

fn item_view(ctx: &Ctx, frame: &mut Frame, area: Rect, item: &MenuItem, selected: bool) {
    let (pointer, tone) = if selected { (ctx.theme.pointer(), Tone::Selected) } else { (" ", Tone::Text) };
    let label = sanitise::fit(&ctx.locale.get(item.label), 26, false);
    let about = sanitise::cut(&ctx.locale.get(item.about.of(ctx)), usize::from(area.width.saturating_sub(31)));
    let spans = [
        Span::raw(format!("{pointer} ")),
        Span::styled(label, ctx.style(tone)),
        Span::raw("  "),
        Span::styled(about, ctx.style(Tone::Dim)),
    ];
    frame.render_widget(Line::from_iter(spans), area);
    if selected {
        frame.set_cursor_position(Position::new(area.x, area.y));
    }
}

//! Home: a teacher's own classes with what is entered, and a menu of everything the role may do.

mod keys;
mod mine;
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
    Route, Screen,
    menu::{self, MenuItem, Section},
};
use crate::{
    protocol::{Event, Reply, SheetKey, SheetProgress},
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
    /// What is entered on the user's own sheets, once it is known.
    progress: Vec<SheetProgress>,
}

/// A line of the menu.
enum Entry {
    Blank,
    Mine,
    /// The `n`th thing to choose: a sheet of one's own.
    Sheet(usize, SheetKey),
    Heading(Section),
    /// The `n`th thing to choose.
    Item(usize, &'static MenuItem),
}

impl Entry {
    fn number(&self) -> Option<usize> {
        match self {
            Self::Sheet(n, _) | Self::Item(n, _) => Some(*n),
            Self::Blank | Self::Mine | Self::Heading(_) => None,
        }
    }
}

impl Home {
    #[must_use]
    pub fn new(_ctx: &Ctx) -> Self {
        Self { selected: 0, progress: Vec::new() }
    }

    fn step(&mut self, ctx: &Ctx, by: isize) {
        let count = mine::sheets(ctx).len().saturating_add(menu::items(ctx).count());
        self.selected = self.selected.saturating_add_signed(by).min(count.saturating_sub(1));
    }

    fn open(&self, ctx: &Ctx) -> Vec<Effect> {
        let chosen = entries(ctx).into_iter().find(|entry| entry.number() == Some(self.selected));
        let route = chosen.and_then(|entry| match entry {
            Entry::Sheet(_, key) => Some(Route::Sheet { key, student: None }),
            Entry::Item(_, item) => Some((item.route)()),
            Entry::Blank | Entry::Mine | Entry::Heading(_) => None,
        });
        route.map(Effect::Go).into_iter().collect()
    }
}

/// The lines from top to bottom: one's own sheets, then items by section, in the order of the table.
fn entries(ctx: &Ctx) -> Vec<Entry> {
    let mut lines = Vec::new();
    let own = mine::sheets(ctx);
    let before = own.len();
    if before > 0 {
        lines.push(Entry::Mine);
        lines.extend(own.into_iter().enumerate().map(|(n, key)| Entry::Sheet(n, key)));
    }
    for section in Section::ALL {
        let items = menu::items(ctx).enumerate().filter(|(_, item)| item.section == section);
        let items: Vec<Entry> = items.map(|(n, item)| Entry::Item(before + n, item)).collect();
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

/// The first line that is seen, so that the one under the cursor is, and the heading above the first of them.
fn first(lines: &[Entry], selected: usize, height: u16) -> usize {
    let here = lines.iter().position(|entry| entry.number() == Some(selected)).unwrap_or_default();
    let least = here.saturating_add(1).saturating_sub(usize::from(height));
    if here < usize::from(height) { 0 } else { least }
}

impl Screen for Home {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "home-title")
    }

    fn keys(&self, _ctx: &Ctx) -> Vec<KeyLine> {
        all(KEYS)
    }

    fn hears_below(&self) -> bool {
        false
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
                    let area = place(ctx.body());
                    let lines = entries(ctx);
                    let line = mouse.row.checked_sub(area.y).map(usize::from);
                    let line = line.map(|line| line.saturating_add(first(&lines, self.selected, area.height)));
                    if let Some(n) = line.and_then(|line| lines.get(line)?.number()) {
                        self.selected = n;
                        return self.open(ctx);
                    }
                }
                _ => {}
            },
            ScreenMsg::Opened
            | ScreenMsg::Returned(_)
            | ScreenMsg::Event(Event::Students(_) | Event::Sheet(_) | Event::Setup | Event::Elsewhere) => {
                return mine::read(ctx);
            }
            // Trouble is told by the screens that cannot do without an answer.
            ScreenMsg::Answer { result: Ok(Reply::Completion(progress)), .. } => self.progress = progress,
            ScreenMsg::Paste(_)
            | ScreenMsg::Answer { .. }
            | ScreenMsg::Written { .. }
            | ScreenMsg::File { .. }
            | ScreenMsg::Event(Event::Kept { .. } | Event::Lamp { .. } | Event::Progress { .. } | Event::Store(_))
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
        let lines = entries(ctx);
        let hidden = first(&lines, self.selected, area.height);
        for (n, entry) in (0..area.height).zip(lines.into_iter().skip(hidden)) {
            let here = row(area, n);
            match entry {
                Entry::Blank => {}
                Entry::Mine => line(ctx, frame, here, Tone::Heading, &mine::heading(ctx)),
                Entry::Sheet(n, key) => mine::view(ctx, frame, here, &key, &self.progress, n == self.selected),
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

//! The frame around every screen: title line, body, status line, footer. Popups lie over it.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Clear,
};

use super::{Model, update::PATIENCE_SECONDS};
use crate::{
    protocol::Lamp,
    t, text,
    text::{names, sanitise},
    ui::{
        ctx::Ctx,
        effect::StatusKind,
        keymap::{self, Context, KeyLine},
        theme::Tone,
        widgets::frame::{line, paragraph, row, wrapped},
    },
};

/// Fewer rows are refused kindly. (24 is what screens are made for; some terminals keep a line or two.)
const LEAST_ROWS: u16 = 20;

/// Of the school's name, fewer columns than these say nothing.
const LEAST_NAME: usize = 12;

/// A sentence that is longer than a line lies over so many rows at most.
const STATUS_ROWS: usize = 3;

impl Model {
    pub(super) fn too_small(&self) -> bool {
        let least = self.top().map_or(80, |top| top.screen.least_width());
        self.ctx.size.0 < least || self.ctx.size.1 < LEAST_ROWS
    }

    /// Draws everything.
    pub fn view(&self, frame: &mut Frame) {
        let area = frame.area();
        frame.buffer_mut().set_style(area, self.ctx.style(Tone::Text));
        let Some(top) = self.top() else { return };
        if self.too_small() {
            let least = top.screen.least_width();
            let (columns, rows) = self.ctx.size;
            let text =
                t!(self.ctx.locale, "root-too-small", columns = columns, rows = rows, least = least, most = LEAST_ROWS);
            paragraph(&self.ctx, frame, area, Tone::Text, &text);
            return;
        }
        self.title_line(frame, row(area, 0), &top.screen.title(&self.ctx));
        top.screen.view(&self.ctx, frame, self.ctx.body());
        self.status_line(frame, area);
        let keys = match self.popup() {
            Some(popup) => popup.keys(),
            None => top.screen.keys(&self.ctx),
        };
        let help = self.popup().is_none().then(|| top.screen.typing());
        footer(&self.ctx, frame, row(area, area.height - 1), &keys, help);
        if let Some(popup) = self.popup() {
            popup.view(&self.ctx, frame, self.ctx.body());
        }
    }

    /// School · year · term, the screen, who, lamps. On narrow terminals the middle goes first, the lamps never.
    fn title_line(&self, frame: &mut Frame, area: Rect, title: &str) {
        let ctx = &self.ctx;
        let school = ctx.setup().map(|setup| &setup.school);
        let school = school.or(ctx.greeting.as_ref().and_then(|greeting| greeting.school.as_ref()));
        let (name, when) = school.map_or_else(
            || (" carnet".to_owned(), String::new()),
            |school| {
                (format!(" {}", school.name), format!(" · {} · {}", school.current_year, ctx.term(school.current_term)))
            },
        );
        let title = sanitise::line(title);
        let lamps = [(t!(ctx.locale, "lamp-store"), ctx.store), (t!(ctx.locale, "lamp-cache"), ctx.cache)];
        let kept = ctx.kept.waiting.saturating_add(ctx.kept.stuck);
        let kept = (kept > 0).then(|| (t!(ctx.locale, "root-kept", count = kept), Lamp::Slow));
        let lamps: Vec<(String, Lamp)> =
            kept.into_iter().chain(lamps.into_iter().map(|(name, lamp)| (lamp_text(ctx, &name, lamp), lamp))).collect();
        let lamps_width: usize = lamps.iter().map(|(text, _)| sanitise::width(text) + 1).sum();

        // The year and the term stay whole; then who, then the screen; the school's name takes what is left, if
        // enough of it is seen to know it by.
        let room = usize::from(area.width).saturating_sub(lamps_width + 2);
        let when = sanitise::cut(&when, room.saturating_sub(34));
        let room = room.saturating_sub(sanitise::width(&when));
        let beside = room.saturating_sub(sanitise::width(&title) + 1);
        let who = sanitise::cut(&self.who(room, &title), beside.max(room / 2));
        let room = room.saturating_sub(sanitise::width(&who) + 1);
        let title = sanitise::cut(&title, room);
        let room = room.saturating_sub(sanitise::width(&title) + 2);
        let name = sanitise::line(&name);
        let seen = room >= sanitise::width(&name).min(LEAST_NAME);
        let name = if seen { sanitise::cut(&name, room) } else { String::new() };
        // Without the name, the year begins the line.
        let when = if seen { when } else { when.replacen(" ·", "", 1) };
        let room = if seen { room } else { room + 2 };
        let gap = " ".repeat(room.saturating_sub(sanitise::width(&name)) + 2);

        let mut spans = vec![
            Span::styled(name + &when, ctx.style(Tone::Dim)),
            Span::raw(gap),
            Span::styled(title, ctx.style(Tone::Title)),
            Span::raw(" "),
            Span::styled(who, ctx.style(Tone::Text)),
        ];
        for (text, lamp) in lamps {
            spans.push(Span::raw(" "));
            spans.push(Span::styled(text, ctx.style(lamp_tone(lamp))));
        }
        frame.render_widget(Line::from(spans), area);
    }

    /// Name and role; the role goes where the screen's title needs its room.
    fn who(&self, room: usize, title: &str) -> String {
        let ctx = &self.ctx;
        let Some(session) = &ctx.session else { return String::new() };
        let user = sanitise::line(if ctx.size.0 < 100 { &session.username } else { &session.display_name });
        let full = format!("{user} · {}", names::role(&ctx.locale, session.who.role));
        if sanitise::width(title) + sanitise::width(&full) + 3 > room { user } else { full }
    }

    fn status_line(&self, frame: &mut Frame, area: Rect) {
        let ctx = &self.ctx;
        let waits = self.asks.oldest().map_or(0, |since| ctx.now.duration_since(since).as_secs());
        if waits >= PATIENCE_SECONDS {
            let text = match (self.work, ctx.store) {
                (Some(work), _) => text::store_work(&ctx.locale, work),
                (None, Lamp::Good) => t!(ctx.locale, "root-waiting", seconds = waits),
                (None, Lamp::Slow | Lamp::Gone) => t!(ctx.locale, "root-waiting-store", seconds = waits),
            };
            return said(ctx, frame, area, Tone::Warn, &format!("… {text}"));
        }
        let Some(status) = &self.status else { return };
        let (tone, sign) = match status.kind {
            StatusKind::Good => (Tone::Good, ctx.theme.tick()),
            StatusKind::Info => (Tone::Text, if ctx.theme.plain { "-" } else { "·" }),
            StatusKind::Bad => (Tone::Bad, "!"),
        };
        said(ctx, frame, area, tone, &format!("{sign} {}", status.text));
    }
}

/// What just happened, above the footer. A sentence that says what to do is never cut: it lies over the last rows of
/// the body until the next key.
fn said(ctx: &Ctx, frame: &mut Frame, area: Rect, tone: Tone, text: &str) {
    let mut rows = wrapped(text, usize::from(area.width.saturating_sub(4)));
    rows.truncate(STATUS_ROWS);
    let last = area.height.saturating_sub(2);
    for (n, text) in (0..).zip(&rows) {
        let place = row(area, last.saturating_sub(u16::try_from(rows.len()).unwrap_or(1)).saturating_add(n + 1));
        if rows.len() > 1 {
            frame.render_widget(Clear, place);
            frame.buffer_mut().set_style(place, ctx.style(Tone::Text));
        }
        line(ctx, frame, place, tone, &format!(" {}{text}", if n == 0 { "" } else { "  " }));
    }
}

fn lamp_text(ctx: &Ctx, name: &str, lamp: Lamp) -> String {
    let plain = ctx.theme.plain;
    match lamp {
        Lamp::Good if plain => format!("{name} ok"),
        Lamp::Good => format!("● {name}"),
        Lamp::Slow => format!("{}{name} {}", if plain { "" } else { "◐ " }, t!(ctx.locale, "lamp-slow")),
        Lamp::Gone => format!("{}{name} {}", if plain { "" } else { "○ " }, t!(ctx.locale, "lamp-gone")),
    }
}

fn lamp_tone(lamp: Lamp) -> Tone {
    match lamp {
        Lamp::Good => Tone::Good,
        Lamp::Slow => Tone::Warn,
        Lamp::Gone => Tone::Bad,
    }
}

/// The keys that work now, as many as fit. `help`: whether a text field has the keys (then letters type, and the help
/// is on its F-key); `None` in a popup, which has no help.
fn footer(ctx: &Ctx, frame: &mut Frame, area: Rect, keys: &[KeyLine], help: Option<bool>) {
    let global = help.map_or_else(Vec::new, |_| Context::Global.lines());
    let hint = |line: &KeyLine| -> Option<(String, String)> {
        let first = line.keys.iter().find(|key| key.starts_with('<') || help != Some(true)).or(line.keys.first())?;
        Some((keymap::label(&ctx.locale, &ctx.theme, first), ctx.locale.get(line.hint?)))
    };
    let last = global.iter().find_map(hint);
    let wide = |(key, word): &(String, String)| sanitise::width(key) + sanitise::width(word) + 3;
    let mut room = usize::from(area.width).saturating_sub(1 + last.as_ref().map_or(0, wide));
    let mut spans = vec![Span::raw(" ")];
    let hints = keys.iter().filter(|line| line.why_not.is_none()).filter_map(hint);
    let mut full = false;
    for (key, word) in hints
        .filter(|hint| {
            full = full || wide(hint) > room;
            if !full {
                room -= wide(hint);
            }
            !full
        })
        .chain(last.clone())
    {
        spans.push(Span::styled(key, ctx.style(Tone::Key)));
        spans.push(Span::styled(format!(" {word}  "), ctx.style(Tone::Text)));
    }
    frame.render_widget(Line::from(spans), area);
}

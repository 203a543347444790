//! What the statistics do.

use ratatui::crossterm::event::{KeyEvent, MouseEventKind};

use super::{
    Do, Focus, KEYS, LIMITS, PICK_KEYS, Panel, PickDo, Statistics,
    choice::{Choice, What},
};
use crate::{
    protocol::{Event, Reply, Request},
    text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot},
        keymap::find,
        msg::ScreenMsg,
        screens::Route,
    },
};

const STATS: Slot = Slot("stats");
const SPREAD: Slot = Slot("stats-spread");
const TOP: Slot = Slot("stats-top");

impl Statistics {
    pub(super) fn on(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened
            | ScreenMsg::Returned(_)
            | ScreenMsg::Event(Event::Students(_) | Event::Sheet(_) | Event::Setup | Event::Elsewhere) => {
                self.read(ctx)
            }
            ScreenMsg::Key(key) if self.picker.is_some() => self.pick_key(ctx, key),
            ScreenMsg::Key(key) => self.key(ctx, key),
            ScreenMsg::Paste(text) => {
                if let Some(picker) = &mut self.picker {
                    picker.typed.paste(&text);
                    picker.list.find(picker.typed.text());
                }
                Vec::new()
            }
            ScreenMsg::Mouse(mouse) => {
                match mouse.kind {
                    MouseEventKind::ScrollDown => self.line(1),
                    MouseEventKind::ScrollUp => self.line(-1),
                    _ => {}
                }
                Vec::new()
            }
            ScreenMsg::Answer { result, .. } => {
                match result {
                    Ok(Reply::Stats(stats)) => {
                        self.class = self.class.min(stats.classes.len().saturating_sub(1));
                        self.bin = self.bin.min(stats.distribution.len().saturating_sub(1));
                        self.stats = Some(stats);
                        self.trouble = None;
                    }
                    Ok(Reply::StatsSpread(spread)) => {
                        self.subject = self.subject.min(spread.subjects.len().saturating_sub(1));
                        self.spread = Some(spread);
                        self.trouble = None;
                    }
                    Ok(Reply::Top(rows)) => {
                        self.best = self.best.min(rows.len().saturating_sub(1));
                        self.top = Some(rows);
                        self.trouble = None;
                    }
                    Ok(_) => {}
                    Err(failure) => self.trouble = Some(text::failure(&ctx.locale, &failure)),
                }
                Vec::new()
            }
            ScreenMsg::Event(Event::Kept { .. } | Event::Lamp { .. } | Event::Progress { .. } | Event::Store(_))
            | ScreenMsg::Written { .. }
            | ScreenMsg::File { .. }
            | ScreenMsg::Progress { .. }
            | ScreenMsg::Chosen { .. }
            | ScreenMsg::Tick
            | ScreenMsg::Language => Vec::new(),
        }
    }

    /// A teacher without a class has nothing to ask for.
    fn read(&self, ctx: &Ctx) -> Vec<Effect> {
        if self.choice.class.is_none() && !super::choice::whole_school(ctx) {
            return Vec::new();
        }
        let request = match self.panel {
            Panel::Figures => {
                return vec![Effect::Ask { slot: STATS, request: Request::Stats(self.choice.question()) }];
            }
            Panel::Spread => {
                return vec![Effect::Ask { slot: SPREAD, request: Request::StatsSpread(self.choice.question()) }];
            }
            Panel::Best => Request::Top(self.choice.top(self.limit(), self.with_ties)),
        };
        vec![Effect::Ask { slot: TOP, request }]
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match find(KEYS, key) {
            Some(Do::Open) if self.panel == Panel::Spread => return self.open_subject(ctx),
            Some(Do::Open) => return self.open(),
            Some(Do::Class) => self.picker = Some(self.choice.picker(ctx, What::Class)),
            Some(Do::Subject) => self.picker = Some(self.choice.picker(ctx, What::Subject)),
            Some(Do::Term) => self.picker = Some(self.choice.picker(ctx, What::Term)),
            Some(Do::Year) => self.picker = Some(self.choice.picker(ctx, What::Year)),
            Some(Do::Panel) => {
                self.panel = match self.panel {
                    Panel::Figures => Panel::Best,
                    Panel::Best => Panel::Spread,
                    Panel::Spread => Panel::Figures,
                };
                return self.read(ctx);
            }
            Some(Do::More) => return self.more(ctx, 1),
            Some(Do::Fewer) => return self.more(ctx, -1),
            Some(Do::Ties) => {
                self.with_ties = !self.with_ties;
                return self.read(ctx);
            }
            Some(Do::Down) => self.line(1),
            Some(Do::Up) => self.line(-1),
            Some(Do::First) => self.line(isize::MIN),
            Some(Do::Last) => self.line(isize::MAX),
            Some(Do::Right) => self.bin(1),
            Some(Do::Left) => self.bin(-1),
            Some(Do::Refresh) => return self.read(ctx),
            None => {}
        }
        Vec::new()
    }

    fn more(&mut self, ctx: &Ctx, by: isize) -> Vec<Effect> {
        self.limit = self.limit.saturating_add_signed(by).min(LIMITS.len() - 1);
        self.read(ctx)
    }

    fn line(&mut self, by: isize) {
        let to = |here: usize, count: usize| here.saturating_add_signed(by).min(count.saturating_sub(1));
        match self.panel {
            Panel::Best => self.best = to(self.best, self.top.as_ref().map_or(0, Vec::len)),
            Panel::Spread => self.subject = to(self.subject, self.subjects()),
            Panel::Figures => {
                self.focus = Focus::Classes;
                self.class = to(self.class, self.stats.as_ref().map_or(0, |stats| stats.classes.len()));
            }
        }
    }

    fn bin(&mut self, by: isize) {
        if self.panel == Panel::Figures {
            let bins = self.stats.as_ref().map_or(0, |stats| stats.distribution.len());
            // The first press only takes the cursor there.
            if self.focus() == Focus::Distribution {
                self.bin = self.bin.saturating_add_signed(by).min(bins.saturating_sub(1));
            }
            self.focus = Focus::Distribution;
        }
    }

    /// To the students that a line stands for.
    fn open(&self) -> Vec<Effect> {
        let route = match (self.panel, self.focus()) {
            (Panel::Spread, _) => None,
            (Panel::Best, _) => self.row().map(|row| Route::Student { id: row.id.clone(), place: None }),
            (Panel::Figures, Focus::Classes) => {
                let class = self.stats.as_ref().and_then(|stats| stats.classes.get(self.class));
                class.map(|(id, ..)| Route::Students { class: Some(id.clone()), points: None })
            }
            (Panel::Figures, Focus::Distribution) => {
                let points = u8::try_from(self.bin).ok();
                Some(Route::Students { class: self.choice.class.clone(), points })
            }
        };
        route.map(Effect::Go).into_iter().collect()
    }

    /// The figures of the subject under the cursor.
    fn open_subject(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(spread) = &self.spread else { return Vec::new() };
        let Some((subject, _)) = spread.subjects.get(self.subject) else { return Vec::new() };
        self.choice.subject = Some(subject.clone());
        self.panel = Panel::Figures;
        (self.stats, self.spread) = (None, None);
        self.read(ctx)
    }

    fn pick_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match find(PICK_KEYS, key) {
            Some(PickDo::Take) => {
                let Some(picker) = self.picker.take() else { return Vec::new() };
                let before: Choice = self.choice.clone();
                self.choice.take(ctx, &picker);
                if before == self.choice {
                    return Vec::new();
                }
                (self.stats, self.top, self.spread) = (None, None, None);
                (self.class, self.best, self.subject) = (0, 0, 0);
                self.read(ctx)
            }
            Some(PickDo::Close) => {
                self.picker = None;
                Vec::new()
            }
            None => {
                if let Some(picker) = &mut self.picker
                    && !picker.list.key(key, false, ctx.size.1.saturating_sub(8))
                    && picker.typed.key(key)
                {
                    picker.list.find(picker.typed.text());
                }
                Vec::new()
            }
        }
    }
}

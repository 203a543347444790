//! What the card does.

use ratatui::crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};

use super::{Do, KEYS, StudentScreen, Tab, Way, marks, view, write};
use crate::{
    domain::query::{Query, Seek},
    protocol::{Event, Failure, Reply, Request, SheetKey},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        keymap::find,
        msg::{Returned, ScreenMsg},
        screens::Route,
    },
};

const CARD: Slot = Slot("student-card");
const HISTORY: Slot = Slot("student-card-history");
pub(super) const EXPLAIN: Slot = Slot("student-card-explain");
const NEIGHBOUR: Slot = Slot("student-card-neighbour");

/// Entries of the history that are read at once.
const ENTRIES: u32 = 50;

impl StudentScreen {
    pub(super) fn on(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened | ScreenMsg::Returned(_) => self.read(),
            ScreenMsg::Key(key) => self.key(ctx, key),
            ScreenMsg::Mouse(mouse) => self.mouse(ctx, mouse),
            ScreenMsg::Answer { slot: CARD, result } => {
                self.came(ctx, result);
                Vec::new()
            }
            ScreenMsg::Answer { slot: HISTORY, result } => {
                self.past_came(ctx, result);
                Vec::new()
            }
            ScreenMsg::Answer { slot: NEIGHBOUR, result } => self.neighbour(ctx, result),
            ScreenMsg::Answer { slot: EXPLAIN, result } => self.explained_came(ctx, result),
            ScreenMsg::Written { id, result } => self.written(ctx, id, result),
            ScreenMsg::Event(event) => self.event(&event),
            ScreenMsg::Chosen { tag: write::DELETE, option: 0 } => self.delete(),
            ScreenMsg::Paste(_)
            | ScreenMsg::Answer { .. }
            | ScreenMsg::File { .. }
            | ScreenMsg::Progress { .. }
            | ScreenMsg::Chosen { .. }
            | ScreenMsg::Tick
            | ScreenMsg::Language => Vec::new(),
        }
    }

    /// Reads the card, and the history if it is looked at.
    pub(super) fn read(&mut self) -> Vec<Effect> {
        if self.gone.is_some() {
            return Vec::new();
        }
        let mut effects = vec![Effect::Ask { slot: CARD, request: Request::OpenStudent(self.id.clone()) }];
        if self.tab == Tab::History || self.past.lines.is_some() {
            effects.push(self.read_past(self.past.limit));
        }
        effects
    }

    fn read_past(&mut self, limit: u32) -> Effect {
        self.past.limit = limit.max(ENTRIES);
        let request = Request::StudentHistory { id: self.id.clone(), limit: self.past.limit };
        Effect::Ask { slot: HISTORY, request }
    }

    fn came(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) {
        match result {
            Ok(Reply::Student(card)) => {
                let terms = marks::terms(ctx, &card);
                let kept = self.term.take().filter(|term| terms.contains(term));
                let school = ctx.setup().map(|setup| &setup.school);
                let current = school.map(|school| (school.current_year.clone(), school.current_term));
                self.term = kept.or(current).or_else(|| terms.last().cloned());
                self.card = Some(card);
                self.trouble = None;
                let last = self.count(ctx).saturating_sub(1);
                self.line = self.line.min(last);
            }
            Ok(_) => {}
            // Removed elsewhere: what stood here is no longer true.
            Err(Failure::NotFound) => {
                self.card = None;
                self.trouble = Some(t!(ctx.locale, "student-card-not-there"));
            }
            Err(failure) => self.trouble = Some(text::failure(&ctx.locale, &failure)),
        }
    }

    fn past_came(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) {
        match result {
            Ok(Reply::History(lines)) => {
                self.past.lines = Some(lines);
                self.past.trouble = None;
                if self.tab == Tab::History {
                    self.line = self.line.min(self.count(ctx).saturating_sub(1));
                }
            }
            Ok(_) => {}
            Err(failure) => self.past.trouble = Some(text::failure(&ctx.locale, &failure)),
        }
    }

    fn event(&mut self, event: &Event) -> Vec<Effect> {
        let ours = match event {
            Event::Students(ids) => ids.is_empty() || ids.contains(&self.id),
            // Somebody's mark in the class moves places, too.
            Event::Sheet(key) => self.card.as_ref().is_some_and(|card| card.student.class.as_ref() == Some(&key.class)),
            Event::Setup | Event::Elsewhere => true,
            Event::Kept { .. } | Event::Lamp { .. } | Event::Progress { .. } | Event::Store(_) => false,
        };
        if ours { self.read() } else { Vec::new() }
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        if let Some(shown) = &mut self.explained {
            if shown.key(ctx, key) {
                self.explained = None;
            }
            return Vec::new();
        }
        let page = isize::try_from(view::rows(ctx)).unwrap_or(10).saturating_sub(1).max(1);
        match find(KEYS, key) {
            Some(Do::Sheet) => self.sheet(ctx),
            Some(Do::Explain) => self.explain_subject(ctx),
            Some(Do::ExplainGeneral) => self.explain_general(),
            Some(Do::ExplainYear) => self.explain_year(),
            Some(Do::Tab) => self.turn_tab(ctx),
            Some(Do::Edit) => vec![Effect::Go(Route::StudentEdit(self.id.clone()))],
            Some(Do::Guardians) => vec![Effect::Go(Route::Guardians(self.id.clone()))],
            Some(Do::Delete) => self.ask_to_delete(ctx),
            Some(Do::Undo) => self.take_back(),
            Some(Do::NextStudent) => self.go(Way::Next),
            Some(Do::PreviousStudent) => self.go(Way::Previous),
            Some(Do::NextTerm) => self.turn_term(ctx, 1),
            Some(Do::PreviousTerm) => self.turn_term(ctx, -1),
            Some(Do::Down) => self.step(ctx, 1),
            Some(Do::Up) => self.step(ctx, -1),
            Some(Do::PageDown) => self.step(ctx, page),
            Some(Do::PageUp) => self.step(ctx, -page),
            Some(Do::First) => self.step(ctx, isize::MIN),
            Some(Do::Last) => self.step(ctx, isize::MAX),
            Some(Do::Reread) => self.read(),
            Some(Do::Back) => vec![Effect::Back(Returned::Student(self.id.clone()))],
            None => Vec::new(),
        }
    }

    fn mouse(&mut self, ctx: &Ctx, mouse: MouseEvent) -> Vec<Effect> {
        if let Some(shown) = &mut self.explained {
            if shown.mouse(ctx, mouse) {
                self.explained = None;
            }
            return Vec::new();
        }
        match mouse.kind {
            MouseEventKind::ScrollDown => self.step(ctx, 3),
            MouseEventKind::ScrollUp => self.step(ctx, -3),
            MouseEventKind::Down(MouseButton::Left) => {
                if let Some(line) = view::line_at(ctx, self.line, mouse.row) {
                    self.line = line.min(self.count(ctx).saturating_sub(1));
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// The class's sheet of the subject under the cursor.
    fn sheet(&self, ctx: &Ctx) -> Vec<Effect> {
        let (Some(card), Some((year, term)), Tab::Marks) = (&self.card, &self.term, self.tab) else {
            return Vec::new();
        };
        let Some(class) = card.student.class.clone() else { return Vec::new() };
        let Some(line) = marks::lines(ctx, card, year, *term).into_iter().nth(self.line) else { return Vec::new() };
        let key = SheetKey { class, subject: line.subject, year: year.clone(), term: *term };
        vec![Effect::Go(Route::Sheet { key, student: Some(self.id.clone()) })]
    }

    fn turn_tab(&mut self, ctx: &Ctx) -> Vec<Effect> {
        self.line = 0;
        self.tab = self.next_tab(ctx);
        if self.tab == Tab::History && self.past.lines.is_none() {
            return vec![self.read_past(ENTRIES)];
        }
        Vec::new()
    }

    fn turn_term(&mut self, ctx: &Ctx, by: isize) -> Vec<Effect> {
        let (Some(card), Some(term)) = (&self.card, &self.term) else { return Vec::new() };
        let terms = marks::terms(ctx, card);
        let here = terms.iter().position(|other| other == term).unwrap_or(0);
        let there = here.saturating_add_signed(by).min(terms.len().saturating_sub(1));
        self.term = terms.get(there).cloned();
        self.tab = Tab::Marks;
        self.line = 0;
        Vec::new()
    }

    fn step(&mut self, ctx: &Ctx, by: isize) -> Vec<Effect> {
        let last = self.count(ctx).saturating_sub(1);
        let aim = self.line.saturating_add_signed(by);
        self.line = aim.min(last);
        let entries = self.past.lines.as_ref().map_or(0, Vec::len);
        let full = u32::try_from(entries).is_ok_and(|entries| entries >= self.past.limit);
        if self.tab == Tab::History && self.line == last && full {
            return vec![self.read_past(self.past.limit.saturating_add(ENTRIES))];
        }
        Vec::new()
    }

    /// To the next or previous student of the table.
    fn go(&mut self, way: Way) -> Vec<Effect> {
        if self.going.is_some() {
            self.again = Some(way);
            return Vec::new();
        }
        let Some(place) = &self.place else { return Vec::new() };
        self.going = Some(way);
        let seek = match way {
            Way::Next => Seek::After(place.cursor.clone()),
            Way::Previous => Seek::Before(place.cursor.clone()),
        };
        let query = Query { filter: place.filter.clone(), sort: place.sort.clone(), seek, limit: 1 };
        vec![Effect::Ask { slot: NEIGHBOUR, request: Request::ListStudents(query) }]
    }

    fn neighbour(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        let way = self.going.take();
        let page = match result {
            Ok(Reply::Students(page)) => page,
            Ok(_) => return Vec::new(),
            Err(failure) => return vec![Effect::Say(Status::bad(text::failure(&ctx.locale, &failure)))],
        };
        let found = page.items.into_iter().next().zip(page.cursors.into_iter().next());
        let (Some((row, cursor)), Some(place)) = (found, &mut self.place) else {
            let said = match way {
                Some(Way::Previous) => t!(ctx.locale, "student-card-first"),
                Some(Way::Next) | None => t!(ctx.locale, "student-card-last"),
            };
            self.again = None;
            return vec![Effect::Say(Status::info(said))];
        };
        place.cursor = cursor;
        self.id = row.id;
        self.past = super::Past::default();
        self.gone = None;
        let mut effects = self.read();
        if let Some(way) = self.again.take() {
            effects.extend(self.go(way));
        }
        effects
    }
}

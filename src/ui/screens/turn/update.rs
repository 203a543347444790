//! What the turn of the year does.

use ratatui::crossterm::event::KeyEvent;

use super::{Do, KEYS, PUPIL_KEYS, PupilDo, Turn, forms};
use crate::{
    domain::turn::Fate,
    protocol::{Event, Failure, Reply, Request},
    t,
    text::{self, turn},
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        keymap::find,
        msg::ScreenMsg,
        screens::{
            Route,
            setup_list::{FORM_KEYS, FormDo},
        },
        widgets::form::{FormEvent, told},
    },
};

const READ: Slot = Slot("turn");
pub(super) const SAVE: u64 = 1;
const OPEN: u64 = 2;
const UNDO: u64 = 3;
/// Rows of a page.
const PAGE: usize = 10;

impl Turn {
    pub(super) fn on(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened
            | ScreenMsg::Returned(_)
            | ScreenMsg::Event(Event::Setup | Event::Elsewhere | Event::Students(_)) => return self.read(),
            ScreenMsg::Key(key) => return self.key(ctx, key),
            ScreenMsg::Paste(text) => {
                if let Some((_, form)) = &mut self.form {
                    return told(ctx, form.paste(&text));
                }
            }
            ScreenMsg::Answer { slot: READ, result } => self.came(ctx, result),
            ScreenMsg::Written { id, result } => return self.written(ctx, id, result),
            ScreenMsg::Progress { done, total } => {
                if let Some(work) = &mut self.work {
                    *work = (done, total);
                }
            }
            ScreenMsg::Chosen { tag: forms::SURE, option: 0 } => {
                let Some(ask) = self.opening.take() else { return Vec::new() };
                self.work = Some((0, 0));
                return vec![Effect::Write { id: OPEN, request: Request::OpenYear(ask) }];
            }
            ScreenMsg::Chosen { .. } => self.opening = None,
            ScreenMsg::Answer { .. }
            | ScreenMsg::Event(
                Event::Sheet(_) | Event::Kept { .. } | Event::Lamp { .. } | Event::Progress { .. } | Event::Store(_),
            )
            | ScreenMsg::Mouse(_)
            | ScreenMsg::File { .. }
            | ScreenMsg::Tick
            | ScreenMsg::Language => {}
        }
        Vec::new()
    }

    fn read(&self) -> Vec<Effect> {
        // What is being opened now is read when it is done.
        if self.work.is_some() {
            return Vec::new();
        }
        vec![Effect::Ask { slot: READ, request: Request::YearPlan { class: self.class.clone() } }]
    }

    fn came(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) {
        match result {
            Ok(Reply::YearPlan(plan)) => {
                // The cursor stays on whom it stood on.
                let here = self.plan.as_ref().and_then(|plan| plan.rows.get(self.selected)).map(|row| &row.student);
                let place = here.and_then(|here| plan.rows.iter().position(|row| row.student == *here));
                if let Some(place) = place.filter(|_| self.class.is_some()) {
                    self.selected = place;
                }
                (self.plan, self.trouble) = (Some(*plan), None);
                self.selected = self.selected.min(self.len().saturating_sub(1));
            }
            Ok(_) => {}
            Err(failure) => self.trouble = Some(text::failure(&ctx.locale, &failure)),
        }
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        if let Some((_, form)) = &mut self.form {
            return match find(FORM_KEYS, key) {
                Some(FormDo::Cancel) => {
                    self.form = None;
                    Vec::new()
                }
                Some(FormDo::Save) => self.submit(ctx),
                Some(FormDo::Next | FormDo::Previous) | None => match form.key(key) {
                    FormEvent::Submit => self.submit(ctx),
                    event @ (FormEvent::Ignored | FormEvent::Moved | FormEvent::Changed | FormEvent::Cut) => {
                        told(ctx, event)
                    }
                },
            };
        }
        if self.class.is_some() { self.pupil_key(ctx, key) } else { self.class_key(ctx, key) }
    }

    fn step(&mut self, by: isize) {
        let last = self.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    fn class_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Some(action) = find(KEYS, key) else { return Vec::new() };
        if let Some(why) = self.why_not(ctx, action) {
            return vec![Effect::Bell, Effect::Say(Status::bad(why))];
        }
        let page = isize::try_from(PAGE).unwrap_or(1);
        match action {
            Do::Down => self.step(1),
            Do::Up => self.step(-1),
            Do::PageDown => self.step(page),
            Do::PageUp => self.step(-page),
            Do::Refresh => return self.read(),
            Do::Students => {
                let class = self.plan.as_ref().and_then(|plan| plan.classes.get(self.selected));
                let class = class.map(|class| class.class.clone());
                return class.map(|class| Effect::Go(Route::Turn { class: Some(class) })).into_iter().collect();
            }
            Do::Map => {
                let plan = self.plan.as_ref();
                self.form = plan.and_then(|plan| Some(forms::follows(ctx, plan, plan.classes.get(self.selected)?)));
            }
            Do::Open => self.form = Some(forms::opening(ctx)),
            Do::Undo => return self.undo(),
        }
        Vec::new()
    }

    fn pupil_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Some(action) = find(PUPIL_KEYS, key) else { return Vec::new() };
        if let Some(why) = self.why_not_here(ctx, action) {
            return vec![Effect::Bell, Effect::Say(Status::bad(why))];
        }
        let page = isize::try_from(PAGE).unwrap_or(1);
        match action {
            PupilDo::Down => self.step(1),
            PupilDo::Up => self.step(-1),
            PupilDo::PageDown => self.step(page),
            PupilDo::PageUp => self.step(-page),
            PupilDo::Refresh => return self.read(),
            PupilDo::Undo => return self.undo(),
            PupilDo::NextUndecided => return self.next_undecided(ctx),
            PupilDo::Decide => {
                let plan = self.plan.as_ref();
                self.form = plan.and_then(|plan| Some(forms::decision(ctx, plan, plan.rows.get(self.selected)?)));
            }
        }
        Vec::new()
    }

    /// The next one below, else from the top.
    fn next_undecided(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let rows = self.plan.as_ref().map(|plan| plan.rows.as_slice()).unwrap_or_default();
        let open =
            |(index, row): (usize, &crate::protocol::PlanRow)| matches!(row.fate, Fate::Undecided(_)).then_some(index);
        let all: Vec<usize> = rows.iter().enumerate().filter_map(open).collect();
        match all.iter().find(|index| **index > self.selected).or(all.first()) {
            Some(index) => {
                self.selected = *index;
                Vec::new()
            }
            None => vec![Effect::Say(Status::info(t!(ctx.locale, "turn-undecided-count", count = 0)))],
        }
    }

    fn undo(&mut self) -> Vec<Effect> {
        let Some(act) = self.last.take() else { return Vec::new() };
        self.busy = true;
        vec![Effect::Write { id: UNDO, request: Request::Undo(act) }]
    }

    fn written(&mut self, ctx: &Ctx, id: u64, result: Result<Reply, Failure>) -> Vec<Effect> {
        let locale = &ctx.locale;
        (self.busy, self.work) = (false, None);
        let said = match result {
            Ok(Reply::YearOpened(report)) => Status::good(turn::opened(locale, &report)),
            Ok(Reply::Acted(act)) => {
                let said = self.saved(ctx);
                (self.last, self.form) = (Some(act), None);
                said
            }
            Ok(_) if id == UNDO => Status::good(t!(locale, "turn-taken-back")),
            Ok(_) => {
                self.form = None;
                Status::info(t!(locale, "turn-same"))
            }
            Err(failure) => Status::bad(text::failure(locale, &failure)),
        };
        let mut effects = vec![Effect::Say(said)];
        effects.extend(self.read());
        effects
    }
}

//! What the closing screen does.

use ratatui::crossterm::event::KeyEvent;

use super::{Closing, Do, KEYS, REASON_KEYS, ReasonDo};
use crate::{
    protocol::{CloseTerm, Event, Failure, Field, Reply, Request},
    t,
    text::{self, format, names, sanitise},
    ui::{
        closing_shown,
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        keymap::find,
        msg::ScreenMsg,
        popup::question::Question,
        widgets::{
            form::{Form, FormField, told},
            input::TextInput,
        },
    },
};

const READ: Slot = Slot("closing");
const JOB: Slot = Slot("closing-job");
const CLOSE: u64 = 1;
const REOPEN: u64 = 2;
const CANCEL: u64 = 3;
const SURE: &str = "closing-sure";
/// Rows of a page.
const PAGE: usize = 10;
/// Gaps that the question names.
const NAMED: usize = 6;
/// Characters of a reason.
const REASON: usize = 500;

impl Closing {
    pub(super) fn on(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened
            | ScreenMsg::Returned(_)
            | ScreenMsg::Event(Event::Setup | Event::Elsewhere | Event::Sheet(_)) => return self.read(ctx),
            ScreenMsg::Key(key) => return self.key(ctx, key),
            ScreenMsg::Paste(text) => {
                if let Some(form) = &mut self.reason {
                    return told(ctx, form.paste(&text));
                }
            }
            ScreenMsg::Answer { slot: READ, result } => self.read_came(ctx, result),
            ScreenMsg::Answer { slot: JOB, result } => {
                if let Ok(Reply::ClosingJob(job)) = result {
                    self.job = job;
                }
            }
            ScreenMsg::Tick if self.job.is_some() => return self.read(ctx),
            ScreenMsg::Written { id: CANCEL, result } => return self.cancelled(ctx, result),
            ScreenMsg::Written { id, result } => return self.written(ctx, id, result),
            ScreenMsg::Progress { done, total } => {
                if let Some(work) = &mut self.work {
                    *work = (done, total);
                }
            }
            ScreenMsg::Chosen { tag: SURE, option: 0 } => return self.close(ctx),
            ScreenMsg::Answer { .. }
            | ScreenMsg::Event(
                Event::Students(_) | Event::Kept { .. } | Event::Lamp { .. } | Event::Progress { .. } | Event::Store(_),
            )
            | ScreenMsg::Chosen { .. }
            | ScreenMsg::Mouse(_)
            | ScreenMsg::File { .. }
            | ScreenMsg::Tick
            | ScreenMsg::Language => {}
        }
        Vec::new()
    }

    fn read(&self, ctx: &Ctx) -> Vec<Effect> {
        // What is being closed now is read when it is done.
        if self.work.is_some() {
            return Vec::new();
        }
        let Some(term) = self.shown(ctx) else { return Vec::new() };
        vec![
            Effect::Ask { slot: READ, request: Request::TermState { term, class: None } },
            Effect::Ask { slot: JOB, request: Request::ClosingJob { term } },
        ]
    }

    fn read_came(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) {
        match result {
            Ok(Reply::TermState(rows)) => {
                self.selected = self.selected.min(rows.len().saturating_sub(1));
                (self.rows, self.trouble) = (Some(rows), None);
            }
            Ok(_) => {}
            Err(failure) => self.trouble = Some(text::failure(&ctx.locale, &failure)),
        }
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        if let Some(form) = &mut self.reason {
            return match find(REASON_KEYS, key) {
                Some(ReasonDo::Reopen) => self.reopen(ctx),
                Some(ReasonDo::Leave) => {
                    self.reason = None;
                    Vec::new()
                }
                None => {
                    let event = form.key(key);
                    told(ctx, event)
                }
            };
        }
        let last = self.rows.as_ref().map_or(0, |rows| rows.len().saturating_sub(1));
        match find(KEYS, key) {
            Some(Do::Down) => self.selected = self.selected.saturating_add(1).min(last),
            Some(Do::Up) => self.selected = self.selected.saturating_sub(1),
            Some(Do::PageDown) => self.selected = self.selected.saturating_add(PAGE).min(last),
            Some(Do::PageUp) => self.selected = self.selected.saturating_sub(PAGE),
            Some(Do::Refresh) => return self.read(ctx),
            Some(Do::NextTerm) => return self.turn(ctx, 1),
            Some(Do::PreviousTerm) => return self.turn(ctx, -1),
            Some(Do::Close) => return self.sure(ctx, false),
            Some(Do::CloseAll) => return self.sure(ctx, true),
            Some(Do::Cancel) => {
                let cancel = |term| Effect::Write { id: CANCEL, request: Request::CancelClosing { term } };
                return self.shown(ctx).map(cancel).into_iter().collect();
            }
            Some(Do::Reopen) => {
                let label = names::field(&ctx.locale, Field::Reason);
                let field = FormField::text(Field::Reason, label, TextInput::new(REASON));
                self.reason = Some(Form::new(vec![field.help(t!(ctx.locale, "closing-help-reason"))]));
            }
            None => {}
        }
        Vec::new()
    }

    fn turn(&mut self, ctx: &Ctx, by: isize) -> Vec<Effect> {
        let (Some(setup), Some(shown)) = (ctx.setup(), self.shown(ctx)) else { return Vec::new() };
        let terms = setup.terms();
        let here = terms.iter().position(|term| *term == shown).unwrap_or(0);
        let there = here.saturating_add_signed(by).min(terms.len().saturating_sub(1));
        if there == here {
            return Vec::new();
        }
        (self.term, self.rows) = (terms.get(there).copied(), None);
        self.read(ctx)
    }

    /// Asks before anything is closed; what is missing stands in the question.
    fn sure(&mut self, ctx: &Ctx, whole: bool) -> Vec<Effect> {
        let Some(term) = self.shown(ctx) else { return Vec::new() };
        let (locale, rows) = (&ctx.locale, self.rows.as_deref().unwrap_or_default());
        let term = ctx.setup().map(|setup| setup.term(term)).unwrap_or_default();
        let open: Vec<_> = match self.row() {
            Some(row) if !whole => vec![row],
            Some(_) | None => rows.iter().filter(|row| row.closed.is_none()).collect(),
        };
        let wanting = open.iter().filter(|row| !row.gaps.is_empty()).count();
        let gaps = open.iter().flat_map(|row| {
            row.gaps.iter().map(|gap| {
                let said = closing_shown::gap(locale, gap);
                if whole { format!("{} · {said}", sanitise::line(&row.name)) } else { said }
            })
        });
        let gaps: Vec<String> = gaps.collect();
        let mut lines = vec![if whole {
            t!(locale, "closing-sure-all", term = term, count = open.len())
        } else {
            let class = open.first().map(|row| sanitise::line(&row.name)).unwrap_or_default();
            t!(locale, "closing-sure-one", term = term, class = class)
        }];
        if wanting > 0 {
            lines.push(t!(locale, "closing-missing"));
            lines.extend(gaps.iter().take(NAMED).cloned());
            if gaps.len() > NAMED {
                let more = format::integer(u64::try_from(gaps.len() - NAMED).unwrap_or(0), locale.lang());
                lines.push(t!(locale, "closing-more", count = more));
            }
        }
        self.whole = whole;
        let title = t!(locale, "closing-sure-title");
        vec![Effect::Question(Question::confirm(locale, SURE, title, lines.join("\n")))]
    }

    fn close(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(term) = self.shown(ctx) else { return Vec::new() };
        let class = if self.whole { None } else { self.row().map(|row| row.class.clone()) };
        if class.is_none() && !self.whole {
            return Vec::new();
        }
        self.work = Some((0, 0));
        let ask = CloseTerm { act: ctx.new_act(), term, class, anyway: true };
        vec![Effect::Write { id: CLOSE, request: Request::CloseTerm(ask) }]
    }

    fn cancelled(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        let said = match result {
            Ok(_) => Status::info(t!(ctx.locale, "closing-cancelled")),
            Err(failure) => Status::bad(text::failure(&ctx.locale, &failure)),
        };
        let mut effects = vec![Effect::Say(said)];
        effects.extend(self.read(ctx));
        effects
    }

    fn reopen(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let (Some(term), Some(class)) = (self.shown(ctx), self.row().map(|row| row.class.clone())) else {
            return Vec::new();
        };
        let Some(form) = &mut self.reason else { return Vec::new() };
        let reason = form.value(Field::Reason).trim().to_owned();
        if reason.is_empty() {
            form.error(Field::Reason, t!(ctx.locale, "why-missing"));
            return vec![Effect::Bell];
        }
        self.reason = None;
        vec![Effect::Write { id: REOPEN, request: Request::ReopenTerm { term, class, reason } }]
    }

    fn written(&mut self, ctx: &Ctx, id: u64, result: Result<Reply, Failure>) -> Vec<Effect> {
        let locale = &ctx.locale;
        self.work = None;
        let term = self.shown(ctx).and_then(|term| ctx.setup().map(|setup| setup.term(term))).unwrap_or_default();
        let said = match result {
            Ok(Reply::TermClosed(report)) if id == CLOSE => Status::good(closing_shown::closed(locale, &report, &term)),
            Ok(Reply::TermClosed(report)) => Status::good(closing_shown::reopened(locale, &report)),
            Ok(_) => Status::info(String::new()),
            Err(failure) => Status::bad(text::failure(locale, &failure)),
        };
        let mut effects = vec![Effect::Say(said)];
        effects.extend(self.read(ctx));
        effects
    }
}

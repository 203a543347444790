//! *Mes notes*: what students and parents see, and their home. Only what is published. Usable at 40 columns.

mod explain;
mod keys;
mod report;
#[cfg(test)]
mod tests;
mod view;

pub use keys::{Do, KEYS};

use ratatui::{
    Frame,
    crossterm::event::{KeyEvent, MouseEventKind},
    layout::Rect,
};

use super::{Route, Screen};
use crate::{
    domain::{
        calendar::{Term, YearId},
        id::StudentId,
    },
    protocol::{Event, MyMarks, Reply, Request},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot},
        explanation::{self, Shown},
        keymap::{KeyLine, all, find, lines},
        msg::ScreenMsg,
    },
};

const MARKS: Slot = Slot("my-marks");

/// The screen.
#[derive(Default)]
pub struct MyMarksScreen {
    /// `None`: the account's own record, or its first child.
    child: Option<StudentId>,
    marks: Option<Box<MyMarks>>,
    trouble: Option<String>,
    term: Option<(YearId, Term)>,
    /// The subject under the cursor.
    line: usize,
    /// An average is asked about: of a subject, or the general one.
    asked: Option<bool>,
    /// It is explained over the screen.
    explained: Option<Shown>,
}

impl MyMarksScreen {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn read(&self) -> Vec<Effect> {
        vec![Effect::Ask { slot: MARKS, request: Request::MyMarks { child: self.child.clone() } }]
    }

    fn why_not(&self, ctx: &Ctx, action: Do) -> Option<String> {
        match action {
            Do::NextChild => {
                let several = self.marks.as_ref().is_some_and(|marks| marks.children.len() > 1);
                (!several).then(|| t!(ctx.locale, "my-one-child"))
            }
            Do::NextTerm => self.at_end(ctx, 1).then(|| t!(ctx.locale, "my-last-term")),
            Do::PreviousTerm => self.at_end(ctx, -1).then(|| t!(ctx.locale, "my-first-term")),
            Do::Explain => self.subject(ctx).is_none().then(|| t!(ctx.locale, "my-nothing")),
            Do::ExplainGeneral => self.term.is_none().then(|| t!(ctx.locale, "my-nothing")),
            Do::Down
            | Do::Up
            | Do::PageDown
            | Do::PageUp
            | Do::First
            | Do::Last
            | Do::Refresh
            | Do::Password
            | Do::Logout => None,
        }
    }

    fn take(&mut self, ctx: &Ctx, marks: Box<MyMarks>) {
        let same = self.marks.as_ref().is_some_and(|before| before.student.id == marks.student.id);
        let kept = self.term.take().filter(|at| same && report::terms(ctx, &marks).contains(at));
        self.term = kept.or_else(|| report::first_shown(ctx, &marks));
        if !same {
            self.line = 0;
        }
        self.trouble = None;
        self.marks = Some(marks);
        self.step(ctx, 0);
    }

    fn step(&mut self, ctx: &Ctx, by: isize) {
        let count = match (&self.marks, &self.term) {
            (Some(marks), Some(at)) => report::lines(ctx, marks, at).len(),
            (None, _) | (_, None) => 0,
        };
        self.line = self.line.saturating_add_signed(by).min(count.saturating_sub(1));
    }

    /// There is no term on that side.
    fn at_end(&self, ctx: &Ctx, by: isize) -> bool {
        let Some(marks) = &self.marks else { return false };
        let terms = report::terms(ctx, marks);
        let here = terms.iter().position(|at| Some(at) == self.term.as_ref()).unwrap_or(0);
        here.checked_add_signed(by).is_none_or(|next| next >= terms.len())
    }

    fn turn(&mut self, ctx: &Ctx, by: isize) {
        let Some(marks) = &self.marks else { return };
        let terms = report::terms(ctx, marks);
        let here = terms.iter().position(|at| Some(at) == self.term.as_ref()).unwrap_or(0);
        let next = here.saturating_add_signed(by).min(terms.len().saturating_sub(1));
        self.term = terms.get(next).cloned();
        self.step(ctx, 0);
    }

    fn next_child(&mut self) -> Vec<Effect> {
        let Some(marks) = &self.marks else { return Vec::new() };
        let children = &marks.children;
        let here = children.iter().position(|(id, _)| *id == marks.student.id);
        let next = here.map_or(0, |here| (here + 1) % children.len().max(1));
        self.child = children.get(next).map(|(id, _)| id.clone());
        self.read()
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        // A page is about as many subjects as a screen shows.
        if let Some(shown) = &mut self.explained {
            if shown.key(ctx, key) {
                self.explained = None;
            }
            return Vec::new();
        }
        let page = isize::try_from((ctx.body().height / 2).max(1)).unwrap_or(1);
        match find(KEYS, key) {
            Some(Do::NextTerm) => self.turn(ctx, 1),
            Some(Do::PreviousTerm) => self.turn(ctx, -1),
            Some(Do::NextChild) => return self.next_child(),
            Some(Do::Explain) => return self.explain_subject(ctx),
            Some(Do::ExplainGeneral) => return self.explain_general(),
            Some(Do::Down) => self.step(ctx, 1),
            Some(Do::Up) => self.step(ctx, -1),
            Some(Do::PageDown) => self.step(ctx, page),
            Some(Do::PageUp) => self.step(ctx, -page),
            Some(Do::First) => self.step(ctx, isize::MIN),
            Some(Do::Last) => self.step(ctx, isize::MAX),
            Some(Do::Refresh) => return self.read(),
            Some(Do::Password) => return vec![Effect::Go(Route::Password)],
            Some(Do::Logout) => return vec![Effect::Logout],
            None => {}
        }
        Vec::new()
    }
}

impl Screen for MyMarksScreen {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "my-title")
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        if self.explained.is_some() {
            return all(explanation::KEYS);
        }
        lines(KEYS, |action| self.why_not(ctx, action))
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened
            | ScreenMsg::Returned(_)
            | ScreenMsg::Event(Event::Students(_) | Event::Sheet(_) | Event::Setup | Event::Elsewhere) => {
                return self.read();
            }
            ScreenMsg::Key(key) => return self.key(ctx, key),
            ScreenMsg::Answer { slot: explain::EXPLAIN, result } => return self.explained_came(ctx, result),
            ScreenMsg::Mouse(mouse) if self.explained.is_some() => {
                if self.explained.as_mut().is_some_and(|shown| shown.mouse(ctx, mouse)) {
                    self.explained = None;
                }
            }
            ScreenMsg::Mouse(mouse) => match mouse.kind {
                MouseEventKind::ScrollDown => self.step(ctx, 1),
                MouseEventKind::ScrollUp => self.step(ctx, -1),
                _ => {}
            },
            ScreenMsg::Answer { result: Ok(Reply::MyMarks(marks)), .. } => self.take(ctx, marks),
            ScreenMsg::Answer { result: Err(failure), .. } => {
                self.trouble = Some(text::failure(&ctx.locale, &failure));
            }
            ScreenMsg::Answer { result: Ok(_), .. }
            | ScreenMsg::Event(Event::Kept { .. } | Event::Lamp { .. } | Event::Progress { .. } | Event::Store(_))
            | ScreenMsg::Paste(_)
            | ScreenMsg::Written { .. }
            | ScreenMsg::File { .. }
            | ScreenMsg::Progress { .. }
            | ScreenMsg::Chosen { .. }
            | ScreenMsg::Tick
            | ScreenMsg::Language => {}
        }
        Vec::new()
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        self.draw(ctx, frame, area);
    }

    fn least_width(&self) -> u16 {
        40
    }
}

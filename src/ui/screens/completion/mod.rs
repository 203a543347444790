//! How far the marks are entered: classes × subjects, a term at a time; Enter opens the sheet. The screen's side of
//! `carnet stats completion`.

mod keys;
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
        access::Action,
        calendar::{Term, YearId},
        id::{ClassId, SubjectId},
    },
    protocol::{CompletionQuestion, Event, Progress, Reply, Request, Setup, SheetProgress},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot},
        keymap::{KeyLine, find, lines},
        msg::ScreenMsg,
    },
};

const READ: Slot = Slot("completion");

/// The screen.
pub struct Completion {
    sheets: Option<Vec<SheetProgress>>,
    trouble: Option<String>,
    term: Option<Term>,
    /// Another year than the current one.
    past: Option<YearId>,
    /// Rows and columns of the matrix, in the school's order: those that have a sheet in the term.
    classes: Vec<ClassId>,
    subjects: Vec<SubjectId>,
    class: usize,
    subject: usize,
    /// Where the cursor was put: it goes back there in a term that has it.
    wanted: (Option<ClassId>, Option<SubjectId>),
}

impl Completion {
    #[must_use]
    pub fn new(ctx: &Ctx) -> Self {
        let now = ctx.may(Action::ViewSheet);
        let past = if now { None } else { ctx.year_before(None, Action::ViewSheet) };
        let first = |setup: &Setup| setup.first_term(past.as_ref().unwrap_or(&setup.school.current_year));
        Self {
            sheets: None,
            trouble: None,
            term: ctx.setup().and_then(first),
            past,
            classes: Vec::new(),
            subjects: Vec::new(),
            class: 0,
            subject: 0,
            wanted: (None, None),
        }
    }

    /// The sheet of a class and a subject in the term that is shown.
    fn at(&self, class: usize, subject: usize) -> Option<&SheetProgress> {
        let (class, subject) = (self.classes.get(class)?, self.subjects.get(subject)?);
        let here = |sheet: &&SheetProgress| {
            sheet.key.class == *class && sheet.key.subject == *subject && Some(sheet.key.term) == self.term
        };
        self.sheets.as_ref()?.iter().find(here)
    }

    fn selected(&self) -> Option<&SheetProgress> {
        self.at(self.class, self.subject)
    }

    /// Those of the term that is shown.
    fn shown(&self) -> impl Iterator<Item = &SheetProgress> {
        self.sheets.iter().flatten().filter(|sheet| Some(sheet.key.term) == self.term)
    }

    /// Finds rows and columns anew; the cursor stays on its class and subject.
    fn arrange(&mut self, ctx: &Ctx) {
        let mut classes: Vec<ClassId> = Vec::new();
        for sheet in self.shown() {
            if classes.last() != Some(&sheet.key.class) {
                classes.push(sheet.key.class.clone());
            }
        }
        let known = ctx.setup().map(|setup| setup.subjects.as_slice()).unwrap_or_default();
        let here = |subject: &SubjectId| self.shown().any(|sheet| sheet.key.subject == *subject);
        let subjects = known.iter().map(|subject| subject.body.id.clone()).filter(here).collect();
        (self.classes, self.subjects) = (classes, subjects);
        let (class, subject) = &self.wanted;
        self.class = self.classes.iter().position(|known| Some(known) == class.as_ref()).unwrap_or_default();
        self.subject = self.subjects.iter().position(|known| Some(known) == subject.as_ref()).unwrap_or_default();
    }

    fn turn_term(&mut self, ctx: &Ctx, by: isize) {
        let terms = ctx.setup().map(|setup| setup.terms_of(self.year(setup))).unwrap_or_default();
        let place = terms.iter().position(|term| Some(*term) == self.term).unwrap_or_default();
        let count = terms.len().max(1);
        let to = place.saturating_add(count).saturating_add_signed(by) % count;
        self.term = terms.get(to).copied().or(self.term);
        self.arrange(ctx);
    }

    fn year<'a>(&'a self, setup: &'a Setup) -> &'a YearId {
        self.past.as_ref().unwrap_or(&setup.school.current_year)
    }

    /// The year before, and after the first one the current one again.
    fn turn_year(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let past = ctx.year_before(self.past.as_ref(), Action::ViewSheet);
        if past == self.past {
            return Vec::new();
        }
        (self.past, self.sheets) = (past, None);
        self.term = ctx.setup().and_then(|setup| setup.first_term(self.year(setup)));
        self.arrange(ctx);
        vec![self.read()]
    }

    fn read(&self) -> Effect {
        let question = CompletionQuestion { year: self.past.clone(), ..CompletionQuestion::default() };
        Effect::Ask { slot: READ, request: Request::Completion(question) }
    }

    /// To the next sheet where something is missing, row by row, and from the end to the first.
    fn next_missing(&mut self) {
        let width = self.subjects.len();
        let count = width.saturating_mul(self.classes.len());
        let here = self.class.saturating_mul(width).saturating_add(self.subject);
        for step in 1..=count {
            let place = here.saturating_add(step) % count;
            let (class, subject) = (place.checked_div(width).unwrap_or(0), place.checked_rem(width).unwrap_or(0));
            let missing = |sheet: &SheetProgress| matches!(sheet.progress(), Progress::Missing(_));
            if self.at(class, subject).is_some_and(missing) {
                self.put(class, subject);
                return;
            }
        }
    }

    fn go(&mut self, rows: isize, columns: isize) {
        let to = |here: usize, by: isize, count: usize| here.saturating_add_signed(by).min(count.saturating_sub(1));
        self.put(to(self.class, rows, self.classes.len()), to(self.subject, columns, self.subjects.len()));
    }

    fn put(&mut self, class: usize, subject: usize) {
        (self.class, self.subject) = (class, subject);
        self.wanted = (self.classes.get(class).cloned(), self.subjects.get(subject).cloned());
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let page = isize::try_from(view::rows(ctx.body())).unwrap_or(1);
        match find(KEYS, key) {
            Some(Do::Open) => {
                let route = self.selected().map(|sheet| Route::Sheet { key: sheet.key.clone(), student: None });
                return route.map(Effect::Go).into_iter().collect();
            }
            Some(Do::NextMissing) => self.next_missing(),
            Some(Do::NextTerm) => self.turn_term(ctx, 1),
            Some(Do::PreviousTerm) => self.turn_term(ctx, -1),
            Some(Do::Down) => self.go(1, 0),
            Some(Do::Up) => self.go(-1, 0),
            Some(Do::Left) => self.go(0, -1),
            Some(Do::Right) => self.go(0, 1),
            Some(Do::PageDown) => self.go(page, 0),
            Some(Do::PageUp) => self.go(page.saturating_neg(), 0),
            Some(Do::First) => self.go(isize::MIN, 0),
            Some(Do::Last) => self.go(isize::MAX, 0),
            Some(Do::Year) => return self.turn_year(ctx),
            Some(Do::Refresh) => return vec![self.read()],
            None => {}
        }
        Vec::new()
    }

    /// Why a key does nothing now.
    fn why_not(&self, ctx: &Ctx, action: Do) -> Option<String> {
        match action {
            Do::Open => self.selected().is_none().then(|| t!(ctx.locale, "completion-no-sheet")),
            Do::Year => ctx.past_years(Action::ViewSheet).is_empty().then(|| t!(ctx.locale, "picker-year-none")),
            Do::NextMissing
            | Do::NextTerm
            | Do::PreviousTerm
            | Do::Down
            | Do::Up
            | Do::Left
            | Do::Right
            | Do::PageDown
            | Do::PageUp
            | Do::First
            | Do::Last
            | Do::Refresh => None,
        }
    }
}

impl Screen for Completion {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "completion-title")
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        lines(KEYS, |action| self.why_not(ctx, action))
    }

    fn hears_below(&self) -> bool {
        false
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened
            | ScreenMsg::Returned(_)
            | ScreenMsg::Event(Event::Students(_) | Event::Sheet(_) | Event::Setup | Event::Elsewhere) => {
                return vec![self.read()];
            }
            ScreenMsg::Key(key) => return self.key(ctx, key),
            ScreenMsg::Mouse(mouse) => match mouse.kind {
                MouseEventKind::ScrollDown => self.go(1, 0),
                MouseEventKind::ScrollUp => self.go(-1, 0),
                _ => {}
            },
            ScreenMsg::Answer { result: Ok(Reply::Completion(sheets)), .. } => {
                (self.sheets, self.trouble) = (Some(sheets), None);
                self.arrange(ctx);
            }
            ScreenMsg::Answer { result: Err(failure), .. } => {
                self.trouble = Some(text::failure(&ctx.locale, &failure));
            }
            ScreenMsg::Answer { result: Ok(_), .. }
            | ScreenMsg::Event(Event::Kept { .. } | Event::Lamp { .. } | Event::Progress { .. } | Event::Store(_))
            | ScreenMsg::Written { .. }
            | ScreenMsg::File { .. }
            | ScreenMsg::Paste(_)
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
}

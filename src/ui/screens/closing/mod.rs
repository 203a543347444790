//! Closing a term: which classes are closed, what is missing in the others, closing one or all, opening again.

mod keys;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use keys::{Do, KEYS, REASON_KEYS, ReasonDo};

use ratatui::{Frame, layout::Rect};

use super::Screen;
use crate::{
    domain::{access::Action, calendar::Term},
    protocol::{ClassTerm, ClosingUnderWay},
    t,
    ui::{
        ctx::Ctx,
        effect::Effect,
        keymap::{KeyLine, all, lines},
        msg::ScreenMsg,
        widgets::form::Form,
    },
};

/// The screen.
pub struct Closing {
    /// `None`: the current one.
    term: Option<Term>,
    rows: Option<Vec<ClassTerm>>,
    trouble: Option<String>,
    selected: usize,
    /// Classes are being closed: so many, of so many.
    work: Option<(u64, u64)>,
    /// All classes of the term are being closed, by whomever.
    job: Option<ClosingUnderWay>,
    /// Why a class is to be opened again.
    reason: Option<Form>,
    /// The question is about all classes.
    whole: bool,
}

impl Closing {
    #[must_use]
    pub fn new() -> Self {
        Self { term: None, rows: None, trouble: None, selected: 0, work: None, job: None, reason: None, whole: false }
    }

    fn row(&self) -> Option<&ClassTerm> {
        self.rows.as_ref().and_then(|rows| rows.get(self.selected))
    }

    /// The term that is shown.
    fn shown(&self, ctx: &Ctx) -> Option<Term> {
        self.term.or_else(|| ctx.setup().map(|setup| setup.school.current_term))
    }

    fn why_not(&self, ctx: &Ctx, action: Do) -> Option<String> {
        let locale = &ctx.locale;
        let rows = self.rows.as_deref().unwrap_or_default();
        match action {
            Do::Close | Do::CloseAll | Do::Reopen | Do::Cancel if !ctx.may(Action::EditSetup) => {
                Some(t!(locale, "failure-denied"))
            }
            Do::Close | Do::CloseAll | Do::Reopen if self.work.is_some() => Some(t!(locale, "health-busy")),
            Do::Cancel => {
                let whole = self.job.is_some() || (self.work.is_some() && self.whole);
                (!whole).then(|| t!(locale, "closing-none-under-way"))
            }
            Do::Close => match self.row() {
                None => Some(t!(locale, "closing-no-class")),
                Some(row) => row.closed.is_some().then(|| t!(locale, "closing-is-closed")),
            },
            Do::CloseAll => rows.iter().all(|row| row.closed.is_some()).then(|| t!(locale, "closing-all-closed")),
            Do::Reopen => match self.row() {
                None => Some(t!(locale, "closing-no-class")),
                Some(row) => row.closed.is_none().then(|| t!(locale, "closing-already-open")),
            },
            Do::NextTerm | Do::PreviousTerm | Do::Down | Do::Up | Do::PageDown | Do::PageUp | Do::Refresh => None,
        }
    }
}

impl Default for Closing {
    fn default() -> Self {
        Self::new()
    }
}

impl Screen for Closing {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "closing-title")
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        if self.reason.is_some() { all(REASON_KEYS) } else { lines(KEYS, |action| self.why_not(ctx, action)) }
    }

    fn typing(&self) -> bool {
        self.reason.is_some()
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        self.on(ctx, msg)
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        self.draw(ctx, frame, area);
    }
}

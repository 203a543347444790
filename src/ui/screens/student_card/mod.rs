//! A student's card: who it is, marks by subject and term, averages and places, and who changed what.

mod explain;
mod history;
mod keys;
mod marks;
#[cfg(test)]
mod tests;
mod update;
mod view;
mod words;
mod write;

pub use keys::{Do, KEYS};

use ratatui::{Frame, layout::Rect};

use super::{Place, Route, Screen};
use crate::{
    domain::{
        access::Action,
        calendar::{Term, YearId},
        id::{ActId, StudentId},
    },
    protocol::{HistoryLine, StudentCard},
    t, text,
    ui::{
        ctx::Ctx,
        effect::Effect,
        explanation::{self, Shown},
        keymap::{KeyLine, all, lines},
        msg::ScreenMsg,
    },
};

/// What the lower half shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Marks,
    /// Appreciations, follow-up, honours.
    Words,
    History,
}

/// Which neighbour in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Next,
    Previous,
}

/// The history, as far as it has been read.
#[derive(Default)]
struct Past {
    lines: Option<Vec<HistoryLine>>,
    /// So many were asked for.
    limit: u32,
    trouble: Option<String>,
}

/// The card.
pub struct StudentScreen {
    id: StudentId,
    place: Option<Box<Place>>,
    card: Option<Box<StudentCard>>,
    trouble: Option<String>,
    tab: Tab,
    /// The term that is shown; `None` until the card is there.
    term: Option<(YearId, Term)>,
    /// The line under the cursor, of the tab that is shown.
    line: usize,
    past: Past,
    /// A neighbour is being looked for, and one more is wanted after it.
    going: Option<Way>,
    again: Option<Way>,
    /// It has been removed from here; the act can be taken back.
    gone: Option<ActId>,
    /// An explanation was asked for: of a subject (`true`) or in general.
    asked: Option<bool>,
    /// An average is explained over it.
    explained: Option<Shown>,
}

impl StudentScreen {
    #[must_use]
    pub fn new(_ctx: &Ctx, id: StudentId, place: Option<Box<Place>>) -> Self {
        Self {
            id,
            place,
            card: None,
            trouble: None,
            tab: Tab::Marks,
            term: None,
            line: 0,
            past: Past::default(),
            going: None,
            again: None,
            gone: None,
            asked: None,
            explained: None,
        }
    }

    fn why_not(&self, ctx: &Ctx, action: Do) -> Option<String> {
        let locale = &ctx.locale;
        let gone = self.gone.is_some();
        match action {
            Do::Edit | Do::Guardians | Do::Delete | Do::Tab if gone => Some(t!(locale, "student-card-gone-already")),
            Do::Edit => (!ctx.may(Action::EditStudents)).then(|| t!(locale, "students-may-not-edit")),
            Do::Delete => (!ctx.may(Action::DeleteStudents)).then(|| t!(locale, "students-may-not-delete")),
            Do::Undo => (!gone).then(|| t!(locale, "students-nothing-to-undo")),
            Do::Tab => {
                let none = !ctx.may(Action::ViewHistory) && !ctx.may(Action::ViewMarks);
                none.then(|| t!(locale, "student-card-no-history"))
            }
            Do::NextStudent | Do::PreviousStudent => self.place.is_none().then(|| t!(locale, "student-card-no-list")),
            Do::Sheet if !ctx.may(Action::ViewSheet) => Some(t!(locale, "student-card-sheet-not-yours")),
            Do::Sheet => (self.tab != Tab::Marks || self.count(ctx) == 0).then(|| t!(locale, "student-card-no-sheet")),
            Do::Explain | Do::ExplainGeneral | Do::ExplainYear | Do::NextTerm | Do::PreviousTerm
                if !ctx.may(Action::ViewMarks) =>
            {
                Some(t!(locale, "student-card-marks-not-yours"))
            }
            Do::Explain | Do::ExplainGeneral | Do::ExplainYear if self.tab != Tab::Marks => {
                Some(t!(locale, "student-card-explained-with-marks"))
            }
            Do::Explain | Do::ExplainGeneral => {
                (self.count(ctx) == 0).then(|| t!(locale, "student-card-nothing-to-explain"))
            }
            Do::ExplainYear => self.card.is_none().then(|| t!(locale, "student-card-nothing-to-explain")),
            Do::NextTerm | Do::PreviousTerm => {
                (self.tab != Tab::Marks).then(|| t!(locale, "student-card-terms-with-marks"))
            }
            Do::Guardians
            | Do::Down
            | Do::Up
            | Do::PageDown
            | Do::PageUp
            | Do::First
            | Do::Last
            | Do::Reread
            | Do::Back => None,
        }
    }

    /// How many lines the tab has.
    fn count(&self, ctx: &Ctx) -> usize {
        match (&self.tab, &self.card, &self.term) {
            (Tab::Marks, Some(card), Some((year, term))) => marks::lines(ctx, card, year, *term).len(),
            (Tab::History, ..) => self.told(ctx).len(),
            (Tab::Words, Some(card), _) => words::lines(ctx, &card.words).len(),
            (Tab::Marks | Tab::Words, ..) => 0,
        }
    }

    /// The tab after this one.
    fn next_tab(&self, ctx: &Ctx) -> Tab {
        let (words, history) = (ctx.may(Action::ViewMarks), ctx.may(Action::ViewHistory));
        match self.tab {
            Tab::Marks if words => Tab::Words,
            Tab::Marks | Tab::Words if history => Tab::History,
            Tab::Marks | Tab::Words | Tab::History => Tab::Marks,
        }
    }

    fn told(&self, ctx: &Ctx) -> Vec<history::Told> {
        history::told(ctx, self.past.lines.as_deref().unwrap_or_default())
    }
}

impl Screen for StudentScreen {
    fn title(&self, ctx: &Ctx) -> String {
        match &self.card {
            Some(card) => text::sanitise::line(&card.student.full_name()),
            None => t!(ctx.locale, "student-card-title"),
        }
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        if self.explained.is_some() {
            return all(explanation::KEYS);
        }
        let mut lines = lines(KEYS, |action| self.why_not(ctx, action));
        // Tab is called what it does here.
        let tab = lines.iter_mut().filter(|line| line.keys.contains(&"<tab>"));
        let hint = match self.next_tab(ctx) {
            Tab::Marks => "student-card-hint-tab-marks",
            Tab::Words => "student-card-hint-tab-words",
            Tab::History => "student-card-hint-tab",
        };
        tab.for_each(|line| line.hint = Some(hint));
        lines
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        self.on(ctx, msg)
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        self.draw(ctx, frame, area);
    }

    fn here(&self) -> Option<Route> {
        Some(Route::Student { id: self.id.clone(), place: self.place.clone() })
    }
}

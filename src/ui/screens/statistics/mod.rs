//! Statistics of the school, a class, a subject: pictures first, the numbers under them; and the best. The screen's
//! side of `carnet stats`.

mod choice;
mod keys;
mod picture;
mod spread;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use keys::{Do, KEYS, PICK_KEYS, PickDo};

use ratatui::{Frame, layout::Rect};

use super::Screen;
use crate::{
    domain::access::Action,
    protocol::{ClassStats, StatsSpread, TopRow},
    t,
    ui::{
        ctx::Ctx,
        effect::Effect,
        keymap::{KeyLine, all, lines},
        msg::ScreenMsg,
    },
};
use choice::{Choice, Picker};

/// What the body shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Panel {
    Figures,
    Best,
    /// Subjects side by side, and the trend.
    Spread,
}

/// What Enter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Focus {
    Classes,
    Distribution,
}

/// How many of the best.
const LIMITS: [u32; 5] = [3, 5, 10, 20, 50];

/// The screen.
pub struct Statistics {
    choice: Choice,
    stats: Option<Box<ClassStats>>,
    trouble: Option<String>,
    panel: Panel,
    focus: Focus,
    /// Lines under the cursor: of the classes, of the bins, of the best.
    class: usize,
    bin: usize,
    best: usize,
    top: Option<Vec<TopRow>>,
    spread: Option<Box<StatsSpread>>,
    /// The subject under the cursor.
    subject: usize,
    /// Index into [`LIMITS`].
    limit: usize,
    with_ties: bool,
    picker: Option<Picker>,
}

impl Statistics {
    #[must_use]
    pub fn new(ctx: &Ctx) -> Self {
        Self {
            choice: Choice::first(ctx),
            stats: None,
            trouble: None,
            panel: Panel::Figures,
            focus: Focus::Classes,
            class: 0,
            bin: 10,
            best: 0,
            top: None,
            spread: None,
            subject: 0,
            limit: 2,
            with_ties: false,
            picker: None,
        }
    }

    fn limit(&self) -> u32 {
        LIMITS.get(self.limit).copied().unwrap_or(10)
    }

    /// The classes have lines only where the whole school is shown.
    fn focus(&self) -> Focus {
        let classes = self.stats.as_ref().is_some_and(|stats| !stats.classes.is_empty());
        if classes { self.focus } else { Focus::Distribution }
    }

    /// The list of students knows one average: the general one of the current term.
    fn listed(&self, ctx: &Ctx) -> bool {
        let term = self.stats.as_ref().and_then(|stats| stats.term);
        let now = self.choice.year.is_none() && self.choice.subject.is_none();
        now && term.is_some() && term == ctx.setup().map(|setup| setup.school.current_term)
    }

    /// Why a key does nothing now.
    fn why_not(&self, ctx: &Ctx, action: Do) -> Option<String> {
        let empty = || t!(ctx.locale, "stats-nothing");
        let best = self.panel == Panel::Best;
        match action {
            Do::Open if self.panel == Panel::Spread => (self.subjects() == 0).then(empty),
            Do::Open if best => self.row().is_none().then(empty),
            Do::Open if self.stats.as_ref().is_none_or(|stats| stats.count == 0) => Some(empty()),
            Do::Open if self.choice.year.is_some() || (self.focus() == Focus::Distribution && !self.listed(ctx)) => {
                Some(t!(ctx.locale, "stats-not-listed"))
            }
            Do::More | Do::Fewer | Do::Ties if !best => Some(t!(ctx.locale, "stats-only-best")),
            Do::Subject if best => Some(t!(ctx.locale, "stats-best-general")),
            Do::Year => ctx.past_years(Action::ViewStatistics).is_empty().then(|| t!(ctx.locale, "picker-year-none")),
            Do::Open
            | Do::Class
            | Do::Subject
            | Do::Term
            | Do::Panel
            | Do::More
            | Do::Fewer
            | Do::Ties
            | Do::Down
            | Do::Up
            | Do::Right
            | Do::Left
            | Do::First
            | Do::Last
            | Do::Refresh => None,
        }
    }

    fn row(&self) -> Option<&TopRow> {
        self.top.as_ref().and_then(|rows| rows.get(self.best))
    }
}

impl Screen for Statistics {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "stats-title")
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        match self.picker {
            Some(_) => all(PICK_KEYS),
            None => lines(KEYS, |action| self.why_not(ctx, action)),
        }
    }

    fn typing(&self) -> bool {
        self.picker.is_some()
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        self.on(ctx, msg)
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        self.draw(ctx, frame, area);
    }
}

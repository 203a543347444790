//! The school's rules: their versions, a form with a live example, what would change before it is saved, and the way
//! back while averages are being made anew.

mod form;
mod keys;
mod lists;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use keys::{Do, FORM_KEYS, FormDo, KEYS, WORK_KEYS, WorkDo};

use ratatui::{Frame, layout::Rect};

use super::Screen;
use crate::{
    domain::{access::Action, rules::RuleSet},
    protocol::{RulesPreview, RulesRow},
    t,
    ui::{
        ctx::Ctx,
        effect::Effect,
        keymap::{KeyLine, all, lines},
        msg::ScreenMsg,
        widgets::form::{FieldKind, Form},
    },
};

/// What is about to come into force.
#[derive(Clone, Debug)]
enum Choice {
    /// A new version.
    New(Box<RuleSet>),
    /// One that is there.
    Known(String),
}

/// What the screen does now.
enum Stage {
    List,
    Form(Box<Form>),
    /// Averages are being made anew: so many, of so many.
    Work(Option<(u64, u64)>),
}

/// The screen.
pub struct Rules {
    rows: Option<Vec<RulesRow>>,
    trouble: Option<String>,
    selected: usize,
    /// First line of the chosen version that is seen.
    first: usize,
    stage: Stage,
    /// What waits for a yes, with what it would change.
    choice: Option<Choice>,
    preview: Option<RulesPreview>,
    /// The rules that were in force when the change was begun.
    over: String,
}

impl Rules {
    #[must_use]
    pub fn new() -> Self {
        Self {
            rows: None,
            trouble: None,
            selected: 0,
            first: 0,
            stage: Stage::List,
            choice: None,
            preview: None,
            over: String::new(),
        }
    }

    fn row(&self) -> Option<&RulesRow> {
        self.rows.as_ref().and_then(|rows| rows.get(self.selected))
    }

    /// The rules in force, as this screen has read them.
    fn current(&self) -> Option<&RuleSet> {
        self.rows.as_ref()?.iter().find(|row| row.current).map(|row| &row.rules)
    }

    fn why_not(&self, ctx: &Ctx, action: Do) -> Option<String> {
        match action {
            Do::Edit | Do::Use | Do::Preset if !ctx.may(Action::EditSetup) => Some(t!(ctx.locale, "failure-denied")),
            Do::Edit | Do::Use | Do::Preset if self.current().is_none() => Some(t!(ctx.locale, "rules-reading")),
            Do::Use => self.row().is_some_and(|row| row.current).then(|| t!(ctx.locale, "rules-in-force-already")),
            Do::Edit | Do::Preset | Do::Down | Do::Up | Do::ShowDown | Do::ShowUp | Do::Refresh => None,
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::new()
    }
}

impl Screen for Rules {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "rules-title")
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        match self.stage {
            Stage::List => lines(KEYS, |action| self.why_not(ctx, action)),
            Stage::Form(_) => all(FORM_KEYS),
            Stage::Work(_) => all(WORK_KEYS),
        }
    }

    fn typing(&self) -> bool {
        matches!(self.stage, Stage::Form(_))
    }

    fn unsaved(&self) -> bool {
        matches!(&self.stage, Stage::Form(form) if form.is_changed())
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        self.on(ctx, msg)
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        self.draw(ctx, frame, area);
    }
}

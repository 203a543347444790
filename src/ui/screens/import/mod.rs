//! Students from a file: which file, what its columns are, what would be done row by row, and then that very plan.
//! The screen's side of `carnet import students`.

mod columns;
mod keys;
mod path;
mod plan;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use keys::{
    COLUMNS_KEYS, ColumnsDo, DONE_KEYS, DoneDo, NAME_KEYS, PATH_KEYS, PICK_KEYS, PLAN_KEYS, PathDo, PickDo, PlanDo,
};

use ratatui::{Frame, layout::Rect};

use super::Screen;
use crate::{
    t,
    ui::{
        ctx::Ctx,
        effect::Effect,
        keymap::{KeyLine, all, lines},
        msg::ScreenMsg,
    },
};
use columns::Columns;
use path::Finding;
use plan::{Done, Planned, Work};

/// How far one is.
enum Step {
    Path(Box<Finding>),
    Columns,
    Plan(Planned),
    Done(Done),
}

/// The screen.
pub struct Import {
    step: Step,
    /// The file that was read.
    path: String,
    /// Kept while the plan is looked at: one may come back and change them.
    columns: Option<Columns>,
}

impl Default for Import {
    fn default() -> Self {
        Self { step: Step::Path(Box::new(Finding::new(""))), path: String::new(), columns: None }
    }
}

impl Import {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn columns_why_not(&self, ctx: &Ctx, action: ColumnsDo) -> Option<String> {
        let columns = self.columns.as_ref()?;
        match action {
            ColumnsDo::Plan if columns.planning => Some(t!(ctx.locale, "import-planning")),
            ColumnsDo::Plan if !columns.mapped() => Some(t!(ctx.locale, "import-nothing-mapped")),
            ColumnsDo::Use
            | ColumnsDo::Drop
            | ColumnsDo::Fill
            | ColumnsDo::Source
            | ColumnsDo::Plan
            | ColumnsDo::Back
            | ColumnsDo::Down
            | ColumnsDo::Up
            | ColumnsDo::First
            | ColumnsDo::Last => None,
        }
    }
}

fn plan_why_not(ctx: &Ctx, planned: &Planned, action: PlanDo) -> Option<String> {
    match action {
        PlanDo::Commit | PlanDo::Back if planned.work != Work::Idle => Some(t!(ctx.locale, "list-busy")),
        PlanDo::Commit if planned.good() == 0 => Some(t!(ctx.locale, "import-nothing-to-do")),
        PlanDo::Commit
        | PlanDo::NextFate
        | PlanDo::PreviousFate
        | PlanDo::Back
        | PlanDo::Down
        | PlanDo::Up
        | PlanDo::PageDown
        | PlanDo::PageUp
        | PlanDo::First
        | PlanDo::Last => None,
    }
}

fn done_why_not(ctx: &Ctx, done: &Done, action: DoneDo) -> Option<String> {
    match action {
        DoneDo::Undo if done.undoing => Some(t!(ctx.locale, "list-busy")),
        DoneDo::Undo if done.undone || done.report.committed == 0 => Some(t!(ctx.locale, "list-nothing-to-undo")),
        DoneDo::Undo | DoneDo::Students | DoneDo::Again => None,
    }
}

impl Screen for Import {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "import-title")
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        match (&self.step, &self.columns) {
            (Step::Path(_), _) => all(PATH_KEYS),
            (Step::Columns, Some(columns)) if columns.naming.is_some() => all(NAME_KEYS),
            (Step::Columns, Some(columns)) if columns.picking.is_some() => all(PICK_KEYS),
            (Step::Columns, _) => lines(COLUMNS_KEYS, |action| self.columns_why_not(ctx, action)),
            (Step::Plan(planned), _) => lines(PLAN_KEYS, |action| plan_why_not(ctx, planned, action)),
            (Step::Done(done), _) => lines(DONE_KEYS, |action| done_why_not(ctx, done, action)),
        }
    }

    fn typing(&self) -> bool {
        match self.step {
            Step::Path(_) => true,
            Step::Columns => {
                self.columns.as_ref().is_some_and(|columns| columns.picking.is_some() || columns.naming.is_some())
            }
            Step::Plan(_) | Step::Done(_) => false,
        }
    }

    fn unsaved(&self) -> bool {
        match self.step {
            Step::Path(_) | Step::Done(_) => false,
            Step::Columns | Step::Plan(_) => true,
        }
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        self.on(ctx, msg)
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        self.draw(ctx, frame, area);
    }
}

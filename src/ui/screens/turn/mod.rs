//! The turn of the year: class by class what becomes of everybody, the council's word, and the opening of the next year.

mod forms;
mod keys;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use keys::{Do, KEYS, PUPIL_KEYS, PupilDo};

use ratatui::{Frame, layout::Rect};

use super::{Screen, setup_list::FORM_KEYS};
use crate::{
    domain::{
        access::Action,
        id::{ActId, ClassId, StudentId},
    },
    protocol::{OpenYear, YearPlan},
    t,
    ui::{
        ctx::Ctx,
        effect::Effect,
        keymap::{KeyLine, all, lines},
        msg::ScreenMsg,
        widgets::form::Form,
    },
};

/// What a form is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum About {
    Student(StudentId, String),
    Class(ClassId, String),
    Opening,
}

/// The screen: of all classes, or of the students of one.
pub struct Turn {
    class: Option<ClassId>,
    plan: Option<YearPlan>,
    trouble: Option<String>,
    selected: usize,
    form: Option<(About, Form)>,
    /// What will be opened, once it is sure.
    opening: Option<OpenYear>,
    /// Places are being written: so many, of so many.
    work: Option<(u64, u64)>,
    busy: bool,
    last: Option<ActId>,
}

impl Turn {
    #[must_use]
    pub fn new(class: Option<ClassId>) -> Self {
        Self {
            class,
            plan: None,
            trouble: None,
            selected: 0,
            form: None,
            opening: None,
            work: None,
            busy: false,
            last: None,
        }
    }

    /// Lines of the list.
    fn len(&self) -> usize {
        let plan = self.plan.as_ref();
        plan.map_or(0, |plan| if self.class.is_some() { plan.rows.len() } else { plan.classes.len() })
    }

    fn denied(&self, ctx: &Ctx) -> Option<String> {
        if !ctx.may(Action::EditSetup) {
            return Some(t!(ctx.locale, "failure-denied"));
        }
        (self.busy || self.work.is_some()).then(|| t!(ctx.locale, "health-busy"))
    }

    fn why_not(&self, ctx: &Ctx, action: Do) -> Option<String> {
        let empty = || (self.len() == 0).then(|| t!(ctx.locale, "turn-no-class"));
        match action {
            Do::Map => self.denied(ctx).or_else(empty),
            Do::Open => self.denied(ctx).or_else(|| self.not_ready(ctx)),
            Do::Undo => self.denied(ctx).or_else(|| self.last.is_none().then(|| t!(ctx.locale, "why-nothing"))),
            Do::Students => empty(),
            Do::Down | Do::Up | Do::PageDown | Do::PageUp | Do::Refresh => None,
        }
    }

    fn not_ready(&self, ctx: &Ctx) -> Option<String> {
        let Some(plan) = &self.plan else { return Some(t!(ctx.locale, "turn-reading")) };
        if plan.ready() {
            return None;
        }
        let why = crate::protocol::Why::YearNotReady {
            undecided: plan.counts.undecided,
            classes: u64::try_from(plan.open_classes().count()).unwrap_or(u64::MAX),
        };
        Some(crate::text::why(&ctx.locale, &why))
    }

    fn why_not_here(&self, ctx: &Ctx, action: PupilDo) -> Option<String> {
        let empty = || (self.len() == 0).then(|| t!(ctx.locale, "turn-nobody"));
        match action {
            PupilDo::Decide => self.denied(ctx).or_else(empty),
            PupilDo::Undo => self.denied(ctx).or_else(|| self.last.is_none().then(|| t!(ctx.locale, "why-nothing"))),
            PupilDo::NextUndecided => empty(),
            PupilDo::Down | PupilDo::Up | PupilDo::PageDown | PupilDo::PageUp | PupilDo::Refresh => None,
        }
    }
}

impl Screen for Turn {
    fn title(&self, ctx: &Ctx) -> String {
        let class = self.class.as_ref().and_then(|class| ctx.setup()?.class(class));
        match class {
            Some(class) => {
                format!("{} · {}", t!(ctx.locale, "turn-title"), crate::text::sanitise::line(class.name.as_str()))
            }
            None => t!(ctx.locale, "turn-title"),
        }
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        match (&self.form, &self.class) {
            (Some(_), _) => all(FORM_KEYS),
            (None, None) => lines(KEYS, |action| self.why_not(ctx, action)),
            (None, Some(_)) => lines(PUPIL_KEYS, |action| self.why_not_here(ctx, action)),
        }
    }

    fn typing(&self) -> bool {
        self.form.is_some()
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        self.on(ctx, msg)
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        self.draw(ctx, frame, area);
    }
}

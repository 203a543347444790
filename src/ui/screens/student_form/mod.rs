//! Adding and changing a student. What is wrong stands under its field; nothing typed is lost by a refusal, by
//! somebody else's change, by a store that is away, or by the end of the session.

mod clash;
mod fields;
mod keys;
mod marks;
mod save;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use keys::{Do, KEYS, MARKS, MarksDo};

use ratatui::{Frame, layout::Rect};

use super::Screen;
use crate::{
    domain::{
        access::Action,
        id::{ActId, StudentId},
    },
    protocol::{FirstMark, StudentForm as Record},
    t, text,
    ui::{
        ctx::Ctx,
        effect::Effect,
        keymap::{KeyLine, all, lines},
        msg::ScreenMsg,
        widgets::Form,
    },
};
use fields::{Cells, Classes};
use marks::Marks;

/// Whose form it is.
enum Target {
    New,
    Change {
        id: StudentId,
        /// The version it was read at, and the name for the title; `None` until it is read.
        read: Option<(u64, String)>,
    },
}

/// Which part has the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    /// The student is being read; with the trouble that came.
    Reading {
        trouble: Option<String>,
    },
    Fields,
    Marks,
}

/// What was handed in last: the same again is the same act, so that a retry does nothing twice. A new student is one
/// act however often it is mended and sent: the first answer may have been lost.
struct Sent {
    act: ActId,
    record: Record,
    marks: Vec<FirstMark>,
    /// Not answered yet.
    waiting: bool,
}

/// The form.
pub struct StudentForm {
    target: Target,
    stage: Stage,
    classes: Classes,
    form: Form,
    /// What stood in the fields when nothing was changed yet.
    clean: Cells,
    marks: Marks,
    sent: Option<Sent>,
    /// When this one is saved, the form empties for the next student of the class.
    then_next: bool,
    /// Somebody else's values of the fields that both changed, until the user has chosen.
    theirs: Cells,
}

impl StudentForm {
    /// For a new student, or to change one.
    #[must_use]
    pub fn new(ctx: &Ctx, change: Option<StudentId>) -> Self {
        let new = change.is_none();
        let classes = Classes::new(ctx, None);
        let clean = fields::empty();
        let form = fields::form(&ctx.locale, &classes, &clean, new);
        let (target, stage) = match change {
            None => (Target::New, Stage::Fields),
            Some(id) => (Target::Change { id, read: None }, Stage::Reading { trouble: None }),
        };
        Self {
            target,
            stage,
            classes,
            form,
            clean,
            marks: Marks::default(),
            sent: None,
            then_next: false,
            theirs: Vec::new(),
        }
    }

    fn is_new(&self) -> bool {
        matches!(self.target, Target::New)
    }

    fn saving(&self) -> bool {
        self.sent.as_ref().is_some_and(|sent| sent.waiting)
    }

    fn why_not(&self, ctx: &Ctx, action: Do) -> Option<String> {
        match action {
            Do::Marks if !self.is_new() => Some(t!(ctx.locale, "student-form-marks-on-sheets")),
            Do::Marks if !ctx.may(Action::EditSheet) => Some(t!(ctx.locale, "student-form-marks-not-yours")),
            Do::SaveNext if !self.is_new() => Some(t!(ctx.locale, "student-form-next-only-new")),
            Do::Save | Do::SaveNext if self.saving() => Some(t!(ctx.locale, "student-form-saving")),
            Do::Save | Do::SaveNext | Do::Marks | Do::Next | Do::Previous | Do::Change => None,
        }
    }
}

impl Screen for StudentForm {
    fn title(&self, ctx: &Ctx) -> String {
        match &self.target {
            Target::New => t!(ctx.locale, "student-form-title-new"),
            Target::Change { read: Some((_, name)), .. } => text::sanitise::line(name),
            Target::Change { read: None, .. } => t!(ctx.locale, "student-form-title"),
        }
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        match self.stage {
            Stage::Reading { .. } => Vec::new(),
            Stage::Fields => lines(KEYS, |action| self.why_not(ctx, action)),
            Stage::Marks => all(MARKS),
        }
    }

    fn typing(&self) -> bool {
        !matches!(self.stage, Stage::Reading { .. })
    }

    fn unsaved(&self) -> bool {
        !matches!(self.stage, Stage::Reading { .. })
            && (fields::cells(&self.form) != self.clean || self.marks.count() > 0)
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        self.on(ctx, msg)
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        self.draw(ctx, frame, area);
    }
}

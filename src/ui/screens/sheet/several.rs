//! Marks that were entered together while the store is away: they are kept one by one, and go and come back as one as
//! long as nothing else is entered. (With the store there, they are one act.)

use super::{Sheet, outbox::Way};
use crate::{
    domain::{id::ActId, score::MarkValue},
    t,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
    },
};

/// The last marks that were entered together.
#[derive(Debug, Default)]
pub struct Several {
    /// Their changes, without those that were refused.
    acts: Vec<ActId>,
    /// How many of them are stored; how many took the place of another mark.
    stored: usize,
    replaced: usize,
    /// They are being entered.
    entering: bool,
    /// They were taken back: redo brings so many back.
    undone: usize,
}

impl Several {
    /// What is entered from now on belongs together.
    pub fn begin(&mut self) {
        *self = Self { entering: true, ..Self::default() };
    }

    pub fn end(&mut self) {
        self.entering = false;
    }

    /// Something else is entered.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// A mark is entered: it belongs to them, or they are no longer what was done last.
    pub fn entered(&mut self, act: &ActId) {
        if self.entering {
            self.acts.push(act.clone());
        } else {
            *self = Self::default();
        }
    }

    #[must_use]
    pub fn has(&self, act: &ActId) -> bool {
        self.acts.len() > 1 && self.acts.contains(act)
    }

    pub fn refused(&mut self, act: &ActId) {
        self.acts.retain(|known| known != act);
    }

    /// How many steps an undo or redo takes now: those of all of them at once.
    pub fn steps(&mut self, way: Way) -> usize {
        let count = match way {
            Way::Undo => self.acts.len(),
            Way::Redo => self.undone,
        };
        let undone = match way {
            Way::Undo => count,
            Way::Redo => 0,
        };
        *self = Self { undone, ..Self::default() };
        count.max(1)
    }
}

impl Sheet {
    /// One of several marks is stored; the last one tells of all.
    pub(super) fn one_of_several(
        &mut self,
        ctx: &Ctx,
        before: Option<MarkValue>,
        value: Option<MarkValue>,
    ) -> Vec<Effect> {
        let several = &mut self.several;
        several.stored = several.stored.saturating_add(1);
        several.replaced = several.replaced.saturating_add(usize::from(before.is_some() && before != value));
        if several.stored < several.acts.len() {
            return Vec::new();
        }
        let (count, replaced) = (several.stored, several.replaced);
        vec![Effect::Say(Status::good(t!(ctx.locale, "sheet-several-saved", count = count, replaced = replaced)))]
    }
}

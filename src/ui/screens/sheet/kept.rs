//! The store is away: the sheet cannot be read again, and marks are kept on this machine; told, undone, given up.

use super::{Errand, Sheet, cells::CellId, words};
use crate::{
    protocol::{Failure, KeptMark, KeptState, KeptUndone, Part, Request},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
    },
};

impl Sheet {
    /// A mark of ours is safe on this machine.
    pub(super) fn kept_here(&mut self, ctx: &Ctx, kept: &KeptMark) -> Vec<Effect> {
        let cell = cell_of(kept);
        let more = self.outbox.has(&cell);
        if let Some(grid) = &mut self.grid {
            grid.kept(&cell, kept.mark.value, more);
        }
        if std::mem::replace(&mut self.told.keeping, true) {
            return vec![Effect::Say(Status::info(words::kept(self, ctx, &cell, kept.mark.value)))];
        }
        self.told.sent = 0;
        vec![Effect::Bell, Effect::Say(Status::info(t!(ctx.locale, "sheet-kept-first")))]
    }

    /// The mark that was kept last is taken out again.
    pub(super) fn kept_undone(&mut self, ctx: &Ctx, undone: &KeptUndone) -> Vec<Effect> {
        let cell = cell_of(&undone.taken);
        let more = self.outbox.has(&cell);
        let Some(grid) = &mut self.grid else { return Vec::new() };
        match &undone.left {
            Some(left) => grid.kept(&cell, left.mark.value, more),
            None => grid.kept_no_more(&cell, more),
        }
        if let Some((row, column)) = grid.place(&cell) {
            (self.cursor.row, self.cursor.column) = (row, column);
        }
        vec![Effect::Say(Status::good(words::kept_undone(self, ctx, &cell, undone.taken.mark.value)))]
    }

    /// What is kept came or went.
    pub(super) fn kept_changed(&mut self) -> Vec<Effect> {
        // Our own keeping is news to others only: our answer says it.
        let ours = self.outbox.on_their_way() > 0;
        let stands = self.grid.as_ref().is_some_and(|grid| grid.keeps() || !grid.sheet().kept.is_empty());
        if ours || stands { self.read_again() } else { Vec::new() }
    }

    /// The sheet could not be read.
    pub(super) fn not_read(&mut self, ctx: &Ctx, failure: Failure) -> Vec<Effect> {
        // Marks are typed, kept and sent all the same: what stands here is old, and nothing of it is lost.
        let away = matches!(failure, Failure::Offline { what: Part::Store, .. }) && self.grid.is_some();
        let said = if away {
            Status::info(t!(ctx.locale, "sheet-out-of-date"))
        } else {
            Status::bad(text::failure(&ctx.locale, &failure))
        };
        self.trouble = Some(failure);
        vec![Effect::Say(said)]
    }

    /// A reading that failed because the store was away is asked again.
    pub(super) fn read_what_failed(&mut self) -> Vec<Effect> {
        let away = matches!(self.trouble, Some(Failure::Offline { .. }));
        if away && self.reading.asked.is_none() { self.read_again() } else { Vec::new() }
    }

    /// The user gives up what was kept for a cell and not taken.
    pub(super) fn drop_kept(&mut self, cell: &CellId) -> Option<Effect> {
        let act = self.grid.as_ref()?.stuck(cell)?;
        let id = self.outbox.fresh();
        self.errands.insert(id, Errand::DropKept);
        Some(Effect::Write { id, request: Request::DropKept(act) })
    }

    /// After a reading: what became of kept marks is said.
    pub(super) fn told_of_kept(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(grid) = &mut self.grid else { return Vec::new() };
        let sent = grid.take_sent();
        let mut effects = Vec::new();
        if sent > 0 {
            (self.told.keeping, self.bad_news, self.away) = (false, false, false);
            // They may come one at a time: what is said in the end is of all of them.
            self.told.sent = self.told.sent.saturating_add(sent);
            effects.push(Effect::Say(Status::good(t!(ctx.locale, "sheet-kept-sent", count = self.told.sent))));
        }
        let Some(grid) = &self.grid else { return effects };
        let fresh = |kept: &&KeptMark| kept.state != KeptState::Waiting && !self.told.stuck.contains(&kept.mark.act);
        let stuck: Vec<KeptMark> = grid.sheet().kept.iter().filter(fresh).cloned().collect();
        self.told.stuck.extend(stuck.iter().map(|kept| kept.mark.act.clone()));
        let placed = |kept: &KeptMark| self.grid.as_ref().is_some_and(|grid| grid.place(&cell_of(kept)).is_some());
        let (seen, gone): (Vec<KeptMark>, Vec<KeptMark>) = stuck.into_iter().partition(placed);
        if !seen.is_empty() {
            effects.push(Effect::Bell);
            effects.push(Effect::Say(Status::bad(t!(ctx.locale, "sheet-kept-stuck", count = seen.len()))));
        }
        if !gone.is_empty() {
            effects.push(Effect::Bell);
            let text = words::kept_lost(&ctx.locale, &gone);
            effects.push(Effect::Message { title: t!(ctx.locale, "sheet-cell-gone-title"), text });
        }
        effects
    }
}

fn cell_of(kept: &KeptMark) -> CellId {
    CellId { student: kept.mark.student.clone(), evaluation: kept.mark.evaluation.clone() }
}

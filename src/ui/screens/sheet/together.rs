//! Several marks in one act: entered, stored, refused, taken back as one. While the store is away they go one by one,
//! so that each can be kept on this machine.

use super::{
    Mode, Sheet,
    cells::{CellId, CellState},
    outbox::{Change, Way},
    words,
};
use crate::{
    domain::score::MarkValue,
    protocol::{CellRefused, CellView, Failure, MarksSet},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
    },
};

impl Sheet {
    /// Puts values into several cells and sends them as one act.
    pub(super) fn enter_many(&mut self, ctx: &Ctx, mut cells: Vec<(CellId, Option<MarkValue>)>) -> Vec<Effect> {
        let Some(grid) = &mut self.grid else { return Vec::new() };
        cells.retain(|(cell, value)| grid.takes(cell, *value));
        let Some((first, value)) = cells.first().cloned() else { return Vec::new() };
        self.last = value.or(self.last);
        let state = if self.outbox.is_stalled() { CellState::Offline } else { CellState::Saving };
        grid.put_all(&cells, &state);
        self.deleted = None;
        self.several.forget();
        let act = ctx.new_act();
        self.outbox.push(if cells.len() == 1 {
            Change::Set { act, cell: first, value }
        } else {
            Change::Many { act, cells }
        });
        self.pump()
    }

    /// Several marks are stored, or a step took several back.
    pub(super) fn many_stored(&mut self, ctx: &Ctx, change: &Change, set: &MarksSet) -> Vec<Effect> {
        self.reading.stored = self.reading.stored.saturating_add(1);
        self.told.keeping = false;
        if std::mem::take(&mut self.away) {
            self.bad_news = false;
        }
        let Some(grid) = &mut self.grid else { return Vec::new() };
        let mut cells = Vec::new();
        let mut replaced = 0_usize;
        for cell in &set.written {
            let id = CellId { student: cell.student.clone(), evaluation: cell.evaluation.clone() };
            let before = grid.stored(&id).value;
            replaced = replaced.saturating_add(usize::from(before.is_some() && before != cell.value));
            self.reading.again |= grid.place(&id).is_none();
            let more = self.outbox.has(&id);
            cells.push((id, CellView { value: cell.value, version: cell.version }, more));
        }
        let first = cells.first().and_then(|(id, ..)| grid.place(id));
        grid.learned_all(cells);
        grid.steps_are(set.undo, set.redo);
        self.left_out(change, &set.refused);
        if let (Change::Step { .. }, Mode::Browse, Some((row, column))) = (change, &self.mode, first) {
            (self.cursor.row, self.cursor.column) = (row, column);
        }
        self.tell_many(ctx, change, set, replaced)
    }

    fn tell_many(&self, ctx: &Ctx, change: &Change, set: &MarksSet, replaced: usize) -> Vec<Effect> {
        let locale = &ctx.locale;
        let (count, left) = (set.written.len(), set.refused.len());
        let done = match change {
            Change::Set { .. } | Change::Many { .. } => {
                t!(locale, "sheet-several-saved", count = count, replaced = replaced)
            }
            Change::Step { way: Way::Undo, .. } => t!(locale, "sheet-together-undone", count = count),
            Change::Step { way: Way::Redo, .. } => t!(locale, "sheet-together-redone", count = count),
        };
        let Some(refused) = set.refused.first() else { return vec![Effect::Say(Status::good(done))] };
        let cell = CellId { student: refused.student.clone(), evaluation: refused.evaluation.clone() };
        let why = words::not_stored(self, ctx, &cell, &refused.why);
        let said = t!(locale, "sheet-together-left-out", done = done, count = left, why = why);
        vec![Effect::Bell, Effect::Say(Status::bad(said))]
    }

    /// Cells that were left as they are: the choice is offered there, or what was wanted stays with its sign.
    fn left_out(&mut self, change: &Change, refused: &[CellRefused]) {
        for cell in refused {
            let id = CellId { student: cell.student.clone(), evaluation: cell.evaluation.clone() };
            let mine = change.value_for(&id);
            let Some(grid) = &mut self.grid else { return };
            match (&cell.why, mine) {
                (Failure::Cell(conflict), Some(mine)) => {
                    let mine = self.outbox.withdraw(&id, mine);
                    grid.learned(&id, CellView { value: conflict.theirs, version: conflict.version }, true);
                    grid.put(&id, mine, CellState::Conflict((**conflict).clone()));
                }
                (Failure::Cell(conflict), None) => {
                    let more = self.outbox.has(&id);
                    grid.learned(&id, CellView { value: conflict.theirs, version: conflict.version }, more);
                }
                (why, Some(_)) if !self.outbox.has(&id) => {
                    grid.set_state(&id, CellState::Refused(why.clone()));
                    self.reading.again = true;
                }
                (_, _) => self.reading.again = true,
            }
        }
    }

    /// Several marks could not be stored at once.
    pub(super) fn many_refused(
        &mut self,
        ctx: &Ctx,
        cells: &[(CellId, Option<MarkValue>)],
        failure: &Failure,
    ) -> Vec<Effect> {
        let stepless = self.outbox.withdraw_steps();
        let newest: Vec<(CellId, Option<MarkValue>)> =
            cells.iter().filter(|(cell, _)| !self.outbox.has(cell)).cloned().collect();
        let mut effects = Vec::new();
        if matches!(failure, Failure::Offline { .. }) {
            self.several.begin();
            for (cell, value) in newest {
                let act = ctx.new_act();
                self.several.entered(&act);
                self.outbox.push(Change::Set { act, cell, value });
            }
            self.several.end();
        } else {
            self.away = false;
            self.reading.again = true;
            if let Some(grid) = &mut self.grid {
                for (cell, _) in &newest {
                    grid.set_state(cell, CellState::Refused(failure.clone()));
                }
            }
            let why = text::failure(&ctx.locale, failure);
            let said = t!(ctx.locale, "sheet-together-refused", count = cells.len(), why = why);
            effects = vec![Effect::Bell, Effect::Say(Status::bad(said))];
        }
        if stepless {
            effects.push(Effect::Say(Status::info(t!(ctx.locale, "sheet-undo-given-up"))));
        }
        effects
    }
}

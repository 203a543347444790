//! Answers and news: the sheet as read, marks as stored, changes of others. The cursor and a cell being edited stay.

use super::{
    Mode, READ, Reading, Sheet,
    cells::{CellId, CellState, Lost},
    cursor::Cursor,
    grid::Grid,
    outbox::Change,
    words,
};
use crate::{
    protocol::{Event, Failure, Lamp, MarkSet, Reply, Request, SheetView},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
    },
};

impl Sheet {
    /// Asks for the sheet.
    pub(super) fn read(&mut self) -> Vec<Effect> {
        let moment = self.grid.as_ref().map_or(0, Grid::moment);
        self.reading = Reading { asked: Some(moment), ..Reading::default() };
        vec![Effect::Ask { slot: READ, request: Request::OpenSheet(self.key.clone()) }]
    }

    /// Asks again, once nothing is on its way: what is on its way would only be read half.
    pub(super) fn read_again(&mut self) -> Vec<Effect> {
        if self.outbox.on_their_way() > 0 || self.reading.asked.is_some() {
            self.reading.again = true;
            return Vec::new();
        }
        self.read()
    }

    pub(super) fn have_read(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        let asked = self.reading.asked.take().unwrap_or_default();
        let mut effects = match result {
            Ok(Reply::Sheet(view)) => self.take_sheet(ctx, *view, asked),
            Ok(other) => {
                tracing::warn!(?other, "not a sheet");
                Vec::new()
            }
            Err(failure) => self.not_read(ctx, failure),
        };
        if self.reading.again {
            self.reading.again = false;
            effects.extend(self.read_again());
        }
        effects
    }

    fn take_sheet(&mut self, ctx: &Ctx, view: SheetView, asked: u64) -> Vec<Effect> {
        let before = self.trouble.take();
        let Some(grid) = &mut self.grid else {
            let start = self.start.take();
            let mut grid = Grid::new(view);
            grid.order_by(ctx.memory.sheet.order);
            self.cursor.row = grid.rows().iter().position(|row| Some(&row.student) == start.as_ref()).unwrap_or(0);
            self.grid = Some(grid);
            self.recall_columns(ctx);
            self.ahead.shown(ctx);
            return self.told_of_kept(ctx);
        };
        let here = grid.id(self.cursor.row, self.cursor.column);
        let edited = match &self.mode {
            Mode::Edit(cell, _) => Some((cell.clone(), grid.stored(cell))),
            Mode::Browse
            | Mode::Clash(_)
            | Mode::Explain(_)
            | Mode::Column(_)
            | Mode::Find(_)
            | Mode::Dictate(_)
            | Mode::Preview(_)
            | Mode::Fill(_) => None,
        };
        let lost = grid.refresh(view, asked);
        if let Some((cell, seen)) = edited.filter(|(cell, seen)| grid.stored(cell).value != seen.value) {
            grid.hold(&cell, seen);
            self.reading.held = true;
        }
        // The cursor stays on its student and its column, wherever they went.
        if let Some(here) = here {
            if let Some(row) = grid.rows().iter().position(|row| row.student == here.student) {
                self.cursor.row = row;
            }
            if let Some(column) = grid.columns().iter().position(|column| column.id == here.evaluation) {
                self.cursor.column = column;
            }
        }
        if std::mem::take(&mut self.to_new_column) {
            // The new column comes last; marks are entered from its top.
            self.cursor = Cursor { row: 0, column: grid.columns().len().saturating_sub(1) };
        }
        self.judge_again();
        let mut effects = words::lost(&ctx.locale, &lost);
        if before.is_some() {
            effects.push(Effect::Say(Status::good(t!(ctx.locale, "sheet-up-to-date"))));
        }
        effects.extend(self.told_of_kept(ctx));
        effects.extend(self.tell_moved(ctx));
        if let Mode::Edit(cell, editor) = &self.mode
            && self.grid.as_ref().is_some_and(|grid| grid.place(cell).is_none())
        {
            let typed = editor.text(self.french(ctx));
            self.mode = Mode::Browse;
            effects.push(Effect::Bell);
            effects.push(Effect::Message {
                title: t!(ctx.locale, "sheet-cell-gone-title"),
                text: t!(ctx.locale, "sheet-cell-gone", text = typed),
            });
        }
        if let (Mode::Dictate(papers), Some(grid)) = (&self.mode, &self.grid)
            && !grid.columns().iter().any(|column| column.id == papers.column)
        {
            self.mode = Mode::Browse;
            effects.push(Effect::Bell);
            effects.push(Effect::Say(Status::bad(t!(ctx.locale, "sheet-dictate-gone"))));
        }
        if let (Mode::Column(form), Some(grid)) = (&mut self.mode, &self.grid) {
            form.version = grid.sheet().version;
        }
        effects
    }

    /// One of our writes has been answered.
    pub(super) fn written(&mut self, ctx: &Ctx, id: u64, result: Result<Reply, Failure>) -> Vec<Effect> {
        if let Some(errand) = self.errands.remove(&id) {
            return self.errand_done(ctx, id, errand, result);
        }
        let Some(change) = self.outbox.answered(id) else { return Vec::new() };
        let mut effects = match result {
            Ok(Reply::MarkSet(set)) => self.stored(ctx, &change, &set),
            Ok(Reply::MarksSet(set)) => self.many_stored(ctx, &change, &set),
            Ok(Reply::MarkKept(kept)) => self.kept_here(ctx, &kept),
            Ok(Reply::KeptUndone(undone)) => self.kept_undone(ctx, &undone),
            // The columns were changed last: the step took that back.
            Ok(Reply::Acted(_)) => {
                self.reading.again = true;
                vec![Effect::Say(Status::good(t!(ctx.locale, "sheet-columns-undone")))]
            }
            Ok(other) => {
                tracing::warn!(?other, "not a mark");
                self.reading.again = true;
                Vec::new()
            }
            Err(failure) => self.refused(ctx, id, change, failure),
        };
        effects.extend(self.settle());
        effects.extend(self.pump());
        effects
    }

    fn stored(&mut self, ctx: &Ctx, change: &Change, set: &MarkSet) -> Vec<Effect> {
        self.reading.stored = self.reading.stored.saturating_add(1);
        self.told.keeping = false;
        if std::mem::take(&mut self.away) {
            self.bad_news = false;
        }
        let cell = CellId { student: set.student.clone(), evaluation: set.evaluation.clone() };
        let more = self.outbox.has(&cell);
        let Some(grid) = &mut self.grid else { return Vec::new() };
        let before = grid.stored(&cell).value;
        grid.written(set, more);
        match change {
            Change::Set { act, .. } if self.several.has(act) => self.one_of_several(ctx, before, set.value),
            Change::Set { .. } | Change::Many { .. } => {
                vec![Effect::Say(Status::good(words::saved(self, ctx, set, before)))]
            }
            Change::Step { way, .. } => {
                match (grid.place(&cell), &self.mode) {
                    (Some((row, column)), Mode::Browse) => (self.cursor.row, self.cursor.column) = (row, column),
                    (Some(_), _) => {}
                    // Who has left has a row only while a mark stands in it: there may be one now.
                    (None, _) => self.reading.again = true,
                }
                vec![Effect::Say(Status::good(words::stepped(self, ctx, *way, set, before)))]
            }
        }
    }

    fn refused(&mut self, ctx: &Ctx, id: u64, change: Change, failure: Failure) -> Vec<Effect> {
        let (offline, clash) = match failure {
            Failure::Offline { .. } | Failure::Throttled { .. } | Failure::SessionOver => (true, None),
            Failure::Cell(ref conflict) => (false, Some((**conflict).clone())),
            Failure::Denied
            | Failure::WrongLogin
            | Failure::PasswordMustChange
            | Failure::Invalid { .. }
            | Failure::Conflict
            | Failure::Bulletin(_)
            | Failure::NotFound
            | Failure::Internal { .. } => (false, None),
        };
        if offline && matches!(change, Change::Step { .. }) && matches!(failure, Failure::Offline { .. }) {
            // What is typed goes on; a step back is pressed again when there is something to step back on.
            let why = text::failure(&ctx.locale, &failure);
            return vec![Effect::Bell, Effect::Say(Status::bad(t!(ctx.locale, "sheet-step-offline", why = why)))];
        }
        if let Change::Many { cells, .. } = &change
            && (!offline || matches!(failure, Failure::Offline { .. }))
        {
            return self.many_refused(ctx, cells, &failure);
        }
        if offline {
            return self.undelivered(ctx, id, change, &failure);
        }
        self.away = false;
        if let Change::Set { act, .. } = &change {
            self.several.refused(act);
        }
        // What a waiting undo was to take back did not happen: it would take back something else.
        let stepless = self.outbox.withdraw_steps();
        let placed = |cell: &CellId| self.grid.as_ref().is_some_and(|grid| grid.place(cell).is_some());
        let mut effects = match (clash, change.cell()) {
            (Some(conflict), None) => self.clashed(ctx, &change, conflict),
            (Some(conflict), Some(cell)) if placed(cell) => self.clashed(ctx, &change, conflict),
            (None, None) => vec![Effect::Bell, Effect::Say(Status::bad(text::failure(&ctx.locale, &failure)))],
            (None, Some(cell)) if placed(cell) => self.not_stored(ctx, &cell.clone(), failure),
            (_, Some(cell)) => {
                let cell = cell.clone();
                let value = match &change {
                    Change::Set { value, .. } => self.outbox.withdraw(&cell, *value),
                    Change::Many { .. } | Change::Step { .. } => None,
                };
                let lost = Lost { student: String::new(), evaluation: String::new(), value };
                words::lost(&ctx.locale, &[lost])
            }
        };
        if stepless {
            effects.push(Effect::Say(Status::info(t!(ctx.locale, "sheet-undo-given-up"))));
        }
        effects
    }

    /// The store said no to a mark: it stays over its cell with its sign, unless a later one is already on its way.
    fn not_stored(&mut self, ctx: &Ctx, cell: &CellId, failure: Failure) -> Vec<Effect> {
        let said = words::not_stored(self, ctx, cell, &failure);
        self.reading.again = true;
        if let Some(grid) = &mut self.grid
            && !self.outbox.has(cell)
        {
            grid.set_state(cell, CellState::Refused(failure));
        }
        vec![Effect::Bell, Effect::Say(Status::bad(said))]
    }

    /// The store cannot be reached: everything waits, with its sign, and is sent again.
    fn undelivered(&mut self, ctx: &Ctx, id: u64, change: Change, failure: &Failure) -> Vec<Effect> {
        let first = !self.outbox.is_stalled();
        self.outbox.put_back(id, change);
        self.mark_waiting(&CellState::Offline);
        if !first {
            return Vec::new();
        }
        self.away = true;
        vec![Effect::Bell, Effect::Say(Status::bad(words::offline(ctx, failure)))]
    }

    /// Gives all cells whose change is under way that state.
    fn mark_waiting(&mut self, state: &CellState) {
        let Some(grid) = &mut self.grid else { return };
        let under_way = |state: &CellState| matches!(state, CellState::Saving | CellState::Offline);
        let cells: Vec<CellId> =
            grid.unsettled().filter(|(_, overlay)| under_way(&overlay.state)).map(|(id, _)| id.clone()).collect();
        for cell in cells {
            grid.set_state(&cell, state.clone());
        }
    }

    /// Tries once more to send what could not be sent.
    pub(super) fn retry(&mut self) -> Vec<Effect> {
        if !self.outbox.is_stalled() || self.outbox.on_their_way() > 0 {
            return Vec::new();
        }
        self.outbox.resume();
        self.mark_waiting(&CellState::Saving);
        self.pump()
    }

    /// The cell that was held while it was edited is read anew.
    pub(super) fn let_go(&mut self) -> Vec<Effect> {
        if !std::mem::take(&mut self.reading.held) {
            return Vec::new();
        }
        self.read_again()
    }

    /// With nothing on its way, news that were not ours are read.
    fn settle(&mut self) -> Vec<Effect> {
        if self.outbox.on_their_way() > 0 {
            return Vec::new();
        }
        let others = self.reading.heard > self.reading.stored;
        (self.reading.heard, self.reading.stored) = (0, 0);
        if (others || self.reading.again) && self.reading.asked.is_none() && !self.outbox.is_stalled() {
            return self.read();
        }
        Vec::new()
    }

    pub(super) fn news(&mut self, ctx: &Ctx, event: &Event) -> Vec<Effect> {
        match event {
            Event::Sheet(key) if *key == self.key => {
                if self.outbox.on_their_way() > 0 {
                    self.reading.heard = self.reading.heard.saturating_add(1);
                    return Vec::new();
                }
                self.read_again()
            }
            // Each mark of ours also changes its student's averages.
            Event::Students(ids) if !ids.is_empty() && ids.iter().all(|id| self.outbox.concerns(id)) => Vec::new(),
            Event::Elsewhere | Event::Setup | Event::Students(_) => self.read_again(),
            Event::Kept { user, .. } if ctx.who().and_then(|who| who.user.as_ref()) == Some(user) => {
                self.kept_changed()
            }
            Event::Lamp { store: Lamp::Good | Lamp::Slow, .. } if ctx.session.is_some() => self.retry(),
            Event::Sheet(_) | Event::Kept { .. } | Event::Lamp { .. } | Event::Progress { .. } | Event::Store(_) => {
                Vec::new()
            }
        }
    }
}

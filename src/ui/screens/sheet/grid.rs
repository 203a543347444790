//! The grid: what the store said, what the user put over it, and the figures that follow from what is on the screen.
//! Pure: it knows neither keys nor drawing nor the way to the store.

mod laid;
mod many;
pub mod order;

use std::collections::HashMap;

use super::cells::{CellId, CellState, Lost, Overlay};
use crate::{
    domain::{
        entities::{Evaluation, SheetState},
        id::StudentId,
        rules::{AverageOf, Explanation, MarkInput, Rank, explain, rank_in, subject_average},
        score::{Average, MarkValue, Score},
        stats::{ColumnSummary, Summary, column_summary, summary},
    },
    protocol::{CellView, MarkSet, SheetRow, SheetView},
};
pub use order::RowOrder;

/// Why nothing may be entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOnly {
    /// The term is closed.
    Closed,
    /// The user may only look.
    NotYours,
}

/// The grid.
#[derive(Debug)]
pub struct Grid {
    sheet: SheetView,
    overlays: HashMap<CellId, Overlay>,
    order: RowOrder,
    /// Where each student stands by name.
    names: HashMap<StudentId, usize>,
    /// By row; those who left the class have none.
    averages: Vec<Option<AverageOf>>,
    /// Of all averages.
    summary: Summary,
    /// When (by [`Grid::moment`]) a cell was last heard of by an answer.
    heard: HashMap<CellId, u64>,
    moment: u64,
    /// Marks that were kept on this machine, and that the store has now.
    sent: usize,
}

impl Grid {
    #[must_use]
    pub fn new(sheet: SheetView) -> Self {
        let mut grid = Self {
            summary: Summary::default(),
            order: RowOrder::default(),
            names: order::places(&sheet.rows),
            sheet,
            overlays: HashMap::new(),
            averages: Vec::new(),
            heard: HashMap::new(),
            moment: 0,
            sent: 0,
        };
        grid.lay_kept();
        grid.reckon();
        grid
    }

    #[must_use]
    pub fn sheet(&self) -> &SheetView {
        &self.sheet
    }

    #[must_use]
    pub fn rows(&self) -> &[SheetRow] {
        &self.sheet.rows
    }

    #[must_use]
    pub fn columns(&self) -> &[Evaluation] {
        &self.sheet.evaluations
    }

    #[must_use]
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    #[must_use]
    pub fn average(&self, row: usize) -> Option<AverageOf> {
        self.averages.get(row).copied().flatten()
    }

    #[must_use]
    pub fn rank(&self, row: usize) -> Option<Rank> {
        let average = self.average(row)?;
        rank_in(self.sheet.rules.ranking, &self.summary.sorted, average.printed)
    }

    #[must_use]
    pub fn read_only(&self) -> Option<ReadOnly> {
        match self.sheet.state {
            SheetState::Closed => Some(ReadOnly::Closed),
            SheetState::Open if !self.sheet.editable => Some(ReadOnly::NotYours),
            SheetState::Open => None,
        }
    }

    /// The cell at a place.
    #[must_use]
    pub fn id(&self, row: usize, column: usize) -> Option<CellId> {
        let student = self.sheet.rows.get(row)?.student.clone();
        let evaluation = self.sheet.evaluations.get(column)?.id.clone();
        Some(CellId { student, evaluation })
    }

    /// Where a cell stands now.
    #[must_use]
    pub fn place(&self, id: &CellId) -> Option<(usize, usize)> {
        let row = self.sheet.rows.iter().position(|row| row.student == id.student)?;
        let column = self.sheet.evaluations.iter().position(|column| column.id == id.evaluation)?;
        Some((row, column))
    }

    fn stored_at(&self, row: usize, column: usize) -> CellView {
        self.sheet.rows.get(row).and_then(|row| row.cells.get(column)).copied().unwrap_or_default()
    }

    /// What the store is known to hold.
    #[must_use]
    pub fn stored(&self, id: &CellId) -> CellView {
        self.place(id).map(|(row, column)| self.stored_at(row, column)).unwrap_or_default()
    }

    #[must_use]
    pub fn overlay(&self, row: usize, column: usize) -> Option<&Overlay> {
        if self.overlays.is_empty() {
            return None;
        }
        self.overlays.get(&self.id(row, column)?)
    }

    /// What stands in a cell on the screen.
    #[must_use]
    pub fn shown(&self, row: usize, column: usize) -> Option<MarkValue> {
        self.overlay(row, column).map_or(self.stored_at(row, column).value, |overlay| overlay.value)
    }

    /// What of the store the user last saw in a cell: the version that a change of it is sent with.
    #[must_use]
    pub fn seen(&self, id: &CellId) -> CellView {
        let over = self.overlays.get(id).filter(|overlay| !overlay.state.is_settled());
        over.map_or_else(|| self.stored(id), |overlay| overlay.seen)
    }

    /// Puts a value over a cell and reckons its row.
    pub fn put(&mut self, id: &CellId, value: Option<MarkValue>, state: CellState) {
        let seen = self.seen(id);
        self.overlays.insert(id.clone(), Overlay { value, state, seen });
        self.reckon_cell(id);
    }

    /// Changes how a cell's change is doing.
    pub fn set_state(&mut self, id: &CellId, state: CellState) {
        if let Some(overlay) = self.overlays.get_mut(id) {
            overlay.state = state;
        }
    }

    /// Takes away what stands over a cell: the stored value shows again.
    pub fn uncover(&mut self, id: &CellId) {
        self.overlays.remove(id);
        self.reckon_cell(id);
    }

    /// The store has said what a cell holds. `more`: further changes of the cell are on their way, and stay over it.
    pub fn learned(&mut self, id: &CellId, cell: CellView, more: bool) {
        self.moment = self.moment.saturating_add(1);
        self.heard.insert(id.clone(), self.moment);
        if let Some((row, column)) = self.place(id)
            && let Some(stored) = self.sheet.rows.get_mut(row).and_then(|row| row.cells.get_mut(column))
        {
            *stored = cell;
        }
        if !more {
            self.overlays.insert(id.clone(), Overlay { value: cell.value, state: CellState::Saved, seen: cell });
        } else if let Some(overlay) = self.overlays.get_mut(id) {
            overlay.seen = cell;
        }
        self.reckon_cell(id);
    }

    /// Keeps a cell as it was seen when somebody began to type over it: what they hand in then meets a newer version
    /// in the store, and the choice is theirs.
    pub fn hold(&mut self, id: &CellId, seen: CellView) {
        if let Some((row, column)) = self.place(id)
            && let Some(cell) = self.sheet.rows.get_mut(row).and_then(|row| row.cells.get_mut(column))
        {
            *cell = seen;
        }
        self.reckon_cell(id);
    }

    /// A mark was written; see [`Grid::learned`].
    pub fn written(&mut self, set: &MarkSet, more: bool) -> CellId {
        let id = CellId { student: set.student.clone(), evaluation: set.evaluation.clone() };
        self.learned(&id, CellView { value: set.value, version: set.version }, more);
        (self.sheet.undo, self.sheet.redo) = (set.undo, set.redo);
        id
    }

    /// The signs of what is stored go.
    pub fn fade(&mut self) {
        self.overlays.retain(|_, overlay| !overlay.state.is_settled());
    }

    /// Changes that are not stored.
    pub fn unsettled(&self) -> impl Iterator<Item = (&CellId, &Overlay)> {
        self.overlays.iter().filter(|(_, overlay)| !overlay.state.is_settled())
    }

    /// Counts answers, so that [`Grid::refresh`] knows what was heard after its question was asked.
    #[must_use]
    pub fn moment(&self) -> u64 {
        self.moment
    }

    /// Takes the sheet as read by a question of that moment. Cells of which something newer was heard since keep it.
    /// Gives the changes whose cell is gone.
    pub fn refresh(&mut self, mut sheet: SheetView, asked: u64) -> Vec<Lost> {
        let newer: Vec<(CellId, CellView)> = self
            .heard
            .iter()
            .filter(|(_, heard)| **heard > asked)
            .map(|(id, _)| (id.clone(), self.stored(id)))
            .collect();
        let gone: Vec<(CellId, Lost)> = self
            .unsettled()
            .filter(|(id, _)| !holds(&sheet, id))
            .map(|(id, overlay)| (id.clone(), self.lost(id, overlay)))
            .collect();
        std::mem::swap(&mut self.sheet, &mut sheet);
        self.order_again(&order::places(&sheet.rows));
        for (id, known) in newer {
            let place = self.place(&id);
            let cell = place.and_then(|(row, column)| self.sheet.rows.get_mut(row)?.cells.get_mut(column));
            if let Some(cell) = cell.filter(|cell| cell.version < known.version) {
                *cell = known;
            }
        }
        self.heard.retain(|_, heard| *heard > asked);
        self.keep_overlays();
        self.see_unchanged();
        self.lay_kept();
        self.reckon();
        gone.into_iter().map(|(_, lost)| lost).collect()
    }

    /// Where the value beneath a change is still the one that was seen, a newer version of it is as good as seen.
    fn see_unchanged(&mut self) {
        let beneath: Vec<(CellId, CellView)> = self.overlays.keys().map(|id| (id.clone(), self.stored(id))).collect();
        for (id, cell) in beneath {
            if let Some(overlay) = self.overlays.get_mut(&id).filter(|overlay| overlay.seen.value == cell.value) {
                overlay.seen = cell;
            }
        }
    }

    /// Puts a change that cannot be stored into words' reach.
    #[must_use]
    pub fn lost(&self, id: &CellId, overlay: &Overlay) -> Lost {
        let student = self.sheet.rows.iter().find(|row| row.student == id.student);
        let evaluation = self.sheet.evaluations.iter().find(|column| column.id == id.evaluation);
        Lost {
            student: student.map(|row| format!("{} {}", row.last_name, row.first_name)).unwrap_or_default(),
            evaluation: evaluation.map(|column| column.title.to_string()).unwrap_or_default(),
            value: overlay.value,
        }
    }

    /// Figures of a column's marks, of those who are in the class.
    #[must_use]
    pub fn column_summary(&self, column: usize) -> ColumnSummary {
        let Some(scale) = self.columns().get(column).map(|column| column.scale) else {
            return ColumnSummary::default();
        };
        let here = self.sheet.rows.iter().enumerate().filter(|(_, row)| !row.left);
        let score = |value: Option<MarkValue>| match value {
            Some(MarkValue::Score(score)) => Some(score),
            Some(MarkValue::Code(_)) | None => None,
        };
        let scores: Vec<Score> = here.filter_map(|(row, _)| score(self.shown(row, column))).collect();
        column_summary(&scores, scale, self.sheet.rules.pass)
    }

    /// The averages of all, by student.
    #[must_use]
    pub fn averages(&self) -> HashMap<StudentId, Option<Average>> {
        let average = |row: usize| self.average(row).map(|average| average.printed);
        self.sheet.rows.iter().enumerate().map(|(row, who)| (who.student.clone(), average(row))).collect()
    }

    /// Filled cells of a column, and those that are to be: without who left, or came after it was held and has no mark.
    #[must_use]
    pub fn filled(&self, column: usize) -> (usize, usize) {
        let rows = || 0..self.sheet.rows.len();
        let here = |row: &usize| self.sheet.rows.get(*row).is_some_and(|row| !row.left);
        let filled = rows().filter(here).filter(|row| self.shown(*row, column).is_some()).count();
        if self.columns().get(column).is_none() {
            return (0, rows().filter(here).count());
        }
        let missing = rows().filter(|row| self.is_missing(*row, column)).count();
        (filled, filled.saturating_add(missing))
    }

    /// Empty, and the student was there when it was held.
    #[must_use]
    pub fn is_missing(&self, row: usize, column: usize) -> bool {
        let (Some(who), Some(held)) = (self.sheet.rows.get(row), self.columns().get(column)) else { return false };
        !who.left && held.awaits(who.since) && self.shown(row, column).is_none()
    }

    /// The average of a row, step by step; marks in the order of the columns.
    #[must_use]
    pub fn explain(&self, row: usize) -> Explanation {
        explain(&self.sheet.rules, &self.marks(row))
    }

    /// The marks of a row as they stand on the screen.
    #[must_use]
    pub fn marks(&self, row: usize) -> Vec<MarkInput> {
        let columns = self.sheet.evaluations.iter().enumerate();
        let input = |(column, evaluation): (usize, &Evaluation)| MarkInput {
            kind: evaluation.kind,
            value: self.shown(row, column),
            scale: evaluation.scale,
            coefficient: evaluation.coefficient,
        };
        columns.map(input).collect()
    }

    fn reckon_row(&self, row: usize) -> Option<AverageOf> {
        let left = self.sheet.rows.get(row).is_none_or(|row| row.left);
        if left { None } else { subject_average(&self.sheet.rules, self.marks(row)) }
    }

    /// Reckons the row of a cell, and what depends on all rows.
    fn reckon_cell(&mut self, id: &CellId) {
        if let Some((row, _)) = self.place(id) {
            let average = self.reckon_row(row);
            if let Some(known) = self.averages.get_mut(row).filter(|known| **known != average) {
                *known = average;
                self.sum_up();
            }
        }
    }

    fn reckon(&mut self) {
        self.averages = (0..self.sheet.rows.len()).map(|row| self.reckon_row(row)).collect();
        self.sum_up();
    }

    fn sum_up(&mut self) {
        let averages: Vec<Option<Average>> =
            self.averages.iter().map(|average| average.map(|average| average.printed)).collect();
        self.summary = summary(&averages, self.sheet.rules.pass);
    }
}

fn holds(sheet: &SheetView, id: &CellId) -> bool {
    sheet.rows.iter().any(|row| row.student == id.student)
        && sheet.evaluations.iter().any(|column| column.id == id.evaluation)
}

//! Several cells at once: averages and figures are reckoned once, when all is in place.

use super::{
    super::cells::{CellId, CellState, Overlay},
    Grid,
};
use crate::{domain::score::MarkValue, protocol::CellView};

impl Grid {
    /// Would the value change the cell, and may it? Not where two marks wait for a choice.
    #[must_use]
    pub fn takes(&self, id: &CellId, value: Option<MarkValue>) -> bool {
        let Some((row, column)) = self.place(id) else { return false };
        let clash = self.overlay(row, column).is_some_and(|overlay| matches!(overlay.state, CellState::Conflict(_)));
        let left = self.rows().get(row).is_none_or(|row| row.left);
        !clash && !left && self.shown(row, column) != value
    }

    /// Puts values over cells.
    pub fn put_all(&mut self, cells: &[(CellId, Option<MarkValue>)], state: &CellState) {
        for (id, value) in cells {
            let seen = self.seen(id);
            self.overlays.insert(id.clone(), Overlay { value: *value, state: state.clone(), seen });
        }
        self.reckon();
    }

    /// As [`Grid::learned`] for each.
    pub fn learned_all(&mut self, cells: Vec<(CellId, CellView, bool)>) {
        self.moment = self.moment.saturating_add(1);
        for (id, cell, more) in cells {
            self.heard.insert(id.clone(), self.moment);
            if let Some((row, column)) = self.place(&id)
                && let Some(stored) = self.sheet.rows.get_mut(row).and_then(|row| row.cells.get_mut(column))
            {
                *stored = cell;
            }
            if !more {
                self.overlays.insert(id, Overlay { value: cell.value, state: CellState::Saved, seen: cell });
            } else if let Some(overlay) = self.overlays.get_mut(&id) {
                overlay.seen = cell;
            }
        }
        self.reckon();
    }

    /// There is something to undo, to redo.
    pub fn steps_are(&mut self, undo: bool, redo: bool) {
        (self.sheet.undo, self.sheet.redo) = (undo, redo);
    }
}

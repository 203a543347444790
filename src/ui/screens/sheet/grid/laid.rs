//! What lies over the cells of the grid when the sheet is read again; marks that are kept on this machine among it.

use std::collections::{HashMap, HashSet};

use super::{
    super::cells::{CellId, CellState, Overlay},
    Grid, holds,
};
use crate::{
    domain::{id::ActId, score::MarkValue},
    protocol::{CellConflict, CellView, KeptMark, KeptState},
};

impl Grid {
    /// Something would be lost by leaving.
    #[must_use]
    pub fn at_risk(&self) -> bool {
        self.unsettled().any(|(_, overlay)| overlay.state.is_at_risk())
    }

    /// Marks of this sheet are kept on this machine.
    #[must_use]
    pub fn keeps(&self) -> bool {
        self.unsettled().any(|(_, overlay)| overlay.state == CellState::Kept)
    }

    /// A mark was kept on this machine. `more`: further changes of the cell are on their way, and stay over it.
    pub fn kept(&mut self, id: &CellId, value: Option<MarkValue>, more: bool) {
        self.hear(id);
        if !more {
            self.put(id, value, CellState::Kept);
        }
    }

    /// A kept mark was taken out again, and none is kept before it.
    pub fn kept_no_more(&mut self, id: &CellId, more: bool) {
        self.hear(id);
        if !more {
            self.uncover(id);
        }
    }

    fn hear(&mut self, id: &CellId) {
        self.moment = self.moment.saturating_add(1);
        self.heard.insert(id.clone(), self.moment);
    }

    /// The one of a cell that was kept on this machine, sent, and not taken.
    #[must_use]
    pub fn stuck(&self, id: &CellId) -> Option<ActId> {
        let here = |kept: &&KeptMark| kept.mark.student == id.student && kept.mark.evaluation == id.evaluation;
        let stuck = self.sheet.kept.iter().filter(|kept| kept.state != KeptState::Waiting);
        stuck.rev().find(here).map(|kept| kept.mark.act.clone())
    }

    /// How many kept marks the store has taken since this was asked last.
    pub fn take_sent(&mut self) -> usize {
        std::mem::take(&mut self.sent)
    }

    /// What lies over cells that are there stays; of what is stored the sign, until somebody can have seen it: a key
    /// takes it away, or another mark.
    pub(super) fn keep_overlays(&mut self) {
        let stored: HashSet<CellId> = self
            .overlays
            .iter()
            .filter(|(id, overlay)| overlay.state.is_settled() && self.stored(id).value == overlay.value)
            .map(|(id, _)| id.clone())
            .collect();
        self.overlays
            .retain(|id, overlay| (stored.contains(id) || !overlay.state.is_settled()) && holds(&self.sheet, id));
    }

    /// Lays what is kept on this machine over its cells; what is no longer kept is stored now.
    pub(super) fn lay_kept(&mut self) {
        let kept: HashMap<CellId, KeptMark> =
            self.sheet.kept.iter().map(|kept| (cell_of(kept), kept.clone())).collect();
        let over: Vec<CellId> = self
            .unsettled()
            .filter(|(id, overlay)| overlay.state == CellState::Kept && !kept.contains_key(*id))
            .map(|(id, _)| id.clone())
            .filter(|id| !self.heard.contains_key(id))
            .collect();
        for id in over {
            let stored = self.stored(&id);
            let Some(overlay) = self.overlays.get_mut(&id) else { continue };
            if overlay.value == stored.value {
                (overlay.state, overlay.seen) = (CellState::Saved, stored);
                self.sent = self.sent.saturating_add(1);
            } else {
                self.overlays.remove(&id);
            }
        }
        for (id, kept) in kept {
            if holds(&self.sheet, &id) && !self.heard.contains_key(&id) {
                self.lay(&id, kept);
            }
        }
    }

    fn lay(&mut self, id: &CellId, kept: KeptMark) {
        let stored = self.stored(id);
        let over = self.overlays.get(id);
        // What was typed since, and what is being chosen, is newer.
        let newer = |state: &CellState| match state {
            CellState::Saving | CellState::Offline | CellState::Conflict(_) => true,
            CellState::Saved | CellState::Refused(_) | CellState::Kept => false,
        };
        if over.is_some_and(|overlay| newer(&overlay.state)) {
            return;
        }
        let (state, seen) = match kept.state {
            KeptState::Waiting => {
                let typed_over =
                    CellView { value: kept.mark.value, version: kept.mark.expect.unwrap_or(stored.version) };
                let seen = if typed_over.version == stored.version { stored } else { typed_over };
                (CellState::Kept, over.map_or(seen, |overlay| overlay.seen))
            }
            // The choice is made over what stands there now.
            KeptState::Clash(conflict) => {
                let now = CellConflict { theirs: stored.value, version: stored.version, ..*conflict };
                (CellState::Conflict(now), stored)
            }
            KeptState::Refused(failure) => (CellState::Refused(failure), stored),
        };
        self.overlays.insert(id.clone(), Overlay { value: kept.mark.value, state, seen });
    }
}

fn cell_of(kept: &KeptMark) -> CellId {
    CellId { student: kept.mark.student.clone(), evaluation: kept.mark.evaluation.clone() }
}

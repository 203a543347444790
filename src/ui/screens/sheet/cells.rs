//! What stands over a stored cell until the store has answered.

use crate::{
    domain::{
        id::{EvaluationId, StudentId},
        score::MarkValue,
    },
    protocol::{CellConflict, CellView, Failure},
};

/// A cell, by what it is and not by where it stands: rows and columns may come and go.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellId {
    pub student: StudentId,
    pub evaluation: EvaluationId,
}

/// How a change of a cell is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellState {
    /// On its way.
    Saving,
    /// Stored; the sign goes with the next key.
    Saved,
    /// The store said no: the text is kept, the sentence told when the cursor comes by.
    Refused(Failure),
    /// Somebody else changed the cell: waits for a choice.
    Conflict(CellConflict),
    /// Cannot be sent now, nor kept; sent again by itself as long as the program runs.
    Offline,
    /// The store is away: safe on this machine, sent by itself when the store is back, also by the next start.
    Kept,
}

impl CellState {
    /// It is stored: nothing would be lost.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        match self {
            Self::Saved => true,
            Self::Saving | Self::Refused(_) | Self::Conflict(_) | Self::Offline | Self::Kept => false,
        }
    }
}

impl CellState {
    /// Whoever leaves loses it.
    #[must_use]
    pub fn is_at_risk(&self) -> bool {
        !self.is_settled() && *self != Self::Kept
    }
}

/// What the user put into a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlay {
    pub value: Option<MarkValue>,
    pub state: CellState,
    /// What of the store the user last saw in this cell. Sheets that are read meanwhile change what lies beneath, unseen:
    /// the change is sent with this version, so that it meets somebody's later mark as a choice and never replaces it.
    pub seen: CellView,
}

/// A change that has no cell any more: its column or its student is gone. Told, so that nothing vanishes unheard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    pub student: String,
    pub evaluation: String,
    pub value: Option<MarkValue>,
}

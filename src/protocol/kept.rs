//! Marks that were typed while the store was away: kept on this machine, sent when it is back.

use serde::{Deserialize, Serialize};

use super::{CellConflict, Failure, SetMark};
use crate::domain::{calendar::Timestamp, id::ActId};

/// A mark in the local journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMark {
    /// Its place in its user's journal: marks are sent in this order.
    pub number: u64,
    /// When it was typed.
    pub at: Timestamp,
    pub mark: SetMark,
    pub names: KeptNames,
    pub state: KeptState,
}

/// What a kept mark is about, in the words of the moment it was typed: what they name may be gone when they are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptNames {
    /// Login of who typed it.
    pub user: String,
    pub class: String,
    pub subject: String,
    pub evaluation: String,
    pub student: String,
}

/// How a kept mark is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptState {
    /// It will be sent.
    Waiting,
    /// Somebody else has changed the cell: waits for a choice.
    Clash(Box<CellConflict>),
    /// The store said no: waits to be typed elsewhere, or dropped.
    Refused(Failure),
}

/// How many marks are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptCount {
    pub waiting: u64,
    /// Sent, and not taken: each waits for its user's decision.
    pub stuck: u64,
    /// When the oldest was typed.
    pub since: Option<Timestamp>,
}

impl KeptCount {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting == 0 && self.stuck == 0
    }
}

/// A kept mark was taken out of the journal by its user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptUndone {
    pub act: ActId,
    /// As it was kept.
    pub taken: KeptMark,
    /// The one kept before it for the same cell, which counts again.
    pub left: Option<KeptMark>,
}

//! Long work on record: whoever finds that nobody is at it any more takes it up, and anybody who may can stop it.

use serde::{Deserialize, Serialize};

use crate::domain::{
    calendar::{Term, Timestamp, YearId},
    id::ActId,
    schema::{Entity, Schema, nothing_derived},
};

/// A term is being closed for all classes. There from the first class to the last; in no backup, for it is about work
/// and not about the school. Which classes are done is told by their results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingJob {
    #[serde(rename = "_id")]
    pub id: String,
    pub act: ActId,
    pub year: YearId,
    pub term: Term,
    /// Who asked for it, as it stands in the history.
    pub by: String,
    /// Which process is at it.
    pub process: String,
    /// When it was last seen at it.
    pub at: Timestamp,
    /// Classes that are closed, of so many.
    pub done: u64,
    pub total: u64,
    /// Somebody wants it to stop before the next class.
    pub stop: bool,
}

impl ClosingJob {
    /// `closing:{year}:{term}`: a term is closed once at a time.
    #[must_use]
    pub fn id_of(year: &YearId, term: Term) -> String {
        format!("closing:{year}:{term}")
    }
}

impl Entity for ClosingJob {
    const SCHEMA: &'static Schema = &Schema { collection: "jobs", fields: &[], orders: &[], derive: nothing_derived };

    fn id(&self) -> &str {
        &self.id
    }
}

//! The audit trail: what was done, and whether its chains are whole.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::calendar::Timestamp;

/// Which entries; newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditQuestion {
    /// Of that chain: a sheet's id, `students`, `users`, `setup`, `sessions`.
    pub stream: Option<String>,
    /// About that student, by id.
    pub student: Option<String>,
    /// Done by that account, by id, or `cli:admin`.
    pub actor: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditLine {
    pub stream: String,
    /// Its number in the chain, from 1.
    pub seq: u64,
    pub at: Timestamp,
    /// The account's name, or its id if it is gone.
    pub by: String,
    pub action: String,
    pub target: String,
    pub old: Value,
    pub new: Value,
    pub reason: Option<String>,
}

/// What is wrong with a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditFault {
    /// The entry is not as it was written, or was not written with this installation's key.
    Altered,
    /// Entries from that number on are missing in the middle.
    Missing,
    /// The chain was longer: entries from that number on are gone.
    Cut,
    /// Another entry stands there than the one that was known outside the store, or than the chain's head says.
    Replaced,
    /// The chain goes on behind the head that the store keeps of it, from that number on: the head was set back.
    Behind,
    /// That line of the file of anchors was changed.
    Anchor,
}

/// Where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AuditFinding {
    /// Empty for the file of anchors.
    pub stream: String,
    pub seq: u64,
    pub fault: AuditFault,
}

/// All chains, looked through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditReport {
    pub streams: u64,
    pub entries: u64,
    /// Heads known outside the store that were compared.
    pub anchors: u64,
    pub findings: Vec<AuditFinding>,
}

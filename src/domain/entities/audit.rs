//! Acts (the unit of undo) and audit chains.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{
    calendar::Timestamp,
    history,
    id::ActId,
    schema::{Derived, DerivedValue, Entity, Field, FieldType, Schema, nothing_derived},
};

/// A document as it stood before an act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Before {
    pub collection: String,
    pub id: String,
    /// `None`: it did not exist.
    pub document: Option<Value>,
    /// The version the act left; `None`: the act deleted it. Undo refuses if it has moved on.
    pub after_version: Option<u64>,
}

/// One act of a user other than a mark: who, what, and how to take it back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Act {
    #[serde(rename = "_id")]
    pub id: ActId,
    /// `student.delete`, `class.save`, `import`…
    pub action: String,
    pub actor: String,
    pub at: Timestamp,
    pub befores: Vec<Before>,
    /// It has been taken back.
    #[serde(default)]
    pub undone: bool,
}

impl Entity for Act {
    const SCHEMA: &'static Schema = &Schema {
        collection: "acts",
        fields: &[Field::new("actor", FieldType::Key), Field::new("action", FieldType::Key).not_indexed()],
        orders: &[],
        derive: nothing_derived,
    };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

/// The head of an audit chain other than a sheet's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamHead {
    /// The stream's name: `students`, `users`, `setup`, `sessions`.
    #[serde(rename = "_id")]
    pub id: String,
    pub count: u64,
    pub hash: String,
}

impl Entity for StreamHead {
    const SCHEMA: &'static Schema =
        &Schema { collection: "streams", fields: &[], orders: &[], derive: nothing_derived };

    fn id(&self) -> &str {
        &self.id
    }
}

/// One entry of a hash chain (`contract.md`, audit). The hash covers a salted digest of the payload, so that erasing
/// a person's payload leaves the chain whole.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// `{stream}:{seq}`, the number with ten digits.
    #[serde(rename = "_id")]
    pub id: String,
    pub stream: String,
    /// 1 for the first entry of the stream.
    pub seq: u64,
    pub at: Timestamp,
    pub actor: String,
    /// `mark.set`, `mark.undo`, `mark.redo`, `student.save`, …
    pub action: String,
    /// The document it is about (a mark's id, a student's id).
    pub target: String,
    /// The student it concerns, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student: Option<String>,
    /// The act it belongs to.
    pub act: ActId,
    /// For an undo or redo: the act it takes back or brings again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverts: Option<ActId>,
    pub old: Value,
    pub new: Value,
    /// Why, if said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub salt: String,
    /// SHA-256 over salt and payload (target, old, new, reason).
    pub digest: String,
    /// Hash of the entry before; empty for the first.
    pub prev: String,
    /// HMAC-SHA-256 by the school's audit key.
    pub hash: String,
}

impl std::fmt::Debug for AuditEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuditEntry").field("id", &self.id).field("action", &self.action).finish_non_exhaustive()
    }
}

impl AuditEntry {
    #[must_use]
    pub fn id_of(stream: &str, seq: u64) -> String {
        format!("{stream}:{seq:010}")
    }
}

fn lane_of(entry: &Value) -> Derived {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("act").starts_with(history::MADE_UP) {
        return Derived::default();
    }
    let lane = history::lane(text("stream"), text("actor"), text("action"));
    lane.into_iter().map(|lane| ("lane", DerivedValue::Key(lane))).collect()
}

impl Entity for AuditEntry {
    const SCHEMA: &'static Schema = &Schema {
        collection: "audit",
        fields: &[
            Field::new("stream", FieldType::Key),
            Field::new("seq", FieldType::Integer).not_indexed(),
            Field::new("student", FieldType::Key),
            Field::new("actor", FieldType::Key),
            Field::new("act", FieldType::Key),
            // In this order and that of ids, which end in the number: the newest of somebody's own steps come first.
            Field::new("lane", FieldType::Key).derived(),
        ],
        orders: &[],
        derive: lane_of,
    };

    fn id(&self) -> &str {
        &self.id
    }
}

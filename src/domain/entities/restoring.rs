//! A restore under way: it says that the store holds a part of a school only.

use serde::{Deserialize, Serialize};

use crate::domain::{
    calendar::Timestamp,
    schema::{Entity, Schema, nothing_derived},
};

/// There from before the store is emptied until the backup is back and all sessions are ended. It outlives the emptying
/// and is in no backup. While it is there nobody reads the school; whoever has the backup may finish what stands still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restoring {
    #[serde(rename = "_id")]
    pub id: String,
    /// The backup's name.
    pub backup: String,
    /// Who asked for it.
    pub by: String,
    /// Which process is at it.
    pub process: String,
    /// When it was last seen at it.
    pub at: Timestamp,
}

impl Restoring {
    /// The only id of this collection.
    pub const ID: &'static str = "restore";
}

impl Entity for Restoring {
    const SCHEMA: &'static Schema =
        &Schema { collection: "restoring", fields: &[], orders: &[], derive: nothing_derived };

    fn id(&self) -> &str {
        &self.id
    }
}

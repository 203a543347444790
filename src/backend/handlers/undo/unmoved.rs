//! Before the first chunk is taken back, all of them are looked at: an act is taken back whole or not at all.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::moved;
use crate::{
    backend::cx::{Cx, Fault},
    domain::{
        entities::{Act, Before, Student, schema},
        schema::{Entity, Stored},
    },
    store::StoreError,
};

/// Documents looked at at once.
const STEP: usize = 500;

/// What of a student says whether its record has moved on.
#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    record_version: u64,
}

/// Refuses when somebody has moved one of the documents on. Sheets and the school change all the time and are looked
/// at when their turn comes.
pub(super) async fn check(cx: &Cx, chunks: &[Stored<Act>]) -> Result<(), Fault> {
    let mut left: BTreeMap<&str, Vec<&Before>> = BTreeMap::new();
    for chunk in chunks.iter().filter(|chunk| !chunk.undone) {
        for before in &chunk.befores {
            if !["sheets", "school"].contains(&before.collection.as_str()) {
                left.entry(&before.collection).or_default().push(before);
            }
        }
    }
    for (collection, befores) in left {
        let Some(schema) = schema(collection) else { continue };
        for some in befores.chunks(STEP) {
            let ids: Vec<String> = some.iter().map(|before| before.id.clone()).collect();
            let mut now: HashMap<String, u64> = HashMap::new();
            for document in cx.store.get_many(schema, &ids).await? {
                let version = if *schema == *Student::SCHEMA {
                    let record: Result<Record, StoreError> = document.parse(collection);
                    record?.record_version
                } else {
                    document.version
                };
                now.insert(document.id, version);
            }
            if some.iter().any(|before| now.get(&before.id).copied() != before.after_version) {
                return Err(moved());
            }
        }
    }
    Ok(())
}

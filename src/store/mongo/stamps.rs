//! The numbers of [`Stamps`]: two counts in a small document that only rare acts write, and the server's own clock.
//!
//! A mark touches no document that the whole school shares: whether anybody has written anything is read from the
//! moment that the server gives with every answer, the one of the latest write in its log.

use std::sync::atomic::{AtomicU64, Ordering};

use mongodb::{
    ClientSession, Database,
    bson::{Bson, Document as Bdoc, doc},
};

use super::{
    convert::integer,
    errors::{Halt, dropped, plain},
    layout::META,
};
use crate::store::{Stamps, StoreError};

/// The document in [`META`].
const ID: &str = "stamps";
/// Which counts an act moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moves {
    pub setup: bool,
    pub cache_epoch: bool,
}

impl Moves {
    fn update(self) -> Option<Bdoc> {
        let mut by = Bdoc::new();
        if self.setup {
            by.insert("setup", 1_i64);
        }
        if self.cache_epoch {
            by.insert("cache_epoch", 1_i64);
        }
        (!by.is_empty()).then(|| doc! { "$inc": by })
    }

    /// As part of a transaction: its last write, for others may wait for the same document.
    pub async fn within(self, database: &Database, session: &mut ClientSession) -> Result<(), Halt> {
        let Some(update) = self.update() else { return Ok(()) };
        let meta = database.collection::<Bdoc>(META);
        meta.update_one(doc! { "_id": ID }, update).upsert(true).session(session).await?;
        Ok(())
    }

    /// On its own.
    pub async fn now(self, database: &Database) -> Result<(), StoreError> {
        let Some(update) = self.update() else { return Ok(()) };
        let meta = database.collection::<Bdoc>(META);
        let done = meta.update_one(doc! { "_id": ID }, update).upsert(true).await;
        done.map(drop).map_err(|error| plain(&error))
    }
}

/// Reads the stamps.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// A sharded cluster has a clock for each shard, so that no answer tells of all: there every reading differs.
    sharded: bool,
    readings: AtomicU64,
}

impl Reader {
    pub fn new(sharded: bool) -> Self {
        Self { sharded, readings: AtomicU64::new(0) }
    }

    /// One question, one answer; asked again where a connection had died of a server that went and came back.
    pub async fn read(&self, database: &Database) -> Result<Stamps, StoreError> {
        let question = doc! {
            "find": META, "filter": { "_id": ID }, "limit": 1, "singleBatch": true,
            "readConcern": { "level": "local" },
        };
        let answer = match database.run_command(question.clone()).await {
            Err(error) if dropped(&error) => database.run_command(question).await,
            answer => answer,
        };
        self.stamps(&answer.map_err(|error| plain(&error))?)
    }

    fn stamps(&self, answer: &Bdoc) -> Result<Stamps, StoreError> {
        let batch = answer.get_document("cursor").and_then(|cursor| cursor.get_array("firstBatch"));
        let kept = batch.ok().and_then(|batch| batch.first()).and_then(Bson::as_document);
        let count = |name| {
            let number = kept.and_then(|kept| kept.get(name)).and_then(integer);
            number.and_then(|number| u64::try_from(number).ok()).unwrap_or_default()
        };
        let foreign = if self.sharded {
            self.readings.fetch_add(1, Ordering::Relaxed).saturating_add(1)
        } else {
            let at = answer.get_timestamp("operationTime").map_err(|_| {
                StoreError::Other("the server's answer does not tell the time of its latest write".to_owned())
            })?;
            (u64::from(at.time) << 32) | u64::from(at.increment)
        };
        Ok(Stamps { setup: count("setup"), cache_epoch: count("cache_epoch"), foreign })
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::Timestamp;

    use super::*;

    #[test]
    fn an_answer_is_read() {
        let answer = doc! {
            "cursor": { "firstBatch": [{ "_id": ID, "setup": 3_i64, "cache_epoch": 1 }] },
            "operationTime": Timestamp { time: 2, increment: 5 },
        };
        let wanted = Stamps { setup: 3, cache_epoch: 1, foreign: (2 << 32) + 5 };
        assert_eq!(Reader::new(false).stamps(&answer).unwrap(), wanted);
        let fresh = doc! { "cursor": { "firstBatch": [] }, "operationTime": Timestamp { time: 2, increment: 5 } };
        assert_eq!(Reader::new(false).stamps(&fresh).unwrap().setup, 0);
        assert!(Reader::new(false).stamps(&doc! { "cursor": { "firstBatch": [] } }).is_err());
    }

    #[test]
    fn a_cluster_is_always_new() {
        let reader = Reader::new(true);
        let answer = doc! { "cursor": { "firstBatch": [] } };
        let one = reader.stamps(&answer).unwrap();
        assert_ne!(reader.stamps(&answer).unwrap(), one);
    }
}

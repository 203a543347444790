//! Notices what others write: a change stream of the database, without what this process has written itself.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::StreamExt;
use mongodb::{
    Database,
    bson::{Document as Bdoc, doc},
    change_stream::{ChangeStream, event::ChangeStreamEvent},
    error::Error,
};
use tokio::task::JoinHandle;

use super::layout::{META, OPERATIONS};

/// Between two tries to listen again.
const PAUSE: Duration = Duration::from_secs(1);

type Stream = ChangeStream<ChangeStreamEvent<Bdoc>>;

/// Counts foreign changes until it is dropped.
pub(super) struct Watch {
    changes: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Watch {
    /// Listens from now on.
    pub(super) async fn start(database: Database, origin: String) -> Result<Self, Error> {
        let mut stream = listen(&database, &origin).await?;
        let changes = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&changes);
        let task = tokio::spawn(async move {
            loop {
                while let Some(Ok(_)) = stream.next().await {
                    counter.fetch_add(1, Ordering::Relaxed);
                }
                // What happened while nobody listened is not known: it counts as a change.
                loop {
                    tokio::time::sleep(PAUSE).await;
                    if let Ok(next) = listen(&database, &origin).await {
                        stream = next;
                        break;
                    }
                }
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        Ok(Self { changes, task })
    }

    /// The count so far.
    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Stops listening.
    pub(super) fn stop(&self) {
        self.task.abort();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop();
    }
}

/// One event for each batch of another carnet (its operation id), and one for each change that no carnet made: those
/// are not part of a transaction.
async fn listen(database: &Database, origin: &str) -> Result<Stream, Error> {
    // Worked out on the event. A match on `txnNumber` itself is moved by the server onto its log, where a single write
    // that may be retried has a number too.
    let alone = doc! { "$set": { "alone": { "$eq": [{ "$type": "$txnNumber" }, "missing"] } } };
    let foreign = doc! { "$match": { "$or": [
        { "ns.coll": OPERATIONS, "operationType": "insert", "fullDocument.origin": { "$ne": origin } },
        { "ns.coll": { "$nin": [OPERATIONS, META] }, "alone": true },
    ] } };
    // The document itself is of no interest beyond the match.
    let slim = doc! { "$unset": ["fullDocument", "updateDescription"] };
    database.watch().pipeline([alone, foreign, slim]).await
}

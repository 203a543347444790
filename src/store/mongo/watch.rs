//! Hears what others write: a change stream of the database, without what this process has written itself.
//!
//! A batch's own entry among the operations tells what it has touched: one event a batch, and no document of the school
//! crosses the line for it.

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
    bson::{Bson, Document as Bdoc, doc},
    change_stream::{ChangeStream, event::ChangeStreamEvent},
    error::Error,
    options::ReadConcern,
};
use tokio::{sync::broadcast, task::JoinHandle};

use super::layout::{META, OPERATIONS};
use crate::store::{News, Touched};

/// Between two tries to listen again.
const PAUSE: Duration = Duration::from_millis(250);
/// News that a slow listener may leave unread.
const UNREAD: usize = 256;

type Stream = ChangeStream<ChangeStreamEvent<Bdoc>>;

/// Counts and tells foreign changes until it is dropped.
pub(super) struct Watch {
    changes: Arc<AtomicU64>,
    news: broadcast::Sender<News>,
    task: JoinHandle<()>,
}

impl Watch {
    /// Listens from now on.
    pub(super) async fn start(database: Database, origin: String) -> Result<Self, Error> {
        let mut stream = listen(&database, &origin).await?;
        let changes = Arc::new(AtomicU64::new(0));
        let (news, _) = broadcast::channel(UNREAD);
        let (counter, told) = (Arc::clone(&changes), news.clone());
        // That nobody listens is no fault.
        let tell = move |news: News| {
            counter.fetch_add(1, Ordering::Relaxed);
            let _ = told.send(news);
        };
        let task = tokio::spawn(async move {
            loop {
                while let Some(Ok(event)) = stream.next().await {
                    tell(understood(&event));
                }
                // What happened while nobody listened is not known: it counts as a change.
                loop {
                    tokio::time::sleep(PAUSE).await;
                    if let Ok(next) = listen(&database, &origin).await {
                        stream = next;
                        break;
                    }
                }
                tell(News::Anything);
            }
        });
        Ok(Self { changes, news, task })
    }

    /// The count so far.
    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// What comes from now on.
    pub(super) fn news(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
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
    // What stands in documents is of no interest beyond the match; what a batch has touched is.
    let slim = doc! { "$set": { "fullDocument": { "touched": "$fullDocument.touched" } } };
    let short = doc! { "$unset": ["updateDescription"] };
    database.watch().pipeline([alone, foreign, slim, short]).read_concern(ReadConcern::majority()).await
}

/// As it stands in a batch's entry among the operations.
pub(super) fn written(touched: Touched) -> Bdoc {
    let Touched { students, many, sheets, setup } = touched;
    doc! { "students": students, "many": many, "sheets": sheets, "setup": setup }
}

/// What an event tells. An entry without a word on it (a load, an older program's batch) may be about anything.
fn understood(event: &ChangeStreamEvent<Bdoc>) -> News {
    let of_batch = event.ns.as_ref().and_then(|ns| ns.coll.as_deref()) == Some(OPERATIONS);
    let touched = event.full_document.as_ref().and_then(|entry| entry.get_document("touched").ok());
    let op = event.document_key.as_ref().and_then(|key| key.get_str("_id").ok());
    let named = op.zip(touched.filter(|_| of_batch).and_then(read));
    named.map_or(News::Anything, |(op, touched)| News::Batch { op: op.to_owned(), touched })
}

fn read(touched: &Bdoc) -> Option<Touched> {
    let ids = |name| -> Option<Vec<String>> {
        touched.get_array(name).ok()?.iter().map(|id| id.as_str().map(str::to_owned)).collect()
    };
    let truth = |name| touched.get(name).and_then(Bson::as_bool);
    Some(Touched { students: ids("students")?, many: truth("many")?, sheets: ids("sheets")?, setup: truth("setup")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let touched = Touched { students: vec!["s1".to_owned()], many: false, sheets: Vec::new(), setup: true };
        assert_eq!(read(&written(touched.clone())), Some(touched));
        assert_eq!(read(&doc! { "students": [1], "many": false, "sheets": [], "setup": false }), None);
        assert_eq!(read(&doc! {}), None);
    }
}

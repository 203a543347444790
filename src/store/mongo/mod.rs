//! The store on MongoDB: a replica set or a sharded cluster, version 5 or later.
//!
//! Collections, types and names are those of `docs/data-model.md`. A batch is one transaction with majority and
//! journal; guards are writes of a hidden count, so that what was read for a decision cannot change beside it.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use futures::TryStreamExt;
use mongodb::{
    Collection,
    action::{Action, Find},
    bson::{Document as Bdoc, doc},
};
use serde_json::Value;
use tokio::sync::{broadcast, mpsc};

pub use self::connect::MongoOptions;
use self::{
    connect::CONNECT,
    errors::plain,
    stamps::{Moves, Reader},
    watch::Watch,
    write::{Work, Writer},
};
use super::{Batch, Committed, Document, Dumped, News, Stamps, Store, StoreError, Unread};
use crate::domain::{
    entities, id,
    query::{Aggregate, Count, Filter, Group, Page, Query},
    schema::Schema,
};

mod abandoned;
mod aggregate;
mod connect;
mod convert;
mod dates;
mod diagnose;
mod errors;
mod filter;
mod layout;
mod page;
mod stamps;
mod together;
mod watch;
mod write;

/// A read of a page, a document, a count: nobody waits for longer.
const READ: Duration = Duration::from_secs(4);
/// A batch, with all its tries…
const WRITE: Duration = Duration::from_secs(4);
/// … and for each write in it: imports and closings write thousands.
const EACH: Duration = Duration::from_millis(5);
/// Loads, sums over a whole school, checks, making indexes.
const LONG: Duration = Duration::from_secs(600);

/// The store of one database.
pub struct MongoStore {
    writer: Writer,
    watch: Watch,
    stamps: Reader,
    closed: AtomicBool,
}

impl fmt::Debug for MongoStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MongoStore").field("database", &self.writer.database.name()).finish_non_exhaustive()
    }
}

/// A server that has gone quiet must not hold anybody up for longer.
async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done,
        Err(_) => Err(StoreError::Unavailable(format!("no answer within {} s", limit.as_secs()))),
    }
}

impl MongoStore {
    /// Connects, makes an empty database ours, adds missing indexes.
    ///
    /// # Errors
    /// `Server`, `Unavailable`: no server that would do, within five seconds; `Newer`: not a database for this program.
    pub async fn open(options: &MongoOptions) -> Result<Self, StoreError> {
        let (client, database, sharded) = connect::connect(options).await?;
        let origin = id::from_bytes(rand::random());
        within(LONG, layout::prepare(&database)).await?;
        let watch = Watch::start(database.clone(), origin.clone()).await.map_err(|error| plain(&error))?;
        let writer = Writer { client, database, origin };
        Ok(Self { writer, watch, stamps: Reader::new(sharded), closed: AtomicBool::new(false) })
    }

    /// Removes the database with all that is in it: a demo's, a test's.
    ///
    /// # Errors
    /// As [`MongoStore::open`], and `Server` where the account may not.
    pub async fn remove(options: &MongoOptions) -> Result<(), StoreError> {
        let (client, database, _) = connect::connect(options).await?;
        let done = within(LONG, async { database.drop().await.map_err(|error| plain(&error)) }).await;
        client.shutdown().immediate(true).await;
        done
    }

    fn open_still(&self) -> Result<(), StoreError> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(StoreError::Unavailable("the store is closed".to_owned()));
        }
        Ok(())
    }

    /// The collection of a kind of record that this program knows.
    fn collection(&self, schema: &Schema) -> Result<Collection<Bdoc>, StoreError> {
        self.open_still()?;
        if entities::schema(schema.collection).is_none() {
            return Err(errors::unfit(schema, "unknown collection"));
        }
        Ok(self.writer.database.collection(schema.collection))
    }

    /// What is wrong in one collection.
    async fn check_collection(&self, schema: &'static Schema, found: &mut Vec<String>) -> Result<(), StoreError> {
        let mut documents = self.collection(schema)?.find(doc! {}).await.map_err(|error| plain(&error))?;
        while let Some(document) = documents.try_next().await.map_err(|error| plain(&error))? {
            let place = format!("{}/{}", schema.collection, document.get("_id").unwrap_or(&mongodb::bson::Bson::Null));
            let kept = document.get_document(convert::SEARCH).ok().cloned();
            let body = convert::document(schema, document).map(|document| document.json);
            match body.map(|json| serde_json::from_str::<Value>(&json)) {
                Ok(Ok(body)) => {
                    if let Err(error) = convert::whole(schema, &body) {
                        found.push(error.to_string());
                    } else if convert::derived(schema, &body) != kept {
                        found.push(format!("{place}: its search values are not those of its content"));
                    }
                }
                Ok(Err(error)) => found.push(format!("{place}: {error}")),
                Err(error) => found.push(error.to_string()),
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Store for MongoStore {
    fn kind(&self) -> &'static str {
        "mongodb"
    }

    async fn get(&self, schema: &'static Schema, id: &str) -> Result<Option<Document>, StoreError> {
        let collection = self.collection(schema)?;
        within(READ, async {
            let found = collection.find_one(doc! { "_id": id }).await.map_err(|error| plain(&error))?;
            found.map(|found| convert::document(schema, found)).transpose()
        })
        .await
    }

    async fn get_many(&self, schema: &'static Schema, ids: &[String]) -> Result<Vec<Document>, StoreError> {
        self.get_many_without(schema, ids, &[]).await
    }

    async fn get_many_without(
        &self,
        schema: &'static Schema,
        ids: &[String],
        unread: Unread,
    ) -> Result<Vec<Document>, StoreError> {
        let collection = self.collection(schema)?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        within(READ, async {
            let found =
                collection.find(doc! { "_id": { "$in": ids } }).optional(page::without(unread), Find::projection);
            let found = found.await.map_err(|error| plain(&error))?;
            let found: Vec<Bdoc> = found.try_collect().await.map_err(|error| plain(&error))?;
            found.into_iter().map(|found| convert::document(schema, found)).collect()
        })
        .await
    }

    async fn find(&self, schema: &'static Schema, query: &Query) -> Result<Page<Document>, StoreError> {
        self.find_without(schema, query, &[]).await
    }

    async fn find_without(
        &self,
        schema: &'static Schema,
        query: &Query,
        unread: Unread,
    ) -> Result<Page<Document>, StoreError> {
        let collection = self.collection(schema)?;
        within(READ, page::page(&collection, schema, query, unread)).await
    }

    async fn scan(
        &self,
        schema: &'static Schema,
        filter: &Filter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        self.scan_without(schema, filter, (after, limit), &[]).await
    }

    async fn scan_without(
        &self,
        schema: &'static Schema,
        filter: &Filter,
        from: (Option<&str>, u32),
        unread: Unread,
    ) -> Result<Vec<Document>, StoreError> {
        let collection = self.collection(schema)?;
        within(LONG, page::scan(&collection, schema, filter, from, unread)).await
    }

    async fn count(&self, schema: &'static Schema, filter: &Filter, cap: u64) -> Result<Count, StoreError> {
        let collection = self.collection(schema)?;
        within(READ, aggregate::count(&collection, schema, filter, cap)).await
    }

    async fn aggregate(&self, schema: &'static Schema, what: &Aggregate) -> Result<Vec<Group>, StoreError> {
        let collection = self.collection(schema)?;
        within(LONG, aggregate::aggregate(&collection, schema, what)).await
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        for guard in &batch.guards {
            self.collection(guard.schema)?;
        }
        for write in &batch.writes {
            self.collection(write.schema())?;
        }
        self.open_still()?;
        let writes = u32::try_from(batch.writes.len()).unwrap_or(u32::MAX);
        let limit = WRITE.saturating_add(EACH.saturating_mul(writes));
        within(limit, self.writer.run(Work::Batch(&batch))).await
    }

    async fn load(&self, schema: &'static Schema, documents: Vec<Value>) -> Result<(), StoreError> {
        self.collection(schema)?;
        let documents = write::documents(schema, &documents)?;
        let op = id::from_bytes(rand::random());
        within(LONG, self.writer.run(Work::Load(&op, schema, &documents))).await.map(drop)
    }

    async fn dump(&self, into: mpsc::Sender<Dumped>) -> Result<(), StoreError> {
        self.open_still()?;
        // All reads of the session are of the moment of the first one.
        let session = self.writer.client.start_session().snapshot(true).await;
        let mut session = session.map_err(|error| plain(&error))?;
        for schema in entities::ALL.iter().filter(|schema| entities::of_school(schema)) {
            if !page::dump(&self.collection(schema)?, schema, &mut session, &into).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn clear(&self) -> Result<(), StoreError> {
        self.open_still()?;
        // Also before: an emptying that stops half way has changed things too.
        let everything = Moves { setup: true, cache_epoch: true };
        within(LONG, async {
            everything.now(&self.writer.database).await?;
            let schemas = entities::ALL.iter().filter(|schema| entities::of_school(schema));
            for name in schemas.map(|schema| schema.collection).chain([layout::OPERATIONS]) {
                let collection = self.writer.database.collection::<Bdoc>(name);
                collection.delete_many(doc! {}).await.map_err(|error| plain(&error))?;
            }
            everything.now(&self.writer.database).await
        })
        .await
    }

    async fn foreign_changes(&self) -> Result<u64, StoreError> {
        self.open_still()?;
        Ok(self.watch.changes())
    }

    async fn stamps(&self) -> Result<Stamps, StoreError> {
        self.open_still()?;
        within(READ, self.stamps.read(&self.writer.database)).await
    }

    fn news(&self) -> Option<broadcast::Receiver<News>> {
        Some(self.watch.news())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.open_still()?;
        within(CONNECT.saturating_mul(2), async {
            self.writer.database.run_command(doc! { "ping": 1 }).await.map(drop).map_err(|error| plain(&error))
        })
        .await
    }

    async fn check(&self) -> Result<Vec<String>, StoreError> {
        self.open_still()?;
        let mut found = Vec::new();
        for schema in entities::ALL {
            within(LONG, self.check_collection(schema, &mut found)).await?;
        }
        Ok(found)
    }

    async fn close(&self) {
        if !self.closed.swap(true, Ordering::Relaxed) {
            self.watch.stop();
            self.writer.client.clone().shutdown().immediate(true).await;
        }
    }
}

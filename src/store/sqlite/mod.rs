//! The embedded store: one SQLite file (WAL, synchronous FULL), shared by several processes on one machine.
//!
//! One thread owns the connection that writes, a few own connections that read, one reads the stamps, and one copies the
//! log back into the file (a checkpoint) so that no acknowledgement waits for that.

mod along;
mod bulk;
mod check;
mod errors;
mod evolve;
mod filter;
mod lane;
mod layout;
mod open;
mod order;
mod page;
mod patch;
mod patience;
mod place;
mod read;
mod rows;
mod stamps;
mod words;
mod write;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{SyncSender, sync_channel},
    },
    thread::JoinHandle,
};

use async_trait::async_trait;
use rusqlite::Connection;
use serde_json::Value;
use tokio::sync::mpsc;

pub use self::open::{FORMAT, OpenOptions};
use self::{bulk::Bulk, errors::plain, evolve::Migration, lane::Lane, layout::Layouts, place::Place, read::Reader};
use super::{Batch, Committed, Document, Dumped, Stamps, Store, StoreError};
use crate::domain::{
    query::{Aggregate, Count, Filter, Group, Page, Query},
    schema::Schema,
};

/// Documents written between two checkpoints: the log stays at a few megabytes.
const CHECKPOINT_EVERY: u64 = 256;

/// The connection that writes.
struct Writer {
    connection: Connection,
    /// Under which it counts its commits.
    token: String,
    /// Documents written since the last checkpoint was asked for.
    written: u64,
    checkpoint: SyncSender<()>,
    bulk: Bulk,
}

impl Writer {
    /// Before anything but a load: what loads have left out is made.
    fn ready(&mut self, layouts: &Layouts) -> Result<(), StoreError> {
        self.bulk.end(&mut self.connection, &self.token, layouts)
    }
}

/// The embedded store.
pub struct SqliteStore {
    path: PathBuf,
    place: Arc<Place>,
    layouts: Arc<Layouts>,
    writer: Lane<Writer>,
    readers: Lane<Reader>,
    /// Its own lane: every request reads the stamps first, and none of them may wait behind a long read.
    stamps: Lane<Connection>,
    token: Arc<str>,
    checkpoints: Mutex<Option<JoinHandle<()>>>,
}

impl SqliteStore {
    /// Opens the file, and makes it (readable by its owner only) with its folder if it is not there. Blocks.
    ///
    /// # Errors
    /// `Locked`, `Full`, `ReadOnly`, `Newer`; `Corrupt` for a damaged file or one that is not ours (it is not touched);
    /// `Path` for one that cannot be opened.
    pub fn open(path: &Path, options: &OpenOptions) -> Result<Self, StoreError> {
        Self::open_with(path, options, evolve::MIGRATIONS)
    }

    fn open_with(path: &Path, options: &OpenOptions, migrations: &[Migration]) -> Result<Self, StoreError> {
        let (busy, tell) = (options.busy, options.tell.clone());
        let before = move || patience::of_this_thread(busy, &tell);
        before();
        let layouts = Arc::new(open::layouts(options.schemas));
        let connection = open::writer(path, options, &layouts, migrations)?;
        let place = Arc::new(Place::of(path)?);
        let mut reading = Vec::new();
        for _ in 0..options.readers.max(1) {
            reading.push(Reader::new(open::reader(path, options, 4_096)?)?);
        }
        let counting = open::reader(path, options, 64)?;
        let token = stamps::token();
        let (checkpoint, checkpoints) = start_checkpoints(open::connect(path, options, 512)?)?;
        let writer = Writer { connection, token: token.clone(), written: 0, checkpoint, bulk: Bulk::default() };
        Ok(Self {
            path: path.to_owned(),
            place,
            layouts,
            writer: Lane::start("store-write", vec![writer], before.clone(), ask_for_checkpoint)?,
            readers: Lane::start("store-read", reading, before.clone(), |_| {})?,
            stamps: Lane::start("store-stamps", vec![counting], before, |_| {})?,
            token: token.into(),
            checkpoints: Mutex::new(Some(checkpoints)),
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    async fn read<T: Send + 'static>(
        &self,
        schema: &'static Schema,
        job: impl FnOnce(&mut Reader, &layout::Layout) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let layouts = Arc::clone(&self.layouts);
        self.readers.run(move |reader| job(reader, write::layout_of(&layouts, schema)?)).await
    }
}

/// The thread that copies the log back. It never makes a writer wait (`PASSIVE`), and ends with the writer.
fn start_checkpoints(connection: Connection) -> Result<(SyncSender<()>, JoinHandle<()>), StoreError> {
    let (sender, receiver) = sync_channel::<()>(1);
    std::thread::Builder::new()
        .name("store-checkpoint".to_owned())
        .spawn(move || {
            while receiver.recv().is_ok() {
                copy_back(&connection);
            }
        })
        .map(|thread| (sender, thread))
        .map_err(|error| StoreError::Unavailable(format!("no thread: {error}")))
}

/// Copies the log back; it never waits. If all of it could be copied, the next write begins the log anew; what could
/// not be copied is copied the next time.
fn copy_back(connection: &Connection) {
    if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
        tracing::warn!(%error, "checkpoint");
    }
}

fn ask_for_checkpoint(writer: &mut Writer) {
    if writer.written >= CHECKPOINT_EVERY && writer.checkpoint.try_send(()).is_ok() {
        writer.written = 0;
    }
}

fn size(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[async_trait]
impl Store for SqliteStore {
    fn kind(&self) -> &'static str {
        "sqlite"
    }

    async fn get(&self, schema: &'static Schema, id: &str) -> Result<Option<Document>, StoreError> {
        let id = id.to_owned();
        self.read(schema, move |reader, layout| read::get(reader, layout, &id)).await
    }

    async fn get_many(&self, schema: &'static Schema, ids: &[String]) -> Result<Vec<Document>, StoreError> {
        let ids = ids.to_vec();
        self.read(schema, move |reader, layout| read::get_many(reader, layout, &ids)).await
    }

    async fn find(&self, schema: &'static Schema, query: &Query) -> Result<Page<Document>, StoreError> {
        let query = query.clone();
        self.read(schema, move |reader, layout| page::page(reader, layout, &query)).await
    }

    async fn scan(
        &self,
        schema: &'static Schema,
        filter: &Filter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        let (filter, after) = (filter.clone(), after.map(str::to_owned));
        self.read(schema, move |reader, layout| read::scan(reader, layout, &filter, after.as_deref(), limit)).await
    }

    async fn count(&self, schema: &'static Schema, filter: &Filter, cap: u64) -> Result<Count, StoreError> {
        let filter = filter.clone();
        self.read(schema, move |reader, layout| read::count(reader, layout, &filter, cap)).await
    }

    async fn aggregate(&self, schema: &'static Schema, what: &Aggregate) -> Result<Vec<Group>, StoreError> {
        let what = what.clone();
        self.read(schema, move |reader, layout| read::aggregate(reader, layout, &what)).await
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        let (layouts, place) = (Arc::clone(&self.layouts), Arc::clone(&self.place));
        self.writer
            .run(move |writer| {
                place.holds()?;
                writer.written = writer.written.saturating_add(size(batch.writes.len()));
                writer.ready(&layouts)?;
                write::commit(&mut writer.connection, &writer.token, &layouts, batch)
            })
            .await
    }

    async fn load(&self, schema: &'static Schema, documents: Vec<Value>) -> Result<(), StoreError> {
        let layouts = Arc::clone(&self.layouts);
        self.writer
            .run(move |writer| {
                let layout = write::layout_of(&layouts, schema)?;
                if writer.bulk.running() {
                    let count = size(documents.len());
                    write::append(&mut writer.connection, &writer.token, layout, documents)?;
                    writer.bulk.appended(&writer.connection, count);
                    return Ok(());
                }
                write::load(&mut writer.connection, &writer.token, layout, documents)?;
                // Here and now: while one load follows the other the log never comes to rest, and would grow without
                // end beside a checkpoint that only copies.
                copy_back(&writer.connection);
                writer.written = 0;
                Ok(())
            })
            .await
    }

    async fn begin_load(&self) -> Result<(), StoreError> {
        let layouts = Arc::clone(&self.layouts);
        self.writer
            .run(move |writer| {
                writer.ready(&layouts)?;
                writer.bulk.begin(&mut writer.connection, &writer.token, &layouts)
            })
            .await
    }

    async fn end_load(&self) -> Result<(), StoreError> {
        let layouts = Arc::clone(&self.layouts);
        self.writer.run(move |writer| writer.ready(&layouts)).await
    }

    async fn dump(&self, into: mpsc::Sender<Dumped>) -> Result<(), StoreError> {
        let layouts = Arc::clone(&self.layouts);
        self.readers.run(move |reader| read::dump(reader, &layouts, &into)).await
    }

    async fn clear(&self) -> Result<(), StoreError> {
        let layouts = Arc::clone(&self.layouts);
        self.writer
            .run(move |writer| {
                writer.written = CHECKPOINT_EVERY;
                writer.ready(&layouts)?;
                write::clear(&mut writer.connection, &writer.token, &layouts)
            })
            .await
    }

    async fn foreign_changes(&self) -> Result<u64, StoreError> {
        Ok(self.stamps().await?.foreign)
    }

    async fn stamps(&self) -> Result<Stamps, StoreError> {
        let (token, place) = (Arc::clone(&self.token), Arc::clone(&self.place));
        self.stamps
            .run(move |connection| {
                place.holds()?;
                stamps::read(connection, &token)
            })
            .await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.readers
            .run(|reader| {
                reader
                    .connection
                    .query_row("SELECT count(*) FROM carnet_shapes", [], |_| Ok(()))
                    .map_err(|error| plain(&error))
            })
            .await
    }

    async fn check(&self) -> Result<Vec<String>, StoreError> {
        let layouts = Arc::clone(&self.layouts);
        self.readers.run(move |reader| check::check(reader, &layouts)).await
    }

    async fn close(&self) {
        let mut threads = self.readers.close();
        threads.extend(self.stamps.close());
        threads.extend(self.writer.close());
        // It ends with the writer; the last connection to close copies the whole log back.
        threads.extend(self.checkpoints.lock().unwrap_or_else(PoisonError::into_inner).take());
        let joined = tokio::task::spawn_blocking(move || {
            for thread in threads {
                if thread.join().is_err() {
                    tracing::error!("a thread of the store ended badly");
                }
            }
        });
        if joined.await.is_err() {
            tracing::error!("the store's threads could not be awaited");
        }
    }
}

#[cfg(test)]
mod tests;

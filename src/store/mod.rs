//! The durable memory: documents with declared schemas, one query algebra, atomic batches.
//!
//! [`Store`] is what both stores implement; one contract suite (`tests/`) runs on each. Typed access is in
//! [`Records`], an extension of every store. Nothing above this floor knows which store it talks to.

#[deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
pub mod backup;
pub mod mongo;
mod prefix;
#[deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
pub mod sqlite;
mod tell;

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use tokio::sync::{broadcast, mpsc};

pub use tell::Tell;

use crate::{
    domain::{
        calendar::Timestamp,
        entities::{
            self, Appreciation, Assignment, Class, FollowUp, School, SchoolYear, Sheet, Student, Subject, User,
        },
        id::ActId,
        query::{Aggregate, Count, Cursor, Filter, Group, Page, Query},
        rules::RuleSet,
        schema::{Entity, Schema, Stored},
    },
    protocol::{PathFault, ServerFault},
};

/// What can go wrong in a store. Every variant has a sentence for users, made one floor up.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// An expected version or a guard did not hold: read again and decide again.
    #[error("{collection}/{id} is not at the expected version")]
    Conflict { collection: &'static str, id: String },
    /// A unique field's value is taken by another document.
    #[error("{field} is taken in {collection}")]
    Duplicate { collection: &'static str, field: &'static str },
    /// The query does not fit the schema (unknown field, wrong type, unsortable).
    #[error("query does not fit {collection}: {why}")]
    Query { collection: &'static str, why: String },
    /// The store cannot be reached or did not answer in time; nothing is known of a write under way.
    #[error("store unavailable: {0}")]
    Unavailable(String),
    /// There is no store at this path, and none can be made there.
    #[error("{path}: {fault:?}")]
    Path { path: String, fault: PathFault },
    /// A database server is there, or should be, and is of no use as it is.
    #[error("database server: {0:?}")]
    Server(ServerFault),
    /// Another process holds the store for longer than the wait.
    #[error("store locked by another process")]
    Locked,
    #[error("no space left")]
    Full,
    #[error("store is read only")]
    ReadOnly,
    /// Not a store of ours, or damaged.
    #[error("store is damaged or not a carnet store: {0}")]
    Corrupt(String),
    /// Made by a newer carnet: this one must not write to it.
    #[error("store has format {found}, this program knows up to {known}")]
    Newer { found: u32, known: u32 },
    /// A document does not have the shape its type declares.
    #[error("{collection}/{id} cannot be read: {why}")]
    Document { collection: String, id: String, why: String },
    /// A restore of that backup was cut short or is under way: there is no whole school in the store.
    #[error("the restore of {0} is not finished")]
    Unfinished(String),
    #[error("{0}")]
    Other(String),
}

/// A document as stores hand it out: JSON text, parsed by whoever needs which part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub id: String,
    pub version: u64,
    /// The whole document, `_id`, `version`, `created_at`, `updated_at`, `updated_by` included.
    pub json: String,
}

impl Document {
    /// Reads the document as `T` (an entity's [`Stored`], or a smaller struct that takes only some fields).
    ///
    /// # Errors
    /// The document does not have that shape.
    pub fn parse<T: DeserializeOwned>(&self, collection: &str) -> Result<T, StoreError> {
        serde_json::from_str(&self.json).map_err(|error| StoreError::Document {
            collection: collection.to_owned(),
            id: self.id.clone(),
            why: error.to_string(),
        })
    }

    /// Reads the document as a record with what the store keeps beside it. As [`Document::parse`] of a [`Stored`], which
    /// would first take every field into memory to tell the two apart.
    ///
    /// # Errors
    /// The document does not have that shape.
    pub fn stored<T: Entity>(&self) -> Result<Stored<T>, StoreError> {
        /// What stands beside the body.
        #[derive(Deserialize)]
        struct Beside {
            version: u64,
            created_at: Timestamp,
            updated_at: Timestamp,
            updated_by: String,
        }
        let collection = T::SCHEMA.collection;
        let Beside { version, created_at, updated_at, updated_by } = self.parse(collection)?;
        Ok(Stored { body: self.parse(collection)?, version, created_at, updated_at, updated_by })
    }
}

/// At which version a document must be for a write to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// It must not exist.
    Absent,
    /// It must be at this version.
    Version(u64),
    /// Whatever it is (imports of a restore; never for marks).
    Any,
}

/// One write of a batch.
#[derive(Clone, Debug)]
pub enum Write {
    /// The whole document (body only; the store adds what [`Stored`] keeps beside it).
    Put {
        schema: &'static Schema,
        id: String,
        expect: Expect,
        body: Value,
    },
    /// Some fields at its top, of a document that must be at this version; the rest of it stays as it is. None of them is
    /// one that derived values are made of, or holds words: those go with the whole document.
    Patch {
        schema: &'static Schema,
        id: String,
        version: u64,
        fields: Map<String, Value>,
    },
    Delete {
        schema: &'static Schema,
        id: String,
        expect: Expect,
    },
}

impl Write {
    /// The kind of record that is written.
    #[must_use]
    pub fn schema(&self) -> &'static Schema {
        match self {
            Self::Put { schema, .. } | Self::Patch { schema, .. } | Self::Delete { schema, .. } => schema,
        }
    }

    /// The document's id.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Put { id, .. } | Self::Patch { id, .. } | Self::Delete { id, .. } => id,
        }
    }
}

/// A document read for a decision and not changed: it must still be at that version at the commit.
#[derive(Clone, Debug)]
pub struct Guard {
    pub schema: &'static Schema,
    pub id: String,
    /// `Absent` and `Version` only.
    pub expect: Expect,
}

/// What is committed together or not at all.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The operation id: a batch with an id that is already committed does nothing (a retry after a lost answer).
    pub op: ActId,
    /// `created_at` and `updated_at` of what is written.
    pub at: Timestamp,
    /// `updated_by`.
    pub by: String,
    pub guards: Vec<Guard>,
    pub writes: Vec<Write>,
    /// A shared cache could not be told of this change: [`Stamps::cache_epoch`] moves on with the commit, and all that
    /// was cached before is void.
    pub new_epoch: bool,
}

impl Batch {
    #[must_use]
    pub fn new(op: ActId, at: Timestamp, by: impl Into<String>) -> Self {
        Self { op, at, by: by.into(), guards: Vec::new(), writes: Vec::new(), new_epoch: false }
    }

    /// Adds a write of an entity.
    ///
    /// # Errors
    /// The entity cannot be written as JSON (a non-string map key).
    pub fn put<T: Entity>(&mut self, entity: &T, expect: Expect) -> Result<&mut Self, StoreError> {
        let body = to_body(entity)?;
        self.writes.push(Write::Put { schema: T::SCHEMA, id: entity.id().to_owned(), expect, body });
        Ok(self)
    }

    /// Does its commit move [`Stamps::setup`]?
    #[must_use]
    pub fn touches_setup(&self) -> bool {
        self.writes.iter().any(|write| is_setup(write.schema()))
    }

    pub fn delete<T: Entity>(&mut self, id: &str, expect: Expect) -> &mut Self {
        self.writes.push(Write::Delete { schema: T::SCHEMA, id: id.to_owned(), expect });
        self
    }

    pub fn guard<T: Entity>(&mut self, id: &str, expect: Expect) -> &mut Self {
        self.guards.push(Guard { schema: T::SCHEMA, id: id.to_owned(), expect });
        self
    }
}

/// An entity's body as JSON.
///
/// # Errors
/// It cannot be written as JSON.
pub fn to_body<T: Serialize>(entity: &T) -> Result<Value, StoreError> {
    serde_json::to_value(entity).map_err(|error| StoreError::Other(error.to_string()))
}

/// Is it a collection whose commits move [`Stamps::setup`]?
#[must_use]
pub fn is_setup(schema: &Schema) -> bool {
    const SETUP: [&str; 7] = [
        School::SCHEMA.collection,
        SchoolYear::SCHEMA.collection,
        RuleSet::SCHEMA.collection,
        Class::SCHEMA.collection,
        Subject::SCHEMA.collection,
        User::SCHEMA.collection,
        Assignment::SCHEMA.collection,
    ];
    SETUP.contains(&schema.collection)
}

/// What a commit did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The new version of each `Put` and `Patch`, in order; 0 for a `Delete`. Empty if `replayed`.
    pub versions: Vec<u64>,
    /// The operation id had been committed before: nothing was written.
    pub replayed: bool,
}

/// Numbers by which a process knows that what it holds is still so. One that is equal to an earlier reading: nothing of
/// that kind was committed in between, by anybody. They only grow, and are exact: whatever was acknowledged before the
/// reading began has moved them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamps {
    /// Moved by each commit to the set-up: school, years, rules, classes, subjects, users, assignments.
    pub setup: u64,
    /// Moved by each commit of which a shared cache could not be told, by [`Store::load`] and by [`Store::clear`].
    pub cache_epoch: u64,
    /// Moved by whatever somebody else (another process, another machine, another program) commits. MongoDB moves it
    /// also by our own commits, and by itself about every ten seconds.
    pub foreign: u64,
}

/// What somebody else has committed, as far as the store hears of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// One batch of another process, by its operation id.
    Batch { op: String, touched: Touched },
    /// Something; what exactly is not known.
    Anything,
}

/// What a batch has touched, as far as screens care.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// Ids of students; empty beside `many`.
    pub students: Vec<String>,
    /// More students than are worth naming.
    pub many: bool,
    /// Ids of sheets.
    pub sheets: Vec<String>,
    /// Classes, subjects, years, rules, assignments or users.
    pub setup: bool,
}

impl Touched {
    /// So many students or sheets are named in one batch's news.
    const NAMED: usize = 50;

    /// What `batch` is about to touch.
    #[must_use]
    pub fn by(batch: &Batch) -> Self {
        let of = |collection: &str| -> Vec<String> {
            let writes = batch.writes.iter().filter(|write| write.schema().collection == collection);
            writes.map(|write| write.id().to_owned()).collect()
        };
        let (mut students, sheets) = (of(Student::SCHEMA.collection), of(Sheet::SCHEMA.collection));
        // What is written beside the marks is news of its student, whose id it begins with.
        for kind in [Appreciation::SCHEMA, FollowUp::SCHEMA] {
            let ids = of(kind.collection);
            students.extend(ids.iter().filter_map(|id| id.split(':').next()).map(str::to_owned));
        }
        let many = students.len() > Self::NAMED || sheets.len() > Self::NAMED;
        let named = |ids: Vec<String>| if many { Vec::new() } else { ids };
        Self { students: named(students), many, sheets: named(sheets), setup: batch.touches_setup() }
    }
}

/// Some documents of a collection, on their way into a backup.
#[derive(Clone, Debug)]
pub struct Dumped {
    pub collection: &'static str,
    pub documents: Vec<Document>,
}

/// Fields at the top of a document that a reader does not take: what is long need not come over a line for nothing.
pub type Unread = &'static [&'static str];

/// The durable store.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// `sqlite` or `mongodb`.
    fn kind(&self) -> &'static str;

    async fn get(&self, schema: &'static Schema, id: &str) -> Result<Option<Document>, StoreError>;

    /// The documents that exist among `ids`, in no particular order.
    async fn get_many(&self, schema: &'static Schema, ids: &[String]) -> Result<Vec<Document>, StoreError>;

    async fn find(&self, schema: &'static Schema, query: &Query) -> Result<Page<Document>, StoreError>;

    /// As [`Store::get_many`], for a reader that takes none of the `unread` fields of a document: they may be left out.
    async fn get_many_without(
        &self,
        schema: &'static Schema,
        ids: &[String],
        _unread: Unread,
    ) -> Result<Vec<Document>, StoreError> {
        self.get_many(schema, ids).await
    }

    /// As [`Store::find`], for a reader that takes none of the `unread` fields; they are none that the query sorts by.
    async fn find_without(
        &self,
        schema: &'static Schema,
        query: &Query,
        _unread: Unread,
    ) -> Result<Page<Document>, StoreError> {
        self.find(schema, query).await
    }

    /// As [`Store::scan`], for a reader that takes none of the `unread` fields.
    async fn scan_without(
        &self,
        schema: &'static Schema,
        filter: &Filter,
        (after, limit): (Option<&str>, u32),
        _unread: Unread,
    ) -> Result<Vec<Document>, StoreError> {
        self.scan(schema, filter, after, limit).await
    }

    /// Every document that fits, in id order, without a page's limit; for small sets and for walks `after` an id.
    async fn scan(
        &self,
        schema: &'static Schema,
        filter: &Filter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError>;

    /// Counts up to `cap` documents.
    async fn count(&self, schema: &'static Schema, filter: &Filter, cap: u64) -> Result<Count, StoreError>;

    async fn aggregate(&self, schema: &'static Schema, what: &Aggregate) -> Result<Vec<Group>, StoreError>;

    /// Commits all of the batch or nothing, durably.
    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError>;

    /// Writes documents as they are (meta included), replacing what is there: restores and bulk seeding. Faster than
    /// batches, atomic per call, no versions checked. Callers hand over at most 5,000 at a time: MongoDB keeps a
    /// transaction in memory.
    async fn load(&self, schema: &'static Schema, documents: Vec<Value>) -> Result<(), StoreError>;

    /// Says that [`Store::load`] will now fill an empty store, each document once, and nothing else will be asked of it
    /// until [`Store::end_load`]: a store may then leave out what only reading needs. For one that is not empty it means
    /// nothing.
    async fn begin_load(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Makes what was left out since [`Store::begin_load`]. A unique value that is taken twice may be found only here.
    async fn end_load(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Sends every document, collection after collection in the order of [`entities::ALL`] and in id order: as they
    /// stand at one moment, where the store can tell. Ends when the receiver is gone.
    async fn dump(&self, into: mpsc::Sender<Dumped>) -> Result<(), StoreError> {
        const STEP: u32 = 500;
        for schema in entities::ALL.iter().filter(|schema| entities::of_school(schema)) {
            let mut after: Option<String> = None;
            loop {
                let documents = self.scan(schema, &Filter::All, after.as_deref(), STEP).await?;
                let Some(last) = documents.last().map(|document| document.id.clone()) else { break };
                after = Some(last);
                if into.send(Dumped { collection: schema.collection, documents }).await.is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Empties every collection [of the school](entities::of_school) and forgets the operation ids: the first step of a restore.
    async fn clear(&self) -> Result<(), StoreError>;

    /// A number that changes when somebody else (another process, another machine) has written.
    async fn foreign_changes(&self) -> Result<u64, StoreError>;

    /// The [`Stamps`] as they are now. Never waits for a writer.
    async fn stamps(&self) -> Result<Stamps, StoreError> {
        let foreign = self.foreign_changes().await?;
        Ok(Stamps { setup: foreign, cache_epoch: 0, foreign })
    }

    /// What others commit from now on, where the store is told of it; `None`: look at [`Stamps::foreign`] now and then.
    /// Whoever listens too slowly hears [`broadcast::error::RecvError::Lagged`]: then anything may have changed.
    fn news(&self) -> Option<broadcast::Receiver<News>> {
        None
    }

    /// Is the store there, and answering?
    async fn ping(&self) -> Result<(), StoreError>;

    /// Checks the store's own integrity; an empty list is a clean bill.
    async fn check(&self) -> Result<Vec<String>, StoreError>;

    /// Closes files and connections; later calls answer `Unavailable`.
    async fn close(&self);
}

/// A store shared by the backend's handlers.
pub type SharedStore = Arc<dyn Store>;

/// Typed access to any store.
#[async_trait]
pub trait Records {
    /// The entity of that id.
    async fn one<T: Entity>(&self, id: &str) -> Result<Option<Stored<T>>, StoreError>;

    /// Every entity that fits, in id order. For sets that are small by nature (classes, enrolments of a class).
    async fn every<T: Entity>(&self, filter: &Filter) -> Result<Vec<Stored<T>>, StoreError>;

    /// The same in any shape that reads from the collection of `E`, and takes none of the `unread` fields.
    async fn every_part<E: Entity, T: DeserializeOwned + Send>(
        &self,
        filter: &Filter,
        unread: Unread,
    ) -> Result<Vec<T>, StoreError>;

    /// A page of any shape that reads from the collection of `E`, and takes none of the `unread` fields.
    async fn page<E: Entity, T: DeserializeOwned + Send>(
        &self,
        query: &Query,
        unread: Unread,
    ) -> Result<Page<T>, StoreError>;
}

/// Every document that fits, read by `parse`, in id order.
async fn walk<S: Store + ?Sized, T>(
    store: &S,
    schema: &'static Schema,
    filter: &Filter,
    unread: Unread,
    parse: impl Fn(&Document) -> Result<T, StoreError> + Send,
) -> Result<Vec<T>, StoreError> {
    const STEP: u32 = 2_000;
    let mut all = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let documents = store.scan_without(schema, filter, (after.as_deref(), STEP), unread).await?;
        let last = documents.len() < STEP as usize;
        for document in &documents {
            all.push(parse(document)?);
        }
        if last {
            return Ok(all);
        }
        after = documents.into_iter().next_back().map(|document| document.id);
    }
}

#[async_trait]
impl<S: Store + ?Sized> Records for S {
    async fn one<T: Entity>(&self, id: &str) -> Result<Option<Stored<T>>, StoreError> {
        let document = self.get(T::SCHEMA, id).await?;
        document.map(|document| document.stored()).transpose()
    }

    async fn every<T: Entity>(&self, filter: &Filter) -> Result<Vec<Stored<T>>, StoreError> {
        walk(self, T::SCHEMA, filter, &[], Document::stored).await
    }

    async fn every_part<E: Entity, T: DeserializeOwned + Send>(
        &self,
        filter: &Filter,
        unread: Unread,
    ) -> Result<Vec<T>, StoreError> {
        walk(self, E::SCHEMA, filter, unread, |document| document.parse(E::SCHEMA.collection)).await
    }

    async fn page<E: Entity, T: DeserializeOwned + Send>(
        &self,
        query: &Query,
        unread: Unread,
    ) -> Result<Page<T>, StoreError> {
        let page = self.find_without(E::SCHEMA, query, unread).await?;
        let items: Result<Vec<T>, StoreError> =
            page.items.iter().map(|document| document.parse(E::SCHEMA.collection)).collect();
        Ok(Page { items: items?, cursors: page.cursors, more: page.more })
    }
}

/// The cursor of a document in an order: shared by the stores.
pub type Cursors = Vec<Cursor>;

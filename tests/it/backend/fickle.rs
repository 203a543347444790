//! A store that fails as told: away, frozen, or losing its answers.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering},
};

use async_trait::async_trait;
use carnet::{
    domain::{
        query::{Aggregate, Count, Filter, Group, Page, Query},
        schema::Schema,
    },
    store::{Batch, Committed, Document, SharedStore, Stamps, Store, StoreError},
};
use serde_json::Value;
use tokio::sync::Notify;

/// How the store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Good,
    /// Nothing is answered but refusals.
    Away,
    /// It can be read, and takes no writes.
    Locked,
    /// The next commit is done, its answer lost; then it is away.
    LosesAnswer,
    /// Nothing is answered at all.
    Frozen,
}

/// The wrapper, and the hand that moves it.
pub struct Fickle {
    store: SharedStore,
    mood: AtomicU8,
    thawed: Notify,
    /// The next reading of marks while it is locked is held up once it has read.
    holds: AtomicBool,
    held: Notify,
    let_go: Notify,
    /// Entries of the history that searches have found since it was last asked.
    entries: AtomicUsize,
    /// Commits until it is away; `usize::MAX`: it stays.
    left: AtomicUsize,
    /// Of the last of them the answer is lost.
    loses: AtomicBool,
}

impl Fickle {
    pub fn new(store: SharedStore) -> Arc<Self> {
        Arc::new(Self {
            store,
            mood: AtomicU8::new(0),
            thawed: Notify::new(),
            holds: AtomicBool::new(false),
            held: Notify::new(),
            let_go: Notify::new(),
            entries: AtomicUsize::new(0),
            left: AtomicUsize::new(usize::MAX),
            loses: AtomicBool::new(false),
        })
    }

    pub fn set(&self, mood: Mood) {
        self.mood.store(mood as u8, Ordering::SeqCst);
        self.thawed.notify_waiters();
    }

    /// Takes so many commits more, and is then away; `loses`: the last one's answer is lost.
    pub fn cut_after(&self, commits: usize, loses: bool) {
        self.loses.store(loses, Ordering::SeqCst);
        self.left.store(commits, Ordering::SeqCst);
    }

    /// Counts a commit; `true`: the answer of this one is lost.
    fn counted(&self) -> Result<bool, StoreError> {
        match self.left.load(Ordering::SeqCst) {
            usize::MAX => Ok(false),
            0 => {
                self.left.store(usize::MAX, Ordering::SeqCst);
                self.set(Mood::Away);
                Err(StoreError::Unavailable("cut".into()))
            }
            left => {
                self.left.store(left - 1, Ordering::SeqCst);
                Ok(left == 1 && self.loses.load(Ordering::SeqCst))
            }
        }
    }

    /// Holds up the next reading of marks.
    pub fn hold(&self) {
        self.holds.store(true, Ordering::SeqCst);
    }

    /// A reading is held up.
    pub async fn holding(&self) {
        self.held.notified().await;
    }

    pub fn let_go(&self) {
        self.let_go.notify_one();
    }

    /// How many entries of the history have been found since this was last asked.
    pub fn entries_found(&self) -> usize {
        self.entries.swap(0, Ordering::SeqCst)
    }

    fn found(&self, schema: &'static Schema, count: usize) {
        if schema.collection == "audit" {
            self.entries.fetch_add(count, Ordering::SeqCst);
        }
    }

    fn is(&self, mood: Mood) -> bool {
        self.mood.load(Ordering::SeqCst) == mood as u8
    }

    async fn here(&self) -> Result<(), StoreError> {
        while self.is(Mood::Frozen) {
            let thawed = self.thawed.notified();
            if self.is(Mood::Frozen) {
                thawed.await;
            }
        }
        if self.is(Mood::Away) { Err(StoreError::Unavailable("told to be".into())) } else { Ok(()) }
    }
}

#[async_trait]
impl Store for Fickle {
    fn kind(&self) -> &'static str {
        self.store.kind()
    }

    async fn get(&self, schema: &'static Schema, id: &str) -> Result<Option<Document>, StoreError> {
        self.here().await?;
        self.store.get(schema, id).await
    }

    async fn get_many(&self, schema: &'static Schema, ids: &[String]) -> Result<Vec<Document>, StoreError> {
        self.here().await?;
        self.store.get_many(schema, ids).await
    }

    async fn find(&self, schema: &'static Schema, query: &Query) -> Result<Page<Document>, StoreError> {
        self.here().await?;
        let page = self.store.find(schema, query).await?;
        self.found(schema, page.items.len());
        Ok(page)
    }

    async fn scan(
        &self,
        schema: &'static Schema,
        filter: &Filter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        self.here().await?;
        let documents = self.store.scan(schema, filter, after, limit).await?;
        if schema.collection == "marks" && self.is(Mood::Locked) && self.holds.swap(false, Ordering::SeqCst) {
            self.held.notify_one();
            self.let_go.notified().await;
        }
        self.found(schema, documents.len());
        Ok(documents)
    }

    async fn count(&self, schema: &'static Schema, filter: &Filter, cap: u64) -> Result<Count, StoreError> {
        self.here().await?;
        self.store.count(schema, filter, cap).await
    }

    async fn aggregate(&self, schema: &'static Schema, what: &Aggregate) -> Result<Vec<Group>, StoreError> {
        self.here().await?;
        self.store.aggregate(schema, what).await
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        self.here().await?;
        if self.is(Mood::Locked) {
            return Err(StoreError::Locked);
        }
        let cut = !batch.writes.is_empty() && self.counted()?;
        let lost = cut || (self.is(Mood::LosesAnswer) && !batch.writes.is_empty());
        let done = self.store.commit(batch).await;
        if lost {
            self.left.store(usize::MAX, Ordering::SeqCst);
            self.set(Mood::Away);
            return Err(StoreError::Unavailable("the answer is lost".into()));
        }
        done
    }

    async fn load(&self, schema: &'static Schema, documents: Vec<Value>) -> Result<(), StoreError> {
        self.here().await?;
        self.store.load(schema, documents).await
    }

    async fn clear(&self) -> Result<(), StoreError> {
        self.here().await?;
        self.store.clear().await
    }

    async fn foreign_changes(&self) -> Result<u64, StoreError> {
        self.here().await?;
        self.store.foreign_changes().await
    }

    async fn stamps(&self) -> Result<Stamps, StoreError> {
        self.here().await?;
        self.store.stamps().await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.here().await?;
        self.store.ping().await
    }

    async fn check(&self) -> Result<Vec<String>, StoreError> {
        self.here().await?;
        self.store.check().await
    }

    async fn close(&self) {
        self.store.close().await;
    }
}

//! What every handler shares: the store, the cache, time, and the way news goes out.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio::sync::{mpsc, watch};

use super::{
    BackendConfig,
    anchors::Anchors,
    environment::fresh_id,
    fresh::Stale,
    journal::Journals,
    news::{Heard, Said},
    offline::Offline,
    passwords::Passwords,
    sessions::Sessions,
    settings::Held,
};
use crate::{
    domain::{calendar::Timestamp, id::StudentId, text_values::Phone},
    protocol::{CacheFault, Event, Failure, Inbound, Lamp, Part, Trouble},
    store::{SharedStore, StoreError, Tell, Touched},
};

/// Phones remembered at once.
const PHONES: usize = 5_000;

/// The backend's parts, shared by the tasks that the actor starts.
pub(super) struct Core {
    pub config: BackendConfig,
    pub anchors: Anchors,
    /// Names this process where several work on one store.
    pub process: String,
    /// `None` until it could be opened.
    slot: tokio::sync::RwLock<Option<SharedStore>>,
    /// How often opening has failed, and how it failed last.
    failed: Mutex<(u64, Option<Failure>)>,
    /// Nobody waits for a store to open any more.
    stopping: watch::Sender<bool>,
    clients: Arc<Mutex<Vec<mpsc::UnboundedSender<Inbound>>>>,
    /// Commits since the start to the set-up, and to accounts and charges.
    setup: AtomicU64,
    people: AtomicU64,
    /// What is held between such commits.
    pub held: Mutex<Held>,
    /// Who is logged in here.
    pub sessions: Sessions,
    /// What the cache could not be told.
    pub stale: Stale,
    /// What others have committed.
    pub heard: Arc<Heard>,
    pub passwords: Passwords,
    /// Phones of students that lists have shown: a card opened from one is looked for in the cache by it.
    phones: Mutex<HashMap<StudentId, Phone>>,
    /// Stamp of foreign changes that was last announced.
    foreign: AtomicU64,
    /// The store's, and the cache's.
    lamps: Mutex<(Lamp, Lamp)>,
    /// Averages could not be made anew after a change of set-up.
    behind: AtomicBool,
    /// Somebody wants the averages that are being made anew to stay as they were.
    stop: AtomicBool,
    pub offline: Offline,
    /// The write lane: one at a time, first come first served.
    pub lane: tokio::sync::Mutex<()>,
}

impl Core {
    pub fn new(config: BackendConfig) -> Self {
        let passwords = Passwords::new(config.bcrypt_cost);
        let anchors = Anchors::new(config.anchors.clone(), &config.audit_key);
        let process = fresh_id(&*config.clock, &*config.ids);
        let offline = Offline::new(config.offline.clone().map(Journals::new));
        Self {
            config,
            process,
            anchors,
            slot: tokio::sync::RwLock::new(None),
            failed: Mutex::default(),
            stopping: watch::Sender::new(false),
            clients: Arc::default(),
            setup: AtomicU64::new(0),
            people: AtomicU64::new(0),
            held: Mutex::default(),
            sessions: Sessions::default(),
            stale: Stale::default(),
            heard: Arc::default(),
            passwords,
            phones: Mutex::default(),
            foreign: AtomicU64::new(0),
            lamps: Mutex::new((Lamp::Good, Lamp::Good)),
            behind: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            offline,
            lane: tokio::sync::Mutex::new(()),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.config.clock.now()
    }

    pub fn fresh_id(&self) -> String {
        fresh_id(&*self.config.clock, &*self.config.ids)
    }

    /// The store, opened if it was not yet.
    pub async fn store(&self) -> Result<SharedStore, Failure> {
        let failures = lock(&self.failed).0;
        if let Some(store) = &*self.slot.read().await {
            return Ok(store.clone());
        }
        let mut slot = self.slot.write().await;
        if let Some(store) = &*slot {
            return Ok(store.clone());
        }
        // It was tried while this one waited for its turn: trying again at once would only make everybody wait longer.
        if let (now, Some(failure)) = &*lock(&self.failed)
            && *now != failures
        {
            return Err(failure.clone());
        }
        let clients = self.clients.clone();
        let tell = Tell::new(move |work| publish(&clients, &Event::Store(work)));
        let mut stopping = self.stopping.subscribe();
        let opened = tokio::select! {
            opened = (self.config.open_store)(tell) => opened,
            _ = stopping.wait_for(|stopping| *stopping) => Err(StoreError::Unavailable("leaving".to_owned())),
        };
        match opened {
            Ok(store) => {
                *slot = Some(store.clone());
                if let Some(news) = store.news() {
                    let clients = self.clients.clone();
                    tokio::spawn(super::news::tell_on(news, self.heard.clone(), move |event| publish(&clients, event)));
                }
                self.light(Lamp::Good);
                Ok(store)
            }
            Err(error) => {
                tracing::warn!(%error, "the store cannot be opened");
                let failure = self.failure(&error);
                let mut failed = lock(&self.failed);
                *failed = (failed.0.saturating_add(1), Some(failure.clone()));
                drop(failed);
                self.light(Lamp::Gone);
                Err(failure)
            }
        }
    }

    /// Whoever waits for the store to open is sent away.
    pub fn stop_opening(&self) {
        self.stopping.send_replace(true);
    }

    /// Closes the store, if it is open.
    pub async fn close(&self) {
        let store = self.slot.write().await.take();
        if let Some(store) = store {
            store.close().await;
        }
    }

    /// A store's error as users meet it. Faults of ours go to the log under the id that they are shown.
    pub fn failure(&self, error: &StoreError) -> Failure {
        match error {
            StoreError::Conflict { .. } => Failure::Conflict,
            StoreError::Unfinished(backup) => {
                let here = self.config.backups.join(backup).is_file();
                let detail = Trouble::Unfinished { backup: backup.clone(), here };
                Failure::Offline { what: Part::Store, detail }
            }
            other => match trouble(other) {
                Some(detail) => Failure::Offline { what: Part::Store, detail },
                None => self.internal(other),
            },
        }
    }

    /// Writes a fault to the log and gives the id that finds it there.
    pub fn internal(&self, fault: &dyn std::fmt::Display) -> Failure {
        let id: String = self.fresh_id().chars().rev().take(8).collect();
        tracing::error!(id, %fault, "internal fault");
        Failure::Internal { id }
    }

    pub fn register(&self, client: mpsc::UnboundedSender<Inbound>) {
        lock(&self.clients).push(client);
    }

    /// Tells every client.
    pub fn publish(&self, event: &Event) {
        publish(&self.clients, event);
    }

    /// Sets the store's lamp and says so when it changed.
    pub fn light(&self, now: Lamp) {
        self.shine(|lamps| lamps.0 = now);
    }

    fn shine(&self, change: impl FnOnce(&mut (Lamp, Lamp))) {
        let (before, now) = {
            let mut lamps = lock(&self.lamps);
            let before = *lamps;
            change(&mut lamps);
            (before, *lamps)
        };
        if before != now {
            self.publish(&Event::Lamp { store: now.0, cache: now.1 });
        }
        // What was asked meanwhile was not answered, and what others did was not heard.
        if before.0 == Lamp::Gone && now.0 != Lamp::Gone {
            self.publish(&Event::Elsewhere);
        }
    }

    /// Looks whether the cache can be used.
    pub async fn look_at_cache(&self) -> Lamp {
        let now = match self.config.cache.ping().await {
            Ok(()) => Lamp::Good,
            Err(_) if self.config.cache.trouble() == Some(CacheFault::Slow) => Lamp::Slow,
            Err(_) => Lamp::Gone,
        };
        self.shine(|lamps| lamps.1 = now);
        now
    }

    pub fn lamp(&self) -> Lamp {
        lock(&self.lamps).0
    }

    pub fn setup_commits(&self) -> u64 {
        self.setup.load(Ordering::SeqCst)
    }

    pub fn people_commits(&self) -> u64 {
        self.people.load(Ordering::SeqCst)
    }

    /// Counts a commit to these collections.
    pub fn committed(&self, collections: &[&str]) {
        for collection in collections {
            match *collection {
                // Who answers for a class stands on it.
                "school" | "years" | "classes" => {
                    self.setup.fetch_add(1, Ordering::SeqCst);
                    self.people.fetch_add(1, Ordering::SeqCst);
                }
                "rules" | "levels" | "subjects" => {
                    self.setup.fetch_add(1, Ordering::SeqCst);
                }
                "users" | "assignments" => {
                    self.people.fetch_add(1, Ordering::SeqCst);
                }
                _ => {}
            }
        }
    }

    /// Averages are stale, and nobody is making them anew.
    pub fn fall_behind(&self) {
        self.behind.store(true, Ordering::SeqCst);
    }

    /// Has that been said since the last time?
    pub fn was_behind(&self) -> bool {
        self.behind.swap(false, Ordering::SeqCst)
    }

    /// New rules come into force: a wish to stop from before is not about them.
    pub fn begin_rules(&self) {
        self.stop.store(false, Ordering::SeqCst);
    }

    pub fn stop_rules(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    pub fn rules_stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Everything may have changed: a restore, a seeding.
    pub fn everything_changed(&self) {
        self.committed(&["school", "users"]);
    }

    /// Everything has been written past the batches: what the cache has is void.
    pub async fn forget(&self, store: &SharedStore) {
        self.everything_changed();
        self.void(store).await;
        if let Err(error) = self.config.cache.flush().await {
            tracing::warn!(%error, "cache flush");
        }
        self.tell_others(&self.fresh_id(), Touched { many: true, setup: true, ..Touched::default() }).await;
    }

    /// Says to those who share the cache what a commit has touched. The store tells them anyway, if later.
    pub async fn tell_others(&self, op: &str, touched: Touched) {
        if self.config.cache.shared()
            && let Some(text) = Said::text(&self.process, op, touched)
            && let Err(error) = self.config.cache.tell(&text).await
        {
            tracing::debug!(%error, "news by the cache");
        }
    }

    /// Remembers (or forgets) by which phone a student's card is cached.
    pub fn phone_of(&self, id: &StudentId, phone: Option<&Phone>) {
        let mut phones = lock(&self.phones);
        match phone {
            Some(phone) => {
                if phones.len() >= PHONES {
                    phones.clear();
                }
                phones.insert(id.clone(), phone.clone());
            }
            None => {
                phones.remove(id);
            }
        }
    }

    pub fn phone_known(&self, id: &StudentId) -> Option<Phone> {
        lock(&self.phones).get(id).cloned()
    }

    /// Looks whether somebody else has written, and says so to every client. A store that is not open stays so:
    /// whoever needs it opens it.
    pub async fn watch(&self) {
        self.look_at_cache().await;
        let Some(store) = self.slot.try_read().ok().and_then(|slot| slot.clone()) else { return };
        match store.stamps().await {
            Ok(stamps) => {
                // A store that can be read may still take no writes: then only a write that goes well says otherwise.
                if self.offline.away().is_none() {
                    self.light(Lamp::Good);
                }
                self.settle(&store).await;
                // A store that is told of changes tells of them itself, and exactly.
                if self.foreign.swap(stamps.foreign, Ordering::SeqCst) != stamps.foreign && store.news().is_none() {
                    self.publish(&Event::Elsewhere);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the store does not answer");
                match trouble(&error) {
                    Some(trouble) if self.offline.journals().is_some() => self.store_went(trouble),
                    Some(_) | None => self.light(Lamp::Gone),
                }
            }
        }
    }
}

fn publish(clients: &Mutex<Vec<mpsc::UnboundedSender<Inbound>>>, event: &Event) {
    lock(clients).retain(|client| client.send(Inbound::Event(event.clone())).is_ok());
}

/// A lock that a panic elsewhere cannot take away from us: its data are plain values.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is the matter with the store, where it is the store and not us.
pub(super) fn trouble(error: &StoreError) -> Option<Trouble> {
    Some(match error {
        StoreError::Unavailable(_) => Trouble::Unreachable,
        StoreError::Path { path, fault } => Trouble::Path { path: path.clone(), fault: fault.clone() },
        StoreError::Locked => Trouble::Locked,
        StoreError::Full => Trouble::Full,
        StoreError::ReadOnly => Trouble::ReadOnly,
        StoreError::Corrupt(_) => Trouble::Corrupt,
        StoreError::Server(fault) => Trouble::Server(fault.clone()),
        StoreError::Newer { found, known } => Trouble::Newer { found: *found, known: *known },
        StoreError::Unfinished(backup) => Trouble::Unfinished { backup: backup.clone(), here: false },
        StoreError::Conflict { .. }
        | StoreError::Duplicate { .. }
        | StoreError::Query { .. }
        | StoreError::Document { .. }
        | StoreError::Other(_) => return None,
    })
}

#[cfg(test)]
mod tests;

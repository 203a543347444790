//! Two backends over one store and one cache that loses, delays and corrupts what it is told: no read is older than a
//! change that was done before the read began.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use carnet::{
    backend::Backend,
    cache::{
        Cache, CacheCounters, CacheError, Hold, Lease, Life, Reading, SessionEntry, SharedCache, keys::Keys,
        memory::MemoryCache,
    },
    domain::id::{ClassId, StudentId},
    protocol::{Reply, Request, StatsQuestion, TopQuestion},
};

use super::{Client, PASSWORD, Place, login, opened, points};

/// A shared cache, as this process reaches it on a bad day.
struct BadDay {
    inner: SharedCache,
    seed: AtomicU64,
    /// Nothing is lost by chance.
    calm: bool,
    ambush: tokio::sync::Mutex<Option<Ambush>>,
    /// Releases do not arrive.
    deaf: AtomicBool,
}

/// What happens right after the next hold, before its commit: the hold is lost, and somebody reads and keeps what is
/// still true.
struct Ambush {
    passed: Arc<AtomicU64>,
    reader: Client,
    student: StudentId,
    class: ClassId,
}

impl BadDay {
    /// A number below `below`, always the same ones in the same order.
    fn dice(&self, below: u64) -> u64 {
        let next =
            |seed: u64| Some(seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
        let seed = self.seed.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next).unwrap();
        (seed >> 33) % below
    }

    /// It takes a while, and may not arrive, or the answer may not.
    async fn way(&self) -> Result<(), CacheError> {
        for _ in 0..self.dice(4) {
            tokio::task::yield_now().await;
        }
        if !self.calm && self.dice(8) == 0 { Err(CacheError::Unavailable("lost".to_owned())) } else { Ok(()) }
    }
}

#[async_trait]
impl Cache for BadDay {
    fn kind(&self) -> &'static str {
        "redis"
    }

    fn shared(&self) -> bool {
        true
    }

    async fn read(&self, tag: &str, key: &str, epoch: u64) -> Result<Reading, CacheError> {
        self.way().await?;
        let read = self.inner.read(tag, key, epoch).await?;
        self.way().await?;
        if !self.calm && self.dice(10) == 0 {
            // Nonsense, or a flush by somebody else.
            self.inner.flush().await?;
            return Ok(Reading::Hit("{\"nonsense\":".to_owned()));
        }
        Ok(read)
    }

    async fn lease(&self, tag: &str) -> Result<Option<Lease>, CacheError> {
        self.way().await?;
        self.inner.lease(tag).await
    }

    async fn fill(&self, key: &str, lease: Lease, epoch: u64, json: &str, ttl: Duration) -> Result<(), CacheError> {
        self.way().await?;
        if !self.calm && self.dice(4) == 0 {
            // It arrives much later.
            let (inner, key, json) = (self.inner.clone(), key.to_owned(), json.to_owned());
            let turns = self.dice(2_000);
            tokio::spawn(async move {
                for _ in 0..turns {
                    tokio::task::yield_now().await;
                }
                let _ = inner.fill(&key, lease, epoch, &json, ttl).await;
            });
            return Ok(());
        }
        self.inner.fill(key, lease, epoch, json, ttl).await
    }

    async fn hold(&self, hold: &Hold, lasts: Duration) -> Result<(), CacheError> {
        self.way().await?;
        self.inner.hold(hold, lasts).await?;
        if let Some(mut ambush) = self.ambush.lock().await.take() {
            ambush.passed.fetch_add(lasts.as_secs() + 1, Ordering::SeqCst);
            seen(&mut ambush.reader, &ambush.student, &ambush.class).await;
            self.deaf.store(true, Ordering::SeqCst);
        }
        self.way().await
    }

    async fn release(&self, hold: &Hold) -> Result<(), CacheError> {
        if self.deaf.swap(false, Ordering::SeqCst) {
            return Err(CacheError::Unavailable("told to be".to_owned()));
        }
        self.way().await?;
        self.inner.release(hold).await?;
        self.way().await
    }

    async fn put_session(&self, _: &str, _: &str, _: SessionEntry) -> Result<(), CacheError> {
        self.way().await
    }

    async fn touch_session(&self, _: &str, _: &str, _: i64) -> Result<Option<SessionEntry>, CacheError> {
        Ok(None)
    }

    async fn sessions(&self, _: &str) -> Result<BTreeMap<String, SessionEntry>, CacheError> {
        Ok(BTreeMap::new())
    }

    async fn end_session(&self, _: &str, _: Option<&str>) -> Result<(), CacheError> {
        self.way().await
    }

    async fn list(&self, prefix: &str, limit: usize) -> Result<Vec<(String, u64)>, CacheError> {
        self.inner.list(prefix, limit).await
    }

    async fn flush(&self) -> Result<(), CacheError> {
        self.inner.flush().await
    }

    fn life(&self) -> Life {
        Life::default()
    }

    fn counters(&self) -> CacheCounters {
        self.inner.counters()
    }

    async fn ping(&self) -> Result<(), CacheError> {
        Ok(())
    }
}

fn start(place: &Place, inner: &SharedCache, seed: u64, calm: bool) -> (Backend, Arc<BadDay>) {
    let (seeds, ambush, deaf) = (AtomicU64::new(seed), tokio::sync::Mutex::new(None), AtomicBool::new(false));
    let cache = Arc::new(BadDay { inner: inner.clone(), seed: seeds, calm, ambush, deaf });
    let mut config = place.config(seed);
    config.cache = cache.clone();
    (Backend::start(config), cache)
}

/// A hold that was lost before its commit is missed by its release; where that does not arrive either, all is void.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_that_is_lost_and_a_release_that_does_not_arrive() {
    let (place, passed, began) = (Place::new(), Arc::new(AtomicU64::new(0)), Instant::now());
    let offset = passed.clone();
    let clock = Arc::new(move || began + Duration::from_secs(offset.load(Ordering::SeqCst)));
    let inner: SharedCache = Arc::new(MemoryCache::with(Keys::default(), 8 * 1024 * 1024, clock));
    let ((here, cache), (there, _)) = (start(&place, &inner, 1, true), start(&place, &inner, 2, true));
    let mut writer = opened(&here).await;
    let class = writer.class(0).id;
    let subject = writer.entered.setup.subjects[0].name.as_str().to_owned();
    let mut form = Client::form("Diallo", "Awa", Some(&class));
    form.phone = Some(super::phone("70000001"));
    let student = writer.add(form).await.unwrap().id;
    let key = writer.key(&class, &subject);
    let column = writer.add_column(&key, "Devoir").await;
    let set = writer.set(&key, (&column, &student), points(800), None).await.unwrap();
    let reader = login(&there, "admin", PASSWORD).await.unwrap();
    let ambush = Ambush { passed, reader, student: student.clone(), class: class.clone() };
    *cache.ambush.lock().await = Some(ambush);
    writer.set(&key, (&column, &student), points(1_600), Some(set.version)).await.unwrap();
    let mut reader = login(&there, "admin", PASSWORD).await.unwrap();
    assert_eq!(seen(&mut reader, &student, &class).await, [1_600; 3]);
    here.shutdown().await;
    there.shutdown().await;
}

/// What a reader sees of the one student: the average of the card, of the best ten and of the class, in hundredths.
pub async fn seen(client: &mut Client, student: &StudentId, class: &ClassId) -> [u16; 3] {
    let card = match client.call(Request::OpenStudent(student.clone())).await.unwrap() {
        Reply::Student(card) => card.student.average.map_or(0, carnet::domain::score::Average::hundredths),
        other => panic!("{other:?}"),
    };
    let top = TopQuestion {
        class: None,
        year: None,
        term: Some(carnet::domain::calendar::Term::new(1).unwrap()),
        limit: 10,
        with_ties: false,
    };
    let top = match client.call(Request::Top(top)).await.unwrap() {
        Reply::Top(rows) => rows.first().map_or(0, |row| row.average.hundredths()),
        other => panic!("{other:?}"),
    };
    let question = StatsQuestion {
        class: Some(class.clone()),
        subject: None,
        year: None,
        term: Some(carnet::domain::calendar::Term::new(1).unwrap()),
    };
    let stats = match client.call(Request::Stats(question)).await.unwrap() {
        Reply::Stats(stats) => stats.sorted.first().copied().map_or(0, carnet::domain::score::Average::hundredths),
        other => panic!("{other:?}"),
    };
    [card, top, stats]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_read_is_older_than_a_change_that_was_done() {
    const LAST: u16 = 120;
    let place = Place::new();
    // Time flies: a hold whose writer does not know that it was taken ends within the test.
    let start_of_time = Instant::now();
    let clock = Arc::new(move || start_of_time + start_of_time.elapsed() * 1_000);
    let inner: SharedCache = Arc::new(MemoryCache::with(Keys::default(), 8 * 1024 * 1024, clock));
    let ((here, _), (there, _)) = (start(&place, &inner, 1, false), start(&place, &inner, 2, false));
    let mut writer = opened(&here).await;
    let class = writer.class(0).id;
    let subject = writer.entered.setup.subjects[0].name.as_str().to_owned();
    let mut form = Client::form("Diallo", "Awa", Some(&class));
    form.phone = Some(super::phone("70000001"));
    let student = writer.add(form).await.unwrap().id;
    let key = writer.key(&class, &subject);
    let column = writer.add_column(&key, "Devoir").await;
    let done = Arc::new(AtomicU64::new(0));
    let mut readers = Vec::new();
    for backend in [&here, &there, &there] {
        let mut reader = login(backend, "admin", PASSWORD).await.unwrap();
        let (done, student, class) = (done.clone(), student.clone(), class.clone());
        readers.push(tokio::spawn(async move {
            loop {
                let before = done.load(Ordering::SeqCst);
                let found = seen(&mut reader, &student, &class).await;
                for (what, value) in ["card", "best", "class"].iter().zip(found) {
                    assert!(u64::from(value) >= before, "{what}: {value} was read after {before} was done");
                }
                if before == u64::from(LAST) {
                    assert_eq!(found, [LAST; 3]);
                    break;
                }
            }
        }));
    }
    // Written here and there in turn: the mark only grows.
    let mut other = login(&there, "admin", PASSWORD).await.unwrap();
    let mut version = None;
    for value in 1..=LAST {
        let client = if value % 3 == 0 { &mut other } else { &mut writer };
        let set = client.set(&key, (&column, &student), points(value), version).await.unwrap();
        version = Some(set.version);
        done.store(u64::from(value), Ordering::SeqCst);
    }
    for reader in readers {
        tokio::time::timeout(Duration::from_secs(120), reader).await.unwrap().unwrap();
    }
    assert!(inner.counters().hits > 0, "the cache was of use: {:?}", inner.counters());
    here.shutdown().await;
    there.shutdown().await;
}

//! Two backends over one store and one real Redis, each by a way that delays, cuts and repeats, while somebody writes
//! what he likes into it: no read is older than a change that was done before the read began, or of another student.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use carnet::{
    backend::Backend,
    cache::{Cache, keys::Keys, redis::RedisCache},
    domain::id::StudentId,
    protocol::{CacheFault, Event, Inbound, Lamp, Reply, Request},
};

use super::{Client, PASSWORD, Place, cached::seen, login, opened, phone, points};
use crate::{
    proxy::Proxy,
    redis_server::{Meddler, RedisServer, SECRET},
    until,
};

fn start(place: &Place, uri: &str, seed: u64) -> (Backend, Arc<RedisCache>) {
    let cache = Arc::new(RedisCache::new(uri, Keys::default(), SECRET).unwrap());
    let mut config = place.config(seed);
    config.cache = cache.clone();
    (Backend::start(config), cache)
}

/// Somebody who knows how values look, and not what seals them.
struct Vandal {
    meddler: Meddler,
    seed: u64,
    /// What has stood where.
    seen: Vec<(String, String)>,
    done: u64,
}

impl Vandal {
    fn dice(&mut self, below: usize) -> usize {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.seed >> 33).unwrap() % below
    }

    async fn set(&mut self, key: &str, text: &str) {
        let _: String = self.meddler.call("SET", &[key, text, "EX", "3600"]).await;
        self.done += 1;
    }

    /// One bad deed.
    async fn act(&mut self) {
        let all: Vec<String> = self.meddler.call("KEYS", &["*"]).await;
        let values: Vec<String> = all
            .into_iter()
            .filter(|key| !["tag:", "cache:", "session:"].iter().any(|own| key.starts_with(own)))
            .collect();
        for key in &values {
            let now: Option<String> = self.meddler.call("GET", &[key]).await;
            self.seen.extend(now.map(|now| (key.clone(), now)));
        }
        if self.seen.is_empty() {
            return;
        }
        let (old_at, other_at) = (self.dice(self.seen.len()), self.dice(self.seen.len()));
        let (key, old) = self.seen[old_at].clone();
        let (_, other) = self.seen[other_at].clone();
        let (_, newest) = self.seen.iter().rev().find(|(of, _)| *of == key).cloned().unwrap();
        // The head and seal of what is now true, over what was.
        let head = newest.split_once(r#","value":"#).map_or("", |(head, _)| head);
        let body = |text: &str| text.split_once(r#","value":"#).map_or(String::new(), |(_, body)| body.to_owned());
        match self.dice(10) {
            0 => self.set(&key, "{\"v\":1,").await,
            1 => self.set(&key, old.get(..old.len() / 2).unwrap_or("")).await,
            2 => self.set(&key, &old).await,
            3 => self.set(&key, &other).await,
            4 => self.set(&key, &format!(r#"{head},"value":{}"#, body(&old))).await,
            5 => self.set(&key, &format!(r#"{head},"value":{}"#, body(&other))).await,
            6 => self.meddler.lose_states().await,
            // Holds of those who have given up end.
            8 => self.meddler.advance(Duration::from_secs(20)).await,
            7 if self.dice(8) == 0 => self.meddler.flush().await,
            _ => {
                let _: i64 = self.meddler.call("DEL", &[&key]).await;
            }
        }
    }
}

/// Reads on and on; what is found is between what was done before and what has been begun.
async fn read_on(mut reader: Client, student: StudentId, begun: Arc<AtomicU64>, done: Arc<AtomicU64>, last: u64) {
    let class = reader.class(0).id;
    loop {
        let before = done.load(Ordering::SeqCst);
        let found = seen(&mut reader, &student, &class).await;
        let after = begun.load(Ordering::SeqCst);
        for (what, value) in ["card", "best", "class"].iter().zip(found) {
            let value = u64::from(value);
            assert!(value >= before, "{what}: {value} was read after {before} was done");
            assert!(value <= after, "{what}: {value} was read and nothing beyond {after} begun");
        }
        if before == last {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_read_is_older_than_a_change_that_was_done_on_a_real_redis() {
    const LAST: u16 = 80;
    let place = Place::new();
    let mut server = RedisServer::start();
    let (way, other_way) = (Proxy::to(server.port, 3).await, Proxy::to(server.port, 4).await);
    let ((here, cache), (there, other)) = (start(&place, &way.uri(), 1), start(&place, &other_way.uri(), 2));
    let mut writer = opened(&here).await;
    let (class, elsewhere) = (writer.class(0).id, writer.class(1).id);
    let subject = writer.entered.setup.subjects[0].name.as_str().to_owned();
    let mut form = Client::form("Diallo", "Awa", Some(&class));
    form.phone = Some(phone("70000001"));
    let student = writer.add(form).await.unwrap().id;
    // Whose figures would be seen to be another student's.
    let mut form = Client::form("Keïta", "Sira", Some(&elsewhere));
    form.phone = Some(phone("70000002"));
    let second = writer.add(form).await.unwrap().id;
    let key = writer.key(&class, &subject);
    let column = writer.add_column(&key, "Devoir").await;
    let (begun, done) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut readers = Vec::new();
    for backend in [&here, &there, &there] {
        let reader = login(backend, "admin", PASSWORD).await.unwrap();
        readers.push(tokio::spawn(read_on(reader, student.clone(), begun.clone(), done.clone(), u64::from(LAST))));
    }
    let over = Arc::new(AtomicBool::new(false));
    let vandal = Vandal { meddler: server.meddler().await, seed: 5, seen: Vec::new(), done: 0 };
    let vandal = tokio::spawn(vandalise(vandal, over.clone()));
    for proxy in [&way, &other_way] {
        proxy.be_hostile(true);
    }
    let mut other_writer = login(&there, "admin", PASSWORD).await.unwrap();
    let mut version = None;
    for value in 1..=LAST {
        if value == LAST / 2 {
            for _ in 0..2 {
                let card = other_writer.call(Request::OpenStudent(second.clone())).await.unwrap();
                assert!(matches!(card, Reply::Student(card) if card.student.last_name.as_str() == "Keïta"));
            }
            server.freeze();
        }
        let client = if value % 3 == 0 { &mut other_writer } else { &mut writer };
        begun.store(u64::from(value), Ordering::SeqCst);
        let set = client.set(&key, (&column, &student), points(value), version).await.unwrap();
        version = Some(set.version);
        done.store(u64::from(value), Ordering::SeqCst);
        if value == LAST / 2 + 1 {
            server.thaw();
        }
    }
    for reader in readers {
        tokio::time::timeout(Duration::from_secs(120), reader).await.unwrap().unwrap();
    }
    over.store(true, Ordering::SeqCst);
    let vandal = vandal.await.unwrap();
    assert!(vandal.done > 20, "{} bad deeds", vandal.done);
    assert!(way.repeated() + other_way.repeated() > 10);
    // When nobody is bad any more, the cache is of use again, and what it says is true.
    for proxy in [&way, &other_way] {
        proxy.be_hostile(false);
    }
    let hits = || cache.counters().hits + other.counters().hits;
    let before = hits();
    until!({
        assert_eq!(seen(&mut writer, &student, &class).await, [LAST; 3]);
        hits() > before
    });
    here.shutdown().await;
    there.shutdown().await;
    server.stop();
}

async fn vandalise(mut vandal: Vandal, over: Arc<AtomicBool>) -> Vandal {
    while !over.load(Ordering::SeqCst) {
        vandal.act().await;
    }
    vandal
}

/// Copies a folder.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    let _ = std::fs::remove_dir_all(to);
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Its log of writes ends before the last change: what it has again is what was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_comes_back_with_older_values_shows_none_of_them() {
    let place = Place::new();
    let mut server = RedisServer::with(&["--appendonly", "yes", "--appendfsync", "always"]);
    let (backend, cache) = start(&place, &server.uri(), 1);
    until!(cache.ping().await.is_ok() && !cache.life().doubtful);
    let mut writer = opened(&backend).await;
    let class = writer.class(0).id;
    let subject = writer.entered.setup.subjects[0].name.as_str().to_owned();
    let mut form = Client::form("Diallo", "Awa", Some(&class));
    form.phone = Some(phone("70000001"));
    let student = writer.add(form).await.unwrap().id;
    let key = writer.key(&class, &subject);
    let column = writer.add_column(&key, "Devoir").await;
    let set = writer.set(&key, (&column, &student), points(800), None).await.unwrap();
    let meddler = server.meddler().await;
    until!({
        seen(&mut writer, &student, &class).await;
        meddler.call::<i64>("EXISTS", &["student:+22370000001"]).await == 1
    });
    let old: String = meddler.call("GET", &["student:+22370000001"]).await;
    let (log, kept) = (server.dir.path().join("appendonlydir"), server.dir.path().join("kept"));
    copy(&log, &kept);
    writer.set(&key, (&column, &student), points(1_600), Some(set.version)).await.unwrap();
    assert_eq!(seen(&mut writer, &student, &class).await, [1_600; 3]);
    server.stop();
    copy(&kept, &log);
    server.restart();
    // Another process, which has never met the one before; and ours.
    let (fresh, fresh_cache) = start(&place, &server.uri(), 2);
    let mut reader = login(&fresh, "admin", PASSWORD).await.unwrap();
    let again: String = server.meddler().await.call("GET", &["student:+22370000001"]).await;
    assert_eq!(again, old, "the old value is there again");
    let before = (cache.counters().hits, fresh_cache.counters().hits);
    until!({
        assert_eq!(seen(&mut writer, &student, &class).await, [1_600; 3]);
        assert_eq!(seen(&mut reader, &student, &class).await, [1_600; 3]);
        cache.counters().hits > before.0 && fresh_cache.counters().hits > before.1
    });
    backend.shutdown().await;
    fresh.shutdown().await;
}

/// The lamp is out while Redis takes no writes, and comes back; nothing typed meanwhile is lost or shown late.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lamp_says_when_a_redis_is_full() {
    let place = Place::new();
    let server = RedisServer::start();
    let (backend, cache) = start(&place, &server.uri(), 1);
    until!(cache.ping().await.is_ok());
    let mut admin = opened(&backend).await;
    let meddler = server.meddler().await;
    let memory = async |bytes: &str| {
        let _: String = meddler.call("CONFIG", &["SET", "maxmemory", bytes]).await;
    };
    memory("1").await;
    lamp(&mut admin, Lamp::Gone).await;
    let class = admin.class(0).id;
    let added = admin.add(Client::form("Diallo", "Awa", Some(&class))).await.unwrap();
    let Reply::Health(health) = admin.call(Request::Health).await.unwrap() else { panic!("health") };
    assert_eq!((health.cache, health.cache_fault), (Lamp::Gone, Some(CacheFault::Full)));
    memory("0").await;
    lamp(&mut admin, Lamp::Good).await;
    assert!(matches!(admin.call(Request::OpenStudent(added.id)).await, Ok(Reply::Student(_))));
    backend.shutdown().await;
}

async fn lamp(admin: &mut Client, wanted: Lamp) {
    let heard = async {
        while let Some(inbound) = admin.link.recv().await {
            if matches!(inbound, Inbound::Event(Event::Lamp { cache, .. }) if cache == wanted) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), heard).await.expect("the lamp");
}

//! By which a process knows that what it holds is still so.

use carnet::{
    domain::{
        entities::{Assignment, Class, Mark, School, SchoolYear, Sheet, Student, Subject, User},
        rules::RuleSet,
        schema::{Entity, Schema},
    },
    store::{Expect, SharedStore, Stamps, Write},
};
use serde_json::{Value, json};

use super::{Bench, STUDENTS, batch, put, student};

async fn stamps(store: &SharedStore) -> Stamps {
    store.stamps().await.unwrap()
}

async fn write(store: &SharedStore, op: &str, id: &str) {
    let write = put(STUDENTS, Expect::Any, student(id, json!({})));
    assert!(!store.commit(batch(op, vec![write])).await.unwrap().replayed);
}

fn body(schema: &'static Schema, id: &str) -> Value {
    let mut body = json!({"_id": id, "name": id, "username": id});
    if schema.collection == SchoolYear::SCHEMA.collection {
        body = json!({"_id": id});
    }
    body
}

/// At once, without waiting: a request that comes after an acknowledgement must not answer from before it.
pub async fn what_is_acknowledged_has_moved_them(bench: &Bench) {
    for round in 0..40 {
        let (writer, reader) = if round % 2 == 0 { (&bench.store, &bench.other) } else { (&bench.other, &bench.store) };
        let before = stamps(reader).await;
        write(writer, &format!("op{round}"), "a").await;
        let after = stamps(reader).await;
        assert!(after.foreign > before.foreign, "round {round}: {before:?} {after:?}");
    }
    let before = stamps(&bench.other).await;
    bench.store.load(STUDENTS, Vec::new()).await.unwrap();
    let loaded = stamps(&bench.other).await;
    bench.store.clear().await.unwrap();
    let cleared = stamps(&bench.other).await;
    assert!(before.foreign < loaded.foreign && loaded.foreign < cleared.foreign, "{before:?} {loaded:?} {cleared:?}");
}

pub async fn setup_moves_with_the_setup_only(bench: &Bench) {
    let setup = [
        School::SCHEMA,
        SchoolYear::SCHEMA,
        RuleSet::SCHEMA,
        Class::SCHEMA,
        Subject::SCHEMA,
        User::SCHEMA,
        Assignment::SCHEMA,
    ];
    for schema in setup {
        let name = schema.collection;
        let puts = batch(&format!("put-{name}"), vec![put(schema, Expect::Absent, body(schema, "x"))]);
        let delete = Write::Delete { schema, id: "x".to_owned(), expect: Expect::Version(1) };
        for change in [puts, batch(&format!("delete-{name}"), vec![delete])] {
            let before = [stamps(&bench.store).await, stamps(&bench.other).await];
            bench.store.commit(change).await.unwrap();
            let after = [stamps(&bench.store).await, stamps(&bench.other).await];
            for (before, after) in before.into_iter().zip(after) {
                assert!(after.setup > before.setup, "{name}: {before:?} {after:?}");
                assert_eq!(after.cache_epoch, before.cache_epoch, "{name}");
            }
        }
    }
    for schema in [Student::SCHEMA, Sheet::SCHEMA, Mark::SCHEMA] {
        let before = stamps(&bench.other).await;
        let id = format!("{}-x", schema.collection);
        bench.store.commit(batch(&id, vec![put(schema, Expect::Absent, json!({"_id": id}))])).await.unwrap();
        let after = stamps(&bench.other).await;
        assert_eq!((after.setup, after.cache_epoch), (before.setup, before.cache_epoch), "{}", schema.collection);
    }
    let before = stamps(&bench.other).await;
    let user = json!({"_id": "u9", "username": "awa", "version": 1, "created_at": "2026-11-20T08:00:00Z",
                      "updated_at": "2026-11-20T08:00:00Z", "updated_by": "u1"});
    bench.store.load(User::SCHEMA, vec![user]).await.unwrap();
    let loaded = stamps(&bench.other).await;
    bench.store.clear().await.unwrap();
    let cleared = stamps(&bench.other).await;
    assert!(before.setup < loaded.setup && loaded.setup < cleared.setup, "{before:?} {loaded:?} {cleared:?}");
}

pub async fn cache_epoch_moves_when_told(bench: &Bench) {
    let epoch = async || {
        let (own, other) = (stamps(&bench.store).await, stamps(&bench.other).await);
        assert_eq!(own.cache_epoch, other.cache_epoch);
        own.cache_epoch
    };
    let mut last = epoch().await;
    write(&bench.store, "told", "a").await;
    assert_eq!(epoch().await, last);
    // With something to write or without.
    for writes in [vec![], vec![put(STUDENTS, Expect::Any, student("a", json!({})))]] {
        for (store, who) in [(&bench.store, "own"), (&bench.other, "other")] {
            let mut untold = batch(&format!("{who}{}", writes.len()), writes.clone());
            untold.new_epoch = true;
            assert!(!store.commit(untold).await.unwrap().replayed);
            assert!(epoch().await > last);
            last = epoch().await;
        }
    }
    bench.store.load(STUDENTS, Vec::new()).await.unwrap();
    assert!(epoch().await > last);
    last = epoch().await;
    bench.store.clear().await.unwrap();
    assert!(epoch().await > last);
}

/// Also while both write, and after the store has been emptied.
pub async fn they_only_grow(bench: &Bench) {
    let watch = |store: SharedStore| async move {
        let mut last = stamps(&store).await;
        for _ in 0..200 {
            let now = stamps(&store).await;
            assert!(
                now.setup >= last.setup && now.cache_epoch >= last.cache_epoch && now.foreign >= last.foreign,
                "{last:?} {now:?}"
            );
            last = now;
        }
    };
    let writes = |store: SharedStore, who: &'static str| async move {
        for round in 0..20 {
            write(&store, &format!("{who}{round}"), who).await;
        }
        store.load(STUDENTS, Vec::new()).await.unwrap();
    };
    let watching = [&bench.store, &bench.other].map(|store| tokio::spawn(watch(store.clone())));
    let writing =
        [(&bench.store, "w1"), (&bench.other, "w2")].map(|(store, who)| tokio::spawn(writes(store.clone(), who)));
    for task in writing.into_iter().chain(watching) {
        task.await.unwrap();
    }
    let before = stamps(&bench.other).await;
    bench.store.clear().await.unwrap();
    let after = stamps(&bench.other).await;
    assert!(after.setup > before.setup && after.cache_epoch > before.cache_epoch && after.foreign > before.foreign);
}

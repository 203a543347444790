//! The numbers by which processes know what others have changed.

use carnet::{
    domain::entities::{Class, Student},
    domain::schema::Entity,
    store::{Expect, Stamps, Write},
};
use mongodb::bson::{Document, doc};
use serde_json::json;

use super::{STUDENTS, School, batch, put, student};

fn class(id: &str) -> Write {
    let body = json!({ "_id": id, "name": id, "level": "Terminale", "series": null, "year": "2026-2027" });
    Write::Put { schema: Class::SCHEMA, id: id.to_owned(), expect: Expect::Any, body }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_acknowledged_has_moved_them() {
    let school = School::new().await;
    let (store, other) = (school.open().await, school.open().await);
    let mut before = other.stamps().await.unwrap();
    let by_hand = school.database.collection::<Document>("students");
    for round in 0..50 {
        let id = format!("s{round}");
        store.commit(batch(&id, vec![put(&id, Expect::Absent, student(&id, json!({})))])).await.unwrap();
        let after = other.stamps().await.unwrap();
        assert!(after.foreign > before.foreign, "round {round}: at once, without waiting");
        assert_eq!((after.setup, after.cache_epoch), (before.setup, before.cache_epoch), "a student is no set-up");
        by_hand.update_one(doc! { "_id": &id }, doc! { "$set": { "last_name": "Keïta" } }).await.unwrap();
        before = other.stamps().await.unwrap();
        assert!(before.foreign > after.foreign, "round {round}: whoever writes");
    }
    school.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_count_has_its_own_acts() {
    let school = School::new().await;
    let (store, other) = (school.open().await, school.open().await);
    let counts = async || {
        let Stamps { setup, cache_epoch, foreign: _ } = other.stamps().await.unwrap();
        (setup, cache_epoch)
    };
    assert_eq!(counts().await, (0, 0));
    store.commit(batch("one", vec![class("c1")])).await.unwrap();
    assert_eq!(counts().await, (1, 0));
    store.commit(batch("one", vec![class("c1")])).await.unwrap();
    assert_eq!(counts().await, (1, 0), "a replay changes nothing");
    let mut untold = batch("two", vec![put("s1", Expect::Absent, student("s1", json!({})))]);
    untold.new_epoch = true;
    store.commit(untold).await.unwrap();
    assert_eq!(counts().await, (1, 1));
    let refused = batch("three", vec![class("c2"), put("s1", Expect::Version(9), student("s1", json!({})))]);
    store.commit(refused).await.unwrap_err();
    assert_eq!(counts().await, (1, 1), "what is refused changes nothing");
    store.load(STUDENTS, Vec::new()).await.unwrap();
    assert_eq!(counts().await, (1, 2));
    store.load(Class::SCHEMA, Vec::new()).await.unwrap();
    assert_eq!(counts().await, (2, 3));
    store.clear().await.unwrap();
    let cleared = counts().await;
    assert!(cleared.0 > 2 && cleared.1 > 3, "{cleared:?}: an emptied store does not begin again at zero");
    school.end().await;
}

/// Writers that meet in one document wait for each other: a mark's must not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_students_change_writes_no_shared_document() {
    let school = School::new().await;
    let store = school.open().await;
    store.commit(batch("one", vec![class("c1")])).await.unwrap();
    school.database.run_command(doc! { "profile": 2 }).await.unwrap();
    let mut guarded = batch("two", vec![put("s1", Expect::Absent, student("s1", json!({})))]);
    guarded.guard::<Student>("s2", Expect::Absent);
    store.commit(guarded).await.unwrap();
    school.database.run_command(doc! { "profile": 0 }).await.unwrap();
    let profile = school.database.collection::<Document>("system.profile");
    let meta = format!("{}.meta", school.database.name());
    let wrote = doc! { "ns": &meta, "op": { "$nin": ["query", "getmore", "command"] } };
    assert_eq!(profile.count_documents(wrote).await.unwrap(), 0);
    let seen = profile.count_documents(doc! { "op": "insert" }).await.unwrap();
    assert!(seen > 0, "the profiler has seen the batch");
    school.end().await;
}

//! Batches: together or not at all, only as expected, once.

use carnet::{
    domain::{
        entities::{Student, User},
        query::{Filter, KeyValue},
        schema::Entity,
    },
    store::{Committed, Expect, StoreError, Write},
};
use serde_json::{Value, json};

use super::{Bench, STUDENTS, add, batch, is_conflict, put, student, version};

fn change(id: &str, expect: Expect, with: Value) -> Write {
    put(STUDENTS, expect, student(id, with))
}

fn delete(id: &str, expect: Expect) -> Write {
    Write::Delete { schema: STUDENTS, id: id.to_owned(), expect }
}

fn user(id: &str, username: &str) -> Write {
    put(User::SCHEMA, Expect::Absent, json!({"_id": id, "username": username, "role": "teacher"}))
}

pub async fn all_or_nothing(bench: &Bench) {
    add(bench, [student("a", json!({"average": 5.0}))]).await;
    let writes = vec![
        user("u7", "awa"),
        change("a", Expect::Version(1), json!({"average": 6.0})),
        change("b", Expect::Absent, json!({})),
        change("c", Expect::Version(3), json!({})),
    ];
    let refused = bench.store.commit(batch("b1", writes)).await;
    assert!(is_conflict(&refused, "c"), "{refused:?}");
    assert_eq!((version(bench, "a").await, version(bench, "b").await), (Some(1), None));
    assert_eq!(bench.store.get(User::SCHEMA, "u7").await.unwrap(), None);
    let writes = vec![user("u7", "awa"), change("a", Expect::Version(1), json!({"average": 6.0}))];
    let done = bench.store.commit(batch("b2", writes)).await.unwrap();
    assert_eq!(done, Committed { versions: vec![1, 2], replayed: false });
    assert!(bench.store.get(User::SCHEMA, "u7").await.unwrap().is_some());
}

pub async fn expected_versions(bench: &Bench) {
    add(bench, [student("a", json!({}))]).await;
    for wrong in [Expect::Version(0), Expect::Version(2), Expect::Version(u64::MAX), Expect::Absent] {
        let refused = bench.store.commit(batch("b1", vec![change("a", wrong, json!({}))])).await;
        assert!(is_conflict(&refused, "a"), "{wrong:?}: {refused:?}");
    }
    for wanted in 2..5 {
        let write = change("a", Expect::Version(wanted - 1), json!({}));
        assert_eq!(bench.store.commit(batch(&format!("c{wanted}"), vec![write])).await.unwrap().versions, [wanted]);
    }
}

fn patch(id: &str, version: u64, fields: &Value) -> Write {
    let fields = fields.as_object().unwrap().clone();
    Write::Patch { schema: STUDENTS, id: id.to_owned(), version, fields }
}

/// As one of these fields: the document is the one that a whole write would have made, and is found by what it has now.
pub async fn fields_alone(bench: &Bench) {
    let before =
        json!({"average": 5.0, "basis": "old", "grades": [{"date": "2026-10-12"}], "birth_date": "2010-01-02"});
    add(bench, [student("a", before.clone()), student("b", before)]).await;
    let anew = json!({"average": 12.5, "basis": "new", "averages": {"2026-2027": {"T1": 12.5}}});
    let whole = json!({"average": 12.5, "basis": "new", "averages": {"2026-2027": {"T1": 12.5}},
                       "grades": [{"date": "2026-10-12"}], "birth_date": "2010-01-02"});
    let writes = vec![patch("a", 1, &anew), change("b", Expect::Version(1), whole)];
    assert_eq!(bench.store.commit(batch("b1", writes)).await.unwrap().versions, [2, 2]);
    let text = async |id: &str| bench.store.get(STUDENTS, id).await.unwrap().unwrap().json;
    assert_eq!(
        text("a").await.replace("MLE-2026-a", "MLE-2026-b").replace(r#""_id":"a""#, r#""_id":"b""#),
        text("b").await
    );
    for (filter, found) in [
        (Filter::equals("basis", "new"), 2),
        (Filter::equals("basis", "old"), 0),
        (Filter::Equals("average".into(), KeyValue::Decimal(1_250)), 2),
        (Filter::WordPrefix("last_words".into(), "trao".to_owned()), 2),
    ] {
        assert_eq!(bench.store.count(STUDENTS, &filter, 10).await.unwrap().count, found, "{filter:?}");
    }
    let none = json!({"average": null});
    bench.store.commit(batch("b2", vec![patch("a", 2, &none)])).await.unwrap();
    let with = bench.store.count(STUDENTS, &Filter::Exists("average".into()), 10).await.unwrap();
    assert_eq!((with.count, version(bench, "a").await), (1, Some(3)));
}

pub async fn fields_of_an_expected_version_only(bench: &Bench) {
    add(bench, [student("a", json!({"average": 5.0})), student("b", json!({}))]).await;
    let anew = json!({"average": 6.0});
    for (id, wrong) in [("a", 0), ("a", 2), ("c", 1)] {
        let writes = vec![patch("b", 1, &anew), patch(id, wrong, &anew)];
        let refused = bench.store.commit(batch("b1", writes)).await;
        assert!(is_conflict(&refused, id), "{id} {wrong}: {refused:?}");
        assert_eq!(version(bench, "b").await, Some(1), "together or not at all");
    }
}

pub async fn expected_absence(bench: &Bench) {
    let refused = bench.store.commit(batch("b1", vec![change("a", Expect::Version(1), json!({}))])).await;
    assert!(is_conflict(&refused, "a"), "{refused:?}");
    bench.store.commit(batch("b2", vec![change("a", Expect::Absent, json!({}))])).await.unwrap();
    let refused = bench.store.commit(batch("b3", vec![change("a", Expect::Absent, json!({}))])).await;
    assert!(is_conflict(&refused, "a"), "{refused:?}");
}

pub async fn guards_hold(bench: &Bench) {
    add(bench, [student("a", json!({})), student("b", json!({}))]).await;
    let mut stale = batch("b1", vec![change("b", Expect::Version(1), json!({}))]);
    stale.guard::<Student>("a", Expect::Version(2));
    let refused = bench.store.commit(stale).await;
    assert!(is_conflict(&refused, "a"), "{refused:?}");
    let mut fresh = batch("b2", vec![change("b", Expect::Version(1), json!({}))]);
    fresh.guard::<Student>("a", Expect::Version(1));
    bench.store.commit(fresh).await.unwrap();
    assert_eq!(version(bench, "a").await, Some(1), "a guard does not change what it guards");
    assert_eq!(version(bench, "b").await, Some(2));
}

pub async fn guards_of_absence(bench: &Bench) {
    add(bench, [student("a", json!({}))]).await;
    let mut taken = batch("b1", vec![change("b", Expect::Absent, json!({}))]);
    taken.guard::<Student>("a", Expect::Absent);
    assert!(is_conflict(&bench.store.commit(taken).await, "a"));
    let mut missing = batch("b2", vec![change("b", Expect::Absent, json!({}))]);
    missing.guard::<Student>("z", Expect::Version(1));
    assert!(is_conflict(&bench.store.commit(missing).await, "z"));
    let mut free = batch("b3", vec![change("b", Expect::Absent, json!({}))]);
    free.guard::<Student>("z", Expect::Absent);
    bench.store.commit(free).await.unwrap();
    assert_eq!(version(bench, "z").await, None, "guarding an absence makes nothing");
}

pub async fn replay_does_nothing(bench: &Bench) {
    add(bench, [student("a", json!({}))]).await;
    let once = batch("b1", vec![change("a", Expect::Version(1), json!({"average": 4.5}))]);
    assert!(!bench.store.commit(once.clone()).await.unwrap().replayed);
    for store in [&bench.store, &bench.other] {
        let again = store.commit(once.clone()).await.unwrap();
        assert_eq!(again, Committed { versions: Vec::new(), replayed: true });
    }
    assert_eq!(version(bench, "a").await, Some(2));
}

pub async fn failed_operation_may_be_tried_again(bench: &Bench) {
    let early = batch("b1", vec![change("a", Expect::Version(1), json!({}))]);
    assert!(is_conflict(&bench.store.commit(early.clone()).await, "a"));
    add(bench, [student("a", json!({}))]).await;
    assert_eq!(bench.store.commit(early).await.unwrap(), Committed { versions: vec![2], replayed: false });
}

pub async fn unique_values(bench: &Bench) {
    add(bench, [student("a", json!({"phone": "+22370000001"})), student("b", json!({})), student("c", json!({}))])
        .await;
    let twin = change("d", Expect::Absent, json!({"phone": "+22370000001"}));
    let refused = bench.store.commit(batch("b1", vec![change("e", Expect::Absent, json!({})), twin])).await;
    assert!(matches!(refused, Err(StoreError::Duplicate { collection: "students", field: "phone" })), "{refused:?}");
    assert_eq!(version(bench, "e").await, None);
    let twin = change("b", Expect::Version(1), json!({"matricule": "MLE-2026-a"}));
    let refused = bench.store.commit(batch("b2", vec![twin])).await;
    assert!(matches!(refused, Err(StoreError::Duplicate { field: "matricule", .. })), "{refused:?}");
    // Writing a value again to the document that has it is no duplicate.
    bench
        .store
        .commit(batch("b3", vec![change("a", Expect::Version(1), json!({"phone": "+22370000001"}))]))
        .await
        .unwrap();
    bench.store.commit(batch("b4", vec![user("u1", "awa")])).await.unwrap();
    let refused = bench.store.commit(batch("b5", vec![user("u2", "awa")])).await;
    assert!(matches!(refused, Err(StoreError::Duplicate { collection: "users", field: "username" })), "{refused:?}");
}

pub async fn freed_values_can_be_taken(bench: &Bench) {
    add(bench, [student("a", json!({"phone": "+22370000001"})), student("b", json!({"phone": "+22370000002"}))]).await;
    let writes = vec![
        change("a", Expect::Version(1), json!({"phone": null})),
        change("c", Expect::Absent, json!({"phone": "+22370000001"})),
        delete("b", Expect::Version(1)),
        change("d", Expect::Absent, json!({"phone": "+22370000002"})),
    ];
    assert_eq!(bench.store.commit(batch("b1", writes)).await.unwrap().versions, [2, 1, 0, 1]);
}

pub async fn twice_in_a_batch(bench: &Bench) {
    let writes = vec![
        change("a", Expect::Absent, json!({"average": 1.0})),
        change("a", Expect::Version(1), json!({"average": 2.0})),
    ];
    assert_eq!(bench.store.commit(batch("b1", writes)).await.unwrap().versions, [1, 2]);
    let read: Value = bench.store.get(STUDENTS, "a").await.unwrap().unwrap().parse("students").unwrap();
    assert_eq!(read["average"], 2.0);
}

pub async fn any_expectation(bench: &Bench) {
    for wanted in 1..4 {
        let write = change("a", Expect::Any, json!({}));
        assert_eq!(bench.store.commit(batch(&format!("b{wanted}"), vec![write])).await.unwrap().versions, [wanted]);
    }
    bench.store.commit(batch("c1", vec![delete("a", Expect::Any), delete("b", Expect::Any)])).await.unwrap();
    assert_eq!(version(bench, "a").await, None);
}

pub async fn deletes_check_too(bench: &Bench) {
    add(bench, [student("a", json!({}))]).await;
    for wrong in [Expect::Version(2), Expect::Absent] {
        let refused = bench.store.commit(batch("b1", vec![delete("a", wrong)])).await;
        assert!(is_conflict(&refused, "a"), "{wrong:?}: {refused:?}");
    }
    let refused = bench.store.commit(batch("b2", vec![delete("b", Expect::Version(1))])).await;
    assert!(is_conflict(&refused, "b"), "{refused:?}");
    assert_eq!(version(bench, "a").await, Some(1));
}

//! Two handles on the same data, as two processes have them.

use carnet::{
    domain::entities::Student,
    store::{Expect, SharedStore, StoreError},
};
use serde_json::{Value, json};

use super::{Bench, STUDENTS, add, batch, is_conflict, put, student, version};

/// Adds one to a student's `points` as long as it takes; a conflict is read again.
async fn add_points(store: SharedStore, who: &'static str, times: u32) {
    for time in 0..times {
        for attempt in 0..10_000 {
            let document = store.get(STUDENTS, "a").await.unwrap().unwrap();
            let read: Value = document.parse("students").unwrap();
            let points = read["points"].as_u64().unwrap() + 1;
            let body = student("a", json!({"points": points}));
            let op = format!("{who}-{time}-{attempt}");
            match store.commit(batch(&op, vec![put(STUDENTS, Expect::Version(document.version), body)])).await {
                Ok(_) => break,
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
}

pub async fn no_update_is_lost(bench: &Bench) {
    add(bench, [student("a", json!({"points": 0}))]).await;
    let writers = [(&bench.store, "w1"), (&bench.other, "w2"), (&bench.store, "w3"), (&bench.other, "w4")]
        .map(|(store, who)| tokio::spawn(add_points(store.clone(), who, 25)));
    for writer in writers {
        writer.await.unwrap();
    }
    let read: Value = bench.other.get(STUDENTS, "a").await.unwrap().unwrap().parse("students").unwrap();
    assert_eq!((read["points"].as_u64(), version(bench, "a").await), (Some(100), Some(101)));
}

/// Of a write of `b` that guards `a` and a write of `a` that guards `b`, both decided on the same state, one must be
/// refused: otherwise a mark slips in beside a closing.
pub async fn a_guard_stops_a_write_beside(bench: &Bench) {
    add(bench, [student("a", json!({})), student("b", json!({}))]).await;
    for round in 1..30 {
        let (now_a, now_b) = (version(bench, "a").await.unwrap(), version(bench, "b").await.unwrap());
        let mut one =
            batch(&format!("one{round}"), vec![put(STUDENTS, Expect::Version(now_a), student("a", json!({})))]);
        one.guard::<Student>("b", Expect::Version(now_b));
        let mut two =
            batch(&format!("two{round}"), vec![put(STUDENTS, Expect::Version(now_b), student("b", json!({})))]);
        two.guard::<Student>("a", Expect::Version(now_a));
        let (one, two) = tokio::join!(bench.store.commit(one), bench.other.commit(two));
        let outcomes = (one.is_ok(), two.is_ok());
        assert!(outcomes == (true, false) || outcomes == (false, true), "round {round}: {one:?} {two:?}");
        assert!(is_conflict(&one, "b") || is_conflict(&two, "a"), "{one:?} {two:?}");
    }
}

pub async fn one_taker_of_a_unique_value(bench: &Bench) {
    for round in 0..20 {
        let take = |id: String| {
            let with = json!({"phone": format!("+2237000{round:04}")});
            batch(&id, vec![put(STUDENTS, Expect::Absent, student(&id, with))])
        };
        let (one, two) = tokio::join!(
            bench.store.commit(take(format!("one{round}"))),
            bench.other.commit(take(format!("two{round}")))
        );
        let refused = match (one, two) {
            (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
            other => panic!("{other:?}"),
        };
        assert!(matches!(refused, StoreError::Duplicate { field: "phone", .. }), "{refused:?}");
    }
}

pub async fn same_operation_once(bench: &Bench) {
    for round in 0..20 {
        let id = format!("s{round}");
        let same = batch(&id, vec![put(STUDENTS, Expect::Absent, student(&id, json!({})))]);
        let (one, two) = tokio::join!(bench.store.commit(same.clone()), bench.other.commit(same));
        assert_ne!(one.unwrap().replayed, two.unwrap().replayed);
        assert_eq!(version(bench, &id).await, Some(1));
    }
}

/// Waits until the number is another than `old`: some stores hear of changes a little later.
async fn moves_on(store: &SharedStore, old: u64) -> bool {
    for _ in 0..500 {
        if store.foreign_changes().await.unwrap() != old {
            return true;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    false
}

pub async fn foreign_changes_are_seen(bench: &Bench) {
    let before = bench.other.foreign_changes().await.unwrap();
    add(bench, [student("a", json!({}))]).await;
    assert!(moves_on(&bench.other, before).await);
}

pub async fn own_changes_are_not_foreign(bench: &Bench) {
    let before = bench.store.foreign_changes().await.unwrap();
    add(bench, [student("a", json!({})), student("b", json!({}))]).await;
    bench.store.load(STUDENTS, Vec::new()).await.unwrap();
    for _ in 0..5 {
        bench.store.get(STUDENTS, "a").await.unwrap();
    }
    assert_eq!(bench.store.foreign_changes().await.unwrap(), before);
}

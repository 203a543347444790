use serde_json::json;

use super::*;
use crate::{
    domain::{
        entities::Student,
        id::ActId,
        query::{Direction, KeyValue, Seek, Sort},
        schema::Entity,
    },
    store::{Expect, Write},
};

fn student(number: u32, last: &str, average: Option<f64>) -> Write {
    let id = format!("s{number:03}");
    let body = json!({
        "_id": id, "matricule": format!("MLE-{number:04}"), "last_name": last, "first_name": "Awa",
        "phone": null, "class_name": "TSE", "status": "active", "average": average,
    });
    Write::Put { schema: Student::SCHEMA, id, expect: Expect::Absent, body }
}

fn batch(op: &str, writes: Vec<Write>) -> Batch {
    let mut batch = Batch::new(ActId::new(op), "2026-11-20T08:00:00.123456Z".parse().unwrap(), "u1");
    batch.writes = writes;
    batch
}

#[tokio::test]
async fn a_batch_is_read_back_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("deep/school.db"), &OpenOptions::default()).unwrap();
    let writes = vec![
        student(1, "Traoré", Some(12.5)),
        student(2, "Ba", None),
        student(3, "Keïta", Some(15.25)),
        student(4, "Tall", Some(12.5)),
    ];
    let done = store.commit(batch("a1", writes.clone())).await.unwrap();
    assert_eq!(done, Committed { versions: vec![1; 4], replayed: false });
    assert!(store.commit(batch("a1", writes)).await.unwrap().replayed);
    let query = Query { sort: Sort::by("average", Direction::Descending), limit: 2, ..Query::default() };
    let first = store.find(Student::SCHEMA, &query).await.unwrap();
    let ids = |page: &Page<Document>| page.items.iter().map(|item| item.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&first), ["s003", "s004"]);
    assert_eq!(first.cursors[0].keys, [Some(KeyValue::Decimal(1525))]);
    let rest = Query { seek: Seek::After(first.cursors[1].clone()), ..query };
    assert_eq!(ids(&store.find(Student::SCHEMA, &rest).await.unwrap()), ["s001", "s002"]);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    store.close().await;
    assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
}

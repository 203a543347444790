//! What one process commits, the others hear of: what it was, and soon.

use carnet::{
    domain::{
        entities::{Class, Sheet},
        schema::Entity,
    },
    store::{Expect, News, Touched, Write},
};
use mongodb::bson::{Document, doc};
use serde_json::json;
use tokio::sync::broadcast::Receiver;

use super::{STUDENTS, School, batch, put, student};

/// The next news; a minute without is a failure.
async fn heard(news: &mut Receiver<News>) -> News {
    tokio::time::timeout(std::time::Duration::from_secs(60), news.recv()).await.expect("news").unwrap()
}

fn named(op: &str, touched: Touched) -> News {
    News::Batch { op: op.to_owned(), touched }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_told_with_what_it_touched() {
    let school = School::new().await;
    let (store, other) = (school.open().await, school.open().await);
    let (mut own, mut news) = (store.news().unwrap(), other.news().unwrap());
    let sheet = json!({ "_id": "c:m:2026-2027:T1", "class": "c", "subject": "m", "year": "2026-2027", "term": "T1" });
    let sheet =
        Write::Put { schema: Sheet::SCHEMA, id: "c:m:2026-2027:T1".to_owned(), expect: Expect::Absent, body: sheet };
    store.commit(batch("one", vec![put("s1", Expect::Absent, student("s1", json!({}))), sheet])).await.unwrap();
    let touched =
        Touched { students: vec!["s1".to_owned()], sheets: vec!["c:m:2026-2027:T1".to_owned()], ..Touched::default() };
    assert_eq!(heard(&mut news).await, named("one", touched));
    let body = json!({ "_id": "c1", "name": "c1", "level": "Terminale", "series": null, "year": "2026-2027" });
    let class = Write::Put { schema: Class::SCHEMA, id: "c1".to_owned(), expect: Expect::Any, body };
    store.commit(batch("two", vec![class])).await.unwrap();
    assert_eq!(heard(&mut news).await, named("two", Touched { setup: true, ..Touched::default() }));
    let many = (0..60).map(|number| format!("m{number}"));
    let many = many.map(|id| put(&id, Expect::Absent, student(&id, json!({})))).collect();
    store.commit(batch("three", many)).await.unwrap();
    assert_eq!(heard(&mut news).await, named("three", Touched { many: true, ..Touched::default() }));
    store.load(STUDENTS, Vec::new()).await.unwrap();
    assert_eq!(heard(&mut news).await, News::Anything);
    let students = school.database.collection::<Document>("students");
    students.update_one(doc! { "_id": "s1" }, doc! { "$set": { "last_name": "Keïta" } }).await.unwrap();
    assert_eq!(heard(&mut news).await, News::Anything, "at the database's own prompt");
    assert_eq!(heard(&mut own).await, News::Anything, "one's own batches are no news");
    school.end().await;
}

/// The server goes and comes back: news go on, and what came meanwhile is told, or that it may have been anything.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_go_on_after_a_cut() {
    let mut server = crate::services::Mongod::alone(&[]).await;
    let options = carnet::store::mongo::MongoOptions { uri: server.uri(), database: "carnet".to_owned() };
    let (store, other) = (super::open(&options).await, super::open(&options).await);
    let mut news = other.news().unwrap();
    for round in 0..2 {
        server.kill();
        server.again(&["--replSet", "rs0"]);
        let id = format!("s{round}");
        super::eventually("a commit", async || {
            let again = batch(&id, vec![put(&id, Expect::Absent, student(&id, json!({})))]);
            store.commit(again).await.is_ok()
        })
        .await;
        let touched = Touched { students: vec![id.clone()], ..Touched::default() };
        let told = [named(&id, touched), News::Anything];
        while !told.contains(&heard(&mut news).await) {}
    }
    store.close().await;
    other.close().await;
}

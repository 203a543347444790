//! Filling an empty store.

use super::*;

fn loaded(number: u32, last: &str) -> Value {
    let Write::Put { body, .. } = student(number, last, Some(12.5)) else { unreachable!() };
    let meta = json!({"version": 3, "created_at": "2026-11-20T08:00:00Z", "updated_at": "2026-11-20T08:00:00Z",
                      "updated_by": "u1"});
    let (Value::Object(mut body), Value::Object(meta)) = (body, meta) else { unreachable!() };
    body.extend(meta);
    Value::Object(body)
}

fn indexes(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let sql = "SELECT type || ' ' || name || ' ' || ifnull(sql, '') FROM sqlite_schema ORDER BY 1";
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get::<_, String>(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

async fn found(store: &SqliteStore, word: &str) -> Vec<String> {
    let filter = Filter::WordPrefix("last_words".into(), word.to_owned());
    let query = Query { filter, sort: Sort::by("name_key", Direction::Ascending), limit: 1_000, ..Query::default() };
    let page = store.find(Student::SCHEMA, &query).await.unwrap();
    page.items.into_iter().map(|item| item.id).collect()
}

/// What comes out is what single loads would have made, down to the tables.
#[tokio::test]
async fn a_filled_store_is_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one.db"), folder.path().join("two.db"));
    let names = ["Traoré", "Ba-Traoré", "O\"B\\n'ah", "Keïta"];
    let documents: Vec<Value> = (0..400).map(|number| loaded(number, names[number as usize % 4])).collect();
    let plainly = SqliteStore::open(&one, &options()).unwrap();
    plainly.load(Student::SCHEMA, documents.clone()).await.unwrap();
    let filled = SqliteStore::open(&two, &options()).unwrap();
    filled.begin_load().await.unwrap();
    for step in documents.chunks(150) {
        filled.load(Student::SCHEMA, step.to_vec()).await.unwrap();
    }
    filled.end_load().await.unwrap();
    assert_eq!(indexes(&one), indexes(&two));
    for word in ["tra", "b", "o", "zz"] {
        assert_eq!(found(&plainly, word).await, found(&filled, word).await, "{word}");
    }
    assert_eq!(found(&filled, "tra").await.len(), 200);
    assert_eq!(filled.check().await.unwrap(), Vec::<String>::new());
    let before = filled.stamps().await.unwrap();
    Connection::open(&two).unwrap().execute_batch("UPDATE students SET doc = doc WHERE rid = 1").unwrap();
    assert!(filled.stamps().await.unwrap().foreign > before.foreign, "strangers are counted again");
    let settings: i64 = filled
        .writer
        .run(|writer| Ok(writer.connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap()))
        .await
        .unwrap();
    assert_eq!(settings, 2, "every commit is synced again");
}

/// A process that dies in the middle leaves a file that the next one can use.
#[tokio::test]
async fn an_unfinished_load_is_mended_when_the_file_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let store = SqliteStore::open(&path, &options()).unwrap();
    store.begin_load().await.unwrap();
    store.load(Student::SCHEMA, vec![loaded(1, "Ba"), loaded(2, "Traoré")]).await.unwrap();
    store.close().await;
    let store = SqliteStore::open(&path, &options()).unwrap();
    assert_eq!(found(&store, "tra").await, ["s002"]);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    let taken = json!({"matricule": "MLE-0001"});
    let write = Write::Put { schema: Student::SCHEMA, id: "x".to_owned(), expect: Expect::Absent, body: taken };
    let refused = store.commit(batch("a1", vec![write])).await;
    assert!(matches!(refused, Err(StoreError::Duplicate { field: "matricule", .. })), "{refused:?}");
}

#[tokio::test]
async fn what_is_taken_twice_is_said_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("school.db"), &options()).unwrap();
    store.begin_load().await.unwrap();
    let mut twin = loaded(2, "Ba");
    twin["matricule"] = "MLE-0001".into();
    store.load(Student::SCHEMA, vec![loaded(1, "Ba"), twin]).await.unwrap();
    let refused = store.end_load().await;
    assert!(matches!(refused, Err(StoreError::Duplicate { field: "matricule", .. })), "{refused:?}");
}

/// A store with something in it goes on as it was, and a batch in between finds everything in order.
#[tokio::test]
async fn only_an_empty_store_is_filled() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("school.db"), &options()).unwrap();
    store.begin_load().await.unwrap();
    store.load(Student::SCHEMA, vec![loaded(1, "Traoré")]).await.unwrap();
    store.commit(batch("a1", vec![student(2, "Traoré", None)])).await.unwrap();
    assert_eq!(found(&store, "tra").await.len(), 2);
    store.begin_load().await.unwrap();
    store.load(Student::SCHEMA, vec![loaded(1, "Tall"), loaded(3, "Traoré")]).await.unwrap();
    store.end_load().await.unwrap();
    assert_eq!(found(&store, "tra").await, ["s002", "s003"]);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

//! Migrations, new shapes, and the check.

use super::*;

mod shapes {
    use super::*;
    use crate::domain::schema::{Field, FieldType, nothing_derived};

    static OLD: Schema = Schema {
        collection: "notes",
        fields: &[Field::new("kind", FieldType::Key)],
        orders: &[],
        derive: nothing_derived,
    };
    static NEW: Schema = Schema {
        collection: "notes",
        fields: &[Field::new("kind", FieldType::Key), Field::new("size", FieldType::Integer)],
        orders: &[&["kind", "size"]],
        derive: nothing_derived,
    };
    static OLD_SET: [&Schema; 1] = [&OLD];
    static NEW_SET: [&Schema; 1] = [&NEW];

    #[tokio::test]
    async fn a_field_declared_later_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("school.db");
        let store = SqliteStore::open(&path, &OpenOptions { schemas: &OLD_SET, ..options() }).unwrap();
        let note = |id: &str, size: i64| Write::Put {
            schema: &OLD,
            id: id.to_owned(),
            expect: Expect::Absent,
            body: json!({"kind": "k", "size": size}),
        };
        store.commit(batch("a1", vec![note("a", 7), note("b", 3)])).await.unwrap();
        store.close().await;
        let store = SqliteStore::open(&path, &OpenOptions { schemas: &NEW_SET, ..options() }).unwrap();
        let query = Query { sort: Sort::by("size", Direction::Ascending), limit: 9, ..Query::default() };
        let page = store.find(&NEW, &query).await.unwrap();
        assert_eq!(page.items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_migration_backs_up_first_and_is_whole_or_not_at_all() {
    fn shout(transaction: &rusqlite::Transaction<'_>) -> Result<(), StoreError> {
        transaction.execute_batch("UPDATE students SET doc = replace(doc, 'Ba', 'BA')").map_err(|error| plain(&error))
    }
    fn fail(transaction: &rusqlite::Transaction<'_>) -> Result<(), StoreError> {
        transaction.execute_batch("DELETE FROM students").map_err(|error| plain(&error))?;
        Err(StoreError::Other("no".to_owned()))
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let store = SqliteStore::open(&path, &options()).unwrap();
    store.commit(batch("a1", vec![student(1, "Ba", None)])).await.unwrap();
    store.close().await;
    let steps = [Migration { to: FORMAT + 1, apply: shout }, Migration { to: FORMAT + 2, apply: fail }];
    assert!(SqliteStore::open_with(&path, &options(), &steps).is_err());
    let format = |path: &Path| -> u32 {
        Connection::open(path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    };
    assert_eq!(format(&path), FORMAT + 1, "the step that went well stays, the other is undone");
    let store = SqliteStore::open_with(&path, &options(), &steps[..1]).unwrap();
    let document = store.get(Student::SCHEMA, "s001").await.unwrap().unwrap();
    assert!(document.json.contains("BA"));
    let backups = crate::store::backup::list(&folder.path().join("backups")).unwrap();
    assert_eq!(backups.len(), 1);
    assert_eq!(backups[0].documents, 1);
    let restored = SqliteStore::open(&folder.path().join("old.db"), &options()).unwrap();
    let backup = folder.path().join("backups").join(&backups[0].name);
    crate::store::backup::restore(&restored, &backup, |_| {}).await.unwrap();
    assert!(restored.get(Student::SCHEMA, "s001").await.unwrap().unwrap().json.contains("\"Ba\""));
}

#[tokio::test]
async fn check_finds_a_key_row_that_lies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let store = SqliteStore::open(&path, &options()).unwrap();
    store.commit(batch("a1", vec![student(1, "Ba", Some(9.5)), student(2, "Ba", None)])).await.unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("UPDATE students_keys SET f_average = 1900 WHERE id = 's001'").unwrap();
    assert_eq!(store.check().await.unwrap().len(), 1);
    other.execute_batch("DELETE FROM students_keys WHERE id = 's002'").unwrap();
    assert!(store.check().await.unwrap().len() > 1);
}

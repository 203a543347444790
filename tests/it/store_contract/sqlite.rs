//! The contract on the embedded store.

use std::sync::Arc;

use carnet::store::sqlite::{OpenOptions, SqliteStore};

use super::Bench;

async fn make() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let open = || Arc::new(SqliteStore::open(&path, &OpenOptions::default()).unwrap());
    Bench { store: open(), other: open(), keep: Box::new(folder), end: Box::pin(async {}) }
}

crate::store_contract!(make);

//! Backups: logical, the same file for every store, so that one store's backup opens in the other.
//!
//! A backup is gzip of JSON lines: a head, one line a document in the order of
//! [`entities::ALL`](crate::domain::entities::ALL), and a tail with the count and the SHA-256 of all before it. It is
//! written beside its place and moved there when it is whole and on the disk. See [`file`].

mod file;

use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

pub use file::{BackupWriter, FORMAT, Head};

use super::{Dumped, Store, StoreError};
use crate::{
    domain::{
        calendar::Timestamp,
        entities,
        schema::{Entity, Schema},
    },
    protocol::BackupRow,
};

/// What ends the name of every backup.
const SUFFIX: &str = ".jsonl.gz";

/// Documents that a restore hands to the store at once.
const STEP: usize = 1_000;

/// Why a backup cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// No backup of ours at all.
    #[error("{0} is not a carnet backup")]
    NotABackup(PathBuf),
    /// Cut short or changed; the line is counted from 1.
    #[error("the backup is damaged at line {line}: {why}")]
    Damaged { line: u64, why: String },
    /// Made by a newer carnet.
    #[error("the backup has format {found}, this program knows up to {known}")]
    Newer { found: u32, known: u32 },
    #[error(transparent)]
    File(#[from] std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BackupError> for StoreError {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Store(error) => error,
            BackupError::Newer { found, known } => Self::Newer { found, known },
            BackupError::NotABackup(_) | BackupError::Damaged { .. } => Self::Corrupt(error.to_string()),
            BackupError::File(error) => match error.kind() {
                std::io::ErrorKind::StorageFull => Self::Full,
                std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
                _ => Self::Unavailable(error.to_string()),
            },
        }
    }
}

/// The file name of a backup made at that moment; names sort like moments.
#[must_use]
pub fn name_at(at: Timestamp) -> String {
    format!("carnet-{}{SUFFIX}", at.strftime("%Y%m%dT%H%M%S%3fZ"))
}

/// Writes the whole store, as it stands at one moment where the store can tell, to `path` (its folder is made; a file
/// that is there already is not touched). `progress` hears how many documents are written.
///
/// # Errors
/// The store cannot be read, or the file not written; nothing is left behind then.
pub async fn create(
    store: &dyn Store,
    path: &Path,
    at: Timestamp,
    progress: impl Fn(u64) + Send + 'static,
) -> Result<Head, BackupError> {
    let school = match store.get(school(), entities::School::ID).await? {
        Some(document) => document.parse::<Value>("school")?.get("name").and_then(Value::as_str).map(str::to_owned),
        None => None,
    };
    let (sender, mut receiver) = mpsc::channel::<Dumped>(4);
    let (whole, is_whole) = oneshot::channel::<()>();
    let (path, head) = (path.to_owned(), Head::new(at, school.unwrap_or_default()));
    let writing = tokio::task::spawn_blocking(move || -> Result<Option<Head>, BackupError> {
        let mut writer = BackupWriter::create(&path, head)?;
        while let Some(Dumped { collection, documents }) = receiver.blocking_recv() {
            for document in documents {
                writer.push(collection, &document.json)?;
            }
            progress(writer.documents());
        }
        // Only a walk that came to its end makes a backup.
        if is_whole.blocking_recv().is_ok() { Ok(Some(writer.finish()?)) } else { Ok(None) }
    });
    let dumped = store.dump(sender).await;
    if dumped.is_ok() {
        let _ = whole.send(());
    } else {
        drop(whole);
    }
    let written = writing.await.map_err(|error| StoreError::Other(error.to_string()))?;
    match (written?, dumped) {
        (Some(head), Ok(())) => Ok(head),
        (_, Err(error)) => Err(error.into()),
        (None, Ok(())) => Err(StoreError::Other("the backup was not finished".to_owned()).into()),
    }
}

fn school() -> &'static Schema {
    <entities::School as crate::domain::schema::Entity>::SCHEMA
}

/// Reads a backup from end to end. Blocks.
///
/// # Errors
/// It is none, is damaged, is newer, or cannot be read.
pub fn verify(path: &Path) -> Result<Head, BackupError> {
    file::read(path, |_, _| Ok(()))
}

/// The heads of the audit chains in a backup: stream, number of entries, hash of the last. Blocks.
///
/// # Errors
/// As [`verify`].
pub fn heads(path: &Path) -> Result<Vec<(String, u64, String)>, BackupError> {
    let mut heads = Vec::new();
    file::read(path, |schema, document| {
        let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let number = |name: &str| document.get(name).and_then(Value::as_u64).unwrap_or_default();
        if *schema == *<entities::Sheet as Entity>::SCHEMA {
            heads.push((text("_id"), number("audit_count"), text("audit_hash")));
        } else if *schema == *<entities::StreamHead as Entity>::SCHEMA {
            heads.push((text("_id"), number("count"), text("hash")));
        }
        Ok(())
    })?;
    Ok(heads)
}

/// Replaces everything in the store by the backup, once the whole of it is known to be sound. If it is interrupted
/// after that, the store is left incomplete, and the same restore makes it whole.
///
/// # Errors
/// The backup cannot be used (then the store is not touched), or the store not written.
pub async fn restore(
    store: &dyn Store,
    path: &Path,
    progress: impl Fn(u64) + Send + 'static,
) -> Result<Head, BackupError> {
    let file = path.to_owned();
    blocking(move || verify(&file)).await?;
    store.clear().await?;
    store.begin_load().await?;
    let (sender, mut receiver) = mpsc::channel::<(&'static Schema, Vec<Value>)>(2);
    let file = path.to_owned();
    let reading = tokio::task::spawn_blocking(move || {
        let mut step: (Option<&'static Schema>, Vec<Value>) = (None, Vec::new());
        let send = |schema: Option<&'static Schema>, documents: Vec<Value>| match schema {
            Some(schema) if !documents.is_empty() => sender
                .blocking_send((schema, documents))
                .map_err(|_| BackupError::Store(StoreError::Other("the restore was given up".to_owned()))),
            Some(_) | None => Ok(()),
        };
        let head = file::read(&file, |schema, document| {
            if !entities::of_school(schema) {
                return Ok(());
            }
            if step.0 != Some(schema) || step.1.len() >= STEP {
                let (before, documents) = std::mem::replace(&mut step, (Some(schema), Vec::new()));
                send(before, documents)?;
            }
            step.1.push(document);
            Ok(())
        })?;
        send(step.0, step.1)?;
        Ok(head)
    });
    let stored = async {
        let mut done = 0_u64;
        while let Some((schema, documents)) = receiver.recv().await {
            let count = u64::try_from(documents.len()).unwrap_or(0);
            store.load(schema, documents).await?;
            done = done.saturating_add(count);
            progress(done);
        }
        Ok::<(), StoreError>(())
    };
    let stored = stored.await;
    // Also after a failure: what is there must be readable.
    let ended = store.end_load().await;
    drop(receiver);
    let read: Result<Head, BackupError> = reading.await.map_err(|error| StoreError::Other(error.to_string()))?;
    stored?;
    let head = read?;
    ended?;
    Ok(head)
}

async fn blocking<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    tokio::task::spawn_blocking(job).await.map_err(|error| StoreError::Other(error.to_string()))?
}

/// The backups in a folder, newest first; other files are passed over. Blocks.
///
/// # Errors
/// The folder cannot be read; one that is not there holds none.
pub fn list(folder: &Path) -> Result<Vec<BackupRow>, BackupError> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut rows = Vec::new();
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if !name.ends_with(SUFFIX) {
            continue;
        }
        if let Ok(head) = file::head(&entry.path()) {
            rows.push(BackupRow { name, at: head.created, bytes: entry.metadata()?.len(), documents: head.documents });
        }
    }
    rows.sort_by(|one, two| two.at.cmp(&one.at).then_with(|| two.name.cmp(&one.name)));
    Ok(rows)
}

/// Deletes all but the newest `keep` backups of a folder and says which. Blocks.
///
/// # Errors
/// The folder cannot be read or a file not deleted.
pub fn prune(folder: &Path, keep: usize) -> Result<Vec<String>, BackupError> {
    let mut gone = Vec::new();
    for row in list(folder)?.into_iter().skip(keep) {
        std::fs::remove_file(folder.join(&row.name))?;
        gone.push(row.name);
    }
    Ok(gone)
}

/// Makes sure that a change of a folder's entries is on the disk.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests;

//! The local journal: marks that the store could not take are kept here, one file a user, until it takes them.

pub mod book;
mod file;

use std::{
    collections::HashMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use book::{Book, Line};
use file::Journal;

use super::core::lock;
use crate::{
    domain::id::UserId,
    protocol::{KeptCount, KeptMark},
};

/// The journals of one store, in a folder of theirs.
#[derive(Clone, Debug)]
pub struct Journals {
    folder: PathBuf,
    open: Arc<Mutex<HashMap<UserId, Arc<Mutex<Journal>>>>>,
}

/// One user's kept marks, as the disk has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptOf {
    pub user: UserId,
    pub marks: Vec<KeptMark>,
    /// Lines of the file that cannot be read.
    pub damaged: usize,
}

impl Journals {
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, open: Arc::default() }
    }

    /// Ids are made by this program and name files; whatever else came in as one does not.
    fn path(&self, user: &UserId) -> io::Result<PathBuf> {
        let name = user.as_str();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if name.is_empty() || name.len() > 128 || !name.chars().all(plain) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not the name of a journal"));
        }
        Ok(self.folder.join(format!("{name}.jsonl")))
    }

    fn journal(&self, user: &UserId) -> io::Result<Arc<Mutex<Journal>>> {
        let path = self.path(user)?;
        let mut open = lock(&self.open);
        Ok(open.entry(user.clone()).or_insert_with(|| Arc::new(Mutex::new(Journal::new(path)))).clone())
    }

    /// Looks at what is kept for a user.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn look<T>(&self, user: &UserId, see: impl FnOnce(&Book) -> T) -> io::Result<T> {
        let journal = self.journal(user)?;
        let mut journal = lock(&journal);
        journal.book().map(see)
    }

    /// Appends to a user's journal; see [`Journal::append`]. Off the threads that answer questions: it waits for the disk.
    ///
    /// # Errors
    /// The journal cannot be read or written.
    pub async fn append(
        &self,
        user: &UserId,
        make: impl FnOnce(&Book) -> Vec<Line> + Send + 'static,
    ) -> io::Result<()> {
        let journal = self.journal(user)?;
        let done = tokio::task::spawn_blocking(move || lock(&journal).append(make)).await;
        done.unwrap_or_else(|error| Err(io::Error::other(error)))
    }

    /// The right to send what is kept for a user, until the file is dropped; `None`: another process is at it.
    ///
    /// # Errors
    /// The lock cannot be taken.
    pub fn sending(&self, user: &UserId) -> io::Result<Option<File>> {
        file::sending(&self.path(user)?)
    }

    /// Everybody for whom there is a journal.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn users(&self) -> io::Result<Vec<UserId>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut users = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "jsonl")
                && let Some(name) = path.file_stem().and_then(|name| name.to_str())
            {
                users.push(UserId::new(name));
            }
        }
        users.sort();
        Ok(users)
    }

    /// How many marks are kept, of everybody. What cannot be read does not count; the log says so.
    pub fn count(&self) -> KeptCount {
        let mut sum = KeptCount::default();
        for user in self.users().unwrap_or_default() {
            let count = self.look(&user, Book::count).unwrap_or_else(|error| {
                tracing::warn!(%error, "kept marks cannot be read");
                KeptCount::default()
            });
            sum.waiting = sum.waiting.saturating_add(count.waiting);
            sum.stuck = sum.stuck.saturating_add(count.stuck);
            sum.since = [sum.since, count.since].into_iter().flatten().min();
        }
        sum
    }
}

/// All that is kept in a folder of journals: what `carnet doctor` tells, also while the store is away.
///
/// # Errors
/// The folder or a journal cannot be read.
pub fn survey(folder: &Path) -> io::Result<Vec<KeptOf>> {
    let journals = Journals::new(folder.to_path_buf());
    let mut found = Vec::new();
    for user in journals.users()? {
        let journal = journals.journal(&user)?;
        let mut journal = lock(&journal);
        let marks = journal.book()?.all().map(book::Kept::view).collect();
        found.push(KeptOf { user, marks, damaged: journal.damaged() });
    }
    Ok(found)
}

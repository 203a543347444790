//! A journal's file: JSON Lines, each append on the disk before it counts. Several processes of a machine share one:
//! each act on it happens under a lock, after reading what the others have appended.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::book::{Book, Line};

/// A file is written anew when it has so many lines, and four times what is needed.
const MANY: usize = 256;

/// By what a file is known to be as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    file: u64,
    length: u64,
    changed: Option<SystemTime>,
}

impl Mark {
    /// `None`: there is no file.
    fn of(path: &Path) -> io::Result<Option<Self>> {
        match fs::metadata(path) {
            Ok(data) => Ok(Some(Self { file: number(&data), length: data.len(), changed: data.modified().ok() })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(unix)]
fn number(data: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(data)
}

#[cfg(not(unix))]
fn number(_: &fs::Metadata) -> u64 {
    0
}

/// One user's journal.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    book: Book,
    read: Option<Mark>,
    lines: usize,
    /// Lines in the middle that nobody can read: then nothing is ever written anew, so that they stay for whoever can.
    damaged: usize,
}

impl Journal {
    /// The journal at that path, not read yet.
    pub fn new(path: PathBuf) -> Self {
        Self { path, book: Book::default(), read: None, lines: 0, damaged: 0 }
    }

    /// What it says now.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn book(&mut self) -> io::Result<&Book> {
        // Mostly there is no file, or only we have written: no lock for that.
        if Mark::of(&self.path)? != self.read {
            let _lock = self.lock()?;
            self.refresh()?;
        }
        Ok(&self.book)
    }

    /// Unreadable lines.
    pub fn damaged(&self) -> usize {
        self.damaged
    }

    /// Appends what `make` says of the book; nothing, if it says nothing. On the disk when this returns.
    ///
    /// # Errors
    /// It cannot be read or written. The journal is then as it was.
    pub fn append(&mut self, make: impl FnOnce(&Book) -> Vec<Line>) -> io::Result<()> {
        let _lock = self.lock()?;
        self.refresh()?;
        let lines = make(&self.book);
        if lines.is_empty() {
            return Ok(());
        }
        self.write(&text_of(&lines)?)?;
        for line in lines {
            self.book.apply(line);
            self.lines = self.lines.saturating_add(1);
        }
        self.read = Mark::of(&self.path)?;
        // What has been appended counts; a failure to tidy up is no failure of it.
        if let Err(error) = self.compact() {
            tracing::warn!(%error, "a journal of kept marks could not be written anew");
            self.read = None;
        }
        Ok(())
    }

    /// Held while the file is looked at or written.
    fn lock(&self) -> io::Result<File> {
        if let Some(folder) = self.path.parent() {
            make_folder(folder)?;
        }
        let lock = private().truncate(false).create(true).open(self.path.with_extension("lock"))?;
        lock.lock()?;
        Ok(lock)
    }

    fn refresh(&mut self) -> io::Result<()> {
        let mark = Mark::of(&self.path)?;
        if mark == self.read {
            return Ok(());
        }
        (self.book, self.lines, self.damaged) = (Book::default(), 0, 0);
        let Some(mark) = mark else {
            self.read = None;
            return Ok(());
        };
        let mut bytes = Vec::new();
        let mut file = private().open(&self.path)?;
        file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last.saturating_add(1));
        if whole < bytes.len() {
            // Power went while this was being written: nobody was told that it is kept.
            file.set_len(u64::try_from(whole).unwrap_or(u64::MAX))?;
            file.sync_all()?;
            bytes.truncate(whole);
        }
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            self.lines = self.lines.saturating_add(1);
            match serde_json::from_slice::<Line>(line) {
                Ok(line) => self.book.apply(line),
                Err(error) => {
                    tracing::warn!(%error, path = %self.path.display(), "an unreadable line among kept marks");
                    self.damaged = self.damaged.saturating_add(1);
                }
            }
        }
        self.read =
            if mark.length == u64::try_from(bytes.len()).unwrap_or(0) { Some(mark) } else { Mark::of(&self.path)? };
        Ok(())
    }

    fn write(&self, text: &[u8]) -> io::Result<()> {
        let fresh = self.read.is_none();
        let mut file = private().create(true).truncate(false).open(&self.path)?;
        let end = file.seek(SeekFrom::End(0))?;
        let written = file.write_all(text).and_then(|()| file.sync_data());
        if let Err(error) = written {
            // Half a line would be cut by the next reader anyway.
            let _ = file.set_len(end);
            return Err(error);
        }
        if fresh { sync_folder(&self.path) } else { Ok(()) }
    }

    /// Removes the file when nothing is kept, and writes it anew when most of it is past.
    fn compact(&mut self) -> io::Result<()> {
        if self.damaged > 0 {
            return Ok(());
        }
        if self.book.is_empty() {
            fs::remove_file(&self.path)?;
            (self.read, self.lines) = (None, 0);
            return sync_folder(&self.path);
        }
        let lines = self.book.lines();
        if self.lines < MANY || self.lines < lines.len().saturating_mul(4) {
            return Ok(());
        }
        let beside = self.path.with_extension("new");
        let mut file = private().create(true).truncate(true).open(&beside)?;
        file.write_all(&text_of(&lines)?)?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        sync_folder(&self.path)?;
        self.lines = lines.len();
        self.read = Mark::of(&self.path)?;
        Ok(())
    }
}

fn text_of(lines: &[Line]) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut text, line)?;
        text.push(b'\n');
    }
    Ok(text)
}

/// To be read and written by its owner alone.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A folder that only its owner may enter.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// So that the file's name is on the disk as well.
fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Takes the right to send what a journal keeps; `None`: another process is at it.
///
/// # Errors
/// The lock's file cannot be made.
pub fn sending(path: &Path) -> io::Result<Option<File>> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let lock = private().truncate(false).create(true).open(path.with_extension("sending"))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests;

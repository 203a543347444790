//! The file itself.
//!
//! Its first gzip member is the head, not compressed and of a fixed length, so that it can be written again with the
//! counts when they are known and read without the rest. The second member holds the documents and the tail.

use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, bufread::MultiGzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::{BackupError, sync_folder};
use crate::{
    domain::{calendar::Timestamp, entities, schema::Schema},
    store::StoreError,
};

/// The format that this program writes.
pub const FORMAT: u32 = 1;

/// The head line is filled up with blanks to this length.
const HEAD_LENGTH: usize = 4_096;

/// No document is longer (twice what MongoDB takes).
const LONGEST_LINE: u64 = 32 << 20;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Says what the file is, and its format.
    #[serde(rename = "carnet_backup")]
    pub format: u32,
    /// Version of the program that made it.
    pub program: String,
    pub created: Timestamp,
    pub school: String,
    /// Documents inside.
    pub documents: u64,
}

impl Head {
    #[must_use]
    pub fn new(created: Timestamp, school: String) -> Self {
        Self { format: FORMAT, program: env!("CARGO_PKG_VERSION").to_owned(), created, school, documents: 0 }
    }

    /// The head as a line of the fixed length, its newline included.
    fn line(&self) -> Result<Vec<u8>, BackupError> {
        let json = serde_json::to_string(self).map_err(|error| StoreError::Other(error.to_string()))?;
        let width = HEAD_LENGTH.saturating_sub(1);
        let line = format!("{json:<width$}\n").into_bytes();
        // Blanks are counted in characters, the length in bytes: an accent takes two.
        let extra = line.len().saturating_sub(HEAD_LENGTH);
        let blanks = line.iter().rev().skip(1).take_while(|byte| **byte == b' ').count();
        if extra > blanks {
            return Err(StoreError::Other("the school's name is too long for a backup".to_owned()).into());
        }
        let kept = line.len().saturating_sub(extra).saturating_sub(1);
        Ok(line.into_iter().take(kept).chain(*b"\n").collect())
    }
}

/// A document's line.
#[derive(Serialize, Deserialize)]
struct Line<'a> {
    collection: &'a str,
    #[serde(borrow)]
    document: &'a RawValue,
}

/// The last line.
#[derive(Serialize, Deserialize)]
struct Tail {
    documents: u64,
    sha256: String,
}

/// A gzip member whose length depends on nothing but the line's.
fn head_member(line: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(line)?;
    encoder.finish()
}

/// Writes a backup. Dropped before [`BackupWriter::finish`] it leaves nothing behind.
pub struct BackupWriter {
    path: PathBuf,
    head: Head,
    head_length: usize,
    hash: Sha256,
    body: GzEncoder<BufWriter<NamedTempFile>>,
}

impl BackupWriter {
    /// Starts a file beside `path`, readable by its owner only.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn create(path: &Path, head: Head) -> Result<Self, BackupError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let mut file = BufWriter::new(NamedTempFile::with_prefix_in(".carnet-backup-", folder)?);
        let member = head_member(&head.line()?)?;
        file.write_all(&member)?;
        let body = GzEncoder::new(file, Compression::fast());
        Ok(Self { path: path.to_owned(), head, head_length: member.len(), hash: Sha256::new(), body })
    }

    /// Documents so far.
    #[must_use]
    pub fn documents(&self) -> u64 {
        self.head.documents
    }

    /// Adds a document.
    ///
    /// # Errors
    /// It is not JSON, or cannot be written.
    pub fn push(&mut self, collection: &str, json: &str) -> Result<(), BackupError> {
        let damaged = |error: serde_json::Error| StoreError::Other(error.to_string());
        let document: &RawValue = serde_json::from_str(json).map_err(damaged)?;
        let mut line = serde_json::to_string(&Line { collection, document }).map_err(damaged)?;
        line.push('\n');
        self.hash.update(line.as_bytes());
        self.body.write_all(line.as_bytes())?;
        self.head.documents = self.head.documents.saturating_add(1);
        Ok(())
    }

    /// Writes the tail and the counts, waits until all is on the disk, and gives the file its name.
    ///
    /// # Errors
    /// It cannot be written, or a file of that name is there.
    pub fn finish(mut self) -> Result<Head, BackupError> {
        let head = self.head.line()?;
        self.hash.update(&head);
        let sha256 = data_encoding::HEXLOWER.encode(&self.hash.finalize());
        let tail = serde_json::to_string(&Tail { documents: self.head.documents, sha256 })
            .map_err(|error| StoreError::Other(error.to_string()))?;
        self.body.write_all(tail.as_bytes())?;
        self.body.write_all(b"\n")?;
        let mut file = self.body.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        let member = head_member(&head)?;
        if member.len() != self.head_length {
            return Err(StoreError::Other("the head of the backup changed its length".to_owned()).into());
        }
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&member)?;
        file.as_file().sync_all()?;
        file.persist_noclobber(&self.path).map_err(|error| error.error)?;
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            sync_folder(folder)?;
        }
        Ok(self.head)
    }
}

/// The lines of a backup, one at a time, each of bounded length.
struct Lines<R> {
    from: R,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    fn damaged(&self, why: impl std::fmt::Display) -> BackupError {
        BackupError::Damaged { line: self.number, why: why.to_string() }
    }

    /// The next line with its newline; `None` at the end.
    fn next(&mut self, into: &mut Vec<u8>) -> Result<bool, BackupError> {
        into.clear();
        self.number = self.number.saturating_add(1);
        let mut bounded = (&mut self.from).take(LONGEST_LINE);
        bounded.read_until(b'\n', into).map_err(|error| self.damaged(error))?;
        if into.is_empty() {
            return Ok(false);
        }
        if into.last() == Some(&b'\n') { Ok(true) } else { Err(self.damaged("a line without end")) }
    }
}

/// Opens the file and reads its head.
fn open(path: &Path) -> Result<(Head, Vec<u8>, Lines<impl BufRead + use<>>), BackupError> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(BackupError::NotABackup(path.to_owned()));
    }
    let decoder = MultiGzDecoder::new(BufReader::new(file));
    let mut lines = Lines { from: BufReader::with_capacity(64 << 10, decoder), number: 0 };
    let mut line = Vec::new();
    let foreign = || BackupError::NotABackup(path.to_owned());
    if !lines.next(&mut line).map_err(|_| foreign())? {
        return Err(foreign());
    }
    let value: Value = serde_json::from_slice(&line).map_err(|_| foreign())?;
    let format = value.get("carnet_backup").and_then(Value::as_u64).ok_or_else(foreign)?;
    let found = u32::try_from(format).unwrap_or(u32::MAX);
    if found > FORMAT {
        return Err(BackupError::Newer { found, known: FORMAT });
    }
    let head = serde_json::from_value(value).map_err(|_| foreign())?;
    Ok((head, line, lines))
}

/// Only the head.
pub(super) fn head(path: &Path) -> Result<Head, BackupError> {
    open(path).map(|(head, _, _)| head)
}

/// Reads and checks everything, handing each document to `take`. What it says is only certain at the end.
pub(super) fn read(
    path: &Path,
    mut take: impl FnMut(&'static Schema, Value) -> Result<(), BackupError>,
) -> Result<Head, BackupError> {
    let (head, head_line, mut lines) = open(path)?;
    let mut hash = Sha256::new();
    let mut documents = 0_u64;
    let mut line = Vec::new();
    loop {
        if !lines.next(&mut line)? {
            return Err(lines.damaged("it ends before its last line"));
        }
        let text = std::str::from_utf8(&line).map_err(|error| lines.damaged(error))?;
        let Ok(Line { collection, document }) = serde_json::from_str(text) else { break };
        let schema =
            entities::schema(collection).ok_or_else(|| lines.damaged(format!("unknown collection {collection}")))?;
        let value: Value = serde_json::from_str(document.get()).map_err(|error| lines.damaged(error))?;
        if value.get("_id").and_then(Value::as_str).is_none() {
            return Err(lines.damaged("a document without an id"));
        }
        hash.update(&line);
        documents = documents.saturating_add(1);
        take(schema, value)?;
    }
    let tail: Tail =
        serde_json::from_slice(&line).map_err(|_| lines.damaged("neither a document nor the last line"))?;
    hash.update(&head_line);
    let sha256 = data_encoding::HEXLOWER.encode(&hash.finalize());
    if tail.sha256 != sha256 || tail.documents != documents || head.documents != documents {
        return Err(lines.damaged("count or checksum do not agree"));
    }
    if lines.next(&mut line)? {
        return Err(lines.damaged("something follows the last line"));
    }
    Ok(head)
}

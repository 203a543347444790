//! Heads of the audit chains, kept outside the store: in a file of this machine to which lines are only ever added, and
//! in backups. Who can write to the store can take the last entries of a chain away and set its head back; an anchor
//! still knows how long the chain was, and its hash.
//!
//! Anchors are written off the path of a change, every few seconds and at the end: what was written after the last
//! anchor is protected by the key alone until the next.

use std::{
    collections::BTreeMap,
    fs::OpenOptions,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    sync::Mutex,
};

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::{audit::Head, core::lock};
use crate::domain::calendar::Timestamp;

/// A head as it stood at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Anchor {
    pub at: Timestamp,
    pub stream: String,
    pub count: u64,
    pub hash: String,
}

/// A line of the file: the anchor, and an HMAC by the school's key.
#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    anchor: Anchor,
    mac: String,
}

/// What the file holds.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub anchors: Vec<Anchor>,
    /// Lines (from 1) that are not as they were written.
    pub bad: Vec<u64>,
}

/// The file, and the heads that are not in it yet.
pub(super) struct Anchors {
    path: Option<PathBuf>,
    key: Vec<u8>,
    fresh: Mutex<BTreeMap<String, (Timestamp, Head)>>,
}

impl Anchors {
    /// `None`: nothing is kept outside (tests, throw-away schools).
    pub fn new(path: Option<PathBuf>, key: &[u8]) -> Self {
        Self { path, key: key.to_vec(), fresh: Mutex::default() }
    }

    /// A chain reached that head at that moment. Cheap: it is written later.
    pub fn note(&self, stream: String, at: Timestamp, head: Head) {
        if self.path.is_none() {
            return;
        }
        let mut fresh = lock(&self.fresh);
        match fresh.get(&stream) {
            Some((known, longest)) if (*known, longest.count) >= (at, head.count) => {}
            Some(_) | None => {
                fresh.insert(stream, (at, head));
            }
        }
    }

    /// Writes what has been noted. What cannot be written is kept for the next time.
    pub async fn write(&self) {
        let Some(path) = self.path.clone() else { return };
        let fresh = std::mem::take(&mut *lock(&self.fresh));
        if fresh.is_empty() {
            return;
        }
        let mut text = String::new();
        for (stream, (at, head)) in &fresh {
            let anchor = Anchor { at: *at, stream: stream.clone(), count: head.count, hash: head.hash.clone() };
            let mac = self.mac(&anchor);
            if let Ok(line) = serde_json::to_string(&Line { anchor, mac }) {
                text.push_str(&line);
                text.push('\n');
            }
        }
        let written = tokio::task::spawn_blocking(move || append(&path, &text)).await;
        let failed = match written {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::warn!(error = failed, "the heads of the audit chains could not be written outside the store");
        for (stream, (at, head)) in fresh {
            self.note(stream, at, head);
        }
    }

    /// Reads the file; one that is not there holds nothing.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn read(&self) -> std::io::Result<Kept> {
        let Some(path) = self.path.clone() else { return Ok(Kept::default()) };
        let lines = tokio::task::spawn_blocking(move || lines(&path)).await.map_err(std::io::Error::other)??;
        let mut kept = Kept::default();
        for (line, number) in lines.iter().zip(1_u64..) {
            match serde_json::from_str::<Line>(line) {
                Ok(read) if read.mac == self.mac(&read.anchor) => kept.anchors.push(read.anchor),
                Ok(_) | Err(_) => kept.bad.push(number),
            }
        }
        Ok(kept)
    }

    fn mac(&self, anchor: &Anchor) -> String {
        // HMAC takes a key of any length, so this cannot fail; an empty text would never verify.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        let (at, count) = (anchor.at.as_millisecond().to_string(), anchor.count.to_string());
        for part in ["anchor", &at, &anchor.stream, &count, &anchor.hash] {
            mac.update(part.len().to_string().as_bytes());
            mac.update(b":");
            mac.update(part.as_bytes());
        }
        data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes())
    }
}

/// Adds to the file, which only its owner may read, in one write.
fn append(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_data()
}

fn lines(path: &Path) -> std::io::Result<Vec<String>> {
    match std::fs::File::open(path) {
        Ok(file) => BufReader::new(file).lines().collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(count: u64) -> Head {
        Head { count, hash: format!("h{count}") }
    }

    #[tokio::test]
    async fn lines_are_added_for_their_owner_alone_and_a_changed_one_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state").join("heads.jsonl");
        let anchors = Anchors::new(Some(path.clone()), b"key");
        assert!(anchors.read().await.unwrap().anchors.is_empty());
        anchors.note("s".to_owned(), Timestamp::UNIX_EPOCH, head(2));
        anchors.note("s".to_owned(), Timestamp::UNIX_EPOCH, head(1));
        anchors.write().await;
        anchors.write().await;
        anchors.note("s".to_owned(), Timestamp::UNIX_EPOCH, head(3));
        anchors.write().await;
        let kept = anchors.read().await.unwrap();
        assert_eq!(kept.anchors.iter().map(|anchor| anchor.count).collect::<Vec<_>>(), [2, 3]);
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions()) & 0o777, 0o600);
        let text = std::fs::read_to_string(&path).unwrap().replace("\"count\":2", "\"count\":1");
        std::fs::write(&path, text).unwrap();
        let kept = anchors.read().await.unwrap();
        assert_eq!((kept.anchors.len(), kept.bad), (1, vec![1]));
    }

    #[tokio::test]
    async fn what_cannot_be_written_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("heads.jsonl");
        std::fs::create_dir(&path).unwrap();
        let anchors = Anchors::new(Some(path.clone()), b"key");
        anchors.note("s".to_owned(), Timestamp::UNIX_EPOCH, head(2));
        anchors.write().await;
        std::fs::remove_dir(&path).unwrap();
        anchors.write().await;
        assert_eq!(anchors.read().await.unwrap().anchors.len(), 1);
    }
}

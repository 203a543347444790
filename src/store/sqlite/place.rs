//! The place of the store's file: is it one, may it be opened, can it be made?

use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use crate::{protocol::PathFault, store::StoreError};

/// Makes the folder and an empty file that only its owner may read, if there is no file yet.
pub(super) fn prepare(path: &Path) -> Result<(), StoreError> {
    match fs::metadata(path) {
        Ok(there) => {
            check(path, &there)?;
            // SQLite would not say why it cannot open it. (Asked, not tried: closing a file takes this process's locks.)
            let readable = rustix::fs::access(path, rustix::fs::Access::READ_OK);
            return readable.map_err(|error| trouble(path, &error.into()));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(trouble(path, &error)),
    }
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        return Err(at(path, PathFault::LogAlone));
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| trouble(path, &error))?;
    }
    let mut creation = fs::OpenOptions::new();
    creation.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut creation, 0o600);
    creation.open(path).map(drop).map_err(|error| trouble(path, &error))
}

/// The file that was opened, to be told from what stands at its path later: one who moves or deletes the file leaves us
/// writing where nobody looks.
pub(super) struct Place {
    path: PathBuf,
    #[cfg(unix)]
    file: (u64, u64),
}

impl Place {
    /// Of the file that stands there now.
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        let there = fs::metadata(path).map_err(|error| trouble(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            #[cfg(unix)]
            file: number(&there),
        })
    }

    /// Is it still the same?
    pub(super) fn holds(&self) -> Result<(), StoreError> {
        let there = fs::metadata(&self.path);
        #[cfg(unix)]
        let same = there.as_ref().is_ok_and(|there| number(there) == self.file);
        #[cfg(not(unix))]
        let same = there.is_ok();
        if same {
            return Ok(());
        }
        Err(StoreError::Unavailable(format!("{} is no longer the file that was opened", self.path.display())))
    }
}

/// Device and number of a file.
#[cfg(unix)]
fn number(there: &fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (there.dev(), there.ino())
}

/// Something is there: a file?
fn check(path: &Path, there: &fs::Metadata) -> Result<(), StoreError> {
    if there.is_dir() {
        Err(at(path, PathFault::Folder))
    } else if there.is_file() {
        Ok(())
    } else {
        Err(at(path, PathFault::NoFile))
    }
}

/// What SQLite could not open, though the file is there: it also writes two files beside it.
pub(super) fn cannot_open(path: &Path, said: String) -> StoreError {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let writable = rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK);
    match writable {
        Err(rustix::io::Errno::ROFS) => StoreError::ReadOnly,
        Err(_) => at(folder, PathFault::Denied),
        Ok(()) => at(path, PathFault::Other(said)),
    }
}

fn at(path: &Path, fault: PathFault) -> StoreError {
    StoreError::Path { path: path.display().to_string(), fault }
}

/// Names what stands in the way: the file itself, or the nearest of its folders that is at fault.
fn trouble(path: &Path, error: &io::Error) -> StoreError {
    let looping = error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error());
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full,
        ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        _ if looping => at(first(path, |link| fs::metadata(link).is_err()), PathFault::Loop),
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            at(first(path, |way| fs::metadata(way).is_ok_and(|way| !way.is_dir())), PathFault::NoFolder)
        }
        ErrorKind::PermissionDenied => at(path.ancestors().find(|way| way.exists()).unwrap_or(path), PathFault::Denied),
        _ => at(path, PathFault::Other(error.to_string())),
    }
}

/// The first on the way from the root to `path` of which that is true.
fn first(path: &Path, is: impl Fn(&Path) -> bool) -> &Path {
    let ways: Vec<&Path> = path.ancestors().filter(|way| !way.as_os_str().is_empty()).collect();
    ways.into_iter().rev().find(|way| is(way)).unwrap_or(path)
}

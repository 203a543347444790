//! Reading files and folders for the screens, on a thread that may wait.

use std::{fs, io::Read};

use super::{
    effect::{FileDone, FileJob},
    msg::{FileTrouble, FileWhy},
};

/// Entries of a folder that are listed at most.
const MOST_ENTRIES: usize = 2_000;

/// Does it.
///
/// # Errors
/// The file is not there, may not be read, is too large, or is not a file (a folder).
pub fn perform(job: FileJob) -> Result<FileDone, FileTrouble> {
    match job {
        FileJob::Read { path, max } => match read(&path, max) {
            Ok(bytes) => Ok(FileDone::Bytes { path, bytes }),
            Err(why) => Err(FileTrouble { path, why }),
        },
        FileJob::List { folder } => match list(&folder) {
            Ok(entries) => Ok(FileDone::Folder { folder, entries }),
            Err(why) => Err(FileTrouble { path: folder, why }),
        },
    }
}

#[expect(clippy::needless_pass_by_value, reason = "shaped for map_err")]
fn why(error: std::io::Error) -> FileWhy {
    match error.kind() {
        std::io::ErrorKind::NotFound => FileWhy::NotFound,
        std::io::ErrorKind::PermissionDenied => FileWhy::Denied,
        std::io::ErrorKind::IsADirectory | std::io::ErrorKind::NotADirectory => FileWhy::WrongKind,
        _ => FileWhy::Other,
    }
}

fn read(path: &std::path::Path, max: u64) -> Result<Vec<u8>, FileWhy> {
    // A pipe or a device would be waited for without end.
    let about = fs::metadata(path).map_err(why)?;
    if !about.is_file() {
        return Err(FileWhy::WrongKind);
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(why)?;
    file.take(max.saturating_add(1)).read_to_end(&mut bytes).map_err(why)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > max { Err(FileWhy::TooLarge) } else { Ok(bytes) }
}

fn list(folder: &std::path::Path) -> Result<Vec<(String, bool)>, FileWhy> {
    let mut entries: Vec<(String, bool)> = fs::read_dir(folder)
        .map_err(why)?
        .flatten()
        .take(MOST_ENTRIES)
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path().is_dir())))
        .collect();
    entries.sort();
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_up_to_a_size_and_folders_listed() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a.csv");
        fs::write(&path, "abc").expect("write");
        let read = |max| perform(FileJob::Read { path: path.clone(), max });
        assert_eq!(read(3), Ok(FileDone::Bytes { path: path.clone(), bytes: b"abc".to_vec() }));
        assert_eq!(read(2).map_err(|trouble| trouble.why), Err(FileWhy::TooLarge));
        let there = folder.path().to_owned();
        let listed = perform(FileJob::List { folder: there.clone() });
        assert_eq!(listed, Ok(FileDone::Folder { folder: there.clone(), entries: vec![("a.csv".into(), false)] }));
        let trouble = perform(FileJob::Read { path: there, max: 9 }).map_err(|trouble| trouble.why);
        assert_eq!(trouble, Err(FileWhy::WrongKind));
    }
}

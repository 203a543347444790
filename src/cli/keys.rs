//! The two secrets of an installation, each in a file that only its owner may read: the key of the audit chains, and
//! the token by which the service account acts without a login.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use rand::Rng;

use crate::domain::text_values::Password;

/// Bytes of chance in each secret.
const SECRET: usize = 32;

/// Where the secrets are.
#[derive(Clone, Debug)]
pub struct KeyFiles {
    folder: PathBuf,
}

impl KeyFiles {
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf() }
    }

    pub fn audit_key(&self) -> PathBuf {
        self.folder.join("audit.key")
    }

    pub fn admin_token(&self) -> PathBuf {
        self.folder.join("admin.token")
    }

    /// Makes what is not there. What is there stays.
    ///
    /// # Errors
    /// The folder or a file cannot be written.
    pub fn make(&self) -> io::Result<()> {
        make_folder(&self.folder)?;
        for path in [self.audit_key(), self.admin_token()] {
            let mut secret = [0_u8; SECRET];
            rand::rng().fill_bytes(&mut secret);
            write_new(&path, &data_encoding::HEXLOWER.encode(&secret))?;
        }
        Ok(())
    }

    /// The audit key's bytes; `None` if there is no key file.
    ///
    /// # Errors
    /// It cannot be read, or is not a key.
    pub fn read_audit_key(&self) -> io::Result<Option<Vec<u8>>> {
        let Some(text) = read(&self.audit_key())? else {
            return Ok(None);
        };
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok();
        match bytes.filter(|bytes| bytes.len() >= SECRET) {
            Some(bytes) => Ok(Some(bytes)),
            None => Err(io::Error::new(io::ErrorKind::InvalidData, "not a key of 64 hexadecimal digits")),
        }
    }

    /// The token, if this account may read it.
    ///
    /// # Errors
    /// It is there but cannot be read.
    pub fn read_admin_token(&self) -> io::Result<Option<Password>> {
        let text = read(&self.admin_token())?;
        Ok(text.map(|text| Password::typed(text.trim())).filter(|token| token.reveal().len() >= SECRET))
    }
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A folder that only its owner may enter.
///
/// # Errors
/// It cannot be made.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// May others than its owner read or write that file?
#[cfg(unix)]
pub fn others_may(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

/// Elsewhere the folder's own rules decide, and nothing can be said from the file alone.
#[cfg(not(unix))]
pub fn others_may(_: &Path) -> bool {
    false
}

/// Writes a file that only its owner may read, unless it exists (another process may have made it meanwhile).
///
/// # Errors
/// It cannot be written.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            writeln!(file, "{text}")?;
            file.sync_all()
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_made_once_and_for_their_owner_alone() {
        let folder = tempfile::tempdir().expect("folder");
        let files = KeyFiles::new(&folder.path().join("keys"));
        assert!(files.read_audit_key().expect("no file is no error").is_none());
        files.make().expect("made");
        let first = files.read_audit_key().expect("read").expect("there");
        assert_eq!(first.len(), SECRET);
        files.make().expect("again");
        assert_eq!(files.read_audit_key().expect("read"), Some(first.clone()));
        assert_ne!(files.read_admin_token().expect("read").expect("there").reveal().as_bytes(), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(files.admin_token()).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(files.audit_key(), "short").expect("written");
        assert!(files.read_audit_key().is_err());
    }
}

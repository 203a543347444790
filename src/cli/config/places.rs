//! Where things are kept when nobody says otherwise.

use std::path::PathBuf;

/// The three folders of the program for this account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    pub config: PathBuf,
    pub data: PathBuf,
    pub state: PathBuf,
}

impl Places {
    /// By the customs of the system; `None` if the account has no home.
    #[must_use]
    pub fn of_system() -> Option<Self> {
        let folders = directories::ProjectDirs::from("", "", "carnet")?;
        Some(Self {
            config: folders.config_dir().to_path_buf(),
            data: folders.data_dir().to_path_buf(),
            state: folders.state_dir().unwrap_or_else(|| folders.data_local_dir()).to_path_buf(),
        })
    }

    /// All in one folder, as `carnet demo` has it.
    #[must_use]
    pub fn within(folder: PathBuf) -> Self {
        Self { config: folder.clone(), data: folder.clone(), state: folder }
    }
}

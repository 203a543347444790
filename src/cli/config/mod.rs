//! The configuration: `config.toml`, each key also as an environment variable (`CARNET_STORE__PATH`), and defaults
//! by the customs of the system. The environment comes in as an argument: nothing here reads it.
//!
//! One table ([`Key`]) names every key; the parser, the environment, the example file and their tests come from it.

mod error;
mod key;
mod places;
mod secret;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

pub use error::{ConfigError, Expected, Origin};
pub use key::{Given, Key};
pub use places::Places;
pub use secret::Secret;

use crate::{store::mongo::MongoOptions, text::Lang};

/// Which durable store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoreKind {
    #[default]
    Sqlite,
    MongoDb,
}

/// Which cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheKind {
    #[default]
    Memory,
    Redis,
}

/// The look of the screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    #[default]
    Default,
    Contrast,
    Mono,
}

/// How much goes into the log file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLevel {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
}

/// All of it, with every default filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub store: StoreKind,
    /// The embedded store's file.
    pub path: PathBuf,
    /// Address of a MongoDB server, or the file that holds it.
    pub uri: Option<Secret>,
    pub uri_file: Option<PathBuf>,
    /// The database of the installation's default school.
    pub database: String,
    /// Folder of the backups.
    pub backups: PathBuf,
    pub cache: CacheKind,
    /// Address of a Redis server, or the file that holds it.
    pub cache_uri: Option<Secret>,
    pub cache_uri_file: Option<PathBuf>,
    /// Code of a school other than the installation's default one.
    pub school: Option<String>,
    pub lang: Lang,
    pub theme: ThemeChoice,
    /// No borders, boxes, spinners: for screen readers and plain terminals.
    pub plain: bool,
    /// A machine that several people use: the screen locks after a while.
    pub shared: bool,
    /// The unshifted top row of French keyboards is read as digits in a mark cell; `None`: if the language is French.
    pub top_row: Option<bool>,
    /// bcrypt cost of new passwords, 10 to 15.
    pub password_cost: u32,
    /// Folder of `audit.key` and `admin.token`.
    pub keys: PathBuf,
    pub log_level: LogLevel,
    /// Folder of the log files.
    pub log_dir: PathBuf,
    /// Folder of the heads of the audit chains, which are kept outside the store.
    pub anchors: PathBuf,
    /// Folder of what the program keeps for itself (where one left).
    pub state: PathBuf,
    /// Files in which a password stands.
    pub secret_files: Vec<PathBuf>,
}

impl Config {
    /// Defaults in these folders.
    #[must_use]
    pub fn new(places: &Places, school: Option<&str>) -> Self {
        let file = school.map_or_else(|| "carnet.db".to_owned(), |code| format!("{code}.db"));
        Self {
            store: StoreKind::default(),
            path: places.data.join(file),
            uri: None,
            uri_file: None,
            database: "carnet".to_owned(),
            backups: places.data.join("backups"),
            cache: CacheKind::default(),
            cache_uri: None,
            cache_uri_file: None,
            school: school.map(str::to_owned),
            lang: Lang::default(),
            theme: ThemeChoice::default(),
            plain: false,
            shared: false,
            top_row: None,
            password_cost: 12,
            keys: places.config.clone(),
            log_level: LogLevel::default(),
            log_dir: places.state.clone(),
            anchors: places.state.join("audit"),
            state: places.state.clone(),
            secret_files: Vec::new(),
        }
    }

    /// The MongoDB server's address: as given, or from its file.
    ///
    /// # Errors
    /// There is none, or the file cannot be read, or is empty.
    pub fn address(&self) -> Result<Secret, ConfigError> {
        read_address(self.uri.as_ref(), self.uri_file.as_ref(), None)
    }

    /// The Redis server's address, likewise.
    ///
    /// # Errors
    /// The file cannot be read, or is empty.
    pub fn cache_address(&self) -> Result<Secret, ConfigError> {
        read_address(self.cache_uri.as_ref(), self.cache_uri_file.as_ref(), Some("redis://localhost:6379"))
    }

    /// The Redis server's address for people: without account, password and options.
    #[must_use]
    pub fn cache_place(&self) -> String {
        let Ok(address) = self.cache_address() else { return String::new() };
        let (scheme, rest) = address.reveal().split_once("://").unwrap_or(("", ""));
        let rest = rest.split('?').next().unwrap_or_default();
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        format!("{scheme}://{host}")
    }

    /// Where the data are, for people: the file, or server and database without account and password.
    #[must_use]
    pub fn place(&self) -> String {
        match self.store {
            StoreKind::Sqlite => self.path.display().to_string(),
            StoreKind::MongoDb => {
                let uri = self.address().map_or_else(|_| String::new(), |address| address.reveal().to_owned());
                MongoOptions { uri, database: self.database() }.place()
            }
        }
    }

    /// The database of this school: another school has the same name with its code behind it.
    #[must_use]
    pub fn database(&self) -> String {
        self.school.as_ref().map_or_else(|| self.database.clone(), |code| format!("{}_{code}", self.database))
    }

    /// Reads `file` if given (it must exist), else the default one if it exists; then the environment, which wins.
    /// `school` (the `--school` flag) wins over both.
    ///
    /// # Errors
    /// The file cannot be read, is not TOML, has an unknown key or a value that does not fit.
    pub fn load(
        places: &Places,
        file: Option<&Path>,
        environment: &BTreeMap<String, String>,
        school: Option<&str>,
    ) -> Result<Self, ConfigError> {
        let default = places.config.join("config.toml");
        let (path, text) = match file {
            Some(path) => (path, Some(error::read(path)?)),
            None if default.exists() => (default.as_path(), Some(error::read(&default)?)),
            None => (default.as_path(), None),
        };
        let mut given = match text {
            Some(text) => key::from_toml(&text, path)?,
            None => Vec::new(),
        };
        given.extend(key::from_environment(environment)?);
        if let Some(code) = school {
            given.push((Key::SchoolCode, Given::Text(code.to_owned()), Origin::Flag("--school")));
        }
        // The school's code names the store's file, so it is needed before the defaults.
        let code = given.iter().rev().find_map(|(key, value, _)| match (key, value) {
            (Key::SchoolCode, Given::Text(code)) => Some(code.as_str()),
            _ => None,
        });
        let mut config = Self::new(places, code.filter(|code| key::is_code(code)));
        config.lang = Lang::of_environment(environment);
        // A path in the file is meant from where the file is; one in the environment, from where one stands.
        let beside = path.parent().unwrap_or(Path::new("")).to_path_buf();
        for (key, value, origin) in &given {
            let base = matches!(origin, Origin::File(_)).then_some(beside.as_path());
            key.set(&mut config, value, base).map_err(|expected| ConfigError::Wrong {
                key: key.name().to_owned(),
                value: if key.is_secret() { "…".to_owned() } else { value.shown() },
                expected,
                origin: origin.clone(),
            })?;
        }
        let here = given.iter().any(|(key, value, origin)| {
            key.is_secret() && matches!(origin, Origin::File(_)) && value.shown().contains('@')
        });
        let files = here.then(|| path.to_path_buf()).into_iter().chain(config.uri_file.clone());
        config.secret_files = files.chain(config.cache_uri_file.clone()).collect();
        Ok(config)
    }
}

/// An address as given, or the first line of its file that is not empty, or `usual`; some have none.
fn read_address(given: Option<&Secret>, file: Option<&PathBuf>, usual: Option<&str>) -> Result<Secret, ConfigError> {
    let Some(path) = file else {
        let usual = || usual.map(|usual| Secret::new(usual.to_owned()));
        return given.cloned().or_else(usual).ok_or(ConfigError::NoAddress);
    };
    let text = error::read(path)?;
    match text.lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => Ok(Secret::new(line.to_owned())),
        None => Err(ConfigError::Empty { path: path.clone() }),
    }
}

#[cfg(test)]
mod tests;

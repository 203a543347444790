//! Starting the parts: store, cache, keys, backend.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use sha2::{Digest, Sha256};

use super::{
    app::App,
    config::{CacheKind, Config, StoreKind},
    keys::{KeyFiles, make_folder},
    session::explain,
    stop::Stop,
};
use crate::{
    backend::{Backend, BackendConfig, OpenStore},
    cache::{SharedCache, keys::Keys, memory::MemoryCache, redis::RedisCache},
    domain::{entities, query::Filter, schema::Entity},
    protocol::{Failure, Part, ServerFault, Trouble},
    store::{
        SharedStore, StoreError, Tell,
        mongo::{MongoOptions, MongoStore},
        sqlite::{OpenOptions, SqliteStore},
    },
    t,
    text::{self, Locale, sanitise},
};

/// The configured store, opened as often as the backend asks.
fn opener(config: &Config) -> OpenStore {
    let config = config.clone();
    Arc::new(move |tell| {
        let config = config.clone();
        Box::pin(async move { store(&config, tell).await })
    })
}

/// Opens the configured store, making it if it is not there.
///
/// # Errors
/// As the store says.
pub async fn store(config: &Config, tell: Tell) -> Result<SharedStore, StoreError> {
    match config.store {
        StoreKind::Sqlite => {
            let (path, backups) = (config.path.clone(), config.backups.clone());
            // Opening may wait for another process, or migrate: not on a thread that answers questions.
            let opened = tokio::task::spawn_blocking(move || open_file(&path, &backups, tell)).await;
            opened.unwrap_or_else(|error| Err(StoreError::Other(error.to_string())))
        }
        StoreKind::MongoDb => Ok(Arc::new(MongoStore::open(&database(config)?).await?)),
    }
}

/// Server and database. The file of the address is read each time: it may be mended while we wait.
///
/// # Errors
/// There is no address in the file.
pub fn database(config: &Config) -> Result<MongoOptions, StoreError> {
    let address = config.address().map_err(|_| StoreError::Server(ServerFault::Address))?;
    Ok(MongoOptions { uri: address.reveal().to_owned(), database: config.database() })
}

/// Opens the embedded store, making it if it is not there.
///
/// # Errors
/// As the store says.
fn open_file(path: &Path, backups: &Path, tell: Tell) -> Result<SharedStore, StoreError> {
    let options = OpenOptions { backups: Some(backups.to_path_buf()), tell, ..OpenOptions::default() };
    Ok(Arc::new(SqliteStore::open(path, &options)?))
}

/// The audit key; made together with a new store, never beside an old one: a new key over an old history would look
/// like a forged one.
async fn audit_key(locale: &Locale, config: &Config) -> Result<Vec<u8>, Stop> {
    let files = KeyFiles::new(&config.keys);
    let path = sanitise::line(&files.audit_key().display().to_string());
    let trouble = |error: std::io::Error| {
        let why = text::io_error(locale, &error);
        Stop::Failed(t!(locale, "cli-key-trouble", path = path.as_str(), why = why))
    };
    if let Some(key) = files.read_audit_key().map_err(trouble)? {
        return Ok(key);
    }
    if lived_in(locale, config).await? {
        return Err(Stop::Failed(t!(locale, "cli-key-missing", path = path)));
    }
    files.make().map_err(trouble)?;
    files.read_audit_key().map_err(trouble)?.ok_or_else(|| Stop::Failed(t!(locale, "cli-key-missing", path = path)))
}

/// The file of the audit chains' heads: one a store, so named that two stores never share it.
fn anchors(config: &Config, key: &[u8]) -> PathBuf {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new();
    hasher.update(key);
    match config.store {
        StoreKind::Sqlite => {
            let path = std::path::absolute(&config.path).unwrap_or_else(|_| config.path.clone());
            hasher.update(path.as_os_str().as_encoded_bytes());
        }
        StoreKind::MongoDb => hasher.update(config.place()),
    }
    let name: Vec<u8> = hasher.finalize().into_iter().take(8).collect();
    config.anchors.join(format!("{}.jsonl", data_encoding::HEXLOWER.encode(&name)))
}

/// Is there a school in the store already?
async fn lived_in(locale: &Locale, config: &Config) -> Result<bool, Stop> {
    match config.store {
        StoreKind::Sqlite => Ok(config.path.metadata().is_ok_and(|file| file.is_file() && file.len() > 0)),
        StoreKind::MongoDb => {
            let asked = async {
                let store = store(config, Tell::default()).await?;
                let count = store.count(entities::School::SCHEMA, &Filter::All, 1).await;
                store.close().await;
                count
            };
            // Without an answer no key is made: it might be the wrong thing.
            let count = asked.await.map_err(|error| trouble(locale, config, &error))?;
            Ok(count.count > 0)
        }
    }
}

/// The sentence of a store that cannot be opened, with where it is.
pub fn trouble(locale: &Locale, config: &Config, error: &StoreError) -> Stop {
    let detail = match error {
        StoreError::Locked => Trouble::Locked,
        StoreError::Full => Trouble::Full,
        StoreError::ReadOnly => Trouble::ReadOnly,
        StoreError::Corrupt(_) => Trouble::Corrupt,
        StoreError::Server(fault) => Trouble::Server(fault.clone()),
        StoreError::Path { path, fault } => Trouble::Path { path: path.clone(), fault: fault.clone() },
        StoreError::Newer { found, known } => Trouble::Newer { found: *found, known: *known },
        StoreError::Conflict { .. }
        | StoreError::Duplicate { .. }
        | StoreError::Query { .. }
        | StoreError::Unavailable(_)
        | StoreError::Unfinished(_)
        | StoreError::Document { .. }
        | StoreError::Other(_) => Trouble::Unreachable,
    };
    tracing::error!(%error, "the store cannot be opened");
    explain(locale, &Failure::Offline { what: Part::Store, detail }, &sanitise::line(&config.place()))
}

/// # Errors
/// An address of the store that cannot be read.
pub fn reachable(app: &App) -> Result<(), Stop> {
    match app.config.store {
        StoreKind::Sqlite => Ok(()),
        StoreKind::MongoDb => app.config.address().map(drop).map_err(|error| Stop::Failed(error.sentence(&app.locale))),
    }
}

/// The configured cache. A server that is not there is no reason to stop: it is looked for while carnet works.
///
/// # Errors
/// The address cannot be read, or is none.
fn cache(locale: &Locale, config: &Config, keys: Keys, secret: &[u8]) -> Result<SharedCache, Stop> {
    match config.cache {
        CacheKind::Memory => Ok(Arc::new(MemoryCache::new(keys))),
        CacheKind::Redis => {
            let address = config.cache_address().map_err(|error| Stop::Failed(error.sentence(locale)))?;
            let cache = RedisCache::new(address.reveal(), keys, secret).map_err(|why| {
                let place = sanitise::line(&config.cache_place());
                Stop::Failed(t!(locale, "cli-redis-address", place = place, why = sanitise::line(&why)))
            })?;
            Ok(Arc::new(cache))
        }
    }
}

/// Where marks are kept that are typed while the configured store is away: each store has a folder of its own.
pub fn offline_folder(config: &Config) -> std::path::PathBuf {
    let store = match config.store {
        StoreKind::Sqlite => {
            let path = std::path::absolute(&config.path).unwrap_or_else(|_| config.path.clone());
            path.as_os_str().as_encoded_bytes().to_vec()
        }
        // Server and database, without what one logs in with.
        StoreKind::MongoDb => config.place().into_bytes(),
    };
    let name = Sha256::digest(&store);
    let name: String = data_encoding::HEXLOWER.encode(&name).chars().take(16).collect();
    config.state.join("offline").join(name)
}

/// Starts the backend on the configured store and cache.
///
/// # Errors
/// As [`reachable`]; keys that cannot be read or made.
pub async fn backend(app: &App) -> Result<Backend, Stop> {
    reachable(app)?;
    let (config, locale) = (&app.config, &app.locale);
    let key = audit_key(locale, config).await?;
    // The token is for the service account; others cannot read it, and log in.
    let token = KeyFiles::new(&config.keys).read_admin_token().unwrap_or_default();
    if let Err(error) = make_folder(&config.backups) {
        tracing::warn!(%error, "the folder of backups cannot be made");
    }
    let keys = Keys::new(config.school.as_deref());
    let cache = cache(locale, config, keys.clone(), &key)?;
    let heads = anchors(config, &key);
    let mut parts = BackendConfig::new(opener(config), cache, key, config.backups.clone());
    parts.keys = keys;
    parts.anchors = Some(heads);
    parts.admin_token = token;
    parts.bcrypt_cost = config.password_cost;
    parts.offline = Some(offline_folder(config));
    Ok(Backend::start(parts))
}

//! Starting the parts: store, cache, keys, backend.

use std::{path::Path, sync::Arc};

use super::{
    app::App,
    config::{CacheKind, Config, StoreKind},
    keys::{KeyFiles, make_folder},
    stop::Stop,
};
use crate::{
    backend::{Backend, BackendConfig, OpenStore},
    cache::{keys::Keys, memory::MemoryCache},
    store::{
        SharedStore, StoreError, Tell,
        sqlite::{OpenOptions, SqliteStore},
    },
    t,
    text::{Locale, sanitise},
};

/// The store's file, opened as often as the backend asks.
fn opener(config: &Config) -> OpenStore {
    let (path, backups) = (config.path.clone(), config.backups.clone());
    Arc::new(move |tell| {
        let (path, backups) = (path.clone(), backups.clone());
        Box::pin(async move {
            // Opening may wait for another process, or migrate: not on a thread that answers questions.
            let opened = tokio::task::spawn_blocking(move || open_file(&path, &backups, tell)).await;
            opened.unwrap_or_else(|error| Err(StoreError::Other(error.to_string())))
        })
    })
}

/// Opens the embedded store, making it if it is not there.
///
/// # Errors
/// As the store says.
pub fn open_file(path: &Path, backups: &Path, tell: Tell) -> Result<SharedStore, StoreError> {
    let options = OpenOptions { backups: Some(backups.to_path_buf()), tell, ..OpenOptions::default() };
    Ok(Arc::new(SqliteStore::open(path, &options)?))
}

/// The audit key; made together with a new store, never beside an old one: a new key over an old history would look
/// like a forged one.
fn audit_key(locale: &Locale, config: &Config) -> Result<Vec<u8>, Stop> {
    let files = KeyFiles::new(&config.keys);
    let path = sanitise::line(&files.audit_key().display().to_string());
    let trouble = |error: std::io::Error| {
        let why = sanitise::line(&error.to_string());
        Stop::Failed(t!(locale, "cli-key-trouble", path = path.as_str(), why = why))
    };
    if let Some(key) = files.read_audit_key().map_err(trouble)? {
        return Ok(key);
    }
    if config.path.exists() && config.path.metadata().is_ok_and(|file| file.is_file() && file.len() > 0) {
        return Err(Stop::Failed(t!(locale, "cli-key-missing", path = path)));
    }
    files.make().map_err(trouble)?;
    files.read_audit_key().map_err(trouble)?.ok_or_else(|| Stop::Failed(t!(locale, "cli-key-missing", path = path)))
}

/// # Errors
/// A kind of store or cache that this version does not reach yet.
pub fn reachable(app: &App) -> Result<(), Stop> {
    match app.config.store {
        StoreKind::Sqlite => {}
        StoreKind::MongoDb => return Err(Stop::Failed(t!(app.locale, "cli-mongodb-later"))),
    }
    match app.config.cache {
        CacheKind::Memory => Ok(()),
        CacheKind::Redis => Err(Stop::Failed(t!(app.locale, "cli-redis-later"))),
    }
}

/// Starts the backend on the configured store and cache.
///
/// # Errors
/// A kind of store that this version does not reach yet; keys that cannot be read or made.
pub fn backend(app: &App) -> Result<Backend, Stop> {
    reachable(app)?;
    let (config, locale) = (&app.config, &app.locale);
    let key = audit_key(locale, config)?;
    // The token is for the service account; others cannot read it, and log in.
    let token = KeyFiles::new(&config.keys).read_admin_token().unwrap_or_default();
    if let Err(error) = make_folder(&config.backups) {
        tracing::warn!(%error, "the folder of backups cannot be made");
    }
    let keys = Keys::new(config.school.as_deref());
    let cache = Arc::new(MemoryCache::new(keys.clone()));
    let mut parts = BackendConfig::new(opener(config), cache, key, config.backups.clone());
    parts.keys = keys;
    parts.admin_token = token;
    parts.bcrypt_cost = config.password_cost;
    Ok(Backend::start(parts))
}

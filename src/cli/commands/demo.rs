//! `carnet demo`: builds a made-up school beside the backend, straight into a new store, and opens it.

use std::path::Path;

use jiff::Zoned;
use serde_json::Value;

use super::screen;
use crate::{
    backend::MadeUpHistory,
    cli::{
        app::App,
        args::Demo as Args,
        config::{Config, Places, StoreKind},
        keys::{KeyFiles, make_folder, write_new},
        open,
        stop::Stop,
    },
    domain::{
        demo::{Demo, LARGE, Load, PASSWORD},
        id,
    },
    store::{SharedStore, Tell, mongo::MongoStore},
    t,
    text::{self, format, sanitise},
};

/// bcrypt's lowest cost: the password is shown on the login screen anyway, and the hash is the same in every demo.
const COST: u32 = 4;
const SALT: [u8; 16] = *b"carnet demo salt";

pub async fn run(app: &mut App, args: &Args, no_color: bool) -> Result<(), Stop> {
    if let Some(folder) = &args.keep {
        return keep(app, args, folder).await;
    }
    screen::require_terminal(app)?;
    let folder = tempfile::Builder::new().prefix("carnet-demo-").tempdir()?;
    move_into(app, folder.path());
    build(app, args).await?;
    let backend = open::backend(app).await?;
    let done = screen::show(app, backend, None, no_color).await;
    if app.config.store == StoreKind::MongoDb
        && let Ok(database) = open::database(&app.config)
        && let Err(error) = MongoStore::remove(&database).await
    {
        tracing::warn!(%error, "the demo's database could not be removed");
    }
    // Said, not left to a drop: a folder of made-up pupils that stays is worth a word.
    if let Err(error) = folder.close() {
        tracing::warn!(%error, "the demo's folder could not be removed");
    }
    done
}

/// Everything of the demo is in its folder, or in a database of its own on the configured server.
fn move_into(app: &mut App, folder: &Path) {
    let own = Config::new(&Places::within(folder.to_path_buf()), None);
    let own = Config { keys: folder.join("keys"), backups: folder.join("backups"), ..own };
    app.config = Config {
        cache: own.cache,
        database: format!("demo_{}", id::from_bytes(rand::random())),
        path: own.path,
        backups: own.backups,
        keys: own.keys,
        anchors: own.anchors,
        school: None,
        ..app.config.clone()
    };
}

/// Builds the school to stay, with a configuration that opens it.
async fn keep(app: &mut App, args: &Args, folder: &Path) -> Result<(), Stop> {
    let shown = sanitise::line(&folder.display().to_string());
    let locale = app.locale.clone();
    let trouble = |error: std::io::Error| {
        let why = text::io_error(&locale, &error);
        Stop::Failed(t!(locale, "cli-cannot-write", path = shown.as_str(), why = why))
    };
    make_folder(folder).map_err(trouble)?;
    if std::fs::read_dir(folder).map_err(trouble)?.next().is_some() {
        return Err(Stop::Failed(t!(app.locale, "cli-demo-not-empty", path = shown)));
    }
    move_into(app, folder);
    let store = match app.config.store {
        StoreKind::Sqlite => "path = \"carnet.db\"".to_owned(),
        StoreKind::MongoDb => {
            // In a file of its own, for it may hold a password.
            let address = app.config.address().map_err(|error| Stop::Failed(error.sentence(&app.locale)))?;
            write_new(&folder.join("mongodb.uri"), address.reveal()).map_err(trouble)?;
            format!("kind = \"mongodb\"\nuri_file = \"mongodb.uri\"\ndatabase = \"{}\"", app.config.database)
        }
    };
    let settings = format!("[store]\n{store}\nbackups = \"backups\"\n\n[security]\nkeys = \"keys\"\n");
    std::fs::write(folder.join("config.toml"), settings).map_err(trouble)?;
    build(app, args).await?;
    let config = sanitise::line(&folder.join("config.toml").display().to_string());
    app.out.say(&t!(app.locale, "cli-demo-kept", path = config, password = PASSWORD))
}

async fn build(app: &mut App, args: &Args) -> Result<(), Stop> {
    KeyFiles::new(&app.config.keys).make()?;
    make_folder(&app.config.backups)?;
    let store = open::store(&app.config, Tell::default())
        .await
        .map_err(|error| open::trouble(&app.locale, &app.config, &error))?;
    let built = fill(app, args, &store).await;
    store.close().await;
    built
}

/// Made on one thread, stored from another: both take about as long.
async fn fill(app: &mut App, args: &Args, store: &SharedStore) -> Result<(), Stop> {
    let hash = bcrypt::non_truncating_hash_with_salt(PASSWORD, COST, SALT);
    let hash = hash.map_err(|error| Stop::Failed(error.to_string()))?.to_string();
    // The day, not the moment: the same seed on the same day is the same school.
    let today = Zoned::now().date();
    let demo = Demo::new(args.students, args.seed, today, &hash);
    let demo = demo.ok_or_else(|| Stop::Failed(t!(app.locale, "cli-demo-no-year", date = format::date(today))))?;
    // For measuring, history would only be weight.
    let mut history = match KeyFiles::new(&app.config.keys).read_audit_key() {
        Ok(Some(key)) if args.students <= LARGE => Some(MadeUpHistory::new(key, args.seed)),
        Ok(_) => None,
        Err(error) => return Err(Stop::Failed(error.to_string())),
    };
    store.begin_load().await.map_err(|error| open::trouble(&app.locale, &app.config, &error))?;
    let (sender, mut made) = tokio::sync::mpsc::channel::<Vec<Load>>(2);
    let maker = tokio::task::spawn_blocking(move || {
        let mut together = Together::default();
        for mut loads in std::iter::once(demo.setup()).chain(demo.blocks()) {
            if let Some(history) = &mut history {
                history.tell(&mut loads);
            }
            if let Some(full) = together.add(loads)
                && sender.blocking_send(full).is_err()
            {
                return;
            }
        }
        // Nobody listens any more only if storing has failed, which is said there.
        let _ = sender.blocking_send(together.loads);
    });
    let (mut students, mut said) = (0_u64, 0_u64);
    while let Some(loads) = made.recv().await {
        for (schema, documents) in loads {
            if schema.collection == "students" {
                students = students.saturating_add(u64::try_from(documents.len()).unwrap_or_default());
            }
            for some in in_loads(documents) {
                store.load(schema, some).await.map_err(|error| open::trouble(&app.locale, &app.config, &error))?;
            }
        }
        if args.students > LARGE && students.saturating_sub(said) >= u64::from(args.students / 10) {
            said = students;
            let lang = app.locale.lang();
            let (done, total) = (format::integer(students, lang), format::integer(args.students.into(), lang));
            app.out.say(&t!(app.locale, "cli-demo-progress", done = done, total = total))?;
        }
    }
    maker.await.map_err(|error| Stop::Failed(error.to_string()))?;
    store.end_load().await.map_err(|error| open::trouble(&app.locale, &app.config, &error))
}

/// Blocks put together: one load a class would be one commit a class.
#[derive(Default)]
struct Together {
    loads: Vec<Load>,
    documents: usize,
}

/// About so many documents in one go.
const GO: usize = 10_000;

impl Together {
    /// What is full, once it is.
    fn add(&mut self, loads: Vec<Load>) -> Option<Vec<Load>> {
        for (schema, mut documents) in loads {
            self.documents = self.documents.saturating_add(documents.len());
            match self.loads.iter_mut().find(|(known, _)| *known == schema) {
                Some((_, all)) => all.append(&mut documents),
                None => self.loads.push((schema, documents)),
            }
        }
        if self.documents < GO {
            return None;
        }
        self.documents = 0;
        Some(std::mem::take(&mut self.loads))
    }
}

/// What a store takes in one load.
const LOAD: usize = 5_000;

fn in_loads(mut documents: Vec<Value>) -> Vec<Vec<Value>> {
    let mut loads = Vec::new();
    while documents.len() > LOAD {
        let rest = documents.split_off(LOAD);
        loads.push(std::mem::replace(&mut documents, rest));
    }
    loads.push(documents);
    loads
}

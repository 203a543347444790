//! `carnet demo`: builds a made-up school beside the backend, straight into a new store, and opens it.

use std::path::Path;

use jiff::Zoned;

use super::screen;
use crate::{
    backend::MadeUpHistory,
    cli::{
        app::App,
        args::Demo as Args,
        config::{Config, Places},
        keys::{KeyFiles, make_folder},
        open,
        session::explain,
        stop::Stop,
    },
    domain::demo::{Demo, LARGE, Load, PASSWORD},
    protocol::{Failure, Part, Trouble},
    store::{SharedStore, StoreError, Tell},
    t,
    text::{format, sanitise},
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
    let backend = open::backend(app)?;
    let done = screen::show(app, backend, None, no_color).await;
    // Said, not left to a drop: a folder of made-up pupils that stays is worth a word.
    if let Err(error) = folder.close() {
        tracing::warn!(%error, "the demo's folder could not be removed");
    }
    done
}

/// Everything of the demo is in its folder.
fn move_into(app: &mut App, folder: &Path) {
    let own = Config::new(&Places::within(folder.to_path_buf()), None);
    let own = Config { keys: folder.join("keys"), backups: folder.join("backups"), ..own };
    app.config = Config {
        store: own.store,
        cache: own.cache,
        path: own.path,
        backups: own.backups,
        keys: own.keys,
        school: None,
        ..app.config.clone()
    };
}

/// Builds the school to stay, with a configuration that opens it.
async fn keep(app: &mut App, args: &Args, folder: &Path) -> Result<(), Stop> {
    let shown = sanitise::line(&folder.display().to_string());
    let trouble = |error: std::io::Error| {
        let why = sanitise::line(&error.to_string());
        Stop::Failed(t!(app.locale, "cli-cannot-write", path = shown.as_str(), why = why))
    };
    make_folder(folder).map_err(trouble)?;
    if std::fs::read_dir(folder).map_err(trouble)?.next().is_some() {
        return Err(Stop::Failed(t!(app.locale, "cli-demo-not-empty", path = shown)));
    }
    let settings = "[store]\npath = \"carnet.db\"\nbackups = \"backups\"\n\n[security]\nkeys = \"keys\"\n";
    std::fs::write(folder.join("config.toml"), settings).map_err(trouble)?;
    move_into(app, folder);
    build(app, args).await?;
    let config = sanitise::line(&folder.join("config.toml").display().to_string());
    app.out.say(&t!(app.locale, "cli-demo-kept", path = config, password = PASSWORD))
}

async fn build(app: &mut App, args: &Args) -> Result<(), Stop> {
    KeyFiles::new(&app.config.keys).make()?;
    let (path, backups) = (app.config.path.clone(), app.config.backups.clone());
    make_folder(&backups)?;
    let store = open::open_file(&path, &backups, Tell::default()).map_err(|error| store_trouble(app, &error))?;
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
            store.load(schema, documents).await.map_err(|error| store_trouble(app, &error))?;
        }
        if args.students > LARGE && students.saturating_sub(said) >= u64::from(args.students / 10) {
            said = students;
            let lang = app.locale.lang();
            let (done, total) = (format::integer(students, lang), format::integer(args.students.into(), lang));
            app.out.say(&t!(app.locale, "cli-demo-progress", done = done, total = total))?;
        }
    }
    maker.await.map_err(|error| Stop::Failed(error.to_string()))
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

fn store_trouble(app: &App, error: &StoreError) -> Stop {
    let detail = match error {
        StoreError::Locked => Trouble::Locked,
        StoreError::Full => Trouble::Full,
        StoreError::Path { path, fault } => Trouble::Path { path: path.clone(), fault: fault.clone() },
        StoreError::ReadOnly => Trouble::ReadOnly,
        StoreError::Corrupt(_) => Trouble::Corrupt,
        StoreError::Newer { found, known } => Trouble::Newer { found: *found, known: *known },
        StoreError::Conflict { .. }
        | StoreError::Duplicate { .. }
        | StoreError::Query { .. }
        | StoreError::Unavailable(_)
        | StoreError::Document { .. }
        | StoreError::Unfinished(_)
        | StoreError::Other(_) => Trouble::Unreachable,
    };
    tracing::error!(%error, "building a demo");
    let store = sanitise::line(&app.config.path.display().to_string());
    explain(&app.locale, &Failure::Offline { what: Part::Store, detail }, &store)
}

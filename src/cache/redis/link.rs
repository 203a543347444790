//! The connection to Redis, and the task that looks after it.
//!
//! One client lives as long as its connection: nothing is ever sent again on another one, for a server that was away
//! may have forgotten what it was told. When the connection ends, or an answer does not come in time, the cache is
//! without one at once, so that nobody waits a second time; the task then tries to connect until a server answers.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use fred::{
    clients::Client,
    interfaces::{ClientLike, EventInterface, KeysInterface, LuaInterface},
    types::{
        Builder, CustomCommand,
        config::{Config, Server},
    },
};
use tokio::{
    sync::{broadcast, watch},
    task::JoinHandle,
    time::timeout,
};

use super::{channel, scripts::Script};
use crate::cache::CacheError;

/// An answer that takes longer does not come.
pub(super) const COMMAND: Duration = Duration::from_millis(250);
/// Connecting, logging in and asking the server who it is, together.
pub(super) const CONNECT: Duration = Duration::from_millis(450);
/// Between two tries to connect: short at first.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(50), Duration::from_millis(200), Duration::from_millis(500), Duration::from_secs(1)];

/// A connection.
pub(super) struct Link {
    pub client: Client,
    pub clustered: bool,
    /// Counted up with each connection.
    pub life: u64,
    /// The server may have forgotten what it was told before.
    pub doubtful: AtomicBool,
    /// Which run of which servers this is.
    pub servers: String,
    hashes: [String; Script::ALL.len()],
}

impl Link {
    /// By which name the server knows the script.
    pub fn hash(&self, script: Script) -> &str {
        let place = Script::ALL.iter().position(|one| *one == script);
        place.and_then(|place| self.hashes.get(place)).map_or("", String::as_str)
    }
}

/// The connection as it stands.
#[derive(Default)]
pub(super) struct Standing {
    link: Mutex<Option<Arc<Link>>>,
    lives: AtomicU64,
    /// Why there is none, for the log and for `doctor`.
    pub trouble: Mutex<Option<String>>,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the cache holds of the task.
pub(super) struct Keeper {
    standing: Arc<Standing>,
    /// The connection of that life is of no use.
    lost: watch::Sender<u64>,
    /// The first try to connect is over.
    tried: watch::Receiver<bool>,
    task: JoinHandle<()>,
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Keeper {
    /// Starts connecting; must be called within a runtime.
    pub fn start(config: Config, places: Places) -> Self {
        let standing = Arc::new(Standing::default());
        let (lost, losses) = watch::channel(0);
        let (trying, tried) = watch::channel(false);
        let task = tokio::spawn(keep(config, places, standing.clone(), losses, trying));
        Self { standing, lost, tried, task }
    }

    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The connection, now. Only at the very start is it waited for.
    pub async fn link(&self) -> Result<Arc<Link>, CacheError> {
        if !*self.tried.borrow() {
            let _ = timeout(CONNECT, self.tried.clone().wait_for(|tried| *tried)).await;
        }
        self.now().ok_or_else(|| CacheError::Unavailable("not connected".to_owned()))
    }

    pub fn now(&self) -> Option<Arc<Link>> {
        lock(&self.standing.link).clone()
    }

    /// The last connection's number, also of one that is gone.
    pub fn life(&self) -> u64 {
        self.standing.lives.load(Ordering::SeqCst)
    }

    /// This connection gave no answer: nobody shall wait for it again.
    pub fn lose(&self, link: &Link) {
        let mut standing = lock(&self.standing.link);
        if standing.as_ref().is_some_and(|now| now.life == link.life) {
            *standing = None;
        }
        self.lost.send_replace(link.life);
    }
}

/// What the task needs to know of the keys, and where it takes what it hears.
pub(super) struct Places {
    /// The key at which the servers' runs are noted.
    pub marker: String,
    /// The channel of news.
    pub channel: String,
    pub heard: broadcast::Sender<String>,
}

/// Ends fred's own task with ours.
pub(super) struct Ends(pub fred::types::ConnectHandle);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn keep(
    config: Config,
    places: Places,
    standing: Arc<Standing>,
    mut losses: watch::Receiver<u64>,
    trying: watch::Sender<bool>,
) {
    let mut failures = 0_usize;
    loop {
        let life = standing.lives.load(Ordering::SeqCst).saturating_add(1);
        let opened = timeout(CONNECT, open(&config, &places.marker, life)).await;
        let opened = opened.unwrap_or_else(|_| Err("no answer in time".to_owned()));
        match opened {
            Ok((link, mut connection)) => {
                failures = 0;
                tracing::info!(life, "connected to Redis");
                let mut moved = link.client.cluster_change_rx();
                *lock(&standing.trouble) = None;
                standing.lives.store(life, Ordering::SeqCst);
                *lock(&standing.link) = Some(Arc::new(link));
                trying.send_replace(true);
                let news = channel::listen(config.clone(), places.channel.clone(), places.heard.clone());
                // Ends with this connection, whose answers tell whether the server is alive.
                let _news = Ended(tokio::spawn(news));
                tokio::select! {
                    _ = &mut connection.0 => {}
                    _ = losses.wait_for(|lost| *lost == life) => {}
                    // Slots have other servers now, which may know less.
                    _ = moved.recv() => {}
                }
                *lock(&standing.link) = None;
                tracing::warn!(life, "the connection to Redis is lost");
            }
            Err(error) => {
                if failures == 0 {
                    tracing::warn!(error, "Redis cannot be reached");
                }
                *lock(&standing.trouble) = Some(error);
            }
        }
        trying.send_replace(true);
        let pause = PAUSES.get(failures).or(PAUSES.last()).copied().unwrap_or(COMMAND);
        failures = failures.saturating_add(1);
        tokio::time::sleep(pause).await;
    }
}

/// Ends a task of ours.
struct Ended(JoinHandle<()>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// How connections are made: never again by themselves.
pub(super) fn builder(config: &Config) -> Builder {
    let mut builder = Builder::from_config(config.clone());
    builder
        .with_performance_config(|performance| performance.default_command_timeout = COMMAND)
        .with_connection_config(|connection| {
            connection.connection_timeout = CONNECT;
            connection.internal_command_timeout = COMMAND;
            connection.max_command_attempts = 1;
            connection.tcp.nodelay = Some(true);
        });
    builder
}

async fn open(config: &Config, marker: &str, life: u64) -> Result<(Link, Ends), String> {
    let said = |error: fred::error::Error| error.to_string();
    let client = builder(config).build().map_err(said)?;
    let task = Ends(client.init().await.map_err(said)?);
    let clustered = client.is_clustered();
    let mut nodes: Vec<Option<Server>> = vec![None];
    if clustered {
        nodes = client.active_connections().into_iter().map(Some).collect();
    }
    let mut runs = Vec::new();
    let mut hashes: [String; Script::ALL.len()] = Default::default();
    for node in nodes {
        let (run, known) = acquaint(&client, node).await.map_err(said)?;
        runs.push(run);
        hashes = known;
    }
    runs.sort_unstable();
    let servers = runs.join(" ");
    let noted: Option<String> = client.get(marker).await.unwrap_or_default();
    let doubtful = AtomicBool::new(noted.as_deref() != Some(servers.as_str()));
    Ok((Link { client, clustered, life, doubtful, servers, hashes }, task))
}

/// Which run of which server this is; and it learns our scripts.
async fn acquaint(
    client: &Client,
    node: Option<Server>,
) -> Result<(String, [String; Script::ALL.len()]), fred::error::Error> {
    let mut hashes: [String; Script::ALL.len()] = Default::default();
    let info = CustomCommand::new_static("INFO", None, false);
    let info: String = if let Some(node) = node {
        let client = client.with_cluster_node(node);
        for (hash, script) in hashes.iter_mut().zip(Script::ALL) {
            *hash = client.script_load(script.text()).await?;
        }
        client.custom(info, vec!["server"]).await?
    } else {
        for (hash, script) in hashes.iter_mut().zip(Script::ALL) {
            *hash = client.script_load(script.text()).await?;
        }
        client.custom(info, vec!["server"]).await?
    };
    let run = info.lines().find_map(|line| line.strip_prefix("run_id:")).unwrap_or_default();
    Ok((run.trim().to_owned(), hashes))
}

//! The connection to Redis, and the task that looks after it.
//!
//! One client lives as long as its connection: nothing is ever sent again on another one, for a server that was away
//! may have forgotten what it was told. When the connection ends, or an answer does not come in time, or the server
//! takes no writes, the cache is without one at once, so that nobody waits a second time; the task then tries to
//! connect until a server answers that takes them.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use fred::{
    clients::Client,
    error::{Error, ErrorKind},
    interfaces::EventInterface,
    types::{Value, config::Config},
};
use tokio::{
    sync::{broadcast, watch},
    task::JoinHandle,
    time::{Instant, timeout},
};

use super::{address, ask::Command, channel, open::open, pace::Pace, scripts::Script};
use crate::cache::{CacheError, CacheFault};

/// An answer that takes longer does not come.
pub(super) const COMMAND: Duration = Duration::from_millis(200);
/// Connecting, logging in and asking the server who it is, together.
pub(super) const CONNECT: Duration = Duration::from_millis(450);
/// Between two tries to connect: short at first.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(50), Duration::from_millis(200), Duration::from_millis(500), Duration::from_secs(1)];
/// A connection that lasted so long was a good one: the next is tried for at once.
const GOOD: Duration = Duration::from_secs(5);
/// Keys that are written to see whether a cluster takes writes: enough for each of a few servers to have one.
pub(super) const PROBES: u8 = 16;

/// Keys of ours on the servers.
pub(super) struct Places {
    /// Where the servers' runs are noted.
    pub marker: String,
    pub probes: Vec<String>,
    /// The channel of news, and where what is heard there goes.
    pub channel: String,
    pub heard: broadcast::Sender<String>,
}

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
    pub pace: Pace,
    pub probes: Vec<String>,
    /// A channel that nobody listens to.
    pub aside: String,
    pub hashes: [String; Script::ALL.len()],
}

impl Link {
    /// By which name the server knows the script.
    pub fn hash(&self, script: Script) -> &str {
        let place = Script::ALL.iter().position(|one| *one == script);
        place.and_then(|place| self.hashes.get(place)).map_or("", String::as_str)
    }

    /// Writes in each way that the cache writes.
    ///
    /// # Errors
    /// The first refusal, or no answer in time.
    pub async fn probe(&self) -> Result<(), Error> {
        let pipeline = self.client.pipeline();
        for key in &self.probes {
            let set = vec![key.clone(), "1".to_owned(), "EX".to_owned(), "60".to_owned()];
            Command::plain("SET", set).queue(&pipeline).await?;
            Command::plain("UNLINK", vec![key.clone()]).queue(&pipeline).await?;
            Command::script(self, Script::Release, key, vec![String::new()]).queue(&pipeline).await?;
        }
        Command::plain("PUBLISH", vec![self.aside.clone(), String::new()]).queue(&pipeline).await?;
        let late = || Error::new(ErrorKind::Timeout, "no answer in time");
        let answers = timeout(COMMAND, pipeline.try_all::<Value>()).await.map_err(|_| late())?;
        answers.into_iter().find_map(Result::err).map_or(Ok(()), Err)
    }
}

/// The connection as it stands.
#[derive(Default)]
pub(super) struct Standing {
    link: Mutex<Option<Arc<Link>>>,
    lives: AtomicU64,
    /// Why there is none.
    trouble: Mutex<Option<CacheFault>>,
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

    /// Why there is no connection, where there is none.
    pub fn trouble(&self) -> Option<CacheFault> {
        lock(&self.standing.trouble).clone()
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

    /// This connection is of no use: nobody shall wait for it again.
    pub fn lose(&self, link: &Link, why: CacheFault) {
        let mut standing = lock(&self.standing.link);
        if standing.as_ref().is_some_and(|now| now.life == link.life) {
            *standing = None;
            *lock(&self.standing.trouble) = Some(why);
        }
        self.lost.send_replace(link.life);
    }
}

/// Ends fred's own task with ours.
pub(super) struct Ends(pub fred::types::ConnectHandle);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Ends a task of ours.
struct Ended(JoinHandle<()>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn keep(
    mut config: Config,
    places: Places,
    standing: Arc<Standing>,
    mut losses: watch::Receiver<u64>,
    trying: watch::Sender<bool>,
) {
    let mut failures = 0_usize;
    let mut told: Option<String> = None;
    loop {
        let life = standing.lives.load(Ordering::SeqCst).saturating_add(1);
        let opened = timeout(CONNECT, open(&config, &places, (life, told.as_deref()))).await;
        match opened.unwrap_or(Err(CacheFault::Silent)) {
            Ok((link, connection)) => {
                let since = Instant::now();
                tracing::info!(life, "connected to Redis");
                told = Some(link.servers.clone());
                // Ends with this connection, whose answers tell whether the server is alive.
                let _news = Ended(tokio::spawn(channel::listen(config.clone(), &places)));
                hold_on(link, connection, &standing, (&mut losses, &trying)).await;
                if since.elapsed() >= GOOD {
                    failures = 0;
                }
                tracing::warn!(life, why = ?lock(&standing.trouble), "the connection to Redis is lost");
            }
            Err(why) => {
                if failures == 0 {
                    tracing::warn!(?why, "Redis cannot be used");
                }
                *lock(&standing.trouble) = Some(why);
                address::turn(&mut config);
            }
        }
        trying.send_replace(true);
        let pause = PAUSES.get(failures).or(PAUSES.last()).copied().unwrap_or(COMMAND);
        failures = failures.saturating_add(1);
        tokio::time::sleep(pause).await;
    }
}

/// Lets everybody use the connection until it ends or is of no use.
async fn hold_on(
    link: Link,
    mut connection: Ends,
    standing: &Standing,
    (losses, trying): (&mut watch::Receiver<u64>, &watch::Sender<bool>),
) {
    let life = link.life;
    let mut moved = link.client.cluster_change_rx();
    *lock(&standing.trouble) = None;
    standing.lives.store(life, Ordering::SeqCst);
    *lock(&standing.link) = Some(Arc::new(link));
    trying.send_replace(true);
    let why = tokio::select! {
        _ = &mut connection.0 => CacheFault::Cut,
        // Who lost it has said why.
        _ = losses.wait_for(|lost| *lost == life) => return,
        // Slots have other servers now, which may know less.
        _ = moved.recv() => CacheFault::ClusterDown,
    };
    *lock(&standing.link) = None;
    *lock(&standing.trouble) = Some(why);
}

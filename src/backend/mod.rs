//! The one task (actor) that owns store, cache, session checks and every write.
//!
//! A client holds a [`Link`]. A question goes through [`guard`], then to one handler in `handlers/`. A handler that
//! writes reads, decides in `domain/`, commits one batch, invalidates what the cache had, and tells every client.

mod actor;
mod anchors;
pub mod audit;
mod change;
mod config;
mod core;
mod cx;
mod environment;
mod fresh;
mod guard;
mod handlers;
mod journal;
mod link;
mod made_up;
mod news;
mod offline;
mod passwords;
mod projection;
mod recompute;
mod replay;
mod sessions;
mod settings;
mod watching;

use std::sync::Arc;

use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

pub use config::{BackendConfig, OpenStore};
pub use environment::{Clock, Ids, ManualClock, SeededIds, SystemClock, SystemIds, fresh_id};
pub use journal::{KeptOf, survey};
pub use link::{Asker, Inbox, Link, NotTaken};
pub use made_up::MadeUpHistory;

/// A running backend.
pub struct Backend {
    core: Arc<core::Core>,
    questions: mpsc::Sender<link::Envelope>,
    stop: watch::Sender<bool>,
    actor: JoinHandle<()>,
}

impl Backend {
    /// Starts the task. It runs also when the store cannot be opened: questions are then answered by
    /// `Failure::Offline` with what is the matter, and opening is tried again.
    #[must_use]
    pub fn start(config: BackendConfig) -> Self {
        let core = Arc::new(core::Core::new(config));
        let (questions, asked) = mpsc::channel(link::QUESTIONS);
        let (stop, stopped) = watch::channel(false);
        let actor = tokio::spawn(actor::run(core.clone(), asked, stopped));
        Self { core, questions, stop, actor }
    }

    /// A new client.
    #[must_use]
    pub fn connect(&self) -> Link {
        Link::new(self.questions.clone(), |client| self.core.register(client))
    }

    /// Answers what has been asked, does every write that has been taken, and closes the store.
    pub async fn shutdown(self) {
        let _ = self.stop.send(true);
        self.core.stop_opening();
        drop(self.questions);
        if let Err(error) = self.actor.await {
            tracing::error!(%error, "the backend ended badly");
        }
    }
}

//! The backend over both stores: what must come out the same on either.

mod bulletin;
mod completion;
pub mod guardians;
mod locked;
mod options;
mod past;
mod processes;
mod staff;
mod steps;
mod tampered;
mod year;
mod year_cut;

use std::sync::Arc;

use carnet::{
    backend::{Backend, BackendConfig},
    store::SharedStore,
};

use crate::{backend::Place, mongo::School};

/// A place with a store of either kind.
pub struct Ground {
    pub place: Place,
    school: Option<School>,
}

impl Ground {
    pub fn sqlite() -> Self {
        Self { place: Place::new(), school: None }
    }

    pub async fn mongodb() -> Self {
        Self { place: Place::new(), school: Some(School::new().await) }
    }

    /// The store, opened once more.
    pub async fn store(&self) -> SharedStore {
        match &self.school {
            None => self.place.store(),
            Some(school) => school.open().await,
        }
    }

    /// What one carnet more on it is started with.
    pub async fn config(&self, seed: u64) -> BackendConfig {
        let mut config = self.place.config(seed);
        if let Some(school) = &self.school {
            let store = school.open().await;
            config.open_store = Arc::new(move |_| {
                let store = store.clone();
                Box::pin(async move { Ok(store) })
            });
        }
        config
    }

    /// One carnet more on it.
    pub async fn start(&self, seed: u64) -> Backend {
        Backend::start(self.config(seed).await)
    }

    /// Where the store is, for another process.
    pub fn address(&self) -> String {
        match &self.school {
            None => format!("sqlite {}", self.place.file().display()),
            Some(school) => format!("mongodb {} {}", school.options.database, school.options.uri),
        }
    }

    pub async fn end(self) {
        if let Some(school) = self.school {
            school.end().await;
        }
    }
}

/// Each of these as a test on either store.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(&super::super::Ground::sqlite()).await;
            })+
        }
        mod mongodb {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let ground = super::super::Ground::mongodb().await;
                super::$name(&ground).await;
                ground.end().await;
            })+
        }
    };
}
use on_both;

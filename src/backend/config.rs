//! What a backend is started with.

use std::{path::PathBuf, sync::Arc};

use futures::future::BoxFuture;

use super::environment::{Clock, Ids, SystemClock, SystemIds};
use crate::{
    cache::{SharedCache, keys::Keys},
    domain::text_values::Password,
    store::{SharedStore, StoreError, Tell},
};

/// Opens the store. Tried again while it fails, so that a store that comes back (a disk mounted, a lock released) is
/// found without a restart. What is given hears why it takes long, now and later.
pub type OpenStore = Arc<dyn Fn(Tell) -> BoxFuture<'static, Result<SharedStore, StoreError>> + Send + Sync>;

/// Parts and settings of a backend.
#[derive(Clone)]
pub struct BackendConfig {
    pub open_store: OpenStore,
    pub cache: SharedCache,
    /// Keys of this school in the cache.
    pub keys: Keys,
    /// Key of the audit chains' HMAC.
    pub audit_key: Vec<u8>,
    /// File of the heads of the audit chains, outside the store; `None`: they are kept nowhere else.
    pub anchors: Option<PathBuf>,
    /// Content of the 0600 token file, where the service account may act without a login.
    pub admin_token: Option<Password>,
    /// Where backups are written.
    pub backups: PathBuf,
    /// Where marks are kept that are typed while this store is away; `None`: nowhere.
    pub offline: Option<PathBuf>,
    /// 12; tests take 4.
    pub bcrypt_cost: u32,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
}

impl BackendConfig {
    /// The usual settings: bcrypt cost 12, the machine's clock, no admin token.
    #[must_use]
    pub fn new(open_store: OpenStore, cache: SharedCache, audit_key: Vec<u8>, backups: PathBuf) -> Self {
        Self {
            open_store,
            cache,
            keys: Keys::default(),
            audit_key,
            anchors: None,
            admin_token: None,
            backups,
            offline: None,
            bcrypt_cost: 12,
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
        }
    }

    /// With a store that is already open.
    #[must_use]
    pub fn with_store(store: SharedStore, cache: SharedCache, audit_key: Vec<u8>, backups: PathBuf) -> Self {
        let open: OpenStore = Arc::new(move |_| {
            let store = store.clone();
            Box::pin(async move { Ok(store) })
        });
        Self::new(open, cache, audit_key, backups)
    }
}

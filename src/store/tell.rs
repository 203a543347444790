//! Who hears why a store keeps people waiting.

use std::{fmt, sync::Arc};

use crate::protocol::StoreWork;

/// Hears what a store is busy with while somebody waits for it: said from any thread, so what it calls must not block.
#[derive(Clone, Default)]
pub struct Tell(Option<Arc<dyn Fn(StoreWork) + Send + Sync>>);

impl Tell {
    #[must_use]
    pub fn new(hear: impl Fn(StoreWork) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hear)))
    }

    /// Nobody, where nobody was named.
    pub fn say(&self, work: StoreWork) {
        if let Some(hear) = &self.0 {
            hear(work);
        }
    }
}

impl fmt::Debug for Tell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Tell(…)" } else { "Tell(nobody)" })
    }
}

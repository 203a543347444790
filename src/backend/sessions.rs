//! Who is logged in to this process. What stands here decides; the cache is told so that others can see it, and may
//! forget, freeze or vanish without throwing anybody out or making anybody wait.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use super::core::{Core, lock};
use crate::cache::{SessionEntry, keys::SESSION_TTL};

/// How old the activity that the cache knows of may be, in seconds.
const MIRROR: i64 = 15;

/// A user and a session.
type Name = (String, String);

/// A session, with the activity that the cache was last told of.
#[derive(Clone)]
struct Own {
    entry: SessionEntry,
    told: i64,
}

/// The sessions of this process.
#[derive(Default)]
pub(super) struct Sessions {
    own: Mutex<BTreeMap<Name, Own>>,
    /// Ended, and the cache could not be told.
    ended: Mutex<BTreeSet<Name>>,
    /// The cache is told one thing at a time, each time what stands then.
    telling: tokio::sync::Mutex<()>,
}

fn name(user: &str, session: &str) -> Name {
    (user.to_owned(), session.to_owned())
}

/// Is that activity too long ago?
fn idle(entry: &SessionEntry, now: i64) -> bool {
    u64::try_from(now.saturating_sub(entry.last_activity)).unwrap_or(0) >= SESSION_TTL.as_secs()
}

impl Core {
    /// Begins a session, or gives one another account's state.
    pub async fn begin_session(&self, user: &str, session: &str, entry: SessionEntry) {
        let now = entry.last_activity;
        {
            let mut own = lock(&self.sessions.own);
            own.retain(|_, own| !idle(&own.entry, now));
            own.insert(name(user, session), Own { entry, told: now });
        }
        self.mirror(name(user, session)).await;
    }

    /// The session, if its last activity is young enough; it is young again then.
    pub fn alive(self: &Arc<Self>, user: &str, session: &str) -> Option<SessionEntry> {
        let now = self.now().as_second();
        let mut own = lock(&self.sessions.own);
        let name = name(user, session);
        let found = own.get_mut(&name)?;
        if idle(&found.entry, now) {
            own.remove(&name);
            return None;
        }
        found.entry.last_activity = found.entry.last_activity.max(now);
        let entry = found.entry.clone();
        let tell = now.saturating_sub(found.told) >= MIRROR;
        if tell {
            found.told = now;
        }
        drop(own);
        if tell {
            let core = self.clone();
            tokio::spawn(async move { core.mirror(name).await });
        }
        Some(entry)
    }

    /// Ends one session, or all of a user with `None`.
    pub async fn end_session(&self, user: &str, session: Option<&str>) {
        let gone: Vec<Name> = {
            let mut own = lock(&self.sessions.own);
            let gone = own.keys().filter(|(of, id)| of == user && session.is_none_or(|session| id == session));
            let gone: Vec<Name> = gone.cloned().collect();
            own.retain(|name, _| !gone.contains(name));
            gone
        };
        if session.is_none() {
            // Other processes' too: the account's epoch has ended them.
            let _one = self.sessions.telling.lock().await;
            if self.config.cache.end_session(user, None).await.is_ok() {
                return;
            }
        }
        for name in gone {
            self.mirror(name).await;
        }
    }

    /// Ends every session of this process, which goes. A cache that does not answer drops them by their age.
    pub async fn end_sessions(&self) {
        let mut names = std::mem::take(&mut *lock(&self.sessions.ended));
        names.extend(std::mem::take(&mut *lock(&self.sessions.own)).into_keys());
        let _one = self.sessions.telling.lock().await;
        for (user, session) in names {
            if let Err(error) = self.config.cache.end_session(&user, Some(&session)).await {
                tracing::debug!(%error, "sessions");
                return;
            }
        }
    }

    /// Tells the cache how a session stands.
    async fn mirror(&self, name: Name) {
        let _one = self.sessions.telling.lock().await;
        let entry = lock(&self.sessions.own).get(&name).map(|own| own.entry.clone());
        let (user, session) = (name.0.as_str(), name.1.as_str());
        let cache = &self.config.cache;
        match entry {
            Some(entry) => {
                if let Err(error) = cache.put_session(user, session, entry).await {
                    tracing::debug!(%error, "sessions");
                }
            }
            None => {
                if let Err(error) = cache.end_session(user, Some(session)).await {
                    tracing::debug!(%error, "sessions");
                    lock(&self.sessions.ended).insert(name);
                }
            }
        }
    }

    /// Tells the cache again of every session: it is back, and may have lost them.
    pub async fn mirror_sessions(&self) {
        let mut names: BTreeSet<Name> = std::mem::take(&mut *lock(&self.sessions.ended));
        names.extend(lock(&self.sessions.own).keys().cloned());
        for name in names {
            self.mirror(name).await;
        }
    }
}

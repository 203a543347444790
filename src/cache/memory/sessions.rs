//! Sessions of the in-process cache: one sliding lifetime a user, as the Redis hash has.

use std::{
    collections::{BTreeMap, HashMap},
    time::Instant,
};

use super::{SESSION_TTL, SessionEntry, after};

/// The sessions of one user.
struct OfUser {
    entries: BTreeMap<String, SessionEntry>,
    ends: Instant,
}

/// Everybody's sessions.
#[derive(Default)]
pub(super) struct Sessions(HashMap<String, OfUser>);

impl Sessions {
    /// `(user, session)`.
    pub fn put(&mut self, (user, session): (&str, &str), entry: SessionEntry, now: Instant) {
        self.0.retain(|_, sessions| sessions.ends > now);
        let ends = after(now, SESSION_TTL);
        let sessions = self.0.entry(user.to_owned()).or_insert_with(|| OfUser { entries: BTreeMap::new(), ends });
        sessions.ends = ends;
        sessions.entries.insert(session.to_owned(), entry);
    }

    fn living(&mut self, user: &str, now: Instant) -> Option<&mut OfUser> {
        if self.0.get(user).is_some_and(|sessions| sessions.ends <= now) {
            self.0.remove(user);
        }
        self.0.get_mut(user)
    }

    pub fn touch(&mut self, (user, session): (&str, &str), now: i64, moment: Instant) -> Option<SessionEntry> {
        let sessions = self.living(user, moment)?;
        let entry = sessions.entries.get_mut(session)?;
        // The hash lives as long as its liveliest session; an idle one beside it must still end.
        let idle = u64::try_from(now.saturating_sub(entry.last_activity)).unwrap_or(0);
        if idle >= SESSION_TTL.as_secs() {
            sessions.entries.remove(session);
            return None;
        }
        entry.last_activity = entry.last_activity.max(now);
        let entry = entry.clone();
        sessions.ends = after(moment, SESSION_TTL);
        Some(entry)
    }

    pub fn of(&mut self, user: &str, now: Instant) -> BTreeMap<String, SessionEntry> {
        self.living(user, now).map(|sessions| sessions.entries.clone()).unwrap_or_default()
    }

    pub fn end(&mut self, user: &str, session: Option<&str>) {
        let Some(session) = session else {
            self.0.remove(user);
            return;
        };
        if let Some(sessions) = self.0.get_mut(user) {
            sessions.entries.remove(session);
            if sessions.entries.is_empty() {
                self.0.remove(user);
            }
        }
    }

    /// Each user with the moment all sessions end.
    pub fn ends(&self) -> impl Iterator<Item = (&String, Instant)> {
        self.0.iter().map(|(user, sessions)| (user, sessions.ends))
    }

    #[cfg(test)]
    pub fn users(&self) -> usize {
        self.0.len()
    }
}

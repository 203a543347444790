//! Hashing beside the async threads, and the brake on guessing.

use std::{collections::HashMap, sync::Mutex};

use tokio::sync::Semaphore;

use super::core::lock;
use crate::domain::{calendar::Timestamp, text_values::Password};

/// Hashes under way at once: each takes a whole core for a quarter of a second.
const AT_ONCE: usize = 2;
/// Wrong tries before the first wait.
const FREE: u32 = 3;
/// The longest wait, seconds: a stranger who keeps guessing can delay somebody, never lock them out.
const LONGEST: u64 = 15;
/// A name is forgotten so many seconds after its last try.
const FORGET: i64 = 900;
/// Names remembered at once.
const NAMES: usize = 10_000;

/// Checks and makes hashes, and counts wrong tries by name.
pub(super) struct Passwords {
    cost: u32,
    turns: Semaphore,
    /// A hash of nothing in particular, so that an unknown name takes as long as a known one.
    decoy: tokio::sync::OnceCell<String>,
    tries: Mutex<HashMap<String, Tries>>,
}

#[derive(Clone, Copy)]
struct Tries {
    count: u32,
    last: Timestamp,
}

impl Tries {
    /// Seconds to wait after the last try.
    fn wait(self) -> u64 {
        match self.count.checked_sub(FREE) {
            None | Some(0) => 0,
            Some(over) => 1_u64.checked_shl(over.saturating_sub(1)).unwrap_or(LONGEST).min(LONGEST),
        }
    }
}

impl Passwords {
    pub fn new(cost: u32) -> Self {
        Self { cost, turns: Semaphore::new(AT_ONCE), decoy: tokio::sync::OnceCell::new(), tries: Mutex::default() }
    }

    /// A bcrypt hash; `None` if the password is too long for it or the machine cannot.
    pub async fn hash(&self, password: &Password) -> Option<String> {
        let _turn = self.turns.acquire().await.ok()?;
        let (password, cost) = (password.clone(), self.cost);
        let hashed = tokio::task::spawn_blocking(move || bcrypt::non_truncating_hash(password.reveal(), cost));
        match hashed.await {
            Ok(Ok(hash)) => Some(hash),
            Ok(Err(error)) => {
                tracing::error!(%error, "hashing");
                None
            }
            Err(error) => {
                tracing::error!(%error, "hashing");
                None
            }
        }
    }

    /// Is it this password? Takes as long without a hash to compare with, and then says no.
    pub async fn matches(&self, password: &Password, hash: Option<&str>) -> bool {
        let decoy = self
            .decoy
            .get_or_init(|| async { self.hash(&Password::typed("nobody has this one")).await.unwrap_or_default() });
        let against = match hash {
            Some(hash) => hash.to_owned(),
            None => decoy.await.clone(),
        };
        let Ok(_turn) = self.turns.acquire().await else { return false };
        // bcrypt refuses longer ones at once; the time of a check is spent all the same.
        let fits = password.reveal().len() <= Password::MAX_BYTES;
        let password = if fits { password.clone() } else { Password::typed("too long") };
        let known = hash.is_some();
        let checked = tokio::task::spawn_blocking(move || bcrypt::non_truncating_verify(password.reveal(), &against));
        matches!(checked.await, Ok(Ok(true))) && known && fits
    }

    /// Counts a try before it is checked, so that tries at the same time count too.
    ///
    /// # Errors
    /// The seconds to wait: this try is not made.
    pub fn attempt(&self, name: &str, now: Timestamp) -> Result<(), u64> {
        let mut tries = lock(&self.tries);
        let age = |tries: &Tries| now.as_second().saturating_sub(tries.last.as_second());
        if tries.len() >= NAMES {
            tries.retain(|_, tries| age(tries) < FORGET);
        }
        if tries.len() >= NAMES {
            tries.clear();
        }
        let entry = tries.entry(name.to_owned()).or_insert(Tries { count: 0, last: now });
        if age(entry) >= FORGET {
            entry.count = 0;
        }
        let since = u64::try_from(age(entry)).unwrap_or(0);
        let left = entry.wait().saturating_sub(since);
        if left > 0 {
            return Err(left);
        }
        entry.count = entry.count.saturating_add(1);
        entry.last = now;
        Ok(())
    }

    /// The password was right.
    pub fn forgive(&self, name: &str) {
        lock(&self.tries).remove(name);
    }
}

/// Equal, in a time that says nothing about where they differ.
pub(super) fn same(one: &[u8], other: &[u8]) -> bool {
    let mut differs = u8::from(one.len() != other.len());
    for (a, b) in one.iter().zip(other) {
        differs |= a ^ b;
    }
    differs == 0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn waits_grow_and_are_capped() {
        let passwords = Passwords::new(4);
        let mut now = Timestamp::UNIX_EPOCH;
        for _ in 0..4 {
            assert_eq!(passwords.attempt("awa", now), Ok(()));
        }
        assert_eq!(passwords.attempt("awa", now), Err(1));
        assert_eq!(passwords.attempt("issa", now), Ok(()));
        for _ in 0..20 {
            now = now.checked_add(Duration::from_secs(LONGEST)).unwrap();
            assert_eq!(passwords.attempt("awa", now), Ok(()));
        }
        assert_eq!(passwords.attempt("awa", now), Err(LONGEST));
        passwords.forgive("awa");
        assert_eq!(passwords.attempt("awa", now), Ok(()));
    }

    #[test]
    fn comparing_tokens() {
        assert!(same(b"abc", b"abc"));
        assert!(!same(b"abc", b"abd"));
        assert!(!same(b"abc", b"abcd"));
        assert!(!same(b"", b"a"));
    }

    #[tokio::test]
    async fn hashes_match_their_password_only() {
        let passwords = Passwords::new(4);
        let right = Password::typed("bonjour-2026");
        let hash = passwords.hash(&right).await.unwrap();
        assert!(passwords.matches(&right, Some(&hash)).await);
        assert!(!passwords.matches(&Password::typed("autre"), Some(&hash)).await);
        assert!(!passwords.matches(&right, None).await);
        assert!(!passwords.matches(&Password::typed("nobody has this one"), None).await);
        let long = Password::typed(&"a".repeat(72));
        assert!(passwords.hash(&long).await.is_none());
        let cut = passwords.hash(&Password::typed(&"a".repeat(Password::MAX_BYTES))).await.unwrap();
        assert!(!passwords.matches(&long, Some(&cut)).await);
    }
}

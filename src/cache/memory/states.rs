//! What the in-process cache knows of tags.

use std::{
    collections::{HashMap, HashSet},
    time::Instant,
};

use super::sessions::Sessions;

/// States remembered at once; those that are held come on top.
pub(super) const TAGS: usize = 20_000;

/// What stands of a tag.
#[derive(Default)]
pub(super) struct State {
    pub generation: u64,
    /// Changes under way, with the moment they are given up.
    pub holds: HashMap<String, Instant>,
    /// Keys that have been filled, or may be.
    pub keys: HashSet<String>,
}

#[derive(Default)]
pub(super) struct Guarded {
    /// The last generation given to any tag.
    generation: u64,
    pub tags: HashMap<String, State>,
    pub sessions: Sessions,
}

impl State {
    pub fn held(&mut self, now: Instant) -> bool {
        self.holds.retain(|_, ends| *ends > now);
        !self.holds.is_empty()
    }
}

impl Guarded {
    pub fn fresh(&mut self) -> u64 {
        self.generation = self.generation.saturating_add(1);
        self.generation
    }

    /// The tag's state, made if it is not there.
    pub fn state(&mut self, tag: &str, now: Instant) -> &mut State {
        if self.tags.len() >= TAGS && !self.tags.contains_key(tag) {
            self.tags.retain(|_, state| state.held(now));
        }
        let next = self.generation.saturating_add(1);
        let state = self.tags.entry(tag.to_owned()).or_insert_with(|| State { generation: next, ..State::default() });
        self.generation = self.generation.max(state.generation);
        state
    }
}

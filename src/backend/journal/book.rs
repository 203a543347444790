//! What a journal says: the marks that are kept, and what became of them. Pure; the file is in [`super::file`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    domain::{calendar::Timestamp, id::ActId},
    protocol::{CellConflict, Failure, KeptCount, KeptMark, KeptNames, KeptState, SetMark, SheetKey},
};

/// One line of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub at: Timestamp,
    #[serde(flatten)]
    pub what: What,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A mark is kept.
    Mark(Box<Entry>),
    /// A mark that was kept has met the store, or its user's mind.
    Outcome { of: u64, came: Came },
}

/// What became of a kept mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// Sent, and nothing is known of what the store did: it may have been stored.
    Tried,
    /// Stored; the version the cell has by it.
    Done { version: u64 },
    /// Somebody else has changed the cell.
    Clash(Box<CellConflict>),
    /// The store said no.
    Refused(Failure),
    /// Its user gave it up, or typed another over it.
    Dropped,
}

/// A kept mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub number: u64,
    pub mark: SetMark,
    /// The kept mark of the same cell that it was typed over: what that one comes to in the store is what the typist saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// It may have reached the store.
    #[serde(default)]
    pub tried: bool,
    pub names: KeptNames,
}

/// An entry with how it is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub at: Timestamp,
    pub entry: Entry,
    pub state: KeptState,
}

impl Kept {
    /// As clients see it.
    pub fn view(&self) -> KeptMark {
        KeptMark {
            number: self.entry.number,
            at: self.at,
            mark: self.entry.mark.clone(),
            names: self.entry.names.clone(),
            state: self.state.clone(),
        }
    }

    fn waits(&self) -> bool {
        self.state == KeptState::Waiting
    }

    fn is_of(&self, mark: &SetMark) -> bool {
        self.entry.mark.student == mark.student && self.entry.mark.evaluation == mark.evaluation
    }
}

/// The marks that a journal keeps, in the order of typing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    kept: BTreeMap<u64, Kept>,
    last: u64,
}

impl Book {
    /// Reads one more line.
    pub fn apply(&mut self, line: Line) {
        match line.what {
            What::Mark(entry) => self.add(line.at, *entry),
            What::Outcome { of, came } => self.came(of, came),
        }
    }

    fn add(&mut self, at: Timestamp, entry: Entry) {
        self.last = self.last.max(entry.number);
        // What was not taken before is typed anew by this.
        self.kept.retain(|_, kept| kept.waits() || !kept.is_of(&entry.mark));
        self.kept.insert(entry.number, Kept { at, entry, state: KeptState::Waiting });
    }

    fn came(&mut self, of: u64, came: Came) {
        let typed_over = self.kept.values().any(|later| later.entry.after == Some(of));
        let Some(kept) = self.kept.get_mut(&of) else { return };
        let (expect, after) = (kept.entry.mark.expect, kept.entry.after);
        match came {
            Came::Tried => kept.entry.tried = true,
            Came::Done { version } => self.follow(of, Some(version), None),
            // Another was typed over it since: that one is what is wanted, and stands where this one stood.
            Came::Clash(_) | Came::Refused(_) if typed_over => self.follow(of, expect, after),
            Came::Dropped => self.follow(of, expect, after),
            Came::Clash(conflict) => kept.state = KeptState::Clash(conflict),
            Came::Refused(failure) => kept.state = KeptState::Refused(failure),
        }
    }

    /// `of` is over: the mark that was typed over it now stands on what that one stood on, or came to.
    fn follow(&mut self, of: u64, expect: Option<u64>, after: Option<u64>) {
        self.kept.remove(&of);
        for kept in self.kept.values_mut().filter(|kept| kept.entry.after == Some(of)) {
            kept.entry.mark.expect = expect;
            kept.entry.after = after;
        }
    }

    /// The entry for a mark that is to be kept now.
    pub fn entry(&self, mark: SetMark, tried: bool, names: KeptNames) -> Entry {
        let over = self.kept.values().rev().find(|kept| kept.waits() && kept.is_of(&mark));
        Entry { number: self.last.saturating_add(1), after: over.map(|kept| kept.entry.number), mark, tried, names }
    }

    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Kept> {
        self.kept.values()
    }

    pub fn of_act(&self, act: &ActId) -> Option<&Kept> {
        self.kept.values().find(|kept| kept.entry.mark.act == *act)
    }

    /// The next one to be sent.
    pub fn next(&self) -> Option<&Kept> {
        self.kept.values().find(|kept| kept.waits())
    }

    /// The one that was kept last for a sheet and waits.
    pub fn latest(&self, sheet: &SheetKey) -> Option<&Kept> {
        self.kept.values().rev().find(|kept| kept.waits() && kept.entry.mark.sheet == *sheet)
    }

    pub fn get(&self, number: u64) -> Option<&Kept> {
        self.kept.get(&number)
    }

    /// The one of that cell that was not taken.
    pub fn stuck(&self, mark: &SetMark) -> Option<&Kept> {
        self.kept.values().find(|kept| !kept.waits() && kept.is_of(mark))
    }

    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    pub fn count(&self) -> KeptCount {
        let mut count = KeptCount::default();
        for kept in self.kept.values() {
            if kept.waits() {
                count.waiting = count.waiting.saturating_add(1);
            } else {
                count.stuck = count.stuck.saturating_add(1);
            }
            count.since = Some(count.since.map_or(kept.at, |since| since.min(kept.at)));
        }
        count
    }

    /// The fewest lines that say the same.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for kept in self.kept.values() {
            lines.push(Line { at: kept.at, what: What::Mark(Box::new(kept.entry.clone())) });
            let came = match &kept.state {
                KeptState::Waiting => continue,
                KeptState::Clash(conflict) => Came::Clash(conflict.clone()),
                KeptState::Refused(failure) => Came::Refused(failure.clone()),
            };
            lines.push(Line { at: kept.at, what: What::Outcome { of: kept.entry.number, came } });
        }
        lines
    }
}

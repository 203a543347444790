//! The sheet's changes on their way to the store: several cells at once, but one change of a cell after the other
//! (the next one names the version that the answer gives), and undo or redo only when nothing else is on its way.

use std::collections::{BTreeMap, HashSet};

use super::cells::CellId;
use crate::domain::{
    id::{ActId, StudentId},
    score::MarkValue,
};

/// Undo or redo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Undo,
    Redo,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Set {
        act: ActId,
        cell: CellId,
        value: Option<MarkValue>,
    },
    /// Several cells in one act.
    Many {
        act: ActId,
        cells: Vec<(CellId, Option<MarkValue>)>,
    },
    Step {
        act: ActId,
        way: Way,
        force: bool,
    },
}

impl Change {
    /// The one cell it writes; a step's are known only to the store.
    #[must_use]
    pub fn cell(&self) -> Option<&CellId> {
        match self {
            Self::Set { cell, .. } => Some(cell),
            Self::Many { .. } | Self::Step { .. } => None,
        }
    }

    /// The value it puts into that cell, if it does.
    #[must_use]
    #[expect(clippy::option_option, reason = "whether it writes, and what: nothing is a value too")]
    pub fn value_for(&self, wanted: &CellId) -> Option<Option<MarkValue>> {
        match self {
            Self::Set { cell, value, .. } => (cell == wanted).then_some(*value),
            Self::Many { cells, .. } => cells.iter().find(|(cell, _)| cell == wanted).map(|(_, value)| *value),
            Self::Step { .. } => None,
        }
    }

    fn is_step(&self) -> bool {
        matches!(self, Self::Step { .. })
    }

    /// One of them must wait for the other: a cell of both, or a step, which may be of any cell.
    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Step { .. }, _) | (_, Self::Step { .. }) => true,
            (Self::Set { cell, .. }, other) | (other, Self::Set { cell, .. }) => other.value_for(cell).is_some(),
            (Self::Many { cells: one, .. }, Self::Many { cells: other, .. }) => {
                let one: HashSet<&CellId> = one.iter().map(|(cell, _)| cell).collect();
                other.iter().any(|(cell, _)| one.contains(cell))
            }
        }
    }

    /// It may be about this student.
    fn concerns(&self, student: &StudentId) -> bool {
        match self {
            Self::Set { cell, .. } => cell.student == *student,
            Self::Many { cells, .. } => cells.iter().any(|(cell, _)| cell.student == *student),
            Self::Step { .. } => true,
        }
    }
}

/// The changes, numbered in the order in which they were made.
#[derive(Debug, Default)]
pub struct Outbox {
    last: u64,
    sent: BTreeMap<u64, Change>,
    waiting: BTreeMap<u64, Change>,
    /// The store cannot be reached: nothing is sent until [`Outbox::resume`].
    stalled: bool,
}

impl Outbox {
    /// A number that no change has.
    pub fn fresh(&mut self) -> u64 {
        self.last = self.last.saturating_add(1);
        self.last
    }

    pub fn push(&mut self, change: Change) {
        let number = self.fresh();
        self.waiting.insert(number, change);
    }

    /// Takes what may go now, in order.
    pub fn take_ready(&mut self) -> Vec<(u64, Change)> {
        let mut ready = Vec::new();
        if self.stalled {
            return ready;
        }
        let mut passed: Vec<&Change> = Vec::new();
        for (number, change) in &self.waiting {
            let mut ahead =
                self.sent.values().chain(passed.iter().copied()).chain(ready.iter().map(|(_, change)| change));
            let free = ahead.all(|ahead| !change.meets(ahead));
            if free {
                ready.push((*number, change.clone()));
            } else {
                passed.push(change);
            }
        }
        for (number, change) in &ready {
            self.waiting.remove(number);
            self.sent.insert(*number, change.clone());
        }
        ready
    }

    /// The change that an answer belongs to.
    pub fn answered(&mut self, number: u64) -> Option<Change> {
        self.sent.remove(&number)
    }

    /// It could not be delivered: it stands again where it stood, and all wait.
    pub fn put_back(&mut self, number: u64, change: Change) {
        self.waiting.insert(number, change);
        self.stalled = true;
    }

    pub fn resume(&mut self) {
        self.stalled = false;
    }

    #[must_use]
    pub fn is_stalled(&self) -> bool {
        self.stalled
    }

    /// Changes of the cell that wait behind one to `value` are withdrawn; gives the latest value of all of them.
    pub fn withdraw(&mut self, cell: &CellId, value: Option<MarkValue>) -> Option<MarkValue> {
        let mut latest = value;
        self.waiting.retain(|_, change| match change {
            Change::Set { cell: other, value, .. } if other == cell => {
                latest = *value;
                false
            }
            Change::Many { cells, .. } => {
                cells.retain(|(other, value)| {
                    if other == cell {
                        latest = *value;
                    }
                    other != cell
                });
                !cells.is_empty()
            }
            Change::Set { .. } | Change::Step { .. } => true,
        });
        latest
    }

    /// Steps that wait are withdrawn: what they were to take back did not happen. `true`: there were some.
    pub fn withdraw_steps(&mut self) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|_, change| !change.is_step());
        self.waiting.len() < before
    }

    /// A change of this cell is on its way or waits.
    #[must_use]
    pub fn has(&self, cell: &CellId) -> bool {
        self.sent.values().chain(self.waiting.values()).any(|change| change.value_for(cell).is_some())
    }

    /// A change of this student's marks is on its way (a step may be anybody's).
    #[must_use]
    pub fn concerns(&self, student: &StudentId) -> bool {
        self.sent.values().any(|change| change.concerns(student))
    }

    /// How many are on their way.
    #[must_use]
    pub fn on_their_way(&self) -> usize {
        self.sent.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sent.is_empty() && self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::EvaluationId;

    fn cell(student: &str) -> CellId {
        CellId { student: StudentId::new(student), evaluation: EvaluationId::new("e1") }
    }

    fn set(student: &str) -> Change {
        Change::Set { act: ActId::new("a"), cell: cell(student), value: None }
    }

    fn undo() -> Change {
        Change::Step { act: ActId::new("u"), way: Way::Undo, force: false }
    }

    fn numbers(outbox: &mut Outbox) -> Vec<u64> {
        outbox.take_ready().into_iter().map(|(number, _)| number).collect()
    }

    #[test]
    fn cells_go_side_by_side_and_one_cell_in_order() {
        let mut outbox = Outbox::default();
        for student in ["p1", "p2", "p1", "p1"] {
            outbox.push(set(student));
        }
        assert_eq!(numbers(&mut outbox), [1, 2]);
        outbox.answered(2);
        assert!(numbers(&mut outbox).is_empty());
        outbox.answered(1);
        assert_eq!(numbers(&mut outbox), [3]);
        assert!(outbox.has(&cell("p1")) && !outbox.has(&cell("p2")));
        assert_eq!(outbox.withdraw(&cell("p1"), None), None);
        assert!(!outbox.waiting.values().any(|change| change.cell() == Some(&cell("p1"))));
    }

    #[test]
    fn a_step_waits_for_all_before_it_and_holds_all_behind_it() {
        let mut outbox = Outbox::default();
        outbox.push(set("p1"));
        outbox.push(undo());
        outbox.push(set("p2"));
        assert_eq!(numbers(&mut outbox), [1]);
        outbox.answered(1);
        assert_eq!(numbers(&mut outbox), [2]);
        assert!(numbers(&mut outbox).is_empty());
        outbox.answered(2);
        assert_eq!(numbers(&mut outbox), [3]);
    }

    #[test]
    fn several_cells_wait_for_each_of_theirs_and_are_waited_for() {
        let many = |students: &[&str]| Change::Many {
            act: ActId::new("m"),
            cells: students.iter().map(|student| (cell(student), None)).collect(),
        };
        let mut outbox = Outbox::default();
        outbox.push(set("p1"));
        outbox.push(many(&["p1", "p2"]));
        outbox.push(set("p2"));
        outbox.push(many(&["p3", "p4"]));
        assert_eq!(numbers(&mut outbox), [1, 4]);
        assert!(outbox.has(&cell("p2")) && outbox.has(&cell("p4")) && !outbox.has(&cell("p5")));
        outbox.answered(1);
        assert_eq!(numbers(&mut outbox), [2]);
        outbox.answered(2);
        assert_eq!(numbers(&mut outbox), [3]);
        outbox.push(many(&["p2", "p5"]));
        outbox.withdraw(&cell("p2"), None);
        assert_eq!(numbers(&mut outbox), [5]);
    }

    #[test]
    fn what_could_not_be_delivered_keeps_its_place() {
        let mut outbox = Outbox::default();
        outbox.push(set("p1"));
        outbox.push(set("p1"));
        let first = outbox.take_ready();
        let change = outbox.answered(1);
        assert_eq!(change.as_ref(), first.first().map(|(_, change)| change));
        outbox.put_back(1, set("p1"));
        assert!(numbers(&mut outbox).is_empty());
        outbox.resume();
        assert_eq!(numbers(&mut outbox), [1]);
    }
}

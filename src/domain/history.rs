//! Undo and redo of one's own changes on a sheet, as a pure fold over its audit chain: they work across restarts and
//! terminals, because the chain is all they need.

use super::entities::AuditEntry;

/// A mark was entered, changed or emptied.
pub const MARK_SET: &str = "mark.set";
/// A change was taken back; `reverts` names its act.
pub const MARK_UNDO: &str = "mark.undo";
/// What was taken back came again; `reverts` names the act of the first change.
pub const MARK_REDO: &str = "mark.redo";
/// The sheet was closed: nothing before it can be taken back.
pub const SHEET_CLOSE: &str = "sheet.close";
/// A column went; `target` is its id. Its marks can no longer be stepped through.
pub const EVALUATION_DELETE: &str = "evaluation.delete";

/// What the next undo and the next redo would do. Both are entries of action [`MARK_SET`]: undo puts its `old` back,
/// redo its `new`; the entry written for either names `reverts: entry.act`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Steps<'a> {
    pub undo: Option<&'a AuditEntry>,
    pub redo: Option<&'a AuditEntry>,
}

/// The steps open to `actor`, given the sheet's entries, oldest first. Entries of others and of other actions do not
/// count, except that closing the sheet and removing a column end steps for everyone. A new change clears redo.
#[must_use]
pub fn steps<'a>(entries: impl IntoIterator<Item = &'a AuditEntry>, actor: &str) -> Steps<'a> {
    let mut done: Vec<&AuditEntry> = Vec::new();
    let mut undone: Vec<&AuditEntry> = Vec::new();
    for entry in entries {
        match entry.action.as_str() {
            SHEET_CLOSE => {
                done.clear();
                undone.clear();
            }
            EVALUATION_DELETE => {
                let elsewhere = |step: &&AuditEntry| evaluation_of(step) != entry.target;
                done.retain(elsewhere);
                undone.retain(elsewhere);
            }
            _ if entry.actor != actor => {}
            MARK_SET => {
                done.push(entry);
                undone.clear();
            }
            MARK_UNDO => shift(entry, &mut done, &mut undone),
            MARK_REDO => shift(entry, &mut undone, &mut done),
            _ => {}
        }
    }
    Steps { undo: done.last().copied(), redo: undone.last().copied() }
}

/// Moves the step that `entry` names from one stack to the other.
fn shift<'a>(entry: &AuditEntry, from: &mut Vec<&'a AuditEntry>, to: &mut Vec<&'a AuditEntry>) {
    let named = from.iter().rposition(|step| entry.reverts.as_ref() == Some(&step.act));
    if let Some(index) = named {
        to.push(from.remove(index));
    }
}

/// The evaluation in a mark's id.
fn evaluation_of(entry: &AuditEntry) -> &str {
    entry.target.split_once(':').map_or("", |(evaluation, _)| evaluation)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::{calendar::Timestamp, id::ActId};

    fn entry(seq: usize, actor: &str, action: &str, reverts: Option<&ActId>) -> AuditEntry {
        AuditEntry {
            id: AuditEntry::id_of("s", seq as u64),
            stream: "s".to_owned(),
            seq: seq as u64,
            at: Timestamp::UNIX_EPOCH,
            actor: actor.to_owned(),
            action: action.to_owned(),
            target: "e1:p1".to_owned(),
            student: None,
            act: ActId::new(format!("act{seq}")),
            reverts: reverts.cloned(),
            old: Value::Null,
            new: json!(seq),
            reason: None,
            salt: String::new(),
            digest: String::new(),
            prev: String::new(),
            hash: String::new(),
        }
    }

    fn open(entries: &[AuditEntry], actor: &str) -> (Option<ActId>, Option<ActId>) {
        let steps = steps(entries, actor);
        (steps.undo.map(|entry| entry.act.clone()), steps.redo.map(|entry| entry.act.clone()))
    }

    #[test]
    fn only_ones_own_changes() {
        let entries = [entry(1, "awa", MARK_SET, None), entry(2, "issa", MARK_SET, None)];
        assert_eq!(open(&entries, "awa"), (Some(ActId::new("act1")), None));
        assert_eq!(open(&entries, "issa"), (Some(ActId::new("act2")), None));
        assert_eq!(open(&entries, "zié"), (None, None));
    }

    #[test]
    fn closing_and_removing_a_column_end_steps() {
        let set = entry(1, "awa", MARK_SET, None);
        let close = entry(2, "admin", SHEET_CLOSE, None);
        assert_eq!(open(&[set.clone(), close], "awa"), (None, None));
        let gone = AuditEntry { target: "e1".to_owned(), ..entry(2, "admin", EVALUATION_DELETE, None) };
        let other = AuditEntry { target: "e2".to_owned(), ..gone.clone() };
        assert_eq!(open(&[set.clone(), gone], "awa"), (None, None));
        assert_eq!(open(&[set, other], "awa").0, Some(ActId::new("act1")));
    }

    #[derive(Clone, Copy, Debug)]
    enum Move {
        Set,
        Undo,
        Redo,
        Other,
    }

    proptest! {
        /// Against two plain stacks, with somebody else's entries in between.
        #[test]
        fn steps_are_two_stacks(moves in proptest::collection::vec(
            prop_oneof![Just(Move::Set), Just(Move::Undo), Just(Move::Redo), Just(Move::Other)], 0..80)) {
            let mut entries: Vec<AuditEntry> = Vec::new();
            let (mut done, mut undone): (Vec<ActId>, Vec<ActId>) = (Vec::new(), Vec::new());
            for step in moves {
                let seq = entries.len();
                match step {
                    Move::Set => {
                        let set = entry(seq, "awa", MARK_SET, None);
                        done.push(set.act.clone());
                        undone.clear();
                        entries.push(set);
                    }
                    Move::Undo => if let Some(act) = done.pop() {
                        entries.push(entry(seq, "awa", MARK_UNDO, Some(&act)));
                        undone.push(act);
                    },
                    Move::Redo => if let Some(act) = undone.pop() {
                        entries.push(entry(seq, "awa", MARK_REDO, Some(&act)));
                        done.push(act);
                    },
                    Move::Other => entries.push(entry(seq, "issa", MARK_SET, None)),
                }
                prop_assert_eq!(open(&entries, "awa"), (done.last().cloned(), undone.last().cloned()));
            }
        }
    }
}

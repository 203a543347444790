//! Undo and redo of one's own changes on a sheet, found in its audit chain: they work across restarts and terminals,
//! because the chain is all they need.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    entities::AuditEntry,
    id::ActId,
    score::{MarkCode, MarkError, MarkValue, Score},
};

/// A mark was entered, changed or emptied.
pub const MARK_SET: &str = "mark.set";
/// A change was taken back; `reverts` names its act.
pub const MARK_UNDO: &str = "mark.undo";
/// What was taken back came again; `reverts` names the act of the first change.
pub const MARK_REDO: &str = "mark.redo";
/// Something beside the marks was written, changed or taken out.
pub const BULLETIN_SET: &str = "bulletin.set";
/// Such a change was taken back; `reverts` names its act.
pub const BULLETIN_UNDO: &str = "bulletin.undo";
/// It came again.
pub const BULLETIN_REDO: &str = "bulletin.redo";
/// The term was closed: nothing before it can be taken back.
pub const BULLETIN_CLOSE: &str = "bulletin.close";
/// The sheet was closed: nothing before it can be taken back.
pub const SHEET_CLOSE: &str = "sheet.close";
/// It was opened again.
pub const SHEET_REOPEN: &str = "sheet.reopen";
/// A column went; `target` is its id. Its marks can no longer be stepped through.
pub const EVALUATION_DELETE: &str = "evaluation.delete";
/// An act about a column was taken back; `target` is its id.
pub const EVALUATION_RESTORE: &str = "evaluation.restore";

/// How the acts of made-up marks begin. The account they name never did them by hand: they are no steps of its undo.
pub const MADE_UP: &str = "made-up-";

/// What stands in a cell, as the history keeps it: a number, a code, or nothing.
#[must_use]
pub fn mark_to_json(value: Option<MarkValue>) -> Value {
    match value {
        None => Value::Null,
        Some(MarkValue::Score(score)) => Value::from(score.to_f64()),
        Some(MarkValue::Code(code)) => Value::from(code.as_str()),
    }
}

/// The other way.
///
/// # Errors
/// It is none of these.
pub fn mark_from_json(value: &Value) -> Result<Option<MarkValue>, MarkError> {
    match value {
        Value::Null => Ok(None),
        Value::String(code) => MarkCode::parse(code).map(MarkValue::Code).map(Some).ok_or(MarkError::NotAMark),
        number => serde_json::from_value::<Score>(number.clone())
            .map(|score| Some(MarkValue::Score(score)))
            .map_err(|_| MarkError::NotAMark),
    }
}

/// Which of a sheet's entries belong together when steps are looked for: one's own changes of marks, and what ends
/// steps for everyone. Other entries belong to neither.
#[must_use]
pub fn lane(stream: &str, actor: &str, action: &str) -> Option<String> {
    match action {
        MARK_SET | MARK_UNDO | MARK_REDO | BULLETIN_SET | BULLETIN_UNDO | BULLETIN_REDO => {
            Some(format!("{stream}/{actor}"))
        }
        SHEET_CLOSE | BULLETIN_CLOSE | EVALUATION_DELETE => Some(ends_of(stream)),
        _ => None,
    }
}

/// The lane of a sheet's entries that end steps for everyone.
#[must_use]
pub fn ends_of(stream: &str) -> String {
    format!("{stream}/")
}

/// A step that is open: the act of the entry of action [`MARK_SET`] that it is about. Undo puts that entry's `old`
/// back, redo its `new`; the entry written for either names `reverts: act`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Undo(ActId),
    Redo(ActId),
}

/// Somebody's open steps on a sheet, found by walking back over the own entries, the newest first: as far as it takes
/// and no further. The last change that stands is the next undo; what was taken back last is the next redo, unless
/// another change has been made since.
#[derive(Debug, Default)]
pub struct Walk {
    /// Where steps end: the number of the entry, and the column that went (`None`: all of the sheet).
    ends: Vec<(u64, Option<String>)>,
    /// Changes whose newest mention has been met: it says whether they stand.
    met: BTreeSet<ActId>,
    changed: bool,
}

impl Walk {
    /// With the entries of the sheet's lane [`ends_of`], in any order.
    #[must_use]
    pub fn new<'a>(ends: impl IntoIterator<Item = &'a AuditEntry>) -> Self {
        let end = |entry: &AuditEntry| {
            let whole = matches!(entry.action.as_str(), SHEET_CLOSE | BULLETIN_CLOSE);
            (entry.seq, (!whole).then(|| entry.target.clone()))
        };
        Self { ends: ends.into_iter().map(end).collect(), ..Self::default() }
    }

    /// Nothing before the entries that were met can be redone.
    #[must_use]
    pub fn no_more_redo(&self) -> bool {
        self.changed
    }

    /// Meets the next older entry of somebody's own lane: the step that it says is open, if any.
    pub fn meet(&mut self, entry: &AuditEntry) -> Option<Step> {
        let mut ends = self.ends.iter().filter(|(seq, _)| *seq > entry.seq);
        let over = ends.any(|(_, column)| column.as_deref().is_none_or(|column| column == evaluation_of(entry)));
        let (act, undone) = match (entry.action.as_str(), &entry.reverts) {
            (MARK_SET | BULLETIN_SET, _) => (&entry.act, false),
            (MARK_UNDO | BULLETIN_UNDO, Some(act)) => (act, true),
            (MARK_REDO | BULLETIN_REDO, Some(act)) => (act, false),
            _ => return None,
        };
        // In this order: a change makes what was taken back before it final, be it over or not.
        let changed = self.changed;
        self.changed |= matches!(entry.action.as_str(), MARK_SET | BULLETIN_SET);
        // Of marks that were entered together, those in a column that went say nothing of the others.
        if over || !self.met.insert(act.clone()) || (undone && changed) {
            return None;
        }
        Some(if undone { Step::Redo(act.clone()) } else { Step::Undo(act.clone()) })
    }
}

/// The evaluation in a mark's id.
fn evaluation_of(entry: &AuditEntry) -> &str {
    entry.target.split_once(':').map_or("", |(evaluation, _)| evaluation)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::domain::{calendar::Timestamp, score::Scale};

    #[test]
    fn cells_survive_the_history() {
        let scale = Scale::TWENTY;
        for value in [None, Score::new(1_250, scale).map(MarkValue::Score), Some(MarkValue::Code(MarkCode::Absn))] {
            assert_eq!(mark_from_json(&mark_to_json(value)), Ok(value));
        }
        assert_eq!(mark_from_json(&json!({"a": 1})), Err(MarkError::NotAMark));
        assert_eq!(mark_from_json(&json!(12)), Ok(Score::new(1_200, scale).map(MarkValue::Score)));
    }

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

    /// The next undo and the next redo.
    fn open(entries: &[AuditEntry], actor: &str) -> (Option<ActId>, Option<ActId>) {
        let of = |wanted: String| {
            entries.iter().filter(move |entry| lane(&entry.stream, &entry.actor, &entry.action) == Some(wanted.clone()))
        };
        let mut walk = Walk::new(of(ends_of("s")));
        let (mut undo, mut redo) = (None, None);
        for entry in of(format!("s/{actor}")).rev() {
            let (had, no_more) = (redo.is_some(), walk.no_more_redo());
            match walk.meet(entry) {
                Some(Step::Undo(act)) => undo = undo.or(Some(act)),
                Some(Step::Redo(act)) => redo = redo.or(Some(act)),
                None => {}
            }
            assert!(had || !no_more || redo.is_none(), "who is told that there is no more redo stops looking");
        }
        (undo, redo)
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

    #[test]
    fn marks_entered_together_are_one_step_also_where_one_of_their_columns_went() {
        let act = ActId::new("together");
        let of = |seq, column: &str| AuditEntry {
            act: act.clone(),
            target: format!("{column}:p{seq}"),
            ..entry(seq, "awa", MARK_SET, None)
        };
        let mut entries = vec![entry(1, "awa", MARK_SET, None), of(2, "e1"), of(3, "e2")];
        assert_eq!(open(&entries, "awa"), (Some(act.clone()), None));
        entries.push(AuditEntry { target: "e2".to_owned(), ..entry(4, "admin", EVALUATION_DELETE, None) });
        assert_eq!(open(&entries, "awa"), (Some(act.clone()), None));
        let back = AuditEntry { target: "e1:p2".to_owned(), ..entry(5, "awa", MARK_UNDO, Some(&act)) };
        entries.push(back);
        assert_eq!(open(&entries, "awa"), (Some(ActId::new("act1")), Some(act)));
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

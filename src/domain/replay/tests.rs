//! Against a model: two people who enter, change, undo and redo marks, and add, change, delete and bring back columns.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::{
    entities::EvaluationKind,
    history::{MARK_REDO, MARK_SET, MARK_UNDO, mark_to_json},
    id::ActId,
    score::{MarkCode, Scale, Score},
    text_values::Name,
};

fn column(id: &str, coefficient: u8) -> Evaluation {
    Evaluation {
        id: EvaluationId::new(id),
        kind: EvaluationKind::Test,
        title: Name::parse(id).unwrap(),
        date: None,
        scale: Scale::TWENTY,
        coefficient,
        published: true,
    }
}

fn value(number: u16) -> Option<MarkValue> {
    match number {
        0 => None,
        1 => Some(MarkValue::Code(MarkCode::Abs)),
        other => Score::new(other, Scale::TWENTY).map(MarkValue::Score),
    }
}

/// What happens: who, and what.
#[derive(Clone, Debug)]
enum Move {
    Mark { who: usize, column: usize, student: usize, value: u16 },
    Undo(usize),
    Redo(usize),
    Add,
    Change { column: usize, coefficient: u8 },
    Delete(usize),
    BringBack,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let who = 0_usize..2;
    let one = prop_oneof![
        6 => (who.clone(), 0_usize..4, 0_usize..3, 0_u16..9)
            .prop_map(|(who, column, student, value)| Move::Mark { who, column, student, value }),
        2 => who.clone().prop_map(Move::Undo),
        1 => who.prop_map(Move::Redo),
        2 => Just(Move::Add),
        1 => (0_usize..4, 0_u8..5).prop_map(|(column, coefficient)| Move::Change { column, coefficient }),
        1 => (0_usize..4).prop_map(Move::Delete),
        1 => Just(Move::BringBack),
    ];
    proptest::collection::vec(one, 0..60)
}

/// A step of somebody: the cell, what stood before, what after.
type Done = (CellOf, Option<MarkValue>, Option<MarkValue>);

#[derive(Default)]
struct World {
    now: Contents,
    entries: Vec<AuditEntry>,
    /// What stood after so many entries.
    stood: Vec<Contents>,
    done: [Vec<Done>; 2],
    undone: [Vec<Done>; 2],
    gone: Vec<(Evaluation, Vec<(CellOf, MarkValue)>)>,
    made: usize,
}

impl World {
    fn log(&mut self, action: &str, target: String, old: Value, new: Value) {
        let seq = self.entries.len() as u64 + 1;
        let at = Timestamp::from_second(i64::try_from(seq).unwrap() * 10).unwrap();
        self.entries.push(AuditEntry {
            id: AuditEntry::id_of("s", seq),
            stream: "s".to_owned(),
            seq,
            at,
            actor: "awa".to_owned(),
            action: action.to_owned(),
            target,
            student: None,
            act: ActId::new(format!("act{seq}")),
            reverts: None,
            old,
            new,
            reason: None,
            salt: String::new(),
            digest: String::new(),
            prev: String::new(),
            hash: String::new(),
        });
        self.stood.push(self.now.clone());
    }

    fn write(&mut self, action: &str, cell: &CellOf, new: Option<MarkValue>) -> Done {
        let old = self.now.marks.get(cell).copied();
        match new {
            Some(new) => self.now.marks.insert(cell.clone(), new),
            None => self.now.marks.remove(cell),
        };
        self.log(action, format!("{}:{}", cell.0, cell.1), mark_to_json(old), mark_to_json(new));
        (cell.clone(), old, new)
    }

    fn there(&self, cell: &CellOf) -> bool {
        self.now.columns.iter().any(|column| column.id == cell.0)
    }

    fn step(&mut self, step: &Move) {
        match *step {
            Move::Mark { who, column, student, value: number } => {
                let Some(column) = self.now.columns.get(column).map(|column| column.id.clone()) else { return };
                let cell = (column, StudentId::new(format!("p{student}")));
                let done = self.write(MARK_SET, &cell, value(number));
                self.done[who].push(done);
                self.undone[who].clear();
            }
            Move::Undo(who) => {
                let Some(done) = self.done[who].pop().filter(|done| self.there(&done.0)) else { return };
                self.write(MARK_UNDO, &done.0, done.1);
                self.undone[who].push(done);
            }
            Move::Redo(who) => {
                let Some(done) = self.undone[who].pop().filter(|done| self.there(&done.0)) else { return };
                self.write(MARK_REDO, &done.0, done.2);
                self.done[who].push(done);
            }
            Move::Add => {
                self.made += 1;
                let new = column(&format!("e{:02}", self.made), 1);
                self.now.columns.push(new.clone());
                self.log("evaluation.save", new.id.to_string(), Value::Null, json!(new));
            }
            Move::Change { column, coefficient } => {
                let Some(known) = self.now.columns.get_mut(column) else { return };
                let old = known.clone();
                known.coefficient = coefficient;
                let new = known.clone();
                self.log("evaluation.save", new.id.to_string(), json!(old), json!(new));
            }
            Move::Delete(column) => {
                if column >= self.now.columns.len() {
                    return;
                }
                let old = self.now.columns.remove(column);
                let marks = self.now.marks.iter().filter(|((id, _), _)| *id == old.id);
                let marks = marks.map(|(cell, value)| (cell.clone(), *value)).collect();
                self.now.marks.retain(|(id, _), _| *id != old.id);
                self.gone.push((old.clone(), marks));
                self.log("evaluation.delete", old.id.to_string(), json!(old), Value::Null);
            }
            // As taking the act back does it: the marks first, in the sheet's history, then the column.
            Move::BringBack => {
                let Some((column, marks)) = self.gone.pop() else { return };
                self.now.columns.push(column.clone());
                self.now.marks.extend(marks.iter().cloned());
                self.log("evaluation.restore", column.id.to_string(), Value::Null, json!(column));
                for ((column, student), value) in marks {
                    let target = format!("{column}:{student}");
                    self.log("mark.restore", target, Value::Null, mark_to_json(Some(value)));
                }
            }
        }
    }
}

/// The order in which columns stood is not kept for those that have gone.
fn sorted(mut contents: Contents) -> Contents {
    contents.columns.sort_by(|a, b| a.id.cmp(&b.id));
    contents
}

proptest! {
    #[test]
    fn every_moment_is_as_it_stood_and_now_is_now(moves in moves()) {
        let mut world = World::default();
        for step in &moves {
            world.step(step);
        }
        for (place, stood) in world.stood.iter().enumerate() {
            let then = contents_at(&world.now, &world.entries, place + 1);
            prop_assert_eq!(sorted(then), sorted(stood.clone()), "after {} entries", place + 1);
            let moment = world.entries[place].at;
            prop_assert_eq!(until(&world.entries, moment), place + 1);
        }
        prop_assert_eq!(contents_at(&world.now, &world.entries, world.entries.len()), world.now.clone());
        prop_assert_eq!(contents_at(&world.now, &world.entries, 0), Contents::default());
        // A history that begins later than the sheet (made-up columns and marks) still tells what came after.
        // (What goes with a column is told by the entries before: they are there wherever a column can be deleted.)
        let cut = world.entries.len() / 2;
        let whole = world.entries[cut..].iter().all(|entry| {
            !["evaluation.delete", "evaluation.restore", "mark.restore"].contains(&entry.action.as_str())
        });
        for place in (cut..world.stood.len()).filter(|_| whole) {
            let then = contents_at(&world.now, &world.entries[cut..], place + 1 - cut);
            prop_assert_eq!(sorted(then), sorted(world.stood[place].clone()));
        }
    }
}

#[test]
fn a_column_that_was_moved_stands_as_it_did() {
    let mut world = World::default();
    world.step(&Move::Add);
    let moved = world.now.columns[0].id.to_string();
    world.log("evaluation.move", moved, json!(0), json!(1));
    assert_eq!(contents_at(&world.now, &world.entries, 2), world.now);
    assert_eq!(contents_at(&world.now, &world.entries, 1), world.now);
}

#[test]
fn what_no_entry_tells_of_stands_as_it_stands_now() {
    let cell = (EvaluationId::new("e1"), StudentId::new("p1"));
    let mark = Score::new(1_200, Scale::TWENTY).map(MarkValue::Score).unwrap();
    let now = Contents { columns: vec![column("e1", 1)], marks: [(cell, mark)].into() };
    assert_eq!(contents_at(&now, &[], 0), now);
}

#[test]
fn a_clock_that_is_ahead_hides_nothing_that_was_written_after_it() {
    let mut world = World::default();
    for _ in 0..3 {
        world.step(&Move::Add);
    }
    let moment = world.entries[2].at;
    world.entries[1].at = Timestamp::from_second(1_000).unwrap();
    assert_eq!(until(&world.entries, moment), 3);
    assert_eq!(until(&world.entries, Timestamp::from_second(5).unwrap()), 0);
}

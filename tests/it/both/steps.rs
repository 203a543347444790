//! Undo and redo without limit, against a model of two stacks a person: two people on one sheet, somebody's change over
//! one's own, closings, restarts. And the log, replayed, is what stands.

use std::{collections::BTreeMap, time::Duration};

use carnet::{
    backend::Backend,
    domain::{
        entities::{AuditEntry, Mark, Sheet, SheetState},
        history::SHEET_CLOSE,
        id::{ActId, EvaluationId, StudentId},
        query::Filter,
        replay::{Contents, contents_at},
        score::MarkValue,
    },
    protocol::{Failure, Reply, Request, SheetKey, Why},
    store::{Batch, Expect, Records, SharedStore},
};
use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::{Ground, on_both, past::teacher};
use crate::backend::{Client, PASSWORD, login, opened, points};

on_both!(undo_and_redo_are_two_stacks_a_person);

type Cell = (EvaluationId, StudentId);
/// A change of somebody: the cell, what stood before and after.
type Done = (Cell, Option<MarkValue>, Option<MarkValue>);

/// What must stand, and what each can take back or bring again.
#[derive(Default)]
struct Model {
    cells: BTreeMap<Cell, Option<MarkValue>>,
    /// Whose change of a cell was the last one.
    last: BTreeMap<Cell, usize>,
    done: [Vec<Done>; 2],
    undone: [Vec<Done>; 2],
    closed: bool,
}

/// What an attempt comes to.
#[derive(Debug, PartialEq)]
enum Came {
    Stands(Option<MarkValue>),
    Clash,
    Nothing,
    Closed,
}

impl Model {
    fn stands(&self, cell: &Cell) -> Option<MarkValue> {
        self.cells.get(cell).copied().flatten()
    }

    fn set(&mut self, who: usize, cell: &Cell, value: Option<MarkValue>) -> Came {
        if self.closed {
            return Came::Closed;
        }
        let old = self.stands(cell);
        if old != value {
            self.cells.insert(cell.clone(), value);
            self.last.insert(cell.clone(), who);
            self.done[who].push((cell.clone(), old, value));
            self.undone[who].clear();
        }
        Came::Stands(value)
    }

    fn step(&mut self, who: usize, undo: bool, force: bool) -> Came {
        if self.closed {
            return Came::Closed;
        }
        let (from, to) = if undo {
            (&mut self.done[who], &mut self.undone[who])
        } else {
            (&mut self.undone[who], &mut self.done[who])
        };
        let Some((cell, old, new)) = from.last().cloned() else { return Came::Nothing };
        let (stood, wanted) = if undo { (new, old) } else { (old, new) };
        let others = self.cells.get(&cell).copied().flatten() != stood || self.last.get(&cell) != Some(&who);
        if others && !force {
            return Came::Clash;
        }
        from.pop();
        to.push((cell.clone(), old, new));
        self.last.insert(cell.clone(), who);
        self.cells.insert(cell, wanted);
        Came::Stands(wanted)
    }

    /// Nothing before it can be taken back or brought again.
    fn close(&mut self, closed: bool) {
        self.closed = closed;
        if closed {
            (self.done, self.undone) = Default::default();
        }
    }
}

fn came(result: Result<Option<MarkValue>, Failure>) -> Came {
    match result {
        Ok(value) => Came::Stands(value),
        Err(Failure::Cell(_)) => Came::Clash,
        Err(Failure::Invalid { why: Why::Nothing, .. }) => Came::Nothing,
        Err(Failure::Invalid { why: Why::Closed, .. }) => Came::Closed,
        Err(other) => panic!("{other:?}"),
    }
}

/// As a closing and a reopening leave the sheet.
async fn close(store: &SharedStore, key: &SheetKey, closed: bool) {
    let id = Sheet::id_of(&key.class, &key.subject, &key.year, key.term);
    let sheet = store.one::<Sheet>(id.as_str()).await.unwrap().unwrap();
    let seq = sheet.audit_count + 1;
    let state = if closed { SheetState::Closed } else { SheetState::Open };
    let action = if closed { SHEET_CLOSE } else { "sheet.reopen" };
    let entry = AuditEntry {
        id: AuditEntry::id_of(id.as_str(), seq),
        stream: id.as_str().to_owned(),
        seq,
        at: sheet.updated_at,
        actor: "cli:admin".to_owned(),
        action: action.to_owned(),
        target: id.as_str().to_owned(),
        student: None,
        act: ActId::new(format!("{action}-{seq}")),
        reverts: None,
        old: serde_json::Value::Null,
        new: serde_json::Value::Null,
        reason: None,
        salt: String::new(),
        digest: String::new(),
        prev: String::new(),
        hash: String::new(),
    };
    let mut batch = Batch::new(entry.act.clone(), sheet.updated_at, "cli:admin");
    let body = Sheet { state, audit_count: seq, ..sheet.body.clone() };
    batch.put(&body, Expect::Version(sheet.version)).unwrap();
    batch.put(&entry, Expect::Absent).unwrap();
    store.commit(batch).await.unwrap();
}

/// What the sheet's whole history says, from an empty sheet; and what stands.
pub async fn replayed(store: &SharedStore, key: &SheetKey) -> (BTreeMap<Cell, MarkValue>, BTreeMap<Cell, MarkValue>) {
    let id = Sheet::id_of(&key.class, &key.subject, &key.year, key.term);
    let sheet = store.one::<Sheet>(id.as_str()).await.unwrap().unwrap();
    let mut entries: Vec<AuditEntry> = Vec::new();
    for entry in store.every::<AuditEntry>(&Filter::equals("stream", id.as_str())).await.unwrap() {
        entries.push(entry.body);
    }
    entries.sort_by_key(|entry| entry.seq);
    assert!(entries.iter().zip(1..).all(|(entry, seq)| entry.seq == seq), "no entry is missing");
    let told = contents_at(&Contents::default(), &entries, entries.len()).marks;
    let columns = Filter::any_of("evaluation", sheet.evaluations.iter().map(|column| column.id.as_str()));
    let marks = store.every::<Mark>(&columns).await.unwrap();
    let stands =
        marks.into_iter().filter_map(|mark| Some(((mark.evaluation.clone(), mark.student.clone()), mark.value?)));
    (told, stands.collect())
}

struct Scene<'a> {
    ground: &'a Ground,
    backend: Backend,
    people: [Client; 2],
    key: SheetKey,
    cells: Vec<Cell>,
    model: Model,
    starts: u64,
}

impl Scene<'_> {
    /// All programs end, and somebody starts anew.
    async fn restart(&mut self) {
        self.starts += 1;
        let fresh = self.ground.start(self.starts).await;
        std::mem::replace(&mut self.backend, fresh).shutdown().await;
        for (n, who) in ["awa", "issa"].into_iter().enumerate() {
            self.people[n] = login(&self.backend, who, PASSWORD).await.unwrap();
        }
    }

    async fn act(&mut self, chance: &mut ChaCha12Rng) {
        let who = chance.random_range(0..2_usize);
        let (key, act) = (self.key.clone(), self.people[who].act());
        match chance.random_range(0..20) {
            kind @ 0..=15 if kind > 8 => {
                let (undo, force) = (kind < 13, chance.random_range(0..3) == 0);
                let sheet = key.clone();
                let request = if undo {
                    Request::UndoMark { act, sheet, force }
                } else {
                    Request::RedoMark { act, sheet, force }
                };
                let done = match self.people[who].call(request).await {
                    Ok(Reply::MarkSet(set)) => Ok(set.value),
                    Ok(other) => panic!("{other:?}"),
                    Err(failure) => Err(failure),
                };
                let wanted = self.model.step(who, undo, force);
                assert_eq!(came(done), wanted, "undo {undo}, force {force}");
            }
            16 => {
                let closed = !self.model.closed;
                close(&self.ground.store().await, &key, closed).await;
                self.model.close(closed);
            }
            17 => self.restart().await,
            _ => {
                let cell = self.cells[chance.random_range(0..self.cells.len())].clone();
                let value = if chance.random_range(0..5) == 0 { None } else { points(chance.random_range(0..4) * 100) };
                let set = self.people[who].set(&key, (&cell.0, &cell.1), value, None).await;
                let wanted = self.model.set(who, &cell, value);
                assert_eq!(came(set.map(|set| set.value)), wanted);
            }
        }
    }

    async fn check(&mut self) {
        for who in 0..2 {
            let view = self.people[who].sheet(&self.key.clone()).await;
            for (place, column) in view.evaluations.iter().enumerate() {
                for row in &view.rows {
                    let cell = (column.id.clone(), row.student.clone());
                    assert_eq!(row.cells[place].value, self.model.stands(&cell));
                }
            }
            let open = |stack: &Vec<Done>| !self.model.closed && !stack.is_empty();
            assert_eq!((view.undo, view.redo), (open(&self.model.done[who]), open(&self.model.undone[who])), "{who}");
        }
    }
}

async fn undo_and_redo_are_two_stacks_a_person(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let key = admin.key(&class, "Mathématiques");
    let mut pupils = Vec::new();
    for last in ["Traoré", "Keïta"] {
        pupils.push(admin.add(Client::form(last, "Awa", Some(&class))).await.unwrap().id);
    }
    let columns = [admin.add_column(&key, "Devoir 1").await, admin.add_column(&key, "Devoir 2").await];
    let people = [teacher(&mut admin, &backend, &key, "awa").await, teacher(&mut admin, &backend, &key, "issa").await];
    let cells = columns.iter().flat_map(|column| pupils.iter().map(|pupil| (column.clone(), pupil.clone()))).collect();
    let mut scene = Scene { ground, backend, people, key, cells, model: Model::default(), starts: 1 };
    let mut chance = ChaCha12Rng::seed_from_u64(4);
    for _ in 0..160 {
        ground.place.clock.advance(Duration::from_secs(5));
        scene.act(&mut chance).await;
        scene.check().await;
    }
    let (told, stands) = replayed(&ground.store().await, &scene.key).await;
    assert_eq!(told, stands);
    assert_eq!(stands, scene.model.cells.iter().filter_map(|(cell, value)| Some((cell.clone(), (*value)?))).collect());
    scene.backend.shutdown().await;
}

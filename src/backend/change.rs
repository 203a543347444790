//! A change being made: one batch with its audit entries, chain heads, the way back, and what it makes stale.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{
    audit::{Head, Pen, Said},
    cx::{Cx, Fault, Tag},
};
use crate::{
    cache::Hold,
    domain::{
        calendar::Timestamp,
        entities::{Act, AuditEntry, Before, Sheet, StreamHead, Student},
        id::{ActId, ClassId, StudentId},
        schema::{Entity, Stored},
        text_values::Phone,
    },
    protocol::{Event, SheetKey},
    store::{Batch, Committed, Expect, Records, StoreError, to_body},
};

/// More students than this in one event are announced as "many".
const MANY: usize = 50;

/// What caches know a student by.
pub(super) struct Who {
    pub id: StudentId,
    pub phone: Option<Phone>,
    pub class: Option<ClassId>,
}

/// One atomic change. Nothing happens until [`Change::commit`].
pub(super) struct Change<'a> {
    cx: &'a Cx,
    act: ActId,
    batch: Batch,
    befores: Vec<Before>,
    /// Streams appended to: the version their head was read at (`None`: new), and the head now.
    heads: BTreeMap<String, (Option<u64>, Head)>,
    /// Chains appended to, with the head each will have.
    ends: BTreeMap<String, Head>,
    tags: BTreeSet<Tag>,
    keys: Vec<String>,
    students: BTreeSet<StudentId>,
    sheets: Vec<SheetKey>,
    setup: bool,
}

impl<'a> Change<'a> {
    /// `act`: what the entries belong to. `op`: the batch's own id; the act's, or a chunk's of it.
    pub fn new(cx: &'a Cx, act: &ActId, op: ActId) -> Self {
        let batch = Batch::new(op, cx.now(), cx.who.actor());
        Self {
            cx,
            act: act.clone(),
            batch,
            befores: Vec::new(),
            heads: BTreeMap::new(),
            ends: BTreeMap::new(),
            tags: BTreeSet::new(),
            keys: Vec::new(),
            students: BTreeSet::new(),
            sheets: Vec::new(),
            setup: false,
        }
    }

    pub fn at(&self) -> Timestamp {
        self.batch.at
    }

    /// Who does it, as it stands in the history.
    pub fn actor(&self) -> &str {
        self.cx.who.actor()
    }

    /// Writes a new document.
    pub fn add<T: Entity>(&mut self, entity: &T) -> Result<(), Fault> {
        self.batch.put(entity, Expect::Absent)?;
        self.note_before::<T>(entity.id(), None, Some(1));
        Ok(())
    }

    /// Writes a document anew that was read as `before`; its place in the answer's `versions`.
    pub fn put<T: Entity + Clone>(&mut self, before: &Stored<T>, after: &T) -> Result<(), Fault> {
        self.batch.put(after, Expect::Version(before.version))?;
        let document = to_body(&before.body)?;
        self.note_before::<T>(after.id(), Some(document), Some(before.version.saturating_add(1)));
        Ok(())
    }

    /// Adds or changes, as `before` says.
    pub fn put_or_add<T: Entity + Clone>(&mut self, before: Option<&Stored<T>>, after: &T) -> Result<(), Fault> {
        match before {
            Some(before) => self.put(before, after),
            None => self.add(after),
        }
    }

    /// Writes over a document without a way back: read models, which follow from other documents.
    pub fn follow<T: Entity>(&mut self, version: u64, after: &T) -> Result<(), Fault> {
        self.batch.put(after, Expect::Version(version))?;
        Ok(())
    }

    /// Writes some fields of a read model's document, which was read at that version.
    pub fn follow_in<T: Entity>(&mut self, id: &str, version: u64, fields: Map<String, Value>) {
        self.batch.writes.push(crate::store::Write::Patch { schema: T::SCHEMA, id: id.to_owned(), version, fields });
    }

    pub fn delete<T: Entity>(&mut self, before: &Stored<T>) -> Result<(), Fault> {
        self.batch.delete::<T>(before.id(), Expect::Version(before.version));
        let document = to_body(&before.body)?;
        self.note_before::<T>(before.id(), Some(document), None);
        Ok(())
    }

    /// Deletes a document without a way back.
    pub fn remove<T: Entity>(&mut self, before: &Stored<T>) {
        self.batch.delete::<T>(before.id(), Expect::Version(before.version));
    }

    /// All that caches hold is void with this commit.
    pub fn voids_caches(&mut self) {
        self.batch.new_epoch = true;
    }

    /// Writes a raw body: taking an act back.
    pub fn raw(&mut self, write: crate::store::Write) {
        self.batch.writes.push(write);
    }

    /// A document read for the decision and not written: it must not have changed.
    pub fn guard<T: Entity>(&mut self, read: &Stored<T>) {
        if !self.guards::<T>(read.id()) {
            self.batch.guard::<T>(read.id(), Expect::Version(read.version));
        }
    }

    /// No document of that id may come into being meanwhile.
    pub fn guard_absent<T: Entity>(&mut self, id: &str) {
        if !self.guards::<T>(id) {
            self.batch.guard::<T>(id, Expect::Absent);
        }
    }

    fn guards<T: Entity>(&self, id: &str) -> bool {
        self.batch.guards.iter().any(|guard| guard.schema == T::SCHEMA && guard.id == id)
    }

    /// The way back names a document that was chosen and not written: taking the act back looks whether it still is.
    pub fn chose<T: Entity>(&mut self, id: &str) {
        self.note_before::<T>(id, None, Some(1));
    }

    /// Does this change delete the document of that id?
    pub fn deletes(&self, id: &str) -> bool {
        self.batch
            .writes
            .iter()
            .any(|write| matches!(write, crate::store::Write::Delete { id: gone, .. } if gone == id))
    }

    fn note_before<T: Entity>(&mut self, id: &str, document: Option<Value>, after_version: Option<u64>) {
        self.befores.push(Before {
            collection: T::SCHEMA.collection.to_owned(),
            id: id.to_owned(),
            document,
            after_version,
        });
    }

    fn append(&mut self, stream: &str, head: &mut Head, said: Said) -> Result<AuditEntry, Fault> {
        let config = &self.cx.core.config;
        let pen = Pen {
            key: &config.audit_key,
            ids: &*config.ids,
            at: self.batch.at,
            actor: self.cx.who.actor(),
            act: &self.act,
        };
        let entry = pen.append(stream, head, said);
        self.batch.put(&entry, Expect::Absent)?;
        self.ends.insert(stream.to_owned(), head.clone());
        Ok(entry)
    }

    /// Appends to a stream's chain.
    pub async fn audit(&mut self, stream: &str, said: Said) -> Result<(), Fault> {
        let (version, mut head) = match self.heads.remove(stream) {
            Some(known) => known,
            None => match self.cx.store.one::<StreamHead>(stream).await? {
                Some(stored) => (Some(stored.version), Head { count: stored.count, hash: stored.hash.clone() }),
                None => (None, Head::default()),
            },
        };
        self.append(stream, &mut head, said)?;
        self.heads.insert(stream.to_owned(), (version, head));
        Ok(())
    }

    /// Appends to a sheet's own chain; the sheet must then be written.
    pub fn audit_sheet(&mut self, sheet: &mut Sheet, said: Said) -> Result<(), Fault> {
        let mut head = Head { count: sheet.audit_count, hash: sheet.audit_hash.clone() };
        let stream = sheet.id.as_str().to_owned();
        self.append(&stream, &mut head, said)?;
        sheet.audit_count = head.count;
        sheet.audit_hash = head.hash;
        Ok(())
    }

    /// Keeps the way back: what has been written so far can be undone as the act (or chunk) of that id.
    pub fn undoable(&mut self, id: ActId, action: &str) -> Result<(), Fault> {
        let act = Act {
            id,
            action: action.to_owned(),
            actor: self.cx.who.actor().to_owned(),
            at: self.batch.at,
            befores: std::mem::take(&mut self.befores),
            undone: false,
        };
        self.batch.put(&act, Expect::Absent)?;
        Ok(())
    }

    /// A student is added, changed or removed: its cached card, its class's figures and all lists are stale.
    pub fn touches(&mut self, before: Option<&Student>, after: Option<&Student>) {
        for student in before.iter().chain(after.iter()) {
            self.touches_who(Who {
                id: student.id.clone(),
                phone: student.phone.clone(),
                class: student.class.clone(),
            });
        }
        self.touches_all();
    }

    /// Something about a student changes that no figure and no cached value is made of.
    pub fn announces(&mut self, student: &StudentId) {
        self.students.insert(student.clone());
    }

    /// The same of a student whose phone and class stay.
    pub fn touches_who(&mut self, who: Who) {
        let keys = &self.cx.core.config.keys;
        if let Some(phone) = &who.phone {
            self.keys.push(keys.student(phone));
        }
        if let Some(class) = who.class {
            self.keys.push(keys.class_stats(class.as_str()));
            self.tags.insert(Tag::Class(class.as_str().to_owned()));
        }
        self.tags.insert(Tag::Student(who.id.as_str().to_owned()));
        self.students.insert(who.id);
        self.touches_all();
    }

    /// Lists and figures of the whole school are stale.
    fn touches_all(&mut self) {
        if self.tags.insert(Tag::Students) {
            self.keys.push(self.cx.core.config.keys.top10());
        }
    }

    /// What is known around these students changes: whoever shows one reads again.
    pub fn touches_people(&mut self, students: &[StudentId]) {
        self.students.extend(students.iter().cloned());
    }

    /// A sheet changes.
    pub fn touches_sheet(&mut self, sheet: &SheetKey) {
        self.tags.insert(Tag::Class(sheet.class.as_str().to_owned()));
        self.sheets.push(sheet.clone());
    }

    /// Classes, subjects, accounts and the like change: names stand in lists and figures everywhere.
    pub fn touches_setup(&mut self) {
        self.setup = true;
        self.touches_all();
        for class in &self.cx.settings.classes {
            self.tags.insert(Tag::Class(class.id.as_str().to_owned()));
        }
    }

    /// Commits in this request's turn of the write lane, forgets what became stale, and tells every client.
    ///
    /// # Errors
    /// The store's; a `Conflict` means that somebody was faster.
    pub async fn commit(mut self) -> Result<Committed, Fault> {
        for (stream, (version, head)) in std::mem::take(&mut self.heads) {
            let expect = version.map_or(Expect::Absent, Expect::Version);
            self.batch.put(&StreamHead { id: stream, count: head.count, hash: head.hash }, expect)?;
        }
        let core = &self.cx.core;
        let touched: Vec<&'static str> = self.batch.writes.iter().map(|write| write.schema().collection).collect();
        let turn = if self.cx.in_lane { None } else { Some(core.lane.lock().await) };
        // Averages made by coefficients that somebody has changed since must be made again.
        if touched.contains(&<Student as Entity>::SCHEMA.collection) && self.cx.outdated().await? {
            return Err(reread::<Student>(""));
        }
        let at = self.batch.at;
        let keys = &core.config.keys;
        let tags = self.tags.iter().map(|tag| keys.tag(&tag.to_string())).collect();
        self.keys.sort_unstable();
        self.keys.dedup();
        let hold = Hold { tags, keys: self.keys, ..Hold::default() };
        let outcome = core.commit_held(&self.cx.store, self.batch, hold).await;
        // Also after an error: a commit whose answer was lost may have been done.
        core.committed(&touched);
        drop(turn);
        let committed = outcome?;
        if !committed.replayed {
            for (stream, head) in self.ends {
                core.anchors.note(stream, at, head);
            }
            if !self.students.is_empty() {
                let all: Vec<StudentId> = self.students.into_iter().collect();
                core.publish(&Event::Students(if all.len() > MANY { Vec::new() } else { all }));
            }
            for sheet in self.sheets {
                core.publish(&Event::Sheet(sheet));
            }
            if self.setup {
                core.publish(&Event::Setup);
            }
        }
        Ok(committed)
    }
}

/// A conflict that asks for another reading.
pub(super) fn reread<T: Entity>(id: &str) -> Fault {
    Fault::Store(StoreError::Conflict { collection: T::SCHEMA.collection, id: id.to_owned() })
}

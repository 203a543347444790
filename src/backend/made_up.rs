//! The history of made-up marks, as if the teachers had entered them on the day of the evaluation: without it the
//! cards of a demo would have nothing to tell of who gave what. The chains are whole, so that `doctor` verifies them.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::{
    audit::{Head, Pen, Said},
    environment::{SeededIds, id_of},
};
use crate::domain::{
    calendar::Timestamp,
    demo::{Load, documents, read},
    entities::{Assignment, AuditEntry, Evaluation, Mark, Sheet},
    history,
    id::ActId,
    schema::Entity,
};

/// Hour of the day at which a teacher enters a column, and seconds from one mark to the next.
const HOUR: i8 = 16;
const PACE: i64 = 7;

/// Tells who entered the marks of blocks of a made-up school.
pub struct MadeUpHistory {
    key: Vec<u8>,
    ids: SeededIds,
    /// Class and subject to the account of who teaches it.
    teachers: BTreeMap<(String, String), String>,
}

impl MadeUpHistory {
    /// `key`: of the store's audit chains.
    #[must_use]
    pub fn new(key: Vec<u8>, seed: u64) -> Self {
        Self { key, ids: SeededIds::new(seed), teachers: BTreeMap::new() }
    }

    /// Adds the entries to loads with sheets and marks; loads with assignments come before. What nobody teaches has
    /// no history.
    pub fn tell(&mut self, loads: &mut Vec<Load>) {
        for charge in taken(loads, Assignment::SCHEMA.collection).iter().cloned().filter_map(|it| read(it).ok()) {
            let Assignment { class, subject, teacher, .. } = charge.body;
            self.teachers.insert((class.to_string(), subject.to_string()), teacher.to_string());
        }
        let mut marks: BTreeMap<String, Vec<&mut Value>> = BTreeMap::new();
        let mut sheets = Vec::new();
        for (schema, documents) in loads.iter_mut() {
            if schema.collection == Mark::SCHEMA.collection {
                for mark in documents {
                    let evaluation = mark.get("evaluation").and_then(Value::as_str).unwrap_or_default().to_owned();
                    marks.entry(evaluation).or_default().push(mark);
                }
            } else if schema.collection == Sheet::SCHEMA.collection {
                sheets.extend(documents.iter_mut());
            }
        }
        let mut entries = Vec::new();
        for sheet in sheets {
            self.of_sheet(sheet, &mut marks, &mut entries);
        }
        if !entries.is_empty() {
            loads.push((AuditEntry::SCHEMA, entries));
        }
    }

    fn of_sheet(&self, sheet: &mut Value, marks: &mut BTreeMap<String, Vec<&mut Value>>, entries: &mut Vec<Value>) {
        let Ok(known) = read::<Sheet>(sheet.clone()).map(|stored| stored.body) else { return };
        let Some(teacher) = self.teachers.get(&(known.class.to_string(), known.subject.to_string())) else { return };
        let mut head = Head::default();
        for evaluation in &known.evaluations {
            let Some(mut at) = entered(evaluation) else { continue };
            for mark in marks.remove(evaluation.id.as_str()).into_iter().flatten() {
                let Ok(body) = read::<Mark>(mark.clone()).map(|stored| stored.body) else { continue };
                at = at.saturating_add(jiff::SignedDuration::from_secs(PACE)).unwrap_or(at);
                let act = ActId::new(format!("{}{}", history::MADE_UP, id_of(at, &self.ids)));
                let pen = Pen { key: &self.key, ids: &self.ids, at, actor: teacher, act: &act };
                let said = Said {
                    action: history::MARK_SET,
                    target: body.id.to_string(),
                    student: Some(body.student.to_string()),
                    new: history::mark_to_json(body.value),
                    ..Said::default()
                };
                let entry = pen.append(known.id.as_str(), &mut head, said);
                entries.extend(documents([&entry], at, teacher));
                if let Some(fields) = mark.as_object_mut() {
                    written(fields, at, teacher);
                }
            }
        }
        if let Some(fields) = sheet.as_object_mut() {
            fields.insert("audit_count".to_owned(), head.count.into());
            fields.insert("audit_hash".to_owned(), head.hash.into());
        }
    }
}

/// The documents of one collection.
fn taken<'a>(loads: &'a [Load], collection: &str) -> &'a [Value] {
    let load = loads.iter().find(|(schema, _)| schema.collection == collection);
    load.map(|(_, documents)| documents.as_slice()).unwrap_or_default()
}

/// When the first mark of a column was entered.
fn entered(evaluation: &Evaluation) -> Option<Timestamp> {
    let at = evaluation.date?.at(HOUR, 0, 0, 0);
    at.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp())
}

/// The document's meta: who wrote it, when.
fn written(fields: &mut Map<String, Value>, at: Timestamp, by: &str) {
    for name in ["created_at", "updated_at"] {
        fields.insert(name.to_owned(), at.to_string().into());
    }
    fields.insert("updated_by".to_owned(), by.into());
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;
    use crate::{backend::audit::verify, domain::demo::Demo};

    #[test]
    fn every_mark_has_its_teacher_and_every_chain_is_whole() {
        let demo = Demo::new(45, 1, Date::constant(2026, 11, 20), "hash").expect("demo");
        let mut told = MadeUpHistory::new(b"key".to_vec(), 1);
        let mut setup = demo.setup();
        told.tell(&mut setup);
        for mut block in demo.blocks() {
            told.tell(&mut block);
            let all = |collection| taken(&block, collection).to_vec();
            let sheets = all("sheets").into_iter().map(|it| read::<Sheet>(it).expect("sheet").body);
            let mut entries: BTreeMap<String, Vec<AuditEntry>> = BTreeMap::new();
            for entry in all("audit").into_iter().map(|it| read::<AuditEntry>(it).expect("entry").body) {
                entries.entry(entry.stream.clone()).or_default().push(entry);
            }
            let count: usize = entries.values().map(Vec::len).sum();
            assert_eq!(count, all("marks").len());
            for sheet in sheets {
                let head = Head { count: sheet.audit_count, hash: sheet.audit_hash.clone() };
                let chain = entries.remove(sheet.id.as_str()).unwrap_or_default();
                assert!(!chain.is_empty());
                let lane = |entry| (AuditEntry::SCHEMA.derive)(&serde_json::to_value(entry).expect("entry"));
                assert!(chain.iter().all(|entry| lane(entry).is_empty()), "what nobody did is nobody's to take back");
                assert_eq!(verify(b"key", sheet.id.as_str(), &chain, &[head]), Vec::new());
            }
            let mark = all("marks").remove(0);
            assert!(told.teachers.values().any(|teacher| mark["updated_by"] == teacher.as_str()), "{mark}");
        }
    }
}

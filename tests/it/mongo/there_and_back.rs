//! A whole school goes from SQLite to MongoDB and back by backups, and is the same to the last byte each time.

use std::{collections::BTreeSet, path::Path};

use carnet::{
    domain::{
        bulletin::{BulletinOf, BulletinPage, BulletinPart, BulletinValue},
        entities::{self, ClassTarget, Outcome, Relation, Role, Student},
        id::StudentId,
        score::{MarkCode, MarkValue},
        text_values::Remark,
    },
    protocol::{BulletinKey, CloseTerm, Council, Decide, Reply, Request, SetBulletin, SheetKey, StudentForm},
    store::{
        Records, Store, backup,
        sqlite::{OpenOptions, SqliteStore},
    },
};
use serde_json::Value;

use super::School;
use crate::{
    backend::{
        Client, Place, name, opened, phone, points,
        setup::{save, user},
    },
    both::guardians::guardian,
};

/// Everything that a school keeps, with every kind of trace: marks and codes, accounts, what was deleted and taken back.
async fn fill(place: &Place) {
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let form = StudentForm {
        phone: Some(phone("76123456")),
        birth_date: Some("2010-02-28".parse().unwrap()),
        birth_place: Some(name("Kayes")),
        ..Client::form("Traoré", "Awa", Some(&class))
    };
    let awa = admin.add(form).await.unwrap();
    let issa = admin.add(Client::form("Keïta", "Issa", Some(&class))).await.unwrap();
    let key = admin.key(&class, "Mathématiques");
    let column = admin.add_column(&key, "Devoir 1").await;
    admin.set(&key, (&column, &awa.id), points(1_225), Some(0)).await.unwrap();
    admin.set(&key, (&column, &issa.id), Some(MarkValue::Code(MarkCode::Abs)), Some(0)).await.unwrap();
    admin.set(&key, (&column, &issa.id), None, Some(1)).await.unwrap();
    let prof = save(&mut admin, user("prof", Role::Teacher, None)).await.unwrap();
    let charge = Request::SaveAssignment { teacher: prof.id.clone(), class, subject: admin.subject("Mathématiques") };
    admin.call(charge).await.unwrap();
    let version = place.store().one::<Student>(issa.id.as_str()).await.unwrap().unwrap().version;
    let delete = Request::DeleteStudent { id: issa.id.clone(), version };
    let Ok(Reply::Acted(act)) = admin.call(delete).await else { panic!("deleted") };
    admin.call(Request::Undo(act)).await.unwrap();
    admin.call(Request::Seed { students: 60, seed: 7, fill: true }).await.unwrap();
    let class = admin.class(0).id;
    admin.call(Request::MapClass { class, target: Some(ClassTarget::Leaves) }).await.unwrap();
    let decision = Some(Council { outcome: Outcome::Leaving, to: None, reason: "déménage".to_owned() });
    admin.call(Request::Decide(Box::new(Decide { student: awa.id, decision }))).await.unwrap();
    beside_the_marks(&mut admin, &key, &issa.id).await;
    let ask = CloseTerm { act: admin.act(), term: key.term, class: None, anyway: true };
    assert!(matches!(admin.call(Request::CloseTerm(ask)).await, Ok(Reply::TermClosed(_))));
    backend.shutdown().await;
}

/// A guardian, phrases, an appreciation and a follow-up.
async fn beside_the_marks(admin: &mut Client, sheet: &SheetKey, child: &StudentId) {
    let mut guardian = guardian("Keïta", &["66123456"], &[]);
    guardian.link(child.clone(), Relation::Mother);
    admin.call(Request::SaveGuardian { guardian: Box::new(guardian), version: None }).await.unwrap();
    admin.call(Request::FillPhrases { english: false }).await.unwrap();
    let of = BulletinOf { class: sheet.class.clone(), year: sheet.year.clone(), term: sheet.term };
    for (page, part, value) in [
        (
            BulletinPage::Subject(sheet.subject.clone()),
            BulletinPart::Remark,
            BulletinValue::Text(Remark::parse("Bon début.").unwrap()),
        ),
        (BulletinPage::FollowUp, BulletinPart::Late, BulletinValue::Count(3)),
    ] {
        let key = BulletinKey { of: of.clone(), page };
        let ask = SetBulletin { act: admin.act(), key, student: child.clone(), part, value: Some(value), expect: None };
        admin.call(Request::SetBulletin(Box::new(ask))).await.unwrap();
    }
}

/// A backup, and its text: the head, a line a document, the sum of them all.
async fn saved(store: &dyn Store, path: &Path) -> String {
    let at = "2026-11-20T09:00:00Z".parse().unwrap();
    backup::create(store, path, at, |_| ()).await.unwrap();
    let file = std::fs::File::open(path).unwrap();
    std::io::read_to_string(flate2::read::MultiGzDecoder::new(file)).unwrap()
}

#[track_caller]
fn same(found: &str, wanted: &str) {
    for (line, (found, wanted)) in found.lines().zip(wanted.lines()).enumerate() {
        assert_eq!(found, wanted, "line {line}");
    }
    assert_eq!(found.len(), wanted.len());
}

/// Paths of fields that are null.
fn nulls(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Null => drop(found.insert(path.to_owned())),
        Value::Array(items) => items.iter().for_each(|item| nulls(item, path, found)),
        Value::Object(fields) => {
            for (name, field) in fields {
                nulls(field, &format!("{path}.{name}"), found);
            }
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_documents() {
    let (school, place) = (School::new().await, Place::new());
    fill(&place).await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let here = saved(&*place.store(), &path("here.gz")).await;
    let there = school.open().await;
    backup::restore(&*there, &path("here.gz"), |_| ()).await.unwrap();
    same(&saved(&*there, &path("there.gz")).await, &here);
    let back = SqliteStore::open(&path("back.db"), &OpenOptions::default()).unwrap();
    backup::restore(&back, &path("there.gz"), |_| ()).await.unwrap();
    same(&saved(&back, &path("back.gz")).await, &here);
    assert_eq!(there.check().await.unwrap(), Vec::<String>::new());
    assert_eq!(back.check().await.unwrap(), Vec::<String>::new());
    back.close().await;
    school.end().await;

    // Nothing is left out, and what is absent is absent: null says that something is empty, not that it is not there.
    let (mut collections, mut empty) = (BTreeSet::new(), BTreeSet::new());
    for line in here.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if let Some(collection) = line["collection"].as_str() {
            collections.insert(collection.to_owned());
            if !["acts", "audit", "results"].contains(&collection) {
                nulls(&line["document"], collection, &mut empty);
            }
        }
    }
    let all = entities::ALL.iter().filter(|schema| entities::of_school(schema));
    let all: BTreeSet<String> = all.map(|schema| schema.collection.to_owned()).collect();
    assert_eq!(collections, all);
    // In a rule, null is any level, and no next one.
    let said =
        ["marks.value", "rules.decisions.level", "rules.decisions.next", "students.average", "students.grades.score"];
    assert_eq!(empty.iter().map(String::as_str).collect::<Vec<_>>(), said);
}

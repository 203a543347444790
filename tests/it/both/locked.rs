//! What is kept under lock: checked, refused while there is no key, and nowhere in clear.

use std::path::Path;

use carnet::{
    domain::{
        account::AccountError,
        entities::{ALL, Dossier},
        query::Filter,
        sensitive::{Sensitive, SensitiveField},
        text_values::Matricule,
    },
    protocol::{Failure, Field, Reply, Request, SaveStudent, StudentForm, StudentsSource, Why},
    store::Store,
};

use super::{Ground, on_both};
use crate::backend::{Client, name, opened};

on_both!(nothing_of_it_is_kept, the_bank_and_the_candidate_are);

const RIGHT: [(SensitiveField, Field, &str); 3] = [
    (SensitiveField::Account, Field::Account, "4111 1111 1111 1111"),
    (SensitiveField::NationalId, Field::NationalId, "11091234567001K"),
    (SensitiveField::MedicalNote, Field::MedicalNote, "asthme depuis 2019"),
];

fn with(field: SensitiveField, text: &str) -> StudentForm {
    StudentForm { sensitive: Sensitive::only(field, text), ..Client::form("Traoré", "Awa", None) }
}

/// Everything the store holds, as text.
async fn all_of(store: &dyn Store) -> String {
    let mut text = String::new();
    for schema in ALL {
        let mut after: Option<String> = None;
        loop {
            let page = store.scan(schema, &Filter::All, after.as_deref(), 1_000).await.unwrap();
            after = page.last().map(|document| document.id.clone());
            for document in &page {
                text.push_str(&document.json);
            }
            if page.len() < 1_000 {
                break;
            }
        }
    }
    text
}

/// The files below a folder that hold these bytes.
fn files_with(folder: &Path, wanted: &[u8], found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_with(&path, wanted, found);
        } else if std::fs::read(&path).unwrap().windows(wanted.len()).any(|bytes| bytes == wanted) {
            found.push(path.display().to_string());
        }
    }
}

async fn nothing_of_it_is_kept(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let awa = admin.add(Client::form("Traoré", "Awa", None)).await.unwrap();
    for (sensitive, field, text) in RIGHT {
        let locked = Err(Failure::invalid(field, Why::Locked));
        assert_eq!(admin.add(with(sensitive, text)).await, locked);
        let form = StudentForm { matricule: Some(awa.matricule.clone()), ..with(sensitive, text) };
        let id = Some((awa.id.clone(), awa.version));
        let act = admin.act();
        let ask = SaveStudent { act, id, form, marks: vec![] };
        let changed = admin.call(Request::SaveStudent(Box::new(ask))).await;
        assert_eq!(changed.map(drop), locked.map(drop));
        // A row of a file is refused alike, and the others of the file are not.
        let heading = match sensitive {
            SensitiveField::Account => "account",
            SensitiveField::NationalId => "nina",
            SensitiveField::MedicalNote => "note medicale",
        };
        let source = StudentsSource {
            headers: ["matricule", "nom", "prenom", heading].map(str::to_owned).to_vec(),
            rows: vec![
                (2, ["M1", "Sow", "Oumou", text].map(str::to_owned).to_vec()),
                (3, ["M2", "Ba", "Issa", ""].map(str::to_owned).to_vec()),
            ],
            map: std::collections::BTreeMap::new(),
            marks: vec![],
            fill_missing: false,
            source: "file".to_owned(),
        };
        let Ok(Reply::Plan(plan)) = admin.call(Request::PlanImport(Box::new(source))).await else { panic!("plan") };
        let refused: Vec<_> = plan.rows.iter().map(|row| row.refused.clone()).collect();
        assert_eq!(refused, [Some((heading.to_owned(), Failure::invalid(field, Why::Locked))), None]);
    }
    let wrong = admin.add(with(SensitiveField::Account, "4111 1111 1111 1112")).await;
    assert_eq!(wrong, Err(Failure::invalid(Field::Account, Why::Account(AccountError::Card))));
    let store = ground.store().await;
    let text = all_of(&*store).await;
    assert!(text.contains("Traor") && text.len() > 1_000, "the store was read");
    for (_, _, value) in RIGHT {
        assert!(!text.contains(value), "{value} stands in the store");
        let mut files = Vec::new();
        files_with(ground.place.file().parent().unwrap(), value.as_bytes(), &mut files);
        assert!(files.is_empty(), "{value} stands in {files:?}");
    }
}

async fn the_bank_and_the_candidate_are(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let dossier =
        Dossier { bank: Some(name("orange")), candidate: Matricule::parse("BAC-00123").ok(), ..Dossier::default() };
    let form = StudentForm { dossier, ..Client::form("Traoré", "Awa", None) };
    let awa = admin.add(form).await.unwrap().id;
    let Ok(Reply::Student(card)) = admin.call(Request::OpenStudent(awa.clone())).await else { panic!("card") };
    let kept = &card.student.dossier;
    assert_eq!(
        kept.bank.as_ref().map(carnet::domain::text_values::Name::as_str),
        Some("Orange Money"),
        "by the operator's own name"
    );
    assert_eq!(kept.candidate.as_ref().map(Matricule::as_str), Some("BAC-00123"));
}

use carnet::{
    domain::entities::{Enrolment, Student},
    domain::{id::EnrolmentId, query::Filter},
    protocol::{Failure, Field, Reply, Request, SaveStudent, StudentCard, StudentRow, Why},
    store::Records,
};

use super::{Client, Place, by_name, opened, phone, points, year};

async fn rows(client: &mut Client) -> Vec<StudentRow> {
    match client.call(Request::ListStudents(by_name())).await.unwrap() {
        Reply::Students(page) => page.items,
        other => panic!("{other:?}"),
    }
}

async fn card(client: &mut Client, id: &carnet::domain::id::StudentId) -> Result<StudentCard, Failure> {
    match client.call(Request::OpenStudent(id.clone())).await? {
        Reply::Student(card) => Ok(*card),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn students_get_numbers_and_places() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    assert!(rows(&mut admin).await.is_empty());
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let issa = admin.add(Client::form("Keïta", "Issa", None)).await.unwrap();
    assert_eq!(awa.matricule.as_str(), "MLE-2026-0001");
    assert_eq!(issa.matricule.as_str(), "MLE-2026-0002");
    // The list was cached empty: it must not be that one.
    let listed = rows(&mut admin).await;
    assert_eq!(listed.iter().map(|row| row.id.clone()).collect::<Vec<_>>(), [issa.id.clone(), awa.id.clone()]);
    let store = place.store();
    let enrolment = store.one::<Enrolment>(EnrolmentId::of(&awa.id, &year()).as_str()).await.unwrap().unwrap();
    assert_eq!(enrolment.class, class);
    assert_eq!(store.every::<Enrolment>(&Filter::All).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_taken_phone_is_refused_with_whose_it_is() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0);
    let mut form = Client::form("Traoré", "Awa", Some(&class.id));
    form.phone = Some(phone("76 12 34 56"));
    admin.add(form.clone()).await.unwrap();
    form.first_name = super::name("Fanta");
    let why = Why::PhoneTaken { name: "TRAORÉ Awa".to_owned(), class: Some(class.name.as_str().to_owned()) };
    assert_eq!(admin.add(form).await, Err(Failure::invalid(Field::Phone, why)));
    assert_eq!(rows(&mut admin).await.len(), 1);
}

#[tokio::test]
async fn a_form_clashes_with_a_form_and_not_with_a_mark() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let mut form = Client::form("Traoré", "Awa", Some(&class));
    form.phone = Some(phone("76 12 34 56"));
    let awa = admin.add(form.clone()).await.unwrap();
    let read = card(&mut admin, &awa.id).await.unwrap().student.version;
    let key = admin.key(&class, "Mathématiques");
    let column = admin.add_column(&key, "Devoir 1").await;
    admin.set(&key, (&column, &awa.id), points(1_000), Some(0)).await.unwrap();
    form.first_name = super::name("Awa Mariam");
    let mut save = async |version| {
        let act = admin.act();
        let ask = SaveStudent { act, id: Some((awa.id.clone(), version)), form: form.clone(), marks: vec![] };
        admin.call(Request::SaveStudent(Box::new(ask))).await
    };
    assert!(matches!(save(read).await, Ok(Reply::StudentSaved(_))));
    assert_eq!(save(read).await, Err(Failure::Conflict));
    let shown = card(&mut admin, &awa.id).await.unwrap();
    assert_eq!(shown.student.first_name.as_str(), "Awa Mariam");
    assert_eq!(shown.student.grades.len(), 1);
    assert_eq!(shown.ranks.len(), 1);
    assert_eq!(shown.evaluations.len(), 1);
}

#[tokio::test]
async fn the_history_says_who_and_what() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let key = admin.key(&class, "Mathématiques");
    let column = admin.add_column(&key, "Devoir 1").await;
    place.clock.advance(std::time::Duration::from_secs(5));
    admin.set(&key, (&column, &awa.id), points(1_250), Some(0)).await.unwrap();
    let request = Request::StudentHistory { id: awa.id.clone(), limit: 10 };
    let Ok(Reply::History(lines)) = admin.call(request).await else { panic!("a history") };
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0].by, "admin");
    assert_eq!(lines[0].subject.as_deref(), Some("Mathématiques"));
    assert_eq!(lines[0].evaluation.as_deref(), Some("Devoir 1"));
    assert_eq!(lines[0].new, serde_json::json!(12.5));
    assert_eq!(lines[1].action, "student.save");
}

#[tokio::test]
async fn words_and_phones_find() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let mut form = Client::form("Traoré", "Awa", None);
    form.phone = Some(phone("76 12 34 56"));
    admin.add(form).await.unwrap();
    admin.add(Client::form("Keïta", "Issa", None)).await.unwrap();
    for (text, found) in [("tra", 1), ("aw TRAO", 1), ("12 34", 1), ("mle 2026", 2), ("xyz", 0), ("", 0)] {
        let request = Request::Find { text: text.to_owned(), limit: 10 };
        let Ok(Reply::Found(rows)) = admin.call(request).await else { panic!("found") };
        assert_eq!(rows.len(), found, "{text}");
    }
}

#[tokio::test]
async fn deleting_takes_the_row_and_keeps_the_marks() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let request = Request::DeleteStudent { id: awa.id.clone(), version: awa.version };
    let Ok(Reply::Acted(_)) = admin.call(request).await else { panic!("deleted") };
    assert!(rows(&mut admin).await.is_empty());
    assert_eq!(card(&mut admin, &awa.id).await.err(), Some(Failure::NotFound));
    assert!(place.store().one::<Student>(awa.id.as_str()).await.unwrap().is_none());
}

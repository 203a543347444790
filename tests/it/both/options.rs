//! An option subject has the students who take it: on its sheet, in the averages, in how far its marks are entered.

use carnet::{
    domain::{entities::Student, id::StudentId, score::Average},
    protocol::{
        CellSet, CompletionQuestion, Failure, Field, FirstMark, ImportFate, MarkColumn, Reply, Request, SaveStudent,
        SetMarks, SetOption, SheetKey, StudentsSource, SubjectDraft, Why,
    },
};

use super::{Ground, on_both};
use crate::backend::{Client, import::plan, opened, points};

on_both!(only_those_who_take_it_have_it);

async fn only_those_who_take_it_have_it(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap().id;
    let issa = admin.add(Client::form("Keïta", "Issa", Some(&class))).await.unwrap().id;
    let french = admin.key(&class, "Français");
    let key = admin.key(&class, "Informatique");
    let column = admin.add_column(&key, "Devoir 1").await;
    let base = admin.add_column(&french, "Devoir 1").await;
    for student in [&awa, &issa] {
        admin.set(&key, (&column, student), points(2_000), Some(0)).await.unwrap();
        admin.set(&french, (&base, student), points(1_000), Some(0)).await.unwrap();
    }
    let option = |students: Vec<(StudentId, bool)>| {
        Request::SetOption(Box::new(SetOption { class: class.clone(), subject: key.subject.clone(), students }))
    };
    let early = admin.call(option(vec![(awa.clone(), true)])).await;
    assert!(matches!(early, Err(Failure::Invalid { why: Why::NoOption { .. }, .. })), "{early:?}");
    let known = admin.entered.setup.subjects.iter().find(|known| known.id == key.subject).unwrap().clone();
    let draft = SubjectDraft {
        id: Some(known.id.clone()),
        name: known.name.clone(),
        short: known.short.clone(),
        coefficient: known.coefficient,
        coefficients: known.coefficients.clone(),
        position: known.position,
        kind: known.kind,
        optional: true,
    };
    admin.call(Request::SaveSubject { subject: draft, version: Some(known.version) }).await.unwrap();
    admin.call(option(vec![(awa.clone(), true)])).await.unwrap();
    // Both averages follow: of who takes it, and of who does not although a mark stands there.
    assert_eq!(average(&mut admin, &issa).await, Some(1_000));
    assert!(average(&mut admin, &awa).await > Some(1_000));
    let sheet = admin.sheet(&key).await;
    let left: Vec<(bool, bool)> = sheet.rows.iter().map(|row| (row.student == awa, row.left)).collect();
    assert_eq!(left, [(false, true), (true, false)], "the other's mark keeps a greyed row");
    let refused = admin.set(&key, (&column, &issa), points(500), Some(1)).await;
    assert_eq!(refused, Err(Failure::refused(Why::NotInOption)));
    // Neither pasted, nor imported, nor given to a new student.
    let cell = |student: &StudentId| CellSet {
        evaluation: column.clone(),
        student: student.clone(),
        value: points(500),
        expect: Some(1),
    };
    let ask = SetMarks { act: admin.act(), sheet: key.clone(), cells: vec![cell(&awa), cell(&issa)] };
    let Ok(Reply::MarksSet(set)) = admin.call(Request::SetMarks(Box::new(ask))).await else { panic!("set") };
    assert_eq!(set.written.iter().map(|cell| &cell.student).collect::<Vec<_>>(), [&awa]);
    let why: Vec<_> = set.refused.iter().map(|cell| (&cell.student, &cell.why)).collect();
    assert_eq!(why, [(&issa, &Failure::refused(Why::NotInOption))]);
    let first = FirstMark { sheet: key.clone(), evaluation: column.clone(), value: points(900).unwrap() };
    let form = Client::form("Diarra", "Fanta", Some(&class));
    let ask = SaveStudent { act: admin.act(), id: None, form, marks: vec![first] };
    let added = admin.call(Request::SaveStudent(Box::new(ask))).await;
    assert_eq!(added, Err(Failure::refused(Why::NotInOption)));
    assert_eq!(imported(&mut admin, &[&awa, &issa], &key).await, [ImportFate::Update, ImportFate::Refuse]);
    let question = CompletionQuestion { class: Some(class.clone()), year: None, term: Some(key.term) };
    let Ok(Reply::Completion(lines)) = admin.call(Request::Completion(question)).await else { panic!("completion") };
    let line = lines.iter().find(|line| line.key == key).unwrap();
    assert_eq!((line.students, line.columns[0].entered), (1, 1));
    let wrong = admin.call(option(vec![(StudentId::new("nobody"), true)])).await;
    assert_eq!(wrong, Err(Failure::refused(Why::NotInClass)));
}

async fn average(admin: &mut Client, id: &StudentId) -> Option<u16> {
    let Ok(Reply::Student(card)) = admin.call(Request::OpenStudent(id.clone())).await else { panic!("card") };
    let student: &Student = &card.student;
    student.average.map(Average::hundredths)
}

/// What a file of marks in that subject would do to these students.
async fn imported(admin: &mut Client, students: &[&StudentId], key: &SheetKey) -> Vec<ImportFate> {
    let mut rows = Vec::new();
    for (number, id) in (1..).zip(students) {
        let Ok(Reply::Student(card)) = admin.call(Request::OpenStudent((*id).clone())).await else { panic!("card") };
        rows.push((number, vec![card.student.matricule.to_string(), "11".to_owned()]));
    }
    let subject = admin.entered.setup.subjects.iter().find(|known| known.id == key.subject).unwrap().name.clone();
    let source = StudentsSource {
        headers: vec!["Matricule".to_owned(), "Devoir 7".to_owned()],
        rows,
        map: [("matricule".to_owned(), "Matricule".to_owned())].into(),
        marks: vec![MarkColumn { column: "Devoir 7".to_owned(), subject, term: key.term }],
        fill_missing: false,
        source: "marks".to_owned(),
    };
    let planned = plan(admin, source).await;
    let refused = planned.rows.iter().find(|row| row.fate == ImportFate::Refuse).and_then(|row| row.refused.clone());
    let why = Failure::invalid(Field::Mark, Why::NotInOption);
    assert_eq!(refused, Some(("Devoir 7".to_owned(), why)));
    planned.rows.iter().map(|row| row.fate).collect()
}

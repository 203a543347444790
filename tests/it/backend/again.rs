//! Acts that come again, that find other people's acts in between, and what others leave behind.

use std::{collections::BTreeMap, sync::Arc};

use carnet::{
    domain::{
        entities::{AuditEntry, Mark, Role, Student},
        id::MarkId,
        query::Filter,
        score::Scale,
    },
    protocol::{
        DoctorReport, EvaluationDraft, Failure, ImportFate, MyMarks, Reply, Request, SaveStudent, SetMark,
        StatsQuestion, StudentsSource, SubjectDraft,
    },
    store::Records,
};
use tokio::sync::Notify;

use super::{
    Client, PASSWORD, Place,
    import::{commit, count, plan, source},
    login, name, opened, points,
    setup::{save, settled, user},
};

async fn healthy(admin: &mut Client) {
    let Ok(Reply::Doctor(found)) = admin.call(Request::Doctor { rebuild: false }).await else { panic!("a report") };
    assert_eq!(*found, DoctorReport::default());
}

#[tokio::test]
async fn a_mark_sent_again_after_somebody_elses_is_not_called_saved() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let issa = admin.add(Client::form("Keïta", "Issa", Some(&class))).await.unwrap();
    let key = admin.key(&class, "Mathématiques");
    let column = admin.add_column(&key, "Devoir 1").await;
    let ask = SetMark {
        act: admin.act(),
        sheet: key.clone(),
        evaluation: column.clone(),
        student: awa.id.clone(),
        value: points(1_200),
        expect: None,
        reason: None,
    };
    let first = admin.call(Request::SetMark(Box::new(ask.clone()))).await;
    assert!(matches!(first, Ok(Reply::MarkSet(_))));
    admin.set(&key, (&column, &awa.id), points(1_400), None).await.unwrap();
    let Err(Failure::Cell(clash)) = admin.call(Request::SetMark(Box::new(ask.clone()))).await else {
        panic!("what stands is another value")
    };
    assert_eq!((clash.theirs, clash.version), (points(1_400), 2));
    // The same act for another cell was never done.
    let other = SetMark { student: issa.id.clone(), ..ask };
    assert!(admin.call(Request::SetMark(Box::new(other))).await.is_err());
    let mark = place.store().one::<Mark>(MarkId::of(&column, &issa.id).as_str()).await.unwrap();
    assert!(mark.is_none());
}

#[tokio::test]
async fn a_form_sent_again_is_answered_as_the_first_time() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let form = Client::form("Traoré", "Awa", None);
    let awa = admin.add(form.clone()).await.unwrap();
    let mut changed = form.clone();
    changed.first_name = name("Awa Mariam");
    let act = admin.act();
    let ask = SaveStudent { act, id: Some((awa.id.clone(), awa.version)), form: changed, marks: vec![] };
    let first = admin.call(Request::SaveStudent(Box::new(ask.clone()))).await.unwrap();
    assert_eq!(admin.call(Request::SaveStudent(Box::new(ask))).await, Ok(first));
    // Something else under the act of the first form was never done.
    let mut other = form;
    other.first_name = name("Fanta");
    let ask = SaveStudent { act: awa.act, id: None, form: other, marks: vec![] };
    assert_eq!(admin.call(Request::SaveStudent(Box::new(ask))).await, Err(Failure::Conflict));
}

#[tokio::test]
async fn an_import_cut_short_goes_on_where_it_stopped() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let whole = plan(&mut admin, source()).await;
    let mut cut = whole.clone();
    cut.rows.truncate(44);
    assert_eq!(commit(&mut admin, cut, false).await.committed, 44);
    let report = commit(&mut admin, whole, false).await;
    assert_eq!(count::<Student>(&place.store()).await, 395);
    assert_eq!(report.committed, 395);
    assert_eq!(admin.call(Request::Undo(report.act)).await, Ok(Reply::Done));
    assert_eq!(count::<Student>(&place.store()).await, 0);
    healthy(&mut admin).await;
}

#[tokio::test]
async fn an_import_with_refused_rows_is_taken_back_whole() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let awa = admin.add(Client::form("Traoré", "Awa", None)).await.unwrap();
    let mut made = plan(&mut admin, source()).await;
    for row in made.rows.iter_mut().take(100) {
        row.work.as_mut().unwrap().form.matricule = Some(awa.matricule.clone());
    }
    let report = commit(&mut admin, made, true).await;
    assert_eq!(report.committed, 295);
    assert_eq!(admin.call(Request::Undo(report.act)).await, Ok(Reply::Done));
    assert_eq!(count::<Student>(&place.store()).await, 1);
}

/// A file of these columns and rows.
fn list(headers: &[&str], rows: impl Iterator<Item = Vec<String>>, fill_missing: bool) -> StudentsSource {
    StudentsSource {
        headers: headers.iter().map(|&heading| heading.to_owned()).collect(),
        rows: (1_u64..).zip(rows).collect(),
        map: BTreeMap::new(),
        marks: vec![],
        fill_missing,
        source: "liste".to_owned(),
    }
}

#[tokio::test]
async fn numbers_that_a_file_gives_are_given_to_nobody_else() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let rows = [["", "76 12 34 56", "Traoré", "Awa"], ["MLE-2026-0001", "76 12 34 57", "Keïta", "Issa"]];
    let rows = rows.iter().map(|row| row.iter().map(|&cell| cell.to_owned()).collect());
    let made = plan(&mut admin, list(&["matricule", "phone", "nom", "prénom"], rows, false)).await;
    assert_eq!(made.totals, BTreeMap::from([(ImportFate::Create, 2)]));
    assert_eq!(commit(&mut admin, made, false).await.committed, 2);
    let students = place.store().every::<Student>(&Filter::All).await.unwrap();
    let mut numbers: Vec<&str> = students.iter().map(|student| student.matricule.as_str()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["MLE-2026-0001", "MLE-2026-0002"]);
}

#[tokio::test]
async fn a_file_of_a_thousand_classes_makes_no_thousand_classes() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let rows = (0..1_000).map(|number| vec![format!("classe {number}")]);
    let made = plan(&mut admin, list(&["classe"], rows, true)).await;
    assert_eq!(made.new_classes.len(), 200);
    assert_eq!(made.totals, BTreeMap::from([(ImportFate::Create, 200), (ImportFate::Refuse, 800)]));
}

#[tokio::test]
async fn backups_that_are_removed_are_in_the_history() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let Ok(Reply::BackupMade(made)) = admin.call(Request::CreateBackup).await else { panic!("a backup") };
    assert!(admin.call(Request::PruneBackups { keep: 0 }).await.is_ok());
    let entries = place.store().every::<AuditEntry>(&Filter::equals("stream", "setup")).await.unwrap();
    let pruned: Vec<&str> =
        entries.iter().filter(|entry| entry.action == "backup.prune").map(|entry| entry.target.as_str()).collect();
    assert_eq!(pruned, [made.name]);
}

#[tokio::test]
async fn a_coefficient_changed_in_the_middle_of_an_import_counts_for_all() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let mut other = login(&backend, "admin", PASSWORD).await.unwrap();
    let made = plan(&mut admin, source()).await;
    let begun = Arc::new(Notify::new());
    let tell = begun.clone();
    let session = admin.session();
    let request = Request::CommitImport { plan: Box::new(made), only_good: false };
    let importing = async {
        admin.link.call_watched(Some(&session), request, move |_, _| tell.notify_one()).await.unwrap();
    };
    let changing = async {
        begun.notified().await;
        let subject = other.entered.setup.subjects.iter().find(|known| known.name.as_str() == "Mathématiques").unwrap();
        let subject = SubjectDraft {
            id: Some(subject.id.clone()),
            name: subject.name.clone(),
            short: subject.short.clone(),
            coefficient: 0,
            coefficients: vec![],
            position: subject.position,
            kind: subject.kind,
            optional: subject.optional,
        };
        other.call(Request::SaveSubject { subject, version: None }).await.unwrap();
    };
    tokio::join!(importing, changing);
    healthy(&mut admin).await;
}

#[tokio::test]
async fn a_student_who_comes_back_has_the_marks_of_now() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let key = admin.key(&class, "Mathématiques");
    let (one, two) = (admin.add_column(&key, "Devoir 1").await, admin.add_column(&key, "Devoir 2").await);
    admin.set(&key, (&one, &awa.id), points(1_000), None).await.unwrap();
    admin.set(&key, (&two, &awa.id), points(1_600), None).await.unwrap();
    // A column goes, the student goes, the column comes back with its marks and the other one weighs more.
    let version = admin.sheet(&key).await.version;
    let delete = Request::DeleteEvaluation { sheet: key.clone(), evaluation: two, version };
    let Ok(Reply::Acted(column_gone)) = admin.call(delete).await else { panic!("deleted") };
    let delete = Request::DeleteStudent { id: awa.id.clone(), version: u64::MAX };
    let Ok(Reply::Acted(gone)) = admin.call(delete).await else { panic!("deleted") };
    assert_eq!(admin.call(Request::Undo(column_gone)).await, Ok(Reply::Done));
    let version = admin.sheet(&key).await.version;
    let heavy = EvaluationDraft {
        id: Some(one),
        coefficient: 3,
        scale: Scale::TWENTY,
        ..Client::column(&key, "Devoir 1", version)
    };
    assert!(matches!(admin.call(Request::SaveEvaluation(Box::new(heavy))).await, Ok(Reply::Acted(_))));
    assert_eq!(admin.call(Request::Undo(gone)).await, Ok(Reply::Done));
    let student = place.store().one::<Student>(awa.id.as_str()).await.unwrap().unwrap();
    assert_eq!(student.average.map(carnet::domain::score::Average::hundredths), Some(1_150));
    healthy(&mut admin).await;
    // The history says that the student went and came back.
    let history = Request::StudentHistory { id: awa.id, limit: 100 };
    let Ok(Reply::History(lines)) = admin.call(history).await else { panic!("a history") };
    assert!(lines.iter().any(|line| line.action == "student.undo" && line.old.is_null()));
}

async fn marks_of(client: &mut Client) -> Result<MyMarks, Failure> {
    match client.call(Request::MyMarks { child: None }).await? {
        Reply::MyMarks(marks) => Ok(*marks),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_child_who_left_hides_no_other_and_teachers_have_children_too() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let gone = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let stays = admin.add(Client::form("Traoré", "Issa", Some(&class))).await.unwrap();
    for (username, role) in [("maman", Role::Parent), ("prof", Role::Teacher)] {
        let mut ask = user(username, role, None);
        ask.children = vec![gone.id.clone(), stays.id.clone()];
        let row = save(&mut admin, ask).await.unwrap();
        if role == Role::Teacher {
            let (class, subject) = (admin.class(1).id, admin.subject("Mathématiques"));
            let charge = Request::SaveAssignment { teacher: row.id, class, subject };
            assert!(matches!(admin.call(charge).await, Ok(Reply::Acted(_))));
        }
    }
    let delete = Request::DeleteStudent { id: gone.id.clone(), version: gone.version };
    assert!(matches!(admin.call(delete).await, Ok(Reply::Acted(_))));
    for username in ["maman", "prof"] {
        let mut client = settled(&backend, username).await;
        let marks = marks_of(&mut client).await.unwrap();
        assert_eq!((marks.student.id.clone(), marks.children.len()), (stays.id.clone(), 1), "{username}");
    }
    // Who has no child, and is no student, has no marks of one's own.
    assert_eq!(marks_of(&mut admin).await.err(), Some(Failure::Denied));
}

#[tokio::test]
async fn a_teacher_has_the_figures_of_own_subjects_only() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let (own, other) = (admin.subject("Mathématiques"), admin.subject("Français"));
    let row = save(&mut admin, user("prof", Role::Teacher, None)).await.unwrap();
    let charge = Request::SaveAssignment { teacher: row.id, class: class.clone(), subject: own.clone() };
    assert!(matches!(admin.call(charge).await, Ok(Reply::Acted(_))));
    let mut prof = settled(&backend, "prof").await;
    let mut ask = async |subject| {
        let question = StatsQuestion { class: Some(class.clone()), subject, year: None, term: None };
        prof.call(Request::Stats(question)).await
    };
    assert!(matches!(ask(None).await, Ok(Reply::Stats(_))));
    assert!(matches!(ask(Some(own)).await, Ok(Reply::Stats(_))));
    assert_eq!(ask(Some(other)).await, Err(Failure::Denied));
}

#[tokio::test]
async fn a_password_given_by_somebody_else_is_in_the_history() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let row = save(&mut admin, user("prof", Role::Teacher, None)).await.unwrap();
    save(&mut admin, user("prof", Role::Teacher, Some(&row))).await.unwrap();
    let mut entries = place.store().every::<AuditEntry>(&Filter::equals("stream", "users")).await.unwrap();
    entries.sort_by_key(|entry| entry.seq);
    let last = entries.last().unwrap();
    assert_eq!(last.new.get("password"), Some(&serde_json::json!("set")));
    assert!(last.old.get("password").is_none());
}

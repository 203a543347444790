use std::collections::BTreeMap;

use carnet::{
    domain::{
        calendar::Term,
        entities::{AuditEntry, Enrolment, Mark, Student},
        query::Filter,
        schema::Entity,
        text_values::Name,
    },
    protocol::{
        ClassStats, Failure, ImportFate, ImportPlan, ImportReport, MarkColumn, Reply, Request, StatsQuestion,
        StudentsSource,
    },
    store::{Records, SharedStore},
};

use super::{Client, Place, opened, setup};

/// 395 students of two schools, with three marks each.
const FILE: &str = include_str!("../../data/student-mat.csv");

pub fn source() -> StudentsSource {
    let mut lines = FILE.lines().map(|line| line.split(';').map(|cell| cell.trim_matches('"').to_owned()));
    let headers: Vec<String> = lines.next().unwrap().collect();
    let rows = (1_u64..).zip(lines.map(Iterator::collect)).collect();
    let column = |(name, term): (&str, u8)| MarkColumn {
        column: name.to_owned(),
        subject: Name::parse("Mathématiques").unwrap(),
        term: Term::new(term).unwrap(),
    };
    StudentsSource {
        headers,
        rows,
        map: BTreeMap::from([("class", "school"), ("sex", "sex")].map(|(to, from)| (to.to_owned(), from.to_owned()))),
        marks: [("G1", 1), ("G2", 2), ("G3", 3)].map(column).into(),
        fill_missing: true,
        source: "student-mat".to_owned(),
    }
}

pub async fn plan(admin: &mut Client, source: StudentsSource) -> ImportPlan {
    match admin.call(Request::PlanImport(Box::new(source))).await.unwrap() {
        Reply::Plan(plan) => *plan,
        other => panic!("{other:?}"),
    }
}

pub async fn commit(admin: &mut Client, plan: ImportPlan, only_good: bool) -> ImportReport {
    match admin.call(Request::CommitImport { plan: Box::new(plan), only_good }).await.unwrap() {
        Reply::Imported(report) => *report,
        other => panic!("{other:?}"),
    }
}

async fn stats(admin: &mut Client, class: Option<&str>, term: u8) -> ClassStats {
    let Ok(Reply::Setup(setup)) = admin.call(Request::Setup).await else { panic!("the set-up") };
    let class = class.map(|name| setup.classes.iter().find(|class| class.name.as_str() == name).unwrap().id.clone());
    let subject = setup.subjects.iter().find(|subject| subject.name.as_str() == "Mathématiques").unwrap().id.clone();
    let question = StatsQuestion { class, subject: Some(subject), year: None, term: Term::new(term) };
    match admin.call(Request::Stats(question)).await.unwrap() {
        Reply::Stats(stats) => *stats,
        other => panic!("{other:?}"),
    }
}

pub async fn count<T: Entity>(store: &SharedStore) -> u64 {
    store.count(T::SCHEMA, &Filter::All, u64::MAX).await.unwrap().count
}

fn rounded(mean: Option<f64>) -> String {
    format!("{:.2}", mean.unwrap())
}

#[tokio::test]
async fn the_real_file_twice_edited_and_taken_back() {
    let place = Place::new();
    let backend = place.start(1);
    let mut link = backend.connect();
    assert!(link.call(None, setup(false)).await.is_ok());
    let mut admin = super::login(&backend, "admin", super::PASSWORD).await.unwrap();
    let first = plan(&mut admin, source()).await;
    assert_eq!(first.totals, BTreeMap::from([(ImportFate::Create, 395)]));
    assert_eq!(first.new_classes.len(), 2);
    let report = commit(&mut admin, first.clone(), false).await;
    assert_eq!((report.committed, report.totals), (395, first.totals.clone()));
    let store = place.store();
    assert_eq!((count::<Student>(&store).await, count::<Enrolment>(&store).await), (395, 395));
    let ms = stats(&mut admin, Some("MS"), 3).await;
    assert_eq!((ms.count, rounded(ms.mean)), (46, "9.85".to_owned()));
    let gp = stats(&mut admin, Some("GP"), 3).await;
    assert_eq!((gp.count, rounded(gp.mean)), (349, "10.49".to_owned()));
    let all = stats(&mut admin, None, 3).await;
    assert_eq!((all.count, rounded(all.mean), all.below_10), (395, "10.42".to_owned(), 130));
    // Again: nothing changes, and nothing is written.
    let audit = count::<AuditEntry>(&store).await;
    let again = plan(&mut admin, source()).await;
    assert_eq!(again.totals, BTreeMap::from([(ImportFate::Unchanged, 395)]));
    assert_eq!(commit(&mut admin, again, false).await.committed, 0);
    // The very same plan again: nothing is done twice.
    commit(&mut admin, first.clone(), false).await;
    assert_eq!((count::<AuditEntry>(&store).await, count::<Student>(&store).await), (audit, 395));
    // One cell edited.
    let mut edited = source();
    let g3 = edited.headers.iter().position(|heading| heading == "G3").unwrap();
    edited.rows[7].1[g3] = "19".to_owned();
    let one = plan(&mut admin, edited).await;
    assert_eq!(one.totals, BTreeMap::from([(ImportFate::Update, 1), (ImportFate::Unchanged, 394)]));
    assert_eq!(commit(&mut admin, one.clone(), false).await.committed, 1);
    assert_eq!(admin.call(Request::Undo(one.act)).await, Ok(Reply::Done));
    assert_eq!(rounded(stats(&mut admin, None, 3).await.mean), "10.42");
    // That row has moved on since the first import: taking all of it back is refused whole.
    assert_eq!(admin.call(Request::Undo(first.act)).await, Err(Failure::Conflict));
    assert_eq!(count::<Student>(&store).await, 395);
    let Ok(Reply::Doctor(found)) = admin.call(Request::Doctor { rebuild: false }).await else { panic!("a report") };
    assert_eq!(*found, carnet::protocol::DoctorReport::default());
}

#[tokio::test]
async fn an_import_is_taken_back_whole() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let made = plan(&mut admin, source()).await;
    let act = commit(&mut admin, made, false).await.act;
    assert_eq!(admin.call(Request::Undo(act.clone())).await, Ok(Reply::Done));
    let store = place.store();
    assert_eq!((count::<Student>(&store).await, count::<Mark>(&store).await), (0, 0));
    let Ok(Reply::Doctor(found)) = admin.call(Request::Doctor { rebuild: false }).await else { panic!("a report") };
    assert_eq!(*found, carnet::protocol::DoctorReport::default());
    assert!(admin.call(Request::Undo(act)).await.is_err());
}

#[tokio::test]
async fn bad_rows_are_refused_with_their_column() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).name.as_str().to_owned();
    let table = [["M1", "Traoré", "Awa", "21"], ["M2", "Keïta", "Issa", "12,5"], ["M2", "Ba", "Oumou", "abc"]];
    let source = StudentsSource {
        headers: ["matricule", "nom", "prénom", "note", "classe"].map(str::to_owned).into(),
        rows: (1_u64..)
            .zip(table.map(|row| row.iter().map(|cell| (*cell).to_owned()).chain([class.clone()]).collect()))
            .collect(),
        map: BTreeMap::new(),
        marks: vec![MarkColumn {
            column: "note".to_owned(),
            subject: Name::parse("mathematiques").unwrap(),
            term: Term::new(1).unwrap(),
        }],
        fill_missing: false,
        source: "liste".to_owned(),
    };
    let made = plan(&mut admin, source.clone()).await;
    let fates: Vec<ImportFate> = made.rows.iter().map(|row| row.fate).collect();
    assert_eq!(fates, [ImportFate::Refuse, ImportFate::Create, ImportFate::Refuse]);
    assert_eq!(made.rows[0].refused.as_ref().unwrap().0, "note");
    assert_eq!(made.rows[2].refused.as_ref().unwrap().0, "matricule");
    assert_eq!(commit(&mut admin, made.clone(), false).await.committed, 0);
    assert_eq!(count::<Student>(&place.store()).await, 0);
    assert_eq!(commit(&mut admin, made, true).await.committed, 1);
    let students = place.store().every::<Student>(&Filter::All).await.unwrap();
    assert_eq!(students[0].grades.len(), 1);
    let mut unknown = source;
    unknown.map.insert("phone".to_owned(), "portable".to_owned());
    let refused = admin.call(Request::PlanImport(Box::new(unknown))).await;
    assert!(matches!(refused, Err(Failure::Invalid { .. })));
}

#[tokio::test]
async fn a_row_that_does_not_go_leaves_no_column_behind() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0);
    let key = admin.key(&class.id, "Mathématiques");
    let known = admin.add_column(&key, "note").await;
    let table = [["M1", "Traoré", "Awa", "12", "15"], ["M2", "Keïta", "Issa", "", "8"]];
    let column = |column: &str| MarkColumn {
        column: column.to_owned(),
        subject: Name::parse("Mathématiques").unwrap(),
        term: Term::new(1).unwrap(),
    };
    let source = StudentsSource {
        headers: ["matricule", "nom", "prénom", "nouvelle", "note", "classe"].map(str::to_owned).into(),
        rows: (1_u64..)
            .zip(table.map(|row| row.iter().map(|cell| (*cell).to_owned()).chain([class.name.to_string()]).collect()))
            .collect(),
        map: BTreeMap::new(),
        marks: ["nouvelle", "note"].map(column).into(),
        fill_missing: false,
        source: "liste".to_owned(),
    };
    let made = plan(&mut admin, source).await;
    assert_eq!(made.totals, BTreeMap::from([(ImportFate::Create, 2)]));
    // The scale goes down before the plan is committed: the first row's 15 no longer fits.
    let mut draft = Client::column(&key, "note", admin.sheet(&key).await.version);
    draft.id = Some(known);
    draft.scale = carnet::domain::score::Scale::from_hundredths(1_000).unwrap();
    admin.call(Request::SaveEvaluation(Box::new(draft))).await.unwrap();
    assert_eq!(commit(&mut admin, made, true).await.committed, 1);
    let titles: Vec<String> =
        admin.sheet(&key).await.evaluations.iter().map(|column| column.title.to_string()).collect();
    assert_eq!(titles, ["note"]);
    let Ok(Reply::Doctor(found)) = admin.call(Request::Doctor { rebuild: false }).await else { panic!("a report") };
    assert_eq!(*found, carnet::protocol::DoctorReport::default());
}

#[tokio::test]
async fn an_import_that_fails_on_its_way_says_what_stands() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let made = plan(&mut admin, source()).await;
    // The store takes so many students and no more.
    let held = rusqlite::Connection::open(place.file()).unwrap();
    held.execute_batch(
        "CREATE TRIGGER enough BEFORE INSERT ON students WHEN (SELECT count(*) FROM students) >= 100 \
         BEGIN SELECT RAISE(ABORT, 'enough'); END",
    )
    .unwrap();
    let report = commit(&mut admin, made.clone(), false).await;
    let standing = count::<Student>(&place.store()).await;
    assert!((1..=100).contains(&standing), "{standing}");
    assert_eq!(report.committed, standing);
    assert!(report.stopped.is_some());
    let refused = report.rows.iter().filter(|row| row.fate == ImportFate::Refuse && row.refused.is_some()).count();
    assert_eq!(u64::try_from(refused).unwrap() + standing, 395, "each row is one or the other");
    // The rest comes when the store takes it, under the same act.
    held.execute_batch("DROP TRIGGER enough").unwrap();
    let again = commit(&mut admin, made, false).await;
    assert_eq!((again.committed, again.stopped), (395, None));
    assert_eq!(count::<Student>(&place.store()).await, 395);
}

/// On a sheet they would be one column, which cannot hold two marks.
#[tokio::test]
async fn two_columns_that_are_one_on_the_sheet_are_refused_by_their_name() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let column = |name: &str| MarkColumn {
        column: name.to_owned(),
        subject: Name::parse("Mathématiques").unwrap(),
        term: Term::new(1).unwrap(),
    };
    let source = StudentsSource {
        headers: ["Matricule", "Devoir 9", "DEVOIR 9"].map(str::to_owned).into(),
        rows: vec![(1, ["MLE-2026-0001", "12", "13"].map(str::to_owned).into())],
        map: BTreeMap::from([("matricule".to_owned(), "Matricule".to_owned())]),
        marks: vec![column("Devoir 9"), column("DEVOIR 9")],
        fill_missing: false,
        source: "marks".to_owned(),
    };
    let refused = admin.call(Request::PlanImport(Box::new(source))).await;
    let why = carnet::protocol::Why::NameTaken { name: "DEVOIR 9".to_owned() };
    assert_eq!(refused, Err(Failure::invalid(carnet::protocol::Field::Mapping, why)));
}

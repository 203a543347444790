//! Closing a term: what it keeps, what it refuses, opening again; and writes that come at the same moment.

use carnet::{
    domain::{
        entities::{AuditEntry, ClassResult, ClosingJob, Mark, Role, SheetState, Student, StudentStatus},
        id::ActId,
        query::Filter,
        rules::{Rank, RoundingRule},
        score::Average,
    },
    protocol::{
        CellSet, ClassTerm, CloseTerm, Failure, GapKind, Reply, Request, SaveStudent, SetMarks, SheetRow,
        StatsQuestion, StudentForm, StudentsSource, SubjectDraft, TermClosed, TermWeights, TopQuestion, Why,
    },
    store::{Batch, Expect, Records},
};

use super::{
    Client, Place, opened, points,
    rules::{alike, average, golden, in_force, put, why},
    setup::{save, settled, user},
};

fn one() -> carnet::domain::calendar::Term {
    carnet::domain::calendar::Term::new(1).unwrap()
}

async fn close(admin: &mut Client, class: Option<usize>, anyway: bool) -> Result<TermClosed, Failure> {
    let class = class.map(|index| admin.class(index).id);
    let ask = CloseTerm { act: admin.act(), term: one(), class, anyway };
    match admin.call(Request::CloseTerm(ask)).await? {
        Reply::TermClosed(report) => Ok(report),
        other => panic!("{other:?}"),
    }
}

async fn reopen(admin: &mut Client, reason: &str) -> Result<TermClosed, Failure> {
    let class = admin.class(0).id;
    match admin.call(Request::ReopenTerm { term: one(), class, reason: reason.to_owned() }).await? {
        Reply::TermClosed(report) => Ok(report),
        other => panic!("{other:?}"),
    }
}

async fn state(admin: &mut Client) -> Vec<ClassTerm> {
    match admin.call(Request::TermState { term: one(), class: None }).await.unwrap() {
        Reply::TermState(rows) => rows,
        other => panic!("{other:?}"),
    }
}

fn closed() -> Failure {
    Failure::refused(Why::Closed)
}

#[tokio::test]
async fn what_is_missing_comes_first_and_a_closed_term_takes_no_change() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (key, column, pupil) = golden(&mut admin).await;
    let class = admin.class(0).id;
    let issa = admin.add(Client::form("Keïta", "Issa", Some(&class))).await.unwrap().id;
    let rows = state(&mut admin).await;
    let row = rows.iter().find(|row| row.class == class).unwrap();
    assert_eq!((row.students, row.closed.is_some()), (2, false));
    assert!(row.gaps.iter().any(|gap| gap.kind == GapKind::Empty { cells: 2, of: 4 }), "{:?}", row.gaps);
    assert_eq!(close(&mut admin, Some(0), false).await, Err(Failure::refused(Why::Gaps { classes: 1 })));
    let set = admin.set(&key, (&column, &pupil), points(1_700), None).await.unwrap();

    assert_eq!(close(&mut admin, Some(0), true).await.map(|report| (report.classes, report.students)), Ok((1, 2)));
    assert_eq!(admin.sheet(&key).await.state, SheetState::Closed);
    let again = close(&mut admin, Some(0), false).await.unwrap();
    assert_eq!((again.classes, again.already), (0, 1));
    // Neither a mark, nor its undo, nor a column, nor a sheet that was not begun, nor a student's first mark.
    let refused = admin.set(&key, (&column, &issa), points(1_000), None).await;
    assert_eq!(refused, Err(closed()));
    let undo = Request::UndoMark { act: admin.act(), sheet: key.clone(), force: false };
    assert_eq!(admin.call(undo).await, Err(closed()));
    let draft = Client::column(&key, "Devoir 9", admin.sheet(&key).await.version);
    assert_eq!(admin.call(Request::SaveEvaluation(Box::new(draft))).await, Err(closed()));
    let other = admin.key(&class, "Français");
    let draft = Client::column(&other, "Devoir 1", 0);
    assert_eq!(admin.call(Request::SaveEvaluation(Box::new(draft))).await, Err(closed()));
    let first =
        carnet::protocol::FirstMark { sheet: key.clone(), evaluation: column.clone(), value: points(900).unwrap() };
    let form = Client::form("Diarra", "Fanta", Some(&class));
    let ask = SaveStudent { act: admin.act(), id: None, form, marks: vec![first] };
    assert_eq!(admin.call(Request::SaveStudent(Box::new(ask))).await, Err(closed()));
    let marks = place.store().every::<Mark>(&Filter::equals("student", pupil.as_str())).await.unwrap();
    assert!(marks.iter().any(|mark| mark.version == set.version && mark.value == points(1_700)));
    // Only admins close and open.
    save(&mut admin, user("prof", Role::Teacher, None)).await.unwrap();
    let mut prof = settled(&backend, "prof").await;
    let ask = CloseTerm { act: prof.act(), term: one(), class: None, anyway: true };
    assert_eq!(prof.call(Request::CloseTerm(ask)).await, Err(Failure::Denied));
}

#[tokio::test]
async fn a_closed_term_keeps_its_averages_places_and_rules() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (key, _, pupil) = golden(&mut admin).await;
    let first = in_force(&mut admin).await;
    close(&mut admin, None, true).await.unwrap();
    let class = admin.class(0).id;
    let result = place.store().one::<ClassResult>(&format!("{class}:2026-2027:T1")).await.unwrap().unwrap();
    assert_eq!((result.rules.as_str(), result.general.count), ("mali:1", 1));
    let row = &result.students[0];
    assert_eq!(row.average.map(Average::hundredths), Some(1_817));
    assert_eq!(row.rank, Some(Rank { position: 1, tied: false }));
    assert_eq!(row.honour.as_ref().map(ToString::to_string).as_deref(), Some("Félicitations"));

    // New rules and new coefficients: the closed term stays, and is explained by the rules of then.
    let mut rules = alike(&first);
    rules.rounding = RoundingRule::Tenth;
    let (second, _) = put(&mut admin, rules, &first.id).await.unwrap();
    let subject = admin.entered.setup.subjects.iter().find(|subject| subject.name.as_str() == "Mathématiques").unwrap();
    let draft = SubjectDraft {
        id: Some(subject.id.clone()),
        name: subject.name.clone(),
        short: subject.short.clone(),
        coefficient: 0,
        coefficients: vec![],
        position: subject.position,
        kind: subject.kind,
        optional: subject.optional,
    };
    let then = subject.coefficient_in(&admin.class(0));
    admin.call(Request::SaveSubject { subject: draft, version: Some(subject.version) }).await.unwrap();
    assert_eq!(average(&place, &pupil).await, Some(1_817));
    assert_eq!(admin.sheet(&key).await.coefficient, then, "the sheet counts as it did");
    let Ok(Reply::Student(card)) = admin.call(Request::OpenStudent(pupil.clone())).await else { panic!("card") };
    let weights = TermWeights::of(&card.then, &super::year(), one()).unwrap();
    assert_eq!(weights.get(&key.subject), Some(&then), "and so does the card");
    let told = why(&mut admin, &pupil, Some(1), None).await;
    assert!(told.closed);
    assert_eq!((told.rules.id.as_str(), told.subjects[0].coefficient), ("mali:1", then));
    assert_eq!(admin.sheet(&admin.key(&class, "Mathématiques")).await.rules.id, "mali:1");
    let report = admin.call(Request::Doctor { rebuild: true }).await;
    assert!(matches!(report, Ok(Reply::Doctor(report)) if report.rebuilt == 0), "a rebuild arrives at the same");
    let year = why(&mut admin, &pupil, None, None).await;
    assert_eq!(year.terms[0].1.as_ref().map(|(average, _)| average.hundredths()), Some(1_817));

    // Opened again, it follows the rules in force; why is kept.
    assert!(matches!(reopen(&mut admin, "  ").await, Err(Failure::Invalid { .. })));
    assert_eq!(reopen(&mut admin, "note oubliée").await.map(|report| report.students), Ok(1));
    assert_eq!(average(&place, &pupil).await, None, "the coefficient is 0 now");
    let entries = place.store().every::<AuditEntry>(&Filter::equals("stream", "setup")).await.unwrap();
    let told = entries.iter().find(|entry| entry.action == "term.reopen").unwrap();
    assert_eq!(told.reason.as_deref(), Some("note oubliée"));
    assert_eq!(reopen(&mut admin, "encore").await.map(|report| report.already), Ok(1));
    let student = place.store().one::<Student>(pupil.as_str()).await.unwrap().unwrap();
    assert!(student.closed.is_empty() && student.rules_version == second.version);
    let checked = admin.call(Request::VerifyAudit).await;
    assert!(matches!(checked, Ok(Reply::AuditChecked(report)) if report.findings.is_empty()));
}

#[tokio::test]
async fn who_changes_class_after_the_closing_keeps_the_term() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (_, _, pupil) = golden(&mut admin).await;
    close(&mut admin, Some(0), true).await.unwrap();
    let student = place.store().one::<Student>(pupil.as_str()).await.unwrap().unwrap();
    let other = admin.class(1).id;
    let form = Client::form("Traoré", "Awa", Some(&other));
    let form = carnet::protocol::StudentForm { matricule: Some(student.matricule.clone()), ..form };
    let ask = SaveStudent { act: admin.act(), id: Some((pupil.clone(), student.version)), form, marks: vec![] };
    admin.call(Request::SaveStudent(Box::new(ask))).await.unwrap();
    assert_eq!(average(&place, &pupil).await, Some(1_817));
    // The other class has not closed: her marks of the closed term are refused there all the same.
    let key = admin.key(&other, "Mathématiques");
    let column = admin.add_column(&key, "Devoir 1").await;
    assert_eq!(admin.set(&key, (&column, &pupil), points(100), None).await, Err(closed()));
    close(&mut admin, Some(1), true).await.unwrap();
    assert_eq!(average(&place, &pupil).await, Some(1_817));
}

/// A closing of all classes that some process is at, and was seen at then.
fn job(by: &str, at: &str, stop: bool) -> ClosingJob {
    ClosingJob {
        id: ClosingJob::id_of(&super::year(), one()),
        act: ActId::new("elsewhere"),
        year: super::year(),
        term: one(),
        by: by.to_owned(),
        process: "elsewhere".to_owned(),
        at: at.parse().unwrap(),
        done: 2,
        total: 9,
        stop,
    }
}

async fn put_up(place: &Place, job: &ClosingJob) {
    let mut batch = Batch::new(ActId::new(format!("job-{}-{}", job.at, job.stop)), job.at, "elsewhere");
    batch.put(job, Expect::Absent).unwrap();
    place.store().commit(batch).await.unwrap();
}

async fn gone(place: &Place) {
    while !place.store().every::<ClosingJob>(&Filter::All).await.unwrap().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closing_of_all_classes_is_on_record_and_taken_up_after_a_crash() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    golden(&mut admin).await;
    let me = admin.entered.who.user.clone().unwrap();
    // Somebody is at it: not twice, and one can see it and have it stopped.
    put_up(&place, &job(me.as_str(), "2099-01-01T00:00:00Z", false)).await;
    let under_way = Why::ClosingUnderWay { done: 2, total: 9 };
    assert_eq!(close(&mut admin, None, true).await, Err(Failure::refused(under_way)));
    let told = admin.call(Request::ClosingJob { term: one() }).await;
    assert!(
        matches!(&told, Ok(Reply::ClosingJob(Some(job))) if (job.done, job.total, job.standing) == (2, 9, false)),
        "{told:?}"
    );
    assert_eq!(admin.call(Request::CancelClosing { term: one() }).await, Ok(Reply::Done));
    let known = place.store().every::<ClosingJob>(&Filter::All).await.unwrap();
    assert!(known[0].stop, "whoever is at it reads that before the next class");
    let mut batch = Batch::new(ActId::new("gone"), known[0].at, "elsewhere");
    batch.delete::<ClosingJob>(&known[0].body.id, Expect::Version(known[0].version));
    place.store().commit(batch).await.unwrap();
    assert_eq!(admin.call(Request::CancelClosing { term: one() }).await, Err(Failure::refused(Why::NoClosing)));
    // It was stopped, and whoever was at it is gone: nothing more is closed.
    put_up(&place, &job(me.as_str(), "2020-01-01T00:00:00Z", true)).await;
    gone(&place).await;
    assert!(state(&mut admin).await.iter().all(|row| row.closed.is_none()));
    // A crash: the next program goes on, in the name of whoever asked.
    put_up(&place, &job(me.as_str(), "2020-01-01T00:00:00Z", false)).await;
    gone(&place).await;
    let rows = state(&mut admin).await;
    assert!(rows.iter().all(|row| row.closed.as_ref().is_some_and(|by| by.by == "admin")), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closing_is_stopped_between_two_classes() {
    let place = Place::new();
    let (here, there) = (place.start(1), place.start(2));
    let mut admin = opened(&here).await;
    golden(&mut admin).await;
    let mut other = super::login(&there, "admin", super::PASSWORD).await.unwrap();
    let stopping =
        tokio::spawn(
            async move { while other.call(Request::CancelClosing { term: one() }).await != Ok(Reply::Done) {} },
        );
    let report = close(&mut admin, None, true).await.unwrap();
    stopping.await.unwrap();
    gone(&place).await;
    let closed = state(&mut admin).await.iter().filter(|row| row.closed.is_some()).count();
    assert_eq!(u64::try_from(closed), Ok(report.classes));
    assert!(report.stopped, "closed all {closed} before anybody could stop it");
    // What is left goes on when it is asked for again.
    let rest = close(&mut admin, None, true).await.unwrap();
    assert_eq!((rest.already, rest.stopped), (report.classes, false));
    assert!(state(&mut admin).await.iter().all(|row| row.closed.is_some()));
}

/// Figures of the class in the closed term.
async fn figures(admin: &mut Client) -> (u64, Option<u16>) {
    let class = Some(admin.class(0).id);
    let question = StatsQuestion { class, subject: None, year: None, term: Some(one()) };
    let of = StatsQuestion { class: None, ..question.clone() };
    let Ok(Reply::Stats(class)) = admin.call(Request::Stats(question)).await else { panic!("figures") };
    let Ok(Reply::Stats(school)) = admin.call(Request::Stats(of.clone())).await else { panic!("figures") };
    assert_eq!((school.count, school.max), (class.count, class.max), "nobody else has marks");
    let top = TopQuestion { class: None, year: None, term: of.term, limit: 10, with_ties: false };
    let Ok(Reply::Top(top)) = admin.call(Request::Top(top)).await else { panic!("the best") };
    assert_eq!(top.first().map(|row| row.average), class.max);
    (class.count, class.max.map(Average::hundredths))
}

#[tokio::test]
async fn who_comes_back_into_a_closed_term_finds_it_closed() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (key, column, pupil) = golden(&mut admin).await;
    let class = admin.class(0).id;
    let issa = admin.add(Client::form("Keïta", "Issa", Some(&class))).await.unwrap().id;
    admin.set(&key, (&column, &issa), points(900), None).await.unwrap();
    let student = place.store().one::<Student>(pupil.as_str()).await.unwrap().unwrap();
    let delete = Request::DeleteStudent { id: pupil.clone(), version: student.version };
    let Ok(Reply::Acted(act)) = admin.call(delete).await else { panic!("deleted") };
    close(&mut admin, Some(0), true).await.unwrap();
    // Other rules since: what comes back follows those of the closing.
    let first = in_force(&mut admin).await;
    let mut rules = alike(&first);
    rules.rounding = RoundingRule::Tenth;
    put(&mut admin, rules, &first.id).await.unwrap();
    admin.call(Request::Undo(act)).await.unwrap();
    let back = place.store().one::<Student>(pupil.as_str()).await.unwrap().unwrap();
    let closing = back.closed_term(&super::year(), one()).unwrap();
    assert_eq!((closing.rules.as_str(), &closing.class), ("mali:1", &class));
    assert_eq!(back.average.map(Average::hundredths), Some(1_817), "by the rules of then");
    assert_eq!(admin.set(&key, (&column, &pupil), points(100), None).await, Err(closed()));
    assert_eq!(figures(&mut admin).await, (1, Some(900)), "the results stay those of the closing");
    assert_eq!(reopen(&mut admin, "élève revenue").await.map(|report| report.students), Ok(2));
    let back = place.store().one::<Student>(pupil.as_str()).await.unwrap().unwrap();
    assert!(back.closed.is_empty());
    assert_eq!(figures(&mut admin).await.0, 2);
}

#[tokio::test]
async fn figures_of_a_closed_term_are_those_of_who_was_there() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (key, column, pupil) = golden(&mut admin).await;
    let (class, other) = (admin.class(0).id, admin.class(1).id);
    let issa = admin.add(Client::form("Keïta", "Issa", Some(&class))).await.unwrap().id;
    admin.set(&key, (&column, &issa), points(900), None).await.unwrap();
    close(&mut admin, Some(0), true).await.unwrap();
    assert_eq!(figures(&mut admin).await, (2, Some(1_817)));
    for (id, class, status) in [(&pupil, &other, StudentStatus::Active), (&issa, &class, StudentStatus::Withdrawn)] {
        let student = place.store().one::<Student>(id.as_str()).await.unwrap().unwrap();
        let form = Client::form(student.last_name.as_str(), student.first_name.as_str(), Some(class));
        let form = StudentForm { matricule: Some(student.matricule.clone()), status, ..form };
        let ask = SaveStudent { act: admin.act(), id: Some((id.clone(), student.version)), form, marks: vec![] };
        admin.call(Request::SaveStudent(Box::new(ask))).await.unwrap();
    }
    assert_eq!(figures(&mut admin).await, (2, Some(1_817)));
    let spread = StatsQuestion { class: Some(class), subject: None, year: None, term: Some(one()) };
    let Ok(Reply::StatsSpread(spread)) = admin.call(Request::StatsSpread(spread)).await else { panic!("subjects") };
    assert_eq!(spread.subjects.iter().map(|(_, share)| share.count).collect::<Vec<_>>(), [2]);
    // The sheet ranks those of then; who has come since is in no rank.
    let moussa = admin.add(Client::form("Sow", "Moussa", Some(&key.class))).await.unwrap().id;
    let sheet = admin.sheet(&key).await;
    let left = |id| sheet.rows.iter().find(|row| &row.student == id).map(|row| row.left);
    assert_eq!((left(&pupil), left(&issa), left(&moussa)), (Some(false), Some(false), Some(true)));
}

/// Nobody in the class, one alone, and four hundred: marks at once, ranks, figures, closing.
#[tokio::test]
async fn classes_of_none_of_one_and_of_four_hundred() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    for (class, count) in [(0_usize, 0_usize), (1, 1), (2, 400)] {
        let of = admin.class(class);
        if count > 0 {
            let rows = (1..=count as u64).map(|row| (row, vec![format!("Élève {row:04}"), "Awa".to_owned()]));
            let rows = rows.map(|(row, cells)| (row, [cells, vec![of.name.to_string()]].concat())).collect();
            let map = [("last_name", "nom"), ("first_name", "prénom"), ("class", "classe")];
            let source = StudentsSource {
                headers: ["nom", "prénom", "classe"].map(str::to_owned).into(),
                rows,
                map: map.map(|(to, from)| (to.to_owned(), from.to_owned())).into(),
                marks: vec![],
                fill_missing: true,
                source: format!("class-{class}"),
            };
            let planned = super::import::plan(&mut admin, source).await;
            assert_eq!(super::import::commit(&mut admin, planned, false).await.committed, count as u64);
        }
        let key = admin.key(&of.id, "Mathématiques");
        let column = admin.add_column(&key, "Devoir 1").await;
        let sheet = admin.sheet(&key).await;
        assert_eq!(sheet.rows.len(), count);
        let cell = |(n, row): (usize, &SheetRow)| CellSet {
            evaluation: column.clone(),
            student: row.student.clone(),
            value: points(u16::try_from(n % 201).unwrap() * 10),
            expect: Some(0),
        };
        let cells: Vec<CellSet> = sheet.rows.iter().enumerate().map(cell).collect();
        let ask = SetMarks { act: admin.act(), sheet: key.clone(), cells };
        let set = admin.call(Request::SetMarks(Box::new(ask))).await;
        match (count, set) {
            (0, set) => assert!(matches!(set, Err(Failure::Invalid { .. })), "{set:?}"),
            (_, Ok(Reply::MarksSet(set))) => assert_eq!((set.written.len(), set.refused.len()), (count, 0)),
            (_, other) => panic!("{other:?}"),
        }
        let report = close(&mut admin, Some(class), true).await.unwrap();
        assert_eq!((report.classes, report.students), (1, count as u64));
        let id = ClassResult::id_of(&of.id, &super::year(), one());
        let result = place.store().one::<ClassResult>(&id).await.unwrap().unwrap();
        assert_eq!((result.students.len(), result.general.count), (count, count as u64));
        let last = result.students.iter().filter_map(|row| row.rank).map(|rank| rank.position).max();
        // 201 different marks, each given twice but the two highest of the second round.
        assert_eq!(last, [None, Some(1), Some(399)][class]);
    }
}

/// Marks are typed by another process while the class is closed: each is either in the results, or refused.
#[tokio::test]
async fn no_mark_slips_in_beside_a_closing() {
    let place = Place::new();
    let (here, there) = (place.start(1), place.start(2));
    let mut admin = opened(&here).await;
    let (key, column, pupil) = golden(&mut admin).await;
    let mut teacher = super::login(&there, "admin", super::PASSWORD).await.unwrap();
    let typing = tokio::spawn(async move {
        let mut last = None;
        for hundredths in 0..200_u16 {
            match teacher.set(&key, (&column, &pupil), points(hundredths), None).await {
                Ok(_) => last = Some(hundredths),
                Err(failure) => {
                    assert_eq!(failure, closed());
                    break;
                }
            }
        }
        (last, key, column, pupil)
    });
    close(&mut admin, Some(0), true).await.unwrap();
    let (last, key, column, pupil) = typing.await.unwrap();
    let marks = place.store().every::<Mark>(&Filter::equals("evaluation", column.as_str())).await.unwrap();
    let expected = last.map_or(points(1_650), points);
    assert_eq!(marks[0].value, expected, "what was acknowledged stands");
    let id = format!("{}:2026-2027:T1", key.class);
    let result = place.store().one::<ClassResult>(&id).await.unwrap().unwrap();
    let student = place.store().one::<Student>(pupil.as_str()).await.unwrap().unwrap();
    assert_eq!(result.students[0].average, student.average, "the results are those of the marks that stand");
    let report = admin.call(Request::Doctor { rebuild: false }).await;
    assert!(matches!(report, Ok(Reply::Doctor(report)) if report.stale == 0));
}

//! A whole year: three terms, closings, decisions, the next year opened; and last year's figures as they were, whatever
//! comes after.

use std::collections::BTreeMap;

use carnet::{
    backend::Backend,
    domain::{
        bulletin::{BulletinOf, BulletinPage},
        calendar::{Term, YearId},
        entities::{
            ClassResult, ClassTarget, DecidedBy, EvaluationKind, Outcome, Role, Student, StudentStatus, YearDecision,
        },
        id::{ClassId, EvaluationId, StudentId, UserId},
        query::Filter,
        rules::RoundingRule,
        turn::{Fate, NoNext, Undecided},
    },
    protocol::{
        BulletinKey, CloseTerm, CompletionQuestion, Council, Decide, EvaluationDraft, ExplainQuestion, Failure,
        OpenYear, PlanRow, Reply, Request, SaveStudent, SheetKey, StatsQuestion, StudentForm, SubjectDraft,
        TopQuestion, Why, YearOpened, YearPlan,
    },
    store::Records,
};
use serde_json::{Value, json};

use super::{Ground, on_both};
use crate::backend::{
    Client, PASSWORD, login, opened, points,
    rules::{alike, in_force, put},
    setup::{save, settled, user},
    year,
};

on_both!(a_whole_year, a_new_student_has_a_place_before_the_year_is_opened);

pub fn next() -> YearId {
    YearId::parse("2027-2028").unwrap()
}

fn terms() -> [Term; 3] {
    [1, 2, 3].map(|number| Term::new(number).unwrap())
}

const SUBJECTS: [&str; 2] = ["Mathématiques", "Français"];

/// Classes of the samples, in their order.
pub const TENTH: usize = 0;
pub const ELEVENTH: usize = 1;
pub const LAST: usize = 3;

pub async fn plan(admin: &mut Client) -> YearPlan {
    let Ok(Reply::YearPlan(plan)) = admin.call(Request::YearPlan { class: None }).await else { panic!("a plan") };
    *plan
}

pub async fn open(admin: &mut Client) -> Result<YearOpened, Failure> {
    let ask = OpenYear { act: admin.act(), from: year(), assignments: true };
    match admin.call(Request::OpenYear(ask)).await? {
        Reply::YearOpened(report) => Ok(report),
        other => panic!("{other:?}"),
    }
}

fn key_in(admin: &Client, class: &ClassId, subject: &str, term: Term) -> SheetKey {
    SheetKey { term, ..admin.key(class, subject) }
}

/// A column in each subject, with these marks, in hundredths; none for who has none.
pub async fn marks(admin: &mut Client, class: &ClassId, term: Term, marks: &[(&StudentId, u16)]) -> EvaluationId {
    let mut last = None;
    for (index, subject) in SUBJECTS.iter().enumerate() {
        let key = key_in(admin, class, subject, term);
        let version = admin.sheet(&key).await.version;
        let draft =
            EvaluationDraft { kind: EvaluationKind::Composition, ..Client::column(&key, "Composition", version) };
        admin.call(Request::SaveEvaluation(Box::new(draft))).await.unwrap();
        let column = admin.sheet(&key).await.evaluations.last().unwrap().id.clone();
        for (student, hundredths) in marks {
            let value = points(hundredths + 25 * u16::try_from(index).unwrap());
            admin.set(&key, (&column, student), value, None).await.unwrap();
        }
        last = Some(column);
    }
    last.unwrap()
}

pub async fn close(admin: &mut Client, term: Term) {
    let ask = CloseTerm { act: admin.act(), term, class: None, anyway: true };
    assert!(matches!(admin.call(Request::CloseTerm(ask)).await, Ok(Reply::TermClosed(_))));
}

async fn student(ground: &Ground, id: &StudentId) -> Student {
    ground.store().await.one::<Student>(id.as_str()).await.unwrap().unwrap().body
}

async fn move_to(ground: &Ground, admin: &mut Client, id: &StudentId, class: &ClassId) {
    let now = ground.store().await.one::<Student>(id.as_str()).await.unwrap().unwrap();
    let form = Client::form(now.last_name.as_str(), now.first_name.as_str(), Some(class));
    let form = StudentForm { matricule: Some(now.matricule.clone()), ..form };
    let ask = SaveStudent { act: admin.act(), id: Some((id.clone(), now.version)), form, marks: vec![] };
    admin.call(Request::SaveStudent(Box::new(ask))).await.unwrap();
}

/// Everything of last year that anybody can read, as text.
async fn last_year(ground: &Ground, admin: &mut Client, students: &[StudentId]) -> Value {
    let mut told = Vec::new();
    let mut questions = Vec::new();
    for id in students {
        for term in terms().map(Some).into_iter().chain([None]) {
            questions.push(Request::Explain(ExplainQuestion {
                student: id.clone(),
                year: Some(year()),
                term,
                subject: None,
                at: None,
            }));
        }
    }
    let classes: Vec<Option<ClassId>> =
        [TENTH, ELEVENTH, LAST].map(|index| Some(admin.class(index).id)).into_iter().chain([None]).collect();
    for term in terms() {
        for class in &classes {
            let (class, year, term) = (class.clone(), Some(year()), Some(term));
            questions.push(Request::Stats(StatsQuestion {
                class: class.clone(),
                subject: None,
                year: year.clone(),
                term,
            }));
            questions.push(Request::Top(TopQuestion {
                class: class.clone(),
                year: year.clone(),
                term,
                limit: 50,
                with_ties: true,
            }));
            questions.push(Request::StatsSpread(StatsQuestion { class, subject: None, year, term }));
        }
        for class in classes.iter().flatten() {
            questions.push(Request::OpenSheet(key_in(admin, class, SUBJECTS[0], term)));
        }
    }
    for question in questions {
        let said = format!("{question:?}");
        let mut reply = serde_json::to_value(admin.call(question).await.unwrap()).unwrap();
        // A sheet also tells of the class and the subject as they are now.
        if let Some(sheet) = reply.get_mut("Sheet").and_then(Value::as_object_mut) {
            sheet.retain(|name, _| name != "class" && name != "subject");
        }
        short(&mut reply);
        told.push(json!({ "asked": said, "told": reply }));
    }
    let store = ground.store().await;
    for id in students {
        let student = store.one::<Student>(id.as_str()).await.unwrap().unwrap();
        told.push(json!({
            "student": id,
            "averages": student.averages.get(&year()),
            "subjects": student.subject_averages.get(&year()),
            "closed": student.closed.get(&year()),
        }));
        let Ok(Reply::Student(card)) = admin.call(Request::OpenStudent(id.clone())).await else { panic!("a card") };
        let ranks: Vec<_> = card.ranks.iter().filter(|rank| rank.year == year()).collect();
        told.push(json!({ "ranks": ranks }));
    }
    let results = store.every::<ClassResult>(&Filter::equals("year", year().as_str())).await.unwrap();
    told.push(serde_json::to_value(results.iter().map(|one| &one.body).collect::<Vec<_>>()).unwrap());
    Value::Array(told)
}

/// Means to a millionth: one of seventeen digits comes back from a cache with another last one.
fn short(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            *value = json!((number.as_f64().unwrap() * 1e6).round() / 1e6);
        }
        Value::Array(items) => items.iter_mut().for_each(short),
        Value::Object(members) => members.values_mut().for_each(short),
        _ => {}
    }
}

async fn decisions(ground: &Ground) -> Vec<YearDecision> {
    let all = ground.store().await.every::<YearDecision>(&Filter::equals("year", year().as_str())).await.unwrap();
    all.into_iter().map(|one| one.body).collect()
}

fn row<'a>(plan: &'a YearPlan, id: &StudentId) -> &'a PlanRow {
    plan.rows.iter().find(|row| row.student == *id).unwrap()
}

/// The people of the year.
struct People {
    awa: StudentId,
    issa: StudentId,
    fanta: StudentId,
    modibo: StudentId,
    seydou: StudentId,
    mariam: StudentId,
}

impl People {
    async fn enter(admin: &mut Client) -> Self {
        let (tenth, eleventh, last) = (admin.class(TENTH).id, admin.class(ELEVENTH).id, admin.class(LAST).id);
        let mut ids = Vec::new();
        for (name, class) in [
            ("Awa", &tenth),
            ("Issa", &tenth),
            ("Fanta", &tenth),
            ("Modibo", &tenth),
            ("Seydou", &eleventh),
            ("Mariam", &last),
        ] {
            ids.push(admin.add(Client::form("Traoré", name, Some(class))).await.unwrap().id);
        }
        let Ok([awa, issa, fanta, modibo, seydou, mariam]) = <[StudentId; 6]>::try_from(ids) else { panic!("six") };
        Self { awa, issa, fanta, modibo, seydou, mariam }
    }

    fn all(&self) -> Vec<StudentId> {
        [&self.awa, &self.issa, &self.fanta, &self.modibo, &self.seydou, &self.mariam].map(Clone::clone).to_vec()
    }
}

/// Three terms; in the second Modibo has gone to the eleventh.
async fn three_terms(ground: &Ground, admin: &mut Client, people: &People) {
    let (tenth, eleventh, last) = (admin.class(TENTH).id, admin.class(ELEVENTH).id, admin.class(LAST).id);
    for (index, term) in terms().into_iter().enumerate() {
        if index == 1 {
            move_to(ground, admin, &people.modibo, &eleventh).await;
        }
        admin.call(Request::SetCurrentTerm(term)).await.unwrap();
        let up = u16::try_from(index).unwrap() * 50;
        let mut here = vec![(&people.awa, 1_400 + up), (&people.issa, 800 + up)];
        let mut there = vec![(&people.seydou, 1_200 + up)];
        if index == 0 { &mut here } else { &mut there }.push((&people.modibo, 1_100));
        marks(admin, &tenth, term, &here).await;
        marks(admin, &eleventh, term, &there).await;
        marks(admin, &last, term, &[(&people.mariam, 1_600)]).await;
        close(admin, term).await;
    }
}

async fn decide(admin: &mut Client, id: &StudentId, outcome: Outcome, to: Option<ClassId>) -> Result<Reply, Failure> {
    let decision = Some(Council { outcome, to, reason: "décision du conseil".to_owned() });
    admin.call(Request::Decide(Box::new(Decide { student: id.clone(), decision }))).await
}

async fn a_whole_year(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let people = People::enter(&mut admin).await;
    let teacher = teacher_of(&mut admin, TENTH).await;
    parent_of(&mut admin, &people.mariam).await;
    three_terms(ground, &mut admin, &people).await;
    decided(&mut admin, &people).await;

    let before = last_year(ground, &mut admin, &people.all()).await;
    let report = open(&mut admin).await.unwrap();
    let counts = report.counts;
    assert_eq!((report.year, report.already), (next(), false));
    assert_eq!((counts.promoted, counts.repeating, counts.leaving, counts.excluded), (3, 2, 1, 0));
    turned(ground, &mut admin, &people).await;
    same(&before, &last_year(ground, &mut admin, &people.all()).await);
    let kept = decisions(ground).await;
    assert_eq!(kept.len(), 6);
    assert_eq!(kept.iter().filter(|one| one.by == DecidedBy::Council).count(), 2);

    // Asked again, nothing more is opened; and no next year before this one is over.
    let again = open(&mut admin).await.unwrap();
    assert!(again.already && again.year == next());
    let ask = OpenYear { act: admin.act(), from: next(), assignments: true };
    let early = admin.call(Request::OpenYear(ask)).await;
    assert!(matches!(early, Err(Failure::Invalid { why: Why::YearNotReady { .. }, .. })), "{early:?}");

    refused(&mut admin, &people).await;
    new_marks(ground, &mut admin, &people).await;
    taught(&backend, &mut admin, teacher).await;
    read_by_the_family(&backend, &people).await;
    same(&before, &last_year(ground, &mut admin, &people.all()).await);

    other_set_up(&mut admin).await;
    same(&before, &last_year(ground, &mut admin, &people.all()).await);
    let report = admin.call(Request::Doctor { rebuild: true }).await;
    assert!(matches!(report, Ok(Reply::Doctor(report)) if report.rebuilt == 0 && report.audit.is_empty()));
    same(&before, &last_year(ground, &mut admin, &people.all()).await);
    assert_eq!(decisions(ground).await, kept);
    backend.shutdown().await;

    let backend = ground.start(2).await;
    let mut admin = login(&backend, "admin", PASSWORD).await.unwrap();
    same(&before, &last_year(ground, &mut admin, &people.all()).await);
    assert_eq!(decisions(ground).await, kept);
    let Ok(Reply::AuditChecked(report)) = admin.call(Request::VerifyAudit).await else { panic!("a report") };
    assert_eq!(report.findings, []);
    backend.shutdown().await;
}

/// Says where two readings of last year part.
fn same(before: &Value, after: &Value) {
    let (before, after) = (before.as_array().unwrap(), after.as_array().unwrap());
    for (one, other) in before.iter().zip(after) {
        assert_eq!(one.to_string(), other.to_string());
    }
    assert_eq!(before.len(), after.len());
}

/// What the rules say, what nobody can know, and the council's word.
async fn decided(admin: &mut Client, people: &People) {
    let (tenth, eleventh, last) = (admin.class(TENTH).id, admin.class(ELEVENTH).id, admin.class(LAST).id);
    let told = plan(admin).await;
    let fate = |id| (row(&told, id).fate, row(&told, id).to.clone(), row(&told, id).by);
    let (council, rules) = (DecidedBy::Council, DecidedBy::Rules);
    assert_eq!(fate(&people.awa), (Fate::Decided(Outcome::Promoted), Some(eleventh.clone()), rules));
    assert_eq!(fate(&people.issa), (Fate::Decided(Outcome::Repeating), Some(tenth.clone()), rules));
    assert_eq!(fate(&people.fanta), (Fate::Undecided(Undecided::NoAverage), None, rules));
    let several = Fate::Undecided(Undecided::NoTarget(NoNext::Several));
    assert_eq!(fate(&people.seydou), (several, None, rules));
    assert_eq!(fate(&people.mariam), (Fate::Decided(Outcome::Leaving), None, rules));
    assert!(!told.ready() && told.counts.undecided == 3 && told.open_classes().count() == 0);
    let refused = open(admin).await;
    assert_eq!(refused, Err(Failure::refused(Why::YearNotReady { undecided: 3, classes: 0 })));

    let target = Some(ClassTarget::Class(last.clone()));
    admin.call(Request::MapClass { class: eleventh.clone(), target }).await.unwrap();
    let refused = admin
        .call(Request::Decide(Box::new(Decide {
            student: people.fanta.clone(),
            decision: Some(Council { outcome: Outcome::Repeating, to: None, reason: " ".to_owned() }),
        })))
        .await;
    assert!(matches!(refused, Err(Failure::Invalid { why: Why::Missing, .. })));
    decide(admin, &people.fanta, Outcome::Repeating, None).await.unwrap();
    // A decision is taken back like any act, and the rule proposes again.
    let Ok(Reply::Acted(act)) = decide(admin, &people.awa, Outcome::Excluded, None).await else { panic!("an act") };
    assert_eq!(row(&plan(admin).await, &people.awa).fate, Fate::Decided(Outcome::Excluded));
    assert_eq!(admin.call(Request::Undo(act)).await, Ok(Reply::Done));
    decide(admin, &people.modibo, Outcome::Promoted, Some(last.clone())).await.unwrap();
    let told = plan(admin).await;
    let fate = |id| (row(&told, id).fate, row(&told, id).to.clone(), row(&told, id).by);
    assert_eq!(fate(&people.awa), (Fate::Decided(Outcome::Promoted), Some(eleventh), rules));
    assert_eq!(fate(&people.fanta), (Fate::Decided(Outcome::Repeating), Some(tenth), council));
    assert_eq!(fate(&people.seydou), (Fate::Decided(Outcome::Promoted), Some(last.clone()), rules));
    assert!(told.ready() && !told.begun);
    let class = told.classes.iter().find(|class| class.class == last).unwrap();
    assert_eq!((class.now, class.next), (1, 2));
}

/// Everybody has the class of the new year; who has left has none, and nobody else is lost.
async fn turned(ground: &Ground, admin: &mut Client, people: &People) {
    let Ok(Reply::Setup(setup)) = admin.call(Request::Setup).await else { panic!("set-up") };
    assert_eq!((&setup.school.current_year, setup.school.current_term), (&next(), Term::FIRST));
    assert!(setup.years.iter().any(|known| known.id == year() && known.closed));
    let expected = [
        (&people.awa, Some(ELEVENTH)),
        (&people.issa, Some(TENTH)),
        (&people.fanta, Some(TENTH)),
        (&people.modibo, Some(LAST)),
        (&people.seydou, Some(LAST)),
        (&people.mariam, None),
    ];
    for (id, class) in expected {
        let student = student(ground, id).await;
        let class = class.map(|index| admin.class(index));
        assert_eq!(student.class, class.as_ref().map(|class| class.id.clone()));
        assert_eq!(student.class_name, class.as_ref().map(|class| class.name.clone()));
        let status = if class.is_some() { StudentStatus::Active } else { StudentStatus::Withdrawn };
        assert_eq!((student.status, student.year.as_ref(), student.average), (status, Some(&next()), None));
    }
}

/// Nothing is written in the old year, by whatever way.
async fn refused(admin: &mut Client, people: &People) {
    let class = admin.class(TENTH).id;
    let key = key_in(admin, &class, SUBJECTS[0], terms()[2]);
    let sheet = admin.sheet(&key).await;
    assert!(!sheet.editable);
    let closed = || Failure::refused(Why::Closed);
    let column = &sheet.evaluations[0];
    assert_eq!(admin.set(&key, (&column.id, &people.awa), points(100), None).await, Err(closed()));
    let draft = Client::column(&key, "Devoir 9", sheet.version);
    assert_eq!(admin.call(Request::SaveEvaluation(Box::new(draft))).await, Err(closed()));
    let gone = Request::DeleteEvaluation { sheet: key.clone(), evaluation: column.id.clone(), version: sheet.version };
    assert_eq!(admin.call(gone).await, Err(closed()));
    // Also where nothing had been begun: the year is closed, not only its sheets.
    let empty = key_in(admin, &admin.class(2).id, SUBJECTS[0], terms()[0]);
    let draft = Client::column(&empty, "Devoir 1", 0);
    assert_eq!(admin.call(Request::SaveEvaluation(Box::new(draft))).await, Err(closed()));
    let Ok(Reply::Years(years)) = admin.call(Request::Years).await else { panic!("years") };
    let old = years.into_iter().find(|known| known.id == year()).unwrap();
    let save = Request::SaveYear { year: old.body, version: Some(old.version) };
    assert_eq!(admin.call(save).await, Err(closed()));
}

/// Marks of the new year, on its sheets, with last year's classmates.
async fn new_marks(ground: &Ground, admin: &mut Client, people: &People) {
    let class = admin.class(ELEVENTH).id;
    let key = SheetKey { year: next(), ..key_in(admin, &class, SUBJECTS[0], Term::FIRST) };
    let version = admin.sheet(&key).await.version;
    let draft = Client::column(&key, "Devoir 1", version);
    admin.call(Request::SaveEvaluation(Box::new(draft))).await.unwrap();
    let sheet = admin.sheet(&key).await;
    let names: Vec<&str> = sheet.rows.iter().map(|row| row.first_name.as_str()).collect();
    assert_eq!(names, ["Awa"]);
    let column = sheet.evaluations[0].id.clone();
    admin.set(&key, (&column, &people.awa), points(700), Some(0)).await.unwrap();
    let not_here = admin.set(&key, (&column, &people.seydou), points(700), Some(0)).await;
    assert_eq!(not_here, Err(Failure::refused(Why::NotInClass)));
    let student = student(ground, &people.awa).await;
    assert_eq!(student.average.map(carnet::domain::score::Average::hundredths), Some(700));
    let plan = plan(admin).await;
    assert_eq!(row(&plan, &people.issa).repeated, 1, "the tenth a second time");
}

/// Other rules, other coefficients, another series.
async fn other_set_up(admin: &mut Client) {
    let first = in_force(admin).await;
    let mut rules = alike(&first);
    (rules.rounding, rules.annual_weights) = (RoundingRule::Tenth, vec![1, 2, 5]);
    (rules.pass, rules.ranking) =
        (carnet::domain::score::Average::from_hundredths(1_500).unwrap(), carnet::domain::rules::Ranking::Dense);
    put(admin, rules, &first.id).await.unwrap();
    let Ok(Reply::Setup(setup)) = admin.call(Request::Setup).await else { panic!("set-up") };
    let maths = setup.subjects.iter().find(|subject| subject.name.as_str() == SUBJECTS[0]).unwrap();
    let draft = SubjectDraft {
        id: Some(maths.id.clone()),
        name: maths.name.clone(),
        short: maths.short.clone(),
        coefficient: 9,
        coefficients: vec![],
        position: maths.position,
        kind: maths.kind,
        optional: false,
    };
    admin.call(Request::SaveSubject { subject: draft, version: Some(maths.version) }).await.unwrap();
    let tenth = setup.classes[TENTH].clone();
    let mut class = tenth.body.clone();
    class.series.clone_from(&setup.classes[ELEVENTH].series);
    admin.call(Request::SaveClass { class, version: Some(tenth.version) }).await.unwrap();
}

async fn teacher_of(admin: &mut Client, class: usize) -> ClassId {
    let row = save(admin, user("prof", Role::Teacher, None)).await.unwrap();
    let (class, subject) = (admin.class(class).id, admin.subject(SUBJECTS[0]));
    let ask = Request::SaveAssignment { teacher: row.id, class: class.clone(), subject };
    admin.call(ask).await.unwrap();
    class
}

/// The charge goes on, last year's sheets are read, and no others.
async fn taught(backend: &Backend, admin: &mut Client, class: ClassId) {
    let mut prof = settled(backend, "prof").await;
    let subject = prof.subject(SUBJECTS[0]);
    assert_eq!(prof.entered.setup.charges, [(class.clone(), subject.clone())]);
    let key = SheetKey { class, subject, year: year(), term: terms()[1] };
    assert_eq!(prof.sheet(&key).await.rows.len(), 3);
    let other = SheetKey { subject: prof.subject(SUBJECTS[1]), ..key.clone() };
    assert_eq!(prof.call(Request::OpenSheet(other.clone())).await, Err(Failure::Denied));
    assert_eq!(prof.entered.setup.past, BTreeMap::from([(year(), vec![(key.class.clone(), key.subject.clone())])]));
    assert_eq!(prof.entered.setup.past_classes, []);

    // Another has the class now: what was taught is still named, and read where the year is said.
    let Ok(Reply::Assignments(rows)) = admin.call(Request::Assignments).await else { panic!("assignments") };
    let now = rows.iter().find(|row| row.class == key.class && row.subject == key.subject).unwrap();
    admin.call(Request::DeleteAssignment { id: now.id.clone(), version: now.version }).await.unwrap();
    let Ok(Reply::Setup(setup)) = prof.call(Request::Setup).await else { panic!("set-up") };
    assert_eq!((setup.charges.len(), setup.classes.len(), &setup.past), (0, 0, &prof.entered.setup.past));
    assert_eq!(setup.past_classes.iter().map(|class| &class.id).collect::<Vec<_>>(), [&key.class]);
    assert_eq!(setup.class(&key.class).map(|class| &class.id), Some(&key.class));
    assert_eq!(prof.sheet(&key).await.rows.len(), 3);
    old_lists(&mut prof, &key).await;
    let now = SheetKey { year: next(), ..key.clone() };
    assert_eq!(prof.call(Request::OpenSheet(now)).await, Err(Failure::Denied));
    let page = BulletinPage::Subject(other.subject.clone());
    let of = BulletinOf { class: key.class.clone(), year: year(), term: key.term };
    assert_eq!(prof.call(Request::Bulletin(BulletinKey { of, page })).await, Err(Failure::Denied));
    let back = Request::SaveAssignment { teacher: prof_id(admin).await, class: key.class, subject: key.subject };
    admin.call(back).await.unwrap();
}

async fn prof_id(admin: &mut Client) -> UserId {
    let Ok(Reply::Users(rows)) = admin.call(Request::Users).await else { panic!("accounts") };
    rows.into_iter().find(|row| row.username.as_str() == "prof").unwrap().id
}

/// How far the marks were, the figures and the appreciations of a sheet of last year.
async fn old_lists(prof: &mut Client, key: &SheetKey) {
    let question = CompletionQuestion { class: None, year: Some(year()), term: Some(key.term) };
    let Ok(Reply::Completion(lines)) = prof.call(Request::Completion(question)).await else { panic!("lines") };
    let said: Vec<_> = lines.iter().map(|line| (&line.key, line.students, line.entered(), line.closed)).collect();
    assert_eq!(said, [(key, 3, 2, true)], "one had no mark");
    let (class, subject) = (Some(key.class.clone()), Some(key.subject.clone()));
    let question = StatsQuestion { class, subject, year: Some(year()), term: Some(key.term) };
    let Ok(Reply::Stats(stats)) = prof.call(Request::Stats(question)).await else { panic!("figures") };
    assert_eq!((stats.count, &stats.year), (2, &year()));
    let of = BulletinOf { class: key.class.clone(), year: year(), term: key.term };
    let bulletin = BulletinKey { of, page: BulletinPage::Subject(key.subject.clone()) };
    let Ok(Reply::Bulletin(view)) = prof.call(Request::Bulletin(bulletin)).await else { panic!("appreciations") };
    assert_eq!((view.rows.len(), view.closed, view.editable), (3, true, false));
}

async fn parent_of(admin: &mut Client, child: &StudentId) {
    let ask = carnet::protocol::SaveUser { children: vec![child.clone()], ..user("parent", Role::Parent, None) };
    save(admin, ask).await.unwrap();
}

/// The parents of who has left read last year's marks.
async fn read_by_the_family(backend: &Backend, people: &People) {
    let mut parent = settled(backend, "parent").await;
    let Ok(Reply::MyMarks(marks)) = parent.call(Request::MyMarks { child: None }).await else { panic!("marks") };
    assert_eq!(marks.student.id, people.mariam);
    assert_eq!(marks.student.grades.len(), 6);
    assert_eq!(marks.ranks.len(), 3);
    assert!(marks.student.averages[&year()].year.is_some());
}

async fn a_new_student_has_a_place_before_the_year_is_opened(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let (tenth, eleventh) = (admin.class(TENTH).id, admin.class(ELEVENTH).id);
    let here = admin.add(Client::form("Traoré", "Awa", Some(&tenth))).await.unwrap().id;
    let new = admin.add(Client::form("Keïta", "Oumou", None)).await.unwrap().id;
    let ahead = |student: &StudentId, class: Option<&ClassId>| Request::EnrolAhead {
        student: student.clone(),
        class: class.cloned(),
    };
    let taken = admin.call(ahead(&here, Some(&eleventh))).await;
    assert_eq!(taken, Err(Failure::refused(Why::HasClass)));
    let Ok(Reply::Acted(_)) = admin.call(ahead(&new, Some(&tenth))).await else { panic!("an act") };
    assert_eq!(admin.call(ahead(&new, Some(&tenth))).await, Ok(Reply::Done));
    admin.call(ahead(&new, Some(&eleventh))).await.unwrap();
    let told = plan(&mut admin).await;
    assert_eq!((told.counts.ahead, told.begun), (1, false));
    for term in terms() {
        marks(&mut admin, &tenth, term, &[(&here, 1_200)]).await;
    }
    let refused = open(&mut admin).await;
    assert_eq!(refused, Err(Failure::refused(Why::YearNotReady { undecided: 0, classes: 1 })));
    for term in terms() {
        close(&mut admin, term).await;
    }
    let report = open(&mut admin).await.unwrap();
    assert_eq!((report.counts.promoted, report.counts.ahead), (1, 1));
    for id in [&here, &new] {
        let student = student(ground, id).await;
        assert_eq!((student.class, student.status), (Some(eleventh.clone()), StudentStatus::Active));
    }
    backend.shutdown().await;
}

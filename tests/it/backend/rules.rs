//! The school's rules: versions, previews, other admins, the way back; and averages explained.

use carnet::{
    domain::{
        calendar::Term,
        entities::{AuditEntry, EvaluationKind, Level, LevelKind, Role, School, Student},
        id::{EvaluationId, LevelId, StudentId},
        query::Filter,
        rules::{RoundingRule, RuleFault, RuleSet, SubjectFormula},
        score::{Average, MarkValue, Scale, Score},
    },
    protocol::{
        EvaluationDraft, ExplainQuestion, Explained, Failure, Reply, Request, RulesPreview, SaveRules, SheetKey, Why,
    },
    store::Records,
};

use super::{
    Client, PASSWORD, Place, login, opened, points,
    setup::{save, settled, user},
};

fn term(number: u8) -> Term {
    Term::new(number).unwrap()
}

/// A composition of 40.
pub async fn composition(admin: &mut Client, key: &SheetKey) -> EvaluationId {
    let version = admin.sheet(key).await.version;
    let draft = EvaluationDraft {
        kind: EvaluationKind::Composition,
        scale: Scale::from_hundredths(4_000).unwrap(),
        ..Client::column(key, "Composition", version)
    };
    admin.call(Request::SaveEvaluation(Box::new(draft))).await.unwrap();
    admin.sheet(key).await.evaluations.last().unwrap().id.clone()
}

/// A pupil of the first class with the golden marks in mathematics: 16,50 and 38/40.
pub async fn golden(admin: &mut Client) -> (SheetKey, EvaluationId, StudentId) {
    let class = admin.class(0).id;
    let pupil = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let key = admin.key(&class, "Mathématiques");
    let test = admin.add_column(&key, "Devoir 1").await;
    let paper = composition(admin, &key).await;
    admin.set(&key, (&test, &pupil.id), points(1_650), None).await.unwrap();
    let scale = Scale::from_hundredths(4_000).unwrap();
    let value = Score::new(3_800, scale).map(MarkValue::Score);
    admin.set(&key, (&paper, &pupil.id), value, None).await.unwrap();
    (key, test, pupil.id)
}

pub async fn average(place: &Place, id: &StudentId) -> Option<u16> {
    let student = place.store().one::<Student>(id.as_str()).await.unwrap().unwrap();
    student.average.map(Average::hundredths)
}

pub async fn in_force(admin: &mut Client) -> RuleSet {
    let Ok(Reply::Rules(rows)) = admin.call(Request::Rules).await else { panic!("rules") };
    rows.into_iter().find(|row| row.current).unwrap().rules
}

/// Weighs class marks and composition alike.
pub fn alike(rules: &RuleSet) -> RuleSet {
    let mut rules = rules.clone();
    if let SubjectFormula::ClassAndComposition { composition_weight, .. } = &mut rules.formula {
        *composition_weight = 1;
    }
    rules
}

pub async fn put(admin: &mut Client, rules: RuleSet, over: &str) -> Result<(RuleSet, u64), Failure> {
    let ask = SaveRules { rules, over: over.to_owned() };
    match admin.call(Request::SaveRules(Box::new(ask))).await? {
        Reply::RulesSaved { rules, students, .. } => Ok((*rules, students)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn saved_rules_are_a_new_version_and_averages_follow() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (.., pupil) = golden(&mut admin).await;
    assert_eq!(average(&place, &pupil).await, Some(1_817));
    let first = in_force(&mut admin).await;

    let preview = Request::PreviewRules { rules: Box::new(alike(&first)), student: Some(pupil.clone()) };
    let Ok(Reply::RulesPreview(told)) = admin.call(preview).await else { panic!("preview") };
    let RulesPreview { student: Some(example), students: 1 } = *told else { panic!("{told:?}") };
    let hundredths = |average: Option<Average>| average.map(Average::hundredths);
    assert_eq!((hundredths(example.general.before), hundredths(example.general.after)), (Some(1_817), Some(1_775)));
    assert_eq!(average(&place, &pupil).await, Some(1_817), "a preview changes nothing");

    let (second, students) = put(&mut admin, alike(&first), &first.id).await.unwrap();
    assert_eq!((second.id.as_str(), second.version, students), ("mali:2", 2, 1));
    assert_eq!(average(&place, &pupil).await, Some(1_775));
    // The same again is nothing new; words alone make no average anew.
    assert_eq!(put(&mut admin, second.clone(), &second.id).await.unwrap().0.version, 2);
    let mut words = second.clone();
    words.bands.pop();
    let (third, students) = put(&mut admin, words, &second.id).await.unwrap();
    assert_eq!((third.version, students), (3, 0));
    let report = admin.call(Request::Doctor { rebuild: false }).await;
    assert!(matches!(report, Ok(Reply::Doctor(report)) if report.stale == 0));
    // An older version again.
    let chosen = admin.call(Request::UseRules { id: first.id.clone(), over: third.id.clone() }).await.unwrap();
    assert!(matches!(chosen, Reply::RulesSaved { students: 1, .. }), "{chosen:?}");
    assert_eq!(average(&place, &pupil).await, Some(1_817));
    let entries = place.store().every::<AuditEntry>(&Filter::equals("stream", "setup")).await.unwrap();
    let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions.iter().filter(|action| **action == "rules.save").count(), 2);
    assert!(actions.contains(&"rules.use"));
}

#[tokio::test]
async fn rules_that_cannot_stand_are_refused() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let first = in_force(&mut admin).await;
    let mut rules = first.clone();
    rules.annual_weights = vec![0, 0, 0];
    rules.bands.clear();
    let refused = put(&mut admin, rules.clone(), &first.id).await;
    let faults = vec![RuleFault::AnnualWeights, RuleFault::NoBands];
    assert_eq!(refused, Err(Failure::refused(Why::Rules(faults.clone()))));
    let preview = admin.call(Request::PreviewRules { rules: Box::new(rules), student: None }).await;
    assert_eq!(preview, Err(Failure::refused(Why::Rules(faults))));
    assert_eq!(in_force(&mut admin).await, first);
    save(&mut admin, user("prof", Role::Teacher, None)).await.unwrap();
    let mut prof = settled(&backend, "prof").await;
    assert_eq!(put(&mut prof, alike(&first), &first.id).await, Err(Failure::Denied));
    assert_eq!(prof.call(Request::CancelRules).await, Err(Failure::Denied));
}

#[tokio::test]
async fn of_two_admins_the_second_is_told_of_the_first() {
    let place = Place::new();
    let (one, two) = (place.start(1), place.start(2));
    let mut admin = opened(&one).await;
    let mut other = login(&two, "admin", PASSWORD).await.unwrap();
    let first = in_force(&mut admin).await;
    assert_eq!(in_force(&mut other).await, first);
    put(&mut admin, alike(&first), &first.id).await.unwrap();
    let mut exact = first.clone();
    exact.rounding = RoundingRule::Tenth;
    let told = put(&mut other, exact, &first.id).await;
    assert_eq!(told, Err(Failure::refused(Why::RulesMoved { name: "mali".to_owned(), version: 2 })));
    assert_eq!(place.store().one::<School>(School::ID).await.unwrap().unwrap().rules, "mali:2");
}

#[tokio::test]
async fn undo_brings_the_rules_of_before_back_unless_others_came_since() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (.., pupil) = golden(&mut admin).await;
    let first = in_force(&mut admin).await;
    let ask = SaveRules { rules: alike(&first), over: first.id.clone() };
    let Ok(Reply::RulesSaved { act: Some(act), rules: second, .. }) =
        admin.call(Request::SaveRules(Box::new(ask))).await
    else {
        panic!("saved")
    };
    // A student in between moves the school's record, which is no reason to refuse.
    let class = admin.class(0).id;
    admin.add(Client::form("Keïta", "Issa", Some(&class))).await.unwrap();
    admin.call(Request::Undo(act.clone())).await.unwrap();
    assert_eq!(in_force(&mut admin).await.id, first.id);
    assert_eq!(average(&place, &pupil).await, Some(1_817));
    let chosen = admin.call(Request::UseRules { id: second.id.clone(), over: first.id.clone() }).await.unwrap();
    let Reply::RulesSaved { act: Some(choice), .. } = chosen else { panic!("{chosen:?}") };
    let mut third = second.body();
    third.rounding = RoundingRule::Tenth;
    put(&mut admin, third, &second.id).await.unwrap();
    assert_eq!(admin.call(Request::Undo(choice)).await, Err(Failure::Conflict));
}

/// A boxed rule set's own copy.
trait Body {
    fn body(&self) -> RuleSet;
}

impl Body for Box<RuleSet> {
    fn body(&self) -> RuleSet {
        (**self).clone()
    }
}

pub async fn why(admin: &mut Client, student: &StudentId, of: Option<u8>, subject: Option<&str>) -> Explained {
    let subject = subject.map(|name| admin.subject(name));
    let question = ExplainQuestion { student: student.clone(), year: None, term: of.map(term), subject, at: None };
    match admin.call(Request::Explain(question)).await.unwrap() {
        Reply::Explained(explained) => *explained,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_average_is_told_with_every_mark_also_those_not_entered() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (key, _, pupil) = golden(&mut admin).await;
    admin.add_column(&key, "Devoir 2").await;
    let told = why(&mut admin, &pupil, Some(1), Some("Mathématiques")).await;
    let [basis] = told.subjects.as_slice() else { panic!("{told:?}") };
    let titles: Vec<&str> = basis.marks.iter().map(|mark| mark.title.as_str()).collect();
    assert_eq!(titles, ["Devoir 1", "Composition", "Devoir 2"]);
    assert_eq!(basis.marks[2].mark.value, None);
    assert!(!told.closed && !told.partial);
    let whole = why(&mut admin, &pupil, Some(1), None).await;
    assert_eq!(whole.subjects.len(), 1);
    let year = why(&mut admin, &pupil, None, None).await;
    assert_eq!(year.terms.len(), 3);
    assert_eq!(
        year.terms[0].1.as_ref().map(|(average, exact)| (average.hundredths(), exact.as_str())),
        Some((1_817, "1817/100"))
    );
    assert_eq!(year.terms[1].1, None);
    // A teacher of another class is told of nothing; one of another subject, that there is more.
    save(&mut admin, user("prof", Role::Teacher, None)).await.unwrap();
    let mut prof = settled(&backend, "prof").await;
    let question = ExplainQuestion { student: pupil, year: None, term: Some(term(1)), subject: None, at: None };
    assert!(prof.call(Request::Explain(question)).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_on_the_way_everything_is_as_before() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    admin.call(Request::Seed { students: 1_500, seed: 7, fill: false }).await.unwrap();
    let mut other = login(&backend, "admin", PASSWORD).await.unwrap();
    let averages = async |store: carnet::store::SharedStore| -> Vec<(StudentId, Option<Average>, String)> {
        let students = store.every::<Student>(&Filter::All).await.unwrap();
        students.into_iter().map(|student| (student.body.id, student.body.average, student.body.basis)).collect()
    };
    let before = averages(place.store()).await;
    let first = in_force(&mut admin).await;
    let ask = SaveRules { rules: alike(&first), over: first.id.clone() };
    let session = admin.session();
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let saving = tokio::spawn(async move {
        let hear = move |event: &carnet::protocol::Event| {
            if matches!(event, carnet::protocol::Event::Progress { .. }) {
                let _ = say.send(());
            }
        };
        let answer = admin.link.call_heard(Some(&session), Request::SaveRules(Box::new(ask)), hear).await;
        (admin, answer)
    });
    heard.recv().await.expect("progress");
    assert_eq!(other.call(Request::CancelRules).await, Ok(Reply::Done));
    let (mut admin, answer) = saving.await.unwrap();
    assert_eq!(answer, Err(Failure::refused(Why::Stopped)));
    assert_eq!(in_force(&mut admin).await, first);
    assert_eq!(averages(place.store()).await, before);
    let report = admin.call(Request::Doctor { rebuild: false }).await;
    assert!(matches!(report, Ok(Reply::Doctor(report)) if report.stale == 0));
    // A wish to stop from before is not about what comes later.
    let (_, students) = put(&mut admin, alike(&first), &first.id).await.unwrap();
    assert_eq!(students, 1_500);
}

#[tokio::test]
async fn families_see_by_the_rule() {
    use carnet::domain::rules::FamiliesSee;
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (key, test, pupil) = golden(&mut admin).await;
    let version = admin.sheet(&key).await.version;
    let hidden = EvaluationDraft { id: Some(test), published: false, ..Client::column(&key, "Devoir 1", version) };
    admin.call(Request::SaveEvaluation(Box::new(hidden))).await.unwrap();
    let mut account = user("parent", Role::Parent, None);
    account.children = vec![pupil.clone()];
    save(&mut admin, account).await.unwrap();
    let mut parent = settled(&backend, "parent").await;
    let seen = async |parent: &mut Client| match parent.call(Request::MyMarks { child: None }).await.unwrap() {
        Reply::MyMarks(marks) => marks.student.grades.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(seen(&mut parent).await, 1, "the published column");
    let subject = Some(admin.subject("Mathématiques"));
    let question = ExplainQuestion { student: pupil.clone(), year: None, term: Some(term(1)), subject, at: None };
    let Ok(Reply::Explained(told)) = parent.call(Request::Explain(question)).await else { panic!("explained") };
    assert_eq!(told.subjects[0].marks.len(), 1, "no word of a column that is not published");
    let first = in_force(&mut admin).await;
    let at_once = RuleSet { families: FamiliesSee::AtOnce, ..first.clone() };
    let (second, _) = put(&mut admin, at_once, &first.id).await.unwrap();
    assert_eq!(seen(&mut parent).await, 2);
    let closed = RuleSet { families: FamiliesSee::TermClosed, ..second.clone() };
    put(&mut admin, closed, &second.id).await.unwrap();
    assert_eq!(seen(&mut parent).await, 0);
    let ask = carnet::protocol::CloseTerm { act: admin.act(), term: term(1), class: None, anyway: true };
    admin.call(Request::CloseTerm(ask)).await.unwrap();
    assert_eq!(seen(&mut parent).await, 2);
}

#[tokio::test]
async fn a_cycle_has_its_own_formula_and_a_change_of_level_follows_it() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (.., pupil) = golden(&mut admin).await;
    let level = Level { id: LevelId::new(""), kind: LevelKind::Level, name: super::name("3e année"), position: 0 };
    admin.call(Request::SaveLevel { level, version: None }).await.unwrap();
    let mut class = admin.class(0);
    let version = admin.entered.setup.classes[0].version;
    class.level = Some(super::name("3e année"));
    admin.call(Request::SaveClass { class, version: Some(version) }).await.unwrap();
    assert_eq!(average(&place, &pupil).await, Some(1_775), "first cycle: 1:1");
    let told = why(&mut admin, &pupil, Some(1), Some("Mathématiques")).await;
    assert_ne!(told.subjects[0].rules.formula, told.rules.formula);
}

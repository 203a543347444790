//! What is closed stays as it was closed, and what was opened again is open: also for who was away, or whose class has
//! another level since.

use carnet::{
    domain::{
        calendar::Term,
        entities::{Level, LevelKind, Student},
        id::{ActId, EvaluationId, LevelId, StudentId},
        rules::RuleSet,
        score::Average,
    },
    protocol::{CloseTerm, EvaluationDraft, Failure, Field, Reply, Request, SaveStudent, StudentForm, Why},
    store::Records,
};

use super::{
    Client, Place, name, opened, points,
    rules::{alike, golden, in_force, put, why},
    year,
};

fn one() -> Term {
    Term::new(1).unwrap()
}

async fn close(admin: &mut Client) {
    let ask = CloseTerm { act: admin.act(), term: one(), class: Some(admin.class(0).id), anyway: true };
    admin.call(Request::CloseTerm(ask)).await.unwrap();
}

async fn reopen(admin: &mut Client) {
    let class = admin.class(0).id;
    admin.call(Request::ReopenTerm { term: one(), class, reason: "note oubliée".to_owned() }).await.unwrap();
}

async fn record(place: &Place, id: &StudentId) -> Student {
    place.store().one::<Student>(id.as_str()).await.unwrap().unwrap().body
}

async fn delete(admin: &mut Client, place: &Place, id: &StudentId) -> ActId {
    let version = place.store().one::<Student>(id.as_str()).await.unwrap().unwrap().version;
    match admin.call(Request::DeleteStudent { id: id.clone(), version }).await {
        Ok(Reply::Acted(act)) => act,
        other => panic!("{other:?}"),
    }
}

/// The class of the tests has that level from now on.
async fn level(admin: &mut Client, text: &str) {
    let Ok(Reply::Setup(setup)) = admin.call(Request::Setup).await else { panic!("a set-up") };
    let stored = setup.classes.iter().find(|class| class.id == admin.class(0).id).unwrap().clone();
    let mut class = stored.body.clone();
    class.level = Some(name(text));
    admin.call(Request::SaveClass { class, version: Some(stored.version) }).await.unwrap();
}

/// A level of the first cycle, where class marks and composition weigh alike.
async fn third_year(admin: &mut Client) {
    let level = Level { id: LevelId::new(""), kind: LevelKind::Level, name: name("3e année"), position: 0 };
    admin.call(Request::SaveLevel { level, version: None }).await.unwrap();
}

fn printed(average: Option<Average>) -> Option<u16> {
    average.map(Average::hundredths)
}

#[tokio::test]
async fn who_was_away_while_the_term_was_opened_again_finds_it_open() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (key, column, pupil) = golden(&mut admin).await;
    close(&mut admin).await;
    let act = delete(&mut admin, &place, &pupil).await;
    reopen(&mut admin).await;
    admin.call(Request::Undo(act)).await.unwrap();
    assert!(record(&place, &pupil).await.closed.is_empty(), "nothing is closed");
    admin.set(&key, (&column, &pupil), points(1_000), None).await.unwrap();
    assert_ne!(printed(record(&place, &pupil).await.average), Some(1_817), "the average follows the mark");
}

#[tokio::test]
async fn who_was_away_while_the_term_was_closed_anew_has_the_rules_of_the_last_closing() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (.., pupil) = golden(&mut admin).await;
    close(&mut admin).await;
    place.clock.advance(std::time::Duration::from_secs(60));
    let act = delete(&mut admin, &place, &pupil).await;
    place.clock.advance(std::time::Duration::from_secs(60));
    reopen(&mut admin).await;
    let first = in_force(&mut admin).await;
    let (second, _) = put(&mut admin, alike(&first), &first.id).await.unwrap();
    close(&mut admin).await;
    admin.call(Request::Undo(act)).await.unwrap();
    let back = record(&place, &pupil).await;
    assert_eq!(back.closed_term(&year(), one()).map(|how| how.rules.as_str()), Some(second.id.as_str()));
    assert_eq!(printed(back.average), Some(1_775));
}

#[tokio::test]
async fn who_comes_back_into_a_closed_term_has_the_level_of_the_closing() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (.., pupil) = golden(&mut admin).await;
    let act = delete(&mut admin, &place, &pupil).await;
    close(&mut admin).await;
    third_year(&mut admin).await;
    level(&mut admin, "3e année").await;
    admin.call(Request::Undo(act)).await.unwrap();
    assert_eq!(printed(record(&place, &pupil).await.average), Some(1_817), "two thirds for the composition, as then");
    let told = why(&mut admin, &pupil, Some(1), None).await;
    assert_eq!(printed(carnet::ui::explanation::average(&told, false).map(|average| average.printed)), Some(1_817));
}

#[tokio::test]
async fn a_closed_sheet_is_reckoned_by_the_level_of_the_closing() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (key, ..) = golden(&mut admin).await;
    let then: RuleSet = admin.sheet(&key).await.rules;
    close(&mut admin).await;
    third_year(&mut admin).await;
    level(&mut admin, "3e année").await;
    assert_eq!(admin.sheet(&key).await.rules.formula, then.formula);
    reopen(&mut admin).await;
    assert_ne!(admin.sheet(&key).await.rules.formula, then.formula, "open again, it is of the level of now");
}

/// The rules name levels: a level that is called otherwise keeps its formula and its decisions.
#[tokio::test]
async fn a_level_that_is_renamed_keeps_its_rules() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (.., pupil) = golden(&mut admin).await;
    third_year(&mut admin).await;
    level(&mut admin, "3e année").await;
    assert_eq!(printed(record(&place, &pupil).await.average), Some(1_775));
    let before = in_force(&mut admin).await;
    let Ok(Reply::Setup(setup)) = admin.call(Request::Setup).await else { panic!("a set-up") };
    let known = setup.levels.iter().find(|level| level.name.as_str() == "3e année").unwrap().clone();
    let renamed = Level { name: name("Troisième année"), ..known.body.clone() };
    let saved = admin.call(Request::SaveLevel { level: renamed, version: Some(known.version) }).await;
    let Ok(Reply::Acted(act)) = saved else { panic!("{saved:?}") };
    assert_eq!(printed(record(&place, &pupil).await.average), Some(1_775), "still of the first cycle");
    let after = in_force(&mut admin).await;
    assert!(after.version > before.version && after.cycles[0].levels.contains(&name("Troisième année")));
    admin.call(Request::Undo(act)).await.unwrap();
    assert_eq!(in_force(&mut admin).await, before);
    assert_eq!(printed(record(&place, &pupil).await.average), Some(1_775));
}

/// Marks given here count in the term that was closed there.
#[tokio::test]
async fn a_column_that_counts_in_a_closed_term_of_another_class_stays_as_it_is() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (key, column, pupil) = golden(&mut admin).await;
    let other = admin.class(1).id;
    let stored = place.store().one::<Student>(pupil.as_str()).await.unwrap().unwrap();
    let form = Client::form("Traoré", "Awa", Some(&other));
    let form = StudentForm { matricule: Some(stored.matricule.clone()), ..form };
    let ask = SaveStudent { act: admin.act(), id: Some((pupil.clone(), stored.version)), form, marks: vec![] };
    admin.call(Request::SaveStudent(Box::new(ask))).await.unwrap();
    let ask = CloseTerm { act: admin.act(), term: one(), class: Some(other), anyway: true };
    admin.call(Request::CloseTerm(ask)).await.unwrap();
    let before = record(&place, &pupil).await;
    let view = admin.sheet(&key).await;
    let draft = |title: &str, coefficient| {
        let draft = Client::column(&key, title, view.version);
        Request::SaveEvaluation(Box::new(EvaluationDraft { id: Some(column.clone()), coefficient, ..draft }))
    };
    let delete = |column: &EvaluationId, version| {
        let (sheet, evaluation) = (key.clone(), column.clone());
        Request::DeleteEvaluation { sheet, evaluation, version }
    };
    let closed = Err(Failure::refused(Why::Closed));
    assert_eq!(admin.call(draft("Devoir 1", 3)).await, closed);
    assert_eq!(admin.call(delete(&column, view.version)).await, closed);
    assert_eq!(record(&place, &pupil).await.grades, before.grades);
    // Its name is nobody's average.
    assert!(admin.call(draft("Devoir un", 1)).await.is_ok());
    let over = Client::column(&key, "Devoir 3", admin.sheet(&key).await.version);
    let refused = admin.call(Request::SaveEvaluation(Box::new(EvaluationDraft { coefficient: 101, ..over }))).await;
    assert!(matches!(refused, Err(Failure::Invalid { field: Some(Field::Coefficient), .. })), "{refused:?}");
    // Where nobody's closed term is concerned, all is as always.
    let free = admin.add_column(&key, "Devoir 2").await;
    let version = admin.sheet(&key).await.version;
    assert!(admin.call(delete(&free, version)).await.is_ok());
}

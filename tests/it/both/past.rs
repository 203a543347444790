//! The time machine: every moment of a sheet's life, told by its history as it was seen at the time. Two people enter,
//! empty, undo and redo, columns come, change, go and come back.

use std::time::Duration;

use carnet::{
    backend::Clock as _,
    domain::{
        calendar::Timestamp,
        entities::{Evaluation, Role, Student},
        id::{ActId, StudentId},
        rules::{Rank, ranks},
        score::{Average, MarkValue},
        text_values::{Password, Username},
    },
    protocol::{EvaluationDraft, MomentQuestion, Reply, Request, SaveUser, SheetKey, SheetMoment, Standing},
    store::Records,
};
use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::{Ground, on_both};
use crate::backend::{Client, PASSWORD, login, name, opened, points, year};

on_both!(every_moment_is_told_as_it_was, what_moved_somebody_is_told_with_who_did_it);

/// Somebody with mathematics in a class.
pub async fn teacher(admin: &mut Client, backend: &carnet::backend::Backend, key: &SheetKey, who: &str) -> Client {
    let account = SaveUser {
        id: None,
        username: Username::parse(who).unwrap(),
        display_name: name(who),
        role: Role::Teacher,
        disabled: false,
        password: None,
        student: None,
        children: vec![],
        staff: carnet::domain::entities::StaffFile::default(),
    };
    let Ok(Reply::User(made)) = admin.call(Request::SaveUser(Box::new(account))).await else { panic!("an account") };
    let (class, subject) = (key.class.clone(), key.subject.clone());
    admin.call(Request::SaveAssignment { teacher: made.row.id.clone(), class, subject }).await.unwrap();
    let first = made.first_password.unwrap();
    let mut teacher = login(backend, who, first.reveal()).await.unwrap();
    let new = Password::typed(PASSWORD);
    teacher.call(Request::ChangePassword { old: first, new }).await.unwrap();
    teacher
}

async fn stood(client: &mut Client, key: &SheetKey, at: Timestamp) -> SheetMoment {
    match client.call(Request::SheetAt(MomentQuestion { sheet: key.clone(), at })).await {
        Ok(Reply::SheetAt(stood)) => *stood,
        other => panic!("{other:?}"),
    }
}

/// What is seen at a moment: columns, cells, and each student's averages with their ranks.
#[derive(Debug, PartialEq)]
struct Seen {
    columns: Vec<Evaluation>,
    cells: Vec<(StudentId, Vec<Option<MarkValue>>)>,
    standings: Vec<Standing>,
}

/// A student's average in the subject, and the general one.
type OwnAndGeneral = (Option<Average>, Option<Average>);

/// As the sheet and the students' own averages have it now.
async fn now(ground: &Ground, client: &mut Client, key: &SheetKey) -> Seen {
    let view = client.sheet(key).await;
    let store = ground.store().await;
    let mut averages: Vec<(Option<Average>, Option<Average>)> = Vec::new();
    for row in &view.rows {
        let student = store.one::<Student>(row.student.as_str()).await.unwrap().unwrap();
        let own = student.subject_averages.get(&year()).and_then(|terms| terms.get(&key.term));
        let own = own.and_then(|subjects| subjects.get(&key.subject)).copied();
        let general = student.averages.get(&year()).and_then(|year| year.terms.get(&key.term)).copied();
        averages.push((own, general));
    }
    let place = |of: fn(&OwnAndGeneral) -> Option<Average>| -> Vec<Option<Rank>> {
        ranks(view.rules.ranking, &averages.iter().map(of).collect::<Vec<_>>())
    };
    let (own, general) = (place(|it| it.0), place(|it| it.1));
    let standing =
        |n: usize| Standing { average: averages[n].0, rank: own[n], general: averages[n].1, general_rank: general[n] };
    let row = |row: &carnet::protocol::SheetRow| (row.student.clone(), row.cells.iter().map(|it| it.value).collect());
    Seen {
        columns: view.evaluations.clone(),
        cells: view.rows.iter().map(row).collect(),
        standings: (0..view.rows.len()).map(standing).collect(),
    }
}

/// As the time machine tells it.
fn then(told: &SheetMoment) -> Seen {
    Seen {
        columns: told.columns.clone(),
        cells: told.rows.iter().map(|row| (row.student.clone(), row.cells.clone())).collect(),
        standings: told.rows.iter().map(|row| row.then.unwrap()).collect(),
    }
}

fn in_order(mut seen: Seen) -> Seen {
    let mut order: Vec<usize> = (0..seen.columns.len()).collect();
    order.sort_by(|one, two| seen.columns[*one].id.cmp(&seen.columns[*two].id));
    for (_, cells) in &mut seen.cells {
        *cells = order.iter().map(|place| cells[*place]).collect();
    }
    seen.columns.sort_by(|one, two| one.id.cmp(&two.id));
    seen
}

/// One random act; `deleted`: what can be brought back.
async fn act(
    chance: &mut ChaCha12Rng,
    client: &mut Client,
    key: &SheetKey,
    pupils: &[StudentId],
    deleted: &mut Vec<ActId>,
) {
    let view = client.sheet(key).await;
    let column = (!view.evaluations.is_empty())
        .then(|| view.evaluations[chance.random_range(0..view.evaluations.len())].clone());
    let (act, sheet) = (client.act(), key.clone());
    // What cannot be done just now (nothing to undo, a column that has moved on) is no matter here.
    match (chance.random_range(0..14), column) {
        (0..=6, Some(column)) => {
            let pupil = &pupils[chance.random_range(0..pupils.len())];
            let value = match chance.random_range(0..8) {
                0 => None,
                1 => Some(MarkValue::Code(carnet::domain::score::MarkCode::Abs)),
                _ => points(chance.random_range(0..=2_000)),
            };
            let _ = client.set(key, (&column.id, pupil), value, None).await;
        }
        (7..=8, Some(_)) => drop(client.call(Request::UndoMark { act, sheet, force: true }).await),
        (9, Some(_)) => drop(client.call(Request::RedoMark { act, sheet, force: true }).await),
        (10, Some(column)) => {
            let draft = EvaluationDraft {
                id: Some(column.id.clone()),
                coefficient: chance.random_range(0..4),
                ..Client::column(key, column.title.as_str(), view.version)
            };
            let _ = client.call(Request::SaveEvaluation(Box::new(draft))).await;
        }
        (11, Some(column)) => {
            let delete = Request::DeleteEvaluation { sheet, evaluation: column.id, version: view.version };
            if let Ok(Reply::Acted(act)) = client.call(delete).await {
                deleted.push(act);
            }
        }
        (12, Some(_)) => {
            if let Some(act) = deleted.pop() {
                let _ = client.call(Request::Undo(act)).await;
            }
        }
        _ => {
            let title = format!("Devoir {}", chance.random_range(0..1_000_000));
            let _ = client.call(Request::SaveEvaluation(Box::new(Client::column(key, &title, view.version)))).await;
        }
    }
}

async fn every_moment_is_told_as_it_was(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let (key, other) = (admin.key(&class, "Mathématiques"), admin.key(&class, "Français"));
    let mut pupils = Vec::new();
    for last in ["Traoré", "Keïta", "Diallo"] {
        pupils.push(admin.add(Client::form(last, "Awa", Some(&class))).await.unwrap().id);
    }
    let french = admin.add_column(&other, "Dictée").await;
    admin.set(&other, (&french, &pupils[0]), points(1_000), None).await.unwrap();
    let mut people =
        [teacher(&mut admin, &backend, &key, "awa").await, teacher(&mut admin, &backend, &key, "issa").await];
    let mut chance = ChaCha12Rng::seed_from_u64(11);
    let mut deleted: [Vec<ActId>; 2] = [Vec::new(), Vec::new()];
    let mut moments: Vec<(Timestamp, Seen)> = Vec::new();
    for step in 0..70 {
        ground.place.clock.advance(Duration::from_secs(60));
        let who = chance.random_range(0..2);
        act(&mut chance, &mut people[who], &key, &pupils, &mut deleted[who]).await;
        if step % 10 == 9 {
            // What moves the general average only.
            let value = points(chance.random_range(0..=2_000));
            admin.set(&other, (&french, &pupils[1]), value, None).await.unwrap();
        }
        moments.push((ground.place.clock.now(), now(ground, &mut admin, &key).await));
    }
    for (at, seen) in moments {
        let told = stood(&mut admin, &key, at).await;
        assert_eq!(in_order(then(&told)), in_order(seen), "at {at}");
        let standings: Vec<Standing> = told.rows.iter().map(|row| row.now.unwrap()).collect();
        assert_eq!(standings, now(ground, &mut admin, &key).await.standings);
    }
    // From change to change, back to the beginning and forth again.
    let mut at = ground.place.clock.now();
    let mut steps = 0;
    while let Some(earlier) = stood(&mut admin, &key, at).await.earlier {
        assert!(earlier < at);
        (at, steps) = (earlier, steps + 1);
    }
    assert!(steps > 30, "{steps} steps");
    assert_eq!(stood(&mut admin, &key, at).await.columns, vec![], "before anything was done");
    for _ in 0..steps {
        at = stood(&mut admin, &key, at).await.later.unwrap();
    }
    assert_eq!(stood(&mut admin, &key, at).await.later, None);
    backend.shutdown().await;
}

async fn what_moved_somebody_is_told_with_who_did_it(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let (key, other) = (admin.key(&class, "Mathématiques"), admin.key(&class, "Français"));
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap().id;
    let column = admin.add_column(&key, "Devoir 1").await;
    let french = admin.add_column(&other, "Dictée").await;
    admin.set(&key, (&column, &awa), points(1_000), None).await.unwrap();
    let before = ground.place.clock.now();
    ground.place.clock.advance(Duration::from_secs(60));
    let mut issa = teacher(&mut admin, &backend, &key, "issa").await;
    issa.set(&key, (&column, &awa), points(1_400), None).await.unwrap();
    ground.place.clock.advance(Duration::from_secs(1));
    admin.set(&other, (&french, &awa), points(600), None).await.unwrap();
    ground.place.clock.advance(Duration::from_secs(60));
    let late = admin.add(Client::form("Keïta", "Issa", Some(&class))).await.unwrap().id;

    let told = stood(&mut admin, &key, before).await;
    let said: Vec<_> =
        told.changes.iter().map(|it| (it.by.as_str(), it.evaluation.as_deref(), it.new.as_f64())).collect();
    assert_eq!(said, [("admin", Some("Dictée"), Some(6.0)), ("issa", Some("Devoir 1"), Some(14.0))]);
    let row = told.rows.iter().find(|row| row.student == awa).unwrap();
    let printed = |average: Option<Average>| average.map(Average::hundredths);
    let (then, now) = (row.then.unwrap(), row.now.unwrap());
    assert_eq!((printed(then.average), printed(now.average)), (Some(1_000), Some(1_400)));
    assert_eq!(printed(then.general), Some(1_000));
    assert_ne!(printed(now.general), Some(1_400), "the other subject counts now");
    let late = told.rows.iter().find(|row| row.student == late).unwrap();
    assert_eq!((late.then, late.now.is_some()), (None, true), "who came later was not there");
    // A colleague's marks are not told, the averages that they moved are.
    let told = stood(&mut issa, &key, before).await;
    assert_eq!(told.changes.len(), 1);
    assert_eq!(told.rows.iter().find(|row| row.student == awa).unwrap().now, Some(now));
    let Ok(Reply::History(lines)) =
        issa.call(Request::CellHistory { sheet: key.clone(), evaluation: column.clone(), student: awa.clone() }).await
    else {
        panic!("a history")
    };
    let said: Vec<_> = lines.iter().map(|line| (line.by.as_str(), line.old.as_f64(), line.new.as_f64())).collect();
    assert_eq!(said, [("issa", Some(10.0), Some(14.0)), ("admin", None, Some(10.0))]);
    let refused = issa.call(Request::CellHistory { sheet: other, evaluation: french, student: awa }).await;
    assert_eq!(refused, Err(carnet::protocol::Failure::Denied));
    backend.shutdown().await;
}

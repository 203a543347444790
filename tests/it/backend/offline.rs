//! Typing goes on while the store is away: marks are kept on this machine and sent, in order, when it is back.

use std::sync::Arc;

use carnet::{
    backend::{Backend, BackendConfig, survey},
    cache::{keys::Keys, memory::MemoryCache},
    domain::{
        entities::{AuditEntry, Mark},
        id::{ClassId, EvaluationId, MarkId, StudentId},
        query::Filter,
        score::MarkValue,
    },
    protocol::{
        CellSet, Event, Failure, Inbound, KeptCount, KeptMark, KeptState, Lamp, MarkSet, Part, Reply, Request, SetMark,
        SetMarks, SheetKey, Trouble, Why,
    },
    store::Records,
};

use super::{
    Client, PASSWORD, Place,
    fickle::{Fickle, Mood},
    login, opened, points,
    setup::{save, settled, user},
};

/// A school with a sheet of two students, on a store that fails as told.
struct Scene {
    place: Place,
    store: Arc<Fickle>,
    folder: tempfile::TempDir,
    backend: Backend,
    admin: Client,
    key: SheetKey,
    column: EvaluationId,
    pupils: Vec<StudentId>,
}

fn start(place: &Place, store: Arc<Fickle>, folder: &tempfile::TempDir, seed: u64) -> Backend {
    let cache = Arc::new(MemoryCache::new(Keys::default()));
    let given = place.config(seed);
    let backups = given.backups.clone();
    Backend::start(BackendConfig {
        admin_token: given.admin_token,
        bcrypt_cost: given.bcrypt_cost,
        clock: given.clock,
        ids: given.ids,
        offline: Some(folder.path().join("offline")),
        ..BackendConfig::with_store(store, cache, b"audit key".to_vec(), backups)
    })
}

impl Scene {
    async fn new() -> Self {
        let place = Place::new();
        let store = Fickle::new(place.store());
        let folder = tempfile::tempdir().unwrap();
        let backend = start(&place, store.clone(), &folder, 1);
        let mut admin = opened(&backend).await;
        let class = admin.class(0).id;
        let mut pupils = Vec::new();
        for first in ["Awa", "Issa"] {
            pupils.push(admin.add(Client::form("Traoré", first, Some(&class))).await.unwrap().id);
        }
        let key = admin.key(&class, "Mathématiques");
        let column = admin.add_column(&key, "Devoir 1").await;
        Self { place, store, folder, backend, admin, key, column, pupils }
    }

    /// Types a mark as a screen does.
    async fn write(&mut self, pupil: usize, value: Option<MarkValue>, expect: u64) -> Result<Reply, Failure> {
        let ask = SetMark {
            act: self.admin.act(),
            sheet: self.key.clone(),
            evaluation: self.column.clone(),
            student: self.pupils[pupil].clone(),
            value,
            expect: Some(expect),
            reason: None,
        };
        self.admin.call(Request::SetMark(Box::new(ask))).await
    }

    #[track_caller]
    fn kept(answer: Result<Reply, Failure>) -> KeptMark {
        match answer {
            Ok(Reply::MarkKept(kept)) => *kept,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn set(answer: Result<Reply, Failure>) -> MarkSet {
        match answer {
            Ok(Reply::MarkSet(set)) => *set,
            other => panic!("{other:?}"),
        }
    }

    /// Waits until what is kept counts so.
    async fn until(&mut self, waiting: u64, stuck: u64) {
        loop {
            if let Some(Inbound::Event(Event::Kept { count, .. })) = self.admin.link.recv().await
                && (count.waiting, count.stuck) == (waiting, stuck)
            {
                return;
            }
        }
    }

    async fn stored(&self, pupil: usize) -> Option<(Option<MarkValue>, u64)> {
        let id = MarkId::of(&self.column, &self.pupils[pupil]);
        let mark = self.place.store().one::<Mark>(id.as_str()).await.unwrap();
        mark.map(|mark| (mark.value, mark.version))
    }

    /// How often the store has written marks.
    async fn written(&self) -> usize {
        let entries = self.place.store().every::<AuditEntry>(&Filter::All).await.unwrap();
        entries.iter().filter(|entry| entry.body.action == "mark.set").count()
    }
}

#[tokio::test]
async fn what_another_process_has_sent_no_longer_counts_as_kept() {
    let mut scene = Scene::new().await;
    scene.admin.sheet(&scene.key.clone()).await;
    scene.store.set(Mood::Away);
    Scene::kept(scene.write(0, points(1_100), 0).await);
    // Another process of this machine, which the store answers.
    let other = start(&scene.place, Fickle::new(scene.place.store()), &scene.folder, 2);
    scene.until(0, 0).await;
    assert_eq!(scene.stored(0).await, Some((points(1_100), 1)));
    other.shutdown().await;
}

#[tokio::test]
async fn what_is_typed_while_the_store_is_away_is_kept_and_sent_in_order() {
    let mut scene = Scene::new().await;
    scene.admin.sheet(&scene.key.clone()).await;
    Scene::set(scene.write(0, points(1_000), 0).await);
    scene.store.set(Mood::Away);
    let first = Scene::kept(scene.write(0, points(1_100), 1).await);
    assert_eq!((first.names.student.as_str(), first.names.user.as_str()), ("Traoré Awa", "admin"));
    // Typed over what is kept, and another.
    Scene::kept(scene.write(0, points(1_200), 1).await);
    Scene::kept(scene.write(1, points(1_300), 0).await);
    assert_eq!(scene.stored(0).await, Some((points(1_000), 1)));
    scene.store.set(Mood::Good);
    scene.until(0, 0).await;
    assert_eq!(scene.stored(0).await, Some((points(1_200), 3)), "each in its turn, over one's own");
    assert_eq!(scene.stored(1).await, Some((points(1_300), 1)));
    assert_eq!(scene.written().await, 4);
    assert!(survey(&scene.folder.path().join("offline")).unwrap().is_empty());
    // The screen has not read since; what it saw is one's own. Pasted as well as typed.
    let cell = CellSet {
        evaluation: scene.column.clone(),
        student: scene.pupils[1].clone(),
        value: points(1_350),
        expect: Some(0),
    };
    let ask = SetMarks { act: scene.admin.act(), sheet: scene.key.clone(), cells: vec![cell] };
    let pasted = scene.admin.call(Request::SetMarks(Box::new(ask))).await;
    assert!(matches!(&pasted, Ok(Reply::MarksSet(set)) if set.refused.is_empty()), "{pasted:?}");
    Scene::set(scene.write(1, points(1_400), 2).await);
}

#[tokio::test]
async fn a_mark_that_is_sent_while_the_sheet_is_read_is_seen() {
    let mut scene = Scene::new().await;
    let mut other = login(&scene.backend, "admin", PASSWORD).await.unwrap();
    scene.admin.sheet(&scene.key.clone()).await;
    scene.store.set(Mood::Locked);
    Scene::kept(scene.write(0, points(1_100), 0).await);
    scene.store.hold();
    let key = scene.key.clone();
    let reading = tokio::spawn(async move { other.sheet(&key).await });
    scene.store.holding().await;
    scene.store.set(Mood::Good);
    scene.until(0, 0).await;
    scene.store.let_go();
    let view = reading.await.unwrap();
    let cell = view.rows.iter().find(|row| row.student == scene.pupils[0]).and_then(|row| row.cells[0].value);
    assert!(cell == points(1_100) || !view.kept.is_empty(), "it is nowhere");
}

fn is(came: Option<&Inbound>, wanted: &Event) -> bool {
    matches!(came, Some(Inbound::Event(event)) if event == wanted)
}

#[tokio::test]
async fn when_the_store_is_back_everything_is_read_again() {
    let mut scene = Scene::new().await;
    let mut heard = async |wanted: Event| while !is(scene.admin.link.recv().await.as_ref(), &wanted) {};
    scene.store.set(Mood::Away);
    heard(Event::Lamp { store: Lamp::Gone, cache: Lamp::Good }).await;
    scene.store.set(Mood::Good);
    heard(Event::Lamp { store: Lamp::Good, cache: Lamp::Good }).await;
    heard(Event::Elsewhere).await;
}

#[tokio::test]
async fn a_frozen_store_is_waited_for_once() {
    let mut scene = Scene::new().await;
    scene.store.set(Mood::Frozen);
    for n in 0..20 {
        Scene::kept(scene.write(n % 2, points(u16::try_from(n).unwrap() * 10), 0).await);
    }
    scene.store.set(Mood::Good);
    scene.until(0, 0).await;
    assert_eq!(scene.stored(0).await.map(|(value, _)| value), Some(points(180)));
    assert_eq!(scene.stored(1).await.map(|(value, _)| value), Some(points(190)));
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_not_done_twice() {
    let mut scene = Scene::new().await;
    scene.admin.sheet(&scene.key.clone()).await;
    scene.store.set(Mood::LosesAnswer);
    Scene::kept(scene.write(0, points(1_100), 0).await);
    assert_eq!(scene.stored(0).await, Some((points(1_100), 1)), "done, and nobody was told");
    Scene::kept(scene.write(0, points(1_200), 0).await);
    scene.store.set(Mood::Good);
    scene.until(0, 0).await;
    assert_eq!(scene.stored(0).await, Some((points(1_200), 2)));
    assert_eq!(scene.written().await, 2);
}

#[tokio::test]
async fn after_a_kill_the_next_start_sends_what_is_kept() {
    let mut scene = Scene::new().await;
    scene.admin.sheet(&scene.key.clone()).await;
    scene.store.set(Mood::Locked);
    Scene::kept(scene.write(0, points(1_100), 0).await);
    let Scene { place, store, folder, backend, key, .. } = scene;
    backend.shutdown().await;
    let store = Fickle::new({
        drop(store);
        place.store()
    });
    store.set(Mood::Locked);
    let backend = start(&place, store.clone(), &folder, 2);
    let mut link = backend.connect();
    let Ok(Reply::KeptCount(KeptCount { waiting: 1, stuck: 0, .. })) = link.call(None, Request::KeptCount).await else {
        panic!("known before anybody logs in");
    };
    let mut admin = login(&backend, "admin", PASSWORD).await.unwrap();
    assert_eq!(admin.entered.kept.waiting, 1);
    let view = admin.sheet(&key).await;
    assert_eq!((view.kept.len(), view.kept[0].mark.value), (1, points(1_100)), "seen in its cell");
    store.set(Mood::Good);
    while !admin.sheet(&key).await.kept.is_empty() {
        let _ = admin.link.recv().await;
    }
    assert_eq!(admin.sheet(&key).await.rows[0].cells[0].value, points(1_100));
}

#[tokio::test]
async fn somebody_elses_mark_meanwhile_is_a_choice() {
    let mut scene = Scene::new().await;
    let key = scene.key.clone();
    scene.admin.sheet(&key).await;
    scene.store.set(Mood::Locked);
    Scene::kept(scene.write(0, points(1_100), 0).await);
    Scene::kept(scene.write(1, points(900), 0).await);
    // By another process, which reaches the store.
    let other = scene.place.start(7);
    let mut colleague = login(&other, "admin", PASSWORD).await.unwrap();
    let (column, pupil) = (scene.column.clone(), scene.pupils[0].clone());
    colleague.set(&key, (&column, &pupil), points(700), Some(0)).await.unwrap();
    scene.store.set(Mood::Good);
    scene.until(0, 1).await;
    assert_eq!(scene.stored(0).await, Some((points(700), 1)), "nothing is overwritten");
    assert_eq!(scene.stored(1).await, Some((points(900), 1)), "and nothing behind it is held up");
    let view = scene.admin.sheet(&key).await;
    let KeptState::Clash(conflict) = &view.kept[0].state else { panic!("{:?}", view.kept) };
    assert_eq!((conflict.theirs, view.kept[0].mark.value), (points(700), points(1_100)));
    // Mine: over theirs.
    Scene::set(scene.write(0, points(1_100), 1).await);
    assert!(scene.admin.sheet(&key).await.kept.is_empty(), "decided");
    other.shutdown().await;
}

#[tokio::test]
async fn a_column_that_is_gone_is_told_and_what_was_typed_stays_until_it_is_given_up() {
    let mut scene = Scene::new().await;
    let key = scene.key.clone();
    let version = scene.admin.sheet(&key).await.version;
    scene.store.set(Mood::Locked);
    let kept = Scene::kept(scene.write(0, points(1_100), 0).await);
    let other = scene.place.start(7);
    let mut colleague = login(&other, "admin", PASSWORD).await.unwrap();
    let evaluation = scene.column.clone();
    colleague.call(Request::DeleteEvaluation { sheet: key.clone(), evaluation, version }).await.unwrap();
    scene.store.set(Mood::Good);
    scene.until(0, 1).await;
    let Ok(Reply::KeptMarks(marks)) = scene.admin.call(Request::KeptMarks).await else { panic!("a list") };
    assert_eq!(marks[0].state, KeptState::Refused(Failure::NotFound));
    assert_eq!((marks[0].mark.value, marks[0].names.evaluation.as_str()), (points(1_100), "Devoir 1"));
    scene.admin.call(Request::DropKept(kept.mark.act)).await.unwrap();
    let Ok(Reply::KeptMarks(marks)) = scene.admin.call(Request::KeptMarks).await else { panic!("a list") };
    assert!(marks.is_empty());
    other.shutdown().await;
}

#[tokio::test]
async fn who_lost_the_right_meanwhile_is_refused_when_it_is_sent() {
    let mut scene = Scene::new().await;
    let key = scene.key.clone();
    let class: ClassId = key.class.clone();
    let role = carnet::domain::entities::Role::Teacher;
    let moussa = save(&mut scene.admin, user("moussa", role, None)).await.unwrap();
    let (teacher, subject) = (moussa.id, key.subject.clone());
    scene.admin.call(Request::SaveAssignment { teacher, class, subject }).await.unwrap();
    let mut teacher = settled(&scene.backend, "moussa").await;
    teacher.sheet(&key).await;
    scene.store.set(Mood::Locked);
    let ask = SetMark {
        act: teacher.act(),
        sheet: key.clone(),
        evaluation: scene.column.clone(),
        student: scene.pupils[0].clone(),
        value: points(1_500),
        expect: Some(0),
        reason: None,
    };
    Scene::kept(teacher.call(Request::SetMark(Box::new(ask))).await);
    let other = scene.place.start(7);
    let mut admin = login(&other, "admin", PASSWORD).await.unwrap();
    let Ok(Reply::Assignments(rows)) = admin.call(Request::Assignments).await else { panic!("charges") };
    admin.call(Request::DeleteAssignment { id: rows[0].id.clone(), version: rows[0].version }).await.unwrap();
    scene.store.set(Mood::Good);
    scene.until(0, 1).await;
    assert_eq!(scene.stored(0).await, None);
    let Ok(Reply::KeptMarks(marks)) = teacher.call(Request::KeptMarks).await else { panic!("a list") };
    assert_eq!(marks[0].state, KeptState::Refused(Failure::Denied));
    other.shutdown().await;
}

#[tokio::test]
async fn only_what_this_session_saw_is_kept() {
    let mut scene = Scene::new().await;
    let key = scene.key.clone();
    scene.admin.sheet(&key).await;
    scene.store.set(Mood::Away);
    let away = Failure::Offline { what: Part::Store, detail: Trouble::Unreachable };
    let set = |evaluation: &EvaluationId, student: &StudentId, value, sheet: &SheetKey, expect| {
        Request::SetMark(Box::new(SetMark {
            act: carnet::domain::id::ActId::new("x"),
            sheet: sheet.clone(),
            evaluation: evaluation.clone(),
            student: student.clone(),
            value,
            expect,
            reason: None,
        }))
    };
    let (column, pupil) = (scene.column.clone(), scene.pupils[0].clone());
    let elsewhere = SheetKey { class: scene.admin.class(1).id, ..key.clone() };
    let other = scene.admin.call(set(&column, &pupil, points(1_000), &elsewhere, Some(0))).await;
    assert_eq!(other, Err(away.clone()), "a sheet that was not seen");
    let nobody = StudentId::new("nobody");
    let stranger = scene.admin.call(set(&column, &nobody, points(1_000), &key, Some(0))).await;
    assert_eq!(stranger, Err(Failure::refused(Why::NotInClass)));
    let blind = scene.admin.call(set(&column, &pupil, points(1_000), &key, None)).await;
    assert_eq!(blind, Err(away), "the command line is told");
    let session = carnet::domain::id::SessionId::new(scene.admin.session().as_str().replace(|_: char| true, "x"));
    let forged = scene.admin.link.call(Some(&session), set(&column, &pupil, points(1_000), &key, Some(0))).await;
    assert!(forged.is_err(), "{forged:?}");
    assert!(survey(&scene.folder.path().join("offline")).unwrap().is_empty());
}

#[tokio::test]
async fn what_is_kept_is_undone_before_what_is_stored() {
    let mut scene = Scene::new().await;
    let key = scene.key.clone();
    scene.admin.sheet(&key).await;
    Scene::set(scene.write(0, points(1_000), 0).await);
    scene.store.set(Mood::Locked);
    Scene::kept(scene.write(0, points(1_100), 1).await);
    Scene::kept(scene.write(0, points(1_200), 1).await);
    let undo = async |scene: &mut Scene| {
        let act = scene.admin.act();
        scene.admin.call(Request::UndoMark { act, sheet: key.clone(), force: false }).await
    };
    let Ok(Reply::KeptUndone(undone)) = undo(&mut scene).await else { panic!("taken out") };
    assert_eq!(
        (undone.taken.mark.value, undone.left.map(|left| left.mark.value)),
        (points(1_200), Some(points(1_100)))
    );
    let Ok(Reply::KeptUndone(undone)) = undo(&mut scene).await else { panic!("taken out") };
    assert_eq!((undone.taken.mark.value, undone.left), (points(1_100), None));
    assert!(matches!(undo(&mut scene).await, Err(Failure::Offline { .. })), "the stored one waits for the store");
    scene.store.set(Mood::Good);
    loop {
        // The store is found to be back.
        match undo(&mut scene).await {
            Ok(Reply::MarkSet(set)) => break assert_eq!(set.value, None),
            Err(Failure::Offline { .. }) => {
                let _ = scene.admin.link.recv().await;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(scene.written().await, 1);
}

#[tokio::test]
async fn names_from_outside_name_no_file() {
    let mut scene = Scene::new().await;
    scene.store.set(Mood::Away);
    let session = carnet::domain::id::SessionId::new("../../evil.secret");
    let request = Request::KeptMarks;
    assert!(scene.admin.link.call(Some(&session), request).await.is_err());
    assert!(!scene.folder.path().join("../evil.jsonl").exists());
}

//! Undo and redo on a sheet whose students come and go, and what looking for steps reads.

use std::sync::Arc;

use carnet::{
    backend::{Backend, BackendConfig},
    cache::{keys::Keys, memory::MemoryCache},
    domain::{
        entities::Student,
        id::{ClassId, EvaluationId},
        score::MarkValue,
    },
    protocol::{Failure, Reply, Request, SaveStudent, SheetKey, StudentSaved, Why},
    store::Records,
};

use super::{Client, Place, fickle::Fickle, opened, points};

/// A sheet of two students with a column.
pub struct Scene {
    pub place: Place,
    pub store: Arc<Fickle>,
    pub backend: Backend,
    pub admin: Client,
    pub key: SheetKey,
    pub column: EvaluationId,
    pub awa: StudentSaved,
    pub issa: StudentSaved,
}

impl Scene {
    pub async fn new() -> Self {
        let place = Place::new();
        let store = Fickle::new(place.store());
        let given = place.config(1);
        let backend = Backend::start(BackendConfig {
            bcrypt_cost: given.bcrypt_cost,
            clock: given.clock,
            ids: given.ids,
            ..BackendConfig::with_store(
                store.clone(),
                Arc::new(MemoryCache::new(Keys::default())),
                b"audit key".to_vec(),
                given.backups,
            )
        });
        let mut admin = opened(&backend).await;
        let class = admin.class(0).id;
        let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
        let issa = admin.add(Client::form("Keïta", "Issa", Some(&class))).await.unwrap();
        let key = admin.key(&class, "Mathématiques");
        let column = admin.add_column(&key, "Devoir 1").await;
        Self { place, store, backend, admin, key, column, awa, issa }
    }

    async fn step(&mut self, undo: bool) -> Result<(String, Option<MarkValue>, bool, bool), Failure> {
        let (act, sheet, force) = (self.admin.act(), self.key.clone(), false);
        let request =
            if undo { Request::UndoMark { act, sheet, force } } else { Request::RedoMark { act, sheet, force } };
        match self.admin.call(request).await? {
            Reply::MarkSet(set) => Ok((set.student.as_str().to_owned(), set.value, set.undo, set.redo)),
            other => panic!("{other:?}"),
        }
    }

    async fn set(&mut self, student: &StudentSaved, score: u16) {
        let cell = (&self.column.clone(), &student.id);
        self.admin.set(&self.key.clone(), cell, points(score), None).await.unwrap();
    }

    /// The student goes to another class.
    pub async fn moves(&mut self, student: &StudentSaved, last: &str, first: &str, class: &ClassId) {
        let act = self.admin.act();
        let form = Client::form(last, first, Some(class));
        let version = self.version(student).await;
        let ask = SaveStudent { act, id: Some((student.id.clone(), version)), form, marks: vec![] };
        self.admin.call(Request::SaveStudent(Box::new(ask))).await.unwrap();
    }

    async fn version(&self, student: &StudentSaved) -> u64 {
        self.place.store().one::<Student>(student.id.as_str()).await.unwrap().unwrap().version
    }
}

#[tokio::test]
async fn the_mark_of_one_who_left_is_taken_back() {
    let mut scene = Scene::new().await;
    let (awa, issa) = (scene.awa.clone(), scene.issa.clone());
    scene.set(&issa, 900).await;
    scene.set(&awa, 1_200).await;
    let other = scene.admin.class(1).id;
    scene.moves(&awa, "Traoré", "Awa", &other).await;
    let id = awa.id.as_str().to_owned();
    assert_eq!(scene.step(true).await, Ok((id.clone(), None, true, true)));
    assert_eq!(scene.step(false).await, Ok((id.clone(), points(1_200), true, false)));
    assert_eq!(scene.step(true).await, Ok((id, None, true, true)));
    assert_eq!(scene.step(true).await, Ok((issa.id.as_str().to_owned(), None, false, true)));
    let student = scene.place.store().one::<Student>(awa.id.as_str()).await.unwrap().unwrap();
    assert_eq!(student.average, None, "the average follows");
    // Nothing new is given to who has left.
    let (key, column) = (scene.key.clone(), scene.column.clone());
    let refused = scene.admin.set(&key, (&column, &awa.id), points(1_000), None).await;
    assert_eq!(refused, Err(Failure::refused(Why::NotInClass)));
}

#[tokio::test]
async fn a_deleted_students_step_is_passed_over_until_the_student_is_back() {
    let mut scene = Scene::new().await;
    let (awa, issa) = (scene.awa.clone(), scene.issa.clone());
    scene.set(&awa, 1_200).await;
    scene.set(&issa, 900).await;
    let request = Request::DeleteStudent { id: issa.id.clone(), version: scene.version(&issa).await };
    let Ok(Reply::Acted(act)) = scene.admin.call(request).await else { panic!("deleted") };
    assert_eq!(scene.step(true).await, Ok((awa.id.as_str().to_owned(), None, false, true)));
    assert_eq!(scene.step(true).await, Err(Failure::refused(Why::Nothing)));
    assert_eq!(scene.admin.call(Request::Undo(act)).await, Ok(Reply::Done));
    assert_eq!(scene.step(true).await, Ok((issa.id.as_str().to_owned(), None, false, true)));
    assert_eq!(scene.step(false).await, Ok((issa.id.as_str().to_owned(), points(900), true, true)));
    assert_eq!(scene.step(false).await, Ok((awa.id.as_str().to_owned(), points(1_200), true, false)));
}

#[tokio::test]
async fn opening_a_sheet_reads_little_of_its_history() {
    let mut scene = Scene::new().await;
    let awa = scene.awa.clone();
    for score in 0..200 {
        scene.set(&awa, 1_000 + score).await;
    }
    scene.store.entries_found();
    let key = scene.key.clone();
    let view = scene.admin.sheet(&key).await;
    assert!(view.undo && !view.redo);
    let found = scene.store.entries_found();
    assert!(found > 0 && found <= 20, "{found} of 201 entries read");
    // Many steps back, one by one: what each reads grows with the steps taken back only.
    for score in (0..30).rev() {
        assert_eq!(scene.step(true).await.unwrap().1, points(1_000 + 169 + score));
    }
    scene.store.entries_found();
    let view = scene.admin.sheet(&key).await;
    assert!(view.undo && view.redo);
    let found = scene.store.entries_found();
    assert!(found <= 100, "{found} of 231 entries read");
}

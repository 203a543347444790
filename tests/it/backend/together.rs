//! Several marks in one act: written, refused, taken back and retried together.

use carnet::{
    domain::{
        entities::{Role, Student},
        id::{ActId, EvaluationId, StudentId},
        score::{Average, MarkError, MarkValue, Scale, Score},
    },
    protocol::{
        CellSet, CellWritten, EvaluationDraft, Failure, Field, MarksSet, Reply, Request, SetMarks, SheetView, Why,
    },
    store::Records,
};

use super::{
    Client,
    fickle::Mood,
    points,
    setup::{save, settled, user},
    steps::Scene,
};

/// A sheet of many students with two columns.
struct Class {
    scene: Scene,
    second: EvaluationId,
    students: Vec<StudentId>,
}

impl Class {
    async fn of(count: usize) -> Self {
        let mut scene = Scene::new().await;
        let class = scene.key.class.clone();
        let key = scene.key.clone();
        let second = scene.admin.add_column(&key, "Devoir 2").await;
        let mut students = vec![scene.awa.id.clone(), scene.issa.id.clone()];
        for n in 2..count {
            let form = Client::form("Diarra", &format!("Élève {n}"), Some(&class));
            students.push(scene.admin.add(form).await.unwrap().id);
        }
        Self { scene, second, students }
    }

    fn cell(&self, student: usize, column: usize, score: Option<u16>, expect: Option<u64>) -> CellSet {
        let evaluation = if column == 0 { self.scene.column.clone() } else { self.second.clone() };
        CellSet { evaluation, student: self.students[student].clone(), value: score.and_then(points), expect }
    }

    async fn paste(&mut self, cells: Vec<CellSet>) -> Result<MarksSet, Failure> {
        let act = self.scene.admin.act();
        self.paste_as(act, cells).await
    }

    async fn paste_as(&mut self, act: ActId, cells: Vec<CellSet>) -> Result<MarksSet, Failure> {
        let ask = SetMarks { act, sheet: self.scene.key.clone(), cells };
        match self.scene.admin.call(Request::SetMarks(Box::new(ask))).await? {
            Reply::MarksSet(set) => Ok(*set),
            other => panic!("{other:?}"),
        }
    }

    async fn step(&mut self, undo: bool, force: bool) -> Result<Reply, Failure> {
        let (act, sheet) = (self.scene.admin.act(), self.scene.key.clone());
        let request =
            if undo { Request::UndoMark { act, sheet, force } } else { Request::RedoMark { act, sheet, force } };
        self.scene.admin.call(request).await
    }

    /// The sheet as rows of values.
    async fn values(&mut self) -> Vec<Vec<Option<MarkValue>>> {
        let key = self.scene.key.clone();
        let view = self.scene.admin.sheet(&key).await;
        let of = |student: &StudentId| {
            let row = view.rows.iter().find(|row| row.student == *student).expect("row");
            row.cells.iter().map(|cell| cell.value).collect()
        };
        self.students.iter().map(of).collect()
    }

    async fn average(&self, student: usize) -> Option<Average> {
        let id = self.students[student].as_str();
        self.scene.place.store().one::<Student>(id).await.unwrap().unwrap().average
    }
}

#[tokio::test]
async fn marks_entered_together_go_and_come_back_as_one_also_after_a_restart() {
    let mut class = Class::of(5).await;
    let first = class.cell(0, 0, Some(900), None);
    class.paste(vec![first]).await.unwrap();
    let cells = (0..5).flat_map(|student| [(student, 0, 1_000), (student, 1, 1_400)]);
    let cells: Vec<CellSet> =
        cells.map(|(student, column, score)| class.cell(student, column, Some(score), None)).collect();
    let set = class.paste(cells).await.unwrap();
    assert_eq!((set.written.len(), set.refused.len(), set.undo, set.redo), (10, 0, true, false));
    assert_eq!(class.average(3).await.map(Average::hundredths), Some(1_200), "averages follow");
    // Another process, as after a restart.
    let backend = class.scene.place.start(2);
    let mut again = super::login(&backend, "admin", super::PASSWORD).await.unwrap();
    let request = Request::UndoMark { act: again.act(), sheet: class.scene.key.clone(), force: false };
    let Ok(Reply::MarksSet(set)) = again.call(request).await else { panic!("one step") };
    assert_eq!((set.written.len(), set.undo, set.redo), (10, true, true));
    let mut before = vec![vec![None, None]; 5];
    before[0][0] = points(900);
    assert_eq!(class.values().await, before);
    assert_eq!(class.average(3).await, None);
    let Ok(Reply::MarksSet(set)) = class.step(false, false).await else { panic!("one step forward") };
    assert_eq!((set.written.len(), set.undo, set.redo), (10, true, false));
    assert_eq!(class.values().await, vec![vec![points(1_000), points(1_400)]; 5]);
    let Ok(Reply::MarksSet(_)) = class.step(true, false).await else { panic!("back") };
    let Ok(Reply::MarkSet(set)) = class.step(true, false).await else { panic!("the mark before") };
    assert_eq!((set.value, set.undo, set.redo), (None, false, true));
}

#[tokio::test]
async fn what_cannot_be_written_is_left_out_and_said() {
    let mut class = Class::of(4).await;
    let theirs = class.cell(1, 0, Some(700), None);
    class.paste(vec![theirs]).await.unwrap();
    let other = class.scene.admin.class(1).id;
    let issa = class.scene.issa.clone();
    // Awa leaves; somebody has written in Issa's cell, who was seen without a mark.
    let awa = class.scene.awa.clone();
    class.scene.moves(&awa, "Traoré", "Awa", &other).await;
    let above = CellSet {
        value: Score::new(2_500, Scale::parse("40").unwrap()).map(MarkValue::Score),
        ..class.cell(3, 0, None, None)
    };
    let cells = vec![
        class.cell(0, 0, Some(1_000), Some(0)),
        class.cell(1, 0, Some(1_000), Some(0)),
        class.cell(2, 0, Some(1_000), Some(0)),
        above,
    ];
    let set = class.paste(cells).await.unwrap();
    let written: Vec<&StudentId> = set.written.iter().map(|cell| &cell.student).collect();
    assert_eq!(written, [&class.students[2]]);
    assert_eq!(set.refused.len(), 3);
    let why =
        |student: &StudentId| set.refused.iter().find(|cell| cell.student == *student).map(|cell| cell.why.clone());
    assert_eq!(why(&class.students[0]), Some(Failure::refused(Why::NotInClass)));
    assert!(matches!(why(&issa.id), Some(Failure::Cell(clash)) if clash.theirs == points(700)));
    assert!(matches!(why(&class.students[3]), Some(Failure::Invalid { .. })));
    // A column that is not there, and far too many.
    let gone = CellSet { evaluation: EvaluationId::new("gone"), ..class.cell(2, 0, Some(1_000), None) };
    assert_eq!(class.paste(vec![gone]).await.unwrap().refused.len(), 1);
    let many = vec![class.cell(2, 0, Some(1_000), None); SetMarks::MAX + 1];
    assert!(class.paste(many).await.is_err());
}

#[tokio::test]
async fn a_retry_of_several_marks_does_nothing_twice() {
    let mut class = Class::of(3).await;
    let act = class.scene.admin.act();
    let cells: Vec<CellSet> = (0..3).map(|student| class.cell(student, 0, Some(1_100), Some(0))).collect();
    let first = class.paste_as(act.clone(), cells.clone()).await.unwrap();
    let second = class.paste_as(act, cells).await.unwrap();
    assert_eq!((second.refused, second.written.len()), (vec![], 3));
    let version = |set: &[CellWritten]| set.iter().map(|cell| cell.version).collect::<Vec<_>>();
    assert_eq!(version(&first.written), version(&second.written));
    class.step(true, false).await.unwrap();
    assert_eq!(class.step(true, false).await, Err(Failure::refused(Why::Nothing)), "one step, not two");
}

#[tokio::test]
async fn taking_back_together_leaves_what_others_have_changed_since() {
    let mut class = Class::of(3).await;
    let cells: Vec<CellSet> = (0..3).map(|student| class.cell(student, 0, Some(1_100), None)).collect();
    class.paste(cells).await.unwrap();
    save(&mut class.scene.admin, user("moussa", Role::Admin, None)).await.unwrap();
    let backend = class.scene.place.start(3);
    let mut other = settled(&backend, "moussa").await;
    let (key, column) = (class.scene.key.clone(), class.scene.column.clone());
    let student = class.students[1].clone();
    other.set(&key, (&column, &student), points(1_500), None).await.unwrap();
    let Ok(Reply::MarksSet(set)) = class.step(true, false).await else { panic!("a step") };
    assert_eq!((set.written.len(), set.refused.len()), (2, 1));
    assert!(matches!(&set.refused[0].why, Failure::Cell(clash) if clash.theirs == points(1_500) && !clash.own));
    let column: Vec<_> = class.values().await.into_iter().map(|row| row[0]).collect();
    assert_eq!(column, [None, points(1_500), None]);
    // All of them changed by somebody else: asked first.
    let cells: Vec<CellSet> = [0, 2].map(|student| class.cell(student, 0, Some(900), None)).into();
    class.paste(cells).await.unwrap();
    for student in [0, 2] {
        let student = class.students[student].clone();
        other.set(&key, (&class.scene.column.clone(), &student), points(1_600), None).await.unwrap();
    }
    assert!(matches!(class.step(true, false).await, Err(Failure::Cell(_))));
    let Ok(Reply::MarksSet(set)) = class.step(true, true).await else { panic!("a step that was asked for") };
    assert_eq!((set.written.len(), set.refused.len()), (1, 1));
}

#[tokio::test]
async fn a_whole_class_in_one_act() {
    let mut class = Class::of(60).await;
    let cells: Vec<CellSet> =
        (0..60).map(|n| class.cell(n, 0, Some(u16::try_from(n).unwrap() * 25), Some(0))).collect();
    assert_eq!(class.paste(cells).await.unwrap().written.len(), 60);
    let Ok(Reply::MarksSet(set)) = class.step(true, false).await else { panic!("a step") };
    assert_eq!(set.written.len(), 60);
    class.scene.store.entries_found();
    let key = class.scene.key.clone();
    let view = class.scene.admin.sheet(&key).await;
    assert!(!view.undo && view.redo);
}

#[tokio::test]
async fn while_the_store_is_away_nothing_of_it_is_done() {
    let mut class = Class::of(3).await;
    let cells: Vec<CellSet> = (0..3).map(|student| class.cell(student, 0, Some(1_100), Some(0))).collect();
    class.scene.store.set(Mood::Away);
    assert!(matches!(class.paste(cells.clone()).await, Err(Failure::Offline { .. })));
    class.scene.store.set(Mood::Good);
    assert_eq!(class.values().await, vec![vec![None, None]; 3]);
    assert_eq!(class.paste(cells).await.unwrap().written.len(), 3);
}

#[tokio::test]
async fn a_column_is_moved_and_moved_back() {
    let mut class = Class::of(2).await;
    let key = class.scene.key.clone();
    let (first, second) = (class.scene.column.clone(), class.second.clone());
    let order = |view: &SheetView| view.evaluations.iter().map(|column| column.id.clone()).collect::<Vec<_>>();
    let mark = class.cell(0, 0, Some(1_200), None);
    class.paste(vec![mark]).await.unwrap();
    let view = class.scene.admin.sheet(&key).await;
    let request = |to, version| Request::MoveEvaluation { sheet: key.clone(), evaluation: first.clone(), to, version };
    let Ok(Reply::Acted(act)) = class.scene.admin.call(request(1, view.version)).await else { panic!("moved") };
    let view = class.scene.admin.sheet(&key).await;
    assert_eq!(order(&view), [second.clone(), first.clone()]);
    let row = view.rows.iter().find(|row| row.student == class.students[0]).expect("row");
    assert_eq!(row.cells.iter().map(|cell| cell.value).collect::<Vec<_>>(), [None, points(1_200)]);
    assert_eq!(class.average(0).await.map(Average::hundredths), Some(1_200));
    assert_eq!(class.scene.admin.call(request(0, 1)).await, Err(Failure::Conflict), "seen before the move");
    assert_eq!(class.scene.admin.call(Request::Undo(act)).await, Ok(Reply::Done));
    assert_eq!(order(&class.scene.admin.sheet(&key).await), [first, second]);
}

#[tokio::test]
async fn marks_above_a_smaller_scale_are_named_and_a_larger_one_does_not_come_back_over_them() {
    let mut class = Class::of(3).await;
    let key = class.scene.key.clone();
    let cells: Vec<CellSet> =
        [900, 1_850, 1_500].iter().zip(0..).map(|(s, n)| class.cell(n, 0, Some(*s), None)).collect();
    class.paste(cells).await.unwrap();
    let draft = |view: &SheetView, scale: &str| {
        let column = view.evaluations[0].clone();
        Request::SaveEvaluation(Box::new(EvaluationDraft {
            sheet: key.clone(),
            version: view.version,
            id: Some(column.id),
            kind: column.kind,
            title: column.title,
            date: column.date,
            scale: Scale::parse(scale).unwrap(),
            coefficient: column.coefficient,
            published: column.published,
        }))
    };
    let view = class.scene.admin.sheet(&key).await;
    let refused = class.scene.admin.call(draft(&view, "10")).await;
    let Err(Failure::Invalid { why: Why::MarksAbove { count, first }, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(count, 2);
    let told: Vec<(&str, u16)> = first.iter().map(|(name, score)| (name.as_str(), score.hundredths())).collect();
    assert_eq!(told, [("DIARRA Élève 2", 1_500), ("KEÏTA Issa", 1_850)]);
    // To 40, with a mark above 20: the old scale does not come back.
    let Ok(Reply::Acted(act)) = class.scene.admin.call(draft(&view, "40")).await else { panic!("saved") };
    let high = CellSet {
        value: Score::new(3_500, Scale::parse("40").unwrap()).map(MarkValue::Score),
        ..class.cell(0, 0, None, None)
    };
    assert_eq!(class.paste(vec![high]).await.unwrap().written.len(), 1);
    assert_eq!(class.scene.admin.call(Request::Undo(act.clone())).await, Err(Failure::Conflict));
    let low = class.cell(0, 0, Some(900), None);
    class.paste(vec![low]).await.unwrap();
    assert_eq!(class.scene.admin.call(Request::Undo(act)).await, Ok(Reply::Done));
    assert_eq!(class.scene.admin.sheet(&key).await.evaluations[0].scale, Scale::TWENTY);
}

/// A smaller scale since: what stood before may be above it, and does not come back.
#[tokio::test]
async fn marks_above_a_scale_that_was_made_smaller_do_not_come_back() {
    let mut class = Class::of(2).await;
    let key = class.scene.key.clone();
    let scaled = |view: &SheetView, scale: &str| {
        let id = Some(view.evaluations[0].id.clone());
        let scale = Scale::parse(scale).unwrap();
        let draft = EvaluationDraft { id, scale, ..Client::column(&key, "Devoir 1", view.version) };
        Request::SaveEvaluation(Box::new(draft))
    };
    let view = class.scene.admin.sheet(&key).await;
    class.scene.admin.call(scaled(&view, "40")).await.unwrap();
    let high = CellSet {
        value: Score::new(3_500, Scale::parse("40").unwrap()).map(MarkValue::Score),
        ..class.cell(0, 0, None, None)
    };
    let cells = vec![high, class.cell(1, 0, Some(1_200), None)];
    class.paste(cells).await.unwrap();
    let cells = vec![class.cell(0, 0, Some(1_500), None), class.cell(1, 0, Some(1_600), None)];
    class.paste(cells).await.unwrap();
    let view = class.scene.admin.sheet(&key).await;
    // By a colleague: one's own change of a column is the step that is taken back first.
    save(&mut class.scene.admin, user("collegue", Role::Admin, None)).await.unwrap();
    let mut colleague = settled(&class.scene.backend, "collegue").await;
    colleague.call(scaled(&view, "20")).await.unwrap();
    let Ok(Reply::MarksSet(set)) = class.step(true, false).await else { panic!("taken back") };
    let written: Vec<_> = set.written.iter().map(|cell| (&cell.student, cell.value)).collect();
    assert_eq!(written, [(&class.students[1], points(1_200))]);
    let above = Failure::invalid(Field::Mark, Why::Mark(MarkError::AboveScale { scale: Scale::TWENTY }));
    let refused: Vec<_> = set.refused.iter().map(|cell| (&cell.student, &cell.why)).collect();
    assert_eq!(refused, [(&class.students[0], &above)]);
    assert_eq!(class.average(0).await.map(Average::hundredths), Some(1_500));
    // The paste before: nothing of it was touched since, and nothing of it may come back but the empty cells.
    let Ok(Reply::MarksSet(set)) = class.step(true, false).await else { panic!("taken back") };
    assert_eq!(set.written.len(), 1, "{set:?}");
}

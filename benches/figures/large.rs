//! A class of 200 with 25 columns, made from a class that is there.

use carnet::{
    domain::{
        calendar::{Term, YearId},
        entities::{Class, Enrolment, Mark, Sheet, Student, Subject},
        id::{ClassId, EvaluationId, StudentId},
        query::Filter,
        schema::{Entity, Stored},
        score::{MarkValue, Score},
        text_values::Name,
    },
    protocol::SheetKey,
    store::{Records, SharedStore},
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

pub const STUDENTS: usize = 200;
pub const COLUMNS: usize = 25;
/// Sorts before all others.
pub const NAME: &str = "0 Grande";

fn name(text: &str) -> Name {
    serde_json::from_value(Value::from(text)).unwrap()
}

async fn load<T: Entity + Clone>(store: &SharedStore, like: &Stored<T>, all: &[T]) {
    let documents = all.iter().map(|body| serde_json::to_value(Stored { body: body.clone(), ..like.clone() }).unwrap());
    store.load(T::SCHEMA, documents.collect()).await.unwrap();
}

/// Makes it, with marks in all columns but the last two; its sheet.
pub async fn make(store: &SharedStore, year: &YearId, term: Term) -> SheetKey {
    let mut chance = ChaCha8Rng::seed_from_u64(11);
    let subjects = store.every::<Subject>(&Filter::All).await.unwrap();
    let subject = subjects.iter().find(|subject| subject.name.as_str().starts_with("Fran")).unwrap().id.clone();
    let sheets = store.scan(Sheet::SCHEMA, &Filter::equals("subject", subject.as_str()), None, 1).await.unwrap();
    let sheet: Stored<Sheet> = sheets.first().unwrap().parse("sheets").unwrap();
    let class = store.one::<Class>(sheet.class.as_str()).await.unwrap().unwrap();
    let of_class = Filter::equals("class", class.id.as_str());
    let (pupils, enrolments) =
        (store.every::<Student>(&of_class).await.unwrap(), store.every::<Enrolment>(&of_class).await.unwrap());
    let (pupil, enrolment) = (pupils.first().unwrap(), enrolments.first().unwrap());
    let marks = store.scan(Mark::SCHEMA, &Filter::equals("student", pupil.id.as_str()), None, 1).await.unwrap();
    let mark: Stored<Mark> = marks.first().unwrap().parse("marks").unwrap();
    let new = Class { id: ClassId::new("zzclass"), name: name(NAME), ..class.body.clone() };
    let key = SheetKey { class: new.id.clone(), subject, year: year.clone(), term };
    let column = sheet.evaluations.first().unwrap();
    let columns: Vec<_> = (0..COLUMNS)
        .map(|n| {
            let mut column = column.clone();
            column.id = EvaluationId::new(format!("zzcolumn{n:02}"));
            column.title = name(&format!("Devoir {n}"));
            column
        })
        .collect();
    let id = Sheet::id_of(&key.class, &key.subject, year, term);
    let large =
        Sheet { evaluations: columns.clone(), ..Sheet::empty(new.id.clone(), key.subject.clone(), year.clone(), term) };
    assert_eq!(large.id, id);
    let (mut all, mut places, mut cells) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..STUDENTS {
        let source = &pupils[number % pupils.len()];
        let student = StudentId::new(format!("zzstudent{number:03}"));
        all.push(Student {
            id: student.clone(),
            matricule: serde_json::from_value(Value::from(format!("MLE-1999-{number:04}"))).unwrap(),
            phone: None,
            class: Some(new.id.clone()),
            class_name: Some(new.name.clone()),
            grades: Vec::new(),
            ..source.body.clone()
        });
        places.push(Enrolment {
            id: serde_json::from_value(Value::from(format!("{student}:{year}"))).unwrap(),
            student: student.clone(),
            class: new.id.clone(),
            year: year.clone(),
            ..enrolment.body.clone()
        });
        for column in columns.iter().take(COLUMNS - 2) {
            let score = Score::new(chance.random_range(0..=2_000), column.scale).unwrap();
            cells.push(Mark {
                id: serde_json::from_value(Value::from(format!("{}:{student}", column.id))).unwrap(),
                evaluation: column.id.clone(),
                student: student.clone(),
                value: Some(MarkValue::Score(score)),
                ..mark.body.clone()
            });
        }
    }
    load(store, &class, &[new]).await;
    load(store, &sheet, &[large]).await;
    load(store, pupil, &all).await;
    load(store, enrolment, &places).await;
    load(store, &mark, &cells).await;
    key
}

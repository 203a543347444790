//! Filling a school with made-up people and marks.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        demo::{Crowd, Ground, Load},
        entities::{Class, Enrolment, School, Sheet, Student},
        query::{Filter, KeyValue, Query},
        schema::{Entity, Stored},
    },
    protocol::{Event, Failure, Field, Reply, Why},
    store::Records,
};

/// At most so many at once.
const MOST: u32 = 1_000_000;

/// `Request::Seed`.
pub async fn seed(cx: &Cx, students: u32, seed: u64, fill: bool) -> Result<Reply, Fault> {
    if !(1..=MOST).contains(&students) {
        return Err(Failure::invalid(Field::Student, Why::Whole { min: 1, max: MOST.into() }).into());
    }
    let there = cx.store.count(Student::SCHEMA, &Filter::All, u64::MAX).await?.count;
    if there > 0 && !fill {
        return Err(Failure::refused(Why::NotEmpty).into());
    }
    // Another crowd than the one that is there already.
    let crowd = Crowd::new(ground(cx).await?, students, seed.wrapping_add(there));
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    // The numbers are given before they are used: a seeding that is cut short gives none twice.
    change.follow(cx.settings.school.version, &School { ..crowd.school().clone() })?;
    let new = json!({ "students": students, "seed": seed });
    let target = School::ID.to_owned();
    change.audit("setup", Said { action: "school.seed", target, new, ..Said::default() }).await?;
    change.touches_setup();
    change.commit().await?;
    let written = load_all(cx, &crowd, students).await;
    cx.core.forget(&cx.store).await;
    cx.core.publish(&Event::Setup);
    cx.core.publish(&Event::Students(Vec::new()));
    written.map(|()| Reply::Done)
}

async fn load_all(cx: &Cx, crowd: &Crowd, students: u32) -> Result<(), Fault> {
    load(cx, crowd.setup()).await?;
    let mut done = 0_u64;
    for block in crowd.blocks() {
        let people = block.iter().filter(|(schema, _)| schema.collection == Student::SCHEMA.collection);
        let count = people.map(|(_, documents)| documents.len()).sum::<usize>();
        load(cx, block).await?;
        done = done.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        cx.progress(done, students.into());
    }
    Ok(())
}

async fn load(cx: &Cx, loads: Vec<Load>) -> Result<(), Fault> {
    let _turn = cx.core.lane.lock().await;
    for (schema, mut documents) in loads {
        if !documents.is_empty() {
            if schema == Student::SCHEMA {
                free_phones(cx, &mut documents).await?;
            }
            cx.store.load(schema, documents).await?;
        }
    }
    Ok(())
}

/// A made-up number that somebody here has already is left out.
async fn free_phones(cx: &Cx, students: &mut [Value]) -> Result<(), Fault> {
    let phone = |student: &Value| student.get("phone").and_then(Value::as_str).map(str::to_owned);
    let wanted: Vec<KeyValue> = students.iter().filter_map(phone).map(KeyValue::Text).collect();
    let limit = u32::try_from(wanted.len()).unwrap_or(u32::MAX);
    let query = Query { filter: Filter::In("phone".into(), wanted), limit, ..Query::default() };
    let found = cx.store.page::<Student, Value>(&query, Student::LONG).await?;
    let taken: BTreeSet<String> = found.items.iter().filter_map(phone).collect();
    for student in students {
        if phone(student).is_some_and(|phone| taken.contains(&phone))
            && let Some(fields) = student.as_object_mut()
        {
            fields.remove("phone");
        }
    }
    Ok(())
}

/// The school that the crowd comes to: its empty classes are filled first.
async fn ground(cx: &Cx) -> Result<Ground, Fault> {
    let settings = &cx.settings;
    let mut empty: Vec<Class> = Vec::new();
    for class in &settings.classes {
        if is_empty(cx, class).await? {
            empty.push(class.body.clone());
        }
    }
    Ok(Ground {
        school: settings.school.body.clone(),
        terms: settings.spans(&settings.school.current_year).to_vec(),
        rules: settings.rules.clone(),
        classes: empty,
        taken: settings.classes.iter().map(|class| class.name.clone()).collect::<BTreeSet<_>>(),
        subjects: settings.subjects.iter().map(|subject| subject.body.clone()).collect(),
        at: cx.now(),
        by: cx.who.actor().to_owned(),
    })
}

async fn is_empty(cx: &Cx, class: &Stored<Class>) -> Result<bool, Fault> {
    let of_class = Filter::equals("class", class.id.as_str());
    for schema in [Enrolment::SCHEMA, Sheet::SCHEMA] {
        if cx.store.count(schema, &of_class, 1).await?.count > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

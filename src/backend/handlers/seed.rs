//! Filling a school with made-up people (`domain::demo`). The documents are loaded as they are, a few classes at a
//! time: this is for trying things out, so it leaves one line in the history and is not undone as one.

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
        entities::{Enrolment, School, Sheet, Student},
        query::{Filter, KeyValue, Query},
        schema::Entity,
    },
    protocol::{Event, Failure, Reply, Why},
    store::Records,
};

/// `Request::Seed`.
pub async fn seed(cx: &Cx, students: u32, seed: u64, fill: bool) -> Result<Reply, Fault> {
    let there = cx.store.count(Student::SCHEMA, &Filter::All, 1).await?;
    if there.count > 0 && !fill {
        return Err(Failure::refused(Why::NotEmpty).into());
    }
    let crowd = Crowd::new(ground(cx).await?, students, seed);
    // First the matricule numbers: nobody else gives them out while the students are written.
    announce(cx, &crowd, students, seed).await?;
    let mut done = 0_u64;
    for block in std::iter::once(crowd.setup()).chain(crowd.blocks()) {
        done = done.saturating_add(load(cx, block).await?);
        cx.progress(done, students.into());
    }
    if let Err(error) = cx.core.config.cache.flush().await {
        tracing::warn!(%error, "cache flush");
    }
    cx.core.publish(&Event::Setup);
    cx.core.publish(&Event::Students(Vec::new()));
    Ok(Reply::Done)
}

/// The school as it stands: classes that nobody is in are filled first.
async fn ground(cx: &Cx) -> Result<Ground, Fault> {
    let settings = &cx.settings;
    let mut free = Vec::new();
    for class in &settings.classes {
        let here = Filter::equals("class", class.body.id.as_str());
        let people = cx.store.count(Enrolment::SCHEMA, &here, 1).await?;
        let sheets = cx.store.count(Sheet::SCHEMA, &here, 1).await?;
        if people.count == 0 && sheets.count == 0 {
            free.push(class.body.clone());
        }
    }
    let year = settings.years.iter().find(|year| year.id == settings.school.current_year);
    Ok(Ground {
        school: settings.school.body.clone(),
        terms: year.map(|year| year.terms.iter().map(|span| span.term).collect()).unwrap_or_default(),
        rules: settings.rules.clone(),
        classes: free,
        taken: settings.classes.iter().map(|class| class.body.name.clone()).collect(),
        subjects: settings.subjects.iter().map(|subject| subject.body.clone()).collect(),
        at: cx.now(),
        by: cx.who.actor().to_owned(),
    })
}

async fn announce(cx: &Cx, crowd: &Crowd, students: u32, seed: u64) -> Result<(), Fault> {
    let school = cx.store.one::<School>(School::ID).await?.ok_or(Failure::NotFound)?;
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    let counters = crowd.school().matricule_counters.clone();
    let after = School { matricule_counters: counters, ..school.body.clone() };
    change.put(&school, &after)?;
    let new = json!({ "students": students, "seed": seed });
    let target = School::ID.to_owned();
    change.audit("setup", Said { action: "school.seed", target, new, ..Said::default() }).await?;
    change.touches_setup();
    change.commit().await?;
    Ok(())
}

/// Writes one block in its turn of the write lane; how many students it had.
async fn load(cx: &Cx, block: Vec<Load>) -> Result<u64, Fault> {
    let turn = cx.core.lane.lock().await;
    let mut students = 0;
    for (schema, mut documents) in block {
        if schema == Student::SCHEMA {
            students = u64::try_from(documents.len()).unwrap_or_default();
            free_phones(cx, &mut documents).await?;
        }
        cx.store.load(schema, documents).await?;
        cx.core.committed(&[schema.collection]);
    }
    drop(turn);
    Ok(students)
}

/// A made-up number that somebody here has already is left out.
async fn free_phones(cx: &Cx, students: &mut [Value]) -> Result<(), Fault> {
    let phone = |student: &Value| student.get("phone").and_then(Value::as_str).map(str::to_owned);
    let wanted: Vec<KeyValue> = students.iter().filter_map(phone).map(KeyValue::Text).collect();
    let limit = u32::try_from(wanted.len()).unwrap_or(u32::MAX);
    let query = Query { filter: Filter::In("phone".into(), wanted), limit, ..Query::default() };
    let found = cx.store.page::<Student, Value>(&query).await?;
    let taken: BTreeSet<String> = found.items.iter().filter_map(phone).collect();
    for student in students {
        if phone(student).is_some_and(|phone| taken.contains(&phone))
            && let Some(fields) = student.as_object_mut()
        {
            fields.insert("phone".to_owned(), Value::Null);
        }
    }
    Ok(())
}

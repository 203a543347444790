//! Importing students: the plan, and the commit of that very plan.

mod ahead;
mod commit;
mod row;

pub(in crate::backend) use commit::commit;

use std::collections::BTreeMap;

use crate::{
    backend::cx::{Cx, Fault},
    domain::{
        access::{Action, Resource},
        entities::{Sheet, Student},
        id::StudentId,
        query::Filter,
        schema::Stored,
    },
    exchange::students::{self, Keys, Known},
    protocol::{ImportPlan, Reply, StudentsSource},
    store::Records,
};

/// Keys looked up at once.
const STEP: usize = 500;

/// `Request::PlanImport`.
pub async fn plan(cx: &Cx, source: &StudentsSource) -> Result<Reply, Fault> {
    let settings = &cx.settings;
    let keys = students::keys(source, &settings.school.region)?;
    let found = look_up(cx, &keys).await?;
    let sheets = sheets(cx, source).await?;
    let known = Known {
        students: &found,
        classes: &settings.classes,
        subjects: &settings.subjects,
        sheets: &sheets,
        year: &settings.school.current_year,
        region: &settings.school.region,
        phone_required: settings.rules.phone_required,
    };
    let plan = students::plan(source, &known, cx.fresh_act())?;
    allowed(cx, &plan)?;
    Ok(Reply::Plan(Box::new(plan)))
}

/// Marks and set-up in a file need what they need on the screens.
fn allowed(cx: &Cx, plan: &ImportPlan) -> Result<(), Fault> {
    if !plan.columns.is_empty() {
        cx.require(Action::EditSheet, &Resource::School)?;
    }
    if !plan.new_classes.is_empty() || !plan.new_subjects.is_empty() {
        cx.require(Action::EditSetup, &Resource::School)?;
    }
    Ok(())
}

/// The students that the file's keys name, each once.
async fn look_up(cx: &Cx, keys: &Keys) -> Result<Vec<Stored<Student>>, Fault> {
    let mut found: BTreeMap<StudentId, Stored<Student>> = BTreeMap::new();
    let fields: [(&'static str, &[String]); 3] =
        [("matricule", &keys.matricules), ("phone", &keys.phones), ("source", &keys.sources)];
    for (field, values) in fields {
        for some in values.chunks(STEP) {
            for student in cx.store.every::<Student>(&Filter::any_of(field, some.iter().cloned())).await? {
                found.insert(student.id.clone(), student);
            }
        }
    }
    Ok(found.into_values().collect())
}

/// The sheets that the file's columns of marks may go to.
async fn sheets(cx: &Cx, source: &StudentsSource) -> Result<Vec<Stored<Sheet>>, Fault> {
    let subjects: Vec<&str> = cx
        .settings
        .subjects
        .iter()
        .filter(|subject| source.marks.iter().any(|column| students::alike(&column.subject, &subject.name)))
        .map(|subject| subject.id.as_str())
        .collect();
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let year = Filter::equals("year", cx.settings.school.current_year.as_str());
    Ok(cx.store.every::<Sheet>(&Filter::any_of("subject", subjects).and(year)).await?)
}

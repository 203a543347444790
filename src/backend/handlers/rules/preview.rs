//! What new rules would change: how many averages, and a real student's.

use super::sound;
use crate::{
    backend::{
        cx::{Cx, Fault},
        settings::Settings,
    },
    domain::{
        entities::Student,
        id::StudentId,
        query::{Direction, Filter, Query, Seek, Sort},
        rules::RuleSet,
        schema::{Entity, Stored},
    },
    protocol::{BeforeAfter, Failure, Reply, RulesExample, RulesPreview},
    store::Records,
};

/// `Request::PreviewRules`.
pub async fn preview(cx: &Cx, rules: &RuleSet, student: Option<&StudentId>) -> Result<Reply, Fault> {
    sound(rules)?;
    let next = by(cx, rules);
    let students = moved(cx, &next).await?;
    let chosen = match student {
        Some(id) => Some(cx.store.one::<Student>(id.as_str()).await?.ok_or(Failure::NotFound)?),
        None => somebody(cx).await?,
    };
    let student = chosen.map(|student| example(cx, &student.body, &next));
    Ok(Reply::RulesPreview(Box::new(RulesPreview { student, students })))
}

/// The set-up as it would be by other rules.
pub(super) fn by(cx: &Cx, rules: &RuleSet) -> Settings {
    let now = &cx.settings;
    Settings::of(now.school.clone(), now.years.clone(), rules.clone(), now.classes.clone(), now.subjects.clone())
}

/// How many students' averages would be made anew.
pub(super) async fn moved(cx: &Cx, next: &Settings) -> Result<u64, Fault> {
    if next.weights.alike(&cx.settings.weights) {
        return Ok(0);
    }
    Ok(cx.store.count(Student::SCHEMA, &next.weights.stale(), u64::MAX).await?.count)
}

/// The student with the best average of the current term: whoever has one has marks.
async fn somebody(cx: &Cx) -> Result<Option<Stored<Student>>, Fault> {
    let sort = Sort::by("average", Direction::Descending).then("name_key", Direction::Ascending);
    let query = Query { filter: Filter::All, sort, seek: Seek::First, limit: 1 };
    Ok(cx.store.page::<Student, Stored<Student>>(&query, &[]).await?.items.into_iter().next())
}

fn example(cx: &Cx, before: &Student, next: &Settings) -> RulesExample {
    let (year, term) = cx.settings.current();
    let mut after = before.clone();
    next.refresh(&mut after);
    let subject_of = |student: &Student, id| student.subject_averages.get(year)?.get(&term)?.get(id).copied();
    let general = |student: &Student| student.averages.get(year)?.terms.get(&term).copied();
    let annual = |student: &Student| student.averages.get(year)?.year;
    let subjects = cx.settings.subjects.iter().filter_map(|subject| {
        let change = BeforeAfter { before: subject_of(before, &subject.id), after: subject_of(&after, &subject.id) };
        (change.before.is_some() || change.after.is_some()).then(|| (subject.name.clone(), change))
    });
    RulesExample {
        name: before.full_name(),
        matricule: before.matricule.clone(),
        term,
        subjects: subjects.collect(),
        general: BeforeAfter { before: general(before), after: general(&after) },
        year: BeforeAfter { before: annual(before), after: annual(&after) },
    }
}

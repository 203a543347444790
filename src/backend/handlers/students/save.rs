//! Adding and changing a student.

use std::collections::BTreeMap;

use super::{
    card,
    write::{audit_record, compose, enrol, follow_phone, unique},
};
use crate::{
    backend::{
        change::{Change, reread},
        cx::{Cx, Fault},
        handlers::sheet::cell,
    },
    domain::{
        access::{Action, Resource},
        calendar::Term,
        entities::{Act, Before, School, SchoolYear, Sheet, Student},
        id::{SheetId, StudentId},
        matricule,
        schema::{Entity, Stored},
        text_values::{Matricule, Name},
    },
    protocol::{Failure, Field, FirstMark, Reply, SaveStudent, Starts, StudentSaved, Why},
    store::Records,
};

/// `Request::SaveStudent`: one attempt.
pub async fn save(cx: &Cx, ask: &SaveStudent) -> Result<Reply, Fault> {
    ask.form.locked(&cx.settings.school.region)?;
    let class_name = class_name(cx, ask)?;
    // A retry must find the id that the first try gave, so it comes from the act.
    let id = ask.id.as_ref().map_or_else(|| StudentId::new(ask.act.as_str()), |(id, _)| id.clone());
    if let Some(done) = replayed(cx, ask, &id, class_name.as_ref()).await? {
        return Ok(done);
    }
    let before = existing(cx, ask).await?;
    if ask.form.phone.is_none() && cx.settings.rules.phone_required {
        return Err(Failure::invalid(Field::Phone, Why::Missing).into());
    }
    starts_in_year(cx, ask)?;
    let (number, given) = match (&ask.form.matricule, &before) {
        (Some(matricule), _) => (None, matricule.clone()),
        (None, Some(before)) => (None, before.matricule.clone()),
        (None, None) => next_matricule(cx).await?,
    };
    unique(cx, &id, ask.form.phone.as_ref(), &given).await?;
    let mut after = compose(before.as_deref(), id, given, &ask.form, class_name);
    let mut change = Change::new(cx, &ask.act, ask.act.clone());
    first_marks(cx, &mut change, &mut after, &ask.marks).await?;
    after.year = Some(cx.settings.school.current_year.clone());
    cx.settings.refresh(&mut after);
    let version = before.as_ref().map_or(1, |before| before.version.saturating_add(1));
    after.record_version = version;
    change.put_or_add(before.as_ref(), &after)?;
    enrol(cx, &mut change, &after, ask.form.starts).await?;
    follow_phone(cx, &mut change, &after).await?;
    audit_record(&mut change, "student.save", before.as_deref(), Some(&after)).await?;
    change.undoable(ask.act.clone(), "student.save")?;
    if let Some(number) = number {
        count_matricule(cx, &mut change, number)?;
    }
    change.touches(before.as_deref(), Some(&after));
    let saved = StudentSaved { id: after.id, matricule: after.matricule, version, act: ask.act.clone() };
    match change.commit().await {
        // The act has done something else before.
        Ok(done) if done.replayed => Err(Failure::Conflict.into()),
        Ok(_) => {
            // A new student's card is looked at next, here or at another desk.
            if ask.id.is_none() && ask.form.phone.is_some() && cx.core.config.cache.shared() {
                let _ = card::read(cx, &saved.id).await;
            }
            Ok(Reply::StudentSaved(saved))
        }
        // Somebody took the phone or matricule just now: the next reading finds who.
        Err(fault) if fault.duplicate().is_some() => Err(reread::<Student>(saved.id.as_str())),
        Err(fault) => Err(fault),
    }
}

/// Refuses a first day that is not in the current year.
fn starts_in_year(cx: &Cx, ask: &SaveStudent) -> Result<(), Fault> {
    let Starts::On(day) = ask.form.starts else { return Ok(()) };
    let current = &cx.settings.school.current_year;
    let year = cx.settings.years.iter().find(|year| year.id == *current);
    let whole = year.map(|year| SchoolYear { terms: Vec::new(), ..year.clone() });
    if whole.is_some_and(|year| year.may_hold(Term::FIRST, day)) {
        return Ok(());
    }
    Err(Failure::invalid(Field::Starts, Why::NotInYear).into())
}

/// The student to change, as long as nobody has changed its record since it was read.
async fn existing(cx: &Cx, ask: &SaveStudent) -> Result<Option<Stored<Student>>, Fault> {
    let Some((id, version)) = &ask.id else { return Ok(None) };
    let student = cx.store.one::<Student>(id.as_str()).await?.ok_or(Failure::NotFound)?;
    // Whose class is still that of last year is about to be moved: the form shows what no longer holds.
    if student.record_version > *version || cx.settings.weights.behind(&student) {
        return Err(Failure::Conflict.into());
    }
    Ok(Some(student))
}

/// What this very act has already done. If it did something else, or if the record has moved on since, that is a
/// conflict: what is asked for now does not stand there.
async fn replayed(
    cx: &Cx,
    ask: &SaveStudent,
    id: &StudentId,
    class_name: Option<&Name>,
) -> Result<Option<Reply>, Fault> {
    let Some(act) = cx.store.one::<Act>(ask.act.as_str()).await? else { return Ok(None) };
    let of_student = |before: &&Before| before.collection == Student::SCHEMA.collection && before.id == id.as_str();
    let left = act.befores.iter().find(of_student).and_then(|before| before.after_version);
    let now = cx.store.one::<Student>(id.as_str()).await?;
    let now = now.filter(|now| left == Some(now.record_version)).ok_or(Failure::Conflict)?;
    let matricule = ask.form.matricule.clone().unwrap_or_else(|| now.matricule.clone());
    if compose(Some(&now), id.clone(), matricule, &ask.form, class_name.cloned()) != now.body {
        return Err(Failure::Conflict.into());
    }
    Ok(Some(Reply::StudentSaved(StudentSaved {
        id: now.id.clone(),
        matricule: now.matricule.clone(),
        version: now.record_version,
        act: ask.act.clone(),
    })))
}

fn class_name(cx: &Cx, ask: &SaveStudent) -> Result<Option<Name>, Fault> {
    let Some(class) = &ask.form.class else { return Ok(None) };
    let unknown = || Failure::invalid(Field::Class, Why::Unknown { what: class.as_str().to_owned() });
    Ok(Some(cx.settings.class(class).ok_or_else(unknown)?.name.clone()))
}

/// The next number that no student has.
async fn next_matricule(cx: &Cx) -> Result<(Option<u32>, Matricule), Fault> {
    let school = &cx.settings.school;
    let mut counters = school.matricule_counters.clone();
    loop {
        let (number, given) = matricule::next(&school.matricule_prefix, &school.current_year, &counters)
            .map_err(|error| Failure::invalid(Field::Matricule, Why::Text(error)))?;
        let filter = crate::domain::query::Filter::equals("matricule", given.as_str());
        if cx.store.count(Student::SCHEMA, &filter, 1).await?.count == 0 {
            return Ok((Some(number), given));
        }
        matricule::record(&mut counters, &school.current_year, number);
    }
}

fn count_matricule(cx: &Cx, change: &mut Change<'_>, number: u32) -> Result<(), Fault> {
    let mut school: School = cx.settings.school.body.clone();
    matricule::record(&mut school.matricule_counters, &cx.settings.school.current_year, number);
    change.follow(cx.settings.school.version, &school)
}

/// Marks given together with the record, each on its sheet, under the sheet's own rights.
async fn first_marks(
    cx: &Cx,
    change: &mut Change<'_>,
    student: &mut Student,
    marks: &[FirstMark],
) -> Result<(), Fault> {
    let mut sheets: BTreeMap<SheetId, (Stored<Sheet>, Sheet)> = BTreeMap::new();
    for mark in marks {
        let key = &mark.sheet;
        let resource = Resource::Sheet { class: key.class.clone(), subject: key.subject.clone() };
        cx.require(Action::EditSheet, &resource)?;
        if student.class.as_ref() != Some(&key.class) || key.year != cx.settings.school.current_year {
            return Err(Failure::invalid(Field::Mark, Why::NotInClass).into());
        }
        let id = Sheet::id_of(&key.class, &key.subject, &key.year, key.term);
        if !sheets.contains_key(&id) {
            let stored = cx.store.one::<Sheet>(id.as_str()).await?.ok_or(Failure::NotFound)?;
            sheets.insert(id.clone(), (stored.clone(), stored.body));
        }
        let Some((_, sheet)) = sheets.get_mut(&id) else { continue };
        cell::first(cx, change, sheet, student, mark).await?;
        change.touches_sheet(key);
    }
    for (before, after) in sheets.into_values() {
        change.put(&before, &after)?;
    }
    Ok(())
}

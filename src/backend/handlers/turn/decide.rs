//! The council's word on a student, and which class follows which.

use serde_json::{Value, json};

use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
        handlers::setup::finish,
    },
    domain::{
        entities::{ClassTarget, DecidedBy, Enrolment, EnrolmentStatus, Student, YearDecision, YearTurn},
        id::{ClassId, EnrolmentId},
        text_values::Name,
    },
    protocol::{Council, Decide, Failure, Field, Reply, Why},
    store::Records,
};

/// The longest reason.
const LONGEST: usize = 500;

fn known(cx: &Cx, class: &ClassId) -> Result<Name, Fault> {
    let unknown = || Failure::invalid(Field::Class, Why::Unknown { what: class.as_str().to_owned() });
    Ok(cx.settings.class(class).ok_or_else(unknown)?.name.clone())
}

/// `Request::Decide`: one attempt.
pub async fn decide(cx: &Cx, ask: &Decide) -> Result<Reply, Fault> {
    let year = cx.settings.school.current_year.clone();
    let id = EnrolmentId::of(&ask.student, &year);
    let student = cx.store.one::<Student>(ask.student.as_str()).await?.ok_or(Failure::NotFound)?;
    let enrolment = cx.store.one::<Enrolment>(id.as_str()).await?;
    let here = match &enrolment {
        Some(enrolment) => enrolment.status == EnrolmentStatus::Enrolled,
        None => student.class.is_some() && !cx.settings.weights.behind(&student),
    };
    if !here {
        return Err(Failure::refused(Why::NotInClass).into());
    }
    let before = cx.store.one::<YearDecision>(id.as_str()).await?;
    let standing = before.as_ref().filter(|before| before.by == DecidedBy::Council);
    let after = match &ask.decision {
        Some(council) => Some(decision(cx, ask, council)?),
        None => None,
    };
    if standing.map(|before| YearDecision { settled: None, ..before.body.clone() }) == after {
        return Ok(Reply::Done);
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    match (&before, &after) {
        (before, Some(after)) => change.put_or_add(before.as_ref(), after)?,
        (Some(before), None) => change.delete(before)?,
        (None, None) => return Ok(Reply::Done),
    }
    let said = Said {
        action: "year.decide",
        target: id.as_str().to_owned(),
        student: Some(ask.student.as_str().to_owned()),
        old: standing.map_or(Value::Null, |before| told(cx, before)),
        new: after.as_ref().map_or(Value::Null, |after| told(cx, after)),
        reason: after.as_ref().map(|after| after.reason.clone()).filter(|reason| !reason.is_empty()),
        ..Said::default()
    };
    change.audit("students", said).await?;
    change.undoable(act.clone(), "year.decide")?;
    change.touches(Some(&student), Some(&student));
    change.commit().await?;
    Ok(Reply::Acted(act))
}

fn decision(cx: &Cx, ask: &Decide, council: &Council) -> Result<YearDecision, Fault> {
    let reason = council.reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST {
        return Err(Failure::invalid(Field::Reason, Why::Missing).into());
    }
    if council.to.is_some() && !council.outcome.stays() {
        return Err(Failure::invalid(Field::Class, Why::LeaverHasNoClass).into());
    }
    let target = council.to.clone();
    if let Some(class) = &target {
        known(cx, class)?;
    }
    let year = cx.settings.school.current_year.clone();
    Ok(YearDecision {
        id: EnrolmentId::of(&ask.student, &year),
        student: ask.student.clone(),
        year,
        outcome: council.outcome,
        target,
        by: DecidedBy::Council,
        reason: reason.to_owned(),
        settled: None,
    })
}

fn told(cx: &Cx, decision: &YearDecision) -> Value {
    let class = decision.target.as_ref().and_then(|class| cx.settings.class(class)).map(|class| class.name.clone());
    json!({ "outcome": decision.outcome, "class": class })
}

/// `Request::MapClass`: one attempt.
pub async fn map_class(cx: &Cx, class: &ClassId, target: Option<&ClassTarget>) -> Result<Reply, Fault> {
    known(cx, class)?;
    if let Some(ClassTarget::Class(next)) = target {
        known(cx, next)?;
        if next == class {
            return Err(Failure::invalid(Field::Class, Why::SameClass).into());
        }
    }
    let year = cx.settings.school.current_year.clone();
    let before = cx.store.one::<YearTurn>(year.as_str()).await?;
    let mut after = before.as_ref().map_or_else(|| YearTurn::of(year), |before| before.body.clone());
    match target {
        Some(target) => after.targets.insert(class.clone(), target.clone()),
        None => after.targets.remove(class),
    };
    if before.as_ref().map_or_else(|| after.targets.is_empty(), |before| before.body == after) {
        return Ok(Reply::Done);
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.put_or_add(before.as_ref(), &after)?;
    let old = before.and_then(|before| before.body.targets.get(class).cloned());
    finish(change, &act, "year.map", (class.as_str(), json!(old), json!(target))).await?;
    Ok(Reply::Acted(act))
}

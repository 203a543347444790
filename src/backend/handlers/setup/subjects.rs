//! Subjects with their coefficients, and the current term.

use serde_json::{Value, json};

use super::{finish, levels::coefficients_listed, name_free, subject_unneeded};
use crate::{
    backend::{
        change::Change,
        cx::{Cx, Fault},
        recompute,
    },
    domain::{
        calendar::Term,
        entities::{School, Subject},
        id::SubjectId,
        schema::Stored,
    },
    protocol::{Failure, Field, Reply, SubjectDraft, Why},
    store::Records,
};

/// The greatest coefficient.
const MOST: u8 = 100;

/// `Request::SaveSubject`. New coefficients go into the averages of every student.
pub async fn save_subject(cx: &Cx, draft: &SubjectDraft, version: Option<u64>) -> Result<Reply, Fault> {
    let before = existing(cx, draft, version).await?;
    let subject = Subject {
        id: draft.id.clone().unwrap_or_else(|| SubjectId::new(cx.core.fresh_id())),
        name: draft.name.clone(),
        short: draft.short.clone(),
        coefficient: draft.coefficient,
        coefficients: draft.coefficients.clone(),
        position: draft.position,
        kind: draft.kind,
        optional: draft.optional,
        reweighed: before.as_ref().is_some_and(|before| before.reweighed || weighs(before, draft)),
        // Saved by somebody: no longer a sample that nobody has looked at.
        sample: false,
    };
    let all = std::iter::once(subject.coefficient).chain(subject.coefficients.iter().map(|entry| entry.coefficient));
    if all.into_iter().any(|coefficient| coefficient > MOST) {
        return Err(Failure::invalid(Field::Coefficient, Why::Whole { min: 0, max: MOST.into() }).into());
    }
    coefficients_listed(cx, &subject.coefficients, before.as_ref())?;
    let others = cx.settings.subjects.iter().filter(|known| known.id != subject.id);
    name_free(&subject.name, others.map(|known| &known.name))?;
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.put_or_add(before.as_ref(), &subject)?;
    let old = before.as_ref().map_or(Value::Null, |before| json!(before.body));
    finish(change, &act, "subject.save", (subject.id.as_str(), old, json!(subject))).await?;
    recompute::catch_up(cx, &act).await;
    let version = before.map_or(1, |before| before.version.saturating_add(1));
    Ok(Reply::Subject { subject, version, act: Some(act) })
}

/// Do the averages come out otherwise by the draft?
fn weighs(before: &Subject, draft: &SubjectDraft) -> bool {
    before.optional != draft.optional
        || before.coefficient != draft.coefficient
        || before.coefficients != draft.coefficients
}

async fn existing(cx: &Cx, draft: &SubjectDraft, version: Option<u64>) -> Result<Option<Stored<Subject>>, Fault> {
    let Some(id) = &draft.id else { return Ok(None) };
    let subject = cx.store.one::<Subject>(id.as_str()).await?.ok_or(Failure::NotFound)?;
    if version.is_some_and(|version| version != subject.version) {
        return Err(Failure::Conflict.into());
    }
    Ok(Some(subject))
}

/// `Request::DeleteSubject`: one attempt.
pub async fn delete_subject(cx: &Cx, id: &SubjectId, version: u64) -> Result<Reply, Fault> {
    let subject = cx.store.one::<Subject>(id.as_str()).await?.ok_or(Failure::NotFound)?;
    if subject.version != version {
        return Err(Failure::Conflict.into());
    }
    subject_unneeded(cx, id.as_str()).await?;
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.delete(&subject)?;
    finish(change, &act, "subject.delete", (id.as_str(), json!(subject.body), Value::Null)).await?;
    Ok(Reply::Acted(act))
}

/// `Request::SetCurrentTerm`: the average that lists show is of that term from now on.
pub async fn set_current_term(cx: &Cx, term: Term) -> Result<Reply, Fault> {
    let school = &cx.settings.school;
    if !cx.settings.terms(&school.current_year).contains(&term) {
        return Err(Failure::invalid(Field::Term, Why::Unknown { what: term.to_string() }).into());
    }
    let act = cx.fresh_act();
    if term == school.current_term {
        return Ok(Reply::Done);
    }
    let changed = School { current_term: term, ..school.body.clone() };
    let mut change = Change::new(cx, &act, act.clone());
    change.put(school, &changed)?;
    finish(change, &act, "term.current", (School::ID, json!(school.current_term), json!(term))).await?;
    recompute::catch_up(cx, &act).await;
    Ok(Reply::Acted(act))
}

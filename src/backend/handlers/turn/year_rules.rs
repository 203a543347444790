//! What a closed year was reckoned by, and what was decided in it.

use std::borrow::Cow;

use crate::{
    backend::{
        cx::{Cx, Fault},
        handlers::sheet::rules_of,
    },
    domain::{
        calendar::YearId,
        entities::{YearDecision, YearTurn},
        id::{EnrolmentId, StudentId},
        rules::RuleSet,
    },
    store::Records,
};

/// The rules that were in force when a closed year ended; those in force now, for one that runs.
pub async fn rules_of_year<'a>(cx: &'a Cx, year: &YearId) -> Result<Cow<'a, RuleSet>, Fault> {
    if cx.settings.writable(year) {
        return Ok(Cow::Borrowed(&cx.settings.rules));
    }
    let turn = cx.store.one::<YearTurn>(year.as_str()).await?;
    let id = turn.and_then(|turn| turn.body.rules);
    Ok(Cow::Owned(rules_of(cx, id.as_deref()).await?))
}

/// What was decided of a student at the end of a closed year.
pub async fn decided(cx: &Cx, student: &StudentId, year: &YearId) -> Result<Option<YearDecision>, Fault> {
    if cx.settings.writable(year) {
        return Ok(None);
    }
    let decision = cx.store.one::<YearDecision>(EnrolmentId::of(student, year).as_str()).await?;
    Ok(decision.map(|decision| decision.body))
}

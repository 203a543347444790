//! Putting rules into force: a new version, or one that is there; averages follow, unless somebody stops them.

use serde_json::json;

use super::{next_version, preview, sound, unmoved};
use crate::{
    backend::{
        change::Change,
        cx::{Cx, Fault},
        handlers::setup::finish,
        recompute,
    },
    domain::{entities::School, rules::RuleSet},
    protocol::{Failure, Reply, SaveRules, Why},
    store::Records,
};

/// Readings before a conflict is given up.
const TRIES: u32 = 20;

/// `Request::SaveRules`.
pub async fn save(cx: &Cx, ask: &SaveRules) -> Result<Reply, Fault> {
    sound(&ask.rules)?;
    unmoved(cx, &ask.over)?;
    let current = &cx.settings.rules;
    if *current == (RuleSet { id: current.id.clone(), version: current.version, ..ask.rules.clone() }) {
        return Ok(Reply::RulesSaved { rules: Box::new(current.clone()), students: 0, act: None });
    }
    let version = next_version(cx, &ask.rules.name).await?;
    let rules = RuleSet { id: RuleSet::id_of(&ask.rules.name, version), version, ..ask.rules.clone() };
    force(cx, rules, true).await
}

/// `Request::UseRules`.
pub async fn choose(cx: &Cx, id: &str, over: &str) -> Result<Reply, Fault> {
    unmoved(cx, over)?;
    let rules = cx.store.one::<RuleSet>(id).await?.ok_or(Failure::NotFound)?.body;
    if rules.id == cx.settings.rules.id {
        return Ok(Reply::RulesSaved { rules: Box::new(rules), students: 0, act: None });
    }
    sound(&rules)?;
    force(cx, rules, false).await
}

/// `Request::CancelRules`.
pub fn stop(cx: &Cx) -> Reply {
    cx.core.stop_rules();
    Reply::Done
}

async fn force(cx: &Cx, rules: RuleSet, new: bool) -> Result<Reply, Fault> {
    let act = cx.fresh_act();
    let (school, before) = (&cx.settings.school, &cx.settings.rules);
    // Counted before: whoever else looks for stale averages makes some of them anew, too.
    let students = preview::moved(cx, &preview::by(cx, &rules)).await?;
    let mut change = Change::new(cx, &act, act.clone());
    let action = if new {
        change.add(&rules)?;
        "rules.save"
    } else {
        change.chose::<RuleSet>(&rules.id);
        "rules.use"
    };
    change.put(school, &School { rules: rules.id.clone(), ..school.body.clone() })?;
    cx.core.begin_rules();
    finish(change, &act, action, (&rules.id, json!(before), json!(rules))).await?;
    if recompute::by_new_rules(cx, &act).await.is_none() {
        back(cx, &rules.id, &before.id).await?;
        return Err(Failure::refused(Why::Stopped).into());
    }
    Ok(Reply::RulesSaved { rules: Box::new(rules), students, act: Some(act) })
}

/// The rules of before are in force again, unless somebody has chosen others meanwhile; averages follow them.
async fn back(cx: &Cx, from: &str, to: &str) -> Result<(), Fault> {
    let mut cx = cx.clone();
    cx.in_lane = false;
    let act = cx.fresh_act();
    for _ in 0..TRIES {
        cx.reread().await?;
        let school = &cx.settings.school;
        if school.rules != from {
            break;
        }
        let mut change = Change::new(&cx, &act, act.clone());
        change.put(school, &School { rules: to.to_owned(), ..school.body.clone() })?;
        match finish(change, &act, "rules.stop", (from, json!(from), json!(to))).await {
            Err(fault) if fault.is_conflict() => {}
            Err(fault) => return Err(fault),
            Ok(()) => break,
        }
    }
    recompute::catch_up(&cx, &act).await;
    Ok(())
}

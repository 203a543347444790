//! The school's rules: their versions, what new ones would change, putting them into force.

mod force;
mod preview;

pub(in crate::backend) use force::{choose, save, stop};
pub(in crate::backend) use preview::preview;

use crate::{
    backend::{
        cx::{Cx, Fault},
        guard,
    },
    domain::{
        entities::{ClassResult, User},
        query::Filter,
        rules::{RuleSet, check},
        schema::Entity,
        text_values::Name,
    },
    protocol::{Failure, Reply, RulesRow, Why},
    store::Records,
};

/// `Request::Rules`.
pub async fn list(cx: &Cx) -> Result<Reply, Fault> {
    let mut rows = Vec::new();
    for stored in cx.store.every::<RuleSet>(&Filter::All).await? {
        let by_it = Filter::equals("rules", stored.id.as_str());
        rows.push(RulesRow {
            at: stored.created_at,
            by: person(cx, &stored.updated_by).await?,
            current: stored.id == cx.settings.rules.id,
            closed: cx.store.count(ClassResult::SCHEMA, &by_it, u64::MAX).await?.count,
            rules: stored.body,
        });
    }
    rows.sort_by(|one, two| two.at.cmp(&one.at).then(two.rules.version.cmp(&one.rules.version)));
    Ok(Reply::Rules(rows))
}

/// An account's name, or its id if it is gone.
pub(in crate::backend) async fn person(cx: &Cx, actor: &str) -> Result<String, Fault> {
    if actor == guard::SERVICE {
        return Ok(actor.to_owned());
    }
    let user = cx.store.one::<User>(actor).await?;
    Ok(user.map_or_else(|| actor.to_owned(), |user| user.display_name.as_str().to_owned()))
}

/// The version that rules of that name would have next.
pub(in crate::backend) async fn next_version(cx: &Cx, name: &Name) -> Result<u32, Fault> {
    let versions = cx.store.every::<RuleSet>(&Filter::All).await?;
    let mine = versions.iter().filter(|known| known.name == *name).map(|known| known.body.version);
    Ok(mine.max().unwrap_or(0).saturating_add(1))
}

/// Refuses rules that cannot stand.
pub(in crate::backend) fn sound(rules: &RuleSet) -> Result<(), Fault> {
    let faults = check(rules);
    if faults.is_empty() { Ok(()) } else { Err(Failure::refused(Why::Rules(faults)).into()) }
}

/// Refuses when somebody has put other rules into force than those that were seen.
fn unmoved(cx: &Cx, over: &str) -> Result<(), Fault> {
    let now = &cx.settings.rules;
    if now.id == over {
        return Ok(());
    }
    let (name, version) = (now.name.as_str().to_owned(), now.version);
    Err(Failure::refused(Why::RulesMoved { name, version }).into())
}

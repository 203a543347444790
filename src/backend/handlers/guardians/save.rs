//! Adding, changing and deleting a guardian.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        access::{Action, Resource},
        entities::{Guardian, Student, User},
        id::{GuardianId, StudentId, UserId},
        query::Filter,
        schema::Stored,
    },
    protocol::{Failure, Field, Reply, Why},
    store::Records,
};

/// `Request::SaveGuardian`: one attempt. The linked account's children are the guardian's from now on.
pub(in crate::backend) async fn save(cx: &Cx, ask: &Guardian, version: Option<u64>) -> Result<Reply, Fault> {
    let mut guardian = ask.clone();
    let before = if let Some(version) = version {
        let before = cx.store.one::<Guardian>(ask.id.as_str()).await?.ok_or(Failure::NotFound)?;
        if before.version != version {
            return Err(Failure::Conflict.into());
        }
        Some(before)
    } else {
        guardian.id = GuardianId::new(cx.core.fresh_id());
        None
    };
    let mut seen = BTreeSet::new();
    guardian.children.retain(|child| seen.insert(child.student.clone()));
    check(cx, &guardian, before.as_ref()).await?;
    if before.as_ref().is_some_and(|before| before.body == guardian) {
        return Ok(Reply::Done);
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.put_or_add(before.as_ref(), &guardian)?;
    let was = before.as_ref().and_then(|before| before.account.clone());
    follow(cx, &mut change, &guardian, was.as_ref()).await?;
    let old = before.as_ref().map_or(Value::Null, |before| json!(before.body));
    audit(&mut change, "guardian.save", &guardian, old, json!(guardian)).await?;
    change.undoable(act.clone(), "student.guardian")?;
    touches(&mut change, &guardian, before.as_ref());
    change.commit().await?;
    Ok(Reply::Acted(act))
}

/// Refuses what does not hold together: consents without an address, children and accounts that are not there.
async fn check(cx: &Cx, guardian: &Guardian, before: Option<&Stored<Guardian>>) -> Result<(), Fault> {
    if guardian.sms && guardian.phones.is_empty() {
        return Err(Failure::invalid(Field::Phone, Why::ConsentWithout).into());
    }
    if guardian.mail && guardian.email.is_none() {
        return Err(Failure::invalid(Field::Email, Why::ConsentWithout).into());
    }
    if let Some(money) = &guardian.money {
        let fits = money.operator.takes(&money.number);
        fits.map_err(|error| Failure::invalid(Field::MoneyNumber, Why::Account(error)))?;
    }
    if guardian.children.is_empty() {
        return Err(Failure::invalid(Field::Student, Why::Missing).into());
    }
    let had = |child: &StudentId| before.is_some_and(|before| before.students().any(|known| known == child));
    for child in guardian.students().filter(|child| !had(child)) {
        let what = child.as_str().to_owned();
        let known = cx.store.one::<Student>(child.as_str()).await?;
        known.ok_or_else(|| Failure::invalid(Field::Student, Why::Unknown { what }))?;
    }
    let Some(account) = &guardian.account else { return Ok(()) };
    if before.is_some_and(|before| before.account.as_ref() == Some(account)) {
        return Ok(());
    }
    // Who says whose marks an account sees decides about accounts.
    cx.require(Action::EditUsers, &Resource::School)?;
    let what = account.as_str().to_owned();
    cx.store
        .one::<User>(account.as_str())
        .await?
        .ok_or_else(|| Failure::invalid(Field::Username, Why::Unknown { what }))?;
    let others = cx.store.every::<Guardian>(&Filter::equals("account", account.as_str())).await?;
    match others.into_iter().find(|other| other.id != guardian.id) {
        Some(other) => Err(Failure::invalid(Field::Username, Why::NameTaken { name: other.full_name() }).into()),
        None => Ok(()),
    }
}

/// The account's children are the guardian's; the one that is linked no longer has none.
async fn follow(cx: &Cx, change: &mut Change<'_>, guardian: &Guardian, was: Option<&UserId>) -> Result<(), Fault> {
    if let Some(was) = was.filter(|was| guardian.account.as_ref() != Some(*was)) {
        cx.require(Action::EditUsers, &Resource::School)?;
        children_are(cx, change, was, &[]).await?;
    }
    match &guardian.account {
        Some(account) => {
            let children: Vec<StudentId> = guardian.students().cloned().collect();
            children_are(cx, change, account, &children).await
        }
        None => Ok(()),
    }
}

async fn children_are(cx: &Cx, change: &mut Change<'_>, account: &UserId, children: &[StudentId]) -> Result<(), Fault> {
    let Some(user) = cx.store.one::<User>(account.as_str()).await? else { return Ok(()) };
    let own = user.student.as_ref();
    let children: Vec<StudentId> = children.iter().filter(|child| Some(*child) != own).cloned().collect();
    if user.children == children {
        // Two guardians must not come by it at once.
        change.guard(&user);
    } else {
        change.put(&user, &User { children, ..user.body.clone() })?;
    }
    Ok(())
}

/// Whoever shows one of the children, those of before too, reads again.
fn touches(change: &mut Change<'_>, guardian: &Guardian, before: Option<&Stored<Guardian>>) {
    let old = before.into_iter().flat_map(|before| before.students());
    let all: Vec<StudentId> = guardian.students().chain(old).cloned().collect();
    change.touches_people(&all);
}

async fn audit(
    change: &mut Change<'_>,
    action: &'static str,
    guardian: &Guardian,
    old: Value,
    new: Value,
) -> Result<(), Fault> {
    let target = guardian.id.as_str().to_owned();
    // The history of the child that came or went tells it too, or that of the first.
    let before: Option<Guardian> = serde_json::from_value(old.clone()).ok();
    let had = |child: &StudentId| before.as_ref().is_some_and(|before| before.relation_to(child).is_some());
    let has = |child: &StudentId| new != Value::Null && guardian.relation_to(child).is_some();
    let old_children = before.iter().flat_map(Guardian::students);
    let moved = guardian.students().chain(old_children).find(|child| had(child) != has(child));
    let student = moved.or_else(|| guardian.students().next()).map(|child| child.as_str().to_owned());
    change.audit("students", Said { action, target, student, old, new, ..Said::default() }).await
}

/// `Request::DeleteGuardian`: one attempt.
pub(in crate::backend) async fn delete(cx: &Cx, id: &GuardianId, version: u64) -> Result<Reply, Fault> {
    let guardian = cx.store.one::<Guardian>(id.as_str()).await?.ok_or(Failure::NotFound)?;
    if guardian.version != version {
        return Err(Failure::Conflict.into());
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    let gone = Guardian { account: None, ..guardian.body.clone() };
    follow(cx, &mut change, &gone, guardian.account.as_ref()).await?;
    change.delete(&guardian)?;
    audit(&mut change, "guardian.delete", &guardian, json!(guardian.body), Value::Null).await?;
    change.undoable(act.clone(), "student.guardian")?;
    touches(&mut change, &guardian, None);
    change.commit().await?;
    Ok(Reply::Acted(act))
}

//! Guardians: whose, where they are reached, and the account that follows them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::students::resource;
use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        access::{Action, Resource, Scope, scope},
        entities::{Guardian, Student, User},
        id::{GuardianId, StudentId, UserId},
        query::Filter,
        schema::{Entity, Stored},
        words,
    },
    protocol::{Failure, Field, GuardianRow, GuardiansOf, Reply, Why},
    store::Records,
};

/// Guardians in one answer.
const MOST: usize = 200;

/// `Request::Guardians`. Who sees a part of the school sees the guardians of its students.
pub async fn guardians(cx: &Cx, of: &GuardiansOf) -> Result<Reply, Fault> {
    let mut found: Vec<Stored<Guardian>> = match of {
        GuardiansOf::Student(id) => {
            let student = cx.store.one::<Student>(id.as_str()).await?.ok_or(Failure::NotFound)?;
            if !cx.may(Action::ViewStudents, &resource(&student)) {
                return Err(Failure::NotFound.into());
            }
            of_student(cx, id).await?
        }
        GuardiansOf::One(id) => cx.store.one::<Guardian>(id.as_str()).await?.into_iter().collect(),
        GuardiansOf::Text { text, limit } => {
            let mut found = by_text(cx, text).await?;
            found.truncate(usize::try_from(*limit).unwrap_or(MOST).min(MOST));
            found
        }
    };
    found.sort_by_cached_key(|guardian| {
        (words::sort_key(&[guardian.last_name.as_str(), guardian.first_name.as_str()]), guardian.id.clone())
    });
    let mut rows = rows(cx, found).await?;
    if scope(&cx.who, Action::ViewStudents) != Scope::Everything && !matches!(of, GuardiansOf::Student(_)) {
        rows.retain(|row| !row.children.is_empty());
    }
    Ok(Reply::Guardians(rows))
}

/// The guardians of a student.
pub async fn of_student(cx: &Cx, id: &StudentId) -> Result<Vec<Stored<Guardian>>, Fault> {
    let word = words::fold(id.as_str());
    let found = cx.store.every::<Guardian>(&Filter::WordPrefix("child_words".into(), word)).await?;
    Ok(found.into_iter().filter(|guardian| guardian.children.contains(id)).collect())
}

/// Every word begins a word of the name, or is in a phone.
pub async fn by_text(cx: &Cx, text: &str) -> Result<Vec<Stored<Guardian>>, Fault> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let spaced = text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-./".contains(c));
    let filter = if spaced {
        if digits.len() < 3 {
            return Ok(Vec::new());
        }
        Filter::WordPrefix("phone_digits".into(), digits)
    } else {
        let parts = words::words(text).into_iter().map(|word| Filter::WordPrefix("name_words".into(), word));
        parts.fold(Filter::All, Filter::and)
    };
    if filter == Filter::All {
        return Ok(Vec::new());
    }
    Ok(cx.store.every::<Guardian>(&filter).await?)
}

/// With the names of the children that the asker may see, and the account.
async fn rows(cx: &Cx, found: Vec<Stored<Guardian>>) -> Result<Vec<GuardianRow>, Fault> {
    let ids: BTreeSet<String> =
        found.iter().flat_map(|guardian| &guardian.children).map(|child| child.as_str().to_owned()).collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let mut names: BTreeMap<StudentId, String> = BTreeMap::new();
    for document in cx.store.get_many(Student::SCHEMA, &ids).await? {
        let student: Student = document.parse(Student::SCHEMA.collection)?;
        if cx.may(Action::ViewStudents, &resource(&student)) {
            names.insert(student.id.clone(), student.full_name());
        }
    }
    let accounts: Vec<String> =
        found.iter().filter_map(|guardian| guardian.account.as_ref()).map(|id| id.as_str().to_owned()).collect();
    let mut usernames: BTreeMap<UserId, String> = BTreeMap::new();
    for document in cx.store.get_many(User::SCHEMA, &accounts).await? {
        let user: User = document.parse(User::SCHEMA.collection)?;
        usernames.insert(user.id.clone(), user.username.as_str().to_owned());
    }
    let row = |guardian: Stored<Guardian>| GuardianRow {
        children: guardian.children.iter().filter_map(|id| Some((id.clone(), names.get(id)?.clone()))).collect(),
        account: guardian.account.as_ref().and_then(|id| usernames.get(id).cloned()),
        guardian,
    };
    Ok(found.into_iter().map(row).collect())
}

/// `Request::SaveGuardian`: one attempt. The linked account's children are the guardian's from now on.
pub async fn save(cx: &Cx, ask: &Guardian, version: Option<u64>) -> Result<Reply, Fault> {
    let mut guardian = ask.clone();
    let before = match version {
        Some(version) => {
            let before = cx.store.one::<Guardian>(ask.id.as_str()).await?.ok_or(Failure::NotFound)?;
            if before.version != version {
                return Err(Failure::Conflict.into());
            }
            Some(before)
        }
        None => {
            guardian.id = GuardianId::new(cx.core.fresh_id());
            None
        }
    };
    let mut seen = BTreeSet::new();
    guardian.children.retain(|child| seen.insert(child.clone()));
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
    change.touches_people(&guardian.children);
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
    if guardian.money.as_ref().is_some_and(|money| !money.number.is_mobile()) {
        return Err(Failure::invalid(Field::MoneyNumber, Why::NotMobile).into());
    }
    if guardian.children.is_empty() {
        return Err(Failure::invalid(Field::Student, Why::Missing).into());
    }
    let had = |child: &StudentId| before.is_some_and(|before| before.children.contains(child));
    for child in guardian.children.iter().filter(|child| !had(child)) {
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
        Some(account) => children_are(cx, change, account, &guardian.children).await,
        None => Ok(()),
    }
}

async fn children_are(cx: &Cx, change: &mut Change<'_>, account: &UserId, children: &[StudentId]) -> Result<(), Fault> {
    let Some(user) = cx.store.one::<User>(account.as_str()).await? else { return Ok(()) };
    let own = user.student.as_ref();
    let children: Vec<StudentId> = children.iter().filter(|child| Some(*child) != own).cloned().collect();
    if user.children != children {
        change.put(&user, &User { children, ..user.body.clone() })?;
    }
    Ok(())
}

async fn audit(
    change: &mut Change<'_>,
    action: &'static str,
    guardian: &Guardian,
    old: Value,
    new: Value,
) -> Result<(), Fault> {
    let target = guardian.id.as_str().to_owned();
    // Their only child's history tells it too.
    let student = guardian.children.first().map(|child| child.as_str().to_owned());
    change.audit("students", Said { action, target, student, old, new, ..Said::default() }).await
}

/// `Request::DeleteGuardian`: one attempt.
pub async fn delete(cx: &Cx, id: &GuardianId, version: u64) -> Result<Reply, Fault> {
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
    change.touches_people(&guardian.children);
    change.commit().await?;
    Ok(Reply::Acted(act))
}

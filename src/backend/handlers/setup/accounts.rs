//! Accounts.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use super::{staff, unneeded};
use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
        handlers::{door, students},
    },
    domain::{
        entities::{Assignment, Class, Guardian, Role, Student, User},
        id::{StudentId, UserId},
        query::Filter,
        schema::{Entity, Stored},
        text_values::{Password, Phone},
        words,
    },
    protocol::{AccountRow, Failure, Field, NeededBy, NewAccount, Reply, SaveUser, Why},
    store::Records,
};

/// Letters and digits that cannot be taken for one another on a slip of paper.
const CLEAR: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";
/// Characters of a first password: 60 bits.
const FIRST_LENGTH: usize = 12;

/// Names of linked students; whether they are there, or deleted.
type Names = HashMap<StudentId, (String, bool)>;

/// `Request::Users`, in French order of names.
pub async fn users(cx: &Cx) -> Result<Reply, Fault> {
    let mut all = cx.store.every::<User>(&Filter::All).await?;
    all.sort_by_cached_key(|user| words::sort_key(&[user.display_name.as_str(), user.username.as_str()]));
    let names = linked_names(cx, &all).await?;
    Ok(Reply::Users(all.iter().map(|user| row(user, user.version, &names)).collect()))
}

async fn linked_names(cx: &Cx, users: &[Stored<User>]) -> Result<Names, Fault> {
    let ids = users.iter().flat_map(|user| user.student.iter().chain(&user.children));
    let ids: Vec<String> = ids.map(|id| id.as_str().to_owned()).collect();
    names_of(cx, &ids).await
}

async fn names_of(cx: &Cx, ids: &[String]) -> Result<Names, Fault> {
    let mut names = HashMap::new();
    for document in cx.store.get_many_without(Student::SCHEMA, ids, Student::LONG).await? {
        let student: Student = document.parse(Student::SCHEMA.collection)?;
        names.insert(student.id.clone(), (student.full_name(), true));
    }
    let gone = ids.iter().map(|id| StudentId::new(id.as_str())).filter(|id| !names.contains_key(id)).collect();
    names.extend(students::deleted_names(cx, &gone).await?.into_iter().map(|(id, name)| (id, (name, false))));
    Ok(names)
}

fn row(user: &User, version: u64, names: &Names) -> AccountRow {
    let linked = user.student.iter().chain(&user.children);
    AccountRow {
        id: user.id.clone(),
        version,
        username: user.username.clone(),
        display_name: user.display_name.clone(),
        role: user.role,
        disabled: user.disabled,
        must_change: user.must_change,
        gone: linked.clone().filter(|id| names.get(id).is_none_or(|(_, here)| !here)).cloned().collect(),
        own: user.student.clone(),
        linked: linked
            .map(|id| (id.clone(), names.get(id).map_or_else(|| id.as_str().to_owned(), |(name, _)| name.clone())))
            .collect(),
        staff: user.staff.clone(),
    }
}

/// `Request::SaveUser`: one attempt.
pub async fn save_user(cx: &Cx, ask: &SaveUser) -> Result<Reply, Fault> {
    let before = existing(cx, ask).await?;
    let id = before.as_ref().map_or_else(|| UserId::new(cx.core.fresh_id()), |user| user.id.clone());
    if let Some(other) = door::by_username(&cx.store, &ask.username).await?
        && other.id != id
    {
        let name = other.username.as_str().to_owned();
        return Err(Failure::invalid(Field::Username, Why::NameTaken { name }).into());
    }
    staff::check(cx, ask, before.as_ref(), &id).await?;
    let phone = linked_phone(cx, ask, &id).await?;
    let first = match (&ask.password, &before) {
        (None, None) => Some(first_password(cx)),
        (Some(_), _) | (None, Some(_)) => None,
    };
    let mut user = composed(cx, ask, before.as_ref(), id, phone, first.as_ref()).await?;
    // Whose account this is says whose parent it is.
    let guardians = cx.store.every::<Guardian>(&Filter::equals("account", user.id.as_str())).await?;
    if let Some(guardian) = guardians.into_iter().next() {
        user.children = guardian.students().filter(|child| user.student.as_ref() != Some(*child)).cloned().collect();
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    keep_an_admin(cx, &mut change, before.as_ref(), Some(&user)).await?;
    change.put_or_add(before.as_ref(), &user)?;
    let old = before.as_ref().map_or(Value::Null, |before| shown(before));
    let mut new = shown(&user);
    // That a password was given, never which.
    if (ask.password.is_some() || first.is_some())
        && let Some(fields) = new.as_object_mut()
    {
        fields.insert("password".to_owned(), json!("set"));
    }
    audit(&mut change, "user.save", &user.id, old, new).await?;
    change.touches_setup();
    match change.commit().await {
        Err(fault) if fault.duplicate().is_some() => {
            return Err(crate::backend::change::reread::<User>(user.id.as_str()));
        }
        other => other?,
    };
    if before.as_ref().is_some_and(|before| before.session_epoch != user.session_epoch) {
        cx.core.end_session(user.id.as_str(), None).await;
    }
    let ids: Vec<String> = user.student.iter().chain(&user.children).map(|id| id.as_str().to_owned()).collect();
    let names = names_of(cx, &ids).await?;
    let version = before.map_or(1, |before| before.version.saturating_add(1));
    Ok(Reply::User(Box::new(NewAccount { row: row(&user, version, &names), first_password: first })))
}

async fn existing(cx: &Cx, ask: &SaveUser) -> Result<Option<Stored<User>>, Fault> {
    let Some((id, version)) = &ask.id else { return Ok(None) };
    let user = cx.store.one::<User>(id.as_str()).await?.ok_or(Failure::NotFound)?;
    if user.version != *version {
        return Err(Failure::Conflict.into());
    }
    Ok(Some(user))
}

async fn composed(
    cx: &Cx,
    ask: &SaveUser,
    before: Option<&Stored<User>>,
    id: UserId,
    student_phone: Option<Phone>,
    first: Option<&Password>,
) -> Result<User, Fault> {
    let password_hash = match (ask.password.as_ref().or(first), before) {
        (Some(password), _) => door::hashed(&cx.core, password).await?,
        (None, Some(before)) => before.password_hash.clone(),
        (None, None) => return Err(Failure::invalid(Field::Password, Why::Missing).into()),
    };
    // A password that somebody else has given is known to somebody else.
    let given = ask.password.is_some() || first.is_some();
    let own = cx.who.user.as_ref() == Some(&id);
    let must_change = if given { !own } else { before.is_some_and(|before| before.must_change) };
    let ends = before.is_some_and(|before| given || before.role != ask.role || before.disabled != ask.disabled);
    let epoch = before.map_or(1, |before| before.session_epoch);
    // Each child once; who is the account's own student is not its child.
    let mut linked: BTreeSet<&StudentId> = ask.student.iter().collect();
    let children = ask.children.iter().filter(|child| linked.insert(child)).cloned().collect();
    Ok(User {
        id,
        username: ask.username.clone(),
        display_name: ask.display_name.clone(),
        password_hash,
        role: ask.role,
        disabled: ask.disabled,
        must_change,
        student: ask.student.clone(),
        student_phone,
        children,
        staff: ask.staff.clone(),
        session_epoch: if ends { epoch.saturating_add(1) } else { epoch },
    })
}

/// Looks at the students that the account is linked to; the own student's phone.
async fn linked_phone(cx: &Cx, ask: &SaveUser, id: &UserId) -> Result<Option<Phone>, Fault> {
    for child in &ask.children {
        let known = cx.store.one::<Student>(child.as_str()).await?;
        let what = child.as_str().to_owned();
        known.ok_or_else(|| Failure::invalid(Field::Student, Why::Unknown { what }))?;
    }
    let Some(student) = &ask.student else {
        return match ask.role {
            Role::Student => Err(Failure::invalid(Field::Student, Why::Missing).into()),
            Role::Admin
            | Role::Head
            | Role::Bursar
            | Role::Secretary
            | Role::Supervisor
            | Role::Teacher
            | Role::Parent => Ok(None),
        };
    };
    let what = student.as_str().to_owned();
    let known = cx.store.one::<Student>(student.as_str()).await?;
    let known = known.ok_or_else(|| Failure::invalid(Field::Student, Why::Unknown { what }))?;
    if let Some(other) = super::super::students::account_of(cx, student).await?
        && other.id != *id
    {
        let name = other.username.as_str().to_owned();
        return Err(Failure::invalid(Field::Student, Why::NameTaken { name }).into());
    }
    Ok(known.body.phone)
}

fn first_password(cx: &Cx) -> Password {
    let mut chance = [0_u8; FIRST_LENGTH];
    cx.core.config.ids.fill(&mut chance);
    let letter = |byte: &u8| CLEAR.get(usize::from(byte % 32)).copied().map_or('x', char::from);
    let text: String = chance.iter().map(letter).collect();
    Password::typed(&text)
}

/// Refuses when nobody could administer the school any more. The admin who remains is guarded: two who remove each
/// other at the same time cannot both succeed.
async fn keep_an_admin(
    cx: &Cx,
    change: &mut Change<'_>,
    before: Option<&Stored<User>>,
    after: Option<&User>,
) -> Result<(), Fault> {
    let administers = |user: &User| user.role == Role::Admin && !user.disabled;
    let Some(before) = before.filter(|before| administers(before)) else { return Ok(()) };
    if after.is_some_and(administers) {
        return Ok(());
    }
    let admins = cx.store.every::<User>(&Filter::equals("role", Role::Admin.as_str())).await?;
    let other = admins.into_iter().find(|user| user.id != before.id && administers(user));
    change.guard(&other.ok_or(Failure::refused(Why::LastAdmin))?);
    Ok(())
}

/// An account as its history shows it; never the hash.
fn shown(user: &User) -> Value {
    let mut shown = json!({
        "username": user.username,
        "display_name": user.display_name,
        "role": user.role,
        "disabled": user.disabled,
        "student": user.student,
        "children": user.children,
    });
    if !user.staff.is_empty()
        && let Some(fields) = shown.as_object_mut()
    {
        fields.insert("staff".to_owned(), json!(user.staff));
    }
    shown
}

async fn audit(
    change: &mut Change<'_>,
    action: &'static str,
    id: &UserId,
    old: Value,
    new: Value,
) -> Result<(), Fault> {
    let target = id.as_str().to_owned();
    change.audit("users", Said { action, target, old, new, ..Said::default() }).await
}

/// `Request::DeleteUser`: one attempt.
pub async fn delete_user(cx: &Cx, id: &UserId, version: u64) -> Result<Reply, Fault> {
    let user = cx.store.one::<User>(id.as_str()).await?.ok_or(Failure::NotFound)?;
    if user.version != version {
        return Err(Failure::Conflict.into());
    }
    unneeded(cx, Assignment::SCHEMA, Filter::equals("teacher", id.as_str()), NeededBy::Assignments).await?;
    unneeded(cx, Class::SCHEMA, Filter::equals("head_teacher", id.as_str()), NeededBy::Classes).await?;
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    keep_an_admin(cx, &mut change, Some(&user), None).await?;
    change.delete(&user)?;
    audit(&mut change, "user.delete", id, shown(&user), Value::Null).await?;
    change.undoable(act.clone(), "user.delete")?;
    change.touches_setup();
    change.commit().await?;
    cx.core.end_session(id.as_str(), None).await;
    Ok(Reply::Acted(act))
}

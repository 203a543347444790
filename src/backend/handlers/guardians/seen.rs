//! How much of a guardian the asker sees.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    backend::{
        cx::{Cx, Fault},
        handlers::students::resource,
    },
    domain::{
        access::{Action, Scope, scope},
        entities::{Guardian, Student, User},
        id::{StudentId, UserId},
        schema::{Entity, Stored},
        words,
    },
    protocol::GuardianRow,
};

/// Who sees all students sees all of their guardians. A teacher sees those of own students: how they are reached, but
/// neither Mobile Money nor account, and no child of another class.
pub(super) async fn rows(cx: &Cx, found: Vec<Stored<Guardian>>) -> Result<Vec<GuardianRow>, Fault> {
    let everything = scope(&cx.who, Action::ViewStudents) == Scope::Everything;
    let names = names(cx, &found).await?;
    let accounts = if everything { usernames(cx, &found).await? } else { BTreeMap::new() };
    let mut rows = Vec::with_capacity(found.len());
    for mut guardian in found {
        let children: Vec<(StudentId, String)> =
            guardian.students().filter_map(|id| Some((id.clone(), names.get(id)?.clone()))).collect();
        if !everything {
            if children.is_empty() {
                continue;
            }
            guardian.body.money = None;
            guardian.body.account = None;
            guardian.body.children.retain(|child| names.contains_key(&child.student));
        }
        let account = guardian.account.as_ref().and_then(|id| accounts.get(id).cloned());
        rows.push(GuardianRow { guardian, children, account });
    }
    Ok(rows)
}

/// In the order of names.
pub(super) fn by_name(rows: &mut [GuardianRow]) {
    rows.sort_by_cached_key(|row| {
        let guardian = &row.guardian;
        (words::sort_key(&[guardian.last_name.as_str(), guardian.first_name.as_str()]), guardian.id.clone())
    });
}

/// The names of the children that the asker may see.
async fn names(cx: &Cx, found: &[Stored<Guardian>]) -> Result<BTreeMap<StudentId, String>, Fault> {
    let ids: BTreeSet<&str> = found.iter().flat_map(|guardian| guardian.students()).map(StudentId::as_str).collect();
    let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
    let mut names = BTreeMap::new();
    for document in cx.store.get_many(Student::SCHEMA, &ids).await? {
        let student: Student = document.parse(Student::SCHEMA.collection)?;
        if cx.may(Action::ViewStudents, &resource(&student)) {
            names.insert(student.id.clone(), student.full_name());
        }
    }
    Ok(names)
}

async fn usernames(cx: &Cx, found: &[Stored<Guardian>]) -> Result<BTreeMap<UserId, String>, Fault> {
    let ids: Vec<String> =
        found.iter().filter_map(|guardian| guardian.account.as_ref()).map(|id| id.as_str().to_owned()).collect();
    let mut names = BTreeMap::new();
    for document in cx.store.get_many(User::SCHEMA, &ids).await? {
        let user: User = document.parse(User::SCHEMA.collection)?;
        names.insert(user.id.clone(), user.username.as_str().to_owned());
    }
    Ok(names)
}

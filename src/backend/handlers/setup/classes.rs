//! Classes.

use serde_json::{Value, json};

use super::{class_unneeded, finish, levels::listed, name_free};
use crate::{
    backend::{
        change::Change,
        cx::{Cx, Fault},
        recompute,
    },
    domain::{
        entities::{Class, LevelKind, Role, User},
        id::ClassId,
        schema::Stored,
        text_values::Name,
    },
    protocol::{Failure, Field, Reply, Why},
    store::Records,
};

/// `Request::SaveClass`. A new name goes onto its students, a new level or series into their averages.
pub async fn save_class(cx: &Cx, class: &Class, version: Option<u64>) -> Result<Reply, Fault> {
    let mut class = class.clone();
    let before = if version.is_some() {
        Some(cx.store.one::<Class>(class.id.as_str()).await?.ok_or(Failure::NotFound)?)
    } else {
        if class.id.as_str().is_empty() {
            class.id = ClassId::new(cx.core.fresh_id());
        }
        None
    };
    if let (Some(before), Some(version)) = (&before, version)
        && before.version != version
    {
        return Err(Failure::Conflict.into());
    }
    name_free(&class.name, cx.settings.classes.iter().filter(|known| known.id != class.id).map(|known| &known.name))?;
    let had = |of: fn(&Class) -> Option<&Name>| before.as_deref().and_then(of);
    listed(cx, LevelKind::Level, class.level.as_ref(), had(|class| class.level.as_ref()))?;
    listed(cx, LevelKind::Series, class.series.as_ref(), had(|class| class.series.as_ref()))?;
    head_teacher(cx, &class, before.as_ref()).await?;
    if before.as_ref().is_some_and(|before| before.body == class) {
        return Ok(Reply::Class { class, version: version.unwrap_or_default(), act: None });
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.put_or_add(before.as_ref(), &class)?;
    let old = before.as_ref().map_or(Value::Null, |before| json!(before.body));
    finish(change, &act, "class.save", (class.id.as_str(), old, json!(class))).await?;
    recompute::catch_up(cx, &act).await;
    Ok(Reply::Class { class, version: version.map_or(1, |version| version.saturating_add(1)), act: Some(act) })
}

/// Refuses a head teacher who is none of the school's teachers, unless it was so before.
async fn head_teacher(cx: &Cx, class: &Class, before: Option<&Stored<Class>>) -> Result<(), Fault> {
    let Some(teacher) = &class.head_teacher else { return Ok(()) };
    if before.is_some_and(|before| before.head_teacher.as_ref() == Some(teacher)) {
        return Ok(());
    }
    let user = cx.store.one::<User>(teacher.as_str()).await?;
    if user.is_some_and(|user| user.role == Role::Teacher && !user.disabled) {
        return Ok(());
    }
    let what = teacher.as_str().to_owned();
    Err(Failure::invalid(Field::HeadTeacher, Why::Unknown { what }).into())
}

/// `Request::DeleteClass`: one attempt.
pub async fn delete_class(cx: &Cx, id: &ClassId, version: u64) -> Result<Reply, Fault> {
    let class = cx.store.one::<Class>(id.as_str()).await?.ok_or(Failure::NotFound)?;
    if class.version != version {
        return Err(Failure::Conflict.into());
    }
    class_unneeded(cx, id.as_str()).await?;
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.delete(&class)?;
    finish(change, &act, "class.delete", (id.as_str(), json!(class.body), Value::Null)).await?;
    Ok(Reply::Acted(act))
}

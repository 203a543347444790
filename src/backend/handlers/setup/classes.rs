//! Classes.

use serde_json::{Value, json};

use super::{class_unneeded, finish, name_free};
use crate::{
    backend::{
        change::Change,
        cx::{Cx, Fault},
        recompute,
    },
    domain::{entities::Class, id::ClassId},
    protocol::{Failure, Reply},
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

//! Classes, subjects, charges, accounts, the current term.

mod accounts;
mod assignments;
mod classes;
mod subjects;

pub(in crate::backend) use accounts::{delete_user, save_user, users};
pub(in crate::backend) use assignments::{assignments, delete_assignment, save_assignment};
pub(in crate::backend) use classes::{delete_class, save_class};
pub(in crate::backend) use subjects::{delete_subject, save_subject, set_current_term};

use serde_json::Value;

use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{entities::Sheet, id::ActId, query::Filter, schema::Schema, text_values::Name, words},
    protocol::{Failure, Field, Why},
    store::Records,
};

/// Refuses a name that another record has, whatever its case and accents.
fn name_free<'a>(name: &Name, mut others: impl Iterator<Item = &'a Name>) -> Result<(), Fault> {
    let folded = words::fold(name.as_str());
    match others.find(|other| words::fold(other.as_str()) == folded) {
        Some(other) => {
            let why = Why::NameTaken { name: other.as_str().to_owned() };
            Err(Failure::invalid(Field::Name, why).into())
        }
        None => Ok(()),
    }
}

/// Refuses while documents of `schema` still fit `filter`.
async fn unused(cx: &Cx, schema: &'static Schema, filter: Filter) -> Result<(), Fault> {
    let count = cx.store.count(schema, &filter, 1_000).await?.count;
    if count > 0 { Err(Failure::refused(Why::InUse { count }).into()) } else { Ok(()) }
}

/// Refuses while a sheet that fits has columns.
async fn no_columns(cx: &Cx, filter: Filter) -> Result<(), Fault> {
    let sheets = cx.store.every::<Sheet>(&filter).await?;
    let count = sheets.iter().filter(|sheet| !sheet.evaluations.is_empty()).count();
    if count > 0 {
        return Err(Failure::refused(Why::InUse { count: u64::try_from(count).unwrap_or(u64::MAX) }).into());
    }
    Ok(())
}

/// Ends a change of set-up: history, the way back, news.
async fn finish(
    mut change: Change<'_>,
    act: &ActId,
    action: &'static str,
    (target, old, new): (&str, Value, Value),
) -> Result<(), Fault> {
    change.audit("setup", Said { action, target: target.to_owned(), old, new, ..Said::default() }).await?;
    change.undoable(act.clone(), action)?;
    change.touches_setup();
    change.commit().await?;
    Ok(())
}

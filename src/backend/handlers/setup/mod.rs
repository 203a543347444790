//! Years, levels, classes, subjects, options, charges, accounts.

mod accounts;
mod assignments;
mod classes;
mod levels;
mod options;
mod staff;
mod subjects;
mod years;

pub(in crate::backend) use accounts::{delete_user, save_user, users};
pub(in crate::backend) use assignments::{assignments, delete_assignment, save_assignment};
pub(in crate::backend) use classes::{delete_class, save_class};
pub(in crate::backend) use levels::{delete_level, fill_levels, save_level};
pub(in crate::backend) use options::{options, set_option};
pub(in crate::backend) use subjects::{delete_subject, save_subject, set_current_term};
pub(in crate::backend) use years::{delete_year, save_year, years};

use serde_json::Value;

use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        entities::{Assignment, Enrolment, Sheet, Student},
        id::ActId,
        query::Filter,
        schema::{Entity, Schema},
        text_values::Name,
        words,
    },
    protocol::{Failure, Field, NeededBy, Why},
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

/// Refuses while a class is needed.
pub(in crate::backend) async fn class_unneeded(cx: &Cx, id: &str) -> Result<(), Fault> {
    let of_class = || Filter::equals("class", id);
    unneeded(cx, Student::SCHEMA, of_class(), NeededBy::Students).await?;
    unneeded(cx, Enrolment::SCHEMA, of_class(), NeededBy::Enrolments).await?;
    unneeded(cx, Assignment::SCHEMA, of_class(), NeededBy::Assignments).await?;
    no_columns(cx, of_class()).await
}

/// Refuses while a subject is needed.
pub(in crate::backend) async fn subject_unneeded(cx: &Cx, id: &str) -> Result<(), Fault> {
    let of_subject = || Filter::equals("subject", id);
    no_columns(cx, of_subject()).await?;
    unneeded(cx, Assignment::SCHEMA, of_subject(), NeededBy::Assignments).await
}

/// Refuses while documents of `schema` still fit `filter`.
async fn unneeded(cx: &Cx, schema: &'static Schema, filter: Filter, by: NeededBy) -> Result<(), Fault> {
    let count = cx.store.count(schema, &filter, 1_000).await?.count;
    if count > 0 { Err(Failure::refused(Why::Needed { by, count }).into()) } else { Ok(()) }
}

/// Refuses while a sheet that fits has columns.
async fn no_columns(cx: &Cx, filter: Filter) -> Result<(), Fault> {
    let sheets = cx.store.every::<Sheet>(&filter).await?;
    let count: usize = sheets.iter().map(|sheet| sheet.evaluations.len()).fold(0, usize::saturating_add);
    if count > 0 {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        return Err(Failure::refused(Why::Needed { by: NeededBy::Evaluations, count }).into());
    }
    Ok(())
}

/// Ends a change of set-up: history, the way back, news.
pub(in crate::backend) async fn finish(
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

//! The class sheet: opening it, its marks, its columns.

pub(in crate::backend) mod cell;
mod columns;
mod many;
mod moment;
mod open;
mod steps;

pub(in crate::backend) use cell::set_mark;
pub(in crate::backend) use columns::{delete_evaluation, move_evaluation, save_evaluation};
pub(in crate::backend) use many::set_marks;
pub(in crate::backend) use moment::{moment, stood_at};
pub(in crate::backend) use open::{open, rules_of};
pub(in crate::backend) use steps::{Way, step};

use crate::{
    backend::{
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        entities::{ClassResult, Sheet, SheetState, Student},
        schema::Stored,
    },
    protocol::{Failure, Field, SheetKey, Why},
    store::Records,
};

/// Refuses a key that names nothing: a class, subject, year or term that is not there.
fn known(cx: &Cx, key: &SheetKey) -> Result<(), Fault> {
    if cx.settings.class(&key.class).is_none() || cx.settings.subject(&key.subject).is_none() {
        return Err(Failure::NotFound.into());
    }
    if !cx.settings.terms(&key.year).contains(&key.term) {
        return Err(Failure::invalid(Field::Term, Why::Unknown { what: key.term.to_string() }).into());
    }
    Ok(())
}

/// The sheet to write on: of a known class, subject and term of an open year, itself open. `None`: nothing has been
/// written on it.
pub(in crate::backend) async fn to_write(cx: &Cx, key: &SheetKey) -> Result<Option<Stored<Sheet>>, Fault> {
    known(cx, key)?;
    if !cx.settings.writable(&key.year) {
        return Err(Failure::refused(Why::Closed).into());
    }
    let id = Sheet::id_of(&key.class, &key.subject, &key.year, key.term);
    let sheet = cx.store.one::<Sheet>(id.as_str()).await?;
    match sheet.as_ref().map(|sheet| sheet.state) {
        Some(SheetState::Closed) => Err(Failure::refused(Why::Closed).into()),
        Some(SheetState::Open) => Ok(sheet),
        // A class that has closed the term has no use for a new sheet of it.
        None => match cx.store.one::<ClassResult>(&ClassResult::id_of(&key.class, &key.year, key.term)).await? {
            Some(_) => Err(Failure::refused(Why::Closed).into()),
            None => Ok(None),
        },
    }
}

/// A new sheet is about to be written: its class must not close the term meanwhile.
pub(in crate::backend) fn begin(change: &mut Change<'_>, key: &SheetKey) {
    change.guard_absent::<ClassResult>(&ClassResult::id_of(&key.class, &key.year, key.term));
}

/// Refuses a student whose term was closed, here or in the class of before.
pub(in crate::backend) fn still_open(student: &Student, key: &SheetKey) -> Result<(), Fault> {
    match student.closed_term(&key.year, key.term) {
        Some(_) => Err(Failure::refused(Why::Closed).into()),
        None => Ok(()),
    }
}

/// A sheet's key.
pub(in crate::backend) fn key_of(sheet: &Sheet) -> SheetKey {
    SheetKey { class: sheet.class.clone(), subject: sheet.subject.clone(), year: sheet.year.clone(), term: sheet.term }
}

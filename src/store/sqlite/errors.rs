//! What SQLite says, in the store's own words.

use rusqlite::{Error, ErrorCode};

use crate::{domain::schema::Schema, store::StoreError};

/// Any error of SQLite that is not a taken unique value (see [`duplicate`]).
pub(super) fn plain(error: &Error) -> StoreError {
    let text = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(ErrorCode::ReadOnly) => StoreError::ReadOnly,
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => StoreError::Corrupt(text),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked,
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure) => {
            StoreError::Unavailable(text)
        }
        Some(ErrorCode::TooBig) => StoreError::Other(format!("document too big: {text}")),
        _ => StoreError::Other(text),
    }
}

/// An error of a write to that collection: a unique field that is taken gets its name.
pub(super) fn of_write(schema: &'static Schema, error: &Error) -> StoreError {
    duplicate(schema, error).unwrap_or_else(|| plain(error))
}

/// `UNIQUE constraint failed: students_keys.f_phone` names the field.
fn duplicate(schema: &'static Schema, error: &Error) -> Option<StoreError> {
    if error.sqlite_error_code() != Some(ErrorCode::ConstraintViolation) {
        return None;
    }
    let text = error.to_string();
    let (_, column) = text.split_once("failed: ")?;
    let (_, column) = column.rsplit_once(".f_")?;
    let field = schema.field(column.trim())?;
    Some(StoreError::Duplicate { collection: schema.collection, field: field.name })
}

/// A query that does not fit the schema.
pub(super) fn unfit(schema: &'static Schema, why: impl Into<String>) -> StoreError {
    StoreError::Query { collection: schema.collection, why: why.into() }
}

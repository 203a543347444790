//! The driver's errors as the store's.

use mongodb::{
    bson::Document as Bdoc,
    error::{Error, ErrorKind, TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT, WriteFailure},
};

use super::layout::UNIQUE;
use crate::{domain::schema::Schema, protocol::ServerFault, store::StoreError};

/// E11000.
const DUPLICATE: i32 = 11_000;
/// The collection is there already.
const NAMESPACE_EXISTS: i32 = 48;
/// Another transaction got there first.
const WRITE_CONFLICT: i32 = 112;
/// The disk is full.
const OUT_OF_DISK_SPACE: i32 = 14_031;
/// User or password are wrong.
const AUTHENTICATION_FAILED: i32 = 18;
/// The account may not do that, or nobody has logged in.
const UNAUTHORIZED: &[i32] = &[13, 31, 8_000];
/// This server is not primary, or is stepping down.
const LED_BY_NOBODY: &[i32] = &[189, 10_058, 10_107, 11_602, 13_435, 13_436];
/// Codes that say that the server cannot answer now: going down, too slow, network.
const AWAY: &[i32] = &[6, 7, 50, 64, 89, 91, 11_600];

/// Why a transaction stopped: the driver's word, or a decision of ours.
pub(super) enum Halt {
    Driver(Error),
    Ours(StoreError),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Ours(error)
    }
}

/// A query that does not fit the schema.
pub(super) fn unfit(schema: &Schema, why: impl Into<String>) -> StoreError {
    StoreError::Query { collection: schema.collection, why: why.into() }
}

/// A document that cannot be stored or read.
pub(super) fn unreadable(schema: &Schema, id: &str, why: impl Into<String>) -> StoreError {
    StoreError::Document { collection: schema.collection.to_owned(), id: id.to_owned(), why: why.into() }
}

/// An error that no write of a document explains.
pub(super) fn plain(error: &Error) -> StoreError {
    match error.kind.as_ref() {
        ErrorKind::Authentication { .. } => StoreError::Server(ServerFault::Credentials),
        ErrorKind::ServerSelection { message, .. } if led_by_nobody(message) => {
            StoreError::Server(ServerFault::NoPrimary)
        }
        ErrorKind::ServerSelection { message, .. }
        | ErrorKind::ConnectionPoolCleared { message, .. }
        | ErrorKind::DnsResolve { message, .. } => StoreError::Unavailable(message.clone()),
        ErrorKind::Io(error) => StoreError::Unavailable(error.to_string()),
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => StoreError::Unavailable(error.message.clone()),
        _ => match code(error) {
            Some((code, message)) => coded(code, message),
            None => StoreError::Other(error.to_string()),
        },
    }
}

/// The server's code and words as an error of ours.
fn coded(code: i32, message: &str) -> StoreError {
    match code {
        OUT_OF_DISK_SPACE => StoreError::Full,
        AUTHENTICATION_FAILED => StoreError::Server(ServerFault::Credentials),
        code if UNAUTHORIZED.contains(&code) && message.contains("requires authentication") => {
            StoreError::Server(ServerFault::Credentials)
        }
        code if UNAUTHORIZED.contains(&code) => {
            StoreError::Server(ServerFault::NotAllowed { database: named(message) })
        }
        code if LED_BY_NOBODY.contains(&code) => StoreError::Server(ServerFault::NoPrimary),
        WRITE_CONFLICT => StoreError::Locked,
        code if AWAY.contains(&code) => StoreError::Unavailable(message.to_owned()),
        code => StoreError::Other(format!("MongoDB error {code}: {message}")),
    }
}

/// Some server of the set answers, and none is primary.
fn led_by_nobody(message: &str) -> bool {
    message.contains("ReplicaSetNoPrimary") && message.contains("Type: RsSecondary")
}

/// The database of "not authorized on carnet to execute command …".
fn named(message: &str) -> String {
    let rest = message.split_once("authorized on ").map_or("", |(_, rest)| rest);
    rest.split(' ').next().unwrap_or_default().to_owned()
}

/// The server's code and words.
fn code(error: &Error) -> Option<(i32, &str)> {
    match error.kind.as_ref() {
        ErrorKind::Command(error) => Some((error.code, &error.message)),
        ErrorKind::Write(WriteFailure::WriteError(error)) => Some((error.code, &error.message)),
        ErrorKind::InsertMany(many) => {
            many.write_errors.as_ref()?.first().map(|error| (error.code, error.message.as_str()))
        }
        _ => None,
    }
}

/// Which of the documents of an insert was refused.
pub(super) fn refused(error: &Error) -> Option<usize> {
    match error.kind.as_ref() {
        ErrorKind::InsertMany(many) => many.write_errors.as_ref()?.first().map(|error| error.index),
        _ => None,
    }
}

/// The index of a duplicate key; `_id_` for the document's own id.
pub(super) fn duplicate(error: &Error) -> Option<&str> {
    let (DUPLICATE, message) = code(error)? else { return None };
    index_of(message)
}

/// `… index: NAME dup key: …`
fn index_of(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once(" index: ")?;
    Some(rest.split_once(" dup key").map_or(rest, |(name, _)| name))
}

/// A write's error: a duplicate of a unique field, of an id, or else the driver's.
pub(super) fn of_write(schema: &'static Schema, id: &str, error: Error) -> Halt {
    match duplicate(&error) {
        Some(index) => Halt::Ours(taken(schema, id, index)),
        None => Halt::Driver(error),
    }
}

/// The same of an entry of `writeErrors` in the answer to a command that we have put together ourselves.
pub(super) fn of_refused(schema: &'static Schema, id: &str, refused: &Bdoc) -> Halt {
    let code = refused.get_i32("code").unwrap_or_default();
    let message = refused.get_str("errmsg").unwrap_or_default();
    Halt::Ours(match index_of(message).filter(|_| code == DUPLICATE) {
        Some(index) => taken(schema, id, index),
        None => coded(code, message),
    })
}

/// A value in a unique index, or an id, is another document's.
fn taken(schema: &'static Schema, id: &str, index: &str) -> StoreError {
    let field = index.strip_prefix(UNIQUE).and_then(|name| schema.field(name));
    match field {
        Some(field) => StoreError::Duplicate { collection: schema.collection, field: field.name },
        None => StoreError::Conflict { collection: schema.collection, id: id.to_owned() },
    }
}

/// What was to be made is there.
pub(super) fn exists(error: &Error) -> bool {
    code(error).is_some_and(|(code, _)| code == NAMESPACE_EXISTS)
}

/// The connection was of no use any more; another one may do.
pub(super) fn dropped(error: &Error) -> bool {
    let away = code(error).is_some_and(|(code, _)| AWAY.contains(&code) || LED_BY_NOBODY.contains(&code));
    away || matches!(error.kind.as_ref(), ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. })
}

/// No server was found in time.
pub(super) fn away(error: &Error) -> bool {
    matches!(error.kind.as_ref(), ErrorKind::ServerSelection { .. })
}

/// The whole transaction may be tried again.
pub(super) fn transient(error: &Error) -> bool {
    error.contains_label(TRANSIENT_TRANSACTION_ERROR)
}

/// Another transaction has changed a document that this one was to change.
pub(super) fn met(error: &Error) -> bool {
    code(error).is_some_and(|(code, _)| code == WRITE_CONFLICT)
}

/// The commit may be sent again.
pub(super) fn unknown_commit(error: &Error) -> bool {
    error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT)
}

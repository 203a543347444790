//! Opaque identifiers. An id never carries a phone number, a matricule or a name, so that those may change.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares one identifier type per kind of record, so that a class is never passed where a student is meant.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps an identifier made by [`crate::domain::id::from_bytes`] or read back from a store.
            #[must_use]
            pub fn new(raw: impl Into<String>) -> Self {
                Self(raw.into())
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

ids! {
    /// A student (élève).
    StudentId,
    /// A class (classe), kept over the years.
    ClassId,
    /// A subject (matière).
    SubjectId,
    /// A level or a series.
    LevelId,
    /// A guardian of students.
    GuardianId,
    /// A user account.
    UserId,
    /// A column of a sheet: one evaluation.
    EvaluationId,
    /// `{class}:{subject}:{year}:T{term}`; one sheet per class, subject and term by construction.
    SheetId,
    /// `{evaluation}:{student}`; one mark per cell by construction.
    MarkId,
    /// `{student}:{year}`; one enrolment per student and school year by construction.
    EnrolmentId,
    /// A teacher's charge of one subject in one class.
    AssignmentId,
    /// One act of a user: the unit of undo, and the operation id that makes a retry harmless.
    ActId,
    /// A phrase of the bank.
    PhraseId,
    /// A login session.
    SessionId,
}

impl MarkId {
    /// The only way to name the mark of a cell.
    #[must_use]
    pub fn of(evaluation: &EvaluationId, student: &StudentId) -> Self {
        Self(format!("{evaluation}:{student}"))
    }
}

impl EnrolmentId {
    /// The only way to name a student's enrolment in a school year.
    #[must_use]
    pub fn of(student: &StudentId, year: &super::calendar::YearId) -> Self {
        Self(format!("{student}:{year}"))
    }
}

/// Writes 12 bytes (six of time, six of chance) as 20 lower-case base32 characters that sort like the bytes.
#[must_use]
pub fn from_bytes(bytes: [u8; 12]) -> String {
    data_encoding::BASE32HEX_NOPAD.encode(&bytes).to_ascii_lowercase()
}

//! Guardians of students.

use serde::{Deserialize, Serialize};

use crate::domain::{
    entities::Guardian,
    id::{GuardianId, StudentId},
    schema::Stored,
};

/// A guardian as lists and forms show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GuardianRow {
    pub guardian: Stored<Guardian>,
    /// With their names; who is deleted is not listed.
    pub children: Vec<(StudentId, String)>,
    /// User name of the linked account.
    pub account: Option<String>,
}

/// Which guardians.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GuardiansOf {
    Student(StudentId),
    /// By words of the name, or digits of a phone; at most so many.
    Text {
        text: String,
        limit: u32,
    },
    One(GuardianId),
}

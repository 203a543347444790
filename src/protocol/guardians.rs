//! Guardians of students.

use serde::{Deserialize, Serialize};

use crate::domain::{
    entities::Guardian,
    id::{GuardianId, StudentId},
    query::Cursor,
    schema::Stored,
};

/// A guardian as lists and forms show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GuardianRow {
    /// As far as the asker may see it: a teacher sees neither the Mobile Money account nor the children of other classes.
    pub guardian: Stored<Guardian>,
    /// With their names; who is deleted is not listed.
    pub children: Vec<(StudentId, String)>,
    /// User name of the linked account.
    pub account: Option<String>,
}

/// Some guardians, by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GuardianPage {
    pub rows: Vec<GuardianRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// Which guardians.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GuardiansOf {
    Student(StudentId),
    /// By words of the name, or digits of a phone (nothing: all of them); at most so many, from the cursor on.
    Text {
        text: String,
        limit: u32,
        after: Option<Cursor>,
    },
    One(GuardianId),
}

impl GuardiansOf {
    /// The first of those that fit a text.
    #[must_use]
    pub fn text(text: impl Into<String>, limit: u32) -> Self {
        Self::Text { text: text.into(), limit, after: None }
    }
}

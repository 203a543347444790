//! What the program remembers of a user between two runs, besides where they were: choices only, nobody's data.

use serde::{Deserialize, Serialize};

use super::screens::{sheet, students};

/// The choices of a user. Each screen has its own part; an older file lacks some of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Columns and order of the students table.
    pub students: students::Choice,
    /// How marks are entered.
    pub sheet: sheet::Habits,
    /// Hidden and frozen columns of the sheets that have some.
    pub columns: sheet::Columns,
}

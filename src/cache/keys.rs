//! Keys and lifetimes of `contract.md`, to the letter. Another school's keys carry its code in front.

use std::time::Duration;

use crate::domain::{
    calendar::{Term, YearId},
    text_values::Phone,
};

/// `student:{phone}`.
pub const STUDENT_TTL: Duration = Duration::from_secs(3_600);
/// `class:stats:{class}`.
pub const CLASS_STATS_TTL: Duration = Duration::from_secs(3_600);
/// `rankings:top10`.
pub const TOP_TTL: Duration = Duration::from_secs(1_800);
/// `students:list:{hash}`.
pub const LIST_TTL: Duration = Duration::from_secs(3_600);
/// `session:{user_id}`, sliding.
pub const SESSION_TTL: Duration = Duration::from_secs(3_600);
/// `tag:{tag}`, slid by each lease and hold: longer than any value that hangs on it.
pub const TAG_TTL: Duration = Duration::from_secs(7_200);

/// Makes the keys of one school.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    prefix: String,
}

impl Keys {
    /// `school`: the code of a school other than the default one.
    #[must_use]
    pub fn new(school: Option<&str>) -> Self {
        Self { prefix: school.map(|code| format!("{code}:")).unwrap_or_default() }
    }

    #[must_use]
    pub fn student(&self, phone: &Phone) -> String {
        format!("{}student:{}", self.prefix, phone.as_str())
    }

    #[must_use]
    pub fn session(&self, user: &str) -> String {
        format!("{}session:{user}", self.prefix)
    }

    /// General statistics of the current term.
    #[must_use]
    pub fn class_stats(&self, class: &str) -> String {
        format!("{}class:stats:{class}", self.prefix)
    }

    /// Statistics of another term, or of one subject.
    #[must_use]
    pub fn class_stats_of(&self, class: &str, year: &YearId, term: Term, subject: Option<&str>) -> String {
        let tail = subject.map(|subject| format!(":{subject}")).unwrap_or_default();
        format!("{}class:stats:{class}:{year}:{term}{tail}", self.prefix)
    }

    #[must_use]
    pub fn top10(&self) -> String {
        format!("{}rankings:top10", self.prefix)
    }

    #[must_use]
    pub fn top10_of(&self, year: &YearId, term: Term) -> String {
        format!("{}rankings:top10:{year}:{term}", self.prefix)
    }

    #[must_use]
    pub fn students_list(&self, hash: &str) -> String {
        format!("{}students:list:{hash}", self.prefix)
    }

    /// The state of a tag: `students`, `class:{id}`, `student:{id}`.
    #[must_use]
    pub fn tag(&self, tag: &str) -> String {
        format!("{}tag:{tag}", self.prefix)
    }

    /// Which runs of which servers have been told that the store's epoch has moved on.
    #[must_use]
    pub fn servers(&self) -> String {
        format!("{}cache:servers", self.prefix)
    }

    /// The channel on which processes tell each other what they have changed.
    #[must_use]
    pub fn changes(&self) -> String {
        format!("{}changes", self.prefix)
    }

    /// Written to see whether a server takes our writes; some of them, so that each server of a cluster has one.
    #[must_use]
    pub fn probe(&self, number: u8) -> String {
        format!("{}cache:probe:{number}", self.prefix)
    }

    /// How our own notes begin, which are neither values nor sessions.
    #[must_use]
    pub fn notes(&self) -> [String; 2] {
        ["tag:", "cache:"].map(|begin| format!("{}{begin}", self.prefix))
    }

    /// How the keys of values begin.
    #[must_use]
    pub fn values(&self) -> Vec<String> {
        // A phone begins with a plus; another school may be called "student".
        let begin = ["student:+", "class:stats:", "rankings:top10", "students:list:"];
        begin.iter().map(|begin| format!("{}{begin}", self.prefix)).collect()
    }
}

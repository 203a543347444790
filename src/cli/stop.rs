//! How a command ends when it does not end well.

use std::io;

use crate::{
    protocol::Failure,
    text::{self, Locale},
};

/// Why a command stops before its end. Sentences are in the user's language already.
#[derive(Debug, PartialEq, Eq)]
pub enum Stop {
    /// Wrongly asked: exit code 2.
    Usage(String),
    /// Refused or failed: exit code 1.
    Failed(String),
    /// What was printed has been said elsewhere; exit code 1.
    Said,
    /// The reader of our output went away: nothing to say, exit code 0 (as `head` expects).
    Pipe,
}

impl Stop {
    /// The sentence of a backend's failure.
    #[must_use]
    pub fn failure(locale: &Locale, failure: &Failure) -> Self {
        Self::Failed(text::failure(locale, failure))
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Pipe,
            _ => Self::Failed(text::sanitise::line(&error.to_string())),
        }
    }
}

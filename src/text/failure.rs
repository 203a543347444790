//! A sentence for each failure: what happened and what to do.

use super::Locale;
use crate::{protocol::Failure, t};

/// The sentence for `failure` in the user's language.
#[must_use]
pub fn failure(locale: &Locale, failure: &Failure) -> String {
    match failure {
        Failure::Denied => t!(locale, "failure-denied"),
        Failure::Internal { id } => t!(locale, "failure-internal", id = id.as_str()),
        other => format!("{other:?}"),
    }
}

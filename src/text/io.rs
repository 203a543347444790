//! Why the system refuses a file, in the user's language.

use std::io::{Error, ErrorKind};

use super::{Locale, sanitise};
use crate::t;

/// The reason in words; the system's own where there is no better one.
#[must_use]
pub fn io_error(locale: &Locale, error: &Error) -> String {
    io_reason(locale, error.kind()).unwrap_or_else(|| sanitise::line(&error.to_string()))
}

/// The reason for a kind of error that people meet.
#[must_use]
pub fn io_reason(locale: &Locale, kind: ErrorKind) -> Option<String> {
    Some(match kind {
        ErrorKind::NotFound => t!(locale, "io-not-found"),
        ErrorKind::PermissionDenied => t!(locale, "io-denied"),
        ErrorKind::AlreadyExists => t!(locale, "io-exists"),
        ErrorKind::IsADirectory => t!(locale, "io-folder"),
        ErrorKind::NotADirectory => t!(locale, "io-no-folder"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => t!(locale, "io-full"),
        ErrorKind::ReadOnlyFilesystem => t!(locale, "io-read-only"),
        ErrorKind::InvalidData => t!(locale, "io-no-text"),
        ErrorKind::FileTooLarge => t!(locale, "io-limit"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn what_the_system_says_is_said_in_the_users_language() {
        let locale = Locale::new(Lang::Fr);
        let missing = std::fs::read("/nowhere/at/all").expect_err("no such file");
        assert_eq!(io_error(&locale, &missing), "ce fichier n’existe pas");
        assert_eq!(io_error(&locale, &Error::other("odd\u{1b}")), "odd·");
    }
}

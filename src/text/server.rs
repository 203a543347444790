//! A sentence for each thing that can be the matter with a database server.

use super::{Locale, sanitise};
use crate::{protocol::ServerFault, t};

/// What is the matter and what to do.
pub(super) fn fault(locale: &Locale, fault: &ServerFault) -> String {
    let clean = |text: &str| sanitise::line(text);
    match fault {
        ServerFault::Address => t!(locale, "server-address"),
        ServerFault::UnknownHost { host } => t!(locale, "server-unknown-host", host = clean(host)),
        ServerFault::Closed { host } => t!(locale, "server-closed", host = clean(host)),
        ServerFault::Silent { host } => t!(locale, "server-silent", host = clean(host)),
        ServerFault::WantsTls { host } => t!(locale, "server-wants-tls", host = clean(host)),
        ServerFault::Tls { host, why } => t!(locale, "server-tls", host = clean(host), why = clean(why)),
        ServerFault::Standalone { host } => t!(locale, "server-standalone", host = clean(host)),
        ServerFault::NotInitiated { host } => t!(locale, "server-not-initiated", host = clean(host)),
        ServerFault::OtherSet { host, found } => {
            t!(locale, "server-other-set", host = clean(host), found = clean(found))
        }
        ServerFault::NoPrimary => t!(locale, "server-no-primary"),
        ServerFault::Members { names } => t!(locale, "server-members", names = clean(names)),
        ServerFault::Old { host } => t!(locale, "server-old", host = clean(host)),
        ServerFault::Credentials => t!(locale, "server-credentials"),
        ServerFault::NotAllowed { database } => t!(locale, "server-not-allowed", database = clean(database)),
        ServerFault::Strange { database } => t!(locale, "server-strange", database = clean(database)),
    }
}

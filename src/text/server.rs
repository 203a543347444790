//! A sentence for each thing that can be the matter with a database server, or with a cache's.

use super::{Locale, sanitise};
use crate::{
    protocol::{CacheFault, ServerFault},
    t,
};

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

/// What is the matter with the cache's server and what to do.
#[must_use]
pub fn cache_fault(locale: &Locale, fault: &CacheFault) -> String {
    let clean = |text: &str| sanitise::line(text);
    match fault {
        CacheFault::UnknownHost => t!(locale, "redis-unknown-host"),
        CacheFault::Closed => t!(locale, "redis-closed"),
        CacheFault::Silent => t!(locale, "redis-silent"),
        CacheFault::Slow => t!(locale, "redis-slow"),
        CacheFault::Cut => t!(locale, "redis-cut"),
        CacheFault::Tls { why } => t!(locale, "redis-tls", why = clean(why)),
        CacheFault::NoPassword => t!(locale, "redis-no-password"),
        CacheFault::Password => t!(locale, "redis-password"),
        CacheFault::NotAllowed { said } => t!(locale, "redis-not-allowed", said = clean(said)),
        CacheFault::Full => t!(locale, "redis-full"),
        CacheFault::ReadOnly => t!(locale, "redis-read-only"),
        CacheFault::NotSaved => t!(locale, "redis-not-saved"),
        CacheFault::NoReplicas => t!(locale, "redis-no-replicas"),
        CacheFault::Busy => t!(locale, "redis-busy"),
        CacheFault::ClusterDown => t!(locale, "redis-cluster-down"),
        CacheFault::NoCluster => t!(locale, "redis-no-cluster"),
        CacheFault::NoSentinel => t!(locale, "redis-no-sentinel"),
        CacheFault::NoMaster => t!(locale, "redis-no-master"),
        CacheFault::Strange { said } => t!(locale, "redis-strange", said = clean(said)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn every_fault_of_a_cache_is_said_in_sentences() {
        let why = || "invalid peer certificate: UnknownIssuer".to_owned();
        let said = || "NOPERM\u{1b}[2J no".to_owned();
        let all = [
            CacheFault::UnknownHost,
            CacheFault::Closed,
            CacheFault::Silent,
            CacheFault::Slow,
            CacheFault::Cut,
            CacheFault::Tls { why: why() },
            CacheFault::NoPassword,
            CacheFault::Password,
            CacheFault::NotAllowed { said: said() },
            CacheFault::Full,
            CacheFault::ReadOnly,
            CacheFault::NotSaved,
            CacheFault::NoReplicas,
            CacheFault::Busy,
            CacheFault::ClusterDown,
            CacheFault::NoCluster,
            CacheFault::NoSentinel,
            CacheFault::NoMaster,
            CacheFault::Strange { said: said() },
        ];
        for lang in [Lang::Fr, Lang::En] {
            let locale = Locale::new(lang);
            let sentences: Vec<String> = all.iter().map(|fault| cache_fault(&locale, fault)).collect();
            for (at, sentence) in sentences.iter().enumerate() {
                assert!(sentence.ends_with(['.', ')']) && !sentence.contains('\u{1b}'), "{sentence}");
                assert!(!sentences[..at].contains(sentence), "twice: {sentence}");
            }
        }
    }
}

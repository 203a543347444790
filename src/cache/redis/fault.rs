//! What the client or the server said, as one of the things that can be the matter with a Redis.

use fred::error::{Error, ErrorKind};

use crate::protocol::CacheFault;

/// How the client says that a slot has another server now: we take each command once only.
pub(super) const MOVED: &str = "Too many failed write attempts";

/// The server answered, and says that it cannot be used as a cache: it takes no writes, or not ours.
pub(super) fn refusal(error: &Error) -> Option<CacheFault> {
    let said = error.details();
    let word = said.split_whitespace().next().unwrap_or_default();
    Some(match word {
        "OOM" => CacheFault::Full,
        "READONLY" => CacheFault::ReadOnly,
        "MISCONF" => CacheFault::NotSaved,
        "NOREPLICAS" => CacheFault::NoReplicas,
        "CLUSTERDOWN" => CacheFault::ClusterDown,
        "LOADING" | "BUSY" => CacheFault::Busy,
        "NOAUTH" => CacheFault::NoPassword,
        "WRONGPASS" => CacheFault::Password,
        "NOPERM" => CacheFault::NotAllowed { said: said.to_owned() },
        _ if said.contains("user executing the script can't run") => CacheFault::NotAllowed { said: said.to_owned() },
        _ => return None,
    })
}

/// Why there is no connection.
pub(super) fn of(error: &Error) -> CacheFault {
    let said = error.details();
    let says = |words: &[&str]| words.iter().any(|words| said.contains(words));
    if let Some(fault) = refusal(error) {
        return fault;
    }
    if says(&["cluster support disabled"]) {
        return CacheFault::NoCluster;
    }
    if let Some(why) = tls_words(said) {
        return CacheFault::Tls { why };
    }
    if says(&[MOVED]) {
        return CacheFault::ClusterDown;
    }
    if says(&["Connection refused"]) {
        return CacheFault::Closed;
    }
    if says(&["failed to lookup", "Name or service not known", "No address"]) {
        return CacheFault::UnknownHost;
    }
    if says(&["all sentinel nodes"]) {
        return CacheFault::NoSentinel;
    }
    if says(&["Missing primary", "Invalid role"]) {
        return CacheFault::NoMaster;
    }
    match error.kind() {
        ErrorKind::Timeout => CacheFault::Silent,
        ErrorKind::IO | ErrorKind::Canceled => CacheFault::Cut,
        ErrorKind::Cluster => CacheFault::ClusterDown,
        _ => CacheFault::Strange { said: error.to_string() },
    }
}

/// Of the TLS layer's error, which comes as a programmer would print it, what matters.
fn tls_words(said: &str) -> Option<String> {
    let kinds = ["InvalidCertificate(", "AlertReceived(", "InvalidMessage(", "InappropriateHandshakeMessage"];
    let (kind, rest) = kinds.iter().find_map(|kind| Some((kind, said.split_once(kind)?.1)))?;
    let word = rest.split(['(', ')', ',', '{', ' ', '}']).next().unwrap_or_default();
    Some(format!("{kind}{word}").trim_end_matches('(').replace('(', ": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(said: &str) -> CacheFault {
        of(&Error::new(ErrorKind::Unknown, said.to_owned()))
    }

    #[test]
    fn what_a_server_says() {
        assert_eq!(server("OOM command not allowed when used memory > 'maxmemory'. script: 1"), CacheFault::Full);
        assert_eq!(server("READONLY You can't write against a read only replica."), CacheFault::ReadOnly);
        assert_eq!(server("MISCONF Redis is configured to save RDB snapshots"), CacheFault::NotSaved);
        assert_eq!(server("NOREPLICAS Not enough good replicas to write."), CacheFault::NoReplicas);
        assert_eq!(server("CLUSTERDOWN The cluster is down"), CacheFault::ClusterDown);
        assert_eq!(server("LOADING Redis is loading the dataset in memory"), CacheFault::Busy);
        assert_eq!(server("NOAUTH Authentication required."), CacheFault::NoPassword);
        assert_eq!(server("WRONGPASS invalid username-password pair"), CacheFault::Password);
        let said = "NOPERM this user has no permissions to run the 'evalsha' command".to_owned();
        assert_eq!(server(&said), CacheFault::NotAllowed { said });
        assert_eq!(server("ERR This instance has cluster support disabled"), CacheFault::NoCluster);
        assert!(matches!(server("ERR what is that"), CacheFault::Strange { .. }));
        assert_eq!(refusal(&Error::new(ErrorKind::InvalidArgument, "WRONGTYPE Operation against a key")), None);
    }

    #[test]
    fn what_the_way_there_says() {
        let io = |said: &'static str| of(&Error::new(ErrorKind::IO, said));
        assert_eq!(
            io("Os { code: 111, kind: ConnectionRefused, message: \"Connection refused\" }"),
            CacheFault::Closed
        );
        assert_eq!(io("failed to lookup address information: Name or service not known"), CacheFault::UnknownHost);
        let tls = |why: &str| CacheFault::Tls { why: why.to_owned() };
        let said = "Custom { kind: InvalidData, error: InvalidCertificate(UnknownIssuer) }";
        assert_eq!(io(said), tls("InvalidCertificate: UnknownIssuer"));
        let said = "Custom { kind: InvalidData, error: InvalidCertificate(NotValidForNameContext { expected: Dns";
        assert_eq!(io(said), tls("InvalidCertificate: NotValidForNameContext"));
        let said = "Custom { kind: InvalidData, error: InvalidMessage(InvalidContentType) }";
        assert_eq!(io(said), tls("InvalidMessage: InvalidContentType"));
        assert_eq!(io("unexpected end of file"), CacheFault::Cut);
        assert_eq!(of(&Error::new(ErrorKind::Timeout, "late")), CacheFault::Silent);
        let sentinel = |said: &'static str| of(&Error::new(ErrorKind::Sentinel, said));
        assert_eq!(sentinel("Failed to connect to all sentinel nodes."), CacheFault::NoSentinel);
        assert_eq!(sentinel("Missing primary address in response from sentinel node."), CacheFault::NoMaster);
    }
}

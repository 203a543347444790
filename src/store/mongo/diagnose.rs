//! Finds out what is the matter with servers that the driver did not find fit: looks at each by itself.
//!
//! The driver waits for a server that can take writes and says only that none came. Which of a dozen reasons it was
//! decides what the administrator has to do.

use std::{
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

use futures::future::join_all;
use mongodb::{
    Client,
    bson::{Document as Bdoc, doc},
    error::{Error, ErrorKind},
    options::{ClientOptions, ServerAddress, Tls},
};

use crate::{protocol::ServerFault, store::StoreError};

/// For each of the two looks at a server.
const LOOK: Duration = Duration::from_millis(1_200);

/// The machines of an address.
pub(super) fn names(settings: &ClientOptions) -> String {
    let names: Vec<String> = settings.hosts.iter().map(ToString::to_string).collect();
    names.join(", ")
}

/// What is behind an error, if it is that no server was found; else the error itself.
pub(super) async fn better(settings: &ClientOptions, error: StoreError) -> StoreError {
    if !matches!(error, StoreError::Unavailable(_) | StoreError::Server(ServerFault::NoPrimary)) {
        return error;
    }
    let found = join_all(settings.hosts.iter().map(|host| look(settings, host))).await;
    // A server that has answered knows more than one that has not.
    let weight = |fault: &ServerFault| match fault {
        ServerFault::UnknownHost { .. } | ServerFault::Closed { .. } | ServerFault::Silent { .. } => 1,
        ServerFault::NoPrimary => 0,
        ServerFault::Address
        | ServerFault::WantsTls { .. }
        | ServerFault::Tls { .. }
        | ServerFault::Standalone { .. }
        | ServerFault::NotInitiated { .. }
        | ServerFault::OtherSet { .. }
        | ServerFault::Members { .. }
        | ServerFault::Old { .. }
        | ServerFault::Credentials
        | ServerFault::NotAllowed { .. }
        | ServerFault::Strange { .. } => 2,
    };
    let worst = found.into_iter().flatten().max_by_key(weight);
    worst.map_or(error, StoreError::Server)
}

/// What is the matter with one server; `None`: nothing that can be seen from here.
async fn look(settings: &ClientOptions, address: &ServerAddress) -> Option<ServerFault> {
    let host = address.to_string();
    if let Some(fault) = reach(host.clone()).await {
        return Some(fault);
    }
    let hello = match tokio::time::timeout(LOOK.saturating_mul(2), hello(settings, address)).await {
        Err(_) => return Some(ServerFault::Silent { host }),
        Ok(Err(error)) => return Some(unanswered(settings, host, &error)),
        Ok(Ok(hello)) => hello,
    };
    answered(settings, host, &hello).await
}

/// Does anything listen there?
async fn reach(host: String) -> Option<ServerFault> {
    let name = host.clone();
    let tried = tokio::task::spawn_blocking(move || {
        let Ok(addresses) = host.to_socket_addrs() else { return Some(ServerFault::UnknownHost { host }) };
        let mut closed = false;
        for address in addresses {
            match TcpStream::connect_timeout(&address, LOOK) {
                Ok(_) => return None,
                Err(error) => closed |= error.kind() == std::io::ErrorKind::ConnectionRefused,
            }
        }
        Some(if closed { ServerFault::Closed { host } } else { ServerFault::Silent { host } })
    });
    match tokio::time::timeout(LOOK.saturating_mul(2), tried).await {
        Ok(Ok(fault)) => fault,
        Ok(Err(_)) | Err(_) => Some(ServerFault::Silent { host: name }),
    }
}

/// The server's own word on what it is; it needs no password.
async fn hello(settings: &ClientOptions, address: &ServerAddress) -> Result<Bdoc, Error> {
    let mut alone = settings.clone();
    alone.hosts = vec![address.clone()];
    alone.direct_connection = Some(true);
    alone.repl_set_name = None;
    alone.credential = None;
    alone.server_selection_timeout = Some(LOOK);
    let client = Client::with_options(alone)?;
    let hello = client.database("admin").run_command(doc! { "hello": 1 }).await;
    client.shutdown().immediate(true).await;
    hello
}

/// It took the connection, and no more.
fn unanswered(settings: &ClientOptions, host: String, error: &Error) -> ServerFault {
    let said = error.to_string();
    if matches!(settings.tls, Some(Tls::Enabled(_))) || matches!(*error.kind, ErrorKind::InvalidTlsConfig { .. }) {
        return ServerFault::Tls { host, why: tls_words(&said).to_owned() };
    }
    let cut = ["unexpected end of file", "end of file", "reset by peer", "closed"];
    if cut.iter().any(|words| said.contains(words)) {
        ServerFault::WantsTls { host }
    } else {
        ServerFault::Silent { host }
    }
}

/// Of the driver's long sentence, what the TLS layer said.
fn tls_words(said: &str) -> &str {
    let from =
        ["invalid peer certificate", "received fatal alert", "received corrupt message", "unexpected end of file"];
    let at = from.iter().find_map(|words| said.find(words));
    let rest = at.and_then(|at| said.get(at..)).unwrap_or("no TLS handshake");
    rest.split([',', '}']).next().unwrap_or(rest).trim()
}

/// It told what it is.
async fn answered(settings: &ClientOptions, host: String, hello: &Bdoc) -> Option<ServerFault> {
    if hello.get_i32("maxWireVersion").unwrap_or_default() < super::layout::WIRE {
        return Some(ServerFault::Old { host });
    }
    if hello.get_str("msg").is_ok_and(|msg| msg == "isdbgrid") {
        return None;
    }
    let Ok(set) = hello.get_str("setName") else {
        let waits = hello.get_bool("isreplicaset").unwrap_or_default();
        return Some(if waits { ServerFault::NotInitiated { host } } else { ServerFault::Standalone { host } });
    };
    if settings.repl_set_name.as_ref().is_some_and(|wanted| wanted != set) {
        return Some(ServerFault::OtherSet { host, found: set.to_owned() });
    }
    let Ok(primary) = hello.get_str("primary") else { return Some(ServerFault::NoPrimary) };
    match reach(primary.to_owned()).await {
        Some(ServerFault::UnknownHost { .. }) => {
            let members = hello.get_array("hosts").map(|hosts| hosts.iter().filter_map(|host| host.as_str()));
            let names: Vec<&str> = members.map(Iterator::collect).unwrap_or_default();
            Some(ServerFault::Members { names: names.join(", ") })
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> ClientOptions {
        ClientOptions::builder().hosts(vec![ServerAddress::parse("127.0.0.1:1").unwrap()]).build()
    }

    async fn of(hello: Bdoc) -> Option<ServerFault> {
        let mut set = settings();
        set.repl_set_name = Some("rs0".to_owned());
        let mut hello = hello;
        hello.insert("maxWireVersion", 17);
        answered(&set, "h:1".to_owned(), &hello).await
    }

    #[tokio::test]
    async fn a_server_tells_what_it_is() {
        let host = || "h:1".to_owned();
        assert_eq!(of(doc! {}).await, Some(ServerFault::Standalone { host: host() }));
        assert_eq!(of(doc! { "isreplicaset": true }).await, Some(ServerFault::NotInitiated { host: host() }));
        let other = Some(ServerFault::OtherSet { host: host(), found: "rs1".to_owned() });
        assert_eq!(of(doc! { "setName": "rs1" }).await, other);
        assert_eq!(of(doc! { "setName": "rs0" }).await, Some(ServerFault::NoPrimary));
        let members = doc! { "setName": "rs0", "primary": "nobody.invalid:1", "hosts": ["nobody.invalid:1"] };
        assert_eq!(of(members).await, Some(ServerFault::Members { names: "nobody.invalid:1".to_owned() }));
        assert_eq!(answered(&settings(), host(), &doc! {}).await, Some(ServerFault::Old { host: host() }));
    }

    #[tokio::test]
    async fn nobody_there_is_told_from_no_such_name() {
        let gone = || StoreError::Unavailable("none".to_owned());
        let found = better(&settings(), gone()).await;
        assert!(matches!(found, StoreError::Server(ServerFault::Closed { .. })), "{found:?}");
        let mut nobody = settings();
        nobody.hosts = vec![ServerAddress::parse("nobody.invalid:27017").unwrap()];
        let found = better(&nobody, gone()).await;
        assert!(matches!(found, StoreError::Server(ServerFault::UnknownHost { .. })), "{found:?}");
    }

    #[test]
    fn the_reason_is_cut_out_of_the_drivers_sentence() {
        let said =
            "Server selection timeout: … Error: Kind: I/O error: invalid peer certificate: UnknownIssuer, labels: {} }";
        assert_eq!(tls_words(said), "invalid peer certificate: UnknownIssuer");
    }
}

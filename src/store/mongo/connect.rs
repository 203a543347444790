//! The way to the server: address, limits, and what it is.

use std::{fmt, time::Duration};

use mongodb::{
    Client, Database,
    bson::doc,
    error::{Error, ErrorKind},
    options::{Acknowledgment, ClientOptions, ReadPreference, SelectionCriteria, WriteConcern},
};

use super::{diagnose, errors::plain, layout, within};
use crate::{protocol::ServerFault, store::StoreError};

/// The name under which the server knows this program's connections.
pub(super) const PROGRAM: &str = "carnet";
/// Finding a server, and connecting to it.
pub(super) const CONNECT: Duration = Duration::from_secs(2);
/// How long the majority may take over a write.
const MAJORITY: Duration = Duration::from_secs(4);
/// Connections that a process may have at once; it makes them as it needs them.
const CONNECTIONS: u32 = 32;
/// After so long without work a connection is given up: hundreds of people may each have a process.
const IDLE: Duration = Duration::from_secs(120);

/// Where the database is.
#[derive(Clone)]
pub struct MongoOptions {
    /// `mongodb://…` or `mongodb+srv://…`; it may hold a password and is never shown.
    pub uri: String,
    /// One school is one database.
    pub database: String,
}

impl fmt::Debug for MongoOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MongoOptions").field("database", &self.database).finish_non_exhaustive()
    }
}

impl MongoOptions {
    /// Server and database for people: nothing of the address but its machines.
    #[must_use]
    pub fn place(&self) -> String {
        let (scheme, rest) = self.uri.split_once("://").unwrap_or(("mongodb", ""));
        let (front, options) = rest.split_once('?').unwrap_or((rest, ""));
        // A password with a bare `?` or `/` makes an address that is none, and its end must not be taken for a machine.
        let hosts = match front.rsplit_once('@') {
            Some((_, hosts)) => hosts,
            None if options.contains('@') => "",
            None => front,
        };
        let hosts = hosts.split('/').next().unwrap_or_default();
        let harmless = |c: char| c.is_ascii_alphanumeric() || ".-_:,[]".contains(c);
        let hosts = if hosts.chars().all(harmless) { hosts } else { "" };
        let scheme = if scheme == "mongodb+srv" { scheme } else { "mongodb" };
        format!("{scheme}://{}/{}", if hosts.is_empty() { "?" } else { hosts }, self.database)
    }
}

/// Acknowledged by the majority, from their journals.
pub(super) fn durable() -> WriteConcern {
    WriteConcern::builder().w(Acknowledgment::Majority).journal(true).w_timeout(MAJORITY).build()
}

/// The driver's settings: the address's, with limits and guarantees of ours.
async fn settings(uri: &str) -> Result<ClientOptions, StoreError> {
    let parsed = within(CONNECT.saturating_mul(2), async { Ok(ClientOptions::parse(uri).await) }).await?;
    let mut settings = parsed.map_err(|error| match error.kind.as_ref() {
        // What the driver says may quote the address, password and all.
        ErrorKind::InvalidArgument { .. } => StoreError::Server(ServerFault::Address),
        ErrorKind::DnsResolve { .. } => {
            let options = MongoOptions { uri: uri.to_owned(), database: String::new() };
            let host = options.place().split_once("://").map_or("", |(_, rest)| rest.trim_end_matches('/')).to_owned();
            StoreError::Server(ServerFault::UnknownHost { host })
        }
        _ => plain(&error),
    })?;
    settings.app_name = Some(PROGRAM.to_owned());
    settings.server_selection_timeout = Some(CONNECT);
    settings.connect_timeout = Some(CONNECT);
    settings.max_pool_size = settings.max_pool_size.or(Some(CONNECTIONS));
    settings.max_idle_time = settings.max_idle_time.or(Some(IDLE));
    settings.write_concern = Some(durable());
    // Decisions and lists are of now, whatever the address says.
    settings.read_concern = None;
    settings.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    Ok(settings)
}

/// A client, its database, and whether that is a sharded cluster.
///
/// # Errors
/// `Server` with what is the matter, as far as can be found out; else `Unavailable`.
pub(super) async fn connect(options: &MongoOptions) -> Result<(Client, Database, bool), StoreError> {
    let settings = settings(&options.uri).await?;
    let refused = |error: &Error| match error.kind.as_ref() {
        ErrorKind::InvalidArgument { .. } => StoreError::Server(ServerFault::Address),
        _ => plain(error),
    };
    let client = Client::with_options(settings.clone()).map_err(|error| refused(&error))?;
    let database = client.database(&options.database);
    let hello = within(CONNECT.saturating_mul(2), async { Ok(database.run_command(doc! { "hello": 1 }).await) }).await;
    let found = match hello {
        Ok(Ok(hello)) => layout::deployment(&hello, &diagnose::names(&settings)),
        Ok(Err(error)) => Err(diagnose::better(&settings, plain(&error)).await),
        Err(error) => Err(diagnose::better(&settings, error).await),
    };
    match found {
        Ok(sharded) => Ok((client, database, sharded)),
        Err(error) => {
            client.shutdown().immediate(true).await;
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(uri: &str) -> String {
        MongoOptions { uri: uri.to_owned(), database: "carnet".to_owned() }.place()
    }

    #[test]
    fn a_place_has_no_secrets() {
        assert_eq!(place("mongodb://awa:s3cret@a:1,b:2/admin?replicaSet=rs0"), "mongodb://a:1,b:2/carnet");
        assert_eq!(place("mongodb+srv://awa:s3cret@db.ecole.ml/?tls=true"), "mongodb+srv://db.ecole.ml/carnet");
        assert_eq!(place("mongodb://[::1]:27017"), "mongodb://[::1]:27017/carnet");
        for odd in [
            "mongodb://awa:s3@cret@host/",
            "mongodb://awa:s3/cret@host/",
            "mongodb://awa:s3?cret@host/",
            "awa:s3cret@host",
            "mongodb://awa:s3cret",
            "mongodb://h/?tlsCertificateKeyFilePassword=s3cret@host",
        ] {
            let shown = place(odd);
            assert!(!shown.contains("cret") || odd == "mongodb://awa:s3cret", "{odd}: {shown}");
        }
    }

    #[tokio::test]
    async fn an_address_that_is_none_is_not_repeated() {
        for uri in ["", "host", "http://awa:s3cret@host", "mongodb://awa:s3cret@", "mongodb://awa:s3/cret@host"] {
            let refused = settings(uri).await.map(drop);
            assert!(matches!(refused, Err(StoreError::Server(ServerFault::Address))), "{uri}: {refused:?}");
        }
    }
}

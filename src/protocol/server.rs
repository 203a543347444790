//! What can be the matter with a database server.

use serde::{Deserialize, Serialize};

/// Why a database server is of no use: one sentence each, that says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ServerFault {
    /// The address in the configuration is no address. Nothing of it is repeated: it may hold a password.
    Address,
    /// No machine has that name.
    UnknownHost { host: String },
    /// The machine is there; nothing listens at the port.
    Closed { host: String },
    /// Something took the connection and did not answer, or nothing answered at all.
    Silent { host: String },
    /// The server ended the connection at once: it wants TLS, and we did not speak it.
    WantsTls { host: String },
    /// No trusted TLS connection could be made.
    Tls { host: String, why: String },
    /// A server without a replica set has no transactions.
    Standalone { host: String },
    /// The server is meant for a replica set that nobody has initiated.
    NotInitiated { host: String },
    /// The replica set has another name than the address says.
    OtherSet { host: String, found: String },
    /// The replica set has no primary: most of its servers are away, or an election is under way.
    NoPrimary,
    /// The replica set names its servers so that this machine cannot find them.
    Members { names: String },
    /// The server is too old.
    Old { host: String },
    /// User name or password are not those of the server.
    Credentials,
    /// The account may not do that in this database.
    NotAllowed { database: String },
    /// The database holds what carnet did not write.
    Strange { database: String },
}

/// Why a cache's server is of no use for now. Nothing is lost by it; what to do is the administrator's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CacheFault {
    /// No machine has that name.
    UnknownHost,
    /// The machine is there; nothing listens at the port.
    Closed,
    /// No answer in time.
    Silent,
    /// It answers, but so late that it is of no use.
    Slow,
    /// The connection was ended: by a server that stops, or that wants TLS.
    Cut,
    /// No trusted TLS connection could be made.
    Tls { why: String },
    /// It wants a password, and the address has none.
    NoPassword,
    /// User name or password are not those of the server.
    Password,
    /// The account may not do what a cache needs.
    NotAllowed { said: String },
    /// Its memory is full, and it may not forget anything to make room.
    Full,
    /// A replica: it takes no writes.
    ReadOnly,
    /// It cannot save to its disk and therefore takes no writes.
    NotSaved,
    /// Too few replicas follow it, and it is told to take no writes then.
    NoReplicas,
    /// It reads its data from the disk, or is busy with a script.
    Busy,
    /// Some slots of the cluster have no server.
    ClusterDown,
    /// A server that is no part of a cluster.
    NoCluster,
    /// No Sentinel answers.
    NoSentinel,
    /// The Sentinels know no master of that name, or it cannot be reached.
    NoMaster,
    /// Something else, in its own words.
    Strange { said: String },
}

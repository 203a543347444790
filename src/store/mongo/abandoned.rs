//! Transactions that nobody goes on with. A carnet that was killed in the middle of one leaves it on the server, which
//! lets it stand in the way of all who write to the same documents for a minute (`transactionLifetimeLimitSeconds`).
//! Whoever meets one ends it.

use std::time::Duration;

use futures::TryStreamExt;
use mongodb::{
    Client,
    bson::{Bson, Document as Bdoc, doc},
    error::Error,
};

use super::connect::PROGRAM;

/// No carnet that is alive leaves a transaction alone for so long. One that was stopped and goes on hears that its
/// transaction is over, and tries again: nothing is lost by ending it.
const ALONE: Duration = Duration::from_secs(2);
/// How long the server may take to say which there are.
const LOOK: Duration = Duration::from_secs(1);

/// Ends the transactions of this program, by the same account, that have been left alone. How many it were.
///
/// # Errors
/// The server cannot say which there are, or does not let this account end them.
pub(super) async fn end(client: &Client) -> Result<usize, Error> {
    let admin = client.database("admin");
    let alone = i64::try_from(ALONE.as_micros()).unwrap_or(i64::MAX);
    let all = doc! { "$currentOp": { "allUsers": false, "idleSessions": true } };
    let left = doc! { "$match": {
        "type": "idleSession",
        "clientMetadata.application.name": PROGRAM,
        "transaction.timeInactiveMicros": { "$gte": alone },
    } };
    let found = admin.aggregate([all, left, doc! { "$project": { "lsid": 1 } }]).max_time(LOOK).await?;
    let found: Vec<Bdoc> = found.try_collect().await?;
    let id = |one: &Bdoc| one.get_document("lsid").ok()?.get("id").cloned();
    let ids: Vec<Bson> = found.iter().filter_map(id).map(|id| Bson::Document(doc! { "id": id })).collect();
    let count = ids.len();
    if count > 0 {
        tracing::warn!(count, "ending transactions that were left alone");
        admin.run_command(doc! { "killSessions": ids }).await?;
    }
    Ok(count)
}

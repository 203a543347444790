//! Making a connection: logging in, asking the servers who they are, teaching them our scripts, trying whether they take
//! writes.

use std::{collections::BTreeMap, sync::atomic::AtomicBool, time::Duration};

use fred::{
    clients::Client,
    error::{Error, ErrorKind},
    interfaces::{ClientLike, KeysInterface},
    types::{Builder, ClusterHash, CustomCommand, Value, config::Config},
};
use futures::future::{try_join, try_join_all};
use tokio::time::Instant;

use super::{
    fault,
    link::{COMMAND, Ends, Link, PROBES, Places},
    pace::Pace,
    scripts::Script,
};
use crate::cache::CacheFault;

/// A server that takes longer to answer, when we come to it, is too far away to be of use.
const FAR: Duration = Duration::from_millis(60);

/// How connections are made: never again by themselves.
pub(super) fn builder(config: &Config) -> Builder {
    let mut builder = Builder::from_config(config.clone());
    builder
        .with_performance_config(|performance| performance.default_command_timeout = COMMAND)
        .with_connection_config(|connection| {
            connection.connection_timeout = COMMAND;
            connection.internal_command_timeout = COMMAND;
            connection.max_command_attempts = 1;
            connection.tcp.nodelay = Some(true);
        });
    builder
}

/// `told`: the servers that we have told of our changes. Others do not know them, whoever has trusted them.
pub(super) async fn open(
    config: &Config,
    places: &Places,
    (life, told): (u64, Option<&str>),
) -> Result<(Link, Ends), CacheFault> {
    let said = |error: Error| fault::of(&error);
    let client = builder(config).build().map_err(said)?;
    let task = Ends(client.init().await.map_err(said)?);
    let clustered = client.is_clustered();
    let nodes = if clustered { one_slot_each(&client).await.map_err(said)? } else { vec![0] };
    let mut runs = Vec::new();
    let mut hashes: [String; Script::ALL.len()] = Default::default();
    for (run, known) in try_join_all(nodes.into_iter().map(|slot| acquaint(&client, slot))).await.map_err(said)? {
        runs.push(run);
        hashes = known;
    }
    runs.sort_unstable();
    let servers = runs.join(" ");
    let noted: Option<String> = client.get(&places.marker).await.map_err(said)?;
    let known = noted.as_deref() == Some(servers.as_str()) && told.is_none_or(|told| told == servers);
    let probes = places.probes.iter().take(if clustered { usize::from(PROBES) } else { 1 }).cloned().collect();
    let doubtful = AtomicBool::new(!known);
    let aside = format!("{}:probe", places.channel);
    let link = Link { client, clustered, life, doubtful, servers, pace: Pace::default(), probes, aside, hashes };
    // One late answer may be this machine's own fault.
    for _ in 0..2 {
        let asked = Instant::now();
        link.probe().await.map_err(said)?;
        if asked.elapsed() < FAR {
            return Ok((link, task));
        }
    }
    Err(CacheFault::Slow)
}

/// A slot of each master of a cluster.
async fn one_slot_each(client: &Client) -> Result<Vec<u16>, Error> {
    let slots = CustomCommand::new_static("CLUSTER", None, false);
    let ranges: Vec<Value> = client.custom(slots, vec!["SLOTS"]).await?;
    let mut masters: BTreeMap<String, u16> = BTreeMap::new();
    for range in ranges {
        let mut parts = range.into_array().into_iter();
        let first = parts.next().and_then(|first| first.as_u64()).and_then(|first| u16::try_from(first).ok());
        // Its end, then its master: address, port, id.
        let master = parts.nth(1).map(Value::into_array).and_then(|master| master.get(2)?.as_string());
        if let (Some(first), Some(master)) = (first, master) {
            masters.entry(master).or_insert(first);
        }
    }
    if masters.is_empty() {
        return Err(Error::new(ErrorKind::Cluster, "no slots"));
    }
    Ok(masters.into_values().collect())
}

/// Which run the server of that slot is; and it learns our scripts.
async fn acquaint(client: &Client, slot: u16) -> Result<(String, [String; Script::ALL.len()]), Error> {
    let to = |name| CustomCommand::new_static(name, ClusterHash::Custom(slot), false);
    let loads = Script::ALL.map(|script| client.custom(to("SCRIPT"), vec!["LOAD".to_owned(), script.text()]));
    let info = client.custom(to("INFO"), vec!["server"]);
    let (info, known): (String, Vec<String>) = try_join(info, try_join_all(loads)).await?;
    let mut hashes: [String; Script::ALL.len()] = Default::default();
    for (hash, known) in hashes.iter_mut().zip(known) {
        *hash = known;
    }
    let run = info.lines().find_map(|line| line.strip_prefix("run_id:")).unwrap_or_default();
    Ok((run.trim().to_owned(), hashes))
}

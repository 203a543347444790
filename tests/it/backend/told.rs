//! Two processes on one store with one Redis: each hears what the other has committed, by the channel while that goes,
//! and by the store whatever happens to the channel.

use std::{sync::Arc, time::Duration};

use carnet::{
    backend::{Backend, BackendConfig},
    cache::keys::Keys,
    domain::id::StudentId,
    protocol::{Event, Inbound, Request},
};

use super::{Client, PASSWORD, Place, login, opened, points};
use crate::redis_server::{Meddler, RedisServer};

const MINUTE: Duration = Duration::from_secs(60);

async fn start(place: &Place, server: &RedisServer, seed: u64, school: Option<&str>) -> Backend {
    let keys = Keys::new(school);
    let cache = Arc::new(server.cache(keys.clone()).await);
    Backend::start(BackendConfig { cache, keys, ..place.config(seed) })
}

/// Waits until so many processes listen.
async fn listeners(meddler: &Meddler, channel: &str, wanted: i64) {
    let waiting = async {
        loop {
            let (_, count): (String, i64) = meddler.call("PUBSUB", &["NUMSUB", channel]).await;
            if count == wanted {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(MINUTE, waiting).await.expect("listeners");
}

/// Hears until the wanted event comes; what came before it.
async fn hears(client: &mut Client, wanted: &Event) -> Vec<Event> {
    let mut before = Vec::new();
    let waiting = async {
        loop {
            match client.link.recv().await.expect("the backend runs") {
                Inbound::Event(event) if event == *wanted => return,
                Inbound::Event(event) => before.push(event),
                Inbound::Answer(_) => {}
            }
        }
    };
    tokio::time::timeout(MINUTE, waiting).await.unwrap_or_else(|_| panic!("never heard {wanted:?}"));
    before
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_commits_the_other_hears_by_the_channel() {
    let (place, server) = (Place::new(), RedisServer::start());
    let (one, two) = (start(&place, &server, 1, Some("kati")).await, start(&place, &server, 2, Some("kati")).await);
    let mut writer = opened(&one).await;
    let mut reader = login(&two, "admin", PASSWORD).await.unwrap();
    let meddler = server.meddler().await;
    listeners(&meddler, "kati:changes", 2).await;
    let class = writer.class(0).id;
    let awa = writer.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    // The store's own watch knows that something was written, not what.
    hears(&mut reader, &Event::Students(vec![awa.id.clone()])).await;
    let key = writer.key(&class, "Mathématiques");
    let column = writer.add_column(&key, "Devoir 1").await;
    hears(&mut reader, &Event::Sheet(key.clone())).await;
    writer.set(&key, (&column, &awa.id), points(1_200), Some(0)).await.unwrap();
    hears(&mut reader, &Event::Students(vec![awa.id.clone()])).await;
    hears(&mut reader, &Event::Sheet(key.clone())).await;
    let shown = reader.sheet(&key).await;
    assert_eq!(shown.rows[0].cells[0].value, points(1_200));
    let mut class = writer.class(1);
    let version = writer.entered.setup.classes[1].version;
    class.name = super::name("7e Z");
    assert!(writer.call(Request::SaveClass { class, version: Some(version) }).await.is_ok());
    hears(&mut reader, &Event::Setup).await;
    one.shutdown().await;
    two.shutdown().await;
}

/// Nobody misses anything: the store is looked at beside the channel, whether or not that goes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_is_lost_or_full_of_nonsense_hides_nothing() {
    let (place, mut server) = (Place::new(), RedisServer::start());
    let (one, two) = (start(&place, &server, 1, None).await, start(&place, &server, 2, None).await);
    let mut writer = opened(&one).await;
    let mut reader = login(&two, "admin", PASSWORD).await.unwrap();
    listeners(&server.meddler().await, "changes", 2).await;
    server.stop();
    let class = writer.class(0).id;
    let awa = writer.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let told = hears(&mut reader, &Event::Elsewhere).await;
    assert!(!told.contains(&Event::Students(vec![awa.id])), "by whom? {told:?}");
    server.restart();
    let meddler = server.meddler().await;
    listeners(&meddler, "changes", 2).await;
    let long = "x".repeat(100_000);
    let students =
        format!(r#"{{"v":1,"by":"x","op":"x","students":["{long}"],"many":false,"sheets":[],"setup":false}}"#);
    for nonsense in ["", "null", "{", r#"{"v":1}"#, r#"{"v":2,"by":"x","op":"x","students":[]}"#, &long, &students] {
        let _: i64 = meddler.call("PUBLISH", &["changes", nonsense]).await;
    }
    let issa = writer.add(Client::form("Keïta", "Issa", Some(&class))).await.unwrap();
    let told = hears(&mut reader, &Event::Students(vec![issa.id.clone()])).await;
    assert!(!told.iter().any(|event| matches!(event, Event::Students(_))), "of nonsense: {told:?}");
    // What is said twice is told once; something else said of the same batch is told.
    let said = |student: &str| {
        format!(r#"{{"v":1,"by":"x","op":"again","students":["{student}"],"many":false,"sheets":[],"setup":false}}"#)
    };
    for text in [said("s1"), said("s1"), said("s2")] {
        let _: i64 = meddler.call("PUBLISH", &["changes", &text]).await;
    }
    let told = hears(&mut reader, &Event::Students(vec![StudentId::new("s2")])).await;
    let once = told.iter().filter(|event| **event == Event::Students(vec![StudentId::new("s1")])).count();
    assert_eq!(once, 1, "{told:?}");
    one.shutdown().await;
    two.shutdown().await;
}

//! News among the processes that share the cache: one channel of Redis, heard on a connection of its own.
//!
//! Nothing rests on it. What is said while nobody listens is lost, and the store tells of every change in its own way;
//! the channel is only the quicker one. So a connection that ends is made again, and no gap is looked after here.

use std::time::Duration;

use fred::{
    error::{Error, ErrorKind},
    interfaces::{ClientLike, EventInterface, PubsubInterface},
    types::{Message, config::Config},
};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::timeout,
};

use super::{
    link::{CONNECT, Ends, Places},
    open::builder,
};

/// Messages that a slow listener may leave unread.
pub(super) const UNREAD: usize = 256;
/// Longer ones are not ours: the longest names fifty students and fifty sheets.
const LONGEST: usize = 32 * 1024;
/// Between two tries, as long as the connection for commands stands: a server that lets nobody subscribe is not
/// pestered.
const PAUSE: Duration = Duration::from_secs(2);

/// Hands on what is said on the channel until it is stopped.
pub(super) fn listen(config: Config, places: &Places) -> impl Future<Output = ()> + use<> {
    let (channel, heard) = (places.channel.clone(), places.heard.clone());
    async move {
        let mut told = false;
        loop {
            match hear(&config, &channel, &heard).await {
                Ok(()) => told = false,
                Err(error) => {
                    if !told {
                        tracing::warn!(%error, channel, "no news by Redis");
                    }
                    told = true;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// One connection, until it ends.
async fn hear(config: &Config, channel: &str, heard: &broadcast::Sender<String>) -> Result<(), Error> {
    let client = builder(config)
        .with_performance_config(|performance| performance.broadcast_channel_capacity = UNREAD)
        .build()?;
    let silent = |_| Error::new(ErrorKind::Timeout, "no answer in time");
    let mut connection = Ends(timeout(CONNECT, client.init()).await.map_err(silent)??);
    let mut messages = client.message_rx();
    timeout(CONNECT, client.subscribe(channel)).await.map_err(silent)??;
    tracing::debug!(channel, "news by Redis");
    loop {
        let message = tokio::select! {
            message = messages.recv() => message,
            _ = &mut connection.0 => return Ok(()),
        };
        match message {
            Ok(message) => {
                if let Some(text) = text(&message) {
                    // That nobody listens is no fault.
                    let _ = heard.send(text);
                }
            }
            // The store tells what was missed.
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return Ok(()),
        }
    }
}

fn text(message: &Message) -> Option<String> {
    message.value.as_str().filter(|text| text.len() <= LONGEST).map(|text| text.to_string())
}

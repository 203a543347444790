//! The one task that owns store, cache and every write. Reads run beside each other, bounded; writes go through one
//! ordered lane and are all done before the store is closed.

use std::sync::Arc;

use tokio::{
    sync::{Semaphore, mpsc, watch},
    task::JoinSet,
};

use super::{
    core::Core,
    handlers::{self, Lane},
    link::Envelope,
    news, watching,
};
use crate::protocol::{Answer, Inbound};

/// Reads under way at once.
const READS: usize = 16;
/// Tasks under way before the actor stops taking questions.
const TASKS: usize = 1_024;

/// Answers one question.
async fn serve(core: Arc<Core>, envelope: Envelope, in_lane: bool) {
    let Envelope { ask, reply } = envelope;
    let ticket = ask.ticket;
    let result = handlers::handle(core, ask, reply.clone(), in_lane).await;
    // A client that has gone away needs no answer; its write is done all the same.
    let _ = reply.send(Inbound::Answer(Answer { ticket, result }));
}

/// Does the writes in the order in which they came.
async fn write_lane(core: Arc<Core>, mut writes: mpsc::Receiver<Envelope>) {
    while let Some(envelope) = writes.recv().await {
        let turn = core.lane.lock().await;
        serve(core.clone(), envelope, true).await;
        drop(turn);
    }
}

/// Runs until all clients have gone or `stop` says so, then drains and closes the store.
pub(super) async fn run(core: Arc<Core>, mut questions: mpsc::Receiver<Envelope>, mut stop: watch::Receiver<bool>) {
    let (writes, queue) = mpsc::channel(super::link::QUESTIONS);
    let lane = tokio::spawn(write_lane(core.clone(), queue));
    let sender = tokio::spawn(super::replay::run(core.clone()));
    let reads = Arc::new(Semaphore::new(READS));
    let mut tasks: JoinSet<()> = JoinSet::new();
    let watcher = tokio::spawn(watching::watch(core.clone()));
    let listener = tokio::spawn(news::listen(core.clone()));
    let mut stopping = false;
    loop {
        tokio::select! {
            envelope = questions.recv(), if tasks.len() < TASKS => {
                let Some(envelope) = envelope else { break };
                dispatch(&core, envelope, &writes, &reads, &mut tasks).await;
            }
            Some(_) = tasks.join_next(), if !tasks.is_empty() => {}
            _ = stop.changed(), if !stopping => {
                // What has been asked is still answered; nothing more is taken.
                stopping = true;
                questions.close();
            }
        }
    }
    // A restore that has been taken up is not cut short a second time.
    drop(core.lane.lock().await);
    watcher.abort();
    let _ = watcher.await;
    listener.abort();
    // What is kept stays kept; the next one sends it.
    sender.abort();
    drop(writes);
    while tasks.join_next().await.is_some() {}
    if let Err(error) = lane.await {
        tracing::error!(%error, "the write lane ended badly");
    }
    core.anchors.write().await;
    core.end_sessions().await;
    core.close().await;
}

async fn dispatch(
    core: &Arc<Core>,
    envelope: Envelope,
    writes: &mpsc::Sender<Envelope>,
    reads: &Arc<Semaphore>,
    tasks: &mut JoinSet<()>,
) {
    let core = core.clone();
    match handlers::lane(&envelope.ask.body) {
        // The lane lives as long as its sender, so sending cannot fail.
        Lane::Write => {
            let _ = writes.send(envelope).await;
        }
        // Passwords are hashed and long acts are done beside the lane; they take their turn in it for each commit.
        Lane::Long => {
            tasks.spawn(serve(core, envelope, false));
        }
        Lane::Read => {
            let reads = reads.clone();
            tasks.spawn(async move {
                let _turn = reads.acquire_owned().await;
                serve(core, envelope, false).await;
            });
        }
    }
}

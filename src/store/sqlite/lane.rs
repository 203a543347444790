//! Threads that own connections, and the queue in front of them: SQLite blocks, the runtime's threads must not.

use std::{
    sync::{Arc, Mutex, PoisonError, RwLock},
    thread::JoinHandle,
};

use tokio::sync::{mpsc, oneshot};

use crate::store::StoreError;

/// Work for a thread that owns a `C`.
type Job<C> = Box<dyn FnOnce(&mut C) + Send>;

/// How many jobs may wait; whoever brings more waits, without blocking a thread.
const WAITING: usize = 256;

/// A queue and the threads that empty it.
pub(super) struct Lane<C> {
    sender: RwLock<Option<mpsc::Sender<Job<C>>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl<C: Send + 'static> Lane<C> {
    /// Starts one thread per owned connection, which calls `before` first, and `after` after each job.
    pub(super) fn start(
        name: &str,
        owned: Vec<C>,
        before: impl Fn() + Clone + Send + 'static,
        after: impl Fn(&mut C) + Clone + Send + 'static,
    ) -> Result<Self, StoreError> {
        let (sender, receiver) = mpsc::channel::<Job<C>>(WAITING);
        let receiver = Arc::new(Mutex::new(receiver));
        let mut threads = Vec::with_capacity(owned.len());
        for (number, mut own) in owned.into_iter().enumerate() {
            let (receiver, before, after) = (Arc::clone(&receiver), before.clone(), after.clone());
            let thread = std::thread::Builder::new()
                .name(format!("{name}-{number}"))
                .spawn(move || {
                    before();
                    loop {
                        // One thread waits at the queue, the others at the lock; the job runs without it.
                        let job = receiver.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
                        let Some(job) = job else { break };
                        job(&mut own);
                        after(&mut own);
                    }
                })
                .map_err(|error| StoreError::Unavailable(format!("no thread: {error}")))?;
            threads.push(thread);
        }
        Ok(Self { sender: RwLock::new(Some(sender)), threads: Mutex::new(threads) })
    }

    /// Has the job done by a thread and waits for its answer. Once handed over it is done, even if nobody waits.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut C) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let closed = || StoreError::Unavailable("the store is closed".to_owned());
        let sender = self.sender.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)?;
        let (reply, answer) = oneshot::channel();
        let work: Job<C> = Box::new(move |own| {
            let _ = reply.send(job(own));
        });
        sender.send(work).await.map_err(|_| closed())?;
        drop(sender);
        answer.await.map_err(|_| closed())?
    }

    /// Lets no more jobs in; the threads end when the queue is empty.
    pub(super) fn close(&self) -> Vec<JoinHandle<()>> {
        self.sender.write().unwrap_or_else(PoisonError::into_inner).take();
        std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

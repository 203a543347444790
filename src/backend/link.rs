//! A client's end of the channel: the screens and the command line hold one each.

use std::collections::VecDeque;

use tokio::sync::mpsc;

use crate::{
    domain::id::SessionId,
    protocol::{Answer, Ask, Event, Failure, Inbound, Part, Reply, Request, Ticket, Trouble},
};

/// How many questions may wait before `ask` waits too.
pub(super) const QUESTIONS: usize = 256;

/// A question with the way back to who asked it.
#[derive(Debug)]
pub(super) struct Envelope {
    pub ask: Ask,
    pub reply: mpsc::UnboundedSender<Inbound>,
}

/// Why a question was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// The queue is full: the backend is behind. Ask again.
    #[error("the backend's queue is full")]
    Full,
    /// The backend has been shut down.
    #[error("the backend has been shut down")]
    Closed,
}

/// A client's connection: asks, and receives answers and news. [`Link::split`] gives the two halves apart.
#[derive(Debug)]
pub struct Link {
    asker: Asker,
    inbox: Inbox,
    /// Received by [`Link::call`] while it waited for something else.
    waiting: VecDeque<Inbound>,
    tickets: u64,
}

/// The asking half; cheap to clone. All clones receive at the same [`Inbox`].
#[derive(Clone, Debug)]
pub struct Asker {
    questions: mpsc::Sender<Envelope>,
    reply: mpsc::UnboundedSender<Inbound>,
}

/// The receiving half.
#[derive(Debug)]
pub struct Inbox {
    inbound: mpsc::UnboundedReceiver<Inbound>,
}

impl Asker {
    /// Asks; waits while the queue is full.
    ///
    /// # Errors
    /// The backend has been shut down.
    pub async fn ask(&self, ask: Ask) -> Result<(), NotTaken> {
        let envelope = Envelope { ask, reply: self.reply.clone() };
        self.questions.send(envelope).await.map_err(|_| NotTaken::Closed)
    }

    /// Asks without waiting.
    ///
    /// # Errors
    /// The queue is full, or the backend has been shut down.
    pub fn try_ask(&self, ask: Ask) -> Result<(), NotTaken> {
        let envelope = Envelope { ask, reply: self.reply.clone() };
        self.questions.try_send(envelope).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => NotTaken::Full,
            mpsc::error::TrySendError::Closed(_) => NotTaken::Closed,
        })
    }
}

impl Inbox {
    /// The next answer or event; `None` once the backend is gone and everything has been received.
    pub async fn recv(&mut self) -> Option<Inbound> {
        self.inbound.recv().await
    }

    /// What is already there.
    pub fn try_recv(&mut self) -> Option<Inbound> {
        self.inbound.try_recv().ok()
    }
}

impl Link {
    /// A new client of the backend that reads `questions`; its sender of answers is kept by `register`.
    pub(super) fn new(
        questions: mpsc::Sender<Envelope>,
        register: impl FnOnce(mpsc::UnboundedSender<Inbound>),
    ) -> Self {
        let (reply, inbound) = mpsc::unbounded_channel();
        register(reply.clone());
        Self { asker: Asker { questions, reply }, inbox: Inbox { inbound }, waiting: VecDeque::new(), tickets: 0 }
    }

    /// The asking and the receiving half, for a client that holds them in different places.
    #[must_use]
    pub fn split(self) -> (Asker, Inbox) {
        (self.asker, self.inbox)
    }

    /// Another asking half.
    #[must_use]
    pub fn asker(&self) -> Asker {
        self.asker.clone()
    }

    /// A ticket that this link has not used. Clients that call [`Asker::ask`] may number their own.
    pub fn ticket(&mut self) -> Ticket {
        self.tickets = self.tickets.saturating_add(1);
        Ticket(self.tickets)
    }

    /// Asks; waits while the queue is full.
    ///
    /// # Errors
    /// The backend has been shut down.
    pub async fn ask(&self, ask: Ask) -> Result<(), NotTaken> {
        self.asker.ask(ask).await
    }

    /// Asks without waiting.
    ///
    /// # Errors
    /// The queue is full, or the backend has been shut down.
    pub fn try_ask(&self, ask: Ask) -> Result<(), NotTaken> {
        self.asker.try_ask(ask)
    }

    /// The next answer or event; `None` once the backend is gone.
    pub async fn recv(&mut self) -> Option<Inbound> {
        match self.waiting.pop_front() {
            Some(inbound) => Some(inbound),
            None => self.inbox.recv().await,
        }
    }

    /// Asks and waits for the answer, for the command line. What comes meanwhile is kept for [`Link::recv`].
    ///
    /// # Errors
    /// The answer's own failure; `Offline` if the backend has been shut down.
    pub async fn call(&mut self, session: Option<&SessionId>, body: Request) -> Result<Reply, Failure> {
        self.call_watched(session, body, |_, _| {}).await
    }

    /// As [`Link::call`]; `progress` hears of long work: how much is done, of how much.
    ///
    /// # Errors
    /// As [`Link::call`].
    pub async fn call_watched(
        &mut self,
        session: Option<&SessionId>,
        body: Request,
        mut progress: impl FnMut(u64, u64) + Send,
    ) -> Result<Reply, Failure> {
        let hear = |event: &Event| {
            if let Event::Progress { done, total, .. } = event {
                progress(*done, *total);
            }
        };
        self.call_heard(session, body, hear).await
    }

    /// As [`Link::call`]; `hear` gets the news of this very work as it goes on: its progress, and why the store makes
    /// it wait.
    ///
    /// # Errors
    /// As [`Link::call`].
    pub async fn call_heard(
        &mut self,
        session: Option<&SessionId>,
        body: Request,
        mut hear: impl FnMut(&Event) + Send,
    ) -> Result<Reply, Failure> {
        let gone = Failure::Offline { what: Part::Store, detail: Trouble::Unreachable };
        let ticket = self.ticket();
        let ask = Ask { ticket, session: session.cloned(), body };
        self.ask(ask).await.map_err(|_| gone.clone())?;
        while let Some(inbound) = self.inbox.recv().await {
            match inbound {
                Inbound::Answer(Answer { ticket: of, result }) if of == ticket => return result,
                Inbound::Event(event @ Event::Store(_)) => hear(&event),
                Inbound::Event(event @ Event::Progress { ticket: of, .. }) if of == ticket => hear(&event),
                other => self.waiting.push_back(other),
            }
        }
        Err(gone)
    }
}

//! The effect runner: feeds one ordered inbound channel, draws when something changed, and performs commands. All
//! contact with the world is here.

use std::time::Duration;

use futures::StreamExt;
use ratatui::crossterm::event::{Event as TerminalEvent, EventStream, MouseEventKind};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::{Instant, MissedTickBehavior, interval, sleep_until, timeout},
};

use super::Model;
use crate::{
    backend::{Asker, Inbox, Link},
    domain::calendar::Timestamp,
    protocol::Ask,
    ui::{
        effect::Command,
        files,
        msg::{Msg, Signal},
        terminal::Screen,
    },
};

/// The least time between two frames.
const FRAME: Duration = Duration::from_millis(8);
/// How long leaving waits for answers to writes. (The backend itself drains what it was given.)
const PATIENCE: Duration = Duration::from_secs(5);

/// The runner and what it holds.
struct Runner {
    screen: Screen,
    inbound: UnboundedSender<Msg>,
    lane: UnboundedSender<Ask>,
    /// Set by `Command::Quit` or a signal: leave at the latest then.
    leave_by: Option<Instant>,
    quit: bool,
    ended: Ended,
}

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    ByUser,
    /// Another program or the system stopped it, or its terminal is gone. `typing`: something was typed and not yet
    /// handed in.
    BySignal {
        typing: bool,
    },
}

/// Runs the program until the user leaves.
///
/// # Errors
/// The terminal cannot be written to.
pub async fn run(model: &mut Model, screen: Screen, link: Link) -> std::io::Result<Ended> {
    let (inbound, mut messages) = unbounded_channel();
    let (lane, asks) = unbounded_channel();
    let (asker, inbox) = link.split();
    let lane_task = tokio::spawn(send_in_order(asker, asks, inbound.clone()));
    let tasks = [
        tokio::spawn(read_terminal(inbound.clone())),
        tokio::spawn(read_backend(inbox, inbound.clone())),
        tokio::spawn(read_signals(inbound.clone())),
    ];
    let mut runner = Runner { screen, inbound, lane, leave_by: None, quit: false, ended: Ended::ByUser };
    let done = runner.run(model, &mut messages).await.map(|()| runner.ended);
    drop(runner);
    // What was handed over before leaving still reaches the backend.
    let _ = timeout(PATIENCE, lane_task).await;
    for task in tasks {
        task.abort();
    }
    done
}

impl Runner {
    async fn run(&mut self, model: &mut Model, messages: &mut UnboundedReceiver<Msg>) -> std::io::Result<()> {
        let size = self.screen.terminal.size()?;
        model.ctx.size = (size.width, size.height);
        model.ctx.now = Timestamp::now();
        let commands = model.start();
        self.perform(commands, messages).await?;
        let mut ticks = interval(Duration::from_secs(1));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut drawn = Instant::now().checked_sub(FRAME).unwrap_or_else(Instant::now);
        let mut dirty = true;
        while !self.quit {
            dirty |= model.take_dirty();
            if dirty && drawn.elapsed() >= FRAME {
                self.screen.terminal.draw(|frame| model.view(frame))?;
                (drawn, dirty) = (Instant::now(), false);
            }
            let far = Instant::now() + Duration::from_secs(3_600);
            let frame = if dirty { drawn + FRAME } else { far };
            tokio::select! {
                message = messages.recv() => {
                    // All that is queued is handled before one draw.
                    let mut next = message;
                    while let Some(message) = next {
                        self.handle(model, message, messages).await?;
                        next = messages.try_recv().ok();
                    }
                }
                () = sleep_until(frame), if dirty => {}
                _ = ticks.tick(), if model.wants_tick() => self.handle(model, Msg::Tick, messages).await?,
                () = sleep_until(self.leave_by.unwrap_or(far)), if self.leave_by.is_some() => self.quit = true,
            }
        }
        Ok(())
    }

    async fn handle(
        &mut self,
        model: &mut Model,
        message: Msg,
        messages: &mut UnboundedReceiver<Msg>,
    ) -> std::io::Result<()> {
        if matches!(message, Msg::Signal(Signal::Quit)) && self.leave_by.is_none() {
            self.leave_by = Some(Instant::now() + PATIENCE);
            self.ended = Ended::BySignal { typing: model.unsaved() };
        }
        let commands = model.update(Timestamp::now(), message);
        self.perform(commands, messages).await
    }

    async fn perform(&mut self, commands: Vec<Command>, messages: &mut UnboundedReceiver<Msg>) -> std::io::Result<()> {
        for command in commands {
            match command {
                Command::Send(ask) => {
                    // The lane ends only with the backend, which is told by `Msg::BackendGone`.
                    let _ = self.lane.send(ask);
                }
                Command::File { ticket, job } => {
                    let inbound = self.inbound.clone();
                    tokio::task::spawn_blocking(move || {
                        // Nobody hears it only when the program is leaving.
                        let _ = inbound.send(Msg::File(ticket, files::perform(job)));
                    });
                }
                Command::Copy(text) => self.screen.copy(&text)?,
                Command::Bell => self.screen.bell()?,
                Command::Redraw => self.redraw()?,
                Command::Suspend => self.suspend(messages).await?,
                Command::Quit => self.quit = true,
            }
        }
        Ok(())
    }

    fn redraw(&mut self) -> std::io::Result<()> {
        self.screen.enter()
    }

    /// Stops like any program on Ctrl-Z. The stop may come a moment after the signal is sent, on another thread:
    /// the terminal is taken again only when SIGCONT has come, or when the system has not stopped us at all.
    async fn suspend(&mut self, _messages: &mut UnboundedReceiver<Msg>) -> std::io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut resumed = signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?;
        self.screen.leave();
        if let Err(error) = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP) {
            tracing::warn!(%error, "cannot stop");
        }
        let _ = timeout(Duration::from_millis(500), resumed.recv()).await;
        self.screen.enter()
    }
}

/// Hands questions to the backend in the order in which they were asked.
async fn send_in_order(asker: Asker, mut asks: UnboundedReceiver<Ask>, inbound: UnboundedSender<Msg>) {
    while let Some(ask) = asks.recv().await {
        if asker.ask(ask).await.is_err() {
            let _ = inbound.send(Msg::BackendGone);
            return;
        }
    }
}

async fn read_backend(mut inbox: Inbox, inbound: UnboundedSender<Msg>) {
    while let Some(message) = inbox.recv().await {
        if inbound.send(Msg::Inbound(message)).is_err() {
            return;
        }
    }
    let _ = inbound.send(Msg::BackendGone);
}

async fn read_terminal(inbound: UnboundedSender<Msg>) {
    let mut events = EventStream::new();
    while let Some(Ok(event)) = events.next().await {
        let message = match event {
            TerminalEvent::Key(key) => Msg::Key(key),
            TerminalEvent::Paste(text) => Msg::Paste(text),
            TerminalEvent::Resize(columns, rows) => Msg::Resize(columns, rows),
            TerminalEvent::Mouse(mouse) => match mouse.kind {
                MouseEventKind::Down(_) | MouseEventKind::ScrollDown | MouseEventKind::ScrollUp => Msg::Mouse(mouse),
                MouseEventKind::Up(_)
                | MouseEventKind::Drag(_)
                | MouseEventKind::Moved
                | MouseEventKind::ScrollLeft
                | MouseEventKind::ScrollRight => continue,
            },
            TerminalEvent::FocusGained | TerminalEvent::FocusLost => continue,
        };
        if inbound.send(message).is_err() {
            return;
        }
    }
    // The terminal is gone.
    let _ = inbound.send(Msg::Signal(Signal::Quit));
}

async fn read_signals(inbound: UnboundedSender<Msg>) {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = || -> std::io::Result<_> {
        Ok((
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
            signal(SignalKind::interrupt())?,
            signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        ))
    };
    let (mut terminate, mut hangup, mut interrupt, mut resumed) = match listen() {
        Ok(signals) => signals,
        Err(error) => {
            tracing::warn!(%error, "signals are not heard");
            return;
        }
    };
    loop {
        let heard = tokio::select! {
            _ = terminate.recv() => Signal::Quit,
            _ = hangup.recv() => Signal::Quit,
            _ = interrupt.recv() => Signal::Quit,
            _ = resumed.recv() => Signal::Continue,
        };
        if inbound.send(Msg::Signal(heard)).is_err() {
            return;
        }
    }
}

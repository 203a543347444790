//! All that arrives in the program, in one total order; and what of it reaches a screen.

use std::path::PathBuf;

use ratatui::crossterm::event::{KeyEvent, MouseEvent};

use super::effect::{FileDone, Slot};
use crate::protocol::{Event, Failure, Inbound, Reply, Ticket};

/// What arrives.
#[derive(Debug)]
pub enum Msg {
    Key(KeyEvent),
    Paste(String),
    /// Presses and scrolling only; motion is never asked for.
    Mouse(MouseEvent),
    Resize(u16, u16),
    /// Time passes: only sent while something waits for it, so that an idle program writes nothing.
    Tick,
    Inbound(Inbound),
    /// A file has been read, or a folder listed.
    File(Ticket, Result<FileDone, FileTrouble>),
    Signal(Signal),
    /// The backend task is gone: nothing more will be answered.
    BackendGone,
}

/// What the system asks of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM, SIGHUP, or the terminal is gone: leave in order, without questions.
    Quit,
    /// SIGCONT: back from a pause; everything is drawn again.
    Continue,
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileTrouble {
    pub path: PathBuf,
    pub why: FileWhy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileWhy {
    NotFound,
    Denied,
    /// A folder, where a file was expected, or the other way round.
    WrongKind,
    TooLarge,
    Other,
}

/// What reaches a screen.
#[derive(Debug)]
pub enum ScreenMsg {
    /// It has just come up: ask for what it shows.
    Opened,
    /// The screen above it was closed and left this.
    Returned(Returned),
    /// A key, also one of its own table: it looks it up itself (`keymap::find`).
    Key(KeyEvent),
    Paste(String),
    /// Row and column on the whole terminal; the body begins on row 1.
    Mouse(MouseEvent),
    /// The answer to its latest `Ask` in that slot.
    Answer {
        slot: Slot,
        result: Result<Reply, Failure>,
    },
    /// The answer to one of its writes, by the number it gave.
    Written {
        id: u64,
        result: Result<Reply, Failure>,
    },
    File {
        slot: Slot,
        result: Result<FileDone, FileTrouble>,
    },
    /// News for everybody. Reread what is shown, without moving the cursor.
    Event(Event),
    /// Long work that this screen asked for goes on: done, of so many.
    Progress {
        done: u64,
        total: u64,
    },
    /// The user chose that option of the question with that tag; `Esc` chooses nothing and sends nothing.
    Chosen {
        tag: &'static str,
        option: usize,
    },
    Tick,
    /// The language changed: remake the labels that are kept.
    Language,
}

/// What a closed screen leaves to the one below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    Nothing,
    /// It changed or made this student.
    Student(crate::domain::id::StudentId),
}

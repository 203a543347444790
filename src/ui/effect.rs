//! What screens want done ([`Effect`]), and what the runner performs ([`Command`]). Nothing else touches the world.

use std::path::PathBuf;

use super::{memory::Memory, msg::Returned, popup::question::Question, screens::Route, theme::ThemeName};
use crate::{
    protocol::{Ask, Entered, Greeting, Request, Ticket},
    text::Lang,
};

/// A kind of question of a screen: a new `Ask` in the same slot makes the older answer worthless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot(pub &'static str);

/// What a screen wants done.
#[derive(Debug)]
pub enum Effect {
    /// A read. Its answer comes back as `ScreenMsg::Answer`, unless a newer one of the slot was asked.
    Ask {
        slot: Slot,
        request: Request,
    },
    /// A write: sent in order, never dropped, drained on quit, sent again after a session that was over. The answer
    /// comes back as `ScreenMsg::Written` with the same number; if the screen is gone, trouble is told anyway.
    Write {
        id: u64,
        request: Request,
    },
    /// Something with files, done off the screen's thread.
    File {
        slot: Slot,
        job: FileJob,
    },
    /// Opens a screen above this one.
    Go(Route),
    /// Opens a screen in place of this one.
    Replace(Route),
    /// Closes this screen.
    Back(Returned),
    /// The status line.
    Say(Status),
    /// Asks; the answer comes back as `ScreenMsg::Chosen`.
    Question(Question),
    /// A message to be read and closed.
    Message {
        title: String,
        text: String,
    },
    /// To the clipboard (OSC 52).
    Copy(String),
    Bell,
    SetLang(Lang),
    SetTheme(ThemeName),
    /// Keeps the user's choices for the next time.
    Remember(Box<Memory>),
    /// What stands behind the door is known.
    Greeted(Box<Greeting>),
    /// The password that had to be changed is changed.
    PasswordChanged,
    /// Logs in: the gates open.
    Enter(Box<Entered>),
    /// Leaves the session, back to login.
    Logout,
    /// The lock opens.
    Unlock,
    Quit,
}

/// Something with files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileJob {
    /// The whole file, refused above the given number of bytes.
    Read { path: PathBuf, max: u64 },
    /// What a folder holds, for completing a path.
    List { folder: PathBuf },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileDone {
    Bytes {
        path: PathBuf,
        bytes: Vec<u8>,
    },
    /// Names, with whether they are folders; in order.
    Folder {
        folder: PathBuf,
        entries: Vec<(String, bool)>,
    },
}

/// The status line: what has just happened, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    pub kind: StatusKind,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusKind {
    Good,
    Info,
    Bad,
}

impl Status {
    #[must_use]
    pub fn good(text: impl Into<String>) -> Self {
        Self { kind: StatusKind::Good, text: text.into() }
    }

    #[must_use]
    pub fn info(text: impl Into<String>) -> Self {
        Self { kind: StatusKind::Info, text: text.into() }
    }

    #[must_use]
    pub fn bad(text: impl Into<String>) -> Self {
        Self { kind: StatusKind::Bad, text: text.into() }
    }
}

/// What the runner performs.
#[derive(Debug)]
pub enum Command {
    Send(Ask),
    File {
        ticket: Ticket,
        job: FileJob,
    },
    Copy(String),
    Bell,
    /// Draw everything again, also what has not changed.
    Redraw,
    Suspend,
    /// Restore the terminal; then wait for the writes that are on their way.
    Quit,
}

//! The terminal: raw mode, the other screen, bracketed paste, the mouse; and all of it given back on every way out,
//! panics and signals included.

use std::io::{self, IsTerminal, Stdout, Write};

use ratatui::{
    Terminal,
    backend::CrosstermBackend,
    crossterm::{
        Command,
        cursor::Show,
        event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste},
        execute,
        terminal::{EnterAlternateScreen, LeaveAlternateScreen, SetTitle, disable_raw_mode, enable_raw_mode, size},
    },
    layout::Rect,
};

use crate::text::sanitise;

/// Presses and the wheel (1000) in the wide coordinates (1006); never motion (1002, 1003): over a slow line each
/// move would cost a message.
struct MousePresses;

impl Command for MousePresses {
    fn write_ansi(&self, f: &mut impl std::fmt::Write) -> std::fmt::Result {
        f.write_str("\x1b[?1000h\x1b[?1006h")
    }
}

/// Why the program cannot have the screen.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// Standard input or output is a file or a pipe.
    #[error("standard input or output is not a terminal")]
    NotATerminal,
    #[error("the terminal cannot be used: {0}")]
    Io(#[from] io::Error),
}

/// The terminal in our hands; given back when dropped.
pub struct Screen {
    pub terminal: Terminal<CrosstermBackend<Stdout>>,
    title: String,
    taken: bool,
}

impl Screen {
    /// Takes the terminal and sets the window's title.
    ///
    /// # Errors
    /// Standard input or output is not a terminal, or it does not obey.
    pub fn take(title: &str) -> Result<Self, TerminalError> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(TerminalError::NotATerminal);
        }
        give_back_on_panic();
        let terminal = Terminal::new(CrosstermBackend::new(io::stdout()))?;
        let mut screen = Self { terminal, title: sanitise::line(title), taken: false };
        screen.enter()?;
        Ok(screen)
    }

    /// Takes the terminal (again): also after a pause, when another program may have changed it.
    ///
    /// # Errors
    /// It does not obey.
    pub fn enter(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        self.taken = true;
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, MousePresses, SetTitle(&self.title))?;
        // Not `clear`: it asks the terminal where the cursor is, and our own reader would take the answer away.
        let (width, height) = size()?;
        self.terminal.resize(Rect::new(0, 0, width, height))
    }

    /// Gives it back for a while, or for good.
    pub fn leave(&mut self) {
        if std::mem::take(&mut self.taken) {
            give_back();
        }
    }

    /// Puts a text into the clipboard of the terminal one sits at, also over SSH (OSC 52).
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub fn copy(&self, text: &str) -> io::Result<()> {
        let encoded = data_encoding::BASE64.encode(text.as_bytes());
        let mut out = io::stdout();
        write!(out, "\x1b]52;c;{encoded}\x07")?;
        out.flush()
    }

    /// # Errors
    /// The terminal cannot be written to.
    pub fn bell(&self) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(b"\x07")?;
        out.flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Gives the terminal back. Trouble is ignored: there is nobody left to tell, and the rest must still be tried.
fn give_back() {
    let mut out = io::stdout();
    let _ = execute!(out, DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
    let _ = out.flush();
}

/// A panic shows its message on a working terminal.
fn give_back_on_panic() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
        }));
    });
}

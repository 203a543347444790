//! What lies over a screen for a moment: a question, a message, the help, the palette. One at a time.

pub mod help;
pub mod palette;
pub mod question;

use ratatui::{
    Frame,
    crossterm::event::{KeyEvent, MouseEvent},
    layout::Rect,
};

use super::{ctx::Ctx, keymap::KeyLine, screens::Route};
use help::Help;
use palette::Palette;
use question::Question;

/// The popup that is open.
#[derive(Debug)]
pub enum Popup {
    Question(Question),
    Help(Help),
    Palette(Box<Palette>),
}

/// What a key did to it.
#[derive(Debug, PartialEq, Eq)]
pub enum PopupEvent {
    /// It stays.
    Stay,
    Close,
    /// An option of the question was chosen.
    Chosen(usize),
    /// The palette: press this key on the screen below.
    Press(&'static str),
    /// The palette: open this screen.
    Open(Route),
    /// The palette's text changed: look for students by it.
    Find(String),
}

impl Popup {
    pub fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> PopupEvent {
        match self {
            Self::Question(question) => question.key(key),
            Self::Help(help) => help.key(ctx, key),
            Self::Palette(palette) => palette.key(ctx, key),
        }
    }

    pub fn paste(&mut self, text: &str) -> PopupEvent {
        match self {
            Self::Question(_) | Self::Help(_) => PopupEvent::Stay,
            Self::Palette(palette) => palette.paste(text),
        }
    }

    pub fn mouse(&mut self, ctx: &Ctx, mouse: MouseEvent) -> PopupEvent {
        match self {
            Self::Question(question) => question.mouse(ctx, mouse),
            Self::Help(help) => help.mouse(ctx, mouse),
            Self::Palette(palette) => palette.mouse(ctx, mouse),
        }
    }

    pub fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        match self {
            Self::Question(question) => question.view(ctx, frame, area),
            Self::Help(help) => help.view(ctx, frame, area),
            Self::Palette(palette) => palette.view(ctx, frame, area),
        }
    }

    /// Its keys, for the footer.
    #[must_use]
    pub fn keys(&self) -> Vec<KeyLine> {
        use super::keymap::Context;
        match self {
            Self::Question(_) => Context::Question.lines(),
            Self::Help(_) => Context::Help.lines(),
            Self::Palette(_) => Context::Palette.lines(),
        }
    }
}

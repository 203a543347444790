//! Keys that were not meant as marks: typed before the sheet could be seen (whoever picks a sheet by its name and goes
//! on typing), or words. One letter is enough to enter a code, so letters count only from somebody who has seen where
//! they are.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::typed::begins_mark;
use crate::{domain::calendar::Timestamp, t, text::sanitise, ui::ctx::Ctx};

/// So much of what is left aside is told.
const MOST: usize = 12;

/// What is known of the keys since the sheet was asked for.
#[derive(Debug, Default)]
pub struct Ahead {
    opened: Option<Timestamp>,
    /// When the sheet could first be seen; gone once a key was certainly meant for it.
    shown: Option<Timestamp>,
    /// Keys were pressed while it was being read: what follows them is the rest of something.
    early: bool,
    /// When a letter was typed that means nothing here: those close behind it make a word with it.
    word: Option<Timestamp>,
    /// What was left aside.
    aside: String,
}

impl Ahead {
    pub fn opened(&mut self, ctx: &Ctx) {
        self.opened = Some(ctx.now);
    }

    pub fn shown(&mut self, ctx: &Ctx) {
        self.shown = Some(ctx.now);
        self.early = self.opened.is_some_and(|opened| ctx.keys.last > opened);
    }

    /// A sentence for a key that is left aside; `None`: the key is for the sheet. `known`: it has a meaning here.
    pub fn not_for_here(&mut self, ctx: &Ctx, key: KeyEvent, known: bool, french: bool) -> Option<String> {
        let letter = match key.code {
            KeyCode::Char(c) if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => Some(c),
            _ => None,
        };
        if self.shown.is_some_and(|shown| ctx.keys.since < shown) {
            return self.of_the_run_before(ctx, key, letter, french);
        }
        self.shown = None;
        let in_word = self.word.is_some_and(|word| ctx.keys.since <= word);
        match letter.filter(|c| !c.is_ascii_digit()) {
            Some(c) if !known || (in_word && c.is_alphabetic()) => {
                if !in_word {
                    self.aside.clear();
                }
                self.word = Some(ctx.now);
                self.put_aside(c);
                Some(t!(ctx.locale, "sheet-no-such-key", text = self.told()))
            }
            Some(_) | None => {
                self.word = None;
                None
            }
        }
    }

    /// A key of a run that began before the sheet was there.
    fn of_the_run_before(&mut self, ctx: &Ctx, key: KeyEvent, letter: Option<char>, french: bool) -> Option<String> {
        match letter {
            // A number waits for Enter, and is seen before; signs and figures are no part of a name, the letters of the
            // French top row may be.
            Some(c)
                if !self.early
                    && (c.is_ascii_digit()
                        || (self.aside.is_empty() && (begins_mark(c, french) || !(c.is_alphabetic() || c == ' ')))) =>
            {
                self.shown = None;
                None
            }
            Some(c) => {
                self.put_aside(c);
                Some(t!(ctx.locale, "sheet-typed-ahead", text = self.told()))
            }
            None if key.code == KeyCode::Enter && (self.early || !self.aside.is_empty()) => {
                self.put_aside('↵');
                Some(t!(ctx.locale, "sheet-typed-ahead", text = self.told()))
            }
            // Who moves about has seen the sheet.
            None => {
                self.shown = None;
                None
            }
        }
    }

    fn put_aside(&mut self, c: char) {
        if self.aside.chars().count() < MOST {
            self.aside.push(c);
        }
    }

    fn told(&self) -> String {
        sanitise::line(&self.aside)
    }
}

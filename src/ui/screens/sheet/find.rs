//! `/`: to a student by the beginning of a name, while one types; and on to the next one.

use super::{
    Mode, Sheet,
    cursor::Cursor,
    keys::{FIND_KEYS, FindDo},
    words,
};
use crate::{
    domain::{text_values::Name, words as folded},
    t,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        keymap::find,
        widgets::TextInput,
    },
};
use ratatui::crossterm::event::KeyEvent;

/// Looking for a student.
#[derive(Clone, Debug)]
pub struct Finder {
    pub input: TextInput,
    /// Where one was: looking begins there, and Esc goes back there.
    from: Cursor,
}

impl Sheet {
    pub(super) fn begin_find(&mut self) {
        self.mode = Mode::Find(Box::new(Finder { input: TextInput::new(Name::MAX), from: self.cursor }));
    }

    pub(super) fn find_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Mode::Find(finder) = &mut self.mode else { return Vec::new() };
        match find(FIND_KEYS, key) {
            Some(FindDo::Keep) => {
                finder.input.text().trim().clone_into(&mut self.sought);
                self.mode = Mode::Browse;
                Vec::new()
            }
            Some(FindDo::Cancel) => {
                self.cursor = finder.from;
                self.mode = Mode::Browse;
                Vec::new()
            }
            Some(FindDo::Next) => self.further(ctx, true),
            Some(FindDo::Previous) => self.further(ctx, false),
            None => {
                finder.input.key(key);
                self.look(ctx)
            }
        }
    }

    pub(super) fn find_paste(&mut self, ctx: &Ctx, pasted: &str) -> Vec<Effect> {
        if let Mode::Find(finder) = &mut self.mode {
            finder.input.paste(pasted);
        }
        self.look(ctx)
    }

    /// To the first one that fits, from where the looking began.
    fn look(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Mode::Find(finder) = &self.mode else { return Vec::new() };
        let (from, sought) = (finder.from, finder.input.text().trim().to_owned());
        self.sought.clone_from(&sought);
        let rows = self.extent().0;
        let found = (from.row..rows).chain(0..from.row).find(|row| self.is_called(*row, &sought));
        match found {
            Some(row) => {
                self.cursor.row = row;
                Vec::new()
            }
            None => vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-find-nobody", text = sought)))],
        }
    }

    /// To the next or previous one that fits, around the ends.
    pub(super) fn further(&mut self, ctx: &Ctx, next: bool) -> Vec<Effect> {
        let (rows, here) = (self.extent().0, self.cursor.row);
        let sought = self.sought.clone();
        let ahead = (here.saturating_add(1)..rows).chain(0..here);
        let mut fits = ahead.filter(|row| self.is_called(*row, &sought));
        let found = if next { fits.next() } else { fits.next_back() };
        match found {
            Some(row) => {
                self.cursor.row = row;
                Vec::new()
            }
            None => vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-find-no-other", text = sought)))],
        }
    }

    /// Does every word begin one of the student's names?
    fn is_called(&self, row: usize, sought: &str) -> bool {
        let Some(row) = self.grid.as_ref().and_then(|grid| grid.rows().get(row)) else { return false };
        let names = folded::words(&words::student(row));
        folded::words(sought).iter().all(|word| names.iter().any(|name| name.starts_with(word)))
    }
}

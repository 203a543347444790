//! The filter bar: each key reads the list anew; what cannot be understood is said under it, and the last good list
//! stays.

use ratatui::crossterm::event::KeyEvent;

use super::{BAR, BarDo, Mode, Students};
use crate::{
    domain::{
        entities::Class,
        filter_text::{self, FilterContext},
    },
    t,
    text::filter_error,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        keymap::find,
    },
};

impl Students {
    /// Gives the bar the keys. `search`: for one more word.
    pub(super) fn open_bar(&mut self, search: bool) {
        let before = self.bar.text().to_owned();
        if search && !before.is_empty() && !before.ends_with(' ') {
            self.bar.paste(" ");
        }
        self.mode = Mode::Filter { before };
    }

    pub(super) fn bar_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match find(BAR, key) {
            Some(BarDo::Accept) => {
                self.mode = Mode::Browse;
                Vec::new()
            }
            Some(BarDo::Cancel) => {
                if let Mode::Filter { before } = std::mem::replace(&mut self.mode, Mode::Browse) {
                    self.bar.set(&before);
                }
                self.filter(ctx)
            }
            None => {
                self.bar.key(key);
                self.typed(ctx)
            }
        }
    }

    pub(super) fn bar_paste(&mut self, ctx: &Ctx, text: &str) -> Vec<Effect> {
        self.bar.paste(text);
        self.typed(ctx)
    }

    fn typed(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let mut effects = self.filter(ctx);
        if self.bar.was_cut() {
            effects.push(Effect::Bell);
            effects.push(Effect::Say(Status::bad(t!(ctx.locale, "input-cut"))));
        }
        effects
    }

    /// Puts a text into the bar and reads the list by it.
    pub(super) fn set_bar(&mut self, ctx: &Ctx, text: &str) -> Vec<Effect> {
        self.bar.set(text);
        self.filter(ctx)
    }

    /// Reads the list by what stands in the bar, if that can be understood and is something else.
    pub(super) fn filter(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let stored = ctx.setup().map(|setup| setup.classes.as_slice()).unwrap_or_default();
        let classes: Vec<Class> = stored.iter().map(|class| class.body.clone()).collect();
        match filter_text::parse(self.bar.text(), &FilterContext { classes: &classes }) {
            Ok(filter) => {
                self.bar_error = None;
                if filter == self.wanted.filter {
                    return Vec::new();
                }
                self.wanted.filter = filter;
                self.read()
            }
            Err(error) => {
                self.bar_error = Some(filter_error(&ctx.locale, &error));
                Vec::new()
            }
        }
    }
}

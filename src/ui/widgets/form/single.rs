//! A form that is the whole of a screen and is handed in one answer at a time: the wizard, the password, the lock.

use ratatui::crossterm::event::KeyEvent;

use super::{Form, FormEvent, told};
use crate::{
    protocol::{Failure, Reply},
    ui::{ctx::Ctx, effect::Effect},
};

/// The form, and whether an answer to it is awaited: until then it cannot be handed in again.
pub struct Single {
    pub form: Form,
    waiting: bool,
}

impl Single {
    #[must_use]
    pub fn new(form: Form) -> Self {
        Self { form, waiting: false }
    }

    /// A key. When it hands the form in, `hand_in` reads it and says what is asked; what it refuses to ask it has
    /// said in the form.
    pub fn key(
        &mut self,
        ctx: &Ctx,
        key: KeyEvent,
        hand_in: impl FnOnce(&mut Form, &Ctx) -> Vec<Effect>,
    ) -> Vec<Effect> {
        match self.form.key(key) {
            FormEvent::Submit => self.hand_in(ctx, hand_in),
            other => told(ctx, other),
        }
    }

    /// Hands the form in, unless an answer is awaited.
    pub fn hand_in(&mut self, ctx: &Ctx, hand_in: impl FnOnce(&mut Form, &Ctx) -> Vec<Effect>) -> Vec<Effect> {
        if self.waiting {
            return Vec::new();
        }
        let effects = hand_in(&mut self.form, ctx);
        self.waiting = effects.iter().any(|effect| matches!(effect, Effect::Write { .. } | Effect::Ask { .. }));
        effects
    }

    pub fn paste(&mut self, ctx: &Ctx, text: &str) -> Vec<Effect> {
        let event = self.form.paste(text);
        told(ctx, event)
    }

    /// The answer has come. A refusal is said where it belongs (`Err`: what that takes).
    ///
    /// # Errors
    /// What is to be done about the refusal.
    pub fn answered(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Result<Reply, Vec<Effect>> {
        self.waiting = false;
        result.map_err(|failure| self.form.refused(ctx, &failure))
    }

    /// The answer has come, and the screen says itself what it was.
    pub fn has_answer(&mut self) {
        self.waiting = false;
    }
}

//! Login: user name, password, language; and for a demo school its accounts. Also the way back after a session that
//! was over, and the first sign of life while the store is being opened.

mod keys;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use keys::{Do, KEYS, TROUBLE};

use ratatui::{Frame, layout::Rect};

use super::Screen;
use crate::{
    protocol::{Failure, Field, KeptCount},
    t,
    text::Locale,
    ui::{
        ctx::Ctx,
        effect::Effect,
        keymap::{KeyLine, all},
        msg::ScreenMsg,
        widgets::{Form, FormField, TextInput},
    },
};

/// What login is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    /// The backend has not yet said what is behind the door; with the trouble it met.
    Opening {
        trouble: Option<Failure>,
    },
    Typing,
    /// The password is being checked.
    Checking,
}

/// The login screen.
pub struct Login {
    form: Form,
    stage: Stage,
    /// Name and password were handed in before the door was there.
    ahead: bool,
    /// Who was at work when the session ended.
    again: Option<String>,
    /// Marks that are kept on this machine while the store is away.
    kept: KeptCount,
    /// The demo account that was filled in last.
    demo: Option<usize>,
}

impl Login {
    /// `again`: the user whose session is over.
    #[must_use]
    pub fn new(ctx: &Ctx, again: Option<String>) -> Self {
        let stage = if ctx.greeting.is_some() { Stage::Typing } else { Stage::Opening { trouble: None } };
        let mut form = form(&ctx.locale, again.as_deref().unwrap_or_default());
        if again.is_some() {
            form.focus(Field::Password);
        }
        Self { form, stage, ahead: false, again, kept: KeptCount::default(), demo: None }
    }
}

fn form(locale: &Locale, username: &str) -> Form {
    Form::new(vec![
        FormField::text(Field::Username, t!(locale, "login-username"), TextInput::new(32).with(username)),
        FormField::text(Field::Password, t!(locale, "login-password"), TextInput::secret(72)),
    ])
}

impl Screen for Login {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "login-title")
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        if matches!(self.stage, Stage::Opening { trouble: Some(_) }) {
            return all(TROUBLE);
        }
        let demo = ctx.greeting.as_ref().is_some_and(|greeting| !greeting.demo.is_empty());
        // A real school has none: what is not there is not spoken of.
        let of_demo = |line: &KeyLine| line.keys.iter().any(|key| ["<pagedown>", "<pageup>"].contains(key));
        all(KEYS).into_iter().filter(|line| demo || !of_demo(line)).collect()
    }

    /// While the store cannot be opened nothing can be typed, and `q` leaves, as is said. Before the first answer a
    /// letter is somebody's name, typed ahead.
    fn typing(&self) -> bool {
        !matches!(self.stage, Stage::Opening { trouble: Some(_) })
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        self.on(ctx, msg)
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        self.draw(ctx, frame, area);
    }

    fn wants_tick(&self) -> bool {
        matches!(self.stage, Stage::Opening { trouble: Some(_) })
    }

    fn is_login(&self) -> bool {
        true
    }

    fn least_width(&self) -> u16 {
        40
    }
}

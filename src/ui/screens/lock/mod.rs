//! The lock: hides everything and opens by the password of who is logged in. What was typed stays behind it.

#[cfg(test)]
mod tests;

use ratatui::{Frame, layout::Rect};

use super::Screen;
use crate::{
    domain::text_values::Password,
    protocol::{Failure, Field, Request},
    t, text,
    text::field_name,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        keymap::{Binding, KeyLine, all, find},
        msg::ScreenMsg,
        theme::Tone,
        widgets::{
            Form, FormEvent, FormField, TextInput,
            form::told,
            frame::{below, centred, line, row},
        },
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Open,
    Logout,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["<enter>"], action: Do::Open, help: "lock-key-open", hint: Some("lock-key-open") },
    Binding { keys: &["<f4>"], action: Do::Logout, help: "home-key-logout", hint: Some("home-hint-logout") },
];

const CHECK: Slot = Slot("check");

/// The lock.
pub struct Lock {
    form: Form,
    checking: bool,
}

impl Lock {
    #[must_use]
    pub fn new(ctx: &Ctx) -> Self {
        let password = TextInput::secret(Password::MAX_BYTES);
        let label = field_name(&ctx.locale, Field::Password);
        Self { form: Form::new(vec![FormField::text(Field::Password, label, password)]), checking: false }
    }

    fn open(&mut self) -> Vec<Effect> {
        if self.checking || self.form.value(Field::Password).is_empty() {
            return Vec::new();
        }
        self.checking = true;
        let password = Password::typed(self.form.value(Field::Password));
        vec![Effect::Ask { slot: CHECK, request: Request::CheckPassword(password) }]
    }
}

impl Screen for Lock {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "lock-title")
    }

    fn keys(&self, _ctx: &Ctx) -> Vec<KeyLine> {
        all(KEYS)
    }

    fn typing(&self) -> bool {
        true
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Key(key) => match find(KEYS, key) {
                Some(Do::Open) => self.open(),
                Some(Do::Logout) => vec![Effect::Logout],
                None => match self.form.key(key) {
                    FormEvent::Submit => self.open(),
                    other => told(ctx, other),
                },
            },
            ScreenMsg::Paste(text) => told(ctx, self.form.paste(&text)),
            ScreenMsg::Answer { result, .. } => {
                self.checking = false;
                self.form.set(Field::Password, "");
                match result {
                    Ok(_) => vec![Effect::Unlock],
                    Err(Failure::WrongLogin) => {
                        let sentence = t!(ctx.locale, "lock-wrong");
                        vec![Effect::Bell, Effect::Say(Status::bad(sentence))]
                    }
                    Err(failure) => {
                        vec![Effect::Bell, Effect::Say(Status::bad(text::failure(&ctx.locale, &failure)))]
                    }
                }
            }
            ScreenMsg::Language => {
                *self = Self::new(ctx);
                Vec::new()
            }
            ScreenMsg::Opened
            | ScreenMsg::Returned(_)
            | ScreenMsg::Mouse(_)
            | ScreenMsg::Written { .. }
            | ScreenMsg::File { .. }
            | ScreenMsg::Event(_)
            | ScreenMsg::Progress { .. }
            | ScreenMsg::Chosen { .. }
            | ScreenMsg::Tick => Vec::new(),
        }
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let column = centred(area, 60.min(area.width.saturating_sub(2)), area.height);
        let user = ctx.session.as_ref().map_or("", |session| session.display_name.as_str());
        line(ctx, frame, row(column, 4), Tone::Title, &t!(ctx.locale, "lock-locked", user = user));
        line(ctx, frame, row(column, 6), Tone::Text, &t!(ctx.locale, "lock-about"));
        self.form.view(ctx, frame, below(column, 8));
    }

    fn least_width(&self) -> u16 {
        40
    }
}

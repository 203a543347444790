//! The lock: hides everything and opens by the password of who is logged in. What was typed stays behind it.

#[cfg(test)]
mod tests;

use ratatui::{Frame, layout::Rect};

use super::Screen;
use crate::{
    domain::text_values::Password,
    protocol::{Failure, Field, Request, Why},
    t, text,
    text::field_name,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        keymap::{Binding, KeyLine, all, find},
        msg::ScreenMsg,
        theme::Tone,
        widgets::{
            Form, FormField, TextInput,
            form::Single,
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
    entry: Single,
}

impl Lock {
    #[must_use]
    pub fn new(ctx: &Ctx) -> Self {
        let password = TextInput::secret(Password::MAX_BYTES);
        let label = field_name(&ctx.locale, Field::Password);
        Self { entry: Single::new(Form::new(vec![FormField::text(Field::Password, label, password)])) }
    }
}

fn open(form: &mut Form, _ctx: &Ctx) -> Vec<Effect> {
    if form.value(Field::Password).is_empty() {
        return Vec::new();
    }
    let password = Password::typed(form.value(Field::Password));
    vec![Effect::Ask { slot: CHECK, request: Request::CheckPassword(password) }]
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
                Some(Do::Open) => self.entry.hand_in(ctx, open),
                Some(Do::Logout) => vec![Effect::Logout],
                None => self.entry.key(ctx, key, open),
            },
            ScreenMsg::Paste(text) => self.entry.paste(ctx, &text),
            ScreenMsg::Answer { result, .. } => {
                self.entry.has_answer();
                self.entry.form.set(Field::Password, "");
                match result {
                    Ok(_) => vec![Effect::Unlock],
                    Err(Failure::Invalid { why: Why::WrongPassword, .. }) => {
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
        self.entry.form.view(ctx, frame, below(column, 8));
    }

    fn least_width(&self) -> u16 {
        40
    }
}

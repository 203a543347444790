//! Changing one's own password: by choice, or because somebody else gave it.

#[cfg(test)]
mod tests;

use ratatui::{Frame, layout::Rect};

use super::Screen;
use crate::{
    domain::text_values::Password,
    protocol::{Field, Request},
    t, text,
    text::{Locale, field_name},
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        keymap::{Binding, KeyLine, all, find, lines},
        msg::{Returned, ScreenMsg},
        theme::Tone,
        widgets::{
            Form, FormField, TextInput,
            form::Single,
            frame::{below, centred, paragraph},
        },
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Save,
    /// Does what the form does with Enter.
    Next,
    Logout,
    /// Not while the change is asked for, which is said.
    Back,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding {
        keys: &["<enter>", "<tab>", "<down>"],
        action: Do::Next,
        help: "form-key-next",
        hint: Some("form-hint-next"),
    },
    Binding { keys: &["<C-s>"], action: Do::Save, help: "form-key-save", hint: Some("form-hint-save") },
];

/// While the change is asked for by the school: the way out is logging out.
pub const FORCED_KEYS: &[Binding<Do>] = &[
    Binding {
        keys: &["<enter>", "<tab>", "<down>"],
        action: Do::Next,
        help: "form-key-next",
        hint: Some("form-hint-next"),
    },
    Binding { keys: &["<C-s>"], action: Do::Save, help: "form-key-save", hint: Some("form-hint-save") },
    Binding { keys: &["<f4>"], action: Do::Logout, help: "home-key-logout", hint: Some("home-hint-logout") },
    Binding { keys: &["<esc>"], action: Do::Back, help: "key-back", hint: None },
];

/// The only write of this screen.
const CHANGE: u64 = 1;

/// The screen.
pub struct ChangePassword {
    entry: Single,
    forced: bool,
}

impl ChangePassword {
    #[must_use]
    pub fn new(ctx: &Ctx, forced: bool) -> Self {
        Self { entry: Single::new(form(&ctx.locale)), forced }
    }
}

fn save(form: &mut Form, ctx: &Ctx) -> Vec<Effect> {
    form.clear_errors();
    let (old, new) = (form.value(Field::OldPassword).to_owned(), form.value(Field::Password).to_owned());
    let repeated = form.value(Field::Repeat) == new;
    if old.is_empty() {
        form.error(Field::OldPassword, t!(ctx.locale, "login-empty"));
    }
    let password = Password::new(&new);
    if let Err(error) = &password {
        form.error(Field::Password, text::text_error(&ctx.locale, error));
    } else if !repeated {
        form.error(Field::Repeat, t!(ctx.locale, "password-differs"));
    } else if old == new {
        form.error(Field::Password, t!(ctx.locale, "password-same"));
    }
    match password {
        Ok(new) if !form.has_errors() => {
            let request = Request::ChangePassword { old: Password::typed(&old), new };
            vec![Effect::Write { id: CHANGE, request }]
        }
        Ok(_) | Err(_) => Vec::new(),
    }
}

fn form(locale: &Locale) -> Form {
    let secret = |id: Field, label: String| FormField::text(id, label, TextInput::secret(Password::MAX_BYTES));
    Form::new(vec![
        secret(Field::OldPassword, field_name(locale, Field::OldPassword)),
        secret(Field::Password, t!(locale, "password-new")).help(t!(locale, "password-help")),
        secret(Field::Repeat, field_name(locale, Field::Repeat)),
    ])
}

impl Screen for ChangePassword {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "password-title")
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        if self.forced {
            let stay = |action| (action == Do::Back).then(|| t!(ctx.locale, "password-stay"));
            return lines(FORCED_KEYS, stay);
        }
        all(KEYS)
    }

    fn typing(&self) -> bool {
        true
    }

    fn unsaved(&self) -> bool {
        self.entry.form.is_changed()
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Key(key) if find(FORCED_KEYS, key) == Some(Do::Logout) && self.forced => {
                self.entry.form.settle();
                vec![Effect::Logout]
            }
            ScreenMsg::Key(key) => self.entry.key(ctx, key, save),
            ScreenMsg::Paste(text) => self.entry.paste(ctx, &text),
            ScreenMsg::Written { result, .. } => match self.entry.answered(ctx, result) {
                Ok(_) if self.forced => vec![Effect::PasswordChanged],
                Ok(_) => vec![
                    Effect::Back(Returned::Nothing),
                    Effect::Say(Status::good(t!(ctx.locale, "root-password-changed"))),
                ],
                Err(effects) => effects,
            },
            ScreenMsg::Language => {
                self.entry.form = form(&ctx.locale);
                Vec::new()
            }
            ScreenMsg::Opened
            | ScreenMsg::Returned(_)
            | ScreenMsg::Mouse(_)
            | ScreenMsg::Answer { .. }
            | ScreenMsg::File { .. }
            | ScreenMsg::Event(_)
            | ScreenMsg::Progress { .. }
            | ScreenMsg::Chosen { .. }
            | ScreenMsg::Tick => Vec::new(),
        }
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let column = below(centred(area, 70.min(area.width.saturating_sub(2)), area.height), 2);
        let why = if self.forced { t!(ctx.locale, "password-forced") } else { t!(ctx.locale, "password-about") };
        let rows = paragraph(ctx, frame, column, Tone::Text, &why);
        self.entry.form.view(ctx, frame, below(column, rows + 1));
    }

    fn least_width(&self) -> u16 {
        40
    }
}

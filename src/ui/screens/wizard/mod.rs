//! The first run: opens an empty store as a school, with its first account. No password is ever preset.

mod form;
#[cfg(test)]
mod tests;

use ratatui::{Frame, layout::Rect};

use super::Screen;
use crate::{
    protocol::{Reply, Request},
    t,
    text::Lang,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        keymap::{Binding, KeyLine, all, find},
        msg::ScreenMsg,
        theme::Tone,
        widgets::{
            Form,
            form::Single,
            frame::{below, centred, line, paragraph, row},
        },
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Next,
    Previous,
    Open,
    Language,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding {
        keys: &["<enter>", "<tab>", "<down>"],
        action: Do::Next,
        help: "form-key-next",
        hint: Some("form-hint-next"),
    },
    Binding { keys: &["<S-tab>", "<up>"], action: Do::Previous, help: "form-key-previous", hint: None },
    Binding { keys: &["<C-s>"], action: Do::Open, help: "wizard-key-open", hint: Some("wizard-key-open") },
    Binding { keys: &["<f2>"], action: Do::Language, help: "login-key-language", hint: Some("login-hint-language") },
];

/// The only write of this screen.
const OPEN: u64 = 1;

/// The wizard.
pub struct Wizard {
    entry: Single,
}

impl Wizard {
    #[must_use]
    pub fn new(ctx: &Ctx) -> Self {
        Self { entry: Single::new(form::empty(ctx)) }
    }
}

fn open(form: &mut Form, ctx: &Ctx) -> Vec<Effect> {
    let Some(setup) = form::read(form, ctx) else { return vec![Effect::Bell] };
    vec![
        Effect::Say(Status::info(t!(ctx.locale, "wizard-opening"))),
        Effect::Write { id: OPEN, request: Request::OpenSchool(Box::new(setup)) },
    ]
}

impl Screen for Wizard {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "wizard-title")
    }

    fn keys(&self, _ctx: &Ctx) -> Vec<KeyLine> {
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
            ScreenMsg::Key(key) if find(KEYS, key) == Some(Do::Language) => {
                let next = if ctx.locale.lang() == Lang::Fr { Lang::En } else { Lang::Fr };
                vec![Effect::SetLang(next)]
            }
            ScreenMsg::Key(key) => self.entry.key(ctx, key, open),
            ScreenMsg::Paste(text) => self.entry.paste(ctx, &text),
            ScreenMsg::Written { result, .. } => match self.entry.answered(ctx, result) {
                Ok(Reply::Entered(entered)) => vec![Effect::Enter(entered)],
                Ok(_) => Vec::new(),
                Err(effects) => effects,
            },
            ScreenMsg::Language => {
                self.entry.form = form::translated(&self.entry.form, ctx);
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
        let column = centred(area, 76.min(area.width.saturating_sub(2)), area.height);
        line(ctx, frame, row(column, 1), Tone::Title, &t!(ctx.locale, "wizard-welcome"));
        let rows = paragraph(ctx, frame, below(column, 2), Tone::Text, &t!(ctx.locale, "wizard-about"));
        self.entry.form.view(ctx, frame, below(column, 3 + rows));
    }
}

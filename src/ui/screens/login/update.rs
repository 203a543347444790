//! What login does.

use ratatui::crossterm::event::{KeyEvent, MouseButton, MouseEventKind};

use super::{Do, KEYS, Login, Stage, TROUBLE, form, view};
use crate::{
    domain::text_values::Password,
    protocol::{Failure, Field, Reply, Request},
    t, text,
    text::Lang,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        keymap::find,
        msg::ScreenMsg,
        widgets::form::told,
    },
};

const GREET: Slot = Slot("greet");
const KEPT: Slot = Slot("kept");
const LOGIN: Slot = Slot("login");

impl Login {
    pub(super) fn on(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            // Also on the way back: the greeting may be old.
            ScreenMsg::Opened | ScreenMsg::Tick => vec![Effect::Ask { slot: GREET, request: Request::Greet }],
            ScreenMsg::Key(key) => self.key(ctx, key),
            ScreenMsg::Paste(text) if self.may_type() => told(ctx, self.form.paste(&text)),
            ScreenMsg::Mouse(mouse) => {
                if mouse.kind == MouseEventKind::Down(MouseButton::Left)
                    && let Some(index) = view::demo_at(ctx, mouse.row)
                {
                    self.fill_demo(ctx, index);
                }
                Vec::new()
            }
            ScreenMsg::Answer { slot: GREET, result } => self.greeted(ctx, result),
            ScreenMsg::Answer { slot: KEPT, result } => {
                if let Ok(Reply::KeptCount(count)) = result {
                    self.kept = count;
                }
                Vec::new()
            }
            ScreenMsg::Answer { slot: LOGIN, result } => self.answered(ctx, result),
            ScreenMsg::Language => {
                let typed = self.form.value(Field::Username).to_owned();
                let focus = self.form.focused();
                let password = self.form.value(Field::Password).to_owned();
                self.form = form(&ctx.locale, &typed);
                self.set_password(&password);
                if let Some(field) = focus {
                    self.form.focus(field);
                }
                Vec::new()
            }
            ScreenMsg::Paste(_)
            | ScreenMsg::Answer { .. }
            | ScreenMsg::Returned(_)
            | ScreenMsg::Written { .. }
            | ScreenMsg::File { .. }
            | ScreenMsg::Event(_)
            | ScreenMsg::Progress { .. }
            | ScreenMsg::Chosen { .. } => Vec::new(),
        }
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let trouble = matches!(self.stage, Stage::Opening { trouble: Some(_) });
        let action = find(if trouble { TROUBLE } else { KEYS }, key);
        if action == Some(Do::Language) {
            let next = if ctx.locale.lang() == Lang::Fr { Lang::En } else { Lang::Fr };
            return vec![Effect::SetLang(next)];
        }
        match self.stage {
            Stage::Opening { trouble: Some(_) } => {
                return match action {
                    Some(Do::Retry) => vec![Effect::Ask { slot: GREET, request: Request::Greet }],
                    Some(Do::Quit) => vec![Effect::Quit],
                    Some(Do::Enter | Do::Next | Do::Previous | Do::Language | Do::NextDemo | Do::PreviousDemo)
                    | None => Vec::new(),
                };
            }
            Stage::Checking => return Vec::new(),
            // What is typed ahead is kept until the door is there.
            Stage::Opening { trouble: None } | Stage::Typing => {}
        }
        match action {
            Some(Do::Enter) => self.enter(ctx),
            Some(Do::NextDemo) => self.turn_demo(ctx, 1),
            Some(Do::PreviousDemo) => self.turn_demo(ctx, -1),
            Some(Do::Next | Do::Previous | Do::Language | Do::Retry | Do::Quit) | None => told(ctx, self.form.key(key)),
        }
    }

    /// Enter in the first empty field goes there; otherwise the two are tried.
    fn enter(&mut self, ctx: &Ctx) -> Vec<Effect> {
        self.form.clear_errors();
        for field in [Field::Username, Field::Password] {
            if self.form.value(field).is_empty() {
                let first = self.form.focused() == Some(field);
                self.form.focus(field);
                if first {
                    self.form.error(field, t!(ctx.locale, "login-empty"));
                }
                return Vec::new();
            }
        }
        if matches!(self.stage, Stage::Opening { .. }) {
            self.ahead = true;
            return Vec::new();
        }
        self.stage = Stage::Checking;
        let username = self.form.value(Field::Username).trim().to_owned();
        let password = Password::typed(self.form.value(Field::Password));
        vec![
            Effect::Say(Status::info(t!(ctx.locale, "login-checking"))),
            Effect::Ask { slot: LOGIN, request: Request::Login { username, password } },
        ]
    }

    /// Whether what is typed goes into the fields.
    fn may_type(&self) -> bool {
        matches!(self.stage, Stage::Typing | Stage::Opening { trouble: None })
    }

    fn greeted(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        let failure = match result {
            Ok(Reply::Greeting(greeting)) => {
                if matches!(self.stage, Stage::Opening { .. }) {
                    self.stage = Stage::Typing;
                }
                let there = greeting.school.is_some();
                let mut effects = vec![Effect::Greeted(greeting)];
                if std::mem::take(&mut self.ahead) && there {
                    effects.extend(self.enter(ctx));
                }
                return effects;
            }
            Ok(_) => return Vec::new(),
            Err(failure) => failure,
        };
        // Whoever reads of a trouble hands in again.
        self.ahead = false;
        if let Stage::Opening { trouble } = &mut self.stage
            && trouble.replace(failure).is_none()
        {
            // What was typed before is not lost; whoever waits here may wonder.
            return vec![Effect::Ask { slot: KEPT, request: Request::KeptCount }];
        }
        Vec::new()
    }

    fn answered(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        self.stage = Stage::Typing;
        match result {
            Ok(Reply::Entered(entered)) => {
                self.set_password("");
                vec![Effect::Enter(entered)]
            }
            Ok(_) => Vec::new(),
            Err(failure) => {
                self.set_password("");
                self.form.focus(Field::Password);
                let sentence = text::failure(&ctx.locale, &failure);
                vec![Effect::Bell, Effect::Say(Status::bad(sentence))]
            }
        }
    }

    fn turn_demo(&mut self, ctx: &Ctx, by: isize) -> Vec<Effect> {
        let count = ctx.greeting.as_ref().map_or(0, |greeting| greeting.demo.len());
        if count == 0 {
            return vec![Effect::Say(Status::info(t!(ctx.locale, "login-no-demo")))];
        }
        let index = match self.demo {
            Some(index) => (index + count).saturating_add_signed(by) % count,
            None if by < 0 => count - 1,
            None => 0,
        };
        self.fill_demo(ctx, index);
        Vec::new()
    }

    fn fill_demo(&mut self, ctx: &Ctx, index: usize) {
        let Some(account) = ctx.greeting.as_ref().and_then(|greeting| greeting.demo.get(index)) else { return };
        self.demo = Some(index);
        self.form = form(&ctx.locale, account.username.as_str());
        self.set_password(&account.password);
        self.form.focus(Field::Password);
    }

    fn set_password(&mut self, password: &str) {
        self.form.set(Field::Password, password);
    }
}

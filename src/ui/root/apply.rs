//! What screens want, done to the model or handed to the runner.

use std::collections::VecDeque;

use super::{
    After, Layer, LayerId, Model, ROOT,
    asks::{Pending, Purpose},
};
use crate::{
    protocol::Request,
    t,
    text::Locale,
    ui::{
        effect::{Command, Effect, FileJob, Slot, Status},
        msg::{Returned, ScreenMsg},
        popup::{Popup, question::Question},
        screens::{self, Route},
        theme::{Theme, ThemeName},
    },
};

/// Tags of the root's own questions.
const QUIT: &str = "root-quit";
const BACK: &str = "root-back";
const LOGOUT: &str = "root-logout";
const ARRIVAL: &str = "root-arrival";

impl Model {
    /// Applies the effects of a layer in order.
    pub(super) fn apply(&mut self, layer: LayerId, effects: Vec<Effect>, out: &mut Vec<Command>) {
        for effect in effects {
            match effect {
                Effect::Ask { slot, request } => self.send(layer, Purpose::Read(slot), request, out),
                Effect::Write { id, request } => self.send(layer, Purpose::Write(id), request, out),
                Effect::File { slot, job } => self.file(layer, slot, job, out),
                Effect::Go(route) => self.go(route, out),
                Effect::Replace(route) => {
                    self.close(layer);
                    self.go(route, out);
                }
                Effect::Back(returned) => self.back(layer, returned, out),
                Effect::Say(status) => self.status = Some(status),
                Effect::Question(question) => self.show(layer, Popup::Question(question)),
                Effect::Message { title, text } => {
                    let message = Question::message(&self.ctx.locale, title, text);
                    self.show(layer, Popup::Question(message));
                }
                Effect::Copy(text) => out.push(Command::Copy(text)),
                Effect::Bell => out.push(Command::Bell),
                Effect::SetLang(lang) => {
                    self.ctx.locale = Locale::new(lang);
                    self.status = Some(Status::info(t!(self.ctx.locale, "root-language")));
                    self.tell_top(ScreenMsg::Language, out);
                }
                Effect::SetTheme(name) => self.set_theme(name),
                Effect::Remember(memory) => self.ctx.memory = *memory,
                Effect::Greeted(greeting) => self.greeted(*greeting, out),
                Effect::Enter(entered) => self.enter(entered, out),
                Effect::PasswordChanged => self.password_changed(out),
                Effect::Logout => self.ask_to_log_out(out),
                Effect::Unlock => self.gate = None,
                Effect::Quit => self.ask_to_quit(out),
            }
        }
    }

    /// Takes other colours, and says which.
    fn set_theme(&mut self, name: ThemeName) {
        let locale = &self.ctx.locale;
        if !self.ctx.theme.colours {
            self.status = Some(Status::info(t!(locale, "root-theme-none")));
            return;
        }
        self.ctx.theme = Theme { name, ..self.ctx.theme };
        let said = match name {
            ThemeName::Default => t!(locale, "root-theme-default"),
            ThemeName::HighContrast => t!(locale, "root-theme-contrast"),
            ThemeName::Mono => t!(locale, "root-theme-mono"),
        };
        self.status = Some(Status::info(said));
    }

    fn send(&mut self, layer: LayerId, purpose: Purpose, request: Request, out: &mut Vec<Command>) {
        let pending = Pending { layer, purpose, request: Some(request), since: self.ctx.now };
        self.send_pending(pending, out);
    }

    pub(super) fn send_pending(&mut self, pending: Pending, out: &mut Vec<Command>) {
        let session = self.ctx.session.as_ref().map(|session| session.id.clone());
        out.extend(self.asks.ask(pending, session).map(Command::Send));
    }

    fn file(&mut self, layer: LayerId, slot: Slot, job: FileJob, out: &mut Vec<Command>) {
        let pending = Pending { layer, purpose: Purpose::Read(slot), request: None, since: self.ctx.now };
        let ticket = self.asks.note(pending);
        out.push(Command::File { ticket, job });
    }

    /// Opens a screen on top. Home is always the lowest one: going there closes all others.
    pub(super) fn go(&mut self, route: Route, out: &mut Vec<Command>) {
        if route == Route::Home && self.stack.len() > 1 {
            if self.stack.iter().any(|layer| layer.screen.unsaved()) {
                return self.ask_to_go_back(out);
            }
            while self.stack.len() > 1 {
                self.stack.pop().iter().for_each(|layer| self.asks.closed(layer.id));
            }
            return self.tell_top(ScreenMsg::Returned(Returned::Nothing), out);
        }
        if self.stack.last().and_then(Layer::here).as_ref() == Some(&route) {
            if route == Route::Home {
                self.status = Some(Status::info(t!(self.ctx.locale, "root-at-home")));
            }
            return;
        }
        let id = self.asks.fresh();
        let screen = screens::open(&route, &self.ctx);
        self.stack.push(Layer { id, route: Some(route), screen, popups: VecDeque::new() });
        self.tell(id, ScreenMsg::Opened, out);
    }

    fn close(&mut self, id: LayerId) {
        self.stack.retain(|layer| layer.id != id);
        self.asks.closed(id);
    }

    fn back(&mut self, layer: LayerId, returned: Returned, out: &mut Vec<Command>) {
        // Home stays.
        if self.stack.len() > 1 && self.stack.iter().any(|open| open.id == layer) {
            self.close(layer);
            self.tell_top(ScreenMsg::Returned(returned), out);
        }
    }

    /// Asks one of the root's own questions; what of the open screens waits to be stored is named in it.
    fn ask(&mut self, tag: &'static str, title: String, text: String) {
        let waiting = self.stack.iter().filter_map(|layer| layer.screen.waiting(&self.ctx));
        let text = std::iter::once(text).chain(waiting).collect::<Vec<_>>().join("\n");
        self.show(ROOT, Popup::Question(Question::confirm(&self.ctx.locale, tag, title, text)));
    }

    pub(super) fn ask_to_go_back(&mut self, out: &mut Vec<Command>) {
        let Some(top) = self.stack.last() else { return };
        let (id, unsaved) = (top.id, top.screen.unsaved());
        if unsaved {
            let locale = &self.ctx.locale;
            self.ask(BACK, t!(locale, "root-unsaved-title"), t!(locale, "root-unsaved-back"));
        } else if self.stack.len() > 1 {
            self.back(id, Returned::Nothing, out);
        } else {
            self.status = Some(Status::info(t!(self.ctx.locale, "root-at-home")));
        }
    }

    pub(super) fn ask_to_quit(&mut self, out: &mut Vec<Command>) {
        let locale = &self.ctx.locale;
        if self.stack.iter().any(|layer| layer.screen.unsaved()) || self.asks.held_writes() > 0 {
            self.ask(QUIT, t!(locale, "root-unsaved-title"), t!(locale, "root-unsaved-quit"));
        } else if self.ctx.kept.waiting > 0 {
            let text = t!(locale, "root-kept-quit", count = self.ctx.kept.waiting);
            self.ask(QUIT, t!(locale, "root-kept-title"), text);
        } else {
            self.quit(out);
        }
    }

    fn ask_to_log_out(&mut self, out: &mut Vec<Command>) {
        let locale = &self.ctx.locale;
        if self.stack.iter().any(|layer| layer.screen.unsaved()) {
            self.ask(LOGOUT, t!(locale, "root-unsaved-title"), t!(locale, "root-unsaved-logout"));
        } else {
            self.after(After::Logout, out);
        }
    }

    pub(super) fn ask_about_arrival(&mut self, waiting: &str) {
        let locale = &self.ctx.locale;
        let (title, text) = (t!(locale, "root-arrival-title"), t!(locale, "root-arrival-text", user = waiting));
        self.ask(ARRIVAL, title, text);
    }

    /// Quits; writes that are on their way are waited for.
    pub(super) fn quit(&mut self, out: &mut Vec<Command>) {
        self.after(After::Quit, out);
    }

    /// Later, when no write is on its way (see `afterwards`). Asked twice to quit: at once.
    fn after(&mut self, after: After, out: &mut Vec<Command>) {
        if after == After::Quit && self.after == Some(After::Quit) {
            out.push(Command::Quit);
        }
        self.after = Some(after);
        let count = self.asks.writes();
        if count > 0 {
            self.status = Some(Status::info(t!(self.ctx.locale, "root-draining", count = count)));
        }
    }

    /// An answer to one of the root's own questions; 0 is yes.
    pub(super) fn own_choice(&mut self, tag: &'static str, option: usize, out: &mut Vec<Command>) {
        let arrival = self.arrival.take();
        match (tag, option) {
            (QUIT, 0) => self.quit(out),
            (LOGOUT, 0) => self.after(After::Logout, out),
            (BACK, 0) => {
                if let Some(id) = self.stack.last().map(|layer| layer.id) {
                    self.back(id, Returned::Nothing, out);
                }
            }
            (ARRIVAL, 0) => {
                if let Some(entered) = arrival {
                    self.enter_as_another(entered, out);
                }
            }
            _ => {}
        }
    }
}

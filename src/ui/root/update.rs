//! Messages in, commands out.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::{
    After, Layer, LayerId, Model, ROOT,
    asks::{Pending, Purpose},
};
use crate::{
    domain::calendar::Timestamp,
    protocol::{Answer, Event, Failure, Inbound, Reply, Request},
    t, text,
    ui::{
        effect::{Command, Effect, Slot, Status},
        keymap::{GLOBAL, Global, find, name},
        msg::{Msg, ScreenMsg, Signal},
        popup::{Popup, help::Help, palette::Palette, question::Question},
    },
};

/// The palette's search for students.
pub(super) const FIND: Slot = Slot("find");
/// Reading the set-up again after news.
pub(super) const SETUP: Slot = Slot("setup");
/// A shared terminal locks after this many seconds without a key.
const SHARED_SECONDS: i64 = 15 * 60;
/// After so many seconds the status line says that something is awaited.
pub(super) const PATIENCE_SECONDS: i64 = 2;

impl Model {
    /// Handles one message that came at `now`.
    pub fn update(&mut self, now: Timestamp, msg: Msg) -> Vec<Command> {
        self.ctx.now = now;
        let mut out = Vec::new();
        // Time alone changes nothing that is seen, unless something below says so.
        self.dirty |= !matches!(msg, Msg::Tick);
        match msg {
            Msg::Key(key) if key.kind == KeyEventKind::Release => {}
            Msg::Key(key) => {
                self.rest.since = now;
                self.ctx.keys = self.ctx.keys.with(now);
                for key in self.as_pressed(key).into_iter().flatten() {
                    self.key(key, &mut out);
                }
            }
            Msg::Paste(text) => {
                self.rest.since = now;
                if !self.popup_does(&mut out, |_, popup| popup.paste(&text)) {
                    self.tell_top(ScreenMsg::Paste(text), &mut out);
                }
            }
            Msg::Mouse(mouse) => {
                self.rest.since = now;
                if !self.too_small() && !self.popup_does(&mut out, |ctx, popup| popup.mouse(ctx, mouse)) {
                    self.tell_top(ScreenMsg::Mouse(mouse), &mut out);
                }
            }
            Msg::Resize(columns, rows) => self.ctx.size = (columns, rows),
            Msg::Tick => self.tick(&mut out),
            Msg::Inbound(Inbound::Answer(answer)) => self.answer(answer, &mut out),
            Msg::Inbound(Inbound::Event(event)) => self.event(&event, &mut out),
            Msg::File(ticket, result) => {
                if let Some(Pending { layer, purpose: Purpose::Read(slot), .. }) = self.asks.answered(ticket) {
                    self.tell(layer, ScreenMsg::File { slot, result }, &mut out);
                }
            }
            Msg::Signal(Signal::Quit) => self.quit(&mut out),
            Msg::Signal(Signal::Continue) => out.push(Command::Redraw),
            Msg::BackendGone => {
                self.asks.forget();
                self.status = Some(Status::bad(t!(self.ctx.locale, "root-backend-gone")));
            }
        }
        self.afterwards(&mut out);
        out
    }

    /// A terminal sends Alt and a key as Esc and that key; so Esc and a quick key after it on a slow line look like
    /// Alt. Where nothing is bound to it, the two keys were meant.
    fn as_pressed(&self, key: KeyEvent) -> [Option<KeyEvent>; 2] {
        let modifiers = key.modifiers;
        if !modifiers.contains(KeyModifiers::ALT) || modifiers.contains(KeyModifiers::CONTROL) {
            return [Some(key), None];
        }
        let pressed = name(key);
        let keys = self
            .popup()
            .map_or_else(|| self.top().map(|top| top.screen.keys(&self.ctx)).unwrap_or_default(), Popup::keys);
        if keys.iter().any(|line| line.keys.contains(&pressed.as_str())) || find(GLOBAL, key).is_some() {
            return [Some(key), None];
        }
        let plain = KeyEvent { modifiers: modifiers.difference(KeyModifiers::ALT), ..key };
        [Some(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)), Some(plain)]
    }

    pub(super) fn key(&mut self, key: KeyEvent, out: &mut Vec<Command>) {
        let global = find(GLOBAL, key);
        // These work over anything.
        if let Some(Global::Suspend | Global::Lock | Global::Redraw) = global.filter(|_| self.popup().is_some()) {
            return global.into_iter().for_each(|global| self.global(global, out));
        }
        if self.popup_does(out, |ctx, popup| popup.key(ctx, key)) {
            return;
        }
        let Some(top) = self.top() else { return };
        let typing = top.screen.typing();
        let pressed = name(key);
        let own = top.screen.keys(&self.ctx).into_iter().find(|line| line.keys.contains(&pressed.as_str()));
        let (layer, too_small) = (top.id, self.too_small());
        // What just happened was read by now, or never will be.
        self.status = None;
        if let Some(line) = own.filter(|_| !too_small) {
            match line.why_not {
                Some(why) => self.status = Some(Status::info(why)),
                None => self.tell(layer, ScreenMsg::Key(key), out),
            }
            return;
        }
        let letter = !pressed.starts_with('<') && typing;
        match global.filter(|_| !letter) {
            Some(global) => self.global(global, out),
            None if too_small => {}
            None => self.tell(layer, ScreenMsg::Key(key), out),
        }
    }

    fn global(&mut self, global: Global, out: &mut Vec<Command>) {
        let Some(top) = self.top() else { return };
        let inside = self.gate.is_none();
        match global {
            Global::Help => {
                let (title, keys) = (top.screen.title(&self.ctx), top.screen.keys(&self.ctx));
                let help = Help::new(title, keys, top.screen.typing(), inside);
                self.show(ROOT, Popup::Help(help));
            }
            Global::Palette if inside => {
                let palette = Palette::new(&self.ctx, &top.screen.keys(&self.ctx));
                self.show(ROOT, Popup::Palette(Box::new(palette)));
            }
            Global::Palette => self.status = Some(Status::info(t!(self.ctx.locale, "root-login-first"))),
            Global::Quit => self.ask_to_quit(out),
            Global::Back if inside => self.ask_to_go_back(out),
            Global::Lock if inside => self.lock(out),
            Global::Back | Global::Lock => {}
            Global::Suspend => out.push(Command::Suspend),
            Global::Redraw => out.push(Command::Redraw),
            Global::Language => {
                let next = match self.ctx.locale.lang() {
                    text::Lang::Fr => text::Lang::En,
                    text::Lang::En => text::Lang::Fr,
                };
                self.apply(ROOT, vec![Effect::SetLang(next)], out);
            }
            Global::Theme => self.apply(ROOT, vec![Effect::SetTheme(self.ctx.theme.name.next())], out),
        }
    }

    fn tick(&mut self, out: &mut Vec<Command>) {
        let idle = |since: Timestamp| self.ctx.now.duration_since(since).as_secs();
        if self.asks.oldest().is_some_and(|since| idle(since) >= PATIENCE_SECONDS) {
            self.dirty = true;
        }
        let inside = self.gate.is_none() && !self.stack.is_empty();
        if self.rest.shared && inside && idle(self.rest.since) >= SHARED_SECONDS {
            self.dirty = true;
            self.lock(out);
        }
        if self.top().is_some_and(|layer| layer.screen.wants_tick()) {
            self.tell_top(ScreenMsg::Tick, out);
        }
    }

    fn answer(&mut self, answer: Answer, out: &mut Vec<Command>) {
        // Nobody waits: a newer question of the slot was asked, or the screen is gone.
        let Some(pending) = self.asks.answered(answer.ticket) else { return };
        if self.asks.is_empty() {
            self.work = None;
        }
        let gate = self.gate.as_ref().filter(|gate| gate.id == pending.layer);
        let login = gate.is_some_and(|gate| gate.screen.is_login());
        if answer.result == Err(Failure::SessionOver) && !login && self.ctx.session.is_some() {
            // A lock or the like is replaced by the login; what the screens behind asked is asked again.
            if gate.is_none() {
                self.asks.hold(pending);
            }
            return self.session_over(out);
        }
        if answer.result == Err(Failure::PasswordMustChange) && gate.is_none() {
            self.asks.hold(pending);
            return self.must_change(out);
        }
        let (layer, result) = (pending.layer, answer.result);
        match pending.purpose {
            Purpose::Read(slot) if layer == ROOT => self.own_answer(slot, result),
            Purpose::Read(slot) => self.tell(layer, ScreenMsg::Answer { slot, result }, out),
            Purpose::Write(id) if self.layer_mut(layer).is_some() => {
                self.tell(layer, ScreenMsg::Written { id, result }, out);
            }
            // The screen is gone, but nobody's work goes wrong unheard.
            Purpose::Write(_) => {
                if let Err(failure) = result {
                    let title = t!(self.ctx.locale, "root-write-failed");
                    let sentence = text::failure(&self.ctx.locale, &failure);
                    let message = Question::message(&self.ctx.locale, title, sentence);
                    self.show(ROOT, Popup::Question(message));
                    out.push(Command::Bell);
                }
            }
        }
    }

    /// An answer to the root's own questions.
    fn own_answer(&mut self, slot: Slot, result: Result<Reply, Failure>) {
        match (slot, result) {
            (FIND, Ok(Reply::Found(found))) => {
                self.palette_found(&found);
            }
            (SETUP, Ok(Reply::Setup(setup))) => {
                if let Some(session) = &mut self.ctx.session {
                    session.setup = *setup;
                }
            }
            // Both are asked again with the next key or news; meanwhile what is known stands.
            (_, result) => tracing::debug!(?slot, ok = result.is_ok(), "unused answer"),
        }
    }

    fn event(&mut self, event: &Event, out: &mut Vec<Command>) {
        if let Event::Lamp { store, cache } = *event {
            (self.ctx.store, self.ctx.cache) = (store, cache);
        }
        if let Event::Store(work) = *event {
            self.work = Some(work);
            return;
        }
        if let Event::Kept { user, count } = event
            && self.ctx.who().and_then(|who| who.user.as_ref()) == Some(user)
        {
            self.ctx.kept = *count;
        }
        if let Event::Progress { ticket, done, total } = *event {
            if let Some(layer) = self.asks.owner(ticket) {
                self.tell(layer, ScreenMsg::Progress { done, total }, out);
            }
            return;
        }
        if self.ctx.session.is_some() && matches!(event, Event::Setup | Event::Elsewhere) {
            let ask = Effect::Ask { slot: SETUP, request: Request::Setup };
            self.apply(ROOT, vec![ask], out);
        }
        // Every open screen hears it, so that those below the top are right when one comes back to them.
        let top = self.stack.last().map(|layer| layer.id);
        let hears = |layer: &&Layer| Some(layer.id) == top || layer.screen.hears_below();
        let layers: Vec<LayerId> = self.stack.iter().filter(hears).chain(&self.gate).map(|layer| layer.id).collect();
        for layer in layers {
            self.tell(layer, ScreenMsg::Event(event.clone()), out);
        }
    }

    /// Sends a message to the screen that is seen.
    pub(super) fn tell_top(&mut self, msg: ScreenMsg, out: &mut Vec<Command>) {
        if let Some(id) = self.top().map(|layer| layer.id) {
            self.tell(id, msg, out);
        }
    }

    /// Sends a message to a screen and applies what it wants.
    pub(super) fn tell(&mut self, id: LayerId, msg: ScreenMsg, out: &mut Vec<Command>) {
        let ctx = &self.ctx;
        let found = self.gate.iter_mut().chain(&mut self.stack).find(|layer| layer.id == id);
        let Some(layer) = found else { return };
        let effects = layer.screen.update(ctx, msg);
        self.dirty |= !effects.is_empty();
        self.apply(id, effects, out);
    }

    /// Leaves or quits once no write is on its way.
    fn afterwards(&mut self, out: &mut Vec<Command>) {
        if self.asks.writes() > 0 {
            return;
        }
        match self.after.take() {
            Some(After::Logout) => self.leave_session(out),
            Some(After::Quit) => out.push(Command::Quit),
            None => {}
        }
    }
}

//! The gates: who comes in, who must log in again, the lock.

use std::collections::VecDeque;

use super::{Layer, Left, Model};
use crate::{
    protocol::{Ask, Entered, Greeting, KeptCount, Request, Ticket},
    t,
    ui::{
        ctx::Session,
        effect::{Command, Status},
        msg::ScreenMsg,
        screens::{Route, Screen, lock::Lock, login::Login, password::ChangePassword, wizard::Wizard},
    },
};

impl Model {
    /// Puts a gate before everything; what is behind it stays.
    fn gate(&mut self, screen: Box<dyn Screen>, out: &mut Vec<Command>) {
        if let Some(old) = self.gate.take() {
            self.asks.closed(old.id);
        }
        let id = self.asks.fresh();
        self.gate = Some(Layer { id, route: None, screen, popups: VecDeque::new() });
        self.tell(id, ScreenMsg::Opened, out);
    }

    pub(super) fn open_door(&mut self, out: &mut Vec<Command>) {
        let login = Login::new(&self.ctx, None);
        self.gate(Box::new(login), out);
    }

    /// The backend said what stands behind the door.
    pub(super) fn greeted(&mut self, greeting: Greeting, out: &mut Vec<Command>) {
        (self.ctx.store, self.ctx.cache) = (greeting.store, greeting.cache);
        let empty = greeting.school.is_none();
        self.ctx.greeting = Some(greeting);
        if empty && self.ctx.session.is_none() {
            let wizard = Wizard::new(&self.ctx);
            self.gate(Box::new(wizard), out);
        }
    }

    /// Somebody has logged in.
    pub(super) fn enter(&mut self, entered: Box<Entered>, out: &mut Vec<Command>) {
        let before = self.ctx.session.as_ref().map(|session| session.username.clone());
        match before {
            Some(before) if before != entered.username => {
                let waiting = self.asks.held_writes() > 0 || self.stack.iter().any(|layer| layer.screen.unsaved());
                if waiting {
                    self.arrival = Some(entered);
                    self.ask_about_arrival(&before);
                } else {
                    self.enter_as_another(entered, out);
                }
            }
            Some(_) => self.resume(*entered, out),
            None => self.enter_as_another(entered, out),
        }
    }

    /// The same user is back: everything goes on where it stood.
    fn resume(&mut self, entered: Entered, out: &mut Vec<Command>) {
        self.ctx.kept = entered.kept;
        self.ctx.session = Some(session(entered));
        self.gate = None;
        self.status = Some(Status::good(t!(self.ctx.locale, "root-resumed")));
        self.send_held(out);
    }

    /// What could not be asked meanwhile.
    fn send_held(&mut self, out: &mut Vec<Command>) {
        for pending in self.asks.release() {
            self.send_pending(pending, out);
        }
    }

    pub(super) fn enter_as_another(&mut self, entered: Box<Entered>, out: &mut Vec<Command>) {
        self.keep_place();
        self.asks.forget();
        self.stack.clear();
        *self.ctx.last_sheet.borrow_mut() = None;
        let must_change = entered.must_change;
        let welcome = t!(self.ctx.locale, "root-welcome", name = entered.display_name.as_str());
        self.ctx.kept = entered.kept;
        self.ctx.session = Some(session(*entered));
        self.gate = None;
        if must_change {
            self.must_change(out);
        } else {
            self.furnish(out);
        }
        self.status = Some(Status::good(welcome));
    }

    /// Nothing else is answered before the password is changed. Whoever stands at a gate is told behind it: what is
    /// being typed there stays.
    pub(super) fn must_change(&mut self, out: &mut Vec<Command>) {
        if self.gate.is_some() {
            return;
        }
        let change = ChangePassword::new(&self.ctx, true);
        self.gate(Box::new(change), out);
    }

    /// The password that had to be changed is changed.
    pub(super) fn password_changed(&mut self, out: &mut Vec<Command>) {
        self.gate = None;
        if self.stack.is_empty() {
            self.furnish(out);
        }
        self.send_held(out);
        self.status = Some(Status::good(t!(self.ctx.locale, "root-password-changed")));
    }

    /// Home, and where the user left last time.
    fn furnish(&mut self, out: &mut Vec<Command>) {
        let here = self.ctx.session.as_ref().map(|session| session.username.clone());
        let place = self.lefts.iter().position(|left| Some(&left.username) == here.as_ref());
        let left = place.map(|place| self.lefts.remove(place));
        self.ctx.memory = left.as_ref().map(|left| left.memory.clone()).unwrap_or_default();
        self.go(Route::Home, out);
        if let Some(Left { routes, .. }) = left {
            for route in routes.into_iter().filter(|route| *route != Route::Home) {
                self.go(route, out);
            }
        }
    }

    /// The session ended while somebody was working: back to login, with everything kept.
    pub(super) fn session_over(&mut self, out: &mut Vec<Command>) {
        let already = self.gate.as_ref().is_some_and(|gate| gate.screen.is_login());
        if !already {
            let user = self.ctx.session.as_ref().map(|session| session.username.clone());
            let login = Login::new(&self.ctx, user);
            self.gate(Box::new(login), out);
            self.status = Some(Status::info(t!(self.ctx.locale, "root-session-over")));
        }
    }

    /// Hides everything until the user's password is typed.
    pub(super) fn lock(&mut self, out: &mut Vec<Command>) {
        let lock = Lock::new(&self.ctx);
        self.gate(Box::new(lock), out);
        self.status = None;
    }

    /// Leaves the session for good.
    pub(super) fn leave_session(&mut self, out: &mut Vec<Command>) {
        self.keep_place();
        if let Some(session) = self.ctx.session.take() {
            // Nobody waits for the answer: the session is forgotten here either way.
            let ticket = Ticket(self.asks.fresh());
            out.push(Command::Send(Ask { ticket, session: Some(session.id), body: Request::Logout }));
        }
        self.ctx.kept = KeptCount::default();
        self.asks.forget();
        self.stack.clear();
        self.open_door(out);
        self.status = Some(Status::good(t!(self.ctx.locale, "root-logged-out")));
    }
}

fn session(entered: Entered) -> Session {
    Session {
        id: entered.session,
        who: entered.who,
        username: entered.username,
        display_name: entered.display_name,
        setup: entered.setup,
    }
}

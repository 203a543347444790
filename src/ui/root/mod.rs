//! The root of the program: the state above all screens, and how messages reach them. `update` is pure: it changes
//! the model and says what the runner must do; `runner` alone does it.

mod apply;
mod asks;
mod door;
mod popups;
pub mod runner;
#[cfg(test)]
mod tests;
mod update;
mod view;

use std::collections::VecDeque;

use super::{
    ctx::Ctx,
    effect::{Command, Status},
    memory::Memory,
    popup::Popup,
    screens::{Route, Screen},
};
use crate::protocol::{Entered, StoreWork};
use asks::Asks;

/// Which layer something belongs to: fresh for each screen that is opened, so that answers for a closed screen never
/// reach another.
type LayerId = u64;

/// The layer of the root itself (the palette's questions, reading the set-up again).
const ROOT: LayerId = 0;

/// An open screen.
struct Layer {
    id: LayerId,
    route: Option<Route>,
    screen: Box<dyn Screen>,
    /// What lies over it, with the layer that asked; the first is seen. They wait for each other, so that a question
    /// never takes the place of another under the user's fingers, and they wait while a gate hides the screen.
    popups: VecDeque<(LayerId, Popup)>,
}

impl Layer {
    /// Where it is now: a screen may have moved on since it was opened (the next student's card).
    fn here(&self) -> Option<Route> {
        self.screen.here().or_else(|| self.route.clone())
    }
}

/// What is done once the writes that are on their way have been answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Logout,
    Quit,
}

/// The state of the program.
pub struct Model {
    pub ctx: Ctx,
    /// Open screens; the last one is seen. Empty before login.
    stack: Vec<Layer>,
    /// Login, wizard, lock: lies over the whole stack and keeps it.
    gate: Option<Layer>,
    status: Option<Status>,
    /// What the store was last said to be busy with, while an answer is awaited.
    work: Option<StoreWork>,
    asks: Asks,
    after: Option<After>,
    /// Somebody else logged in while work of another waits: kept until the question is answered.
    arrival: Option<Box<Entered>>,
    /// Where people left; used up by their next login here.
    lefts: Vec<Left>,
    /// When a key was last pressed, for the lock of shared terminals.
    rest: Rest,
    /// Something changed since the last frame.
    dirty: bool,
}

/// Idleness on a shared terminal.
#[derive(Clone, Copy, Debug)]
struct Rest {
    /// `ui.shared`: lock after 15 minutes.
    shared: bool,
    since: crate::domain::calendar::Timestamp,
}

/// So many people's places are kept; who was here longest ago is forgotten first.
const PEOPLE: usize = 50;

/// Where somebody left: kept in the state folder. No pupil's data: ids only.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Left {
    pub username: String,
    pub routes: Vec<Route>,
    #[serde(default)]
    pub memory: Memory,
}

impl Model {
    /// The program before its first message. `shared`: lock after 15 minutes.
    #[must_use]
    pub fn new(ctx: Ctx, shared: bool, lefts: Vec<Left>) -> Self {
        Self {
            rest: Rest { shared, since: ctx.now },
            ctx,
            stack: Vec::new(),
            gate: None,
            status: None,
            work: None,
            asks: Asks::default(),
            after: None,
            arrival: None,
            lefts,
            dirty: true,
        }
    }

    /// Opens the first screen.
    pub fn start(&mut self) -> Vec<Command> {
        let mut out = Vec::new();
        self.open_door(&mut out);
        out
    }

    #[cfg(test)]
    pub(super) fn keys_for_test(&self) -> Vec<super::keymap::KeyLine> {
        self.top().map(|top| top.screen.keys(&self.ctx)).unwrap_or_default()
    }

    #[cfg(test)]
    pub(super) fn palette_for_test(&self) -> usize {
        match self.popup() {
            Some(Popup::Palette(palette)) => palette.len(),
            Some(Popup::Help(_) | Popup::Question(_)) | None => 0,
        }
    }

    /// As on a shared terminal.
    #[cfg(test)]
    pub(super) fn share_for_test(&mut self) {
        self.rest = Rest { shared: true, since: self.ctx.now };
    }

    /// Opens a screen as a menu would.
    #[cfg(test)]
    pub(super) fn open_for_test(&mut self, route: Route) -> Vec<Command> {
        let mut out = Vec::new();
        self.go(route, &mut out);
        out
    }

    /// Somebody logs in, whoever was there.
    #[cfg(test)]
    pub(super) fn enter_for_test(&mut self, entered: Entered) {
        self.enter_as_another(Box::new(entered), &mut Vec::new());
    }

    /// Something changed since this was last asked; the runner draws then.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// Something is typed on a screen and not handed in.
    #[must_use]
    pub fn unsaved(&self) -> bool {
        self.stack.iter().any(|layer| layer.screen.unsaved())
    }

    /// Writes that have not been answered.
    #[must_use]
    pub fn writes(&self) -> usize {
        self.asks.writes()
    }

    /// Is anything waiting for time to pass? If not, no tick is sent and an idle program writes nothing.
    #[must_use]
    pub fn wants_tick(&self) -> bool {
        let seen = self.gate.as_ref().or(self.stack.last());
        !self.asks.is_empty()
            || (self.rest.shared && self.gate.is_none() && !self.stack.is_empty())
            || seen.is_some_and(|layer| layer.screen.wants_tick())
    }

    /// Where the user is, to come back there next time; `None` when nobody is logged in.
    #[must_use]
    pub fn left(&self) -> Option<Left> {
        let session = self.ctx.session.as_ref()?;
        let routes = self.stack.iter().filter_map(Layer::here).collect();
        let memory = self.ctx.memory.clone();
        Some(Left { username: session.username.clone(), routes, memory })
    }

    /// Keeps where the user is for their next login.
    fn keep_place(&mut self) {
        let Some(left) = self.left() else { return };
        self.lefts.retain(|other| other.username != left.username);
        self.lefts.push(left);
        let over = self.lefts.len().saturating_sub(PEOPLE);
        self.lefts.drain(..over);
    }

    /// Where everybody left, who is here now included.
    pub fn everybody_left(&mut self) -> &[Left] {
        self.keep_place();
        &self.lefts
    }

    /// The layer that is seen.
    fn top(&self) -> Option<&Layer> {
        self.gate.as_ref().or(self.stack.last())
    }

    fn layer_mut(&mut self, id: LayerId) -> Option<&mut Layer> {
        self.gate.iter_mut().chain(&mut self.stack).find(|layer| layer.id == id)
    }
}

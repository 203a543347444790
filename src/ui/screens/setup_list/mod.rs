//! What the set-up screens share: a list with type-to-find and a form to add and change. Each screen says by a
//! [`Kind`] what it lists.

mod fields;
mod keys;
mod kind;
mod update;
mod view;

pub(in crate::ui::screens) use fields::{name_field, number, optional, required};
pub use keys::{Do, FIND_KEYS, FORM_KEYS, FindDo, FormDo, KEYS};
pub use kind::{BringingBack, Column, Kind, Words};

use std::collections::BTreeSet;

use ratatui::{Frame, layout::Rect};

use super::Screen;
use crate::{
    domain::id::ActId,
    t,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot},
        keymap::{KeyLine, all, lines},
        msg::ScreenMsg,
        widgets::{Form, TextInput, list::fitting},
    },
};

/// Searches that forms ask for.
pub const FIND: Slot = Slot("list-find");

/// What has the keys.
enum Mode<R> {
    List,
    /// Words to find are typed.
    Find,
    /// `None`: a new one.
    Form {
        row: Option<R>,
        form: Box<Form>,
    },
}

/// A write on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Save,
    Remove,
    Undo,
    Fill,
    BringBack,
}

/// A set-up list.
pub struct SetupList<K: Kind> {
    kind: K,
    /// `None` until they have been read.
    rows: Option<Vec<K::Row>>,
    /// Indexes of the rows that fit what is looked for.
    found: Vec<usize>,
    selected: usize,
    find: TextInput,
    mode: Mode<K::Row>,
    work: Option<Work>,
    /// The last act that can be taken back.
    last: Option<ActId>,
    /// A new record was saved: the ids that were there before. The cursor goes to the one that has come.
    known: Option<BTreeSet<String>>,
}

impl<K: Kind> SetupList<K> {
    #[must_use]
    pub fn new(kind: K) -> Self {
        Self {
            kind,
            rows: None,
            found: Vec::new(),
            selected: 0,
            find: TextInput::new(40),
            mode: Mode::List,
            work: None,
            last: None,
            known: None,
        }
    }

    fn row(&self) -> Option<&K::Row> {
        self.found.get(self.selected).and_then(|index| self.rows.as_ref()?.get(*index))
    }

    /// Takes new rows; the cursor stays on the record it stood on.
    fn take(&mut self, ctx: &Ctx, rows: Vec<K::Row>) {
        let new = self.known.as_ref().and_then(|known| rows.iter().map(K::id).find(|id| !known.contains(id)));
        if new.is_some() {
            self.known = None;
        }
        let here = new.or_else(|| self.row().map(K::id));
        self.rows = Some(rows);
        self.refind(ctx, here.as_ref());
    }

    fn refind(&mut self, ctx: &Ctx, here: Option<&String>) {
        let rows = self.rows.as_deref().unwrap_or_default();
        let labels: Vec<String> = rows.iter().map(|row| self.kind.cells(ctx, row).join(" ")).collect();
        let text = if K::ASKS_TO_FIND { "" } else { self.find.text() };
        self.found = fitting(&labels, text);
        let place = |id: &String| self.found.iter().position(|index| rows.get(*index).map(K::id).as_ref() == Some(id));
        let last = self.found.len().saturating_sub(1);
        self.selected = here.and_then(place).unwrap_or(self.selected).min(last);
    }

    /// Why a key does nothing now.
    fn why_not(&self, ctx: &Ctx, action: Do) -> Option<String> {
        let writes = match action {
            Do::Add | Do::Edit | Do::Remove | Do::Undo | Do::Fill => true,
            Do::Find | Do::Down | Do::Up | Do::PageDown | Do::PageUp | Do::First | Do::Last | Do::Refresh => false,
        };
        if !writes {
            return None;
        }
        if !ctx.may(K::EDIT) {
            return Some(t!(ctx.locale, "failure-denied"));
        }
        if self.work.is_some() {
            return Some(t!(ctx.locale, "list-busy"));
        }
        if let Some(words) = K::WORDS.bringing_back {
            return match action {
                Do::Edit if self.row().is_some() => None,
                Do::Edit => Some(t!(ctx.locale, "list-nothing-here")),
                _ => Some(ctx.locale.get(words.only)),
            };
        }
        match action {
            Do::Edit if K::WORDS.fixed.is_some() => K::WORDS.fixed.map(|id| ctx.locale.get(id)),
            Do::Edit | Do::Remove if self.row().is_none() => Some(t!(ctx.locale, "list-nothing-here")),
            Do::Undo if self.last.is_none() => Some(t!(ctx.locale, "list-nothing-to-undo")),
            Do::Add
            | Do::Edit
            | Do::Remove
            | Do::Undo
            | Do::Fill
            | Do::Find
            | Do::Down
            | Do::Up
            | Do::PageDown
            | Do::PageUp
            | Do::First
            | Do::Last
            | Do::Refresh => None,
        }
    }
}

impl<K: Kind> Screen for SetupList<K> {
    fn title(&self, ctx: &Ctx) -> String {
        ctx.locale.get(K::WORDS.title)
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        match &self.mode {
            Mode::List => {
                let mut lines = lines(KEYS, |action| self.why_not(ctx, action));
                lines.retain(|line| K::FILL.is_some() || line.help != "list-key-fill");
                if let Some(words) = K::WORDS.bringing_back {
                    let enter = lines.iter_mut().filter(|line| line.keys.contains(&"<enter>"));
                    enter.for_each(|line| (line.help, line.hint) = (words.key, Some(words.hint)));
                }
                lines
            }
            Mode::Find => all(FIND_KEYS),
            Mode::Form { .. } => all(FORM_KEYS),
        }
    }

    fn typing(&self) -> bool {
        match self.mode {
            Mode::List => false,
            Mode::Find | Mode::Form { .. } => true,
        }
    }

    fn unsaved(&self) -> bool {
        match &self.mode {
            Mode::List | Mode::Find => false,
            Mode::Form { form, .. } => form.is_changed(),
        }
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        self.on(ctx, msg)
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        self.draw(ctx, frame, area);
    }
}

//! The evaluations of one class, subject and term as a list: set-up's way to what the sheet shows as columns.

mod keys;
#[cfg(test)]
mod tests;
mod update;
mod view;

use std::collections::HashMap;

pub use keys::{FORM_KEYS, KEYS};
use ratatui::{Frame, layout::Rect};

use self::keys::Do;
use super::{Screen, evaluation_form::EvaluationForm};
use crate::{
    domain::{entities::SheetState, id::EvaluationId},
    protocol::{Failure, SheetKey, SheetView},
    t,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot},
        keymap::{KeyLine, all, lines},
        msg::ScreenMsg,
        screens::sheet::{self, Side},
    },
};

/// Reading the sheet.
const READ: Slot = Slot("evaluations");

/// What a write is about.
#[derive(Debug)]
enum Errand {
    /// With the sentence for when it is done.
    Save {
        said: String,
    },
    Delete {
        title: String,
    },
    Move,
    BringBack,
}

/// The list.
pub struct Evaluations {
    key: SheetKey,
    sheet: Option<SheetView>,
    trouble: Option<Failure>,
    selected: usize,
    form: Option<EvaluationForm>,
    last: u64,
    errands: HashMap<u64, Errand>,
    /// The evaluation that the open question would delete.
    deleting: Option<EvaluationId>,
}

impl Evaluations {
    #[must_use]
    pub fn new(key: SheetKey) -> Self {
        Self {
            key,
            sheet: None,
            trouble: None,
            selected: 0,
            form: None,
            last: 0,
            errands: HashMap::new(),
            deleting: None,
        }
    }

    fn count(&self) -> usize {
        self.sheet.as_ref().map_or(0, |sheet| sheet.evaluations.len())
    }

    /// Why a key does nothing now.
    fn why_not(&self, ctx: &Ctx, action: Do) -> Option<String> {
        let locale = &ctx.locale;
        match action {
            Do::Edit | Do::Add | Do::Delete | Do::Undo | Do::Publish | Do::Move(_) => match &self.sheet {
                None => Some(t!(locale, "sheet-not-read-yet")),
                Some(sheet) if sheet.state == SheetState::Closed => Some(t!(locale, "sheet-closed")),
                Some(sheet) if !sheet.editable => Some(sheet::not_yours(ctx)),
                Some(sheet) => match action {
                    Do::Undo if sheet.columns_undo.is_none() => Some(t!(locale, "evaluations-nothing-to-undo")),
                    Do::Edit | Do::Delete | Do::Publish | Do::Move(_) if self.count() == 0 => {
                        Some(t!(locale, "sheet-no-columns"))
                    }
                    Do::Move(Side::Left) if self.selected == 0 => Some(t!(locale, "evaluations-first")),
                    Do::Move(Side::Right) if self.selected.saturating_add(1) >= self.count() => {
                        Some(t!(locale, "evaluations-last"))
                    }
                    Do::Edit
                    | Do::Move(_)
                    | Do::Add
                    | Do::Delete
                    | Do::Undo
                    | Do::Publish
                    | Do::Sheet
                    | Do::Down
                    | Do::Up
                    | Do::First
                    | Do::Last => None,
                },
            },
            Do::Sheet | Do::Down | Do::Up | Do::First | Do::Last => None,
        }
    }
}

impl Screen for Evaluations {
    fn title(&self, ctx: &Ctx) -> String {
        let setup = ctx.setup();
        let class = setup.and_then(|setup| setup.class(&self.key.class)).map(|class| class.name.to_string());
        let subject = setup.and_then(|setup| setup.subject(&self.key.subject)).map(|subject| subject.name.to_string());
        let names = [class, Some(ctx.dated_term(&self.key.year, self.key.term)), subject];
        names.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        if self.form.is_some() { all(FORM_KEYS) } else { lines(KEYS, |action| self.why_not(ctx, action)) }
    }

    fn typing(&self) -> bool {
        self.form.is_some()
    }

    fn unsaved(&self) -> bool {
        self.form.as_ref().is_some_and(|form| form.form.is_changed())
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        let effects = self.handle(ctx, msg);
        self.selected = self.selected.min(self.count().saturating_sub(1));
        effects
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        view::draw(self, ctx, frame, area);
    }
}

//! What tells one set-up list from another.

use ratatui::crossterm::event::KeyEvent;

use crate::{
    domain::access::Action,
    protocol::{Reply, Request},
    ui::{ctx::Ctx, effect::Effect, widgets::Form},
};

/// Locale ids of a list's own words.
pub struct Words {
    pub title: &'static str,
    /// Heading of the form for a new one, and for one that is there.
    pub new: &'static str,
    pub change: &'static str,
    /// Said where nothing is listed.
    pub empty: &'static str,
    /// Said when done.
    pub saved: &'static str,
    pub removed: &'static str,
    /// The title of the question before removing.
    pub remove: &'static str,
    /// Why a row cannot be changed, for lists whose rows are only added and removed.
    pub fixed: Option<&'static str>,
    /// A line above the list; empty for none.
    pub about: &'static str,
    /// For lists whose rows only come back: what Enter does, why nothing is added or removed, what is said when done.
    pub bringing_back: Option<BringingBack>,
}

/// Locale ids of a list whose rows only come back.
#[derive(Clone, Copy)]
pub struct BringingBack {
    pub key: &'static str,
    pub hint: &'static str,
    pub only: &'static str,
    pub done: &'static str,
}

/// A column of the list.
pub struct Column {
    /// Locale id of the heading.
    pub heading: &'static str,
    /// Columns of the terminal; `None`: shares what is left.
    pub width: Option<usize>,
    /// Numbers stand to the right.
    pub right: bool,
}

/// One kind of set-up record: classes, subjects, assignments, accounts.
pub trait Kind {
    type Row: Clone;

    const WORDS: Words;
    const COLUMNS: &'static [Column];
    /// Who may change.
    const EDIT: Action;
    /// Adds what is usual for such a school, where there is something usual.
    const FILL: Option<Request> = None;

    /// Words to find are looked for by the backend ([`Kind::look_for`]), not among the rows.
    const ASKS_TO_FIND: bool = false;

    /// The same for the user: in their language.
    #[must_use]
    fn fill(_ctx: &Ctx) -> Option<Request> {
        Self::FILL
    }

    /// What must be read for the list.
    fn asks(&self, ctx: &Ctx) -> Vec<Request>;

    /// An answer to what was asked; the new rows, if it brought them.
    fn answered(&mut self, ctx: &Ctx, reply: Reply) -> Option<Vec<Self::Row>>;

    /// An answer to a search that a form asked for (`form_key`, `form_changed`).
    fn found(&mut self, _ctx: &Ctx, _reply: Reply, _form: &mut Form) {}

    /// Something else is looked for from now on: what to ask, in lists that ask to find.
    fn look_for(&mut self, _text: &str) -> Option<Request> {
        None
    }

    /// One text for each column.
    fn cells(&self, ctx: &Ctx, row: &Self::Row) -> Vec<String>;

    /// What stays the same while everything else of the row may change.
    fn id(row: &Self::Row) -> String;

    /// The sentence that asks whether to remove it.
    fn ask_to_remove(ctx: &Ctx, row: &Self::Row) -> String;

    /// `None`: a new one.
    fn form(&mut self, ctx: &Ctx, row: Option<&Self::Row>) -> Form;

    /// Reads the form. What does not fit is written under its field, and there is no request.
    fn save(&mut self, ctx: &Ctx, row: Option<&Self::Row>, form: &mut Form) -> Option<Request>;

    fn remove(row: &Self::Row) -> Request;

    /// Brings the row back, in lists of what is gone.
    fn bring_back(_row: &Self::Row) -> Option<Request> {
        None
    }

    /// Saving changed nothing: the sentence that says so.
    fn nothing_new(&self, _ctx: &Ctx, _form: &Form) -> Option<String> {
        None
    }

    /// A key before the form has it; `None`: it means nothing here.
    fn form_key(&mut self, _ctx: &Ctx, _form: &mut Form, _key: KeyEvent) -> Option<Vec<Effect>> {
        None
    }

    /// Something was typed into the form.
    fn form_changed(&mut self, _ctx: &Ctx, _form: &mut Form) -> Vec<Effect> {
        Vec::new()
    }

    /// Lines under the form.
    fn form_notes(&self, _ctx: &Ctx) -> Vec<String> {
        Vec::new()
    }

    /// Besides saying that it is saved.
    fn saved(&mut self, _ctx: &Ctx, _reply: &Reply) -> Vec<Effect> {
        Vec::new()
    }
}

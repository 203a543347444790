//! All guardians of the school, found by name or phone.

use super::{Desk, children, first_phone};
use crate::{
    domain::access::Action,
    protocol::{GuardianRow, GuardiansOf, Reply, Request},
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        effect::Effect,
        screens::setup_list::{Column, Kind, SetupList, Words},
        widgets::Form,
    },
};

/// How many are listed at once; the others are found by name or phone.
const LISTED: u32 = 200;

/// What the list of all guardians lists.
#[derive(Default)]
pub struct Directory {
    desk: Desk,
    /// What is looked for.
    text: String,
}

/// The screen.
#[must_use]
pub fn directory() -> SetupList<Directory> {
    SetupList::new(Directory::default())
}

impl Kind for Directory {
    type Row = GuardianRow;

    const WORDS: Words = Words {
        title: "directory-title",
        new: "guardians-new",
        change: "guardians-change",
        empty: "directory-empty",
        saved: "guardians-saved",
        removed: "guardians-removed",
        remove: "directory-remove",
        fixed: None,
        about: "directory-hint",
        bringing_back: None,
    };
    const COLUMNS: &'static [Column] = &[
        Column { heading: "field-name", width: Some(24), right: false },
        Column { heading: "field-phone", width: Some(16), right: false },
        Column { heading: "guardians-column-all-children", width: None, right: false },
    ];
    const EDIT: Action = Action::EditStudents;
    const ASKS_TO_FIND: bool = true;

    fn asks(&self, ctx: &Ctx) -> Vec<Request> {
        Desk::asks(ctx, GuardiansOf::text(self.text.as_str(), LISTED))
    }

    fn look_for(&mut self, text: &str) -> Option<Request> {
        text.clone_into(&mut self.text);
        Some(Request::Guardians(GuardiansOf::text(text, LISTED)))
    }

    fn answered(&mut self, _ctx: &Ctx, reply: Reply) -> Option<Vec<Self::Row>> {
        match reply {
            Reply::Guardians(page) => return Some(page.rows),
            Reply::Users(rows) => self.desk.take_accounts(rows),
            _ => {}
        }
        None
    }

    fn found(&mut self, _ctx: &Ctx, reply: Reply, form: &mut Form) {
        if let Reply::Found(found) = reply {
            self.desk.take_students(found, form);
        }
    }

    fn cells(&self, ctx: &Ctx, row: &Self::Row) -> Vec<String> {
        vec![row.guardian.full_name(), first_phone(&row.guardian), children(ctx, row).join(", ")]
    }

    fn id(row: &Self::Row) -> String {
        row.guardian.id.as_str().to_owned()
    }

    fn ask_to_remove(ctx: &Ctx, row: &Self::Row) -> String {
        t!(ctx.locale, "directory-ask-remove", name = sanitise::line(&row.guardian.full_name()))
    }

    fn form(&mut self, ctx: &Ctx, row: Option<&Self::Row>) -> Form {
        self.desk.make_form(ctx, row)
    }

    fn save(&mut self, ctx: &Ctx, row: Option<&Self::Row>, form: &mut Form) -> Option<Request> {
        self.desk.read_form(ctx, row, form)
    }

    fn remove(row: &Self::Row) -> Request {
        Request::DeleteGuardian { id: row.guardian.id.clone(), version: row.guardian.version }
    }

    fn nothing_new(&self, ctx: &Ctx, _form: &Form) -> Option<String> {
        Some(t!(ctx.locale, "list-nothing-new"))
    }

    fn form_changed(&mut self, _ctx: &Ctx, form: &mut Form) -> Vec<Effect> {
        self.desk.search(form)
    }

    fn form_notes(&self, ctx: &Ctx) -> Vec<String> {
        self.desk.notes(ctx)
    }
}

//! Guardians: those of a student, and all of them; who they are, how they are reached, and which account is theirs.

mod directory;
mod form;
#[cfg(test)]
mod tests;

pub use directory::{Directory, directory};

use super::setup_list::{Column, Kind, SetupList, Words};
use crate::{
    domain::{
        access::Action,
        entities::{Child, Guardian, Role},
        id::{StudentId, UserId},
        text_values::Phone,
    },
    protocol::{AccountRow, Field, Found, GuardianRow, GuardiansOf, Reply, Request},
    t,
    text::{names, sanitise},
    ui::{ctx::Ctx, effect::Effect, widgets::Form},
};

/// The field of who is known already: a guardian on a student's list, a student on the list of all guardians.
const KNOWN: Field = Field::Student;

/// What both lists hold.
#[derive(Default)]
pub struct Desk {
    /// Whose guardians; `None`: everybody's.
    student: Option<StudentId>,
    /// Accounts that may be a guardian's.
    accounts: Vec<(UserId, String)>,
    /// Guardians of others that were found for what is typed.
    known: Vec<GuardianRow>,
    /// Students that were found for what is typed.
    students: Vec<Found>,
    /// Children of the guardian in the form, as they are said under it.
    children: Vec<String>,
}

impl Desk {
    fn take_accounts(&mut self, rows: Vec<AccountRow>) {
        let rows = rows.into_iter().filter(|row| row.role != Role::Student && !row.disabled);
        self.accounts = rows.map(|row| (row.id, row.username.as_str().to_owned())).collect();
    }

    fn asks(ctx: &Ctx, of: GuardiansOf) -> Vec<Request> {
        let mut asks = vec![Request::Guardians(of)];
        if ctx.may(Action::EditUsers) {
            asks.push(Request::Users);
        }
        asks
    }
}

/// `TRAORÉ Awa (mère)`.
fn child(ctx: &Ctx, row: &GuardianRow, child: &Child) -> Option<String> {
    let (_, name) = row.children.iter().find(|(id, _)| *id == child.student)?;
    let relation = names::relation(&ctx.locale, child.relation).to_lowercase();
    Some(format!("{} ({relation})", sanitise::line(name)))
}

fn children(ctx: &Ctx, row: &GuardianRow) -> Vec<String> {
    row.guardian.children.iter().filter_map(|own| child(ctx, row, own)).collect()
}

fn first_phone(guardian: &Guardian) -> String {
    guardian.phones.first().map_or_else(String::new, Phone::international)
}

/// What the list of a student's guardians lists.
pub struct OfStudent {
    student: StudentId,
    desk: Desk,
}

/// A line: a guardian of that student.
#[derive(Clone)]
pub struct Line {
    student: StudentId,
    row: GuardianRow,
}

/// The guardians of that student.
#[must_use]
pub fn screen(student: StudentId) -> SetupList<OfStudent> {
    let desk = Desk { student: Some(student.clone()), ..Desk::default() };
    SetupList::new(OfStudent { student, desk })
}

impl Kind for OfStudent {
    type Row = Line;

    const WORDS: Words = Words {
        title: "guardians-title",
        new: "guardians-new",
        change: "guardians-change",
        empty: "guardians-empty",
        saved: "guardians-saved",
        removed: "guardians-removed",
        remove: "guardians-remove",
        fixed: None,
        about: "guardians-about",
        bringing_back: None,
    };
    const COLUMNS: &'static [Column] = &[
        Column { heading: "field-relation", width: Some(14), right: false },
        Column { heading: "field-name", width: Some(22), right: false },
        Column { heading: "field-phone", width: Some(16), right: false },
        Column { heading: "guardians-column-children", width: None, right: false },
    ];
    const EDIT: Action = Action::EditStudents;

    fn asks(&self, ctx: &Ctx) -> Vec<Request> {
        Desk::asks(ctx, GuardiansOf::Student(self.student.clone()))
    }

    fn answered(&mut self, _ctx: &Ctx, reply: Reply) -> Option<Vec<Self::Row>> {
        match reply {
            Reply::Guardians(page) => {
                let line = |row| Line { student: self.student.clone(), row };
                return Some(page.rows.into_iter().map(line).collect());
            }
            Reply::Users(rows) => self.desk.take_accounts(rows),
            _ => {}
        }
        None
    }

    fn found(&mut self, _ctx: &Ctx, reply: Reply, form: &mut Form) {
        if let Reply::Guardians(page) = reply {
            self.desk.take_known(page.rows, form);
        }
    }

    fn cells(&self, ctx: &Ctx, line: &Self::Row) -> Vec<String> {
        let guardian = &line.row.guardian;
        let relation = guardian.relation_to(&line.student);
        let others = guardian.children.iter().filter(|own| own.student != line.student);
        let others: Vec<String> = others.filter_map(|own| child(ctx, &line.row, own)).collect();
        vec![
            relation.map_or_else(String::new, |relation| names::relation(&ctx.locale, relation)),
            guardian.full_name(),
            first_phone(guardian),
            others.join(", "),
        ]
    }

    fn id(line: &Self::Row) -> String {
        line.row.guardian.id.as_str().to_owned()
    }

    fn ask_to_remove(ctx: &Ctx, line: &Self::Row) -> String {
        t!(ctx.locale, "guardians-ask-remove", name = sanitise::line(&line.row.guardian.full_name()))
    }

    fn form(&mut self, ctx: &Ctx, line: Option<&Self::Row>) -> Form {
        self.desk.make_form(ctx, line.map(|line| &line.row))
    }

    fn save(&mut self, ctx: &Ctx, line: Option<&Self::Row>, form: &mut Form) -> Option<Request> {
        self.desk.read_form(ctx, line.map(|line| &line.row), form)
    }

    fn remove(line: &Self::Row) -> Request {
        let stored = &line.row.guardian;
        let mut guardian = stored.body.clone();
        guardian.unlink(&line.student);
        if guardian.children.is_empty() {
            return Request::DeleteGuardian { id: guardian.id, version: stored.version };
        }
        Request::SaveGuardian { guardian: Box::new(guardian), version: Some(stored.version) }
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

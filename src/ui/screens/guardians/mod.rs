//! The guardians of a student: who they are, how they are reached, and which account is theirs.

mod form;
#[cfg(test)]
mod tests;

use super::setup_list::{Column, Kind, SetupList, Words};
use crate::{
    domain::{
        access::Action,
        entities::Role,
        id::{StudentId, UserId},
    },
    protocol::{Field, GuardianRow, GuardiansOf, Reply, Request},
    t,
    text::{names, sanitise},
    ui::{ctx::Ctx, effect::Effect, widgets::Form},
};

/// What the list of guardians lists.
pub struct Guardians {
    student: StudentId,
    /// Accounts that may be a guardian's.
    accounts: Vec<(UserId, String)>,
    /// Guardians of others that were found for what is typed.
    known: Vec<GuardianRow>,
}

/// A line: a guardian of that student.
#[derive(Clone)]
pub struct Line {
    student: StudentId,
    row: GuardianRow,
}

/// The screen.
#[must_use]
pub fn screen(student: StudentId) -> SetupList<Guardians> {
    SetupList::new(Guardians { student, accounts: Vec::new(), known: Vec::new() })
}

impl Kind for Guardians {
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
        Column { heading: "field-relation", width: Some(8), right: false },
        Column { heading: "field-name", width: Some(24), right: false },
        Column { heading: "field-phone", width: Some(18), right: false },
        Column { heading: "guardians-column-children", width: None, right: false },
    ];
    const EDIT: Action = Action::EditStudents;

    fn asks(&self, ctx: &Ctx) -> Vec<Request> {
        let mut asks = vec![Request::Guardians(GuardiansOf::Student(self.student.clone()))];
        if ctx.may(Action::EditUsers) {
            asks.push(Request::Users);
        }
        asks
    }

    fn answered(&mut self, _ctx: &Ctx, reply: Reply) -> Option<Vec<Self::Row>> {
        match reply {
            Reply::Guardians(rows) => {
                return Some(rows.into_iter().map(|row| Line { student: self.student.clone(), row }).collect());
            }
            Reply::Users(rows) => {
                let family = |role| !matches!(role, Role::Student);
                let rows = rows.into_iter().filter(|row| family(row.role) && !row.disabled);
                self.accounts = rows.map(|row| (row.id, row.username.as_str().to_owned())).collect();
            }
            _ => {}
        }
        None
    }

    fn found(&mut self, _ctx: &Ctx, reply: Reply, form: &mut Form) {
        if let Reply::Guardians(rows) = reply {
            self.take_known(rows, form);
        }
    }

    fn cells(&self, ctx: &Ctx, line: &Self::Row) -> Vec<String> {
        let guardian = &line.row.guardian;
        let others = line.row.children.iter().filter(|(id, _)| *id != line.student).map(|(_, name)| name.clone());
        vec![
            names::relation(&ctx.locale, guardian.relation),
            guardian.full_name(),
            guardian.phones.first().map_or_else(String::new, crate::domain::text_values::Phone::international),
            others.collect::<Vec<_>>().join(", "),
        ]
    }

    fn id(line: &Self::Row) -> String {
        line.row.guardian.id.as_str().to_owned()
    }

    fn ask_to_remove(ctx: &Ctx, line: &Self::Row) -> String {
        t!(ctx.locale, "guardians-ask-remove", name = sanitise::line(&line.row.guardian.full_name()))
    }

    fn form(&mut self, ctx: &Ctx, line: Option<&Self::Row>) -> Form {
        self.known.clear();
        self.make_form(ctx, line.map(|line| &line.row))
    }

    fn save(&mut self, ctx: &Ctx, line: Option<&Self::Row>, form: &mut Form) -> Option<Request> {
        self.read_form(ctx, line.map(|line| &line.row), form)
    }

    fn remove(line: &Self::Row) -> Request {
        let stored = &line.row.guardian;
        let mut guardian = stored.body.clone();
        guardian.children.retain(|child| *child != line.student);
        if guardian.children.is_empty() {
            return Request::DeleteGuardian { id: guardian.id, version: stored.version };
        }
        Request::SaveGuardian { guardian: Box::new(guardian), version: Some(stored.version) }
    }

    fn nothing_new(&self, ctx: &Ctx, _form: &Form) -> Option<String> {
        Some(t!(ctx.locale, "list-nothing-new"))
    }

    fn form_changed(&mut self, _ctx: &Ctx, form: &mut Form) -> Vec<Effect> {
        form::search(form)
    }

    fn form_notes(&self, ctx: &Ctx) -> Vec<String> {
        vec![t!(ctx.locale, "guardians-note")]
    }
}

/// The field of a guardian who is known already.
const KNOWN: Field = Field::Student;

//! Deleted students: found again, and brought back with their enrolments, marks and account.

#[cfg(test)]
mod tests;

use super::setup_list::{BringingBack, Column, Kind, SetupList, Words};
use crate::{
    domain::access::Action,
    protocol::{DeletedStudent, Reply, Request},
    text::format,
    ui::{ctx::Ctx, widgets::Form},
};

/// What the list of deleted students lists.
#[derive(Default)]
pub struct DeletedStudents;

/// The screen.
#[must_use]
pub fn screen() -> SetupList<DeletedStudents> {
    SetupList::new(DeletedStudents)
}

impl Kind for DeletedStudents {
    type Row = DeletedStudent;

    const WORDS: Words = Words {
        title: "deleted-title",
        new: "deleted-title",
        change: "deleted-title",
        empty: "deleted-empty",
        saved: "deleted-back",
        removed: "deleted-back",
        remove: "deleted-title",
        fixed: None,
        about: "",
        bringing_back: Some(BringingBack {
            key: "deleted-key-back",
            hint: "deleted-hint-back",
            only: "deleted-only-back",
            done: "deleted-back",
        }),
    };
    const COLUMNS: &'static [Column] = &[
        Column { heading: "deleted-column-name", width: None, right: false },
        Column { heading: "field-matricule", width: Some(13), right: false },
        Column { heading: "field-class", width: Some(9), right: false },
        Column { heading: "deleted-column-at", width: Some(16), right: false },
        Column { heading: "deleted-column-by", width: Some(14), right: false },
    ];
    const EDIT: Action = Action::DeleteStudents;

    fn asks(&self, _ctx: &Ctx) -> Vec<Request> {
        vec![Request::DeletedStudents]
    }

    fn answered(&mut self, _ctx: &Ctx, reply: Reply) -> Option<Vec<Self::Row>> {
        match reply {
            Reply::DeletedStudents(rows) => Some(rows),
            _ => None,
        }
    }

    fn cells(&self, ctx: &Ctx, row: &Self::Row) -> Vec<String> {
        vec![
            row.name.clone(),
            row.matricule.as_str().to_owned(),
            row.class.clone().unwrap_or_default(),
            format::moment(row.at, &ctx.zone),
            row.by.clone(),
        ]
    }

    fn id(row: &Self::Row) -> String {
        row.act.as_str().to_owned()
    }

    fn ask_to_remove(_ctx: &Ctx, _row: &Self::Row) -> String {
        String::new()
    }

    fn form(&mut self, _ctx: &Ctx, _row: Option<&Self::Row>) -> Form {
        Form::new(Vec::new())
    }

    fn save(&mut self, _ctx: &Ctx, _row: Option<&Self::Row>, _form: &mut Form) -> Option<Request> {
        None
    }

    fn remove(row: &Self::Row) -> Request {
        Request::Undo(row.act.clone())
    }

    fn bring_back(row: &Self::Row) -> Option<Request> {
        Some(Request::Undo(row.act.clone()))
    }
}

//! Who teaches what, where: this year's charges.

#[cfg(test)]
mod tests;

use super::setup_list::{Column, Kind, SetupList, Words};
use crate::{
    domain::{access::Action, entities::Role, id::UserId},
    protocol::{AccountRow, AssignmentRow, Field, Reply, Request},
    t,
    text::{self, field_name, sanitise},
    ui::{
        ctx::Ctx,
        widgets::{ChoiceField, Form, FormField},
    },
};

/// What the list of charges lists.
#[derive(Default)]
pub struct Assignments {
    /// Those who may be given one, in French order of names.
    teachers: Vec<(UserId, String)>,
}

/// The screen.
#[must_use]
pub fn screen() -> SetupList<Assignments> {
    SetupList::new(Assignments::default())
}

impl Assignments {
    fn take_accounts(&mut self, rows: &[AccountRow]) {
        let teachers = rows.iter().filter(|row| row.role == Role::Teacher && !row.disabled);
        self.teachers =
            teachers.map(|row| (row.id.clone(), format!("{} ({})", row.display_name, row.username))).collect();
    }
}

/// What is chosen in a field; the error is written under it.
fn chosen<T: Clone>(ctx: &Ctx, form: &mut Form, field: Field, among: &[T]) -> Option<T> {
    let chosen = form.chosen(field).and_then(|index| among.get(index).cloned());
    if chosen.is_none() {
        let why = form.not_chosen(field);
        form.error(field, text::why(&ctx.locale, &why));
    }
    chosen
}

impl Kind for Assignments {
    type Row = AssignmentRow;

    const WORDS: Words = Words {
        title: "assignments-title",
        new: "assignments-new",
        change: "assignments-new",
        empty: "assignments-empty",
        saved: "assignments-saved",
        removed: "assignments-removed",
        remove: "assignments-remove",
        fixed: Some("assignments-fixed"),
        about: "",
        bringing_back: None,
    };
    const COLUMNS: &'static [Column] = &[
        Column { heading: "field-class", width: Some(16), right: false },
        Column { heading: "field-subject", width: None, right: false },
        Column { heading: "field-teacher", width: None, right: false },
    ];
    const EDIT: Action = Action::EditSetup;

    fn asks(&self, ctx: &Ctx) -> Vec<Request> {
        let mut asks = vec![Request::Assignments];
        if ctx.may(Action::ViewUsers) {
            asks.push(Request::Users);
        }
        asks
    }

    fn answered(&mut self, _ctx: &Ctx, reply: Reply) -> Option<Vec<Self::Row>> {
        match reply {
            Reply::Assignments(rows) => return Some(rows),
            Reply::Users(rows) => self.take_accounts(&rows),
            _ => {}
        }
        None
    }

    fn cells(&self, _ctx: &Ctx, row: &Self::Row) -> Vec<String> {
        vec![row.class_name.clone(), row.subject_name.clone(), row.teacher_name.clone()]
    }

    fn id(row: &Self::Row) -> String {
        row.id.as_str().to_owned()
    }

    fn ask_to_remove(ctx: &Ctx, row: &Self::Row) -> String {
        let [class, subject, teacher] =
            [&row.class_name, &row.subject_name, &row.teacher_name].map(|text| sanitise::line(text));
        t!(ctx.locale, "assignments-ask-remove", teacher = teacher, subject = subject, class = class)
    }

    fn form(&mut self, ctx: &Ctx, _row: Option<&Self::Row>) -> Form {
        let labels = |setup: Option<Vec<String>>| setup.unwrap_or_default();
        let teachers = self.teachers.iter().map(|(_, name)| name.clone()).collect();
        let setup = ctx.setup();
        let classes = setup.map(|setup| setup.classes.iter().map(|class| class.name.to_string()).collect());
        let subjects = setup.map(|setup| setup.subjects.iter().map(|subject| subject.name.to_string()).collect());
        let choice = |field: Field, labels: Vec<String>| {
            FormField::choice(field, field_name(&ctx.locale, field), ChoiceField::new(labels, None))
                .help(t!(ctx.locale, "list-help-choice"))
        };
        Form::new(vec![
            choice(Field::Teacher, teachers),
            choice(Field::Class, labels(classes)),
            choice(Field::Subject, labels(subjects)),
        ])
    }

    fn save(&mut self, ctx: &Ctx, _row: Option<&Self::Row>, form: &mut Form) -> Option<Request> {
        let setup = ctx.setup()?;
        let teacher = chosen(ctx, form, Field::Teacher, &self.teachers);
        let class = chosen(ctx, form, Field::Class, &setup.classes);
        let subject = chosen(ctx, form, Field::Subject, &setup.subjects);
        let (class, subject) = (class?.body.id, subject?.body.id);
        Some(Request::SaveAssignment { teacher: teacher?.0, class, subject })
    }

    fn nothing_new(&self, ctx: &Ctx, form: &Form) -> Option<String> {
        let [class, subject, teacher] =
            [Field::Class, Field::Subject, Field::Teacher].map(|field| sanitise::line(form.value(field)));
        Some(t!(ctx.locale, "assignments-already", teacher = teacher, subject = subject, class = class))
    }

    fn remove(row: &Self::Row) -> Request {
        Request::DeleteAssignment { id: row.id.clone(), version: row.version }
    }

    fn form_notes(&self, ctx: &Ctx) -> Vec<String> {
        if self.teachers.is_empty() { vec![t!(ctx.locale, "assignments-no-teacher")] } else { Vec::new() }
    }
}

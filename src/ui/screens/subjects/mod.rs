//! The subjects, with their coefficients.

mod coefficients;
#[cfg(test)]
mod tests;

use super::setup_list::{Column, Kind, SetupList, Words, name_field, number, optional, required};
use crate::{
    domain::{
        access::Action,
        entities::{Subject, SubjectKind},
        schema::Stored,
        text_values::Name,
    },
    protocol::{Field, Reply, Request, SubjectDraft},
    t,
    text::{self, field_name, names, sanitise},
    ui::{
        ctx::Ctx,
        widgets::{ChoiceField, Form, FormField, TextInput},
    },
};

/// What the list of subjects lists.
#[derive(Default)]
pub struct Subjects {
    /// Where a new one goes: after all others.
    next: u16,
}

/// The screen.
#[must_use]
pub fn screen() -> SetupList<Subjects> {
    SetupList::new(Subjects::default())
}

/// Characters of the line of coefficients by level and series.
const LINE: usize = 400;
/// The greatest coefficient.
const MOST: u8 = 100;

/// What is not as with most subjects.
fn notes(ctx: &Ctx, subject: &Subject) -> String {
    let complementary = subject.kind == SubjectKind::Complementary;
    let notes = [
        complementary.then(|| t!(ctx.locale, "subjects-complementary")),
        subject.optional.then(|| t!(ctx.locale, "subjects-option")),
        subject.sample.then(|| t!(ctx.locale, "subjects-sample")),
    ];
    notes.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

impl Kind for Subjects {
    type Row = Stored<Subject>;

    const WORDS: Words = Words {
        title: "subjects-title",
        new: "subjects-new",
        change: "subjects-change",
        empty: "subjects-empty",
        saved: "subjects-saved",
        removed: "subjects-removed",
        remove: "subjects-remove",
        fixed: None,
        about: "subjects-about",
        bringing_back: None,
    };
    const COLUMNS: &'static [Column] = &[
        Column { heading: "subjects-column-position", width: Some(3), right: true },
        Column { heading: "field-name", width: Some(19), right: false },
        Column { heading: "field-short", width: Some(8), right: false },
        Column { heading: "subjects-column-coefficient", width: Some(4), right: true },
        Column { heading: "subjects-column-others", width: None, right: false },
        Column { heading: "subjects-column-notes", width: Some(15), right: false },
    ];
    const EDIT: Action = Action::EditSetup;

    fn asks(&self, _ctx: &Ctx) -> Vec<Request> {
        vec![Request::Setup]
    }

    fn answered(&mut self, _ctx: &Ctx, reply: Reply) -> Option<Vec<Self::Row>> {
        match reply {
            Reply::Setup(setup) => {
                let last = setup.subjects.iter().map(|subject| subject.position).max();
                self.next = last.unwrap_or(0).saturating_add(1);
                Some(setup.subjects)
            }
            _ => None,
        }
    }

    fn cells(&self, ctx: &Ctx, row: &Self::Row) -> Vec<String> {
        vec![
            row.position.to_string(),
            row.name.as_str().to_owned(),
            row.short.as_ref().map_or(String::new(), |name| name.as_str().to_owned()),
            row.coefficient.to_string(),
            coefficients::written(&row.coefficients),
            notes(ctx, row),
        ]
    }

    fn id(row: &Self::Row) -> String {
        row.id.as_str().to_owned()
    }

    fn ask_to_remove(ctx: &Ctx, row: &Self::Row) -> String {
        t!(ctx.locale, "subjects-ask-remove", name = sanitise::line(row.name.as_str()))
    }

    fn form(&mut self, ctx: &Ctx, row: Option<&Self::Row>) -> Form {
        let subject = row.map(|row| &row.body);
        let text = |field: Field, max: usize, value: String| {
            FormField::text(field, field_name(&ctx.locale, field), TextInput::new(max).proposing(&value))
        };
        let kind = subject.map(|subject| subject.kind);
        let kind = SubjectKind::ALL.iter().position(|known| kind.unwrap_or_default() == *known);
        let option = Some(usize::from(subject.is_some_and(|subject| subject.optional)));
        let choice = |field: Field, labels: [String; 2], chosen: Option<usize>| {
            let choice = ChoiceField::new(labels.to_vec(), chosen);
            FormField::choice(field, field_name(&ctx.locale, field), choice).help(t!(ctx.locale, "list-help-choice"))
        };
        let coefficient = subject.map_or(1, |subject| subject.coefficient);
        let others = subject.map_or(String::new(), |subject| coefficients::written(&subject.coefficients));
        let position = subject.map_or(self.next, |subject| subject.position);
        let others_label = t!(ctx.locale, "subjects-column-others");
        Form::new(vec![
            name_field(ctx, Field::Name, subject.map(|subject| &subject.name)),
            name_field(ctx, Field::Short, subject.and_then(|subject| subject.short.as_ref()))
                .help(t!(ctx.locale, "subjects-help-short")),
            text(Field::Coefficient, 3, coefficient.to_string()).help(t!(ctx.locale, "subjects-help-coefficient")),
            FormField::text(Field::Series, others_label, TextInput::new(LINE).with(&others))
                .help(t!(ctx.locale, "subjects-help-others")),
            text(Field::Position, 5, position.to_string()).help(t!(ctx.locale, "subjects-help-position")),
            choice(Field::SubjectKind, SubjectKind::ALL.map(|kind| names::subject_kind(&ctx.locale, kind)), kind),
            choice(
                Field::Optional,
                [t!(ctx.locale, "subjects-whole-class"), t!(ctx.locale, "subjects-option")],
                option,
            )
            .help(t!(ctx.locale, "subjects-help-option")),
        ])
    }

    fn save(&mut self, ctx: &Ctx, row: Option<&Self::Row>, form: &mut Form) -> Option<Request> {
        let name: Option<Name> = required(ctx, form, Field::Name);
        let short = optional(ctx, form, Field::Short);
        let coefficient = number(ctx, form, Field::Coefficient, u32::from(MOST));
        let others = coefficients::parse(form.value(Field::Series), MOST);
        let others = others.map_err(|why| form.error(Field::Series, text::why(&ctx.locale, &why))).ok();
        let position = number(ctx, form, Field::Position, u32::from(u16::MAX));
        let subject = SubjectDraft {
            id: row.map(|row| row.id.clone()),
            name: name?,
            short,
            coefficient: coefficient?,
            coefficients: others?,
            position: position?,
            kind: form
                .chosen(Field::SubjectKind)
                .and_then(|index| SubjectKind::ALL.get(index))
                .copied()
                .unwrap_or_default(),
            optional: form.chosen(Field::Optional) == Some(1),
        };
        Some(Request::SaveSubject { subject, version: row.map(|row| row.version) })
    }

    fn remove(row: &Self::Row) -> Request {
        Request::DeleteSubject { id: row.id.clone(), version: row.version }
    }
}

//! The classes of the school.

#[cfg(test)]
mod tests;

use super::setup_list::{Column, Kind, SetupList, Words, name_field, optional, required};
use crate::{
    domain::{access::Action, entities::Class, id::ClassId, schema::Stored, text_values::Name},
    protocol::{Field, Reply, Request},
    t,
    text::sanitise,
    ui::{ctx::Ctx, widgets::Form},
};

/// What the list of classes lists.
#[derive(Default)]
pub struct Classes;

/// The screen.
#[must_use]
pub fn screen() -> SetupList<Classes> {
    SetupList::new(Classes)
}

impl Kind for Classes {
    type Row = Stored<Class>;

    const WORDS: Words = Words {
        title: "classes-title",
        new: "classes-new",
        change: "classes-change",
        empty: "classes-empty",
        saved: "classes-saved",
        removed: "classes-removed",
        remove: "classes-remove",
        fixed: None,
        about: "",
        bringing_back: None,
    };
    const COLUMNS: &'static [Column] = &[
        Column { heading: "field-name", width: None, right: false },
        Column { heading: "field-level", width: Some(22), right: false },
        Column { heading: "field-series", width: Some(14), right: false },
    ];
    const EDIT: Action = Action::EditSetup;

    fn asks(&self, _ctx: &Ctx) -> Vec<Request> {
        vec![Request::Setup]
    }

    fn answered(&mut self, _ctx: &Ctx, reply: Reply) -> Option<Vec<Self::Row>> {
        match reply {
            Reply::Setup(setup) => Some(setup.classes),
            _ => None,
        }
    }

    fn cells(&self, _ctx: &Ctx, row: &Self::Row) -> Vec<String> {
        let text = |name: &Option<Name>| name.as_ref().map_or(String::new(), |name| name.as_str().to_owned());
        vec![row.name.as_str().to_owned(), text(&row.level), text(&row.series)]
    }

    fn id(row: &Self::Row) -> String {
        row.id.as_str().to_owned()
    }

    fn ask_to_remove(ctx: &Ctx, row: &Self::Row) -> String {
        t!(ctx.locale, "classes-ask-remove", name = sanitise::line(row.name.as_str()))
    }

    fn form(&mut self, ctx: &Ctx, row: Option<&Self::Row>) -> Form {
        let class = row.map(|row| &row.body);
        Form::new(vec![
            name_field(ctx, Field::Name, class.map(|class| &class.name)).help(t!(ctx.locale, "classes-help-name")),
            name_field(ctx, Field::Level, class.and_then(|class| class.level.as_ref()))
                .help(t!(ctx.locale, "classes-help-level")),
            name_field(ctx, Field::Series, class.and_then(|class| class.series.as_ref()))
                .help(t!(ctx.locale, "classes-help-series")),
        ])
    }

    fn save(&mut self, ctx: &Ctx, row: Option<&Self::Row>, form: &mut Form) -> Option<Request> {
        let name = required(ctx, form, Field::Name);
        let (level, series) = (optional(ctx, form, Field::Level), optional(ctx, form, Field::Series));
        // A new class gets its id from the backend.
        let id = row.map_or_else(|| ClassId::new(""), |row| row.id.clone());
        Some(Request::SaveClass {
            class: Class { id, name: name?, level, series },
            version: row.map(|row| row.version),
        })
    }

    fn remove(row: &Self::Row) -> Request {
        Request::DeleteClass { id: row.id.clone(), version: row.version }
    }
}

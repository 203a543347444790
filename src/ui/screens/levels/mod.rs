//! The levels and series of the school, in their order.

#[cfg(test)]
mod tests;

use super::setup_list::{Column, Kind, SetupList, Words, name_field, number, required};
use crate::{
    domain::{
        access::Action,
        entities::{Level, LevelKind},
        id::LevelId,
        schema::Stored,
    },
    protocol::{Field, Reply, Request},
    t,
    text::{field_name, names, sanitise},
    ui::{
        ctx::Ctx,
        widgets::{ChoiceField, Form, FormField, TextInput},
    },
};

/// What the list of levels lists.
#[derive(Default)]
pub struct Levels {
    /// Where a new level and a new series go: after all others.
    next: [u16; 2],
}

/// The screen.
#[must_use]
pub fn screen() -> SetupList<Levels> {
    SetupList::new(Levels::default())
}

impl Kind for Levels {
    type Row = Stored<Level>;

    const WORDS: Words = Words {
        title: "levels-title",
        new: "levels-new",
        change: "levels-change",
        empty: "levels-empty",
        saved: "levels-saved",
        removed: "levels-removed",
        remove: "levels-remove",
        fixed: None,
        about: "levels-about",
        bringing_back: None,
    };
    const COLUMNS: &'static [Column] = &[
        Column { heading: "field-kind", width: Some(10), right: false },
        Column { heading: "subjects-column-position", width: Some(3), right: true },
        Column { heading: "field-name", width: None, right: false },
        Column { heading: "levels-column-classes", width: Some(8), right: true },
    ];
    const EDIT: Action = Action::EditSetup;
    const FILL: Option<Request> = Some(Request::FillLevels);

    fn asks(&self, _ctx: &Ctx) -> Vec<Request> {
        vec![Request::Setup]
    }

    fn answered(&mut self, _ctx: &Ctx, reply: Reply) -> Option<Vec<Self::Row>> {
        let Reply::Setup(setup) = reply else { return None };
        self.next = LevelKind::ALL.map(|kind| {
            let of = setup.levels.iter().filter(|level| level.kind == kind);
            of.map(|level| level.position).max().unwrap_or_default().saturating_add(1)
        });
        Some(setup.levels)
    }

    fn cells(&self, ctx: &Ctx, row: &Self::Row) -> Vec<String> {
        let classes = ctx.setup().map(|setup| setup.classes.as_slice()).unwrap_or_default();
        let named = classes.iter().filter(|class| {
            let name = match row.kind {
                LevelKind::Level => &class.level,
                LevelKind::Series => &class.series,
            };
            name.as_ref() == Some(&row.name)
        });
        vec![
            names::level_kind(&ctx.locale, row.kind),
            row.position.to_string(),
            row.name.as_str().to_owned(),
            named.count().to_string(),
        ]
    }

    fn id(row: &Self::Row) -> String {
        row.id.as_str().to_owned()
    }

    fn ask_to_remove(ctx: &Ctx, row: &Self::Row) -> String {
        t!(ctx.locale, "levels-ask-remove", name = sanitise::line(row.name.as_str()))
    }

    fn form(&mut self, ctx: &Ctx, row: Option<&Self::Row>) -> Form {
        let level = row.map(|row| &row.body);
        let kind = level.map_or(LevelKind::Level, |level| level.kind);
        // What is a level stays one: the choice is made when it is added.
        let kinds: Vec<LevelKind> = LevelKind::ALL.into_iter().filter(|one| row.is_none() || *one == kind).collect();
        let labels = kinds.iter().map(|kind| names::level_kind(&ctx.locale, *kind)).collect();
        let next = self.next.first().copied().unwrap_or(1);
        let position = level.map_or(next, |level| level.position).to_string();
        let place = TextInput::new(5).proposing(&position);
        Form::new(vec![
            name_field(ctx, Field::Name, level.map(|level| &level.name)).help(t!(ctx.locale, "levels-help-name")),
            FormField::choice(Field::Kind, field_name(&ctx.locale, Field::Kind), ChoiceField::new(labels, Some(0)))
                .help(t!(ctx.locale, "list-help-choice")),
            FormField::text(Field::Position, field_name(&ctx.locale, Field::Position), place)
                .help(t!(ctx.locale, "levels-help-position")),
        ])
    }

    fn save(&mut self, ctx: &Ctx, row: Option<&Self::Row>, form: &mut Form) -> Option<Request> {
        let name = required(ctx, form, Field::Name);
        let position = number(ctx, form, Field::Position, u32::from(u16::MAX));
        let kind = match row {
            Some(row) => row.kind,
            None => form.chosen(Field::Kind).and_then(|index| LevelKind::ALL.get(index)).copied().unwrap_or_default(),
        };
        let id = row.map_or_else(|| LevelId::new(""), |row| row.id.clone());
        Some(Request::SaveLevel {
            level: Level { id, kind, name: name?, position: position? },
            version: row.map(|row| row.version),
        })
    }

    fn nothing_new(&self, ctx: &Ctx, _form: &Form) -> Option<String> {
        Some(t!(ctx.locale, "list-nothing-new"))
    }

    fn remove(row: &Self::Row) -> Request {
        Request::DeleteLevel { id: row.id.clone(), version: row.version }
    }
}

//! The classes of the school.

#[cfg(test)]
mod tests;

use super::setup_list::{Column, Kind, SetupList, Words, name_field, required};
use crate::{
    domain::{
        access::Action,
        entities::{Class, LevelKind, Role},
        id::{ClassId, UserId},
        schema::Stored,
        text_values::Name,
    },
    protocol::{Field, Reply, Request, Why},
    t,
    text::{self, field_name, sanitise},
    ui::{
        ctx::Ctx,
        widgets::{ChoiceField, Form, FormField, TextInput},
    },
};

/// What the list of classes lists.
#[derive(Default)]
pub struct Classes {
    /// Those who may answer for a class, in French order of names.
    teachers: Vec<(UserId, String)>,
}

/// What stands for "none" among choices.
const NONE: &str = "—";
/// More students are in no class.
const MOST: u32 = 1_000;

impl Classes {
    fn teacher(&self, id: &UserId) -> Option<usize> {
        self.teachers.iter().position(|(known, _)| known == id)
    }

    fn teacher_name(&self, class: &Class) -> String {
        let name = class.head_teacher.as_ref().and_then(|id| self.teachers.get(self.teacher(id)?));
        name.map_or_else(String::new, |(_, name)| name.clone())
    }
}

/// The levels or series one can choose: those of the school, and the class's own.
fn names(ctx: &Ctx, kind: LevelKind, class: Option<&Class>) -> Vec<Name> {
    let levels = ctx.setup().map(|setup| setup.levels.as_slice()).unwrap_or_default();
    let mut names: Vec<Name> =
        levels.iter().filter(|level| level.kind == kind).map(|level| level.name.clone()).collect();
    let own = class.and_then(|class| of(class, kind));
    names.extend(own.filter(|own| !names.contains(own)).cloned().into_iter().collect::<Vec<_>>());
    names
}

fn of(class: &Class, kind: LevelKind) -> Option<&Name> {
    match kind {
        LevelKind::Level => class.level.as_ref(),
        LevelKind::Series => class.series.as_ref(),
    }
}

/// A choice of one of these, or of none, which stands first.
fn choice(ctx: &Ctx, field: Field, labels: impl Iterator<Item = String>, chosen: Option<usize>) -> FormField {
    let labels: Vec<String> = std::iter::once(NONE.to_owned()).chain(labels).collect();
    let chosen = chosen.map_or(0, |index| index.saturating_add(1));
    FormField::choice(field, field_name(&ctx.locale, field), ChoiceField::new(labels, Some(chosen)))
}

/// What is chosen of these; what is typed and fits nothing is refused.
fn chosen<T: Clone>(ctx: &Ctx, form: &mut Form, field: Field, among: &[T]) -> Option<T> {
    let Some(index) = form.chosen(field) else {
        let why = form.not_chosen(field);
        form.error(field, text::why(&ctx.locale, &why));
        return None;
    };
    index.checked_sub(1).and_then(|index| among.get(index).cloned())
}

/// The screen.
#[must_use]
pub fn screen() -> SetupList<Classes> {
    SetupList::new(Classes::default())
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
        Column { heading: "field-level", width: Some(12), right: false },
        Column { heading: "field-series", width: Some(8), right: false },
        Column { heading: "field-capacity", width: Some(6), right: true },
        Column { heading: "field-head-teacher", width: None, right: false },
    ];
    const EDIT: Action = Action::EditSetup;

    fn asks(&self, ctx: &Ctx) -> Vec<Request> {
        let mut asks = vec![Request::Setup];
        if ctx.may(Action::ViewUsers) {
            asks.push(Request::Users);
        }
        asks
    }

    fn answered(&mut self, _ctx: &Ctx, reply: Reply) -> Option<Vec<Self::Row>> {
        match reply {
            Reply::Setup(setup) => return Some(setup.classes),
            Reply::Users(rows) => {
                let teachers = rows.into_iter().filter(|row| row.role == Role::Teacher && !row.disabled);
                self.teachers = teachers.map(|row| (row.id, row.display_name.to_string())).collect();
            }
            _ => {}
        }
        None
    }

    fn cells(&self, _ctx: &Ctx, row: &Self::Row) -> Vec<String> {
        let text = |name: &Option<Name>| name.as_ref().map_or(String::new(), |name| name.as_str().to_owned());
        let capacity = row.capacity.map_or_else(String::new, |capacity| capacity.to_string());
        vec![row.name.as_str().to_owned(), text(&row.level), text(&row.series), capacity, self.teacher_name(row)]
    }

    fn id(row: &Self::Row) -> String {
        row.id.as_str().to_owned()
    }

    fn ask_to_remove(ctx: &Ctx, row: &Self::Row) -> String {
        t!(ctx.locale, "classes-ask-remove", name = sanitise::line(row.name.as_str()))
    }

    fn form(&mut self, ctx: &Ctx, row: Option<&Self::Row>) -> Form {
        let class = row.map(|row| &row.body);
        let level = |kind, field| {
            let names = names(ctx, kind, class);
            let own = class.and_then(|class| of(class, kind));
            let place = own.and_then(|own| names.iter().position(|name| name == own));
            choice(ctx, field, names.iter().map(Name::to_string), place)
        };
        let teacher = class.and_then(|class| class.head_teacher.as_ref()).and_then(|id| self.teacher(id));
        let teachers = self.teachers.iter().map(|(_, name)| name.clone());
        let capacity = class.and_then(|class| class.capacity).map_or_else(String::new, |count| count.to_string());
        let label = field_name(&ctx.locale, Field::Capacity);
        Form::new(vec![
            name_field(ctx, Field::Name, class.map(|class| &class.name)).help(t!(ctx.locale, "classes-help-name")),
            level(LevelKind::Level, Field::Level).help(t!(ctx.locale, "classes-help-level")),
            level(LevelKind::Series, Field::Series).help(t!(ctx.locale, "classes-help-series")),
            choice(ctx, Field::HeadTeacher, teachers, teacher).help(t!(ctx.locale, "classes-help-teacher")),
            FormField::text(Field::Capacity, label, TextInput::new(4).with(&capacity))
                .help(t!(ctx.locale, "classes-help-capacity")),
        ])
    }

    fn save(&mut self, ctx: &Ctx, row: Option<&Self::Row>, form: &mut Form) -> Option<Request> {
        let name = required(ctx, form, Field::Name);
        let class = row.map(|row| &row.body);
        let level = chosen(ctx, form, Field::Level, &names(ctx, LevelKind::Level, class));
        let series = chosen(ctx, form, Field::Series, &names(ctx, LevelKind::Series, class));
        let teacher = chosen(ctx, form, Field::HeadTeacher, &self.teachers).map(|(id, _)| id);
        // Who is no longer among the teachers stays until another is chosen.
        let gone = class.and_then(|class| class.head_teacher.clone()).filter(|id| self.teacher(id).is_none());
        let typed = form.value(Field::Capacity).trim().to_owned();
        let capacity = typed.parse::<u16>().ok().filter(|count| (1..=MOST).contains(&u32::from(*count)));
        if capacity.is_none() && !typed.is_empty() {
            let why = Why::Whole { min: 1, max: i64::from(MOST) };
            form.error(Field::Capacity, text::why(&ctx.locale, &why));
        }
        // A new class gets its id from the backend.
        let id = row.map_or_else(|| ClassId::new(""), |row| row.id.clone());
        Some(Request::SaveClass {
            class: Class { id, name: name?, level, series, head_teacher: teacher.or(gone), capacity },
            version: row.map(|row| row.version),
        })
    }

    fn remove(row: &Self::Row) -> Request {
        Request::DeleteClass { id: row.id.clone(), version: row.version }
    }
}

//! The accounts: who may log in, as what, linked to which students.

mod links;
mod staff;
#[cfg(test)]
mod tests;

use ratatui::crossterm::event::KeyEvent;

use super::setup_list::{Column, Kind, SetupList, Words};
use crate::{
    domain::{
        access::Action,
        entities::Role,
        id::StudentId,
        text_values::{Name, Password, Username},
    },
    protocol::{AccountRow, Field, Found, Reply, Request, SaveUser},
    t,
    text::{self, field_name, names, sanitise, text_error},
    ui::{
        ctx::Ctx,
        effect::Effect,
        widgets::{ChoiceField, Form, FormField, TextInput},
    },
};

/// What the list of accounts lists.
#[derive(Default)]
pub struct Users {
    /// What the last search for students found.
    found: Vec<Found>,
    /// The students of the account in the form.
    links: Vec<(StudentId, String)>,
    /// One of them who is the account's own record, on an account that is not a student's.
    own: Option<StudentId>,
}

/// The screen.
#[must_use]
pub fn screen() -> SetupList<Users> {
    SetupList::new(Users::default())
}

impl Kind for Users {
    type Row = AccountRow;

    const WORDS: Words = Words {
        title: "users-title",
        new: "users-new",
        change: "users-change",
        empty: "users-empty",
        saved: "users-saved",
        removed: "users-removed",
        remove: "users-remove",
        fixed: None,
        about: "",
        bringing_back: None,
    };
    const COLUMNS: &'static [Column] = &[
        Column { heading: "field-display-name", width: Some(22), right: false },
        Column { heading: "users-column-username", width: Some(14), right: false },
        Column { heading: "field-role", width: Some(14), right: false },
        Column { heading: "users-column-state", width: Some(7), right: false },
        Column { heading: "users-column-links", width: None, right: false },
    ];
    const EDIT: Action = Action::EditUsers;

    fn asks(&self, _ctx: &Ctx) -> Vec<Request> {
        vec![Request::Users]
    }

    fn answered(&mut self, _ctx: &Ctx, reply: Reply) -> Option<Vec<Self::Row>> {
        match reply {
            Reply::Users(rows) => Some(rows),
            _ => None,
        }
    }

    fn found(&mut self, _ctx: &Ctx, reply: Reply, form: &mut Form) {
        if let Reply::Found(found) = reply {
            self.take_found(found, form);
        }
    }

    fn cells(&self, ctx: &Ctx, row: &Self::Row) -> Vec<String> {
        let state = if row.disabled { t!(ctx.locale, "users-closed") } else { t!(ctx.locale, "users-open") };
        let link = |(id, name): &(StudentId, String)| {
            if row.gone.contains(id) { t!(ctx.locale, "users-link-gone", name = name.as_str()) } else { name.clone() }
        };
        let links: Vec<String> = row.linked.iter().map(link).collect();
        vec![
            row.display_name.as_str().to_owned(),
            row.username.as_str().to_owned(),
            names::role(&ctx.locale, row.role),
            state,
            links.join(", "),
        ]
    }

    fn id(row: &Self::Row) -> String {
        row.id.as_str().to_owned()
    }

    fn ask_to_remove(ctx: &Ctx, row: &Self::Row) -> String {
        let name = sanitise::line(row.display_name.as_str());
        t!(ctx.locale, "users-ask-remove", name = name, username = row.username.as_str())
    }

    fn form(&mut self, ctx: &Ctx, row: Option<&Self::Row>) -> Form {
        self.found.clear();
        self.links = row.map(|row| row.linked.clone()).unwrap_or_default();
        self.own = row.filter(|row| row.role != Role::Student).and_then(|row| row.own.clone());
        form(ctx, row)
    }

    fn save(&mut self, ctx: &Ctx, row: Option<&Self::Row>, form: &mut Form) -> Option<Request> {
        let role = form.chosen(Field::Role).and_then(|index| Role::ALL.get(index).copied());
        // What was found and not yet taken is meant.
        self.take_link(role, form);
        let username = Username::parse(form.value(Field::Username));
        let username = username.map_err(|error| form.error(Field::Username, text_error(&ctx.locale, &error))).ok();
        let display_name = Name::parse(form.value(Field::DisplayName));
        let display_name =
            display_name.map_err(|error| form.error(Field::DisplayName, text_error(&ctx.locale, &error))).ok();
        if role.is_none() {
            let why = form.not_chosen(Field::Role);
            form.error(Field::Role, text::why(&ctx.locale, &why));
        }
        let password = match form.value(Field::Password) {
            "" => None,
            typed => {
                Password::new(typed).map_err(|error| form.error(Field::Password, text_error(&ctx.locale, &error))).ok()
            }
        };
        let staff = staff::read(ctx, form);
        let (student, children) = self.linked_as(ctx, role?, form);
        Some(Request::SaveUser(Box::new(SaveUser {
            id: row.map(|row| (row.id.clone(), row.version)),
            username: username?,
            display_name: display_name?,
            role: role?,
            disabled: form.chosen(Field::Status) == Some(1),
            password,
            student,
            children,
            staff: staff?,
        })))
    }

    fn remove(row: &Self::Row) -> Request {
        Request::DeleteUser { id: row.id.clone(), version: row.version }
    }

    fn form_key(&mut self, _ctx: &Ctx, form: &mut Form, key: KeyEvent) -> Option<Vec<Effect>> {
        let role = form.chosen(Field::Role).and_then(|index| Role::ALL.get(index).copied());
        self.link_key(role, form, key)
    }

    fn form_changed(&mut self, _ctx: &Ctx, form: &mut Form) -> Vec<Effect> {
        links::search(form)
    }

    fn form_notes(&self, ctx: &Ctx) -> Vec<String> {
        let names: Vec<String> = self.links.iter().map(|(_, name)| sanitise::line(name)).collect();
        let linked = if names.is_empty() {
            t!(ctx.locale, "users-no-links")
        } else {
            t!(ctx.locale, "users-links", names = names.join(", "))
        };
        vec![linked]
    }

    fn saved(&mut self, ctx: &Ctx, reply: &Reply) -> Vec<Effect> {
        let Reply::User(account) = reply else { return Vec::new() };
        let Some(password) = &account.first_password else { return Vec::new() };
        let text = t!(
            ctx.locale,
            "users-first-password",
            username = account.row.username.as_str(),
            password = password.reveal()
        );
        vec![Effect::Message { title: t!(ctx.locale, "users-first-password-title"), text }]
    }
}

fn form(ctx: &Ctx, row: Option<&AccountRow>) -> Form {
    let locale = &ctx.locale;
    let text = |field: Field, max: usize, value: &str| {
        FormField::text(field, field_name(locale, field), TextInput::new(max).with(value))
    };
    let roles: Vec<String> = Role::ALL.iter().map(|role| names::role(locale, *role)).collect();
    let role = row.and_then(|row| Role::ALL.iter().position(|role| *role == row.role));
    let states = vec![t!(locale, "users-state-open"), t!(locale, "users-state-closed")];
    let closed = usize::from(row.is_some_and(|row| row.disabled));
    let password_help =
        if row.is_some() { t!(locale, "users-help-password-keep") } else { t!(locale, "users-help-password-made") };
    let secret = TextInput::secret(Password::MAX_BYTES);
    let mut fields = vec![
        text(Field::DisplayName, Name::MAX, row.map_or("", |row| row.display_name.as_str())),
        text(Field::Username, 32, row.map_or("", |row| row.username.as_str())).help(t!(locale, "users-help-username")),
        FormField::choice(Field::Role, field_name(locale, Field::Role), ChoiceField::new(roles, role))
            .help(t!(locale, "list-help-choice")),
        FormField::choice(Field::Status, t!(locale, "users-field-state"), ChoiceField::new(states, Some(closed)))
            .help(t!(locale, "users-help-state")),
    ];
    fields.extend(staff::fields(ctx, row));
    fields.extend([
        FormField::text(Field::Password, field_name(locale, Field::Password), secret).help(password_help),
        FormField::choice(Field::Student, t!(locale, "users-field-link"), ChoiceField::searched())
            .help(t!(locale, "users-help-link")),
    ]);
    Form::new(fields)
}

//! The students an account is linked to: found by name, matricule or phone, taken one by one.

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use super::Users;
use crate::{
    domain::{entities::Role, id::StudentId},
    protocol::{Field, Found, Request},
    text,
    ui::{
        ctx::Ctx,
        effect::Effect,
        screens::setup_list::FIND,
        widgets::{ChoiceField, Form, FormField, form::FieldKind},
    },
};

/// How many are offered.
const OFFERED: u32 = 6;

fn choice(form: &mut Form) -> Option<&mut ChoiceField> {
    match form.field_mut(Field::Student) {
        Some(FormField { kind: FieldKind::Choice(choice), .. }) => Some(choice),
        Some(FormField { kind: FieldKind::Text(_), .. }) | None => None,
    }
}

/// Asks for the students that fit what is typed.
pub(super) fn search(form: &mut Form) -> Vec<Effect> {
    if form.focused() != Some(Field::Student) {
        return Vec::new();
    }
    let typed = choice(form).map_or(String::new(), |choice| choice.typed().text().trim().to_owned());
    if typed.chars().count() < 2 {
        return Vec::new();
    }
    vec![Effect::Ask { slot: FIND, request: Request::Find { text: typed, limit: OFFERED } }]
}

impl Users {
    pub(super) fn take_found(&mut self, found: Vec<Found>, form: &mut Form) {
        let label = |found: &Found| match &found.class {
            Some(class) => format!("{} ({class})", found.name),
            None => found.name.clone(),
        };
        if let Some(choice) = choice(form).filter(|choice| !choice.typed().is_empty()) {
            choice.offer(found.iter().map(label).collect());
            self.found = found;
        }
    }

    /// Takes the student that is chosen in the field, and empties it. `false`: none is.
    pub(super) fn take_link(&mut self, role: Option<Role>, form: &mut Form) -> bool {
        let chosen = form.chosen(Field::Student).and_then(|index| self.found.get(index));
        let Some(link) = chosen.map(|found| (found.id.clone(), found.name.clone())) else { return false };
        // A student's account is one student's.
        if role == Some(Role::Student) {
            self.links.clear();
        }
        if !self.links.iter().any(|(id, _)| *id == link.0) {
            self.links.push(link);
        }
        self.found.clear();
        if let Some(choice) = choice(form) {
            choice.offer(Vec::new());
            choice.choose(None);
        }
        true
    }

    pub(super) fn link_key(&mut self, role: Option<Role>, form: &mut Form, key: KeyEvent) -> Option<Vec<Effect>> {
        if form.focused() != Some(Field::Student) {
            return None;
        }
        let typed = choice(form).is_some_and(|choice| !choice.typed().is_empty());
        match key.code {
            KeyCode::Enter if self.take_link(role, form) => Some(Vec::new()),
            // What was typed found nobody: Enter must not hand in the form without saying so.
            KeyCode::Enter if typed => Some(vec![Effect::Bell]),
            KeyCode::Backspace | KeyCode::Delete if !typed && self.links.pop().is_some() => {
                form.touch();
                Some(Vec::new())
            }
            _ => None,
        }
    }

    /// The account's own student, or its children.
    pub(super) fn linked_as(&self, ctx: &Ctx, role: Role, form: &mut Form) -> (Option<StudentId>, Vec<StudentId>) {
        let mut ids = self.links.iter().map(|(id, _)| id.clone());
        match role {
            Role::Student => {
                let own = ids.next();
                if own.is_none() {
                    let why = form.not_chosen(Field::Student);
                    form.error(Field::Student, text::why(&ctx.locale, &why));
                }
                (own, Vec::new())
            }
            Role::Admin
            | Role::Head
            | Role::Bursar
            | Role::Secretary
            | Role::Supervisor
            | Role::Teacher
            | Role::Parent => {
                let (own, children): (Vec<StudentId>, Vec<StudentId>) =
                    ids.partition(|id| Some(id) == self.own.as_ref());
                (own.into_iter().next(), children)
            }
        }
    }
}

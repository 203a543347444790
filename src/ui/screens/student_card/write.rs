//! Removing the student, and taking that back.

use super::StudentScreen;
use crate::{
    protocol::{Failure, Reply, Request},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        popup::question::Question,
    },
};

/// Tag of the question before removing.
pub(super) const DELETE: &str = "student-card-delete";

/// Numbers of the two writes.
const DELETING: u64 = 1;
const UNDOING: u64 = 2;

impl StudentScreen {
    pub(super) fn ask_to_delete(&self, ctx: &Ctx) -> Vec<Effect> {
        let Some(card) = &self.card else { return Vec::new() };
        let locale = &ctx.locale;
        let name = text::sanitise::line(&card.student.full_name());
        let text = t!(locale, "students-delete-one", name = name, matricule = card.student.matricule.as_str());
        vec![Effect::Question(Question::confirm(locale, DELETE, t!(locale, "students-delete-title"), text))]
    }

    pub(super) fn delete(&self) -> Vec<Effect> {
        let Some(card) = &self.card else { return Vec::new() };
        let request = Request::DeleteStudent { id: self.id.clone(), version: card.student.version };
        vec![Effect::Write { id: DELETING, request }]
    }

    pub(super) fn take_back(&mut self) -> Vec<Effect> {
        let act = self.gone.clone();
        act.map(|act| Effect::Write { id: UNDOING, request: Request::Undo(act) }).into_iter().collect()
    }

    pub(super) fn written(&mut self, ctx: &Ctx, id: u64, result: Result<Reply, Failure>) -> Vec<Effect> {
        let locale = &ctx.locale;
        match (id, result) {
            (DELETING, Ok(Reply::Acted(act))) => {
                self.gone = Some(act);
                let name = self.card.as_ref().map(|card| text::sanitise::line(&card.student.full_name()));
                let said = t!(locale, "students-deleted", name = name.unwrap_or_default());
                vec![Effect::Say(Status::good(said))]
            }
            (UNDOING, Ok(_)) => {
                self.gone = None;
                let mut effects = vec![Effect::Say(Status::good(t!(locale, "students-back-again")))];
                effects.extend(self.read());
                effects
            }
            (_, Ok(_)) => Vec::new(),
            (_, Err(failure)) => {
                let mut effects = vec![Effect::Bell, Effect::Say(Status::bad(text::failure(locale, &failure)))];
                effects.extend(self.read());
                effects
            }
        }
    }
}

//! Handing the form in, and what comes back.

use super::{Sent, Stage, StudentForm, Target, clash, fields};
use crate::{
    domain::id::{ClassId, StudentId},
    protocol::{Failure, Field, Reply, Request, SaveStudent, StudentSaved},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        msg::Returned,
    },
};

/// The one write of this screen.
const SAVE: u64 = 1;

impl StudentForm {
    /// Saves and goes on with the next student of the same class: a class is typed in one go.
    pub(super) fn submit_and_next(&mut self, ctx: &Ctx) -> Vec<Effect> {
        if self.is_new() {
            return self.submit(ctx, true);
        }
        vec![Effect::Say(Status::info(t!(ctx.locale, "student-form-next-only-new")))]
    }

    /// Hands the form in; with `then_next`, an empty one follows.
    pub(super) fn submit(&mut self, ctx: &Ctx, then_next: bool) -> Vec<Effect> {
        if self.saving() {
            return vec![Effect::Say(Status::info(t!(ctx.locale, "student-form-saving")))];
        }
        self.then_next = then_next;
        let new = self.is_new();
        let Some(record) = fields::read(ctx, &mut self.form, &self.classes, new) else {
            self.stage = Stage::Fields;
            return wrong(ctx);
        };
        // Marks that were typed for another class must be looked at again before they are saved.
        if self.marks.count() > 0
            && let Some(class) = record.class.as_ref().filter(|class| self.marks.class.as_ref() != Some(class))
        {
            let mut effects = self.marks.open(ctx, class);
            self.stage = Stage::Marks;
            effects.push(Effect::Say(Status::info(t!(ctx.locale, "student-form-marks-other-class"))));
            return effects;
        }
        let Some(marks) = self.marks.read(&ctx.locale) else {
            self.stage = Stage::Marks;
            return wrong(ctx);
        };
        let id = match &self.target {
            Target::New => None,
            Target::Change { id, read } => match read {
                Some((version, _)) => Some((id.clone(), *version)),
                None => return Vec::new(),
            },
        };
        let same = self.sent.as_ref().filter(|sent| new || (sent.record == record && sent.marks == marks));
        let act = same.map_or_else(|| ctx.new_act(), |sent| sent.act.clone());
        self.sent = Some(Sent { act: act.clone(), record: record.clone(), marks: marks.clone(), waiting: true });
        let request = Request::SaveStudent(Box::new(SaveStudent { act, id, form: record, marks }));
        vec![Effect::Say(Status::info(t!(ctx.locale, "student-form-saving"))), Effect::Write { id: SAVE, request }]
    }

    pub(super) fn saved(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        if let Some(sent) = &mut self.sent {
            sent.waiting = false;
        }
        match result {
            Ok(Reply::StudentSaved(saved)) => self.done(ctx, saved),
            Ok(_) => Vec::new(),
            Err(Failure::Conflict) => match &self.target {
                Target::Change { id, .. } => {
                    vec![Effect::Ask { slot: clash::THEIRS, request: Request::OpenStudent(id.clone()) }]
                }
                // An earlier try has been done, with what the form said then; its answer was lost.
                Target::New => self.sent.as_ref().map_or_else(Vec::new, |sent| {
                    let id = StudentId::new(sent.act.as_str());
                    vec![Effect::Ask { slot: clash::THEIRS, request: Request::OpenStudent(id) }]
                }),
            },
            Err(Failure::Invalid { field: Some(Field::Mark), why }) if !self.marks.entries.is_empty() => {
                self.stage = Stage::Marks;
                refused(ctx, &Failure::invalid(Field::Mark, why))
            }
            Err(Failure::Invalid { field: Some(field), why }) if self.form.field(field).is_some() => {
                self.stage = Stage::Fields;
                self.form.clear_errors();
                self.form.error(field, text::why(&ctx.locale, &why));
                wrong(ctx)
            }
            Err(failure) => refused(ctx, &failure),
        }
    }

    /// An empty form begins with the class of the one before.
    fn start_in(&mut self, class: Option<&ClassId>) {
        let position = class.and_then(|class| self.classes.position(class));
        for (field, cell) in &mut self.clean {
            if *field == Field::Class {
                *cell = fields::Cell::Pick(position);
            }
        }
        self.form.choose(Field::Class, position);
    }

    fn done(&mut self, ctx: &Ctx, saved: StudentSaved) -> Vec<Effect> {
        let name = self.sent.as_ref().map(|sent| {
            let record = &sent.record;
            text::sanitise::line(&format!("{} {}", record.last_name.as_str().to_uppercase(), record.first_name))
        });
        let (name, matricule) = (name.unwrap_or_default(), saved.matricule.as_str());
        let said = if self.is_new() {
            t!(ctx.locale, "student-form-added", name = name, matricule = matricule)
        } else {
            t!(ctx.locale, "student-form-changed", name = name)
        };
        if self.then_next {
            let class = self.sent.as_ref().and_then(|sent| sent.record.class.clone());
            *self = Self::new(ctx, None);
            self.start_in(class.as_ref());
            return vec![Effect::Say(Status::good(said))];
        }
        vec![Effect::Say(Status::good(said)), Effect::Back(Returned::Student(saved.id))]
    }
}

/// Something stands under a field.
fn wrong(ctx: &Ctx) -> Vec<Effect> {
    vec![Effect::Bell, Effect::Say(Status::bad(t!(ctx.locale, "student-form-wrong")))]
}

fn refused(ctx: &Ctx, failure: &Failure) -> Vec<Effect> {
    let said = t!(ctx.locale, "student-form-not-saved", why = text::failure(&ctx.locale, failure));
    vec![Effect::Bell, Effect::Say(Status::bad(said))]
}

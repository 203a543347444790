//! The forms: a decision, a class that follows, the opening.

use super::{About, Turn};
use crate::{
    domain::entities::{ClassTarget, DecidedBy, Outcome},
    domain::turn::Fate,
    protocol::{Council, Decide, Field, OpenYear, PlanClass, PlanRow, Request, YearPlan},
    t,
    text::{sanitise, turn},
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        popup::question::Question,
        widgets::{ChoiceField, Form, FormField, TextInput},
    },
};

/// Characters of a reason.
const REASON: usize = 500;
pub(super) const SURE: &str = "turn-sure";

fn names(plan: &YearPlan) -> impl Iterator<Item = String> {
    plan.classes.iter().map(|class| sanitise::line(&class.name))
}

/// The council's decision on a student.
pub(super) fn decision(ctx: &Ctx, plan: &YearPlan, row: &PlanRow) -> (About, Form) {
    let locale = &ctx.locale;
    let council = row.by == DecidedBy::Council;
    let now = match row.fate {
        Fate::Decided(outcome) if council => Outcome::ALL.iter().position(|known| *known == outcome),
        Fate::Decided(_) | Fate::Undecided(_) => None,
    };
    let rules = std::iter::once(t!(locale, "turn-decide-rules"));
    let outcomes = rules.chain(Outcome::ALL.iter().map(|known| turn::outcome(locale, *known))).collect();
    let follows = std::iter::once(t!(locale, "turn-decide-to-follows"));
    let to = row.to.as_ref().filter(|_| council).and_then(|to| plan.classes.iter().position(|one| one.class == *to));
    let after = |place: Option<usize>| Some(place.map_or(0, |place| place.saturating_add(1)));
    let fields = vec![
        FormField::choice(Field::Outcome, t!(locale, "turn-decide-field"), ChoiceField::new(outcomes, after(now)))
            .help(t!(locale, "turn-decide-help")),
        FormField::choice(
            Field::Class,
            t!(locale, "turn-decide-to"),
            ChoiceField::new(follows.chain(names(plan)).collect(), after(to)),
        )
        .help(t!(locale, "turn-decide-help-to")),
        FormField::text(
            Field::Reason,
            crate::text::field_name(locale, Field::Reason),
            TextInput::new(REASON).with(&row.reason),
        )
        .help(t!(locale, "turn-decide-help-reason")),
    ];
    let title = t!(locale, "turn-decide-title", name = sanitise::line(&row.name));
    (About::Student(row.student.clone(), title), Form::new(fields))
}

/// Which class follows.
pub(super) fn follows(ctx: &Ctx, plan: &YearPlan, class: &PlanClass) -> (About, Form) {
    let locale = &ctx.locale;
    let first = [t!(locale, "turn-map-guess"), t!(locale, "turn-leaves")];
    let chosen = match &class.target {
        Ok(ClassTarget::Leaves) if class.said => 1,
        Ok(ClassTarget::Class(next)) if class.said => {
            plan.classes.iter().position(|one| one.class == *next).map_or(0, |place| place.saturating_add(2))
        }
        Ok(_) | Err(_) => 0,
    };
    let labels = first.into_iter().chain(names(plan)).collect();
    let field = FormField::choice(Field::Class, t!(locale, "turn-map-field"), ChoiceField::new(labels, Some(chosen)));
    let title = t!(locale, "turn-map-title", name = sanitise::line(&class.name));
    (About::Class(class.class.clone(), title), Form::new(vec![field.help(t!(locale, "turn-map-help"))]))
}

/// What becomes of the teachers' charges.
pub(super) fn opening(ctx: &Ctx) -> (About, Form) {
    let locale = &ctx.locale;
    let labels = vec![t!(locale, "turn-assignments-keep"), t!(locale, "turn-assignments-none")];
    let field =
        FormField::choice(Field::Teacher, t!(locale, "turn-assignments-field"), ChoiceField::new(labels, Some(0)));
    (About::Opening, Form::new(vec![field.help(t!(locale, "turn-assignments-help"))]))
}

impl Turn {
    /// Hands the form in.
    pub(super) fn submit(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let (Some((about, form)), Some(plan)) = (&mut self.form, &self.plan) else { return Vec::new() };
        let locale = &ctx.locale;
        form.clear_errors();
        for field in [Field::Outcome, Field::Class, Field::Teacher] {
            if form.field(field).is_some() && form.chosen(field).is_none() {
                let why = crate::text::why(locale, &form.not_chosen(field));
                form.error(field, why);
            }
        }
        let class =
            |index: usize, before: usize| plan.classes.get(index.checked_sub(before)?).map(|class| class.class.clone());
        let request = match about {
            About::Student(student, _) => {
                let outcome = form.chosen(Field::Outcome).and_then(|index| index.checked_sub(1));
                let outcome = outcome.and_then(|index| Outcome::ALL.get(index).copied());
                let reason = form.value(Field::Reason).trim().to_owned();
                if outcome.is_some() && reason.is_empty() {
                    form.error(Field::Reason, t!(locale, "why-missing"));
                }
                let to = form.chosen(Field::Class).and_then(|index| class(index, 1));
                let decision = outcome.map(|outcome| Council { outcome, to, reason });
                Request::Decide(Box::new(Decide { student: student.clone(), decision }))
            }
            About::Class(id, _) => {
                let target = match form.chosen(Field::Class) {
                    Some(1) => Some(ClassTarget::Leaves),
                    Some(index) => class(index, 2).map(ClassTarget::Class),
                    None => None,
                };
                Request::MapClass { class: id.clone(), target }
            }
            About::Opening => {
                let assignments = form.chosen(Field::Teacher) == Some(0);
                let ask = OpenYear { act: ctx.new_act(), from: plan.year.clone(), assignments };
                let title = t!(locale, "turn-sure-title", next = plan.next.as_str());
                let text = t!(locale, "turn-sure", year = plan.year.as_str());
                (self.opening, self.form) = (Some(ask), None);
                return vec![Effect::Question(Question::confirm(locale, SURE, title, text))];
            }
        };
        if form.has_errors() {
            return vec![Effect::Bell];
        }
        self.busy = true;
        vec![Effect::Write { id: super::update::SAVE, request }]
    }

    /// What was saved, in words.
    pub(super) fn saved(&self, ctx: &Ctx) -> Status {
        let locale = &ctx.locale;
        let back = |form: &Form| form.chosen(Field::Outcome) == Some(0);
        match &self.form {
            Some((About::Student(..), form)) if back(form) => Status::good(t!(locale, "turn-taken-back")),
            Some((About::Student(..), _)) => Status::good(t!(locale, "turn-decided")),
            Some((About::Class(..), _)) => Status::good(t!(locale, "turn-mapped")),
            Some((About::Opening, _)) | None => Status::info(String::new()),
        }
    }
}

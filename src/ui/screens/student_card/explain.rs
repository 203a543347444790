//! `=`: why an average of the card is what it is. The figures are reckoned anew by the school's rules from the marks
//! that the card carries.

use super::{StudentScreen, Tab, marks};
use crate::{
    domain::{
        entities::Grade,
        id::SubjectId,
        rules::{AverageOf, MarkInput, explain, explain_general, subject_average},
    },
    protocol::StudentCard,
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        explanation::{self, MarkName, Shown},
    },
};

impl StudentScreen {
    /// Of the subject under the cursor in the term that is shown.
    pub(super) fn explain_subject(&mut self, ctx: &Ctx) {
        let (Some(card), Some((year, term)), Tab::Marks) = (&self.card, &self.term, self.tab) else { return };
        let Some(setup) = ctx.setup() else { return };
        let Some(line) = marks::lines(ctx, card, year, *term).into_iter().nth(self.line) else { return };
        let grades = self.grades(card, &line.subject);
        let inputs: Vec<MarkInput> = grades.iter().map(|grade| MarkInput::from(*grade)).collect();
        let title = |grade: &Grade| card.evaluations.get(&grade.evaluation).map(ToString::to_string);
        let names: Vec<MarkName> = grades
            .iter()
            .map(|grade| MarkName { title: title(grade).unwrap_or_default(), value: grade.value(), scale: grade.scale })
            .collect();
        let lines = explanation::lines(&ctx.locale, &explain(&setup.rules, &inputs), &names);
        let title =
            t!(ctx.locale, "student-card-explain-title", subject = line.name.as_str(), term = ctx.term_in(year, *term));
        self.explained = Some(Shown::new(title, lines));
    }

    /// The general one of the term that is shown. Who does not see every subject is not told half a sum.
    pub(super) fn explain_general(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let (Some(card), Some((year, term))) = (&self.card, &self.term) else { return Vec::new() };
        let Some(setup) = ctx.setup() else { return Vec::new() };
        let mut names = Vec::new();
        let mut averages: Vec<(AverageOf, u8)> = Vec::new();
        for line in marks::lines(ctx, card, year, *term) {
            let inputs = self.grades(card, &line.subject).into_iter().map(MarkInput::from);
            if let (Some(average), Some(coefficient)) = (subject_average(&setup.rules, inputs), line.coefficient) {
                averages.push((average, coefficient));
                names.push(line.name);
            }
        }
        let explained = explain_general(&setup.rules, &averages);
        let stands = card.student.averages.get(year).and_then(|all| all.terms.get(term)).copied();
        if stands != explained.average.map(|(average, _)| average.printed) {
            return vec![Effect::Say(Status::info(t!(ctx.locale, "student-card-not-every-subject")))];
        }
        let lines = explanation::general_lines(&ctx.locale, &explained, &names);
        let student = sanitise::line(&card.student.full_name());
        let title = t!(ctx.locale, "student-card-explain-general", student = student, term = ctx.term_in(year, *term));
        self.explained = Some(Shown::new(title, lines));
        Vec::new()
    }

    /// The marks of a subject in the term that is shown, in the order of the card.
    fn grades<'a>(&self, card: &'a StudentCard, subject: &SubjectId) -> Vec<&'a Grade> {
        self.term.as_ref().map(|(year, term)| marks::grades(card, year, *term, subject)).unwrap_or_default()
    }
}

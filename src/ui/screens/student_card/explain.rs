//! `=`: why an average of the card is what it is. The backend says what it was made of, for it alone knows the rules and
//! coefficients that a closed term was closed by.

use super::{StudentScreen, Tab, marks, update::EXPLAIN};
use crate::{
    domain::{
        calendar::{Term, YearId},
        id::SubjectId,
    },
    protocol::{ExplainQuestion, Failure, Reply, Request},
    text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        explanation::{self, Shown},
    },
};

impl StudentScreen {
    /// Of the subject under the cursor in the term that is shown.
    pub(super) fn explain_subject(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let (Some(card), Some((year, term)), Tab::Marks) = (&self.card, &self.term, self.tab) else {
            return Vec::new();
        };
        let Some(line) = marks::lines(ctx, card, year, *term).into_iter().nth(self.line) else { return Vec::new() };
        let (year, term) = (year.clone(), *term);
        self.ask_why(year, Some(term), Some(line.subject))
    }

    /// The general one of the term that is shown.
    pub(super) fn explain_general(&mut self) -> Vec<Effect> {
        let Some((year, term)) = self.term.clone() else { return Vec::new() };
        self.ask_why(year, Some(term), None)
    }

    /// The one of the year of the term that is shown.
    pub(super) fn explain_year(&mut self) -> Vec<Effect> {
        let Some((year, _)) = self.term.clone() else { return Vec::new() };
        self.ask_why(year, None, None)
    }

    fn ask_why(&mut self, year: YearId, term: Option<Term>, subject: Option<SubjectId>) -> Vec<Effect> {
        self.asked = Some(subject.is_some());
        let question = ExplainQuestion { student: self.id.clone(), year: Some(year), term, subject, at: None };
        vec![Effect::Ask { slot: EXPLAIN, request: Request::Explain(question) }]
    }

    pub(super) fn explained_came(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        let Some(subject) = self.asked.take() else { return Vec::new() };
        match result {
            Ok(Reply::Explained(explained)) if explained.student == self.id => {
                let name = |term: Term| ctx.term_in(&explained.year, term);
                let asked = explained.subjects.first().filter(|_| subject);
                let title = explanation::title(&ctx.locale, &explained, asked, name);
                let lines = explanation::explained(&ctx.locale, &explained, subject, name);
                self.explained = Some(Shown::new(title, lines));
                Vec::new()
            }
            Ok(_) => Vec::new(),
            Err(failure) => vec![Effect::Say(Status::bad(text::failure(&ctx.locale, &failure)))],
        }
    }
}

//! `=`: why an average of *Mes notes* is what it is. Made by the backend of what families see, and of nothing else.

use super::{MyMarksScreen, report};
use crate::{
    domain::{calendar::Term, id::SubjectId},
    protocol::{ExplainQuestion, Failure, Reply, Request},
    text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        explanation::{self, Shown},
    },
};

pub(super) const EXPLAIN: Slot = Slot("my-marks-explain");

impl MyMarksScreen {
    /// The subject under the cursor.
    pub(super) fn subject(&self, ctx: &Ctx) -> Option<SubjectId> {
        let (marks, at) = (self.marks.as_ref()?, self.term.as_ref()?);
        report::lines(ctx, marks, at).into_iter().nth(self.line).and_then(|line| line.subject)
    }

    pub(super) fn explain_subject(&mut self, ctx: &Ctx) -> Vec<Effect> {
        match self.subject(ctx) {
            Some(subject) => self.ask_why(Some(subject)),
            None => Vec::new(),
        }
    }

    /// The general one of the term that is shown.
    pub(super) fn explain_general(&mut self) -> Vec<Effect> {
        self.ask_why(None)
    }

    fn ask_why(&mut self, subject: Option<SubjectId>) -> Vec<Effect> {
        let (Some(marks), Some((year, term))) = (&self.marks, &self.term) else { return Vec::new() };
        self.asked = Some(subject.is_some());
        let (year, term) = (Some(year.clone()), Some(*term));
        let question = ExplainQuestion { student: marks.student.id.clone(), year, term, subject, at: None };
        vec![Effect::Ask { slot: EXPLAIN, request: Request::Explain(question) }]
    }

    pub(super) fn explained_came(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        let Some(subject) = self.asked.take() else { return Vec::new() };
        match result {
            // The child may have been changed meanwhile.
            Ok(Reply::Explained(told)) if self.marks.as_ref().is_some_and(|own| own.student.id == told.student) => {
                let name = |term: Term| ctx.term_in(&told.year, term);
                let asked = told.subjects.first().filter(|_| subject);
                let title = explanation::title(&ctx.locale, &told, asked, name);
                let lines = explanation::explained(&ctx.locale, &told, subject, name);
                self.explained = Some(Shown::new(title, lines));
                Vec::new()
            }
            Ok(_) => Vec::new(),
            Err(failure) => vec![Effect::Say(Status::bad(text::failure(&ctx.locale, &failure)))],
        }
    }
}

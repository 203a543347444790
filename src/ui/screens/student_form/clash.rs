//! Somebody else changed the same student meanwhile. What only one of us changed is kept from both; where both changed
//! a field, both values are shown and the user chooses.

use super::{
    StudentForm, Target, fields,
    fields::{Cell, Cells, Classes},
    marks::Marks,
};
use crate::{
    protocol::{Failure, Field, Reply},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        popup::question::Question,
    },
};

/// The student as somebody else left it.
pub(super) const THEIRS: Slot = Slot("student-form-theirs");
/// Tag of the question.
pub(super) const CLASH: &str = "student-form-clash";

impl StudentForm {
    /// The other version has come.
    pub(super) fn clashed(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        let card = match result {
            Ok(Reply::Student(card)) => card,
            Ok(_) => return Vec::new(),
            Err(failure) => {
                // There was no earlier try: what stood in the way was something else.
                let failure = if self.is_new() { Failure::Conflict } else { failure };
                let said = t!(ctx.locale, "student-form-not-saved", why = text::failure(&ctx.locale, &failure));
                return vec![Effect::Bell, Effect::Say(Status::bad(said))];
            }
        };
        let own = Classes::new(ctx, Some(&card.student));
        self.classes = own.with_those_of(ctx);
        let theirs = fields::of(&card.student, card.starts, &self.classes);
        let mine = fields::cells(&self.form);
        let mut base = std::mem::replace(&mut self.clean, theirs.clone());
        if self.is_new() {
            // What an earlier try left is ours, whatever it says; it was given its matricule.
            let given = |(field, cell): &(Field, Cell)| {
                let own = *field == Field::Matricule && self.form.value(*field).is_empty();
                (*field, if own { Cell::Text(String::new()) } else { cell.clone() })
            };
            base = theirs.iter().map(given).collect();
        }
        self.theirs = Vec::new();
        for ((field, theirs), ((_, mine), (_, base))) in theirs.into_iter().zip(mine.iter().zip(&base)) {
            if mine == base {
                fields::put(&mut self.form, field, &theirs);
            } else if *mine != theirs && theirs != *base {
                self.theirs.push((field, theirs));
            }
        }
        let read = Some((card.student.version, card.student.full_name()));
        if self.is_new() {
            // The marks came with it, and what follows is another act.
            self.marks = Marks::default();
            self.sent = None;
        }
        self.target = Target::Change { id: card.student.id.clone(), read };
        if self.theirs.is_empty() {
            // Nothing of ours meets anything of theirs: both are kept.
            return self.submit(ctx, self.then_next);
        }
        vec![Effect::Bell, self.ask_which(ctx, &mine)]
    }

    fn ask_which(&self, ctx: &Ctx, mine: &Cells) -> Effect {
        let locale = &ctx.locale;
        let mut text = t!(locale, "student-form-clash-text");
        for (field, theirs) in &self.theirs {
            let own = mine.iter().find(|(id, _)| id == field).map(|(_, cell)| cell);
            let own = own.map_or_else(String::new, |cell| fields::said(locale, &self.classes, *field, cell));
            let other = fields::said(locale, &self.classes, *field, theirs);
            let label = text::field_name(locale, *field);
            text.push('\n');
            text.push_str(&t!(locale, "student-form-clash-line", field = label, mine = own, theirs = other));
        }
        let options = vec![('g', t!(locale, "student-form-clash-keep")), ('r', t!(locale, "student-form-clash-take"))];
        Effect::Question(Question::choice(CLASH, t!(locale, "student-form-clash-title"), text, options))
    }

    /// 0: ours is saved over theirs; 1: theirs is taken over, to be looked at.
    pub(super) fn decided(&mut self, ctx: &Ctx, option: usize) -> Vec<Effect> {
        if option == 0 {
            return self.submit(ctx, self.then_next);
        }
        for (field, theirs) in std::mem::take(&mut self.theirs) {
            fields::put(&mut self.form, field, &theirs);
        }
        vec![Effect::Say(Status::info(t!(ctx.locale, "student-form-clash-taken")))]
    }
}

//! What is done to students from the table: choosing several, removing, taking back, copying.

use super::{Students, full_name};
use crate::{
    domain::{id::ActId, query::Direction},
    protocol::{Failure, Reply, Request, StudentRow},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        popup::question::Question,
    },
};

/// Tag of the question before removing.
pub(super) const DELETE: &str = "students-delete";

/// A write on its way.
#[derive(Clone, Debug)]
pub(super) enum Writing {
    Delete(Box<StudentRow>),
    Undo(ActId),
}

impl Students {
    /// Chooses the student under the cursor, or chooses it no more.
    pub(super) fn choose(&mut self) {
        let Some(row) = self.window.selected() else { return };
        if self.chosen.remove(&row.id).is_none() {
            self.chosen.insert(row.id.clone(), row.clone());
        }
    }

    /// Chooses the student under the cursor and moves: a run of them with Shift.
    pub(super) fn choose_on(&mut self, by: isize) -> Vec<Effect> {
        let here = self.window.selected().cloned();
        let want = self.window.step(by);
        for row in here.iter().chain(self.window.selected()) {
            self.chosen.insert(row.id.clone(), row.clone());
        }
        self.want(want)
    }

    /// Those an action is for: the chosen ones, or the one under the cursor.
    fn concerned(&self) -> Vec<StudentRow> {
        if self.chosen.is_empty() {
            self.window.selected().cloned().into_iter().collect()
        } else {
            self.chosen.values().cloned().collect()
        }
    }

    pub(super) fn ask_to_delete(&self, ctx: &Ctx) -> Vec<Effect> {
        let locale = &ctx.locale;
        let text = match self.concerned().as_slice() {
            [] => return Vec::new(),
            [one] => t!(locale, "students-delete-one", name = full_name(one), matricule = one.matricule.as_str()),
            many => t!(locale, "students-delete-many", count = many.len()),
        };
        vec![Effect::Question(Question::confirm(locale, DELETE, t!(locale, "students-delete-title"), text))]
    }

    /// The user said yes.
    pub(super) fn delete(&mut self) -> Vec<Effect> {
        self.undo.clear();
        let rows = self.concerned();
        let write = |row: StudentRow| {
            let request = Request::DeleteStudent { id: row.id.clone(), version: row.version };
            self.write(Writing::Delete(Box::new(row)), request)
        };
        rows.into_iter().map(write).collect()
    }

    pub(super) fn take_back(&mut self) -> Vec<Effect> {
        let acts = std::mem::take(&mut self.undo);
        acts.into_iter().rev().map(|act| self.write(Writing::Undo(act.clone()), Request::Undo(act))).collect()
    }

    fn write(&mut self, writing: Writing, request: Request) -> Effect {
        self.next_write += 1;
        self.writes.insert(self.next_write, writing);
        Effect::Write { id: self.next_write, request }
    }

    pub(super) fn written(&mut self, ctx: &Ctx, id: u64, result: Result<Reply, Failure>) -> Vec<Effect> {
        let Some(writing) = self.writes.remove(&id) else { return Vec::new() };
        let locale = &ctx.locale;
        let mut effects = match (writing, result) {
            (Writing::Delete(row), Ok(reply)) => {
                self.chosen.remove(&row.id);
                if let Reply::Acted(act) = reply {
                    self.undo.push(act);
                }
                let said = match self.undo.len() {
                    0 | 1 => t!(locale, "students-deleted", name = full_name(&row)),
                    count => t!(locale, "students-deleted-many", count = count),
                };
                vec![Effect::Say(Status::good(said))]
            }
            (Writing::Delete(row), Err(failure)) => {
                let why = text::failure(locale, &failure);
                let said = t!(locale, "students-not-deleted", name = full_name(&row), why = why);
                vec![Effect::Bell, Effect::Say(Status::bad(said))]
            }
            (Writing::Undo(_), Ok(_)) => vec![Effect::Say(Status::good(t!(locale, "students-back-again")))],
            (Writing::Undo(act), Err(failure)) => {
                // It can be tried again when the store answers again.
                if matches!(failure, Failure::Offline { .. }) {
                    self.undo.push(act);
                }
                vec![Effect::Bell, Effect::Say(Status::bad(text::failure(locale, &failure)))]
            }
        };
        if self.writes.is_empty() {
            effects.extend(self.again());
        }
        effects
    }

    /// Copies the concerned students as lines with tabs, as spreadsheets take them.
    pub(super) fn copy(&self, ctx: &Ctx) -> Vec<Effect> {
        let columns = self.columns(ctx);
        let rows = self.concerned();
        let line = |row: &StudentRow| {
            let cells: Vec<String> = columns.iter().map(|column| column.text(ctx, row)).collect();
            cells.join("\t")
        };
        let lines: Vec<String> = rows.iter().map(line).collect();
        let said = t!(ctx.locale, "students-copied", count = lines.len());
        vec![Effect::Copy(lines.join("\n")), Effect::Say(Status::good(said))]
    }

    /// Leaves one thing after the other: the chosen ones, the filter, the screen.
    pub(super) fn back(&mut self, ctx: &Ctx) -> Vec<Effect> {
        if !self.chosen.is_empty() {
            self.chosen.clear();
            return Vec::new();
        }
        if !self.bar.is_empty() {
            return self.set_bar(ctx, "");
        }
        vec![Effect::Back(crate::ui::msg::Returned::Nothing)]
    }

    /// What the list is ordered by, in words.
    pub(super) fn order_said(&self, ctx: &Ctx) -> String {
        let column = self.wanted.order.by.heading(&ctx.locale);
        match self.wanted.order.direction {
            Direction::Ascending => t!(ctx.locale, "students-order-up", column = column),
            Direction::Descending => t!(ctx.locale, "students-order-down", column = column),
        }
    }

    /// A digit before a move: `10j`.
    pub(super) fn digit(&mut self, digit: u32) {
        let digit = usize::try_from(digit).unwrap_or(0);
        self.times = self.times.saturating_mul(10).saturating_add(digit).min(99_999);
    }

    /// How often the next move is done.
    pub(super) fn times(&mut self) -> isize {
        isize::try_from(std::mem::take(&mut self.times).max(1)).unwrap_or(1)
    }
}

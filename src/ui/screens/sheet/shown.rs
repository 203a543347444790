//! Which columns are seen: some hidden, some frozen beside the names, the others scrolling behind them. A choice of the
//! user's on that sheet, kept for the next time. Hidden columns count in the averages as before; nothing is pasted or filled into them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    Sheet,
    cursor::{Cursor, Move, scrolled},
    view::layout::Layout,
};
use crate::{
    domain::id::EvaluationId,
    protocol::SheetKey,
    t,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
    },
};

/// So many sheets are remembered; the ones chosen on longest ago are forgotten first.
const SHEETS: usize = 60;

/// The columns that a user has hidden or frozen, sheet by sheet, the newest choice last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Columns(Vec<Choice>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Choice {
    sheet: SheetKey,
    hidden: BTreeSet<EvaluationId>,
    frozen: BTreeSet<EvaluationId>,
}

impl Sheet {
    /// As they were chosen the last time.
    pub(super) fn recall_columns(&mut self, ctx: &Ctx) {
        let Some(choice) = ctx.memory.columns.0.iter().find(|choice| choice.sheet == self.key) else { return };
        self.hidden = choice.hidden.iter().cloned().collect();
        self.frozen = choice.frozen.iter().cloned().collect();
    }

    fn keep_columns(&self, ctx: &Ctx) -> Effect {
        let mut memory = ctx.memory.clone();
        let kept = &mut memory.columns.0;
        kept.retain(|choice| choice.sheet != self.key);
        if !(self.hidden.is_empty() && self.frozen.is_empty()) {
            let (hidden, frozen) = (self.hidden.iter().cloned().collect(), self.frozen.iter().cloned().collect());
            kept.push(Choice { sheet: self.key.clone(), hidden, frozen });
        }
        kept.drain(..kept.len().saturating_sub(SHEETS));
        Effect::Remember(Box::new(memory))
    }

    /// The columns that are not hidden, in their order.
    pub(super) fn visible(&self) -> Vec<usize> {
        let columns = self.grid.as_ref().map_or(&[][..], |grid| grid.columns());
        columns.iter().enumerate().filter(|(_, column)| !self.hidden.contains(&column.id)).map(|(n, _)| n).collect()
    }

    pub(super) fn is_hidden(&self, column: usize) -> bool {
        let column = self.grid.as_ref().and_then(|grid| grid.columns().get(column));
        column.is_some_and(|column| self.hidden.contains(&column.id))
    }

    pub(super) fn is_frozen(&self, column: usize) -> bool {
        let column = self.grid.as_ref().and_then(|grid| grid.columns().get(column));
        column.is_some_and(|column| self.frozen.contains(&column.id))
    }

    /// Frozen columns (always leaving room for one more) and the others, as they fit that layout.
    fn parts(&self, layout: &Layout) -> (Vec<usize>, Vec<usize>) {
        let (mut frozen, mut others): (Vec<usize>, Vec<usize>) =
            self.visible().into_iter().partition(|column| self.is_frozen(*column));
        let room = layout.columns.saturating_sub(usize::from(!others.is_empty()));
        if frozen.len() > room {
            others.extend(frozen.split_off(room));
            others.sort_unstable();
        }
        (frozen, others)
    }

    /// The first of the scrolling columns that is drawn, by its place among them.
    pub(super) fn first_column(&self, layout: &Layout) -> usize {
        let (frozen, others) = self.parts(layout);
        let room = layout.columns.saturating_sub(frozen.len());
        match others.iter().position(|column| *column == self.cursor.column) {
            Some(here) => scrolled(self.first.column, here, room, others.len()),
            None => self.first.column.min(others.len().saturating_sub(room.max(1))),
        }
    }

    /// The columns on the screen, from the left.
    pub(super) fn columns_seen(&self, layout: &Layout) -> Vec<usize> {
        let (mut seen, others) = self.parts(layout);
        let room = layout.columns.saturating_sub(seen.len());
        seen.extend(others.into_iter().skip(self.first_column(layout)).take(room));
        seen
    }

    /// The cursor after a move over the columns that are not hidden.
    pub(super) fn moved(&self, by: Move, page: usize) -> Cursor {
        let visible = self.visible();
        let last = visible.len().saturating_sub(1);
        let column = visible.iter().position(|column| *column >= self.cursor.column).unwrap_or(last);
        let from = Cursor { column, ..self.cursor };
        let to = from.moved(by, (self.extent().0, visible.len()), page);
        Cursor { row: to.row, column: visible.get(to.column).copied().unwrap_or(self.cursor.column) }
    }

    /// `H`: hides the column under the cursor, which goes to the next one.
    pub(super) fn hide_column(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let visible = self.visible();
        let here = visible.iter().position(|column| *column == self.cursor.column);
        let beside =
            here.and_then(|here| visible.get(here.saturating_add(1)).or_else(|| visible.get(here.checked_sub(1)?)));
        let (Some(beside), Some(column)) =
            (beside, self.grid.as_ref().and_then(|grid| grid.columns().get(self.cursor.column)))
        else {
            return vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-hide-last")))];
        };
        self.hidden.insert(column.id.clone());
        self.cursor.column = *beside;
        vec![
            self.keep_columns(ctx),
            Effect::Say(Status::info(t!(ctx.locale, "sheet-hidden", count = self.hidden.len()))),
        ]
    }

    /// `W`: all columns are seen again.
    pub(super) fn show_columns(&mut self, ctx: &Ctx) -> Vec<Effect> {
        self.hidden.clear();
        vec![self.keep_columns(ctx), Effect::Say(Status::info(t!(ctx.locale, "sheet-all-shown")))]
    }

    /// `Z`: freezes the column under the cursor beside the names, or lets it scroll again.
    pub(super) fn freeze_column(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let column = self.grid.as_ref().and_then(|grid| grid.columns().get(self.cursor.column));
        let Some(id) = column.map(|column| column.id.clone()) else { return Vec::new() };
        let frozen = !self.frozen.remove(&id);
        if frozen {
            self.frozen.insert(id);
        }
        let said = if frozen { t!(ctx.locale, "sheet-frozen") } else { t!(ctx.locale, "sheet-scrolls") };
        vec![self.keep_columns(ctx), Effect::Say(Status::info(said))]
    }
}

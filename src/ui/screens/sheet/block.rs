//! Several cells at once: a range taken with Shift, copying it or a column, filling it.

use super::{
    Mode, Sheet,
    cursor::{Cursor, Move},
    view::layout::Layout,
};
use crate::{
    domain::score::MarkValue,
    t,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
    },
};

impl Sheet {
    /// Takes one more row or column into the range.
    pub(super) fn extend(&mut self, ctx: &Ctx, by: Move) -> Vec<Effect> {
        let layout = Layout::new(ctx, self);
        self.anchor.get_or_insert(self.cursor);
        self.cursor = self.moved(by, layout.rows.max(1));
        let (rows, columns) = self.range();
        let count = rows.len().saturating_mul(columns.len());
        vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-range", count = count)))]
    }

    /// Rows and columns of the range; without one, of the cell under the cursor.
    pub(super) fn range(&self) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let other = self.anchor.unwrap_or(self.cursor).within(self.extent());
        let span = |one: usize, other: usize| one.min(other)..one.max(other).saturating_add(1);
        (span(self.cursor.row, other.row), span(self.cursor.column, other.column))
    }

    /// Is the cell in a range that is taken?
    pub(super) fn in_range(&self, at: Cursor) -> bool {
        let (rows, columns) = self.range();
        self.anchor.is_some() && rows.contains(&at.row) && columns.contains(&at.column)
    }

    /// Copies the range, or the whole column under the cursor, as lines with tabs.
    pub(super) fn copy(&self, ctx: &Ctx, column: bool) -> Vec<Effect> {
        let Some(grid) = &self.grid else { return Vec::new() };
        let (mut rows, columns) = self.range();
        let columns = columns.filter(|column| !self.is_hidden(*column));
        if column {
            rows = 0..grid.rows().len();
        }
        let point = ctx.locale.lang().decimal();
        let cell = |row, column| grid.shown(row, column).map(|value| value.short(point)).unwrap_or_default();
        let count = rows.len().saturating_mul(columns.clone().count());
        let lines: Vec<String> =
            rows.map(|row| columns.clone().map(|column| cell(row, column)).collect::<Vec<_>>().join("\t")).collect();
        let said = t!(ctx.locale, "sheet-copied", count = count);
        vec![Effect::Copy(lines.join("\n")), Effect::Say(Status::good(said))]
    }

    /// Puts one value into every cell of the range that can take it, as one act.
    pub(super) fn fill(&mut self, ctx: &Ctx, value: Option<MarkValue>) -> Vec<Effect> {
        let cells = self.cells_to_fill().into_iter().map(|cell| (cell, value)).collect();
        self.anchor = None;
        self.enter_many(ctx, cells)
    }

    /// Lets the range go.
    pub(super) fn let_range_go(&mut self) {
        self.anchor = None;
        self.mode = Mode::Browse;
    }
}

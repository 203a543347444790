//! Several cells at once: a range taken with Shift, copying it or a column, filling it, and pasting a column of
//! numbers from a spreadsheet downward.

use super::{
    Mode, Sheet,
    cursor::{Cursor, Move},
    view::layout::Layout,
    words,
};
use crate::{
    domain::score::{MarkValue, parse_mark},
    t, text,
    text::sanitise,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
    },
};

/// A pasted table: lines of cells.
type Table<'a> = Vec<Vec<&'a str>>;

impl Sheet {
    /// Takes one more row or column into the range.
    pub(super) fn extend(&mut self, ctx: &Ctx, by: Move) -> Vec<Effect> {
        let layout = Layout::new(ctx, self);
        self.anchor.get_or_insert(self.cursor);
        self.cursor = self.cursor.moved(by, self.extent(), layout.rows.max(1));
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
        if column {
            rows = 0..grid.rows().len();
        }
        let point = ctx.locale.lang().decimal();
        let cell = |row, column| grid.shown(row, column).map(|value| value.short(point)).unwrap_or_default();
        let count = rows.len().saturating_mul(columns.len());
        let lines: Vec<String> =
            rows.map(|row| columns.clone().map(|column| cell(row, column)).collect::<Vec<_>>().join("\t")).collect();
        let said = t!(ctx.locale, "sheet-copied", count = count);
        vec![Effect::Copy(lines.join("\n")), Effect::Say(Status::good(said))]
    }

    /// Puts one value into every cell of the range that can take it.
    pub(super) fn fill(&mut self, ctx: &Ctx, value: Option<MarkValue>) -> Vec<Effect> {
        let (rows, columns) = self.range();
        let cells = rows.flat_map(|row| columns.clone().map(move |column| (Cursor { row, column }, value)));
        let cells: Vec<(Cursor, Option<MarkValue>)> = cells.collect();
        let effects = self.enter_all(ctx, cells);
        self.anchor = None;
        effects
    }

    /// Enters values where they belong; the cursor stays.
    fn enter_all(&mut self, ctx: &Ctx, cells: Vec<(Cursor, Option<MarkValue>)>) -> Vec<Effect> {
        let here = self.cursor;
        let mut effects = Vec::new();
        self.several.begin();
        for (at, value) in cells {
            let left = self.grid.as_ref().and_then(|grid| grid.rows().get(at.row)).is_none_or(|row| row.left);
            if !left {
                self.cursor = at;
                effects.extend(self.enter(ctx, value));
            }
        }
        self.several.end();
        self.cursor = here;
        effects
    }

    /// Lines of a spreadsheet, from the cell under the cursor downward: all of them, or none.
    pub(super) fn paste_table(&mut self, ctx: &Ctx, pasted: &str) -> Vec<Effect> {
        // Many terminals send a pasted line's end as a carriage return, as if Enter had been pressed.
        let pasted = pasted.replace("\r\n", "\n").replace('\r', "\n");
        let lines: Table<'_> = pasted.trim_end().lines().map(|line| line.split('\t').collect()).collect();
        match self.fitted(ctx, &lines) {
            Err(sentence) => vec![Effect::Bell, Effect::Say(Status::bad(sentence))],
            Ok(cells) => {
                let count = cells.len();
                let mut effects = self.enter_all(ctx, cells);
                effects.push(Effect::Say(Status::info(t!(ctx.locale, "sheet-pasted", count = count))));
                effects
            }
        }
    }

    /// The pasted values with their cells; an empty one leaves its cell alone. `Err`: what does not fit, in words.
    fn fitted(&self, ctx: &Ctx, lines: &Table<'_>) -> Result<Vec<(Cursor, Option<MarkValue>)>, String> {
        let locale = &ctx.locale;
        let Some(grid) = &self.grid else { return Ok(Vec::new()) };
        let Cursor { row: first, column: from } = self.cursor;
        let (rows, columns) = (grid.rows().len().saturating_sub(first), grid.columns().len().saturating_sub(from));
        let wide = lines.iter().map(Vec::len).max().unwrap_or(0);
        if lines.len() > rows || wide > columns {
            return Err(t!(
                locale,
                "sheet-paste-too-large",
                lines = lines.len(),
                wide = wide,
                rows = rows,
                columns = columns
            ));
        }
        let mut cells = Vec::new();
        for (row, line) in (first..).zip(lines) {
            for (column, typed) in (from..).zip(line) {
                let Some(scale) = grid.columns().get(column).map(|column| column.scale) else { continue };
                let refused = |error| {
                    let student = grid.rows().get(row).map(words::student).unwrap_or_default();
                    let typed: String = sanitise::line(typed).chars().take(20).collect();
                    let why = text::mark_error(locale, error);
                    t!(locale, "sheet-paste-refused", student = student, text = typed, why = why)
                };
                let value = parse_mark(typed.trim(), scale).map_err(refused)?;
                if value.is_some() {
                    cells.push((Cursor { row, column }, value));
                }
            }
        }
        Ok(cells)
    }

    /// Is what was pasted more than one cell?
    pub(super) fn is_table(pasted: &str) -> bool {
        pasted.trim().contains(['\n', '\r', '\t'])
    }

    /// Lets the range go.
    pub(super) fn let_range_go(&mut self) {
        self.anchor = None;
        self.mode = Mode::Browse;
    }
}

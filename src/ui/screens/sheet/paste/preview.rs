//! What will become of each cell, before anything is entered.

use super::super::{
    cells::{CellId, CellState},
    grid::Grid,
};
use crate::{
    domain::score::{MarkError, MarkValue},
    ui::ctx::Ctx,
};

/// Where the values come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Pasted,
    Filled,
}

/// A cell that something was pasted into.
#[derive(Clone, Debug)]
pub struct Line {
    pub cell: CellId,
    /// What was pasted, as far as it is shown.
    pub typed: String,
    pub read: Result<Option<MarkValue>, MarkError>,
    pub fate: Fate,
}

impl Line {
    #[must_use]
    pub fn new(cell: CellId, typed: String, read: Result<Option<MarkValue>, MarkError>) -> Self {
        Self { cell, typed, read, fate: Fate::Blank }
    }
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    New(MarkValue),
    Replaces {
        before: MarkValue,
        value: MarkValue,
    },
    Same(MarkValue),
    /// Nothing was pasted: the cell stays as it is.
    Blank,
    Refused(Refusal),
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Mark(MarkError),
    /// The student has left the class.
    Left,
    /// Two marks wait there for a choice.
    Clash,
    /// The student or the column is no longer on the sheet.
    Gone,
}

/// How many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub new: usize,
    pub replaced: usize,
    pub same: usize,
    pub refused: usize,
}

impl Counts {
    /// How many cells change.
    #[must_use]
    pub fn entered(&self) -> usize {
        self.new.saturating_add(self.replaced)
    }
}

/// The preview.
#[derive(Clone, Debug)]
pub struct Preview {
    pub what: What,
    pub lines: Vec<Line>,
    /// Lines and columns that were pasted beyond the end of the sheet.
    pub beyond: (usize, usize),
    pub counts: Counts,
    /// The first line that is seen.
    pub first: usize,
}

impl Preview {
    #[must_use]
    pub fn new(what: What, lines: Vec<Line>, beyond: (usize, usize)) -> Self {
        Self { what, lines, beyond, counts: Counts::default(), first: 0 }
    }

    /// Decides by what stands in the cells now.
    pub fn judge(&mut self, grid: &Grid) {
        self.counts = Counts::default();
        for line in &mut self.lines {
            line.fate = fate(grid, line);
            let counted = match line.fate {
                Fate::New(_) => &mut self.counts.new,
                Fate::Replaces { .. } => &mut self.counts.replaced,
                Fate::Same(_) => &mut self.counts.same,
                Fate::Refused(_) => &mut self.counts.refused,
                Fate::Blank => continue,
            };
            *counted = counted.saturating_add(1);
        }
    }

    /// The cells that change.
    #[must_use]
    pub fn to_enter(&self) -> Vec<(CellId, Option<MarkValue>)> {
        let value = |line: &Line| match line.fate {
            Fate::New(value) | Fate::Replaces { value, .. } => Some((line.cell.clone(), Some(value))),
            Fate::Same(_) | Fate::Blank | Fate::Refused(_) => None,
        };
        self.lines.iter().filter_map(value).collect()
    }

    /// Lines that are seen at once.
    #[must_use]
    pub fn rows(ctx: &Ctx) -> usize {
        usize::from(ctx.body().height.saturating_sub(6)).max(1)
    }

    pub fn scroll(&mut self, ctx: &Ctx, by: isize) {
        let last = self.lines.len().saturating_sub(Self::rows(ctx));
        self.first = self.first.saturating_add_signed(by).min(last);
    }

    /// To the next line that is refused, around the end.
    pub fn next_refused(&mut self, ctx: &Ctx) {
        let refused = |line: &Line| matches!(line.fate, Fate::Refused(_));
        let behind = self.lines.iter().skip(self.first.saturating_add(1)).position(refused);
        let to = behind.map(|ahead| self.first.saturating_add(1).saturating_add(ahead));
        if let Some(to) = to.or_else(|| self.lines.iter().position(refused)) {
            self.first = to;
            self.scroll(ctx, 0);
        }
    }
}

fn fate(grid: &Grid, line: &Line) -> Fate {
    let Some((row, column)) = grid.place(&line.cell) else { return Fate::Refused(Refusal::Gone) };
    let value = match line.read {
        Ok(None) => return Fate::Blank,
        Ok(Some(value)) => value,
        Err(error) => return Fate::Refused(Refusal::Mark(error)),
    };
    if grid.rows().get(row).is_none_or(|row| row.left) {
        return Fate::Refused(Refusal::Left);
    }
    if grid.overlay(row, column).is_some_and(|overlay| matches!(overlay.state, CellState::Conflict(_))) {
        return Fate::Refused(Refusal::Clash);
    }
    match grid.shown(row, column) {
        None => Fate::New(value),
        Some(before) if before == value => Fate::Same(value),
        Some(before) => Fate::Replaces { before, value },
    }
}

//! Tables for people: columns as wide as the first rows need.

use std::io::{self, IsTerminal as _, Write};

use super::Column;
use crate::text::sanitise;

/// So many rows are looked at before the columns' widths are fixed; later cells that are wider are cut on a terminal.
const MEASURED: usize = 500;
/// No column is wider on a terminal; the last one and what goes elsewhere is never cut.
const WIDEST: usize = 60;

pub(super) struct Table {
    rights: Vec<bool>,
    widths: Vec<usize>,
    headings: Vec<String>,
    /// Rows kept back while the widths are not fixed.
    waiting: Option<Vec<Vec<String>>>,
    /// Somebody looks at it: lines are kept short.
    terminal: bool,
}

impl Table {
    pub fn new(columns: &[Column]) -> Self {
        Self {
            rights: columns.iter().map(|column| column.right).collect(),
            widths: columns.iter().map(|column| sanitise::width(&column.heading)).collect(),
            headings: columns.iter().map(|column| column.heading.clone()).collect(),
            waiting: Some(Vec::new()),
            terminal: io::stdout().is_terminal(),
        }
    }

    pub fn row(&mut self, out: &mut dyn Write, cells: Vec<String>) -> io::Result<()> {
        let Some(waiting) = &mut self.waiting else {
            return self.print(out, &cells);
        };
        for (width, cell) in self.widths.iter_mut().zip(&cells) {
            *width = (*width).max(sanitise::width(cell)).min(WIDEST);
        }
        waiting.push(cells);
        if waiting.len() >= MEASURED { self.flush(out) } else { Ok(()) }
    }

    pub fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.flush(out)
    }

    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some(waiting) = self.waiting.take() else {
            return Ok(());
        };
        self.print(out, &self.headings)?;
        let rule: Vec<String> = self.widths.iter().map(|width| "─".repeat(*width)).collect();
        self.print(out, &rule)?;
        waiting.iter().try_for_each(|cells| self.print(out, cells))
    }

    fn print(&self, out: &mut dyn Write, cells: &[String]) -> io::Result<()> {
        let fitted: Vec<String> = cells
            .iter()
            .zip(&self.widths)
            .zip(&self.rights)
            .enumerate()
            .map(|(column, ((cell, width), right))| {
                let whole = !self.terminal || column + 1 == cells.len();
                if whole && sanitise::width(cell) > *width { cell.clone() } else { sanitise::fit(cell, *width, *right) }
            })
            .collect();
        writeln!(out, "{}", fitted.join("  ").trim_end())
    }
}

//! What goes to stdout, and how: tables for people, JSON and CSV for programs. Messages go to stderr.
//!
//! Tables pass every cell through the sanitiser; JSON is escaped by its writer; CSV is made harmless to spreadsheets.

mod cell;
mod csv;
mod table;

use std::io::{self, Write};

use serde::Serialize;

pub use cell::Cell;
use table::Table;

use super::{args::Format, stop::Stop};
use crate::text::{Lang, sanitise};

/// One of our two ways out.
pub struct Out {
    format: Format,
    lang: Lang,
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
}

/// A column of a list: its heading for people, and its name for programs.
#[derive(Clone, Debug)]
pub struct Column {
    pub heading: String,
    pub name: &'static str,
    /// Numbers stand to the right.
    pub right: bool,
}

impl Column {
    pub fn text(name: &'static str, heading: String) -> Self {
        Self { heading, name, right: false }
    }

    pub fn number(name: &'static str, heading: String) -> Self {
        Self { heading, name, right: true }
    }
}

impl Out {
    /// To the process's own stdout and stderr.
    pub fn new(format: Format, lang: Lang) -> Self {
        Self::to(format, lang, Box::new(io::BufWriter::new(io::stdout())), Box::new(io::stderr()))
    }

    pub fn to(format: Format, lang: Lang, stdout: Box<dyn Write + Send>, stderr: Box<dyn Write + Send>) -> Self {
        Self { format, lang, stdout, stderr }
    }

    pub fn format(&self) -> Format {
        self.format
    }

    /// A sentence for people, on stderr.
    ///
    /// # Errors
    /// Nobody reads stderr any more.
    pub fn say(&mut self, sentence: &str) -> Result<(), Stop> {
        for line in sentence.lines() {
            writeln!(self.stderr, "{}", sanitise::line(line))?;
        }
        Ok(())
    }

    /// Text as it is (help, completion scripts, manual pages: made by us).
    ///
    /// # Errors
    /// It cannot be written.
    pub fn raw(&mut self, text: &str) -> Result<(), Stop> {
        self.stdout.write_all(text.as_bytes())?;
        self.stdout.flush()?;
        Ok(())
    }

    /// Begins a list: each row is a JSON value and its cells, one a column.
    pub fn list(&mut self, columns: Vec<Column>) -> List<'_> {
        let style = match self.format {
            Format::Table => Style::Table(Table::new(&columns)),
            Format::Json => Style::Json,
            Format::Csv => Style::Csv,
        };
        List { out: self, columns, style, rows: 0 }
    }

    /// A list that is at hand.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn records<T: Serialize>(
        &mut self,
        columns: Vec<Column>,
        items: &[T],
        cells: impl Fn(&T) -> Vec<Cell>,
    ) -> Result<(), Stop> {
        let mut list = self.list(columns);
        for item in items {
            list.row(item, &cells(item))?;
        }
        list.finish()
    }

    /// An object that is mostly rows: JSON as it is; for people and spreadsheets, its rows.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn object_of_rows<T: Serialize, R: Serialize>(
        &mut self,
        value: &T,
        columns: Vec<Column>,
        rows: &[R],
        cells: impl Fn(&R) -> Vec<Cell>,
    ) -> Result<(), Stop> {
        match self.format {
            Format::Json => self.object(value, &[]),
            Format::Table | Format::Csv => self.records(columns, rows, cells),
        }
    }

    /// One object: JSON as it is; for people, a line a field.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn object<T: Serialize>(&mut self, value: &T, fields: &[(Column, Cell)]) -> Result<(), Stop> {
        match self.format {
            Format::Json => {
                serde_json::to_writer_pretty(&mut self.stdout, value).map_err(io::Error::from)?;
                writeln!(self.stdout)?;
            }
            Format::Csv => {
                csv::line(&mut self.stdout, fields.iter().map(|(column, _)| column.name.to_owned()))?;
                csv::line(&mut self.stdout, fields.iter().map(|(_, cell)| cell.csv()))?;
            }
            Format::Table => {
                let wide = fields.iter().map(|(column, _)| sanitise::width(&column.heading)).max().unwrap_or(0);
                for (column, cell) in fields {
                    let heading = sanitise::fit(&column.heading, wide, false);
                    writeln!(self.stdout, "{heading}  {}", sanitise::line(&cell.shown(self.lang)))?;
                }
            }
        }
        self.stdout.flush()?;
        Ok(())
    }
}

/// Lines of cells into a file.
///
/// # Errors
/// It cannot be written.
pub fn write_csv(path: &std::path::Path, lines: &[Vec<Cell>]) -> io::Result<()> {
    let mut file = io::BufWriter::new(std::fs::File::create(path)?);
    for line in lines {
        csv::line(&mut file, line.iter().map(Cell::csv))?;
    }
    file.flush()
}

enum Style {
    Table(Table),
    Json,
    Csv,
}

/// A list under way; memory stays flat however long it grows.
pub struct List<'a> {
    out: &'a mut Out,
    columns: Vec<Column>,
    style: Style,
    rows: u64,
}

impl List<'_> {
    /// One more.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn row<T: Serialize>(&mut self, value: &T, cells: &[Cell]) -> Result<(), Stop> {
        let stdout = &mut self.out.stdout;
        match &mut self.style {
            Style::Json => {
                stdout.write_all(if self.rows == 0 { b"[\n" } else { b",\n" })?;
                serde_json::to_writer(&mut *stdout, value).map_err(io::Error::from)?;
            }
            Style::Csv => {
                if self.rows == 0 {
                    csv::line(stdout, self.columns.iter().map(|column| column.name.to_owned()))?;
                }
                csv::line(stdout, cells.iter().map(Cell::csv))?;
            }
            Style::Table(table) => {
                table.row(stdout, cells.iter().map(|cell| sanitise::line(&cell.shown(self.out.lang))).collect())?;
            }
        }
        self.rows = self.rows.saturating_add(1);
        Ok(())
    }

    /// The end: an empty list is printed too.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> Result<(), Stop> {
        let stdout = &mut self.out.stdout;
        match &mut self.style {
            Style::Json => stdout.write_all(if self.rows == 0 { b"[]\n" } else { b"\n]\n" })?,
            Style::Csv if self.rows == 0 => {
                csv::line(stdout, self.columns.iter().map(|column| column.name.to_owned()))?;
            }
            Style::Csv => {}
            Style::Table(table) => table.finish(stdout)?,
        }
        stdout.flush()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;

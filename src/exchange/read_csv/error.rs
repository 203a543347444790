//! Why a file is no table, and the sentence for it.

use crate::{t, text::Locale};

/// Why a file is refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// Nothing in it.
    Empty,
    /// Not text.
    Binary,
    /// A spreadsheet file: to be saved as CSV.
    Spreadsheet,
    TooLarge {
        mebibytes: u64,
    },
    TooManyColumns {
        max: usize,
    },
    TooManyRows {
        max: usize,
    },
    /// A quotation mark is opened there and never closed.
    OpenQuote {
        line: u64,
    },
    /// A row has more cells than there are headings.
    LongRow {
        row: u64,
    },
}

impl ReadError {
    /// What is the matter and what to do.
    #[must_use]
    pub fn sentence(self, locale: &Locale) -> String {
        match self {
            Self::Empty => t!(locale, "csv-empty"),
            Self::Binary => t!(locale, "csv-binary"),
            Self::Spreadsheet => t!(locale, "csv-spreadsheet"),
            Self::TooLarge { mebibytes } => t!(locale, "csv-too-large", mebibytes = mebibytes.to_string()),
            Self::TooManyColumns { max } => t!(locale, "csv-too-many-columns", max = max.to_string()),
            Self::TooManyRows { max } => t!(locale, "csv-too-many-rows", max = max.to_string()),
            Self::OpenQuote { line } => t!(locale, "csv-open-quote", line = line.to_string()),
            Self::LongRow { row } => t!(locale, "csv-long-row", row = row.to_string()),
        }
    }
}

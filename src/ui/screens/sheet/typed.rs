//! What fingers mean in a mark cell: the top row of French keyboards, and the little editor of one cell. Pure.
//!
//! On a French keyboard the digits of the top row need Shift; without it stand `& é " ' ( - è _ ç à`. They are read as
//! 1 2 3 4 5 6 7 8 9 0. A `-` is then a 6, except before a digit that was typed as such (numeric keypad): that is a
//! negative number, and refused as one.

use unicode_segmentation::UnicodeSegmentation;

use crate::{domain::score::MarkError, text::sanitise};

/// The unshifted top row of a French keyboard, in order of the digits 1 to 9 and 0.
const TOP_ROW: [char; 10] = ['&', 'é', '"', '\'', '(', '-', 'è', '_', 'ç', 'à'];
/// The digits they stand for.
const DIGITS: [char; 10] = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];

/// The digit of a key of the unshifted top row.
#[must_use]
pub fn top_row(c: char) -> Option<char> {
    let place = TOP_ROW.iter().position(|key| *key == c)?;
    DIGITS.get(place).copied()
}

/// The text that was meant by these keys.
#[must_use]
pub fn read(raw: &str, french: bool) -> String {
    if !french {
        return raw.to_owned();
    }
    let negative = raw.starts_with('-') && raw.contains(|c: char| c.is_ascii_digit());
    let meant = |(place, c): (usize, char)| match c {
        '-' if negative && place == 0 => c,
        c => top_row(c).unwrap_or(c),
    };
    raw.chars().enumerate().map(meant).collect()
}

/// May a mark begin with this key?
#[must_use]
pub fn begins_mark(c: char, french: bool) -> bool {
    c.is_ascii_digit() || c == '-' || (french && top_row(c).is_some())
}

/// A cell being edited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Editor {
    /// As typed; see [`read`].
    raw: Vec<String>,
    /// Characters before the caret.
    caret: usize,
    /// Begun by F2: left and right move the caret instead of the cell.
    pub in_place: bool,
    /// What stood there before, or what was pasted: read as it is written, whatever the habits.
    pub literal: bool,
    /// It was handed in and refused; it stays to be mended.
    pub refused: Option<MarkError>,
}

impl Editor {
    /// The most characters a cell takes: far more than any mark.
    pub const MAX: usize = 16;

    /// Begun by typing.
    #[must_use]
    pub fn typing(c: char) -> Self {
        let mut editor = Self::default();
        editor.insert(c.encode_utf8(&mut [0; 4]));
        editor
    }

    /// Begun on what stands in the cell, with the caret at its end.
    #[must_use]
    pub fn in_place(text: &str) -> Self {
        let mut editor = Self { in_place: true, literal: true, ..Self::default() };
        editor.insert(text);
        editor
    }

    /// Begun by text from the clipboard.
    #[must_use]
    pub fn pasting() -> Self {
        Self { literal: true, ..Self::default() }
    }

    /// Inserts at the caret what of it fits, on one line. `false`: something was left out.
    pub fn insert(&mut self, text: &str) -> bool {
        self.refused = None;
        let clean = sanitise::line(text);
        let room = Self::MAX.saturating_sub(self.raw.len());
        let added: Vec<String> = clean.graphemes(true).take(room).map(str::to_owned).collect();
        let whole = clean.graphemes(true).nth(room).is_none();
        let count = added.len();
        let at = self.caret.min(self.raw.len());
        self.raw.splice(at..at, added);
        self.caret = at.saturating_add(count);
        whole
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// What is meant by what stands in it.
    #[must_use]
    pub fn text(&self, french: bool) -> String {
        read(&self.raw.concat(), french)
    }

    /// Columns before the caret.
    #[must_use]
    pub fn caret_column(&self) -> usize {
        self.raw.iter().take(self.caret).map(|character| sanitise::width(character)).sum()
    }

    pub fn backspace(&mut self) {
        self.refused = None;
        if let Some(before) = self.caret.checked_sub(1).filter(|before| *before < self.raw.len()) {
            self.raw.remove(before);
            self.caret = before;
        }
    }

    /// All that was typed goes.
    pub fn clear(&mut self) {
        self.refused = None;
        self.raw.clear();
        self.caret = 0;
    }

    pub fn delete(&mut self) {
        self.refused = None;
        if self.caret < self.raw.len() {
            self.raw.remove(self.caret);
        }
    }

    /// Moves the caret by so many characters.
    pub fn go(&mut self, by: isize) {
        self.caret = self.caret.saturating_add_signed(by).min(self.raw.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::score::{Scale, parse_mark};

    #[test]
    fn the_top_row_is_digits() {
        assert_eq!(read("&é,(", true), "12,5");
        assert_eq!(read("& é \" ' ( - è _ ç à", true), "1 2 3 4 5 6 7 8 9 0");
        assert_eq!(read("&é,(", false), "&é,(");
        assert_eq!(read("-", true), "6");
        assert_eq!(read("-,(", true), "6,5");
        assert_eq!(read("&-", true), "16");
    }

    #[test]
    fn a_negative_number_is_refused_whatever_the_keyboard() {
        for french in [true, false] {
            assert_eq!(parse_mark(&read("-1", french), Scale::TWENTY), Err(MarkError::Negative));
            assert_eq!(parse_mark(&read("-12,5", french), Scale::TWENTY), Err(MarkError::Negative));
        }
    }

    #[test]
    fn the_caret_moves_and_edits() {
        let mut editor = Editor::in_place("12,5");
        editor.go(-2);
        editor.backspace();
        editor.insert("é");
        assert_eq!(editor.text(true), "12,5");
        assert_eq!(editor.caret_column(), 2);
        editor.delete();
        assert_eq!(editor.text(true), "125");
        editor.go(-9);
        editor.backspace();
        assert_eq!(editor.text(true), "125");
    }

    #[test]
    fn five_thousand_lines_are_cut() {
        let mut editor = Editor::default();
        assert!(!editor.insert(&"12\n".repeat(5_000)));
        assert_eq!(editor.text(true).len(), Editor::MAX);
    }
}

//! A text field of one line, edited by ratatui-textarea, drawn here: with the real cursor, masked if secret.

use ratatui::{
    Frame,
    crossterm::event::{KeyCode, KeyEvent, KeyModifiers},
    layout::{Position, Rect},
    style::Style,
};
use tui_textarea::{CursorMove, TextArea};
use unicode_segmentation::UnicodeSegmentation;

use crate::{domain::text_values::without_escapes, text::sanitise};

/// A text field.
#[derive(Clone, Debug)]
pub struct TextInput {
    area: TextArea<'static>,
    max: usize,
    secret: bool,
    cut: bool,
    /// What stands in it is a proposal: the first character that is typed takes its place.
    proposed: bool,
}

impl TextInput {
    /// Empty, for at most `max` characters.
    #[must_use]
    pub fn new(max: usize) -> Self {
        let mut area = TextArea::default();
        area.set_max_histories(64);
        Self { area, max, secret: false, cut: false, proposed: false }
    }

    /// Shown as dots; kept out of the undo history.
    #[must_use]
    pub fn secret(max: usize) -> Self {
        let mut input = Self::new(max);
        input.secret = true;
        input.area.set_max_histories(0);
        input
    }

    #[must_use]
    pub fn with(mut self, text: &str) -> Self {
        self.set(text);
        self
    }

    /// With a proposal: typing takes its place; an arrow, Backspace or another edit keeps it to be changed.
    #[must_use]
    pub fn proposing(mut self, text: &str) -> Self {
        self.propose(text);
        self
    }

    /// Replaces the text by a proposal; see [`TextInput::proposing`].
    pub fn propose(&mut self, text: &str) {
        self.set(text);
        self.proposed = !text.is_empty();
    }

    #[must_use]
    pub fn text(&self) -> &str {
        self.area.lines().first().map_or("", String::as_str)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// Replaces the text, with the caret at its end.
    pub fn set(&mut self, text: &str) {
        self.clear();
        self.paste(text);
        self.cut = false;
    }

    pub fn clear(&mut self) {
        self.proposed = false;
        self.area.move_cursor(CursorMove::Head);
        self.area.delete_line_by_end();
        self.cut = false;
    }

    /// Did the last paste or key not fit? (For a word in the status line.)
    #[must_use]
    pub fn was_cut(&self) -> bool {
        self.cut
    }

    /// Inserts text at the caret: on one line, without control characters, as far as it fits.
    pub fn paste(&mut self, text: &str) {
        if std::mem::take(&mut self.proposed) {
            self.clear();
        }
        // Four code points a character are enough for any script; a pasted megabyte is not read to its end.
        let head: String = text.chars().take(self.max.saturating_mul(4).saturating_add(1)).collect();
        let one_line = sanitise::line(without_escapes(&head).trim_matches(['\n', '\r']));
        let room = self.max.saturating_sub(self.text().graphemes(true).count());
        let fitting: String = one_line.graphemes(true).take(room).collect();
        self.cut = fitting.len() < one_line.len() || head.len() < text.len();
        self.area.insert_str(fitting);
    }

    /// An editing key. `false`: the key means nothing here.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        self.cut = false;
        let typed = matches!(key.code, KeyCode::Char(_)) && !control && !key.modifiers.contains(KeyModifiers::ALT);
        self.proposed &= typed;
        match key.code {
            KeyCode::Char('w') | KeyCode::Backspace if control => {
                self.area.delete_word();
            }
            KeyCode::Char('a') if control => self.area.move_cursor(CursorMove::Head),
            KeyCode::Char('e') if control => self.area.move_cursor(CursorMove::End),
            KeyCode::Char('u') if control => self.clear(),
            KeyCode::Char(c) if !control && !key.modifiers.contains(KeyModifiers::ALT) => {
                self.paste(c.encode_utf8(&mut [0; 4]));
            }
            KeyCode::Backspace => {
                self.area.delete_char();
            }
            KeyCode::Delete => {
                self.area.delete_next_char();
            }
            KeyCode::Left if control => self.area.move_cursor(CursorMove::WordBack),
            KeyCode::Right if control => self.area.move_cursor(CursorMove::WordForward),
            KeyCode::Left => self.area.move_cursor(CursorMove::Back),
            KeyCode::Right => self.area.move_cursor(CursorMove::Forward),
            KeyCode::Home => self.area.move_cursor(CursorMove::Head),
            KeyCode::End => self.area.move_cursor(CursorMove::End),
            _ => return false,
        }
        true
    }

    /// Characters before the caret.
    #[must_use]
    pub fn caret(&self) -> usize {
        let tui_textarea::DataCursor(_, column) = self.area.cursor();
        column
    }

    /// What stands before the caret, and all of it, as shown.
    fn shown(&self) -> (String, String) {
        let caret = self.caret();
        if self.secret {
            let dots = self.text().graphemes(true).count();
            let before: String = self.text().chars().take(caret).collect();
            return ("•".repeat(before.graphemes(true).count()), "•".repeat(dots));
        }
        let before: String = self.text().chars().take(caret).collect();
        (sanitise::line(&before), sanitise::line(self.text()))
    }

    /// Draws one line; with `focused` the real cursor stands at the caret. Long text scrolls with the caret.
    pub fn view(&self, frame: &mut Frame, area: Rect, style: Style, focused: bool) {
        let columns = usize::from(area.width);
        let (before, all) = self.shown();
        let caret = sanitise::width(&before);
        // One column stays free for the caret behind the last character.
        let skip = if focused { (caret + 1).saturating_sub(columns) } else { 0 };
        let mut passed = 0usize;
        let mut visible = String::new();
        // Something stands on the left that is not seen.
        let skip = if skip > 0 { skip + 1 } else { 0 };
        let columns = if skip > 0 { columns.saturating_sub(1) } else { columns };
        if skip > 0 {
            visible.push('…');
        }
        for grapheme in all.graphemes(true) {
            let wide = sanitise::width(grapheme);
            if passed >= skip && passed + wide <= skip + columns {
                visible.push_str(grapheme);
            }
            passed += wide;
        }
        frame.buffer_mut().set_style(area, style);
        frame.buffer_mut().set_stringn(area.x, area.y, &visible, usize::from(area.width), style);
        if focused {
            let before = caret.saturating_sub(skip) + usize::from(skip > 0);
            let column = u16::try_from(before).unwrap_or(0).min(area.width.saturating_sub(1));
            frame.set_cursor_position(Position::new(area.x.saturating_add(column), area.y));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::keymap;

    fn press(input: &mut TextInput, keys: &[&str]) {
        for key in keys {
            input.key(keymap::parse(key).expect("key"));
        }
    }

    #[test]
    fn five_thousand_lines_become_one_that_fits() {
        let mut input = TextInput::new(80);
        input.paste(&"une ligne\n".repeat(5_000));
        assert_eq!(input.text().chars().count(), 80);
        assert!(input.was_cut());
        assert!(input.text().starts_with("une ligne une ligne"));
    }

    #[test]
    fn keys_edit_at_the_caret() {
        let mut input = TextInput::new(10);
        press(&mut input, &["a", "b", "<left>", "é", "<home>", "<delete>", "<end>", "c"]);
        assert_eq!(input.text(), "ébc");
        press(&mut input, &["<backspace>", "<C-u>"]);
        assert_eq!(input.text(), "");
        assert!(!input.key(keymap::parse("<enter>").expect("key")));
    }

    #[test]
    fn a_proposal_gives_way_to_what_is_typed() {
        let mut input = TextInput::new(10).proposing("1");
        press(&mut input, &["4"]);
        assert_eq!(input.text(), "4");
        press(&mut input, &["2"]);
        assert_eq!(input.text(), "42");
        let mut kept = TextInput::new(10).proposing("admin");
        press(&mut kept, &["<end>", "2"]);
        assert_eq!(kept.text(), "admin2");
        let mut mended = TextInput::new(10).proposing("20");
        press(&mut mended, &["<backspace>", "5"]);
        assert_eq!(mended.text(), "25");
    }

    #[test]
    fn what_does_not_fit_is_refused_and_known() {
        let mut input = TextInput::new(2).with("ab");
        press(&mut input, &["c"]);
        assert_eq!((input.text(), input.was_cut()), ("ab", true));
    }
}

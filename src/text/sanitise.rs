//! THE sanitiser: all text from outside passes here on its way to a terminal, a log or a window title.
//!
//! Control characters, escape sequences, direction overrides and zero-width characters become visible, harmless
//! marks or vanish; width is measured as a terminal does.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The text on one line without anything a terminal could obey or be confused by. Control characters become `·`.
#[must_use]
pub fn line(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\t' | '\n' | '\r' => Some(' '),
            c if c.is_control() => Some('·'),
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2028}'..='\u{2029}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{61c}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}' => None,
            c => Some(c),
        })
        .collect()
}

/// Columns a sanitised text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Cut to `columns`, with `…` when something was cut; never splits a character as people see it.
#[must_use]
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0usize;
    for grapheme in text.graphemes(true) {
        let more = used.saturating_add(width(grapheme));
        if more.saturating_add(1) > columns {
            break;
        }
        kept.push_str(grapheme);
        used = more;
    }
    if columns > 0 {
        kept.push('…');
    }
    kept
}

/// Cut and padded with spaces to exactly `columns`; numbers to the right, text to the left.
#[must_use]
pub fn fit(text: &str, columns: usize, right: bool) -> String {
    let cut = cut(text, columns);
    let pad = " ".repeat(columns.saturating_sub(width(&cut)));
    if right { pad + &cut } else { cut + &pad }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_terminal_obeys_is_left() {
        let evil = "Awa\u{1b}]0;owned\u{7}\u{1b}[2J\nDiallo\u{202e}\u{200b}";
        let clean = line(evil);
        assert!(!clean.contains(char::is_control), "{clean:?}");
        assert_eq!(clean, "Awa·]0;owned··[2J Diallo");
    }

    #[test]
    fn cutting_keeps_whole_characters() {
        assert_eq!(cut("Fatoumata", 5), "Fato…");
        assert_eq!(width(&fit("日本語名前", 6, false)), 6);
        assert_eq!(fit("12,5", 6, true), "  12,5");
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
    }
}

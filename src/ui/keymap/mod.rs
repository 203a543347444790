//! The key table: which keys do what, where. Footer hints, the help, the palette and the behaviour all come from it.
//!
//! Each screen has a `keys.rs` with one `KEYS: &[Binding<Do>]` a mode; [`Context`] lists them all, so that a test
//! walks every one. Default keys never need `AltGr`, which French keyboards want for brackets, backslash and at sign.

mod context;
mod name;

use ratatui::crossterm::event::KeyEvent;

pub use context::Context;
pub use name::{label, name, parse};

/// One line of a screen's table.
pub struct Binding<A: 'static> {
    /// Names such as `j`, `<down>`, `<C-p>`, `<f2>` (see [`name()`]); the first one is shown in the footer.
    pub keys: &'static [&'static str],
    pub action: A,
    /// Locale id of the help text.
    pub help: &'static str,
    /// Locale id of the short word in the footer; `None`: only in the help.
    pub hint: Option<&'static str>,
}

/// A line of a table without its action: what footer, help and palette need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLine {
    pub keys: &'static [&'static str],
    pub help: &'static str,
    pub hint: Option<&'static str>,
    /// The key does nothing now; the sentence says why.
    pub why_not: Option<String>,
}

/// The action of a key in a table.
#[must_use]
pub fn find<A: Copy>(table: &[Binding<A>], key: KeyEvent) -> Option<A> {
    let pressed = name(key);
    table.iter().find(|binding| binding.keys.contains(&pressed.as_str())).map(|binding| binding.action)
}

/// The lines of a table; `why_not` gives a sentence for the actions that do nothing now.
pub fn lines<A: Copy>(table: &[Binding<A>], why_not: impl Fn(A) -> Option<String>) -> Vec<KeyLine> {
    table
        .iter()
        .map(|binding| KeyLine {
            keys: binding.keys,
            help: binding.help,
            hint: binding.hint,
            why_not: why_not(binding.action),
        })
        .collect()
}

/// The lines of a table whose keys all work.
#[must_use]
pub fn all<A: Copy>(table: &[Binding<A>]) -> Vec<KeyLine> {
    lines(table, |_| None)
}

/// What keys do on every screen. While a text field has the keys (`Screen::typing`), only the F-keys and the
/// control keys of this table work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Global {
    Help,
    Palette,
    Lock,
    Quit,
    Back,
    Suspend,
    Redraw,
    Language,
    Theme,
}

/// The table of [`Global`].
pub const GLOBAL: &[Binding<Global>] = &[
    Binding { keys: &["?", "<f1>"], action: Global::Help, help: "key-help", hint: Some("hint-help") },
    Binding { keys: &["<C-p>", ":"], action: Global::Palette, help: "key-palette", hint: None },
    Binding { keys: &["<esc>"], action: Global::Back, help: "key-back", hint: None },
    Binding { keys: &["<f12>"], action: Global::Lock, help: "key-lock", hint: None },
    Binding { keys: &["<f9>"], action: Global::Language, help: "key-language", hint: None },
    Binding { keys: &["<f8>"], action: Global::Theme, help: "key-theme", hint: None },
    Binding { keys: &["<C-l>"], action: Global::Redraw, help: "key-redraw", hint: None },
    Binding { keys: &["<C-z>"], action: Global::Suspend, help: "key-suspend", hint: None },
    Binding { keys: &["q", "<C-c>"], action: Global::Quit, help: "key-quit", hint: None },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::text::{Lang, Locale};

    #[test]
    fn no_key_stands_twice_in_a_context() {
        for context in Context::ALL {
            let mut seen = HashSet::new();
            for key in context.lines().iter().flat_map(|line| line.keys) {
                assert!(seen.insert(*key), "{context:?}: {key} twice");
            }
        }
    }

    #[test]
    fn every_key_can_be_pressed_and_none_hides_behind_alt_gr() {
        for context in Context::ALL {
            for key in context.lines().iter().flat_map(|line| line.keys) {
                let event = parse(key);
                assert_eq!(event.map(name).as_deref(), Some(*key), "{context:?}: {key}");
                assert!(!["[", "]", "\\", "@"].contains(key), "{context:?}: {key}");
            }
        }
    }

    #[test]
    fn every_text_of_the_table_is_in_both_languages() {
        for lang in Lang::ALL {
            let locale = Locale::new(lang);
            for context in Context::ALL {
                for line in context.lines() {
                    for id in [Some(line.help), line.hint].into_iter().flatten() {
                        assert!(locale.has(id), "{} lacks {id}", lang.code());
                    }
                }
            }
        }
    }
}

//! A field whose value is one of a list.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::ui::widgets::{input::TextInput, list::fitting};

/// One of a list, found by typing or changed by the arrows.
#[derive(Clone, Debug)]
pub struct ChoiceField {
    labels: Vec<String>,
    chosen: Option<usize>,
    typed: TextInput,
    /// The labels are what a search elsewhere found for what is typed: all of them fit.
    searched: bool,
}

impl ChoiceField {
    #[must_use]
    pub fn new(labels: Vec<String>, chosen: Option<usize>) -> Self {
        Self { labels, chosen, typed: TextInput::new(40), searched: false }
    }

    /// Without labels: each time something is typed, the owner searches and [`ChoiceField::offer`]s what it found.
    #[must_use]
    pub fn searched() -> Self {
        Self { searched: true, ..Self::new(Vec::new(), None) }
    }

    /// What was found for what is typed; the best, which stands first, is chosen.
    pub fn offer(&mut self, labels: Vec<String>) {
        self.chosen = (!labels.is_empty()).then_some(0);
        self.labels = labels;
    }

    #[must_use]
    pub fn chosen(&self) -> Option<usize> {
        self.chosen
    }

    pub fn choose(&mut self, index: Option<usize>) {
        self.chosen = index;
        self.typed.clear();
    }

    /// The chosen label; empty for none.
    #[must_use]
    pub fn label(&self) -> &str {
        self.chosen.and_then(|index| self.labels.get(index)).map_or("", String::as_str)
    }

    #[must_use]
    pub fn typed(&self) -> &TextInput {
        &self.typed
    }

    /// Labels that fit what was typed, best first; nothing while nothing is typed.
    #[must_use]
    pub fn matches(&self) -> Vec<&str> {
        if self.typed.is_empty() {
            return Vec::new();
        }
        if self.searched {
            return self.labels.iter().map(String::as_str).collect();
        }
        fitting(&self.labels, self.typed.text())
            .into_iter()
            .filter_map(|index| self.labels.get(index).map(String::as_str))
            .collect()
    }

    pub fn paste(&mut self, text: &str) {
        self.typed.paste(text);
        self.find();
    }

    /// What was typed has found its label.
    pub fn accept(&mut self) {
        self.typed.clear();
    }

    fn find(&mut self) {
        if self.searched {
            // Until it has been searched for, nothing is chosen: Enter must not take the find of an older word.
            self.offer(Vec::new());
        } else if !self.typed.is_empty() {
            self.chosen = fitting(&self.labels, self.typed.text()).first().copied();
        }
    }

    /// `false`: the key means nothing here.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        match key.code {
            KeyCode::Right => self.turn(1),
            KeyCode::Left => self.turn(-1),
            KeyCode::Char(' ') if self.typed.is_empty() => self.turn(1),
            KeyCode::Delete => self.choose(None),
            KeyCode::Backspace if self.typed.is_empty() => self.choose(None),
            KeyCode::Backspace => {
                self.typed.key(key);
                self.find();
            }
            KeyCode::Char(_) if !control => {
                self.typed.key(key);
                self.find();
            }
            _ => return false,
        }
        true
    }

    /// To the next or previous label, around.
    fn turn(&mut self, by: isize) {
        self.typed.clear();
        let count = self.labels.len();
        if count > 0 {
            self.chosen = Some(match self.chosen {
                Some(index) => (index + count).saturating_add_signed(by) % count,
                None if by < 0 => count - 1,
                None => 0,
            });
        }
    }
}

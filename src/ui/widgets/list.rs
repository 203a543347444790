//! A list to pick from, with type-to-find: words in any order, accents and case do not count. Beginnings of words come
//! first; what merely has the letters somewhere is offered only where nothing else fits.

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};
use ratatui::{
    Frame,
    crossterm::event::{KeyCode, KeyEvent},
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::frame;
use crate::{
    domain::words,
    text::sanitise,
    ui::{ctx::Ctx, theme::Tone},
};

/// The indexes of the labels that fit what was typed; all, in order, for nothing typed. Labels with words that begin
/// so; if there are none, labels that hold what was typed; if there are none either, labels with these letters in this
/// order, each word's first one at the beginning of a word (`mths` is `Maths`, but `tse` is not `... physique et
/// sportive`).
#[must_use]
pub fn fitting(labels: &[String], typed: &str) -> Vec<usize> {
    let typed = words::fold(typed);
    let wanted: Vec<&str> = typed.split_whitespace().collect();
    if wanted.is_empty() {
        return (0..labels.len()).collect();
    }
    let folded: Vec<String> = labels.iter().map(|label| words::fold(label)).collect();
    let parts: Vec<Vec<String>> = labels.iter().map(|label| words::words(label)).collect();
    let begins = |index: &usize| {
        let parts = parts.get(*index).map(Vec::as_slice).unwrap_or_default();
        wanted.iter().all(|word| parts.iter().any(|part| part.starts_with(word)))
    };
    let whole = typed.trim();
    let place = |index: &usize| {
        folded.get(*index).map_or((true, true), |label| (label.as_str() != whole, !label.starts_with(whole)))
    };
    let mut found: Vec<usize> = (0..labels.len()).filter(begins).collect();
    if found.is_empty() {
        let holds = |index: &usize| folded.get(*index).is_some_and(|label| label.contains(whole));
        found = (0..labels.len()).filter(holds).collect();
    }
    if found.is_empty() {
        return loosely(&folded, &parts, &wanted);
    }
    found.sort_by_key(place);
    found
}

/// Labels with these letters in this order, best first.
fn loosely(folded: &[String], parts: &[Vec<String>], wanted: &[&str]) -> Vec<usize> {
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(&wanted.join(" "), CaseMatching::Ignore, Normalization::Smart);
    let mut room = Vec::new();
    let begins = |parts: &[String]| {
        wanted.iter().all(|word| parts.iter().any(|part| part.chars().next() == word.chars().next()))
    };
    let mut found: Vec<(u32, usize)> = folded
        .iter()
        .zip(parts)
        .enumerate()
        .filter(|(_, (_, parts))| begins(parts))
        .filter_map(|(index, (label, _))| {
            pattern.score(Utf32Str::new(label, &mut room), &mut matcher).map(|score| (score, index))
        })
        .collect();
    found.sort_by(|one, two| two.0.cmp(&one.0).then(one.1.cmp(&two.1)));
    found.into_iter().map(|(_, index)| index).collect()
}

/// A list with one item selected. The owner keeps what the items stand for.
#[derive(Clone, Debug, Default)]
pub struct PickList {
    labels: Vec<String>,
    /// Indexes into `labels`, as found.
    found: Vec<usize>,
    selected: usize,
}

impl PickList {
    #[must_use]
    pub fn new(labels: Vec<String>) -> Self {
        let found = (0..labels.len()).collect();
        Self { labels, found, selected: 0 }
    }

    /// Shows only what fits; the best is selected.
    pub fn find(&mut self, typed: &str) {
        self.found = fitting(&self.labels, typed);
        self.selected = 0;
    }

    /// The index of the selected label, in the order given to `new`.
    #[must_use]
    pub fn selected(&self) -> Option<usize> {
        self.found.get(self.selected).copied()
    }

    pub fn select(&mut self, index: usize) {
        if let Some(place) = self.found.iter().position(|found| *found == index) {
            self.selected = place;
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Moves by so many items, stopping at the ends.
    pub fn step(&mut self, by: isize) {
        self.selected = self.selected.saturating_add_signed(by).min(self.found.len().saturating_sub(1));
    }

    /// Arrow keys, Home, End, pages; with `vim` also `j k g G`. `false`: another key.
    pub fn key(&mut self, key: KeyEvent, vim: bool, page: u16) -> bool {
        let page = isize::try_from(page.max(1)).unwrap_or(1);
        let by = match key.code {
            KeyCode::Down => 1,
            KeyCode::Up => -1,
            KeyCode::PageDown => page,
            KeyCode::PageUp => -page,
            KeyCode::Home => isize::MIN,
            KeyCode::End => isize::MAX,
            KeyCode::Char('j') if vim => 1,
            KeyCode::Char('k') if vim => -1,
            KeyCode::Char('g') if vim => isize::MIN,
            KeyCode::Char('G') if vim => isize::MAX,
            _ => return false,
        };
        self.step(by);
        true
    }

    /// First item on the screen: moves by whole pages, so that a step redraws two lines, not all.
    fn top(&self, rows: u16) -> usize {
        let rows = usize::from(rows.max(1));
        self.selected / rows * rows
    }

    /// The label index at a row of the drawn area.
    #[must_use]
    pub fn at(&self, area: Rect, position: Position) -> Option<usize> {
        if !area.contains(position) {
            return None;
        }
        self.found.get(self.top(area.height) + usize::from(position.y - area.y)).copied()
    }

    /// Draws it; with `cursor` the real cursor stands on the selected item.
    pub fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, cursor: bool) {
        let top = self.top(area.height);
        let columns = usize::from(area.width.saturating_sub(3));
        for (n, index) in (0..area.height).zip(self.found.iter().skip(top)) {
            let Some(label) = self.labels.get(*index) else { continue };
            let here = top + usize::from(n) == self.selected;
            let place = frame::row(area, n);
            let pointer = if here { ctx.theme.pointer() } else { " " };
            let text = sanitise::fit(&sanitise::line(label), columns, false);
            let tone = if here { Tone::Selected } else { Tone::Text };
            let spans = [Span::raw(format!("{pointer} ")), Span::styled(text, ctx.style(tone))];
            frame.render_widget(Line::from_iter(spans), place);
            if here && cursor {
                frame.set_cursor_position(Position::new(place.x, place.y));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finding_ignores_accents_and_case() {
        let labels = vec!["Élèves".to_owned(), "Classes".to_owned(), "Matières".to_owned()];
        assert_eq!(fitting(&labels, "ELE"), [0]);
        assert_eq!(fitting(&labels, "mat"), [2]);
        assert_eq!(fitting(&labels, ""), [0, 1, 2]);
    }

    #[test]
    fn beginnings_of_words_come_before_letters_found_anywhere() {
        let labels = ["Éducation physique et sportive", "Physique-Chimie", "Sciences physiques", "Mathématiques"];
        let labels = labels.map(str::to_owned);
        assert_eq!(fitting(&labels, "phys"), [1, 0, 2], "a label that begins so is the best");
        assert_eq!(fitting(&labels, "tse"), [0; 0], "no word begins with t");
        assert_eq!(fitting(&labels, "mths"), [3]);
        assert_eq!(fitting(&labels, "chim phys"), [1]);
        assert_eq!(fitting(&labels, "thema"), [3]);
    }

    #[test]
    fn what_is_typed_in_full_is_the_best() {
        let labels = ["Élèves supprimés", "Élèves", "Les élèves"].map(str::to_owned);
        assert_eq!(fitting(&labels, "élèves"), [1, 0, 2]);
        assert_eq!(fitting(&labels, "élèves s"), [0]);
    }

    #[test]
    fn steps_stop_at_the_ends() {
        let mut list = PickList::new(vec!["a".into(), "b".into()]);
        list.step(5);
        assert_eq!(list.selected(), Some(1));
        list.step(isize::MIN);
        assert_eq!(list.selected(), Some(0));
    }
}

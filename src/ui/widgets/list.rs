//! A list to pick from, with type-to-find: words in any order, accents and case do not count.

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

/// The indexes of the labels that fit what was typed, best first; all, in order, for nothing typed.
#[must_use]
pub fn fitting(labels: &[String], typed: &str) -> Vec<usize> {
    if typed.trim().is_empty() {
        return (0..labels.len()).collect();
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(&words::fold(typed), CaseMatching::Ignore, Normalization::Smart);
    let mut room = Vec::new();
    let mut found: Vec<(u32, usize)> = labels
        .iter()
        .enumerate()
        .filter_map(|(index, label)| {
            let folded = words::fold(label);
            pattern.score(Utf32Str::new(&folded, &mut room), &mut matcher).map(|score| (score, index))
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
    fn steps_stop_at_the_ends() {
        let mut list = PickList::new(vec!["a".into(), "b".into()]);
        list.step(5);
        assert_eq!(list.selected(), Some(1));
        list.step(isize::MIN);
        assert_eq!(list.selected(), Some(0));
    }
}

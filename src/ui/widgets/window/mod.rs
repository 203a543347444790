//! A window on a long list that is read page by page (keyset pages). Moving never waits: pages are asked for ahead,
//! a move beyond what is loaded is remembered and done when the page is there. At the edge of the screen the view
//! moves by a page rather than a line: over a slow line that is a fifth of the bytes.

mod moving;

use std::collections::VecDeque;

use crate::domain::query::{Cursor, Page, Seek};

/// Rows kept on each side of the screen before the far ones are let go.
const KEEP: usize = 400;

/// A page that should be asked for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    First,
    Last,
    After(Cursor),
    Before(Cursor),
}

impl Want {
    /// As the query says it.
    #[must_use]
    pub fn seek(self) -> Seek {
        match self {
            Self::First => Seek::First,
            Self::Last => Seek::Last,
            Self::After(cursor) => Seek::After(cursor),
            Self::Before(cursor) => Seek::Before(cursor),
        }
    }
}

/// The loaded part of a list.
#[derive(Clone, Debug)]
pub struct Window<T> {
    rows: VecDeque<(T, Cursor)>,
    more_before: bool,
    more_after: bool,
    asked: Option<Want>,
    selected: usize,
    top: usize,
    height: usize,
    /// Steps that wait for a page.
    owed: isize,
    /// A first page has arrived.
    loaded: bool,
}

impl<T> Default for Window<T> {
    fn default() -> Self {
        Self {
            rows: VecDeque::new(),
            more_before: false,
            more_after: false,
            asked: None,
            selected: 0,
            top: 0,
            height: 1,
            owed: 0,
            loaded: false,
        }
    }
}

impl<T> Window<T> {
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.loaded
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    #[must_use]
    pub fn selected(&self) -> Option<&T> {
        self.rows.get(self.selected).map(|(row, _)| row)
    }

    /// The rows on the screen, each with whether it is selected.
    pub fn visible(&self) -> impl Iterator<Item = (bool, &T)> {
        let rows = self.rows.iter().enumerate().skip(self.top).take(self.height);
        rows.map(|(index, (row, _))| (index == self.selected, row))
    }

    /// The rows that a screen of so many lines shows now, each with whether it is selected. For drawing: the height
    /// may have changed since the last `resize`.
    pub fn shown(&self, height: u16) -> impl Iterator<Item = (bool, &T)> {
        let height = usize::from(height.max(1));
        let rows = self.rows.iter().enumerate().skip(self.top_in(height)).take(height);
        rows.map(|(index, (row, _))| (index == self.selected, row))
    }

    /// The line of such a screen on which the selected row stands.
    #[must_use]
    pub fn line_in(&self, height: u16) -> u16 {
        u16::try_from(self.selected.saturating_sub(self.top_in(usize::from(height.max(1))))).unwrap_or(0)
    }

    fn top_in(&self, height: usize) -> usize {
        let fill = self.rows.len().saturating_sub(height);
        let top = if self.selected >= self.top + height { self.selected } else { self.top };
        if self.more_after { top } else { top.min(fill) }
    }

    /// Every loaded row.
    pub fn loaded(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().map(|(row, _)| row)
    }

    /// Changes loaded rows in place (a live event).
    pub fn loaded_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.rows.iter_mut().map(|(row, _)| row)
    }

    /// So many rows are on the screen now.
    pub fn resize(&mut self, height: u16) {
        self.height = usize::from(height.max(1));
        self.scroll();
    }

    /// A page in answer to `want`. Gives the next page to ask for, if one is needed.
    #[must_use]
    pub fn answered(&mut self, want: &Want, page: Page<T>) -> Option<Want> {
        if self.asked.as_ref() == Some(want) {
            self.asked = None;
        }
        let came = page.items.into_iter().zip(page.cursors);
        match want {
            Want::First | Want::Last => {
                self.rows = came.collect();
                let last = *want == Want::Last;
                (self.more_before, self.more_after) = if last { (page.more, false) } else { (false, page.more) };
                self.selected = if last { self.rows.len().saturating_sub(1) } else { 0 };
                self.top = 0;
                self.loaded = true;
            }
            Want::After(cursor) => {
                // A page that does not follow what stands here answers an older list.
                if self.rows.back().is_none_or(|(_, last)| last != cursor) {
                    return None;
                }
                self.rows.extend(came);
                self.more_after = page.more;
            }
            Want::Before(cursor) => {
                if self.rows.front().is_none_or(|(_, first)| first != cursor) {
                    return None;
                }
                let mut count = 0;
                let came: Vec<_> = came.collect();
                for row in came.into_iter().rev() {
                    self.rows.push_front(row);
                    count += 1;
                }
                self.more_before = page.more;
                self.selected += count;
                self.top += count;
            }
        }
        let owed = std::mem::take(&mut self.owed);
        self.step(owed)
    }

    /// What to ask for to read the loaded rows again after news: where from, and how many.
    #[must_use]
    pub fn again(&self) -> (Seek, usize) {
        let first = self.rows.front().filter(|_| self.more_before);
        let seek = first.map_or(Seek::First, |(_, cursor)| Seek::After(cursor.clone()));
        (seek, self.rows.len().max(self.height.saturating_mul(2)))
    }

    /// The loaded rows, read again. The cursor stays on the same row (`same`) and on the same line of the screen; if
    /// the row is gone, on the one that took its place. Gives the next page to ask for, if one is needed.
    #[must_use]
    pub fn refreshed(&mut self, page: Page<T>, same: impl Fn(&T, &T) -> bool) -> Option<Want> {
        let line = self.selected.saturating_sub(self.top);
        let before = std::mem::take(&mut self.rows);
        // Without the row before it, a part of the list begins one row later.
        let place = self.selected.saturating_sub(usize::from(self.more_before));
        self.rows = page.items.into_iter().zip(page.cursors).collect();
        self.more_after = page.more;
        let stood = before.get(self.selected).map(|(row, _)| row);
        let found = stood.and_then(|stood| self.rows.iter().position(|(row, _)| same(row, stood)));
        self.selected = found.unwrap_or(place).min(self.rows.len().saturating_sub(1));
        self.top = self.selected.saturating_sub(line);
        self.asked = None;
        self.owed = 0;
        self.scroll();
        self.ahead()
    }

    /// Lines of the screen.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// The place of the selected row in the list.
    #[must_use]
    pub fn selected_cursor(&self) -> Option<&Cursor> {
        self.rows.get(self.selected).map(|(_, cursor)| cursor)
    }

    /// A page could not be had: it may be asked for again.
    pub fn failed(&mut self) {
        self.asked = None;
        self.owed = 0;
    }
}

#[cfg(test)]
mod tests;

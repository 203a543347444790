//! A window on a long list that is read page by page (keyset pages). Moving never waits: pages are asked for ahead,
//! a move beyond what is loaded is remembered and done when the page is there. At the edge of the screen the view
//! moves by a page rather than a line: over a slow line that is a fifth of the bytes.

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

    /// Moves by so many rows. Gives a page to ask for, if the edge is near.
    #[must_use]
    pub fn step(&mut self, by: isize) -> Option<Want> {
        let last = self.rows.len().saturating_sub(1);
        let aim = self.selected.saturating_add_signed(by);
        let before = isize::try_from(self.selected).unwrap_or(0);
        self.selected = aim.min(last);
        if by > 0 && aim > last && self.more_after {
            self.owed = isize::try_from(aim - last).unwrap_or(isize::MAX);
        } else if by < 0 && self.more_before {
            self.owed = by.saturating_add(before).min(0);
        }
        self.scroll();
        self.ahead()
    }

    /// To the first row; asks for the first page when the window has left it.
    #[must_use]
    pub fn first(&mut self) -> Option<Want> {
        self.jump(self.more_before, Want::First, 0)
    }

    /// To the last row of all.
    #[must_use]
    pub fn last(&mut self) -> Option<Want> {
        self.jump(self.more_after, Want::Last, self.rows.len().saturating_sub(1))
    }

    fn jump(&mut self, far: bool, want: Want, here: usize) -> Option<Want> {
        self.owed = 0;
        if far {
            self.asked = Some(want.clone());
            return Some(want);
        }
        self.selected = here;
        self.scroll();
        self.ahead()
    }

    /// Selects the first loaded row that `fits`.
    pub fn select(&mut self, fits: impl Fn(&T) -> bool) -> bool {
        let Some(index) = self.rows.iter().position(|(row, _)| fits(row)) else { return false };
        self.selected = index;
        self.scroll();
        true
    }

    /// Selects the row at that line of the screen.
    pub fn select_line(&mut self, line: u16) -> bool {
        let index = self.top + usize::from(line);
        let there = usize::from(line) < self.height && index < self.rows.len();
        if there {
            self.selected = index;
        }
        there
    }

    /// The line of the screen on which the selected row stands.
    #[must_use]
    pub fn line(&self) -> u16 {
        u16::try_from(self.selected.saturating_sub(self.top)).unwrap_or(0)
    }

    /// Keeps the selected row on the screen, moving by a page.
    fn scroll(&mut self) {
        if self.selected < self.top {
            self.top = (self.selected + 1).saturating_sub(self.height);
        } else if self.selected >= self.top + self.height {
            self.top = self.selected;
        }
        // Never a half-empty screen while there are rows above it.
        let fill = self.rows.len().saturating_sub(self.height);
        if !self.more_after {
            self.top = self.top.min(fill);
        }
    }

    /// Lets far rows go, and says which page comes next.
    fn ahead(&mut self) -> Option<Want> {
        if self.asked.is_some() {
            return None;
        }
        let near = self.height.saturating_mul(2).max(1);
        let behind = self.rows.len().saturating_sub(self.selected);
        let want = if self.more_after && behind <= near {
            self.rows.back().map(|(_, cursor)| Want::After(cursor.clone()))
        } else if self.more_before && self.selected < near {
            self.rows.front().map(|(_, cursor)| Want::Before(cursor.clone()))
        } else {
            None
        };
        self.forget();
        self.asked.clone_from(&want);
        want
    }

    fn forget(&mut self) {
        let keep = KEEP.max(self.height.saturating_mul(4));
        while self.selected > keep && self.top > keep {
            self.rows.pop_front();
            self.more_before = true;
            self.selected -= 1;
            self.top -= 1;
        }
        while self.rows.len() > self.selected.max(self.top + self.height) + keep {
            self.rows.pop_back();
            self.more_after = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(n: usize) -> Cursor {
        Cursor { keys: Vec::new(), id: n.to_string() }
    }

    /// Plays a list of `total` rows read in pages of 50.
    fn serve(total: usize, want: &Want) -> Page<usize> {
        let at = |cursor: &Cursor| cursor.id.parse::<usize>().expect("number");
        let range = match want {
            Want::First => 0..50.min(total),
            Want::Last => total.saturating_sub(50)..total,
            Want::After(cursor) => at(cursor) + 1..(at(cursor) + 51).min(total),
            Want::Before(cursor) => at(cursor).saturating_sub(50)..at(cursor),
        };
        let more = match want {
            Want::First | Want::After(_) => range.end < total,
            Want::Last | Want::Before(_) => range.start > 0,
        };
        Page { items: range.clone().collect(), cursors: range.map(cursor).collect(), more }
    }

    fn settle(window: &mut Window<usize>, total: usize, mut want: Option<Want>) {
        while let Some(asked) = want {
            want = window.answered(&asked, serve(total, &asked));
        }
    }

    fn opened(total: usize) -> Window<usize> {
        let mut window = Window::default();
        window.resize(20);
        settle(&mut window, total, Some(Want::First));
        window
    }

    #[test]
    fn ten_thousand_rows_are_walked_down_and_up_with_few_in_memory() {
        let mut window = opened(10_000);
        for expected in 1..10_000 {
            let want = window.step(1);
            settle(&mut window, 10_000, want);
            assert_eq!(window.selected(), Some(&expected));
            assert!(window.rows.len() < 1_000);
        }
        for expected in (0..9_999).rev() {
            let want = window.step(-1);
            settle(&mut window, 10_000, want);
            assert_eq!(window.selected(), Some(&expected));
        }
    }

    #[test]
    fn a_move_beyond_what_is_loaded_is_done_when_the_page_comes() {
        let mut window = opened(500);
        let want = window.step(120);
        settle(&mut window, 500, want);
        assert_eq!(window.selected(), Some(&120));
        let want = window.last();
        settle(&mut window, 500, want);
        assert_eq!(window.selected(), Some(&499));
        let want = window.step(-200);
        settle(&mut window, 500, want);
        assert_eq!(window.selected(), Some(&299));
        let want = window.first();
        settle(&mut window, 500, want);
        assert_eq!(window.selected(), Some(&0));
    }

    #[test]
    fn the_edge_moves_the_view_by_a_page() {
        let mut window = opened(100);
        let want = window.step(19);
        settle(&mut window, 100, want);
        assert_eq!(window.visible().next(), Some((false, &0)));
        let want = window.step(1);
        settle(&mut window, 100, want);
        assert_eq!(window.visible().next(), Some((true, &20)));
    }

    #[test]
    fn news_do_not_move_the_cursor() {
        let mut window = opened(100);
        let want = window.step(10);
        settle(&mut window, 100, want);
        let (seek, count) = window.again();
        assert_eq!((seek, count), (Seek::First, 100));
        // Three rows came before the selected one, which is still there.
        let items: Vec<usize> = [900, 901, 902].into_iter().chain(0..97).collect();
        let cursors = items.iter().map(|n| cursor(*n)).collect();
        let _ = window.refreshed(Page { items, cursors, more: true }, |one, two| one == two);
        assert_eq!((window.selected(), window.line()), (Some(&10), 10));
        // It is gone: the one that took its place is selected.
        let items: Vec<usize> = [900, 901, 902].into_iter().chain((0..97).filter(|n| *n != 10)).collect();
        let cursors = items.iter().map(|n| cursor(*n)).collect();
        let _ = window.refreshed(Page { items, cursors, more: true }, |one, two| one == two);
        assert_eq!((window.selected(), window.line()), (Some(&11), 10));
    }

    #[test]
    fn a_taller_screen_shows_more_rows_at_once() {
        let mut window = opened(100);
        let want = window.step(90);
        settle(&mut window, 100, want);
        assert_eq!(window.shown(40).count(), 40);
        assert!(window.shown(5).any(|(selected, _)| selected));
    }

    #[test]
    fn an_answer_to_an_older_list_is_nothing() {
        let mut window = opened(100);
        assert_eq!(window.answered(&Want::After(cursor(7)), serve(100, &Want::After(cursor(7)))), None);
        assert_eq!(window.loaded().count(), 50);
    }
}

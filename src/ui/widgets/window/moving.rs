//! Moves over the loaded rows, and the pages they ask for ahead.

use super::{KEEP, Want, Window};

impl<T> Window<T> {
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
    pub(super) fn scroll(&mut self) {
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
    pub(super) fn ahead(&mut self) -> Option<Want> {
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

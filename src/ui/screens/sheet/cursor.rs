//! Where the user is on the grid, and which part of it is seen. Pure.

/// A place on the grid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub row: usize,
    pub column: usize,
}

/// How the cursor moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Up,
    Down,
    Left,
    Right,
    /// Right, and from the last column to the first of the next row.
    Next,
    /// Left, and from the first column to the last of the row above.
    Previous,
    PageUp,
    PageDown,
    FirstRow,
    LastRow,
    FirstColumn,
    LastColumn,
}

impl Cursor {
    /// The cursor after a move on a grid of that many rows and columns, with `page` rows on the screen. It stays
    /// where it is at the edges.
    #[must_use]
    pub fn moved(self, by: Move, (rows, columns): (usize, usize), page: usize) -> Self {
        let Self { row, column } = self;
        let to = match by {
            Move::Up => Self { row: row.saturating_sub(1), column },
            Move::Down => Self { row: row.saturating_add(1), column },
            Move::Left => Self { row, column: column.saturating_sub(1) },
            Move::Right => Self { row, column: column.saturating_add(1) },
            Move::Next if column.saturating_add(1) < columns => Self { row, column: column.saturating_add(1) },
            Move::Next if row.saturating_add(1) < rows => Self { row: row.saturating_add(1), column: 0 },
            Move::Previous if column > 0 => Self { row, column: column.saturating_sub(1) },
            Move::Previous if row > 0 => Self { row: row.saturating_sub(1), column: columns },
            Move::Next | Move::Previous => self,
            Move::PageUp => Self { row: row.saturating_sub(page), column },
            Move::PageDown => Self { row: row.saturating_add(page), column },
            Move::FirstRow => Self { row: 0, column },
            Move::LastRow => Self { row: rows, column },
            Move::FirstColumn => Self { row, column: 0 },
            Move::LastColumn => Self { row, column: columns },
        };
        to.within((rows, columns))
    }

    /// The nearest place that exists.
    #[must_use]
    pub fn within(self, (rows, columns): (usize, usize)) -> Self {
        Self { row: self.row.min(rows.saturating_sub(1)), column: self.column.min(columns.saturating_sub(1)) }
    }

    /// The next place for which `wanted` holds: down the column, then the columns to the right, around, back to just
    /// before this one.
    #[must_use]
    pub fn next_where(self, (rows, columns): (usize, usize), wanted: impl Fn(usize, usize) -> bool) -> Option<Self> {
        let cells = rows.saturating_mul(columns);
        let here = self.column.saturating_mul(rows).saturating_add(self.row);
        (1..=cells).find_map(|ahead| {
            let place = here.saturating_add(ahead).checked_rem(cells)?;
            let (column, row) = (place.checked_div(rows)?, place.checked_rem(rows)?);
            wanted(row, column).then_some(Self { row, column })
        })
    }
}

/// First index on the screen so that `cursor` is seen. At the edge it moves by most of a page rather than by one, so
/// that entering a column redraws the whole sheet rarely.
#[must_use]
pub fn scrolled(first: usize, cursor: usize, seen: usize, count: usize) -> usize {
    let seen = seen.max(1);
    let last = count.saturating_sub(seen);
    let kept = if seen > 4 { 2 } else { 0 };
    let to = if cursor < first {
        cursor.saturating_add(1).saturating_add(kept).saturating_sub(seen)
    } else if cursor >= first.saturating_add(seen) {
        cursor.saturating_sub(kept)
    } else {
        first
    };
    to.min(last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tab_goes_around_rows() {
        let at = |row, column| Cursor { row, column };
        assert_eq!(at(0, 2).moved(Move::Next, (2, 3), 5), at(1, 0));
        assert_eq!(at(1, 0).moved(Move::Previous, (2, 3), 5), at(0, 2));
        assert_eq!(at(1, 2).moved(Move::Next, (2, 3), 5), at(1, 2));
        assert_eq!(at(0, 0).moved(Move::Down, (0, 0), 5), at(0, 0));
    }

    #[test]
    fn the_next_empty_cell_is_down_then_right_then_around() {
        let empty = |row: usize, column: usize| (row, column) == (1, 0) || (row, column) == (0, 1);
        let next = |row, column| Cursor { row, column }.next_where((3, 2), empty);
        assert_eq!(next(0, 0), Some(Cursor { row: 1, column: 0 }));
        assert_eq!(next(1, 0), Some(Cursor { row: 0, column: 1 }));
        assert_eq!(next(0, 1), Some(Cursor { row: 1, column: 0 }));
        assert_eq!(Cursor::default().next_where((3, 2), |_, _| false), None);
        assert_eq!(Cursor::default().next_where((0, 0), |_, _| true), None);
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_seen(first in 0usize..250, cursor in 0usize..200, seen in 0usize..40) {
            let to = scrolled(first, cursor, seen, 200);
            prop_assert!(to <= cursor && cursor < to + seen.max(1), "{to}");
        }
    }
}

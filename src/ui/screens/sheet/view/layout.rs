//! Where everything stands on the screen: reckoned once for drawing, scrolling and the mouse.

use ratatui::layout::Rect;

use super::{
    super::{Mode, Sheet},
    dictation::PANEL,
};
use crate::ui::ctx::Ctx;

/// Columns of one evaluation: six for the value, one for its sign.
pub const CELL: u16 = 7;
/// Before the name: pointer, number, blank.
pub const NUMBER: u16 = 6;
/// Behind the evaluations: line, average, rank.
pub const FIGURES: u16 = 15;
/// The word for the average, where there is room.
const BAND: u16 = 14;
/// Rows above the students: the column under the cursor, two of headings.
const HEAD: u16 = 3;
/// Rows below: figures of the class.
const FOOT: u16 = 1;

/// The places of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub area: Rect,
    /// Columns of the name.
    pub name: u16,
    /// Evaluations that are seen at once.
    pub columns: usize,
    /// Students that are seen at once.
    pub rows: usize,
    /// Columns of the word for the average; 0: not shown.
    pub band: u16,
}

impl Layout {
    #[must_use]
    pub fn new(ctx: &Ctx, sheet: &Sheet) -> Self {
        Self::within(ctx.body(), sheet)
    }

    /// In that body of the screen, above what else the mode shows.
    #[must_use]
    pub fn within(area: Rect, sheet: &Sheet) -> Self {
        let below = match sheet.mode {
            Mode::Dictate(_) => PANEL,
            Mode::Browse
            | Mode::Edit(..)
            | Mode::Clash(_)
            | Mode::Explain(_)
            | Mode::Column(_)
            | Mode::Find(_)
            | Mode::Preview(_)
            | Mode::Fill(_) => 0,
        };
        let area = Rect { height: area.height.saturating_sub(below), ..area };
        Self::of(area, sheet.visible().len())
    }

    /// Names are cut first, then the band's word goes, then columns scroll: at 80 columns five evaluations are seen.
    #[must_use]
    pub fn of(area: Rect, columns: usize) -> Self {
        let free = area.width.saturating_sub(NUMBER + FIGURES);
        let wanted = u16::try_from(columns).unwrap_or(u16::MAX).saturating_mul(CELL);
        let least = 18;
        let band = if free.saturating_sub(wanted.min(CELL * 4)) >= least + BAND { BAND } else { 0 };
        let room = free.saturating_sub(band);
        let seen = (room.saturating_sub(least) / CELL).min(u16::try_from(columns).unwrap_or(u16::MAX));
        let name = room.saturating_sub(seen.saturating_mul(CELL)).min(34);
        Self {
            area,
            // A sheet without columns leaves room for the words that say so.
            name: if columns == 0 { name.min(24) } else { name },
            columns: usize::from(seen),
            rows: usize::from(area.height.saturating_sub(HEAD + FOOT)),
            band,
        }
    }

    /// The row of the `n`th student that is seen.
    #[must_use]
    pub fn row(&self, n: usize) -> Rect {
        let n = u16::try_from(n).unwrap_or(u16::MAX);
        Rect { y: self.area.y.saturating_add(HEAD).saturating_add(n), height: 1, ..self.area }
    }

    /// Where the `n`th evaluation that is seen begins.
    #[must_use]
    pub fn cell_x(&self, n: usize) -> u16 {
        let n = u16::try_from(n).unwrap_or(u16::MAX);
        self.area.x.saturating_add(NUMBER + self.name).saturating_add(n.saturating_mul(CELL))
    }

    /// Student and evaluation at a place of the terminal, counted from the first that are seen; `None` for the
    /// evaluation beside the cells.
    #[must_use]
    pub fn cell_at(&self, x: u16, y: u16) -> Option<(usize, Option<usize>)> {
        let row = usize::from(y.checked_sub(self.area.y.saturating_add(HEAD))?);
        if row >= self.rows {
            return None;
        }
        let column = x.checked_sub(self.cell_x(0)).map(|x| usize::from(x / CELL));
        Some((row, column.filter(|column| *column < self.columns)))
    }

    /// The line of the column under the cursor, the two of headings, the foot.
    #[must_use]
    pub fn head(&self, n: u16) -> Rect {
        Rect { y: self.area.y.saturating_add(n), height: 1, ..self.area }
    }

    #[must_use]
    pub fn foot(&self) -> Rect {
        Rect { y: self.area.y.saturating_add(self.area.height.saturating_sub(FOOT)), height: 1, ..self.area }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_evaluations_at_least_at_eighty() {
        let layout = Layout::of(Rect::new(0, 1, 80, 21), 9);
        assert!(layout.columns >= 4 && layout.name >= 18, "{layout:?}");
        assert_eq!(layout.rows, 17);
        let wide = Layout::of(Rect::new(0, 1, 120, 37), 9);
        assert!(wide.columns >= 8 && wide.band > 0, "{wide:?}");
        let few = Layout::of(Rect::new(0, 1, 80, 21), 2);
        assert!(few.band > 0 && few.name > 18, "{few:?}");
    }

    #[test]
    fn the_mouse_finds_what_is_drawn() {
        let layout = Layout::of(Rect::new(0, 1, 80, 21), 4);
        assert_eq!(layout.cell_at(layout.cell_x(2) + 3, layout.row(5).y), Some((5, Some(2))));
        assert_eq!(layout.cell_at(8, layout.row(0).y), Some((0, None)));
        assert_eq!(layout.cell_at(8, 2), None);
        assert_eq!(layout.cell_at(30, layout.foot().y), None);
    }
}

//! Pasting a column or a block from a spreadsheet, and filling cells with one value: first each cell's fate is shown,
//! then all is entered as one step.

mod fill;
mod keys;
mod preview;

pub use fill::Filler;
pub use keys::{FILL_KEYS, PREVIEW_KEYS};
pub use preview::{Fate, Line, Preview, Refusal, What};

use super::{Mode, Sheet, cells::CellId};
use crate::{
    domain::score::parse_mark,
    exchange::clipboard,
    protocol::SetMarks,
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        keymap::find,
        msg::ScreenMsg,
    },
};
use keys::PreviewDo;
use ratatui::crossterm::event::{KeyEvent, MouseEvent, MouseEventKind};

/// So much of a cell's text is shown.
const SHOWN: usize = 20;

impl Sheet {
    /// Lines of a spreadsheet, from the cell under the cursor down and to the right.
    pub(super) fn paste_table(&mut self, ctx: &Ctx, pasted: &str) -> Vec<Effect> {
        let Some(grid) = &self.grid else { return Vec::new() };
        let rows = self.cursor.row..grid.rows().len();
        let columns: Vec<usize> = self.visible().into_iter().filter(|column| *column >= self.cursor.column).collect();
        let (pasted, more_lines) = clipboard::read(pasted, rows.len());
        let wide = pasted.iter().map(Vec::len).max().unwrap_or(0);
        let mut lines = Vec::new();
        for (row, texts) in rows.zip(&pasted) {
            for (column, text) in columns.iter().copied().zip(texts) {
                let (Some(cell), Some(scale)) =
                    (grid.id(row, column), grid.columns().get(column).map(|column| column.scale))
                else {
                    continue;
                };
                let typed = sanitise::line(text).chars().take(SHOWN).collect();
                lines.push(Line::new(cell, typed, parse_mark(text, scale)));
            }
        }
        let beyond = (more_lines, wide.saturating_sub(columns.len()));
        self.show_preview(ctx, Preview::new(What::Pasted, lines, beyond))
    }

    /// Shows what will become of each cell; nothing is entered yet.
    fn show_preview(&mut self, ctx: &Ctx, mut preview: Preview) -> Vec<Effect> {
        let Some(grid) = &self.grid else { return Vec::new() };
        preview.judge(grid);
        let count = preview.counts.entered();
        if count > SetMarks::MAX {
            let said = t!(ctx.locale, "sheet-preview-too-many", count = count, max = SetMarks::MAX);
            return vec![Effect::Bell, Effect::Say(Status::bad(said))];
        }
        self.mode = Mode::Preview(Box::new(preview));
        Vec::new()
    }

    /// What stands in the cells has changed.
    pub(super) fn judge_again(&mut self) {
        if let (Mode::Preview(preview), Some(grid)) = (&mut self.mode, &self.grid) {
            preview.judge(grid);
        }
    }

    pub(super) fn preview_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Mode::Preview(preview) = &mut self.mode else { return Vec::new() };
        let page = isize::try_from(Preview::rows(ctx)).unwrap_or(isize::MAX);
        match find(PREVIEW_KEYS, key) {
            Some(PreviewDo::Enter) => return self.enter_preview(ctx),
            Some(PreviewDo::Cancel) => {
                self.mode = Mode::Browse;
                return vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-cancelled")))];
            }
            Some(PreviewDo::Down) => preview.scroll(ctx, 1),
            Some(PreviewDo::Up) => preview.scroll(ctx, -1),
            Some(PreviewDo::PageDown) => preview.scroll(ctx, page),
            Some(PreviewDo::PageUp) => preview.scroll(ctx, page.saturating_neg()),
            Some(PreviewDo::NextRefused) => preview.next_refused(ctx),
            None => {}
        }
        Vec::new()
    }

    pub(super) fn preview_mouse(&mut self, ctx: &Ctx, mouse: MouseEvent) {
        let Mode::Preview(preview) = &mut self.mode else { return };
        match mouse.kind {
            MouseEventKind::ScrollDown => preview.scroll(ctx, 1),
            MouseEventKind::ScrollUp => preview.scroll(ctx, -1),
            _ => {}
        }
    }

    /// All that can be entered is, as one step.
    fn enter_preview(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Mode::Preview(preview) = std::mem::replace(&mut self.mode, Mode::Browse) else { return Vec::new() };
        self.anchor = None;
        let cells = preview.to_enter();
        if cells.is_empty() {
            return vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-preview-nothing")))];
        }
        let (count, refused) = (cells.len(), preview.counts.refused);
        let mut effects = self.enter_many(ctx, cells);
        let said = t!(ctx.locale, "sheet-preview-entered", count = count, refused = refused);
        effects.push(Effect::Say(Status::info(said)));
        effects
    }

    /// The cells of the range, or those without a mark from here down.
    pub(super) fn cells_to_fill(&self) -> Vec<CellId> {
        let Some(grid) = &self.grid else { return Vec::new() };
        let here = |row: &usize| grid.rows().get(*row).is_some_and(|row| !row.left);
        if self.anchor.is_some() {
            let (rows, columns) = self.range();
            let columns = columns.filter(|column| !self.is_hidden(*column));
            return rows
                .filter(here)
                .flat_map(|row| columns.clone().filter_map(move |column| grid.id(row, column)))
                .collect();
        }
        let column = self.cursor.column;
        (self.cursor.row..grid.rows().len())
            .filter(here)
            .filter(|row| grid.shown(*row, column).is_none())
            .filter_map(|row| grid.id(row, column))
            .collect()
    }
}

impl Sheet {
    /// A message while cells are about to be filled.
    pub(super) fn fill_msg(&mut self, ctx: &Ctx, msg: &ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Key(key) => self.fill_key(ctx, *key),
            ScreenMsg::Paste(text) => {
                if let Mode::Fill(filler) = &mut self.mode {
                    filler.input.paste(&clipboard::cell(text));
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }
}

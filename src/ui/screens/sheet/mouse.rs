//! The mouse: a press selects a cell (a second one on the same cell edits it), the wheel moves.

use super::{Mode, Sheet, cursor::Move, view::layout::Layout};
use crate::ui::{ctx::Ctx, effect::Effect};
use ratatui::crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

impl Sheet {
    pub(super) fn mouse(&mut self, ctx: &Ctx, mouse: MouseEvent) -> Vec<Effect> {
        match &mut self.mode {
            Mode::Browse => {}
            Mode::Explain(shown) => {
                if shown.mouse(ctx, mouse) {
                    self.mode = Mode::Browse;
                }
                return Vec::new();
            }
            // A press elsewhere neither throws away nor hands in what is being typed.
            Mode::Preview(_) => {
                self.preview_mouse(ctx, mouse);
                return Vec::new();
            }
            Mode::Edit(..) | Mode::Clash(_) | Mode::Column(_) | Mode::Find(_) | Mode::Dictate(_) | Mode::Fill(_) => {
                return Vec::new();
            }
        }
        match mouse.kind {
            MouseEventKind::ScrollDown => self.go(ctx, Move::Down),
            MouseEventKind::ScrollUp => self.go(ctx, Move::Up),
            MouseEventKind::Down(MouseButton::Left) => {
                let layout = Layout::new(ctx, self);
                let Some((row, column)) = layout.cell_at(mouse.column, mouse.row) else { return Vec::new() };
                let to = super::Cursor {
                    row: self.first.row.saturating_add(row),
                    column: column
                        .and_then(|column| self.columns_seen(&layout).get(column).copied())
                        .unwrap_or(self.cursor.column),
                };
                let (rows, columns) = self.extent();
                if to.row >= rows || to.column >= columns.max(1) {
                    return Vec::new();
                }
                if to == self.cursor && self.no_entry(ctx).is_none() {
                    self.begin_in_place(ctx);
                } else {
                    self.anchor = None;
                    self.cursor = to;
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }
}

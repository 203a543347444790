//! `=`: the average under the cursor, step by step.

use super::{
    Mode, Sheet,
    keys::{EXPLAIN_KEYS, ExplainDo},
    words,
};
use crate::ui::{
    ctx::Ctx,
    effect::Effect,
    explanation::{self, MarkName},
    keymap::find,
};
use ratatui::crossterm::event::KeyEvent;

impl Sheet {
    pub(super) fn explain(&mut self, ctx: &Ctx) {
        let Some(grid) = &self.grid else { return };
        let row = self.cursor.row;
        let marks = grid.marks(row);
        let names: Vec<MarkName> = grid
            .columns()
            .iter()
            .zip(&marks)
            .map(|(column, mark)| MarkName { title: column.title.to_string(), value: mark.value, scale: column.scale })
            .collect();
        let lines = explanation::lines(&ctx.locale, &grid.explain(row), &names);
        self.mode = Mode::Explain { title: words::explained(self, ctx), lines, first: 0 };
    }

    pub(super) fn explain_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let Mode::Explain { lines, first, .. } = &mut self.mode else { return Vec::new() };
        match find(EXPLAIN_KEYS, key) {
            Some(ExplainDo::Close) => self.mode = Mode::Browse,
            Some(ExplainDo::Down) => *first = first.saturating_add(1).min(lines.len().saturating_sub(1)),
            Some(ExplainDo::Up) => *first = first.saturating_sub(1),
            None => {}
        }
        Vec::new()
    }
}

//! `=`: the average under the cursor, step by step.

use super::{Mode, Sheet, words};
use crate::ui::{
    ctx::Ctx,
    effect::Effect,
    explanation::{self, MarkName, Shown},
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
        self.mode = Mode::Explain(Shown::new(words::explained(self, ctx), lines));
    }

    pub(super) fn explain_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        if let Mode::Explain(shown) = &mut self.mode
            && shown.key(ctx, key)
        {
            self.mode = Mode::Browse;
        }
        Vec::new()
    }
}

//! How the user likes to enter marks: how digits are read, where Enter goes. Kept for the next time.

use serde::{Deserialize, Serialize};

use super::{Mode, Sheet, cursor::Move, grid::RowOrder, typed::Editor};
use crate::{
    domain::score::{MarkError, MarkValue, Scale, parse_mark, read_pad},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        theme::Tone,
    },
};

/// The habits of a user on every sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Habits {
    /// Digits without a decimal mark are read as on a numeric pad: `125` is 12,5.
    pub pad: bool,
    /// Enter goes right instead of down.
    pub across: bool,
    pub order: RowOrder,
    /// The foot tells of the column under the cursor instead of the averages.
    pub foot_of_column: bool,
}

/// Keeps a changed habit.
pub(super) fn keep(ctx: &Ctx, change: impl FnOnce(&mut Habits)) -> Effect {
    let mut memory = ctx.memory.clone();
    change(&mut memory.sheet);
    Effect::Remember(Box::new(memory))
}

/// Where Enter goes.
#[must_use]
pub(super) fn onward(ctx: &Ctx) -> Move {
    if ctx.memory.sheet.across { Move::Next } else { Move::Down }
}

/// F4.
pub(super) fn turn_pad(ctx: &Ctx) -> Vec<Effect> {
    let pad = !ctx.memory.sheet.pad;
    let said = if pad { t!(ctx.locale, "sheet-pad-on") } else { t!(ctx.locale, "sheet-pad-off") };
    vec![keep(ctx, |habits| habits.pad = pad), Effect::Say(Status::info(said))]
}

/// F7.
pub(super) fn turn_across(ctx: &Ctx) -> Vec<Effect> {
    let across = !ctx.memory.sheet.across;
    let said = if across { t!(ctx.locale, "sheet-across-on") } else { t!(ctx.locale, "sheet-across-off") };
    vec![keep(ctx, |habits| habits.across = across), Effect::Say(Status::info(said))]
}

/// `S`.
pub(super) fn turn_foot(ctx: &Ctx) -> Vec<Effect> {
    let column = !ctx.memory.sheet.foot_of_column;
    let said = if column { t!(ctx.locale, "sheet-foot-of-column") } else { t!(ctx.locale, "sheet-foot-of-averages") };
    vec![keep(ctx, |habits| habits.foot_of_column = column), Effect::Say(Status::info(said))]
}

impl Sheet {
    /// `O`: the rows in the next order; the cursor stays on its student.
    pub(super) fn turn_order(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let here = self.here();
        let student =
            self.grid.as_ref().and_then(|grid| grid.rows().get(self.cursor.row)).map(|row| row.student.clone());
        let Some(grid) = &mut self.grid else { return Vec::new() };
        let order = grid.order().next();
        grid.order_by(order);
        if let Some(row) = grid.rows().iter().position(|row| Some(&row.student) == student.as_ref()) {
            self.cursor.row = row;
        }
        debug_assert_eq!(here, self.here(), "the cursor stays on its cell");
        let said = match order {
            RowOrder::Name => t!(ctx.locale, "sheet-order-name"),
            RowOrder::Rank => t!(ctx.locale, "sheet-order-rank"),
            RowOrder::Call => t!(ctx.locale, "sheet-order-call"),
        };
        vec![keep(ctx, |habits| habits.order = order), Effect::Say(Status::info(said))]
    }

    /// The mark that was typed, as the habits have it.
    pub(super) fn read_typed(&self, ctx: &Ctx, editor: &Editor, scale: Scale) -> Result<Option<MarkValue>, MarkError> {
        let typed = editor.text(self.french(ctx));
        if ctx.memory.sheet.pad && !editor.literal { read_pad(&typed, scale) } else { parse_mark(&typed, scale) }
    }

    /// What the digits that are being typed are read as, before they are handed in.
    pub(super) fn reading_of(&self, ctx: &Ctx, editor: &Editor, scale: Scale) -> Option<(Tone, String)> {
        let typed = editor.text(self.french(ctx));
        let digits = !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit());
        if !ctx.memory.sheet.pad || editor.literal || !digits {
            return None;
        }
        match self.read_typed(ctx, editor, scale) {
            Ok(value) => {
                let value = super::words::value(&ctx.locale, value);
                Some((Tone::Key, t!(ctx.locale, "sheet-pad-reading", typed = typed, value = value)))
            }
            Err(error) => Some((Tone::Bad, text::mark_error(&ctx.locale, error))),
        }
    }

    /// The same for the cell that is being edited.
    pub(super) fn reading_here(&self, ctx: &Ctx) -> Option<(Tone, String)> {
        let Mode::Edit(cell, editor) = &self.mode else { return None };
        let grid = self.grid.as_ref()?;
        let (_, column) = grid.place(cell)?;
        self.reading_of(ctx, editor, grid.columns().get(column)?.scale)
    }
}

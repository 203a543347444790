//! What can be done now, and why not: the sentences of keys that do nothing.

use super::{
    Sheet,
    grid::{Grid, ReadOnly},
    keys::{Do, Side},
    outbox::Way,
    words,
};
use crate::{t, ui::ctx::Ctx};

impl Sheet {
    /// Why no mark can be entered; `None`: one can.
    pub(super) fn no_entry(&self, ctx: &Ctx) -> Option<String> {
        let locale = &ctx.locale;
        let Some(grid) = &self.grid else { return Some(t!(locale, "sheet-not-read-yet")) };
        match grid.read_only() {
            Some(ReadOnly::Closed) => return Some(words::closed(ctx, &self.key.year)),
            Some(ReadOnly::NotYours) => return Some(words::not_yours(ctx)),
            None => {}
        }
        if grid.columns().is_empty() {
            return Some(t!(locale, "sheet-no-columns"));
        }
        match grid.rows().get(self.cursor.row) {
            None => Some(t!(locale, "sheet-no-students")),
            Some(row) if row.left => Some(t!(locale, "sheet-has-left")),
            Some(_) => None,
        }
    }

    /// Why a key does nothing now.
    pub(super) fn why_not(&self, ctx: &Ctx, action: Do) -> Option<String> {
        let locale = &ctx.locale;
        match action {
            Do::TypeTopRow if !self.french(ctx) => Some(t!(locale, "sheet-top-row-is-off")),
            Do::Type | Do::TypeTopRow | Do::EditInPlace | Do::Empty | Do::Code(_) | Do::Repeat => self.no_entry(ctx),
            Do::Step(way) => self.no_columns_change(ctx).or_else(|| {
                let (undo, redo) = self.grid.as_ref().map_or((false, false), |g| (g.sheet().undo, g.sheet().redo));
                let any = !self.outbox.is_empty()
                    || self.grid.as_ref().is_some_and(Grid::keeps)
                    || match way {
                        Way::Undo => undo || self.deleted.is_some(),
                        Way::Redo => redo,
                    };
                (!any).then(|| match way {
                    Way::Undo => t!(locale, "sheet-nothing-to-undo"),
                    Way::Redo => t!(locale, "sheet-nothing-to-redo"),
                })
            }),
            Do::AddColumn => self.no_columns_change(ctx),
            Do::Show => self.hidden.is_empty().then(|| t!(locale, "sheet-none-hidden")),
            Do::MoveColumn(side) => self.no_columns_change(ctx).or_else(|| {
                let (here, count) = (self.cursor.column, self.extent().1);
                let edge = match side {
                    Side::Left => here == 0,
                    Side::Right => here.saturating_add(1) >= count,
                };
                edge.then(|| t!(locale, "sheet-move-edge"))
            }),
            Do::EditColumn | Do::DeleteColumn | Do::Publish => {
                self.no_columns_change(ctx).or_else(|| (self.extent().1 == 0).then(|| t!(locale, "sheet-no-columns")))
            }
            Do::Enter if self.extent().1 == 0 => self.no_columns_change(ctx),
            Do::Explain => (self.extent().0 == 0).then(|| t!(locale, "sheet-no-students")),
            Do::Copy | Do::CopyColumn | Do::Extend(_) => {
                let (rows, columns) = self.extent();
                (rows == 0 || columns == 0).then(|| t!(locale, "sheet-nothing-to-copy"))
            }
            Do::NextMatch | Do::PreviousMatch => self.sought.is_empty().then(|| t!(locale, "sheet-find-first")),
            Do::History => {
                let (rows, columns) = self.extent();
                (rows == 0 || columns == 0).then(|| t!(locale, "sheet-history-nowhere"))
            }
            Do::Find => (self.extent().0 == 0).then(|| t!(locale, "sheet-no-students")),
            Do::Dictate | Do::Fill => self.no_columns_change(ctx).or_else(|| match self.extent() {
                (_, 0) => Some(t!(locale, "sheet-no-columns")),
                (0, _) => Some(t!(locale, "sheet-no-students")),
                (_, _) => None,
            }),
            Do::Enter
            | Do::Go(_)
            | Do::NextEmpty
            | Do::NextTerm
            | Do::PreviousTerm
            | Do::TopRow
            | Do::Pad
            | Do::Across
            | Do::Hide
            | Do::Freeze
            | Do::Order
            | Do::Foot
            | Do::TimeMachine
            | Do::Remarks
            | Do::Quit => None,
        }
    }
}

//! The same cell changed by two: theirs, mine, or later. Nothing is lost: what was typed stays over the cell with a
//! sign until somebody chooses.

use super::{
    Mode, Sheet,
    cells::{CellId, CellState},
    keys::{CLASH_KEYS, ClashDo},
    outbox::{Change, Way},
    typed::begins_mark,
    words,
};
use crate::{
    domain::score::MarkValue,
    protocol::{CellConflict, CellView},
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        keymap::find,
    },
};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What of ours clashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ours {
    /// A mark.
    Mark(Option<MarkValue>),
    /// Undo or redo, over somebody's later change.
    Step(Way),
}

/// A conflict that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    pub conflict: CellConflict,
    pub ours: Ours,
    pub selected: Choice,
}

/// The answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    Theirs,
    Mine,
    Leave,
}

impl Choice {
    pub const ALL: [Self; 3] = [Self::Theirs, Self::Mine, Self::Leave];

    fn next(self) -> Self {
        match self {
            Self::Theirs => Self::Mine,
            Self::Mine => Self::Leave,
            Self::Leave => Self::Theirs,
        }
    }
}

impl Clash {
    #[must_use]
    pub fn new(conflict: CellConflict, ours: Ours) -> Self {
        Self { conflict, ours, selected: Choice::Leave }
    }

    #[must_use]
    pub fn cell(&self) -> CellId {
        CellId { student: self.conflict.student.clone(), evaluation: self.conflict.evaluation.clone() }
    }
}

impl Sheet {
    /// A change of ours met somebody else's.
    pub(super) fn clashed(&mut self, ctx: &Ctx, change: &Change, conflict: CellConflict) -> Vec<Effect> {
        let clash = match change {
            Change::Set { cell, value, .. } => {
                // What was typed over it since is what we want; nobody has yet seen theirs.
                let mine = self.outbox.withdraw(cell, *value);
                if let Some(grid) = &mut self.grid {
                    grid.learned(cell, CellView { value: conflict.theirs, version: conflict.version }, true);
                    grid.put(cell, mine, CellState::Conflict(conflict.clone()));
                }
                Clash::new(conflict, Ours::Mark(mine))
            }
            Change::Step { way, .. } => Clash::new(conflict, Ours::Step(*way)),
            // Its clashes stand in its answer.
            Change::Many { .. } => return Vec::new(),
        };
        let said = words::clash(self, ctx, &clash);
        match self.mode {
            Mode::Browse => self.mode = Mode::Clash(clash),
            // Somebody who is typing is not disturbed: the sign stays, Enter on the cell offers the choice.
            Mode::Edit(..)
            | Mode::Clash(_)
            | Mode::Explain(_)
            | Mode::Column(_)
            | Mode::Find(_)
            | Mode::Dictate(_)
            | Mode::Preview(_)
            | Mode::Fill(_) => {}
        }
        vec![Effect::Bell, Effect::Say(Status::bad(said))]
    }

    /// Shows the conflict of the cell under the cursor, if it has one.
    pub(super) fn show_clash(&mut self) -> bool {
        let overlay = self.grid.as_ref().and_then(|grid| grid.overlay(self.cursor.row, self.cursor.column));
        let Some(overlay) = overlay else { return false };
        let CellState::Conflict(conflict) = &overlay.state else { return false };
        self.mode = Mode::Clash(Clash::new(conflict.clone(), Ours::Mark(overlay.value)));
        true
    }

    pub(super) fn clash_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Mode::Clash(clash) = &mut self.mode else { return Vec::new() };
        let choice = match find(CLASH_KEYS, key) {
            Some(ClashDo::Theirs) => Choice::Theirs,
            Some(ClashDo::Mine) => Choice::Mine,
            Some(ClashDo::Leave) => Choice::Leave,
            Some(ClashDo::Choose) => clash.selected,
            Some(ClashDo::Down) => {
                clash.selected = clash.selected.next();
                return Vec::new();
            }
            Some(ClashDo::Up) => {
                clash.selected = clash.selected.next().next();
                return Vec::new();
            }
            None => {
                let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
                let french = self.french(ctx);
                return match key.code {
                    // Whoever goes on typing means the cell under the cursor.
                    KeyCode::Char(c) if plain && begins_mark(c, french) => {
                        self.mode = Mode::Browse;
                        self.browse_key(ctx, key)
                    }
                    _ => Vec::new(),
                };
            }
        };
        self.choose(ctx, choice)
    }

    pub(super) fn choose(&mut self, ctx: &Ctx, choice: Choice) -> Vec<Effect> {
        let Mode::Clash(clash) = std::mem::replace(&mut self.mode, Mode::Browse) else { return Vec::new() };
        let cell = clash.cell();
        match (choice, clash.ours) {
            (Choice::Leave, _) | (Choice::Theirs, Ours::Step(_)) => return Vec::new(),
            (Choice::Theirs, Ours::Mark(_)) => {
                if let Some(grid) = &mut self.grid {
                    grid.uncover(&cell);
                }
                let mut effects = vec![Effect::Say(Status::good(words::kept_theirs(self, ctx, &cell)))];
                effects.extend(self.drop_kept(&cell));
                return effects;
            }
            (Choice::Mine, Ours::Mark(value)) => {
                if let Some(grid) = &mut self.grid {
                    grid.put(&cell, value, CellState::Saving);
                }
                self.outbox.push(Change::Set { act: ctx.new_act(), cell, value });
            }
            (Choice::Mine, Ours::Step(way)) => {
                self.outbox.push(Change::Step { act: ctx.new_act(), way, force: true });
            }
        }
        self.pump()
    }
}

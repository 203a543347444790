//! The state of the installation, and its backups: the screen's side of `carnet doctor`, `carnet backup`,
//! `carnet terms set-current`, `carnet cache flush` and `carnet seed`.

mod keys;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use keys::{Do, KEYS};

use ratatui::{Frame, layout::Rect};

use super::Screen;
use crate::{
    domain::access::Action,
    protocol::{BackupRow, Health},
    t,
    ui::{
        ctx::Ctx,
        effect::Effect,
        keymap::{KeyLine, lines},
        msg::ScreenMsg,
    },
};

/// Long work in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Backup,
    Restore,
    Seed,
    Term,
    Check,
    Verify,
    Prune,
    Flush,
}

/// The screen.
#[derive(Default)]
pub struct HealthScreen {
    health: Option<Health>,
    /// `None` until they have been read.
    backups: Option<Vec<BackupRow>>,
    selected: usize,
    /// With how much is done, of how much.
    work: Option<(Work, Option<(u64, u64)>)>,
}

impl HealthScreen {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn backup(&self) -> Option<&BackupRow> {
        self.backups.as_ref().and_then(|backups| backups.get(self.selected))
    }

    /// Why a key does nothing now.
    fn why_not(&self, ctx: &Ctx, action: Do) -> Option<String> {
        let needs = match action {
            Do::Down | Do::Up | Do::Refresh => return None,
            Do::Check => Action::ViewHealth,
            Do::Backup | Do::Restore | Do::Verify | Do::Prune => Action::Backup,
            Do::Term | Do::Seed | Do::Rebuild | Do::Flush => Action::EditSetup,
        };
        if !ctx.may(needs) {
            return Some(t!(ctx.locale, "failure-denied"));
        }
        if self.work.is_some() {
            return Some(t!(ctx.locale, "health-busy"));
        }
        match action {
            Do::Restore | Do::Verify | Do::Prune if self.backup().is_none() => Some(t!(ctx.locale, "health-no-backup")),
            Do::Seed if self.health.as_ref().is_none_or(|health| health.students > 0) => {
                Some(t!(ctx.locale, "health-not-empty"))
            }
            Do::Down
            | Do::Up
            | Do::Refresh
            | Do::Backup
            | Do::Restore
            | Do::Term
            | Do::Seed
            | Do::Check
            | Do::Rebuild
            | Do::Verify
            | Do::Prune
            | Do::Flush => None,
        }
    }
}

impl Screen for HealthScreen {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "health-title")
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        lines(KEYS, |action| self.why_not(ctx, action))
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        self.on(ctx, msg)
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        self.draw(ctx, frame, area);
    }
}

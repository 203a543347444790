//! `H`: who changed the mark under the cursor, newest first.

use super::{Mode, Sheet};
use crate::{
    domain::history::MARK_SET,
    protocol::{Failure, HistoryLine, Reply, Request},
    t,
    text::{self, changes, format, sanitise},
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        explanation::Shown,
        theme::Tone,
    },
};

/// Reading a cell's history.
pub(super) const HISTORY: Slot = Slot("sheet-cell-history");

impl Sheet {
    pub(super) fn ask_history(&self) -> Vec<Effect> {
        let cell = self.grid.as_ref().and_then(|grid| grid.id(self.cursor.row, self.cursor.column));
        let request = cell.map(|cell| Request::CellHistory {
            sheet: self.key.clone(),
            evaluation: cell.evaluation,
            student: cell.student,
        });
        request.map(|request| Effect::Ask { slot: HISTORY, request }).into_iter().collect()
    }

    /// It is shown unless one has gone on to something else.
    pub(super) fn have_history(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        match result {
            Ok(Reply::History(history)) if matches!(self.mode, Mode::Browse) => {
                let mut lines: Vec<(Tone, String)> = history.iter().map(|line| (Tone::Text, told(ctx, line))).collect();
                if lines.is_empty() {
                    lines.push((Tone::Dim, t!(ctx.locale, "sheet-history-none")));
                }
                self.mode = Mode::Explain(Shown::new(self.history_title(ctx), lines));
                Vec::new()
            }
            Ok(_) => Vec::new(),
            Err(failure) => vec![Effect::Say(Status::bad(text::failure(&ctx.locale, &failure)))],
        }
    }

    fn history_title(&self, ctx: &Ctx) -> String {
        let Some(grid) = &self.grid else { return String::new() };
        let student = grid.rows().get(self.cursor.row);
        let student = student.map(|row| format!("{} {}", row.last_name.as_str().to_uppercase(), row.first_name));
        let column = grid.columns().get(self.cursor.column).map(|column| column.title.to_string());
        t!(
            ctx.locale,
            "sheet-history-title",
            student = sanitise::line(&student.unwrap_or_default()),
            evaluation = sanitise::line(&column.unwrap_or_default())
        )
    }
}

/// When, who, old and new, why.
fn told(ctx: &Ctx, line: &HistoryLine) -> String {
    let locale = &ctx.locale;
    let act = match line.action.as_str() {
        MARK_SET => String::new(),
        other => format!(" [{}]", changes::act(locale, other)),
    };
    let reason = line.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let (old, new) = (changes::value(locale, &line.old), changes::value(locale, &line.new));
    let at = format::moment(line.at, &ctx.zone);
    sanitise::line(&format!("{at}  {old} → {new}  {}{act}{reason}", line.by))
}

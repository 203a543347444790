//! The sheet's sentences: names and values in the user's language.

use super::{
    Sheet,
    cells::{CellId, CellState, Lost},
    conflicts::{Clash, Ours},
    outbox::Way,
};
use crate::{
    domain::{
        access::Action,
        calendar::YearId,
        entities::{Sex, Subject},
        rules::Rank,
        score::MarkValue,
    },
    protocol::{Failure, KeptMark, KeptState, MarkSet, Part, SheetRow, Trouble},
    t,
    text::{self, Locale, agree, format, sanitise},
    ui::{ctx::Ctx, effect::Effect},
};

/// `12,50`, `ABS`, or a word for an empty cell.
#[must_use]
pub fn value(locale: &Locale, value: Option<MarkValue>) -> String {
    value.map_or_else(|| t!(locale, "sheet-value-empty"), |value| cell_text(locale, value))
}

/// `12,50` or `ABS`, as it stands in a cell.
#[must_use]
pub fn cell_text(locale: &Locale, value: MarkValue) -> String {
    match value {
        MarkValue::Score(score) => score.fixed(locale.lang().decimal()),
        MarkValue::Code(code) => code.as_str().to_owned(),
    }
}

/// The last name in capitals, as on the list of students and on every register.
#[must_use]
pub fn student(row: &SheetRow) -> String {
    sanitise::line(&format!("{} {}", row.last_name.as_str().to_uppercase(), row.first_name))
}

/// `1er`, `2e`, with `=` where others have the same.
#[must_use]
pub fn short_rank(locale: &Locale, rank: Rank, sex: Option<Sex>) -> String {
    let place = agree::rank(locale, Some(Rank { tied: false, ..rank }), sex);
    if rank.tied { format!("{place}=") } else { place }
}

/// Why nothing changes on a closed sheet: of a closed year, nobody opens the term again.
#[must_use]
pub fn closed(ctx: &Ctx, year: &YearId) -> String {
    let past = ctx.setup().is_some_and(|setup| setup.years.iter().any(|known| known.id == *year && known.closed));
    if past { t!(ctx.locale, "sheet-year-closed") } else { t!(ctx.locale, "sheet-closed") }
}

/// Why somebody may only look: for whoever enters no marks anywhere, and for a teacher of something else.
#[must_use]
pub fn not_yours(ctx: &Ctx) -> String {
    if ctx.may(Action::EditSheet) { t!(ctx.locale, "sheet-not-yours") } else { t!(ctx.locale, "sheet-only-look") }
}

#[must_use]
pub fn offline(ctx: &Ctx, failure: &Failure) -> String {
    let locale = &ctx.locale;
    match failure {
        Failure::Offline { what: Part::Store, detail: Trouble::Locked } => t!(locale, "sheet-offline-locked"),
        Failure::Offline { what: Part::Store, detail: Trouble::Full } => t!(locale, "sheet-offline-full"),
        Failure::Offline { what: Part::Store, detail: Trouble::Unreachable } => t!(locale, "sheet-offline-unreachable"),
        Failure::Offline { .. }
        | Failure::Throttled { .. }
        | Failure::SessionOver
        | Failure::Cell(_)
        | Failure::Bulletin(_)
        | Failure::Denied
        | Failure::WrongLogin
        | Failure::PasswordMustChange
        | Failure::Invalid { .. }
        | Failure::Conflict
        | Failure::NotFound
        | Failure::Internal { .. } => t!(locale, "sheet-offline", why = text::failure(locale, failure)),
    }
}

/// So many cells are named before they are only counted.
const NAMED: usize = 6;

/// The cells that are not stored, by name.
#[must_use]
pub fn waiting(sheet: &Sheet, ctx: &Ctx) -> Option<String> {
    let grid = sheet.grid.as_ref()?;
    let mut cells: Vec<(usize, usize, String)> = Vec::new();
    for (cell, overlay) in grid.unsettled() {
        let Some((row, column)) = grid.place(cell) else { continue };
        let (student, title) = names(sheet, cell);
        cells.push((column, row, format!("{student} · {title} · {}", value(&ctx.locale, overlay.value))));
    }
    cells.sort();
    let more = cells.len().saturating_sub(NAMED);
    let mut lines: Vec<String> = cells.into_iter().take(NAMED).map(|(_, _, line)| line).collect();
    if lines.is_empty() {
        return None;
    }
    lines.insert(0, t!(ctx.locale, "sheet-waiting"));
    if more > 0 {
        lines.push(t!(ctx.locale, "sheet-waiting-more", count = more));
    }
    Some(lines.join("\n"))
}

/// Student and column of a cell.
fn names(sheet: &Sheet, cell: &CellId) -> (String, String) {
    let Some(grid) = &sheet.grid else { return (String::new(), String::new()) };
    let row = grid.rows().iter().find(|row| row.student == cell.student).map(student);
    let column = grid.columns().iter().find(|column| column.id == cell.evaluation);
    (row.unwrap_or_default(), column.map(|column| sanitise::line(column.title.as_str())).unwrap_or_default())
}

/// A mark is stored, in place of another one or of nothing.
#[must_use]
pub fn saved(sheet: &Sheet, ctx: &Ctx, set: &MarkSet, before: Option<MarkValue>) -> String {
    let cell = CellId { student: set.student.clone(), evaluation: set.evaluation.clone() };
    let (student, column) = names(sheet, &cell);
    let at = format::clock(set.at, &ctx.zone);
    match (set.value, before.filter(|before| Some(*before) != set.value)) {
        (Some(value), Some(before)) => {
            let (value, before) = (cell_text(&ctx.locale, value), cell_text(&ctx.locale, before));
            t!(
                ctx.locale,
                "sheet-replaced",
                student = student,
                column = column,
                value = value,
                before = before,
                at = at
            )
        }
        (Some(value), None) => {
            let value = cell_text(&ctx.locale, value);
            t!(ctx.locale, "sheet-saved", student = student, column = column, value = value, at = at)
        }
        (None, _) => t!(ctx.locale, "sheet-emptied", student = student, column = column, at = at),
    }
}

/// A mark is safe on this machine.
#[must_use]
pub fn kept(sheet: &Sheet, ctx: &Ctx, cell: &CellId, mark: Option<MarkValue>) -> String {
    let (student, column) = names(sheet, cell);
    let value = value(&ctx.locale, mark);
    t!(ctx.locale, "sheet-kept", student = student, column = column, value = value)
}

/// A mark that was kept on this machine is taken out again.
#[must_use]
pub fn kept_undone(sheet: &Sheet, ctx: &Ctx, cell: &CellId, mark: Option<MarkValue>) -> String {
    let (student, column) = names(sheet, cell);
    let value = value(&ctx.locale, mark);
    t!(ctx.locale, "sheet-kept-undone", student = student, column = column, value = value)
}

/// Kept marks that the store did not take and whose cell is gone: what was typed, and why not.
#[must_use]
pub fn kept_lost(locale: &Locale, gone: &[KeptMark]) -> String {
    let line = |kept: &KeptMark| {
        let value = value(locale, kept.mark.value);
        let place = sanitise::line(&format!("{} · {} · {value}", kept.names.student, kept.names.evaluation));
        match &kept.state {
            KeptState::Refused(failure) => format!("{place} ({})", text::failure(locale, failure)),
            KeptState::Waiting | KeptState::Clash(_) => place,
        }
    };
    let lines: Vec<String> = gone.iter().map(line).collect();
    t!(locale, "sheet-kept-lost", list = lines.join("\n"))
}

/// An undo or redo is done.
#[must_use]
pub fn stepped(sheet: &Sheet, ctx: &Ctx, way: Way, set: &MarkSet, before: Option<MarkValue>) -> String {
    let cell = CellId { student: set.student.clone(), evaluation: set.evaluation.clone() };
    let (student, column) = names(sheet, &cell);
    let (before, after) = (value(&ctx.locale, before), value(&ctx.locale, set.value));
    match way {
        Way::Undo => {
            t!(ctx.locale, "sheet-undone", student = student, column = column, before = before, after = after)
        }
        Way::Redo => {
            t!(ctx.locale, "sheet-redone", student = student, column = column, before = before, after = after)
        }
    }
}

#[must_use]
pub fn not_stored(sheet: &Sheet, ctx: &Ctx, cell: &CellId, failure: &Failure) -> String {
    let (student, column) = names(sheet, cell);
    let why = text::failure(&ctx.locale, failure);
    t!(ctx.locale, "sheet-not-stored", student = student, column = column, why = why)
}

/// Theirs stays.
#[must_use]
pub fn kept_theirs(sheet: &Sheet, ctx: &Ctx, cell: &CellId) -> String {
    let (student, column) = names(sheet, cell);
    let value = value(&ctx.locale, sheet.grid.as_ref().and_then(|grid| grid.stored(cell).value));
    t!(ctx.locale, "sheet-kept-theirs", student = student, column = column, value = value)
}

/// Whose mark stands where we wanted ours, in one sentence.
#[must_use]
pub fn clash(sheet: &Sheet, ctx: &Ctx, clash: &Clash) -> String {
    let locale = &ctx.locale;
    let (student, column) = names(sheet, &clash.cell());
    let theirs = value(locale, clash.conflict.theirs);
    let at = format::clock(clash.conflict.at, &ctx.zone);
    if clash.conflict.own {
        return t!(locale, "sheet-clash-own", student = student, column = column, at = at, theirs = theirs);
    }
    let by = sanitise::line(&clash.conflict.by);
    t!(locale, "sheet-clash", student = student, column = column, by = by, at = at, theirs = theirs)
}

/// The lines of the popup's choices: theirs, mine, leave.
#[must_use]
pub fn choices(ctx: &Ctx, clash: &Clash) -> [String; 3] {
    let locale = &ctx.locale;
    let theirs = value(locale, clash.conflict.theirs);
    let theirs = if clash.conflict.own {
        t!(locale, "sheet-clash-theirs-own", value = theirs)
    } else {
        t!(locale, "sheet-clash-theirs", value = theirs, by = sanitise::line(&clash.conflict.by))
    };
    let mine = match &clash.ours {
        Ours::Mark(mine) => t!(locale, "sheet-clash-mine", value = value(locale, *mine)),
        Ours::Step(Way::Undo) => t!(locale, "sheet-clash-undo"),
        Ours::Step(Way::Redo) => t!(locale, "sheet-clash-redo"),
    };
    [theirs, mine, t!(locale, "sheet-clash-leave")]
}

/// What is the matter with the cell under the cursor; `None`: nothing.
#[must_use]
pub fn cell_trouble(sheet: &Sheet, ctx: &Ctx) -> Option<String> {
    let grid = sheet.grid.as_ref()?;
    let overlay = grid.overlay(sheet.cursor.row, sheet.cursor.column)?;
    match &overlay.state {
        CellState::Saving | CellState::Saved | CellState::Offline | CellState::Kept => None,
        CellState::Refused(failure) => Some(not_stored(sheet, ctx, &sheet.here()?, failure)),
        CellState::Conflict(conflict) => {
            let shown = Clash::new(conflict.clone(), Ours::Mark(overlay.value));
            Some(t!(ctx.locale, "sheet-clash-here", what = clash(sheet, ctx, &shown)))
        }
    }
}

/// The mark under the cursor waits on this machine.
#[must_use]
pub fn is_kept(sheet: &Sheet) -> bool {
    let overlay = sheet.grid.as_ref().and_then(|grid| grid.overlay(sheet.cursor.row, sheet.cursor.column));
    overlay.is_some_and(|overlay| overlay.state == CellState::Kept)
}

/// Changes whose cell is gone: said in a message that must be closed.
#[must_use]
pub fn lost(locale: &Locale, lost: &[Lost]) -> Vec<Effect> {
    if lost.is_empty() {
        return Vec::new();
    }
    let line = |lost: &Lost| {
        let value = value(locale, lost.value);
        let place = [lost.student.as_str(), lost.evaluation.as_str(), value.as_str()];
        place.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" · ")
    };
    let lines: Vec<String> = lost.iter().map(line).collect();
    let text = t!(locale, "sheet-lost", list = lines.join("\n"));
    vec![Effect::Bell, Effect::Message { title: t!(locale, "sheet-cell-gone-title"), text }]
}

/// Title of an explanation.
#[must_use]
pub fn explained(sheet: &Sheet, ctx: &Ctx) -> String {
    let row = sheet.grid.as_ref().and_then(|grid| grid.rows().get(sheet.cursor.row));
    t!(ctx.locale, "sheet-explain-title", student = row.map(student).unwrap_or_default())
}

impl Sheet {
    /// Class, subject and term; closed or not.
    pub(super) fn title_of(&self, ctx: &Ctx) -> String {
        let setup = ctx.setup();
        let class = setup.and_then(|setup| setup.class(&self.key.class)).map(|class| class.name.to_string());
        let narrow = ctx.size.0 < 100;
        let name = |subject: &Subject| match &subject.short {
            Some(short) if narrow => short.to_string(),
            Some(_) | None => subject.name.to_string(),
        };
        let subject = setup.and_then(|setup| setup.subject(&self.key.subject)).map(name);
        // What must be seen first: narrow title lines cut the end.
        let pad = ctx.memory.sheet.pad.then(|| t!(ctx.locale, "sheet-title-pad"));
        let names = [class, Some(ctx.dated_term(&self.key.year, self.key.term)), pad, subject];
        names.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

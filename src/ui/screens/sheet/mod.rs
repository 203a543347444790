//! The class sheet: students × evaluations of one class, subject and term. The heart of the program.
//!
//! `grid` (values and figures), `cursor`, `typed` (reading of keys) and `outbox` (changes on their way) are pure;
//! `update` and its parts turn messages into changes of them; `view` draws. Typing never waits for the store: what is
//! typed lies over the stored cell with a sign until the store has answered.

mod ahead;
mod allowed;
mod block;
mod cells;
mod columns;
mod conflicts;
mod cursor;
mod dictation;
mod editing;
mod explain;
mod find;
mod grid;
mod habits;
mod history;
mod kept;
mod keys;
mod mouse;
mod news;
mod outbox;
mod paste;
mod several;
mod shown;
mod together;
mod typed;
mod update;
mod view;
mod words;

#[cfg(test)]
pub(super) mod tests;

use std::collections::{HashMap, HashSet};

pub use dictation::DICTATE_KEYS;
pub use habits::Habits;
pub use keys::{CLASH_KEYS, COLUMN_KEYS, EDIT_KEYS, FIND_KEYS, KEYS, RANGE_KEYS, Side};
use ratatui::{Frame, layout::Rect};

pub use paste::{FILL_KEYS, PREVIEW_KEYS};
pub use shown::Columns;
pub use words::not_yours;

use self::{
    ahead::Ahead,
    cells::CellId,
    conflicts::Clash,
    cursor::Cursor,
    dictation::Dictation,
    find::Finder,
    grid::Grid,
    outbox::Outbox,
    paste::{Filler, Preview},
    several::Several,
    typed::Editor,
};
use super::{Screen, evaluation_form::EvaluationForm};
use crate::{
    domain::{
        id::{ActId, EvaluationId, StudentId},
        score::{Average, MarkValue},
    },
    protocol::{Failure, SheetKey},
    text::Lang,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, StatusKind},
        explanation::{self, Shown},
        keymap::{KeyLine, all, lines},
        msg::ScreenMsg,
    },
};

/// Reading the sheet.
const READ: Slot = Slot("sheet");

/// What the keys are for.
#[derive(Debug)]
enum Mode {
    Browse,
    /// The cell under the cursor is edited. It is named, because rows and columns may move beneath.
    Edit(CellId, Editor),
    Clash(Clash),
    Explain(Shown),
    Column(Box<EvaluationForm>),
    Find(Box<Finder>),
    Dictate(Box<Dictation>),
    /// The fate of each cell that is about to be entered.
    Preview(Box<Preview>),
    Fill(Box<Filler>),
}

/// A write about a column.
#[derive(Debug)]
enum Errand {
    Save {
        /// The sentence for when it is done.
        said: String,
        /// The averages before, where a column was changed.
        before: Option<HashMap<StudentId, Option<Average>>>,
    },
    Move,
    Delete {
        title: String,
    },
    BringBack,
    /// A mark that was kept while the store was away is given up.
    DropKept,
}

/// Reading the sheet again.
#[derive(Debug, Default)]
struct Reading {
    /// The grid's moment when the question that is on its way was asked.
    asked: Option<u64>,
    /// News came since: ask once more when nothing is on its way.
    again: bool,
    /// News of this sheet since a change of ours was sent: each of ours makes one.
    heard: usize,
    /// Changes of ours that were stored since.
    stored: usize,
    /// Somebody changed the cell that is being edited: it is still shown as it was when the typing began.
    held: bool,
}

/// What of marks kept on this machine has been told.
#[derive(Debug, Default)]
struct Told {
    /// That they are kept.
    keeping: bool,
    /// How many of them were said to be stored since.
    sent: usize,
    /// Those that the store did not take.
    stuck: HashSet<ActId>,
}

/// The sheet.
pub struct Sheet {
    key: SheetKey,
    /// On whose row the cursor begins.
    start: Option<StudentId>,
    grid: Option<Grid>,
    /// Why it could not be read.
    trouble: Option<Failure>,
    cursor: Cursor,
    /// The other end of the range that is taken.
    anchor: Option<Cursor>,
    /// The name that was looked for last.
    sought: String,
    /// The first row that is seen, and the first of the scrolling columns, by its place among them.
    first: Cursor,
    /// Columns that are not drawn.
    hidden: HashSet<EvaluationId>,
    /// Columns that stay beside the names.
    frozen: HashSet<EvaluationId>,
    mode: Mode,
    outbox: Outbox,
    errands: HashMap<u64, Errand>,
    reading: Reading,
    /// What was entered last, for `.`.
    last: Option<MarkValue>,
    /// F6: the top row is read as digits, or not; `None`: as the configuration or the language has it.
    top_row: Option<bool>,
    /// The change of the columns (deleted, changed, moved) that was made last and is taken back by `u`.
    deleted: Option<ActId>,
    /// The averages before a column was changed: told once the sheet is read again.
    moved_from: Option<HashMap<StudentId, Option<Average>>>,
    /// The column that the open question would delete.
    deleting: Option<EvaluationId>,
    /// A refusal stands in the status line: until the next key no good news take its place.
    bad_news: bool,
    /// The bad news is only that the store is away: over as soon as it takes a mark.
    away: bool,
    told: Told,
    /// A column was added here: the cursor goes there when it is read.
    to_new_column: bool,
    /// Keys that were not meant for this sheet.
    ahead: Ahead,
    /// The marks that were entered together last, which go and come back as one.
    several: Several,
}

impl Sheet {
    /// The sheet of that key, with the cursor on a student's row.
    #[must_use]
    pub fn new(key: SheetKey, start: Option<StudentId>) -> Self {
        Self {
            key,
            start,
            grid: None,
            trouble: None,
            cursor: Cursor::default(),
            anchor: None,
            sought: String::new(),
            first: Cursor::default(),
            hidden: HashSet::new(),
            frozen: HashSet::new(),
            mode: Mode::Browse,
            outbox: Outbox::default(),
            errands: HashMap::new(),
            reading: Reading::default(),
            last: None,
            top_row: None,
            deleted: None,
            moved_from: None,
            deleting: None,
            bad_news: false,
            away: false,
            told: Told::default(),
            to_new_column: false,
            ahead: Ahead::default(),
            several: Several::default(),
        }
    }

    /// Is the unshifted top row of the keyboard read as digits? On for French unless `ui.top_row` or F6 says otherwise.
    fn french(&self, ctx: &Ctx) -> bool {
        self.top_row.or(ctx.top_row).unwrap_or(match ctx.locale.lang() {
            Lang::Fr => true,
            Lang::En => false,
        })
    }

    /// The keys while no cell is edited; Enter is called what it does here.
    fn browse_lines(&self, ctx: &Ctx) -> Vec<KeyLine> {
        let mut lines = lines(KEYS, |action| self.why_not(ctx, action));
        if self.extent().1 == 0 {
            hint_enter(&mut lines, "sheet-hint-enter-new");
        }
        if self.anchor.is_some() {
            lines.splice(0..0, all(RANGE_KEYS));
        }
        lines
    }

    /// Rows and columns.
    fn extent(&self) -> (usize, usize) {
        self.grid.as_ref().map_or((0, 0), |grid| (grid.rows().len(), grid.columns().len()))
    }

    /// The cell under the cursor.
    fn here(&self) -> Option<CellId> {
        self.grid.as_ref()?.id(self.cursor.row, self.cursor.column)
    }
}

/// The keys of a cell that is edited; Enter is called what it does here.
fn edit_lines(ctx: &Ctx) -> Vec<KeyLine> {
    let mut lines = all(EDIT_KEYS);
    if ctx.memory.sheet.across {
        hint_enter(&mut lines, "sheet-edit-hint-enter-right");
    }
    lines
}

fn hint_enter(lines: &mut [KeyLine], hint: &'static str) {
    lines.iter_mut().filter(|line| line.keys.contains(&"<enter>")).for_each(|line| line.hint = Some(hint));
}

impl Screen for Sheet {
    fn title(&self, ctx: &Ctx) -> String {
        self.title_of(ctx)
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        match &self.mode {
            Mode::Browse => self.browse_lines(ctx),
            Mode::Edit(..) => edit_lines(ctx),
            Mode::Clash(_) => all(CLASH_KEYS),
            Mode::Explain(_) => all(explanation::KEYS),
            Mode::Column(_) => all(COLUMN_KEYS),
            Mode::Find(_) => all(FIND_KEYS),
            Mode::Dictate(_) => all(DICTATE_KEYS),
            Mode::Preview(_) => all(PREVIEW_KEYS),
            Mode::Fill(_) => all(FILL_KEYS),
        }
    }

    fn typing(&self) -> bool {
        match self.mode {
            Mode::Edit(..) | Mode::Column(_) | Mode::Find(_) | Mode::Dictate(_) | Mode::Fill(_) => true,
            Mode::Browse | Mode::Clash(_) | Mode::Explain(_) | Mode::Preview(_) => false,
        }
    }

    fn unsaved(&self) -> bool {
        let typed = match &self.mode {
            Mode::Edit(..) | Mode::Preview(_) => true,
            Mode::Column(column) => column.form.is_changed(),
            Mode::Dictate(dictation) => dictation.is_open(),
            Mode::Browse | Mode::Clash(_) | Mode::Explain(_) | Mode::Find(_) | Mode::Fill(_) => false,
        };
        typed || self.grid.as_ref().is_some_and(Grid::at_risk)
    }

    fn waiting(&self, ctx: &Ctx) -> Option<String> {
        words::waiting(self, ctx)
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        if matches!(msg, ScreenMsg::Key(_)) {
            (self.bad_news, self.away) = (false, false);
        }
        let mut effects = self.handle(ctx, msg);
        let is = |effect: &Effect, bad: bool| match effect {
            Effect::Say(status) => (status.kind == StatusKind::Bad) == bad,
            _ => false,
        };
        if self.bad_news {
            effects.retain(|effect| !is(effect, false));
        }
        self.bad_news |= effects.iter().any(|effect| is(effect, true));
        self.keep_seen(ctx);
        effects
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        view::draw(self, ctx, frame, area);
    }

    fn wants_tick(&self) -> bool {
        self.outbox.is_stalled() || matches!(self.trouble, Some(Failure::Offline { .. }))
    }
}

//! The students table: filtered by what one types, ordered by any column, read page by page, so that it is the same
//! for ninety students and for a million.

mod act;
mod bar;
mod columns;
mod keys;
mod pick;
mod reading;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use columns::{Choice, Column, Order};
pub use keys::{BAR, BarDo, Do, KEYS, PICK, PickDo};

use std::collections::BTreeMap;

use ratatui::{Frame, layout::Rect};

use super::Screen;
use crate::{
    domain::{
        access::Action,
        id::{ActId, ClassId, StudentId},
        query::{Count, Filter},
    },
    protocol::StudentRow,
    t, text,
    text::format,
    ui::{
        ctx::Ctx,
        effect::Effect,
        keymap::{KeyLine, all, lines},
        msg::ScreenMsg,
        widgets::{PickList, TextInput, Window},
    },
};
use act::Writing;
use reading::{Asked, List};

/// What the table is doing.
enum Mode {
    Browse,
    /// The filter bar has the keys; what stood in it before, for Esc.
    Filter {
        before: String,
    },
    /// Choosing the column to order by.
    Sort(PickList),
    /// Choosing the columns to show.
    Columns(PickList),
}

/// The students table.
pub struct Students {
    window: Window<StudentRow>,
    /// What the window shows.
    shown: Option<List>,
    /// What is wanted: the same, or what was just typed and is being read.
    wanted: List,
    /// The page that is being read.
    asked: Option<Asked>,
    /// News came while a page was being read: read again then.
    stale: bool,
    /// The list could not be read: the sentence.
    trouble: Option<String>,
    count: Option<Count>,
    /// The text of the filter bar, and what is the matter with it.
    bar: TextInput,
    bar_error: Option<String>,
    choice: Choice,
    mode: Mode,
    /// Students chosen for one action, in the order of their ids; kept while the list moves.
    chosen: BTreeMap<StudentId, StudentRow>,
    /// Digits typed before a move.
    times: usize,
    /// The student to stand on once the list is read again.
    seek: Option<StudentId>,
    writes: BTreeMap<u64, Writing>,
    next_write: u64,
    /// What `u` takes back: the acts, and how many students they removed.
    undo: Vec<ActId>,
    /// The class a palette entry asked for; becomes a filter when the screen opens.
    class: Option<ClassId>,
    /// The points that statistics asked for; likewise.
    points: Option<u8>,
}

impl Students {
    /// Of the whole school, or of one class.
    #[must_use]
    pub fn new(ctx: &Ctx, class: Option<ClassId>) -> Self {
        let choice = ctx.memory.students.clone();
        let order = choice.order.filter(|order| Column::seen(ctx).any(|column| column == order.by));
        let wanted = List { filter: Filter::All, order: order.unwrap_or_else(|| Order::default_for(ctx)) };
        Self {
            window: Window::default(),
            shown: None,
            wanted,
            asked: None,
            stale: false,
            trouble: None,
            count: None,
            bar: TextInput::new(crate::domain::filter_text::MAX),
            bar_error: None,
            choice,
            mode: Mode::Browse,
            chosen: BTreeMap::new(),
            times: 0,
            seek: None,
            writes: BTreeMap::new(),
            next_write: 0,
            undo: Vec::new(),
            class,
            points: None,
        }
    }

    /// Only those whose average is between that many points and one more.
    #[must_use]
    pub fn between(mut self, points: Option<u8>) -> Self {
        self.points = points;
        self
    }

    /// Columns that are chosen and may be seen.
    fn columns(&self, ctx: &Ctx) -> Vec<Column> {
        Column::seen(ctx).filter(|column| self.choice.columns.contains(column)).collect()
    }

    /// Why a key of the list does nothing now.
    fn why_not(&self, ctx: &Ctx, action: Do) -> Option<String> {
        let locale = &ctx.locale;
        let nobody = || self.window.is_empty().then(|| t!(locale, "students-nobody-here"));
        match action {
            Do::Add | Do::Edit if !ctx.may(Action::EditStudents) => Some(t!(locale, "students-may-not-edit")),
            Do::Delete | Do::Deleted if !ctx.may(Action::DeleteStudents) => Some(t!(locale, "students-may-not-delete")),
            Do::Undo => self.undo.is_empty().then(|| t!(locale, "students-nothing-to-undo")),
            Do::NextMatch | Do::PreviousMatch => {
                (self.wanted.filter == Filter::All).then(|| t!(locale, "students-no-search"))
            }
            Do::Open | Do::Edit | Do::Delete | Do::Choose | Do::ChooseDown | Do::ChooseUp | Do::Copy => nobody(),
            Do::Filter
            | Do::Search
            | Do::Sort
            | Do::Add
            | Do::Deleted
            | Do::Columns
            | Do::Reverse
            | Do::Down
            | Do::Up
            | Do::PageDown
            | Do::PageUp
            | Do::First
            | Do::Last
            | Do::Reread
            | Do::Back => None,
        }
    }
}

/// `1 000+`.
fn counted(ctx: &Ctx, count: Count) -> String {
    let number = format::integer(count.count, ctx.locale.lang());
    if count.capped { format!("{number}+") } else { number }
}

/// `TRAORÉ Awa`, sanitised.
fn full_name(row: &StudentRow) -> String {
    text::sanitise::line(&format!("{} {}", row.last_name.as_str().to_uppercase(), row.first_name))
}

impl Screen for Students {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "students-title")
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        match &self.mode {
            Mode::Browse => lines(KEYS, |action| self.why_not(ctx, action)),
            Mode::Filter { .. } => all(BAR),
            Mode::Sort(_) | Mode::Columns(_) => all(PICK),
        }
    }

    fn typing(&self) -> bool {
        matches!(self.mode, Mode::Filter { .. })
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        self.on(ctx, msg)
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        self.draw(ctx, frame, area);
    }
}

//! Reading the list: pages, news, the count. A newer question makes the older one worthless; what was read last stays
//! on the screen until the new list is there.

use super::{Order, Students};
use crate::{
    domain::{
        id::StudentId,
        query::{Filter, Page, Query},
    },
    protocol::{Failure, Reply, Request, StudentRow},
    text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot},
        widgets::Want,
    },
};

/// A page of the list, or the list again.
pub(super) const PAGE: Slot = Slot("students-page");
pub(super) const COUNT: Slot = Slot("students-count");

/// Rows a page has at least.
const ROWS: usize = 100;
/// Rows that news make us read again at most.
const AGAIN: usize = 1_500;

/// Whom, in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct List {
    pub filter: Filter,
    pub order: Order,
}

/// What is being read.
#[derive(Clone, Debug)]
pub(super) enum Asked {
    /// A page of the wanted list.
    Page(Want),
    /// What is loaded, once more.
    Again,
}

impl Students {
    /// Reads the wanted list from its beginning.
    pub(super) fn read(&mut self) -> Vec<Effect> {
        // A page of the older list that is on its way will not be answered.
        self.window.failed();
        self.stale = false;
        let count = Effect::Ask { slot: COUNT, request: Request::CountStudents(self.wanted.filter.clone()) };
        vec![self.ask(Want::First), count]
    }

    fn ask(&mut self, want: Want) -> Effect {
        self.asked = Some(Asked::Page(want.clone()));
        let limit = ROWS.max(self.window.height().saturating_mul(2));
        self.list(want.seek(), limit)
    }

    fn list(&self, seek: crate::domain::query::Seek, limit: usize) -> Effect {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let query = Query { filter: self.wanted.filter.clone(), sort: self.wanted.order.sort(), seek, limit };
        Effect::Ask { slot: PAGE, request: Request::ListStudents(query) }
    }

    /// A page that a move asked for. While another list is being read its pages are not ours to ask.
    pub(super) fn want(&mut self, want: Option<Want>) -> Vec<Effect> {
        let Some(want) = want else { return Vec::new() };
        if self.shown.as_ref() != Some(&self.wanted) {
            self.window.failed();
            return Vec::new();
        }
        self.stale |= matches!(self.asked, Some(Asked::Again));
        vec![self.ask(want)]
    }

    /// News: the loaded rows are read again, without moving the cursor; the count too.
    pub(super) fn again(&mut self) -> Vec<Effect> {
        if self.shown.is_none() || self.shown.as_ref() != Some(&self.wanted) {
            return self.read();
        }
        if self.asked.is_some() {
            self.stale = true;
            return Vec::new();
        }
        let (seek, rows) = self.window.again();
        self.asked = Some(Asked::Again);
        let count = Effect::Ask { slot: COUNT, request: Request::CountStudents(self.wanted.filter.clone()) };
        vec![self.list(seek, rows.clamp(ROWS, AGAIN)), count]
    }

    pub(super) fn page(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        let asked = self.asked.take();
        let page = match result {
            Ok(Reply::Students(page)) => page,
            Ok(_) => return Vec::new(),
            Err(failure) => {
                self.window.failed();
                self.trouble = Some(text::failure(&ctx.locale, &failure));
                return Vec::new();
            }
        };
        self.trouble = None;
        self.learn(&page);
        let want = match asked {
            Some(Asked::Page(want)) => {
                let want = self.window.answered(&want, page);
                self.shown = Some(self.wanted.clone());
                want
            }
            Some(Asked::Again) => self.window.refreshed(page, |one, two| one.id == two.id),
            None => None,
        };
        self.find();
        let mut effects = self.want(want);
        if self.stale && self.asked.is_none() {
            self.stale = false;
            effects.extend(self.again());
        }
        effects
    }

    /// Chosen students as they are now.
    fn learn(&mut self, page: &Page<StudentRow>) {
        for row in &page.items {
            if let Some(chosen) = self.chosen.get_mut(&row.id) {
                chosen.clone_from(row);
            }
        }
    }

    /// Stands on the student that was asked for, if it is there.
    fn find(&mut self) {
        if let Some(id) = self.seek.take() {
            self.window.select(|row| row.id == id);
        }
    }

    /// The next reading stands on this student.
    pub(super) fn stand_on(&mut self, id: StudentId) {
        self.window.select(|row| row.id == id);
        self.seek = Some(id);
    }
}

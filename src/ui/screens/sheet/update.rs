//! Messages in, effects out: keys while no cell is edited, moves, and sending.

use super::{
    Mode, READ, Sheet,
    cells::CellId,
    cursor::{Cursor, Move, scrolled},
    grid::Grid,
    habits,
    history::HISTORY,
    keys::{Do, KEYS, RANGE_KEYS, RangeDo},
    outbox::{Change, Way},
    typed::begins_mark,
    view::layout::Layout,
    words,
};
use crate::{
    domain::score::MarkValue,
    protocol::{CellSet, Lamp, Request, SetMark, SetMarks},
    t,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        keymap::find,
        msg::ScreenMsg,
        popup::question::Question,
        screens::Route,
    },
};
use ratatui::crossterm::event::{KeyCode, KeyEvent};

/// Tag of the question before leaving the program.
const QUIT: &str = "sheet-quit";

impl Sheet {
    pub(super) fn handle(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened => {
                self.ahead.opened(ctx);
                self.read()
            }
            ScreenMsg::Returned(_) => self.read_again(),
            ScreenMsg::Key(key) => match self.mode {
                Mode::Browse => self.browse_key(ctx, key),
                Mode::Edit(..) => self.edit_key(ctx, key),
                Mode::Clash(_) => self.clash_key(ctx, key),
                Mode::Explain(_) => self.explain_key(ctx, key),
                Mode::Column(_) => self.column_key(ctx, key),
                Mode::Find(_) => self.find_key(ctx, key),
                Mode::Dictate(_) => self.dictate_key(ctx, key),
                Mode::Preview(_) => self.preview_key(ctx, key),
                Mode::Fill(_) => self.fill_msg(ctx, &msg),
            },
            ScreenMsg::Paste(text) => self.paste(ctx, &text),
            ScreenMsg::Mouse(mouse) => self.mouse(ctx, mouse),
            ScreenMsg::Answer { slot, result } if slot == READ => self.have_read(ctx, result),
            ScreenMsg::Answer { slot, result } if slot == HISTORY => self.have_history(ctx, result),
            ScreenMsg::Written { id, result } => self.written(ctx, id, result),
            ScreenMsg::Event(event) => self.news(ctx, &event),
            ScreenMsg::Chosen { tag: QUIT, option: 0 } => vec![Effect::Quit],
            ScreenMsg::Chosen { tag, option } => self.chosen(ctx, tag, option),
            ScreenMsg::Tick => {
                let mut effects = self.retry();
                // Otherwise all is read again when it is back.
                if ctx.store == Lamp::Good {
                    effects.extend(self.read_what_failed());
                }
                effects
            }
            ScreenMsg::Answer { .. } | ScreenMsg::File { .. } | ScreenMsg::Progress { .. } | ScreenMsg::Language => {
                Vec::new()
            }
        }
    }

    pub(super) fn browse_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        if let Some(grid) = &mut self.grid {
            grid.fade();
        }
        if self.anchor.is_some() && find(RANGE_KEYS, key) == Some(RangeDo::LetGo) {
            self.let_range_go();
            return Vec::new();
        }
        let action = find(KEYS, key);
        if let Some(said) = self.ahead.not_for_here(ctx, key, action.is_some(), self.french(ctx)) {
            return vec![Effect::Bell, Effect::Say(Status::info(said))];
        }
        let Some(action) = action else { return Vec::new() };
        if let Some(why) = self.why_not(ctx, action) {
            return vec![Effect::Say(Status::info(why))];
        }
        let range = self.anchor.is_some();
        if !action.is_for_range() {
            self.anchor = None;
        }
        match action {
            Do::Extend(by) => self.extend(ctx, by),
            Do::Copy => self.copy(ctx, false),
            Do::CopyColumn => self.copy(ctx, true),
            Do::Empty if range => self.fill(ctx, None),
            Do::Code(code) if range => self.fill(ctx, Some(MarkValue::Code(code))),
            Do::Find => {
                self.begin_find();
                Vec::new()
            }
            Do::NextMatch => self.further(ctx, true),
            Do::PreviousMatch => self.further(ctx, false),
            Do::Enter if self.extent().1 == 0 => self.add_column(ctx),
            Do::Enter if self.show_clash() => Vec::new(),
            Do::Enter => self.go(ctx, habits::onward(ctx)),
            Do::Go(by) => self.go(ctx, by),
            Do::NextEmpty => self.next_empty(ctx),
            Do::Type | Do::TypeTopRow => {
                if let KeyCode::Char(c) = key.code
                    && begins_mark(c, self.french(ctx))
                {
                    self.begin(c);
                }
                Vec::new()
            }
            Do::EditInPlace => {
                self.begin_in_place(ctx);
                Vec::new()
            }
            Do::Empty => self.empty(ctx),
            Do::Code(code) => self.enter_and_go_on(ctx, Some(MarkValue::Code(code))),
            Do::Repeat => self.repeat(ctx),
            Do::Step(way) => self.step(ctx, way),
            Do::Explain => {
                self.explain(ctx);
                Vec::new()
            }
            Do::History => self.ask_history(),
            Do::TimeMachine => vec![Effect::Go(Route::TimeMachine { key: self.key.clone() })],
            Do::Remarks => self.remarks(),
            Do::Publish => self.publish(ctx),
            Do::AddColumn => self.add_column(ctx),
            Do::EditColumn => self.edit_column(ctx),
            Do::DeleteColumn => self.ask_to_delete_column(ctx),
            Do::NextTerm => self.change_term(ctx, true),
            Do::PreviousTerm => self.change_term(ctx, false),
            Do::TopRow => self.turn_top_row(ctx),
            Do::Pad => habits::turn_pad(ctx),
            Do::Across => habits::turn_across(ctx),
            Do::Dictate => self.begin_dictation(ctx),
            Do::Fill => self.begin_fill(ctx),
            Do::Order => self.turn_order(ctx),
            Do::Foot => habits::turn_foot(ctx),
            Do::MoveColumn(side) => self.move_column(side),
            Do::Hide => self.hide_column(ctx),
            Do::Show => self.show_columns(ctx),
            Do::Freeze => self.freeze_column(ctx),
            Do::Quit => vec![Effect::Question(Question::confirm(
                &ctx.locale,
                QUIT,
                t!(ctx.locale, "sheet-quit-title"),
                t!(ctx.locale, "sheet-quit-text"),
            ))],
        }
    }

    /// Moves the cursor; tells what is the matter with the cell it comes to.
    pub(super) fn go(&mut self, ctx: &Ctx, by: Move) -> Vec<Effect> {
        let layout = Layout::new(ctx, self);
        let to = self.moved(by, layout.rows.max(1));
        let stayed = to == self.cursor;
        self.cursor = to;
        match words::cell_trouble(self, ctx) {
            Some(sentence) => vec![Effect::Say(Status::bad(sentence))],
            None if words::is_kept(self) => vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-kept-here")))],
            None if self.extent().0 == 0 => vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-no-students")))],
            None if stayed && by == Move::Down => vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-last-row")))],
            None => Vec::new(),
        }
    }

    fn next_empty(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(grid) = &self.grid else { return Vec::new() };
        let empty = |row: usize, column: usize| !self.is_hidden(column) && grid.is_missing(row, column);
        match self.cursor.next_where(self.extent(), empty) {
            Some(to) => {
                self.cursor = to;
                Vec::new()
            }
            None => vec![Effect::Say(Status::good(t!(ctx.locale, "sheet-no-empty-cell")))],
        }
    }

    fn step(&mut self, ctx: &Ctx, way: Way) -> Vec<Effect> {
        if way == Way::Undo
            && let Some(act) = self.deleted.take()
        {
            return self.bring_column_back(act);
        }
        for _ in 0..self.several.steps(way) {
            self.outbox.push(Change::Step { act: ctx.new_act(), way, force: false });
        }
        self.pump()
    }

    fn turn_top_row(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let on = !self.french(ctx);
        self.top_row = Some(on);
        let said = if on { t!(ctx.locale, "sheet-top-row-on") } else { t!(ctx.locale, "sheet-top-row-off") };
        vec![Effect::Say(Status::info(said))]
    }

    /// Keeps the cursor on the grid and on the screen.
    pub(super) fn keep_seen(&mut self, ctx: &Ctx) {
        self.cursor = self.cursor.within(self.extent());
        // What the cursor was sent to (undo, a new column) is seen.
        if self.is_hidden(self.cursor.column)
            && let Some(cell) = self.grid.as_ref().and_then(|grid| grid.columns().get(self.cursor.column))
        {
            self.hidden.remove(&cell.id);
        }
        let layout = Layout::new(ctx, self);
        self.first = self.seen_from(&layout);
    }

    /// The first row and column to be drawn.
    pub(super) fn seen_from(&self, layout: &Layout) -> Cursor {
        Cursor {
            row: scrolled(self.first.row, self.cursor.row, layout.rows, self.extent().0),
            column: self.first_column(layout),
        }
    }

    /// Sends what may go.
    pub(super) fn pump(&mut self) -> Vec<Effect> {
        let Some(grid) = &self.grid else { return Vec::new() };
        let ready = self.outbox.take_ready();
        let request = |change: Change| match change {
            Change::Set { act, cell, value } => Request::SetMark(Box::new(SetMark {
                act,
                sheet: self.key.clone(),
                expect: Some(grid.seen(&cell).version),
                evaluation: cell.evaluation,
                student: cell.student,
                value,
                reason: None,
            })),
            Change::Many { act, cells } => Request::SetMarks(Box::new(SetMarks {
                act,
                sheet: self.key.clone(),
                cells: cells.into_iter().map(|(cell, value)| cell_set(grid, cell, value)).collect(),
            })),
            Change::Step { act, way: Way::Undo, force } => Request::UndoMark { act, sheet: self.key.clone(), force },
            Change::Step { act, way: Way::Redo, force } => Request::RedoMark { act, sheet: self.key.clone(), force },
        };
        ready.into_iter().map(|(id, change)| Effect::Write { id, request: request(change) }).collect()
    }
}

fn cell_set(grid: &Grid, cell: CellId, value: Option<MarkValue>) -> CellSet {
    let expect = Some(grid.seen(&cell).version);
    CellSet { evaluation: cell.evaluation, student: cell.student, value, expect }
}

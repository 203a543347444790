//! Choosing the column to order by, and the columns to show. Both are remembered.

use ratatui::crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};

use super::{Column, Mode, Order, PICK, PickDo, Students};
use crate::{
    domain::query::Direction,
    t,
    ui::{ctx::Ctx, effect::Effect, keymap::find, memory::Memory, widgets::PickList},
};

impl Students {
    pub(super) fn open_sort(&mut self, ctx: &Ctx) {
        let here = Column::seen(ctx).position(|column| column == self.wanted.order.by);
        let mut list = PickList::new(self.sort_labels(ctx));
        list.select(here.unwrap_or(0));
        self.mode = Mode::Sort(list);
    }

    fn sort_labels(&self, ctx: &Ctx) -> Vec<String> {
        let label = |column: Column| {
            let heading = column.heading(&ctx.locale);
            if column == self.wanted.order.by {
                format!("{heading} {}", arrow(ctx, self.wanted.order))
            } else {
                heading
            }
        };
        Column::seen(ctx).map(label).collect()
    }

    pub(super) fn open_columns(&mut self, ctx: &Ctx) {
        self.mode = Mode::Columns(PickList::new(self.column_labels(ctx)));
    }

    fn column_labels(&self, ctx: &Ctx) -> Vec<String> {
        let label = |column: Column| {
            let tick = if self.choice.columns.contains(&column) { ctx.theme.tick() } else { " " };
            format!("{tick} {}", column.heading(&ctx.locale))
        };
        Column::seen(ctx).map(label).collect()
    }

    /// Labels again, after a change of language.
    pub(super) fn relabel(&mut self, ctx: &Ctx) {
        let labels = match &self.mode {
            Mode::Browse | Mode::Filter { .. } => return,
            Mode::Sort(_) => self.sort_labels(ctx),
            Mode::Columns(_) => self.column_labels(ctx),
        };
        if let Mode::Sort(list) | Mode::Columns(list) = &mut self.mode {
            let here = list.selected();
            *list = PickList::new(labels);
            list.select(here.unwrap_or(0));
        }
    }

    pub(super) fn pick_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let (Mode::Sort(list) | Mode::Columns(list)) = &mut self.mode else { return Vec::new() };
        match find(PICK, key) {
            Some(PickDo::Down) => list.step(1),
            Some(PickDo::Up) => list.step(-1),
            Some(PickDo::Close) => self.mode = Mode::Browse,
            Some(PickDo::Take) => return self.take(ctx),
            None => {
                list.key(key, true, 8);
            }
        }
        Vec::new()
    }

    pub(super) fn pick_mouse(&mut self, ctx: &Ctx, mouse: MouseEvent) -> Vec<Effect> {
        let place = super::view::pick_list(ctx);
        let (Mode::Sort(list) | Mode::Columns(list)) = &mut self.mode else { return Vec::new() };
        match mouse.kind {
            MouseEventKind::ScrollDown => list.step(1),
            MouseEventKind::ScrollUp => list.step(-1),
            MouseEventKind::Down(MouseButton::Left) => {
                match list.at(place, ratatui::layout::Position::new(mouse.column, mouse.row)) {
                    Some(index) => {
                        list.select(index);
                        return self.take(ctx);
                    }
                    None => self.mode = Mode::Browse,
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn take(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let (Mode::Sort(list) | Mode::Columns(list)) = &self.mode else { return Vec::new() };
        let Some(column) = list.selected().and_then(|index| Column::seen(ctx).nth(index)) else { return Vec::new() };
        if matches!(self.mode, Mode::Sort(_)) {
            self.mode = Mode::Browse;
            return self.sort_by(ctx, column);
        }
        // The name stays: a list of nobody is of no use.
        if column == Column::LastName {
            let status = crate::ui::effect::Status::info(t!(ctx.locale, "students-name-stays"));
            return vec![Effect::Say(status)];
        }
        if self.choice.columns.contains(&column) {
            self.choice.columns.retain(|shown| *shown != column);
        } else {
            self.choice.columns.push(column);
        }
        self.relabel(ctx);
        vec![self.remember(ctx)]
    }

    /// Orders by a column; by the same once more, the other way round.
    pub(super) fn sort_by(&mut self, ctx: &Ctx, column: Column) -> Vec<Effect> {
        let order = &mut self.wanted.order;
        *order = if order.by == column {
            Order { direction: order.direction.reversed(), ..*order }
        } else {
            Order::natural(column)
        };
        self.choice.order = Some(*order);
        let mut effects = self.read();
        effects.push(self.remember(ctx));
        effects
    }

    fn remember(&self, ctx: &Ctx) -> Effect {
        let mut memory: Memory = ctx.memory.clone();
        memory.students = self.choice.clone();
        Effect::Remember(Box::new(memory))
    }
}

/// The sign of an order's direction.
pub(super) fn arrow(ctx: &Ctx, order: Order) -> &'static str {
    match (order.direction, ctx.theme.plain) {
        (Direction::Ascending, false) => "▴",
        (Direction::Descending, false) => "▾",
        (Direction::Ascending, true) => "^",
        (Direction::Descending, true) => "v",
    }
}

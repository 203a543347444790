//! What the table does.

use ratatui::{
    crossterm::event::{KeyCode, KeyEvent, MouseButton, MouseEvent, MouseEventKind},
    layout::Position,
};

use super::{Do, KEYS, Mode, Students, act, reading, view};
use crate::{
    protocol::{Event, Reply},
    t,
    ui::{
        ctx::Ctx,
        effect::Effect,
        keymap::find,
        msg::{Returned, ScreenMsg},
        screens::{Place, Route},
    },
};

impl Students {
    pub(super) fn on(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        self.window.resize(view::list(ctx.body()).height);
        match msg {
            ScreenMsg::Opened => self.opened(ctx),
            ScreenMsg::Returned(Returned::Student(id)) => {
                self.stand_on(id);
                self.again()
            }
            ScreenMsg::Key(key) => self.key(ctx, key),
            ScreenMsg::Paste(text) => match self.mode {
                Mode::Filter { .. } => self.bar_paste(ctx, &text),
                Mode::Browse | Mode::Sort(_) | Mode::Columns(_) => Vec::new(),
            },
            ScreenMsg::Mouse(mouse) => self.mouse(ctx, mouse),
            ScreenMsg::Answer { slot: reading::PAGE, result } => self.page(ctx, result),
            ScreenMsg::Answer { slot: reading::COUNT, result } => {
                // Without an answer the list stands without its number: the page's own trouble is said.
                self.count = match result {
                    Ok(Reply::Count(count)) => Some(count),
                    Ok(_) | Err(_) => None,
                };
                Vec::new()
            }
            ScreenMsg::Written { id, result } => self.written(ctx, id, result),
            ScreenMsg::Event(event) => self.event(&event),
            ScreenMsg::Chosen { tag: act::DELETE, option: 0 } => self.delete(),
            ScreenMsg::Language => {
                self.relabel(ctx);
                Vec::new()
            }
            ScreenMsg::Returned(Returned::Nothing)
            | ScreenMsg::Answer { .. }
            | ScreenMsg::File { .. }
            | ScreenMsg::Progress { .. }
            | ScreenMsg::Chosen { .. }
            | ScreenMsg::Tick => Vec::new(),
        }
    }

    fn opened(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let class = self.class.take();
        let name = class.and_then(|id| Some(ctx.setup()?.class(&id)?.name.to_string()));
        // In the words of the language that is spoken, as they would be typed.
        let (class, average) = (t!(ctx.locale, "students-word-class"), t!(ctx.locale, "students-word-average"));
        let class =
            name.map(|name| if name.contains(' ') { format!("{class}:\"{name}\"") } else { format!("{class}:{name}") });
        let points = self.points.take();
        let points = points.map(|points| format!("{average}>={points} {average}<{}", points.saturating_add(1)));
        let words: Vec<String> = class.into_iter().chain(points).collect();
        if !words.is_empty() {
            let effects = self.set_bar(ctx, &words.join(" "));
            if !effects.is_empty() {
                return effects;
            }
        }
        self.read()
    }

    fn event(&mut self, event: &Event) -> Vec<Effect> {
        match event {
            // Marks move averages, classes give their names, anything may have come from elsewhere.
            Event::Students(_) | Event::Sheet(_) | Event::Setup | Event::Elsewhere => self.again(),
            Event::Kept { .. } | Event::Lamp { .. } | Event::Progress { .. } | Event::Store(_) => Vec::new(),
        }
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match self.mode {
            Mode::Browse => {}
            Mode::Filter { .. } => return self.bar_key(ctx, key),
            Mode::Sort(_) | Mode::Columns(_) => return self.pick_key(ctx, key),
        }
        let Some(action) = find(KEYS, key) else {
            match key.code {
                KeyCode::Char(c) if self.times > 0 || c != '0' => match c.to_digit(10) {
                    Some(digit) => self.digit(digit),
                    None => self.times = 0,
                },
                _ => self.times = 0,
            }
            return Vec::new();
        };
        self.act(ctx, action)
    }

    fn act(&mut self, ctx: &Ctx, action: Do) -> Vec<Effect> {
        let times = self.times();
        let page = isize::try_from(self.window.height().saturating_sub(1).max(1)).unwrap_or(1).saturating_mul(times);
        match action {
            Do::Open => return self.open(),
            Do::Choose => {
                self.choose();
                return self.step(1);
            }
            Do::ChooseDown => return self.choose_on(times),
            Do::ChooseUp => return self.choose_on(-times),
            Do::Filter => self.open_bar(false),
            Do::Search => self.open_bar(true),
            Do::Sort => self.open_sort(ctx),
            Do::Columns => self.open_columns(ctx),
            Do::Reverse => return self.sort_by(ctx, self.wanted.order.by),
            Do::Add => return vec![Effect::Go(Route::StudentNew)],
            Do::Edit => return self.edit(),
            Do::Delete => return self.ask_to_delete(ctx),
            Do::Undo => return self.take_back(),
            Do::Deleted => return vec![Effect::Go(Route::DeletedStudents)],
            Do::Down | Do::NextMatch => return self.step(times),
            Do::Up | Do::PreviousMatch => return self.step(-times),
            Do::PageDown => return self.step(page),
            Do::PageUp => return self.step(-page),
            Do::First => {
                let want = self.window.first();
                return self.want(want);
            }
            Do::Last => {
                let want = self.window.last();
                return self.want(want);
            }
            Do::Copy => return self.copy(ctx),
            Do::Reread => return self.again(),
            Do::Back => return self.back(ctx),
        }
        Vec::new()
    }

    fn step(&mut self, by: isize) -> Vec<Effect> {
        let want = self.window.step(by);
        self.want(want)
    }

    fn open(&self) -> Vec<Effect> {
        let Some(row) = self.window.selected() else { return Vec::new() };
        let place = self.shown.as_ref().zip(self.window.selected_cursor()).map(|(list, cursor)| {
            Box::new(Place { filter: list.filter.clone(), sort: list.order.sort(), cursor: cursor.clone() })
        });
        vec![Effect::Go(Route::Student { id: row.id.clone(), place })]
    }

    fn edit(&self) -> Vec<Effect> {
        self.window.selected().map(|row| Effect::Go(Route::StudentEdit(row.id.clone()))).into_iter().collect()
    }

    fn mouse(&mut self, ctx: &Ctx, mouse: MouseEvent) -> Vec<Effect> {
        if matches!(self.mode, Mode::Sort(_) | Mode::Columns(_)) {
            return self.pick_mouse(ctx, mouse);
        }
        match mouse.kind {
            MouseEventKind::ScrollDown => self.step(3),
            MouseEventKind::ScrollUp => self.step(-3),
            MouseEventKind::Down(MouseButton::Left) => self.click(ctx, Position::new(mouse.column, mouse.row)),
            _ => Vec::new(),
        }
    }

    /// A click on the bar, a heading or a student; on the selected one it opens the card.
    fn click(&mut self, ctx: &Ctx, at: Position) -> Vec<Effect> {
        let body = ctx.body();
        if view::bar(body).contains(at) {
            if matches!(self.mode, Mode::Browse) {
                self.open_bar(false);
            }
            return Vec::new();
        }
        self.mode = Mode::Browse;
        if view::headings(body).contains(at) {
            return match view::heading_at(ctx, &self.columns(ctx), at) {
                Some(column) => self.sort_by(ctx, column),
                None => Vec::new(),
            };
        }
        let list = view::list(body);
        if !list.contains(at) {
            return Vec::new();
        }
        let before = self.window.line();
        let line = at.y - list.y;
        if self.window.select_line(line) && before == line { self.open() } else { Vec::new() }
    }
}

//! Messages in, effects out: reading, moving.

use ratatui::crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};

use super::{Bulletin, Do, KEYS, Mode, view};
use crate::{
    domain::bulletin::BulletinPart,
    protocol::{Event, Failure, Reply, Request},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        keymap::find,
        msg::ScreenMsg,
        screens::Route,
    },
};

const READ: Slot = Slot("bulletin");
const PHRASES: Slot = Slot("bulletin-phrases");

impl Bulletin {
    pub(super) fn on(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        let effects = self.does(ctx, msg);
        self.begun = match (&self.mode, self.place(), self.begun.take()) {
            (Mode::Browse, _, _) | (_, None, _) => None,
            (_, Some(place), Some(begun)) if begun.0 == place => Some(begun),
            (_, Some(place), _) => self.here().map(|row| Self::stored(row, place.1)).map(|stood| (place, stood)),
        };
        effects
    }

    fn does(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened | ScreenMsg::Returned(_) => {
                let mut effects = self.read();
                effects.push(Effect::Ask { slot: PHRASES, request: Request::Phrases });
                effects
            }
            ScreenMsg::Event(event) => match event {
                Event::Students(ids) => {
                    let ours = ids.is_empty() || self.rows().iter().any(|row| ids.contains(&row.student));
                    if ours || self.shown.is_none() { self.read() } else { Vec::new() }
                }
                Event::Sheet(key) if key.class != self.key.of.class => Vec::new(),
                Event::Sheet(_) | Event::Setup | Event::Elsewhere => self.read(),
                Event::Kept { .. } | Event::Lamp { .. } | Event::Progress { .. } | Event::Store(_) => Vec::new(),
            },
            ScreenMsg::Key(key) => match self.mode {
                Mode::Browse => self.key(ctx, key),
                Mode::Edit(_) => self.edit_key(ctx, key),
                Mode::Phrases { .. } => self.phrases_key(ctx, key),
                Mode::Honours { .. } => self.honours_key(ctx, key),
                Mode::Reason { .. } => self.reason_key(ctx, key),
            },
            ScreenMsg::Paste(text) => {
                self.paste(&text);
                Vec::new()
            }
            ScreenMsg::Mouse(mouse) => self.mouse(ctx, mouse),
            ScreenMsg::Answer { slot, result } if slot == PHRASES => {
                // Without the right to phrases one writes without them.
                if let Ok(Reply::Phrases(rows)) = result {
                    self.phrases = rows;
                }
                Vec::new()
            }
            ScreenMsg::Answer { slot, result } if slot == READ => self.have_read(ctx, result),
            ScreenMsg::Written { id, result } => self.written(ctx, id, result),
            ScreenMsg::Chosen { tag, option } => self.chosen(ctx, tag, option),
            ScreenMsg::Tick => self.retry(),
            ScreenMsg::Answer { .. } | ScreenMsg::File { .. } | ScreenMsg::Progress { .. } | ScreenMsg::Language => {
                Vec::new()
            }
        }
    }

    pub(super) fn read(&self) -> Vec<Effect> {
        vec![Effect::Ask { slot: READ, request: Request::Bulletin(self.key.clone()) }]
    }

    fn have_read(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        match result {
            Ok(Reply::Bulletin(view)) => {
                let here = self.wanted.take().or_else(|| self.here().map(|row| row.student.clone()));
                let place = view.rows.iter().position(|row| Some(&row.student) == here.as_ref());
                let moved = place.is_none() && here.is_some();
                self.row = place.unwrap_or(self.row).min(view.rows.len().saturating_sub(1));
                (self.shown, self.trouble) = (Some(*view), None);
                // The student under the cursor has gone: what is being typed is not the next one's.
                if moved && !matches!(self.mode, Mode::Browse) {
                    self.mode = Mode::Browse;
                    return vec![Effect::Bell, Effect::Say(Status::bad(t!(ctx.locale, "bulletin-student-gone")))];
                }
                Vec::new()
            }
            Ok(_) => Vec::new(),
            Err(failure) => {
                let said = text::failure(&ctx.locale, &failure);
                self.trouble = Some(said.clone());
                vec![Effect::Say(Status::bad(said))]
            }
        }
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Some(action) = find(KEYS, key) else { return Vec::new() };
        if let Some(why) = self.why_not(ctx, action) {
            return vec![Effect::Say(Status::info(why))];
        }
        let page = isize::try_from(view::height(ctx)).unwrap_or(10).max(1);
        match action {
            Do::Enter => return self.enter(ctx),
            Do::Type => return self.begin_with(ctx, key),
            Do::Phrases => {
                let text = self.input(ctx);
                return self.open_phrases(ctx, text);
            }
            Do::Empty => return self.hand_in(ctx, None),
            Do::Undo => return self.step(ctx, false, false),
            Do::Redo => return self.step(ctx, true, false),
            Do::NextTerm => return self.turn_term(ctx, true),
            Do::PreviousTerm => return self.turn_term(ctx, false),
            Do::Down => self.move_by(1),
            Do::Up => self.move_by(-1),
            Do::Left => self.column = self.column.saturating_sub(1),
            Do::Right => self.right(),
            Do::PageDown => self.move_by(page),
            Do::PageUp => self.move_by(-page),
            Do::First => self.move_by(isize::MIN),
            Do::Last => self.move_by(isize::MAX),
        }
        Vec::new()
    }

    pub(super) fn move_by(&mut self, by: isize) {
        self.row = self.row.saturating_add_signed(by).min(self.rows().len().saturating_sub(1));
    }

    pub(super) fn right(&mut self) {
        self.column = self.column.saturating_add(1).min(self.key.page.parts().len().saturating_sub(1));
    }

    fn enter(&mut self, ctx: &Ctx) -> Vec<Effect> {
        if let Some(effects) = self.ask_about_clash(ctx) {
            return effects;
        }
        match self.part() {
            BulletinPart::Honour => self.open_honours(ctx),
            BulletinPart::Remark
            | BulletinPart::Justified
            | BulletinPart::Unjustified
            | BulletinPart::Late
            | BulletinPart::Conduct
            | BulletinPart::Observation => {
                self.mode = Mode::Edit(self.input(ctx));
            }
        }
        Vec::new()
    }

    fn turn_term(&self, ctx: &Ctx, next: bool) -> Vec<Effect> {
        let terms = ctx.setup().map(|setup| setup.terms_of(&self.key.of.year)).unwrap_or_default();
        let place = terms.iter().position(|term| *term == self.key.of.term);
        let to = match (place, next) {
            (Some(place), true) => terms.get(place.saturating_add(1)),
            (Some(place), false) => place.checked_sub(1).and_then(|place| terms.get(place)),
            (None, _) => terms.first(),
        };
        let Some(term) = to.copied() else {
            return vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-no-other-term")))];
        };
        if !self.pending.is_empty() {
            return vec![Effect::Say(Status::bad(t!(ctx.locale, "sheet-unsettled")))];
        }
        let mut key = self.key.clone();
        key.of.term = term;
        vec![Effect::Replace(Route::Bulletin { key, student: self.here().map(|row| row.student.clone()) })]
    }

    fn mouse(&mut self, ctx: &Ctx, mouse: MouseEvent) -> Vec<Effect> {
        if !matches!(self.mode, Mode::Browse) {
            return Vec::new();
        }
        match mouse.kind {
            MouseEventKind::ScrollDown => self.move_by(1),
            MouseEventKind::ScrollUp => self.move_by(-1),
            MouseEventKind::Down(MouseButton::Left) => {
                let row = view::row_at(ctx, self.row, mouse.row).filter(|row| *row < self.rows().len());
                self.row = row.unwrap_or(self.row);
            }
            _ => {}
        }
        Vec::new()
    }
}

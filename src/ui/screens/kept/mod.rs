//! The marks that are kept on this machine because the store was away: which, since when, and what is the matter with
//! those that it did not take. Also for a mark whose sheet is gone.

mod keys;
#[cfg(test)]
mod tests;
mod view;

pub use keys::{Do, KEYS};
use ratatui::{Frame, crossterm::event::KeyEvent, layout::Rect};

use super::{Route, Screen};
use crate::{
    domain::id::ActId,
    protocol::{Event, Failure, KeptMark, Reply, Request},
    t, text,
    text::sanitise,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        keymap::{KeyLine, find, lines},
        msg::ScreenMsg,
        popup::question::Question,
    },
};

const READ: Slot = Slot("kept");
const DROP: &str = "kept-drop";

/// The list.
#[derive(Debug, Default)]
pub struct Kept {
    marks: Option<Vec<KeptMark>>,
    trouble: Option<Failure>,
    selected: usize,
    /// The one that the open question would give up.
    dropping: Option<ActId>,
    /// Numbers of our writes.
    last: u64,
}

fn read() -> Vec<Effect> {
    vec![Effect::Ask { slot: READ, request: Request::KeptMarks }]
}

impl Kept {
    fn here(&self) -> Option<&KeptMark> {
        self.marks.as_ref()?.get(self.selected)
    }

    fn step(&mut self, by: isize) {
        let last = self.marks.as_ref().map_or(0, Vec::len).saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    fn came(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        match result {
            Ok(Reply::KeptMarks(marks)) => {
                let act = self.here().map(|kept| kept.mark.act.clone());
                let place = marks.iter().position(|kept| Some(&kept.mark.act) == act.as_ref());
                self.selected = place.unwrap_or(self.selected).min(marks.len().saturating_sub(1));
                (self.marks, self.trouble) = (Some(marks), None);
                Vec::new()
            }
            Ok(_) => Vec::new(),
            Err(failure) => {
                let said = text::failure(&ctx.locale, &failure);
                self.trouble = Some(failure);
                vec![Effect::Say(Status::bad(said))]
            }
        }
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match find(KEYS, key) {
            Some(Do::Down) => self.step(1),
            Some(Do::Up) => self.step(-1),
            Some(Do::Open) => {
                let to = self.here().map(|kept| Route::Sheet {
                    key: kept.mark.sheet.clone(),
                    student: Some(kept.mark.student.clone()),
                });
                return to.map(Effect::Go).into_iter().collect();
            }
            Some(Do::Drop) => {
                let Some(kept) = self.here() else { return Vec::new() };
                let what = sanitise::line(&view::what(&ctx.locale, kept));
                self.dropping = Some(kept.mark.act.clone());
                let (title, text) = (t!(ctx.locale, "kept-drop-title"), t!(ctx.locale, "kept-drop-text", what = what));
                return vec![Effect::Question(Question::confirm(&ctx.locale, DROP, title, text))];
            }
            None => {}
        }
        Vec::new()
    }

    fn chosen(&mut self, option: usize) -> Vec<Effect> {
        let Some(act) = self.dropping.take().filter(|_| option == 0) else { return Vec::new() };
        self.last = self.last.saturating_add(1);
        vec![Effect::Write { id: self.last, request: Request::DropKept(act) }]
    }
}

impl Screen for Kept {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "menu-kept")
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        let none = self.here().is_none();
        lines(KEYS, |action| match action {
            Do::Open | Do::Drop if none => Some(t!(ctx.locale, "kept-none")),
            Do::Open | Do::Drop | Do::Down | Do::Up => None,
        })
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened | ScreenMsg::Returned(_) | ScreenMsg::Event(Event::Kept { .. }) => read(),
            ScreenMsg::Key(key) => self.key(ctx, key),
            ScreenMsg::Answer { result, .. } => self.came(ctx, result),
            ScreenMsg::Chosen { tag: DROP, option } => self.chosen(option),
            ScreenMsg::Written { result, .. } => {
                let said = match result {
                    Ok(_) => Status::good(t!(ctx.locale, "kept-dropped")),
                    Err(failure) => Status::bad(text::failure(&ctx.locale, &failure)),
                };
                let mut effects = vec![Effect::Say(said)];
                effects.extend(read());
                effects
            }
            ScreenMsg::Paste(_)
            | ScreenMsg::Mouse(_)
            | ScreenMsg::File { .. }
            | ScreenMsg::Event(_)
            | ScreenMsg::Progress { .. }
            | ScreenMsg::Chosen { .. }
            | ScreenMsg::Tick
            | ScreenMsg::Language => Vec::new(),
        }
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        view::draw(self, ctx, frame, area);
    }
}

//! The time machine: averages and ranks of a class as they stood at a moment, beside those of now, and what has moved
//! them since. The screen's side of `carnet marks compare` and `carnet marks changes`.

mod keys;
#[cfg(test)]
mod tests;
mod view;

pub use keys::{DATE_KEYS, DateDo, Do, KEYS};
use ratatui::{
    Frame,
    crossterm::event::{KeyEvent, MouseEventKind},
    layout::Rect,
};

use super::Screen;
use crate::{
    domain::{
        calendar::Timestamp,
        rules::{MarkInput, explain},
    },
    protocol::{Event, MomentChange, MomentQuestion, MomentRow, Reply, Request, SheetKey, SheetMoment},
    t,
    text::{self, format, sanitise},
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        explanation::{self, MarkName, Shown},
        keymap::{KeyLine, all, find, lines},
        msg::ScreenMsg,
        widgets::input::TextInput,
    },
};

const READ: Slot = Slot("time-machine");

/// The screen.
pub struct TimeMachine {
    key: SheetKey,
    /// `None`: now.
    at: Option<Timestamp>,
    stood: Option<Box<SheetMoment>>,
    trouble: Option<String>,
    selected: usize,
    /// A moment is being typed.
    typed: Option<TextInput>,
    explained: Option<Shown>,
}

impl TimeMachine {
    /// Of that sheet, as it stands now.
    #[must_use]
    pub fn new(key: SheetKey) -> Self {
        Self { key, at: None, stood: None, trouble: None, selected: 0, typed: None, explained: None }
    }

    fn read(&self, ctx: &Ctx) -> Vec<Effect> {
        let question = MomentQuestion { sheet: self.key.clone(), at: self.at.unwrap_or(ctx.now) };
        vec![Effect::Ask { slot: READ, request: Request::SheetAt(question) }]
    }

    fn rows(&self) -> &[MomentRow] {
        self.stood.as_ref().map(|stood| stood.rows.as_slice()).unwrap_or_default()
    }

    fn row(&self) -> Option<&MomentRow> {
        self.rows().get(self.selected)
    }

    /// The changes that moved the student under the cursor: those of the student, and those of columns.
    fn of_row(&self) -> impl Iterator<Item = &MomentChange> {
        let student = self.row().map(|row| &row.student);
        let changes = self.stood.iter().flat_map(|stood| stood.changes.iter());
        changes.filter(move |change| change.student.is_none() || change.student.as_ref() == student)
    }

    fn go(&mut self, by: isize) {
        let last = self.rows().len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    fn to(&mut self, ctx: &Ctx, at: Option<Timestamp>) -> Vec<Effect> {
        self.at = at;
        self.read(ctx)
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let page = isize::try_from(view::rows(ctx.body())).unwrap_or(1);
        let stood = self.stood.as_ref();
        match find(KEYS, key) {
            Some(Do::Earlier) => {
                let earlier = stood.and_then(|stood| stood.earlier);
                return earlier.map(|at| self.to(ctx, Some(at))).unwrap_or_default();
            }
            Some(Do::Later) => {
                let later = stood.and_then(|stood| stood.later);
                return later.map(|at| self.to(ctx, Some(at))).unwrap_or_default();
            }
            Some(Do::Now) => return self.to(ctx, None),
            Some(Do::Date) => {
                let shown = format::moment(self.at.unwrap_or(ctx.now), &ctx.zone);
                self.typed = Some(TextInput::new(32).proposing(&shown));
            }
            Some(Do::Explain) => self.explain(ctx),
            Some(Do::Down) => self.go(1),
            Some(Do::Up) => self.go(-1),
            Some(Do::PageDown) => self.go(page),
            Some(Do::PageUp) => self.go(page.saturating_neg()),
            Some(Do::First) => self.go(isize::MIN),
            Some(Do::Last) => self.go(isize::MAX),
            Some(Do::Refresh) => return self.read(ctx),
            None => {}
        }
        Vec::new()
    }

    fn date_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match find(DATE_KEYS, key) {
            Some(DateDo::Cancel) => self.typed = None,
            Some(DateDo::Take) => {
                let text = self.typed.as_ref().map(|typed| typed.text().to_owned()).unwrap_or_default();
                let Some(at) = format::read_moment(&text, &ctx.zone) else {
                    return vec![Effect::Say(Status::bad(t!(ctx.locale, "machine-no-moment")))];
                };
                self.typed = None;
                return self.to(ctx, Some(at));
            }
            None => {
                if let Some(typed) = &mut self.typed {
                    typed.key(key);
                }
            }
        }
        Vec::new()
    }

    /// The average of the student under the cursor as it stood then, step by step.
    fn explain(&mut self, ctx: &Ctx) {
        let (Some(stood), Some(row)) = (&self.stood, self.row()) else { return };
        let cells = || stood.columns.iter().zip(&row.cells);
        let inputs: Vec<MarkInput> = cells()
            .map(|(column, value)| MarkInput {
                kind: column.kind,
                value: *value,
                scale: column.scale,
                coefficient: column.coefficient,
            })
            .collect();
        let names: Vec<MarkName> = cells()
            .map(|(column, value)| MarkName { title: column.title.to_string(), value: *value, scale: column.scale })
            .collect();
        let lines = explanation::lines(&ctx.locale, &explain(&stood.rules, &inputs), &names);
        let at = format::moment(stood.at, &ctx.zone);
        let title = t!(ctx.locale, "machine-explain-title", student = name_of(row), at = at);
        self.explained = Some(Shown::new(title, lines));
    }

    /// Why a key does nothing now.
    fn why_not(&self, ctx: &Ctx, action: Do) -> Option<String> {
        let stood = self.stood.as_ref();
        match action {
            Do::Earlier => {
                stood.is_none_or(|stood| stood.earlier.is_none()).then(|| t!(ctx.locale, "machine-nothing-earlier"))
            }
            Do::Later => {
                stood.is_none_or(|stood| stood.later.is_none()).then(|| t!(ctx.locale, "machine-nothing-later"))
            }
            Do::Explain => self.row().is_none().then(|| t!(ctx.locale, "machine-nobody")),
            Do::Date | Do::Now | Do::Down | Do::Up | Do::PageDown | Do::PageUp | Do::First | Do::Last | Do::Refresh => {
                None
            }
        }
    }
}

fn name_of(row: &MomentRow) -> String {
    sanitise::line(&format!("{} {}", row.last_name.as_str().to_uppercase(), row.first_name))
}

impl Screen for TimeMachine {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "machine-title")
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        if self.explained.is_some() {
            return all(explanation::KEYS);
        }
        match self.typed {
            Some(_) => all(DATE_KEYS),
            None => lines(KEYS, |action| self.why_not(ctx, action)),
        }
    }

    fn typing(&self) -> bool {
        self.typed.is_some()
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened
            | ScreenMsg::Returned(_)
            | ScreenMsg::Event(Event::Students(_) | Event::Sheet(_) | Event::Setup | Event::Elsewhere) => {
                return self.read(ctx);
            }
            ScreenMsg::Key(key) => {
                if let Some(shown) = &mut self.explained {
                    if shown.key(ctx, key) {
                        self.explained = None;
                    }
                    return Vec::new();
                }
                return if self.typed.is_some() { self.date_key(ctx, key) } else { self.key(ctx, key) };
            }
            ScreenMsg::Paste(text) => {
                if let Some(typed) = &mut self.typed {
                    typed.paste(&text);
                }
            }
            ScreenMsg::Mouse(mouse) => match mouse.kind {
                MouseEventKind::ScrollDown => self.go(1),
                MouseEventKind::ScrollUp => self.go(-1),
                _ => {}
            },
            ScreenMsg::Answer { result: Ok(Reply::SheetAt(stood)), .. } => {
                let student = self.row().map(|row| row.student.clone());
                let place = stood.rows.iter().position(|row| Some(&row.student) == student.as_ref());
                self.selected = place.unwrap_or_default();
                (self.stood, self.trouble) = (Some(stood), None);
            }
            ScreenMsg::Answer { result: Err(failure), .. } => {
                self.trouble = Some(text::failure(&ctx.locale, &failure));
            }
            ScreenMsg::Answer { result: Ok(_), .. }
            | ScreenMsg::Event(Event::Kept { .. } | Event::Lamp { .. } | Event::Progress { .. } | Event::Store(_))
            | ScreenMsg::Written { .. }
            | ScreenMsg::File { .. }
            | ScreenMsg::Progress { .. }
            | ScreenMsg::Chosen { .. }
            | ScreenMsg::Tick
            | ScreenMsg::Language => {}
        }
        Vec::new()
    }

    fn hears_below(&self) -> bool {
        false
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        self.draw(ctx, frame, area);
    }
}

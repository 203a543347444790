//! Who takes which option: a class and an option subject, then its students with a tick for those who take it.

mod keys;
#[cfg(test)]
mod tests;

pub use keys::{Do, KEYS, PICK, Pick};
use ratatui::{Frame, crossterm::event::KeyEvent, layout::Rect};

use super::Screen;
use crate::{
    domain::id::{ActId, ClassId, SubjectId},
    protocol::{Event, Failure, OptionRow, Reply, Request, SetOption, Setup},
    t, text,
    text::sanitise,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        keymap::{KeyLine, all, find, lines},
        msg::{Returned, ScreenMsg},
        popup::question::Question,
        theme::Tone,
        widgets::{
            frame::{below, inset, line, paragraph, row},
            input::TextInput,
            list::PickList,
        },
    },
};

const READ: Slot = Slot("options");
const SAVE: u64 = 1;
const UNDO: u64 = 2;
const ABANDON: &str = "options-abandon";

/// A class and an option subject.
type Pair = (ClassId, SubjectId);

/// The students of a class with what was read and what is ticked now.
struct Ticks {
    pair: Pair,
    /// `None` until it is read.
    rows: Option<Vec<OptionRow>>,
    now: Vec<bool>,
    list: PickList,
    busy: bool,
    last: Option<ActId>,
}

impl Ticks {
    fn changes(&self) -> Vec<(crate::domain::id::StudentId, bool)> {
        let rows = self.rows.iter().flatten().zip(&self.now);
        rows.filter(|(row, now)| row.takes != **now).map(|(row, now)| (row.id.clone(), *now)).collect()
    }

    fn relabel(&mut self) {
        let selected = self.list.selected();
        let label = |(row, now): (&OptionRow, &bool)| {
            let tick = if *now { "[x]" } else { "[ ]" };
            format!("{tick} {}  {}", row.name, row.matricule)
        };
        self.list = PickList::new(self.rows.iter().flatten().zip(&self.now).map(label).collect());
        self.list.select(selected.unwrap_or_default());
    }
}

/// The screen.
pub struct Options {
    pairs: Vec<Pair>,
    list: PickList,
    typed: TextInput,
    ticks: Option<Ticks>,
}

impl Options {
    #[must_use]
    pub fn new(ctx: &Ctx) -> Self {
        let mut screen = Self { pairs: Vec::new(), list: PickList::default(), typed: TextInput::new(40), ticks: None };
        if let Some(setup) = ctx.setup() {
            screen.begin(setup);
        }
        screen
    }

    fn begin(&mut self, setup: &Setup) {
        let options: Vec<_> = setup.subjects.iter().filter(|subject| subject.optional).collect();
        let both = setup.classes.iter().flat_map(|class| options.iter().map(move |subject| (class, subject)));
        let (pairs, labels) = both
            .map(|(class, subject)| {
                ((class.id.clone(), subject.id.clone()), format!("{} · {}", class.name, subject.name))
            })
            .unzip();
        self.pairs = pairs;
        self.list = PickList::new(labels);
        self.list.find(self.typed.text());
    }

    fn read(&self) -> Vec<Effect> {
        let request = match &self.ticks {
            None => Request::Setup,
            Some(ticks) => {
                let (class, subject) = ticks.pair.clone();
                Request::Options { class, subject }
            }
        };
        vec![Effect::Ask { slot: READ, request }]
    }

    fn pick_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        match find(PICK, key) {
            Some(Pick::Open) => {
                let Some(pair) = self.list.selected().and_then(|index| self.pairs.get(index)).cloned() else {
                    return vec![Effect::Bell];
                };
                self.ticks = Some(Ticks {
                    pair,
                    rows: None,
                    now: Vec::new(),
                    list: PickList::default(),
                    busy: false,
                    last: None,
                });
                return self.read();
            }
            Some(Pick::Back) if self.typed.is_empty() => return vec![Effect::Back(Returned::Nothing)],
            Some(Pick::Back) => {
                self.typed.clear();
                self.list.find("");
            }
            Some(Pick::Down) => self.list.step(1),
            Some(Pick::Up) => self.list.step(-1),
            None => {
                if self.typed.key(key) {
                    self.list.find(self.typed.text());
                }
            }
        }
        Vec::new()
    }

    fn tick_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Some(ticks) = &mut self.ticks else { return Vec::new() };
        match find(KEYS, key) {
            Some(Do::Turn) => {
                if let Some(now) = ticks.list.selected().and_then(|index| ticks.now.get_mut(index)) {
                    *now = !*now;
                }
                ticks.relabel();
                ticks.list.step(1);
            }
            Some(Do::All) => ticks.now.fill(true),
            Some(Do::Nobody) => ticks.now.fill(false),
            Some(Do::Save) => return self.save(ctx),
            Some(Do::Undo) => {
                let Some(act) = ticks.last.take().filter(|_| !ticks.busy) else {
                    return vec![Effect::Say(Status::info(t!(ctx.locale, "list-nothing-to-undo")))];
                };
                ticks.busy = true;
                return vec![Effect::Write { id: UNDO, request: Request::Undo(act) }];
            }
            Some(Do::Back) if ticks.changes().is_empty() => self.ticks = None,
            Some(Do::Back) => {
                let (title, text) = (t!(ctx.locale, "root-unsaved-title"), t!(ctx.locale, "list-abandon"));
                return vec![Effect::Question(Question::confirm(&ctx.locale, ABANDON, title, text))];
            }
            Some(Do::Down) => ticks.list.step(1),
            Some(Do::Up) => ticks.list.step(-1),
            None => {
                let _ = ticks.list.key(key, true, ctx.body().height);
            }
        }
        if let Some(ticks) = &mut self.ticks {
            ticks.relabel();
        }
        Vec::new()
    }

    fn save(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(ticks) = self.ticks.as_mut().filter(|ticks| !ticks.busy) else {
            return vec![Effect::Say(Status::info(t!(ctx.locale, "list-busy")))];
        };
        let students = ticks.changes();
        if students.is_empty() {
            return vec![Effect::Say(Status::info(t!(ctx.locale, "list-nothing-new")))];
        }
        ticks.busy = true;
        let (class, subject) = ticks.pair.clone();
        vec![Effect::Write { id: SAVE, request: Request::SetOption(Box::new(SetOption { class, subject, students })) }]
    }

    fn came(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        let Some(ticks) = &mut self.ticks else {
            if let Ok(Reply::Setup(setup)) = result {
                self.begin(&setup);
            }
            return Vec::new();
        };
        match result {
            Ok(Reply::Options(rows)) => {
                // What was ticked here and is not saved stays ticked.
                let mine = ticks.changes();
                let now = |row: &OptionRow| mine.iter().find(|(id, _)| *id == row.id).map_or(row.takes, |mine| mine.1);
                ticks.now = rows.iter().map(now).collect();
                ticks.rows = Some(rows);
                ticks.relabel();
                Vec::new()
            }
            Ok(_) => Vec::new(),
            Err(failure) => vec![Effect::Bell, Effect::Say(Status::bad(text::failure(&ctx.locale, &failure)))],
        }
    }

    fn written(&mut self, ctx: &Ctx, id: u64, result: Result<Reply, Failure>) -> Vec<Effect> {
        let Some(ticks) = &mut self.ticks else { return Vec::new() };
        ticks.busy = false;
        match result {
            Err(failure) => vec![Effect::Bell, Effect::Say(Status::bad(text::failure(&ctx.locale, &failure)))],
            Ok(reply) => {
                ticks.last = match reply {
                    Reply::Acted(act) if id == SAVE => Some(act),
                    _ => None,
                };
                let said = if id == UNDO { t!(ctx.locale, "list-undone") } else { t!(ctx.locale, "options-saved") };
                // What is ticked is what stands there now, or what stood there before.
                let now = ticks.now.clone();
                for (row, now) in ticks.rows.iter_mut().flatten().zip(now) {
                    row.takes = now;
                }
                let mut effects = self.read();
                effects.push(Effect::Say(Status::good(said)));
                effects
            }
        }
    }

    fn heading(&self, ctx: &Ctx) -> String {
        let Some(ticks) = &self.ticks else { return t!(ctx.locale, "options-pick") };
        let named = |name: Option<String>| sanitise::line(&name.unwrap_or_default());
        let setup = ctx.setup();
        let class = named(setup.and_then(|setup| setup.class(&ticks.pair.0)).map(|class| class.name.to_string()));
        let subject =
            named(setup.and_then(|setup| setup.subject(&ticks.pair.1)).map(|subject| subject.name.to_string()));
        let count = ticks.now.iter().filter(|now| **now).count();
        t!(ctx.locale, "options-heading", class = class, subject = subject, count = count, of = ticks.now.len())
    }
}

impl Screen for Options {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "options-title")
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        match &self.ticks {
            None => all(PICK),
            Some(ticks) => lines(KEYS, |action| match action {
                Do::Undo if ticks.last.is_none() => Some(t!(ctx.locale, "list-nothing-to-undo")),
                Do::Undo | Do::Turn | Do::All | Do::Nobody | Do::Save | Do::Back | Do::Down | Do::Up => None,
            }),
        }
    }

    fn typing(&self) -> bool {
        self.ticks.is_none()
    }

    fn unsaved(&self) -> bool {
        self.ticks.as_ref().is_some_and(|ticks| !ticks.changes().is_empty())
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Key(key) if self.ticks.is_none() => self.pick_key(key),
            ScreenMsg::Key(key) => self.tick_key(ctx, key),
            ScreenMsg::Opened | ScreenMsg::Event(Event::Setup | Event::Students(_) | Event::Elsewhere) => self.read(),
            ScreenMsg::Answer { result, .. } => self.came(ctx, result),
            ScreenMsg::Written { id, result } => self.written(ctx, id, result),
            ScreenMsg::Chosen { tag: ABANDON, option: 0 } => {
                self.ticks = None;
                Vec::new()
            }
            ScreenMsg::Paste(text) if self.ticks.is_none() => {
                self.typed.paste(&text);
                self.list.find(self.typed.text());
                Vec::new()
            }
            ScreenMsg::Paste(_)
            | ScreenMsg::Returned(_)
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
        let inside = inset(area, 2);
        line(ctx, frame, row(inside, 1), Tone::Heading, &self.heading(ctx));
        let place = below(inside, 4);
        match &self.ticks {
            None => {
                let label = t!(ctx.locale, "picker-find");
                let field = row(inside, 2);
                let columns = u16::try_from(sanitise::width(&label)).unwrap_or(10).saturating_add(2);
                line(ctx, frame, field, Tone::Dim, &label);
                let input = Rect { x: field.x + columns, width: field.width.saturating_sub(columns).min(42), ..field };
                self.typed.view(frame, input, ctx.style(Tone::Focus), self.list.is_empty());
                self.list.view(ctx, frame, place, true);
                if self.list.is_empty() {
                    let text = if self.typed.is_empty() {
                        t!(ctx.locale, "options-none")
                    } else {
                        t!(ctx.locale, "picker-none-found", text = sanitise::line(self.typed.text()))
                    };
                    paragraph(ctx, frame, place, Tone::Text, &text);
                }
            }
            Some(ticks) => {
                line(ctx, frame, row(inside, 2), Tone::Dim, &t!(ctx.locale, "options-about"));
                ticks.list.view(ctx, frame, place, true);
                if ticks.list.is_empty() && ticks.rows.is_some() {
                    paragraph(ctx, frame, place, Tone::Text, &t!(ctx.locale, "options-nobody-here"));
                }
            }
        }
    }
}

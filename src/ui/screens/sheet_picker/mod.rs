//! Which sheet: a teacher's own first and at once, everybody else class by class. Type to find; Tab changes the term.

mod keys;
#[cfg(test)]
mod tests;

pub use keys::{Do, KEYS};

use ratatui::{
    Frame,
    crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind},
    layout::{Position, Rect},
};

use super::{Route, Screen};
use crate::{
    domain::{
        access::{self, Action, Scope},
        bulletin::{BulletinOf, BulletinPage},
        calendar::{Term, YearId},
        entities::Class,
        id::{ClassId, SubjectId},
        schema::Stored,
    },
    protocol::{BulletinKey, Event, Setup, SheetKey},
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        keymap::{KeyLine, find, lines},
        msg::{Returned, ScreenMsg},
        theme::Tone,
        widgets::{
            frame::{below, inset, line, paragraph, row},
            input::TextInput,
            list::PickList,
        },
    },
};

/// What the sheet is picked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Its marks.
    Marks,
    /// Its evaluations.
    Evaluations,
    /// Its appreciations.
    Remarks,
    /// Not a sheet: a class, for its follow-up.
    FollowUp,
    /// A class, for its council.
    Council,
}

impl Purpose {
    /// The page of a class as a whole.
    fn of_class(self) -> Option<BulletinPage> {
        match self {
            Self::Marks | Self::Evaluations | Self::Remarks => None,
            Self::FollowUp => Some(BulletinPage::FollowUp),
            Self::Council => Some(BulletinPage::Council),
        }
    }
}

/// What the list holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// The user's own sheets.
    Mine(Vec<(ClassId, SubjectId)>),
    Classes(Vec<ClassId>),
    Subjects(ClassId, Vec<SubjectId>),
}

/// The picker.
pub struct SheetPicker {
    step: Step,
    list: PickList,
    typed: TextInput,
    term: Option<Term>,
    /// Another year than the current one.
    past: Option<YearId>,
    /// Only the user's own sheets.
    own: bool,
    purpose: Purpose,
}

impl SheetPicker {
    /// At the classes, or at a class if one is given.
    #[must_use]
    pub fn new(ctx: &Ctx, class: Option<ClassId>, purpose: Purpose) -> Self {
        let mut picker = Self {
            step: Step::Classes(Vec::new()),
            list: PickList::default(),
            typed: TextInput::new(40),
            term: ctx.setup().map(|setup| setup.school.current_term),
            past: None,
            own: false,
            purpose,
        };
        let setup = ctx.setup();
        picker.own = purpose.of_class().is_none()
            && ctx.who().is_some_and(|who| access::scope(who, Action::ViewSheet) != Scope::Everything);
        match (class, setup) {
            (Some(class), Some(setup)) if !picker.own => picker.subjects(setup, class),
            (class, Some(setup)) => {
                picker.begin(setup, class.as_ref());
                if class.is_none() {
                    picker.remember(setup, ctx.last_sheet.borrow().as_ref());
                }
            }
            (_, None) => {}
        }
        picker
    }

    /// Puts the cursor on the class of the sheet that was opened last, then on its subject: Enter and Enter open it again.
    /// The classes are shown all the same: who types a class must not find it among subjects.
    fn remember(&mut self, setup: &Setup, last: Option<&SheetKey>) {
        let Some(key) = last.filter(|key| key.year == setup.school.current_year) else { return };
        if setup.class(&key.class).is_none() {
            return;
        }
        self.term = Some(key.term);
        if let Step::Mine(sheets) = &self.step {
            let place = sheets.iter().position(|sheet| *sheet == (key.class.clone(), key.subject.clone()));
            self.list.select(place.unwrap_or_default());
        } else {
            self.begin(setup, Some(&key.class));
        }
    }

    /// The first list; with the cursor on a class.
    fn begin(&mut self, setup: &Setup, class: Option<&ClassId>) {
        self.typed.clear();
        if self.own {
            let label = |(class, subject): &(ClassId, SubjectId)| {
                let class = setup.class(class).map(|class| class.name.to_string()).unwrap_or_default();
                let subject = setup.subject(subject).map(|subject| subject.name.to_string()).unwrap_or_default();
                format!("{class} · {subject}")
            };
            let own = match &self.past {
                Some(year) => setup.past.get(year).cloned().unwrap_or_default(),
                None => setup.charges.clone(),
            };
            self.list = PickList::new(own.iter().map(label).collect());
            if let Some(place) = own.iter().position(|(known, _)| Some(known) == class) {
                self.list.select(place);
            }
            self.step = Step::Mine(own);
        } else {
            // A teacher's classes of another year are those of then.
            let then = self.past.as_ref().and_then(|year| setup.past.get(year));
            let fits = |class: &&Stored<Class>| match then {
                Some(charges) => charges.iter().any(|(taught, _)| *taught == class.body.id),
                None => setup.classes.iter().any(|here| here.body.id == class.body.id),
            };
            let here: Vec<&Stored<Class>> = setup.ever().filter(fits).collect();
            let classes: Vec<ClassId> = here.iter().map(|class| class.body.id.clone()).collect();
            self.list = PickList::new(here.iter().map(|class| class.body.name.to_string()).collect());
            if let Some(place) = classes.iter().position(|known| Some(known) == class) {
                self.list.select(place);
            }
            self.step = Step::Classes(classes);
        }
    }

    fn subjects(&mut self, setup: &Setup, class: ClassId) {
        self.typed.clear();
        self.list = PickList::new(setup.subjects.iter().map(|subject| subject.body.name.to_string()).collect());
        self.step = Step::Subjects(class, setup.subjects.iter().map(|subject| subject.body.id.clone()).collect());
    }

    fn open(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let (Some(setup), Some(selected)) = (ctx.setup(), self.list.selected()) else { return Vec::new() };
        let year = self.year(setup).clone();
        let bulletin = |class: &ClassId, term, page| {
            let of = BulletinOf { class: class.clone(), year: year.clone(), term };
            vec![Effect::Go(Route::Bulletin { key: BulletinKey { of, page }, student: None })]
        };
        if let (Some(page), Step::Classes(classes), Some(term)) = (self.purpose.of_class(), &self.step, self.term) {
            return classes.get(selected).map(|class| bulletin(class, term, page)).unwrap_or_default();
        }
        let chosen = match &self.step {
            Step::Mine(sheets) => sheets.get(selected).cloned(),
            Step::Subjects(class, subjects) => subjects.get(selected).map(|subject| (class.clone(), subject.clone())),
            Step::Classes(classes) => {
                if let Some(class) = classes.get(selected).cloned() {
                    let last = ctx.last_sheet.borrow().as_ref().filter(|last| last.class == class).cloned();
                    self.subjects(setup, class);
                    let same = |last: SheetKey| setup.subjects.iter().position(|known| known.body.id == last.subject);
                    self.list.select(last.and_then(same).unwrap_or_default());
                }
                None
            }
        };
        let (Some((class, subject)), Some(term)) = (chosen, self.term) else { return Vec::new() };
        let key = SheetKey { class, subject, year: year.clone(), term };
        *ctx.last_sheet.borrow_mut() = Some(key.clone());
        match self.purpose {
            Purpose::Evaluations => vec![Effect::Go(Route::Evaluations { key })],
            Purpose::Remarks => bulletin(&key.class, key.term, BulletinPage::Subject(key.subject.clone())),
            Purpose::Marks | Purpose::FollowUp | Purpose::Council => {
                vec![Effect::Go(Route::Sheet { key, student: None })]
            }
        }
    }

    /// One step back: what is typed, then the classes, then the screen below.
    fn back(&mut self, ctx: &Ctx) -> Vec<Effect> {
        if !self.typed.is_empty() {
            self.typed.clear();
            self.list.find("");
            return Vec::new();
        }
        match (self.step.clone(), ctx.setup()) {
            (Step::Subjects(class, _), Some(setup)) => {
                self.begin(setup, Some(&class));
                Vec::new()
            }
            (Step::Mine(_) | Step::Classes(_) | Step::Subjects(..), _) => vec![Effect::Back(Returned::Nothing)],
        }
    }

    fn turn_term(&mut self, ctx: &Ctx, by: isize) {
        let terms = ctx.setup().map(|setup| setup.terms_of(self.year(setup))).unwrap_or_default();
        let place = terms.iter().position(|term| Some(*term) == self.term).unwrap_or_default();
        let count = terms.len().max(1);
        let to = place.saturating_add(count).saturating_add_signed(by) % count;
        self.term = terms.get(to).copied().or(self.term);
    }

    fn year<'a>(&'a self, setup: &'a Setup) -> &'a YearId {
        self.past.as_ref().unwrap_or(&setup.school.current_year)
    }

    /// What is done with what is picked.
    fn action(&self) -> Action {
        if self.purpose.of_class().is_some() { Action::ViewMarks } else { Action::ViewSheet }
    }

    /// Why no other year can be chosen.
    fn no_year(&self, ctx: &Ctx) -> Option<String> {
        if !ctx.past_years(self.action()).is_empty() {
            return None;
        }
        let own = self.own && ctx.setup().is_some_and(|setup| !setup.past_years().is_empty());
        Some(if own { t!(ctx.locale, "picker-year-own") } else { t!(ctx.locale, "picker-year-none") })
    }

    /// The year before, and after the first one the current one again.
    fn turn_year(&mut self, ctx: &Ctx) -> Vec<Effect> {
        if let Some(why) = self.no_year(ctx) {
            return vec![Effect::Bell, Effect::Say(Status::info(why))];
        }
        let Some(setup) = ctx.setup() else { return Vec::new() };
        self.past = ctx.year_before(self.past.as_ref(), self.action());
        let terms = setup.terms_of(self.year(setup));
        self.term = match &self.past {
            None => Some(setup.school.current_term),
            Some(_) => self.term.filter(|term| terms.contains(term)).or(terms.first().copied()),
        };
        if self.own || !setup.past.is_empty() {
            self.begin(setup, None);
        }
        Vec::new()
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match find(KEYS, key) {
            Some(Do::Open) => return self.open(ctx),
            Some(Do::Back) => return self.back(ctx),
            Some(Do::NextTerm) => self.turn_term(ctx, 1),
            Some(Do::PreviousTerm) => self.turn_term(ctx, -1),
            Some(Do::Year) => return self.turn_year(ctx),
            Some(Do::Down) => self.list.step(1),
            Some(Do::Up) => self.list.step(-1),
            None => {
                let page = self.places(ctx.body()).1.height;
                if !self.list.key(key, false, page) && self.typed.key(key) {
                    self.list.find(self.typed.text());
                }
            }
        }
        Vec::new()
    }

    fn mouse(&mut self, ctx: &Ctx, mouse: MouseEvent) -> Vec<Effect> {
        match mouse.kind {
            MouseEventKind::ScrollDown => self.list.step(1),
            MouseEventKind::ScrollUp => self.list.step(-1),
            MouseEventKind::Down(MouseButton::Left) => {
                let list = self.places(ctx.body()).1;
                if let Some(index) = self.list.at(list, Position::new(mouse.column, mouse.row)) {
                    self.list.select(index);
                    return self.open(ctx);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// The field and the list.
    #[expect(clippy::unused_self, reason = "the place of the parts is the screen's own matter")]
    fn places(&self, area: Rect) -> (Rect, Rect) {
        let inside = inset(area, 2);
        (row(inside, 2), below(inside, 4))
    }

    fn heading(&self, ctx: &Ctx) -> String {
        let term = self.term.map(|term| match &self.past {
            Some(year) => ctx.dated_term(year, term),
            None => ctx.term(term),
        });
        let term = term.unwrap_or_default();
        match &self.step {
            Step::Mine(_) => t!(ctx.locale, "picker-mine", term = term),
            Step::Classes(_) => t!(ctx.locale, "picker-class", term = term),
            Step::Subjects(class, _) => {
                let class = ctx.setup().and_then(|setup| setup.class(class));
                let class = class.map(|class| sanitise::line(class.name.as_str())).unwrap_or_default();
                t!(ctx.locale, "picker-subject", class = class, term = term)
            }
        }
    }
}

impl Screen for SheetPicker {
    fn title(&self, ctx: &Ctx) -> String {
        match self.purpose {
            Purpose::Marks => t!(ctx.locale, "picker-title"),
            Purpose::Evaluations => t!(ctx.locale, "menu-evaluations"),
            Purpose::Remarks => t!(ctx.locale, "menu-remarks"),
            Purpose::FollowUp => t!(ctx.locale, "menu-follow-up"),
            Purpose::Council => t!(ctx.locale, "menu-council"),
        }
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        lines(KEYS, |action| if action == Do::Year { self.no_year(ctx) } else { None })
    }

    fn typing(&self) -> bool {
        true
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Key(key) => self.key(ctx, key),
            ScreenMsg::Mouse(mouse) => self.mouse(ctx, mouse),
            ScreenMsg::Paste(text) => {
                self.typed.paste(&text);
                self.list.find(self.typed.text());
                Vec::new()
            }
            ScreenMsg::Event(Event::Setup) | ScreenMsg::Opened => {
                // The lists follow the set-up, unless somebody is in the middle of one.
                if let (Some(setup), Step::Mine(_) | Step::Classes(_)) = (ctx.setup(), &self.step)
                    && self.typed.is_empty()
                    && self.list.selected().unwrap_or(0) == 0
                {
                    self.begin(setup, None);
                }
                Vec::new()
            }
            ScreenMsg::Returned(_)
            | ScreenMsg::Answer { .. }
            | ScreenMsg::Written { .. }
            | ScreenMsg::File { .. }
            | ScreenMsg::Event(_)
            | ScreenMsg::Progress { .. }
            | ScreenMsg::Chosen { .. }
            | ScreenMsg::Tick
            | ScreenMsg::Language => Vec::new(),
        }
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let (field, list) = self.places(area);
        line(ctx, frame, row(inset(area, 2), 1), Tone::Heading, &self.heading(ctx));
        let label = t!(ctx.locale, "picker-find");
        let columns = u16::try_from(sanitise::width(&label)).unwrap_or(10).saturating_add(2);
        line(ctx, frame, field, Tone::Dim, &label);
        let input = Rect { x: field.x + columns, width: field.width.saturating_sub(columns).min(42), ..field };
        self.typed.view(frame, input, ctx.style(Tone::Focus), self.list.is_empty());
        self.list.view(ctx, frame, list, true);
        if self.list.is_empty() {
            let text = if !self.typed.is_empty() {
                t!(ctx.locale, "picker-none-found", text = sanitise::line(self.typed.text()))
            } else if matches!(self.step, Step::Mine(_)) {
                t!(ctx.locale, "picker-empty")
            } else {
                t!(ctx.locale, "picker-empty-school")
            };
            paragraph(ctx, frame, list, Tone::Text, &text);
        }
    }
}

//! First marks of a new student: every evaluation that the class has in the current term, and a mark beside it.

use ratatui::crossterm::event::KeyEvent;

use crate::{
    domain::{
        entities::{Evaluation, SheetState},
        id::{ClassId, SubjectId},
        score::parse_mark,
        text_values::Name,
    },
    protocol::{FirstMark, Request, SheetKey, SheetView},
    text,
    text::Locale,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot},
        widgets::TextInput,
    },
};

/// The sheets of the class, one after the other.
pub(super) const SHEETS: Slot = Slot("student-form-sheets");

/// A line.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    sheet: SheetKey,
    pub subject: Name,
    pub evaluation: Evaluation,
    pub input: TextInput,
    pub error: Option<String>,
}

impl Entry {
    /// Says what is wrong with what was typed.
    fn check(&mut self, locale: &Locale) {
        let read = parse_mark(self.input.text(), self.evaluation.scale);
        self.error = read.err().map(|error| text::mark_error(locale, error));
    }

    fn typed(&self) -> bool {
        !self.input.text().trim().is_empty()
    }
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    /// Whose sheets these are.
    pub class: Option<ClassId>,
    /// Subjects whose sheets are still to be read.
    waiting: Vec<SubjectId>,
    pub entries: Vec<Entry>,
    /// What was typed for another class: subject, title, text.
    before: Vec<(Name, Name, String)>,
    pub focus: usize,
    pub trouble: Option<String>,
}

impl Marks {
    /// Reads the sheets of a class, unless they are there. What was typed comes along to where it fits.
    pub fn open(&mut self, ctx: &Ctx, class: &ClassId) -> Vec<Effect> {
        if self.class.as_ref() == Some(class) && self.trouble.is_none() {
            return Vec::new();
        }
        let typed = std::mem::take(&mut self.entries).into_iter().filter(Entry::typed);
        let typed = typed.map(|entry| (entry.subject, entry.evaluation.title, entry.input.text().to_owned()));
        self.before.extend(typed);
        self.class = Some(class.clone());
        self.focus = 0;
        self.trouble = None;
        let subjects = ctx.setup().map(|setup| setup.subjects.as_slice()).unwrap_or_default();
        self.waiting = subjects.iter().rev().map(|subject| subject.id.clone()).collect();
        self.next(ctx)
    }

    /// Asks for the next sheet.
    fn next(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let (Some(setup), Some(class), Some(subject)) = (ctx.setup(), &self.class, self.waiting.last()) else {
            return Vec::new();
        };
        let school = &setup.school;
        let sheet = SheetKey {
            class: class.clone(),
            subject: subject.clone(),
            year: school.current_year.clone(),
            term: school.current_term,
        };
        vec![Effect::Ask { slot: SHEETS, request: Request::OpenSheet(sheet) }]
    }

    /// A sheet has come.
    pub fn sheet(&mut self, ctx: &Ctx, view: SheetView) -> Vec<Effect> {
        if Some(&view.key.class) != self.class.as_ref() {
            return Vec::new();
        }
        self.waiting.retain(|subject| *subject != view.key.subject);
        if view.editable && view.state == SheetState::Open {
            for evaluation in view.evaluations {
                let subject = view.subject.name.clone();
                let typed = self.before.iter().position(|(s, title, _)| *s == subject && *title == evaluation.title);
                let text = typed.map(|index| self.before.remove(index).2).unwrap_or_default();
                let input = TextInput::new(12).with(&text);
                self.entries.push(Entry { sheet: view.key.clone(), subject, evaluation, input, error: None });
            }
        }
        self.next(ctx)
    }

    pub fn failed(&mut self, sentence: String) {
        self.trouble = Some(sentence);
    }

    /// Some sheets are still on their way.
    pub fn reading(&self) -> bool {
        !self.waiting.is_empty() && self.trouble.is_none()
    }

    /// How many marks have been typed.
    pub fn count(&self) -> usize {
        self.entries.iter().filter(|entry| entry.typed()).count()
    }

    /// Marks that were typed for another class and have no place in this one.
    pub fn homeless(&self) -> usize {
        if self.reading() { 0 } else { self.before.len() }
    }

    pub fn forget_homeless(&mut self) {
        self.before.clear();
    }

    pub fn step(&mut self, locale: &Locale, by: isize) {
        if let Some(entry) = self.entries.get_mut(self.focus) {
            entry.check(locale);
        }
        let count = self.entries.len().max(1);
        self.focus = (self.focus + count).saturating_add_signed(by) % count;
    }

    /// A key in the field under the cursor; `false`: it means nothing there.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        self.entries.get_mut(self.focus).is_some_and(|entry| {
            entry.error = None;
            entry.input.key(key)
        })
    }

    pub fn paste(&mut self, text: &str) {
        if let Some(entry) = self.entries.get_mut(self.focus) {
            entry.error = None;
            entry.input.paste(text);
        }
    }

    /// The marks to save; `None`: one is wrong, and the cursor stands on it.
    pub fn read(&mut self, locale: &Locale) -> Option<Vec<FirstMark>> {
        for entry in &mut self.entries {
            entry.check(locale);
        }
        if let Some(wrong) = self.entries.iter().position(|entry| entry.error.is_some()) {
            self.focus = wrong;
            return None;
        }
        let mark = |entry: &Entry| {
            let value = parse_mark(entry.input.text(), entry.evaluation.scale).ok()??;
            Some(FirstMark { sheet: entry.sheet.clone(), evaluation: entry.evaluation.id.clone(), value })
        };
        Some(self.entries.iter().filter_map(mark).collect())
    }
}

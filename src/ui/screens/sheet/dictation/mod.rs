//! Dictation: papers in the order of the pile. A few letters narrow the students, digits or a code are the mark, Enter
//! hands it in, and the next paper comes. Nothing is entered that has not been seen with the student's whole name, and
//! who has a mark already is only given another by Enter once more.

mod keys;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

pub use keys::{DICTATE_KEYS, DictateDo};

use super::{
    Mode, Sheet,
    cells::CellId,
    cursor::Cursor,
    grid::Grid,
    typed::{Editor, top_row},
    words,
};
use crate::{
    domain::{
        id::{EvaluationId, StudentId},
        score::{MarkCode, MarkValue, Scale},
        text_values::Name,
        words as folded,
    },
    t, text,
    text::sanitise,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        keymap::find,
        widgets::list::fitting,
    },
};

/// Papers being dictated.
#[derive(Clone, Debug)]
pub struct Dictation {
    /// The column; by its id, because columns may move beneath.
    pub column: EvaluationId,
    /// Letters of the name.
    pub typed: String,
    /// Who fits, the likeliest first.
    pub found: Vec<StudentId>,
    pub selected: usize,
    pub stage: Stage,
}

/// What is being typed.
#[derive(Clone, Debug)]
pub enum Stage {
    Name,
    Mark(Paper),
}

/// The mark of a student who has been found.
#[derive(Clone, Debug)]
pub struct Paper {
    pub student: StudentId,
    pub editor: Editor,
    pub code: Option<MarkCode>,
    /// The mark that stands there, of which the user has been told: Enter once more takes its place.
    told: Option<MarkValue>,
}

impl Paper {
    fn new(student: StudentId, editor: Editor) -> Self {
        Self { student, editor, code: None, told: None }
    }

    fn is_empty(&self) -> bool {
        self.code.is_none() && self.editor.is_empty()
    }
}

impl Dictation {
    /// Whom the next digit is for.
    #[must_use]
    pub fn chosen(&self) -> Option<&StudentId> {
        match &self.stage {
            Stage::Name => self.found.get(self.selected),
            Stage::Mark(paper) => Some(&paper.student),
        }
    }

    /// Something would be lost by leaving.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(&self.stage, Stage::Mark(paper) if !paper.is_empty())
    }

    fn next_paper(&mut self) {
        self.typed.clear();
        self.found.clear();
        (self.selected, self.stage) = (0, Stage::Name);
    }

    /// Shows those who fit what is typed: a whole name before its beginning, who has no mark before who has one.
    fn narrow(&mut self, grid: &Grid) {
        let wanted = folded::fold(&self.typed);
        self.selected = 0;
        self.found.clear();
        if wanted.trim().is_empty() {
            return;
        }
        let column = grid.columns().iter().position(|column| column.id == self.column);
        let rows: Vec<usize> =
            (0..grid.rows().len()).filter(|row| grid.rows().get(*row).is_some_and(|r| !r.left)).collect();
        let name = |row: &usize| grid.rows().get(*row).map(words::student).unwrap_or_default();
        let labels: Vec<String> = rows.iter().map(name).collect();
        let mut fits: Vec<(bool, bool, usize)> = fitting(&labels, &self.typed)
            .into_iter()
            .filter_map(|index| {
                let label = labels.get(index)?;
                let whole = folded::words(label).first().is_some_and(|first| first == wanted.trim());
                let row = *rows.get(index)?;
                Some((!whole, column.is_some_and(|column| grid.shown(row, column).is_some()), row))
            })
            .collect();
        fits.sort_by_key(|(whole, marked, _)| (*whole, *marked));
        self.found =
            fits.into_iter().filter_map(|(.., row)| grid.rows().get(row)).map(|row| row.student.clone()).collect();
    }
}

impl Sheet {
    pub(super) fn begin_dictation(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(column) = self.grid.as_ref().and_then(|grid| grid.columns().get(self.cursor.column)) else {
            return Vec::new();
        };
        let said = t!(ctx.locale, "sheet-dictate-begun", column = sanitise::line(column.title.as_str()));
        self.mode = Mode::Dictate(Box::new(Dictation {
            column: column.id.clone(),
            typed: String::new(),
            found: Vec::new(),
            selected: 0,
            stage: Stage::Name,
        }));
        vec![Effect::Say(Status::info(said))]
    }

    pub(super) fn dictate_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Mode::Dictate(mut dictation) = std::mem::replace(&mut self.mode, Mode::Browse) else { return Vec::new() };
        if let Some(grid) = &mut self.grid {
            grid.fade();
        }
        let mut stays = true;
        let effects = match find(DICTATE_KEYS, key) {
            Some(DictateDo::Confirm) => self.confirm_dictated(ctx, &mut dictation),
            Some(DictateDo::Next) => self.choose_dictated(&mut dictation, true),
            Some(DictateDo::Previous) => self.choose_dictated(&mut dictation, false),
            Some(DictateDo::Erase) => self.erase_dictated(&mut dictation),
            Some(DictateDo::Back) => {
                stays = back(&mut dictation);
                Vec::new()
            }
            None => match key.code {
                KeyCode::Char(c) if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {
                    self.dictate_char(ctx, &mut dictation, c)
                }
                _ => Vec::new(),
            },
        };
        // A choice between two marks may have come up.
        if stays && matches!(self.mode, Mode::Browse) {
            self.mode = Mode::Dictate(dictation);
        }
        effects
    }

    /// Text from the clipboard is typed.
    pub(super) fn dictate_paste(&mut self, ctx: &Ctx, pasted: &str) -> Vec<Effect> {
        let Mode::Dictate(mut dictation) = std::mem::replace(&mut self.mode, Mode::Browse) else { return Vec::new() };
        let mut effects = Vec::new();
        for c in sanitise::line(pasted).trim().chars().take(Name::MAX) {
            effects = self.dictate_char(ctx, &mut dictation, c);
        }
        self.mode = Mode::Dictate(dictation);
        effects
    }

    fn dictate_char(&mut self, ctx: &Ctx, dictation: &mut Dictation, c: char) -> Vec<Effect> {
        let digit = c.is_ascii_digit() || (self.french(ctx) && top_row(c).is_some());
        match &mut dictation.stage {
            Stage::Name if digit => match dictation.chosen().cloned() {
                Some(student) => {
                    dictation.stage = Stage::Mark(Paper::new(student, Editor::typing(c)));
                    Vec::new()
                }
                None => nobody(ctx, dictation),
            },
            Stage::Name if c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’' | '.') => {
                if dictation.typed.chars().count() < Name::MAX {
                    dictation.typed.push(c);
                }
                self.narrowed(dictation);
                if dictation.found.is_empty() { nobody(ctx, dictation) } else { Vec::new() }
            }
            Stage::Name => vec![Effect::Bell],
            Stage::Mark(paper) => {
                paper.told = None;
                match code_of(c) {
                    Some(code) if paper.editor.is_empty() => paper.code = Some(code),
                    _ if digit || matches!(c, ',' | '.' | '-' | '/') => {
                        paper.code = None;
                        paper.editor.insert(c.encode_utf8(&mut [0; 4]));
                    }
                    _ => return vec![Effect::Bell, Effect::Say(Status::info(t!(ctx.locale, "sheet-dictate-mark")))],
                }
                Vec::new()
            }
        }
    }

    fn narrowed(&mut self, dictation: &mut Dictation) {
        if let Some(grid) = &self.grid {
            dictation.narrow(grid);
        }
        self.show_chosen(dictation);
    }

    /// The cursor stands on whom the next digit is for.
    fn show_chosen(&mut self, dictation: &Dictation) {
        let cell =
            dictation.chosen().map(|student| CellId { student: student.clone(), evaluation: dictation.column.clone() });
        if let (Some(cell), Some(grid)) = (cell, &self.grid)
            && let Some((row, column)) = grid.place(&cell)
        {
            self.cursor = Cursor { row, column };
        }
    }

    fn choose_dictated(&mut self, dictation: &mut Dictation, next: bool) -> Vec<Effect> {
        if matches!(dictation.stage, Stage::Mark(_)) {
            return vec![Effect::Bell];
        }
        let last = dictation.found.len().saturating_sub(1);
        let to = if next { dictation.selected.saturating_add(1) } else { dictation.selected.saturating_sub(1) };
        dictation.selected = to.min(last);
        self.show_chosen(dictation);
        Vec::new()
    }

    fn erase_dictated(&mut self, dictation: &mut Dictation) -> Vec<Effect> {
        match &mut dictation.stage {
            Stage::Mark(paper) if paper.is_empty() => dictation.stage = Stage::Name,
            Stage::Mark(paper) => {
                (paper.code, paper.told) = (None, None);
                paper.editor.backspace();
            }
            Stage::Name => {
                dictation.typed.pop();
                self.narrowed(dictation);
            }
        }
        Vec::new()
    }

    /// Enter: the student is the right one; or the mark is.
    fn confirm_dictated(&mut self, ctx: &Ctx, dictation: &mut Dictation) -> Vec<Effect> {
        let chosen = dictation.chosen().cloned();
        match (&mut dictation.stage, chosen) {
            (Stage::Name, Some(student)) => {
                dictation.stage = Stage::Mark(Paper::new(student, Editor::default()));
                Vec::new()
            }
            (Stage::Name, None) => nobody(ctx, dictation),
            (Stage::Mark(paper), _) if paper.is_empty() => {
                vec![Effect::Bell, Effect::Say(Status::info(t!(ctx.locale, "sheet-dictate-mark")))]
            }
            (Stage::Mark(_), _) => self.hand_in_dictated(ctx, dictation),
        }
    }

    fn hand_in_dictated(&mut self, ctx: &Ctx, dictation: &mut Dictation) -> Vec<Effect> {
        let locale = &ctx.locale;
        let (Some(grid), Stage::Mark(paper)) = (&self.grid, &mut dictation.stage) else { return Vec::new() };
        let cell = CellId { student: paper.student.clone(), evaluation: dictation.column.clone() };
        let Some((row, column)) = grid.place(&cell) else {
            dictation.next_paper();
            return vec![Effect::Bell, Effect::Say(Status::bad(t!(locale, "sheet-dictate-gone")))];
        };
        let scale = grid.columns().get(column).map_or(Scale::TWENTY, |column| column.scale);
        let value = match paper.code {
            Some(code) => Ok(Some(MarkValue::Code(code))),
            None => self.read_typed(ctx, &paper.editor, scale),
        };
        let value = match value {
            Ok(value) => value,
            Err(error) => return vec![Effect::Bell, Effect::Say(Status::bad(text::mark_error(locale, error)))],
        };
        let stands = grid.shown(row, column);
        if stands.is_some() && stands != value && paper.told != stands {
            paper.told = stands;
            let student = grid.rows().get(row).map(words::student).unwrap_or_default();
            let (before, value) = (words::value(locale, stands), words::value(locale, value));
            let said = t!(locale, "sheet-dictate-again", student = student, before = before, value = value);
            return vec![Effect::Bell, Effect::Say(Status::bad(said))];
        }
        self.cursor = Cursor { row, column };
        let mut effects = self.enter(ctx, value);
        dictation.next_paper();
        if self.grid.as_ref().map(|grid| grid.filled(column)).is_some_and(|(filled, all)| filled == all) {
            effects.push(Effect::Say(Status::good(t!(locale, "sheet-dictate-all"))));
        }
        effects
    }
}

/// One step back; `false`: out of dictation.
fn back(dictation: &mut Dictation) -> bool {
    match dictation.stage {
        Stage::Mark(_) => dictation.stage = Stage::Name,
        Stage::Name if dictation.typed.is_empty() => return false,
        Stage::Name => dictation.next_paper(),
    }
    true
}

fn nobody(ctx: &Ctx, dictation: &Dictation) -> Vec<Effect> {
    let said = if dictation.typed.trim().is_empty() {
        t!(ctx.locale, "sheet-dictate-name-first")
    } else {
        t!(ctx.locale, "sheet-dictate-nobody", text = sanitise::line(&dictation.typed))
    };
    vec![Effect::Bell, Effect::Say(Status::info(said))]
}

/// The code of a letter, as on the sheet.
pub(super) fn code_of(c: char) -> Option<MarkCode> {
    match c {
        'a' => Some(MarkCode::Abs),
        'A' => Some(MarkCode::Absn),
        'd' => Some(MarkCode::Disp),
        'n' => Some(MarkCode::Nn),
        'r' => Some(MarkCode::Nr),
        _ => None,
    }
}

//! Columns from the sheet: add, change, delete, bring back; and the way to another term.

use super::{
    Errand, Mode, Sheet,
    grid::{Grid, ReadOnly},
    keys::{COLUMN_KEYS, ColumnDo, Side},
    words,
};
use crate::{
    domain::{
        bulletin::{BulletinOf, BulletinPage},
        id::ActId,
    },
    protocol::{BulletinKey, Failure, Reply, Request, SheetRow, Why},
    t,
    text::{self, format, sanitise},
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        keymap::find,
        popup::question::Question,
        screens::{
            Route,
            evaluation_form::{self, EvaluationForm},
        },
        widgets::form::FormEvent,
    },
};
use ratatui::crossterm::event::KeyEvent;

/// So many averages that moved are told one by one.
const MOVED: usize = 12;
/// Tag of the question before a column goes.
const DELETE: &str = "sheet-delete-column";

impl Sheet {
    /// Why columns cannot be changed; `None`: they can.
    pub(super) fn no_columns_change(&self, ctx: &Ctx) -> Option<String> {
        match self.grid.as_ref().map(Grid::read_only) {
            None => Some(t!(ctx.locale, "sheet-not-read-yet")),
            Some(Some(ReadOnly::Closed)) => Some(words::closed(ctx, &self.key.year)),
            Some(Some(ReadOnly::NotYours)) => Some(words::not_yours(ctx)),
            Some(None) => None,
        }
    }

    pub(super) fn add_column(&mut self, ctx: &Ctx) -> Vec<Effect> {
        if let Some(grid) = &self.grid {
            let form = EvaluationForm::new(ctx, grid.columns(), None, grid.sheet().version);
            self.mode = Mode::Column(Box::new(form));
        }
        Vec::new()
    }

    pub(super) fn edit_column(&mut self, ctx: &Ctx) -> Vec<Effect> {
        if let Some(grid) = &self.grid
            && let Some(column) = grid.columns().get(self.cursor.column)
        {
            let form = EvaluationForm::new(ctx, grid.columns(), Some(column), grid.sheet().version);
            self.mode = Mode::Column(Box::new(form));
        }
        Vec::new()
    }

    pub(super) fn column_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match find(COLUMN_KEYS, key) {
            Some(ColumnDo::Save) => return self.save_column(ctx),
            Some(ColumnDo::Cancel) => {
                self.mode = Mode::Browse;
                return vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-cancelled")))];
            }
            Some(ColumnDo::Move) | None => {}
        }
        let Mode::Column(column) = &mut self.mode else { return Vec::new() };
        let event = column.form.key(key);
        column.follow_kind(ctx);
        match event {
            FormEvent::Submit => self.save_column(ctx),
            FormEvent::Cut => vec![Effect::Bell],
            FormEvent::Ignored | FormEvent::Moved | FormEvent::Changed => Vec::new(),
        }
    }

    fn save_column(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Mode::Column(column) = &mut self.mode else { return Vec::new() };
        if column.saving.is_some() {
            return Vec::new();
        }
        let Some(draft) = column.draft(ctx, self.key.clone()) else { return vec![Effect::Bell] };
        let id = self.outbox.fresh();
        column.saving = Some(id);
        let before = self.grid.as_ref().filter(|_| draft.id.is_some()).map(Grid::averages);
        self.errands.insert(id, Errand::Save { said: evaluation_form::saved(ctx, &draft), before });
        vec![Effect::Write { id, request: Request::SaveEvaluation(Box::new(draft)) }]
    }

    pub(super) fn ask_to_delete_column(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(grid) = &self.grid else { return Vec::new() };
        let Some(column) = grid.columns().get(self.cursor.column) else { return Vec::new() };
        let count = (0..grid.rows().len()).filter(|row| grid.shown(*row, self.cursor.column).is_some()).count();
        self.deleting = Some(column.id.clone());
        let title = t!(ctx.locale, "sheet-delete-title");
        let text = t!(ctx.locale, "sheet-delete-text", title = column.title.as_str(), count = count);
        vec![Effect::Question(Question::confirm(&ctx.locale, DELETE, title, text))]
    }

    pub(super) fn chosen(&mut self, ctx: &Ctx, tag: &'static str, option: usize) -> Vec<Effect> {
        if tag != DELETE || option != 0 || self.no_columns_change(ctx).is_some() {
            return Vec::new();
        }
        let Some(grid) = &self.grid else { return Vec::new() };
        let Some(deleting) = self.deleting.take() else { return Vec::new() };
        let Some(column) = grid.columns().iter().find(|column| column.id == deleting) else { return Vec::new() };
        let request = Request::DeleteEvaluation {
            sheet: self.key.clone(),
            evaluation: column.id.clone(),
            version: grid.sheet().version,
        };
        let id = self.outbox.fresh();
        self.errands.insert(id, Errand::Delete { title: column.title.to_string() });
        vec![Effect::Write { id, request }]
    }

    /// Moves the column under the cursor by one place.
    pub(super) fn move_column(&mut self, side: Side) -> Vec<Effect> {
        let Some(grid) = &self.grid else { return Vec::new() };
        let here = self.cursor.column;
        let Some(column) = grid.columns().get(here) else { return Vec::new() };
        let to = match side {
            Side::Left => here.saturating_sub(1),
            Side::Right => here.saturating_add(1),
        };
        let request = Request::MoveEvaluation {
            sheet: self.key.clone(),
            evaluation: column.id.clone(),
            to: u32::try_from(to).unwrap_or(u32::MAX),
            version: grid.sheet().version,
        };
        let id = self.outbox.fresh();
        self.errands.insert(id, Errand::Move);
        vec![Effect::Write { id, request }]
    }

    /// The appreciations beside this sheet, at the student under the cursor.
    pub(super) fn remarks(&self) -> Vec<Effect> {
        let of = BulletinOf { class: self.key.class.clone(), year: self.key.year.clone(), term: self.key.term };
        let key = BulletinKey { of, page: BulletinPage::Subject(self.key.subject.clone()) };
        let rows = self.grid.as_ref().map(Grid::rows).unwrap_or_default();
        let student = rows.get(self.cursor.row).map(|row| row.student.clone());
        vec![Effect::Go(Route::Bulletin { key, student })]
    }

    /// Shows the column under the cursor to families, or takes it from them.
    pub(super) fn publish(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(grid) = &self.grid else { return Vec::new() };
        let Some(column) = grid.columns().get(self.cursor.column) else { return Vec::new() };
        let draft = evaluation_form::turned(&self.key, column, grid.sheet().version);
        let title = sanitise::line(column.title.as_str());
        let said = evaluation_form::published(ctx, &title, draft.published);
        let id = self.outbox.fresh();
        let before = Some(grid.averages());
        self.errands.insert(id, Errand::Save { said, before });
        vec![Effect::Write { id, request: Request::SaveEvaluation(Box::new(draft)) }]
    }

    /// After a changed scale or coefficient: whose average is another now.
    pub(super) fn tell_moved(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let (Some(before), Some(grid)) = (self.moved_from.take(), &self.grid) else { return Vec::new() };
        let now = grid.averages();
        let lang = ctx.locale.lang();
        let line = |row: &SheetRow| {
            let (old, new) = (before.get(&row.student).copied().flatten(), now.get(&row.student).copied().flatten());
            let arrow = if ctx.theme.plain { "->" } else { "→" };
            (old != new).then(|| {
                format!(
                    "{} : {} {arrow} {}",
                    words::student(row),
                    format::average(old, lang),
                    format::average(new, lang)
                )
            })
        };
        let mut moved: Vec<String> = grid.rows().iter().filter_map(line).collect();
        let count = moved.len();
        if count == 0 {
            return Vec::new();
        }
        if count > MOVED {
            moved.truncate(MOVED);
            moved.push(t!(ctx.locale, "sheet-waiting-more", count = count.saturating_sub(MOVED)));
        }
        let title = t!(ctx.locale, "sheet-averages-moved", count = count);
        vec![Effect::Message { title, text: moved.join("\n") }]
    }

    /// Undoes the last change of the columns.
    pub(super) fn bring_column_back(&mut self, act: ActId) -> Vec<Effect> {
        let id = self.outbox.fresh();
        self.errands.insert(id, Errand::BringBack);
        vec![Effect::Write { id, request: Request::Undo(act) }]
    }

    /// A write about columns has been answered.
    pub(super) fn errand_done(
        &mut self,
        ctx: &Ctx,
        id: u64,
        errand: Errand,
        result: Result<Reply, Failure>,
    ) -> Vec<Effect> {
        let locale = &ctx.locale;
        let mut effects = match (result, errand) {
            (Ok(reply), Errand::Save { said, before }) => {
                // What was changed is taken back by `u`; what was added is deleted like any other column.
                if let (Reply::Acted(act), true) = (reply, before.is_some()) {
                    self.deleted = Some(act);
                }
                self.moved_from = before;
                if matches!(&self.mode, Mode::Column(column) if column.saving == Some(id)) {
                    if matches!(&self.mode, Mode::Column(column) if column.id.is_none()) {
                        self.to_new_column = true;
                    }
                    self.mode = Mode::Browse;
                }
                vec![Effect::Say(Status::good(said))]
            }
            (Ok(reply), Errand::Delete { title }) => {
                if let Reply::Acted(act) = reply {
                    self.deleted = Some(act);
                }
                vec![Effect::Say(Status::good(t!(locale, "sheet-column-deleted", title = title)))]
            }
            // What was given up is gone from the screen already.
            (Ok(_), Errand::DropKept) => Vec::new(),
            (Ok(reply), Errand::Move) => {
                if let Reply::Acted(act) = reply {
                    self.deleted = Some(act);
                }
                vec![Effect::Say(Status::good(t!(locale, "sheet-column-moved")))]
            }
            (Ok(_), Errand::BringBack) => vec![Effect::Say(Status::good(t!(locale, "sheet-column-back")))],
            (Err(failure), errand) => self.errand_failed(ctx, id, &errand, &failure),
        };
        effects.extend(self.read_again());
        effects
    }

    fn errand_failed(&mut self, ctx: &Ctx, id: u64, errand: &Errand, failure: &Failure) -> Vec<Effect> {
        let sentence = match (&mut self.mode, errand) {
            (Mode::Column(column), Errand::Save { .. }) if column.saving == Some(id) => {
                let sentence = column.failed(ctx, failure);
                match (sentence, failure) {
                    (Some(sentence), _) => sentence,
                    // Longer than the line at its field.
                    (None, Failure::Invalid { why: Why::MarksAbove { .. }, .. }) => {
                        let title = t!(ctx.locale, "sheet-marks-above-title");
                        let text = text::failure(&ctx.locale, failure);
                        return vec![Effect::Bell, Effect::Message { title, text }];
                    }
                    (None, _) => return vec![Effect::Bell],
                }
            }
            (_, Errand::Save { .. } | Errand::Delete { .. } | Errand::Move | Errand::BringBack | Errand::DropKept) => {
                text::failure(&ctx.locale, failure)
            }
        };
        vec![Effect::Bell, Effect::Say(Status::bad(sentence))]
    }

    /// To the same sheet of the next or previous term, on the same student.
    pub(super) fn change_term(&mut self, ctx: &Ctx, next: bool) -> Vec<Effect> {
        let terms = ctx.setup().map(|setup| setup.terms_of(&self.key.year)).unwrap_or_default();
        let to = match (terms.iter().position(|term| *term == self.key.term), next) {
            (Some(place), true) => terms.get(place.saturating_add(1)),
            (Some(place), false) => place.checked_sub(1).and_then(|place| terms.get(place)),
            (None, _) => terms.first(),
        };
        let Some(term) = to.copied() else {
            return vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-no-other-term")))];
        };
        if !self.outbox.is_empty() || self.grid.as_ref().is_some_and(Grid::at_risk) {
            return vec![Effect::Say(Status::bad(t!(ctx.locale, "sheet-unsettled")))];
        }
        let mut key = self.key.clone();
        key.term = term;
        let rows = self.grid.as_ref().map(Grid::rows).unwrap_or_default();
        let student = rows.get(self.cursor.row).map(|row| row.student.clone());
        vec![Effect::Replace(Route::Sheet { key, student })]
    }
}

//! Messages in, effects out.

use ratatui::crossterm::event::{KeyEvent, MouseButton, MouseEventKind};

use super::{
    Errand, Evaluations, READ,
    keys::{Do, FORM_KEYS, FormDo, KEYS},
    view,
};
use crate::{
    protocol::{Event, Failure, Reply, Request},
    t,
    text::{self, sanitise},
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        keymap::find,
        msg::ScreenMsg,
        popup::question::Question,
        screens::{
            Route,
            evaluation_form::{self, EvaluationForm},
            sheet::Side,
        },
        widgets::form::FormEvent,
    },
};

/// Tag of the question before an evaluation goes.
const DELETE: &str = "evaluations-delete";

impl Evaluations {
    pub(super) fn handle(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened | ScreenMsg::Returned(_) => self.read(),
            ScreenMsg::Event(event) => match event {
                Event::Kept { .. } | Event::Lamp { .. } | Event::Progress { .. } | Event::Store(_) => Vec::new(),
                Event::Sheet(_) | Event::Elsewhere | Event::Setup | Event::Students(_) => self.read(),
            },
            ScreenMsg::Key(key) if self.form.is_some() => self.form_key(ctx, key),
            ScreenMsg::Key(key) => self.key(ctx, key),
            ScreenMsg::Paste(text) => {
                if let Some(form) = &mut self.form {
                    form.form.paste(&text);
                }
                Vec::new()
            }
            ScreenMsg::Answer { slot, result } if slot == READ => self.have_read(ctx, result),
            ScreenMsg::Written { id, result } => self.written(ctx, id, result),
            ScreenMsg::Chosen { tag: DELETE, option: 0 } => self.delete(),
            ScreenMsg::Mouse(mouse) if self.form.is_none() => {
                match mouse.kind {
                    MouseEventKind::ScrollDown => self.step(1),
                    MouseEventKind::ScrollUp => self.step(-1),
                    MouseEventKind::Down(MouseButton::Left) => {
                        let place = view::at(ctx.body(), mouse.row).map(|n| n.saturating_add(self.first(ctx)));
                        self.selected = place.filter(|place| *place < self.count()).unwrap_or(self.selected);
                    }
                    _ => {}
                }
                Vec::new()
            }
            ScreenMsg::Mouse(_)
            | ScreenMsg::Answer { .. }
            | ScreenMsg::File { .. }
            | ScreenMsg::Progress { .. }
            | ScreenMsg::Chosen { .. }
            | ScreenMsg::Tick
            | ScreenMsg::Language => Vec::new(),
        }
    }

    fn read(&self) -> Vec<Effect> {
        vec![Effect::Ask { slot: READ, request: Request::OpenSheet(self.key.clone()) }]
    }

    fn have_read(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        match result {
            Ok(Reply::Sheet(sheet)) => {
                let here = self.sheet.as_ref().and_then(|old| old.evaluations.get(self.selected)).map(|e| e.id.clone());
                let place = sheet.evaluations.iter().position(|evaluation| Some(&evaluation.id) == here.as_ref());
                self.selected = place.unwrap_or(self.selected);
                if let Some(form) = &mut self.form {
                    form.version = sheet.version;
                }
                (self.sheet, self.trouble) = (Some(*sheet), None);
                Vec::new()
            }
            Ok(other) => {
                tracing::warn!(?other, "not a sheet");
                Vec::new()
            }
            Err(failure) => {
                let said = text::failure(&ctx.locale, &failure);
                self.trouble = Some(failure);
                vec![Effect::Say(Status::bad(said))]
            }
        }
    }

    fn step(&mut self, by: isize) {
        self.selected = self.selected.saturating_add_signed(by).min(self.count().saturating_sub(1));
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Some(action) = find(KEYS, key) else { return Vec::new() };
        if let Some(why) = self.why_not(ctx, action) {
            return vec![Effect::Say(Status::info(why))];
        }
        match action {
            Do::Edit => self.open_form(ctx, false),
            Do::Add => self.open_form(ctx, true),
            Do::Delete => return self.ask_to_delete(ctx),
            Do::Publish => return self.publish(ctx),
            Do::Undo => {
                // Taken once: the next reading tells what can be taken back then.
                if let Some(act) = self.sheet.as_mut().and_then(|sheet| sheet.columns_undo.take()) {
                    return self.write(Errand::BringBack, Request::Undo(act));
                }
            }
            Do::Move(side) => return self.shift(side),
            Do::Sheet => return vec![Effect::Go(Route::Sheet { key: self.key.clone(), student: None })],
            Do::Down => self.step(1),
            Do::Up => self.step(-1),
            Do::First => self.selected = 0,
            Do::Last => self.step(isize::MAX),
        }
        Vec::new()
    }

    /// Moves the evaluation under the cursor by one place.
    fn shift(&mut self, side: Side) -> Vec<Effect> {
        let Some(sheet) = &self.sheet else { return Vec::new() };
        let Some(evaluation) = sheet.evaluations.get(self.selected) else { return Vec::new() };
        let to = match side {
            Side::Left => self.selected.saturating_sub(1),
            Side::Right => self.selected.saturating_add(1),
        };
        let request = Request::MoveEvaluation {
            sheet: self.key.clone(),
            evaluation: evaluation.id.clone(),
            to: u32::try_from(to).unwrap_or(u32::MAX),
            version: sheet.version,
        };
        self.write(Errand::Move, request)
    }

    fn open_form(&mut self, ctx: &Ctx, new: bool) {
        if let Some(sheet) = &self.sheet {
            let old = sheet.evaluations.get(self.selected).filter(|_| !new);
            self.form = Some(EvaluationForm::new(ctx, &sheet.evaluations, old, sheet.version));
        }
    }

    fn write(&mut self, errand: Errand, request: Request) -> Vec<Effect> {
        self.last = self.last.saturating_add(1);
        self.errands.insert(self.last, errand);
        vec![Effect::Write { id: self.last, request }]
    }

    fn form_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match find(FORM_KEYS, key) {
            Some(FormDo::Save) => return self.save(ctx),
            Some(FormDo::Cancel) => {
                self.form = None;
                return vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-cancelled")))];
            }
            Some(FormDo::Move) | None => {}
        }
        let Some(form) = &mut self.form else { return Vec::new() };
        let event = form.form.key(key);
        form.follow_kind(ctx);
        match event {
            FormEvent::Submit => self.save(ctx),
            FormEvent::Cut => vec![Effect::Bell],
            FormEvent::Ignored | FormEvent::Moved | FormEvent::Changed => Vec::new(),
        }
    }

    fn save(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(form) = self.form.as_mut().filter(|form| form.saving.is_none()) else { return Vec::new() };
        let Some(draft) = form.draft(ctx, self.key.clone()) else { return vec![Effect::Bell] };
        form.saving = Some(self.last.saturating_add(1));
        let said = evaluation_form::saved(ctx, &draft);
        self.write(Errand::Save { said }, Request::SaveEvaluation(Box::new(draft)))
    }

    /// Shows the evaluation under the cursor to families, or takes it from them.
    fn publish(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(sheet) = &self.sheet else { return Vec::new() };
        let Some(evaluation) = sheet.evaluations.get(self.selected) else { return Vec::new() };
        let draft = evaluation_form::turned(&self.key, evaluation, sheet.version);
        let said = evaluation_form::published(ctx, &sanitise::line(evaluation.title.as_str()), draft.published);
        self.write(Errand::Save { said }, Request::SaveEvaluation(Box::new(draft)))
    }

    fn ask_to_delete(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(sheet) = &self.sheet else { return Vec::new() };
        let Some(evaluation) = sheet.evaluations.get(self.selected) else { return Vec::new() };
        let count = view::marks(sheet, self.selected);
        self.deleting = Some(evaluation.id.clone());
        let title = t!(ctx.locale, "sheet-delete-title");
        let text = t!(ctx.locale, "sheet-delete-text", title = evaluation.title.as_str(), count = count);
        vec![Effect::Question(Question::confirm(&ctx.locale, DELETE, title, text))]
    }

    fn delete(&mut self) -> Vec<Effect> {
        let (Some(sheet), Some(deleting)) = (&self.sheet, self.deleting.take()) else { return Vec::new() };
        let Some(evaluation) = sheet.evaluations.iter().find(|e| e.id == deleting) else { return Vec::new() };
        let title = evaluation.title.to_string();
        let request =
            Request::DeleteEvaluation { sheet: self.key.clone(), evaluation: deleting, version: sheet.version };
        self.write(Errand::Delete { title }, request)
    }

    fn written(&mut self, ctx: &Ctx, id: u64, result: Result<Reply, Failure>) -> Vec<Effect> {
        let locale = &ctx.locale;
        let Some(errand) = self.errands.remove(&id) else { return Vec::new() };
        let mine = self.form.as_ref().is_some_and(|form| form.saving == Some(id));
        let mut effects = match (result, errand) {
            (Ok(_), Errand::Save { said }) => {
                if mine {
                    self.form = None;
                }
                vec![Effect::Say(Status::good(said))]
            }
            (Ok(_), Errand::Delete { title }) => {
                vec![Effect::Say(Status::good(t!(locale, "sheet-column-deleted", title = title)))]
            }
            (Ok(_), Errand::Move) => vec![Effect::Say(Status::good(t!(locale, "sheet-column-moved")))],
            (Ok(_), Errand::BringBack) => vec![Effect::Say(Status::good(t!(locale, "sheet-column-back")))],
            (Err(failure), Errand::Save { .. } | Errand::Delete { .. } | Errand::Move | Errand::BringBack) => {
                let said = match self.form.as_mut().filter(|_| mine) {
                    Some(form) => form.failed(ctx, &failure),
                    None => Some(text::failure(locale, &failure)),
                };
                std::iter::once(Effect::Bell).chain(said.map(|said| Effect::Say(Status::bad(said)))).collect()
            }
        };
        effects.extend(self.read());
        effects
    }
}

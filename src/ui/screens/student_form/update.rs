//! What the form does.

use ratatui::crossterm::event::KeyEvent;

use super::{Do, KEYS, MARKS, MarksDo, Stage, StudentForm, Target, clash, fields, fields::Classes, marks};
use crate::{
    protocol::{Event, Failure, Field, Reply, Request, Why},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        keymap::find,
        msg::ScreenMsg,
        widgets::FormEvent,
    },
};

/// The student that is to be changed.
pub(super) const READ: Slot = Slot("student-form-read");

impl StudentForm {
    pub(super) fn on(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened => self.ask(),
            ScreenMsg::Key(key) => match self.stage {
                Stage::Reading { .. } => self.ask(),
                Stage::Fields => self.field_key(ctx, key),
                Stage::Marks => self.mark_key(ctx, key),
            },
            ScreenMsg::Paste(text) => match self.stage {
                Stage::Reading { .. } => Vec::new(),
                Stage::Fields => {
                    let event = self.form.paste(&text);
                    cut(ctx, event == FormEvent::Cut)
                }
                Stage::Marks => {
                    self.marks.paste(&text);
                    Vec::new()
                }
            },
            ScreenMsg::Answer { slot: READ, result } => self.read(ctx, result),
            ScreenMsg::Answer { slot: clash::THEIRS, result } => self.clashed(ctx, result),
            ScreenMsg::Answer { slot: marks::SHEETS, result } => self.sheet(ctx, result),
            ScreenMsg::Written { result, .. } => self.saved(ctx, result),
            ScreenMsg::Chosen { tag: clash::CLASH, option } => self.decided(ctx, option),
            ScreenMsg::Event(Event::Setup | Event::Elsewhere) | ScreenMsg::Language => {
                self.remake(ctx);
                Vec::new()
            }
            ScreenMsg::Returned(_)
            | ScreenMsg::Mouse(_)
            | ScreenMsg::Answer { .. }
            | ScreenMsg::File { .. }
            | ScreenMsg::Event(
                Event::Students(_)
                | Event::Sheet(_)
                | Event::Kept { .. }
                | Event::Lamp { .. }
                | Event::Progress { .. }
                | Event::Store(_),
            )
            | ScreenMsg::Progress { .. }
            | ScreenMsg::Chosen { .. }
            | ScreenMsg::Tick => Vec::new(),
        }
    }

    /// Reads the student that is to be changed.
    fn ask(&mut self) -> Vec<Effect> {
        match &self.target {
            Target::New => Vec::new(),
            Target::Change { id, .. } => {
                self.stage = Stage::Reading { trouble: None };
                vec![Effect::Ask { slot: READ, request: Request::OpenStudent(id.clone()) }]
            }
        }
    }

    fn read(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        let failure = match result {
            Ok(Reply::Student(card)) if card.may_edit => {
                self.classes = Classes::new(ctx, Some(&card.student));
                self.clean = fields::of(&card.student, card.starts, &self.classes);
                self.form = fields::form(&ctx.locale, &self.classes, &self.clean, false);
                if let Target::Change { read, .. } = &mut self.target {
                    *read = Some((card.student.version, card.student.full_name()));
                }
                self.stage = Stage::Fields;
                return Vec::new();
            }
            Ok(_) => Failure::Denied,
            Err(failure) => failure,
        };
        self.stage = Stage::Reading { trouble: Some(text::failure(&ctx.locale, &failure)) };
        Vec::new()
    }

    fn field_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match find(KEYS, key) {
            Some(Do::Save) => return self.submit(ctx, false),
            Some(Do::SaveNext) => return self.submit_and_next(ctx),
            Some(Do::Marks) => return self.open_marks(ctx),
            Some(Do::Next | Do::Previous | Do::Change) | None => {}
        }
        let before = self.form.focused();
        let unmatched = self.form.unmatched().map(|(_, typed)| typed.to_owned());
        let event = self.form.key(key);
        if let (Some(what), Some(field)) = (unmatched, before)
            && (self.form.focused() != before || event == FormEvent::Submit)
        {
            // What was typed is none of the choices: one stays there, and it is said.
            self.form.clear_errors();
            self.form.error(field, text::why(&ctx.locale, &Why::Unknown { what }));
            return Vec::new();
        }
        if self.form.focused() != before
            && let Some(field) = before
        {
            self.check(ctx, field);
        }
        match event {
            FormEvent::Submit => self.submit(ctx, false),
            FormEvent::Cut => cut(ctx, true),
            FormEvent::Ignored | FormEvent::Moved | FormEvent::Changed => Vec::new(),
        }
    }

    /// A field is left: it is written properly, or what is wrong stands under it.
    fn check(&mut self, ctx: &Ctx, field: Field) {
        match fields::check(ctx, &self.form, field, self.is_new()) {
            Ok(Some(text)) if text != self.form.value(field) => self.form.set(field, &text),
            // What is still missing is said when the form is handed in.
            Ok(_) | Err(Why::Missing) => {}
            Err(why) => {
                if let Some(field) = self.form.field_mut(field) {
                    field.error = Some(text::why(&ctx.locale, &why));
                }
            }
        }
    }

    fn open_marks(&mut self, ctx: &Ctx) -> Vec<Effect> {
        self.form.accept();
        let class = self.form.chosen(Field::Class).and_then(|index| self.classes.get(index)).cloned();
        let Some(class) = class else {
            self.form.clear_errors();
            self.form.error(Field::Class, t!(ctx.locale, "student-form-marks-class-first"));
            return Vec::new();
        };
        self.stage = Stage::Marks;
        self.marks.open(ctx, &class)
    }

    fn mark_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match find(MARKS, key) {
            Some(MarksDo::Save) => return self.submit(ctx, false),
            Some(MarksDo::SaveNext) => return self.submit_and_next(ctx),
            Some(MarksDo::Fields) => {
                self.marks.step(&ctx.locale, 0);
                self.stage = Stage::Fields;
            }
            Some(MarksDo::Next) => self.marks.step(&ctx.locale, 1),
            Some(MarksDo::Previous) => self.marks.step(&ctx.locale, -1),
            None => {
                self.marks.key(key);
            }
        }
        Vec::new()
    }

    fn sheet(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        let mut effects = match result {
            Ok(Reply::Sheet(view)) => self.marks.sheet(ctx, *view),
            Ok(_) => Vec::new(),
            Err(failure) => {
                self.marks.failed(text::failure(&ctx.locale, &failure));
                Vec::new()
            }
        };
        let homeless = self.marks.homeless();
        if homeless > 0 {
            self.marks.forget_homeless();
            effects.push(Effect::Say(Status::bad(t!(ctx.locale, "student-form-marks-homeless", count = homeless))));
        }
        effects
    }

    /// Labels again, in another language or with other classes; what was typed stays.
    fn remake(&mut self, ctx: &Ctx) {
        let class = self.form.chosen(Field::Class).and_then(|index| self.classes.get(index)).cloned();
        let classes = self.classes.with_those_of(ctx);
        let moved = |index: &Option<usize>| {
            index.and_then(|index| self.classes.get(index)).and_then(|class| classes.position(class))
        };
        for (field, cell) in &mut self.clean {
            if let (Field::Class, fields::Cell::Pick(index)) = (*field, cell) {
                *index = moved(index);
            }
        }
        let mut cells = fields::cells(&self.form);
        for (field, cell) in &mut cells {
            if *field == Field::Class {
                *cell = fields::Cell::Pick(class.as_ref().and_then(|class| classes.position(class)));
            }
        }
        let (focus, errors) = (self.form.focused(), self.form.has_errors());
        self.form = fields::form(&ctx.locale, &classes, &cells, self.is_new());
        self.classes = classes;
        if errors {
            // In the language that is spoken now.
            let new = self.is_new();
            fields::read(ctx, &mut self.form, &self.classes, new);
        }
        if let Some(field) = focus {
            self.form.focus(field);
        }
    }
}

/// What did not fit is said.
fn cut(ctx: &Ctx, cut: bool) -> Vec<Effect> {
    if !cut {
        return Vec::new();
    }
    vec![Effect::Bell, Effect::Say(Status::bad(t!(ctx.locale, "input-cut")))]
}

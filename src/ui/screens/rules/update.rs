//! What the rules screen does.

use ratatui::crossterm::event::KeyEvent;

use super::{Choice, Do, FORM_KEYS, FormDo, KEYS, Rules, Stage, WORK_KEYS, WorkDo, form, view};
use crate::{
    domain::rules::{Preset, RuleSet, check},
    protocol::{Event, Failure, Reply, Request, RulesPreview, SaveRules, Why},
    t,
    text::{self, format, sanitise},
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        keymap::find,
        msg::ScreenMsg,
        popup::question::Question,
        rules_shown,
        widgets::form::{FormEvent, told},
    },
};

const READ: Slot = Slot("rules");
const PREVIEW: Slot = Slot("rules-preview");
const STOP: Slot = Slot("rules-stop");
const WRITE: u64 = 1;
const FORCE: &str = "rules-force";
const PRESET: &str = "rules-preset";
const LEAVE: &str = "rules-leave";
/// Changed averages that the question before saving names.
const NAMED: usize = 6;

impl Rules {
    pub(super) fn on(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened | ScreenMsg::Returned(_) | ScreenMsg::Event(Event::Setup | Event::Elsewhere) => {
                return vec![read()];
            }
            ScreenMsg::Key(key) => return self.key(ctx, key),
            ScreenMsg::Paste(text) => {
                if let Stage::Form(form) = &mut self.stage {
                    return told(ctx, form.paste(&text));
                }
            }
            ScreenMsg::Answer { slot: READ, result } => self.read_came(ctx, result),
            ScreenMsg::Answer { slot: PREVIEW, result } => return self.previewed(ctx, result),
            ScreenMsg::Written { result, .. } => return self.written(ctx, result),
            ScreenMsg::Progress { done, total } => {
                if let Stage::Work(progress) = &mut self.stage {
                    *progress = Some((done, total));
                }
            }
            ScreenMsg::Chosen { tag, option } => return self.chosen(ctx, tag, option),
            ScreenMsg::Answer { .. }
            | ScreenMsg::Event(
                Event::Students(_)
                | Event::Sheet(_)
                | Event::Kept { .. }
                | Event::Lamp { .. }
                | Event::Progress { .. }
                | Event::Store(_),
            )
            | ScreenMsg::Mouse(_)
            | ScreenMsg::File { .. }
            | ScreenMsg::Tick
            | ScreenMsg::Language => {}
        }
        Vec::new()
    }

    fn read_came(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) {
        match result {
            Ok(Reply::Rules(rows)) => {
                self.selected = self.selected.min(rows.len().saturating_sub(1));
                (self.rows, self.trouble) = (Some(rows), None);
            }
            Ok(_) => {}
            Err(failure) => self.trouble = Some(text::failure(&ctx.locale, &failure)),
        }
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match &mut self.stage {
            Stage::List => self.list_key(ctx, key),
            Stage::Form(form) => match find(FORM_KEYS, key) {
                Some(FormDo::Save) => self.hand_in(ctx),
                Some(FormDo::Leave) if form.is_changed() => {
                    let title = t!(ctx.locale, "rules-leave-title");
                    let sentence = t!(ctx.locale, "rules-leave-text");
                    vec![Effect::Question(Question::confirm(&ctx.locale, LEAVE, title, sentence))]
                }
                Some(FormDo::Leave) => {
                    self.stage = Stage::List;
                    Vec::new()
                }
                None => match form.key(key) {
                    FormEvent::Submit => self.hand_in(ctx),
                    event @ (FormEvent::Ignored | FormEvent::Moved | FormEvent::Changed | FormEvent::Cut) => {
                        told(ctx, event)
                    }
                },
            },
            Stage::Work(_) => match find(WORK_KEYS, key) {
                Some(WorkDo::Stop) => {
                    let said = Effect::Say(Status::info(t!(ctx.locale, "rules-stopping")));
                    vec![Effect::Ask { slot: STOP, request: Request::CancelRules }, said]
                }
                None => Vec::new(),
            },
        }
    }

    fn list_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let last = self.rows.as_ref().map_or(0, |rows| rows.len().saturating_sub(1));
        match find(KEYS, key) {
            Some(Do::Down) => (self.selected, self.first) = (self.selected.saturating_add(1).min(last), 0),
            Some(Do::Up) => (self.selected, self.first) = (self.selected.saturating_sub(1), 0),
            Some(Do::ShowDown) => self.first = self.first.saturating_add(5).min(self.lines(ctx)),
            Some(Do::ShowUp) => self.first = self.first.saturating_sub(5),
            Some(Do::Refresh) => return vec![read()],
            Some(Do::Edit) => {
                let Some(row) = self.row() else { return Vec::new() };
                let form = form::filled(&ctx.locale, &row.rules);
                self.begin();
                self.stage = Stage::Form(Box::new(form));
            }
            Some(Do::Use) => {
                let Some(rules) = self.row().map(|row| row.rules.clone()) else { return Vec::new() };
                self.begin();
                return self.ask(Choice::Known(rules.id.clone()), &rules);
            }
            Some(Do::Preset) => {
                let options =
                    vec![('m', t!(ctx.locale, "rules-preset-mali")), ('f', t!(ctx.locale, "rules-preset-france"))];
                let (title, sentence) = (t!(ctx.locale, "rules-preset-title"), t!(ctx.locale, "rules-preset-text"));
                return vec![Effect::Question(Question::choice(PRESET, title, sentence, options))];
            }
            None => {}
        }
        Vec::new()
    }

    fn lines(&self, ctx: &Ctx) -> usize {
        self.row().map_or(0, |row| rules_shown::lines(&ctx.locale, &row.rules).len().saturating_sub(1))
    }

    /// Somebody else's change from now on is not overwritten.
    fn begin(&mut self) {
        self.over = self.current().map(|rules| rules.id.clone()).unwrap_or_default();
    }

    /// Asks what it would change; the answer is a question.
    fn ask(&mut self, choice: Choice, rules: &RuleSet) -> Vec<Effect> {
        self.choice = Some(choice);
        self.preview = None;
        let request = Request::PreviewRules { rules: Box::new(rules.clone()), student: None };
        vec![Effect::Ask { slot: PREVIEW, request }]
    }

    fn hand_in(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(base) = self.row().map(|row| row.rules.clone()) else { return Vec::new() };
        let Stage::Form(form) = &mut self.stage else { return Vec::new() };
        form.accept();
        form.clear_errors();
        let rules = match form::read(form, &base) {
            Ok(rules) => rules,
            Err(wrong) => {
                for (field, why) in wrong {
                    form.error(field, text::why(&ctx.locale, &why));
                }
                return vec![Effect::Bell];
            }
        };
        let faults = check(&rules);
        for fault in &faults {
            form.error(form::field_of(fault), text::rules::fault(&ctx.locale, fault));
        }
        if faults.is_empty() { self.ask(Choice::New(Box::new(rules.clone())), &rules) } else { vec![Effect::Bell] }
    }

    fn previewed(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        match result {
            Ok(Reply::RulesPreview(preview)) => {
                let title = t!(ctx.locale, "rules-force-title");
                let question = Question::confirm(&ctx.locale, FORCE, title, change_text(ctx, &preview));
                self.preview = Some(*preview);
                vec![Effect::Question(question)]
            }
            Ok(_) => Vec::new(),
            Err(failure) => self.refused(ctx, &failure),
        }
    }

    fn refused(&mut self, ctx: &Ctx, failure: &Failure) -> Vec<Effect> {
        self.choice = None;
        if let (Stage::Form(form), Failure::Invalid { why: Why::Rules(faults), .. }) = (&mut self.stage, failure) {
            for fault in faults {
                form.error(form::field_of(fault), text::rules::fault(&ctx.locale, fault));
            }
            return vec![Effect::Bell];
        }
        vec![Effect::Bell, Effect::Say(Status::bad(text::failure(&ctx.locale, failure)))]
    }

    fn chosen(&mut self, ctx: &Ctx, tag: &'static str, option: usize) -> Vec<Effect> {
        match (tag, option) {
            (LEAVE, 0) => {
                self.stage = Stage::List;
                Vec::new()
            }
            (FORCE, 0) => self.force(),
            (PRESET, option) => {
                let preset = if option == 0 { Preset::Mali } else { Preset::France };
                let mut rules = preset.rules();
                let terms = ctx.setup().map_or(3, |setup| setup.terms().len().max(1));
                rules.annual_weights.resize(terms, 1);
                self.begin();
                self.ask(Choice::New(Box::new(rules.clone())), &rules)
            }
            _ => {
                self.choice = None;
                Vec::new()
            }
        }
    }

    fn force(&mut self) -> Vec<Effect> {
        let over = self.over.clone();
        let request = match self.choice.take() {
            Some(Choice::New(rules)) => Request::SaveRules(Box::new(SaveRules { rules: *rules, over })),
            Some(Choice::Known(id)) => Request::UseRules { id, over },
            None => return Vec::new(),
        };
        self.stage = Stage::Work(None);
        vec![Effect::Write { id: WRITE, request }]
    }

    fn written(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        self.stage = Stage::List;
        self.preview = None;
        let said = match result {
            Ok(Reply::RulesSaved { rules, act: None, .. }) => {
                Status::info(t!(ctx.locale, "rules-same", rules = sanitise::line(&rules.id)))
            }
            Ok(Reply::RulesSaved { rules, students, .. }) => {
                let students = format::integer(students, ctx.locale.lang());
                Status::good(t!(ctx.locale, "rules-saved", rules = sanitise::line(&rules.id), students = students))
            }
            Ok(_) => return vec![read()],
            Err(failure) => {
                return vec![Effect::Bell, Effect::Say(Status::bad(text::failure(&ctx.locale, &failure))), read()];
            }
        };
        vec![Effect::Say(said), read()]
    }

    /// The rules as the form has them now, if it can be read.
    pub(super) fn drafted(&self) -> Option<RuleSet> {
        let Stage::Form(form) = &self.stage else { return None };
        form::read(form, &self.row()?.rules).ok().filter(|rules| check(rules).is_empty())
    }
}

/// What would change: a student's averages before and after, and how many students.
fn change_text(ctx: &Ctx, preview: &RulesPreview) -> String {
    let locale = &ctx.locale;
    let mut lines = vec![rules_shown::students(locale, preview.students)];
    if let Some(example) = &preview.student {
        let line = |name: &str, change: &crate::protocol::BeforeAfter| {
            view::change(ctx, &sanitise::line(name), change.before, change.after)
        };
        lines.push(t!(locale, "rules-example-student", student = sanitise::line(&example.name)));
        let moved = example.subjects.iter().filter(|(_, change)| change.before != change.after);
        lines.extend(moved.take(NAMED).map(|(name, change)| line(name.as_str(), change)));
        lines.push(line(&t!(locale, "rules-example-general"), &example.general));
        lines.push(line(&t!(locale, "rules-example-year"), &example.year));
    }
    lines.push(t!(locale, "rules-force-text"));
    lines.join("\n")
}

fn read() -> Effect {
    Effect::Ask { slot: READ, request: Request::Rules }
}

//! What an import does.

use ratatui::crossterm::event::{KeyEvent, MouseEventKind};

use super::{
    COLUMNS_KEYS, ColumnsDo, DONE_KEYS, DoneDo, Import, NAME_KEYS, PICK_KEYS, PLAN_KEYS, PickDo, PlanDo, Step,
    columns::Use,
    path::Finding,
    plan::{Done, Planned, Work},
};
use crate::{
    domain::text_values::Name,
    protocol::{Failure, ImportFate, Reply, Request},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        keymap::find,
        msg::ScreenMsg,
        popup::question::Question,
        screens::Route,
        widgets::TextInput,
    },
};

const PLAN: Slot = Slot("import-plan");
const COMMIT: u64 = 1;
const UNDO: u64 = 2;
const ALL: &str = "import-all";
const GOOD: &str = "import-good";

impl Import {
    pub(super) fn on(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened => match &mut self.step {
                Step::Path(finding) => finding.list(ctx),
                Step::Columns | Step::Plan(_) | Step::Done(_) => Vec::new(),
            },
            ScreenMsg::Key(key) => self.key(ctx, key),
            ScreenMsg::Paste(text) => self.paste(ctx, &text),
            ScreenMsg::Mouse(mouse) => {
                match mouse.kind {
                    MouseEventKind::ScrollDown => self.step_by(1),
                    MouseEventKind::ScrollUp => self.step_by(-1),
                    _ => {}
                }
                Vec::new()
            }
            ScreenMsg::File { slot, result } => self.file(ctx, slot, result),
            ScreenMsg::Answer { result, .. } => self.planned(ctx, result),
            ScreenMsg::Written { id, result } => self.written(ctx, id, result),
            ScreenMsg::Progress { done, total } => {
                if let Step::Plan(planned) = &mut self.step
                    && planned.work != Work::Idle
                {
                    planned.work = Work::Going(done, total);
                }
                Vec::new()
            }
            ScreenMsg::Chosen { tag, option } => match (tag, option) {
                (ALL, 0) => self.commit(false),
                (GOOD, 0) => self.commit(true),
                _ => Vec::new(),
            },
            ScreenMsg::Returned(_) | ScreenMsg::Event(_) | ScreenMsg::Tick | ScreenMsg::Language => Vec::new(),
        }
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match &mut self.step {
            Step::Path(finding) => finding.key(ctx, key),
            Step::Columns => self.columns_key(ctx, key),
            Step::Plan(_) => self.plan_key(ctx, key),
            Step::Done(_) => self.done_key(ctx, key),
        }
    }

    fn step_by(&mut self, by: isize) {
        match (&mut self.step, &mut self.columns) {
            (Step::Columns, Some(columns)) => columns.step(by),
            (Step::Plan(planned), _) => planned.step(by),
            (Step::Path(_) | Step::Columns | Step::Done(_), _) => {}
        }
    }

    fn paste(&mut self, ctx: &Ctx, text: &str) -> Vec<Effect> {
        match (&mut self.step, &mut self.columns) {
            (Step::Path(finding), _) => {
                finding.typed.paste(text);
                return finding.typed_on(ctx);
            }
            (Step::Columns, Some(columns)) => {
                if let Some(naming) = &mut columns.naming {
                    naming.paste(text);
                } else if let Some(picking) = &mut columns.picking {
                    picking.typed.paste(text);
                    columns.pick(ctx);
                }
            }
            (Step::Columns | Step::Plan(_) | Step::Done(_), _) => {}
        }
        Vec::new()
    }

    fn columns_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Some(columns) = &mut self.columns else { return Vec::new() };
        if columns.picking.is_some() {
            return self.pick_key(ctx, key);
        }
        if columns.naming.is_some() {
            return self.name_key(key);
        }
        match find(COLUMNS_KEYS, key) {
            Some(ColumnsDo::Use) => columns.pick(ctx),
            Some(ColumnsDo::Drop) => columns.set(Use::Nothing),
            Some(ColumnsDo::Fill) => columns.fill = !columns.fill,
            Some(ColumnsDo::Source) => columns.naming = Some(TextInput::new(Name::MAX).with(&columns.source)),
            Some(ColumnsDo::Plan) => {
                columns.planning = true;
                columns.trouble = None;
                let request = Request::PlanImport(Box::new(columns.source()));
                return vec![Effect::Ask { slot: PLAN, request }];
            }
            Some(ColumnsDo::Back) => {
                let mut finding = Finding::new(&self.path);
                let effects = finding.list(ctx);
                self.step = Step::Path(Box::new(finding));
                return effects;
            }
            Some(ColumnsDo::Down) => columns.step(1),
            Some(ColumnsDo::Up) => columns.step(-1),
            Some(ColumnsDo::First) => columns.step(isize::MIN),
            Some(ColumnsDo::Last) => columns.step(isize::MAX),
            None => {}
        }
        Vec::new()
    }

    fn pick_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Some(columns) = &mut self.columns else { return Vec::new() };
        match find(PICK_KEYS, key) {
            Some(PickDo::Take) => columns.take(),
            Some(PickDo::Close) => columns.picking = None,
            Some(PickDo::Down | PickDo::Up) | None => {
                let Some(picking) = &mut columns.picking else { return Vec::new() };
                if !picking.list.key(key, false, ctx.size.1.saturating_sub(8)) && picking.typed.key(key) {
                    columns.pick(ctx);
                }
            }
        }
        Vec::new()
    }

    fn name_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let Some(columns) = &mut self.columns else { return Vec::new() };
        match find(NAME_KEYS, key) {
            Some(PickDo::Take) => {
                if let Some(name) = columns.naming.take().filter(|name| !name.text().trim().is_empty()) {
                    name.text().trim().clone_into(&mut columns.source);
                }
            }
            Some(PickDo::Close) => columns.naming = None,
            Some(PickDo::Down | PickDo::Up) | None => {
                if let Some(naming) = &mut columns.naming {
                    naming.key(key);
                }
            }
        }
        Vec::new()
    }

    /// The answer to the plan that was asked for.
    fn planned(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        let Some(columns) = &mut self.columns else { return Vec::new() };
        columns.planning = false;
        // One has gone on, or back to another file.
        if !matches!(self.step, Step::Columns) {
            return Vec::new();
        }
        match result {
            Ok(Reply::Plan(plan)) => self.step = Step::Plan(Planned::new(plan)),
            Ok(_) => {}
            Err(failure) => {
                columns.trouble = Some(text::failure(&ctx.locale, &failure));
                return vec![Effect::Bell];
            }
        }
        Vec::new()
    }

    fn plan_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Step::Plan(planned) = &mut self.step else { return Vec::new() };
        let page = isize::try_from(super::view::plan_rows(ctx).max(1)).unwrap_or(1);
        match find(PLAN_KEYS, key) {
            Some(PlanDo::Commit) => return vec![Effect::Question(ask(ctx, planned))],
            Some(PlanDo::NextFate) => planned.turn(true),
            Some(PlanDo::PreviousFate) => planned.turn(false),
            Some(PlanDo::Back) => self.step = Step::Columns,
            Some(PlanDo::Down) => planned.step(1),
            Some(PlanDo::Up) => planned.step(-1),
            Some(PlanDo::PageDown) => planned.step(page),
            Some(PlanDo::PageUp) => planned.step(-page),
            Some(PlanDo::First) => planned.step(isize::MIN),
            Some(PlanDo::Last) => planned.step(isize::MAX),
            None => {}
        }
        Vec::new()
    }

    /// Commits the very plan that was looked at.
    fn commit(&mut self, only_good: bool) -> Vec<Effect> {
        let Step::Plan(planned) = &mut self.step else { return Vec::new() };
        if planned.work != Work::Idle {
            return Vec::new();
        }
        planned.work = Work::Begun;
        vec![Effect::Write { id: COMMIT, request: Request::CommitImport { plan: planned.plan.clone(), only_good } }]
    }

    fn written(&mut self, ctx: &Ctx, id: u64, result: Result<Reply, Failure>) -> Vec<Effect> {
        match (id, result) {
            (COMMIT, Ok(Reply::Imported(report))) => {
                self.step = Step::Done(Done { report, undone: false, undoing: false });
                Vec::new()
            }
            (UNDO, result) => {
                let Step::Done(done) = &mut self.step else { return Vec::new() };
                done.undoing = false;
                done.undone = result.is_ok();
                match result {
                    Ok(_) => vec![Effect::Say(Status::good(t!(ctx.locale, "import-undone")))],
                    Err(failure) => vec![Effect::Bell, Effect::Say(Status::bad(text::failure(&ctx.locale, &failure)))],
                }
            }
            (_, Ok(_)) => Vec::new(),
            (_, Err(failure)) => {
                if let Step::Plan(planned) = &mut self.step {
                    planned.work = Work::Idle;
                }
                vec![Effect::Bell, Effect::Say(Status::bad(text::failure(&ctx.locale, &failure)))]
            }
        }
    }

    fn done_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Step::Done(done) = &mut self.step else { return Vec::new() };
        match find(DONE_KEYS, key) {
            Some(DoneDo::Undo) => {
                done.undoing = true;
                vec![Effect::Write { id: UNDO, request: Request::Undo(done.report.act.clone()) }]
            }
            Some(DoneDo::Students) => vec![Effect::Go(Route::Students { class: None, points: None })],
            Some(DoneDo::Again) => {
                *self = Self::new();
                match &mut self.step {
                    Step::Path(finding) => finding.list(ctx),
                    Step::Columns | Step::Plan(_) | Step::Done(_) => Vec::new(),
                }
            }
            None => Vec::new(),
        }
    }
}

/// Says what would be written, and what would not.
fn ask(ctx: &Ctx, planned: &Planned) -> Question {
    let locale = &ctx.locale;
    let (create, update) = (planned.count(ImportFate::Create), planned.count(ImportFate::Update));
    let refused = planned.count(ImportFate::Refuse);
    let title = t!(locale, "import-ask-title");
    if refused == 0 {
        let text = t!(locale, "import-ask-all", create = create, update = update);
        return Question::confirm(locale, ALL, title, text);
    }
    let text = t!(locale, "import-ask-good", create = create, update = update, refused = refused);
    Question::confirm(locale, GOOD, title, text)
}

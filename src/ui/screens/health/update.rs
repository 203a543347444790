//! What the installation screen does.

use ratatui::crossterm::event::KeyEvent;

use super::{Do, HealthScreen, KEYS, Work};
use crate::{
    domain::access::Action,
    protocol::{DoctorReport, Event, Failure, Reply, Request},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        keymap::find,
        msg::ScreenMsg,
        popup::question::Question,
    },
};

const HEALTH: Slot = Slot("health");
const BACKUPS: Slot = Slot("backups");
const WRITE: u64 = 1;
const RESTORE: &str = "restore";
const TERM: &str = "term";
const SEED: &str = "seed";
const PRUNE: &str = "prune";
/// How many backups stay when old ones are removed.
const KEEP: u32 = 10;
/// How many findings a message lists; the command line prints them all.
const FINDINGS: usize = 8;
/// How many made-up students an empty school gets.
const STUDENTS: u32 = 180;

impl HealthScreen {
    pub(super) fn on(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened
            | ScreenMsg::Returned(_)
            | ScreenMsg::Event(Event::Lamp { .. } | Event::Elsewhere | Event::Setup) => return read(ctx),
            ScreenMsg::Key(key) => return self.key(ctx, key),
            ScreenMsg::Answer { result: Ok(Reply::Health(health)), .. } => self.health = Some(*health),
            ScreenMsg::Answer { result: Ok(Reply::Backups(backups)), .. } => {
                self.selected = self.selected.min(backups.len().saturating_sub(1));
                self.backups = Some(backups);
            }
            ScreenMsg::Answer { result: Err(failure), .. } => {
                return vec![Effect::Say(Status::bad(text::failure(&ctx.locale, &failure)))];
            }
            ScreenMsg::Written { result, .. } => return self.written(ctx, result),
            ScreenMsg::Progress { done, total } => {
                if let Some((_, progress)) = &mut self.work {
                    *progress = Some((done, total));
                }
            }
            ScreenMsg::Chosen { tag, option } => return self.chosen(ctx, tag, option),
            ScreenMsg::Answer { result: Ok(_), .. }
            | ScreenMsg::Event(
                Event::Students(_) | Event::Sheet(_) | Event::Kept { .. } | Event::Progress { .. } | Event::Store(_),
            )
            | ScreenMsg::Paste(_)
            | ScreenMsg::Mouse(_)
            | ScreenMsg::File { .. }
            | ScreenMsg::Tick
            | ScreenMsg::Language => {}
        }
        Vec::new()
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let last = self.backups.as_ref().map_or(0, |backups| backups.len().saturating_sub(1));
        match find(KEYS, key) {
            Some(Do::Down) => self.selected = (self.selected + 1).min(last),
            Some(Do::Up) => self.selected = self.selected.saturating_sub(1),
            Some(Do::Refresh) => return read(ctx),
            Some(Do::Backup) => return self.start(Work::Backup, Request::CreateBackup),
            Some(Do::Restore) => {
                let Some(backup) = self.backup() else { return Vec::new() };
                let when = text::format::moment(backup.at, &ctx.zone);
                let title = t!(ctx.locale, "health-restore-title");
                let sentence = t!(ctx.locale, "health-restore-text", when = when);
                return vec![Effect::Question(Question::confirm(&ctx.locale, RESTORE, title, sentence))];
            }
            Some(Do::Term) => return ask_term(ctx),
            Some(Do::Seed) => {
                let title = t!(ctx.locale, "health-seed-title");
                let sentence = t!(ctx.locale, "health-seed-text", count = STUDENTS);
                return vec![Effect::Question(Question::confirm(&ctx.locale, SEED, title, sentence))];
            }
            Some(Do::Check) => return self.start(Work::Check, Request::Doctor { rebuild: false }),
            Some(Do::Rebuild) => return self.start(Work::Check, Request::Doctor { rebuild: true }),
            Some(Do::Verify) => {
                let Some(backup) = self.backup() else { return Vec::new() };
                let name = backup.name.clone();
                return self.start(Work::Verify, Request::VerifyBackup { name });
            }
            Some(Do::Prune) => {
                let title = t!(ctx.locale, "health-prune-title");
                let sentence = t!(ctx.locale, "health-prune-text", count = KEEP);
                return vec![Effect::Question(Question::confirm(&ctx.locale, PRUNE, title, sentence))];
            }
            Some(Do::Flush) => return self.start(Work::Flush, Request::FlushCache),
            None => {}
        }
        Vec::new()
    }

    fn start(&mut self, work: Work, request: Request) -> Vec<Effect> {
        self.work = Some((work, None));
        vec![Effect::Write { id: WRITE, request }]
    }

    fn chosen(&mut self, ctx: &Ctx, tag: &'static str, option: usize) -> Vec<Effect> {
        match (tag, option) {
            (RESTORE, 0) => match self.backup() {
                Some(backup) => {
                    let name = backup.name.clone();
                    self.start(Work::Restore, Request::RestoreBackup { name })
                }
                None => Vec::new(),
            },
            (SEED, 0) => {
                // The seed only has to differ from school to school; it is not a secret.
                let seed = u64::try_from(ctx.now.as_second()).unwrap_or_default();
                self.start(Work::Seed, Request::Seed { students: STUDENTS, seed, fill: false })
            }
            (PRUNE, 0) => self.start(Work::Prune, Request::PruneBackups { keep: KEEP }),
            (TERM, option) => match ctx.setup().and_then(|setup| setup.terms().get(option).copied()) {
                Some(term) => self.start(Work::Term, Request::SetCurrentTerm(term)),
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn written(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        let Some((work, _)) = self.work.take() else { return Vec::new() };
        let status = match (result, work) {
            (Err(failure), _) => Status::bad(text::failure(&ctx.locale, &failure)),
            (Ok(Reply::BackupMade(backup)), _) => {
                Status::good(t!(ctx.locale, "health-backup-made", name = text::sanitise::line(&backup.name)))
            }
            (Ok(Reply::Doctor(report)), _) => {
                let mut effects = read(ctx);
                effects.extend(told(ctx, &report));
                return effects;
            }
            (Ok(Reply::Backups(removed)), _) => {
                Status::good(t!(ctx.locale, "cli-backup-pruned", count = removed.len().to_string()))
            }
            (Ok(_), Work::Verify) => Status::good(t!(ctx.locale, "cli-backup-good")),
            (Ok(_), Work::Flush) => Status::good(t!(ctx.locale, "cli-cache-flushed")),
            (Ok(_), Work::Backup | Work::Check | Work::Prune) => Status::good(t!(ctx.locale, "health-done")),
            (Ok(_), Work::Restore) => Status::good(t!(ctx.locale, "health-restored")),
            (Ok(_), Work::Seed) => Status::good(t!(ctx.locale, "health-seeded")),
            (Ok(_), Work::Term) => Status::good(t!(ctx.locale, "health-term-set")),
        };
        let mut effects = read(ctx);
        effects.push(Effect::Say(status));
        effects
    }
}

/// What looking everything over has found: one line when all is well, else a message to read.
fn told(ctx: &Ctx, report: &DoctorReport) -> Vec<Effect> {
    let locale = &ctx.locale;
    let mut lines: Vec<String> = report
        .store
        .iter()
        .map(|finding| text::sanitise::line(finding))
        .chain(report.audit.iter().map(|finding| text::audit_finding(locale, finding)))
        .take(FINDINGS)
        .map(|finding| t!(locale, "cli-doctor-finding", finding = finding))
        .collect();
    let left = report.stale.saturating_sub(report.rebuilt);
    if left > 0 {
        lines.push(t!(locale, "health-stale", count = left.to_string()));
    }
    let good = match report.rebuilt {
        0 => t!(locale, "cli-doctor-good"),
        count => t!(locale, "health-rebuilt", count = count.to_string()),
    };
    if lines.is_empty() {
        vec![Effect::Say(Status::good(good))]
    } else {
        vec![Effect::Message { title: t!(locale, "health-findings"), text: lines.join("\n") }]
    }
}

fn read(ctx: &Ctx) -> Vec<Effect> {
    let mut effects = vec![Effect::Ask { slot: HEALTH, request: Request::Health }];
    if ctx.may(Action::Backup) {
        effects.push(Effect::Ask { slot: BACKUPS, request: Request::Backups });
    }
    effects
}

fn ask_term(ctx: &Ctx) -> Vec<Effect> {
    let Some(setup) = ctx.setup() else { return Vec::new() };
    let terms = setup.terms();
    let options = terms
        .iter()
        .map(|term| (char::from_digit(u32::from(term.number()), 10).unwrap_or('?'), setup.term(*term)))
        .collect();
    let title = t!(ctx.locale, "health-term-title");
    let mut question = Question::choice(TERM, title, t!(ctx.locale, "health-term-text"), options);
    question.selected = terms.iter().position(|term| *term == setup.school.current_term).unwrap_or(0);
    vec![Effect::Question(question)]
}

//! One handler a request.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::{
    core::Core,
    cx::{Cx, Fault},
    guard,
};
use crate::protocol::{Ask, Failure, Inbound, Reply, Request};

pub(in crate::backend) mod bulletin;
mod completion;
mod door;
mod explain;
mod guardians;
mod import;
mod kept;
mod open_school;
mod rules;
mod setup;
mod sheet;
mod statistics;
mod students;
mod terms;
mod turn;
mod undo;
mod upkeep;

pub(super) use sheet::cell::fits;
pub(super) use terms::resume as resume_closings;
pub(super) use upkeep::resume;

/// Readings of the same request before a conflict is the user's: each is somebody else's commit in between.
const TRIES: u32 = 20;

/// How a request runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Beside other reads.
    Read,
    /// In its turn, one at a time, in the order of asking.
    Write,
    /// Beside everything (hashing, many chunks); takes its turn in the write lane for each commit.
    Long,
}

/// Which lane a request takes.
pub(super) fn lane(request: &Request) -> Lane {
    match request {
        Request::Greet
        | Request::ListStudents(_)
        | Request::CountStudents(_)
        | Request::OpenStudent(_)
        | Request::FindStudent(_)
        | Request::StudentHistory { .. }
        | Request::KeptCount
        | Request::KeptMarks
        | Request::MyMarks { .. }
        | Request::OpenSheet(_)
        | Request::Bulletin(_)
        | Request::Phrases
        | Request::Setup
        | Request::Rules
        | Request::PreviewRules { .. }
        | Request::CancelRules
        | Request::Explain(_)
        | Request::TermState { .. }
        | Request::ClosingJob { .. }
        | Request::Years
        | Request::Guardians(_)
        | Request::YearPlan { .. }
        | Request::Options { .. }
        | Request::Assignments
        | Request::Users
        | Request::Stats(_)
        | Request::StatsSpread(_)
        | Request::Top(_)
        | Request::Completion(_)
        | Request::SheetAt(_)
        | Request::CellHistory { .. }
        | Request::Find { .. }
        | Request::PlanImport(_)
        | Request::DeletedStudents
        | Request::Health
        | Request::AuditTrail(_)
        | Request::Backups
        | Request::VerifyBackup { .. } => Lane::Read,
        Request::Logout
        | Request::SaveStudent(_)
        | Request::DeleteStudent { .. }
        | Request::SetMark(_)
        | Request::SetMarks(_)
        | Request::UndoMark { .. }
        | Request::RedoMark { .. }
        | Request::DropKept(_)
        | Request::SetBulletin(_)
        | Request::StepBulletin(_)
        | Request::SavePhrase(_)
        | Request::DeletePhrase { .. }
        | Request::FillPhrases { .. }
        | Request::DeleteClass { .. }
        | Request::DeleteSubject { .. }
        | Request::SaveGuardian { .. }
        | Request::DeleteGuardian { .. }
        | Request::DeleteYear { .. }
        | Request::Decide(_)
        | Request::MapClass { .. }
        | Request::EnrolAhead { .. }
        | Request::DeleteLevel { .. }
        | Request::FillLevels
        | Request::SetOption(_)
        | Request::SaveAssignment { .. }
        | Request::DeleteAssignment { .. }
        | Request::ReopenTerm { .. }
        | Request::CancelClosing { .. }
        | Request::DeleteUser { .. } => Lane::Write,
        Request::OpenSchool(_)
        | Request::Login { .. }
        | Request::LoginByToken(_)
        | Request::CheckPassword(_)
        | Request::ChangePassword { .. }
        | Request::SaveUser(_)
        | Request::SaveEvaluation(_)
        | Request::MoveEvaluation { .. }
        | Request::DeleteEvaluation { .. }
        | Request::SaveYear { .. }
        | Request::SaveLevel { .. }
        | Request::SaveClass { .. }
        | Request::SaveSubject { .. }
        | Request::SetCurrentTerm(_)
        | Request::SaveRules(_)
        | Request::UseRules { .. }
        | Request::CloseTerm(_)
        | Request::OpenYear(_)
        | Request::Undo(_)
        | Request::CommitImport { .. }
        | Request::CreateBackup
        | Request::PruneBackups { .. }
        | Request::FlushCache
        | Request::Doctor { .. }
        | Request::VerifyAudit
        | Request::RestoreBackup { .. }
        | Request::Seed { .. } => Lane::Long,
    }
}

/// Lets the guard look, then the handler. `in_lane`: this request has its turn in the write lane.
pub(super) async fn handle(
    core: Arc<Core>,
    ask: Ask,
    reply: mpsc::UnboundedSender<Inbound>,
    in_lane: bool,
) -> Result<Reply, Failure> {
    match &ask.body {
        Request::SetMark(mark) if in_lane => {
            let mark = mark.clone();
            kept::set_mark(&core, ask, &mark, reply).await
        }
        Request::SetMarks(marks) if in_lane => {
            let marks = marks.clone();
            kept::set_marks(&core, ask, &marks, reply).await
        }
        Request::UndoMark { sheet: key, .. } | Request::RedoMark { sheet: key, .. } if in_lane => {
            let (key, undo) = (key.clone(), matches!(ask.body, Request::UndoMark { .. }));
            kept::step(&core, ask, &key, undo, reply).await
        }
        Request::KeptCount => Ok(Reply::KeptCount(kept::count(&core))),
        Request::KeptMarks => kept::list(&core, &ask, reply).await,
        Request::DropKept(act) => kept::give_up(&core, &ask, act, reply).await,
        _ => direct(core, ask, reply, in_lane).await,
    }
}

/// Asks the store, which must be there.
async fn direct(
    core: Arc<Core>,
    ask: Ask,
    reply: mpsc::UnboundedSender<Inbound>,
    in_lane: bool,
) -> Result<Reply, Failure> {
    let answered = match &ask.body {
        Request::Greet => door::greet(&core).await,
        Request::Login { username, password } => door::login(&core, username, password).await,
        Request::LoginByToken(token) => door::login_by_token(&core, token).await,
        Request::OpenSchool(setup) => open_school::open_school(&core, &ask, setup, reply).await,
        _ => {
            let mut cx = guard::admit(&core, &ask, in_lane, reply).await?;
            core.offline.saw(&cx);
            attempt(&mut cx, &ask.body).await
        }
    };
    match (&answered, &ask.session) {
        (Ok(Reply::Sheet(view)), session) => core.offline.saw_sheet(session.as_ref(), view),
        (Ok(_), Some(session)) if ask.body == Request::Logout => core.offline.forget(session),
        _ => {}
    }
    answered.map_err(|fault| fault.told(&core))
}

/// Tries again from a new reading while somebody else was faster.
pub(super) async fn attempt(cx: &mut Cx, request: &Request) -> Result<Reply, Fault> {
    let mut tries = TRIES;
    loop {
        match route(cx, request).await {
            Err(fault) if fault.is_conflict() && tries > 0 => {
                tries = tries.saturating_sub(1);
                cx.reread().await?;
            }
            answered => return answered,
        }
    }
}

/// The handler of each request that the guard has let through.
#[expect(clippy::too_many_lines, reason = "a line a request, and no arm for the rest: a new one must be thought of")]
async fn route(cx: &Cx, request: &Request) -> Result<Reply, Fault> {
    match request {
        Request::Logout => Ok(door::logout(cx).await),
        Request::CheckPassword(typed) => door::check_password(cx, typed).await,
        Request::ChangePassword { old, new } => door::change_password(cx, old, new).await,
        Request::Setup => door::setup(cx).await,
        Request::ListStudents(query) => students::list(cx, query).await,
        Request::CountStudents(filter) => students::count(cx, filter).await,
        Request::OpenStudent(id) => students::open(cx, id).await,
        Request::FindStudent(matricule) => students::find_by_matricule(cx, matricule).await,
        Request::SaveStudent(ask) => students::save(cx, ask).await,
        Request::DeletedStudents => students::deleted(cx).await,
        Request::DeleteStudent { id, version } => students::delete(cx, id, *version).await,
        Request::StudentHistory { id, limit } => students::history(cx, id, *limit).await,
        Request::MyMarks { child } => students::my_marks(cx, child.as_ref()).await,
        Request::Find { text, limit } => students::find(cx, text, *limit).await,
        Request::OpenSheet(key) => sheet::open(cx, key).await,
        Request::SetMark(ask) => sheet::set_mark(cx, ask).await,
        Request::SetMarks(ask) => sheet::set_marks(cx, ask).await,
        Request::UndoMark { act, sheet: key, force } => sheet::step(cx, sheet::Way::Undo, act, key, *force).await,
        Request::RedoMark { act, sheet: key, force } => sheet::step(cx, sheet::Way::Redo, act, key, *force).await,
        Request::SaveEvaluation(draft) => sheet::save_evaluation(cx, draft).await,
        Request::MoveEvaluation { sheet: key, evaluation, to, version } => {
            sheet::move_evaluation(cx, key, evaluation, *to, *version).await
        }
        Request::DeleteEvaluation { sheet: key, evaluation, version } => {
            sheet::delete_evaluation(cx, key, evaluation, *version).await
        }
        Request::Stats(question) => statistics::stats(cx, question).await,
        Request::StatsSpread(question) => statistics::spread(cx, question).await,
        Request::Top(question) => statistics::top_of(cx, question).await,
        Request::Completion(question) => completion::completion(cx, question).await,
        Request::SheetAt(question) => sheet::moment(cx, question).await,
        Request::CellHistory { sheet: key, evaluation, student } => {
            students::cell_history(cx, key, evaluation, student).await
        }
        Request::Bulletin(key) => bulletin::view(cx, key).await,
        Request::SetBulletin(ask) => bulletin::set(cx, ask).await,
        Request::StepBulletin(ask) => bulletin::step(cx, ask).await,
        Request::Phrases => bulletin::phrases(cx).await,
        Request::SavePhrase(draft) => bulletin::save_phrase(cx, draft).await,
        Request::DeletePhrase { id, version } => bulletin::delete_phrase(cx, id, *version).await,
        Request::FillPhrases { english } => bulletin::fill_phrases(cx, *english).await,
        Request::SaveClass { class, version } => setup::save_class(cx, class, *version).await,
        Request::DeleteClass { id, version } => setup::delete_class(cx, id, *version).await,
        Request::SaveSubject { subject, version } => setup::save_subject(cx, subject, *version).await,
        Request::DeleteSubject { id, version } => setup::delete_subject(cx, id, *version).await,
        Request::Guardians(of) => guardians::guardians(cx, of).await,
        Request::SaveGuardian { guardian, version } => guardians::save(cx, guardian, *version).await,
        Request::DeleteGuardian { id, version } => guardians::delete(cx, id, *version).await,
        Request::Years => setup::years(cx).await,
        Request::SaveYear { year, version } => setup::save_year(cx, year, *version).await,
        Request::DeleteYear { id, version } => setup::delete_year(cx, id, *version).await,
        Request::YearPlan { class } => turn::plan(cx, class.as_ref()).await,
        Request::Decide(ask) => turn::decide(cx, ask).await,
        Request::MapClass { class, target } => turn::map_class(cx, class, target.as_ref()).await,
        Request::OpenYear(ask) => turn::open(cx, ask).await,
        Request::EnrolAhead { student, class } => turn::enrol_ahead(cx, student, class.as_ref()).await,
        Request::SaveLevel { level, version } => setup::save_level(cx, level, *version).await,
        Request::DeleteLevel { id, version } => setup::delete_level(cx, id, *version).await,
        Request::FillLevels => setup::fill_levels(cx).await,
        Request::Options { class, subject } => setup::options(cx, class, subject).await,
        Request::SetOption(ask) => setup::set_option(cx, ask).await,
        Request::SetCurrentTerm(term) => setup::set_current_term(cx, *term).await,
        Request::Rules => rules::list(cx).await,
        Request::PreviewRules { rules, student } => rules::preview(cx, rules, student.as_ref()).await,
        Request::SaveRules(ask) => rules::save(cx, ask).await,
        Request::UseRules { id, over } => rules::choose(cx, id, over).await,
        Request::CancelRules => Ok(rules::stop(cx)),
        Request::Explain(question) => explain::explain(cx, question).await,
        Request::TermState { term, class } => terms::state(cx, *term, class.as_ref()).await,
        Request::CloseTerm(ask) => terms::close(cx, ask).await,
        Request::ClosingJob { term } => terms::under_way(cx, *term).await,
        Request::CancelClosing { term } => terms::cancel(cx, *term).await,
        Request::ReopenTerm { term, class, reason } => terms::reopen(cx, *term, class, reason).await,
        Request::Assignments => setup::assignments(cx).await,
        Request::SaveAssignment { teacher, class, subject } => {
            setup::save_assignment(cx, teacher, class, subject).await
        }
        Request::DeleteAssignment { id, version } => setup::delete_assignment(cx, id, *version).await,
        Request::Users => setup::users(cx).await,
        Request::SaveUser(ask) => setup::save_user(cx, ask).await,
        Request::DeleteUser { id, version } => setup::delete_user(cx, id, *version).await,
        Request::Undo(act) => undo::undo(cx, act).await,
        Request::PlanImport(source) => import::plan(cx, source).await,
        Request::CommitImport { plan, only_good } => import::commit(cx, plan, *only_good).await,
        Request::Health => upkeep::health(cx).await,
        Request::FlushCache => upkeep::flush(cx).await,
        Request::AuditTrail(question) => upkeep::trail(cx, question).await,
        Request::VerifyAudit => upkeep::verify_audit(cx).await,
        Request::Doctor { rebuild } => upkeep::doctor(cx, *rebuild).await,
        Request::CreateBackup => upkeep::create(cx).await,
        Request::Backups => upkeep::backups(cx).await,
        Request::VerifyBackup { name } => upkeep::verify(cx, name).await,
        Request::PruneBackups { keep } => upkeep::prune(cx, *keep).await,
        Request::RestoreBackup { name } => upkeep::restore(cx, name).await,
        Request::Seed { students, seed, fill } => upkeep::seed(cx, *students, *seed, *fill).await,
        // Answered before anybody is admitted.
        Request::Greet
        | Request::OpenSchool(_)
        | Request::Login { .. }
        | Request::LoginByToken(_)
        | Request::KeptCount
        | Request::KeptMarks
        | Request::DropKept(_) => Err(Failure::Denied.into()),
    }
}

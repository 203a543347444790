//! The single choke point: is the session alive, may its user do this at all? Handlers then look at the record
//! itself where only it says whose it is.

use std::{borrow::Cow, sync::Arc};

use super::{core::Core, cx::Cx, handlers::bulletin};
use crate::{
    domain::{
        access::{Action, Principal, Resource, Scope, allows, scope},
        calendar::YearId,
        entities::Role,
        id::{SessionId, UserId},
        query::{Filter, Query},
        schema::{Audience, Schema},
    },
    protocol::{Ask, Failure, Request, SheetKey, StatsQuestion},
};

/// What a request needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// No session.
    Nothing,
    /// Any session, also one whose password must still be changed.
    Session,
    /// Any session.
    Settled,
    /// This, of that.
    May(Action, Resource),
    /// This, somewhere: the handler cuts the answer, or looks at the record.
    Somewhere(Action),
}

fn sheet(key: &SheetKey) -> Resource {
    Resource::Sheet { class: key.class.clone(), subject: key.subject.clone() }
}

/// The policy of every request.
pub(super) fn need(request: &Request) -> Need {
    use Action as A;
    let school = |action| Need::May(action, Resource::School);
    match request {
        Request::Greet
        | Request::OpenSchool(_)
        | Request::Login { .. }
        | Request::LoginByToken(_)
        | Request::KeptCount => Need::Nothing,
        Request::Logout | Request::CheckPassword(_) | Request::ChangePassword { .. } => Need::Session,
        // Undo looks at who did it, and asks again for what it takes back.
        Request::Setup | Request::Undo(_) | Request::KeptMarks | Request::DropKept(_) => Need::Settled,
        Request::ListStudents(_)
        | Request::CountStudents(_)
        | Request::Find { .. }
        | Request::OpenStudent(_)
        | Request::FindStudent(_)
        | Request::Guardians(_) => Need::Somewhere(A::ViewStudents),
        Request::SaveStudent(_)
        | Request::SaveGuardian { .. }
        | Request::DeleteGuardian { .. }
        | Request::Options { .. }
        | Request::SetOption(_)
        | Request::EnrolAhead { .. } => school(A::EditStudents),
        Request::YearPlan { .. } => school(A::ViewMarks),
        Request::DeleteStudent { .. } | Request::DeletedStudents => school(A::DeleteStudents),
        Request::StudentHistory { .. } => Need::Somewhere(A::ViewHistory),
        Request::MyMarks { .. } | Request::Explain(_) => Need::Somewhere(A::ViewMarks),
        Request::OpenSheet(key) => Need::May(A::ViewSheet, sheet(key)),
        Request::SheetAt(question) => Need::May(A::ViewSheet, sheet(&question.sheet)),
        Request::CellHistory { sheet: key, .. } => Need::May(A::ViewHistory, sheet(key)),
        Request::SetMark(ask) => Need::May(A::EditSheet, sheet(&ask.sheet)),
        Request::SetMarks(ask) => Need::May(A::EditSheet, sheet(&ask.sheet)),
        Request::UndoMark { sheet: key, .. }
        | Request::RedoMark { sheet: key, .. }
        | Request::MoveEvaluation { sheet: key, .. }
        | Request::DeleteEvaluation { sheet: key, .. } => Need::May(A::EditSheet, sheet(key)),
        Request::SaveEvaluation(draft) => Need::May(A::EditSheet, sheet(&draft.sheet)),
        Request::Bulletin(key) => may(bulletin::reading(key)),
        Request::SetBulletin(ask) => may(bulletin::writing(&ask.key)),
        Request::StepBulletin(ask) => may(bulletin::writing(&ask.key)),
        // Everybody who writes appreciations has phrases; whose they are, the handler looks at.
        Request::Completion(_) | Request::Phrases | Request::SavePhrase(_) | Request::DeletePhrase { .. } => {
            Need::Somewhere(A::ViewSheet)
        }
        Request::Assignments
        | Request::Years
        | Request::Rules
        | Request::TermState { .. }
        | Request::ClosingJob { .. } => school(A::ViewSetup),
        Request::SaveClass { .. }
        | Request::DeleteClass { .. }
        | Request::SaveSubject { .. }
        | Request::DeleteSubject { .. }
        | Request::SaveYear { .. }
        | Request::DeleteYear { .. }
        | Request::Decide(_)
        | Request::MapClass { .. }
        | Request::OpenYear(_)
        | Request::SaveLevel { .. }
        | Request::DeleteLevel { .. }
        | Request::FillLevels
        | Request::FillPhrases { .. }
        | Request::SetCurrentTerm(_)
        | Request::PreviewRules { .. }
        | Request::SaveRules(_)
        | Request::UseRules { .. }
        | Request::CancelRules
        | Request::CloseTerm(_)
        | Request::CancelClosing { .. }
        | Request::ReopenTerm { .. }
        | Request::SaveAssignment { .. }
        | Request::DeleteAssignment { .. }
        | Request::FlushCache
        | Request::Seed { .. } => school(A::EditSetup),
        Request::Users => school(A::ViewUsers),
        Request::SaveUser(_) | Request::DeleteUser { .. } => school(A::EditUsers),
        // A colleague's subject is not a teacher's to read, here no more than on the card.
        Request::Stats(StatsQuestion { class: Some(class), subject: Some(subject), .. })
        | Request::StatsSpread(StatsQuestion { class: Some(class), subject: Some(subject), .. }) => {
            Need::May(A::ViewStatistics, Resource::Sheet { class: class.clone(), subject: subject.clone() })
        }
        Request::Stats(question) | Request::StatsSpread(question) => {
            of_class(A::ViewStatistics, question.class.as_ref())
        }
        Request::Top(question) => of_class(A::ViewStatistics, question.class.as_ref()),
        Request::PlanImport(_) | Request::CommitImport { .. } => school(A::Import),
        Request::Health | Request::AuditTrail(_) | Request::VerifyAudit => school(A::ViewHealth),
        Request::Doctor { rebuild } => school(if *rebuild { A::EditSetup } else { A::ViewHealth }),
        Request::CreateBackup
        | Request::Backups
        | Request::VerifyBackup { .. }
        | Request::PruneBackups { .. }
        | Request::RestoreBackup { .. } => school(A::Backup),
    }
}

fn may((action, resource): (Action, Resource)) -> Need {
    Need::May(action, resource)
}

fn of_class(action: Action, class: Option<&crate::domain::id::ClassId>) -> Need {
    let resource = class.map_or(Resource::School, |class| Resource::Class(class.clone()));
    Need::May(action, resource)
}

/// May `who` ask this?
pub(super) fn permits(who: &Principal, need: &Need, must_change: bool) -> Result<(), Failure> {
    let allowed = match need {
        Need::Nothing | Need::Session => return Ok(()),
        Need::Settled => true,
        Need::May(action, resource) => allows(who, *action, resource),
        Need::Somewhere(action) => scope(who, *action) != Scope::Nothing,
    };
    if must_change {
        return Err(Failure::PasswordMustChange);
    }
    if allowed { Ok(()) } else { Err(Failure::Denied) }
}

/// The user in a session's id, which is `{user}.{secret}`.
pub(super) fn session_user(session: &SessionId) -> &str {
    session.as_str().rsplit_once('.').map_or("", |(user, _)| user)
}

/// The service account's name among sessions.
pub(super) const SERVICE: &str = "cli:admin";

/// Checks a request and gives the handler what it works with.
pub(super) async fn admit(
    core: &Arc<Core>,
    ask: &Ask,
    in_lane: bool,
    reply: tokio::sync::mpsc::UnboundedSender<crate::protocol::Inbound>,
) -> Result<Cx, Failure> {
    let store = core.store().await?;
    let fail = |error| core.failure(&error);
    core.settle(&store).await;
    // First the count of our own commits, then the stamps, then what they are of.
    let setup = core.setup_commits();
    let stamps = store.stamps().await.map_err(fail)?;
    let session = ask.session.as_ref().ok_or(Failure::SessionOver)?;
    let settings = core.settings(&store, &stamps).await.map_err(fail)?.ok_or(Failure::SessionOver)?;
    let user = session_user(session);
    let entry = core.alive(user, session.as_str()).ok_or(Failure::SessionOver)?;
    let (who, must_change) = if user == SERVICE {
        (service(), false)
    } else {
        let user = UserId::new(user);
        let year = &settings.school.current_year;
        let known = core.known(&store, &user, year, &stamps).await.map_err(fail)?.ok_or(Failure::SessionOver)?;
        if known.user.disabled || known.user.session_epoch != entry.session_epoch {
            core.end_session(user.as_str(), Some(session.as_str())).await;
            return Err(Failure::SessionOver);
        }
        (known.in_year(year_of(&ask.body), year), known.user.must_change)
    };
    permits(&who, &need(&ask.body), must_change)?;
    Ok(Cx {
        core: core.clone(),
        store,
        who,
        session: Some(session.clone()),
        settings,
        setup,
        stamps,
        in_lane,
        ticket: ask.ticket,
        reply,
    })
}

/// The year that a request is about, where it names one: who taught a class then may read it.
fn year_of(request: &Request) -> Option<&YearId> {
    match request {
        Request::OpenSheet(key) | Request::CellHistory { sheet: key, .. } => Some(&key.year),
        Request::SheetAt(question) => Some(&question.sheet.year),
        Request::Stats(question) | Request::StatsSpread(question) => question.year.as_ref(),
        Request::Top(question) => question.year.as_ref(),
        Request::Completion(question) => question.year.as_ref(),
        Request::Bulletin(key) => Some(&key.of.year),
        // Writing is for the charges of the current year.
        _ => None,
    }
}

/// What one who is not here is admitted with, by the rights that the account has now: a kept mark is being sent.
pub(super) async fn stand_in(core: &Arc<Core>, user: &UserId, request: &Request) -> Result<Cx, Failure> {
    let store = core.store().await?;
    let fail = |error| core.failure(&error);
    core.settle(&store).await;
    let setup = core.setup_commits();
    let stamps = store.stamps().await.map_err(fail)?;
    let settings = core.settings(&store, &stamps).await.map_err(fail)?.ok_or(Failure::NotFound)?;
    let year = &settings.school.current_year;
    let known = core.known(&store, user, year, &stamps).await.map_err(fail)?.ok_or(Failure::Denied)?;
    if known.user.disabled {
        return Err(Failure::Denied);
    }
    permits(&known.who, &need(request), false)?;
    let who = known.who.clone();
    // Nobody listens for the progress of this.
    let (reply, _) = tokio::sync::mpsc::unbounded_channel();
    let (core, ticket) = (core.clone(), crate::protocol::Ticket(0));
    Ok(Cx { core, store, who, session: None, settings, setup, stamps, in_lane: true, ticket, reply })
}

/// What the service account is admitted with, where nobody asks: work that it began is taken up again.
pub(super) async fn service_cx(core: &Arc<Core>) -> Result<Cx, Failure> {
    let store = core.store().await?;
    let fail = |error| core.failure(&error);
    core.settle(&store).await;
    let setup = core.setup_commits();
    let stamps = store.stamps().await.map_err(fail)?;
    let settings = core.settings(&store, &stamps).await.map_err(fail)?.ok_or(Failure::NotFound)?;
    let (reply, _) = tokio::sync::mpsc::unbounded_channel();
    let (core, ticket) = (core.clone(), crate::protocol::Ticket(0));
    Ok(Cx { core, store, who: service(), session: None, settings, setup, stamps, in_lane: false, ticket, reply })
}

/// The service account on the command line.
pub(super) fn service() -> Principal {
    Principal {
        user: None,
        role: Role::Admin,
        student: None,
        children: Vec::new(),
        charges: Vec::new(),
        heads: Vec::new(),
    }
}

/// Cuts a filter over students to what `who` may list.
pub(super) fn cut(who: &Principal, action: Action, filter: Filter) -> Result<Filter, Failure> {
    match scope(who, action) {
        Scope::Everything => Ok(filter),
        Scope::Classes(classes) => {
            Ok(filter.and(Filter::any_of("class", classes.iter().map(crate::domain::id::ClassId::as_str))))
        }
        Scope::Students(_) | Scope::Nothing => Err(Failure::Denied),
    }
}

/// Sees whole records, so may also filter and sort by what only they show.
fn office(who: &Principal) -> bool {
    match who.role {
        Role::Admin | Role::Head | Role::Secretary => true,
        Role::Bursar | Role::Supervisor | Role::Teacher | Role::Student | Role::Parent => false,
    }
}

/// Refuses fields that `who` may not ask by: an order or a filter tells what it is made of.
pub(super) fn askable(who: &Principal, schema: &Schema, query: &Query) -> Result<(), Failure> {
    let mut named: Vec<String> = query.sort.0.iter().map(|(field, _)| Cow::to_string(field)).collect();
    query.filter.fields(&mut |field| named.push(field.to_owned()));
    let hidden = |name: &String| {
        schema.field(name).is_some_and(|field| match field.audience {
            Audience::All => false,
            Audience::Office => !office(who),
        })
    };
    if named.iter().any(hidden) { Err(Failure::Denied) } else { Ok(()) }
}

#[cfg(test)]
mod tests;

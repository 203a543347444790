//! One handler a request.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::core::Core;
use crate::protocol::{Ask, Failure, Inbound, Reply, Request};

mod greet;

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
        | Request::MyMarks { .. }
        | Request::OpenSheet(_)
        | Request::Setup
        | Request::Assignments
        | Request::Users
        | Request::Stats(_)
        | Request::Top(_)
        | Request::Find { .. }
        | Request::PlanImport(_)
        | Request::Health
        | Request::Backups
        | Request::VerifyBackup { .. } => Lane::Read,
        Request::Logout
        | Request::SaveStudent(_)
        | Request::DeleteStudent { .. }
        | Request::SetMark(_)
        | Request::UndoMark { .. }
        | Request::RedoMark { .. }
        | Request::DeleteClass { .. }
        | Request::DeleteSubject { .. }
        | Request::SaveAssignment { .. }
        | Request::DeleteAssignment { .. }
        | Request::DeleteUser { .. } => Lane::Write,
        Request::OpenSchool(_)
        | Request::Login { .. }
        | Request::LoginByToken(_)
        | Request::CheckPassword(_)
        | Request::ChangePassword { .. }
        | Request::SaveUser(_)
        | Request::SaveEvaluation(_)
        | Request::DeleteEvaluation { .. }
        | Request::SaveClass { .. }
        | Request::SaveSubject { .. }
        | Request::SetCurrentTerm(_)
        | Request::Undo(_)
        | Request::CommitImport { .. }
        | Request::CreateBackup
        | Request::PruneBackups { .. }
        | Request::FlushCache
        | Request::Doctor { .. }
        | Request::RestoreBackup { .. }
        | Request::Seed { .. } => Lane::Long,
    }
}

/// Lets the guard look, then the handler.
pub(super) async fn handle(
    core: Arc<Core>,
    ask: Ask,
    _reply: mpsc::UnboundedSender<Inbound>,
) -> Result<Reply, Failure> {
    match ask.body {
        Request::Greet => greet::greet(&core).await,
        // The other handlers land one after the other; until then nobody may do anything.
        _ => Err(Failure::Denied),
    }
}

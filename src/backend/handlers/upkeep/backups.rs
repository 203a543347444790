//! Backups of the whole school.

use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
        guard,
        handlers::door,
    },
    domain::{entities::User, id::UserId, schema::Stored},
    protocol::{BackupRow, Event, Failure, Field, Inbound, Reply, Ticket, Why},
    store::{
        StoreError,
        backup::{self, BackupError, Head},
    },
};

/// A file's fault, as users meet it.
pub(super) fn fault(error: BackupError) -> Fault {
    Fault::Store(StoreError::from(error))
}

/// Runs what reads or writes files beside the async threads.
pub(super) async fn blocking<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, Fault> {
    let done = tokio::task::spawn_blocking(job).await;
    done.map_err(|error| Fault::Store(StoreError::Other(error.to_string())))?.map_err(fault)
}

pub(super) async fn rows(folder: &Path) -> Result<Vec<BackupRow>, Fault> {
    let folder = folder.to_owned();
    blocking(move || backup::list(&folder)).await
}

/// The file of a backup of that name: one of the folder's, so that a name cannot lead elsewhere.
pub(super) async fn known(folder: &Path, name: &str) -> Result<Option<PathBuf>, Fault> {
    Ok(rows(folder).await?.into_iter().find(|row| row.name == name).map(|row| folder.join(row.name)))
}

/// The same, for who asks for it.
pub(super) async fn file(cx: &Cx, name: &str) -> Result<PathBuf, Fault> {
    let unknown = || Failure::invalid(Field::File, Why::Unknown { what: name.to_owned() });
    Ok(known(&cx.core.config.backups, name).await?.ok_or_else(unknown)?)
}

fn row(name: &str, path: &std::path::Path, head: &Head) -> BackupRow {
    let bytes = std::fs::metadata(path).map(|meta| meta.len()).unwrap_or_default();
    BackupRow { name: name.to_owned(), at: head.created, bytes, documents: head.documents }
}

/// Tells the client how many documents are done, of how many.
pub(super) fn progress(cx: &Cx, total: u64) -> impl Fn(u64) + Send + 'static {
    let (reply, ticket): (mpsc::UnboundedSender<Inbound>, Ticket) = (cx.reply.clone(), cx.ticket);
    move |done| {
        let _ = reply.send(Inbound::Event(Event::Progress { ticket, done, total: total.max(done) }));
    }
}

/// `Request::CreateBackup`.
pub async fn create(cx: &Cx) -> Result<Reply, Fault> {
    let at = cx.now();
    let name = backup::name_at(at);
    let path = cx.core.config.backups.join(&name);
    let head = backup::create(&*cx.store, &path, at, progress(cx, 0)).await.map_err(fault)?;
    Ok(Reply::BackupMade(row(&name, &path, &head)))
}

/// `Request::Backups`.
pub async fn backups(cx: &Cx) -> Result<Reply, Fault> {
    Ok(Reply::Backups(rows(&cx.core.config.backups).await?))
}

/// `Request::VerifyBackup`.
pub async fn verify(cx: &Cx, name: &str) -> Result<Reply, Fault> {
    let path = file(cx, name).await?;
    let (name, read) = (name.to_owned(), path.clone());
    let head = blocking(move || backup::verify(&read)).await?;
    Ok(Reply::BackupGood(row(&name, &path, &head)))
}

/// `Request::PruneBackups`.
pub async fn prune(cx: &Cx, keep: u32) -> Result<Reply, Fault> {
    let before = rows(&cx.core.config.backups).await?;
    let folder = cx.core.config.backups.clone();
    let keep = usize::try_from(keep).unwrap_or(usize::MAX);
    let gone = blocking(move || backup::prune(&folder, keep)).await?;
    if !gone.is_empty() {
        let act = cx.fresh_act();
        let mut change = Change::new(cx, &act, act.clone());
        let said = Said { action: "backup.prune", target: gone.join(" "), ..Said::default() };
        change.audit("setup", said).await?;
        change.commit().await?;
    }
    Ok(Reply::Backups(before.into_iter().filter(|row| gone.contains(&row.name)).collect()))
}

/// The session that asked goes on, if its account is in the backup.
pub(super) async fn keep_own(cx: &Cx, users: &[Stored<User>]) -> Result<(), Fault> {
    let Some(session) = &cx.session else { return Ok(()) };
    let own = UserId::new(guard::session_user(session));
    if let Some(user) = users.iter().find(|user| user.id == own) {
        let epoch = user.session_epoch.saturating_add(1);
        door::put_session(&cx.core, own.as_str(), session, user.username.as_str(), user.role, epoch).await;
    }
    Ok(())
}

//! The audit trail: reading it, and comparing every chain with itself, with its head, and with the heads that are known
//! outside the store.

use std::collections::{BTreeMap, BTreeSet};

use super::backups::{blocking, rows};
use crate::{
    backend::{
        anchors::Anchor,
        audit::{Head, verify},
        cx::{Cx, Fault},
        guard,
    },
    domain::{
        calendar::Timestamp,
        entities::{AuditEntry, Sheet, StreamHead, User},
        query::{Direction, Filter, Query, Seek, Sort},
        schema::Entity,
    },
    protocol::{AuditFault, AuditFinding, AuditLine, AuditQuestion, AuditReport, Reply},
    store::{Records, StoreError, backup},
};

/// The most entries one question gives.
const MOST: u32 = 10_000;

/// `Request::AuditTrail`.
pub async fn trail(cx: &Cx, question: &AuditQuestion) -> Result<Reply, Fault> {
    let parts = [("stream", &question.stream), ("student", &question.student), ("actor", &question.actor)];
    let filter = parts.into_iter().fold(Filter::All, |filter, (field, wanted)| match wanted {
        Some(wanted) => filter.and(Filter::equals(field, wanted.as_str())),
        None => filter,
    });
    // Acts are named by when they were begun.
    let sort = Sort::by("act", Direction::Descending);
    let query = Query { filter, sort, seek: Seek::First, limit: question.limit.clamp(1, MOST) };
    let entries = cx.store.page::<AuditEntry, AuditEntry>(&query, &[]).await?.items;
    let actors: BTreeSet<&str> = entries.iter().map(|entry| entry.actor.as_str()).collect();
    let ids: Vec<String> = actors.into_iter().filter(|id| *id != guard::SERVICE).map(str::to_owned).collect();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for document in cx.store.get_many(User::SCHEMA, &ids).await? {
        let user: User = document.parse(User::SCHEMA.collection)?;
        names.insert(document.id, user.display_name.as_str().to_owned());
    }
    let line = |entry: AuditEntry| AuditLine {
        stream: entry.stream,
        seq: entry.seq,
        at: entry.at,
        by: names.get(&entry.actor).cloned().unwrap_or(entry.actor),
        action: entry.action,
        target: entry.target,
        old: entry.old,
        new: entry.new,
        reason: entry.reason,
    };
    Ok(Reply::AuditTrail(entries.into_iter().map(line).collect()))
}

/// `Request::VerifyAudit`.
pub async fn verify_audit(cx: &Cx) -> Result<Reply, Fault> {
    Ok(Reply::AuditChecked(Box::new(check(cx).await?)))
}

/// Every chain of the store and every chain that an anchor knows.
pub(super) async fn check(cx: &Cx) -> Result<AuditReport, Fault> {
    // What this process knows and has not written yet stands in its file, too.
    cx.core.anchors.write().await;
    let kept = cx.core.anchors.read().await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let mut known = kept.anchors;
    known.extend(of_newest_backup(cx).await?);
    let since = last_restore(cx).await?;
    // What was known before a backup was brought back, or another school opened, is of another history.
    known.retain(|anchor| since.is_none_or(|since| anchor.at > since));
    let anchors = u64::try_from(known.len()).unwrap_or(u64::MAX);
    let mut by_stream: BTreeMap<String, Vec<Head>> = BTreeMap::new();
    for anchor in known {
        by_stream.entry(anchor.stream).or_default().push(Head { count: anchor.count, hash: anchor.hash });
    }
    // Heads are read before the entries: what is added meanwhile is longer than they say, which is no harm.
    let heads = heads(cx).await?;
    let streams: BTreeSet<&String> = heads.keys().chain(by_stream.keys()).collect();
    let mut report = AuditReport { anchors, ..AuditReport::default() };
    report.findings.extend(kept.bad.into_iter().map(|seq| AuditFinding {
        stream: String::new(),
        seq,
        fault: AuditFault::Anchor,
    }));
    for stream in streams {
        let entries = cx.store.every::<AuditEntry>(&Filter::equals("stream", stream.as_str())).await?;
        let mut entries: Vec<AuditEntry> = entries.into_iter().map(|entry| entry.body).collect();
        entries.sort_by_key(|entry| entry.seq);
        let anchors = by_stream.get(stream).map(Vec::as_slice).unwrap_or_default();
        let heads: Vec<Head> = heads.get(stream).into_iter().chain(anchors).cloned().collect();
        report.streams = report.streams.saturating_add(1);
        report.entries = report.entries.saturating_add(u64::try_from(entries.len()).unwrap_or(u64::MAX));
        report.findings.extend(verify(&cx.core.config.audit_key, stream, &entries, &heads));
        report.findings.extend(behind(cx, stream, &entries).await?);
    }
    report.findings.sort();
    report.findings.dedup();
    Ok(report)
}

/// A head that says less than the chain holds, although no entry is on its way: it was set back by hand.
async fn behind(cx: &Cx, stream: &str, entries: &[AuditEntry]) -> Result<Option<AuditFinding>, Fault> {
    let Some(last) = entries.last().map(|entry| entry.seq) else { return Ok(None) };
    // Read after the entries, each of which was written together with its head.
    let head = match cx.store.one::<Sheet>(stream).await? {
        Some(sheet) => sheet.audit_count,
        None => cx.store.one::<StreamHead>(stream).await?.map_or(0, |head| head.count),
    };
    let seq = head.saturating_add(1);
    Ok((head < last).then(|| AuditFinding { stream: stream.to_owned(), seq, fault: AuditFault::Behind }))
}

async fn heads(cx: &Cx) -> Result<BTreeMap<String, Head>, Fault> {
    let sheets = cx.store.every::<Sheet>(&Filter::All).await?;
    let sheets = sheets
        .into_iter()
        .map(|sheet| (sheet.id.as_str().to_owned(), Head { count: sheet.audit_count, hash: sheet.body.audit_hash }));
    let streams = cx.store.every::<StreamHead>(&Filter::All).await?;
    let streams = streams.into_iter().map(|head| (head.body.id, Head { count: head.body.count, hash: head.body.hash }));
    Ok(sheets.chain(streams).collect())
}

/// When this history begins: the last restore, or the opening of the school, that it tells of in an entry that the key
/// vouches for.
async fn last_restore(cx: &Cx) -> Result<Option<Timestamp>, Fault> {
    let setup = cx.store.every::<AuditEntry>(&Filter::equals("stream", "setup")).await?;
    let restores = setup.into_iter().filter(|entry| ["backup.restore", "school.open"].contains(&entry.action.as_str()));
    let genuine = restores.filter(|entry| crate::backend::audit::genuine(&cx.core.config.audit_key, entry));
    Ok(genuine.map(|entry| entry.at).max())
}

/// The heads in the newest backup of this machine's folder.
async fn of_newest_backup(cx: &Cx) -> Result<Vec<Anchor>, Fault> {
    let folder = cx.core.config.backups.clone();
    let Some(newest) = rows(&folder).await?.into_iter().next() else { return Ok(Vec::new()) };
    let (path, at) = (folder.join(&newest.name), newest.at);
    let heads = blocking(move || backup::heads(&path)).await?;
    Ok(heads.into_iter().map(|(stream, count, hash)| Anchor { at, stream, count, hash }).collect())
}

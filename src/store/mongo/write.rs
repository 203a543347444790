//! Writes: batches and loads, each one transaction, tried again while another one is in its way.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use mongodb::{
    Client, ClientSession, Collection, Database,
    bson::{Bson, DateTime, Document as Bdoc, doc},
    error::Error,
    options::{ReadConcern, ReturnDocument},
};
use serde_json::{Map, Value};

use super::{
    abandoned,
    connect::{CONNECT, durable},
    convert::{self, GUARDS, body, moment},
    errors::{Halt, away, duplicate, met, of_write, plain, refused, transient, unknown_commit, unreadable},
    layout::{OPERATIONS, gate},
    stamps::Moves,
    together::{self, Change, Step, steps},
    watch,
};
use crate::{
    domain::schema::Schema,
    store::{Batch, Committed, Expect, Guard, StoreError, Touched, Write, is_setup},
};

/// How long a write goes on trying.
const PATIENCE: Duration = Duration::from_secs(3);
/// The first pause between two tries, and the longest, in milliseconds.
const PAUSE: (u64, u64) = (2, 200);

/// So long two transactions may meet before it is looked whether one of them has been left alone, and again.
const MEETING: Duration = Duration::from_millis(300);

/// What a transaction does.
pub(super) enum Work<'a> {
    Batch(&'a Batch),
    /// Whole documents by id, replacing what is there; the operation's id comes first.
    Load(&'a str, &'static Schema, &'a [(String, Bdoc)]),
}

/// Runs transactions.
pub(super) struct Writer {
    pub client: Client,
    pub database: Database,
    /// Marks what this process has written.
    pub origin: String,
}

impl Writer {
    fn collection(&self, name: &str) -> Collection<Bdoc> {
        self.database.collection(name)
    }

    /// Runs the work until it is committed, refused, or patience ends.
    pub(super) async fn run(&self, work: Work<'_>) -> Result<Committed, StoreError> {
        let started = Instant::now();
        let mut pause = PAUSE.0;
        let mut looks = 1;
        loop {
            let error = match self.attempt(&work).await {
                Ok(done) => return Ok(done),
                Err(Halt::Ours(error)) => return Err(error),
                Err(Halt::Driver(error)) => error,
            };
            // Looking for a server takes its own time already; whoever waits wants to know.
            let patience = if away(&error) { CONNECT } else { PATIENCE };
            if !transient(&error) || started.elapsed() >= patience {
                return Err(plain(&error));
            }
            if met(&error) && started.elapsed() >= MEETING.saturating_mul(looks) {
                looks = looks.saturating_add(1);
                if let Err(error) = abandoned::end(&self.client).await {
                    tracing::debug!(%error, "transactions that were left alone");
                }
            }
            // Writers that have met must not meet again at once.
            tokio::time::sleep(Duration::from_millis(rand::random_range(1..=pause))).await;
            pause = pause.saturating_mul(2).min(PAUSE.1);
        }
    }

    /// One transaction from start to end.
    async fn attempt(&self, work: &Work<'_>) -> Result<Committed, Halt> {
        let mut session = self.client.start_session().await?;
        session
            .start_transaction()
            .read_concern(ReadConcern::snapshot())
            .write_concern(durable())
            .max_commit_time(PATIENCE)
            .await?;
        let done = match work {
            Work::Batch(batch) => self.batch(&mut session, batch).await,
            Work::Load(op, schema, documents) => self.load(&mut session, op, schema, documents).await,
        };
        match done {
            Ok(done) if !done.replayed => conclude(&mut session).await.map(|()| done),
            stopped => {
                // An error here changes nothing: the server ends a transaction that nobody goes on with.
                let _ = session.abort_transaction().await;
                stopped
            }
        }
    }

    /// Notes the operation; `false`: it had been committed before.
    async fn first_time(&self, session: &mut ClientSession, op: &str, touched: Option<Bdoc>) -> Result<bool, Halt> {
        let mut entry = doc! { "_id": op, "at": DateTime::now(), "origin": &self.origin };
        if let Some(touched) = touched {
            entry.insert("touched", touched);
        }
        match self.collection(OPERATIONS).insert_one(entry).session(session).await {
            Ok(_) => Ok(true),
            Err(error) if duplicate(&error).is_some() => Ok(false),
            Err(error) => Err(Halt::Driver(error)),
        }
    }

    async fn batch(&self, session: &mut ClientSession, batch: &Batch) -> Result<Committed, Halt> {
        // The gate is looked at beside the writes, not before them: a way to the server less.
        let (open, done) = tokio::join!(gate(&self.database), self.writes(session, batch));
        open?;
        done
    }

    async fn writes(&self, session: &mut ClientSession, batch: &Batch) -> Result<Committed, Halt> {
        let touched = watch::written(Touched::by(batch));
        if !self.first_time(session, batch.op.as_str(), Some(touched)).await? {
            return Ok(Committed { versions: Vec::new(), replayed: true });
        }
        self.hold(session, &batch.guards).await?;
        let mut versions = vec![0; batch.writes.len()];
        for step in steps(&batch.writes) {
            let written = match step {
                Step::Insert(run) => self.insert(session, &run, batch).await?,
                Step::Replace(run) => self.replace_all(session, &run, batch).await?,
                Step::One(at, write) => vec![(at, self.write(session, write, batch).await?)],
            };
            for (at, version) in written {
                if let Some(place) = versions.get_mut(at) {
                    *place = version;
                }
            }
        }
        Moves { setup: batch.touches_setup(), cache_epoch: batch.new_epoch }.within(&self.database, session).await?;
        Ok(Committed { versions, replayed: false })
    }

    /// A guard is a write of a hidden count: a transaction that changes the document meanwhile meets it.
    async fn hold(&self, session: &mut ClientSession, guards: &[Guard]) -> Result<(), Halt> {
        let mut counted: Vec<(&'static Schema, Vec<Change>)> = Vec::new();
        for guard in guards {
            match guard.expect {
                Expect::Version(version) => {
                    let by = doc! { "$inc": { GUARDS: 1_i64 } };
                    let change = Change { id: guard.id.clone(), version, by: by.into() };
                    match counted.iter_mut().find(|(schema, _)| *schema == guard.schema) {
                        Some((_, changes)) => changes.push(change),
                        None => counted.push((guard.schema, vec![change])),
                    }
                }
                // Taking the id and giving it back: a transaction that takes it meanwhile meets this one.
                Expect::Absent => {
                    let collection = self.collection(guard.schema.collection);
                    let place = doc! { "_id": &guard.id };
                    let taken = collection.insert_one(place.clone()).session(&mut *session).await;
                    taken.map_err(|error| of_write(guard.schema, &guard.id, error))?;
                    collection.delete_one(place).session(&mut *session).await?;
                }
                Expect::Any => {}
            }
        }
        for (schema, changes) in counted {
            together::change(&self.database, session, schema, changes).await?;
        }
        Ok(())
    }

    /// New documents of one kind.
    async fn insert(
        &self,
        session: &mut ClientSession,
        run: &[(usize, &Write)],
        batch: &Batch,
    ) -> Result<Vec<(usize, u64)>, Halt> {
        let Some((_, first)) = run.first() else { return Ok(Vec::new()) };
        let schema = first.schema();
        let mut documents = Vec::with_capacity(run.len());
        for (_, write) in run {
            if let Write::Put { id, body, .. } = write {
                let mut document = fresh(schema, id, body, batch)?;
                document.insert("created_at", moment(batch.at));
                document.insert("version", 1_i64);
                documents.push(document);
            }
        }
        let done = self.collection(schema.collection).insert_many(documents).session(session).await;
        done.map_err(|error| {
            let id = refused(&error).and_then(|at| run.get(at)).map_or("", |(_, write)| write.id());
            of_write(schema, id, error)
        })?;
        Ok(run.iter().map(|(at, _)| (*at, 1)).collect())
    }

    /// Documents of one kind, each at the version that is expected, anew.
    async fn replace_all(
        &self,
        session: &mut ClientSession,
        run: &[(usize, &Write)],
        batch: &Batch,
    ) -> Result<Vec<(usize, u64)>, Halt> {
        let Some((_, first)) = run.first() else { return Ok(Vec::new()) };
        let schema = first.schema();
        let mut changes = Vec::with_capacity(run.len());
        let mut versions = Vec::with_capacity(run.len());
        for (at, write) in run {
            let (id, version, by): (&String, u64, Bson) = match write {
                Write::Put { id, expect: Expect::Version(version), body, .. } => {
                    (id, *version, replacement(fresh(schema, id, body, batch)?, batch).into())
                }
                Write::Patch { id, version, fields, .. } => (id, *version, patch(schema, id, fields, batch)?.into()),
                // These go alone.
                Write::Put { .. } | Write::Delete { .. } => continue,
            };
            changes.push(Change { id: id.clone(), version, by });
            versions.push((*at, version.saturating_add(1)));
        }
        together::change(&self.database, session, schema, changes).await?;
        Ok(versions)
    }

    /// A write that goes alone; the document's new version, 0 if it is gone.
    async fn write(&self, session: &mut ClientSession, write: &Write, batch: &Batch) -> Result<u64, Halt> {
        match write {
            Write::Put { schema, id, body, .. } => {
                let change = replacement(fresh(schema, id, body, batch)?, batch);
                self.replace(session, schema, id, change).await
            }
            Write::Patch { .. } => {
                let done = self.replace_all(session, &[(0, write)], batch).await?;
                Ok(done.first().map_or(0, |(_, version)| *version))
            }
            Write::Delete { schema, id, expect } => {
                let collection = self.collection(schema.collection);
                let place = match expect {
                    Expect::Version(version) => doc! { "_id": id, "version": number(*version) },
                    Expect::Absent | Expect::Any => doc! { "_id": id },
                };
                let gone = collection.delete_one(place).session(session).await?.deleted_count == 1;
                let holds = match expect {
                    Expect::Version(_) => gone,
                    Expect::Absent => !gone,
                    Expect::Any => true,
                };
                held(holds, schema, id).map(|()| 0)
            }
        }
    }

    /// Whatever is there, or nothing, becomes this.
    async fn replace(
        &self,
        session: &mut ClientSession,
        schema: &'static Schema,
        id: &str,
        change: Vec<Bdoc>,
    ) -> Result<u64, Halt> {
        let refused = |error| of_write(schema, id, error);
        let done = self
            .collection(schema.collection)
            .find_one_and_update(doc! { "_id": id }, change)
            .upsert(true)
            .return_document(ReturnDocument::After)
            .projection(doc! { "version": 1 })
            .session(session)
            .await
            .map_err(refused)?;
        let version = done.as_ref().and_then(|done| done.get("version")).and_then(convert::integer);
        let version = version.and_then(|version| u64::try_from(version).ok());
        Ok(version.ok_or_else(|| unreadable(schema, id, "it has no version"))?)
    }

    /// Takes out what is there and writes the documents as they are.
    async fn load(
        &self,
        session: &mut ClientSession,
        op: &str,
        schema: &'static Schema,
        documents: &[(String, Bdoc)],
    ) -> Result<Committed, Halt> {
        gate(&self.database).await?;
        self.first_time(session, op, None).await?;
        let collection = self.collection(schema.collection);
        let ids: Vec<&String> = documents.iter().map(|(id, _)| id).collect();
        collection.delete_many(doc! { "_id": { "$in": ids } }).session(&mut *session).await?;
        if !documents.is_empty() {
            let all = documents.iter().map(|(_, document)| document);
            let done = collection.insert_many(all).session(&mut *session).await;
            done.map_err(|error| {
                let id = refused(&error).and_then(|at| documents.get(at)).map_or("", |(id, _)| id.as_str());
                of_write(schema, id, error)
            })?;
        }
        Moves { setup: is_setup(schema), cache_epoch: true }.within(&self.database, session).await?;
        Ok(Committed { versions: Vec::new(), replayed: false })
    }
}

/// Commits; an answer that is lost is asked for again.
async fn conclude(session: &mut ClientSession) -> Result<(), Halt> {
    let started = Instant::now();
    loop {
        match session.commit_transaction().await {
            Ok(()) => return Ok(()),
            Err(error) if unknown_commit(&error) && started.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(PAUSE.0)).await;
            }
            Err(error) if unknown_commit(&error) => return Err(Halt::Ours(unknown(&error))),
            Err(error) => return Err(Halt::Driver(error)),
        }
    }
}

/// Nothing is known of the commit: the caller's retry with the same operation id settles it.
fn unknown(error: &Error) -> StoreError {
    StoreError::Unavailable(format!("the server did not confirm the commit: {error}"))
}

pub(super) fn held(holds: bool, schema: &'static Schema, id: &str) -> Result<(), Halt> {
    if holds {
        Ok(())
    } else {
        Err(Halt::Ours(StoreError::Conflict { collection: schema.collection, id: id.to_owned() }))
    }
}

/// No document has a version beyond 63 bits: one that is asked for there is not found.
pub(super) fn number(version: u64) -> Bson {
    Bson::Int64(i64::try_from(version).unwrap_or(-1))
}

/// A document as it is written now, but for version and creation.
fn fresh(schema: &'static Schema, id: &str, content: &Value, batch: &Batch) -> Result<Bdoc, StoreError> {
    let mut document = body(schema, id, content)?;
    document.insert("updated_at", moment(batch.at));
    document.insert("updated_by", &batch.by);
    Ok(document)
}

/// Some fields anew: the server writes these, and touches the indexes of these only.
fn patch(schema: &'static Schema, id: &str, fields: &Map<String, Value>, batch: &Batch) -> Result<Bdoc, StoreError> {
    let mut set = Bdoc::new();
    for (name, value) in fields {
        set.insert(name, convert::field(schema, id, name, value)?);
    }
    set.insert("updated_at", moment(batch.at));
    set.insert("updated_by", &batch.by);
    Ok(doc! { "$set": set, "$inc": { "version": 1_i64 } })
}

/// The whole document anew; the moment of creation stays, the version rises, guards stay counted.
fn replacement(document: Bdoc, batch: &Batch) -> Vec<Bdoc> {
    let kept = doc! {
        "created_at": { "$ifNull": ["$created_at", moment(batch.at)] },
        "version": { "$add": [{ "$ifNull": ["$version", 0_i64] }, 1_i64] },
        GUARDS: format!("${GUARDS}"),
    };
    vec![doc! { "$replaceWith": { "$mergeObjects": [{ "$literal": document }, kept] } }]
}

/// The documents of a load with their ids; of two with one id the later counts.
pub(super) fn documents(schema: &'static Schema, all: &[Value]) -> Result<Vec<(String, Bdoc)>, StoreError> {
    let mut places: HashMap<String, usize> = HashMap::with_capacity(all.len());
    let mut found: Vec<(String, Bdoc)> = Vec::with_capacity(all.len());
    for value in all {
        let (id, document) = convert::whole(schema, value)?;
        if let Some(earlier) = places.get(&id).and_then(|at| found.get_mut(*at)) {
            earlier.1 = document;
        } else {
            places.insert(id.clone(), found.len());
            found.push((id, document));
        }
    }
    Ok(found)
}

//! Making many students' documents anew after a change of set-up: in chunks, each in its turn of the write lane.

use super::{
    change::Change,
    cx::{Cx, Fault},
};
use crate::{
    domain::{
        entities::Student,
        id::ActId,
        query::Filter,
        schema::{Entity, Stored},
    },
    protocol::Failure,
    store::Document,
};

/// Students a chunk.
const CHUNK: u32 = 250;
/// Readings of a chunk before giving up.
const TRIES: u32 = 20;

/// Applies `apply` to every student that fits, makes their averages anew, and writes those that changed. Answers with
/// how many. Set-up is read again first: it has just changed.
pub(super) async fn students(
    cx: &Cx,
    act: &ActId,
    filter: &Filter,
    apply: impl Fn(&Cx, &mut Student),
) -> Result<u64, Fault> {
    let mut cx = cx.clone();
    cx.in_lane = false;
    cx.reread().await?;
    let total = cx.store.count(Student::SCHEMA, filter, u64::MAX).await?.count;
    let (mut seen, mut written) = (0_u64, 0_u64);
    let mut after: Option<String> = None;
    let mut chunk = 0_u32;
    loop {
        let documents = cx.store.scan(Student::SCHEMA, filter, after.as_deref(), CHUNK).await?;
        after = documents.last().map(|document| document.id.clone());
        let read = documents.len();
        chunk = chunk.saturating_add(1);
        let op = ActId::new(format!("{act}.r{chunk}"));
        written = written.saturating_add(write_chunk(&mut cx, act, &op, documents, &apply).await?);
        seen = seen.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        cx.progress(seen.min(total), total);
        if read < CHUNK as usize {
            return Ok(written);
        }
    }
}

async fn write_chunk(
    cx: &mut Cx,
    act: &ActId,
    op: &ActId,
    mut documents: Vec<Document>,
    apply: &impl Fn(&Cx, &mut Student),
) -> Result<u64, Fault> {
    for _ in 0..TRIES {
        let mut change = Change::new(cx, act, op.clone());
        let mut written = 0_u64;
        for document in &documents {
            let before: Stored<Student> = document.parse(Student::SCHEMA.collection)?;
            let mut student = before.body.clone();
            apply(cx, &mut student);
            cx.settings.refresh(&mut student);
            if student != before.body {
                change.follow(before.version, &student)?;
                change.touches(Some(&before), Some(&student));
                written = written.saturating_add(1);
            }
        }
        if written == 0 {
            return Ok(0);
        }
        match change.commit().await {
            Ok(_) => return Ok(written),
            Err(fault) if fault.is_conflict() => {
                let ids: Vec<String> = documents.iter().map(|document| document.id.clone()).collect();
                cx.reread().await?;
                documents = cx.store.get_many(Student::SCHEMA, &ids).await?;
            }
            Err(fault) => return Err(fault),
        }
    }
    Err(Failure::Conflict.into())
}

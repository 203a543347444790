//! Opening the next year. Places, decisions and charges are written first, chunk by chunk: they bind nobody until one
//! last commit closes the old year and opens the new one. What was cut short goes on when it is asked for again, for what
//! is written is looked at, and not counted.

use serde_json::{Value, json};

use super::ground::{Ground, Row};
use crate::{
    backend::{
        audit::Said,
        change::{Change, reread},
        cx::{Cx, Fault},
        recompute,
    },
    domain::{
        calendar::{Term, TermSpan, YearId},
        entities::{
            Assignment, DecidedBy, Enrolment, EnrolmentStatus, Outcome, Role, School, SchoolYear, Settled, User,
            YearDecision, YearTurn,
        },
        id::EnrolmentId,
        query::Filter,
        schema::{Entity, Stored},
        turn::Fate,
    },
    protocol::{Failure, Field, OpenYear, PlanCounts, Reply, Why, YearOpened},
    store::Records,
};

/// Students, or charges, a chunk.
const CHUNK: usize = 200;
/// Readings before a conflict is the user's: each is somebody else's commit in between.
const TRIES: u32 = 20;

/// `Request::OpenYear`.
pub async fn open(cx: &Cx, ask: &OpenYear) -> Result<Reply, Fault> {
    let mut cx = cx.clone();
    cx.in_lane = false;
    if cx.settings.school.current_year != ask.from {
        return opened_before(&cx, ask).await;
    }
    for _ in 0..TRIES {
        cx.reread().await?;
        // Averages that are still being made anew decide of nobody.
        recompute::whole(&cx, &ask.act).await?;
        if cx.settings.school.current_year != ask.from {
            return opened_before(&cx, ask).await;
        }
        let ground = Ground::read(&cx).await?;
        ground.ready(&cx.settings)?;
        match write(&cx, ask, &ground).await {
            Err(fault) if fault.is_conflict() => continue,
            done => done?,
        }
        match switch(&cx, ask).await {
            Err(fault) if fault.is_conflict() => {}
            done => {
                let (year, counts) = done?;
                cx.reread().await?;
                recompute::catch_up(&cx, &ask.act).await;
                return Ok(Reply::YearOpened(YearOpened { year, already: false, counts }));
            }
        }
    }
    Err(Failure::Conflict.into())
}

/// Somebody has opened it, or an earlier try has: records may still have to follow.
async fn opened_before(cx: &Cx, ask: &OpenYear) -> Result<Reply, Fault> {
    let year = cx.settings.school.current_year.clone();
    if ask.from >= year || cx.settings.writable(&ask.from) {
        let what = ask.from.to_string();
        return Err(Failure::invalid(Field::Year, Why::Unknown { what }).into());
    }
    recompute::catch_up(cx, &ask.act).await;
    Ok(Reply::YearOpened(YearOpened { year, already: true, counts: PlanCounts::default() }))
}

/// A student's place in the next year; `None`: none.
fn place(ground: &Ground, row: &Row, cx: &Cx) -> Option<Enrolment> {
    let to = row.placed.to.clone()?;
    let now = ground.enrolments.get(&row.slim.id);
    // Options go on, as long as they are any.
    let still = |id: &&crate::domain::id::SubjectId| cx.settings.subject(id).is_some_and(|subject| subject.optional);
    Some(Enrolment {
        id: EnrolmentId::of(&row.slim.id, &ground.next),
        student: row.slim.id.clone(),
        year: ground.next.clone(),
        class: to,
        status: EnrolmentStatus::Enrolled,
        repeater: row.placed.fate == Fate::Decided(Outcome::Repeating),
        call_number: None,
        starts: None,
        options: now.map(|now| now.options.iter().filter(still).cloned().collect()).unwrap_or_default(),
    })
}

/// The decision with what it was made of; `None`: undecided.
fn settled(ground: &Ground, row: &Row, cx: &Cx) -> Option<YearDecision> {
    let Fate::Decided(outcome) = row.placed.fate else { return None };
    let said = ground.decisions.get(&row.slim.id).filter(|said| said.by == DecidedBy::Council);
    let base = said.map(|said| said.body.clone());
    let level = cx.settings.class(&row.pupil.class).and_then(|class| class.level.clone());
    Some(YearDecision {
        id: EnrolmentId::of(&row.slim.id, &ground.year),
        student: row.slim.id.clone(),
        year: ground.year.clone(),
        outcome: base.as_ref().map_or(outcome, |base| base.outcome),
        target: base.as_ref().and_then(|base| base.target.clone()),
        by: row.placed.by,
        reason: base.map(|base| base.reason).unwrap_or_default(),
        settled: Some(Settled {
            outcome,
            to: row.placed.to.clone(),
            average: row.pupil.average,
            level,
            repeated: row.pupil.repeated,
            rules: cx.settings.rules.id.clone(),
        }),
    })
}

/// What one student still lacks.
struct Missing<'a> {
    row: &'a Row,
    place: Option<Enrolment>,
    decision: YearDecision,
}

fn missing<'a>(cx: &Cx, ground: &'a Ground) -> Vec<Missing<'a>> {
    let lacks = |row: &'a Row| {
        let (place, decision) = (place(ground, row, cx), settled(ground, row, cx)?);
        let placed = ground.places.get(&row.slim.id).map(|stored| &stored.body) == place.as_ref();
        let decided = ground.decisions.get(&row.slim.id).is_some_and(|stored| stored.body == decision);
        (!placed || !decided).then_some(Missing { row, place, decision })
    };
    ground.rows.iter().filter_map(lacks).collect()
}

/// Charges that the next year does not have yet.
async fn charges(cx: &Cx, ask: &OpenYear, next: &YearId) -> Result<Vec<Assignment>, Fault> {
    if !ask.assignments {
        return Ok(Vec::new());
    }
    let of = |year: &YearId| Filter::equals("year", year.as_str());
    let known: std::collections::BTreeSet<String> =
        cx.store.every::<Assignment>(&of(next)).await?.iter().map(|charge| charge.id().to_owned()).collect();
    let users = cx.store.every::<User>(&Filter::All).await?;
    let teaches = |charge: &Assignment| {
        users.iter().any(|user| user.id == charge.teacher && user.role == Role::Teacher && !user.disabled)
            && cx.settings.class(&charge.class).is_some()
            && cx.settings.subject(&charge.subject).is_some()
    };
    let carried = cx.store.every::<Assignment>(&of(&ask.from)).await?.into_iter().map(|charge| charge.body);
    let carried = carried.filter(teaches).map(|charge| Assignment {
        id: Assignment::id_of(next, &charge.class, &charge.subject, &charge.teacher),
        year: next.clone(),
        ..charge
    });
    Ok(carried.filter(|charge| !known.contains(charge.id.as_str())).collect())
}

/// Writes what is missing, as chunks of the act.
async fn write(cx: &Cx, ask: &OpenYear, ground: &Ground) -> Result<(), Fault> {
    let missing = missing(cx, ground);
    let total = u64::try_from(ground.rows.len()).unwrap_or(u64::MAX);
    let mut done = total.saturating_sub(u64::try_from(missing.len()).unwrap_or(u64::MAX));
    for chunk in missing.chunks(CHUNK) {
        let mut change = Change::new(cx, &ask.act, cx.fresh_act());
        for one in chunk {
            student(cx, &mut change, ground, one).await?;
        }
        change.commit().await?;
        done = done.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        cx.progress(done, total);
    }
    for chunk in charges(cx, ask, &ground.next).await?.chunks(CHUNK) {
        let mut change = Change::new(cx, &ask.act, cx.fresh_act());
        for charge in chunk {
            change.add(charge)?;
        }
        change.commit().await?;
    }
    Ok(())
}

async fn student(cx: &Cx, change: &mut Change<'_>, ground: &Ground, one: &Missing<'_>) -> Result<(), Fault> {
    let id = &one.row.slim.id;
    let stands = ground.places.get(id);
    match (&one.place, stands) {
        (Some(place), Some(stands)) if stands.body == *place => {}
        (Some(place), stands) => change.put_or_add(stands, place)?,
        (None, Some(stands)) => change.remove(stands),
        (None, None) => {}
    }
    change.put_or_add(ground.decisions.get(id), &one.decision)?;
    let name = |class| cx.settings.class(class).map(|class| class.name.clone());
    let said = Said {
        action: "year.turn",
        target: one.decision.id.as_str().to_owned(),
        student: Some(id.as_str().to_owned()),
        old: json!({ "year": ground.year, "class": name(&one.row.pupil.class) }),
        new: json!({
            "year": ground.next,
            "class": one.row.placed.to.as_ref().and_then(name),
            "outcome": one.decision.settled.as_ref().map(|settled| settled.outcome),
            "by": one.decision.by,
        }),
        ..Said::default()
    };
    change.audit("students", said).await
}

/// The one commit that turns the year. The heads of both chains are read first: whoever writes a student, a class, a
/// decision or a closing meanwhile moves one of them, and then nothing is written here.
async fn switch(cx: &Cx, ask: &OpenYear) -> Result<(YearId, PlanCounts), Fault> {
    let said = |new: Value| Said { action: "year.open", target: ask.from.to_string(), new, ..Said::default() };
    let mut change = Change::new(cx, &ask.act, cx.fresh_act());
    change.audit("students", said(Value::Null)).await?;
    change.audit("setup", said(json!({ "assignments": ask.assignments }))).await?;
    let ground = Ground::read(cx).await?;
    ground.ready(&cx.settings)?;
    if !missing(cx, &ground).is_empty() || !charges(cx, ask, &ground.next).await?.is_empty() {
        return Err(reread::<Enrolment>(""));
    }
    let old = cx.store.one::<SchoolYear>(ground.year.as_str()).await?.ok_or(Failure::NotFound)?;
    let next = cx.store.one::<SchoolYear>(ground.next.as_str()).await?;
    let after = next_year(&old, next.as_ref(), &ground.next);
    let term = after.terms.first().map_or(Term::FIRST, |span| span.term);
    if next.as_ref().is_none_or(|next| next.body != after) {
        change.put_or_add(next.as_ref(), &after)?;
    }
    change.put(&old, &SchoolYear { closed: true, ..old.body.clone() })?;
    let turn = ground.turn.as_ref().map_or_else(|| YearTurn::of(ground.year.clone()), |turn| turn.body.clone());
    change.put_or_add(ground.turn.as_ref(), &YearTurn { rules: Some(cx.settings.rules.id.clone()), ..turn })?;
    let school: &Stored<School> = &cx.settings.school;
    change.put(school, &School { current_year: after.id.clone(), current_term: term, ..school.body.clone() })?;
    change.touches_setup();
    change.commit().await?;
    Ok((after.id, ground.counts()))
}

/// As the school has prepared it, else cut like the one that ends.
fn next_year(old: &SchoolYear, next: Option<&Stored<SchoolYear>>, id: &YearId) -> SchoolYear {
    next.map_or_else(
        || SchoolYear {
            id: id.clone(),
            division: old.division,
            terms: old.terms.iter().map(|span| TermSpan { term: span.term, starts: None, ends: None }).collect(),
            closed: false,
        },
        |next| next.body.clone(),
    )
}

//! School years with their terms.

use serde_json::{Value, json};

use super::{finish, unneeded};
use crate::{
    backend::{
        change::Change,
        cx::{Cx, Fault},
        recompute,
    },
    domain::{
        calendar::{Term, TermSpan, YearId},
        entities::{Assignment, Enrolment, School, SchoolYear, Sheet},
        query::Filter,
        schema::Entity,
    },
    protocol::{Failure, Field, NeededBy, Reply, Why},
    store::Records,
};

/// `Request::Years`: with their versions, the newest first.
pub async fn years(cx: &Cx) -> Result<Reply, Fault> {
    let mut years = cx.store.every::<SchoolYear>(&Filter::All).await?;
    years.sort_by(|one, other| other.id.cmp(&one.id));
    Ok(Reply::Years(years))
}

/// `Request::SaveYear`: one attempt. How a year is cut stays once something was written in it.
pub async fn save_year(cx: &Cx, year: &SchoolYear, version: Option<u64>) -> Result<Reply, Fault> {
    let before = cx.store.one::<SchoolYear>(year.id.as_str()).await?;
    match (&before, version) {
        (Some(_), None) => {
            let name = year.id.as_str().to_owned();
            return Err(Failure::invalid(Field::Year, Why::NameTaken { name }).into());
        }
        (None, Some(_)) => return Err(Failure::NotFound.into()),
        (Some(before), Some(version)) if before.version != version => return Err(Failure::Conflict.into()),
        (Some(before), Some(_)) if before.closed => return Err(Failure::refused(Why::Closed).into()),
        (Some(_), Some(_)) | (None, None) => {}
    }
    let terms: Vec<Term> = year.terms.iter().map(|span| span.term).collect();
    if terms != year.division.terms() {
        return Err(Failure::invalid(Field::Division, Why::Missing).into());
    }
    spans(year)?;
    if before.as_ref().is_some_and(|before| before.division != year.division) {
        unneeded(cx, Sheet::SCHEMA, of_year(&year.id), NeededBy::Evaluations).await?;
    }
    let after = SchoolYear { closed: false, ..year.clone() };
    if before.as_ref().is_some_and(|before| before.body == after) {
        return Ok(Reply::Done);
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.put_or_add(before.as_ref(), &after)?;
    let school = &cx.settings.school;
    if school.current_year == after.id && !terms.contains(&school.current_term) {
        change.put(school, &School { current_term: Term::FIRST, ..school.body.clone() })?;
    }
    let old = before.as_ref().map_or(Value::Null, |before| json!(before.body));
    finish(change, &act, "year.save", (after.id.as_str(), old, json!(after))).await?;
    recompute::catch_up(cx, &act).await;
    Ok(Reply::Acted(act))
}

fn of_year(year: &YearId) -> Filter {
    Filter::equals("year", year.as_str())
}

/// Refuses dates that do not follow each other or fall outside the year (first of August to the end of the next).
fn spans(year: &SchoolYear) -> Result<(), Fault> {
    let whole = SchoolYear { terms: Vec::new(), ..year.clone() };
    let refuse = |span: &TermSpan| {
        Fault::Said(Failure::invalid(Field::TermDates(span.term), Why::TermDates { term: span.term }))
    };
    let mut last = None;
    for span in &year.terms {
        for day in span.starts.into_iter().chain(span.ends) {
            if !whole.may_hold(span.term, day) || last.is_some_and(|last| day <= last) {
                return Err(refuse(span));
            }
            last = Some(day);
        }
    }
    Ok(())
}

/// `Request::DeleteYear`: one attempt; refused for the current year and for one in which there is anything.
pub async fn delete_year(cx: &Cx, id: &YearId, version: u64) -> Result<Reply, Fault> {
    let year = cx.store.one::<SchoolYear>(id.as_str()).await?.ok_or(Failure::NotFound)?;
    if year.version != version {
        return Err(Failure::Conflict.into());
    }
    if cx.settings.school.current_year == *id {
        return Err(Failure::refused(Why::CurrentYear).into());
    }
    unneeded(cx, Enrolment::SCHEMA, of_year(id), NeededBy::Enrolments).await?;
    unneeded(cx, Sheet::SCHEMA, of_year(id), NeededBy::Evaluations).await?;
    unneeded(cx, Assignment::SCHEMA, of_year(id), NeededBy::Assignments).await?;
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.delete(&year)?;
    finish(change, &act, "year.delete", (id.as_str(), json!(year.body), Value::Null)).await?;
    Ok(Reply::Acted(act))
}

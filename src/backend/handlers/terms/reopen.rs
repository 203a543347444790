//! Opening a closed term again: an audited act with a reason.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Ground, asked};
use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
        handlers::sheet::key_of,
    },
    domain::{
        calendar::Term,
        entities::{ClassResult, Enrolment, Sheet, SheetState, Student},
        history::SHEET_REOPEN,
        id::{ClassId, StudentId},
        query::Filter,
        schema::{Entity, Stored},
    },
    protocol::{Failure, Field, Reply, TermClosed, Why},
    store::Records,
};

/// The longest reason.
const LONGEST: usize = 500;

/// `Request::ReopenTerm`: one attempt. Averages follow the rules in force again.
pub async fn reopen(cx: &Cx, term: Term, class: &ClassId, reason: &str) -> Result<Reply, Fault> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST {
        return Err(Failure::invalid(Field::Reason, Why::Missing).into());
    }
    let (year, _) = asked(cx, term, Some(class))?;
    let id = ClassResult::id_of(class, &year, term);
    let Some(result) = cx.store.one::<ClassResult>(&id).await? else {
        return Ok(Reply::TermClosed(TermClosed { already: 1, ..TermClosed::default() }));
    };
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    let students = frozen(cx, &result).await?;
    let count = u64::try_from(students.len()).unwrap_or(u64::MAX);
    for before in students {
        let mut student = before.body.clone();
        if let Some(terms) = student.closed.get_mut(&year) {
            terms.remove(&term);
            if terms.is_empty() {
                student.closed.remove(&year);
            }
        }
        cx.settings.refresh(&mut student);
        change.follow(before.version, &student)?;
        change.touches(Some(&before), Some(&student));
    }
    for sheet in Ground::read(cx, class, &year, term).await?.sheets {
        let mut after = Sheet { state: SheetState::Open, rules: None, ..sheet.body.clone() };
        let said = Said {
            action: SHEET_REOPEN,
            target: sheet.id.as_str().to_owned(),
            reason: Some(reason.to_owned()),
            ..Said::default()
        };
        change.audit_sheet(&mut after, said)?;
        change.follow(sheet.version, &after)?;
        change.touches_sheet(&key_of(&after));
    }
    let said = Said {
        action: "term.reopen",
        target: id,
        old: json!({ "rules": result.rules, "general": result.general, "students": result.students.len() }),
        new: Value::Null,
        reason: Some(reason.to_owned()),
        ..Said::default()
    };
    change.audit("setup", said).await?;
    change.remove(&result);
    change.commit().await?;
    Ok(Reply::TermClosed(TermClosed { classes: 1, students: count, ..TermClosed::default() }))
}

/// The students whose term was closed with that class; some may have gone to another since, or be deleted.
async fn frozen(cx: &Cx, result: &ClassResult) -> Result<Vec<Stored<Student>>, Fault> {
    // Who was deleted then, and has come back since, is not in the results.
    let here = Filter::equals("class", result.class.as_str()).and(Filter::equals("year", result.year.as_str()));
    let back = cx.store.every::<Enrolment>(&here).await?.into_iter().map(|enrolment| enrolment.body.student);
    let ids: BTreeSet<StudentId> = result.students.iter().map(|row| row.student.clone()).chain(back).collect();
    let ids: Vec<String> = ids.iter().map(|id| id.as_str().to_owned()).collect();
    let mut students = Vec::new();
    for document in cx.store.get_many(Student::SCHEMA, &ids).await? {
        let student: Stored<Student> = document.stored()?;
        if student.closed_term(&result.year, result.term).is_some_and(|how| how.class == result.class) {
            students.push(student);
        }
    }
    Ok(students)
}

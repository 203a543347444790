//! *Mes notes*: what a student or guardian sees.

use std::collections::{BTreeMap, BTreeSet};

use super::card::{classes_of, ranks, sheets_of, weights_then};
use crate::{
    backend::{
        cx::{Cx, Fault},
        handlers::bulletin,
    },
    domain::{
        access::own_students,
        calendar::{Term, YearId},
        entities::{Evaluation, Sheet, SheetState, Student},
        id::{ClassId, EvaluationId, StudentId},
        query::Filter,
        rules::FamiliesSee,
        schema::Entity,
    },
    protocol::{Failure, MyMarks, Reply},
    store::Records,
};

/// `Request::MyMarks`. Averages are made of what is shown, so that they say nothing of a column not yet published.
pub async fn my_marks(cx: &Cx, child: Option<&StudentId>) -> Result<Reply, Fault> {
    // Whoever they are besides: a teacher may be a parent too.
    let own = own_students(&cx.who);
    if own.is_empty() || child.is_some_and(|child| !own.contains(child)) {
        return Err(Failure::Denied.into());
    }
    // A child whose record is gone must not stand before the others.
    let children = names(cx, &own).await?;
    let chosen = match child {
        Some(child) => child,
        None => children.first().map(|(id, _)| id).ok_or(Failure::NotFound)?,
    };
    let mut student = cx.store.one::<Student>(chosen.as_str()).await?.ok_or(Failure::NotFound)?;
    let classes = classes_of(cx, &student).await?;
    let published = seen_by_family(cx, &student, &classes).await?;
    let unseen = student.grades.iter().any(|grade| !published.contains_key(&grade.evaluation));
    // A term with hidden columns has no rank yet: it would be made of them, be they others' marks.
    let hidden = hidden_terms(cx, &classes).await?;
    let mut ranks = ranks(cx, &student, &classes).await?;
    ranks.retain(|rank| !hidden.contains(&(rank.year.clone(), rank.term)));
    if unseen {
        student.body.grades.retain(|grade| published.contains_key(&grade.evaluation));
        cx.settings.refresh(&mut student.body);
    }
    student.body.source = None;
    let words = bulletin::of_student(cx, &student, &classes, true).await?;
    let class = student.class.clone();
    let subjects = cx.settings.subjects.iter().map(|subject| {
        (subject.id.clone(), subject.name.clone(), cx.settings.weights.coefficient(class.as_ref(), &subject.id))
    });
    Ok(Reply::MyMarks(Box::new(MyMarks {
        then: weights_then(cx, &student).await?,
        words,
        subjects: subjects.collect(),
        evaluations: published.into_iter().map(|(id, column)| (id, column.title)).collect(),
        children,
        ranks,
        student,
    })))
}

/// The columns that families see, by the school's rule.
pub(in crate::backend) async fn seen_by_family(
    cx: &Cx,
    student: &Student,
    classes: &BTreeMap<YearId, ClassId>,
) -> Result<BTreeMap<EvaluationId, Evaluation>, Fault> {
    let mut seen = BTreeMap::new();
    for sheet in sheets_of(cx, student, classes).await? {
        let state = sheet.state;
        let columns = sheet.evaluations.into_iter().filter(|column| is_seen(cx, state, column));
        seen.extend(columns.map(|column| (column.id.clone(), column)));
    }
    Ok(seen)
}

/// Do families see that column? Closing a term publishes all of it: the bulletin is made of it.
fn is_seen(cx: &Cx, state: SheetState, column: &Evaluation) -> bool {
    let closed = state == SheetState::Closed;
    match cx.settings.rules.families {
        FamiliesSee::AtOnce => true,
        FamiliesSee::Published => column.published || closed,
        FamiliesSee::TermClosed => closed,
    }
}

/// The terms in which a sheet of the student's class has a column that families do not see.
async fn hidden_terms(cx: &Cx, classes: &BTreeMap<YearId, ClassId>) -> Result<BTreeSet<(YearId, Term)>, Fault> {
    let mut hidden = BTreeSet::new();
    for (year, class) in classes {
        let filter = Filter::equals("class", class.as_str()).and(Filter::equals("year", year.as_str()));
        for sheet in cx.store.every::<Sheet>(&filter).await? {
            if sheet.evaluations.iter().any(|column| !is_seen(cx, sheet.state, column)) {
                hidden.insert((year.clone(), sheet.term));
            }
        }
    }
    Ok(hidden)
}

async fn names(cx: &Cx, own: &[StudentId]) -> Result<Vec<(StudentId, String)>, Fault> {
    let ids: Vec<String> = own.iter().map(|id| id.as_str().to_owned()).collect();
    let mut named = Vec::new();
    for document in cx.store.get_many(Student::SCHEMA, &ids).await? {
        let student: Student = document.parse(Student::SCHEMA.collection)?;
        named.push((student.id.clone(), student.full_name()));
    }
    named.sort_by_key(|(id, _)| own.iter().position(|own| own == id));
    Ok(named)
}

//! Figures side by side: the subjects of a class or the school in one term, and one average from term to term.

use std::collections::BTreeMap;

use super::{Members, Slim, Then, class_term, in_class, rules_of_year, school_term, walk};
use crate::{
    backend::cx::{Cx, Fault, Tag},
    cache::keys::CLASS_STATS_TTL,
    domain::{
        access::{Action, Resource, allows},
        calendar::{Term, YearId},
        entities::Student,
        id::{ClassId, SubjectId},
        score::Average,
        stats::{last_with_data, summary},
    },
    protocol::{Failure, Reply, Share, StatsQuestion, StatsSpread},
};

/// In the place of a subject in a cache key: all of them.
const ALL: &str = "*";

/// `Request::StatsSpread`.
pub async fn spread(cx: &Cx, question: &StatsQuestion) -> Result<Reply, Fault> {
    let settings = &cx.settings;
    let year = question.year.clone().unwrap_or_else(|| settings.school.current_year.clone());
    if let Some(class) = &question.class {
        settings.class(class).ok_or(Failure::NotFound)?;
    }
    let subject = question.subject.as_ref();
    if let Some(subject) = subject {
        settings.subject(subject).ok_or(Failure::NotFound)?;
    }
    let all = settings.terms(&year);
    let mut terms = Vec::new();
    for term in &all {
        let stats = match &question.class {
            Some(class) => class_term(cx, class, &year, *term, subject).await?,
            None => school_term(cx, &year, *term, subject).await?,
        };
        terms.push((*term, Share { count: stats.count, mean: stats.mean, pass_rate: stats.pass_rate }));
    }
    let has = |term: Term| terms.iter().any(|(other, share)| *other == term && share.count > 0);
    let term = question.term.or_else(|| last_with_data(&all, has));
    let subjects = match term {
        Some(term) => subjects(cx, question.class.as_ref(), &year, term).await?,
        None => Vec::new(),
    };
    Ok(Reply::StatsSpread(Box::new(StatsSpread { year, term, subjects, terms })))
}

/// The subjects that have an average in the term, in the school's order; of a class, those that the user may see.
async fn subjects(
    cx: &Cx,
    class: Option<&ClassId>,
    year: &YearId,
    term: Term,
) -> Result<Vec<(SubjectId, Share)>, Fault> {
    let found = reckoned(cx, class, year, term).await?;
    let seen = |subject: &SubjectId| {
        class.is_none_or(|class| {
            let sheet = Resource::Sheet { class: class.clone(), subject: subject.clone() };
            allows(&cx.who, Action::ViewStatistics, &sheet)
        })
    };
    let all = cx.settings.subjects.iter().map(|subject| subject.id.clone());
    Ok(all.filter(seen).filter_map(|id| found.get(&id).cloned().map(|share| (id, share))).collect())
}

/// Of everybody alike, so that one reckoning serves all.
async fn reckoned(
    cx: &Cx,
    class: Option<&ClassId>,
    year: &YearId,
    term: Term,
) -> Result<BTreeMap<SubjectId, Share>, Fault> {
    let name = class.map_or(ALL, ClassId::as_str);
    let key = cx.core.config.keys.class_stats_of(name, year, term, Some(ALL));
    let tag = class.map_or(Tag::Students, |class| Tag::Class(class.as_str().to_owned()));
    cx.cached(&tag, &key, CLASS_STATS_TTL, async {
        let mut averages: BTreeMap<SubjectId, Vec<Option<Average>>> = BTreeMap::new();
        let then = Then::read(cx, class, year, term).await?;
        for row in then.results.iter().flat_map(|result| &result.students) {
            for (subject, (average, _)) in &row.subjects {
                averages.entry(subject.clone()).or_default().push(Some(*average));
            }
        }
        let mut keep = |student: &Slim| {
            let table = student.subject_averages.get(year).and_then(|terms| terms.get(&term));
            for (subject, average) in table.into_iter().flatten() {
                averages.entry(subject.clone()).or_default().push(Some(*average));
            }
        };
        match class {
            Some(_) if !then.results.is_empty() => {}
            Some(class) => in_class(cx, class, year, Student::MARKS).await?.iter().for_each(keep),
            None => {
                let members = Members::of(cx, year).await?;
                walk(cx, Student::MARKS, |student| {
                    if members.have(&student) && !then.tells(&student) {
                        keep(&student);
                    }
                })
                .await?;
            }
        }
        let rules = rules_of_year(cx, year).await?;
        let share = |averages: &[Option<Average>]| {
            let figures = summary(averages, rules.pass);
            Share { count: figures.count, mean: figures.mean, pass_rate: figures.pass_rate }
        };
        Ok(averages.into_iter().map(|(subject, averages)| (subject, share(&averages))).collect())
    })
    .await
}

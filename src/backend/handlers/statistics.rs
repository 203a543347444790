//! Statistics of a class, a subject, the school; the best.

mod spread;
mod then;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::turn::rules_of_year;
use crate::{
    backend::cx::{Cx, Fault, Tag},
    cache::keys::{CLASS_STATS_TTL, TOP_TTL},
    domain::{
        calendar::{Term, YearId},
        entities::{Enrolment, EnrolmentStatus, Student, StudentStatus, TermAverages},
        id::{ClassId, StudentId, SubjectId},
        query::Filter,
        rules::RuleSet,
        schema::Entity,
        score::Average,
        stats::{last_with_data, summary, top},
        text_values::Name,
        words,
    },
    protocol::{ClassStats, Failure, Reply, StatsQuestion, TopQuestion, TopRow},
    store::{Records, Unread},
};

pub use spread::spread;
use then::Then;

/// Students read at once in a walk over all of them.
const STEP: u32 = 2_000;

/// The part of a student that figures are made of: the rest is not read.
#[derive(Clone, Debug, Deserialize)]
struct Slim {
    #[serde(rename = "_id")]
    id: StudentId,
    last_name: Name,
    first_name: Name,
    class: Option<ClassId>,
    class_name: Option<Name>,
    status: StudentStatus,
    #[serde(default)]
    averages: BTreeMap<YearId, TermAverages>,
    #[serde(default)]
    subject_averages: BTreeMap<YearId, BTreeMap<Term, BTreeMap<SubjectId, Average>>>,
}

impl Slim {
    fn average(&self, year: &YearId, term: Term, subject: Option<&SubjectId>) -> Option<Average> {
        match subject {
            None => self.averages.get(year)?.terms.get(&term).copied(),
            Some(subject) => self.subject_averages.get(year)?.get(&term)?.get(subject).copied(),
        }
    }
}

/// `Request::Stats`.
pub async fn stats(cx: &Cx, question: &StatsQuestion) -> Result<Reply, Fault> {
    let settings = &cx.settings;
    let year = question.year.clone().unwrap_or_else(|| settings.school.current_year.clone());
    if let Some(class) = &question.class {
        settings.class(class).ok_or(Failure::NotFound)?;
    }
    if let Some(subject) = &question.subject {
        settings.subject(subject).ok_or(Failure::NotFound)?;
    }
    let terms = match question.term {
        Some(term) => vec![term],
        None => settings.terms(&year),
    };
    let subject = question.subject.as_ref();
    let mut found: BTreeMap<Term, ClassStats> = BTreeMap::new();
    for term in &terms {
        let stats = match &question.class {
            Some(class) => class_term(cx, class, &year, *term, subject).await?,
            None => school_term(cx, &year, *term, subject).await?,
        };
        found.insert(*term, stats);
    }
    let chosen = match question.term {
        Some(term) => Some(term),
        None => last_with_data(&terms, |term| found.get(&term).is_some_and(|stats| stats.count > 0)),
    };
    let stats = match chosen.and_then(|term| found.remove(&term)) {
        Some(stats) => stats,
        // No term has any data: the figures of none.
        None => found
            .into_values()
            .next_back()
            .map_or_else(|| of(settings.rules.pass, &year, None, &[]), |stats| ClassStats { term: None, ..stats }),
    };
    Ok(Reply::Stats(Box::new(stats)))
}

/// Figures of a class in one term, cached.
pub(in crate::backend) async fn class_term(
    cx: &Cx,
    class: &ClassId,
    year: &YearId,
    term: Term,
    subject: Option<&SubjectId>,
) -> Result<ClassStats, Fault> {
    let keys = &cx.core.config.keys;
    let current = (year, term) == cx.settings.current();
    let key = match subject {
        None if current => keys.class_stats(class.as_str()),
        subject => keys.class_stats_of(class.as_str(), year, term, subject.map(SubjectId::as_str)),
    };
    let tag = Tag::Class(class.as_str().to_owned());
    cx.cached(&tag, &key, CLASS_STATS_TTL, async {
        if let Some((result, pass)) = then::of_class(cx, class, year, term).await? {
            let averages: Vec<Option<Average>> =
                result.students.iter().map(|row| then::average_of(row, subject)).collect();
            return Ok(of(pass, year, Some(term), &averages));
        }
        let students = in_class(cx, class, year, unread_for(subject)).await?;
        let averages: Vec<Option<Average>> =
            students.iter().map(|student| student.average(year, term, subject)).collect();
        Ok(of(rules_of_year(cx, year).await?.pass, year, Some(term), &averages))
    })
    .await
}

/// Students enrolled in a class in a year, without the `unread` fields.
async fn in_class(cx: &Cx, class: &ClassId, year: &YearId, unread: Unread) -> Result<Vec<Slim>, Fault> {
    let filter = Filter::equals("class", class.as_str()).and(Filter::equals("year", year.as_str()));
    let enrolments = cx.store.every::<Enrolment>(&filter).await?;
    let ids: Vec<String> = enrolments
        .into_iter()
        .filter(|enrolment| enrolment.status == EnrolmentStatus::Enrolled)
        .map(|enrolment| enrolment.student.as_str().to_owned())
        .collect();
    let documents = cx.store.get_many_without(Student::SCHEMA, &ids, unread).await?;
    let students: Result<Vec<Slim>, _> =
        documents.iter().map(|document| document.parse(Student::SCHEMA.collection)).collect();
    Ok(students?)
}

/// What a walk over the whole school keeps of each student.
#[derive(Clone, Debug)]
struct Seen {
    class: Option<ClassId>,
    average: Option<Average>,
}

/// Figures of the whole school in one term, cached; with the means of its classes.
async fn school_term(cx: &Cx, year: &YearId, term: Term, subject: Option<&SubjectId>) -> Result<ClassStats, Fault> {
    let key = cx.core.config.keys.class_stats_of("*", year, term, subject.map(SubjectId::as_str));
    cx.cached(&Tag::Students, &key, CLASS_STATS_TTL, async {
        let then = Then::read(cx, None, year, term).await?;
        let members = Members::of(cx, year).await?;
        let mut seen = then.seen(subject);
        walk(cx, unread_for(subject), |student| {
            if members.have(&student) && !then.tells(&student) {
                let class = members.class(&student);
                seen.push(Seen { average: student.average(year, term, subject), class });
            }
        })
        .await?;
        let averages: Vec<Option<Average>> = seen.iter().map(|seen| seen.average).collect();
        let rules = rules_of_year(cx, year).await?;
        let mut stats = of(rules.pass, year, Some(term), &averages);
        stats.sorted = Vec::new();
        stats.classes = by_class(cx, &rules, &seen);
        Ok(stats)
    })
    .await
}

fn by_class(cx: &Cx, rules: &RuleSet, seen: &[Seen]) -> Vec<(ClassId, String, u64, Option<f64>)> {
    let mut groups: HashMap<&ClassId, Vec<Option<Average>>> = HashMap::new();
    for student in seen {
        if let Some(class) = &student.class {
            groups.entry(class).or_default().push(student.average);
        }
    }
    let line = |class: &crate::domain::schema::Stored<crate::domain::entities::Class>| {
        let averages = groups.get(&class.id).map(Vec::as_slice).unwrap_or_default();
        let figures = summary(averages, rules.pass);
        (class.id.clone(), class.name.as_str().to_owned(), figures.count, figures.mean)
    };
    cx.settings.classes.iter().map(line).collect()
}

/// Who is of the school in a year.
enum Members {
    /// The current one: all who have not left.
    Now,
    /// Another: those who had a place in it, with their class.
    Then(HashMap<StudentId, ClassId>),
}

impl Members {
    async fn of(cx: &Cx, year: &YearId) -> Result<Self, Fault> {
        if *year == cx.settings.school.current_year {
            return Ok(Self::Now);
        }
        let all = cx.store.every::<Enrolment>(&Filter::equals("year", year.as_str())).await?;
        let here = all.into_iter().filter(|one| one.status == EnrolmentStatus::Enrolled);
        Ok(Self::Then(here.map(|one| (one.body.student, one.body.class)).collect()))
    }

    fn have(&self, student: &Slim) -> bool {
        match self {
            Self::Now => student.status != StudentStatus::Withdrawn,
            Self::Then(classes) => classes.contains_key(&student.id),
        }
    }

    fn class(&self, student: &Slim) -> Option<ClassId> {
        match self {
            Self::Now => student.class.clone(),
            Self::Then(classes) => classes.get(&student.id).cloned(),
        }
    }

    fn class_name(&self, cx: &Cx, student: &Slim) -> Option<Name> {
        match self {
            Self::Now => student.class_name.clone(),
            Self::Then(classes) => {
                classes.get(&student.id).and_then(|class| cx.settings.class(class)).map(|class| class.name.clone())
            }
        }
    }
}

/// What figures of that subject, or general ones, are not made of.
fn unread_for(subject: Option<&SubjectId>) -> Unread {
    if subject.is_some() { Student::MARKS } else { Student::LONG }
}

/// Walks over every student, a page at a time, without the `unread` fields.
async fn walk(cx: &Cx, unread: Unread, mut visit: impl FnMut(Slim)) -> Result<(), Fault> {
    let mut after: Option<String> = None;
    loop {
        let documents = cx.store.scan_without(Student::SCHEMA, &Filter::All, (after.as_deref(), STEP), unread).await?;
        for document in &documents {
            visit(document.parse(Student::SCHEMA.collection)?);
        }
        after = documents.last().map(|document| document.id.clone());
        if documents.len() < STEP as usize {
            return Ok(());
        }
    }
}

fn of(pass: Average, year: &YearId, term: Option<Term>, averages: &[Option<Average>]) -> ClassStats {
    let figures = summary(averages, pass);
    ClassStats {
        year: year.clone(),
        term,
        count: figures.count,
        without: figures.without,
        mean: figures.mean,
        min: figures.min,
        max: figures.max,
        median: figures.median,
        deviation: figures.deviation,
        pass_rate: figures.pass_rate,
        below_10: below_ten(&figures.sorted),
        distribution: figures.distribution,
        sorted: figures.sorted,
        classes: Vec::new(),
    }
}

/// Below 10, whatever the school's pass mark is.
fn below_ten(sorted: &[Average]) -> u64 {
    let below = sorted.iter().filter(|average| average.hundredths() < 1_000).count();
    u64::try_from(below).unwrap_or(u64::MAX)
}

/// A candidate for the best, as the cache keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Best {
    rows: Vec<TopRow>,
}

/// `Request::Top`.
pub async fn top_of(cx: &Cx, question: &TopQuestion) -> Result<Reply, Fault> {
    let year = question.year.clone().unwrap_or_else(|| cx.settings.school.current_year.clone());
    let term = match question.term {
        Some(term) => term,
        None => match last_term(cx, &year, question.class.as_ref()).await? {
            Some(term) => term,
            None => return Ok(Reply::Top(Vec::new())),
        },
    };
    let keys = &cx.core.config.keys;
    let plain = question.class.is_none() && question.limit == 10 && !question.with_ties;
    let rows = if plain {
        let current = (&year, term) == cx.settings.current();
        let key = if current { keys.top10() } else { keys.top10_of(&year, term) };
        let make = async { Ok(Best { rows: best(cx, question, &year, term).await? }) };
        cx.cached(&Tag::Students, &key, TOP_TTL, make).await?.rows
    } else {
        best(cx, question, &year, term).await?
    };
    Ok(Reply::Top(rows))
}

/// The term that is meant when none is named.
async fn last_term(cx: &Cx, year: &YearId, class: Option<&ClassId>) -> Result<Option<Term>, Fault> {
    let question = StatsQuestion { class: class.cloned(), subject: None, year: Some(year.clone()), term: None };
    match stats(cx, &question).await? {
        Reply::Stats(stats) => Ok(stats.term),
        _ => Ok(None),
    }
}

async fn best(cx: &Cx, question: &TopQuestion, year: &YearId, term: Term) -> Result<Vec<TopRow>, Fault> {
    let limit = usize::try_from(question.limit).unwrap_or(usize::MAX);
    let members = Members::of(cx, year).await?;
    let then = Then::read(cx, question.class.as_ref(), year, term).await?;
    let mut ranked = then.best(cx, limit).await?;
    let mut keep = |student: Slim| {
        if let Some(average) = student.average(year, term, None) {
            let class_name = members.class_name(cx, &student);
            let (averages, subject_averages) = (BTreeMap::new(), BTreeMap::new());
            ranked.push((Slim { class_name, averages, subject_averages, ..student }, average));
        }
    };
    match &question.class {
        Some(_) if !then.results.is_empty() => {}
        Some(class) => in_class(cx, class, year, Student::LONG).await?.into_iter().for_each(keep),
        None => {
            walk(cx, Student::LONG, |student| {
                if members.have(&student) && !then.tells(&student) {
                    keep(student);
                }
            })
            .await?;
        }
    }
    // Equals stand in the order of names.
    ranked
        .sort_by_cached_key(|(student, _)| words::sort_key(&[student.last_name.as_str(), student.first_name.as_str()]));
    let averages: Vec<Option<Average>> = ranked.iter().map(|(_, average)| Some(*average)).collect();
    let chosen = top(rules_of_year(cx, year).await?.ranking, &averages, limit, question.with_ties);
    let row = |(index, rank): (usize, crate::domain::rules::Rank)| {
        let (student, average) = ranked.get(index)?;
        Some(TopRow {
            rank: rank.position,
            tied: rank.tied,
            id: student.id.clone(),
            student: format!("{} {}", student.last_name.as_str().to_uppercase(), student.first_name),
            class: student.class_name.as_ref().map(|name| name.as_str().to_owned()),
            average: *average,
        })
    };
    Ok(chosen.into_iter().filter_map(row).collect())
}

//! Reading: a list with a row per student, and what stands on one student's bulletins.

use std::collections::{BTreeMap, BTreeSet};

use super::{reading, writing};
use crate::{
    backend::{
        cx::{Cx, Fault},
        handlers::{rules::person, sheet::rules_of},
    },
    domain::{
        access::sees_subject,
        bulletin::{BulletinOf, BulletinPage, honours},
        calendar::{Term, YearId},
        entities::{Appreciation, Enrolment, EnrolmentStatus, FollowUp, Student},
        id::{ClassId, StudentId},
        query::Filter,
        rules::{RuleSet, ranks},
        schema::{Entity, Stored},
        score::Average,
        words,
    },
    protocol::{BulletinKey, BulletinRow, BulletinView, BulletinWords, FollowShown, Reply},
    store::Records,
};

/// `Request::Bulletin`.
pub async fn view(cx: &Cx, key: &BulletinKey) -> Result<Reply, Fault> {
    super::known(cx, key)?;
    let (action, resource) = reading(key);
    cx.require(action, &resource)?;
    let result = super::result(cx, &key.of).await?;
    let rules = super::rules(cx, &key.of, result.as_ref().map(|result| &result.body)).await?;
    let (action, resource) = writing(key);
    let editable = result.is_none() && cx.settings.writable(&key.of.year) && cx.may(action, &resource);
    let (undo, redo) = if editable { super::steps::open(cx, key).await? } else { (false, false) };
    let rows = rows(cx, key, &rules).await?;
    let (key, closed) = (key.clone(), result.is_some());
    Ok(Reply::Bulletin(Box::new(BulletinView { key, closed, editable, undo, redo, rows, rules })))
}

/// Who is in the class in that year, in French order of names; of an option, those who take it.
async fn pupils(cx: &Cx, key: &BulletinKey) -> Result<Vec<Student>, Fault> {
    let (class, year) = (key.of.class.as_str(), key.of.year.as_str());
    let filter = Filter::equals("class", class).and(Filter::equals("year", year));
    let enrolments = cx.store.every::<Enrolment>(&filter).await?;
    let here = enrolments.into_iter().filter(|one| one.status == EnrolmentStatus::Enrolled);
    let ids: Vec<String> = here.map(|one| one.student.as_str().to_owned()).collect();
    let documents = cx.store.get_many(Student::SCHEMA, &ids).await?;
    let students: Result<Vec<Student>, _> =
        documents.iter().map(|document| document.parse(Student::SCHEMA.collection)).collect();
    let mut students = students?;
    if let BulletinPage::Subject(subject) = &key.page {
        students.retain(|student| cx.settings.weights.takes(&student.options, &key.of.year, subject));
    }
    students.sort_by_cached_key(|student| {
        (words::sort_key(&[student.last_name.as_str(), student.first_name.as_str()]), student.id.clone())
    });
    Ok(students)
}

fn average(student: &Student, key: &BulletinKey) -> Option<Average> {
    let of = &key.of;
    match &key.page {
        BulletinPage::Subject(subject) => student.subject_averages.get(&of.year)?.get(&of.term)?.get(subject).copied(),
        BulletinPage::FollowUp | BulletinPage::Council => student.averages.get(&of.year)?.terms.get(&of.term).copied(),
    }
}

async fn rows(cx: &Cx, key: &BulletinKey, rules: &RuleSet) -> Result<Vec<BulletinRow>, Fault> {
    let students = pupils(cx, key).await?;
    let averages: Vec<Option<Average>> = students.iter().map(|student| average(student, key)).collect();
    let places = ranks(rules.ranking, &averages);
    let subject = match &key.page {
        BulletinPage::Subject(subject) => Some(subject),
        BulletinPage::FollowUp | BulletinPage::Council => None,
    };
    let (year, term) = (&key.of.year, key.of.term);
    let named =
        |id: &dyn Fn(&StudentId) -> String| -> Vec<String> { students.iter().map(|student| id(&student.id)).collect() };
    let remarks = many::<Appreciation>(cx, &named(&|id| Appreciation::id_of(id, subject, year, term))).await?;
    // A subject's teacher sees the appreciations of that subject alone.
    let follows = if subject.is_none() {
        many::<FollowUp>(cx, &named(&|id| FollowUp::id_of(id, year, term))).await?
    } else {
        BTreeMap::new()
    };
    let mut rows = Vec::with_capacity(students.len());
    for ((student, average), rank) in students.into_iter().zip(averages).zip(places) {
        let remark = remarks.get(&Appreciation::id_of(&student.id, subject, year, term));
        let follow = follows.get(&FollowUp::id_of(&student.id, year, term));
        let decided = follow.and_then(|follow| follow.honour.clone());
        let decided_by = match (&decided, follow) {
            (Some(_), Some(follow)) => Some(person(cx, &follow.updated_by).await?),
            (_, _) => None,
        };
        let proposed = honours(rules, average, follow.map(|follow| &follow.body)).0;
        rows.push(BulletinRow {
            remark: remark.and_then(|remark| remark.text.clone()),
            follow: follow.map(|follow| shown(follow)).unwrap_or_default(),
            proposed: if subject.is_none() { proposed } else { None },
            decided,
            decided_by,
            average,
            rank,
            student: student.id,
            matricule: student.matricule,
            last_name: student.last_name,
            first_name: student.first_name,
            sex: student.sex,
        });
    }
    Ok(rows)
}

/// These documents by their ids.
async fn many<T: Entity>(cx: &Cx, ids: &[String]) -> Result<BTreeMap<String, Stored<T>>, Fault> {
    let mut found = BTreeMap::new();
    for document in cx.store.get_many(T::SCHEMA, ids).await? {
        let read: Stored<T> = document.parse(T::SCHEMA.collection)?;
        found.insert(read.id().to_owned(), read);
    }
    Ok(found)
}

fn shown(follow: &FollowUp) -> FollowShown {
    FollowShown {
        justified: follow.justified,
        unjustified: follow.unjustified,
        late: follow.late,
        conduct: follow.conduct,
        observation: follow.observation.clone(),
    }
}

/// What stands beside the marks of a student, of every term that has any. `family`: only of closed terms, for then it is
/// what the bulletin says; a colleague's appreciations are not a teacher's to read.
pub async fn of_student(
    cx: &Cx,
    student: &Student,
    classes: &BTreeMap<YearId, ClassId>,
    family: bool,
) -> Result<Vec<BulletinWords>, Fault> {
    let of = Filter::equals("student", student.id.as_str());
    let remarks = cx.store.every::<Appreciation>(&of).await?;
    let follows = cx.store.every::<FollowUp>(&of).await?;
    let mut terms: BTreeMap<(YearId, Term), BulletinWords> = BTreeMap::new();
    let mut named: BTreeSet<(YearId, Term)> = BTreeSet::new();
    for (year, all) in &student.averages {
        named.extend(all.terms.keys().map(|term| (year.clone(), *term)));
    }
    named.extend(remarks.iter().map(|one| (one.year.clone(), one.term)));
    named.extend(follows.iter().map(|one| (one.year.clone(), one.term)));
    named.retain(|(year, term)| !family || student.closed_term(year, *term).is_some());
    for (year, term) in &named {
        let term = *term;
        let follow = follows.iter().find(|one| one.year == *year && one.term == term);
        let rules = rules_then(cx, student, classes, year, term).await?;
        let average = student.averages.get(year).and_then(|all| all.terms.get(&term)).copied();
        let honour = honours(&rules, average, follow.map(|follow| &follow.body)).1;
        let words = BulletinWords {
            year: year.clone(),
            term,
            remarks: Vec::new(),
            follow: follow.map(|follow| shown(follow)).unwrap_or_default(),
            honour,
            decided: follow.and_then(|follow| follow.honour.clone()),
        };
        terms.insert((year.clone(), term), words);
    }
    let place = |remark: &Appreciation| {
        let of = |id| cx.settings.subjects.iter().position(|known| known.id == id);
        remark.subject.clone().map_or(usize::MAX, |subject| of(subject).unwrap_or(usize::MAX.saturating_sub(1)))
    };
    let mut remarks: Vec<Appreciation> = remarks.into_iter().map(|one| one.body).collect();
    remarks.sort_by_key(place);
    for remark in remarks {
        let Some(words) = terms.get_mut(&(remark.year, remark.term)) else { continue };
        let seen =
            family || remark.subject.as_ref().is_none_or(|subject| sees_subject(&cx.who, Some(&remark.class), subject));
        if let (Some(text), true) = (remark.text, seen) {
            words.remarks.push((remark.subject, text));
        }
    }
    let said = |words: &BulletinWords| {
        !words.remarks.is_empty()
            || words.follow != FollowShown::default()
            || words.honour.is_some()
            || words.decided.is_some()
    };
    Ok(terms.into_values().filter(said).collect())
}

/// The rules of that term: those it was closed by, else those in force; of the class's level.
async fn rules_then(
    cx: &Cx,
    student: &Student,
    classes: &BTreeMap<YearId, ClassId>,
    year: &YearId,
    term: Term,
) -> Result<RuleSet, Fault> {
    let closed = student.closed_term(year, term);
    let rules = rules_of(cx, closed.map(|how| how.rules.as_str())).await?;
    let class = closed.map(|how| &how.class).or_else(|| classes.get(year));
    let of = class.map(|class| BulletinOf { class: class.clone(), year: year.clone(), term });
    let level = of.and_then(|of| cx.settings.class(&of.class)).and_then(|class| class.level.clone());
    Ok(rules.at(level.as_ref()).into_owned())
}

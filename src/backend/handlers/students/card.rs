//! A student's card.

use std::collections::{BTreeMap, BTreeSet};

use super::{account_of, resource};
use crate::{
    backend::{
        cx::{Cx, Fault, Tag},
        handlers::{bulletin, statistics},
    },
    cache::keys::STUDENT_TTL,
    domain::{
        access::{Action, Resource, sees_subject},
        calendar::{Term, YearId},
        entities::{ClassResult, Enrolment, Sheet, Student},
        id::{ClassId, EnrolmentId, EvaluationId, StudentId, SubjectId},
        query::Filter,
        rules::rank_in,
        schema::{Entity, Stored},
        text_values::{Matricule, Name},
    },
    protocol::{CardRank, Failure, Reply, StudentCard, TermWeights},
    store::Records,
};

/// `Request::OpenStudent`.
pub async fn open(cx: &Cx, id: &StudentId) -> Result<Reply, Fault> {
    let student = read(cx, id).await?.ok_or(Failure::NotFound)?;
    card(cx, student).await
}

/// `Request::FindStudent`.
pub async fn find_by_matricule(cx: &Cx, matricule: &Matricule) -> Result<Reply, Fault> {
    let found = cx.store.every::<Student>(&Filter::equals("matricule", matricule.as_str())).await?;
    let student = found.into_iter().next().ok_or(Failure::NotFound)?;
    if !cx.core.config.cache.shared() {
        return card(cx, student).await;
    }
    // A card that is opened is there for the other desks, too.
    cx.core.phone_of(&student.id, student.phone.as_ref());
    open(cx, &student.id).await
}

/// The student, from the cache where the phone that names it there is known.
pub(super) async fn read(cx: &Cx, id: &StudentId) -> Result<Option<Stored<Student>>, Fault> {
    let tag = Tag::Student(id.as_str().to_owned());
    let keys = &cx.core.config.keys;
    let found = if let Some(phone) = cx.core.phone_known(id) {
        let from_store = async { Ok(cx.store.one::<Student>(id.as_str()).await?) };
        // The key is the phone's, so what is found there must be looked at: the phone may have changed hands.
        let cached: Option<Stored<Student>> = cx.cached(&tag, &keys.student(&phone), STUDENT_TTL, from_store).await?;
        match cached {
            Some(student) if student.id == *id => Some(student),
            Some(_) | None => cx.store.one::<Student>(id.as_str()).await?,
        }
    } else {
        let lease = cx.lease(&tag).await;
        let student = cx.store.one::<Student>(id.as_str()).await?;
        if let (Some(lease), Some(student)) = (lease, &student)
            && let Some(phone) = &student.phone
        {
            cx.fill(&keys.student(phone), lease, student, STUDENT_TTL).await;
        }
        student
    };
    if let Some(student) = &found {
        cx.core.phone_of(id, student.phone.as_ref());
    }
    Ok(found)
}

async fn card(cx: &Cx, mut student: Stored<Student>) -> Result<Reply, Fault> {
    let what = resource(&student);
    // Somebody else's pupil is not there, for who may not see it.
    if !cx.may(Action::ViewStudents, &what) {
        return Err(Failure::NotFound.into());
    }
    if !cx.may(Action::ViewMarks, &what) {
        student.body.grades.clear();
        student.body.average = None;
        student.body.averages.clear();
        student.body.subject_averages.clear();
    }
    let classes = classes_of(cx, &student).await?;
    let seen = |year: &YearId, subject: &SubjectId| sees_subject(&cx.who, classes.get(year), subject);
    student.body.grades.retain(|grade| seen(&grade.year, &grade.subject));
    for (year, terms) in &mut student.body.subject_averages {
        for subjects in terms.values_mut() {
            subjects.retain(|subject, _| seen(year, subject));
        }
    }
    let evaluations = titles(cx, &student, &classes).await?;
    let ranks = ranks(cx, &student, &classes).await?;
    let enrolment = EnrolmentId::of(&student.id, &cx.settings.school.current_year);
    let starts = cx.store.one::<Enrolment>(enrolment.as_str()).await?.and_then(|enrolment| enrolment.starts);
    let account = account_of(cx, &student.id).await?.map(|user| user.username.as_str().to_owned());
    let words = if cx.may(Action::ViewMarks, &what) {
        bulletin::of_student(cx, &student, &classes, false).await?
    } else {
        Vec::new()
    };
    Ok(Reply::Student(Box::new(StudentCard {
        then: weights_then(cx, &student).await?,
        words,
        may_edit: cx.may(Action::EditStudents, &Resource::School),
        may_delete: cx.may(Action::DeleteStudents, &Resource::School),
        account,
        starts,
        ranks,
        evaluations,
        student,
    })))
}

/// The class of each year.
pub(in crate::backend) async fn classes_of(cx: &Cx, student: &Student) -> Result<BTreeMap<YearId, ClassId>, Fault> {
    let enrolments = cx.store.every::<Enrolment>(&Filter::equals("student", student.id.as_str())).await?;
    let mut classes: BTreeMap<YearId, ClassId> =
        enrolments.into_iter().map(|enrolment| (enrolment.body.year, enrolment.body.class)).collect();
    if let Some(class) = student.class.as_ref().filter(|_| !cx.settings.weights.behind(student)) {
        classes.insert(cx.settings.school.current_year.clone(), class.clone());
    }
    Ok(classes)
}

/// The sheets that the student's grades stand on.
pub(in crate::backend) async fn sheets_of(
    cx: &Cx,
    student: &Student,
    classes: &BTreeMap<YearId, ClassId>,
) -> Result<Vec<Sheet>, Fault> {
    let ids: BTreeSet<String> = student
        .grades
        .iter()
        .filter_map(|grade| {
            // Marks of before a change of class stand on the old one's sheets.
            let class = grade.class.as_ref().or_else(|| classes.get(&grade.year))?;
            Some(Sheet::id_of(class, &grade.subject, &grade.year, grade.term).as_str().to_owned())
        })
        .collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let documents = cx.store.get_many(Sheet::SCHEMA, &ids).await?;
    let sheets: Result<Vec<Sheet>, _> = documents.iter().map(|doc| doc.parse(Sheet::SCHEMA.collection)).collect();
    Ok(sheets?)
}

async fn titles(
    cx: &Cx,
    student: &Student,
    classes: &BTreeMap<YearId, ClassId>,
) -> Result<BTreeMap<EvaluationId, Name>, Fault> {
    let named: BTreeSet<&EvaluationId> = student.grades.iter().map(|grade| &grade.evaluation).collect();
    let sheets = sheets_of(cx, student, classes).await?;
    let columns = sheets.into_iter().flat_map(|sheet| sheet.evaluations);
    Ok(columns.filter(|column| named.contains(&column.id)).map(|column| (column.id, column.title)).collect())
}

/// Places in class by general average, of every year and term that has one.
pub(super) async fn ranks(
    cx: &Cx,
    student: &Student,
    classes: &BTreeMap<YearId, ClassId>,
) -> Result<Vec<CardRank>, Fault> {
    let results = results_of(cx, student).await?;
    let mut found = Vec::new();
    for (year, averages) in &student.averages {
        let Some(class) = classes.get(year) else { continue };
        for (term, average) in &averages.terms {
            let term: Term = *term;
            if let Some(closed) = results.iter().find(|result| result.year == *year && result.term == term) {
                found.extend(rank_then(closed, student));
                continue;
            }
            let stats = statistics::class_term(cx, class, year, term, None).await?;
            let Some(rank) = rank_in(cx.settings.rules.ranking, &stats.sorted, *average) else { continue };
            found.push(CardRank {
                year: year.clone(),
                term,
                rank: rank.position,
                tied: rank.tied,
                of: u32::try_from(stats.count).unwrap_or(u32::MAX),
            });
        }
    }
    Ok(found)
}

/// The results of the student's closed terms.
pub(in crate::backend) async fn results_of(cx: &Cx, student: &Student) -> Result<Vec<ClassResult>, Fault> {
    let closed = student.closed.iter().flat_map(|(year, terms)| terms.iter().map(move |(term, how)| (year, term, how)));
    let ids: Vec<String> = closed.map(|(year, term, how)| ClassResult::id_of(&how.class, year, *term)).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let documents = cx.store.get_many(ClassResult::SCHEMA, &ids).await?;
    let results: Result<Vec<ClassResult>, _> =
        documents.iter().map(|document| document.parse(ClassResult::SCHEMA.collection)).collect();
    Ok(results?)
}

/// What the subjects counted in those terms.
pub(super) async fn weights_then(cx: &Cx, student: &Student) -> Result<Vec<TermWeights>, Fault> {
    let results = results_of(cx, student).await?;
    let weights = |result: ClassResult| TermWeights {
        coefficients: result.subjects.into_iter().map(|one| (one.subject, one.coefficient)).collect(),
        year: result.year,
        term: result.term,
    };
    Ok(results.into_iter().map(weights).collect())
}

/// The place that was had when the term was closed.
fn rank_then(closed: &ClassResult, student: &Student) -> Option<CardRank> {
    let then = closed.students.iter().find(|row| row.student == student.id)?;
    let rank = then.rank?;
    Some(CardRank {
        year: closed.year.clone(),
        term: closed.term,
        rank: rank.position,
        tied: rank.tied,
        of: u32::try_from(closed.general.count).unwrap_or(u32::MAX),
    })
}

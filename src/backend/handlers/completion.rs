//! How far the marks are entered. Marks are counted by the store, all sheets in one question; only those of the few
//! students who are not, or no longer, in the class of a sheet are read one by one and left out.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{
    backend::cx::{Cx, Fault},
    domain::{
        access::{Action, Scope, scope},
        calendar::{Term, YearId},
        entities::{Enrolment, EnrolmentStatus, Mark, Sheet, SheetState},
        id::{ClassId, EvaluationId, StudentId, SubjectId},
        query::{Aggregate, Filter},
        schema::{Entity, Stored},
    },
    protocol::{ColumnProgress, CompletionQuestion, Failure, Reply, SheetKey, SheetProgress},
    store::Records,
};

/// Values in one filter: a store takes no more than some 30,000.
const STEP: usize = 5_000;

/// `Request::Completion`: in the order of classes, of subjects, of terms.
pub async fn completion(cx: &Cx, question: &CompletionQuestion) -> Result<Reply, Fault> {
    let settings = &cx.settings;
    let year = question.year.clone().unwrap_or_else(|| settings.school.current_year.clone());
    let terms = match question.term {
        Some(term) => vec![term],
        None => settings.terms(&year),
    };
    let pairs = pairs(cx, question.class.as_ref())?;
    let classes: BTreeSet<&ClassId> = pairs.iter().map(|(class, _)| class).collect();
    let sheets = sheets(cx, &classes, &year).await?;
    let enrolled = enrolled(cx, &classes, &year).await?;
    let counts = counts(cx, &sheets, &enrolled).await?;
    let later = later(cx, &sheets, &enrolled).await?;
    let closed = !settings.writable(&year);
    let mut lines = Vec::new();
    for (class, subject) in pairs {
        let option = settings.subject(&subject).is_some_and(|subject| subject.optional);
        let students = if option {
            enrolled.takers.get(&(class.clone(), subject.clone())).copied().unwrap_or_default()
        } else {
            enrolled.classes.get(&class).copied().unwrap_or_default()
        };
        for term in &terms {
            let sheet = sheets.get(&(class.clone(), subject.clone(), *term));
            let counts_there = settings.weights.coefficient(Some(&class), &subject) > 0;
            if !counts_there && sheet.is_none_or(|sheet| sheet.evaluations.is_empty()) {
                continue;
            }
            let columns = sheet.map(|sheet| sheet.evaluations.as_slice()).unwrap_or_default().iter();
            let columns = columns.map(|column| ColumnProgress {
                title: column.title.clone(),
                students: students.saturating_sub(later.get(&column.id).copied().unwrap_or_default()),
                entered: counts.get(&column.id).copied().unwrap_or_default(),
            });
            lines.push(SheetProgress {
                students,
                columns: columns.collect(),
                closed: closed || sheet.is_some_and(|sheet| sheet.state == SheetState::Closed),
                key: SheetKey { class: class.clone(), subject: subject.clone(), year: year.clone(), term: *term },
            });
        }
    }
    Ok(Reply::Completion(lines))
}

/// The sheets that the user may see, as classes and subjects.
fn pairs(cx: &Cx, class: Option<&ClassId>) -> Result<Vec<(ClassId, SubjectId)>, Fault> {
    if let Some(class) = class {
        cx.settings.class(class).ok_or(Failure::NotFound)?;
    }
    let own = match scope(&cx.who, Action::ViewSheet) {
        Scope::Everything => None,
        Scope::Classes(_) => Some(&cx.who.charges),
        Scope::Students(_) | Scope::Nothing => return Err(Failure::Denied.into()),
    };
    let mut pairs = Vec::new();
    for here in cx.settings.classes.iter().filter(|here| class.is_none_or(|class| here.id == *class)) {
        for subject in &cx.settings.subjects {
            let pair = (here.id.clone(), subject.id.clone());
            if own.is_none_or(|own| own.contains(&pair)) {
                pairs.push(pair);
            }
        }
    }
    if class.is_some() && pairs.is_empty() && own.is_some() {
        return Err(Failure::Denied.into());
    }
    Ok(pairs)
}

type Sheets = BTreeMap<(ClassId, SubjectId, Term), Sheet>;

async fn sheets(cx: &Cx, classes: &BTreeSet<&ClassId>, year: &YearId) -> Result<Sheets, Fault> {
    let filter = of_classes(classes).and(Filter::equals("year", year.as_str()));
    let sheets = cx.store.every::<Sheet>(&filter).await?;
    let place = |sheet: Stored<Sheet>| ((sheet.class.clone(), sheet.subject.clone(), sheet.term), sheet.body);
    Ok(sheets.into_iter().map(place).collect())
}

fn of_classes(classes: &BTreeSet<&ClassId>) -> Filter {
    // Thousands of classes are all of them, or nearly.
    if classes.len() > STEP {
        return Filter::All;
    }
    Filter::any_of("class", classes.iter().map(|class| class.as_str()))
}

/// Who is in which class.
#[derive(Default)]
struct Enrolled {
    /// Students of each class.
    classes: BTreeMap<ClassId, u64>,
    homes: BTreeMap<StudentId, ClassId>,
    /// Students of a class who take an option.
    takers: BTreeMap<(ClassId, SubjectId), u64>,
    options: BTreeMap<StudentId, Vec<SubjectId>>,
    /// The first day of those who came late.
    first_days: BTreeMap<StudentId, Date>,
    /// Those whose place was changed during the year: they may have come from another class.
    moved: BTreeSet<StudentId>,
}

async fn enrolled(cx: &Cx, classes: &BTreeSet<&ClassId>, year: &YearId) -> Result<Enrolled, Fault> {
    let filter = of_classes(classes).and(Filter::equals("year", year.as_str()));
    let mut enrolled = Enrolled::default();
    for enrolment in cx.store.every::<Enrolment>(&filter).await? {
        if enrolment.status == EnrolmentStatus::Enrolled {
            let count = enrolled.classes.entry(enrolment.class.clone()).or_default();
            *count = count.saturating_add(1);
            for option in &enrolment.options {
                let count = enrolled.takers.entry((enrolment.class.clone(), option.clone())).or_default();
                *count = count.saturating_add(1);
            }
            if !enrolment.options.is_empty() {
                enrolled.options.insert(enrolment.student.clone(), enrolment.options.clone());
            }
            if let Some(day) = enrolment.starts {
                enrolled.first_days.insert(enrolment.student.clone(), day);
            }
            if enrolment.version > 1 {
                enrolled.moved.insert(enrolment.student.clone());
            }
            enrolled.homes.insert(enrolment.body.student, enrolment.body.class);
        }
    }
    Ok(enrolled)
}

/// Marks in each column, those of students of the class only.
async fn counts(cx: &Cx, sheets: &Sheets, enrolled: &Enrolled) -> Result<BTreeMap<EvaluationId, u64>, Fault> {
    let homes: BTreeMap<&EvaluationId, &Sheet> =
        sheets.values().flat_map(|sheet| sheet.evaluations.iter().map(move |column| (&column.id, sheet))).collect();
    let ids: Vec<&EvaluationId> = homes.keys().copied().collect();
    let mut counts = BTreeMap::new();
    let mut strays: BTreeSet<String> = BTreeSet::new();
    for some in ids.chunks(STEP) {
        for (column, count) in grouped(cx, some, "entered").await? {
            counts.insert(EvaluationId::new(column), count);
        }
        // Who has left, has changed class or option, is deleted: the marks are still there.
        let students = grouped(cx, some, "student").await?.into_iter().map(|(student, _)| student);
        strays.extend(students.filter(|student| {
            let id = StudentId::new(student.as_str());
            enrolled.moved.contains(&id) || !enrolled.homes.contains_key(&id)
        }));
    }
    for some in strays.into_iter().collect::<Vec<_>>().chunks(STEP) {
        for mark in cx.store.every::<Mark>(&Filter::any_of("student", some)).await? {
            let Some(home) = homes.get(&mark.evaluation).filter(|_| mark.value.is_some()) else { continue };
            let here = enrolled.homes.get(&mark.student) == Some(&home.class);
            if let Some(count) = counts.get_mut(&mark.evaluation).filter(|_| !here) {
                *count = count.saturating_sub(1);
            }
        }
    }
    counts.extend(counts_of_options(cx, sheets, enrolled).await?);
    Ok(counts)
}

/// The same of options: only marks of those who take one count, so they are read one by one.
async fn counts_of_options(
    cx: &Cx,
    sheets: &Sheets,
    enrolled: &Enrolled,
) -> Result<BTreeMap<EvaluationId, u64>, Fault> {
    let optional = |sheet: &&Sheet| cx.settings.subject(&sheet.subject).is_some_and(|subject| subject.optional);
    let homes: BTreeMap<&EvaluationId, &Sheet> = sheets
        .values()
        .filter(optional)
        .flat_map(|sheet| sheet.evaluations.iter().map(move |column| (&column.id, sheet)))
        .collect();
    let ids: Vec<&EvaluationId> = homes.keys().copied().collect();
    let mut counts: BTreeMap<EvaluationId, u64> = ids.iter().map(|id| ((*id).clone(), 0)).collect();
    for some in ids.chunks(STEP) {
        let columns = Filter::any_of("evaluation", some.iter().map(|id| id.as_str()));
        for mark in cx.store.every::<Mark>(&columns).await? {
            let Some(home) = homes.get(&mark.evaluation).filter(|_| mark.value.is_some()) else { continue };
            let here = enrolled.homes.get(&mark.student) == Some(&home.class);
            let takes = enrolled.options.get(&mark.student).is_some_and(|options| options.contains(&home.subject));
            if let Some(count) = counts.get_mut(&mark.evaluation).filter(|_| here && takes) {
                *count = count.saturating_add(1);
            }
        }
    }
    Ok(counts)
}

/// Students of each column who came after it was held and have no mark in it: nothing is missing there.
async fn later(cx: &Cx, sheets: &Sheets, enrolled: &Enrolled) -> Result<BTreeMap<EvaluationId, u64>, Fault> {
    let late: Vec<&str> = enrolled.first_days.keys().map(StudentId::as_str).collect();
    let mut marked: BTreeSet<(StudentId, EvaluationId)> = BTreeSet::new();
    for some in late.chunks(STEP) {
        let marks = cx.store.every::<Mark>(&Filter::any_of("student", some.iter().copied())).await?;
        let marks = marks.into_iter().filter(|mark| mark.value.is_some());
        marked.extend(marks.map(|mark| (mark.body.student, mark.body.evaluation)));
    }
    let mut later = BTreeMap::new();
    for sheet in sheets.values() {
        let option = cx.settings.subject(&sheet.subject).is_some_and(|subject| subject.optional);
        let takes = |student: &StudentId| {
            !option || enrolled.options.get(student).is_some_and(|options| options.contains(&sheet.subject))
        };
        let here: Vec<(&StudentId, &Date)> = enrolled
            .first_days
            .iter()
            .filter(|(student, _)| enrolled.homes.get(*student) == Some(&sheet.class) && takes(student))
            .collect();
        for column in &sheet.evaluations {
            let without = here.iter().filter(|(student, first)| {
                !column.awaits(Some(**first)) && !marked.contains(&((*student).clone(), column.id.clone()))
            });
            later.insert(column.id.clone(), u64::try_from(without.count()).unwrap_or(u64::MAX));
        }
    }
    Ok(later)
}

/// Marks entered in those columns, counted by a field.
async fn grouped(cx: &Cx, columns: &[&EvaluationId], by: &'static str) -> Result<Vec<(String, u64)>, Fault> {
    let what = Aggregate {
        filter: Filter::any_of("entered", columns.iter().map(|id| id.as_str())),
        group_by: Some(by.into()),
        over: None,
        below: None,
    };
    let groups = cx.store.aggregate(Mark::SCHEMA, &what).await?;
    Ok(groups.into_iter().filter_map(|group| Some((group.key?, group.documents))).collect())
}

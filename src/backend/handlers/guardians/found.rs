//! Finding guardians: of a student, by name, by phone; and students by their guardians.

use std::collections::BTreeMap;

use super::seen;
use crate::{
    backend::{
        cx::{Cx, Fault},
        guard,
    },
    domain::{
        access::{Action, Scope, scope},
        entities::{Guardian, Student},
        filter_text::{GUARDIAN_DIGITS, GUARDIAN_WORDS},
        id::StudentId,
        query::{Cursor, Direction, Filter, Query, Seek, Sort},
        schema::{Entity, Stored},
        words,
    },
    protocol::{Failure, GuardianPage, StudentRow, Why},
    store::Records,
};

/// Guardians in one answer.
const MOST: u32 = 1_000;
/// Students are found by so many guardians at once: more are not a search, but a wrong key.
const BY_GUARDIANS: u32 = 500;
/// Students of a teacher's classes whose guardians are looked for.
const OWN_STUDENTS: u32 = 2_000;
/// Students in one question.
const TOGETHER: usize = 100;

/// The guardians of a student.
pub(super) async fn of_student(cx: &Cx, id: &StudentId) -> Result<Vec<Stored<Guardian>>, Fault> {
    of_students(cx, std::slice::from_ref(id)).await
}

async fn of_students(cx: &Cx, ids: &[StudentId]) -> Result<Vec<Stored<Guardian>>, Fault> {
    let mut all = BTreeMap::new();
    for some in ids.chunks(TOGETHER) {
        let word = |id: &StudentId| Filter::WordPrefix("child_words".into(), words::fold(id.as_str()));
        let filter = Filter::Or(some.iter().map(word).collect());
        for guardian in cx.store.every::<Guardian>(&filter).await? {
            // A prefix may be another's whole id.
            if guardian.students().any(|child| some.contains(child)) {
                all.insert(guardian.id.clone(), guardian);
            }
        }
    }
    Ok(all.into_values().collect())
}

/// What a text looks for: every word begins a word of the name, or the digits are in a phone. `None`: it is too little.
fn filter(text: &str) -> Option<Filter> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let spaced = text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-./()".contains(c));
    if spaced && !digits.is_empty() {
        return (digits.len() >= 3).then(|| Filter::WordPrefix("phone_digits".into(), digits));
    }
    let parts = words::words(text).into_iter().map(|word| Filter::WordPrefix("name_words".into(), word));
    Some(parts.fold(Filter::All, Filter::and))
}

fn fits(guardian: &Guardian, filter: &Filter) -> bool {
    match filter {
        Filter::All => true,
        Filter::And(parts) => parts.iter().all(|part| fits(guardian, part)),
        Filter::WordPrefix(field, word) => {
            let known = if field == "phone_digits" {
                guardian.phones.iter().flat_map(|phone| words::digit_tails(phone.as_str())).collect()
            } else {
                words::words(&guardian.full_name())
            };
            known.iter().any(|known| known.starts_with(word))
        }
        Filter::Equals(..)
        | Filter::In(..)
        | Filter::Range { .. }
        | Filter::Exists(_)
        | Filter::Or(_)
        | Filter::Not(_) => false,
    }
}

/// Guardians by name or phone, in the order of names.
pub(super) async fn page(cx: &Cx, text: &str, limit: u32, after: Option<&Cursor>) -> Result<GuardianPage, Fault> {
    let text: String = text.chars().take(200).collect();
    let Some(filter) = filter(&text) else { return Ok(GuardianPage::default()) };
    let limit = limit.clamp(1, MOST);
    if scope(&cx.who, Action::ViewStudents) == Scope::Everything {
        let seek = after.map_or(Seek::First, |cursor| Seek::After(cursor.clone()));
        let sort = Sort::by("name_key", Direction::Ascending);
        let found = cx.store.page::<Guardian, Stored<Guardian>>(&Query { filter, sort, seek, limit }, &[]).await?;
        let next = found.cursors.last().filter(|_| found.more).cloned();
        return Ok(GuardianPage { rows: seen::rows(cx, found.items).await?, next });
    }
    // Of one's own classes: few enough to look through.
    let students = Query {
        filter: guard::cut(&cx.who, Action::ViewStudents, Filter::All)?,
        sort: Sort::by("name_key", Direction::Ascending),
        seek: Seek::First,
        limit: OWN_STUDENTS,
    };
    let students = cx.store.page::<Student, StudentRow>(&students, Student::LONG).await?;
    let ids: Vec<StudentId> = students.items.into_iter().map(|row| row.id).collect();
    let mut found = of_students(cx, &ids).await?;
    found.retain(|guardian| fits(guardian, &filter));
    let mut rows = seen::rows(cx, found).await?;
    seen::by_name(&mut rows);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(GuardianPage { rows, next: None })
}

/// At most so many guardians by name or phone, whoever asks; nobody for nothing.
pub(in crate::backend) async fn by_text(cx: &Cx, text: &str, limit: u32) -> Result<Vec<Stored<Guardian>>, Fault> {
    let Some(filter) = filter(text).filter(|filter| *filter != Filter::All) else { return Ok(Vec::new()) };
    let query = Query { filter, sort: Sort::by("name_key", Direction::Ascending), seek: Seek::First, limit };
    Ok(cx.store.page::<Guardian, Stored<Guardian>>(&query, &[]).await?.items)
}

/// The filter with words about guardians replaced by the students they answer for.
///
/// # Errors
/// Too many guardians fit.
pub(in crate::backend) async fn students_of(cx: &Cx, filter: Filter) -> Result<Filter, Fault> {
    let mut wanted = Vec::new();
    named(&filter, &mut wanted);
    let mut known = BTreeMap::new();
    for text in wanted {
        let guardians = by_text(cx, &text, BY_GUARDIANS.saturating_add(1)).await?;
        if guardians.len() > usize::try_from(BY_GUARDIANS).unwrap_or(usize::MAX) {
            return Err(Failure::refused(Why::TooManyGuardians).into());
        }
        let mut ids: Vec<String> =
            guardians.iter().flat_map(|guardian| guardian.students()).map(|id| id.as_str().to_owned()).collect();
        ids.sort();
        ids.dedup();
        let mut matricules = Vec::new();
        for document in cx.store.get_many(Student::SCHEMA, &ids).await? {
            let student: StudentRow = document.parse(Student::SCHEMA.collection)?;
            matricules.push(student.matricule.as_str().to_owned());
        }
        known.insert(text, Filter::any_of("matricule", matricules));
    }
    Ok(replaced(filter, &known))
}

/// The texts that guardians are looked for by.
fn named(filter: &Filter, texts: &mut Vec<String>) {
    match filter {
        Filter::WordPrefix(field, text) if is_guardians(field) => texts.push(text.clone()),
        Filter::And(parts) | Filter::Or(parts) => parts.iter().for_each(|part| named(part, texts)),
        Filter::Not(part) => named(part, texts),
        Filter::WordPrefix(..)
        | Filter::All
        | Filter::Equals(..)
        | Filter::In(..)
        | Filter::Range { .. }
        | Filter::Exists(_) => {}
    }
}

fn is_guardians(field: &str) -> bool {
    field == GUARDIAN_WORDS || field == GUARDIAN_DIGITS
}

fn replaced(filter: Filter, known: &BTreeMap<String, Filter>) -> Filter {
    let all = |parts: Vec<Filter>| parts.into_iter().map(|part| replaced(part, known)).collect();
    match filter {
        Filter::WordPrefix(field, text) if is_guardians(&field) => {
            known.get(&text).cloned().unwrap_or_else(|| Filter::any_of("matricule", Vec::<String>::new()))
        }
        Filter::And(parts) => Filter::And(all(parts)),
        Filter::Or(parts) => Filter::Or(all(parts)),
        Filter::Not(part) => Filter::Not(Box::new(replaced(*part, known))),
        other @ (Filter::WordPrefix(..)
        | Filter::All
        | Filter::Equals(..)
        | Filter::In(..)
        | Filter::Range { .. }
        | Filter::Exists(_)) => other,
    }
}

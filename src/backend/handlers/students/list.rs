//! Lists of students, their number, and the palette's search.

use sha2::{Digest, Sha256};

use crate::{
    backend::{
        cx::{Cx, Fault, Tag},
        guard,
        handlers::guardians,
    },
    cache::keys::LIST_TTL,
    domain::{
        access::{Action, Scope, scope},
        entities::Student,
        query::{Count, Direction, Filter, Page, Query, Seek, Sort},
        schema::Entity,
        words,
    },
    protocol::{Failure, Found, Reply, StudentRow, Why},
    store::{Records, StoreError},
};

/// Filtered lists are counted up to here: `1 000+`.
const CAP: u64 = 1_000;
/// First pages up to this length are cached.
const CACHED_ROWS: u32 = 200;

/// Does this user see marks at all?
fn sees_marks(cx: &Cx) -> bool {
    scope(&cx.who, Action::ViewMarks) != Scope::Nothing
}

/// What may be asked by, and of whom.
async fn admit(cx: &Cx, mut query: Query) -> Result<Query, Fault> {
    guard::askable(&cx.who, Student::SCHEMA, &query)?;
    if !sees_marks(cx) {
        let mut by_marks = query.sort.0.iter().any(|(field, _)| field == "average");
        query.filter.fields(&mut |field| by_marks |= field == "average");
        if by_marks {
            return Err(Failure::Denied.into());
        }
    }
    query.filter = guard::cut(&cx.who, Action::ViewStudents, query.filter)?;
    query.filter = guardians::students_of(cx, query.filter).await?;
    Ok(query)
}

/// A query that the store does not understand is the asker's to mend.
fn said(fault: Fault) -> Fault {
    match fault {
        Fault::Store(StoreError::Query { why, .. }) => Failure::refused(Why::Query { word: why }).into(),
        other => other,
    }
}

/// `Request::ListStudents`.
pub async fn list(cx: &Cx, query: &Query) -> Result<Reply, Fault> {
    let query = admit(cx, query.clone()).await?;
    let read = async { Ok(cx.store.page::<Student, StudentRow>(&query, Student::LONG).await?) };
    // The first page of the whole school's list, in any order, is what every screen opens with.
    let default = query.filter == Filter::All && query.seek == Seek::First && query.limit <= CACHED_ROWS;
    let page: Result<Page<StudentRow>, Fault> = if default {
        let key = cx.core.config.keys.students_list(&hash(&query));
        cx.cached(&Tag::Students, &key, LIST_TTL, read).await
    } else {
        read.await
    };
    let mut page = page.map_err(said)?;
    for row in &page.items {
        cx.core.phone_of(&row.id, row.phone.as_ref());
    }
    if !sees_marks(cx) {
        page.items.iter_mut().for_each(|row| row.average = None);
    }
    Ok(Reply::Students(page))
}

fn hash(query: &Query) -> String {
    let text = serde_json::to_string(query).unwrap_or_default();
    let digest = Sha256::digest(text.as_bytes());
    data_encoding::HEXLOWER.encode(digest.get(..8).unwrap_or_default())
}

/// `Request::CountStudents`.
pub async fn count(cx: &Cx, filter: &Filter) -> Result<Reply, Fault> {
    let query = admit(cx, Query { filter: filter.clone(), ..Query::default() }).await?;
    let cap = if query.filter == Filter::All { u64::MAX } else { CAP };
    let counted: Result<Count, StoreError> = cx.store.count(Student::SCHEMA, &query.filter, cap).await;
    Ok(Reply::Count(counted.map_err(|error| said(error.into()))?))
}

/// Every word begins some word of the name, the matricule or the phone.
pub(super) fn words_filter(text: &str) -> Filter {
    let mut all = Filter::All;
    for word in words::words(text) {
        let prefix = |field: &'static str| Filter::WordPrefix(field.into(), word.clone());
        let mut any = vec![prefix("last_words"), prefix("first_words"), prefix("number_words")];
        if word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_digit()) {
            any.push(prefix("phone_digits"));
        }
        all = all.and(Filter::Or(any));
    }
    all
}

/// The children of the guardians whose phone has these digits, as far as the asker may see them, besides those found.
async fn of_guardians(cx: &Cx, text: &str, found: &[StudentRow], limit: u32) -> Result<Vec<StudentRow>, Fault> {
    let room = usize::try_from(limit).unwrap_or_default().saturating_sub(found.len());
    let guardians = guardians::by_text(cx, text, limit).await?;
    let children = guardians.iter().flat_map(|guardian| guardian.students());
    let ids: std::collections::BTreeSet<String> = children
        .filter(|child| !found.iter().any(|row| row.id == **child))
        .map(|child| child.as_str().to_owned())
        .take(room)
        .collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let mut rows = Vec::new();
    for document in cx.store.get_many(Student::SCHEMA, &ids).await? {
        let student: Student = document.parse(Student::SCHEMA.collection)?;
        if cx.may(Action::ViewStudents, &super::resource(&student)) {
            rows.push(document.parse(Student::SCHEMA.collection)?);
        }
    }
    Ok(rows)
}

/// `Request::Find`.
pub async fn find(cx: &Cx, text: &str, limit: u32) -> Result<Reply, Fault> {
    // The palette is for a few words; a pasted page is not searched for.
    let text: String = text.chars().take(200).collect();
    if words::words(&text).is_empty() {
        return Ok(Reply::Found(Vec::new()));
    }
    let phone: String = text.chars().filter(char::is_ascii_digit).collect();
    let spaced = text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-./".contains(c));
    // `76 12 34 56` is one phone, however spaced.
    let by_phone = spaced && phone.len() >= 3;
    let filter = if by_phone {
        Filter::Or(vec![Filter::WordPrefix("phone_digits".into(), phone), words_filter(&text)])
    } else {
        words_filter(&text)
    };
    let query = Query {
        filter: guard::cut(&cx.who, Action::ViewStudents, filter)?,
        sort: Sort::by("name_key", Direction::Ascending),
        seek: Seek::First,
        limit: limit.clamp(1, 100),
    };
    let mut page = cx.store.page::<Student, StudentRow>(&query, Student::LONG).await?;
    if by_phone {
        page.items.extend(of_guardians(cx, &text, &page.items, query.limit).await?);
    }
    let found = page.items.into_iter().map(|row| Found {
        name: format!("{} {}", row.last_name.as_str().to_uppercase(), row.first_name),
        id: row.id,
        matricule: row.matricule,
        class: row.class_name.map(String::from),
    });
    Ok(Reply::Found(found.collect()))
}

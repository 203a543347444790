//! Every way in which words are looked for gives the same lists: compared with what the documents themselves say.

use super::*;
use crate::domain::{
    query::Bound,
    schema::{Derived, DerivedValue},
};

/// More than enough for each way to be the chosen one for some word.
const STUDENTS: u32 = 2_200;

fn document(number: u32) -> Value {
    let lasts = ["Traoré", "Ba-Traoré", "Coulibaly", "Tra", "Keïta", "Traoré", "Touré Traoré", "Zié"];
    let firsts = ["Awa", "Tracy", "Ténin", "Mamadou", "Fanta", "Aminata", "Oumou"];
    let scattered = |by: u32| number.wrapping_mul(by) >> 7;
    let pick = |list: &[&'static str], by: u32| list.iter().cycle().nth(scattered(by) as usize & 0xFF).copied();
    let average = f64::from(number.wrapping_mul(7_919) % 2_000) / 100.0;
    json!({
        "_id": format!("s{:09}-{number}", scattered(2_654_435_761)),
        "matricule": format!("MLE-{number:05}"), "last_name": pick(&lasts, 2_654_435_761),
        "first_name": pick(&firsts, 40_503), "phone": null, "status": "active",
        "class_name": format!("T{}", number % 9), "average": (!number.is_multiple_of(11)).then_some(average),
        "version": 1, "created_at": "2026-11-20T08:00:00Z", "updated_at": "2026-11-20T08:00:00Z", "updated_by": "u1",
    })
}

/// A document and what is derived from it.
type Known = (Value, Derived);

fn known(documents: &[Value]) -> Vec<Known> {
    documents.iter().map(|doc| (doc.clone(), (Student::SCHEMA.derive)(doc))).collect()
}

fn derived<'a>(known: &'a Known, name: &str) -> &'a DerivedValue {
    &known.1.iter().find(|(field, _)| *field == name).unwrap().1
}

fn fits(known: &Known, filter: &Filter) -> bool {
    let doc = &known.0;
    match filter {
        Filter::All => true,
        Filter::WordPrefix(field, prefix) => match derived(known, field) {
            DerivedValue::Words(words) => words.iter().any(|word| word.starts_with(prefix.as_str())),
            DerivedValue::Key(_) => false,
        },
        Filter::Equals(field, KeyValue::Text(text)) => doc[field.as_ref()] == json!(text),
        Filter::Range { max: Some(Bound::Excluded(KeyValue::Decimal(max))), .. } => {
            doc["average"].as_f64().is_some_and(|average| average < f64::from(i32::try_from(*max).unwrap()) / 100.0)
        }
        Filter::And(parts) => parts.iter().all(|part| fits(known, part)),
        Filter::Or(parts) => parts.iter().any(|part| fits(known, part)),
        other => unreachable!("{other:?}"),
    }
}

/// As text that sorts like the field; `None` if it is absent.
fn key(known: &Known, field: &str) -> Option<String> {
    let doc = &known.0;
    match field {
        "average" => doc["average"].as_f64().map(|average| format!("{:06.0}", average * 100.0)),
        "class_name" => doc["class_name"].as_str().map(str::to_owned),
        derived_field => match derived(known, derived_field) {
            DerivedValue::Key(key) => Some(key.clone()),
            DerivedValue::Words(_) => None,
        },
    }
}

fn expected(documents: &[Known], query: &Query) -> Vec<String> {
    let mut rows: Vec<(Vec<Option<String>>, String)> = documents
        .iter()
        .filter(|doc| fits(doc, &query.filter))
        .map(|doc| {
            let keys = query.sort.0.iter().map(|(field, _)| key(doc, field)).collect();
            (keys, doc.0["_id"].as_str().unwrap().to_owned())
        })
        .collect();
    rows.sort_by(|(one, one_id), (two, two_id)| {
        let turned = |order: std::cmp::Ordering, way| if way == Direction::Ascending { order } else { order.reverse() };
        let absent = one[0].is_none().cmp(&two[0].is_none());
        let fields = query.sort.0.iter().zip(one.iter().zip(two));
        let by_fields = fields.fold(absent, |so_far, ((_, way), (one, two))| so_far.then(turned(one.cmp(two), *way)));
        by_fields.then(turned(one_id.cmp(two_id), query.sort.0[0].1))
    });
    rows.into_iter().map(|(_, id)| id).collect()
}

/// The list from one end to the other, some pages long.
async fn read(store: &SqliteStore, query: &Query, backwards: bool) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut seek = if backwards { Seek::Last } else { Seek::First };
    loop {
        let page = store.find(Student::SCHEMA, &Query { seek, ..query.clone() }).await.unwrap();
        let ids = page.items.iter().map(|item| item.id.clone());
        let end = if backwards { page.cursors.first() } else { page.cursors.last() }.cloned();
        if backwards {
            all.splice(0..0, ids);
        } else {
            all.extend(ids);
        }
        match end {
            Some(cursor) if page.more => seek = if backwards { Seek::Before(cursor) } else { Seek::After(cursor) },
            _ => return all,
        }
    }
}

fn filters() -> Vec<Filter> {
    let word = |field: &'static str, prefix: &str| Filter::WordPrefix(field.into(), prefix.to_owned());
    let any = |prefix: &str| {
        Filter::Or(vec![word("last_words", prefix), word("first_words", prefix), word("number_words", prefix)])
    };
    let class = || Filter::equals("class_name", "T3");
    let below =
        Filter::Range { field: "average".into(), min: None, max: Some(Bound::Excluded(KeyValue::Decimal(900))) };
    let mut all: Vec<Filter> = ["t", "tra", "trac", "ba", "a", "mle", "mle00", "zi", "zz", "keita"].map(any).into();
    all.push(word("last_words", "tra"));
    all.push(word("first_words", "a"));
    all.push(any("tra").and(any("a")));
    all.push(any("mle").and(any("tra")).and(any("t")));
    all.push(any("tra").and(class()));
    all.push(any("t").and(below));
    all.push(Filter::Or(vec![any("zi"), class()]));
    all.push(Filter::Or(vec![any("tra"), class()]));
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_way_gives_the_same_list() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("school.db"), &options()).unwrap();
    let documents: Vec<Value> = (0..STUDENTS).map(document).collect();
    store.begin_load().await.unwrap();
    store.load(Student::SCHEMA, documents.clone()).await.unwrap();
    store.end_load().await.unwrap();
    let documents = known(&documents);
    let (up, down) = (Direction::Ascending, Direction::Descending);
    let sorts = [
        Sort::by("name_key", up),
        Sort::by("name_key", down),
        Sort::by("first_key", up),
        Sort::by("average", down),
        Sort::by("average", down).then("name_key", up),
        Sort::by("class_name", up).then("name_key", up),
    ];
    for filter in filters() {
        for (number, sort) in sorts.iter().enumerate() {
            let query = Query { filter: filter.clone(), sort: sort.clone(), limit: 400, ..Query::default() };
            let expected = expected(&documents, &query);
            for backwards in [false, true] {
                let found = read(&store, &query, backwards).await;
                assert!(found == expected, "{query:?} backwards: {backwards}, {} {}", found.len(), expected.len());
            }
            if number == 0 {
                for cap in [100, 1_000, 100_000] {
                    let count = store.count(Student::SCHEMA, &filter, cap).await.unwrap();
                    let found = expected.len() as u64;
                    assert_eq!((count.count, count.capped), (found.min(cap), found > cap), "{filter:?}");
                }
            }
        }
    }
}

/// What is listed in order follows the changes of a name.
#[tokio::test]
async fn the_order_of_hits_follows_the_names() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("school.db"), &options()).unwrap();
    let documents: Vec<Value> = (0..1_500).map(document).collect();
    store.load(Student::SCHEMA, documents.clone()).await.unwrap();
    let mut now = documents;
    for number in [3_usize, 500, 501, 502] {
        now[number]["last_name"] = "Traoré".into();
        now[number]["first_name"] = format!("Zou{number}").into();
        let id = now[number]["_id"].as_str().unwrap().to_owned();
        let write = Write::Put { schema: Student::SCHEMA, id, expect: Expect::Version(1), body: now[number].clone() };
        store.commit(batch(&format!("b{number}"), vec![write])).await.unwrap();
    }
    let gone = now.remove(700)["_id"].as_str().unwrap().to_owned();
    let write = Write::Delete { schema: Student::SCHEMA, id: gone, expect: Expect::Version(1) };
    store.commit(batch("c", vec![write])).await.unwrap();
    let filter = Filter::WordPrefix("last_words".into(), "tra".to_owned());
    let query = Query { filter, sort: Sort::by("name_key", Direction::Descending), limit: 90, ..Query::default() };
    assert_eq!(read(&store, &query, false).await, expected(&known(&now), &query));
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

//! Every filter, on few documents by hand.

use carnet::{
    domain::{
        entities::Subject,
        query::{Bound, Filter, KeyValue, Query, Sort},
        schema::Entity,
    },
    store::{Expect, StoreError},
};
use serde_json::json;

use super::{Bench, STUDENTS, add, batch, put, student};

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

fn word(field: &'static str, prefix: &str) -> Filter {
    Filter::WordPrefix(field.into(), prefix.to_owned())
}

fn average(min: Option<Bound>, max: Option<Bound>) -> Filter {
    Filter::Range { field: "average".into(), min, max }
}

fn at(hundredths: i64) -> KeyValue {
    KeyValue::Decimal(hundredths)
}

async fn five(bench: &Bench) {
    add(
        bench,
        [
            student("a", json!({"last_name": "Traoré", "average": 12.5, "class_name": "TSE", "sex": "F"})),
            student("b", json!({"last_name": "Ba-Traoré", "average": 8.25, "class_name": "TSE", "sex": "M"})),
            student("c", json!({"last_name": "d'Artagnan", "average": 20.0, "class_name": "TLL", "sex": null})),
            student("d", json!({"last_name": "Œuvrard", "phone": "+22376543210", "birth_date": "2009-02-28"})),
            student("e", json!({"last_name": "Keïta", "average": 0.0, "birth_date": "2010-12-01", "sex": "M"})),
        ],
    )
    .await;
}

async fn found(bench: &Bench, filter: Filter) -> String {
    let by_scan = bench.store.scan(STUDENTS, &filter, None, 100).await.unwrap();
    let query = Query { filter: filter.clone(), limit: 100, ..Query::default() };
    let by_find = bench.store.find(STUDENTS, &query).await.unwrap().items;
    assert_eq!(by_scan, by_find, "{filter:?}");
    let count = bench.store.count(STUDENTS, &filter, 1_000).await.unwrap();
    assert_eq!((count.count, count.capped), (by_scan.len() as u64, false), "{filter:?}");
    by_scan.into_iter().map(|document| document.id).collect()
}

pub async fn equals(bench: &Bench) {
    five(bench).await;
    assert_eq!(found(bench, Filter::All).await, "abcde");
    assert_eq!(found(bench, Filter::equals("class_name", "TSE")).await, "ab");
    assert_eq!(found(bench, Filter::equals("class_name", "tse")).await, "");
    assert_eq!(found(bench, Filter::Equals("average".into(), at(1250))).await, "a");
    assert_eq!(found(bench, Filter::Equals("average".into(), at(0))).await, "e");
    assert_eq!(found(bench, Filter::equals("phone", "+22376543210")).await, "d");
    assert_eq!(found(bench, Filter::equals("matricule", "MLE-2026-c")).await, "c");
}

pub async fn among(bench: &Bench) {
    five(bench).await;
    assert_eq!(found(bench, Filter::any_of("class_name", ["TLL", "TSE", "TSE"])).await, "abc");
    assert_eq!(found(bench, Filter::any_of("class_name", Vec::<String>::new())).await, "");
    assert_eq!(found(bench, not(Filter::any_of("class_name", Vec::<String>::new()))).await, "abcde");
    assert_eq!(found(bench, not(Filter::any_of("class_name", ["TSE", "X", "Y"]))).await, "cde");
}

pub async fn ranges(bench: &Bench) {
    five(bench).await;
    let (low, high) = (at(825), at(1250));
    assert_eq!(found(bench, average(None, None)).await, "abce");
    assert_eq!(
        found(bench, average(Some(Bound::Included(low.clone())), Some(Bound::Included(high.clone())))).await,
        "ab"
    );
    assert_eq!(found(bench, average(Some(Bound::Excluded(low.clone())), Some(Bound::Excluded(high)))).await, "");
    assert_eq!(found(bench, average(None, Some(Bound::Excluded(low.clone())))).await, "e");
    assert_eq!(found(bench, average(Some(Bound::Excluded(low)), None)).await, "ac");
}

pub async fn word_prefixes(bench: &Bench) {
    five(bench).await;
    assert_eq!(found(bench, word("last_words", "tra")).await, "ab");
    assert_eq!(found(bench, word("last_words", "traore")).await, "ab");
    assert_eq!(found(bench, word("last_words", "traorel")).await, "");
    assert_eq!(found(bench, word("last_words", "raore")).await, "", "only from a word's start");
    assert_eq!(found(bench, word("last_words", "batra")).await, "b");
    assert_eq!(found(bench, word("last_words", "artagnan")).await, "c");
    assert_eq!(found(bench, word("last_words", "oeuv")).await, "d");
    assert_eq!(found(bench, word("first_words", "tra")).await, "");
    assert_eq!(found(bench, word("first_words", "")).await, "abcde");
    assert_eq!(found(bench, word("phone_digits", "")).await, "d");
    let either = Filter::Or(vec![word("last_words", "kei"), word("phone_digits", "654")]);
    assert_eq!(found(bench, either.clone()).await, "de");
    assert_eq!(found(bench, not(either.clone())).await, "abc");
    assert_eq!(found(bench, either.and(word("first_words", "aw"))).await, "de");
    for strange in ["tra%", "tr_", "t.*", "^tra", "a\nba", "'", "\u{10FFFF}"] {
        assert_eq!(found(bench, word("last_words", strange)).await, "", "{strange:?}");
    }
}

pub async fn numbers_found_by_digits(bench: &Bench) {
    five(bench).await;
    assert_eq!(found(bench, word("phone_digits", "76543210")).await, "d");
    assert_eq!(found(bench, word("phone_digits", "765")).await, "d");
    assert_eq!(found(bench, word("phone_digits", "9")).await, "");
    assert_eq!(found(bench, word("number_words", "mle")).await, "abcde");
    assert_eq!(found(bench, word("number_words", "mle2026c")).await, "c");
}

pub async fn words_follow_changes(bench: &Bench) {
    five(bench).await;
    let change = put(STUDENTS, Expect::Version(1), student("a", json!({"last_name": "Touré"})));
    bench.store.commit(batch("b2", vec![change])).await.unwrap();
    assert_eq!(found(bench, word("last_words", "tra")).await, "b");
    assert_eq!(found(bench, word("last_words", "tou")).await, "a");
    let gone = carnet::store::Write::Delete { schema: STUDENTS, id: "b".to_owned(), expect: Expect::Version(1) };
    bench.store.commit(batch("b3", vec![gone])).await.unwrap();
    assert_eq!(found(bench, word("last_words", "tra")).await, "");
}

pub async fn exists(bench: &Bench) {
    five(bench).await;
    assert_eq!(found(bench, Filter::Exists("class_name".into())).await, "abc");
    assert_eq!(found(bench, not(Filter::Exists("class_name".into()))).await, "de");
    assert_eq!(found(bench, Filter::Exists("source".into())).await, "", "never written is absent");
    assert_eq!(found(bench, Filter::Exists("phone_digits".into())).await, "d");
}

pub async fn and_or_not(bench: &Bench) {
    five(bench).await;
    assert_eq!(found(bench, Filter::And(vec![])).await, "abcde");
    assert_eq!(found(bench, Filter::Or(vec![])).await, "");
    assert_eq!(found(bench, not(Filter::And(vec![]))).await, "");
    assert_eq!(found(bench, not(Filter::Or(vec![]))).await, "abcde");
    let tse = Filter::equals("class_name", "TSE");
    let men = Filter::equals("sex", "M");
    assert_eq!(found(bench, tse.clone().and(men.clone())).await, "b");
    assert_eq!(found(bench, Filter::Or(vec![tse.clone(), men.clone()])).await, "abe");
    assert_eq!(found(bench, not(Filter::Or(vec![tse.clone(), men.clone()]))).await, "cd");
    assert_eq!(found(bench, not(tse.and(men))).await, "acde");
}

pub async fn complement_includes_absent(bench: &Bench) {
    five(bench).await;
    assert_eq!(found(bench, not(Filter::equals("sex", "M"))).await, "acd");
    assert_eq!(found(bench, not(not(Filter::equals("sex", "M")))).await, "be");
    assert_eq!(found(bench, not(average(Some(Bound::Included(at(1000))), None))).await, "bde");
    assert_eq!(found(bench, not(Filter::equals("phone", "x"))).await, "abcde");
    assert_eq!(found(bench, not(word("phone_digits", "765"))).await, "abce");
}

pub async fn dates(bench: &Bench) {
    five(bench).await;
    let day = |text: &str| KeyValue::Date(text.parse().unwrap());
    assert_eq!(found(bench, Filter::Equals("birth_date".into(), day("2009-02-28"))).await, "d");
    let from =
        |text: &str| Filter::Range { field: "birth_date".into(), min: Some(Bound::Excluded(day(text))), max: None };
    assert_eq!(found(bench, from("2009-02-28")).await, "e");
    assert_eq!(found(bench, from("2009-02-27")).await, "de");
}

pub async fn refuses_what_does_not_fit(bench: &Bench) {
    five(bench).await;
    let text = || KeyValue::Text("x".to_owned());
    let bad = [
        Filter::equals("no_such_field", "x"),
        Filter::Equals("average".into(), text()),
        Filter::Equals("average".into(), KeyValue::Integer(3)),
        Filter::Equals("class_name".into(), at(3)),
        Filter::Equals("birth_date".into(), text()),
        Filter::Equals("last_words".into(), text()),
        Filter::In("average".into(), vec![at(3), text()]),
        average(Some(Bound::Included(text())), None),
        word("class_name", "x"),
        Filter::Exists("no_such_field".into()),
        Filter::And(vec![Filter::All, not(Filter::equals("no_such_field", "x"))]),
    ];
    for filter in bad {
        let query = Query { filter: filter.clone(), limit: 5, ..Query::default() };
        let answer = bench.store.find(STUDENTS, &query).await;
        assert!(matches!(answer, Err(StoreError::Query { collection: "students", .. })), "{filter:?}: {answer:?}");
        let answer = bench.store.count(STUDENTS, &filter, 5).await;
        assert!(matches!(answer, Err(StoreError::Query { .. })), "{filter:?}: {answer:?}");
    }
    for field in ["last_words", "no_such_field"] {
        let query =
            Query { sort: Sort(vec![(field.into(), carnet::domain::query::Direction::Ascending)]), ..Query::default() };
        assert!(matches!(bench.store.find(STUDENTS, &query).await, Err(StoreError::Query { .. })), "{field}");
    }
}

pub async fn long_lists(bench: &Bench) {
    five(bench).await;
    let mut many: Vec<String> = (0..3_000).map(|number| format!("X{number}")).collect();
    many.push("TLL".to_owned());
    assert_eq!(found(bench, Filter::any_of("class_name", many.clone())).await, "c");
    let either = Filter::Or(many.iter().map(|name| Filter::equals("class_name", name.as_str())).collect());
    assert_eq!(found(bench, either).await, "c");
    let averages = Filter::In("average".into(), (0..2_000).step_by(25).map(at).collect());
    assert_eq!(found(bench, averages).await, "abe");
    let subject = json!({"_id": "m", "name": "Maths", "short": null, "coefficient": 3, "position": 2});
    bench.store.commit(batch("b9", vec![put(Subject::SCHEMA, Expect::Absent, subject)])).await.unwrap();
    let second = Filter::Equals("position".into(), KeyValue::Integer(2));
    assert_eq!(bench.store.count(Subject::SCHEMA, &second, 9).await.unwrap().count, 1);
}

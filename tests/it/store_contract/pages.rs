//! Pages: a total order, read from either end, equal to the sorted whole.

use carnet::{
    domain::query::{Bound, Direction, Filter, KeyValue, Query, Seek, Sort},
    store::{Expect, Write},
};
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::{Bench, STUDENTS, add, batch, ids, model::Model, student, walk};

const UP: Direction = Direction::Ascending;
const DOWN: Direction = Direction::Descending;

fn by(sort: Sort, limit: u32) -> Query {
    Query { sort, limit, ..Query::default() }
}

/// Averages a to f: 10, none, 12, 10, none, 8.
async fn six(bench: &Bench) {
    let averages = [json!(10.0), Value::Null, json!(12.0), json!(10.0), Value::Null, json!(8.0)];
    let names = ["Ba", "Ba", "Cissé", "Diarra", "Aw", "Fané"];
    let bodies = ["a", "b", "c", "d", "e", "f"]
        .iter()
        .zip(averages)
        .zip(names)
        .map(|((id, average), name)| student(id, json!({"average": average, "last_name": name})));
    add(bench, bodies).await;
}

pub async fn absent_come_last_either_way(bench: &Bench) {
    six(bench).await;
    for limit in 1..=7 {
        assert_eq!(walk(bench, &by(Sort::by("average", UP), limit), false).await.concat(), "fadcbe");
        assert_eq!(walk(bench, &by(Sort::by("average", DOWN), limit), false).await.concat(), "cdafeb");
    }
}

pub async fn ties_are_closed_by_id(bench: &Bench) {
    add(bench, ["c", "a", "b"].map(|id| student(id, json!({"average": 11.0})))).await;
    assert_eq!(walk(bench, &by(Sort::by("average", UP), 2), false).await.concat(), "abc");
    assert_eq!(walk(bench, &by(Sort::by("average", DOWN), 2), false).await.concat(), "cba");
    assert_eq!(walk(bench, &by(Sort::default(), 2), false).await.concat(), "abc");
    assert_eq!(walk(bench, &by(Sort::default(), 2), true).await.concat(), "abc");
}

pub async fn walks_forward_and_back(bench: &Bench) {
    six(bench).await;
    for sort in [Sort::by("average", UP), Sort::by("average", DOWN), Sort::by("name_key", DOWN), Sort::default()] {
        for limit in 1..=7 {
            let query = by(sort.clone(), limit);
            assert_eq!(walk(bench, &query, false).await, walk(bench, &query, true).await, "{sort:?} by {limit}");
        }
    }
}

pub async fn last_page(bench: &Bench) {
    six(bench).await;
    let last = Query { seek: Seek::Last, ..by(Sort::by("average", DOWN), 3) };
    let page = bench.store.find(STUDENTS, &last).await.unwrap();
    assert_eq!((ids(&page.items).concat().as_str(), page.more), ("feb", true));
    let before = Query { seek: Seek::Before(page.cursors[0].clone()), ..last };
    let page = bench.store.find(STUDENTS, &before).await.unwrap();
    assert_eq!((ids(&page.items).concat().as_str(), page.more), ("cda", false));
}

pub async fn cursor_of_a_deleted(bench: &Bench) {
    six(bench).await;
    let query = by(Sort::by("average", DOWN), 2);
    let page = bench.store.find(STUDENTS, &query).await.unwrap();
    let gone = Write::Delete { schema: STUDENTS, id: "d".to_owned(), expect: Expect::Version(1) };
    bench.store.commit(batch("b2", vec![gone])).await.unwrap();
    let next = Query { seek: Seek::After(page.cursors[1].clone()), ..query };
    assert_eq!(ids(&bench.store.find(STUDENTS, &next).await.unwrap().items), ["a", "f"]);
}

pub async fn compound_orders(bench: &Bench) {
    six(bench).await;
    let sort = Sort::by("average", UP).then("name_key", UP);
    assert_eq!(walk(bench, &by(sort.clone(), 2), false).await.concat(), "fadceb");
    assert_eq!(walk(bench, &by(sort, 2), true).await.concat(), "fadceb");
    let sort = Sort::by("average", DOWN).then("name_key", DOWN);
    assert_eq!(walk(bench, &by(sort, 2), false).await.concat(), "cdafbe");
}

pub async fn mixed_directions(bench: &Bench) {
    six(bench).await;
    for limit in 1..=7 {
        let sort = Sort::by("average", DOWN).then("name_key", UP);
        assert_eq!(walk(bench, &by(sort.clone(), limit), false).await.concat(), "cadfeb");
        assert_eq!(walk(bench, &by(sort, limit), true).await.concat(), "cadfeb");
        let sort = Sort::by("average", UP).then("name_key", DOWN);
        assert_eq!(walk(bench, &by(sort, limit), false).await.concat(), "fdacbe");
    }
}

pub async fn limits(bench: &Bench) {
    six(bench).await;
    let none = bench.store.find(STUDENTS, &by(Sort::default(), 0)).await.unwrap();
    assert_eq!((none.items.len(), none.more), (0, true));
    let exact = bench.store.find(STUDENTS, &by(Sort::default(), 6)).await.unwrap();
    assert_eq!((exact.items.len(), exact.more), (6, false));
    let all = bench.store.find(STUDENTS, &by(Sort::default(), u32::MAX)).await.unwrap();
    assert_eq!((all.items.len(), all.more), (6, false));
}

pub async fn common_words_in_a_bad_order(bench: &Bench) {
    // A thousand names in front of those that are looked for, in the order of names.
    let bodies = (0..3_000).map(|number| {
        let name = if number % 10 == 0 { "Traoré" } else { "Ba" };
        student(&format!("s{number:04}"), json!({"last_name": name, "average": f64::from(number % 21)}))
    });
    let all: Vec<Value> = bodies.collect();
    add(bench, all.clone()).await;
    let model = Model { schema: STUDENTS, docs: all };
    for prefix in ["tra", "b", ""] {
        let filter = Filter::WordPrefix("last_words".into(), prefix.to_owned());
        for sort in [Sort::by("name_key", UP), Sort::by("average", DOWN), Sort::by("name_key", DOWN)] {
            let query = Query { filter: filter.clone(), ..by(sort.clone(), 20) };
            let page = bench.store.find(STUDENTS, &query).await.unwrap();
            assert_eq!(ids(&page.items), model.list(&filter, &sort)[..20], "{prefix:?} {sort:?}");
            assert!(page.more);
        }
    }
}

fn random_student(number: usize, chance: &mut ChaCha8Rng) -> Value {
    let lasts = ["Traoré", "Ba", "Ba-Traoré", "Keïta", "d'Artagnan", "Œuvrard", "Tall", "Touré", "ba", "Z"];
    let firsts = ["Awa", "Aminata", "Moussa", "Fatoumata Bintou", "Jean-Baptiste", "Ève"];
    let maybe = |chance: &mut ChaCha8Rng, value: Value| if chance.random_bool(0.7) { value } else { Value::Null };
    let class = format!("T{}", chance.random_range(0..4));
    let average = f64::from(chance.random_range(0..12)) * 1.25;
    let date = format!("20{:02}-0{}-15", chance.random_range(5..9), chance.random_range(1..5));
    let phone = format!("+2237{number:07}");
    let with = json!({
        "last_name": lasts.choose(chance), "first_name": firsts.choose(chance),
        "sex": maybe(chance, json!("F")), "class_name": maybe(chance, json!(class)),
        "average": maybe(chance, json!(average)), "birth_date": maybe(chance, json!(date)),
        "phone": maybe(chance, json!(phone)),
    });
    // Ids that do not come in the order of insertion.
    student(&format!("{:05x}", (number * 7_919) % 65_536), with)
}

fn random_filter(chance: &mut ChaCha8Rng, depth: u32) -> Filter {
    let kinds = if depth == 0 { 7 } else { 10 };
    let decimal = |chance: &mut ChaCha8Rng| KeyValue::Decimal(i64::from(chance.random_range(0..12)) * 125);
    let bound = |chance: &mut ChaCha8Rng| match chance.random_range(0..3) {
        0 => None,
        1 => Some(Bound::Included(decimal(chance))),
        _ => Some(Bound::Excluded(decimal(chance))),
    };
    match chance.random_range(0..kinds) {
        0 => Filter::All,
        1 => Filter::equals("class_name", format!("T{}", chance.random_range(0..5))),
        2 => {
            let values = (0..chance.random_range(0..4)).map(|_| decimal(chance)).collect();
            Filter::In("average".into(), values)
        }
        3 => Filter::Range { field: "average".into(), min: bound(chance), max: bound(chance) },
        4 => {
            let prefixes = ["t", "tra", "ba", "k", "oeu", "x", "f", "a", "223", "bat"];
            let fields = ["last_words", "first_words", "phone_digits"];
            let field = *fields.choose(chance).unwrap();
            Filter::WordPrefix(field.into(), (*prefixes.choose(chance).unwrap()).to_owned())
        }
        5 => Filter::Exists((*["sex", "phone", "birth_date", "average"].choose(chance).unwrap()).into()),
        6 => Filter::Range {
            field: "birth_date".into(),
            min: Some(Bound::Included(KeyValue::Date("2006-02-15".parse().unwrap()))),
            max: None,
        },
        7 => Filter::And((0..chance.random_range(0..4)).map(|_| random_filter(chance, depth - 1)).collect()),
        8 => Filter::Or((0..chance.random_range(0..4)).map(|_| random_filter(chance, depth - 1)).collect()),
        _ => Filter::Not(Box::new(random_filter(chance, depth - 1))),
    }
}

fn random_sort(chance: &mut ChaCha8Rng) -> Sort {
    let way = |chance: &mut ChaCha8Rng| if chance.random_bool(0.5) { UP } else { DOWN };
    match chance.random_range(0..6) {
        0 => Sort::default(),
        1 => Sort::by("average", way(chance)),
        2 => Sort::by("birth_date", way(chance)),
        3 => Sort::by("average", way(chance)).then("name_key", way(chance)),
        4 => Sort::by("class_name", way(chance)).then("name_key", way(chance)),
        _ => Sort::by("name_key", way(chance)).then("matricule", way(chance)),
    }
}

pub async fn random_against_the_model(bench: &Bench) {
    let mut chance = ChaCha8Rng::seed_from_u64(20_261_120);
    let docs: Vec<Value> = (0..180).map(|number| random_student(number, &mut chance)).collect();
    add(bench, docs.clone()).await;
    let model = Model { schema: STUDENTS, docs };
    for round in 0..150 {
        let (filter, sort) = (random_filter(&mut chance, 3), random_sort(&mut chance));
        let limit = chance.random_range(1..60);
        let wanted = model.list(&filter, &sort);
        let query = Query { filter: filter.clone(), ..by(sort.clone(), limit) };
        assert_eq!(walk(bench, &query, false).await, wanted, "round {round}: {query:?}");
        assert_eq!(walk(bench, &query, true).await, wanted, "round {round}, from the end: {query:?}");
        let count = bench.store.count(STUDENTS, &filter, 100).await.unwrap();
        assert_eq!((count.count, count.capped), (wanted.len().min(100) as u64, wanted.len() > 100), "{filter:?}");
    }
}

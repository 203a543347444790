//! Sums and counts.

use carnet::{
    domain::{
        entities::Subject,
        query::{Aggregate, Count, Filter, Group},
        schema::Entity,
    },
    store::{Expect, StoreError},
};
use serde_json::json;

use super::{Bench, STUDENTS, add, batch, put, student};

async fn class(bench: &Bench) {
    add(
        bench,
        [
            student("a", json!({"class_name": "TSE", "average": 9.99})),
            student("b", json!({"class_name": "TSE", "average": 10.0})),
            student("c", json!({"class_name": "TSE"})),
            student("d", json!({"class_name": "TLL", "average": 20.0})),
            student("e", json!({"average": 0.1})),
        ],
    )
    .await;
}

fn over(filter: Filter, group_by: Option<&'static str>) -> Aggregate {
    Aggregate { filter, group_by: group_by.map(Into::into), over: Some("average".into()), below: Some(1000) }
}

pub async fn sums_by_group(bench: &Bench) {
    class(bench).await;
    let mut groups = bench.store.aggregate(STUDENTS, &over(Filter::All, Some("class_name"))).await.unwrap();
    groups.sort_by(|one, two| one.key.cmp(&two.key));
    let group = |key: Option<&str>, documents, count, sum, min, max, below| Group {
        key: key.map(str::to_owned),
        documents,
        count,
        sum,
        min: Some(min),
        max: Some(max),
        below,
    };
    assert_eq!(
        groups,
        [
            group(None, 1, 1, 10, 10, 10, 1),
            group(Some("TLL"), 1, 1, 2000, 2000, 2000, 0),
            group(Some("TSE"), 3, 2, 1999, 999, 1000, 1),
        ]
    );
    let counted = Aggregate { over: None, ..over(Filter::All, Some("class_name")) };
    let counted = bench.store.aggregate(STUDENTS, &counted).await.unwrap();
    let counted: Vec<_> = counted.iter().map(|group| (group.key.as_deref(), group.documents, group.count)).collect();
    assert_eq!(counted.len(), 3);
    for group in [(None, 1, 0), (Some("TLL"), 1, 0), (Some("TSE"), 3, 0)] {
        assert!(counted.contains(&group), "{counted:?}");
    }
    let none = bench.store.aggregate(STUDENTS, &over(Filter::equals("sex", "X"), Some("class_name"))).await.unwrap();
    assert_eq!(none, []);
    for bad in [
        Aggregate { over: Some("class_name".into()), ..over(Filter::All, None) },
        Aggregate { over: Some("nothing".into()), ..over(Filter::All, None) },
        over(Filter::All, Some("average")),
    ] {
        let answer = bench.store.aggregate(STUDENTS, &bad).await;
        assert!(matches!(answer, Err(StoreError::Query { .. })), "{bad:?}: {answer:?}");
    }
}

pub async fn one_group_always(bench: &Bench) {
    class(bench).await;
    let all = bench.store.aggregate(STUDENTS, &over(Filter::All, None)).await.unwrap();
    let wanted = Group { key: None, documents: 5, count: 4, sum: 4009, min: Some(10), max: Some(2000), below: 2 };
    assert_eq!(all, [wanted]);
    let none = bench.store.aggregate(STUDENTS, &over(Filter::equals("sex", "X"), None)).await.unwrap();
    assert_eq!(none, [Group { key: None, documents: 0, count: 0, sum: 0, min: None, max: None, below: 0 }]);
    let words = Filter::WordPrefix("last_words".into(), "tra".to_owned());
    assert_eq!(bench.store.aggregate(STUDENTS, &over(words, None)).await.unwrap()[0].sum, 4009);
    let whole = Aggregate { filter: Filter::All, group_by: None, over: Some("position".into()), below: None };
    let subject = json!({"_id": "m", "name": "Maths", "short": null, "coefficient": 3, "position": 2});
    bench.store.commit(batch("b9", vec![put(Subject::SCHEMA, Expect::Absent, subject)])).await.unwrap();
    let sum = bench.store.aggregate(Subject::SCHEMA, &whole).await.unwrap();
    assert_eq!((sum[0].sum, sum[0].below), (2, 0));
}

pub async fn counts_to_a_cap(bench: &Bench) {
    class(bench).await;
    let count = async |filter: Filter, cap| bench.store.count(STUDENTS, &filter, cap).await.unwrap();
    assert_eq!(count(Filter::All, 5).await, Count { count: 5, capped: false });
    assert_eq!(count(Filter::All, 4).await, Count { count: 4, capped: true });
    assert_eq!(count(Filter::equals("class_name", "TSE"), 1_000).await, Count { count: 3, capped: false });
    assert_eq!(count(Filter::WordPrefix("last_words".into(), "t".into()), 2).await, Count { count: 2, capped: true });
    assert_eq!(count(Filter::equals("class_name", "X"), 0).await, Count { count: 0, capped: false });
}

//! Reads of the store, each beside the same question to the bare driver.

use carnet::{
    domain::{
        entities::Student,
        query::{Direction, Filter, Query, Seek, Sort},
        schema::Entity,
    },
    store::SharedStore,
};
use futures::TryStreamExt;
use mongodb::{
    Collection,
    bson::{Bson, Document, doc},
};

use super::{Place, sampled};

const SAMPLES: usize = 500;
const SEARCHES: usize = 60;

pub async fn measure(place: &Place, store: &SharedStore) {
    let bare: Collection<Document> = place.database().collection("students");
    let phones = sample_of(&bare, "phone").await;
    pages(store, &bare).await;
    sampled("find by phone: store", SAMPLES, async |sample| {
        let filter = Filter::equals("phone", phones[sample % phones.len()].as_str());
        let query = Query { filter, limit: 2, ..Query::default() };
        assert_eq!(store.find(Student::SCHEMA, &query).await.unwrap().items.len(), 1);
    })
    .await;
    sampled("find by phone: bare", SAMPLES, async |sample| {
        let found = bare.find_one(doc! { "phone": &phones[sample % phones.len()] }).await.unwrap();
        assert!(found.is_some());
    })
    .await;
    sampled("stamps: store", SAMPLES, async |_| assert!(store.stamps().await.unwrap().foreign > 0)).await;
    let meta: Collection<Document> = place.database().collection("meta");
    sampled("one small document by id: bare", SAMPLES, async |_| {
        meta.find_one(doc! { "_id": "format" }).await.unwrap();
    })
    .await;
    let ids = sample_of(&bare, "_id").await;
    sampled("45 students by id, without their marks: store", SAMPLES, async |sample| {
        let some: Vec<String> = (0..45).map(|at| ids[(sample + at * 7) % ids.len()].clone()).collect();
        assert_eq!(store.get_many_without(Student::SCHEMA, &some, Student::LONG).await.unwrap().len(), 45);
    })
    .await;
    sampled("45 students by id, without their marks: bare", SAMPLES, async |sample| {
        let some: Vec<String> = (0..45).map(|at| ids[(sample + at * 7) % ids.len()].clone()).collect();
        let found = bare.find(doc! { "_id": { "$in": some } }).projection(short()).await.unwrap();
        assert_eq!(found.try_collect::<Vec<_>>().await.unwrap().len(), 45);
    })
    .await;
    searches(store).await;
}

fn short() -> Document {
    doc! { "grades": 0, "subject_averages": 0 }
}

async fn sample_of(bare: &Collection<Document>, field: &str) -> Vec<String> {
    let some = [doc! { "$sample": { "size": 500 } }, doc! { "$match": { field: { "$type": "string" } } }];
    let found: Vec<Document> = bare.aggregate(some).await.unwrap().try_collect().await.unwrap();
    found.iter().filter_map(|one| one.get(field).and_then(Bson::as_str).map(str::to_owned)).collect()
}

async fn pages(store: &SharedStore, bare: &Collection<Document>) {
    let sort = Sort::by("average", Direction::Descending).then("name_key", Direction::Ascending);
    let query = Query { sort, limit: 50, ..Query::default() };
    let order = || doc! { "average": -1, "search.name_key": 1, "_id": -1 };
    let present = || doc! { "average": { "$gte": f64::NEG_INFINITY } };
    sampled("first page by average, as a list shows it: store", SAMPLES, async |_| {
        let page = store.find_without(Student::SCHEMA, &query, Student::LONG).await.unwrap();
        assert_eq!(page.items.len(), 50);
    })
    .await;
    sampled("first page by average, as a list shows it: bare", SAMPLES, async |_| {
        let page = bare.find(present()).sort(order()).projection(short()).limit(51).await.unwrap();
        assert_eq!(page.try_collect::<Vec<_>>().await.unwrap().len(), 51);
    })
    .await;
    sampled("the same with ten grades each: store", SAMPLES, async |_| {
        assert_eq!(store.find(Student::SCHEMA, &query).await.unwrap().items.len(), 50);
    })
    .await;
    sampled("the same with ten grades each: bare", SAMPLES, async |_| {
        let page = bare.find(present()).sort(order()).limit(51).await.unwrap();
        assert_eq!(page.try_collect::<Vec<_>>().await.unwrap().len(), 51);
    })
    .await;
    let mut deep = query.clone();
    for _ in 0..40 {
        let page = store.find_without(Student::SCHEMA, &deep, Student::LONG).await.unwrap();
        deep.seek = page.cursors.into_iter().next_back().map_or(Seek::First, Seek::After);
    }
    sampled("the 41st page: store", SAMPLES, async |_| {
        let page = store.find_without(Student::SCHEMA, &deep, Student::LONG).await.unwrap();
        assert_eq!(page.items.len(), 50);
    })
    .await;
}

async fn searches(store: &SharedStore) {
    for word in ["kone", "tra", "ma"] {
        let fields = ["last_words", "first_words", "number_words"];
        let filter = Filter::Or(fields.map(|field| Filter::WordPrefix(field.into(), word.into())).to_vec());
        let average = Sort::by("average", Direction::Descending).then("name_key", Direction::Ascending);
        for (order, sort) in [("average", average), ("name", Sort::by("name_key", Direction::Ascending))] {
            let query = Query { filter: filter.clone(), sort, limit: 50, ..Query::default() };
            sampled(&format!("search `{word}` by {order}: store"), SEARCHES, async |_| {
                assert!(!store.find_without(Student::SCHEMA, &query, Student::LONG).await.unwrap().items.is_empty());
            })
            .await;
        }
        sampled(&format!("search `{word}`, count to 1,000: store"), SEARCHES, async |_| {
            assert!(store.count(Student::SCHEMA, &filter, 1_000).await.unwrap().count > 0);
        })
        .await;
    }
}

//! The contract on MongoDB.

use super::Bench;
use crate::mongo::School;

async fn make() -> Bench {
    let school = School::new().await;
    Bench { store: school.open().await, other: school.open().await, keep: Box::new(()), end: Box::pin(school.end()) }
}

crate::store_contract!(make);

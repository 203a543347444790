//! The store on MongoDB beside the bare driver, and the whole backend with each cache: `cargo bench --bench mongo --
//! 20000`, or with the name of a database that an earlier run left with `keep`. `CARNET_TEST_MONGODB` names the server,
//! `CARNET_TEST_REDIS` a Redis; without them their parts are left out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measuring program; a failure ends it"
)]

mod marks;
mod reads;
mod whole;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use carnet::{
    domain::demo::Demo,
    store::{
        SharedStore,
        mongo::{MongoOptions, MongoStore},
    },
};
use jiff::civil::Date;
use mongodb::Client;

/// The server and the database that is measured.
pub struct Place {
    pub options: MongoOptions,
    pub client: Client,
}

impl Place {
    pub fn database(&self) -> mongodb::Database {
        self.client.database(&self.options.database)
    }

    /// A store of its own, as another process has it.
    ///
    /// # Panics
    /// The server is away: a failure ends a measuring program.
    pub async fn open(&self) -> SharedStore {
        Arc::new(MongoStore::open(&self.options).await.unwrap())
    }
}

/// Percentiles of measured times, in one line.
pub fn show(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| {
        let time = times.get((times.len() * part / 100).min(times.len().saturating_sub(1)));
        time.map_or(0.0, |time| time.as_secs_f64() * 1e3)
    };
    println!("{name:<58} p50 {:>8.3} ms   p99 {:>8.3} ms   n={}", at(50), at(99), times.len());
}

/// Times `work` many times, one after the other.
pub async fn sampled(name: &str, samples: usize, work: impl AsyncFn(usize)) {
    let mut times = Vec::with_capacity(samples);
    for sample in 0..samples {
        let begun = Instant::now();
        work(sample).await;
        times.push(begun.elapsed());
    }
    show(name, times);
}

/// A school as `carnet demo` makes it.
async fn fill(store: &SharedStore, students: u32) {
    let hash = bcrypt::hash_with_result("carnet-demo", 4).unwrap().to_string();
    let demo = Demo::new(students, 1, Date::constant(2026, 11, 20), &hash).unwrap();
    let begun = Instant::now();
    let mut gathered: Vec<carnet::domain::demo::Load> = Vec::new();
    store.begin_load().await.unwrap();
    for loads in std::iter::once(demo.setup()).chain(demo.blocks()) {
        for (schema, mut documents) in loads {
            match gathered.iter_mut().find(|(known, _)| *known == schema) {
                Some((_, all)) => all.append(&mut documents),
                None => gathered.push((schema, documents)),
            }
        }
        if gathered.iter().any(|(_, documents)| documents.len() > 4_000) {
            for (schema, documents) in std::mem::take(&mut gathered) {
                store.load(schema, documents).await.unwrap();
            }
        }
    }
    for (schema, documents) in gathered {
        store.load(schema, documents).await.unwrap();
    }
    store.end_load().await.unwrap();
    println!("{students} students with ten marks each loaded in {:.1} s", begun.elapsed().as_secs_f64());
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let Ok(uri) = std::env::var("CARNET_TEST_MONGODB") else {
        println!("CARNET_TEST_MONGODB names no server: nothing measured");
        return;
    };
    let asked = |part: &str| {
        let parts = ["reads", "marks", "writers", "whole"];
        words.iter().any(|word| word == part) || !words.iter().any(|word| parts.contains(&word.as_str()))
    };
    let known = words.iter().find(|word| word.starts_with("bench_")).cloned();
    let students = words.iter().find_map(|word| word.parse().ok()).unwrap_or(10_000);
    let name = known.clone().unwrap_or_else(|| format!("bench_{}", carnet::domain::id::from_bytes(rand::random())));
    let client = Client::with_uri_str(&uri).await.unwrap();
    let place = Place { options: MongoOptions { uri, database: name }, client };
    let store = place.open().await;
    if known.is_none() {
        fill(&store, students).await;
    }
    if asked("reads") {
        reads::measure(&place, &store).await;
    }
    if asked("marks") {
        marks::one(&place, &store).await;
    }
    if asked("writers") {
        marks::eight(&place).await;
    }
    if asked("whole") {
        whole::measure(&place).await;
    }
    store.close().await;
    if known.is_none() && words.iter().any(|word| word == "keep") {
        println!("kept: {}", place.options.database);
    } else if known.is_none() {
        place.database().drop().await.unwrap();
    }
}

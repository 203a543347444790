//! Integration tests, in one binary: linking once is much of what they cost.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unused_async,
    reason = "tests and their helpers fail by panicking; contract makers share one async shape"
)]

mod backend;
mod both;
mod cache_contract;
mod cli;
mod evening;
mod floors;
mod mongo;
mod parity;
mod proxy;
mod redis_server;
mod redis_sets;
mod services;
mod sqlite_processes;
mod store_contract;
mod terminal;

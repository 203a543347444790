//! Files in: plain tables and plans. No store, no channel: what is needed comes in as domain data.

pub mod clipboard;
pub mod read_csv;
pub mod students;

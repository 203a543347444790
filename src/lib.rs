//! carnet: a keyboard-first, full-screen program for a school's marks.
//!
//! The floors, top to bottom: `cli` over `ui` over `backend` over the tools over `store` and `cache` over `protocol`
//! and `text` over `domain`. A room imports only from floors below it; a test keeps it so. See `ARCHITECTURE.md`.

#[deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
pub mod backend;
pub mod cache;
pub mod cli;
pub mod domain;
pub mod exchange;
pub mod protocol;
pub mod store;
pub mod text;
pub mod ui;

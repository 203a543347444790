//! Pure rules of a school: no IO, no async, no clock, no terminal, no database.
//!
//! Everything above imports from here; nothing here imports from above. Time and chance come in as arguments.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

pub mod access;
pub mod account;
pub mod bulletin;
pub mod calendar;
pub mod demo;
pub mod entities;
pub mod filter_text;
pub mod history;
pub mod id;
pub mod matricule;
pub mod phrases;
pub mod query;
pub mod read_model;
pub mod replay;
pub mod rules;
pub mod schema;
pub mod score;
pub mod sensitive;
pub mod stats;
pub mod text_values;
pub mod turn;
pub mod weights;
pub mod words;

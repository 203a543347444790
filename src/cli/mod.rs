//! The command line: reads the arguments and the configuration, starts the parts, and hands over to one file a
//! subcommand. Data commands go through the same backend requests as the screens; there is no second way to the store.

mod app;
pub mod args;
mod commands;
pub mod config;
pub mod keys;
mod logging;
pub mod near;
mod open;
pub mod out;
mod resolve;
mod session;
mod stop;

pub use app::{App, main};
pub use stop::Stop;

//! The command line: reads the arguments and the configuration, starts the parts, and hands over to one file a
//! subcommand. Data commands go through the same backend requests as the screens; there is no second way to the store.

pub mod args;
pub mod config;
pub mod keys;
pub mod near;
pub mod out;
mod stop;

pub use stop::Stop;

//! Text for people: the locale files, and THE sanitiser. No sentence for people stands anywhere else.

pub mod agree;
mod audit;
pub mod bulletin;
pub mod changes;
mod failure;
pub mod format;
mod io;
mod locale;
pub mod names;
pub mod rules;
pub mod sanitise;
mod server;
pub mod turn;
mod why;

pub use agree::rank;
pub use audit::{audit_fault, audit_finding, audit_value};
pub use failure::{failure, store_work, trouble};
pub use io::{io_error, io_reason};
pub use locale::{Lang, Locale};
pub use names::field as field_name;
pub use server::cache_fault;
pub use why::{filter_error, mark_error, text_error, why};

/// A sentence of the locale files. Ids and arguments are checked at compile time.
///
/// `t!(locale, "login-welcome", name = name)`
#[macro_export]
macro_rules! t {
    ($locale:expr, $id:literal $(, $key:ident = $value:expr)* $(,)?) => {
        i18n_embed_fl::fl!($locale.loader(), $id $(, $key = ($value))*)
    };
}

//! Text for people: the locale files, and THE sanitiser. No sentence for people stands anywhere else.

mod failure;
pub mod format;
mod locale;
pub mod sanitise;

pub use failure::failure;
pub use locale::{Lang, Locale};

/// A sentence of the locale files. Ids and arguments are checked at compile time.
///
/// `t!(locale, "login-welcome", name = name)`
#[macro_export]
macro_rules! t {
    ($locale:expr, $id:literal $(, $key:ident = $value:expr)* $(,)?) => {
        i18n_embed_fl::fl!($locale.loader(), $id $(, $key = $value)*)
    };
}

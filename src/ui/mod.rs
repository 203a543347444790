//! The full-screen program, in the manner of Elm: one inbound channel, one model, `update` that changes it and says
//! what is to be done, one runner that does it, `view` that draws. No store, no cache, no clock here; only
//! `backend::Link` and `protocol`.
//!
//! # How to add a screen, in six steps
//! 1. `screens/NAME/keys.rs`: `enum Do` and `pub const KEYS: &[Binding<Do>]` (one table a mode). A key is `"j"`,
//!    `"<down>"`, `"<C-s>"`, `"<f2>"`; the first one of a line is shown in the footer if the line has a `hint`. Add each
//!    table to [`keymap::Context`]. Footer, help and palette come from it.
//! 2. `screens/NAME/mod.rs`: the state, and `impl Screen` ([`screens::Screen`]): `title`, `keys` (`keymap::all(KEYS)`, or
//!    `keymap::lines(KEYS, |action| why_not)` with a sentence for keys that do nothing now), `typing()` while a text
//!    field has the keys, `unsaved()` when closing would lose something.
//! 3. `screens/NAME/update.rs`: `ScreenMsg` in, `Vec<Effect>` out. Ask in `Opened`; look keys up by
//!    `keymap::find(KEYS, key)`; a read is `Effect::Ask { slot, request }` (a newer one of the slot makes the older
//!    worthless), a write is `Effect::Write { id, request }` and is never dropped. Its answer is `ScreenMsg::Answer` or
//!    `ScreenMsg::Written`. Match `ScreenMsg` without `_ =>`. Sentences of failures: `text::failure`.
//! 4. `screens/NAME/view.rs`: draws into the body with `widgets` and `ctx.style(Tone::…)`; puts the real cursor on the
//!    selected row or edited cell (`frame.set_cursor_position`). Draw text with `widgets::frame::{line, span, …}`: they
//!    sanitise; never with `Cell::set_symbol`.
//! 5. `screens/mod.rs`: `pub mod NAME;`, a [`screens::Route`] variant, its line in `open`; `screens/menu.rs`: a line of
//!    `MENU`, so that home and palette have it. Going there is `Effect::Go(Route::…)`.
//! 6. `screens/NAME/tests.rs`: [`testing::Driver`] drives the whole program by key strings, answers by hand, draws to
//!    text; texts into both `carnet.ftl` files under a section of yours.

pub mod bulletin_shown;
pub mod closing_shown;
pub mod ctx;
pub mod effect;
pub mod explanation;
mod files;
pub mod keymap;
pub mod memory;
pub mod msg;
pub mod popup;
pub mod root;
pub mod rules_shown;
pub mod screens;
pub mod terminal;
#[cfg(test)]
#[expect(clippy::missing_panics_doc, reason = "test code panics")]
pub mod testing;
pub mod theme;
pub mod widgets;

use std::{fs, path::PathBuf};

use crate::{
    backend::Link,
    text::{Lang, Locale},
};
use ctx::Ctx;
pub use root::runner::Ended;
use root::{Left, Model, runner};
use terminal::{Screen, TerminalError};
use theme::{Theme, ThemeName};

/// How the program is to look and behave (`[ui]` of the configuration).
#[derive(Clone, Debug)]
pub struct UiConfig {
    pub lang: Lang,
    pub theme: ThemeName,
    /// No borders, boxes, spinners: for screen readers and dumb terminals.
    pub plain: bool,
    /// A terminal for many: locks after 15 minutes.
    pub shared: bool,
    /// The top row of French keyboards is read as digits in a mark cell; `None`: if the language is French.
    pub top_row: Option<bool>,
    /// The user's own folder: what `~` means in a path.
    pub home: Option<PathBuf>,
    /// The store's file or address, named when it cannot be opened.
    pub place: String,
    /// The folder of the backups.
    pub backups: String,
    /// `NO_COLOR` is set.
    pub no_color: bool,
    /// Where to remember where one left; `None`: not at all (a demo).
    pub state_dir: Option<PathBuf>,
}

/// Runs the full-screen program until the user leaves.
///
/// # Errors
/// Standard input or output is not a terminal, or it does not obey.
pub async fn run(link: Link, config: UiConfig) -> Result<Ended, TerminalError> {
    let screen = Screen::take("carnet")?;
    let theme = Theme::new(config.theme, config.plain, config.no_color);
    let mut ctx = Ctx::new(Locale::new(config.lang), theme, jiff::tz::TimeZone::system(), rand::random());
    ctx.place = config.place;
    ctx.backups = config.backups;
    ctx.top_row = config.top_row;
    ctx.home = config.home;
    let memory = config.state_dir.map(|folder| folder.join("left.json"));
    let lefts = memory.as_ref().and_then(|path| fs::read(path).ok()).map(|bytes| read_places(&bytes));
    let mut model = Model::new(ctx, config.shared, lefts.unwrap_or_default());
    let done = runner::run(&mut model, screen, link).await;
    if let Some(path) = memory {
        let written = serde_json::to_vec(model.everybody_left()).map_err(std::io::Error::other);
        let written = written.and_then(|bytes| {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(&path, bytes)
        });
        if let Err(error) = written {
            tracing::warn!(%error, "where one left is not remembered");
        }
    }
    done.map_err(TerminalError::from)
}

/// Where people left. A file of an older version holds one of them; one that cannot be read is as good as none.
fn read_places(bytes: &[u8]) -> Vec<Left> {
    let one = || serde_json::from_slice::<Left>(bytes).map(|left| vec![left]);
    serde_json::from_slice(bytes).or_else(|_| one()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_places_of_any_age_is_read() {
        let left = r#"{"username":"awa","routes":["home"]}"#;
        for (text, count) in [(left.to_owned(), 1), (format!("[{left},{left}]"), 2), ("[{]".to_owned(), 0)] {
            assert_eq!(read_places(text.as_bytes()).len(), count, "{text}");
        }
    }
}

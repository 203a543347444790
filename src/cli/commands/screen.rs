//! The full-screen program.

use std::io::IsTerminal;

use crate::{
    backend::Backend,
    cli::{app::App, args::Format, config::ThemeChoice, keys::make_folder, open, out::Out, stop::Stop},
    t,
    text::sanitise,
    ui::{self, Ended, UiConfig, terminal::TerminalError, theme::ThemeName},
};

/// Opens the configured school, or the first-run wizard where there is none.
pub async fn run(app: &mut App, no_color: bool) -> Result<(), Stop> {
    // Before anything is made on disk.
    require_terminal(app)?;
    let backend = open::backend(app).await?;
    let state = make_folder(&app.config.state).ok().map(|()| app.config.state.clone());
    show(app, backend, state, no_color).await
}

/// # Errors
/// Standard input or output is not a terminal, or one that can only write line after line.
pub fn require_terminal(app: &App) -> Result<(), Stop> {
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        if app.dumb { Err(Stop::Usage(t!(app.locale, "cli-dumb-terminal"))) } else { Ok(()) }
    } else {
        Err(Stop::Failed(t!(app.locale, "cli-no-terminal")))
    }
}

/// Shows the screens until the user leaves, then ends the backend: every write that was taken is done.
pub async fn show(
    app: &App,
    backend: Backend,
    state_dir: Option<std::path::PathBuf>,
    no_color: bool,
) -> Result<(), Stop> {
    let config = UiConfig {
        lang: app.config.lang,
        theme: match app.config.theme {
            ThemeChoice::Default => ThemeName::Default,
            ThemeChoice::Contrast => ThemeName::HighContrast,
            ThemeChoice::Mono => ThemeName::Mono,
        },
        plain: app.config.plain,
        shared: app.config.shared,
        top_row: app.config.top_row,
        home: directories::BaseDirs::new().map(|folders| folders.home_dir().to_path_buf()),
        place: app.config.place(),
        backups: sanitise::line(&app.config.backups.display().to_string()),
        no_color,
        state_dir,
    };
    let done = ui::run(backend.connect(), config).await;
    backend.shutdown().await;
    if let Ok(Ended::BySignal { typing }) = done {
        let sentence = if typing { t!(app.locale, "cli-signal-typing") } else { t!(app.locale, "cli-signal") };
        // Where the terminal is gone there is nobody to tell.
        let _ = Out::new(Format::Table, app.locale.lang()).say(&sentence);
    }
    done.map(|_| ()).map_err(|error| match error {
        TerminalError::NotATerminal => Stop::Failed(t!(app.locale, "cli-no-terminal")),
        TerminalError::Io(error) => {
            Stop::Failed(t!(app.locale, "cli-terminal-trouble", why = sanitise::line(&error.to_string())))
        }
    })
}

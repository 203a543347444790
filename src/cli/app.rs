//! What every subcommand has at hand, and the way in: arguments, configuration, language, log.

use std::{collections::BTreeMap, ffi::OsString, process::ExitCode};

use clap::FromArgMatches;
use tokio::signal::unix::{SignalKind, signal};

use super::{
    args::{Cli, Global, help},
    commands,
    config::{Config, Places},
    keys::others_may,
    logging,
    out::Out,
    stop::Stop,
};
use crate::{
    t,
    text::{self, Lang, Locale},
};

/// The parts that every subcommand uses.
pub struct App {
    pub locale: Locale,
    pub config: Config,
    pub global: Global,
    pub out: Out,
    /// `TERM` says that the terminal cannot place its cursor.
    pub dumb: bool,
}

/// Runs the command line. The environment comes in here, once, and nothing else reads it.
pub fn main(args: impl Iterator<Item = OsString>, environment: impl Iterator<Item = (OsString, OsString)>) -> ExitCode {
    let args: Vec<OsString> = args.collect();
    let environment: BTreeMap<String, String> =
        environment.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect();
    // Help and usage errors come before the configuration is read: only the flag and its variable count for them.
    let locale = Locale::new(language_of(&args, &environment));
    let mut command = help::command(&locale);
    let cli = match command.try_get_matches_from_mut(&args).and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return explain(&error, &locale),
    };
    let (mut stderr, ended) = match start(cli, locale.clone(), &environment) {
        Ok(()) => return ExitCode::SUCCESS,
        Err((locale, stop)) => (Out::new(super::args::Format::Table, locale.lang()), stop),
    };
    match ended {
        Stop::Pipe => ExitCode::SUCCESS,
        Stop::Said => ExitCode::from(1),
        // Where nobody reads stderr there is nobody to tell.
        Stop::Failed(sentence) => stderr.say(&sentence).map_or(ExitCode::from(1), |()| ExitCode::from(1)),
        Stop::Usage(sentence) => stderr.say(&sentence).map_or(ExitCode::from(2), |()| ExitCode::from(2)),
    }
}

/// Help, version, or what is wrong with the arguments.
fn explain(error: &clap::Error, locale: &Locale) -> ExitCode {
    use clap::error::ErrorKind::{DisplayHelp, DisplayVersion};
    let mut out = Out::new(super::args::Format::Table, locale.lang());
    if matches!(error.kind(), DisplayHelp | DisplayVersion) {
        return match out.raw(&error.render().to_string()) {
            Ok(()) | Err(Stop::Pipe) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(1),
        };
    }
    out.say(&help::usage_error(error, locale)).map_or(ExitCode::from(2), |()| ExitCode::from(2))
}

fn start(cli: Cli, locale: Locale, environment: &BTreeMap<String, String>) -> Result<(), (Locale, Stop)> {
    let no_home = |locale: &Locale| Stop::Failed(t!(locale, "cli-no-home"));
    let Some(places) = Places::of_system() else {
        return Err((locale.clone(), no_home(&locale)));
    };
    let global = cli.global;
    let loaded = Config::load(&places, global.config.as_deref(), environment, global.school.as_deref());
    let mut config = match loaded {
        Ok(config) => config,
        Err(error) => return Err((locale.clone(), Stop::Failed(error.sentence(&locale)))),
    };
    config.lang = global.lang.unwrap_or(config.lang);
    let locale = if config.lang == locale.lang() { locale } else { Locale::new(config.lang) };
    let _log = logging::start(&config);
    let no_color = environment.get("NO_COLOR").is_some_and(|value| !value.is_empty());
    let mut out = Out::new(global.format, config.lang);
    for path in config.secret_files.iter().filter(|path| others_may(path)) {
        let path = text::sanitise::line(&path.display().to_string());
        // Where nobody reads stderr there is nobody to warn.
        let _ = out.say(&t!(locale, "cli-secret-open", path = path));
    }
    let dumb = environment.get("TERM").is_some_and(|name| name == "dumb");
    let app = App { out, locale: locale.clone(), config, global, dumb };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| (locale.clone(), Stop::from(error)))?;
    let done = runtime.block_on(async {
        // A limit on the size of files is an error to be said, like a full disk; unheard, its signal would end us.
        let _limit = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()));
        commands::run(app, cli.command, no_color).await
    });
    let done = done.map_err(|stop| (locale, stop));
    // The backend has ended; what may still wait is a store that never opened.
    runtime.shutdown_background();
    done
}

/// `--lang`, else `CARNET_UI__LANG`, else the terminal's language, else French.
fn language_of(args: &[OsString], environment: &BTreeMap<String, String>) -> Lang {
    let mut words = args.iter().skip(1).filter_map(|arg| arg.to_str());
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--lang") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        if let Some(lang) = value.and_then(Lang::parse) {
            return lang;
        }
    }
    let chosen = environment.get("CARNET_UI__LANG").and_then(|lang| Lang::parse(lang));
    chosen.unwrap_or_else(|| Lang::of_environment(environment))
}

//! Puts the words of the locale files into the command line: help, headings, and the sentences for usage errors.
//!
//! A command's text is `cli-cmd-{path}`, an argument's `cli-arg-{name}`; a test walks them all.

use clap::{
    Arg, Command, CommandFactory,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::Cli;
use crate::{
    t,
    text::{Locale, sanitise},
};

/// The command line with its texts in the user's language.
pub fn command(locale: &Locale) -> Command {
    let command = Cli::command().version(env!("CARGO_PKG_VERSION"));
    dress(command, "carnet", locale)
}

fn dress(command: Command, path: &str, locale: &Locale) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let mut command = command
        .about(locale.get(&format!("cli-cmd-{path}")))
        .long_about(None)
        .subcommand_help_heading(t!(locale, "cli-help-commands"))
        .subcommand_value_name(t!(locale, "cli-help-command"))
        .help_template(format!("{{about}}\n\n{} {{usage}}\n\n{{all-args}}", t!(locale, "cli-help-usage")))
        .mut_args(|arg| dress_arg(arg, locale));
    for name in names {
        let below = if path == "carnet" { name.clone() } else { format!("{path}-{name}") };
        command = command.mut_subcommand(name, |sub| dress(sub, &below, locale));
    }
    command
}

fn dress_arg(arg: Arg, locale: &Locale) -> Arg {
    let heading = if arg.is_positional() { t!(locale, "cli-help-arguments") } else { t!(locale, "cli-help-options") };
    let mut text = locale.get(&arg_text(arg.get_id().as_str()));
    // Clap writes defaults and choices in English: they are said here, once, in the user's language.
    let takes_value = arg.get_action().takes_values();
    if let [default] = arg.get_default_values()
        && takes_value
    {
        text = t!(locale, "cli-help-default", text = text, value = default.to_string_lossy());
    }
    let arg = arg.help(text).long_help(None).help_heading(heading);
    if takes_value { arg.hide_default_value(true).hide_possible_values(true) } else { arg }
}

fn arg_text(id: &str) -> String {
    format!("cli-arg-{}", id.replace('_', "-"))
}

/// The sentence for a usage error, with what to do.
pub fn usage_error(error: &clap::Error, locale: &Locale) -> String {
    let text = |kind: ContextKind| -> String {
        let found = error.get(kind).map(|value| match value {
            ContextValue::String(text) => text.clone(),
            ContextValue::Strings(texts) => texts.join(", "),
            other => other.to_string(),
        });
        sanitise::line(&found.unwrap_or_default())
    };
    let arg = text(ContextKind::InvalidArg);
    let sentence = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            t!(locale, "cli-usage-unknown-command", word = text(ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument => t!(locale, "cli-usage-unknown-argument", word = arg),
        ErrorKind::MissingRequiredArgument => t!(locale, "cli-usage-missing-argument", word = arg),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            t!(locale, "cli-usage-missing-command")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if text(ContextKind::InvalidValue).is_empty() => {
            t!(locale, "cli-usage-missing-value", word = arg)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = text(ContextKind::InvalidValue);
            let expected = std::error::Error::source(error).map(|why| sanitise::line(&why.to_string()));
            let expected = expected.unwrap_or_else(|| text(ContextKind::ValidValue));
            t!(locale, "cli-usage-wrong-value", word = arg, value = value, expected = expected)
        }
        ErrorKind::ArgumentConflict => t!(locale, "cli-usage-conflict", word = arg),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            t!(locale, "cli-usage-missing-value", word = arg)
        }
        _ => t!(locale, "cli-usage-other"),
    };
    let near = match (text(ContextKind::SuggestedSubcommand), text(ContextKind::SuggestedArg)) {
        (near, _) if !near.is_empty() => near,
        (_, near) => near,
    };
    let sentence =
        if near.is_empty() { sentence } else { t!(locale, "cli-usage-near", sentence = sentence, near = near) };
    format!("{sentence}\n{}", t!(locale, "cli-usage-help"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    fn walk(command: &Command, path: &str, locale: &Locale, missing: &mut Vec<String>) {
        let id = format!("cli-cmd-{path}");
        if !locale.has(&id) {
            missing.push(id);
        }
        for arg in command.get_arguments() {
            let id = arg_text(arg.get_id().as_str());
            if !locale.has(&id) && !missing.contains(&id) {
                missing.push(id);
            }
        }
        for sub in command.get_subcommands() {
            let below = if path == "carnet" { sub.get_name().to_owned() } else { format!("{path}-{}", sub.get_name()) };
            walk(sub, &below, locale, missing);
        }
    }

    #[test]
    fn every_command_and_argument_has_its_words() {
        for lang in Lang::ALL {
            let locale = Locale::new(lang);
            let mut missing = Vec::new();
            walk(&Cli::command(), "carnet", &locale, &mut missing);
            assert!(missing.is_empty(), "{} lacks\n{}", lang.code(), missing.join("\n"));
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        command(&Locale::new(Lang::Fr)).debug_assert();
    }

    #[test]
    fn usage_errors_are_sentences() {
        let locale = Locale::new(Lang::Fr);
        let said = |args: &[&str]| {
            let error = command(&locale).try_get_matches_from(args).expect_err("an error");
            usage_error(&error, &locale)
        };
        for (args, word) in [
            (&["carnet", "studnets"][..], "students"),
            (&["carnet", "students", "show"], "MATRICULE"),
            (&["carnet", "stats", "top", "--term", "9"], "--term"),
            (&["carnet", "--lang", "de"], "fr, en"),
            (&["carnet", "--nope"], "--nope"),
            (&["carnet", "students"], "--help"),
            (&["carnet", "stats", "top", "--limit"], "--limit"),
        ] {
            let sentence = said(args);
            assert!(sentence.contains(word), "{args:?}: {sentence}");
            assert!(!sentence.contains("error:"), "{sentence}");
        }
    }
}

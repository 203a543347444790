//! `carnet init`: opens a school without the full-screen wizard, asking for what is not given.

use std::io::{BufRead, IsTerminal, Write};

use crate::{
    cli::{
        app::App,
        args::Init,
        open, resolve,
        session::{ask_password, call, explain, password_file, unexpected},
        stop::Stop,
    },
    domain::{
        calendar::{Division, YearId},
        rules::Preset,
        text_values::{Password, Username},
    },
    protocol::{Failure, Field, Reply, Request, SchoolSetup, Why},
    t,
    text::{self, sanitise},
};

pub async fn run(app: &mut App, args: &Init) -> Result<(), Stop> {
    let backend = open::backend(app).await?;
    let mut link = backend.connect();
    let done = open_school(app, args, &mut link).await;
    drop(link);
    backend.shutdown().await;
    done
}

async fn open_school(app: &mut App, args: &Init, link: &mut crate::backend::Link) -> Result<(), Stop> {
    let store = sanitise::line(&app.config.place());
    let locale = app.locale.clone();
    let said = |failure: Failure| explain(&locale, &failure, &store);
    // Before anything is asked: a school that exists makes every answer useless.
    match call(link, &locale, None, Request::Greet).await.map_err(said)? {
        Reply::Greeting(greeting) if greeting.school.is_some() => {
            return Err(Stop::Failed(text::failure(&locale, &Failure::refused(Why::AlreadyOpen))));
        }
        Reply::Greeting(_) => {}
        _ => return Err(unexpected(&locale)),
    }
    let setup = answers(app, args)?;
    let Reply::Entered(entered) =
        call(link, &locale, None, Request::OpenSchool(Box::new(setup))).await.map_err(said)?
    else {
        return Err(unexpected(&locale));
    };
    if let Err(failure) = link.call(Some(&entered.session), Request::Logout).await {
        tracing::warn!(?failure, "logout");
    }
    let name = entered.setup.school.name.as_str();
    app.out.say(&t!(locale, "cli-init-done", name = name, user = entered.username.as_str()))?;
    let keys = sanitise::line(&app.config.keys.display().to_string());
    app.out.say(&t!(locale, "cli-init-keys", path = keys))
}

fn answers(app: &mut App, args: &Init) -> Result<SchoolSetup, Stop> {
    let locale = app.locale.clone();
    let name = match &args.name {
        Some(name) => name.clone(),
        None => ask(app, &t!(locale, "cli-init-ask-name"), None)?,
    };
    let name = resolve::name(&locale, Field::School, &name)?;
    let proposed = this_year();
    let year = match &args.year {
        Some(year) => year.clone(),
        // The year that is running is rarely wrong: asked only where the name was asked too.
        None if args.name.is_some() => proposed,
        None => ask(app, &t!(locale, "cli-init-ask-year"), Some(&proposed))?,
    };
    let form = |field, example: &str| resolve::refuse(&locale, field, Why::Form { example: example.to_owned() });
    let year = YearId::parse(&year).ok_or_else(|| form(Field::Year, "2026-2027"))?;
    let preset = match &args.preset {
        Some(preset) => preset.clone(),
        None if args.name.is_some() => Preset::Mali.as_str().to_owned(),
        None => ask(app, &t!(locale, "cli-init-ask-preset"), Some(Preset::Mali.as_str()))?,
    };
    let preset = Preset::parse(&preset).ok_or_else(|| form(Field::School, "mali, france"))?;
    let admin = match &args.admin {
        Some(admin) => admin.clone(),
        None => ask(app, &t!(locale, "cli-init-ask-admin"), Some("admin"))?,
    };
    let admin = resolve::checked(&locale, Field::Username, Username::parse(&admin))?;
    let password = new_password(app)?;
    let division = if args.semesters { Division::Semesters } else { preset.division() };
    let samples = args.samples;
    Ok(SchoolSetup { name, year, division, preset: preset.as_str().to_owned(), samples, admin, password })
}

/// The school year that runs today: it begins in August at the earliest.
fn this_year() -> String {
    let today = jiff::Zoned::now().date();
    let first = if today.month() >= 8 { today.year() } else { today.year().saturating_sub(1) };
    let year = u16::try_from(first).ok().and_then(YearId::starting);
    year.map_or_else(String::new, |year| year.to_string())
}

/// Asks at the terminal; Enter takes what is proposed.
fn ask(app: &mut App, question: &str, proposed: Option<&str>) -> Result<String, Stop> {
    if !std::io::stdin().is_terminal() {
        return Err(Stop::Usage(t!(app.locale, "cli-init-no-terminal")));
    }
    let mut stderr = std::io::stderr();
    match proposed {
        Some(proposed) => write!(stderr, "{question} [{proposed}] ")?,
        None => write!(stderr, "{question} ")?,
    }
    stderr.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    let answer = answer.trim();
    Ok(if answer.is_empty() { proposed.unwrap_or_default().to_owned() } else { answer.to_owned() })
}

/// From `--password-file`, else asked twice. There is no default password anywhere.
fn new_password(app: &App) -> Result<Password, Stop> {
    let locale = &app.locale;
    let typed = if let Some(path) = &app.global.password_file {
        password_file(locale, path)?
    } else {
        let first = ask_password(locale, &t!(locale, "cli-init-ask-password"))?;
        let second = ask_password(locale, &t!(locale, "cli-init-ask-again"))?;
        if first != second {
            return Err(Stop::Failed(t!(locale, "cli-init-differ")));
        }
        first
    };
    resolve::checked(locale, Field::Password, Password::new(typed.reveal()))
}

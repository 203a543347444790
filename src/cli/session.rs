//! A command's conversation with the backend: logs in as the screens do, asks, and goes.

use std::{
    io::IsTerminal,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use super::{app::App, args::Format, keys::KeyFiles, open, out::Out, stop::Stop};
use crate::{
    backend::{Backend, Link},
    domain::{access::Principal, id::SessionId, text_values::Password},
    protocol::{Entered, Event, Failure, Part, Reply, Request, Setup, Trouble},
    t,
    text::{self, Locale, format, sanitise},
};

/// Between two questions whether a restore is finished.
const AGAIN: std::time::Duration = std::time::Duration::from_millis(500);

/// A logged-in command.
pub struct Session {
    backend: Backend,
    link: Link,
    id: SessionId,
    locale: Locale,
    /// Said beside "the store does not answer".
    store: String,
    pub entered: Entered,
}

impl Session {
    /// Starts the parts and logs in: `--as USER` with a password, else the service account's token.
    ///
    /// # Errors
    /// What is the matter, as a sentence.
    pub async fn open(app: &App) -> Result<Self, Stop> {
        // What cannot be opened at all is said before anybody is asked for a password.
        open::reachable(app)?;
        let request = credentials(app)?;
        let backend = open::backend(app).await?;
        let mut link = backend.connect();
        let store = sanitise::line(&app.config.place());
        match enter(app, &mut link, request).await {
            Ok(Reply::Entered(entered)) if entered.must_change => {
                backend.shutdown().await;
                Err(Stop::Failed(t!(app.locale, "cli-must-change")))
            }
            Ok(Reply::Entered(entered)) => {
                let id = entered.session.clone();
                Ok(Self { backend, link, id, locale: app.locale.clone(), store, entered: *entered })
            }
            Ok(_) => {
                backend.shutdown().await;
                Err(unexpected(&app.locale))
            }
            Err(failure) => {
                // Nobody can log in where there is no school: that is no wrong password.
                let empty = failure == Failure::WrongLogin && nothing_there(&mut link).await;
                backend.shutdown().await;
                if empty {
                    return Err(Stop::Failed(t!(app.locale, "cli-no-school", path = store)));
                }
                Err(explain(&app.locale, &failure, &store))
            }
        }
    }

    /// Asks and waits for the answer.
    ///
    /// # Errors
    /// The failure's sentence.
    pub async fn ask(&mut self, request: Request) -> Result<Reply, Stop> {
        let answer = self.try_ask(request).await;
        answer.map_err(|failure| explain(&self.locale, &failure, &self.store))
    }

    /// As [`Session::ask`], with the failure itself for who wants to look at it.
    ///
    /// # Errors
    /// The failure.
    pub async fn try_ask(&mut self, request: Request) -> Result<Reply, Failure> {
        call(&mut self.link, &self.locale, Some(&self.id), request).await
    }

    /// As [`Session::ask`], for long work: says at each tenth how far it is.
    ///
    /// # Errors
    /// The failure's sentence.
    pub async fn ask_long(&mut self, request: Request, out: &mut Out) -> Result<Reply, Stop> {
        let answer = self.try_long(request, out).await;
        answer.map_err(|failure| explain(&self.locale, &failure, &self.store))
    }

    /// As [`Session::ask_long`], with the failure as it is.
    ///
    /// # Errors
    /// The failure.
    pub async fn try_long(&mut self, request: Request, out: &mut Out) -> Result<Reply, Failure> {
        let locale = self.locale.clone();
        let mut said = 0;
        let hear = |event: &Event| {
            let Event::Progress { done, total, .. } = *event else {
                return hear(&locale, event);
            };
            let tenth = done.saturating_mul(10).checked_div(total).unwrap_or_default();
            if tenth > said && done < total {
                said = tenth;
                let (done, total) = (format::integer(done, locale.lang()), format::integer(total, locale.lang()));
                // Progress that nobody reads is no reason to stop.
                let _ = out.say(&t!(locale, "cli-progress", done = done, total = total));
            }
        };
        self.link.call_heard(Some(&self.id), request, hear).await
    }

    /// The sentence of a failure.
    #[must_use]
    pub fn explain(&self, failure: &Failure) -> Stop {
        explain(&self.locale, failure, &self.store)
    }

    #[must_use]
    pub fn who(&self) -> &Principal {
        &self.entered.who
    }

    #[must_use]
    pub fn setup(&self) -> &Setup {
        &self.entered.setup
    }

    /// Logs out; every write that was taken is done before this returns.
    pub async fn close(mut self) {
        if let Err(failure) = self.link.call(Some(&self.id), Request::Logout).await {
            tracing::warn!(?failure, "logout");
        }
        drop(self.link);
        self.backend.shutdown().await;
    }
}

/// Is the store without a school?
async fn nothing_there(link: &mut Link) -> bool {
    let greeted = link.call(None, Request::Greet).await;
    matches!(greeted, Ok(Reply::Greeting(greeting)) if greeting.school.is_none())
}

/// Asks, and never waits without saying for what.
///
/// # Errors
/// The failure.
pub async fn call(
    link: &mut Link,
    locale: &Locale,
    session: Option<&SessionId>,
    request: Request,
) -> Result<Reply, Failure> {
    let said = AtomicBool::new(false);
    let answer = link.call_heard(session, request, |event| {
        said.store(true, Ordering::Relaxed);
        hear(locale, event);
    });
    tokio::pin!(answer);
    if let Ok(answer) = tokio::time::timeout(SILENT, &mut answer).await {
        return answer;
    }
    if !said.load(Ordering::Relaxed) {
        say(locale, &t!(locale, "cli-still-waiting"));
    }
    answer.await
}

/// Nobody is left without a word for longer.
const SILENT: Duration = Duration::from_secs(4);

/// News of the work under way.
fn hear(locale: &Locale, event: &Event) {
    if let Event::Store(work) = event {
        say(locale, &text::store_work(locale, *work));
    }
}

/// A sentence on the way; that nobody reads it is no reason to stop.
fn say(locale: &Locale, sentence: &str) {
    let _ = Out::new(Format::Table, locale.lang()).say(sentence);
}

/// The sentence of a failure; where the store is the trouble, also which file it is.
pub fn explain(locale: &Locale, failure: &Failure, store: &str) -> Stop {
    let sentence = match failure {
        // The screens try again by themselves; a command does not.
        Failure::Offline { what: Part::Store, detail: Trouble::Unreachable } => t!(locale, "cli-store-away"),
        other => text::failure(locale, other),
    };
    match failure {
        // Of a path that is at fault the sentence speaks itself.
        Failure::Offline { what: Part::Store, detail } if !matches!(detail, Trouble::Path { .. }) => {
            let place = if store.starts_with("mongodb") && store.contains("://") {
                t!(locale, "cli-store-database", path = store)
            } else {
                t!(locale, "cli-store-file", path = store)
            };
            Stop::Failed(format!("{sentence}\n{place}"))
        }
        Failure::Denied
        | Failure::WrongLogin
        | Failure::SessionOver
        | Failure::PasswordMustChange
        | Failure::Invalid { .. }
        | Failure::Conflict
        | Failure::Cell(_)
        | Failure::Bulletin(_)
        | Failure::NotFound
        | Failure::Offline { .. }
        | Failure::Throttled { .. }
        | Failure::Internal { .. } => Stop::Failed(sentence),
    }
}

/// An answer of another kind than the question's: a fault of ours.
pub fn unexpected(locale: &Locale) -> Stop {
    Stop::Failed(t!(locale, "cli-unexpected"))
}

fn credentials(app: &App) -> Result<Request, Stop> {
    let locale = &app.locale;
    let Some(username) = &app.global.user else {
        let files = KeyFiles::new(&app.config.keys);
        // A token that cannot be read is the same as none: it is for another account.
        return if let Ok(Some(token)) = files.read_admin_token() {
            Ok(Request::LoginByToken(token))
        } else {
            let path = sanitise::line(&files.admin_token().display().to_string());
            Err(Stop::Failed(t!(locale, "cli-who", path = path)))
        };
    };
    let prompt = t!(locale, "cli-password-of", user = sanitise::line(username));
    Ok(Request::Login { username: username.clone(), password: password(app, &prompt)? })
}

/// Logs in; waits while a restore that was cut short is being finished.
async fn enter(app: &App, link: &mut Link, request: Request) -> Result<Reply, Failure> {
    let mut said = false;
    loop {
        let answer = call(link, &app.locale, None, request.clone()).await;
        let Err(Failure::Offline { what: Part::Store, detail: Trouble::Unfinished { here: true, .. } }) = &answer
        else {
            return answer;
        };
        if !std::mem::replace(&mut said, true) {
            say(&app.locale, &t!(app.locale, "cli-unfinished"));
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// From `--password-file`, else asked without echo.
///
/// # Errors
/// The file cannot be read, or there is no terminal to ask at.
pub fn password(app: &App, prompt: &str) -> Result<Password, Stop> {
    match &app.global.password_file {
        Some(path) => password_file(&app.locale, path),
        None => ask_password(&app.locale, prompt),
    }
}

/// The first line of a file.
///
/// # Errors
/// It cannot be read, or is empty.
pub fn password_file(locale: &Locale, path: &std::path::Path) -> Result<Password, Stop> {
    let shown = sanitise::line(&path.display().to_string());
    let text = std::fs::read_to_string(path).map_err(|error| {
        let why = text::io_error(locale, &error);
        Stop::Failed(t!(locale, "cli-password-file", path = shown.as_str(), why = why))
    })?;
    match text.lines().next().filter(|line| !line.is_empty()) {
        Some(line) => Ok(Password::typed(line)),
        None => Err(Stop::Failed(t!(locale, "cli-password-file-empty", path = shown))),
    }
}

/// Asks at the terminal, without echo.
///
/// # Errors
/// There is no terminal.
pub fn ask_password(locale: &Locale, prompt: &str) -> Result<Password, Stop> {
    if !std::io::stdin().is_terminal() {
        return Err(Stop::Failed(t!(locale, "cli-password-no-terminal")));
    }
    rpassword::prompt_password(prompt)
        .map(|text| Password::typed(&text))
        .map_err(|_| Stop::Failed(t!(locale, "cli-password-no-terminal")))
}

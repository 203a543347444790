//! One file a subcommand.

mod assignments;
mod audit;
mod backup;
mod bulletin;
mod cache;
mod classes;
mod closing;
mod demo;
mod doctor;
mod evaluations;
mod explain;
mod guardians;
mod import;
mod init;
mod levels;
mod marks;
mod marks_at;
mod marks_together;
mod my_marks;
mod options;
mod papers;
mod phrases;
mod rules;
mod screen;
mod seed;
mod stats;
mod stats_completion;
mod stats_spread;
mod student_edit;
mod students;
mod subjects;
mod terms;
mod turn;
mod user_file;
mod users;
mod years;

use super::{app::App, args::Command, session::Session, stop::Stop};
use crate::{
    backend::{SystemClock, SystemIds, fresh_id},
    domain::id::ActId,
    protocol::{Reply, Request},
    t,
};

/// Does what was asked for.
///
/// # Errors
/// Why it was not done.
pub async fn run(mut app: App, command: Option<Command>, no_color: bool) -> Result<(), Stop> {
    let app = &mut app;
    match command {
        None => screen::run(app, no_color).await,
        Some(Command::Demo(args)) => demo::run(app, &args, no_color).await,
        Some(Command::Init(args)) => init::run(app, &args).await,
        Some(Command::Doctor(args)) => doctor::run(app, &args).await,
        Some(Command::Completions(args)) => papers::completions(app, &args),
        Some(Command::Man(args)) => papers::man(app, &args),
        Some(command) => data(app, command).await,
    }
}

/// The commands that log in.
async fn data(app: &mut App, command: Command) -> Result<(), Stop> {
    let mut session = Session::open(app).await?;
    let done = match command {
        Command::Students(what) => students::run(app, &mut session, what).await,
        Command::Guardians(what) => guardians::run(app, &mut session, what).await,
        Command::Years(what) => years::run(app, &mut session, what).await,
        Command::Levels(what) => levels::run(app, &mut session, what).await,
        Command::Options(what) => options::run(app, &mut session, what).await,
        Command::Classes(what) => classes::run(app, &mut session, what).await,
        Command::Subjects(what) => subjects::run(app, &mut session, what).await,
        Command::Evaluations(what) => evaluations::run(app, &mut session, what).await,
        Command::Remarks(what) => bulletin::remarks(app, &mut session, what).await,
        Command::FollowUp(what) => bulletin::follow_up(app, &mut session, what).await,
        Command::Honours(what) => bulletin::honours(app, &mut session, what).await,
        Command::Phrases(what) => phrases::run(app, &mut session, what).await,
        Command::Assignments(what) => assignments::run(app, &mut session, what).await,
        Command::Terms(what) => terms::run(app, &mut session, what).await,
        Command::Rules(what) => rules::run(app, &mut session, what).await,
        Command::Explain(args) => explain::run(app, &mut session, &args).await,
        Command::Users(what) => users::run(app, &mut session, what).await,
        Command::Marks(what) => marks::run(app, &mut session, what).await,
        Command::Stats(what) => stats::run(app, &mut session, what).await,
        Command::Import(what) => import::run(app, &mut session, what).await,
        Command::Backup(what) => backup::run(app, &mut session, what).await,
        Command::Audit(what) => audit::run(app, &mut session, what).await,
        Command::Cache(what) => cache::run(app, &mut session, what).await,
        Command::Seed(args) => seed::run(app, &mut session, &args).await,
        Command::Undo(args) => undo(app, &mut session, args.act).await,
        // Answered before anybody logs in.
        Command::Demo(_) | Command::Init(_) | Command::Doctor(_) | Command::Completions(_) | Command::Man(_) => Ok(()),
    };
    session.close().await;
    done
}

async fn undo(app: &mut App, session: &mut Session, act: String) -> Result<(), Stop> {
    session.ask(Request::Undo(ActId::new(act))).await?;
    app.out.say(&t!(app.locale, "cli-undone"))
}

/// A fresh act: also the operation id that makes a retry harmless.
fn act() -> ActId {
    ActId::new(fresh_id(&SystemClock, &SystemIds))
}

/// Says that it is done, and how it is taken back where it can be.
fn done(app: &mut App, reply: &Reply) -> Result<(), Stop> {
    let sentence = match reply {
        Reply::Acted(act) => t!(app.locale, "cli-done-undo", act = act.as_str()),
        _ => t!(app.locale, "cli-done"),
    };
    app.out.say(&sentence)
}

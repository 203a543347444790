//! `carnet seed`.

use crate::{
    cli::{app::App, args::Seed, session::Session, stop::Stop},
    protocol::Request,
    t,
};

pub async fn run(app: &mut App, session: &mut Session, args: &Seed) -> Result<(), Stop> {
    let request = Request::Seed { students: args.students, seed: args.seed, fill: args.fill };
    session.ask_long(request, &mut app.out).await?;
    app.out.say(&t!(app.locale, "cli-seeded", students = args.students.to_string()))
}

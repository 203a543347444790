//! `carnet cache`.

use crate::{
    cli::{
        app::App,
        args::CacheCommand,
        out::{Cell, Column},
        session::{Session, unexpected},
        stop::Stop,
    },
    protocol::{Reply, Request},
    t,
};

pub async fn run(app: &mut App, session: &mut Session, what: CacheCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    match what {
        CacheCommand::Flush => {
            session.ask(Request::FlushCache).await?;
            app.out.say(&t!(locale, "cli-cache-flushed"))
        }
        CacheCommand::Stats => {
            let Reply::Health(health) = session.ask(Request::Health).await? else {
                return Err(unexpected(&locale));
            };
            let counters = health.counters;
            let number = |name, heading, value| (Column::number(name, heading), Cell::count(value));
            let fields = [
                number("hits", t!(locale, "cli-col-hits"), counters.hits),
                number("misses", t!(locale, "cli-col-misses"), counters.misses),
                number("fills", t!(locale, "cli-col-fills"), counters.fills),
                number("refused_fills", t!(locale, "cli-col-refused-fills"), counters.refused_fills),
                number("invalidations", t!(locale, "cli-col-invalidations"), counters.invalidations),
            ];
            // A cache within the program begins with it, so its counters are those of this one command.
            app.out.say(&t!(locale, "cli-cache-kind", kind = health.cache_kind.as_str()))?;
            app.out.object(&counters, &fields)
        }
    }
}

//! `carnet years plan`, `decide`, `map`, `open`, `enrol`.

use serde::Serialize;

use super::{act, done};
use crate::{
    cli::{
        app::App,
        args::{DecideArgs, OpenYearArgs},
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        calendar::Term,
        entities::{ClassTarget, DecidedBy},
        score::Average,
        turn::{Fate, NoNext, Undecided},
        words,
    },
    protocol::{Council, Decide, Failure, OpenYear, Reply, Request, Why, YearPlan},
    t,
    text::turn,
};

#[derive(Serialize)]
struct RowOut<'a> {
    matricule: &'a str,
    name: &'a str,
    class: String,
    average: Option<Average>,
    repeated: u8,
    outcome: Option<&'a str>,
    undecided: Option<Undecided>,
    next_class: Option<String>,
    by: DecidedBy,
    reason: &'a str,
}

#[derive(Serialize)]
struct ClassOut<'a> {
    class: &'a str,
    students: u64,
    /// `null`: it leaves the school, or nobody knows (`why`).
    next_class: Option<String>,
    leaves: bool,
    why: Option<NoNext>,
    said: bool,
    next_students: u64,
    capacity: Option<u16>,
    open_terms: &'a [Term],
}

async fn read(app: &App, session: &mut Session, class: Option<&str>) -> Result<YearPlan, Stop> {
    let class = class.map(|name| resolve::class(&app.locale, session.setup(), name)).transpose()?;
    let class = class.map(|class| class.body.id.clone());
    match session.ask(Request::YearPlan { class }).await? {
        Reply::YearPlan(plan) => Ok(*plan),
        _ => Err(unexpected(&app.locale)),
    }
}

fn say_state(app: &mut App, plan: &YearPlan) -> Result<(), Stop> {
    let locale = app.locale.clone();
    app.out.say(&turn::heading(&locale, plan))?;
    for line in turn::state(&locale, plan) {
        app.out.say(&line)?;
    }
    Ok(())
}

pub async fn plan(app: &mut App, session: &mut Session, class: Option<&str>) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let plan = read(app, session, class).await?;
    say_state(app, &plan)?;
    let columns = vec![
        Column::text("matricule", t!(locale, "cli-col-matricule")),
        Column::text("name", t!(locale, "cli-col-name")),
        Column::text("class", t!(locale, "cli-col-class")),
        Column::number("average", t!(locale, "cli-col-average")),
        Column::text("outcome", t!(locale, "cli-col-outcome")),
        Column::text("next_class", t!(locale, "cli-col-next-class")),
        Column::text("by", t!(locale, "cli-col-by")),
        Column::text("why", t!(locale, "cli-col-why")),
    ];
    let rows = plan.rows.iter().map(|row| {
        let (outcome, undecided) = match row.fate {
            Fate::Decided(outcome) => (Some(outcome.as_str()), None),
            Fate::Undecided(why) => (None, Some(why)),
        };
        let out = RowOut {
            matricule: row.matricule.as_str(),
            name: &row.name,
            class: turn::class_name(&plan, &row.class),
            average: row.average,
            repeated: row.repeated,
            outcome,
            undecided,
            next_class: row.to.as_ref().map(|class| turn::class_name(&plan, class)),
            by: row.by,
            reason: &row.reason,
        };
        (out, row.fate)
    });
    let rows: Vec<(RowOut<'_>, Fate)> = rows.collect();
    let mut list = app.out.list(columns);
    for (row, fate) in &rows {
        let why = if row.reason.is_empty() { turn::why_not(&locale, *fate) } else { row.reason.to_owned() };
        let decided = matches!(fate, Fate::Decided(_));
        list.row(
            row,
            &[
                Cell::text(row.matricule),
                Cell::text(row.name),
                Cell::text(row.class.as_str()),
                Cell::average(row.average),
                Cell::text(turn::fate(&locale, *fate)),
                Cell::maybe(row.next_class.as_deref()),
                if decided { Cell::text(turn::by(&locale, row.by)) } else { Cell::Empty },
                if why.is_empty() { Cell::Empty } else { Cell::typed(why) },
            ],
        )?;
    }
    list.finish()
}

pub async fn decide(app: &mut App, session: &mut Session, args: &DecideArgs) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let student = resolve::student(&locale, session, &args.matricule).await?.student.body.id.clone();
    let to = args.to.as_deref().map(|name| resolve::class(&locale, session.setup(), name)).transpose()?;
    let to = to.map(|class| class.body.id.clone());
    let decision = args.outcome.map(|outcome| Council { outcome, to, reason: args.reason.clone() });
    let reply = session.ask(Request::Decide(Box::new(Decide { student, decision }))).await?;
    done(app, &reply)
}

pub async fn map(app: &mut App, session: &mut Session, class: &str, next: &str) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let class = resolve::class(&locale, session.setup(), class)?.body.id.clone();
    let target = match words::fold(next.trim()).as_str() {
        "quitte" | "leaves" => Some(ClassTarget::Leaves),
        "deviner" | "guess" => None,
        _ => Some(ClassTarget::Class(resolve::class(&locale, session.setup(), next)?.body.id.clone())),
    };
    let reply = session.ask(Request::MapClass { class, target }).await?;
    done(app, &reply)
}

pub async fn enrol(app: &mut App, session: &mut Session, matricule: &str, class: &str) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let student = resolve::student(&locale, session, matricule).await?.student.body.id.clone();
    let class = match class.trim() {
        "" => None,
        name => Some(resolve::class(&locale, session.setup(), name)?.body.id.clone()),
    };
    let reply = session.ask(Request::EnrolAhead { student, class }).await?;
    done(app, &reply)
}

pub async fn open(app: &mut App, session: &mut Session, args: &OpenYearArgs) -> Result<(), Stop> {
    let locale = app.locale.clone();
    if args.dry_run {
        let plan = read(app, session, None).await?;
        say_state(app, &plan)?;
        return classes(app, &plan);
    }
    let from = session.setup().school.current_year.clone();
    let ask = OpenYear { act: act(), from, assignments: args.keep_assignments };
    match session.try_long(Request::OpenYear(ask), &mut app.out).await {
        Ok(Reply::YearOpened(report)) => app.out.say(&turn::opened(&locale, &report)),
        Ok(_) => Err(unexpected(&locale)),
        Err(failure @ Failure::Invalid { why: Why::YearNotReady { .. }, .. }) => {
            let plan = read(app, session, None).await?;
            classes(app, &plan)?;
            Err(session.explain(&failure))
        }
        Err(failure) => Err(session.explain(&failure)),
    }
}

/// Class by class: which follows, how many come, what is open.
fn classes(app: &mut App, plan: &YearPlan) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let columns = vec![
        Column::text("class", t!(locale, "cli-col-class")),
        Column::number("students", t!(locale, "cli-col-students")),
        Column::text("next_class", t!(locale, "cli-col-next-class")),
        Column::number("next_students", plan.next.to_string()),
        Column::number("capacity", t!(locale, "cli-col-capacity")),
        Column::text("open_terms", t!(locale, "cli-col-lacking")),
    ];
    let mut list = app.out.list(columns);
    for class in &plan.classes {
        let out = ClassOut {
            class: &class.name,
            students: class.now,
            next_class: match &class.target {
                Ok(ClassTarget::Class(next)) => Some(turn::class_name(plan, next)),
                Ok(ClassTarget::Leaves) | Err(_) => None,
            },
            leaves: class.target == Ok(ClassTarget::Leaves),
            why: class.target.as_ref().err().copied(),
            said: class.said,
            next_students: class.next,
            capacity: class.capacity,
            open_terms: &class.open_terms,
        };
        let terms: Vec<String> = class.open_terms.iter().map(ToString::to_string).collect();
        let open =
            (class.now > 0 && !terms.is_empty()).then(|| t!(locale, "turn-class-line-open", terms = terms.join(", ")));
        let cells = [
            Cell::text(class.name.as_str()),
            Cell::count(class.now),
            Cell::text(turn::target(&locale, plan, class)),
            Cell::count(class.next),
            class.capacity.map_or(Cell::Empty, |capacity| Cell::Integer(capacity.into())),
            Cell::maybe(open),
        ];
        list.row(&out, &cells)?;
    }
    list.finish()
}

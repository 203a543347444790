//! `carnet remarks`, `carnet followup` and `carnet honours`: what is written beside the marks.

use super::{act, done};
use crate::{
    cli::{
        app::App,
        args::{
            BulletinClass, DecideHonour, FollowUpCommand, HonoursCommand, RemarksCommand, RemarksOf, SetFollowUp,
            SetRemark,
        },
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        bulletin::{BulletinOf, BulletinPage, BulletinPart, BulletinValue, HonourDecision, MOST, fits, longest},
        calendar::Term,
        id::{ClassId, StudentId},
        score::{Average, MarkValue, Scale, parse_mark},
        text_values::{Name, Remark, TextError},
        words,
    },
    protocol::{BulletinKey, BulletinRow, BulletinView, Field, Reply, Request, SetBulletin, Why},
    t,
    text::Locale,
};

pub async fn remarks(app: &mut App, session: &mut Session, what: RemarksCommand) -> Result<(), Stop> {
    match what {
        RemarksCommand::List(of) => list_remarks(app, session, &of).await,
        RemarksCommand::Set(args) => set_remark(app, session, &args).await,
    }
}

pub async fn follow_up(app: &mut App, session: &mut Session, what: FollowUpCommand) -> Result<(), Stop> {
    match what {
        FollowUpCommand::List(of) => list_follow_up(app, session, &of).await,
        FollowUpCommand::Set(args) => set_follow_up(app, session, &args).await,
    }
}

pub async fn honours(app: &mut App, session: &mut Session, what: HonoursCommand) -> Result<(), Stop> {
    match what {
        HonoursCommand::List(of) => list_honours(app, session, &of).await,
        HonoursCommand::Decide(args) => decide(app, session, &args).await,
    }
}

/// A class in a term of the current year; the current term where none is given.
fn of(session: &Session, class: ClassId, term: Option<Term>) -> BulletinOf {
    let school = &session.setup().school;
    BulletinOf { class, year: school.current_year.clone(), term: term.unwrap_or(school.current_term) }
}

/// The subject's page; without a subject, the council's.
fn page(locale: &Locale, session: &Session, subject: Option<&str>) -> Result<BulletinPage, Stop> {
    Ok(match subject {
        Some(subject) => BulletinPage::Subject(resolve::subject(locale, session.setup(), subject)?.body.id.clone()),
        None => BulletinPage::Council,
    })
}

async fn open(locale: &Locale, session: &mut Session, key: BulletinKey) -> Result<Box<BulletinView>, Stop> {
    match session.ask(Request::Bulletin(key)).await? {
        Reply::Bulletin(view) => Ok(view),
        _ => Err(unexpected(locale)),
    }
}

async fn of_class(
    locale: &Locale,
    session: &mut Session,
    class: &BulletinClass,
    page: BulletinPage,
) -> Result<Box<BulletinView>, Stop> {
    let id = resolve::class(locale, session.setup(), &class.class)?.body.id.clone();
    let of = of(session, id, class.term);
    open(locale, session, BulletinKey { of, page }).await
}

fn name(row: &BulletinRow) -> String {
    format!("{} {}", row.last_name.as_str().to_uppercase(), row.first_name)
}

/// The columns that every list begins with, and a row's cells for them.
fn who(locale: &Locale) -> Vec<Column> {
    vec![
        Column::text("matricule", t!(locale, "cli-col-matricule")),
        Column::text("student", t!(locale, "cli-col-student")),
        Column::number("average", t!(locale, "cli-col-average")),
    ]
}

fn whom(row: &BulletinRow) -> Vec<Cell> {
    vec![Cell::text(row.matricule.as_str()), Cell::text(name(row)), Cell::decimal(row.average.map(Average::to_f64))]
}

fn text(text: Option<&Remark>) -> Cell {
    Cell::maybe(text.map(|text| text.as_str().to_owned()))
}

async fn list_remarks(app: &mut App, session: &mut Session, of: &RemarksOf) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let page = page(&locale, session, of.subject.as_deref())?;
    let view = of_class(&locale, session, &of.class, page).await?;
    let mut columns = who(&locale);
    columns.push(Column::text("appreciation", t!(locale, "field-appreciation")));
    app.out.records(columns, &view.rows, |row| {
        let mut cells = whom(row);
        cells.push(text(row.remark.as_ref()));
        cells
    })
}

async fn list_follow_up(app: &mut App, session: &mut Session, of: &BulletinClass) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let view = of_class(&locale, session, of, BulletinPage::FollowUp).await?;
    let columns = vec![
        Column::text("matricule", t!(locale, "cli-col-matricule")),
        Column::text("student", t!(locale, "cli-col-student")),
        Column::number("justified", t!(locale, "bulletin-column-justified")),
        Column::number("unjustified", t!(locale, "bulletin-column-unjustified")),
        Column::number("late", t!(locale, "bulletin-column-late")),
        Column::number("conduct", t!(locale, "bulletin-column-conduct")),
        Column::text("observation", t!(locale, "field-observation")),
    ];
    let count = |count: Option<u16>| count.map_or(Cell::Empty, |count| Cell::Integer(count.into()));
    app.out.records(columns, &view.rows, |row| {
        let follow = &row.follow;
        vec![
            Cell::text(row.matricule.as_str()),
            Cell::text(name(row)),
            count(follow.justified),
            count(follow.unjustified),
            count(follow.late),
            Cell::decimal(follow.conduct.map(Average::to_f64)),
            text(follow.observation.as_ref()),
        ]
    })
}

async fn list_honours(app: &mut App, session: &mut Session, of: &BulletinClass) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let view = of_class(&locale, session, of, BulletinPage::Council).await?;
    let mut columns = who(&locale);
    columns.extend([
        Column::number("rank", t!(locale, "bulletin-column-rank")),
        Column::text("proposed", t!(locale, "cli-col-proposed")),
        Column::text("decided", t!(locale, "cli-col-decided")),
        Column::text("reason", t!(locale, "cli-col-reason")),
        Column::text("by", t!(locale, "cli-col-by")),
    ]);
    let none = t!(locale, "bulletin-no-honour");
    app.out.records(columns, &view.rows, |row| {
        let mut cells = whom(row);
        let label = |honour: &Option<Name>| honour.as_ref().map_or_else(|| none.clone(), ToString::to_string);
        cells.extend([
            row.rank.map_or(Cell::Empty, |rank| Cell::Integer(rank.position.into())),
            Cell::maybe(row.proposed.as_ref().map(ToString::to_string)),
            Cell::maybe(row.decided.as_ref().map(|decision| label(&decision.honour))),
            Cell::maybe(row.decided.as_ref().map(|decision| decision.reason.as_str().to_owned())),
            Cell::maybe(row.decided_by.clone()),
        ]);
        cells
    })
}

/// The student of that matricule with the list of its class.
async fn place(
    locale: &Locale,
    session: &mut Session,
    matricule: &str,
    (page, term): (BulletinPage, Option<Term>),
) -> Result<(StudentId, Box<BulletinView>), Stop> {
    let student = resolve::student(locale, session, matricule).await?.student.body.clone();
    let class = student.class.clone().ok_or_else(|| resolve::refuse(locale, Field::Class, Why::NotInClass))?;
    let of = of(session, class, term);
    let view = open(locale, session, BulletinKey { of, page }).await?;
    Ok((student.id, view))
}

async fn write(
    locale: &Locale,
    session: &mut Session,
    (view, student): (&BulletinView, &StudentId),
    part: BulletinPart,
    value: Option<BulletinValue>,
) -> Result<Reply, Stop> {
    // Refused here as on the screens, before anything is sent; the backend looks again.
    if let Some(value @ BulletinValue::Text(_)) = &value
        && fits(&view.rules, &view.key.page, part, value).is_err()
    {
        let max = usize::from(longest(&view.rules, &view.key.page));
        let field = crate::text::bulletin::field(part);
        return Err(resolve::refuse(locale, field, Why::Text(TextError::TooLong { max })));
    }
    let key = view.key.clone();
    let ask = SetBulletin { act: act(), key, student: student.clone(), part, value, expect: None };
    session.ask(Request::SetBulletin(Box::new(ask))).await
}

fn remark(locale: &Locale, field: Field, typed: &str) -> Result<Option<BulletinValue>, Stop> {
    let text = resolve::checked(locale, field, Remark::parse(typed))?;
    Ok((!text.as_str().is_empty()).then_some(BulletinValue::Text(text)))
}

async fn set_remark(app: &mut App, session: &mut Session, args: &SetRemark) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let page = page(&locale, session, args.subject.as_deref())?;
    let (student, view) = place(&locale, session, &args.matricule, (page, args.term)).await?;
    let value = remark(&locale, Field::Appreciation, &args.text)?;
    let reply = write(&locale, session, (&view, &student), BulletinPart::Remark, value).await?;
    done(app, &reply)
}

fn count(locale: &Locale, field: Field, typed: &str) -> Result<Option<BulletinValue>, Stop> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let count = typed.parse::<u16>().ok().filter(|count| *count <= MOST);
    let why = || resolve::refuse(locale, field, Why::Whole { min: 0, max: i64::from(MOST) });
    count.map(|count| Some(BulletinValue::Count(count))).ok_or_else(why)
}

fn conduct(locale: &Locale, typed: &str) -> Result<Option<BulletinValue>, Stop> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let refuse = |why| resolve::refuse(locale, Field::Conduct, why);
    let mark = match parse_mark(typed, Scale::TWENTY).map_err(|error| refuse(Why::Mark(error)))? {
        Some(MarkValue::Score(score)) => Average::from_hundredths(score.hundredths()),
        Some(MarkValue::Code(_)) | None => None,
    };
    mark.map(|mark| Some(BulletinValue::Mark(mark))).ok_or_else(|| refuse(Why::Form { example: "14,5".to_owned() }))
}

async fn set_follow_up(app: &mut App, session: &mut Session, args: &SetFollowUp) -> Result<(), Stop> {
    let locale = app.locale.clone();
    // All is read before anything is written.
    let mut wanted = Vec::new();
    for (typed, part, field) in [
        (&args.justified, BulletinPart::Justified, Field::AbsentJustified),
        (&args.unjustified, BulletinPart::Unjustified, Field::AbsentUnjustified),
        (&args.late, BulletinPart::Late, Field::Late),
    ] {
        if let Some(typed) = typed {
            wanted.push((part, count(&locale, field, typed)?));
        }
    }
    if let Some(typed) = &args.conduct {
        wanted.push((BulletinPart::Conduct, conduct(&locale, typed)?));
    }
    if let Some(typed) = &args.observation {
        wanted.push((BulletinPart::Observation, remark(&locale, Field::Observation, typed)?));
    }
    if wanted.is_empty() {
        return Err(Stop::Failed(t!(locale, "cli-followup-nothing")));
    }
    let page = BulletinPage::FollowUp;
    let (student, view) = place(&locale, session, &args.matricule, (page, args.term)).await?;
    let mut reply = Reply::Done;
    for (part, value) in wanted {
        reply = write(&locale, session, (&view, &student), part, value).await?;
    }
    done(app, &reply)
}

async fn decide(app: &mut App, session: &mut Session, args: &DecideHonour) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let (student, view) = place(&locale, session, &args.matricule, (BulletinPage::Council, args.term)).await?;
    let value = match &args.honour {
        // As the rules propose.
        None => None,
        Some(typed) => {
            let none = words::fold(&t!(locale, "bulletin-no-honour"));
            let folded = words::fold(typed.trim());
            let honour = if folded == none || folded == "none" || folded == "aucune" {
                None
            } else {
                let honours = view.rules.honours.iter();
                let known = resolve::named(&locale, Field::Honour, typed, honours, |one| vec![one.label.as_str()])?;
                Some(known.label.clone())
            };
            let typed = args.reason.as_deref().unwrap_or_default();
            let reason = resolve::checked(&locale, Field::Reason, Remark::parse(typed))?;
            if reason.as_str().is_empty() {
                return Err(resolve::refuse(&locale, Field::Reason, Why::Missing));
            }
            Some(BulletinValue::Honour(HonourDecision { honour, reason }))
        }
    };
    let reply = write(&locale, session, (&view, &student), BulletinPart::Honour, value).await?;
    done(app, &reply)
}

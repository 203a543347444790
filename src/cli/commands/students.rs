//! `carnet students`: list, show, delete. Adding and editing are in `student_edit`.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::Serialize;

use super::{done, student_edit};
use crate::{
    cli::{
        app::App,
        args::{ListStudents, StudentsCommand},
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        calendar::{Term, YearId},
        entities::{Class, Dossier, Grade, Sex, StudentStatus},
        filter_text::{self, FilterContext},
        query::{Direction, Query, Seek, Sort},
        score::{Average, MarkCode, Scale, Score},
        text_values::{Matricule, Name, Phone},
    },
    protocol::{CardRank, Field, Reply, Request, Setup, StudentCard, StudentRow, Why},
    t,
    text::{self, names},
};

pub async fn run(app: &mut App, session: &mut Session, what: StudentsCommand) -> Result<(), Stop> {
    match what {
        StudentsCommand::List(args) => list(app, session, &args).await,
        StudentsCommand::Show { matricule } => show(app, session, &matricule).await,
        StudentsCommand::Add(args) => student_edit::add(app, session, &args).await,
        StudentsCommand::Edit(args) => student_edit::edit(app, session, &args).await,
        StudentsCommand::Delete { matricule } => {
            let card = resolve::student(&app.locale, session, &matricule).await?;
            let request = Request::DeleteStudent { id: card.student.body.id.clone(), version: card.student.version };
            let reply = session.ask(request).await?;
            done(app, &reply)
        }
    }
}

/// So many at a time: memory stays flat however many there are.
const PAGE: u32 = 1_000;

#[derive(Serialize)]
struct StudentOut<'a> {
    id: &'a str,
    matricule: &'a str,
    last_name: &'a str,
    first_name: &'a str,
    sex: Option<Sex>,
    phone: Option<&'a str>,
    class: Option<&'a str>,
    status: StudentStatus,
    average: Option<Average>,
}

impl<'a> From<&'a StudentRow> for StudentOut<'a> {
    fn from(row: &'a StudentRow) -> Self {
        Self {
            id: row.id.as_str(),
            matricule: row.matricule.as_str(),
            last_name: row.last_name.as_str(),
            first_name: row.first_name.as_str(),
            sex: row.sex,
            phone: row.phone.as_ref().map(Phone::as_str),
            class: row.class_name.as_ref().map(Name::as_str),
            status: row.status,
            average: row.average,
        }
    }
}

/// `-average`, `name`…: each order is an index read.
fn sort(app: &App, text: &str) -> Result<Sort, Stop> {
    let (name, direction) = match text.strip_prefix('-') {
        Some(name) => (name, Direction::Descending),
        None => (text, Direction::Ascending),
    };
    let fields: &[&'static str] = match crate::domain::words::fold(name).as_str() {
        "name" | "nom" => &["name_key"],
        "average" | "moyenne" | "moy" => &["average", "name_key"],
        "matricule" => &["matricule"],
        "class" | "classe" => &["class_name", "name_key"],
        _ => {
            let near = ["name", "average", "matricule", "class"].map(str::to_owned).to_vec();
            let why = Why::DidYouMean { what: name.to_owned(), near };
            return Err(resolve::refuse(&app.locale, Field::Filter, why));
        }
    };
    // The declared orders run in one direction as a whole, names included.
    Ok(Sort(fields.iter().map(|field| (Cow::Borrowed(*field), direction)).collect()))
}

async fn list(app: &mut App, session: &mut Session, args: &ListStudents) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let classes: Vec<Class> = session.setup().classes.iter().map(|class| class.body.clone()).collect();
    let filter = filter_text::parse(args.filter.as_deref().unwrap_or_default(), &FilterContext { classes: &classes })
        .map_err(|error| Stop::Failed(text::filter_error(&locale, &error)))?;
    let sort = sort(app, args.sort.as_deref().unwrap_or("name"))?;
    let columns = vec![
        Column::text("matricule", t!(locale, "cli-col-matricule")),
        Column::text("last_name", t!(locale, "cli-col-last")),
        Column::text("first_name", t!(locale, "cli-col-first")),
        Column::text("sex", t!(locale, "cli-col-sex")),
        Column::text("class", t!(locale, "cli-col-class")),
        Column::number("average", t!(locale, "cli-col-average")),
        Column::text("phone", t!(locale, "cli-col-phone")),
        Column::text("status", t!(locale, "cli-col-status")),
    ];
    let mut list = app.out.list(columns);
    let mut left = args.limit.unwrap_or(u64::MAX);
    let mut seek = Seek::First;
    while left > 0 {
        let limit = u32::try_from(left).unwrap_or(PAGE).min(PAGE);
        let query = Query { filter: filter.clone(), sort: sort.clone(), seek, limit };
        let Reply::Students(page) = session.ask(Request::ListStudents(query)).await? else {
            return Err(unexpected(&locale));
        };
        for row in &page.items {
            let status = names::status(&locale, row.status);
            let cells = [
                Cell::text(row.matricule.as_str()),
                Cell::text(row.last_name.as_str()),
                Cell::text(row.first_name.as_str()),
                Cell::maybe(row.sex.map(Sex::as_str)),
                Cell::maybe(row.class_name.as_ref().map(Name::as_str)),
                Cell::average(row.average),
                Cell::maybe(row.phone.as_ref().map(Phone::as_str)),
                Cell::text(status),
            ];
            list.row(&StudentOut::from(row), &cells)?;
        }
        left = left.saturating_sub(u64::try_from(page.items.len()).unwrap_or(u64::MAX));
        match page.cursors.last().filter(|_| page.more) {
            Some(last) => seek = Seek::After(last.clone()),
            None => break,
        }
    }
    list.finish()
}

#[derive(Serialize)]
struct GradeOut<'a> {
    subject: &'a str,
    year: &'a YearId,
    term: Term,
    evaluation: &'a str,
    date: Option<Date>,
    score: Option<Score>,
    code: Option<MarkCode>,
    scale: Scale,
    coefficient: u8,
}

#[derive(Serialize)]
struct CardOut<'a> {
    #[serde(flatten)]
    student: StudentOut<'a>,
    birth_date: Option<Date>,
    birth_place: Option<&'a str>,
    dossier: &'a Dossier,
    /// First day in the current year.
    starts: Option<Date>,
    averages: &'a std::collections::BTreeMap<YearId, crate::domain::entities::TermAverages>,
    ranks: &'a [CardRank],
    grades: Vec<GradeOut<'a>>,
    account: Option<&'a str>,
}

async fn show(app: &mut App, session: &mut Session, matricule: &str) -> Result<(), Stop> {
    let card = resolve::student(&app.locale, session, matricule).await?;
    let setup = session.setup();
    let grade = |grade: &'_ Grade| -> (String, String) {
        let subject = setup.subject(&grade.subject).map_or(grade.subject.as_str(), |subject| subject.name.as_str());
        let title = card.evaluations.get(&grade.evaluation).map_or(grade.evaluation.as_str(), Name::as_str);
        (subject.to_owned(), title.to_owned())
    };
    let student = &card.student.body;
    let names: Vec<(String, String)> = student.grades.iter().map(grade).collect();
    let grades = student.grades.iter().zip(&names).map(|(grade, (subject, evaluation))| GradeOut {
        subject,
        year: &grade.year,
        term: grade.term,
        evaluation,
        date: grade.date,
        score: grade.score,
        code: grade.code,
        scale: grade.scale,
        coefficient: grade.coefficient,
    });
    let out = CardOut {
        student: StudentOut {
            id: student.id.as_str(),
            matricule: student.matricule.as_str(),
            last_name: student.last_name.as_str(),
            first_name: student.first_name.as_str(),
            sex: student.sex,
            phone: student.phone.as_ref().map(Phone::as_str),
            class: student.class_name.as_ref().map(Name::as_str),
            status: student.status,
            average: student.average,
        },
        birth_date: student.birth_date,
        birth_place: student.birth_place.as_ref().map(Name::as_str),
        dossier: &student.dossier,
        starts: card.starts,
        averages: &student.averages,
        ranks: &card.ranks,
        grades: grades.collect(),
        account: card.account.as_deref(),
    };
    let fields = fields(app, setup, &card);
    app.out.object(&out, &fields)?;
    if app.global.format == crate::cli::args::Format::Table && !out.grades.is_empty() {
        app.out.raw("\n")?;
        grades_table(app, setup, &out.grades)?;
    }
    Ok(())
}

fn fields(app: &App, setup: &Setup, card: &StudentCard) -> Vec<(Column, Cell)> {
    let locale = &app.locale;
    let student = &card.student.body;
    let known = |name: Option<&Name>| Cell::maybe(name.map(Name::as_str));
    let mut fields = vec![
        (Column::text("matricule", t!(locale, "cli-col-matricule")), Cell::text(student.matricule.as_str())),
        (Column::text("last_name", t!(locale, "cli-col-last")), Cell::text(student.last_name.as_str())),
        (Column::text("first_name", t!(locale, "cli-col-first")), Cell::text(student.first_name.as_str())),
        (Column::text("sex", t!(locale, "cli-col-sex")), Cell::maybe(student.sex.map(Sex::as_str))),
        (
            Column::text("birth_date", t!(locale, "cli-col-birth-date")),
            Cell::maybe(student.birth_date.map(|date| date.to_string())),
        ),
        (
            Column::text("birth_place", t!(locale, "cli-col-birth-place")),
            Cell::maybe(student.birth_place.as_ref().map(Name::as_str)),
        ),
        (Column::text("quartier", names::field(locale, Field::Quartier)), known(student.dossier.quartier.as_ref())),
        (Column::text("commune", names::field(locale, Field::Commune)), known(student.dossier.commune.as_ref())),
        (Column::text("language", names::field(locale, Field::Language)), known(student.dossier.language.as_ref())),
        (
            Column::text("candidate", names::field(locale, Field::Candidate)),
            Cell::maybe(student.dossier.candidate.as_ref().map(Matricule::as_str)),
        ),
        (Column::text("bank", names::field(locale, Field::Bank)), known(student.dossier.bank.as_ref())),
        (Column::text("account", names::field(locale, Field::Account)), Cell::text(t!(locale, "student-locked"))),
        (
            Column::text("national_id", names::field(locale, Field::NationalId)),
            Cell::text(t!(locale, "student-locked")),
        ),
        (
            Column::text("medical_note", names::field(locale, Field::MedicalNote)),
            Cell::text(t!(locale, "student-locked")),
        ),
        (
            Column::text("starts", names::field(locale, Field::Starts)),
            Cell::maybe(card.starts.map(|day| day.to_string())),
        ),
        (
            Column::text("class", t!(locale, "cli-col-class")),
            Cell::maybe(student.class_name.as_ref().map(Name::as_str)),
        ),
        (Column::text("phone", t!(locale, "cli-col-phone")), Cell::maybe(student.phone.as_ref().map(Phone::as_str))),
        (Column::text("status", t!(locale, "cli-col-status")), Cell::text(names::status(locale, student.status))),
        (Column::number("average", t!(locale, "cli-col-average")), Cell::average(student.average)),
    ];
    // Of this year: a place of last year stands on the card, with its year.
    let this_year = card.ranks.iter().filter(|rank| rank.year == setup.school.current_year);
    let current = this_year.max_by(|a, b| (&a.year, a.term).cmp(&(&b.year, b.term)));
    if let Some(rank) = current {
        let shown = crate::domain::rules::Rank { position: rank.rank, tied: rank.tied };
        let shown = text::rank(locale, Some(shown), student.sex);
        let term = setup.term_in(&rank.year, rank.term);
        let shown = t!(locale, "cli-rank-of", rank = shown, of = rank.of.to_string(), term = term);
        fields.push((Column::text("rank", t!(locale, "cli-col-rank")), Cell::text(shown)));
    }
    fields
}

fn grades_table(app: &mut App, setup: &Setup, grades: &[GradeOut<'_>]) -> Result<(), Stop> {
    let locale = &app.locale;
    let columns = vec![
        Column::text("term", t!(locale, "cli-col-term")),
        Column::text("subject", t!(locale, "cli-col-subject")),
        Column::text("evaluation", t!(locale, "cli-col-evaluation")),
        Column::number("score", t!(locale, "cli-col-score")),
        Column::text("code", t!(locale, "cli-col-code")),
        Column::number("scale", t!(locale, "cli-col-scale")),
    ];
    app.out.records(columns, grades, |grade| {
        vec![
            Cell::text(format!("{} {}", grade.year, setup.term_in(grade.year, grade.term))),
            Cell::text(grade.subject),
            Cell::text(grade.evaluation),
            Cell::decimal(grade.score.map(Score::to_f64)),
            Cell::maybe(grade.code.map(MarkCode::as_str)),
            Cell::Decimal(grade.scale.to_f64(), 2),
        ]
    })
}

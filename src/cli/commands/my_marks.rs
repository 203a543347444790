//! `carnet marks mine`: what families see on *Mes notes*, for a student or a parent who is logged in.

use serde::Serialize;

use crate::{
    cli::{
        app::App,
        args::MyMarksArgs,
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        calendar::{Term, YearId},
        entities::Grade,
        id::{StudentId, SubjectId},
        rules::Rank,
        score::{Average, MarkCode, Scale, Score},
        words,
    },
    protocol::{Field, MyMarks, Reply, Request, Why},
    t,
    text::{Locale, agree, bulletin, format, sanitise},
};

#[derive(Serialize)]
struct MarkOut {
    evaluation: String,
    date: Option<jiff::civil::Date>,
    score: Option<Score>,
    code: Option<MarkCode>,
    scale: Scale,
}

#[derive(Serialize)]
struct SubjectOut {
    subject: String,
    coefficient: Option<u8>,
    average: Option<Average>,
    marks: Vec<MarkOut>,
}

#[derive(Serialize)]
struct MineOut<'a> {
    matricule: &'a str,
    student: String,
    class: Option<&'a str>,
    year: &'a YearId,
    term: Term,
    average: Option<Average>,
    rank: Option<u32>,
    of: Option<u32>,
    subjects: &'a [SubjectOut],
    /// Of a closed term: the honour, appreciations and the follow-up.
    honour: Option<&'a str>,
    appreciations: Vec<RemarkOut>,
    follow_up: Option<&'a crate::protocol::FollowShown>,
}

/// An appreciation; without a subject, the general one.
#[derive(Serialize)]
struct RemarkOut {
    subject: Option<String>,
    text: String,
}

pub async fn run(app: &mut App, session: &mut Session, args: &MyMarksArgs) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let marks = match &args.child {
        Some(child) => of_child(&locale, session, child).await?,
        None => ask(&locale, session, None).await?,
    };
    let school = &session.setup().school;
    let year = school.current_year.clone();
    let has = |term: Term| marks.student.grades.iter().any(|grade| grade.year == year && grade.term == term);
    let last = session.setup().terms().into_iter().rev().find(|term| has(*term));
    let current = Some(school.current_term).filter(|term| has(*term));
    let term = args.term.or(current).or(last).unwrap_or(school.current_term);
    let name = session.setup().term_in(&year, term);
    print(app, &marks, &year, (term, &name))
}

async fn ask(locale: &Locale, session: &mut Session, child: Option<StudentId>) -> Result<Box<MyMarks>, Stop> {
    match session.ask(Request::MyMarks { child }).await? {
        Reply::MyMarks(marks) => Ok(marks),
        _ => Err(unexpected(locale)),
    }
}

/// Of the child with that matricule, or of the only one with that in its name.
async fn of_child(locale: &Locale, session: &mut Session, typed: &str) -> Result<Box<MyMarks>, Stop> {
    let first = ask(locale, session, None).await?;
    let wanted = words::fold(typed.trim());
    let mut named = Vec::new();
    for (id, name) in &first.children {
        let marks = ask(locale, session, Some(id.clone())).await?;
        if words::fold(marks.student.matricule.as_str()) == wanted {
            return Ok(marks);
        }
        if words::fold(name).contains(&wanted) {
            named.push(marks);
        }
    }
    match named.pop() {
        Some(only) if named.is_empty() => Ok(only),
        Some(_) | None => {
            let near = first.children.into_iter().map(|(_, name)| name).collect();
            Err(resolve::refuse(locale, Field::Student, Why::DidYouMean { what: typed.to_owned(), near }))
        }
    }
}

/// The subjects that have something in the term, in the school's order.
fn subjects(marks: &MyMarks, year: &YearId, term: Term) -> Vec<SubjectOut> {
    let student = &marks.student.body;
    let averages = student.subject_averages.get(year).and_then(|terms| terms.get(&term));
    let of = |id: &SubjectId| -> Vec<&Grade> {
        let here = |grade: &&Grade| grade.year == *year && grade.term == term && grade.subject == *id;
        let mut grades: Vec<&Grade> = student.grades.iter().filter(here).collect();
        grades.sort_by_key(|grade| (grade.date.is_none(), grade.date));
        grades
    };
    let line = |(id, name, _): &(SubjectId, crate::domain::text_values::Name, u8)| {
        let grades = of(id);
        (!grades.is_empty()).then(|| SubjectOut {
            subject: name.to_string(),
            coefficient: marks.coefficient(year, term, id),
            average: averages.and_then(|averages| averages.get(id)).copied(),
            marks: grades.into_iter().map(|grade| mark(marks, grade)).collect(),
        })
    };
    marks.subjects.iter().filter_map(line).collect()
}

fn mark(marks: &MyMarks, grade: &Grade) -> MarkOut {
    MarkOut {
        evaluation: marks.evaluations.get(&grade.evaluation).map(ToString::to_string).unwrap_or_default(),
        date: grade.date,
        score: grade.score,
        code: grade.code,
        scale: grade.scale,
    }
}

/// `Devoir 1 12,5 · Composition 31/40`.
fn told(locale: &Locale, marks: &[MarkOut]) -> String {
    let point = locale.lang().decimal();
    let one = |mark: &MarkOut| {
        let value = match (mark.score, mark.code) {
            (Some(score), _) if mark.scale == Scale::TWENTY => score.short(point),
            (Some(score), _) => format!("{}/{}", score.short(point), mark.scale.short(point)),
            (None, Some(code)) => code.as_str().to_owned(),
            (None, None) => "—".to_owned(),
        };
        format!("{} {value}", mark.evaluation).trim_start().to_owned()
    };
    marks.iter().map(one).collect::<Vec<_>>().join(" · ")
}

fn print(app: &mut App, marks: &MyMarks, year: &YearId, (term, name): (Term, &str)) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let student = &marks.student.body;
    let rows = subjects(marks, year, term);
    let rank = marks.ranks.iter().find(|rank| rank.year == *year && rank.term == term);
    let average = student.averages.get(year).and_then(|all| all.terms.get(&term)).copied();
    let words = marks.words.iter().find(|words| words.year == *year && words.term == term);
    let remark = |(subject, text): &(Option<SubjectId>, crate::domain::text_values::Remark)| RemarkOut {
        subject: subject.as_ref().map(|subject| {
            let known = marks.subjects.iter().find(|known| known.0 == *subject);
            known.map_or_else(|| "—".to_owned(), |known| known.1.to_string())
        }),
        text: text.as_str().to_owned(),
    };
    let out = MineOut {
        honour: words.and_then(|words| words.honour.as_ref()).map(crate::domain::text_values::Name::as_str),
        appreciations: words.map(|words| words.remarks.iter().map(remark).collect()).unwrap_or_default(),
        follow_up: words.map(|words| &words.follow),
        matricule: student.matricule.as_str(),
        student: student.full_name(),
        class: student.class_name.as_ref().map(crate::domain::text_values::Name::as_str),
        year,
        term,
        average,
        rank: rank.map(|rank| rank.rank),
        of: rank.map(|rank| rank.of),
        subjects: &rows,
    };
    let columns = vec![
        Column::text("subject", t!(locale, "cli-col-subject")),
        Column::number("coefficient", t!(locale, "cli-col-coefficient")),
        Column::text("marks", t!(locale, "cli-col-marks")),
        Column::number("average", t!(locale, "cli-col-average")),
    ];
    let cells = |row: &SubjectOut| {
        vec![
            Cell::text(row.subject.as_str()),
            Cell::maybe(row.coefficient.map(|coefficient| coefficient.to_string())),
            Cell::text(told(&locale, &row.marks)),
            Cell::decimal(row.average.map(Average::to_f64)),
        ]
    };
    let general = format::average(average, locale.lang());
    let place = rank.map_or_else(
        || "—".to_owned(),
        |rank| {
            let place = Rank { position: rank.rank, tied: rank.tied };
            format!("{} / {}", agree::rank(&locale, Some(place), student.sex), rank.of)
        },
    );
    app.out.say(&t!(
        locale,
        "cli-my-marks",
        student = out.student.as_str(),
        term = name,
        year = year.as_str(),
        average = general,
        rank = place
    ))?;
    if let Some(honour) = out.honour {
        app.out.say(&t!(locale, "bulletin-honour", honour = sanitise::line(honour)))?;
    }
    for remark in &out.appreciations {
        let of = remark.subject.clone().unwrap_or_else(|| t!(locale, "bulletin-general"));
        let (of, said) = (sanitise::line(&of), sanitise::line(&remark.text));
        app.out.say(&t!(locale, "bulletin-foot", part = of, text = said))?;
    }
    let follow = out.follow_up.map(|follow| bulletin::follow(&locale, follow)).unwrap_or_default();
    if !follow.is_empty() {
        app.out.say(&follow.join(" · "))?;
    }
    app.out.object_of_rows(&out, columns, &rows, cells)
}

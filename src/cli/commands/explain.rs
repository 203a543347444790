//! `carnet explain`.

use serde::Serialize;

use crate::{
    cli::{
        app::App,
        args::{ExplainArgs, Format, TermOrYear},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        calendar::{Term, Timestamp, YearId},
        entities::Role,
        id::{StudentId, SubjectId},
        rules::AverageOf,
        score::{Average, MarkCode, MarkValue, Scale, Score},
        text_values::Name,
    },
    protocol::{ExplainQuestion, Explained, Field, Reply, Request, SubjectBasis},
    t,
    text::format,
    ui::explanation,
};

#[derive(Serialize)]
struct MarkOut<'a> {
    evaluation: &'a str,
    kind: crate::domain::entities::EvaluationKind,
    score: Option<Score>,
    code: Option<MarkCode>,
    scale: Scale,
    coefficient: u8,
}

#[derive(Serialize)]
struct SubjectOut<'a> {
    subject: &'a str,
    coefficient: u8,
    average: Option<Average>,
    exact: Option<String>,
    marks: Vec<MarkOut<'a>>,
}

#[derive(Serialize)]
struct TermOut<'a> {
    term: Term,
    average: Option<Average>,
    exact: Option<&'a str>,
}

#[derive(Serialize)]
struct ExplainedOut<'a> {
    student: &'a str,
    year: &'a YearId,
    term: Option<Term>,
    /// The marks are those of that moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
    average: Option<Average>,
    /// Numerator and denominator.
    exact: Option<String>,
    rules: &'a str,
    rules_version: u32,
    closed: bool,
    subjects: Vec<SubjectOut<'a>>,
    terms: Vec<TermOut<'a>>,
    /// The same in words.
    lines: Vec<&'a str>,
}

pub async fn run(app: &mut App, session: &mut Session, args: &ExplainArgs) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let setup = session.setup().clone();
    let (student, own) = who(app, session, &args.matricule).await?;
    let subject = match (&args.subject, own) {
        (None, _) => None,
        (Some(name), None) => Some(resolve::subject(&locale, &setup, name)?.body.id.clone()),
        // Families know the subjects in which they have marks.
        (Some(name), Some(subjects)) => {
            let one = |subject: &'_ (SubjectId, Name, u8)| subject.0.clone();
            Some(resolve::named(&locale, Field::Subject, name, subjects.iter(), |one| vec![one.1.as_str()]).map(one)?)
        }
    };
    let term = match args.term {
        None => Some(setup.school.current_term),
        Some(TermOrYear::Term(term)) => Some(term),
        Some(TermOrYear::Year) => None,
    };
    if term.is_none() && subject.is_some() {
        return Err(Stop::Usage(t!(locale, "cli-explain-year-subject")));
    }
    let at = args.at.as_deref().map(|at| super::marks_at::moment(&locale, at)).transpose()?;
    let question = ExplainQuestion { student, year: args.year.clone(), term, subject: subject.clone(), at };
    let Reply::Explained(explained) = session.ask(Request::Explain(question)).await? else {
        return Err(unexpected(&locale));
    };
    let name = |term: Term| setup.term_in(&explained.year, term);
    let lines: Vec<String> = explanation::explained(&locale, &explained, subject.is_some(), name)
        .into_iter()
        .map(|(_, line)| line)
        .collect();
    if app.out.format() == Format::Json {
        return app.out.object(&shaped(&explained, subject.is_some(), &lines), &[]);
    }
    let asked = explained.subjects.first().filter(|_| subject.is_some());
    let mut text = explanation::title(&locale, &explained, asked, name);
    if let Some(at) = explained.at {
        text.push('\n');
        text.push_str(&t!(locale, "cli-explain-at", at = format::moment(at, &jiff::tz::TimeZone::system())));
    }
    for line in lines {
        text.push('\n');
        text.push_str(&line);
    }
    text.push('\n');
    app.out.raw(&text)
}

/// Subjects as a family sees them: with their names, and coefficients in the class.
type Own = Vec<(SubjectId, Name, u8)>;

/// The student of a matricule; families know only their own, and those subjects.
async fn who(app: &App, session: &mut Session, matricule: &str) -> Result<(StudentId, Option<Own>), Stop> {
    match session.who().role {
        Role::Student | Role::Parent => {
            own(app, session, matricule).await.map(|(student, subjects)| (student, Some(subjects)))
        }
        Role::Admin | Role::Head | Role::Bursar | Role::Secretary | Role::Supervisor | Role::Teacher => {
            Ok((resolve::student(&app.locale, session, matricule).await?.student.body.id.clone(), None))
        }
    }
}

async fn own(app: &App, session: &mut Session, matricule: &str) -> Result<(StudentId, Own), Stop> {
    let locale = &app.locale;
    let wanted = resolve::matricule(locale, matricule)?;
    let mut children: Vec<Option<StudentId>> = vec![None];
    let mut first = true;
    while let Some(child) = children.pop() {
        let Reply::MyMarks(marks) = session.ask(Request::MyMarks { child }).await? else {
            return Err(unexpected(locale));
        };
        if marks.student.matricule == wanted {
            return Ok((marks.student.body.id.clone(), marks.subjects.clone()));
        }
        if std::mem::take(&mut first) {
            children.extend(marks.children.iter().map(|(id, _)| Some(id.clone())));
        }
    }
    let what = wanted.as_str().to_owned();
    Err(resolve::refuse(locale, Field::Matricule, crate::protocol::Why::Unknown { what }))
}

fn shaped<'a>(explained: &'a Explained, subject: bool, lines: &'a [String]) -> ExplainedOut<'a> {
    let average = explanation::average(explained, subject);
    ExplainedOut {
        student: &explained.name,
        year: &explained.year,
        term: explained.term,
        at: explained.at,
        average: average.map(|average| average.printed),
        exact: average.map(AverageOf::fraction),
        rules: explained.rules.name.as_str(),
        rules_version: explained.rules.version,
        closed: explained.closed,
        subjects: explained.subjects.iter().map(subject_out).collect(),
        terms: explained
            .terms
            .iter()
            .map(|(term, average)| TermOut {
                term: *term,
                average: average.as_ref().map(|(printed, _)| *printed),
                exact: average.as_ref().map(|(_, exact)| exact.as_str()),
            })
            .collect(),
        lines: lines.iter().map(String::as_str).collect(),
    }
}

fn subject_out(basis: &SubjectBasis) -> SubjectOut<'_> {
    let average = explanation::subject(basis);
    let mark = |basis: &'_ crate::protocol::MarkBasis| -> (Option<Score>, Option<MarkCode>) {
        match basis.mark.value {
            Some(MarkValue::Score(score)) => (Some(score), None),
            Some(MarkValue::Code(code)) => (None, Some(code)),
            None => (None, None),
        }
    };
    SubjectOut {
        subject: &basis.name,
        coefficient: basis.coefficient,
        average: average.map(|average| average.printed),
        exact: average.map(AverageOf::fraction),
        marks: basis
            .marks
            .iter()
            .map(|one| {
                let (score, code) = mark(one);
                MarkOut {
                    evaluation: &one.title,
                    kind: one.mark.kind,
                    score,
                    code,
                    scale: one.mark.scale,
                    coefficient: one.mark.coefficient,
                }
            })
            .collect(),
    }
}

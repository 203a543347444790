//! `carnet phrases`: the bank of phrases for appreciations.

use serde::Serialize;

use super::done;
use crate::{
    cli::{
        app::App,
        args::{AddPhrase, EditPhrase, PhrasesCommand},
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        rules::{Band, RuleSet, band},
        score::Average,
        text_values::Remark,
    },
    protocol::{Field, PhraseDraft, PhraseRow, Reply, Request, Why},
    t,
    text::{Lang, Locale},
};

/// A line of the list: the number is what the other commands take.
#[derive(Serialize)]
struct Numbered<'a> {
    number: i64,
    band: Option<String>,
    school_wide: bool,
    text: &'a str,
}

pub async fn run(app: &mut App, session: &mut Session, what: PhrasesCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let request = match what {
        PhrasesCommand::List => {
            let rows = all(&locale, session).await?;
            return list(app, session, &rows);
        }
        PhrasesCommand::Add(args) => add(&locale, session, &args)?,
        PhrasesCommand::Edit(args) => edit(&locale, session, &args).await?,
        PhrasesCommand::Delete { number } => {
            let row = numbered(&locale, session, number).await?;
            Request::DeletePhrase { id: row.phrase.id.clone(), version: row.phrase.version }
        }
        PhrasesCommand::Fill => Request::FillPhrases { english: locale.lang() == Lang::En },
    };
    let reply = session.ask(request).await?;
    done(app, &reply)
}

async fn all(locale: &Locale, session: &mut Session) -> Result<Vec<PhraseRow>, Stop> {
    match session.ask(Request::Phrases).await? {
        Reply::Phrases(rows) => Ok(rows),
        _ => Err(unexpected(locale)),
    }
}

/// The phrase of that number in the list.
async fn numbered(locale: &Locale, session: &mut Session, number: usize) -> Result<PhraseRow, Stop> {
    let rows = all(locale, session).await?;
    let row = number.checked_sub(1).and_then(|index| rows.into_iter().nth(index));
    row.ok_or_else(|| resolve::refuse(locale, Field::Appreciation, Why::Unknown { what: number.to_string() }))
}

fn rules(session: &Session) -> &RuleSet {
    &session.setup().rules
}

/// The band of that name; `None` for an empty text: every band.
fn of(locale: &Locale, session: &Session, typed: Option<&str>) -> Result<Option<Average>, Stop> {
    let Some(typed) = typed.filter(|typed| !typed.trim().is_empty()) else { return Ok(None) };
    let bands = rules(session).bands.iter();
    Ok(Some(resolve::named(locale, Field::Band, typed, bands, |band: &Band| vec![band.label.as_str()])?.from))
}

fn text(locale: &Locale, typed: &str) -> Result<Remark, Stop> {
    resolve::checked(locale, Field::Appreciation, Remark::parse(typed))
}

fn add(locale: &Locale, session: &Session, args: &AddPhrase) -> Result<Request, Stop> {
    let band = of(locale, session, args.band.as_deref())?;
    let text = text(locale, &args.text)?;
    Ok(Request::SavePhrase(Box::new(PhraseDraft { id: None, school: args.of_school, band, text })))
}

async fn edit(locale: &Locale, session: &mut Session, args: &EditPhrase) -> Result<Request, Stop> {
    let row = numbered(locale, session, args.number).await?;
    let phrase = &row.phrase;
    let draft = PhraseDraft {
        id: Some((phrase.id.clone(), phrase.version)),
        school: phrase.owner.is_none(),
        band: match &args.band {
            Some(band) => of(locale, session, Some(band))?,
            None => phrase.band,
        },
        text: match &args.text {
            Some(typed) => text(locale, typed)?,
            None => phrase.text.clone(),
        },
    };
    Ok(Request::SavePhrase(Box::new(draft)))
}

fn list(app: &mut App, session: &Session, rows: &[PhraseRow]) -> Result<(), Stop> {
    let locale = &app.locale;
    let columns = vec![
        Column::number("number", t!(locale, "cli-col-number")),
        Column::text("band", t!(locale, "field-band")),
        Column::text("owner", t!(locale, "field-owner")),
        Column::text("text", t!(locale, "phrases-column-text")),
    ];
    let (school, own) = (t!(locale, "phrases-of-school"), t!(locale, "phrases-own"));
    let numbered: Vec<Numbered<'_>> = (1..)
        .zip(rows)
        .map(|(number, row)| Numbered {
            number,
            band: row.phrase.band.and_then(|of| band(rules(session), of)).map(|band| band.label.to_string()),
            school_wide: row.phrase.owner.is_none(),
            text: row.phrase.text.as_str(),
        })
        .collect();
    app.out.records(columns, &numbered, |row| {
        vec![
            Cell::Integer(row.number),
            Cell::maybe(row.band.clone()),
            Cell::text(if row.school_wide { school.as_str() } else { own.as_str() }),
            Cell::text(row.text),
        ]
    })
}

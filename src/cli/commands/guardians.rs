//! `carnet guardians`.

use serde::Serialize;

use super::done;
use crate::{
    cli::{
        app::App,
        args::{GuardianArgs, GuardiansCommand, ListGuardians},
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        entities::{Guardian, MobileMoney, Operator, Relation},
        id::{GuardianId, StudentId},
        text_values::{Email, Name, Phone},
    },
    protocol::{Field, GuardianRow, GuardiansOf, Reply, Request, Why},
    t,
    text::{Locale, names},
};

/// Guardians that a search may find.
const MOST: u32 = 200;

#[derive(Serialize)]
struct GuardianOut<'a> {
    #[serde(flatten)]
    guardian: &'a Guardian,
    account_name: Option<&'a str>,
    children_names: Vec<&'a str>,
}

pub async fn run(app: &mut App, session: &mut Session, what: GuardiansCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let request = match what {
        GuardiansCommand::List(args) => return list(app, session, &args).await,
        GuardiansCommand::Add { last, first, args } => {
            let guardian = Guardian {
                id: GuardianId::new(""),
                relation: Relation::default(),
                last_name: resolve::name(&locale, Field::LastName, &last)?,
                first_name: resolve::name(&locale, Field::FirstName, &first)?,
                phones: Vec::new(),
                email: None,
                languages: Vec::new(),
                sms: false,
                mail: false,
                money: None,
                children: Vec::new(),
                account: None,
            };
            let guardian = Box::new(change(&locale, session, guardian, &args).await?);
            Request::SaveGuardian { guardian, version: None }
        }
        GuardiansCommand::Edit { who, last, first, args } => {
            let row = one(&locale, session, &who).await?;
            let mut guardian = row.guardian.body.clone();
            if let Some(last) = last {
                guardian.last_name = resolve::name(&locale, Field::LastName, &last)?;
            }
            if let Some(first) = first {
                guardian.first_name = resolve::name(&locale, Field::FirstName, &first)?;
            }
            let guardian = Box::new(change(&locale, session, guardian, &args).await?);
            Request::SaveGuardian { guardian, version: Some(row.guardian.version) }
        }
        GuardiansCommand::Delete { who } => {
            let row = one(&locale, session, &who).await?;
            Request::DeleteGuardian { id: row.guardian.body.id, version: row.guardian.version }
        }
    };
    let reply = session.ask(request).await?;
    done(app, &reply)
}

async fn rows(locale: &Locale, session: &mut Session, of: GuardiansOf) -> Result<Vec<GuardianRow>, Stop> {
    match session.ask(Request::Guardians(of)).await? {
        Reply::Guardians(rows) => Ok(rows),
        _ => Err(unexpected(locale)),
    }
}

/// The one guardian of that id or phone.
async fn one(locale: &Locale, session: &mut Session, who: &str) -> Result<GuardianRow, Stop> {
    let mut found = rows(locale, session, GuardiansOf::One(GuardianId::new(who))).await?;
    if found.is_empty() {
        let phone = Phone::parse_in(who, &session.setup().school.region);
        let phone = resolve::checked(locale, Field::Phone, phone)?;
        let text = phone.as_str().to_owned();
        found = rows(locale, session, GuardiansOf::Text { text, limit: MOST }).await?;
        found.retain(|row| row.guardian.phones.contains(&phone));
    }
    if found.len() > 1 {
        let near = found.iter().map(|row| format!("{} ({})", row.guardian.full_name(), row.guardian.id)).collect();
        return Err(resolve::refuse(locale, Field::Phone, Why::DidYouMean { what: who.to_owned(), near }));
    }
    let unknown = || resolve::refuse(locale, Field::Phone, Why::Unknown { what: who.to_owned() });
    found.into_iter().next().ok_or_else(unknown)
}

/// Only what was given; an empty text empties.
async fn change(
    locale: &Locale,
    session: &mut Session,
    mut guardian: Guardian,
    args: &GuardianArgs,
) -> Result<Guardian, Stop> {
    let region = session.setup().school.region.clone();
    let phone = |field, text: &str| resolve::checked(locale, field, Phone::parse_in(text, &region));
    if let Some(relation) = &args.relation {
        let example = || Why::Form { example: "father, mother, guardian".to_owned() };
        guardian.relation =
            Relation::parse(relation).ok_or_else(|| resolve::refuse(locale, Field::Relation, example()))?;
    }
    if !args.phone.is_empty() {
        let given = args.phone.iter().filter(|text| !text.trim().is_empty());
        guardian.phones = given.map(|text| phone(Field::Phone, text)).collect::<Result<_, Stop>>()?;
    }
    if let Some(email) = &args.email {
        guardian.email = match email.trim() {
            "" => None,
            typed => Some(resolve::checked(locale, Field::Email, Email::parse(typed))?),
        };
    }
    if !args.language.is_empty() {
        let given = args.language.iter().filter(|text| !text.trim().is_empty());
        guardian.languages =
            given.map(|text| resolve::name(locale, Field::Language, text)).collect::<Result<Vec<Name>, Stop>>()?;
    }
    guardian.sms = args.sms.unwrap_or(guardian.sms);
    guardian.mail = args.mail.unwrap_or(guardian.mail);
    if let Some(money) = &args.money {
        guardian.money = money_of(locale, &region, money)?;
    }
    for matricule in &args.child {
        let child = child(locale, session, matricule).await?;
        if !guardian.children.contains(&child) {
            guardian.children.push(child);
        }
    }
    for matricule in &args.no_child {
        let child = child(locale, session, matricule).await?;
        guardian.children.retain(|known| *known != child);
    }
    if let Some(account) = &args.account {
        guardian.account = match account.trim() {
            "" => None,
            typed => {
                let Reply::Users(accounts) = session.ask(Request::Users).await? else {
                    return Err(unexpected(locale));
                };
                Some(resolve::account(locale, &accounts, typed)?.id.clone())
            }
        };
    }
    Ok(guardian)
}

async fn child(locale: &Locale, session: &mut Session, matricule: &str) -> Result<StudentId, Stop> {
    Ok(resolve::student(locale, session, matricule).await?.student.body.id.clone())
}

/// `orange:76123456`; empty for none.
fn money_of(locale: &Locale, region: &str, typed: &str) -> Result<Option<MobileMoney>, Stop> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let form = || resolve::refuse(locale, Field::MoneyOperator, Why::Form { example: "orange:76123456".to_owned() });
    let (operator, number) = typed.split_once(':').ok_or_else(form)?;
    let number = resolve::checked(locale, Field::MoneyNumber, Phone::parse_in(number, region))?;
    Ok(Some(MobileMoney { operator: Operator::parse(operator).ok_or_else(form)?, number }))
}

async fn list(app: &mut App, session: &mut Session, args: &ListGuardians) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let of = match (&args.student, &args.find) {
        (Some(matricule), _) => GuardiansOf::Student(child(&locale, session, matricule).await?),
        (None, text) => GuardiansOf::Text { text: text.clone().unwrap_or_default(), limit: MOST },
    };
    let rows = rows(&locale, session, of).await?;
    let columns = vec![
        Column::text("relation", names::field(&locale, Field::Relation)),
        Column::text("name", t!(locale, "cli-col-name")),
        Column::text("phones", t!(locale, "cli-col-phone")),
        Column::text("children", t!(locale, "guardians-column-all-children")),
        Column::text("account", t!(locale, "cli-col-account")),
    ];
    let out: Vec<GuardianOut<'_>> = rows
        .iter()
        .map(|row| GuardianOut {
            guardian: &row.guardian,
            account_name: row.account.as_deref(),
            children_names: row.children.iter().map(|(_, name)| name.as_str()).collect(),
        })
        .collect();
    app.out.records(columns, &out, |row| {
        let phones: Vec<String> = row.guardian.phones.iter().map(Phone::international).collect();
        vec![
            Cell::text(names::relation(&locale, row.guardian.relation)),
            Cell::text(row.guardian.full_name()),
            Cell::text(phones.join(", ")),
            Cell::text(row.children_names.join(", ")),
            Cell::maybe(row.account_name),
        ]
    })
}

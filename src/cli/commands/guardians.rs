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
        account::Operator,
        entities::{Guardian, MobileMoney, Relation},
        id::{GuardianId, StudentId},
        text_values::{Email, Name, Phone},
    },
    protocol::{Field, GuardianPage, GuardianRow, GuardiansOf, Reply, Request, Why},
    t,
    text::{Locale, names},
};

/// Guardians read at a time.
const PAGE: u32 = 1_000;

#[derive(Serialize)]
struct GuardianOut<'a> {
    #[serde(flatten)]
    guardian: &'a Guardian,
    account_name: Option<&'a str>,
    children_names: Vec<&'a str>,
}

impl<'a> From<&'a GuardianRow> for GuardianOut<'a> {
    fn from(row: &'a GuardianRow) -> Self {
        Self {
            guardian: &row.guardian,
            account_name: row.account.as_deref(),
            children_names: row.children.iter().map(|(_, name)| name.as_str()).collect(),
        }
    }
}

pub async fn run(app: &mut App, session: &mut Session, what: GuardiansCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let request = match what {
        GuardiansCommand::List(args) => return list(app, session, &args).await,
        GuardiansCommand::Show { who } => return show(app, session, &who).await,
        GuardiansCommand::Add { last, first, child, relation, args } => {
            let mut guardian = new(&locale, &last, &first)?;
            change(&locale, session, &mut guardian, &args).await?;
            link(&locale, session, &mut guardian, &child, relation.as_deref()).await?;
            Request::SaveGuardian { guardian: Box::new(guardian), version: None }
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
            change(&locale, session, &mut guardian, &args).await?;
            saved(&row, guardian)
        }
        GuardiansCommand::Link { who, child, relation } => {
            let row = one(&locale, session, &who).await?;
            let mut guardian = row.guardian.body.clone();
            link(&locale, session, &mut guardian, &child, relation.as_deref()).await?;
            saved(&row, guardian)
        }
        GuardiansCommand::Unlink { who, child } => {
            let row = one(&locale, session, &who).await?;
            let mut guardian = row.guardian.body.clone();
            for matricule in &child {
                guardian.unlink(&self::child(&locale, session, matricule).await?);
            }
            saved(&row, guardian)
        }
        GuardiansCommand::Delete { who } => {
            let row = one(&locale, session, &who).await?;
            Request::DeleteGuardian { id: row.guardian.body.id, version: row.guardian.version }
        }
    };
    let reply = session.ask(request).await?;
    done(app, &reply)
}

fn saved(row: &GuardianRow, guardian: Guardian) -> Request {
    Request::SaveGuardian { guardian: Box::new(guardian), version: Some(row.guardian.version) }
}

fn new(locale: &Locale, last: &str, first: &str) -> Result<Guardian, Stop> {
    Ok(Guardian {
        id: GuardianId::new(""),
        last_name: resolve::name(locale, Field::LastName, last)?,
        first_name: resolve::name(locale, Field::FirstName, first)?,
        phones: Vec::new(),
        email: None,
        languages: Vec::new(),
        sms: false,
        mail: false,
        money: None,
        children: Vec::new(),
        account: None,
    })
}

async fn page(locale: &Locale, session: &mut Session, of: GuardiansOf) -> Result<GuardianPage, Stop> {
    match session.ask(Request::Guardians(of)).await? {
        Reply::Guardians(page) => Ok(page),
        _ => Err(unexpected(locale)),
    }
}

/// The one guardian of that id or phone.
async fn one(locale: &Locale, session: &mut Session, who: &str) -> Result<GuardianRow, Stop> {
    let mut found = page(locale, session, GuardiansOf::One(GuardianId::new(who))).await?.rows;
    if found.is_empty() {
        let phone = Phone::parse_in(who, &session.setup().school.region);
        let phone = resolve::checked(locale, Field::Phone, phone)?;
        found = page(locale, session, GuardiansOf::text(phone.as_str(), PAGE)).await?.rows;
        found.retain(|row| row.guardian.phones.contains(&phone));
    }
    if found.len() > 1 {
        let near = found.iter().map(|row| format!("{} ({})", row.guardian.full_name(), row.guardian.id)).collect();
        return Err(resolve::refuse(locale, Field::Phone, Why::DidYouMean { what: who.to_owned(), near }));
    }
    let unknown = || resolve::refuse(locale, Field::Phone, Why::Unknown { what: who.to_owned() });
    found.into_iter().next().ok_or_else(unknown)
}

async fn child(locale: &Locale, session: &mut Session, matricule: &str) -> Result<StudentId, Stop> {
    Ok(resolve::student(locale, session, matricule).await?.student.body.id.clone())
}

/// Makes these students theirs; without a word for it, the relation stays, or is that of a guardian.
async fn link(
    locale: &Locale,
    session: &mut Session,
    guardian: &mut Guardian,
    matricules: &[String],
    relation: Option<&str>,
) -> Result<(), Stop> {
    let words = || Relation::ALL.map(|one| names::relation(locale, one).to_lowercase()).join(", ");
    let unknown = || resolve::refuse(locale, Field::Relation, Why::Form { example: words() });
    let relation = relation.map(|typed| Relation::parse(typed).ok_or_else(unknown)).transpose()?;
    for matricule in matricules {
        let child = child(locale, session, matricule).await?;
        let kept = guardian.relation_to(&child).unwrap_or(Relation::Guardian);
        guardian.link(child, relation.unwrap_or(kept));
    }
    Ok(())
}

/// Only what was given; an empty text empties.
async fn change(
    locale: &Locale,
    session: &mut Session,
    guardian: &mut Guardian,
    args: &GuardianArgs,
) -> Result<(), Stop> {
    let region = session.setup().school.region.clone();
    let phone = |text: &String| resolve::checked(locale, Field::Phone, Phone::parse_in(text, &region));
    if !args.phone.is_empty() {
        let given = args.phone.iter().filter(|text| !text.trim().is_empty());
        guardian.phones = given.map(phone).collect::<Result<_, Stop>>()?;
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
    Ok(())
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

/// `TRAORÉ Awa (mère)`.
fn children(locale: &Locale, row: &GuardianRow) -> String {
    let child = |(id, name): &(StudentId, String)| {
        let relation = row.guardian.relation_to(id).map(|relation| names::relation(locale, relation).to_lowercase());
        relation.map_or_else(|| name.clone(), |relation| format!("{name} ({relation})"))
    };
    row.children.iter().map(child).collect::<Vec<_>>().join(", ")
}

fn phones(guardian: &Guardian) -> String {
    guardian.phones.iter().map(Phone::international).collect::<Vec<_>>().join(", ")
}

async fn list(app: &mut App, session: &mut Session, args: &ListGuardians) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let student = match &args.student {
        Some(matricule) => Some(child(&locale, session, matricule).await?),
        None => None,
    };
    let mut list = app.out.list(vec![
        Column::text("name", t!(locale, "cli-col-name")),
        Column::text("phones", t!(locale, "cli-col-phone")),
        Column::text("children", t!(locale, "guardians-column-all-children")),
        Column::text("account", t!(locale, "cli-col-account")),
    ]);
    let mut left = args.limit.unwrap_or(u64::MAX);
    let mut after = None;
    while left > 0 {
        let of = match &student {
            Some(student) => GuardiansOf::Student(student.clone()),
            None => GuardiansOf::Text {
                text: args.find.clone().unwrap_or_default(),
                limit: u32::try_from(left).unwrap_or(PAGE).min(PAGE),
                after,
            },
        };
        let page = page(&locale, session, of).await?;
        for row in page.rows.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            let out = GuardianOut::from(row);
            let cells = [
                Cell::text(row.guardian.full_name()),
                Cell::text(phones(&row.guardian)),
                Cell::text(children(&locale, row)),
                Cell::maybe(out.account_name),
            ];
            list.row(&out, &cells)?;
        }
        left = left.saturating_sub(u64::try_from(page.rows.len()).unwrap_or(u64::MAX));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    list.finish()
}

async fn show(app: &mut App, session: &mut Session, who: &str) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let row = one(&locale, session, who).await?;
    let guardian = &row.guardian;
    let consent = match (guardian.sms, guardian.mail) {
        (false, false) => "consent-none",
        (true, false) => "consent-sms",
        (false, true) => "consent-mail",
        (true, true) => "consent-both",
    };
    let languages = guardian.languages.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
    let money = guardian.money.as_ref();
    let money = money.map(|money| format!("{} {}", money.operator.name(), money.number.international()));
    let label = |field| names::field(&locale, field);
    let fields = vec![
        (Column::text("last_name", label(Field::LastName)), Cell::text(guardian.last_name.as_str())),
        (Column::text("first_name", label(Field::FirstName)), Cell::text(guardian.first_name.as_str())),
        (Column::text("phones", label(Field::Phone)), Cell::text(phones(guardian))),
        (Column::text("email", label(Field::Email)), Cell::maybe(guardian.email.as_ref().map(Email::as_str))),
        (Column::text("languages", label(Field::Language)), Cell::text(languages)),
        (Column::text("consent", label(Field::Consent)), Cell::text(locale.get(consent))),
        (Column::text("money", label(Field::MoneyOperator)), Cell::maybe(money)),
        (Column::text("children", t!(locale, "guardians-column-all-children")), Cell::text(children(&locale, &row))),
        (Column::text("account", t!(locale, "cli-col-account")), Cell::maybe(row.account.as_deref())),
        (Column::text("id", t!(locale, "cli-col-id")), Cell::text(guardian.id.as_str())),
    ];
    app.out.object(&GuardianOut::from(&row), &fields)
}

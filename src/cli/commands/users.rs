//! `carnet users`.

use std::path::Path;

use serde::Serialize;

use super::done;
use crate::{
    cli::{
        app::App,
        args::{AddUser, EditUser, UsersCommand},
        out::{Cell, Column},
        resolve,
        session::{Session, password_file, unexpected},
        stop::Stop,
    },
    domain::{
        id::StudentId,
        text_values::{Password, Username},
    },
    protocol::{AccountRow, Field, Reply, Request, SaveUser},
    t,
    text::{Locale, names},
};

pub async fn run(app: &mut App, session: &mut Session, what: UsersCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    match what {
        UsersCommand::List => list(app, session).await,
        UsersCommand::Add(args) => {
            let account = add(&locale, session, &args).await?;
            save(app, session, account).await
        }
        UsersCommand::Edit(args) => {
            let account = edit(&locale, session, &args).await?;
            save(app, session, account).await
        }
        UsersCommand::Delete { username } => {
            let accounts = accounts(&locale, session).await?;
            let row = resolve::account(&locale, &accounts, &username)?;
            let reply = session.ask(Request::DeleteUser { id: row.id.clone(), version: row.version }).await?;
            done(app, &reply)
        }
    }
}

async fn accounts(locale: &Locale, session: &mut Session) -> Result<Vec<AccountRow>, Stop> {
    match session.ask(Request::Users).await? {
        Reply::Users(accounts) => Ok(accounts),
        _ => Err(unexpected(locale)),
    }
}

async fn student_ids(locale: &Locale, session: &mut Session, matricules: &[String]) -> Result<Vec<StudentId>, Stop> {
    let mut ids = Vec::new();
    for matricule in matricules {
        ids.push(resolve::student(locale, session, matricule).await?.student.body.id.clone());
    }
    Ok(ids)
}

fn new_password(locale: &Locale, path: Option<&Path>) -> Result<Option<Password>, Stop> {
    let Some(path) = path else { return Ok(None) };
    let typed = password_file(locale, path)?;
    resolve::checked(locale, Field::Password, Password::new(typed.reveal())).map(Some)
}

async fn add(locale: &Locale, session: &mut Session, args: &AddUser) -> Result<SaveUser, Stop> {
    let username = resolve::checked(locale, Field::Username, Username::parse(&args.username))?;
    let display = args.name.as_deref().unwrap_or(username.as_str());
    Ok(SaveUser {
        id: None,
        display_name: resolve::name(locale, Field::DisplayName, display)?,
        username,
        role: resolve::role(locale, &args.role)?,
        disabled: false,
        password: new_password(locale, args.new_password_file.as_deref())?,
        student: student_ids(locale, session, args.student.as_slice()).await?.pop(),
        children: student_ids(locale, session, &args.child).await?,
    })
}

async fn edit(locale: &Locale, session: &mut Session, args: &EditUser) -> Result<SaveUser, Stop> {
    let accounts = accounts(locale, session).await?;
    let row = resolve::account(locale, &accounts, &args.username)?;
    let own = row.own.clone();
    let linked = row.linked.iter().map(|(id, _)| id.clone());
    let children = linked.filter(|id| Some(id) != own.as_ref()).collect();
    Ok(SaveUser {
        id: Some((row.id.clone(), row.version)),
        username: row.username.clone(),
        display_name: match &args.name {
            Some(name) => resolve::name(locale, Field::DisplayName, name)?,
            None => row.display_name.clone(),
        },
        role: match &args.role {
            Some(role) => resolve::role(locale, role)?,
            None => row.role,
        },
        disabled: args.disabled.unwrap_or(row.disabled),
        password: new_password(locale, args.new_password_file.as_deref())?,
        student: match &args.student {
            Some(_) => student_ids(locale, session, args.student.as_slice()).await?.pop(),
            None => own,
        },
        children: match args.child.as_slice() {
            [] if args.no_child => Vec::new(),
            [] => children,
            named => student_ids(locale, session, named).await?,
        },
    })
}

async fn save(app: &mut App, session: &mut Session, account: SaveUser) -> Result<(), Stop> {
    let Reply::User(saved) = session.ask(Request::SaveUser(Box::new(account))).await? else {
        return Err(unexpected(&app.locale));
    };
    app.out.say(&t!(app.locale, "cli-user-saved", user = saved.row.username.as_str()))?;
    match &saved.first_password {
        // The one thing that goes to stdout: a script may hand it on, and it is shown only here.
        Some(password) => {
            app.out.say(&t!(app.locale, "cli-user-password"))?;
            app.out.raw(&format!("{}\n", password.reveal()))
        }
        None => Ok(()),
    }
}

#[derive(Serialize)]
struct UserOut<'a> {
    id: &'a str,
    username: &'a str,
    display_name: &'a str,
    role: &'a str,
    disabled: bool,
    must_change: bool,
    linked: Vec<&'a str>,
}

async fn list(app: &mut App, session: &mut Session) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let accounts = accounts(&locale, session).await?;
    let columns = vec![
        Column::text("username", t!(locale, "cli-col-username")),
        Column::text("display_name", t!(locale, "cli-col-name")),
        Column::text("role", t!(locale, "cli-col-role")),
        Column::text("disabled", t!(locale, "cli-col-disabled")),
        Column::text("linked", t!(locale, "cli-col-linked")),
    ];
    let yes = t!(locale, "cli-yes");
    let mut list = app.out.list(columns);
    for account in &accounts {
        let linked: Vec<&str> = account.linked.iter().map(|(_, name)| name.as_str()).collect();
        let cells = [
            Cell::text(account.username.as_str()),
            Cell::text(account.display_name.as_str()),
            Cell::text(names::role(&locale, account.role)),
            if account.disabled { Cell::text(yes.as_str()) } else { Cell::Empty },
            if linked.is_empty() { Cell::Empty } else { Cell::text(linked.join(", ")) },
        ];
        let user = UserOut {
            id: account.id.as_str(),
            username: account.username.as_str(),
            display_name: account.display_name.as_str(),
            role: account.role.as_str(),
            disabled: account.disabled,
            must_change: account.must_change,
            linked,
        };
        list.row(&user, &cells)?;
    }
    list.finish()
}

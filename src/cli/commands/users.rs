//! `carnet users`.

use std::path::Path;

use serde::Serialize;

use super::{done, user_file};
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
        entities::StaffFile,
        id::StudentId,
        text_values::{Matricule, Name, Password, Remark, Username},
    },
    protocol::{AccountRow, Field, Reply, Request, SaveUser, Setup},
    t,
    text::{Locale, names},
};

pub async fn run(app: &mut App, session: &mut Session, what: UsersCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    match what {
        UsersCommand::List => list(app, session).await,
        UsersCommand::Show { username } => {
            let accounts = accounts(&locale, session).await?;
            user_file::show(app, session, resolve::account(&locale, &accounts, &username)?).await
        }
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
        staff: user_file::changed(locale, session.setup(), StaffFile::default(), &args.staff)?,
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
        staff: user_file::changed(locale, session.setup(), row.staff.clone(), &args.staff)?,
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
pub(super) struct UserOut<'a> {
    pub(super) id: &'a str,
    pub(super) username: &'a str,
    pub(super) display_name: &'a str,
    pub(super) role: &'a str,
    pub(super) disabled: bool,
    pub(super) must_change: bool,
    pub(super) linked: Vec<&'a str>,
    pub(super) employee_id: Option<&'a str>,
    pub(super) diploma: Option<&'a str>,
    pub(super) subjects: Vec<&'a str>,
    pub(super) availability: Option<&'a str>,
}

/// As scripts read it.
pub(super) fn out<'a>(setup: &'a Setup, account: &'a AccountRow) -> UserOut<'a> {
    let staff = &account.staff;
    UserOut {
        id: account.id.as_str(),
        username: account.username.as_str(),
        display_name: account.display_name.as_str(),
        role: account.role.as_str(),
        disabled: account.disabled,
        must_change: account.must_change,
        linked: account.linked.iter().map(|(_, name)| name.as_str()).collect(),
        employee_id: staff.employee_id.as_ref().map(Matricule::as_str),
        diploma: staff.diploma.as_ref().map(Name::as_str),
        subjects: setup.subject_names(&staff.subjects),
        availability: staff.availability.as_ref().map(Remark::as_str),
    }
}

async fn list(app: &mut App, session: &mut Session) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let accounts = accounts(&locale, session).await?;
    let setup = session.setup();
    let columns = vec![
        Column::text("username", t!(locale, "cli-col-username")),
        Column::text("display_name", t!(locale, "cli-col-name")),
        Column::text("role", t!(locale, "cli-col-role")),
        Column::text("disabled", t!(locale, "cli-col-disabled")),
        Column::text("linked", t!(locale, "cli-col-linked")),
        Column::text("employee_id", names::field(&locale, Field::EmployeeId)),
        Column::text("subjects", names::field(&locale, Field::Subjects)),
    ];
    let yes = t!(locale, "cli-yes");
    let mut list = app.out.list(columns);
    for account in &accounts {
        let user = out(setup, account);
        let joined = |words: &[&str]| if words.is_empty() { Cell::Empty } else { Cell::text(words.join(", ")) };
        let cells = [
            Cell::text(user.username),
            Cell::text(user.display_name),
            Cell::text(names::role(&locale, account.role)),
            if account.disabled { Cell::text(yes.as_str()) } else { Cell::Empty },
            joined(&user.linked),
            Cell::maybe(user.employee_id),
            joined(&user.subjects),
        ];
        list.row(&user, &cells)?;
    }
    list.finish()
}

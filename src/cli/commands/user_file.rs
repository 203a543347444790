//! The file of somebody who works at the school: changed by `carnet users add|edit`, shown by `carnet users show`.

use serde::Serialize;

use super::users::{UserOut, out};
use crate::{
    cli::{
        app::App,
        args::StaffArgs,
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        entities::StaffFile,
        text_values::{Matricule, Remark},
    },
    protocol::{AccountRow, Field, Reply, Request, Setup, Why},
    t,
    text::{Locale, names},
};

/// The file with what was given; an empty text empties its field.
///
/// # Errors
/// A text that does not fit its field, or a word that names no subject.
pub fn changed(locale: &Locale, setup: &Setup, mut file: StaffFile, args: &StaffArgs) -> Result<StaffFile, Stop> {
    let given = |typed: &str| Some(typed.trim().to_owned()).filter(|typed| !typed.is_empty());
    if let Some(typed) = &args.employee_id {
        let read = given(typed).map(|typed| resolve::checked(locale, Field::EmployeeId, Matricule::parse(&typed)));
        file.employee_id = read.transpose()?;
    }
    if let Some(typed) = &args.diploma {
        file.diploma = resolve::optional_name(locale, Field::Diploma, typed)?;
    }
    if let Some(typed) = &args.subjects {
        file.subjects = match setup.subjects_called(typed) {
            Ok(subjects) => subjects,
            Err(unknown) => {
                // Says which are near.
                resolve::subject(locale, setup, &unknown)?;
                return Err(resolve::refuse(locale, Field::Subjects, Why::Unknown { what: unknown }));
            }
        };
    }
    if let Some(typed) = &args.availability {
        let read = given(typed).map(|typed| resolve::checked(locale, Field::Availability, Remark::parse(&typed)));
        file.availability = read.transpose()?.filter(|text| !text.as_str().is_empty());
    }
    Ok(file)
}

/// An account with the sheets that are in its charge.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    user: UserOut<'a>,
    charges: Vec<Charge<'a>>,
}

#[derive(Serialize)]
struct Charge<'a> {
    class: &'a str,
    subject: &'a str,
}

/// All of one account but its password.
///
/// # Errors
/// The backend's refusals, and those of the output.
pub async fn show(app: &mut App, session: &mut Session, account: &AccountRow) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let Reply::Assignments(rows) = session.ask(Request::Assignments).await? else {
        return Err(unexpected(&locale));
    };
    let own = rows.iter().filter(|row| row.teacher == account.id);
    let charges: Vec<Charge<'_>> =
        own.map(|row| Charge { class: &row.class_name, subject: &row.subject_name }).collect();
    let user = out(session.setup(), account);
    let field = |name, field| Column::text(name, names::field(&locale, field));
    let joined = |words: &[&str]| if words.is_empty() { Cell::Empty } else { Cell::text(words.join(", ")) };
    let in_charge: Vec<String> = charges.iter().map(|one| format!("{} ({})", one.subject, one.class)).collect();
    let in_charge: Vec<&str> = in_charge.iter().map(String::as_str).collect();
    let yes = if account.disabled { Cell::text(t!(locale, "cli-yes")) } else { Cell::Empty };
    let fields = [
        (Column::text("username", t!(locale, "cli-col-username")), Cell::text(user.username)),
        (Column::text("display_name", t!(locale, "cli-col-name")), Cell::text(user.display_name)),
        (Column::text("role", t!(locale, "cli-col-role")), Cell::text(names::role(&locale, account.role))),
        (Column::text("disabled", t!(locale, "cli-col-disabled")), yes),
        (Column::text("linked", t!(locale, "cli-col-linked")), joined(&user.linked)),
        (field("employee_id", Field::EmployeeId), Cell::maybe(user.employee_id)),
        (field("diploma", Field::Diploma), Cell::maybe(user.diploma)),
        (field("subjects", Field::Subjects), joined(&user.subjects)),
        (Column::text("charges", t!(locale, "cli-col-charges")), joined(&in_charge)),
        (field("availability", Field::Availability), Cell::maybe(user.availability)),
    ];
    app.out.object(&Shown { user, charges }, &fields)
}

//! `carnet students add` and `edit`.

use super::act;
use crate::{
    cli::{
        app::App,
        args::{AddStudent, DossierArgs, EditStudent},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        entities::{Dossier, StudentStatus},
        id::ClassId,
        sensitive::{Sensitive, SensitiveField},
        text_values::Matricule,
    },
    protocol::{Field, Reply, Request, SaveStudent, Setup, Starts, StudentForm},
    t,
    text::Locale,
};

fn class(locale: &Locale, setup: &Setup, typed: &str) -> Result<Option<ClassId>, Stop> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(resolve::class(locale, setup, typed)?.body.id.clone()))
}

pub async fn add(app: &mut App, session: &mut Session, args: &AddStudent) -> Result<(), Stop> {
    let (locale, setup) = (&app.locale, session.setup());
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut added = Dossier::default();
    dossier(locale, &args.more, &mut added)?;
    let form = StudentForm {
        matricule: args.matricule.as_deref().map(|typed| resolve::matricule(locale, typed)).transpose()?,
        last_name: resolve::name(locale, Field::LastName, &args.last)?,
        first_name: resolve::name(locale, Field::FirstName, &args.first)?,
        sex: resolve::sex(locale, &text(&args.sex))?,
        phone: resolve::phone(locale, &setup.school.region, &text(&args.phone))?,
        birth_date: resolve::date(locale, Field::BirthDate, &text(&args.birth_date))?,
        birth_place: resolve::optional_name(locale, Field::BirthPlace, &text(&args.birth_place))?,
        dossier: added,
        sensitive: sensitive(&args.more),
        starts: starts(locale, &args.more)?,
        class: class(locale, setup, &text(&args.class))?,
        status: match &args.status {
            Some(typed) => resolve::status(locale, typed)?,
            None => StudentStatus::Active,
        },
    };
    save(app, session, SaveStudent { act: act(), id: None, form, marks: Vec::new() }).await
}

pub async fn edit(app: &mut App, session: &mut Session, args: &EditStudent) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let card = resolve::student(&locale, session, &args.matricule).await?;
    let old = &card.student.body;
    let setup = session.setup();
    let mut form = StudentForm {
        matricule: Some(old.matricule.clone()),
        last_name: old.last_name.clone(),
        first_name: old.first_name.clone(),
        sex: old.sex,
        phone: old.phone.clone(),
        birth_date: old.birth_date,
        birth_place: old.birth_place.clone(),
        dossier: old.dossier.clone(),
        sensitive: sensitive(&args.more),
        starts: starts(&locale, &args.more)?,
        class: old.class.clone(),
        status: old.status,
    };
    change(&locale, setup, args, &mut form)?;
    let id = Some((old.id.clone(), card.student.version));
    save(app, session, SaveStudent { act: act(), id, form, marks: Vec::new() }).await
}

/// The first day in this year, if one was given; an empty text: with the year.
fn starts(locale: &Locale, args: &DossierArgs) -> Result<Starts, Stop> {
    let Some(typed) = &args.starts else { return Ok(Starts::Keep) };
    Ok(resolve::date(locale, Field::Starts, typed)?.map_or(Starts::WithTheYear, Starts::On))
}

/// What is kept under lock: the backend says what becomes of it.
fn sensitive(args: &DossierArgs) -> Sensitive {
    let mut all = Sensitive::default();
    all.set(SensitiveField::Account, args.bank_account.as_deref().unwrap_or_default());
    all.set(SensitiveField::NationalId, args.national_id.as_deref().unwrap_or_default());
    all.set(SensitiveField::MedicalNote, args.medical_note.as_deref().unwrap_or_default());
    all
}

/// Only what was given.
fn dossier(locale: &Locale, args: &DossierArgs, dossier: &mut Dossier) -> Result<(), Stop> {
    let fields = [
        (Field::Quartier, &args.quartier, &mut dossier.quartier),
        (Field::Commune, &args.commune, &mut dossier.commune),
        (Field::Language, &args.language, &mut dossier.language),
        (Field::Bank, &args.bank, &mut dossier.bank),
    ];
    for (field, typed, value) in fields {
        if let Some(typed) = typed {
            *value = resolve::optional_name(locale, field, typed)?;
        }
    }
    if let Some(typed) = &args.candidate {
        let given = Some(typed.trim()).filter(|typed| !typed.is_empty());
        let read = given.map(|typed| resolve::checked(locale, Field::Candidate, Matricule::parse(typed)));
        dossier.candidate = read.transpose()?;
    }
    Ok(())
}

/// Only what was given.
fn change(locale: &Locale, setup: &Setup, args: &EditStudent, form: &mut StudentForm) -> Result<(), Stop> {
    if let Some(typed) = &args.new_matricule {
        form.matricule = Some(resolve::matricule(locale, typed)?);
    }
    dossier(locale, &args.more, &mut form.dossier)?;
    if let Some(typed) = &args.last {
        form.last_name = resolve::name(locale, Field::LastName, typed)?;
    }
    if let Some(typed) = &args.first {
        form.first_name = resolve::name(locale, Field::FirstName, typed)?;
    }
    if let Some(typed) = &args.sex {
        form.sex = resolve::sex(locale, typed)?;
    }
    if let Some(typed) = &args.phone {
        form.phone = resolve::phone(locale, &setup.school.region, typed)?;
    }
    if let Some(typed) = &args.birth_date {
        form.birth_date = resolve::date(locale, Field::BirthDate, typed)?;
    }
    if let Some(typed) = &args.birth_place {
        form.birth_place = resolve::optional_name(locale, Field::BirthPlace, typed)?;
    }
    if let Some(typed) = &args.class {
        form.class = class(locale, setup, typed)?;
    }
    if let Some(typed) = &args.status {
        form.status = resolve::status(locale, typed)?;
    }
    Ok(())
}

async fn save(app: &mut App, session: &mut Session, student: SaveStudent) -> Result<(), Stop> {
    let Reply::StudentSaved(saved) = session.ask(Request::SaveStudent(Box::new(student))).await? else {
        return Err(unexpected(&app.locale));
    };
    app.out.say(&t!(app.locale, "cli-student-saved"))?;
    // For scripts: the matricule that was given or made.
    app.out.raw(&format!("{}\n", saved.matricule))
}

//! The fields: made from a student, read back, and compared. What stands in them is kept as plain cells, so that two
//! versions of a record can be laid side by side.

use jiff::civil::Date;

use crate::{
    domain::{
        account,
        calendar::Term,
        entities::{Dossier, SchoolYear, Sex, Student, StudentStatus},
        id::ClassId,
        sensitive::{Sensitive, SensitiveField},
        text_values::{Matricule, Name, Phone, Remark, TextError},
    },
    protocol::{self, Field, Starts, Why},
    t, text,
    text::{Locale, format, names},
    ui::{
        ctx::Ctx,
        widgets::{ChoiceField, Form, FormField, TextInput},
    },
};

/// What stands in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Text(String),
    /// Index of what is chosen.
    Pick(Option<usize>),
}

/// What stands in all of them, in their order on the screen.
pub(super) type Cells = Vec<(Field, Cell)>;

const SEXES: [Sex; 2] = [Sex::Female, Sex::Male];

/// The classes one can choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Classes(Vec<(ClassId, String)>);

impl Classes {
    /// Those of the school; and the student's own, should it be no longer among them.
    pub fn new(ctx: &Ctx, own: Option<&Student>) -> Self {
        let setup = ctx.setup().map(|setup| setup.classes.as_slice()).unwrap_or_default();
        let mut classes: Vec<(ClassId, String)> =
            setup.iter().map(|class| (class.id.clone(), class.name.to_string())).collect();
        if let Some((id, name)) = own.and_then(|own| own.class.as_ref().zip(own.class_name.as_ref()))
            && !classes.iter().any(|(known, _)| known == id)
        {
            classes.push((id.clone(), name.to_string()));
        }
        Self(classes)
    }

    /// Those the school has now, and those of these that it no longer lists.
    pub fn with_those_of(&self, ctx: &Ctx) -> Self {
        let mut now = Self::new(ctx, None);
        let gone: Vec<_> = self.0.iter().filter(|(id, _)| now.position(id).is_none()).cloned().collect();
        now.0.extend(gone);
        now
    }

    pub fn get(&self, index: usize) -> Option<&ClassId> {
        self.0.get(index).map(|(id, _)| id)
    }

    pub fn position(&self, id: &ClassId) -> Option<usize> {
        self.0.iter().position(|(known, _)| known == id)
    }

    fn labels(&self) -> Vec<String> {
        self.0.iter().map(|(_, name)| text::sanitise::line(name)).collect()
    }
}

/// Of a new student: nothing but that it is active.
pub(super) fn empty() -> Cells {
    let text = |field| (field, Cell::Text(String::new()));
    vec![
        text(Field::LastName),
        text(Field::FirstName),
        (Field::Sex, Cell::Pick(None)),
        text(Field::BirthDate),
        text(Field::BirthPlace),
        text(Field::Phone),
        (Field::Class, Cell::Pick(None)),
        text(Field::Matricule),
        text(Field::Quartier),
        text(Field::Commune),
        text(Field::Language),
        text(Field::Starts),
        (Field::Status, Cell::Pick(Some(0))),
        text(Field::Candidate),
        text(Field::Bank),
        text(Field::Account),
        text(Field::NationalId),
        text(Field::MedicalNote),
    ]
}

/// Of a student as it is stored.
pub(super) fn of(student: &Student, starts: Option<Date>, classes: &Classes) -> Cells {
    let name = |name: &Option<Name>| Cell::Text(name.as_ref().map(Name::to_string).unwrap_or_default());
    let cell = |field| match field {
        Field::LastName => Cell::Text(student.last_name.to_string()),
        Field::FirstName => Cell::Text(student.first_name.to_string()),
        Field::Sex => Cell::Pick(SEXES.iter().position(|sex| Some(*sex) == student.sex)),
        Field::BirthDate => Cell::Text(student.birth_date.map(format::date).unwrap_or_default()),
        Field::BirthPlace => Cell::Text(student.birth_place.as_ref().map(Name::to_string).unwrap_or_default()),
        Field::Quartier => name(&student.dossier.quartier),
        Field::Commune => name(&student.dossier.commune),
        Field::Language => name(&student.dossier.language),
        Field::Starts => Cell::Text(starts.map(format::date).unwrap_or_default()),
        Field::Bank => name(&student.dossier.bank),
        Field::Candidate => {
            Cell::Text(student.dossier.candidate.as_ref().map(Matricule::to_string).unwrap_or_default())
        }
        // Under lock: nothing of them comes back.
        Field::Account | Field::NationalId | Field::MedicalNote => Cell::Text(String::new()),
        Field::Phone => Cell::Text(student.phone.as_ref().map(Phone::international).unwrap_or_default()),
        Field::Class => Cell::Pick(student.class.as_ref().and_then(|class| classes.position(class))),
        Field::Status => Cell::Pick(StudentStatus::ALL.iter().position(|status| *status == student.status)),
        // All that is left of `empty`.
        _ => Cell::Text(student.matricule.to_string()),
    };
    empty().into_iter().map(|(field, _)| (field, cell(field))).collect()
}

/// The form that shows these cells.
pub(super) fn form(locale: &Locale, classes: &Classes, cells: &Cells, new: bool) -> Form {
    let field = |(id, cell): &(Field, Cell)| {
        let label = text::field_name(locale, *id);
        match cell {
            Cell::Text(text) => {
                let field = FormField::text(*id, label, TextInput::new(most(*id)).with(text));
                match help(locale, *id, new) {
                    Some(help) => field.help(help),
                    None => field,
                }
            }
            Cell::Pick(chosen) => {
                FormField::choice(*id, label, ChoiceField::new(labels(locale, classes, *id), *chosen))
                    .help(t!(locale, "student-form-help-choice"))
            }
        }
    };
    Form::new(cells.iter().map(field).collect())
}

/// What stands in the form now.
pub(super) fn cells(form: &Form) -> Cells {
    let cell = |(id, cell): (Field, Cell)| match cell {
        Cell::Text(_) => (id, Cell::Text(form.value(id).to_owned())),
        Cell::Pick(_) => (id, Cell::Pick(form.chosen(id))),
    };
    empty().into_iter().map(cell).collect()
}

/// Writes a cell into the form.
pub(super) fn put(form: &mut Form, field: Field, cell: &Cell) {
    match cell {
        Cell::Text(text) => form.set(field, text),
        Cell::Pick(index) => form.choose(field, *index),
    }
}

/// A cell as people read it.
pub(super) fn said(locale: &Locale, classes: &Classes, field: Field, cell: &Cell) -> String {
    let text = match cell {
        Cell::Text(text) => text.clone(),
        Cell::Pick(None) => String::new(),
        Cell::Pick(Some(index)) => labels(locale, classes, field).into_iter().nth(*index).unwrap_or_default(),
    };
    if text.is_empty() { "—".to_owned() } else { text::sanitise::line(&text) }
}

fn labels(locale: &Locale, classes: &Classes, field: Field) -> Vec<String> {
    match field {
        Field::Sex => SEXES.iter().map(|sex| names::sex(locale, *sex)).collect(),
        Field::Status => StudentStatus::ALL.iter().map(|status| names::status(locale, *status)).collect(),
        _ => classes.labels(),
    }
}

fn most(field: Field) -> usize {
    match field {
        Field::Phone | Field::Matricule | Field::Candidate => 32,
        Field::MedicalNote => Remark::MAX + 1,
        Field::BirthDate | Field::Starts => 10,
        // One more than is allowed, so that too long a name is refused in words and not cut in silence.
        _ => Name::MAX + 1,
    }
}

fn help(locale: &Locale, field: Field, new: bool) -> Option<String> {
    match field {
        Field::Matricule if new => Some(t!(locale, "student-form-help-matricule")),
        Field::Phone => Some(t!(locale, "student-form-help-phone")),
        Field::BirthDate => Some(t!(locale, "student-form-help-date")),
        Field::Starts => Some(t!(locale, "student-form-help-starts")),
        Field::Language => Some(t!(locale, "student-form-help-language")),
        Field::Bank => Some(t!(locale, "student-form-help-bank")),
        Field::Account => Some(t!(locale, "student-form-help-account")),
        Field::NationalId | Field::MedicalNote => Some(t!(locale, "student-form-help-locked")),
        _ => None,
    }
}

/// Reads one field: its text as it is written properly (`+223 76 12 34 56`, `31/05/2010`).
pub(super) fn check(ctx: &Ctx, form: &Form, field: Field, new: bool) -> Result<Option<String>, Why> {
    let text = form.value(field).trim();
    let required = matches!(field, Field::LastName | Field::FirstName)
        || (field == Field::Matricule && !new)
        || (field == Field::Phone && ctx.setup().is_some_and(|setup| setup.rules.phone_required));
    if text.is_empty() {
        return if required { Err(Why::Missing) } else { Ok(None) };
    }
    match field {
        Field::Phone => phone(ctx, text).map(|phone| Some(phone.international())).map_err(Why::Text),
        Field::BirthDate => {
            let date = format::read_date(text)?;
            let today = ctx.now.to_zoned(ctx.zone.clone()).date();
            // Nobody is born tomorrow, nor at school with more than a hundred years.
            if date > today || i32::from(today.year()) - i32::from(date.year()) > 100 {
                return Err(Why::BirthDate);
            }
            Ok(Some(format::date(date)))
        }
        Field::Starts => starts(ctx, text).map(|day| Some(format::date(day))),
        Field::Account => locked(ctx, form, SensitiveField::Account),
        Field::NationalId => locked(ctx, form, SensitiveField::NationalId),
        Field::MedicalNote => locked(ctx, form, SensitiveField::MedicalNote),
        Field::Bank => Name::parse(text).map(|read| Some(account::holder(read).to_string())).map_err(Why::Text),
        Field::Matricule | Field::Candidate => {
            Matricule::parse(text).map(|read| Some(read.to_string())).map_err(Why::Text)
        }
        Field::LastName | Field::FirstName | Field::BirthPlace | Field::Quartier | Field::Commune | Field::Language => {
            Name::parse(text).map(|read| Some(read.to_string())).map_err(Why::Text)
        }
        _ => Ok(None),
    }
}

/// What is kept under lock: wrong ones are said here, right ones by the backend.
fn locked(ctx: &Ctx, form: &Form, field: SensitiveField) -> Result<Option<String>, Why> {
    let typed = form.value(field.into());
    let bank = Some(form.value(Field::Bank)).filter(|bank| !bank.trim().is_empty());
    let region = ctx.setup().map_or("ML", |setup| setup.school.region.as_str());
    let checked = Sensitive::only(field, typed).check(bank, region);
    checked.map(|()| Some(typed.to_owned())).map_err(|(_, error)| error.into())
}

fn sensitive(form: &Form) -> Sensitive {
    let mut all = Sensitive::default();
    for field in SensitiveField::ALL {
        all.set(field, form.value(field.into()));
    }
    all
}

/// A day of the current year.
fn starts(ctx: &Ctx, text: &str) -> Result<Date, Why> {
    let day = format::read_date(text)?;
    let setup = ctx.setup();
    let year = setup.and_then(|setup| setup.years.iter().find(|year| year.id == setup.school.current_year));
    let whole = year.map(|year| SchoolYear { terms: Vec::new(), ..year.clone() });
    if whole.is_some_and(|year| !year.may_hold(Term::FIRST, day)) {
        return Err(Why::NotInYear);
    }
    Ok(day)
}

fn phone(ctx: &Ctx, text: &str) -> Result<Phone, TextError> {
    let region = ctx.setup().map_or("ML", |setup| setup.school.region.as_str());
    Phone::parse_in(text, region)
}

/// The whole form; `None` if a field is wrong (its error is then written under it).
pub(super) fn read(ctx: &Ctx, form: &mut Form, classes: &Classes, new: bool) -> Option<protocol::StudentForm> {
    form.clear_errors();
    for (field, _) in empty() {
        match check(ctx, form, field, new) {
            Ok(Some(text)) => form.set(field, &text),
            Ok(None) => {}
            Err(why) => form.error(field, text::why(&ctx.locale, &why)),
        }
    }
    if let Some((field, what)) = form.unmatched().map(|(field, what)| (field, what.to_owned())) {
        form.error(field, text::why(&ctx.locale, &Why::Unknown { what }));
    }
    if form.has_errors() {
        return None;
    }
    let name = |field| Name::parse(form.value(field)).ok();
    let class = form.chosen(Field::Class).and_then(|index| classes.get(index)).cloned();
    Some(protocol::StudentForm {
        matricule: Matricule::parse(form.value(Field::Matricule)).ok(),
        last_name: name(Field::LastName)?,
        first_name: name(Field::FirstName)?,
        sex: form.chosen(Field::Sex).and_then(|index| SEXES.get(index)).copied(),
        phone: phone(ctx, form.value(Field::Phone)).ok(),
        birth_date: format::parse_date(form.value(Field::BirthDate)),
        birth_place: name(Field::BirthPlace),
        dossier: Dossier {
            quartier: name(Field::Quartier),
            commune: name(Field::Commune),
            language: name(Field::Language),
            bank: name(Field::Bank),
            candidate: Matricule::parse(form.value(Field::Candidate)).ok(),
        },
        sensitive: sensitive(form),
        starts: format::parse_date(form.value(Field::Starts)).map_or(Starts::WithTheYear, Starts::On),
        class,
        status: form.chosen(Field::Status).and_then(|index| StudentStatus::ALL.get(index)).copied().unwrap_or_default(),
    })
}

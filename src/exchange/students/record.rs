//! The record of a row: whose it is, its class, and what it changes.

use std::collections::BTreeMap;

use super::{NEW_CLASSES, Planner, Refusal, alike, fields::Cells, place};
use crate::{
    domain::{
        account,
        entities::{Dossier, Student, StudentStatus},
        id::ClassId,
        schema::Stored,
        sensitive::{Sensitive, SensitiveField},
        text_values::{Matricule, Name, Phone},
    },
    protocol::{Failure, Field, Starts, StudentForm, Why},
};

/// The student that a row is about, if the school has it, and the place that is its key, if that is what it has.
pub(super) type Whose<'a> = (Option<&'a Stored<Student>>, Option<String>);

impl<'a> Planner<'a> {
    pub(super) fn whose(
        &self,
        number: u64,
        matricule: Option<&Matricule>,
        phone: Option<&Phone>,
    ) -> Result<Whose<'a>, Refusal> {
        if let Some(matricule) = matricule {
            return Ok((self.by_matricule.get(matricule.as_str()).copied(), None));
        }
        if let Some(phone) = phone {
            return Ok((self.by_phone.get(phone.as_str()).copied(), None));
        }
        if !self.source.fill_missing {
            return Err((String::new(), Failure::refused(Why::NoKey)));
        }
        let place = place(self.source, number);
        Ok((self.by_source.get(place.as_str()).copied(), Some(place)))
    }

    /// Refuses a key that an earlier row, or another student, has.
    pub(super) fn not_twice(
        &mut self,
        number: u64,
        existing: Option<&Stored<Student>>,
        matricule: Option<&Matricule>,
        phone: Option<&Phone>,
        cells: &Cells<'_>,
    ) -> Result<(), Refusal> {
        let class = |student: &Student| student.class_name.as_ref().map(|name| name.as_str().to_owned());
        if let Some(phone) = phone
            && let Some(owner) = self.by_phone.get(phone.as_str())
            && existing.is_none_or(|existing| existing.id != owner.id)
        {
            let why = Why::PhoneTaken { name: owner.full_name(), class: class(owner) };
            return Err((cells.heading("phone"), Failure::invalid(Field::Phone, why)));
        }
        let name = |row: &u64| format!("{}:{row}", self.source.source);
        if let Some(row) = matricule.and_then(|matricule| self.taken.get(matricule.as_str())) {
            let why = Why::MatriculeTaken { name: name(row), class: None };
            return Err((cells.heading("matricule"), Failure::invalid(Field::Matricule, why)));
        }
        if let Some(row) = phone.and_then(|phone| self.taken.get(phone.as_str())) {
            let why = Why::PhoneTaken { name: name(row), class: None };
            return Err((cells.heading("phone"), Failure::invalid(Field::Phone, why)));
        }
        self.taken.extend(matricule.map(|matricule| (matricule.as_str().to_owned(), number)));
        self.taken.extend(phone.map(|phone| (phone.as_str().to_owned(), number)));
        Ok(())
    }

    /// The class of that name: known, or to be made.
    pub(super) fn class(&mut self, cells: &Cells<'_>) -> Result<(Option<ClassId>, Option<Name>), Refusal> {
        let Some(name) = cells.name("class", Field::Class)? else { return Ok((None, None)) };
        if let Some(class) = self.known.classes.iter().find(|class| alike(&class.name, &name)) {
            return Ok((Some(class.id.clone()), Some(class.name.clone())));
        }
        if let Some(known) = self.new_classes.iter().find(|known| alike(known, &name)) {
            return Ok((None, Some(known.clone())));
        }
        if !self.source.fill_missing || self.new_classes.len() >= NEW_CLASSES {
            let what = name.as_str().to_owned();
            return Err((cells.heading("class"), Failure::invalid(Field::Class, Why::Unknown { what })));
        }
        self.new_classes.push(name.clone());
        Ok((None, Some(name)))
    }

    pub(super) fn form(
        &self,
        number: u64,
        existing: Option<&Stored<Student>>,
        cells: &Cells<'_>,
        (matricule, phone, class): (Option<Matricule>, Option<Phone>, Option<ClassId>),
    ) -> Result<StudentForm, Refusal> {
        let made = |text: String| Name::parse(&text).ok().filter(|_| self.source.fill_missing);
        let missing = |name: &str, field| (cells.heading(name), Failure::invalid(field, Why::Missing));
        let last = cells.name("last_name", Field::LastName)?;
        let first = cells.name("first_name", Field::FirstName)?;
        let last = last.or_else(|| existing.map(|student| student.last_name.clone()));
        let first = first.or_else(|| existing.map(|student| student.first_name.clone()));
        let phone = phone.or_else(|| existing.and_then(|student| student.phone.clone()));
        if phone.is_none() && self.known.phone_required {
            return Err(missing("phone", Field::Phone));
        }
        let mut form = StudentForm {
            matricule: matricule.or_else(|| existing.map(|student| student.matricule.clone())),
            last_name: last
                .or_else(|| made("Élève".to_owned()))
                .ok_or_else(|| missing("last_name", Field::LastName))?,
            first_name: first
                .or_else(|| made(format!("{number:04}")))
                .ok_or_else(|| missing("first_name", Field::FirstName))?,
            sex: cells.sex()?.or_else(|| existing.and_then(|student| student.sex)),
            phone,
            birth_date: cells.birth_date()?.or_else(|| existing.and_then(|student| student.birth_date)),
            birth_place: cells
                .name("birth_place", Field::BirthPlace)?
                .or_else(|| existing.and_then(|student| student.birth_place.clone())),
            class: match cells.get("class") {
                Some(_) => class,
                None => existing.and_then(|student| student.class.clone()),
            },
            dossier: dossier(existing, cells)?,
            sensitive: Sensitive::default(),
            starts: Starts::Keep,
            status: cells.status()?.or_else(|| existing.map(|student| student.status)).unwrap_or(StudentStatus::Active),
        };
        for (name, field) in LOCKED {
            form.sensitive.set(field, cells.get(name).unwrap_or_default());
            form.locked(self.known.region).map_err(|failure| (cells.heading(name), failure))?;
        }
        Ok(form)
    }
}

/// What is kept under lock, by the names of columns.
const LOCKED: [(&str, SensitiveField); 3] = [
    ("account", SensitiveField::Account),
    ("national_id", SensitiveField::NationalId),
    ("medical_note", SensitiveField::MedicalNote),
];

/// What the row says of the dossier; the rest stays.
fn dossier(existing: Option<&Stored<Student>>, cells: &Cells<'_>) -> Result<Dossier, Refusal> {
    let old = existing.map(|student| student.dossier.clone()).unwrap_or_default();
    Ok(Dossier {
        quartier: cells.name("quartier", Field::Quartier)?.or(old.quartier),
        commune: cells.name("commune", Field::Commune)?.or(old.commune),
        language: cells.name("language", Field::Language)?.or(old.language),
        bank: cells.name("bank", Field::Bank)?.map(account::holder).or(old.bank),
        candidate: cells.candidate()?.or(old.candidate),
    })
}

/// What the form changes of the record, as people read it.
pub(super) fn differences(
    student: &Student,
    form: &StudentForm,
    class: Option<&Name>,
) -> BTreeMap<String, (String, String)> {
    let mut changes = BTreeMap::new();
    let mut note = |field: &str, old: Option<String>, new: Option<String>| {
        if old != new {
            changes.insert(field.to_owned(), (old.unwrap_or_default(), new.unwrap_or_default()));
        }
    };
    let name = |name: &Name| name.as_str().to_owned();
    note("last_name", Some(name(&student.last_name)), Some(name(&form.last_name)));
    note("first_name", Some(name(&student.first_name)), Some(name(&form.first_name)));
    note("sex", student.sex.map(|sex| sex.as_str().to_owned()), form.sex.map(|sex| sex.as_str().to_owned()));
    note("phone", student.phone.clone().map(String::from), form.phone.clone().map(String::from));
    note("birth_date", student.birth_date.map(|d| d.to_string()), form.birth_date.map(|d| d.to_string()));
    note("birth_place", student.birth_place.as_ref().map(name), form.birth_place.as_ref().map(name));
    note("status", Some(student.status.as_str().to_owned()), Some(form.status.as_str().to_owned()));
    let new = form.matricule.as_ref().map_or(student.matricule.as_str(), Matricule::as_str);
    note("matricule", Some(student.matricule.as_str().to_owned()), Some(new.to_owned()));
    let (old, new) = (&student.dossier, &form.dossier);
    for (field, old, new) in [
        ("quartier", &old.quartier, &new.quartier),
        ("commune", &old.commune, &new.commune),
        ("language", &old.language, &new.language),
        ("bank", &old.bank, &new.bank),
    ] {
        note(field, old.as_ref().map(name), new.as_ref().map(name));
    }
    note("candidate", old.candidate.clone().map(String::from), new.candidate.clone().map(String::from));
    if class.is_some() {
        note("class", student.class_name.as_ref().map(name), class.map(name));
    }
    changes
}

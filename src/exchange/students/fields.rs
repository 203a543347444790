//! The cells of a row, read as what their columns are mapped to.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Refusal;
use crate::{
    domain::{
        entities::{Sex, StudentStatus},
        text_values::{Matricule, Name, Phone, TextError},
        words,
    },
    protocol::{Failure, Field, StudentsSource, Why},
    text::format::read_date,
};

/// The fields of a student that a column may be mapped to, with the French words for them.
const FIELDS: [(&str, &[&str]); 17] = [
    ("matricule", &["matricule", "numero"]),
    ("last_name", &["last_name", "last", "nom"]),
    ("first_name", &["first_name", "first", "prenom", "prenoms"]),
    ("sex", &["sex", "sexe"]),
    ("phone", &["phone", "telephone", "tel"]),
    ("class", &["class", "classe"]),
    ("birth_date", &["birth_date", "naissance", "date_naissance"]),
    ("birth_place", &["birth_place", "lieu", "lieu_naissance"]),
    ("status", &["status", "statut"]),
    ("quartier", &["quartier"]),
    ("commune", &["commune"]),
    ("language", &["language", "langue"]),
    ("candidate", &["candidate", "candidat", "numero_candidat"]),
    ("bank", &["bank", "banque", "operateur"]),
    ("account", &["account", "compte", "iban"]),
    ("national_id", &["national_id", "nina"]),
    ("medical_note", &["medical_note", "note_medicale"]),
];

/// Where each field and each column of marks stands in a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    fields: BTreeMap<&'static str, (usize, String)>,
    marks: Vec<usize>,
}

impl Columns {
    pub fn of(source: &StudentsSource) -> Result<Self, Failure> {
        let at = |heading: &String| {
            let wanted = words::fold(heading.trim());
            let exact = source.headers.iter().position(|known| known == heading);
            let place = exact.or_else(|| source.headers.iter().position(|known| words::fold(known.trim()) == wanted));
            place.ok_or_else(|| {
                let near = source.headers.iter().take(20).cloned().collect();
                Failure::invalid(Field::Mapping, Why::DidYouMean { what: heading.clone(), near })
            })
        };
        let mut columns = Self::default();
        // A column of that very name needs no mapping.
        for (place, heading) in source.headers.iter().enumerate() {
            if let Some(field) = field_named(heading) {
                columns.fields.entry(field).or_insert((place, heading.clone()));
            }
        }
        for (name, heading) in &source.map {
            let field = field_named(name).ok_or_else(|| {
                let near = FIELDS.iter().map(|(name, _)| (*name).to_owned()).collect();
                Failure::invalid(Field::Mapping, Why::DidYouMean { what: name.clone(), near })
            })?;
            columns.fields.insert(field, (at(heading)?, heading.clone()));
        }
        columns.marks = source.marks.iter().map(|column| at(&column.column)).collect::<Result<_, _>>()?;
        Ok(columns)
    }
}

/// The field that a heading names by itself, such as `class` for `Classe`.
#[must_use]
pub fn field_named(name: &str) -> Option<&'static str> {
    let word = words::fold(name.trim()).replace([' ', '-'], "_");
    FIELDS.iter().find(|(_, known)| known.contains(&word.as_str())).map(|(field, _)| *field)
}

/// One row's cells.
pub(super) struct Cells<'a> {
    pub columns: &'a Columns,
    pub cells: &'a [String],
}

impl<'a> Cells<'a> {
    fn at(&self, place: usize) -> Option<&'a str> {
        self.cells.get(place).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// The text of a field, if its column is there and the cell is not empty.
    pub fn get(&self, field: &str) -> Option<&'a str> {
        self.columns.fields.get(field).and_then(|(place, _)| self.at(*place))
    }

    /// What the row itself calls its student, for rows that are refused; `None`: nothing.
    pub fn who(&self) -> Option<String> {
        let last = self.get("last_name").map(str::to_uppercase);
        let names: Vec<String> = last.into_iter().chain(self.get("first_name").map(str::to_owned)).collect();
        (!names.is_empty()).then(|| names.join(" "))
    }

    /// The text of a column of marks.
    pub fn mark(&self, index: usize) -> Option<&'a str> {
        self.columns.marks.get(index).and_then(|place| self.at(*place))
    }

    /// The column's heading, or the field's name where no column has it.
    pub fn heading(&self, field: &str) -> String {
        self.columns.fields.get(field).map_or_else(|| field.to_owned(), |(_, heading)| heading.clone())
    }

    fn read<T>(&self, name: &str, field: Field, read: impl Fn(&str) -> Result<T, Why>) -> Result<Option<T>, Refusal> {
        self.get(name).map(read).transpose().map_err(|why| (self.heading(name), Failure::invalid(field, why)))
    }

    pub fn name(&self, name: &str, field: Field) -> Result<Option<Name>, Refusal> {
        self.read(name, field, |text| Name::parse(text).map_err(Why::Text))
    }

    pub fn matricule(&self) -> Result<Option<Matricule>, Refusal> {
        self.read("matricule", Field::Matricule, |text| Matricule::parse(text).map_err(Why::Text))
    }

    pub fn candidate(&self) -> Result<Option<Matricule>, Refusal> {
        self.read("candidate", Field::Candidate, |text| Matricule::parse(text).map_err(Why::Text))
    }

    pub fn phone(&self, region: &str) -> Result<Option<Phone>, Refusal> {
        let read = |text: &str| -> Result<Phone, TextError> { Phone::parse_in(text, region) };
        self.read("phone", Field::Phone, |text| read(text).map_err(Why::Text))
    }

    pub fn sex(&self) -> Result<Option<Sex>, Refusal> {
        self.read("sex", Field::Sex, |text| Sex::parse(text).ok_or(Why::Form { example: "F / M".to_owned() }))
    }

    pub fn birth_date(&self) -> Result<Option<Date>, Refusal> {
        self.read("birth_date", Field::BirthDate, read_date)
    }

    pub fn status(&self) -> Result<Option<StudentStatus>, Refusal> {
        self.read("status", Field::Status, |text| match words::fold(text).as_str() {
            "active" | "actif" | "active(e)" => Ok(StudentStatus::Active),
            "pending" | "en attente" | "attente" => Ok(StudentStatus::Pending),
            "withdrawn" | "desinscrit" | "desinscrite" | "desinscrit(e)" => Ok(StudentStatus::Withdrawn),
            _ => Err(Why::Unknown { what: text.to_owned() }),
        })
    }
}

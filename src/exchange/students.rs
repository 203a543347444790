//! Planning an import of students: a table and what the school has in, a plan out. Nothing is read or written here.
//!
//! A row is a student by its natural key: matricule, else phone, else (with `fill_missing`) its place in the file,
//! `{source}:{row}`. A column that is not mapped, and an empty cell, change nothing.

mod fields;
mod marks;
mod record;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    domain::{
        calendar::YearId,
        entities::{Class, Sheet, Student, Subject},
        id::{ActId, StudentId},
        schema::Stored,
        score::MarkValue,
        text_values::{Matricule, Name, Phone},
        words,
    },
    protocol::{Failure, Field, ImportFate, ImportPlan, ImportRow, ImportWork, StudentsSource, Why},
};
pub use fields::field_named;
use fields::{Cells, Columns};
use record::differences;

/// A file that names more new classes than this has another column for its classes: further ones stay unknown.
const NEW_CLASSES: usize = 200;

/// What the school has of what the file names.
#[derive(Debug)]
pub struct Known<'a> {
    pub students: &'a [Stored<Student>],
    pub classes: &'a [Stored<Class>],
    pub subjects: &'a [Stored<Subject>],
    /// Sheets of the year; marks go to their columns of the file's headings.
    pub sheets: &'a [Stored<Sheet>],
    pub year: &'a YearId,
    /// Region of phone numbers without a country code.
    pub region: &'a str,
    pub phone_required: bool,
}

/// The natural keys that the file names, to look students up by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    pub matricules: Vec<String>,
    pub phones: Vec<String>,
    pub sources: Vec<String>,
}

/// The keys in a file. Cells that are no keys are passed over: the plan refuses their rows.
///
/// # Errors
/// A mapped column is not in the file, or a field is unknown.
pub fn keys(source: &StudentsSource, region: &str) -> Result<Keys, Failure> {
    let columns = Columns::of(source)?;
    let mut keys = Keys::default();
    for (row, cells) in &source.rows {
        let cells = Cells { columns: &columns, cells };
        keys.matricules.extend(cells.get("matricule").and_then(|text| Matricule::parse(text).ok()).map(String::from));
        keys.phones.extend(cells.get("phone").and_then(|text| Phone::parse_in(text, region).ok()).map(String::from));
        keys.sources.push(place(source, *row));
    }
    Ok(keys)
}

fn place(source: &StudentsSource, row: u64) -> String {
    format!("{}:{row}", source.source)
}

/// Why a row is refused: the column, and what is wrong.
type Refusal = (String, Failure);

/// What planning remembers from row to row.
struct Planner<'a> {
    source: &'a StudentsSource,
    known: &'a Known<'a>,
    columns: Columns,
    by_matricule: HashMap<&'a str, &'a Stored<Student>>,
    by_phone: HashMap<&'a str, &'a Stored<Student>>,
    by_source: HashMap<&'a str, &'a Stored<Student>>,
    /// Keys that earlier rows have, with those rows.
    taken: HashMap<String, u64>,
    new_classes: Vec<Name>,
}

/// Plans every row.
///
/// # Errors
/// A mapped column is not in the file, or a field is unknown; two columns of the file would be one of a sheet.
pub fn plan(source: &StudentsSource, known: &Known<'_>, act: ActId) -> Result<ImportPlan, Failure> {
    let mut planner = Planner {
        source,
        known,
        columns: Columns::of(source)?,
        by_matricule: known.students.iter().map(|student| (student.matricule.as_str(), student)).collect(),
        by_phone: index(known.students, |student| student.phone.as_ref().map(Phone::as_str)),
        by_source: index(known.students, |student| student.source.as_deref()),
        taken: HashMap::new(),
        new_classes: Vec::new(),
    };
    once_each(source)?;
    let new_subjects = new_subjects(source, known)?;
    let mut totals: BTreeMap<ImportFate, u64> = BTreeMap::new();
    let mut rows = Vec::with_capacity(source.rows.len());
    for (number, cells) in &source.rows {
        let row = planner.row(*number, cells).unwrap_or_else(|refused| ImportRow {
            row: *number,
            fate: ImportFate::Refuse,
            student: Cells { columns: &planner.columns, cells }.who(),
            matricule: None,
            changes: BTreeMap::new(),
            refused: Some(refused),
            work: None,
        });
        let total = totals.entry(row.fate).or_default();
        *total = total.saturating_add(1);
        rows.push(row);
    }
    Ok(ImportPlan {
        act,
        source: source.source.clone(),
        columns: source.marks.clone(),
        new_classes: planner.new_classes,
        new_subjects,
        rows,
        totals,
    })
}

fn index<'a>(
    students: &'a [Stored<Student>],
    key: impl Fn(&'a Student) -> Option<&'a str>,
) -> HashMap<&'a str, &'a Stored<Student>> {
    students.iter().filter_map(|student| Some((key(&student.body)?, student))).collect()
}

/// Refuses two columns of the file that would be one column of a sheet.
fn once_each(source: &StudentsSource) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    for column in &source.marks {
        let place = (words::fold(column.column.trim()), words::fold(column.subject.as_str()), column.term);
        if !seen.insert(place) {
            let why = Why::NameTaken { name: column.column.trim().to_owned() };
            return Err(Failure::invalid(Field::Mapping, why));
        }
    }
    Ok(())
}

/// Subjects of mark columns that the school has not.
fn new_subjects(source: &StudentsSource, known: &Known<'_>) -> Result<Vec<Name>, Failure> {
    let mut new: Vec<Name> = Vec::new();
    for column in &source.marks {
        let same = |name: &Name| alike(name, &column.subject);
        if known.subjects.iter().any(|subject| same(&subject.name)) || new.iter().any(same) {
            continue;
        }
        if !source.fill_missing {
            let what = column.subject.as_str().to_owned();
            return Err(Failure::invalid(Field::Subject, Why::Unknown { what }));
        }
        new.push(column.subject.clone());
    }
    Ok(new)
}

/// The same name, whatever its case and accents.
#[must_use]
pub fn alike(one: &Name, other: &Name) -> bool {
    words::fold(one.as_str()) == words::fold(other.as_str())
}

impl Planner<'_> {
    fn row(&mut self, number: u64, cells: &[String]) -> Result<ImportRow, Refusal> {
        let columns = std::mem::take(&mut self.columns);
        let planned = self.planned(number, &Cells { columns: &columns, cells });
        self.columns = columns;
        planned
    }

    fn planned(&mut self, number: u64, cells: &Cells<'_>) -> Result<ImportRow, Refusal> {
        let matricule = cells.matricule()?;
        let phone = cells.phone(self.known.region)?;
        let (existing, own_place) = self.whose(number, matricule.as_ref(), phone.as_ref())?;
        self.not_twice(number, existing, matricule.as_ref(), phone.as_ref(), cells)?;
        let class = self.class(cells)?;
        let form = self.form(number, existing, cells, (matricule, phone, class.0))?;
        let marks = self.marks(existing, class.1.as_ref(), form.class.as_ref(), cells)?;
        let mut changes = existing.map(|student| differences(student, &form, class.1.as_ref())).unwrap_or_default();
        if existing.is_some() {
            for (index, value) in &marks {
                let Some(column) = self.source.marks.get(*index) else { continue };
                let old = existing.and_then(|student| self.standing(student, column, form.class.as_ref()));
                let shown = |value: Option<MarkValue>| value.map_or_else(String::new, |value| value.short('.'));
                changes.insert(column.column.clone(), (shown(old), shown(*value)));
            }
        }
        let fate = match existing {
            None => ImportFate::Create,
            Some(_) if changes.is_empty() => ImportFate::Unchanged,
            Some(_) => ImportFate::Update,
        };
        let student = format!("{} {}", form.last_name.as_str().to_uppercase(), form.first_name);
        let work = ImportWork {
            existing: existing.map(|student| (student.id.clone(), student.version)),
            class: class.1,
            source: own_place,
            marks,
            form: form.clone(),
        };
        Ok(ImportRow {
            row: number,
            fate,
            student: Some(student),
            matricule: form.matricule.clone(),
            changes,
            refused: None,
            work: (fate != ImportFate::Unchanged).then_some(work),
        })
    }
}

/// The id that a planned row's new student has: the same for every try of the same act.
#[must_use]
pub fn student_id(act: &ActId, row: u64) -> StudentId {
    StudentId::new(format!("{act}.{row}"))
}

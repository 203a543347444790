//! Planning an import of students: a table and what the school has in, a plan out. Nothing is read or written here.
//!
//! A row is a student by its natural key: matricule, else phone, else (with `fill_missing`) its place in the file,
//! `{source}:{row}`. A column that is not mapped, and an empty cell, change nothing.

mod fields;

use std::collections::{BTreeMap, HashMap};

use crate::{
    domain::{
        calendar::YearId,
        entities::{Class, Sheet, Student, StudentStatus, Subject},
        id::{ActId, ClassId, StudentId},
        schema::Stored,
        score::{MarkValue, Scale, parse_mark},
        text_values::{Matricule, Name, Phone},
        words,
    },
    protocol::{Failure, Field, ImportFate, ImportPlan, ImportRow, ImportWork, StudentForm, StudentsSource, Why},
};
pub use fields::field_named;
use fields::{Cells, Columns};

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
/// A mapped column is not in the file, or a field is unknown.
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
    let new_subjects = new_subjects(source, known)?;
    let mut totals: BTreeMap<ImportFate, u64> = BTreeMap::new();
    let mut rows = Vec::with_capacity(source.rows.len());
    for (number, cells) in &source.rows {
        let row = planner.row(*number, cells).unwrap_or_else(|refused| ImportRow {
            row: *number,
            fate: ImportFate::Refuse,
            student: None,
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
        let (existing, own_place) = self.whose(number, matricule.as_ref(), phone.as_ref(), cells)?;
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

/// The student that a row is about, if the school has it, and the place that is its key, if that is what it has.
type Whose<'a> = (Option<&'a Stored<Student>>, Option<String>);

impl<'a> Planner<'a> {
    fn whose(
        &self,
        number: u64,
        matricule: Option<&Matricule>,
        phone: Option<&Phone>,
        cells: &Cells<'_>,
    ) -> Result<Whose<'a>, Refusal> {
        if let Some(matricule) = matricule {
            return Ok((self.by_matricule.get(matricule.as_str()).copied(), None));
        }
        if let Some(phone) = phone {
            return Ok((self.by_phone.get(phone.as_str()).copied(), None));
        }
        if !self.source.fill_missing {
            let column = cells.heading("matricule");
            return Err((column, Failure::invalid(Field::Matricule, Why::Missing)));
        }
        let place = place(self.source, number);
        Ok((self.by_source.get(place.as_str()).copied(), Some(place)))
    }

    /// Refuses a key that an earlier row, or another student, has.
    fn not_twice(
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
    fn class(&mut self, cells: &Cells<'_>) -> Result<(Option<ClassId>, Option<Name>), Refusal> {
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

    fn form(
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
        Ok(StudentForm {
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
            status: cells.status()?.or_else(|| existing.map(|student| student.status)).unwrap_or(StudentStatus::Active),
        })
    }

    /// The marks that the row changes: column and value.
    fn marks(
        &self,
        existing: Option<&Stored<Student>>,
        class_name: Option<&Name>,
        class: Option<&ClassId>,
        cells: &Cells<'_>,
    ) -> Result<Vec<(usize, Option<MarkValue>)>, Refusal> {
        let mut changed = Vec::new();
        for (index, column) in self.source.marks.iter().enumerate() {
            let Some(text) = cells.mark(index) else { continue };
            let refuse = |why| (column.column.clone(), Failure::invalid(Field::Mark, why));
            let scale = self.scale(column, class);
            let value = parse_mark(text, scale).map_err(|error| refuse(Why::Mark(error)))?;
            if value.is_none() {
                continue;
            }
            if class.is_none() && class_name.is_none() {
                return Err(refuse(Why::NotInClass));
            }
            let old = existing.and_then(|student| self.standing(student, column, class));
            if old != value {
                changed.push((index, value));
            }
        }
        Ok(changed)
    }

    /// The column of the class's sheet that the file's column goes to, where it is there already.
    fn evaluation(
        &self,
        column: &crate::protocol::MarkColumn,
        class: Option<&ClassId>,
    ) -> Option<&crate::domain::entities::Evaluation> {
        let subject = self.known.subjects.iter().find(|subject| alike(&subject.name, &column.subject))?;
        let sheet = self.known.sheets.iter().find(|sheet| {
            Some(&sheet.class) == class
                && sheet.subject == subject.id
                && sheet.year == *self.known.year
                && sheet.term == column.term
        })?;
        let title = words::fold(&column.column);
        sheet.evaluations.iter().find(|evaluation| words::fold(evaluation.title.as_str()) == title)
    }

    fn scale(&self, column: &crate::protocol::MarkColumn, class: Option<&ClassId>) -> Scale {
        self.evaluation(column, class).map_or(Scale::TWENTY, |evaluation| evaluation.scale)
    }

    fn standing(
        &self,
        student: &Student,
        column: &crate::protocol::MarkColumn,
        class: Option<&ClassId>,
    ) -> Option<MarkValue> {
        let evaluation = self.evaluation(column, class)?;
        let grade = student.grades.iter().find(|grade| grade.evaluation == evaluation.id)?;
        grade.value()
    }
}

/// What the form changes of the record, as people read it.
fn differences(student: &Student, form: &StudentForm, class: Option<&Name>) -> BTreeMap<String, (String, String)> {
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
    if class.is_some() {
        note("class", student.class_name.as_ref().map(name), class.map(name));
    }
    changes
}

/// The id that a planned row's new student has: the same for every try of the same act.
#[must_use]
pub fn student_id(act: &ActId, row: u64) -> StudentId {
    StudentId::new(format!("{act}.{row}"))
}

//! A crowd of made-up students on the ground of a school, in blocks of one class.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    LARGE, Load,
    chance::{Chance, Kind, identifier},
    documents,
    marks::{self, Richness},
    people::{self, Person},
};
use crate::domain::{
    calendar::{TermSpan, Timestamp},
    entities::{Class, Enrolment, EnrolmentStatus, Grade, Mark, School, Sheet, Student, StudentStatus, Subject},
    id::{ClassId, EnrolmentId, MarkId, StudentId, SubjectId},
    matricule,
    rules::{Preset, RuleSet},
    schema::Entity,
    text_values::{Matricule, Name, Phone},
    weights::Weights,
    words,
};

/// About so many students make a class.
const CLASS: u32 = 45;

/// The school that a crowd comes to.
#[derive(Clone, Debug)]
pub struct Ground {
    pub school: School,
    /// Terms of the current year; evaluations are dated by them where they have dates.
    pub terms: Vec<TermSpan>,
    pub rules: RuleSet,
    /// Classes nobody is in and that have no sheets: filled first; more are made as needed.
    pub classes: Vec<Class>,
    /// Names of all classes of the school.
    pub taken: BTreeSet<Name>,
    /// Subjects of the school; the preset's samples are made where there are none.
    pub subjects: Vec<Subject>,
    /// When it is done: `created_at` of every document, and the beginning of every identifier.
    pub at: Timestamp,
    pub by: String,
}

/// Made-up students with classes, enrolments, sheets and marks.
#[derive(Clone, Debug)]
pub struct Crowd {
    ground: Ground,
    seed: u64,
    students: u32,
    richness: Richness,
    weights: Weights,
    /// How many of `ground.classes` were there before.
    old_classes: usize,
    old_subjects: usize,
    /// The last matricule number before this crowd.
    last_number: u32,
}

impl Crowd {
    /// `students` new ones for that ground.
    #[must_use]
    pub fn new(mut ground: Ground, students: u32, seed: u64) -> Self {
        let preset = Preset::parse(&ground.school.preset).unwrap_or_default();
        let (old_classes, old_subjects) = (ground.classes.len(), ground.subjects.len());
        if ground.subjects.is_empty() {
            let samples = preset.sample_subjects().into_iter().zip(1_u16..);
            ground.subjects = samples
                .map(|(sample, position)| {
                    let id = identifier(seed, ground.at, Kind::Subject, u64::from(position));
                    sample.into_subject(SubjectId::new(id), position)
                })
                .collect();
        }
        let wanted = students.saturating_add(CLASS / 2).checked_div(CLASS).unwrap_or_default().max(1);
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        ground.classes.truncate(wanted);
        let old_classes = old_classes.min(wanted);
        let missing = wanted.saturating_sub(ground.classes.len());
        let made = new_classes(preset, seed, &mut ground).take(missing).collect::<Vec<_>>();
        ground.classes.extend(made);
        let first = ground.school.current_year.first();
        let counter = ground.school.matricule_counters.entry(first).or_default();
        let last_number = *counter;
        *counter = counter.saturating_add(students);
        let richness = if students > LARGE { Richness::Ten } else { Richness::Full };
        let current = (&ground.school.current_year, ground.school.current_term);
        let subjects: Vec<&Subject> = ground.subjects.iter().collect();
        let weights = Weights::new(&ground.rules, current, &ground.classes, &subjects);
        Self { ground, seed, students, richness, weights, old_classes, old_subjects, last_number }
    }

    /// The school as it is with the crowd: the matricule numbers are given.
    #[must_use]
    pub fn school(&self) -> &School {
        &self.ground.school
    }

    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.ground.at
    }

    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    pub(super) fn classes(&self) -> &[Class] {
        &self.ground.classes
    }

    pub(super) fn subjects(&self) -> &[Subject] {
        &self.ground.subjects
    }

    /// Classes and subjects that had to be made.
    #[must_use]
    pub fn setup(&self) -> Vec<Load> {
        let ground = &self.ground;
        let classes = ground.classes.iter().skip(self.old_classes);
        let subjects = ground.subjects.iter().skip(self.old_subjects);
        vec![
            (Class::SCHEMA, documents(classes, ground.at, &ground.by)),
            (Subject::SCHEMA, documents(subjects, ground.at, &ground.by)),
        ]
    }

    /// The phone of the student of that number (from 0) and its id.
    pub(super) fn student(&self, number: u32) -> (StudentId, Option<Phone>) {
        let id = identifier(self.seed, self.ground.at, Kind::Student, u64::from(number));
        (StudentId::new(id), people::phone(self.seed, number))
    }

    /// Family and first names of the students of the first class, in their order.
    pub(super) fn first_class(&self) -> Vec<(&'static str, &'static str)> {
        let Some(class) = self.ground.classes.first() else { return Vec::new() };
        let people = self.people(&mut Chance::new(self.seed, 0), class, self.size_of(0));
        people.iter().map(|person| (person.last, person.first)).collect()
    }

    /// The classes share the students evenly; the first ones take one more where it does not come out.
    fn size_of(&self, class: u32) -> u32 {
        let classes = u32::try_from(self.ground.classes.len()).unwrap_or(u32::MAX).max(1);
        let more = self.students.checked_rem(classes).unwrap_or_default();
        self.students.checked_div(classes).unwrap_or_default().saturating_add(u32::from(class < more))
    }

    /// Students with enrolments, sheets and marks: one class a block.
    pub fn blocks(&self) -> impl Iterator<Item = Vec<Load>> + '_ {
        let mut first = 0_u32;
        self.ground.classes.iter().zip(0_u32..).map(move |(class, number)| {
            let count = self.size_of(number);
            let block = self.block(class, number, first, count);
            first = first.saturating_add(count);
            block
        })
    }

    fn block(&self, class: &Class, number: u32, first: u32, count: u32) -> Vec<Load> {
        let ground = &self.ground;
        let mut chance = Chance::new(self.seed, u64::from(number));
        let people = self.people(&mut chance, class, count);
        let sheets = marks::sheets(ground, self.seed, self.richness, class, u64::from(number));
        let difficulty: BTreeMap<&SubjectId, i32> =
            ground.subjects.iter().map(|subject| (&subject.id, chance.bell(0, 90))).collect();
        let (mut students, mut enrolments, mut cells) = (Vec::new(), Vec::new(), Vec::new());
        for (person, place) in people.iter().zip(0_u32..) {
            let Ok(matricule) = self.matricule(first.saturating_add(place)) else { continue };
            let (id, phone) = self.student(first.saturating_add(place));
            let mut student = record(person, id, matricule, phone, class);
            let own = Own::new(&mut chance, ground, person, &difficulty);
            for sheet in &sheets {
                own.fill(&mut chance, person, sheet, &mut student, &mut cells);
            }
            self.weights.refresh(&mut student);
            enrolments.push(self.enrolment(person, &student, class, place));
            students.push(student);
        }
        let load = |schema, documents: Vec<Value>| (schema, documents);
        vec![
            load(Student::SCHEMA, documents(&students, ground.at, &ground.by)),
            load(Enrolment::SCHEMA, documents(&enrolments, ground.at, &ground.by)),
            load(Sheet::SCHEMA, documents(&sheets, ground.at, &ground.by)),
            load(Mark::SCHEMA, documents(&cells, ground.at, &ground.by)),
        ]
    }

    /// In the order of the class list.
    fn people(&self, chance: &mut Chance, class: &Class, count: u32) -> Vec<Person> {
        let year = i16::try_from(self.ground.school.current_year.first()).unwrap_or(i16::MAX);
        let level = class.level.as_ref().map(|level| words::fold(level.as_str())).unwrap_or_default();
        let age = match level.as_str() {
            "terminale" => 17,
            "11e" | "premiere" => 16,
            _ => 15,
        };
        let mut people: Vec<Person> = (0..count).map(|_| Person::student(chance, year, age)).collect();
        people.sort_by_cached_key(Person::order);
        people
    }

    fn matricule(&self, number: u32) -> Result<Matricule, crate::domain::text_values::TextError> {
        let number = self.last_number.saturating_add(number).saturating_add(1);
        matricule::of(&self.ground.school.matricule_prefix, &self.ground.school.current_year, number)
    }

    fn enrolment(&self, person: &Person, student: &Student, class: &Class, place: u32) -> Enrolment {
        let year = &self.ground.school.current_year;
        Enrolment {
            id: EnrolmentId::of(&student.id, year),
            student: student.id.clone(),
            year: year.clone(),
            class: class.id.clone(),
            status: match person.status {
                StudentStatus::Withdrawn => EnrolmentStatus::Left,
                StudentStatus::Active | StudentStatus::Pending => EnrolmentStatus::Enrolled,
            },
            repeater: person.repeater,
            call_number: u16::try_from(place.saturating_add(1)).ok(),
            starts: None,
            options: Vec::new(),
        }
    }
}

/// A student's level in each subject, and which one is sports.
struct Own<'a> {
    levels: BTreeMap<&'a SubjectId, (i32, bool)>,
}

impl<'a> Own<'a> {
    fn new(
        chance: &mut Chance,
        ground: &'a Ground,
        person: &Person,
        difficulty: &BTreeMap<&'a SubjectId, i32>,
    ) -> Self {
        let level = |subject: &'a Subject| {
            let lean = chance.bell(difficulty.get(&subject.id).copied().unwrap_or_default(), 150);
            let sports = words::fold(subject.name.as_str()).contains("physique et sportive");
            (&subject.id, (person.ability.saturating_add(lean), sports))
        };
        Self { levels: ground.subjects.iter().map(level).collect() }
    }

    /// The student's cells of one sheet.
    fn fill(&self, chance: &mut Chance, person: &Person, sheet: &Sheet, student: &mut Student, cells: &mut Vec<Mark>) {
        let (level, sports) = self.levels.get(&sheet.subject).copied().unwrap_or_default();
        for evaluation in &sheet.evaluations {
            let Some(value) = marks::value(chance, person, sports, level, evaluation) else { continue };
            student.grades.push(Grade::in_sheet(sheet, evaluation, Some(value)));
            cells.push(Mark {
                id: MarkId::of(&evaluation.id, &student.id),
                evaluation: evaluation.id.clone(),
                student: student.id.clone(),
                value: Some(value),
                comment: None,
            });
        }
    }
}

fn record(person: &Person, id: StudentId, matricule: Matricule, phone: Option<Phone>, class: &Class) -> Student {
    Student {
        id,
        matricule,
        last_name: Name::preset(person.last),
        first_name: Name::preset(person.first),
        sex: Some(person.sex),
        phone,
        birth_date: person.birth_date,
        birth_place: person.birth_place.clone(),
        class: Some(class.id.clone()),
        class_name: Some(class.name.clone()),
        status: person.status,
        average: None,
        averages: BTreeMap::new(),
        subject_averages: BTreeMap::new(),
        grades: Vec::new(),
        closed: BTreeMap::new(),
        rules_version: 0,
        basis: String::new(),
        record_version: 1,
        year: None,
        options: BTreeMap::new(),
        dossier: crate::domain::entities::Dossier::default(),
        source: None,
    }
}

/// Classes after the preset's samples: those, then `10e 2`, `11e S 2`, … with names that are free.
fn new_classes(preset: Preset, seed: u64, ground: &mut Ground) -> impl Iterator<Item = Class> {
    let mut taken = std::mem::take(&mut ground.taken);
    let at = ground.at;
    let samples = preset.sample_classes();
    (1_u32..)
        .flat_map(move |round| {
            samples.clone().into_iter().filter_map(move |mut sample| {
                if round > 1 {
                    let base = if sample.series.is_some() { &sample.name } else { &sample.level };
                    sample.name = Name::parse(&format!("{base} {round}")).ok()?;
                }
                Some(sample)
            })
        })
        .filter(move |sample| taken.insert(sample.name.clone()))
        .zip(1_u64..)
        .map(move |(sample, number)| sample.into_class(ClassId::new(identifier(seed, at, Kind::Class, number))))
}

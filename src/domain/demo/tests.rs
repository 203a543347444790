use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::domain::{
    entities::{Class, Mark, Role, Sheet, Student, Subject},
    read_model,
    text_values::Phone,
    weights::Weights,
};

fn demo(students: u32, seed: u64) -> Demo {
    Demo::new(students, seed, Date::constant(2026, 11, 20), "hash").expect("a year")
}

fn all(demo: &Demo) -> BTreeMap<&'static str, Vec<Value>> {
    let mut all: BTreeMap<&'static str, Vec<Value>> = BTreeMap::new();
    for (schema, documents) in demo.setup().into_iter().chain(demo.blocks().flatten()) {
        all.entry(schema.collection).or_default().extend(documents);
    }
    all
}

fn records<T: Entity>(all: &BTreeMap<&'static str, Vec<Value>>) -> Vec<T> {
    let documents = all.get(T::SCHEMA.collection).cloned().unwrap_or_default();
    documents.into_iter().map(|document| read::<T>(document).expect("a record").body).collect()
}

#[test]
fn the_same_seed_is_the_same_school() {
    let text = |seed| serde_json::to_string(&all(&demo(180, seed))).expect("JSON");
    assert_eq!(text(1), text(1));
    assert_ne!(text(1), text(2));
}

#[test]
fn a_demo_is_a_whole_school() {
    let all = all(&demo(180, 2026));
    let (classes, subjects): (Vec<Class>, Vec<Subject>) = (records(&all), records(&all));
    let students: Vec<Student> = records(&all);
    assert_eq!((classes.len(), students.len()), (4, 180));
    assert!(subjects.iter().all(|subject| subject.sample));
    for class in &classes {
        assert_eq!(students.iter().filter(|student| student.class.as_ref() == Some(&class.id)).count(), 45);
    }
    let marks: Vec<Mark> = records(&all);
    for code in ["ABS", "DISP", "NN"] {
        assert!(marks.iter().any(|mark| mark.value.is_some_and(|value| value.short(',') == code)), "no {code}");
    }
    let grades: usize = students.iter().map(|student| student.grades.len()).sum();
    assert_eq!(grades, marks.len());
    let averages: Vec<f64> =
        students.iter().filter_map(|student| student.average).map(crate::domain::score::Average::to_f64).collect();
    let mean = averages.iter().sum::<f64>() / 180.0;
    assert!(averages.len() > 170 && (9.5..12.5).contains(&mean), "{} {mean}", averages.len());
    let passed = averages.iter().filter(|average| **average >= 10.0).count();
    assert!((90..171).contains(&passed), "{passed} pass");
    let users: Vec<User> = records(&all);
    for role in Role::ALL {
        assert!(users.iter().any(|user| user.role == role), "{role:?}");
    }
    let teacher = users.iter().find(|user| user.username.as_str() == "prof").expect("prof");
    let assignments: Vec<Assignment> = records(&all);
    assert!(assignments.iter().any(|charge| charge.teacher == teacher.id));
    let pupil = users.iter().find(|user| user.role == Role::Student).expect("eleve");
    let own = students.iter().find(|student| Some(&student.id) == pupil.student.as_ref()).expect("own record");
    assert_eq!(own.phone, pupil.student_phone);
    assert_eq!(pupil.display_name.as_str(), format!("{} {}", own.first_name, own.last_name));
    let parent = users.iter().find(|user| user.role == Role::Parent).expect("parent");
    assert!(!parent.children.is_empty());
    for child in students.iter().filter(|student| parent.children.contains(&student.id)) {
        assert!(parent.display_name.as_str().ends_with(child.last_name.as_str()), "{}", parent.display_name);
    }
}

#[test]
fn a_demo_is_of_the_day_on_which_it_is_made() {
    for (year, month) in [(2026, 11), (2027, 2), (2027, 5), (2027, 8)] {
        let today = Date::constant(year, month, 20);
        let demo = Demo::new(90, 1, today, "hash").expect("a year");
        let current = demo.year.terms.iter().find(|span| span.term == demo.school.current_term).expect("term");
        assert!(current.starts <= Some(today) && Some(today) <= current.ends, "{today}: {current:?}");
        let sheets: Vec<Sheet> = records(&all(&demo));
        let dates: Vec<Date> = sheets.iter().flat_map(|sheet| &sheet.evaluations).filter_map(|e| e.date).collect();
        assert!(!dates.is_empty() && dates.iter().all(|date| *date <= today), "{today}");
        assert_eq!(sheets.iter().map(|sheet| sheet.term).collect::<BTreeSet<_>>().len(), 3);
    }
}

#[test]
fn numbers_are_unique_and_phones_are_real() {
    let all = all(&demo(400, 7));
    let students: Vec<Student> = records(&all);
    let unique = |texts: Vec<String>| texts.len() == texts.iter().collect::<BTreeSet<_>>().len();
    assert!(unique(students.iter().map(|student| student.matricule.to_string()).collect()));
    assert!(unique(students.iter().map(|student| student.id.to_string()).collect()));
    let phones: Vec<Phone> = students.iter().filter_map(|student| student.phone.clone()).collect();
    assert!(phones.len() > 340 && unique(phones.iter().map(ToString::to_string).collect()));
    for phone in phones.iter().step_by(10) {
        assert_eq!(Phone::parse_in(phone.as_str(), "ML").as_ref(), Ok(phone));
    }
    let sheets: Vec<Sheet> = records(&all);
    assert!(unique(sheets.iter().flat_map(|sheet| &sheet.evaluations).map(|e| e.id.to_string()).collect()));
    assert!(unique(records::<Class>(&all).iter().map(|class| class.name.to_string()).collect()));
    assert!(unique(records::<User>(&all).iter().map(|user| user.username.to_string()).collect()));
}

#[test]
fn the_read_model_is_what_entering_mark_by_mark_makes() {
    let made = demo(90, 3);
    let all = all(&made);
    let (classes, subjects): (Vec<Class>, Vec<Subject>) = (records(&all), records(&all));
    let current = (&made.school.current_year, made.school.current_term);
    let weights = Weights::new(&made.rules, current, &classes, &subjects.iter().collect::<Vec<_>>());
    for student in records::<Student>(&all).iter().step_by(9) {
        let mut again = Student { grades: Vec::new(), average: None, averages: BTreeMap::new(), ..student.clone() };
        again.subject_averages.clear();
        for grade in student.grades.iter().rev() {
            read_model::set_grade(&mut again, grade.clone());
        }
        weights.refresh(&mut again);
        assert!(again == *student, "{}", student.matricule);
    }
}

#[test]
fn a_large_school_has_ten_marks_a_student_and_comes_in_blocks() {
    let demo = demo(LARGE + 1, 1);
    let first = demo.blocks().next().expect("a block");
    let students = first.iter().find(|(schema, _)| *schema == Student::SCHEMA).expect("students");
    let marks = first.iter().find(|(schema, _)| *schema == Mark::SCHEMA).expect("marks");
    assert!((45..=46).contains(&students.1.len()));
    assert!(marks.1.len() > students.1.len() * 9 && marks.1.len() <= students.1.len() * 10);
    assert_eq!(demo.blocks().count(), 111);
}

#[test]
fn a_crowd_on_existing_ground_keeps_to_free_names_and_numbers() {
    let base = demo(45, 1);
    let mut ground_school = base.school.clone();
    ground_school.matricule_counters = BTreeMap::from([(2026, 500)]);
    let taken: BTreeSet<Name> = ["10e A", "TSE"].into_iter().map(|name| Name::parse(name).expect("name")).collect();
    let ground = Ground {
        school: ground_school,
        terms: base.year.terms.clone(),
        rules: base.rules.clone(),
        classes: Vec::new(),
        taken: taken.clone(),
        subjects: base.crowd.subjects().to_vec(),
        at: base.crowd.at(),
        by: "x".into(),
    };
    let crowd = Crowd::new(ground, 135, 9);
    let names: Vec<Name> = crowd.classes().iter().map(|class| class.name.clone()).collect();
    assert_eq!(names.len(), 3);
    assert!(names.iter().all(|name| !taken.contains(name)), "{:?}", names.iter().map(Name::as_str).collect::<Vec<_>>());
    assert_eq!(crowd.setup().iter().map(|(_, documents)| documents.len()).collect::<Vec<_>>(), [3, 0]);
    let block = crowd.blocks().next().expect("block");
    let student = read::<Student>(block[0].1[0].clone()).expect("student");
    assert_eq!(student.matricule.as_str(), "MLE-2026-0501");
    assert_eq!(crowd.school().matricule_counters.get(&2026), Some(&635));
}

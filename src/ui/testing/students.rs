//! Made-up students of the sample school.

use std::collections::BTreeMap;

use super::sample::{moment, name, rules, stored, subjects, term, year};
use crate::{
    domain::{
        entities::{EvaluationKind, Grade, Sex, Student, StudentStatus, TermAverages},
        id::{ClassId, EvaluationId, StudentId, SubjectId},
        query::{Count, Cursor, KeyValue, Page, Query, Seek},
        score::{Average, MarkCode, Scale, Score},
        text_values::{Matricule, Phone},
    },
    protocol::{CardRank, HistoryLine, Reply, StudentCard, StudentRow},
};

/// Last name, first name, sex.
const PEOPLE: &[(&str, &str, Option<Sex>)] = &[
    ("Coulibaly", "Awa", Some(Sex::Female)),
    ("Diallo", "Modibo", Some(Sex::Male)),
    ("Keïta", "Fatoumata", Some(Sex::Female)),
    ("Konaté", "Seydou", Some(Sex::Male)),
    ("Traoré", "Issa", Some(Sex::Male)),
    ("Sangaré", "Mariam", Some(Sex::Female)),
    ("Ba", "Oumar", None),
];

#[must_use]
pub fn average(hundredths: u16) -> Average {
    Average::from_hundredths(hundredths).expect("average")
}

/// The `n`th of a long list, whose averages fall by a hundredth.
#[must_use]
pub fn row(n: usize) -> StudentRow {
    let (last, first, sex) = PEOPLE[n % PEOPLE.len()];
    let class = if n.is_multiple_of(2) { "TSE" } else { "TLL" };
    let hundredths = 1_900u16.checked_sub(u16::try_from(n).expect("few"));
    StudentRow {
        id: StudentId::new(format!("s{n}")),
        version: 1,
        matricule: Matricule::parse(&format!("MLE-2026-{:04}", n + 1)).expect("matricule"),
        last_name: name(last),
        first_name: name(first),
        sex,
        phone: n.is_multiple_of(3).then(|| phone(&format!("76{:06}", n + 120_000))),
        class: Some(ClassId::new(class.to_lowercase())),
        class_name: Some(name(class)),
        status: StudentStatus::ALL[usize::from(n % 10 == 9) * 2],
        average: hundredths.filter(|_| n % 11 != 10).map(average),
    }
}

#[must_use]
pub fn phone(digits: &str) -> Phone {
    Phone::parse_in(digits, "ML").expect("phone")
}

fn cursor(n: usize) -> Cursor {
    Cursor { keys: vec![Some(KeyValue::Integer(i64::try_from(n).expect("few")))], id: format!("s{n}") }
}

fn place(cursor: &Cursor) -> usize {
    match cursor.keys.first() {
        Some(Some(KeyValue::Integer(n))) => usize::try_from(*n).expect("few"),
        other => panic!("{other:?}"),
    }
}

/// The part of a list of `total` rows that a query asks for.
#[must_use]
pub fn page(query: &Query, total: usize, row: impl Fn(usize) -> StudentRow) -> Reply {
    let limit = usize::try_from(query.limit).expect("few");
    let range = match &query.seek {
        Seek::First => 0..limit.min(total),
        Seek::Last => total.saturating_sub(limit)..total,
        Seek::After(cursor) => (place(cursor) + 1).min(total)..(place(cursor) + 1 + limit).min(total),
        Seek::Before(cursor) => place(cursor).saturating_sub(limit)..place(cursor),
    };
    let more = match &query.seek {
        Seek::First | Seek::After(_) => range.end < total,
        Seek::Last | Seek::Before(_) => range.start > 0,
    };
    Reply::Students(Page { items: range.clone().map(row).collect(), cursors: range.map(cursor).collect(), more })
}

#[must_use]
pub fn count(count: u64) -> Reply {
    Reply::Count(Count { count, capped: false })
}

/// `s0`, with marks in two terms.
#[must_use]
pub fn student() -> Student {
    let row = row(0);
    let grade = |subject: &str, number: u8, evaluation: &str, value: Result<u16, MarkCode>, scale: u16| {
        let scale = Scale::from_hundredths(scale).expect("scale");
        let kind = if evaluation.starts_with('c') { EvaluationKind::Composition } else { EvaluationKind::Test };
        Grade {
            class: None,
            subject: SubjectId::new(subject),
            year: year(),
            term: term(number),
            evaluation: EvaluationId::new(evaluation),
            kind,
            date: None,
            score: value.ok().map(|score| Score::new(score, scale).expect("score")),
            code: value.err(),
            scale,
            coefficient: 1,
        }
    };
    let subject_averages = |all: &[(&str, u16)]| -> BTreeMap<SubjectId, Average> {
        all.iter().map(|(subject, hundredths)| (SubjectId::new(*subject), average(*hundredths))).collect()
    };
    let first = subject_averages(&[("math", 1_567), ("fr", 1_200)]);
    let second = subject_averages(&[("math", 1_400)]);
    Student {
        id: row.id,
        matricule: row.matricule,
        last_name: row.last_name,
        first_name: row.first_name,
        sex: row.sex,
        phone: row.phone,
        birth_date: Some(jiff::civil::date(2009, 3, 12)),
        birth_place: Some(name("Bamako")),
        class: row.class,
        class_name: row.class_name,
        status: row.status,
        average: Some(average(1_410)),
        averages: BTreeMap::from([(
            year(),
            TermAverages {
                terms: BTreeMap::from([(term(1), average(1_410)), (term(2), average(1_400))]),
                year: Some(average(1_405)),
            },
        )]),
        subject_averages: BTreeMap::from([(year(), BTreeMap::from([(term(1), first), (term(2), second)]))]),
        grades: vec![
            grade("math", 1, "d1", Ok(1_250), 2_000),
            grade("math", 1, "d2", Err(MarkCode::Abs), 2_000),
            grade("math", 1, "c1", Ok(3_450), 4_000),
            grade("fr", 1, "d3", Ok(1_200), 2_000),
            grade("math", 2, "d4", Ok(1_400), 2_000),
        ],
        closed: BTreeMap::new(),
        rules_version: 1,
        basis: String::new(),
        record_version: 1,
        year: None,
        options: BTreeMap::new(),
        dossier: crate::domain::entities::Dossier::default(),
        source: None,
    }
}

/// Her card.
#[must_use]
pub fn card() -> StudentCard {
    let titles = [("d1", "Devoir 1"), ("d2", "Devoir 2"), ("c1", "Composition"), ("d3", "Dictée"), ("d4", "Devoir 1")];
    let rank = |number, rank, tied| CardRank { year: year(), term: term(number), rank, tied, of: 45 };
    assert!(subjects().iter().any(|subject| subject.id.as_str() == "math"));
    StudentCard {
        then: Vec::new(),
        words: Vec::new(),
        starts: None,
        student: stored(student()),
        ranks: vec![rank(1, 1, false), rank(2, 3, true)],
        evaluations: titles.iter().map(|(id, title)| (EvaluationId::new(*id), name(title))).collect(),
        may_edit: true,
        may_delete: true,
        account: Some("awa.coulibaly".to_owned()),
    }
}

/// What happened to her, newest first.
#[must_use]
pub fn history() -> Vec<HistoryLine> {
    let line = |minutes: i64, action: &str, old: serde_json::Value, new: serde_json::Value| {
        let mark = action.starts_with("mark.");
        HistoryLine {
            at: moment().checked_sub(jiff::SignedDuration::from_mins(minutes)).expect("moment"),
            by: "Moussa Diarra".to_owned(),
            action: action.to_owned(),
            subject: mark.then(|| "Mathématiques".to_owned()),
            evaluation: mark.then(|| "Devoir 1".to_owned()),
            term: mark.then(|| term(1)),
            old,
            new,
            reason: None,
        }
    };
    vec![
        line(0, "mark.undo", serde_json::json!(8.5), serde_json::json!(12.5)),
        line(1, "mark.set", serde_json::json!(12.5), serde_json::json!(8.5)),
        line(2, "mark.set", serde_json::Value::Null, serde_json::json!("ABS")),
        line(
            60,
            "student.save",
            serde_json::json!({ "phone": "+22376120000", "status": "pending" }),
            serde_json::json!({ "phone": "+22366120000", "status": "active" }),
        ),
        line(90, "student.save", serde_json::Value::Null, serde_json::json!({ "last_name": "Coulibaly" })),
    ]
}

/// What the backend says her averages were made of: of a subject in the first term, of the term, or of the year.
#[must_use]
pub fn explained(term_asked: bool, subject: Option<&str>) -> crate::protocol::Explained {
    let card = card();
    let titles = &card.evaluations;
    let basis = |id: &str, coefficient: u8| crate::protocol::SubjectBasis {
        id: SubjectId::new(id),
        name: subjects().iter().find(|known| known.id.as_str() == id).expect("subject").name.to_string(),
        coefficient,
        rules: rules(),
        marks: card
            .student
            .grades
            .iter()
            .filter(|grade| grade.subject.as_str() == id && grade.term == term(1))
            .map(|grade| crate::protocol::MarkBasis {
                title: titles[&grade.evaluation].to_string(),
                mark: grade.into(),
            })
            .collect(),
    };
    let all = [basis("math", 5), basis("fr", 2)];
    crate::protocol::Explained {
        at: None,
        conduct: None,
        student: card.student.id.clone(),
        name: card.student.full_name(),
        sex: card.student.sex,
        year: year(),
        term: term_asked.then(|| term(1)),
        rules: rules(),
        closed: false,
        subjects: all
            .into_iter()
            .filter(|basis| term_asked && subject.is_none_or(|subject| basis.id.as_str() == subject))
            .collect(),
        partial: false,
        terms: if term_asked {
            Vec::new()
        } else {
            let of = |number, hundredths: u16| (term(number), Some((average(hundredths), format!("{hundredths}/100"))));
            vec![of(1, 1_410), of(2, 1_400), (term(3), None)]
        },
        level: None,
        repeated: 0,
    }
}

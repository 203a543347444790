//! A small sample school for tests: two classes, three subjects, people of every role. Made up, always the same.

use crate::{
    domain::{
        access::Principal,
        calendar::{Division, Term, TermSpan, Timestamp, YearId},
        entities::{Class, Level, LevelKind, Role, School, SchoolYear, Subject},
        id::{ClassId, LevelId, SessionId, StudentId, SubjectId, UserId},
        rules::{Preset, RuleSet},
        schema::Stored,
        text_values::{Name, Username},
    },
    protocol::{DemoAccount, Entered, Greeting, Lamp, Setup},
};

#[must_use]
pub fn name(text: &str) -> Name {
    Name::parse(text).expect("name")
}

#[must_use]
pub fn moment() -> Timestamp {
    "2026-11-20T10:42:00Z".parse().expect("moment")
}

/// A body as the store gives it, version 1.
pub fn stored<T>(body: T) -> Stored<T> {
    Stored { body, version: 1, created_at: moment(), updated_at: moment(), updated_by: "u-admin".into() }
}

#[must_use]
pub fn year() -> YearId {
    YearId::parse("2026-2027").expect("year")
}

#[must_use]
pub fn term(number: u8) -> Term {
    Term::new(number).expect("term")
}

#[must_use]
pub fn school() -> School {
    School {
        id: School::ID.into(),
        name: name("Lycée Askia"),
        region: "ML".into(),
        preset: "mali".into(),
        current_year: year(),
        current_term: term(1),
        rules: rules().id,
        matricule_prefix: "MLE".into(),
        matricule_counters: std::collections::BTreeMap::new(),
        demo: false,
    }
}

#[must_use]
pub fn rules() -> RuleSet {
    Preset::Mali.rules()
}

#[must_use]
pub fn greeting() -> Greeting {
    Greeting {
        school: Some(school()),
        division: Some(Division::Trimesters),
        demo: Vec::new(),
        store: Lamp::Good,
        cache: Lamp::Good,
    }
}

/// Of a demo school: one account a role.
#[must_use]
pub fn demo_greeting() -> Greeting {
    let account = |role: Role| DemoAccount {
        role,
        username: Username::parse(role.as_str()).expect("user name"),
        password: "essai-2026".into(),
    };
    Greeting { demo: Role::ALL.into_iter().map(account).collect(), ..greeting() }
}

/// `10e`, `Terminale`; `TLL`, `TSE`.
#[must_use]
pub fn levels() -> Vec<Stored<Level>> {
    let level =
        |kind, id: &str, text, position| stored(Level { id: LevelId::new(id), kind, name: name(text), position });
    vec![
        level(LevelKind::Level, "l1", "10e", 1),
        level(LevelKind::Level, "l2", "Terminale", 2),
        level(LevelKind::Series, "l3", "TLL", 1),
        level(LevelKind::Series, "l4", "TSE", 2),
    ]
}

/// `tse` (Terminale, TSE) and `tll` (Terminale, TLL).
#[must_use]
pub fn classes() -> Vec<Stored<Class>> {
    ["TLL", "TSE"]
        .map(|series| {
            stored(Class {
                id: ClassId::new(series.to_lowercase()),
                name: name(series),
                level: Some(name("Terminale")),
                series: Some(name(series)),
                head_teacher: None,
                capacity: None,
            })
        })
        .to_vec()
}

/// `math` (4), `fr` (3), `pc` (4).
#[must_use]
pub fn subjects() -> Vec<Stored<Subject>> {
    [("math", "Mathématiques", "MATH", 4), ("fr", "Français", "FR", 3), ("pc", "Physique-Chimie", "PC", 4)]
        .iter()
        .zip(1..)
        .map(|((id, long, short, coefficient), position)| {
            stored(Subject {
                id: SubjectId::new(*id),
                name: name(long),
                short: Some(name(short)),
                coefficient: *coefficient,
                coefficients: Vec::new(),
                position,
                sample: false,
                reweighed: false,
                kind: crate::domain::entities::SubjectKind::Main,
                optional: false,
            })
        })
        .collect()
}

/// A teacher has mathematics in TSE.
#[must_use]
pub fn charges(role: Role) -> Vec<(ClassId, SubjectId)> {
    match role {
        Role::Teacher => vec![(ClassId::new("tse"), SubjectId::new("math"))],
        Role::Admin | Role::Head | Role::Bursar | Role::Secretary | Role::Supervisor | Role::Student | Role::Parent => {
            Vec::new()
        }
    }
}

#[must_use]
pub fn setup(role: Role) -> Setup {
    let terms = Division::Trimesters.terms();
    let terms = terms.into_iter().map(|term| TermSpan { term, starts: None, ends: None }).collect();
    Setup {
        school: school(),
        years: vec![SchoolYear { id: year(), division: Division::Trimesters, terms, closed: false }],
        rules: rules(),
        levels: levels(),
        classes: classes(),
        subjects: subjects(),
        charges: charges(role),
        past: std::collections::BTreeMap::new(),
        past_classes: Vec::new(),
    }
}

/// A session of that role begins. A student is `s1`; a parent's children are `s1` and `s2`.
#[must_use]
pub fn entered(role: Role) -> Entered {
    let who = Principal {
        user: Some(UserId::new("u-awa")),
        role,
        student: (role == Role::Student).then(|| StudentId::new("s1")),
        children: if role == Role::Parent { vec![StudentId::new("s1"), StudentId::new("s2")] } else { Vec::new() },
        charges: charges(role),
        heads: Vec::new(),
    };
    Entered {
        session: SessionId::new("session-1"),
        who,
        username: "awa".into(),
        display_name: "Awa Traoré".into(),
        must_change: false,
        setup: setup(role),
        kept: crate::protocol::KeptCount::default(),
    }
}

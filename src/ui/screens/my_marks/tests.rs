use std::collections::BTreeMap;

use crate::{
    domain::{
        calendar::YearId,
        entities::{EvaluationKind, Grade, Role, Sex, Student, StudentStatus, TermAverages},
        id::{ClassId, EvaluationId, StudentId, SubjectId},
        score::{Average, MarkCode, Scale, Score},
        text_values::{Matricule, Remark},
    },
    protocol::{BulletinWords, CardRank, Event, Failure, FollowShown, MyMarks, Reply, Request},
    text::Lang,
    ui::testing::{Driver, sample},
};

fn average(hundredths: u16) -> Average {
    Average::from_hundredths(hundredths).expect("average")
}

fn grade(subject: &str, number: u8, kind: EvaluationKind, hundredths: Option<u16>) -> Grade {
    let scale = if kind == EvaluationKind::Composition { 4_000 } else { 2_000 };
    let scale = Scale::from_hundredths(scale).expect("scale");
    Grade {
        class: None,
        subject: SubjectId::new(subject),
        year: sample::year(),
        term: sample::term(1),
        evaluation: EvaluationId::new(format!("{subject}-{number}")),
        kind,
        date: None,
        score: hundredths.map(|hundredths| Score::new(hundredths, scale).expect("score")),
        code: if hundredths.is_none() { Some(MarkCode::Abs) } else { None },
        scale,
        coefficient: 1,
    }
}

fn student(id: &str, last: &str, first: &str, sex: Sex) -> Student {
    let terms = BTreeMap::from([(sample::term(1), average(1_483))]);
    let subjects = BTreeMap::from([(SubjectId::new("math"), average(1_483)), (SubjectId::new("fr"), average(1_200))]);
    Student {
        id: StudentId::new(id),
        matricule: Matricule::parse("MLE-2026-0001").expect("matricule"),
        last_name: sample::name(last),
        first_name: sample::name(first),
        sex: Some(sex),
        phone: None,
        birth_date: None,
        birth_place: None,
        class: Some(ClassId::new("tse")),
        class_name: Some(sample::name("TSE")),
        status: StudentStatus::Active,
        average: Some(average(1_483)),
        averages: BTreeMap::from([(sample::year(), TermAverages { terms, year: Some(average(1_483)) })]),
        subject_averages: BTreeMap::from([(sample::year(), BTreeMap::from([(sample::term(1), subjects)]))]),
        grades: vec![
            grade("math", 1, EvaluationKind::Test, Some(1_450)),
            grade("math", 2, EvaluationKind::Test, None),
            grade("math", 3, EvaluationKind::Composition, Some(3_100)),
            grade("fr", 1, EvaluationKind::Test, Some(1_200)),
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

fn marks(id: &str) -> Reply {
    let one = if id == "s1" {
        student("s1", "Coulibaly", "Awa", Sex::Female)
    } else {
        student("s2", "Coulibaly", "Modibo", Sex::Male)
    };
    let titles = [("math-1", "Devoir 1"), ("math-2", "Devoir 2"), ("math-3", "Composition"), ("fr-1", "Devoir 1")];
    let rank = CardRank { year: sample::year(), term: sample::term(1), rank: 1, tied: id == "s2", of: 45 };
    let named = |id: &str, name: &str| (StudentId::new(id), name.to_owned());
    Reply::MyMarks(Box::new(MyMarks {
        then: Vec::new(),
        words: Vec::new(),
        student: sample::stored(one),
        children: vec![named("s1", "COULIBALY Awa"), named("s2", "COULIBALY Modibo")],
        subjects: sample::subjects().iter().map(|s| (s.id.clone(), s.name.clone(), s.coefficient)).collect(),
        evaluations: titles.iter().map(|(id, title)| (EvaluationId::new(*id), sample::name(title))).collect(),
        ranks: vec![rank],
    }))
}

/// A parent has come home.
fn opened(lang: Lang) -> Driver {
    let mut driver = Driver::home(lang, Role::Parent);
    assert_eq!(*driver.asked(), Request::MyMarks { child: None });
    driver.reply(marks("s1"));
    driver
}

#[test]
fn a_closed_term_shows_what_the_bulletin_says_of_it() {
    let text = |text: &str| Remark::parse(text).expect("text");
    for (lang, late) in [(Lang::Fr, "retards : 2"), (Lang::En, "late: 2")] {
        let Reply::MyMarks(mut mine) = marks("s1") else { panic!("no marks") };
        mine.words = vec![BulletinWords {
            year: sample::year(),
            term: sample::term(1),
            remarks: vec![(Some(SubjectId::new("math")), text("Très bon travail.")), (None, text("Bon trimestre."))],
            follow: FollowShown { late: Some(2), ..FollowShown::default() },
            honour: Some(sample::name("Encouragements")),
            decided: None,
        }];
        let mut driver = Driver::home(lang, Role::Parent).sized(40, 24);
        driver.reply(Reply::MyMarks(mine));
        driver.press("G");
        let screen = driver.screen().split_whitespace().collect::<Vec<_>>().join(" ");
        for part in ["Encouragements", "Bon trimestre.", late] {
            assert!(screen.contains(part), "{part}: {}", driver.screen());
        }
        insta::assert_snapshot!(format!("words_{}_40x24", lang.code()), driver.frame());
    }
}

#[test]
fn it_is_the_home_of_students_and_parents() {
    for role in [Role::Student, Role::Parent] {
        let driver = Driver::home(Lang::Fr, role);
        assert!(driver.shows("Mes notes") && matches!(driver.asked(), Request::MyMarks { .. }));
    }
}

#[test]
fn a_teacher_with_a_child_at_the_school_finds_it_in_the_menu() {
    let mut driver = Driver::inside(Lang::Fr, Role::Teacher);
    assert!(!driver.shows("Notes de mes enfants"));
    if let Some(session) = &mut driver.model.ctx.session {
        session.who.children = vec![StudentId::new("s1")];
    }
    assert!(driver.shows("Notes de mes enfants"), "{}", driver.screen());
    driver.press(": n o t e s <space> d e <space> m e s <enter>");
    driver.asks.retain(|ask| matches!(ask.body, Request::MyMarks { .. }));
    driver.reply(marks("s1"));
    assert!(driver.shows("14,83"));
    driver.press("<esc>");
    assert!(driver.shows("Accueil"));
}

#[test]
fn marks_averages_and_place_are_shown_as_they_agree() {
    let driver = opened(Lang::Fr);
    for text in
        ["COULIBALY Awa · TSE", "14,83", "1re / 45", "Composition\u{a0}31/40", "Devoir\u{a0}2\u{a0}ABS", "coef 4"]
    {
        assert!(driver.shows(text), "{text}: {}", driver.screen());
    }
}

#[test]
fn the_next_child_is_asked_for_and_a_boy_is_premier() {
    let mut driver = opened(Lang::Fr);
    driver.press("<tab>");
    assert_eq!(*driver.asked(), Request::MyMarks { child: Some(StudentId::new("s2")) });
    driver.reply(marks("s2"));
    assert!(driver.shows("1er ex æquo / 45") && driver.shows("COULIBALY Modibo"), "{}", driver.screen());
}

#[test]
fn a_term_without_marks_says_so_and_a_hidden_place_too() {
    let mut driver = opened(Lang::Fr);
    driver.press("<right>");
    assert!(driver.shows("Aucune note publiée") && driver.shows("‹T2›"), "{}", driver.screen());
    assert!(driver.shows("non classée"));
    driver.press("<left>");
    assert!(driver.shows("14,83"));
    driver.event(Event::Elsewhere);
    let Reply::MyMarks(mut hidden) = marks("s1") else { panic!("marks") };
    hidden.ranks.clear();
    driver.asks.retain(|ask| matches!(ask.body, Request::MyMarks { .. }));
    driver.reply(Reply::MyMarks(hidden));
    assert!(driver.shows("quand toutes les notes sont publiées"), "{}", driver.screen());
}

#[test]
fn a_failure_is_said_and_what_was_there_stays() {
    let mut driver = opened(Lang::Fr);
    driver.press("<f5>");
    driver.fail(Failure::Denied);
    assert!(driver.shows("Votre rôle") && driver.shows("14,83"));
}

#[test]
fn the_cursor_walks_the_subjects_and_the_password_is_at_hand() {
    let mut driver = opened(Lang::Fr);
    assert!(driver.cursor_line().contains("Mathématiques"));
    driver.press("j j");
    assert!(driver.cursor_line().contains("Français"));
    driver.press("p");
    assert!(driver.shows("Mot de passe actuel"));
    driver.press("<esc>");
    assert!(driver.shows("Mes notes"));
}

#[test]
fn years_that_are_over_can_be_seen() {
    let mut driver = Driver::home(Lang::Fr, Role::Student);
    let Reply::MyMarks(mut old) = marks("s1") else { panic!("marks") };
    let last = YearId::parse("2025-2026").expect("year");
    old.student.body.grades.iter_mut().for_each(|grade| grade.year = last.clone());
    driver.reply(Reply::MyMarks(old));
    assert!(driver.shows("2025-2026  ‹T1›"), "{}", driver.screen());
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        for (columns, rows) in [(80, 24), (120, 40), (40, 24)] {
            let frame = opened(lang).sized(columns, rows).frame();
            insta::assert_snapshot!(format!("my_marks_{}_{columns}x{rows}", lang.code()), frame);
        }
    }
}

#[test]
fn the_end_of_the_terms_is_said() {
    let mut driver = opened(Lang::Fr);
    driver.press("<left>");
    assert!(driver.shows("C’est la première période."), "{}", driver.screen());
    driver.press("<right> <right> <right>");
    assert!(driver.shows("C’est la dernière période.") && driver.shows("p mot de passe"), "{}", driver.screen());
}

#[test]
fn an_average_is_explained_by_what_is_published() {
    let mut driver = opened(Lang::Fr);
    driver.press("=");
    let Request::Explain(question) = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!((question.student.as_str(), question.subject.as_ref().map(SubjectId::as_str)), ("s1", Some("math")));
    let mut told = crate::ui::testing::students::explained(true, Some("math"));
    told.student = StudentId::new("s1");
    driver.reply(Reply::Explained(Box::new(told.clone())));
    assert!(driver.shows("Mathématiques") && driver.shows("arrondi"), "{}", driver.screen());
    driver.press("<esc> m");
    let Request::Explain(question) = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!(question.subject, None);
    // Another child is shown by the time the answer comes.
    driver.press("<tab>");
    driver.asks.retain(|ask| matches!(ask.body, Request::MyMarks { .. }));
    driver.reply(marks("s2"));
    assert!(driver.shows("COULIBALY Modibo") && !driver.shows("arrondi"), "{}", driver.screen());
    driver.press("<right>=");
    assert!(driver.shows("Aucune note publiée"), "{}", driver.screen());
}

use crate::{
    domain::{
        bulletin::HonourDecision,
        entities::{Role, Sex},
        id::{ActId, StudentId, SubjectId},
        query::{Filter, Seek, Sort},
        text_values::Remark,
    },
    protocol::{BulletinWords, Event, Failure, FollowShown, Part, Reply, Request, Trouble},
    text::Lang,
    ui::{
        screens::{Place, Route},
        testing::{Driver, sample, students as made},
    },
};

fn at(lang: Lang, role: Role) -> Driver {
    Driver::at(lang, role, Route::Student { id: StudentId::new("s0"), place: None })
}

fn opened(lang: Lang) -> Driver {
    let mut driver = at(lang, Role::Admin);
    driver.reply(Reply::Student(Box::new(made::card())));
    driver
}

/// Opened from a list of ten.
fn from_list() -> Driver {
    let row = made::page(&crate::domain::query::Query { limit: 1, ..Default::default() }, 10, made::row);
    let Reply::Students(page) = row else { panic!() };
    let place = Place { filter: Filter::All, sort: Sort::default(), cursor: page.cursors[0].clone() };
    let route = Route::Student { id: StudentId::new("s0"), place: Some(Box::new(place)) };
    let mut driver = Driver::at(Lang::Fr, Role::Admin, route);
    driver.reply(Reply::Student(Box::new(made::card())));
    driver
}

#[test]
fn frames() {
    for (lang, code) in [(Lang::Fr, "fr"), (Lang::En, "en")] {
        for (columns, rows) in [(80, 24), (120, 40)] {
            let snap = |state: &str, driver: &Driver| {
                insta::assert_snapshot!(format!("{state}_{code}_{columns}x{rows}"), driver.frame());
            };
            let mut driver = at(lang, Role::Admin).sized(columns, rows);
            snap("reading", &driver);
            driver.fail(Failure::NotFound);
            snap("not_there", &driver);
            let mut driver = opened(lang).sized(columns, rows);
            snap("marks", &driver);
            driver.press("<right><right>");
            snap("no_marks", &driver);
            driver.press("<tab><tab>");
            driver.reply(Reply::History(made::history()));
            snap("history", &driver);
            driver.press("d");
            snap("delete", &driver);
        }
    }
}

#[test]
fn strange_names_are_harmless() {
    let mut card = made::card();
    card.student.body.last_name = sample::name(&"أحمد ".repeat(15));
    card.student.body.first_name = sample::name("👩🏽‍🎓 日本");
    let mut driver = at(Lang::Fr, Role::Admin);
    driver.reply(Reply::Student(Box::new(card)));
    insta::assert_snapshot!("names_fr", driver.frame());
}

#[test]
fn words_agree_with_the_sex() {
    let mut driver = opened(Lang::Fr);
    assert!(driver.shows("née le 12/03/2009 à Bamako") && driver.shows("1re / 45") && driver.shows("3e ex æquo"));
    let mut card = made::card();
    card.student.body.sex = Some(Sex::Male);
    driver.press("<f5>");
    driver.reply(Reply::Student(Box::new(card)));
    assert!(driver.shows("né le") && driver.shows("1er / 45"));
}

#[test]
fn terms_are_leafed_through() {
    let mut driver = opened(Lang::Fr);
    assert!(driver.shows("Composition 34,5/40") && driver.shows("15,67"), "{}", driver.screen());
    driver.press("<right>");
    assert!(driver.shows("Notes T2") && driver.shows("14,00") && !driver.shows("Composition"));
    driver.press("<left><left>");
    assert!(driver.shows("Notes T1"));
}

#[test]
fn the_history_tells_old_and_new_and_reads_on() {
    let mut driver = opened(Lang::Fr);
    driver.press("<tab><tab>");
    assert!(matches!(driver.asked(), Request::StudentHistory { limit: 50, .. }));
    let line = made::history().swap_remove(1);
    driver.reply(Reply::History(vec![line; 50]));
    assert!(driver.shows("12,50 → 8,50"), "{}", driver.screen());
    driver.press("G");
    assert!(matches!(driver.asked(), Request::StudentHistory { limit: 100, .. }));
    driver.reply(Reply::History(made::history()));
    assert!(driver.shows("+223 76 12 00 00 → +223 66") && driver.shows("Fiche créée"), "{}", driver.screen());
}

#[test]
fn the_history_tells_of_guardians_and_of_the_parts_of_the_dossier() {
    let line = |action: &str, old: serde_json::Value, new: serde_json::Value| {
        let line = made::history().swap_remove(3);
        crate::protocol::HistoryLine { action: action.to_owned(), old, new, ..line }
    };
    let fanta = serde_json::json!({ "last_name": "Traoré", "first_name": "Fanta" });
    let nobody = serde_json::Value::Null;
    let dossier = |bank: &str| serde_json::json!({ "dossier": { "bank": bank, "commune": "III" } });
    let mut driver = opened(Lang::Fr);
    driver.press("<tab><tab>");
    driver.reply(Reply::History(vec![
        line("guardian.save", nobody.clone(), fanta.clone()),
        line("guardian.save", fanta.clone(), fanta.clone()),
        line("guardian.delete", fanta, nobody),
        line("student.save", dossier("Wave"), dossier("Orange Money")),
    ]));
    let screen = driver.screen();
    for said in ["Tuteur ajouté", "Tuteur modifié", "Tuteur supprimé", "TRAORÉ Fanta", "Wave → Orange Money"] {
        assert!(screen.contains(said), "{said}: {screen}");
    }
    assert!(!screen.contains("Fiche créée") && !screen.contains("Commune"), "{screen}");
}

#[test]
fn beside_the_marks_stands_what_the_bulletin_says() {
    let mut card = made::card();
    let text = |text: &str| Remark::parse(text).expect("text");
    card.words = vec![BulletinWords {
        year: sample::year(),
        term: sample::term(1),
        remarks: vec![(Some(SubjectId::new("math")), text("Très bon travail.")), (None, text("Bon trimestre."))],
        follow: FollowShown { late: Some(2), ..FollowShown::default() },
        honour: Some(sample::name("Encouragements")),
        decided: Some(HonourDecision { honour: Some(sample::name("Encouragements")), reason: text("Entraide") }),
    }];
    for (lang, late) in [(Lang::Fr, "retards\u{a0}: 2"), (Lang::En, "late: 2")] {
        let mut driver = at(lang, Role::Admin);
        driver.reply(Reply::Student(Box::new(card.clone())));
        driver.press("<tab>");
        for part in ["Très bon travail.", "Bon trimestre.", "Encouragements", "Entraide", late] {
            assert!(driver.shows(part), "{part}: {}", driver.screen());
        }
        insta::assert_snapshot!(format!("words_{}", lang.code()), driver.frame());
    }
}

#[test]
fn averages_are_explained_where_marks_are_shown_to_who_may_see_them() {
    let mut driver = opened(Lang::En);
    driver.press("<tab> =");
    assert!(driver.shows("Averages are explained on the marks tab"), "{}", driver.screen());
    let mut driver = at(Lang::En, Role::Bursar);
    driver.reply(Reply::Student(Box::new(made::card())));
    driver.press("=");
    assert!(driver.shows("Your role does not show marks."), "{}", driver.screen());
}

#[test]
fn the_next_student_of_the_list_comes_without_going_back() {
    let mut driver = from_list();
    driver.press("n");
    let Request::ListStudents(query) = driver.asked().clone() else { panic!("{:?}", driver.asked()) };
    assert!(matches!(&query.seek, Seek::After(cursor) if cursor.id == "s0"));
    // Pressed again before the answer: one more after it.
    driver.press("n");
    driver.reply(made::page(&query, 10, made::row));
    assert!(matches!(driver.asked(), Request::OpenStudent(id) if id.as_str() == "s1"));
    driver.asks.remove(0);
    let Request::ListStudents(query) = driver.asked().clone() else { panic!("{:?}", driver.asked()) };
    driver.reply(made::page(&query, 10, made::row));
    assert!(matches!(driver.asked(), Request::OpenStudent(id) if id.as_str() == "s2"));
    let left = driver.model.left().expect("left");
    assert!(matches!(left.routes.last(), Some(Route::Student { id, .. }) if id.as_str() == "s2"));
}

#[test]
fn the_ends_of_the_list_are_said() {
    let mut driver = from_list();
    driver.press("N");
    let Request::ListStudents(query) = driver.asked().clone() else { panic!("{:?}", driver.asked()) };
    driver.reply(made::page(&query, 10, made::row));
    assert!(driver.shows("premier élève de la liste"), "{}", driver.screen());
}

#[test]
fn without_a_list_there_is_no_next() {
    let mut driver = opened(Lang::Fr);
    driver.press("n");
    assert!(driver.asks.is_empty() && driver.shows("depuis la liste"));
}

#[test]
fn delete_asks_and_u_takes_it_back() {
    let mut driver = opened(Lang::Fr);
    driver.press("d o");
    assert!(matches!(driver.asked(), Request::DeleteStudent { version: 1, .. }));
    driver.reply(Reply::Acted(ActId::new("act")));
    assert!(driver.shows("est supprimé"), "{}", driver.screen());
    driver.press("u");
    driver.reply(Reply::Done);
    driver.reply(Reply::Student(Box::new(made::card())));
    assert!(driver.shows("COULIBALY Awa") && driver.shows("Composition"));
}

#[test]
fn news_of_this_student_are_read_and_others_not() {
    let mut driver = opened(Lang::Fr);
    driver.event(Event::Students(vec![StudentId::new("s9")]));
    assert!(driver.asks.is_empty());
    driver.event(Event::Students(vec![StudentId::new("s0")]));
    assert!(matches!(driver.asked(), Request::OpenStudent(_)));
    driver.fail(Failure::Offline { what: Part::Store, detail: Trouble::Locked });
    assert!(driver.shows("COULIBALY Awa") && driver.shows("! "), "what is known stays: {}", driver.screen());
}

#[test]
fn who_sees_no_marks_sees_none() {
    let mut card = made::card();
    card.student.body.grades.clear();
    card.student.body.averages.clear();
    card.student.body.subject_averages.clear();
    card.ranks.clear();
    let mut driver = at(Lang::Fr, Role::Bursar);
    driver.reply(Reply::Student(Box::new(card)));
    assert!(!driver.shows("Moyenne") && driver.shows("ne montre pas les notes"), "{}", driver.screen());
    driver.press("<tab>");
    assert!(driver.asks.is_empty() && driver.shows("ne montre pas l’historique"));
}

#[test]
fn enter_opens_the_sheet_of_the_subject() {
    let mut driver = opened(Lang::Fr);
    driver.press("j<enter>");
    let Request::OpenSheet(key) = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!((key.class.as_str(), key.subject.as_str(), key.term.number()), ("tse", "fr", 1));
}

#[test]
fn averages_are_explained_down_to_fractions() {
    let mut driver = opened(Lang::Fr);
    driver.press("=");
    let Request::Explain(question) = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!(question.term, Some(sample::term(1)));
    assert_eq!(question.subject.as_ref().map(SubjectId::as_str), Some("math"));
    driver.reply(Reply::Explained(Box::new(made::explained(true, Some("math")))));
    for text in ["Mathématiques · T1", "Exactement", "Règles"] {
        assert!(driver.shows(text), "{text}: {}", driver.screen());
    }
    insta::assert_snapshot!("explained_fr", driver.frame());
    driver.press("<esc>m");
    driver.reply(Reply::Explained(Box::new(made::explained(true, None))));
    for text in ["Moyenne générale T1", "Somme des points", "Exactement", "Mention", "Proposition au conseil"] {
        assert!(driver.shows(text), "{text}: {}", driver.screen());
    }
    insta::assert_snapshot!("explained_general_fr", driver.frame());
    driver.press("<esc>y");
    driver.reply(Reply::Explained(Box::new(made::explained(false, None))));
    for text in ["Moyenne annuelle 2026-2027", "pas de moyenne : laissée de côté, jamais zéro", "sans T3"] {
        assert!(driver.shows(text) || driver.shows(&text.replace(" :", "\u{a0}:")), "{text}: {}", driver.screen());
    }
    assert!(!driver.shows("redouble") && !driver.shows("passe en"), "nothing is decided before the year is whole");
    driver.press("<esc><right><right>=");
    assert!(driver.shows("Rien à expliquer"), "{}", driver.screen());
    let mut english = opened(Lang::En);
    english.press("m");
    english.reply(Reply::Explained(Box::new(made::explained(true, None))));
    assert!(english.shows("divided by"), "{}", english.screen());
}

#[test]
fn an_explanation_that_is_refused_says_why() {
    let mut driver = opened(Lang::Fr);
    driver.press("=");
    driver.fail(Failure::Denied);
    assert!(driver.shows("rôle"), "{}", driver.screen());
}

#[test]
fn the_footer_names_what_the_keys_do_on_the_tab() {
    let mut driver = opened(Lang::Fr);
    assert!(driver.shows("Tab bulletin") && driver.shows("→ période"), "{}", driver.screen());
    driver.press("<tab>");
    assert!(driver.shows("Tab historique") && !driver.shows("→ période"), "{}", driver.screen());
    driver.press("<tab>");
    driver.reply(Reply::History(made::history()));
    assert!(driver.shows("Tab notes") && !driver.shows("→ période"), "{}", driver.screen());
    let mut driver = at(Lang::Fr, Role::Bursar);
    driver.reply(Reply::Student(Box::new(made::card())));
    assert!(!driver.shows("→ période"), "{}", driver.screen());
}

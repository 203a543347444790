use crate::{
    domain::{calendar::Division, entities::Role},
    protocol::{Failure, Greeting, Lamp, Reply, Request, Why},
    text::Lang,
    ui::testing::{Driver, sample},
};

fn empty(lang: Lang) -> Driver {
    let mut driver = Driver::new(lang);
    let greeting = Greeting { school: None, division: None, demo: Vec::new(), store: Lamp::Good, cache: Lamp::Good };
    driver.reply(Reply::Greeting(Box::new(greeting)));
    driver
}

#[test]
fn a_few_answers_open_a_school() {
    let mut driver = empty(Lang::Fr);
    driver.press("Lycée <space> Askia <enter> <enter> <right> <enter> <right> <enter> <enter> <enter>");
    driver.press("bonne-phrase <enter> bonne-phrase <enter>");
    match driver.asked() {
        Request::OpenSchool(setup) => {
            assert_eq!(setup.name.as_str(), "Lycée Askia");
            assert_eq!(setup.year.as_str(), "2026-2027", "the year that runs on 20 November 2026");
            assert_eq!((setup.preset.as_str(), setup.division), ("france", Division::Semesters));
            assert!(setup.samples);
            assert_eq!((setup.admin.as_str(), setup.password.reveal()), ("admin", "bonne-phrase"));
        }
        other => panic!("{other:?}"),
    }
    driver.reply(Reply::Entered(Box::new(sample::entered(Role::Admin))));
    assert!(driver.shows("Accueil"));
}

#[test]
fn no_password_is_preset_and_none_is_too_weak() {
    let mut driver = empty(Lang::Fr);
    driver.press("École <C-s>");
    assert!(driver.asks.is_empty(), "no password, no school");
    assert!(driver.cursor_line().contains("Mot de passe"), "{}", driver.screen());
    driver.press("abc <C-s>");
    assert!(driver.asks.is_empty());
    driver.press("<C-u> longue-phrase <enter> autre <enter>");
    assert!(driver.asks.is_empty() && driver.shows("ne sont pas les mêmes"));
}

#[test]
fn a_refusal_keeps_what_was_typed() {
    let mut driver = empty(Lang::Fr);
    driver.press("École <tab> <tab> <tab> <tab> <tab> <tab> longue-phrase <tab> longue-phrase <C-s>");
    driver.fail(Failure::refused(Why::AlreadyOpen));
    assert!(driver.shows("École"));
    driver.press("<C-s>");
    assert_eq!(driver.asks.len(), 1, "and it can be handed in again");
}

#[test]
fn another_language_keeps_what_was_typed() {
    let mut driver = empty(Lang::Fr);
    driver.press("Askia <tab> <tab> <right> <f2>");
    assert!(driver.shows("Askia") && driver.shows("France: weighted"), "{}", driver.screen());
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        insta::assert_snapshot!(format!("wizard_{}_80x24", lang.code()), empty(lang).frame());
        let wide = empty(lang).sized(120, 40);
        insta::assert_snapshot!(format!("wizard_{}_120x40", lang.code()), wide.frame());
    }
    let mut driver = empty(Lang::Fr);
    driver.press("<C-s>");
    insta::assert_snapshot!("wizard_faults_fr_80x24", driver.frame());
}

#[test]
fn no_hint_is_cut_at_80_columns() {
    for lang in Lang::ALL {
        let mut driver = empty(lang);
        for _ in 0..8 {
            assert!(!driver.screen().lines().skip(1).any(|line| line.ends_with('…')), "{}", driver.screen());
            driver.press("<tab>");
        }
    }
}

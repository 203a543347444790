use crate::{
    domain::{
        entities::Role,
        rules::{Preset, RoundingRule, RuleFault, SubjectFormula},
        score::Average,
        text_values::Matricule,
    },
    protocol::{BeforeAfter, Event, Failure, Reply, Request, RulesExample, RulesPreview, RulesRow, Why},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn rows() -> Vec<RulesRow> {
    let first = Preset::Mali.rules();
    let mut second = first.clone();
    (second.version, second.id, second.rounding) = (2, "mali:2".to_owned(), RoundingRule::Tenth);
    let row = |rules, current, closed| RulesRow {
        rules,
        at: sample::moment(),
        by: "Moussa Diarra".to_owned(),
        current,
        closed,
    };
    vec![row(second, true, 0), row(first, false, 12)]
}

fn opened(lang: Lang, role: Role) -> Driver {
    let mut driver = Driver::at(lang, role, Route::Rules);
    assert_eq!(*driver.asked(), Request::Rules);
    driver.reply(Reply::Rules(rows()));
    driver
}

fn preview() -> Reply {
    let average = |hundredths| Average::from_hundredths(hundredths);
    let change = |before, after| BeforeAfter { before: average(before), after: average(after) };
    Reply::RulesPreview(Box::new(RulesPreview {
        students: 1_234,
        student: Some(RulesExample {
            name: "COULIBALY Awa".to_owned(),
            matricule: Matricule::parse("MLE-2026-0001").expect("matricule"),
            term: sample::term(1),
            subjects: vec![(sample::name("Mathématiques"), change(1_817, 1_775))],
            general: change(1_410, 1_390),
            year: change(1_410, 1_390),
        }),
    }))
}

#[test]
fn versions_are_listed_and_the_chosen_one_is_told() {
    let driver = opened(Lang::Fr, Role::Admin);
    for text in ["mali:2", "mali:1", "en vigueur", "Moussa Diarra", "(MC + 2 × NC) / 3", "au dixième"] {
        assert!(driver.shows(text), "{text}: {}", driver.screen());
    }
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("j");
    assert!(driver.shows("au centième le plus proche"), "{}", driver.screen());
    for lang in Lang::ALL {
        insta::assert_snapshot!(format!("rules_{}", lang.code()), opened(lang, Role::Admin).frame());
    }
}

#[test]
fn the_form_shows_examples_as_one_types_and_asks_before_it_saves() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("e");
    assert!(driver.shows("Classe 16,50 et composition 38/40"), "{}", driver.screen());
    insta::assert_snapshot!("rules_form_fr", driver.frame());
    // Name, formula, weight of class marks, weight of the composition: 2 becomes 1.
    driver.press("<tab><tab><tab><backspace>1");
    // By version 2 (18,166… to the nearest tenth is 18,20) and with these: (16,5 + 19) / 2 = 17,75, that is 17,80.
    assert!(driver.shows("18,20 → 17,80"), "{}", driver.screen());
    driver.press("<backspace>x");
    assert!(driver.shows("ne se lit pas encore"), "{}", driver.screen());
    driver.press("<backspace>1<C-s>");
    let Request::PreviewRules { rules, student: None } = driver.asked().clone() else { panic!("{:?}", driver.asked()) };
    let SubjectFormula::ClassAndComposition { composition_weight, .. } = rules.formula else { panic!("parts") };
    assert_eq!((composition_weight, rules.rounding), (1, RoundingRule::Tenth));
    driver.reply(preview());
    for text in ["élèves seront refaites", "COULIBALY Awa", "18,17", "17,75", "13,90"] {
        assert!(driver.shows(text), "{text}: {}", driver.screen());
    }
    assert!(driver.asks.is_empty(), "nothing is saved before yes");
    driver.press("o");
    let Request::SaveRules(save) = driver.asked().clone() else { panic!("{:?}", driver.asked()) };
    assert_eq!((save.over.as_str(), save.rules), ("mali:2", *rules.clone()));
    let ticket = driver.asks.first().expect("a write").ticket;
    driver.event(Event::Progress { ticket, done: 250, total: 1_000 });
    assert!(driver.shows("250 / 1"), "{}", driver.screen());
    driver.press("<esc>");
    assert!(driver.asks.iter().any(|ask| ask.body == Request::CancelRules), "{:?}", driver.asks);
}

#[test]
fn what_is_wrong_is_said_at_its_field_and_nothing_is_asked() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("e<tab><tab><backspace>0<tab><backspace>0<C-s>");
    assert!(driver.asks.is_empty() && driver.shows("poids de zéro"), "{}", driver.screen());
    driver.press("<esc>");
    assert!(driver.shows("Revenir sans"), "{}", driver.screen());
}

#[test]
fn somebody_elses_change_in_between_is_not_overwritten() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("j");
    driver.press("v");
    assert!(matches!(driver.asked(), Request::PreviewRules { .. }));
    driver.reply(preview());
    driver.press("o");
    assert_eq!(*driver.asked(), Request::UseRules { id: "mali:1".into(), over: "mali:2".into() });
    driver.fail(Failure::refused(Why::RulesMoved { name: "mali".into(), version: 3 }));
    assert!(driver.shows("version 3"), "{}", driver.screen());
    assert!(driver.asks.iter().any(|ask| ask.body == Request::Rules), "they are read again");
}

#[test]
fn a_preset_is_chosen_and_refusals_of_the_backend_are_said() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("m f");
    let Request::PreviewRules { rules, .. } = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!(rules.formula, SubjectFormula::WeightedMean);
    driver.fail(Failure::refused(Why::Rules(vec![RuleFault::NoBands])));
    assert!(driver.shows("aucune mention"), "{}", driver.screen());
}

#[test]
fn who_may_not_change_them_may_read_them() {
    let mut driver = opened(Lang::Fr, Role::Teacher);
    driver.press("e");
    assert!(driver.asks.is_empty() && driver.shows("rôle"), "{}", driver.screen());
}

use crate::{
    domain::{
        account::Operator,
        calendar::Timestamp,
        entities::{Guardian, Relation, Role},
        id::{ActId, GuardianId, StudentId},
        schema::Stored,
        text_values::Matricule,
    },
    protocol::{Failure, Field, Found, GuardianPage, GuardianRow, GuardiansOf, Reply, Request, Why},
    text::Lang,
    ui::{screens::Route, testing::Driver},
};

fn row(id: &str, last: &str, children: &[&str]) -> GuardianRow {
    let links: Vec<_> = children.iter().map(|id| serde_json::json!({ "student": id, "relation": "mother" })).collect();
    let body: Guardian = serde_json::from_value(serde_json::json!({
        "_id": id, "last_name": last, "first_name": "Fanta", "phones": ["+22376123456"],
        "languages": ["bamanankan", "français"], "sms": true, "children": links,
    }))
    .expect("guardian");
    let at = Timestamp::UNIX_EPOCH;
    let guardian = Stored { body, version: 3, created_at: at, updated_at: at, updated_by: "u".to_owned() };
    let children = children.iter().map(|id| (StudentId::new(*id), format!("ENFANT {id}"))).collect();
    GuardianRow { guardian, children, account: None }
}

fn page(rows: Vec<GuardianRow>) -> Reply {
    Reply::Guardians(GuardianPage { rows, next: None })
}

fn opened_at(lang: Lang, role: Role, route: Route, rows: Vec<GuardianRow>) -> Driver {
    let mut driver = Driver::at(lang, role, route);
    driver.reply(page(rows));
    if role == Role::Admin {
        driver.reply(Reply::Users(Vec::new()));
    }
    driver
}

fn opened(lang: Lang, rows: Vec<GuardianRow>) -> Driver {
    opened_at(lang, Role::Admin, Route::Guardians(StudentId::new("s0")), rows)
}

fn directory(lang: Lang, rows: Vec<GuardianRow>) -> Driver {
    opened_at(lang, Role::Admin, Route::Directory, rows)
}

fn saved(driver: &Driver) -> (Guardian, Option<u64>) {
    match driver.asked() {
        Request::SaveGuardian { guardian, version } => (guardian.as_ref().clone(), *version),
        other => panic!("{other:?}"),
    }
}

fn looked_for(driver: &Driver) -> String {
    match driver.asks.last().map(|ask| &ask.body) {
        Some(Request::Guardians(GuardiansOf::Text { text, .. })) => text.clone(),
        other => panic!("{other:?}"),
    }
}

fn students(guardian: &Guardian) -> Vec<&str> {
    guardian.students().map(StudentId::as_str).collect()
}

#[test]
fn a_mother_is_added_with_all_that_reaches_her() {
    let mut driver = opened(Lang::Fr, Vec::new());
    driver.press("a <tab> m è r <tab> Traoré <tab> Fanta <tab> 76123456,20223561 <tab> f@ecole.ml <tab>");
    driver.press("bamanankan,français <tab> <right><right><right> <tab> <right> <tab> 76123456 <C-s>");
    let (guardian, version) = saved(&driver);
    assert_eq!((guardian.relation_to(&StudentId::new("s0")), version), (Some(Relation::Mother), None));
    assert_eq!((guardian.sms, guardian.mail, guardian.languages.len(), guardian.phones.len()), (true, true, 2, 2));
    assert_eq!(guardian.money.as_ref().map(|money| money.operator), Some(Operator::OrangeMoney));
    assert_eq!(students(&guardian), ["s0"]);
    driver.fail(Failure::invalid(Field::Email, Why::ConsentWithout));
    assert!(driver.shows("accord"), "{}", driver.screen());
}

#[test]
fn what_is_no_phone_no_address_and_no_mobile_is_said_in_place() {
    let mut driver = opened(Lang::Fr, Vec::new());
    driver.press("a <tab> <tab> T <tab> F <tab> 12 <tab> f@x <tab> <tab> <tab> <right> <tab> 20223561 <C-s>");
    assert!(driver.asks.is_empty());
    assert!(driver.shows("n’est pas un numéro mobile") && driver.shows("adresse"), "{}", driver.screen());
    let mut driver = opened(Lang::Fr, Vec::new());
    driver.press("a <tab> <tab> T <tab> F <tab> <tab> <tab> <tab> <tab> <right> <tab> 66123456 <C-s>");
    assert!(driver.asks.is_empty());
    assert!(driver.shows("numéro de Orange Money"), "{}", driver.screen());
}

#[test]
fn who_is_known_gets_one_child_more() {
    let mut driver = opened(Lang::Fr, Vec::new());
    driver.press("a 7 6 1 2");
    assert_eq!(looked_for(&driver), "7612");
    let last = driver.asks.len() - 1;
    driver.answer_nth(last, Ok(page(vec![row("g1", "Traoré", &["s9"])])));
    assert!(driver.shows("TRAORÉ Fanta"), "{}", driver.screen());
    driver.asks.clear();
    driver.press("<tab> o n c l e <C-s>");
    let (guardian, version) = saved(&driver);
    assert_eq!((guardian.id.clone(), version), (GuardianId::new("g1"), Some(3)));
    assert_eq!(students(&guardian), ["s9", "s0"]);
    let relations = ["s9", "s0"].map(|id| guardian.relation_to(&StudentId::new(id)));
    assert_eq!(relations, [Some(Relation::Mother), Some(Relation::UncleOrAunt)]);
}

#[test]
fn taking_away_leaves_the_other_children() {
    let mut driver = opened(Lang::Fr, vec![row("g1", "Traoré", &["s0", "s9"]), row("g2", "Traoré", &["s0"])]);
    driver.press("d o");
    assert_eq!(students(&saved(&driver).0), ["s9"]);
    driver.reply(Reply::Acted(ActId::new("act")));
    driver.asks.clear();
    driver.press("j d o");
    assert!(matches!(driver.asked(), Request::DeleteGuardian { id, version: 3 } if id.as_str() == "g2"));
}

#[test]
fn all_guardians_are_found_by_asking() {
    let mut driver = directory(Lang::Fr, vec![row("g1", "Traoré", &["s0"])]);
    driver.press("/ s o w");
    assert_eq!(looked_for(&driver), "sow");
    // What comes is shown, also where a screen's own search would not find the words in it.
    let last = driver.asks.len() - 1;
    driver.answer_nth(last, Ok(page(vec![row("g2", "Ba", &["s1"])])));
    assert!(driver.shows("BA Fanta") && !driver.shows("TRAORÉ"), "{}", driver.screen());
    driver.press("<esc>");
    assert_eq!(looked_for(&driver), "");
}

#[test]
fn a_new_one_on_the_list_of_all_needs_a_child() {
    let mut driver = directory(Lang::Fr, Vec::new());
    driver.press("a <tab> <tab> Sow <tab> Oumou <C-s>");
    assert!(driver.asks.is_empty(), "{:?}", driver.asks);
    // What is missing has the cursor.
    driver.press("K");
    assert!(matches!(driver.asked(), Request::Find { text, .. } if text == "K"));
    let found = Found {
        id: StudentId::new("s7"),
        matricule: Matricule::parse("MLE-2026-0007").expect("matricule"),
        name: "KEÏTA Issa".to_owned(),
        class: Some("TSE".to_owned()),
    };
    let last = driver.asks.len() - 1;
    driver.answer_nth(last, Ok(Reply::Found(vec![found])));
    driver.asks.clear();
    driver.press("<C-s>");
    let (guardian, version) = saved(&driver);
    assert_eq!((students(&guardian), version), (vec!["s7"], None));
    assert_eq!(guardian.last_name.as_str(), "Sow");
}

#[test]
fn who_only_looks_changes_nothing() {
    let mut driver =
        opened_at(Lang::Fr, Role::Teacher, Route::Guardians(StudentId::new("s0")), vec![row("g1", "Traoré", &["s0"])]);
    driver.press("a");
    assert!(driver.asks.is_empty() && driver.shows("TRAORÉ Fanta"), "{}", driver.screen());
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let code = lang.code();
        let mut driver = opened(lang, vec![row("g1", "Traoré", &["s0", "s9"])]);
        insta::assert_snapshot!(format!("guardians_{code}_80x24"), driver.frame());
        driver.press("e");
        insta::assert_snapshot!(format!("guardians_form_{code}_80x24"), driver.frame());
        let mut driver = directory(lang, vec![row("g1", "Traoré", &["s0", "s9"]), row("g2", "Sow", &["s3"])]);
        insta::assert_snapshot!(format!("directory_{code}_80x24"), driver.frame());
        driver.press("a");
        insta::assert_snapshot!(format!("directory_form_{code}_80x24"), driver.frame());
    }
}

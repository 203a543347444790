use crate::{
    domain::{
        calendar::Timestamp,
        entities::{Guardian, Operator, Relation, Role},
        id::{ActId, GuardianId, StudentId},
        schema::Stored,
    },
    protocol::{Failure, Field, GuardianRow, GuardiansOf, Reply, Request, Why},
    text::Lang,
    ui::{screens::Route, testing::Driver},
};

fn row(id: &str, last: &str, children: &[&str]) -> GuardianRow {
    let body: Guardian = serde_json::from_value(serde_json::json!({
        "_id": id, "relation": "mother", "last_name": last, "first_name": "Fanta", "phones": ["+22376123456"],
        "languages": ["bamanankan", "français"], "sms": true, "children": children,
    }))
    .expect("guardian");
    let at = Timestamp::UNIX_EPOCH;
    let guardian = Stored { body, version: 3, created_at: at, updated_at: at, updated_by: "u".to_owned() };
    let children = children.iter().map(|id| (StudentId::new(*id), format!("ENFANT {id}"))).collect();
    GuardianRow { guardian, children, account: None }
}

fn opened(lang: Lang, rows: Vec<GuardianRow>) -> Driver {
    let mut driver = Driver::at(lang, Role::Admin, Route::Guardians(StudentId::new("s0")));
    driver.reply(Reply::Guardians(rows));
    driver.reply(Reply::Users(Vec::new()));
    driver
}

fn saved(driver: &Driver) -> (Guardian, Option<u64>) {
    match driver.asked() {
        Request::SaveGuardian { guardian, version } => (guardian.as_ref().clone(), *version),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_mother_is_added_with_all_that_reaches_her() {
    let mut driver = opened(Lang::Fr, Vec::new());
    driver.press("a <tab> m è r <tab> Traoré <tab> Fanta <tab> 76123456,20223561 <tab> f@ecole.ml <tab>");
    driver.press("bamanankan,français <tab> <right><right><right> <tab> <right> <tab> 76123456 <C-s>");
    let (guardian, version) = saved(&driver);
    assert_eq!((guardian.relation, version, guardian.phones.len()), (Relation::Mother, None, 2));
    assert_eq!((guardian.sms, guardian.mail, guardian.languages.len()), (true, true, 2));
    assert_eq!(guardian.money.map(|money| money.operator), Some(Operator::OrangeMoney));
    assert_eq!(guardian.children, [StudentId::new("s0")]);
    driver.fail(Failure::invalid(Field::Email, Why::ConsentWithout));
    assert!(driver.shows("accord"), "{}", driver.screen());
}

#[test]
fn what_is_no_phone_no_address_and_no_mobile_is_said_in_place() {
    let mut driver = opened(Lang::Fr, Vec::new());
    driver.press("a <tab> <tab> T <tab> F <tab> 12 <tab> f@x <tab> <tab> <tab> <right> <tab> 20223561 <C-s>");
    assert!(driver.asks.is_empty());
    assert!(driver.shows("n’est pas un numéro mobile") && driver.shows("adresse"), "{}", driver.screen());
}

#[test]
fn who_is_known_gets_one_child_more() {
    let mut driver = opened(Lang::Fr, Vec::new());
    driver.press("a 7 6 1 2");
    let Some(Request::Guardians(GuardiansOf::Text { text, .. })) = driver.asks.last().map(|ask| ask.body.clone())
    else {
        panic!("a search")
    };
    assert_eq!(text, "7612");
    let last = driver.asks.len() - 1;
    driver.answer_nth(last, Ok(Reply::Guardians(vec![row("g1", "Traoré", &["s9"])])));
    assert!(driver.shows("TRAORÉ Fanta"), "{}", driver.screen());
    driver.asks.clear();
    driver.press("<C-s>");
    let (guardian, version) = saved(&driver);
    assert_eq!((guardian.id, version), (GuardianId::new("g1"), Some(3)));
    assert_eq!(guardian.children, [StudentId::new("s9"), StudentId::new("s0")]);
}

#[test]
fn taking_away_leaves_the_other_children() {
    let mut driver = opened(Lang::Fr, vec![row("g1", "Traoré", &["s0", "s9"]), row("g2", "Traoré", &["s0"])]);
    driver.press("d o");
    assert_eq!(saved(&driver).0.children, [StudentId::new("s9")]);
    driver.reply(Reply::Acted(ActId::new("act")));
    driver.asks.clear();
    driver.press("j d o");
    assert!(matches!(driver.asked(), Request::DeleteGuardian { id, version: 3 } if id.as_str() == "g2"));
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let code = lang.code();
        let mut driver = opened(lang, vec![row("g1", "Traoré", &["s0", "s9"])]);
        insta::assert_snapshot!(format!("guardians_{code}_80x24"), driver.frame());
        driver.press("e");
        insta::assert_snapshot!(format!("guardians_form_{code}_80x24"), driver.frame());
    }
}

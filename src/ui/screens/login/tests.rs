use crate::{
    domain::entities::Role,
    protocol::{Event, Failure, KeptCount, Part, PathFault, Reply, Request, StoreWork, Trouble},
    text::Lang,
    ui::{
        effect::Command,
        testing::{Driver, sample},
    },
};

fn opened() -> Driver {
    let mut driver = Driver::new(Lang::Fr);
    driver.reply(Reply::Greeting(Box::new(sample::greeting())));
    driver
}

#[test]
fn a_right_password_opens_home() {
    let mut driver = opened();
    driver.press("awa <enter> motdepasse <enter>");
    match driver.asked() {
        Request::Login { username, password } => {
            assert_eq!((username.as_str(), password.reveal()), ("awa", "motdepasse"));
        }
        other => panic!("{other:?}"),
    }
    assert!(!driver.shows("motdepasse"), "a password is never shown");
    driver.reply(Reply::Entered(Box::new(sample::entered(Role::Admin))));
    assert!(driver.shows("Accueil") && driver.shows("Bonjour, Awa Traoré."));
}

#[test]
fn what_is_typed_before_the_door_is_there_opens_it() {
    let mut driver = Driver::new(Lang::Fr);
    driver.press("awa <tab> motdepasse <enter>");
    assert!(driver.shows("awa") && !driver.shows("motdepasse"), "{}", driver.screen());
    driver.reply(Reply::Greeting(Box::new(sample::greeting())));
    let handed = driver.asks.iter().find_map(|ask| match &ask.body {
        Request::Login { username, password } => Some((username.as_str(), password.reveal())),
        _ => None,
    });
    assert_eq!(handed, Some(("awa", "motdepasse")));
}

#[test]
fn a_wrong_one_keeps_the_name_and_empties_the_password() {
    let mut driver = opened();
    driver.press("awa <enter> faux <enter>");
    driver.fail(Failure::WrongLogin);
    // The sentence is longer than a line, and its end says what to do.
    assert!(driver.shows("le compte est fermé") && driver.shows("à l’administrateur."), "{}", driver.screen());
    driver.press("x <enter>");
    match driver.asked() {
        Request::Login { username, password } => assert_eq!((username.as_str(), password.reveal()), ("awa", "x")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn capitals_only_are_hinted_at() {
    let mut driver = opened();
    driver.press("awa <enter> MOT1");
    assert!(driver.shows("verrouillage"));
    driver.press("d");
    assert!(!driver.shows("verrouillage"));
}

#[test]
fn letters_of_global_keys_are_typed() {
    let mut driver = opened();
    driver.press("q:?");
    assert!(driver.shows("q:?"), "{}", driver.screen());
}

#[test]
fn the_language_changes_and_what_was_typed_stays() {
    let mut driver = opened();
    driver.press("awa <f2>");
    assert!(driver.shows("Password") && driver.shows("awa"));
}

#[test]
fn a_demo_account_fills_both_fields() {
    let mut driver = Driver::new(Lang::Fr);
    driver.reply(Reply::Greeting(Box::new(sample::demo_greeting())));
    driver.press("<pagedown> <pagedown> <enter>");
    match driver.asked() {
        Request::Login { username, password } => {
            assert_eq!((username.as_str(), password.reveal()), ("head", "essai-2026"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_store_that_cannot_be_opened_is_tried_again() {
    let mut driver = Driver::new(Lang::Fr);
    driver.fail(Failure::Offline { what: Part::Store, detail: Trouble::Locked });
    driver.reply(Reply::KeptCount(KeptCount::default()));
    assert!(driver.shows("q quitter"));
    driver.wait(1);
    driver.reply(Reply::Greeting(Box::new(sample::greeting())));
    assert!(driver.shows("Mot de passe"));
}

#[test]
fn a_path_that_cannot_be_a_store_is_named_with_the_keys_that_work() {
    let mut driver = Driver::new(Lang::Fr);
    let detail = Trouble::Path { path: "/srv/école\u{1b}[2J".to_owned(), fault: PathFault::Folder };
    driver.fail(Failure::Offline { what: Part::Store, detail });
    driver.reply(Reply::KeptCount(KeptCount::default()));
    assert!(driver.shows("«\u{a0}/srv/école·[2J\u{a0}» est un dossier"), "{}", driver.screen());
    let footer = driver.screen().lines().last().unwrap_or_default().to_owned();
    assert!(footer.contains("réessayer") && footer.contains("quitter"), "{footer}");
    assert!(!footer.contains("champ suivant") && !footer.contains("connecter"), "{footer}");
    driver.press("<enter>");
    assert_eq!(driver.asked(), &Request::Greet, "asked again at once");
    driver.press("<f2>");
    assert!(driver.shows("is a folder"), "the sentence follows the language: {}", driver.screen());
}

#[test]
fn why_the_store_keeps_waiting_is_said_until_it_answers() {
    let mut driver = Driver::new(Lang::Fr);
    driver.event(Event::Store(StoreWork::Waiting));
    driver.wait(3);
    assert!(driver.shows("un autre programme occupe"), "{}", driver.screen());
    driver.reply(Reply::Greeting(Box::new(sample::greeting())));
    assert!(!driver.shows("un autre programme occupe"), "{}", driver.screen());
}

#[test]
fn in_front_of_a_store_that_cannot_be_opened_q_leaves() {
    let mut driver = Driver::new(Lang::Fr);
    driver.press("q");
    assert!(driver.done.is_empty(), "typed ahead, before the first answer");
    driver.fail(Failure::Offline { what: Part::Store, detail: Trouble::Corrupt });
    driver.press("q");
    assert!(matches!(driver.done.last(), Some(Command::Quit)));
}

#[test]
fn a_huge_paste_is_cut_and_said() {
    let mut driver = opened();
    driver.paste(&"ligne\n".repeat(5_000));
    assert!(driver.shows("ne tenait pas"));
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let mut driver = Driver::new(lang);
        driver.reply(Reply::Greeting(Box::new(sample::demo_greeting())));
        insta::assert_snapshot!(format!("login_demo_{}_80x24", lang.code()), driver.frame());
        let mut driver = Driver::new(lang).sized(120, 40);
        driver.reply(Reply::Greeting(Box::new(sample::greeting())));
        insta::assert_snapshot!(format!("login_{}_120x40", lang.code()), driver.frame());
    }
    let mut driver = Driver::new(Lang::Fr);
    driver.fail(Failure::Offline { what: Part::Store, detail: Trouble::Locked });
    insta::assert_snapshot!("login_locked_store_fr_80x24", driver.frame());
}

#[test]
fn only_a_demo_school_offers_its_accounts() {
    let mut driver = opened();
    assert!(!driver.shows("compte d’essai"), "{}", driver.screen());
    driver = Driver::new(Lang::Fr);
    driver.reply(Reply::Greeting(Box::new(sample::demo_greeting())));
    assert!(driver.shows("compte d’essai"), "{}", driver.screen());
}

use crate::{
    domain::entities::Role,
    protocol::{Entered, Event, Failure, Field, Reply, Request, Why},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn forced() -> Driver {
    let mut driver = Driver::new(Lang::Fr);
    driver.reply(Reply::Greeting(Box::new(sample::greeting())));
    driver.press("awa <enter> motdepasse <enter>");
    let entered = Entered { must_change: true, ..sample::entered(Role::Teacher) };
    driver.reply(Reply::Entered(Box::new(entered)));
    driver
}

#[test]
fn a_given_password_must_be_changed_before_anything_else() {
    let mut driver = forced();
    driver.press("<esc>");
    assert!(driver.shows("F4 vous déconnecte"), "{}", driver.screen());
    driver.press("<C-p>");
    assert!(driver.shows("donné par quelqu’un d’autre"), "no way around: {}", driver.screen());
    driver.press("motdepasse <enter> nouveau-mot <enter> nouveau-mot <enter>");
    match driver.asked() {
        Request::ChangePassword { old, new } => {
            assert_eq!((old.reveal(), new.reveal()), ("motdepasse", "nouveau-mot"));
        }
        other => panic!("{other:?}"),
    }
    driver.reply(Reply::Done);
    assert!(driver.shows("Accueil") && driver.shows("Votre mot de passe est changé."));
}

#[test]
fn news_take_nothing_from_who_must_change_a_password() {
    let mut driver = forced();
    driver.press("motdepasse <enter> nouveau-mot <enter> nouveau-mot");
    for _ in 0..2 {
        driver.event(Event::Setup);
        assert_eq!(driver.asked(), &Request::Setup);
        driver.fail(Failure::PasswordMustChange);
    }
    assert!(driver.shows("•••••••••••"), "what is typed stays: {}", driver.screen());
    driver.asks.clear();
    driver.press("<enter>");
    assert!(matches!(driver.asked(), Request::ChangePassword { .. }));
    driver.event(Event::Setup);
    driver.answer_nth(1, Err(Failure::PasswordMustChange));
    driver.reply(Reply::Done);
    assert!(driver.shows("Accueil") && driver.shows("Votre mot de passe est changé."), "{}", driver.screen());
    let again = driver.asks.iter().filter(|ask| ask.body == Request::Setup);
    assert_eq!(again.count(), 1, "what could not be read is read now, once");
}

#[test]
fn faults_stand_under_their_fields() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Password);
    driver.press("ancien-mot <enter> court <enter> court <enter>");
    assert!(driver.asks.is_empty() && driver.shows("! "), "{}", driver.screen());
    driver.press("<C-u> assez-long <enter> <C-u> autre-chose <enter>");
    assert!(driver.asks.is_empty() && driver.shows("ne sont pas les mêmes"), "{}", driver.screen());
    driver.press("<C-u> assez-long <enter>");
    driver.fail(Failure::invalid(Field::OldPassword, Why::WrongPassword));
    assert!(driver.cursor_line().contains("Mot de passe actuel"), "{}", driver.screen());
    driver.press("<C-u> bon-mot-passe <C-s>");
    driver.reply(Reply::Done);
    assert!(driver.shows("Votre mot de passe est changé.") && driver.shows("Accueil"));
}

#[test]
fn leaving_with_something_typed_asks() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Password);
    driver.press("abc <esc>");
    assert!(driver.shows("n’est pas enregistré"));
    driver.press("n");
    assert!(driver.shows("•••"), "no keeps it");
    driver.press("<esc> o");
    assert!(driver.shows("Accueil"));
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let driver = Driver::at(lang, Role::Admin, Route::Password);
        insta::assert_snapshot!(format!("password_{}_80x24", lang.code()), driver.frame());
    }
    insta::assert_snapshot!("password_forced_fr_80x24", forced().frame());
}

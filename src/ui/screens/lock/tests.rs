use crate::{
    domain::entities::Role,
    protocol::{Failure, Field, Reply, Request, Why},
    text::Lang,
    ui::{screens::Route, testing::Driver},
};

#[test]
fn f12_hides_everything_and_the_password_brings_it_back() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Password);
    driver.press("secret12 <f12>");
    assert!(driver.shows("Écran verrouillé") && !driver.shows("••"), "{}", driver.screen());
    driver.press("faux <enter>");
    driver.fail(Failure::invalid(Field::Password, Why::WrongPassword));
    assert!(driver.shows("Ce n’est pas votre mot de passe"));
    driver.press("motdepasse <enter>");
    assert!(matches!(driver.asked(), Request::CheckPassword(password) if password.reveal() == "motdepasse"));
    driver.reply(Reply::Done);
    assert!(driver.shows("••••••••"), "what was typed stands where it stood: {}", driver.screen());
}

#[test]
fn letters_do_not_reach_what_is_locked() {
    let mut driver = Driver::inside(Lang::Fr, Role::Admin);
    driver.press("<f12> jjq <esc>");
    assert!(driver.shows("Écran verrouillé"));
    assert!(driver.done.is_empty());
}

#[test]
fn a_shared_terminal_locks_after_a_quarter_of_an_hour() {
    let mut driver = Driver::shared(Lang::Fr, Role::Admin);
    driver.wait(14 * 60);
    assert!(!driver.shows("Écran verrouillé"));
    driver.press("j");
    driver.wait(14 * 60);
    assert!(!driver.shows("Écran verrouillé"), "a key starts the time again");
    driver.wait(61);
    assert!(driver.shows("Écran verrouillé"));
}

#[test]
fn a_session_that_ended_meanwhile_asks_for_a_login() {
    let mut driver = Driver::inside(Lang::Fr, Role::Admin);
    driver.press("<f12> motdepasse <enter>");
    driver.fail(Failure::SessionOver);
    assert!(driver.shows("retapez votre mot de passe"), "{}", driver.screen());
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let mut driver = Driver::inside(lang, Role::Admin);
        driver.press("<f12>");
        insta::assert_snapshot!(format!("lock_{}_80x24", lang.code()), driver.frame());
    }
}

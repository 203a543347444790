use crate::{domain::entities::Role, protocol::Request, text::Lang, ui::testing::Driver};

#[test]
fn logging_out_comes_back_to_the_door() {
    let mut driver = Driver::inside(Lang::Fr, Role::Admin);
    driver.press("X");
    assert!(matches!(driver.asked(), Request::Logout));
    assert!(driver.session().is_none());
    assert!(driver.shows("Mot de passe"));
}

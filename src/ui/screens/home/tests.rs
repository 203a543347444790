use crate::{
    domain::entities::Role,
    protocol::Request,
    text::Lang,
    ui::{screens::menu, testing::Driver},
};

#[test]
fn logging_out_comes_back_to_the_door() {
    let mut driver = Driver::inside(Lang::Fr, Role::Admin);
    driver.press("X");
    assert!(matches!(driver.asked(), Request::Logout));
    assert!(driver.session().is_none());
    assert!(driver.shows("Mot de passe"));
}

#[test]
fn every_entry_opens_its_screen() {
    let count = menu::MENU.len();
    for n in 0..count {
        let mut driver = Driver::inside(Lang::Fr, Role::Admin);
        driver.press(&"j".repeat(n));
        let title = driver.screen().lines().next().map(str::to_owned);
        driver.press("<enter>");
        assert_ne!(driver.screen().lines().next().map(str::to_owned), title, "entry {n} opens nothing");
        driver.press("<esc>");
        assert!(driver.shows("Accueil"), "and Esc comes back");
    }
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        for role in [Role::Admin, Role::Teacher] {
            let frame = Driver::inside(lang, role).frame();
            insta::assert_snapshot!(format!("home_{}_{}_80x24", role.as_str(), lang.code()), frame);
        }
        let wide = Driver::inside(lang, Role::Admin).sized(120, 40);
        insta::assert_snapshot!(format!("home_admin_{}_120x40", lang.code()), wide.frame());
    }
}

#[test]
fn an_entry_says_what_the_role_may_do() {
    let said = |role: Role| Driver::inside(Lang::Fr, role).screen();
    assert!(said(Role::Admin).contains("Chercher, trier, ajouter, modifier, supprimer"));
    assert!(said(Role::Secretary).contains("Chercher, trier, ajouter, modifier\n"), "{}", said(Role::Secretary));
    for role in [Role::Head, Role::Bursar, Role::Supervisor, Role::Teacher] {
        assert!(said(role).contains("Chercher, trier, voir les fiches"), "{}", said(role));
    }
    assert!(said(Role::Teacher).contains("Entrer les notes") && said(Role::Head).contains("Voir les notes"));
}

use crate::{
    domain::{
        entities::Role,
        id::{ClassId, SubjectId},
    },
    protocol::{ColumnProgress, Event, Reply, Request, SheetKey, SheetProgress},
    text::Lang,
    ui::{
        screens::menu,
        testing::{Driver, sample},
    },
};

fn mine() -> SheetKey {
    SheetKey {
        class: ClassId::new("tse"),
        subject: SubjectId::new("math"),
        year: sample::year(),
        term: sample::term(1),
    }
}

fn progress(entered: &[u64], closed: bool) -> Reply {
    let column = |entered: &u64| ColumnProgress { title: sample::name("Devoir 3"), students: 60, entered: *entered };
    let columns = entered.iter().map(column).collect();
    Reply::Completion(vec![SheetProgress { key: mine(), students: 60, columns, closed }])
}

#[test]
fn a_teacher_finds_own_classes_with_what_is_entered() {
    let mut driver = Driver::home(Lang::Fr, Role::Teacher);
    assert!(matches!(driver.asked(), Request::Completion(question) if question.term == Some(sample::term(1))));
    assert!(driver.shows("Mes classes · T1") && driver.shows("TSE · Mathématiques"), "before anything is known");
    driver.reply(progress(&[60, 41], false));
    assert!(driver.shows("Devoir 3\u{a0}: 41/60"), "{}", driver.screen());
    driver.event(Event::Sheet(mine()));
    driver.reply(progress(&[60, 60], false));
    assert!(driver.shows("complet\u{a0}: 60/60"), "{}", driver.screen());
    driver.event(Event::Sheet(mine()));
    driver.reply(progress(&[], true));
    assert!(driver.shows("aucune évaluation · clos"), "{}", driver.screen());
    driver.press("<enter>");
    assert_eq!(driver.asked(), &Request::OpenSheet(mine()));
}

#[test]
fn a_short_terminal_shows_the_line_under_the_cursor() {
    let mut driver = Driver::inside(Lang::Fr, Role::Admin);
    driver.press("G");
    for height in [24, 30, 40] {
        driver = driver.sized(80, height);
        assert!(driver.cursor_line().contains("Mon mot de passe"), "{}", driver.screen());
    }
    driver = driver.sized(80, 24);
    driver.press("g");
    assert!(
        driver.cursor_line().contains("Feuilles de notes") && driver.shows("Tous les jours"),
        "{}",
        driver.screen()
    );
}

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

#[test]
fn what_is_entered_is_not_counted_again_while_another_screen_is_seen() {
    let mut driver = Driver::inside(Lang::Fr, Role::Teacher);
    driver.press("<enter>");
    driver.asks.clear();
    driver.event(Event::Sheet(SheetKey { class: ClassId::new("tll"), ..mine() }));
    assert!(driver.asks.is_empty(), "{:?}", driver.asks);
    driver.press("<esc>");
    assert!(matches!(driver.asked(), Request::Completion(_)), "but when one comes back");
}

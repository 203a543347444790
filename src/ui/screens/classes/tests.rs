//! Also what all set-up lists share.

use crate::{
    domain::{
        entities::Role,
        id::{ActId, ClassId},
    },
    protocol::{Event, Failure, Field, NeededBy, Reply, Request, Why},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn opened(lang: Lang, role: Role) -> Driver {
    let mut driver = Driver::at(lang, role, Route::Classes);
    driver.reply(Reply::Setup(Box::new(sample::setup(role))));
    if !driver.asks.is_empty() {
        driver.reply(Reply::Users(Vec::new()));
    }
    driver
}

fn saved(name: &str) -> Reply {
    let class = sample::classes().into_iter().next().expect("a class").body;
    let class = crate::domain::entities::Class { name: sample::name(name), ..class };
    Reply::Class { class, version: 1, act: Some(ActId::new("act-save")) }
}

#[test]
fn a_class_is_added() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("a 1 0 e <space> A <enter> 1 0 e <C-s>");
    let Request::SaveClass { class, version: None } = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!((class.name.as_str(), class.id.as_str()), ("10e A", ""));
    assert_eq!(class.level.as_ref().map(crate::domain::text_values::Name::as_str), Some("10e"));
    assert_eq!(class.series, None);
    driver.reply(saved("10e A"));
    assert!(driver.shows("La classe est enregistrée."));
    assert!(matches!(driver.asked(), Request::Setup), "the list is read again");
}

#[test]
fn an_addition_is_taken_back_and_the_cursor_stands_on_what_was_added() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("j a Z Z <C-s>");
    driver.reply(saved("ZZ"));
    let mut setup = sample::setup(Role::Admin);
    let mut new = setup.classes[0].clone();
    (new.body.id, new.body.name) = (ClassId::new("zz"), sample::name("ZZ"));
    setup.classes.push(new);
    driver.reply(Reply::Setup(Box::new(setup)));
    assert!(driver.cursor_line().contains("ZZ"), "{}", driver.frame());
    driver.asks.clear();
    driver.press("u");
    assert_eq!(*driver.asked(), Request::Undo(ActId::new("act-save")));
}

#[test]
fn a_class_is_changed_with_the_version_that_was_seen() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("j e <C-u> T S E <space> 1 <C-s>");
    let Request::SaveClass { class, version } = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!((class.id.clone(), class.name.as_str(), *version), (ClassId::new("tse"), "TSE 1", Some(1)));
    assert!(class.series.is_some(), "what was not touched stays");
}

#[test]
fn an_empty_name_and_a_taken_one_are_said_under_the_field() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("a <C-s>");
    assert!(driver.asks.is_empty() && driver.shows("! Il faut écrire quelque chose ici."), "{}", driver.screen());
    driver.press("T S E <C-s>");
    driver.fail(Failure::invalid(Field::Name, Why::NameTaken { name: "TSE".into() }));
    assert!(driver.shows("est déjà pris") && driver.shows("Nouvelle classe"), "{}", driver.screen());
}

#[test]
fn removing_asks_and_is_undone() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("d <enter>");
    assert!(driver.asks.is_empty(), "no is at hand");
    driver.press("d o");
    assert_eq!(*driver.asked(), Request::DeleteClass { id: ClassId::new("tll"), version: 1 });
    driver.reply(Reply::Acted(ActId::new("act-1")));
    assert!(driver.shows("u la rétablit"));
    driver.asks.clear();
    driver.press("u");
    assert_eq!(*driver.asked(), Request::Undo(ActId::new("act-1")));
    driver.reply(Reply::Done);
    assert!(driver.shows("C’est annulé"));
    driver.asks.clear();
    driver.press("u");
    assert!(driver.asks.is_empty() && driver.shows("rien à annuler"));
}

#[test]
fn a_class_in_use_stays_and_says_why() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("d o");
    driver.fail(Failure::refused(Why::Needed { by: NeededBy::Students, count: 45 }));
    assert!(driver.shows("45 élèves sont encore dans cette classe"), "{}", driver.screen());
}

#[test]
fn giving_up_asks_only_if_something_was_typed() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("a <esc>");
    assert!(driver.shows("ajouter"), "back in the list");
    driver.press("a X <esc>");
    assert!(driver.shows("Abandonner"));
    driver.press("n");
    assert!(driver.shows("Nouvelle classe"));
    driver.press("<esc> o");
    assert!(driver.shows("2 lignes"));
}

#[test]
fn typing_finds_without_accents_and_the_cursor_follows_its_record() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("/ t s e");
    assert!(driver.shows("1 sur 2"), "{}", driver.screen());
    driver.press("<enter>");
    assert!(driver.cursor_line().contains("TSE"));
    driver.press("/ <esc>");
    assert!(driver.shows("2 lignes") && driver.cursor_line().contains("TSE"), "{}", driver.frame());
    driver.event(Event::Setup);
    let list = driver.asks.iter().rposition(|ask| ask.body == Request::Setup).expect("asked again");
    let mut setup = sample::setup(Role::Admin);
    setup.classes.rotate_left(1);
    driver.answer_nth(list, Ok(Reply::Setup(Box::new(setup))));
    assert!(driver.cursor_line().contains("TSE"), "{}", driver.frame());
}

#[test]
fn who_may_not_change_is_told() {
    let mut driver = opened(Lang::Fr, Role::Teacher);
    for key in ["a", "e", "d", "u"] {
        driver.press(key);
        assert!(driver.asks.is_empty() && driver.shows("Votre rôle"), "{key}");
    }
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let code = lang.code();
        insta::assert_snapshot!(format!("classes_{code}_80x24"), opened(lang, Role::Admin).frame());
        let wide = opened(lang, Role::Admin).sized(120, 40);
        insta::assert_snapshot!(format!("classes_{code}_120x40"), wide.frame());
        let mut form = opened(lang, Role::Admin);
        form.press("e <C-u> <C-s>");
        insta::assert_snapshot!(format!("classes_form_{code}_80x24"), form.frame());
        let mut empty = Driver::at(lang, Role::Admin, Route::Classes);
        let setup = crate::protocol::Setup { classes: Vec::new(), ..sample::setup(Role::Admin) };
        empty.reply(Reply::Setup(Box::new(setup)));
        insta::assert_snapshot!(format!("classes_empty_{code}_80x24"), empty.frame());
    }
}

use crate::{
    domain::{
        entities::{LevelKind, Role},
        id::{ActId, LevelId},
    },
    protocol::{Failure, NeededBy, Reply, Request, Why},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn opened(lang: Lang) -> Driver {
    let mut driver = Driver::at(lang, Role::Admin, Route::Levels);
    driver.reply(Reply::Setup(Box::new(sample::setup(Role::Admin))));
    driver
}

#[test]
fn a_series_is_added_and_a_level_changed() {
    let mut driver = opened(Lang::Fr);
    driver.press("a T S S <enter> <right> <C-s>");
    let Request::SaveLevel { level, version: None } = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!((level.kind, level.name.as_str(), level.position), (LevelKind::Series, "TSS", 3));
    let mut driver = opened(Lang::Fr);
    driver.press("e <C-u> 1 0 <C-s>");
    let Request::SaveLevel { level, version: Some(1) } = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!((level.id.clone(), level.name.as_str()), (LevelId::new("l1"), "10"));
}

#[test]
fn the_usual_ones_are_proposed_and_what_is_in_use_stays() {
    let mut driver = opened(Lang::Fr);
    driver.press("p");
    assert_eq!(*driver.asked(), Request::FillLevels);
    driver.reply(Reply::Acted(ActId::new("act")));
    assert!(driver.shows("C’est ajouté"), "{}", driver.screen());
    driver.asks.clear();
    driver.press("j d o");
    driver.fail(Failure::refused(Why::Needed { by: NeededBy::Classes, count: 2 }));
    assert!(driver.shows("2 classes en dépendent encore"), "{}", driver.screen());
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let code = lang.code();
        insta::assert_snapshot!(format!("levels_{code}_80x24"), opened(lang).frame());
    }
}

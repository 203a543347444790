use crate::{
    domain::{
        entities::Role,
        id::{ActId, StudentId},
        text_values::Matricule,
    },
    protocol::{Failure, OptionRow, Reply, Request, Why},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn opened(lang: Lang) -> Driver {
    let mut setup = sample::setup(Role::Admin);
    setup.subjects[1].body.optional = true;
    Driver::in_school(lang, Role::Admin, setup, Route::Options)
}

fn rows() -> Reply {
    let row = |id: &str, name: &str, takes| OptionRow {
        id: StudentId::new(id),
        matricule: Matricule::parse(&format!("MLE-{id}")).expect("matricule"),
        name: name.to_owned(),
        takes,
    };
    Reply::Options(vec![row("s1", "KEÏTA Issa", false), row("s2", "TRAORÉ Awa", true)])
}

fn in_tse(lang: Lang) -> Driver {
    let mut driver = opened(lang);
    driver.asks.clear();
    driver.press("t s e <enter>");
    driver.reply(rows());
    driver
}

#[test]
fn who_is_ticked_takes_it() {
    let mut driver = in_tse(Lang::Fr);
    assert!(driver.shows("1 sur 2") && driver.shows("[x] TRAORÉ Awa"), "{}", driver.screen());
    driver.asks.clear();
    driver.press("<space> <space> <C-s>");
    let Request::SetOption(ask) = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!((ask.class.as_str(), ask.subject.as_str()), ("tse", "fr"));
    assert_eq!(ask.students, [(StudentId::new("s1"), true), (StudentId::new("s2"), false)]);
    driver.reply(Reply::Acted(ActId::new("act")));
    assert!(driver.shows("C’est enregistré"), "{}", driver.screen());
    driver.asks.clear();
    driver.press("u");
    assert_eq!(*driver.asked(), Request::Undo(ActId::new("act")));
}

#[test]
fn leaving_asks_when_something_is_ticked_and_a_refusal_is_said() {
    let mut driver = in_tse(Lang::Fr);
    driver.asks.clear();
    driver.press("a <esc>");
    assert!(driver.shows("Abandonner"), "{}", driver.screen());
    driver.press("n <C-s>");
    driver.fail(Failure::refused(Why::NotInClass));
    driver.press("<esc> o");
    assert!(driver.shows("Quelle option"), "{}", driver.screen());
}

#[test]
fn a_school_without_options_is_told_how_to_have_one() {
    let driver = Driver::at(Lang::Fr, Role::Admin, Route::Options);
    assert!(driver.shows("Aucune matière n’est une option"), "{}", driver.screen());
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let code = lang.code();
        insta::assert_snapshot!(format!("options_{code}_80x24"), in_tse(lang).frame());
    }
}

use crate::{
    domain::{entities::Role, id::SubjectId},
    protocol::{Failure, Field, Reply, Request, Setup, Why},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn setup() -> Setup {
    let mut setup = sample::setup(Role::Admin);
    if let Some(subject) = setup.subjects.get_mut(1) {
        subject.body.sample = true;
        subject.body.coefficients = super::coefficients::parse("Terminale/TSE=5, */TLL=2", 100).expect("coefficients");
    }
    setup
}

fn opened(lang: Lang) -> Driver {
    let mut driver = Driver::at(lang, Role::Admin, Route::Subjects);
    driver.reply(Reply::Setup(Box::new(setup())));
    driver
}

#[test]
fn a_subject_is_added_behind_the_others() {
    let mut driver = opened(Lang::Fr);
    driver.press("a E P S <enter> <enter> <C-u> 2 <enter> T S E = 1 <C-s>");
    // `TSE=1` is the level TSE: what stands before the slash.
    let Request::SaveSubject { subject, version: None } = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!((subject.name.as_str(), subject.coefficient, subject.position), ("EPS", 2, 4));
    assert_eq!(subject.coefficients.len(), 1);
    assert_eq!((subject.id.as_ref(), subject.short.as_ref()), (None, None));
}

#[test]
fn a_sample_says_so_and_is_changed_whole() {
    let mut driver = opened(Lang::Fr);
    assert!(driver.shows("exemple") && driver.shows("Terminale/TSE=5"), "{}", driver.screen());
    driver.press("j e <C-s>");
    let Request::SaveSubject { subject, version: Some(1) } = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!((subject.id.clone(), subject.coefficients.len()), (Some(SubjectId::new("fr")), 2));
}

#[test]
fn numbers_that_are_none_are_refused_in_place() {
    let mut driver = opened(Lang::Fr);
    driver.press("e <down><down> <C-u> 1 0 1 <enter> x <C-s>");
    assert!(driver.asks.is_empty());
    assert!(driver.shows("Il faut un nombre entier de 0 à 100.") && driver.shows("Exemple"), "{}", driver.screen());
}

#[test]
fn a_subject_in_use_stays() {
    let mut driver = opened(Lang::Fr);
    driver.press("d o");
    assert_eq!(*driver.asked(), Request::DeleteSubject { id: SubjectId::new("math"), version: 1 });
    driver.fail(Failure::invalid(Field::Subject, Why::InUse { count: 1 }));
    assert!(driver.shows("sert encore"));
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let code = lang.code();
        insta::assert_snapshot!(format!("subjects_{code}_80x24"), opened(lang).frame());
        insta::assert_snapshot!(format!("subjects_{code}_120x40"), opened(lang).sized(120, 40).frame());
        let mut form = opened(lang);
        form.press("j e <down><down><down>");
        insta::assert_snapshot!(format!("subjects_form_{code}_80x24"), form.frame());
    }
}

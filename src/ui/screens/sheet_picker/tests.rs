use insta::assert_snapshot;

use crate::{
    domain::{
        calendar::YearId,
        entities::{Role, SchoolYear},
        id::{ClassId, SubjectId},
    },
    protocol::{Request, SheetKey},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn key(class: &str, subject: &str, term: u8) -> SheetKey {
    SheetKey {
        class: ClassId::new(class),
        subject: SubjectId::new(subject),
        year: sample::year(),
        term: sample::term(term),
    }
}

#[test]
fn an_admin_picks_class_then_subject_then_term() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::SheetPicker { class: None });
    driver.press("tse<enter>");
    assert!(driver.shows("TSE · matière · T1"), "{}", driver.screen());
    driver.press("<tab> phys <enter>");
    assert_eq!(driver.asked(), &Request::OpenSheet(key("tse", "pc", 2)));
}

#[test]
fn a_closed_year_is_chosen_and_said() {
    let mut first = Driver::at(Lang::Fr, Role::Admin, Route::SheetPicker { class: None });
    first.press("<C-y>");
    assert!(first.shows("pas d’année close"), "{}", first.screen());
    let mut setup = sample::setup(Role::Admin);
    let before = YearId::starting(sample::year().first() - 1).unwrap();
    setup.years.push(SchoolYear { id: before.clone(), closed: true, ..setup.years[0].clone() });
    let mut driver = Driver::in_school(Lang::Fr, Role::Admin, setup, Route::SheetPicker { class: None });
    driver.press("<C-y>tse<enter>");
    assert!(driver.shows("TSE · matière · 2025-2026 T1"), "{}", driver.screen());
    driver.press("phys <enter>");
    assert_eq!(driver.asked(), &Request::OpenSheet(SheetKey { year: before, ..key("tse", "pc", 1) }));
}

#[test]
fn a_teacher_has_only_own_sheets() {
    let mut driver = Driver::at(Lang::Fr, Role::Teacher, Route::SheetPicker { class: None });
    assert!(driver.shows("Mes feuilles") && driver.shows("TSE · Mathématiques") && !driver.shows("TLL"));
    driver.press("<enter>");
    assert_eq!(driver.asked(), &Request::OpenSheet(key("tse", "math", 1)));
    driver.press("<esc>");
    assert!(driver.shows("Mes feuilles"));
}

#[test]
fn the_last_sheet_is_remembered() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Home);
    driver.press("<enter> tse<enter> <tab> phys<enter>");
    assert_eq!(driver.asked(), &Request::OpenSheet(key("tse", "pc", 2)));
    driver.asks.clear();
    driver.press("<esc><esc><esc><esc> <enter>");
    assert!(driver.shows("Classe · T2") && driver.cursor_line().contains("TSE"), "{}", driver.screen());
    driver.press("<enter> <enter>");
    assert_eq!(driver.asked(), &Request::OpenSheet(key("tse", "pc", 2)), "{}", driver.screen());
}

/// Who types class and subject from habit must not land among the subjects of the last class.
#[test]
fn the_picker_opens_on_the_classes_whatever_was_opened_last() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Home);
    driver.press("<enter> tll<enter> phys<enter>");
    driver.asks.clear();
    driver.press("<esc><esc><esc><esc> <enter> tse<enter> math<enter>");
    assert_eq!(driver.asked(), &Request::OpenSheet(key("tse", "math", 1)), "{}", driver.screen());
}

#[test]
fn the_last_sheet_is_its_owners() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Home);
    driver.press("<enter> tll<enter> <tab> phys<enter>");
    driver.model.enter_for_test(sample::entered(Role::Head));
    driver.press("<esc>");
    assert!(driver.shows("Classe · T1"), "{}", driver.screen());
}

#[test]
fn escape_goes_back_step_by_step() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::SheetPicker { class: None });
    driver.press("<down><enter> zzz");
    assert!(driver.shows("Rien ne correspond"));
    driver.press("<esc>");
    assert!(driver.shows("Mathématiques"));
    driver.press("<esc>");
    assert!(driver.cursor_line().contains("TSE"), "on the class it came from");
    driver.press("<esc>");
    assert!(!driver.shows("Classe ·"));
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        for (columns, rows) in [(80, 24), (120, 40)] {
            for role in [Role::Admin, Role::Teacher] {
                let driver = Driver::at(lang, role, Route::SheetPicker { class: None }).sized(columns, rows);
                assert_snapshot!(format!("{}_{}_{columns}x{rows}", role.as_str(), lang.code()), driver.frame());
            }
        }
    }
}

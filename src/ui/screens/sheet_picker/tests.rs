use insta::assert_snapshot;

use crate::{
    domain::{
        calendar::YearId,
        entities::{Role, SchoolYear},
        id::{ClassId, SubjectId},
    },
    protocol::{Request, Setup, SheetKey},
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

/// The school as a teacher sees it, who has had French in another class the year before.
fn taught_before() -> Setup {
    let mut setup = sample::setup(Role::Teacher);
    let before = YearId::starting(sample::year().first() - 1).unwrap();
    setup.years.push(SchoolYear { id: before.clone(), closed: true, ..setup.years[0].clone() });
    setup.past.insert(before, vec![(ClassId::new("tll"), SubjectId::new("fr"))]);
    let (past, now) = setup.classes.into_iter().partition(|class| class.id == ClassId::new("tll"));
    (setup.past_classes, setup.classes) = (past, now);
    setup
}

#[test]
fn a_teacher_has_own_sheets_of_past_years() {
    let mut none = sample::setup(Role::Teacher);
    none.years = taught_before().years;
    let mut driver = Driver::in_school(Lang::Fr, Role::Teacher, none, Route::SheetPicker { class: None });
    driver.press("<C-y>");
    assert!(driver.shows("Aucune feuille des années passées"), "{}", driver.screen());
    for lang in Lang::ALL {
        let mut driver = Driver::in_school(lang, Role::Teacher, taught_before(), Route::SheetPicker { class: None });
        driver.press("<C-y>");
        assert_snapshot!(format!("teacher_past_{}_80x24", lang.code()), driver.frame());
        driver.press("<enter>");
        let before = YearId::starting(sample::year().first() - 1).unwrap();
        assert_eq!(driver.asked(), &Request::OpenSheet(SheetKey { year: before, ..key("tll", "fr", 1) }));
    }
    let mut driver = Driver::in_school(Lang::Fr, Role::Teacher, taught_before(), Route::SheetPicker { class: None });
    driver.press("<C-y><C-y><enter>");
    assert_eq!(driver.asked(), &Request::OpenSheet(key("tse", "math", 1)), "and round to this year");
    let mut driver = Driver::in_school(Lang::Fr, Role::Teacher, taught_before(), Route::CouncilPicker);
    driver.press("<C-y>");
    assert!(driver.shows("TLL") && !driver.shows("TSE"), "{}", driver.screen());
    driver.press("<enter>");
    let Request::Bulletin(bulletin) = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!(Some(&bulletin.of.year), sample::year().first().checked_sub(1).and_then(YearId::starting).as_ref());
}

/// Who teaches nothing this year finds the way to what was taught before, and to that alone.
#[test]
fn the_menu_of_who_only_taught_before() {
    let mut setup = taught_before();
    setup.charges.clear();
    let mut model = sample::entered(Role::Teacher);
    model.who.charges.clear();
    model.setup = setup;
    let mut driver = Driver::at(Lang::Fr, Role::Teacher, Route::Home);
    driver.model.enter_for_test(model.clone());
    driver.press("<esc>");
    assert!(driver.shows("Feuilles de notes") && driver.shows("Avancement"), "{}", driver.screen());
    model.setup.past.clear();
    driver.model.enter_for_test(model);
    driver.press("<esc>");
    assert!(!driver.shows("Feuilles de notes") && !driver.shows("Avancement"), "{}", driver.screen());
}

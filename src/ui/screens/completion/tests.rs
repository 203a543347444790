use insta::assert_snapshot;

use crate::{
    domain::{
        calendar::YearId,
        entities::{Role, SchoolYear},
        id::{ClassId, SubjectId},
    },
    protocol::{ColumnProgress, CompletionQuestion, Failure, Reply, Request, SheetKey, SheetProgress},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn sheet(class: &str, subject: &str, term: u8, entered: &[u64], closed: bool) -> SheetProgress {
    let column = |(n, entered): (usize, &u64)| ColumnProgress {
        title: sample::name(&format!("Devoir {}", n + 1)),
        students: 60,
        entered: *entered,
    };
    SheetProgress {
        key: SheetKey {
            class: ClassId::new(class),
            subject: SubjectId::new(subject),
            year: sample::year(),
            term: sample::term(term),
        },
        students: 60,
        columns: entered.iter().enumerate().map(column).collect(),
        closed,
    }
}

fn sheets() -> Vec<SheetProgress> {
    vec![
        sheet("tll", "fr", 1, &[60, 60], false),
        sheet("tll", "pc", 1, &[], false),
        sheet("tll", "pc", 2, &[12], false),
        sheet("tse", "math", 1, &[60, 59, 60], false),
        sheet("tse", "fr", 1, &[60, 41], true),
        sheet("tse", "pc", 1, &[3], false),
    ]
}

fn opened(lang: Lang) -> Driver {
    let mut driver = Driver::at(lang, Role::Admin, Route::Completion);
    assert_eq!(driver.asked(), &Request::Completion(CompletionQuestion::default()));
    driver.reply(Reply::Completion(sheets()));
    driver
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        assert_snapshot!(format!("completion_{}_80x24", lang.code()), opened(lang).frame());
        assert_snapshot!(format!("completion_{}_120x40", lang.code()), opened(lang).sized(120, 40).frame());
    }
}

#[test]
fn enter_opens_the_sheet_under_the_cursor() {
    let mut driver = opened(Lang::Fr);
    driver.press("j <enter>");
    let key = sheets()[3].key.clone();
    assert_eq!(driver.asked(), &Request::OpenSheet(key));
}

#[test]
fn a_class_without_the_subject_opens_nothing() {
    let mut driver = opened(Lang::Fr);
    driver.press("<enter>");
    assert!(driver.asks.is_empty() && driver.shows("n’a pas cette matière"), "{}", driver.screen());
}

#[test]
fn where_marks_are_missing_is_found_row_by_row() {
    let mut driver = opened(Lang::Fr);
    let said = |driver: &mut Driver| {
        driver.press("m");
        driver.screen().lines().rev().find(|line| line.contains("il en manque")).unwrap_or_default().trim().to_owned()
    };
    let one = said(&mut driver);
    assert!(one.starts_with("TSE · Mathématiques") && one.contains("179/180"), "{one}");
    assert!(one.contains("Devoir 2") && one.contains("59/60"), "{one}");
    assert!(said(&mut driver).starts_with("TSE · Français"));
    assert!(said(&mut driver).starts_with("TSE · Physique-Chimie"));
    assert!(said(&mut driver).starts_with("TSE · Mathématiques"), "and from the end to the first");
}

#[test]
fn another_term_has_its_own_sheets_and_the_cursor_stays() {
    let mut driver = opened(Lang::Fr);
    driver.press("G l l");
    assert!(driver.shows("TSE · Physique-Chimie"));
    driver.press("<tab>");
    assert!(driver.shows("T2") && driver.shows("TLL · Physique-Chimie") && !driver.shows("TSE"), "{}", driver.screen());
    driver.press("<tab><tab>");
    assert!(driver.shows("TSE · Physique-Chimie"), "{}", driver.screen());
    driver.press("<S-tab>");
    assert!(driver.shows("Aucune feuille à montrer"));
}

#[test]
fn trouble_is_said() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Completion);
    driver.fail(Failure::Denied);
    assert!(driver.shows("ne permet pas"));
}

#[test]
fn a_year_that_is_over_has_its_own_matrix() {
    let mut alone = opened(Lang::Fr);
    alone.press("y");
    assert!(alone.asks.is_empty() && alone.shows("pas d’année close"), "{}", alone.screen());
    let mut setup = sample::setup(Role::Admin);
    let before = YearId::starting(sample::year().first() - 1).unwrap();
    setup.years.push(SchoolYear { id: before.clone(), closed: true, ..setup.years[0].clone() });
    for lang in Lang::ALL {
        let mut driver = Driver::in_school(lang, Role::Admin, setup.clone(), Route::Completion);
        driver.reply(Reply::Completion(sheets()));
        driver.press("y");
        let year = Some(before.clone());
        let question = CompletionQuestion { year, ..CompletionQuestion::default() };
        assert_eq!(driver.asked(), &Request::Completion(question.clone()));
        let mut line = sheet("tse", "pc", 1, &[60], true);
        line.key.year = before.clone();
        driver.reply(Reply::Completion(vec![line.clone()]));
        assert_snapshot!(format!("completion_past_{}_80x24", lang.code()), driver.frame());
        driver.press("<f5>");
        assert_eq!(driver.asked(), &Request::Completion(question));
        driver.reply(Reply::Completion(vec![line.clone()]));
        driver.press("<enter>");
        assert_eq!(driver.asked(), &Request::OpenSheet(line.key));
        driver.press("<esc>");
        driver.asks.clear();
        driver.press("y");
        assert_eq!(driver.asked(), &Request::Completion(CompletionQuestion::default()), "and round to this year");
    }
}

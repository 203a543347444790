use insta::assert_snapshot;

use crate::{
    domain::{entities::Role, id::ActId},
    protocol::{Failure, Field, Reply, Request, SheetView, Why},
    text::Lang,
    ui::{
        screens::{Route, sheet::tests as sheet},
        testing::Driver,
    },
};

fn opened(lang: Lang, view: SheetView) -> Driver {
    let mut driver = Driver::at(lang, Role::Admin, Route::Evaluations { key: sheet::key() });
    assert_eq!(driver.asked(), &Request::OpenSheet(sheet::key()));
    driver.reply(Reply::Sheet(Box::new(view)));
    driver
}

#[test]
fn one_is_added_changed_deleted_and_brought_back() {
    let mut driver = opened(Lang::Fr, sheet::view());
    driver.press("a <tab> <C-u> Devoir<space>1 <C-s>");
    driver.fail(Failure::invalid(Field::Title, Why::NameTaken { name: "Devoir 1".into() }));
    driver.reply(Reply::Sheet(Box::new(sheet::view())));
    assert!(driver.shows("déjà pris"));
    driver.press("<C-u> Autre <C-s>");
    assert!(
        matches!(driver.asked(), Request::SaveEvaluation(draft) if draft.title.as_str() == "Autre" && draft.id.is_none())
    );
    driver.reply(Reply::Acted(ActId::new("a")));
    driver.reply(Reply::Sheet(Box::new(sheet::view())));
    driver.press("j <enter> <tab><tab><tab> <C-u> 25 <C-s>");
    assert!(matches!(driver.asked(), Request::SaveEvaluation(draft)
        if draft.id.as_ref().is_some_and(|id| id.as_str() == "e2") && draft.scale.hundredths() == 2_500));
    driver.reply(Reply::Acted(ActId::new("b")));
    driver.reply(Reply::Sheet(Box::new(sheet::view())));
    driver.press("d o");
    assert!(
        matches!(driver.asked(), Request::DeleteEvaluation { evaluation, version: 7, .. } if evaluation.as_str() == "e2")
    );
    driver.reply(Reply::Acted(ActId::new("gone")));
    let columns_undo = Some(ActId::new("gone"));
    driver.reply(Reply::Sheet(Box::new(SheetView { columns_undo, ..sheet::view() })));
    driver.press("u");
    assert_eq!(driver.asked(), &Request::Undo(ActId::new("gone")));
}

#[test]
fn the_keys_of_the_sheet_move_an_evaluation_here_too() {
    let mut driver = opened(Lang::Fr, sheet::view());
    driver.press("<lt>");
    assert!(driver.shows("déjà la première") && driver.asks.is_empty(), "{}", driver.screen());
    driver.press(">");
    let Request::MoveEvaluation { evaluation, to, version, .. } = driver.asked() else {
        panic!("{:?}", driver.asked())
    };
    assert_eq!((evaluation.as_str(), *to, *version), ("e1", 1, 7));
    driver.reply(Reply::Acted(ActId::new("moved")));
    let mut moved = sheet::view();
    moved.evaluations.swap(0, 1);
    driver.reply(Reply::Sheet(Box::new(moved)));
    assert!(driver.cursor_line().contains("Devoir 1"), "the cursor goes with it: {}", driver.screen());
    driver.press("G >");
    assert!(driver.shows("déjà la dernière"), "{}", driver.screen());
}

#[test]
fn one_key_publishes_and_takes_back() {
    for (lang, said) in [(Lang::Fr, "les familles ne le voient plus"), (Lang::En, "families no longer see it")] {
        let mut driver = opened(lang, sheet::view());
        driver.press("p");
        let old = sheet::view().evaluations.swap_remove(0);
        assert!(matches!(driver.asked(), Request::SaveEvaluation(draft)
            if draft.id.as_ref() == Some(&old.id) && draft.title == old.title && draft.published != old.published));
        driver.reply(Reply::Acted(ActId::new("a")));
        assert!(driver.shows(said), "{}", driver.screen());
    }
}

#[test]
fn a_date_outside_the_term_is_saved_and_said() {
    for (typed, said) in [("29/09/2026", false), ("29/09/2029", true)] {
        let mut driver = opened(Lang::En, sheet::view());
        driver.press(&format!("a <tab><tab> <C-u> {typed} <C-s>"));
        driver.reply(Reply::Acted(ActId::new("a")));
        assert_eq!(driver.shows(&format!("{typed} is not in T1")), said, "{}", driver.screen());
    }
}

#[test]
fn the_sheet_is_one_key_away_and_a_closed_one_is_read_only() {
    let mut driver = opened(Lang::Fr, sheet::view());
    driver.press("m");
    assert_eq!(driver.asked(), &Request::OpenSheet(sheet::key()));
    assert!(driver.shows("Lecture de la feuille"));
    let closed = SheetView { state: crate::domain::entities::SheetState::Closed, ..sheet::view() };
    let mut driver = opened(Lang::Fr, closed);
    driver.press("a d e u");
    assert_eq!(driver.asks.len(), 0);
    assert!(driver.shows("lecture seule"));
}

#[test]
fn who_left_is_not_counted_as_on_the_sheet() {
    let mut view = sheet::view();
    let all = view.rows.len();
    assert!(opened(Lang::Fr, view.clone()).shows(&format!("/{all}")));
    view.rows[0].left = true;
    let driver = opened(Lang::Fr, view);
    assert!(driver.shows(&format!("/{}", all - 1)) && !driver.shows(&format!("/{all}")), "{}", driver.screen());
}

#[test]
fn set_up_leads_here_by_the_picker() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::EvaluationPicker);
    driver.press("tse<enter> math<enter>");
    assert_eq!(driver.asked(), &Request::OpenSheet(sheet::key()));
    driver.reply(Reply::Sheet(Box::new(sheet::view())));
    assert!(driver.shows("Composition") && driver.shows("/40"), "{}", driver.screen());
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        for (columns, rows) in [(80, 24), (120, 40)] {
            let mut driver = opened(lang, sheet::view()).sized(columns, rows);
            assert_snapshot!(format!("list_{}_{columns}x{rows}", lang.code()), driver.frame());
            driver.press("j e");
            assert_snapshot!(format!("form_{}_{columns}x{rows}", lang.code()), driver.frame());
            let empty = SheetView { evaluations: Vec::new(), ..sheet::view() };
            let driver = opened(lang, empty).sized(columns, rows);
            assert_snapshot!(format!("empty_{}_{columns}x{rows}", lang.code()), driver.frame());
        }
    }
}

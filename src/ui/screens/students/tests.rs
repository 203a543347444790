use crate::{
    domain::{
        entities::Role,
        query::{Direction, Filter, Seek},
        text_values::Name,
    },
    protocol::{Event, Failure, Part, Reply, Request, StudentRow, Trouble},
    text::Lang,
    ui::{
        effect::Command,
        screens::{Place, Route},
        testing::{Driver, students as made},
    },
};

fn route() -> Route {
    Route::Students { class: None, points: None }
}

/// The table of that role, not yet answered.
fn table(lang: Lang, role: Role) -> Driver {
    Driver::at(lang, role, route())
}

/// Answers every question that waits, from a list of `total` students.
fn serve(driver: &mut Driver, total: usize) {
    serve_rows(driver, total, made::row);
}

fn serve_rows(driver: &mut Driver, total: usize, row: impl Fn(usize) -> StudentRow) {
    while let Some(ask) = driver.asks.first() {
        let reply = match &ask.body {
            Request::ListStudents(query) => made::page(query, total, &row),
            Request::CountStudents(_) => made::count(u64::try_from(total).expect("few")),
            other => panic!("{other:?}"),
        };
        driver.reply(reply);
    }
}

/// An admin at the table of `total` students.
fn opened(total: usize) -> Driver {
    let mut driver = table(Lang::Fr, Role::Admin);
    serve(&mut driver, total);
    driver
}

/// The list that was asked for last.
fn last_list(driver: &Driver) -> crate::domain::query::Query {
    let lists = driver.asks.iter().rev().find_map(|ask| match &ask.body {
        Request::ListStudents(query) => Some(query.clone()),
        _ => None,
    });
    lists.expect("a list")
}

#[test]
fn frames() {
    for (lang, code) in [(Lang::Fr, "fr"), (Lang::En, "en")] {
        for (columns, rows) in [(80, 24), (120, 40)] {
            let snap = |state: &str, driver: &Driver| {
                insta::assert_snapshot!(format!("{state}_{code}_{columns}x{rows}"), driver.frame());
            };
            let mut driver = table(lang, Role::Admin).sized(columns, rows);
            snap("loading", &driver);
            driver.fail(Failure::Offline { what: Part::Store, detail: Trouble::Locked });
            snap("trouble", &driver);
            let mut driver = table(lang, Role::Admin).sized(columns, rows);
            serve(&mut driver, 0);
            snap("empty", &driver);
            let mut driver = table(lang, Role::Admin).sized(columns, rows);
            serve(&mut driver, 300);
            driver.press("jj<space>j<space>");
            snap("list", &driver);
            driver.press("s");
            snap("sort", &driver);
            driver.press("<esc>c<down><down><down><down><down><enter><down><enter>");
            snap("columns", &driver);
            driver.press("<esc>f paye:impaye");
            snap("filter_error", &driver);
            driver.press("<C-u> moy<lt>10");
            serve(&mut driver, 0);
            snap("nobody", &driver);
        }
    }
}

#[test]
fn strange_names_are_harmless_and_aligned() {
    let names = [
        "أحمد محمد".to_owned(),
        "Nguyễn 👩🏽‍🎓 日本".to_owned(),
        "X".repeat(80),
        "e\u{301}".repeat(30),
        "\u{202e}Ab".to_owned(),
    ];
    let mut driver = table(Lang::Fr, Role::Admin);
    serve_rows(&mut driver, names.len(), |n| StudentRow {
        last_name: Name::parse(&names[n]).expect("name"),
        ..made::row(n)
    });
    insta::assert_snapshot!("names_fr", driver.frame());
}

#[test]
fn the_best_come_first_and_another_column_orders_too() {
    let mut driver = table(Lang::Fr, Role::Admin);
    assert_eq!(
        last_list(&driver).sort.0,
        [("average".into(), Direction::Descending), ("name_key".into(), Direction::Ascending)]
    );
    serve(&mut driver, 10);
    driver.press("s<home><down><enter>");
    assert_eq!(last_list(&driver).sort.0, [("name_key".into(), Direction::Ascending)]);
    driver.press("s<enter>");
    assert_eq!(last_list(&driver).sort.0, [("name_key".into(), Direction::Descending)]);
    driver.press("S");
    assert_eq!(last_list(&driver).sort.0, [("name_key".into(), Direction::Ascending)]);
}

#[test]
fn who_sees_no_marks_gets_names_first_and_no_column_of_averages() {
    let mut driver = table(Lang::Fr, Role::Bursar);
    assert_eq!(last_list(&driver).sort.0, [("name_key".into(), Direction::Ascending)]);
    serve(&mut driver, 10);
    assert!(!driver.shows("Moy"));
}

#[test]
fn columns_and_order_are_remembered() {
    let mut driver = opened(10);
    driver.press("s<home><enter>c<down><down><down><down><down><enter><esc>");
    serve(&mut driver, 10);
    assert!(driver.shows("+223 76 12 00 00"));
    let left = driver.model.left().expect("somebody is in");
    let text = serde_json::to_string(&left).expect("json");
    assert_eq!(serde_json::from_str::<crate::ui::root::Left>(&text).expect("json"), left);
    driver.press("<esc>");
    let commands = driver.model.open_for_test(route());
    let asked = commands.iter().any(|command| match command {
        Command::Send(ask) => {
            matches!(&ask.body, Request::ListStudents(query) if query.sort.0 == [("matricule".into(), Direction::Ascending)])
        }
        _ => false,
    });
    assert!(asked, "{commands:?}");
}

#[test]
fn each_key_in_the_bar_supersedes_the_older_question() {
    let mut driver = opened(300);
    driver.press("f t r a");
    let lists = driver.asks.iter().filter(|ask| matches!(ask.body, Request::ListStudents(_))).count();
    assert_eq!(lists, 3);
    // The answer to `t` comes last: it must not be shown.
    let stale = driver.asks.remove(0);
    let latest = driver.asks.iter().position(|ask| ask.body == Request::ListStudents(last_list(&driver)));
    let Request::ListStudents(query) = driver.asks[latest.expect("latest")].body.clone() else { panic!() };
    driver.answer_nth(latest.expect("latest"), Ok(made::page(&query, 1, made::row)));
    assert!(driver.shows("MLE-2026-0001") && !driver.shows("MLE-2026-0002"));
    driver.asks.insert(0, stale);
    driver.reply(made::page(&query, 5, made::row));
    assert!(!driver.shows("MLE-2026-0002"));
}

#[test]
fn a_wrong_word_is_said_and_the_last_good_list_stays() {
    let mut driver = opened(3);
    driver.press("f moy<lt>dix");
    serve(&mut driver, 3);
    assert!(driver.shows("! ") && driver.shows("MLE-2026-0001"), "{}", driver.screen());
    driver.press("<esc>");
    assert!(!driver.shows("! "));
}

#[test]
fn escape_lets_go_of_one_thing_after_the_other() {
    let mut driver = opened(30);
    driver.press("f awa <enter><space>");
    serve(&mut driver, 30);
    assert!(driver.shows("1 choisi") && driver.shows("✓"));
    driver.press("<esc>");
    assert!(!driver.shows("choisi "));
    driver.press("<esc>");
    assert_eq!(last_list(&driver).filter, Filter::All);
    driver.press("<esc>");
    assert!(driver.shows("Accueil"));
}

#[test]
fn moves_by_counts_pages_and_to_the_ends() {
    let mut driver = opened(300);
    driver.press("10j");
    assert!(driver.cursor_line().contains("MLE-2026-0011"), "{}", driver.cursor_line());
    driver.press("3k <pagedown>");
    assert!(driver.cursor_line().contains("MLE-2026-0025"), "{}", driver.cursor_line());
    driver.press("G");
    serve(&mut driver, 300);
    assert!(driver.cursor_line().contains("MLE-2026-0300"));
    driver.press("g");
    serve(&mut driver, 300);
    assert!(driver.cursor_line().contains("MLE-2026-0001"));
}

#[test]
fn a_slow_store_never_holds_the_keys() {
    let mut driver = opened(300);
    driver.press("99j 99j");
    // Nothing was answered, and the cursor stands at the end of what is known.
    assert!(driver.cursor_line().contains("MLE-2026-0100"), "{}", driver.cursor_line());
    serve(&mut driver, 300);
    assert!(driver.cursor_line().contains("MLE-2026-0199"), "{}", driver.cursor_line());
}

#[test]
fn news_are_read_without_moving_the_cursor() {
    let mut driver = opened(50);
    driver.press("5j");
    driver.event(Event::Students(Vec::new()));
    // Three newcomers stand before everybody.
    serve_rows(&mut driver, 53, |n| if n < 3 { made::row(n + 200) } else { made::row(n - 3) });
    assert!(driver.cursor_line().contains("MLE-2026-0006"), "{}", driver.screen());
    assert!(driver.shows("53 élèves"));
}

#[test]
fn much_news_is_one_reading_more() {
    let mut driver = opened(50);
    for _ in 0..20 {
        driver.event(Event::Elsewhere);
    }
    let lists = |driver: &Driver| driver.asks.iter().filter(|ask| matches!(ask.body, Request::ListStudents(_))).count();
    assert_eq!(lists(&driver), 1);
    let place = driver.asks.iter().position(|ask| matches!(ask.body, Request::ListStudents(_))).expect("list");
    let query = last_list(&driver);
    driver.answer_nth(place, Ok(made::page(&query, 50, made::row)));
    assert_eq!(lists(&driver), 1);
}

#[test]
fn enter_opens_the_card_at_its_place() {
    let mut driver = opened(50);
    driver.press("j<enter>");
    assert!(matches!(driver.asked(), Request::OpenStudent(id) if id.as_str() == "s1"));
    let left = driver.model.left().expect("left");
    match left.routes.last() {
        Some(Route::Student { place: Some(place), .. }) => {
            let Place { filter, cursor, .. } = place.as_ref();
            assert_eq!((filter, cursor.id.as_str()), (&Filter::All, "s1"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn delete_asks_and_u_takes_it_back() {
    let mut driver = opened(3);
    driver.press("d");
    assert!(driver.shows("Supprimer COULIBALY Awa (MLE-2026-0001)"), "{}", driver.screen());
    driver.press("<enter>");
    assert!(driver.asks.is_empty(), "the harmless answer stands first");
    driver.press("d o");
    assert!(matches!(driver.asked(), Request::DeleteStudent { id, version: 1 } if id.as_str() == "s0"));
    driver.reply(Reply::Acted(crate::domain::id::ActId::new("act")));
    assert!(driver.shows("u annule"));
    serve_rows(&mut driver, 2, |n| made::row(n + 1));
    assert!(!driver.shows("MLE-2026-0001"));
    driver.press("u");
    assert!(matches!(driver.asked(), Request::Undo(act) if act.as_str() == "act"));
    driver.reply(Reply::Done);
    serve(&mut driver, 3);
    assert!(driver.shows("MLE-2026-0001"));
}

#[test]
fn chosen_students_are_deleted_and_come_back_together() {
    let mut driver = opened(30);
    driver.press("<space><space>d o");
    assert_eq!(driver.asks.len(), 2);
    driver.reply(Reply::Acted(crate::domain::id::ActId::new("a1")));
    driver.reply(Reply::Acted(crate::domain::id::ActId::new("a2")));
    serve(&mut driver, 28);
    driver.press("u");
    let undone = driver.asks.iter().filter(|ask| matches!(ask.body, Request::Undo(_))).count();
    assert_eq!(undone, 2);
}

#[test]
fn a_delete_that_fails_says_so_and_nothing_goes() {
    let mut driver = opened(3);
    driver.press("d o");
    driver.fail(Failure::Conflict);
    assert!(driver.shows("COULIBALY Awa n’est pas supprimé"), "{}", driver.screen());
}

#[test]
fn a_role_that_may_not_is_told_why() {
    let mut driver = table(Lang::Fr, Role::Head);
    serve(&mut driver, 3);
    for key in ["a", "e", "d"] {
        driver.press(key);
        assert!(driver.shows("Votre rôle ne permet pas"), "{key}");
    }
}

#[test]
fn the_mouse_selects_opens_and_orders() {
    use ratatui::crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut driver = opened(30);
    let click = |column, row| {
        let kind = MouseEventKind::Down(MouseButton::Left);
        crate::ui::msg::Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
    };
    driver.send(click(10, 6));
    assert!(driver.cursor_line().contains("MLE-2026-0003"), "{}", driver.cursor_line());
    driver.send(click(6, 3));
    assert_eq!(last_list(&driver).sort.0, [("matricule".into(), Direction::Ascending)]);
    serve(&mut driver, 30);
    driver.send(click(10, 6));
    driver.send(click(10, 6));
    assert!(matches!(driver.asked(), Request::OpenStudent(_)));
}

#[test]
fn lines_are_copied_for_a_spreadsheet() {
    let mut driver = opened(3);
    driver.press("y");
    let copied = driver.done.iter().find_map(|command| match command {
        Command::Copy(text) => Some(text.clone()),
        _ => None,
    });
    assert_eq!(copied.as_deref(), Some("MLE-2026-0001\tCOULIBALY\tAwa\tTSE\t19,00"));
}

#[test]
fn a_class_of_the_palette_opens_its_students() {
    let mut driver = Driver::inside(Lang::Fr, Role::Admin);
    driver.press("<C-p> tse <enter>");
    let query = last_list(&driver);
    assert_eq!((query.filter, query.seek), (Filter::any_of("class_name", ["TSE"]), Seek::First));
}

#[test]
fn a_student_of_the_palette_opens_the_card() {
    let mut driver = Driver::inside(Lang::Fr, Role::Admin);
    driver.press("<C-p> coul");
    while !matches!(driver.asked(), Request::Find { text, .. } if text == "coul") {
        driver.asks.remove(0);
    }
    let row = made::row(0);
    driver.reply(Reply::Found(vec![crate::protocol::Found {
        id: row.id,
        name: "COULIBALY Awa".to_owned(),
        matricule: row.matricule,
        class: None,
    }]));
    driver.press("<enter>");
    assert!(matches!(driver.asked(), Request::OpenStudent(id) if id.as_str() == "s0"), "{:?}", driver.asked());
}

#[test]
fn a_filter_that_is_not_understood_says_all_of_why_and_nothing_false() {
    let mut driver = opened(0);
    driver.press("f");
    driver.paste("zorglub");
    serve(&mut driver, 0);
    driver.press(": 3");
    assert!(driver.shows("statut."), "the whole list of fields is seen: {}", driver.screen());
    assert!(!driver.shows("0 élève") && !driver.shows("Aucun élève ne correspond"), "{}", driver.screen());
}

#[test]
fn the_example_of_the_filter_works_and_few_digits_are_explained() {
    let mut driver = opened(0);
    driver.press("f");
    assert!(driver.shows("tel:7612"), "{}", driver.screen());
    driver.paste("tel:7612");
    assert!(!driver.shows("! "), "{}", driver.screen());
    driver.press("<C-u>");
    driver.paste("76");
    serve(&mut driver, 0);
    assert!(driver.shows("au moins trois chiffres"), "{}", driver.screen());
}

//! The program as a whole, by keys and answers.

use crate::{
    domain::entities::Role,
    protocol::{Entered, Event, Failure, Found, Lamp, Part, Reply, Request, Trouble},
    text::Lang,
    ui::{
        effect::Command,
        memory::Memory,
        msg::{Msg, Signal},
        screens::{Route, menu},
        testing::{Driver, sample},
    },
};

fn quits(driver: &Driver) -> bool {
    driver.done.iter().any(|command| matches!(command, Command::Quit))
}

/// Somebody typed a new password and the session ended.
fn over(write: bool) -> Driver {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Password);
    driver.press("ancien-mot <enter> nouveau-mot <enter> nouveau-mot");
    if write {
        driver.press("<enter>");
        driver.fail(Failure::SessionOver);
    } else {
        let commands_before = driver.asks.len();
        driver.event(Event::Setup);
        assert_eq!(driver.asks.len(), commands_before + 1);
        driver.fail(Failure::SessionOver);
    }
    driver
}

#[test]
fn after_a_session_that_ended_everything_typed_is_there_and_the_write_is_sent_again() {
    let mut driver = over(true);
    assert!(driver.shows("Ce que vous avez tapé est gardé"), "{}", driver.screen());
    driver.asks.clear();
    driver.press("motdepasse <enter>");
    driver.reply(Reply::Entered(Box::new(sample::entered(Role::Admin))));
    assert!(driver.shows("•••••••••••"), "{}", driver.screen());
    assert!(matches!(driver.asked(), Request::ChangePassword { .. }), "{:?}", driver.asks);
    driver.reply(Reply::Done);
    assert!(driver.shows("Votre mot de passe est changé."));
}

#[test]
fn another_user_may_not_drop_waiting_work_without_being_asked() {
    let mut driver = over(false);
    driver.asks.clear();
    driver.press("<up> <C-u> binta <enter> motdepasse <enter>");
    let binta = Entered { username: "binta".into(), ..sample::entered(Role::Teacher) };
    driver.reply(Reply::Entered(Box::new(binta.clone())));
    assert!(driver.shows("awa") && driver.shows("n’est pas enregistré"), "{}", driver.screen());
    driver.press("n");
    assert!(driver.shows("Mot de passe"), "still at the door");
    driver.press("motdepasse <enter>");
    driver.reply(Reply::Entered(Box::new(binta)));
    driver.press("o");
    assert!(driver.shows("Accueil") && !driver.shows("•••"));
    assert_eq!(driver.session().map(|session| session.username.as_str()), Some("binta"));
}

#[test]
fn an_older_answer_of_a_slot_is_nothing() {
    let mut driver = Driver::at(Lang::Fr, Role::Head, Route::Health);
    driver.press("<f5>");
    assert_eq!(driver.asks.len(), 2);
    driver.answer_nth(0, Err(Failure::Denied));
    assert!(!driver.shows("rôle ne permet pas"), "the older one says nothing any more");
}

#[test]
fn quitting_waits_for_writes_and_a_second_time_does_not() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Health);
    driver.press("b q");
    assert!(!quits(&driver) && driver.shows("Un enregistrement se termine"), "{}", driver.screen());
    let last = driver.asks.len() - 1;
    driver.answer_nth(last, Ok(Reply::Done));
    assert!(quits(&driver));
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Health);
    driver.press("b q q");
    assert!(quits(&driver));
}

#[test]
fn a_signal_quits_without_questions() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Password);
    driver.press("abc");
    driver.send(Msg::Signal(Signal::Quit));
    assert!(quits(&driver));
}

#[test]
fn quitting_with_something_typed_asks() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Password);
    driver.press("abc <C-c>");
    assert!(!quits(&driver) && driver.shows("Quitter carnet perd"));
    driver.press("o");
    assert!(quits(&driver));
}

#[test]
fn a_write_that_fails_after_its_screen_was_closed_is_told() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Health);
    driver.press("b <esc>");
    let last = driver.asks.len() - 1;
    driver.answer_nth(last, Err(Failure::Offline { what: Part::Store, detail: Trouble::Full }));
    assert!(driver.shows("n’a pas pu se faire"), "{}", driver.screen());
}

#[test]
fn what_takes_long_says_what_it_waits_for() {
    let mut driver = Driver::inside(Lang::Fr, Role::Admin);
    driver.press("<C-p> tra <esc>");
    driver.wait(1);
    assert!(!driver.shows("attend une réponse"));
    driver.wait(3);
    assert!(driver.shows("attend une réponse depuis 4 s"), "{}", driver.screen());
    driver.event(Event::Lamp { store: Lamp::Gone, cache: Lamp::Good });
    assert!(driver.shows("La base ne répond pas") && driver.shows("base coupée"));
}

#[test]
fn an_idle_program_draws_nothing() {
    let mut driver = Driver::inside(Lang::Fr, Role::Admin);
    driver.model.take_dirty();
    assert!(!driver.model.wants_tick(), "no tick is even sent");
    driver.wait(1);
    assert!(!driver.model.take_dirty());
    driver.press("j");
    assert!(driver.model.take_dirty());
}

#[test]
fn a_small_terminal_is_told_kindly() {
    let mut driver = Driver::inside(Lang::Fr, Role::Admin).sized(20, 5);
    assert!(driver.shows("Agrandissez la") && driver.shows("80 × 20") && driver.shows("perdu."), "{}", driver.screen());
    driver.press("j <enter>");
    driver.send(Msg::Resize(80, 24));
    assert!(driver.shows("Accueil"), "keys pressed blindly did nothing");
}

#[test]
fn the_palette_finds_screens_keys_and_students() {
    let mut driver = Driver::inside(Lang::Fr, Role::Admin);
    driver.press("<C-p> sauveg <enter>");
    assert!(driver.shows("Sauvegardes"), "{}", driver.screen());
    driver.asks.clear();
    driver.press(": faire <space> une <enter>");
    let last = driver.asks.last().map(|ask| &ask.body);
    assert_eq!(last, Some(&Request::CreateBackup), "an action of the screen below");
    driver.asks.clear();
    driver.press("<C-p> tra");
    let limit = crate::ui::popup::palette::OFFERED;
    assert_eq!(driver.asks.last().map(|ask| &ask.body), Some(&Request::Find { text: "tra".into(), limit }));
    let one = |n: u32| Found {
        id: crate::domain::id::StudentId::new(n.to_string()),
        matricule: crate::domain::text_values::Matricule::parse(&format!("M-{n}")).expect("matricule"),
        class: None,
        name: format!("TRAORÉ {n}"),
    };
    let last = driver.asks.len() - 1;
    driver.answer_nth(last, Ok(Reply::Found((0..limit).map(one).collect())));
    assert!(driver.shows("TRAORÉ 1") && driver.shows("tapez plus de lettres"), "{}", driver.screen());
}

#[test]
fn a_late_find_does_not_open_a_closed_palette() {
    let mut driver = Driver::inside(Lang::Fr, Role::Admin);
    driver.press("<C-p> tra <esc>");
    let found: Vec<Found> = Vec::new();
    driver.reply(Reply::Found(found));
    assert!(driver.shows("Accueil"));
}

#[test]
fn colours_and_language_change_by_a_key() {
    let mut driver = Driver::inside(Lang::Fr, Role::Admin);
    driver.press("<f9>");
    assert!(driver.shows("Home") && driver.shows("carnet speaks English"));
    driver.press("<f8>");
    assert!(driver.shows("stays without colours"), "the terminal wants none: {}", driver.screen());
    driver.model.ctx.theme.colours = true;
    driver.press("<f8>");
    assert!(driver.shows("Colours: ordinary."), "{}", driver.screen());
    assert_eq!(driver.model.ctx.theme.name, crate::ui::theme::ThemeName::Default, "from mono around to the first");
}

#[test]
fn hostile_text_reaches_no_terminal() {
    let mut driver = Driver::new(Lang::Fr);
    driver.reply(Reply::Greeting(Box::new(sample::greeting())));
    driver.press("awa <enter> motdepasse <enter>");
    let evil = Entered { display_name: "Awa\u{1b}[2J\u{202e}".into(), ..sample::entered(Role::Admin) };
    driver.reply(Reply::Entered(Box::new(evil)));
    assert!(driver.screen().chars().all(|c| c == '\n' || !c.is_control()));
}

#[test]
fn where_one_left_is_known_and_comes_back() {
    let driver = Driver::at(Lang::Fr, Role::Admin, Route::Health);
    let left = driver.model.left().expect("somebody is there");
    assert_eq!(left.routes, [Route::Home, Route::Health]);
    let mut again = Driver::back(Lang::Fr, left);
    again.reply(Reply::Greeting(Box::new(sample::greeting())));
    again.press("awa <enter> motdepasse <enter>");
    again.reply(Reply::Entered(Box::new(sample::entered(Role::Admin))));
    assert!(again.shows("Lecture de l’état"), "{}", again.screen());
}

#[test]
fn questions_wait_for_each_other_and_behind_the_lock() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Password);
    driver.press("abc <esc> <f12>");
    assert!(driver.shows("Écran verrouillé") && !driver.shows("n’est pas enregistré"), "{}", driver.screen());
    driver.press("motdepasse <enter>");
    driver.reply(Reply::Done);
    assert!(driver.shows("n’est pas enregistré"), "{}", driver.screen());
}

#[test]
fn a_password_given_meanwhile_must_be_changed_and_what_was_asked_goes_on() {
    let mut driver = Driver::at(Lang::Fr, Role::Head, Route::Health);
    driver.fail(Failure::PasswordMustChange);
    assert!(driver.shows("donné par quelqu’un d’autre"));
    driver.press("motdepasse <enter> nouveau-mot <enter> nouveau-mot <enter>");
    driver.reply(Reply::Done);
    assert_eq!(*driver.asked(), Request::Health);
}

/// Every key of every screen that home leads to can be pressed, over an answer and over trouble.
#[test]
fn every_key_of_every_screen_can_be_pressed() {
    for role in Role::ALL {
        for item in menu::MENU {
            let route = (item.route)();
            let driver = Driver::at(Lang::Fr, role, route.clone());
            for key in driver.keys() {
                for failure in [None, Some(Failure::NotFound), Some(Failure::Denied)] {
                    let mut driver = Driver::at(Lang::Fr, role, route.clone());
                    while let Some(failure) = failure.clone().filter(|_| !driver.asks.is_empty()) {
                        driver.fail(failure);
                    }
                    driver.press(key);
                    assert!(!driver.screen().trim().is_empty());
                }
            }
        }
    }
}

#[test]
fn every_line_of_the_palette_does_something() {
    let mut driver = Driver::inside(Lang::Fr, Role::Admin);
    driver.press("<C-p>");
    let lines = driver.palette_lines();
    assert!(lines > menu::MENU.len());
    for line in 0..lines {
        let mut driver = Driver::inside(Lang::Fr, Role::Admin);
        driver.press("<C-p>");
        driver.press(&"<down>".repeat(line));
        driver.press("<enter>");
        assert!(!driver.shows("Que cherchez-vous"), "line {line} does nothing");
    }
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let code = lang.code();
        let mut driver = Driver::inside(lang, Role::Admin);
        driver.press("?");
        insta::assert_snapshot!(format!("help_{code}_80x24"), driver.frame());
        driver.press("<esc> <C-p> m");
        insta::assert_snapshot!(format!("palette_{code}_80x24"), driver.frame());
        let mut driver = Driver::at(lang, Role::Admin, Route::Password);
        driver.press("abc <esc>");
        insta::assert_snapshot!(format!("question_{code}_80x24"), driver.frame());
        let mut plain = Driver::inside(lang, Role::Admin);
        plain.model.ctx.theme.plain = true;
        plain.press("?");
        insta::assert_snapshot!(format!("help_plain_{code}_80x24"), plain.frame());
    }
}

#[test]
fn where_letters_type_the_footer_names_a_key_that_helps() {
    let driver = Driver::at(Lang::Fr, Role::Admin, Route::Password);
    assert!(driver.shows("F1 aide") && !driver.shows("? aide"), "{}", driver.screen());
    let driver = Driver::at(Lang::Fr, Role::Admin, Route::Health);
    assert!(driver.shows("? aide"), "{}", driver.screen());
}

#[test]
fn the_help_cuts_no_sentence() {
    let mut driver = Driver::at(Lang::Fr, Role::Teacher, Route::Students { class: None, points: None });
    driver.press("<f1>");
    let mut seen = driver.screen();
    for _ in 0..60 {
        driver.press("<down>");
        seen.push_str(&driver.screen());
    }
    for line in seen.lines().filter(|line| line.contains('│')) {
        let text = line.split('│').nth(1).unwrap_or_default().get(20..).unwrap_or_default();
        assert!(!text.trim_end().ends_with('…'), "{line}");
    }
    assert!(seen.contains("Quitter carnet"), "the last line is reached");
}

#[test]
fn the_title_of_a_screen_wins_over_the_school_and_the_role() {
    let driver = Driver::at(Lang::Fr, Role::Admin, Route::SheetPicker { class: None });
    let screen = driver.screen();
    let title = screen.lines().next().unwrap_or_default();
    assert!(title.contains("Feuilles de notes") && title.contains("2026-2027"), "{title}");
    assert!(!title.contains('…'), "{title}");
}

#[test]
fn choices_and_place_outlive_a_logout_and_another_user() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Students { class: None, points: None });
    driver.asks.clear();
    driver.press("c<down><down><down><space><esc>");
    let chosen = driver.model.ctx.memory.clone();
    assert_ne!(chosen, Memory::default());
    let login = |driver: &mut Driver, username: &str| {
        driver.asks.clear();
        driver.press(&format!("{username}<enter>motdepasse<enter>"));
        let entered = Entered { username: username.to_owned(), ..sample::entered(Role::Admin) };
        driver.reply(Reply::Entered(Box::new(entered)));
    };
    let logout = |driver: &mut Driver| {
        let commands = {
            let mut out = Vec::new();
            driver.model.leave_session(&mut out);
            out
        };
        driver.asks.extend(commands.into_iter().filter_map(|command| match command {
            Command::Send(ask) => Some(ask),
            _ => None,
        }));
        let greet = driver.asks.iter().position(|ask| ask.body == Request::Greet).expect("greet");
        driver.answer_nth(greet, Ok(Reply::Greeting(Box::new(sample::greeting()))));
    };
    logout(&mut driver);
    login(&mut driver, "issa");
    assert_eq!(driver.model.ctx.memory, Memory::default());
    assert!(driver.shows("Accueil"), "{}", driver.screen());
    logout(&mut driver);
    login(&mut driver, "awa");
    assert_eq!(driver.model.ctx.memory, chosen);
    assert_eq!(
        driver.model.left().expect("somebody").routes,
        [Route::Home, Route::Students { class: None, points: None }]
    );
    assert_eq!(driver.model.everybody_left().len(), 2);
}

#[test]
fn help_of_a_typing_screen_names_only_keys_that_work_there() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::StudentNew);
    driver.asks.clear();
    driver.press("<f1><pagedown><pagedown>");
    let screen = driver.screen();
    assert!(screen.contains("Ctrl-P") && screen.contains("Ctrl-C"), "{screen}");
    assert!(!screen.contains("Ctrl-P :") && !screen.contains("q Ctrl-C"), "{screen}");
}

#[test]
fn the_palette_begins_with_screens_and_ends_with_moves() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Students { class: None, points: None });
    driver.asks.clear();
    driver.press("<C-p>");
    assert!(driver.shows("Accueil") && !driver.shows("(↓)"), "{}", driver.screen());
}

/// Somebody in a school that has semesters.
fn of_semesters(lang: Lang, role: Role) -> Driver {
    let mut driver = Driver::inside(lang, role);
    if let Some(session) = &mut driver.model.ctx.session {
        for year in &mut session.setup.years {
            year.division = crate::domain::calendar::Division::Semesters;
            year.terms.truncate(2);
        }
    }
    driver
}

#[test]
fn semesters_are_called_so() {
    for lang in Lang::ALL {
        let mut driver = of_semesters(lang, Role::Admin);
        assert!(driver.shows("2026-2027 · S1") && !driver.shows("T1"), "{}", driver.screen());
        let route = crate::ui::screens::Route::SheetPicker { class: None };
        let commands = driver.model.open_for_test(route);
        drop(commands);
        assert!(driver.shows("S1") && !driver.shows("T1"), "{}", driver.screen());
    }
}

#[test]
fn the_role_is_whole_where_there_is_room() {
    let driver = Driver::inside(Lang::Fr, Role::Admin).sized(160, 45);
    assert!(driver.shows("Awa Traoré · Administrateur"), "{}", driver.screen());
    for role in Role::ALL {
        for (columns, rows) in [(80, 24), (100, 30), (160, 45)] {
            let driver = Driver::inside(Lang::Fr, role).sized(columns, rows);
            let title = driver.screen().lines().next().map(str::to_owned).unwrap_or_default();
            assert!(!title.contains('…'), "{columns}: {title}");
        }
    }
}

#[test]
fn going_home_from_home_is_answered() {
    for role in [Role::Teacher, Role::Student] {
        let mut driver = Driver::inside(Lang::Fr, role);
        driver.press("<C-p> accueil <enter>");
        assert!(driver.shows("pas d’écran avant celui-ci"), "{}", driver.screen());
    }
}

use crate::{
    domain::{
        calendar::{Division, YearId},
        entities::{Role, SchoolYear},
        id::{ClassId, StudentId, SubjectId},
        score::Average,
    },
    protocol::{
        ClassStats, Event, Failure, Reply, Request, Setup, Share, StatsQuestion, StatsSpread, TopQuestion, TopRow,
    },
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn stats(classes: bool) -> ClassStats {
    let mut distribution = vec![0_u64; 20];
    for (bin, count) in [(4, 2), (7, 5), (9, 11), (10, 18), (11, 22), (12, 15), (14, 9), (16, 4), (18, 1)] {
        if let Some(place) = distribution.get_mut(bin) {
            *place = count;
        }
    }
    let class = |id: &str, name: &str, count, mean| (ClassId::new(id), name.to_owned(), count, mean);
    ClassStats {
        year: sample::year(),
        term: Some(sample::term(1)),
        count: 87,
        without: 3,
        mean: Some(11.384),
        min: Average::from_hundredths(450),
        max: Average::from_hundredths(1_850),
        median: Some(11.25),
        deviation: Some(2.71),
        pass_rate: Some(0.793),
        below_10: 18,
        distribution,
        sorted: Vec::new(),
        classes: if classes {
            vec![
                class("tll", "TLL", 42, Some(9.8)),
                class("tse", "TSE", 45, Some(12.9)),
                class("new", "10e A", 0, None),
            ]
        } else {
            Vec::new()
        },
    }
}

fn best(rank: u32, tied: bool, name: &str, hundredths: u16) -> TopRow {
    TopRow {
        rank,
        tied,
        id: StudentId::new(format!("s{rank}")),
        student: name.into(),
        class: Some("TSE".into()),
        average: Average::from_hundredths(hundredths).expect("average"),
    }
}

fn opened(lang: Lang) -> Driver {
    let mut driver = Driver::at(lang, Role::Admin, Route::Statistics);
    let school = StatsQuestion { class: None, subject: None, year: None, term: None };
    assert_eq!(*driver.asked(), Request::Stats(school));
    driver.reply(Reply::Stats(Box::new(stats(true))));
    driver
}

fn at_best(lang: Lang) -> Driver {
    let mut driver = opened(lang);
    driver.press("<tab>");
    driver.reply(Reply::Top(vec![
        best(1, true, "KEITA Fatoumata", 1_850),
        best(1, true, "DIALLO Modibo", 1_850),
        best(3, false, "COULIBALY Awa", 1_783),
    ]));
    driver
}

#[test]
fn the_school_is_shown_with_its_classes_and_numbers() {
    let driver = opened(Lang::Fr);
    for text in ["Toute l’école", "11,38", "79,3\u{a0}%", "4,50 – 18,50", "TSE", "12,90", "█"] {
        assert!(driver.shows(text), "{text}: {}", driver.screen());
    }
}

#[test]
fn a_class_and_a_bar_lead_to_their_students() {
    let mut driver = opened(Lang::Fr);
    driver.press("j <enter>");
    assert!(driver.shows("classe:TSE"), "{}", driver.screen());
    let mut driver = opened(Lang::Fr);
    driver.press("<right>");
    assert!(driver.shows("De 10 à 11") && driver.shows("18 élèves"), "{}", driver.screen());
    driver.press("<right> <enter>");
    assert!(driver.shows("moy>=11 moy<12"), "{}", driver.screen());
}

#[test]
fn the_filter_speaks_the_language_of_the_screen() {
    let mut driver = opened(Lang::En);
    driver.press("j <enter>");
    assert!(driver.shows("class:TSE"), "{}", driver.screen());
    let mut driver = opened(Lang::En);
    driver.press("<right> <right> <enter>");
    assert!(driver.shows("avg>=11 avg<12"), "{}", driver.screen());
}

#[test]
fn what_the_list_of_students_cannot_show_is_said() {
    let mut driver = opened(Lang::Fr);
    driver.press("<right> m f r a <enter>");
    driver.reply(Reply::Stats(Box::new(stats(true))));
    driver.press("<enter>");
    assert!(driver.asks.is_empty() && driver.shows("moyenne générale de la période en cours"), "{}", driver.screen());
}

#[test]
fn class_subject_and_term_are_picked_by_typing() {
    let mut driver = opened(Lang::Fr);
    driver.press("c t s <enter>");
    driver.reply(Reply::Stats(Box::new(stats(false))));
    driver.press("m p h y <enter>");
    driver.reply(Reply::Stats(Box::new(stats(false))));
    driver.press("t <down><down> <enter>");
    let question = StatsQuestion {
        class: Some(ClassId::new("tse")),
        subject: Some(SubjectId::new("pc")),
        year: None,
        term: Some(sample::term(2)),
    };
    assert_eq!(*driver.asked(), Request::Stats(question));
    driver.reply(Reply::Stats(Box::new(stats(false))));
    assert!(driver.shows("TSE · Physique-Chimie · T2"), "{}", driver.screen());
    driver.press("c <esc>");
    assert!(driver.asks.is_empty(), "what is not changed is not asked again");
}

#[test]
fn the_best_with_those_who_tie_and_a_way_to_each() {
    let mut driver = at_best(Lang::Fr);
    assert!(driver.shows("KEITA Fatoumata") && driver.shows("ex æquo"), "{}", driver.screen());
    driver.press("+");
    driver.press("x");
    let question = TopQuestion { class: None, year: None, term: None, limit: 20, with_ties: true };
    let last = driver.asks.last().map(|ask| ask.body.clone());
    assert_eq!(last, Some(Request::Top(question)));
    driver.asks.clear();
    driver.press("j j <enter>");
    assert_eq!(*driver.asked(), Request::OpenStudent(StudentId::new("s3")));
}

#[test]
fn a_teacher_sees_own_classes_and_not_the_school() {
    let mut driver = Driver::at(Lang::Fr, Role::Teacher, Route::Statistics);
    assert!(matches!(driver.asked(), Request::Stats(question) if question.class == Some(ClassId::new("tse"))));
    driver.reply(Reply::Stats(Box::new(stats(false))));
    driver.press("c");
    assert!(!driver.shows("Toute l’école") && !driver.shows("TLL"), "{}", driver.screen());
    driver.press("<esc> m");
    assert!(driver.shows("Mathématiques") && !driver.shows("Français"), "{}", driver.screen());
}

#[test]
fn nothing_yet_and_trouble_are_said() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Statistics);
    let none = ClassStats { count: 0, term: None, mean: None, classes: Vec::new(), ..stats(false) };
    driver.reply(Reply::Stats(Box::new(none)));
    assert!(driver.shows("Pas encore de moyenne"));
    driver.event(Event::Students(Vec::new()));
    driver.fail(Failure::Denied);
    assert!(driver.shows("Votre rôle"));
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let code = lang.code();
        for (columns, rows) in [(80, 24), (120, 40)] {
            let size = format!("{code}_{columns}x{rows}");
            insta::assert_snapshot!(format!("stats_school_{size}"), opened(lang).sized(columns, rows).frame());
            let mut class = opened(lang);
            class.press("c t s e <enter>");
            class.reply(Reply::Stats(Box::new(stats(false))));
            insta::assert_snapshot!(format!("stats_class_{size}"), class.sized(columns, rows).frame());
            insta::assert_snapshot!(format!("stats_best_{size}"), at_best(lang).sized(columns, rows).frame());
        }
        let mut picking = opened(lang);
        picking.press("m");
        insta::assert_snapshot!(format!("stats_pick_{code}_80x24"), picking.frame());
    }
}

fn at_spread(lang: Lang) -> Driver {
    let mut driver = at_best(lang);
    driver.press("<tab>");
    let share = |count, mean, pass_rate| Share { count, mean: Some(mean), pass_rate: Some(pass_rate) };
    let none = Share { count: 0, mean: None, pass_rate: None };
    driver.reply(Reply::StatsSpread(Box::new(StatsSpread {
        year: sample::year(),
        term: Some(sample::term(2)),
        subjects: vec![
            (SubjectId::new("math"), share(45, 9.4, 0.42)),
            (SubjectId::new("fr"), share(44, 11.75, 0.7)),
            (SubjectId::new("pc"), share(45, 12.5, 0.81)),
        ],
        terms: vec![
            (sample::term(1), share(45, 10.2, 0.55)),
            (sample::term(2), share(45, 11.38, 0.79)),
            (sample::term(3), none),
        ],
    })));
    driver
}

#[test]
fn subjects_stand_side_by_side_and_terms_show_the_trend() {
    for (lang, code) in [(Lang::Fr, "fr"), (Lang::En, "en")] {
        for (columns, rows) in [(80, 24), (120, 40)] {
            let driver = at_spread(lang).sized(columns, rows);
            insta::assert_snapshot!(format!("stats_spread_{code}_{columns}x{rows}"), driver.frame());
        }
    }
    let mut driver = at_spread(Lang::Fr);
    driver.press("j<enter>");
    let Some(Request::Stats(question)) = driver.asks.last().map(|ask| ask.body.clone()) else { panic!("no figures") };
    assert_eq!(question.subject, Some(SubjectId::new("fr")));
}

/// A school with a year before, of two semesters.
fn with_a_past() -> (Setup, YearId) {
    let mut setup = sample::setup(Role::Admin);
    let before = YearId::starting(sample::year().first() - 1).unwrap();
    let mut terms = setup.years[0].terms.clone();
    terms.truncate(2);
    setup.years.push(SchoolYear { id: before.clone(), division: Division::Semesters, terms, closed: true });
    (setup, before)
}

#[test]
fn a_year_is_picked_and_everything_is_of_it() {
    let mut alone = opened(Lang::Fr);
    alone.press("y");
    assert!(alone.asks.is_empty() && alone.shows("pas d’année close"), "{}", alone.screen());
    let (setup, before) = with_a_past();
    let of_then = || Reply::Stats(Box::new(ClassStats { year: before.clone(), ..stats(true) }));
    for lang in Lang::ALL {
        let mut driver = Driver::in_school(lang, Role::Admin, setup.clone(), Route::Statistics);
        driver.reply(Reply::Stats(Box::new(stats(true))));
        driver.press("t <end> <enter>");
        driver.reply(Reply::Stats(Box::new(stats(true))));
        driver.press("y");
        insta::assert_snapshot!(format!("stats_year_pick_{}_80x24", lang.code()), driver.frame());
        driver.press("<down> <enter>");
        let year = Some(before.clone());
        // Two semesters have no third term.
        let question = StatsQuestion { class: None, subject: None, year: year.clone(), term: None };
        assert_eq!(*driver.asked(), Request::Stats(question.clone()));
        driver.reply(of_then());
        insta::assert_snapshot!(format!("stats_past_{}_80x24", lang.code()), driver.frame());
        driver.press("<enter>");
        assert!(driver.asks.is_empty(), "the list of students is of this year");
        driver.press("<tab>");
        let top = TopQuestion { class: None, year, term: None, limit: 10, with_ties: false };
        assert_eq!(*driver.asked(), Request::Top(top));
        driver.reply(Reply::Top(Vec::new()));
        assert!(driver.shows("2025-2026"), "{}", driver.screen());
        driver.press("<tab>");
        assert_eq!(*driver.asked(), Request::StatsSpread(question));
    }
}

#[test]
fn a_teacher_has_the_classes_of_that_year() {
    let (mut setup, before) = with_a_past();
    setup.charges = sample::charges(Role::Teacher);
    let (past, now) = setup.classes.into_iter().partition(|class| class.id == ClassId::new("tll"));
    (setup.past_classes, setup.classes) = (past, now);
    let mut without = Driver::in_school(Lang::Fr, Role::Teacher, setup.clone(), Route::Statistics);
    without.reply(Reply::Stats(Box::new(stats(false))));
    without.press("y");
    assert!(without.asks.is_empty() && without.shows("pas d’année close"), "{}", without.screen());
    setup.past.insert(before.clone(), vec![(ClassId::new("tll"), SubjectId::new("fr"))]);
    let mut driver = Driver::in_school(Lang::Fr, Role::Teacher, setup, Route::Statistics);
    driver.reply(Reply::Stats(Box::new(stats(false))));
    driver.press("y <down> <enter>");
    let class = Some(ClassId::new("tll"));
    let question = StatsQuestion { class, subject: None, year: Some(before), term: None };
    assert_eq!(*driver.asked(), Request::Stats(question));
    driver.reply(Reply::Stats(Box::new(stats(false))));
    assert!(driver.shows("TLL · Moyenne générale · 2025-2026"), "{}", driver.screen());
    driver.press("m");
    assert!(driver.shows("Français") && !driver.shows("Mathématiques"), "{}", driver.screen());
}

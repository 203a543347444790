use crate::{
    domain::{
        bulletin::{BulletinOf, BulletinPage, BulletinPart, BulletinValue, HonourDecision},
        calendar::Timestamp,
        entities::{Phrase, Role, Sex},
        id::{ClassId, PhraseId, StudentId, SubjectId},
        rules::Rank,
        score::Average,
        text_values::{Matricule, Remark},
    },
    protocol::{
        BulletinConflict, BulletinKey, BulletinRow, BulletinSet, BulletinView, Failure, FollowShown, Part, PhraseRow,
        Reply, Request, Seen, SetBulletin, Trouble,
    },
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn key(page: BulletinPage) -> BulletinKey {
    BulletinKey { of: BulletinOf { class: ClassId::new("tse"), year: sample::year(), term: sample::term(1) }, page }
}

fn maths() -> BulletinPage {
    BulletinPage::Subject(SubjectId::new("math"))
}

fn row(id: &str, (last, first): (&str, &str), sex: Option<Sex>, average: u16) -> BulletinRow {
    BulletinRow {
        student: StudentId::new(id),
        matricule: Matricule::parse(&format!("MLE-{id}")).expect("matricule"),
        last_name: sample::name(last),
        first_name: sample::name(first),
        sex,
        average: Average::from_hundredths(average),
        rank: Some(Rank { position: 1, tied: false }),
        remark: None,
        follow: FollowShown::default(),
        proposed: None,
        decided: None,
        decided_by: None,
    }
}

fn view(page: BulletinPage) -> BulletinView {
    let mut rows = vec![
        row("s1", ("Keïta", "Issa"), Some(Sex::Male), 950),
        row("s2", ("Traoré", "Awa"), Some(Sex::Female), 1_450),
        row("s3", ("Zié", "Zan"), None, 1_700),
    ];
    if page == BulletinPage::Council {
        rows[2].proposed = Some(sample::name("Félicitations"));
        rows[1].proposed = Some(sample::name("Encouragements"));
        rows[1].follow.late = Some(3);
    }
    BulletinView {
        key: key(page),
        closed: false,
        editable: true,
        undo: false,
        redo: false,
        rows,
        rules: sample::rules(),
    }
}

fn phrases() -> Reply {
    let phrase = |id: &str, band: Option<u16>, text: &str| PhraseRow {
        phrase: sample::stored(Phrase {
            id: PhraseId::new(id),
            owner: None,
            band: band.and_then(Average::from_hundredths),
            text: Remark::parse(text).expect("phrase"),
        }),
        editable: false,
    };
    Reply::Phrases(vec![
        phrase("p1", Some(0), "Il faut réagir."),
        phrase("p2", Some(1_400), "Élève {sérieux|sérieuse}."),
        phrase("p3", Some(1_400), "Bon trimestre."),
    ])
}

fn opened_as(lang: Lang, role: Role, view: BulletinView) -> Driver {
    let mut driver = Driver::at(lang, role, Route::Bulletin { key: view.key.clone(), student: None });
    assert_eq!(driver.asked(), &Request::Bulletin(view.key.clone()));
    driver.reply(Reply::Bulletin(Box::new(view)));
    driver.reply(phrases());
    driver
}

fn opened(lang: Lang, view: BulletinView) -> Driver {
    opened_as(lang, Role::Admin, view)
}

fn text(text: &str) -> BulletinValue {
    BulletinValue::Text(Remark::parse(text).expect("text"))
}

/// The oldest write that waits.
fn set(driver: &Driver) -> SetBulletin {
    let Request::SetBulletin(ask) = driver.asked() else { panic!("{:?}", driver.asked()) };
    (**ask).clone()
}

fn done(ask: &SetBulletin) -> Reply {
    Reply::BulletinSet(Box::new(BulletinSet {
        key: ask.key.clone(),
        student: ask.student.clone(),
        part: ask.part,
        value: ask.value.clone(),
        at: sample::moment(),
        undo: true,
        redo: false,
    }))
}

#[test]
fn appreciations_are_written_one_after_the_other_without_waiting() {
    for lang in Lang::ALL {
        let mut driver = opened(lang, view(maths()));
        driver.press("<enter> Bon<space>début. <enter>");
        driver.press("Très<space>bien. <enter>");
        let first = set(&driver);
        assert_eq!(
            (first.student.as_str(), first.part, first.value.clone()),
            ("s1", BulletinPart::Remark, Some(text("Bon début.")))
        );
        assert_eq!(first.expect, Some(Seen(None)));
        // Both are on their way, and the third is being written.
        assert_eq!(driver.asks.len(), 2);
        assert!(driver.shows("… Bon début.") && driver.shows("… Très bien."), "{}", driver.screen());
        assert!(driver.shows("0/80"), "{}", driver.screen());
        driver.reply(done(&first));
        let second = set(&driver);
        driver.reply(done(&second));
        assert!(!driver.shows("… Bon") && driver.shows("Bon début."), "{}", driver.screen());
        driver.press("<esc>");
        driver.press("u");
        assert!(matches!(driver.asked(), Request::StepBulletin(step) if !step.redo && !step.force));
    }
}

/// What counts as seen is what stood there when one began to write, not what arrived while one wrote.
#[test]
fn somebody_elses_words_that_arrive_while_one_writes_are_not_overwritten_unasked() {
    let mut driver = opened(Lang::Fr, view(maths()));
    driver.press("<enter> Bon<space>début.");
    driver.event(crate::protocol::Event::Elsewhere);
    let mut now = view(maths());
    now.rows[0].remark = Some(Remark::parse("Assez bien.").expect("text"));
    let asked = driver.asks.iter().position(|ask| matches!(ask.body, Request::Bulletin(_))).expect("read again");
    driver.answer_nth(asked, Ok(Reply::Bulletin(Box::new(now))));
    driver.asks.clear();
    driver.press("<enter>");
    assert_eq!(set(&driver).expect, Some(Seen(None)));
}

#[test]
fn what_is_longer_than_a_line_is_counted_and_refused() {
    let mut driver = opened(Lang::Fr, view(maths()));
    driver.press("<enter>");
    driver.paste(&"é".repeat(81));
    assert!(driver.shows("81/80"), "{}", driver.screen());
    driver.press("<enter>");
    assert!(driver.asks.is_empty());
    assert!(driver.shows("80"), "{}", driver.screen());
    driver.press("<backspace> <enter>");
    assert_eq!(set(&driver).value, Some(text(&"é".repeat(80))));
}

#[test]
fn phrases_of_the_band_are_narrowed_and_inserted_by_one_key_and_agree() {
    let mut driver = opened(Lang::Fr, view(maths()));
    driver.press("p");
    assert!(driver.shows("Il faut réagir.") && !driver.shows("Bon trimestre."), "{}", driver.screen());
    driver.press("<esc> <esc> j p");
    assert!(driver.shows("Élève sérieuse.") && driver.shows("Bon trimestre."), "{}", driver.screen());
    driver.press("seri <enter>");
    // Only proposed: nothing is sent before it is handed in.
    assert!(driver.asks.is_empty());
    driver.press("<f4> trim <enter> <enter>");
    assert_eq!(set(&driver).value, Some(text("Élève sérieuse. Bon trimestre.")));
    assert_eq!(set(&driver).student.as_str(), "s2");
    // All of them, where the band's are not enough.
    driver.press("<esc> g p <tab>");
    assert!(driver.shows("Élève sérieux.") && driver.shows("Il faut réagir."), "{}", driver.screen());
}

#[test]
fn somebody_elses_words_are_a_choice() {
    for (answer, sent) in [("s", 0), ("m", 1)] {
        let mut driver = opened(Lang::Fr, view(maths()));
        driver.press("<enter> Bien. <enter> <esc>");
        let at: Timestamp = sample::moment();
        let (student, part) = (StudentId::new("s1"), BulletinPart::Remark);
        let conflict = BulletinConflict { student, part, theirs: Some(text("Assez bien.")), by: "Moussa".into(), at };
        driver.fail(Failure::Bulletin(Box::new(conflict)));
        assert!(driver.shows("! Bien."), "{}", driver.screen());
        driver.press("g <enter>");
        assert!(driver.shows("Moussa") && driver.shows("Assez bien."), "{}", driver.screen());
        driver.press(answer);
        let writes = driver.asks.iter().filter(|ask| matches!(ask.body, Request::SetBulletin(_))).count();
        assert_eq!(writes, sent, "{answer}");
        if sent == 1 {
            assert_eq!(set(&driver).expect, Some(Seen(Some(text("Assez bien.")))));
            assert_eq!(set(&driver).value, Some(text("Bien.")));
        }
    }
}

#[test]
fn a_store_that_is_away_gets_it_later() {
    let mut driver = opened(Lang::En, view(maths()));
    driver.press("<enter> Fine. <enter> <esc>");
    let first = set(&driver);
    driver.fail(Failure::Offline { what: Part::Store, detail: Trouble::Unreachable });
    assert!(driver.shows("~ Fine."), "{}", driver.screen());
    driver.wait(1);
    // The same act: what arrived the first time is not done twice.
    assert_eq!(set(&driver), first);
    driver.reply(done(&first));
    assert!(!driver.shows("~ Fine.") && driver.shows("Fine."), "{}", driver.screen());
}

#[test]
fn follow_up_is_typed_down_its_columns() {
    let mut driver = opened(Lang::Fr, view(BulletinPage::FollowUp));
    driver.press("4 <enter> 12 <enter> x");
    assert_eq!((set(&driver).part, set(&driver).value), (BulletinPart::Justified, Some(BulletinValue::Count(4))));
    // Nothing stood in the third: nothing is sent for it.
    assert_eq!(driver.asks.len(), 2);
    driver.asks.clear();
    driver.press("g l l l 21 <enter>");
    assert!(driver.asks.is_empty(), "conduct is a mark of 0 to 20");
    driver.press("<esc> 1 4 , 5 <enter>");
    let mark = Average::from_hundredths(1_450).map(BulletinValue::Mark);
    assert_eq!((set(&driver).part, set(&driver).value), (BulletinPart::Conduct, mark));
    driver.press("g h 1 0 0 0 <enter>");
    assert!(driver.shows("999"), "{}", driver.screen());
    assert_eq!(driver.asks.len(), 1);
}

#[test]
fn the_council_decides_with_a_reason_or_leaves_it_to_the_rules() {
    let mut driver = opened(Lang::Fr, view(BulletinPage::Council));
    driver.press("j");
    assert!(driver.shows("(Encouragements)") && driver.shows("retards\u{a0}: 3"), "{}", driver.screen());
    driver.press("<enter> <down> <down> <enter>");
    assert!(driver.shows("pourquoi"), "{}", driver.screen());
    driver.press("<enter>");
    assert!(driver.asks.is_empty(), "a decision has a reason");
    driver.press("Entraide <enter>");
    let honour = Some(sample::name("Félicitations"));
    let reason = Remark::parse("Entraide").expect("reason");
    let decision = BulletinValue::Honour(HonourDecision { honour, reason });
    assert_eq!((set(&driver).part, set(&driver).value), (BulletinPart::Honour, Some(decision)));
    let first = set(&driver);
    driver.reply(done(&first));
    driver.press("k <enter> <enter>");
    assert_eq!((set(&driver).value, set(&driver).student.as_str().to_owned()), (None, "s2".to_owned()));
}

#[test]
fn a_closed_term_and_somebody_elses_page_are_only_read() {
    let mut driver = opened(Lang::Fr, BulletinView { closed: true, editable: false, ..view(maths()) });
    driver.press("<enter> x u p 3");
    assert!(driver.asks.is_empty() && driver.shows("clôturée"), "{}", driver.screen());
    let mut driver = opened(Lang::Fr, BulletinView { editable: false, ..view(BulletinPage::Council) });
    driver.press("<enter>");
    assert!(driver.asks.is_empty() && driver.shows("professeur principal"), "{}", driver.screen());
}

#[test]
fn leaving_asks_while_something_is_not_stored() {
    let mut driver = opened(Lang::Fr, view(maths()));
    driver.press("<enter> Bien. <enter> <esc>");
    driver.fail(Failure::Denied);
    driver.press("<esc>");
    assert!(driver.shows("KEÏTA Issa") && driver.shows("Bien."), "{}", driver.screen());
    driver.press("n");
    assert!(driver.shows("! Bien."), "{}", driver.screen());
}

#[test]
fn the_pickers_lead_here() {
    let mut driver = Driver::at(Lang::Fr, Role::Supervisor, Route::FollowUpPicker);
    driver.press("tse <enter>");
    assert_eq!(driver.asked(), &Request::Bulletin(key(BulletinPage::FollowUp)));
    let mut driver = Driver::at(Lang::Fr, Role::Head, Route::CouncilPicker);
    driver.press("tse <enter>");
    assert_eq!(driver.asked(), &Request::Bulletin(key(BulletinPage::Council)));
    let mut driver = Driver::at(Lang::Fr, Role::Teacher, Route::RemarksPicker);
    driver.press("<enter>");
    assert_eq!(driver.asked(), &Request::Bulletin(key(maths())));
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        for (columns, rows) in [(80, 24), (120, 40)] {
            let code = format!("{}_{columns}x{rows}", lang.code());
            for (name, page) in
                [("subject", maths()), ("follow", BulletinPage::FollowUp), ("council", BulletinPage::Council)]
            {
                let mut shown = view(page);
                shown.rows[0].remark = Remark::parse("Bon trimestre, à poursuivre.").ok();
                shown.rows[0].follow = FollowShown {
                    justified: Some(4),
                    conduct: Average::from_hundredths(1_450),
                    ..FollowShown::default()
                };
                let driver = opened(lang, shown).sized(columns, rows);
                insta::assert_snapshot!(format!("{name}_{code}"), driver.frame());
            }
            let mut driver = opened(lang, view(maths())).sized(columns, rows);
            driver.press("j p");
            insta::assert_snapshot!(format!("phrases_{code}"), driver.frame());
            let mut driver = opened(lang, view(BulletinPage::Council)).sized(columns, rows);
            driver.press("j <enter>");
            insta::assert_snapshot!(format!("honours_{code}"), driver.frame());
        }
    }
}

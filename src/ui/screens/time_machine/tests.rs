use insta::assert_snapshot;
use serde_json::json;

use crate::{
    domain::{
        calendar::Timestamp,
        entities::{Evaluation, EvaluationKind, Role, Sex},
        id::{ClassId, EvaluationId, StudentId, SubjectId},
        rules::Rank,
        score::{Average, MarkValue, Scale, Score},
        text_values::Matricule,
    },
    protocol::{Failure, MomentChange, MomentQuestion, MomentRow, Reply, Request, SheetKey, SheetMoment, Standing},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn key() -> SheetKey {
    SheetKey {
        class: ClassId::new("tse"),
        subject: SubjectId::new("math"),
        year: sample::year(),
        term: sample::term(1),
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn standing(average: u16, rank: u32, general: u16) -> Standing {
    let place = |position| Some(Rank { position, tied: false });
    Standing {
        average: Average::from_hundredths(average),
        rank: place(rank),
        general: Average::from_hundredths(general),
        general_rank: place(1),
    }
}

fn row(n: usize, last: &str, then: Option<Standing>, now: Option<Standing>) -> MomentRow {
    MomentRow {
        student: StudentId::new(format!("s{n}")),
        matricule: Matricule::parse(&format!("MLE-2026-000{n}")).unwrap(),
        last_name: sample::name(last),
        first_name: sample::name("Awa"),
        sex: Some(Sex::Female),
        cells: vec![Score::new(1_200, Scale::TWENTY).map(MarkValue::Score)],
        then,
        now,
    }
}

fn moment() -> SheetMoment {
    let change = |minute: u32, action: &str, student: Option<&str>, old, new, reason: Option<&str>| MomentChange {
        at: at(&format!("2026-11-20T10:{minute}:00Z")),
        by: "Issa\u{1b}[2J Keïta".to_owned(),
        action: action.to_owned(),
        subject: SubjectId::new(if minute == 41 { "fr" } else { "math" }),
        student: student.map(StudentId::new),
        evaluation: Some("Devoir 1".to_owned()),
        old,
        new,
        reason: reason.map(str::to_owned),
    };
    SheetMoment {
        key: key(),
        at: at("2026-11-20T10:00:00Z"),
        rules: sample::rules(),
        columns: vec![Evaluation {
            id: EvaluationId::new("e1"),
            kind: EvaluationKind::Test,
            title: sample::name("Devoir 1"),
            date: None,
            scale: Scale::TWENTY,
            coefficient: 1,
            published: true,
        }],
        rows: vec![
            row(1, "Coulibaly", Some(standing(1_483, 3, 1_200)), Some(standing(1_520, 2, 1_210))),
            row(2, "Diallo", Some(standing(1_500, 1, 1_300)), Some(standing(1_500, 3, 1_300))),
            row(3, "Keïta", None, Some(standing(1_700, 1, 1_100))),
            row(4, "Traoré", Some(standing(900, 4, 800)), Some(standing(900, 4, 800))),
        ],
        changes: vec![
            change(42, "mark.undo", Some("s1"), json!(14), json!(15.2), None),
            change(41, "mark.set", Some("s1"), json!(null), json!("ABS"), Some("copie retrouvée")),
            change(
                40,
                "evaluation.save",
                None,
                json!({"id": "e1", "kind": "test", "title": "Devoir 1", "date": null, "scale": 20, "coefficient": 1,
                    "published": true}),
                json!({"id": "e1", "kind": "test", "title": "Devoir 1", "date": null, "scale": 40, "coefficient": 2,
                    "published": true}),
                None,
            ),
            change(39, "mark.set", Some("s2"), json!(9), json!(10), None),
        ],
        earlier: Some(at("2026-11-20T09:59:59.999Z")),
        later: Some(at("2026-11-20T10:39:00Z")),
    }
}

fn opened(lang: Lang) -> Driver {
    let mut driver = Driver::at(lang, Role::Admin, Route::TimeMachine { key: key() });
    assert_eq!(driver.asked(), &Request::SheetAt(MomentQuestion { sheet: key(), at: driver.now }));
    driver.reply(Reply::SheetAt(Box::new(moment())));
    driver
}

fn asked_at(driver: &Driver) -> Timestamp {
    match driver.asked() {
        Request::SheetAt(question) => question.at,
        other => panic!("{other:?}"),
    }
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let mut driver = opened(lang);
        driver.press("<left>");
        driver.reply(Reply::SheetAt(Box::new(moment())));
        assert_snapshot!(format!("machine_{}_80x24", lang.code()), driver.frame());
        assert_snapshot!(format!("machine_{}_120x40", lang.code()), driver.sized(120, 40).frame());
    }
}

#[test]
fn one_goes_from_change_to_change_and_back_to_now() {
    let mut driver = opened(Lang::Fr);
    assert!(driver.shows("maintenant"));
    driver.press("<left>");
    assert_eq!(Some(asked_at(&driver)), moment().earlier);
    driver.reply(Reply::SheetAt(Box::new(SheetMoment { earlier: None, ..moment() })));
    assert!(driver.shows("au 20/11/2026 09:59"), "{}", driver.screen());
    driver.press("<left>");
    assert!(driver.asks.is_empty(), "nothing is earlier");
    driver.press("<right>");
    assert_eq!(Some(asked_at(&driver)), moment().later);
    driver.reply(Reply::SheetAt(Box::new(moment())));
    driver.press("n");
    assert_eq!(asked_at(&driver), driver.now);
}

#[test]
fn a_moment_is_typed_and_one_that_is_none_is_refused() {
    let mut driver = opened(Lang::Fr);
    driver.press("d <C-u>");
    driver.press("hier <enter>");
    assert!(driver.shows("Ce n’est pas un moment") && driver.asks.is_empty());
    driver.press("<C-u>");
    driver.press("19/11/2026 <space> 8:05 <enter>");
    assert_eq!(asked_at(&driver), at("2026-11-19T08:05:59.999Z"));
    driver.press("d <esc>");
    assert!(!driver.shows("À quel moment"));
}

#[test]
fn below_stands_what_moved_the_student_under_the_cursor() {
    let mut driver = opened(Lang::Fr);
    for said in ["annulation", "FR · Devoir 1 — → ABS (copie retrouvée)", "Devoir 1 /20 coef. 1 → Devoir 1 /40 coef. 2"]
    {
        assert!(driver.shows(said), "{said}: {}", driver.screen());
    }
    assert!(!driver.shows("9,00 → 10,00"), "another's mark");
    driver.press("j");
    assert!(driver.shows("9,00 → 10,00") && !driver.shows("ABS"), "{}", driver.screen());
}

#[test]
fn the_average_of_then_is_explained() {
    let mut driver = opened(Lang::Fr);
    driver.press("=");
    assert!(driver.shows("moyenne au 20/11/2026 10:00") && driver.shows("12,00"), "{}", driver.screen());
    driver.press("<esc>");
    assert!(!driver.shows("moyenne au"));
}

#[test]
fn trouble_is_said() {
    let mut driver = Driver::at(Lang::Fr, Role::Teacher, Route::TimeMachine { key: key() });
    driver.fail(Failure::Denied);
    assert!(driver.shows("ne permet pas"));
}

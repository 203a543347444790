use insta::assert_snapshot;
use serde_json::json;

use crate::{
    domain::entities::Role,
    protocol::{AuditFault, AuditFinding, AuditLine, AuditReport, Reply, Request},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn opened(lang: Lang) -> Driver {
    let mut driver = Driver::at(lang, Role::Admin, Route::Audit);
    assert!(matches!(driver.asked(), Request::AuditTrail(question) if question.limit == 500));
    let entry = |seq: u64, action: &str, old, new| AuditLine {
        stream: "tse:math:2026-2027:T1".to_owned(),
        seq,
        at: sample::moment(),
        by: "Awa\u{1b}[2J Diarra".to_owned(),
        action: action.to_owned(),
        target: "e1:s1".to_owned(),
        old,
        new,
        reason: (seq == 2).then(|| "copie retrouvée".to_owned()),
    };
    driver.reply(Reply::AuditTrail(vec![
        entry(2, "mark.set", json!(12.5), json!(14)),
        entry(1, "mark.set", json!(null), json!(12.5)),
    ]));
    driver
}

#[test]
fn an_entry_is_shown_in_full() {
    let mut driver = opened(Lang::Fr);
    driver.press("<enter>");
    assert!(driver.shows("copie retrouvée") && driver.shows("e1:s1"), "{}", driver.screen());
}

#[test]
fn a_trail_that_is_not_whole_is_said_with_the_place() {
    let mut driver = opened(Lang::Fr);
    driver.press("v");
    assert_eq!(driver.asked(), &Request::VerifyAudit);
    let finding = AuditFinding { stream: "setup".to_owned(), seq: 7, fault: AuditFault::Cut };
    let report = AuditReport { streams: 2, entries: 9, anchors: 3, findings: vec![finding] };
    driver.reply(Reply::AuditChecked(Box::new(report)));
    assert!(driver.shows("setup") && driver.shows("n° 7".replace(' ', "\u{a0}").as_str()), "{}", driver.screen());
    let mut driver = opened(Lang::Fr);
    driver.press("v");
    driver.reply(Reply::AuditChecked(Box::new(AuditReport { streams: 2, entries: 9, anchors: 3, findings: vec![] })));
    assert!(driver.shows("complet"), "{}", driver.screen());
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let driver = opened(lang);
        assert_snapshot!(format!("audit_{}", lang.code()), driver.screen());
    }
}

use crate::{
    domain::{
        entities::Role,
        id::{ActId, StudentId},
        text_values::Matricule,
    },
    protocol::{DeletedStudent, Reply, Request},
    text::Lang,
    ui::{screens::Route, testing::Driver},
};

fn row(n: u32, name: &str) -> DeletedStudent {
    DeletedStudent {
        id: StudentId::new(format!("s{n}")),
        act: ActId::new(format!("act-{n}")),
        matricule: Matricule::parse(&format!("MLE-2026-{n:04}")).expect("matricule"),
        name: name.to_owned(),
        class: Some("TSE".to_owned()),
        at: "2026-11-20T10:42:00Z".parse().expect("moment"),
        by: "Awa Diallo".to_owned(),
    }
}

#[test]
fn a_deleted_student_is_found_and_brought_back_later() {
    for (lang, back) in [(Lang::Fr, "est revenu"), (Lang::En, "is back")] {
        let mut driver = Driver::at(lang, Role::Admin, Route::Students { class: None, points: None });
        driver.asks.clear();
        driver.press("R");
        assert_eq!(driver.asked(), &Request::DeletedStudents);
        driver.reply(Reply::DeletedStudents(vec![row(1, "BAH Rokia"), row(2, "DIALLO Issa")]));
        assert!(driver.shows("MLE-2026-0001") && driver.shows("DIALLO Issa"), "{}", driver.screen());
        driver.press("/dial<enter><enter>");
        assert_eq!(driver.asked(), &Request::Undo(ActId::new("act-2")), "{}", driver.screen());
        driver.reply(Reply::Done);
        assert!(driver.shows(back), "{}", driver.screen());
        // Nothing is added or removed here.
        driver.asks.clear();
        driver.press("d a u");
        assert!(driver.asks.is_empty(), "{}", driver.screen());
    }
}

#[test]
fn only_who_may_delete_comes_here() {
    let mut driver = Driver::at(Lang::Fr, Role::Secretary, Route::Students { class: None, points: None });
    driver.asks.clear();
    driver.press("R");
    assert!(driver.asks.is_empty(), "{}", driver.screen());
}

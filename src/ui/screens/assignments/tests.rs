use crate::{
    domain::{
        entities::Role,
        id::{ActId, AssignmentId, ClassId, SubjectId, UserId},
        text_values::Username,
    },
    protocol::{AccountRow, AssignmentRow, Reply, Request},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn row(class: &str, subject: &str, teacher: &str) -> AssignmentRow {
    AssignmentRow {
        id: AssignmentId::new(format!("{class}-{subject}")),
        version: 1,
        teacher: UserId::new("u-1"),
        teacher_name: teacher.into(),
        class: ClassId::new(class.to_lowercase()),
        class_name: class.into(),
        subject: SubjectId::new("math"),
        subject_name: subject.into(),
    }
}

fn account(id: &str, name: &str, role: Role) -> AccountRow {
    AccountRow {
        id: UserId::new(id),
        version: 1,
        username: Username::parse(id).expect("user name"),
        display_name: sample::name(name),
        role,
        disabled: false,
        must_change: false,
        own: None,
        linked: Vec::new(),
        gone: Vec::new(),
        staff: crate::domain::entities::StaffFile::default(),
    }
}

fn opened(lang: Lang) -> Driver {
    let mut driver = Driver::at(lang, Role::Admin, Route::Assignments);
    driver.reply(Reply::Assignments(vec![
        row("TLL", "Français", "Oumar Keïta"),
        row("TSE", "Mathématiques", "Awa Traoré"),
    ]));
    driver.reply(Reply::Users(vec![
        account("admin", "Direction", Role::Admin),
        account("awa", "Awa Traoré", Role::Teacher),
        account("oumar", "Oumar Keïta", Role::Teacher),
    ]));
    driver
}

#[test]
fn a_subject_is_given_and_taken_back() {
    let mut driver = opened(Lang::Fr);
    driver.press("a k e i <enter> t s e <enter> p h y <enter>");
    let request = Request::SaveAssignment {
        teacher: UserId::new("oumar"),
        class: ClassId::new("tse"),
        subject: SubjectId::new("pc"),
    };
    assert_eq!(*driver.asked(), request);
    driver.reply(Reply::Acted(ActId::new("act-1")));
    driver.asks.clear();
    driver.press("u");
    assert_eq!(*driver.asked(), Request::Undo(ActId::new("act-1")));
}

#[test]
fn what_is_already_given_is_said_and_the_last_act_can_still_be_taken_back() {
    let mut driver = opened(Lang::Fr);
    driver.press("a k e i <enter> t s e <enter> p h y <enter>");
    driver.reply(Reply::Acted(ActId::new("act-1")));
    driver.asks.clear();
    driver.press("a k e i <enter> t s e <enter> p h y <enter>");
    driver.reply(Reply::Done);
    assert!(driver.shows("Déjà confié à") && !driver.shows("u l’annule"), "{}", driver.screen());
    driver.press("<esc> o u");
    assert_eq!(*driver.asked(), Request::Undo(ActId::new("act-1")), "{}", driver.screen());
}

#[test]
fn nothing_is_left_open() {
    let mut driver = opened(Lang::Fr);
    driver.press("a <C-s>");
    assert!(driver.asks.is_empty() && driver.shows("obligatoire"));
}

#[test]
fn what_is_typed_and_fits_nothing_is_named() {
    let mut driver = opened(Lang::En);
    driver.press("a 4 0 <C-s>");
    assert!(driver.asks.is_empty() && driver.shows("“40” does not exist"), "{}", driver.screen());
}

#[test]
fn a_line_is_removed_but_not_changed() {
    let mut driver = opened(Lang::Fr);
    driver.press("e");
    assert!(driver.shows("ne se modifie pas"));
    driver.press("j d");
    assert!(driver.shows("Awa Traoré n’aura plus Mathématiques en TSE"), "{}", driver.screen());
    driver.press("o");
    let request = Request::DeleteAssignment { id: AssignmentId::new("TSE-Mathématiques"), version: 1 };
    assert_eq!(*driver.asked(), request);
}

#[test]
fn a_teacher_may_look_without_the_accounts() {
    let driver = Driver::at(Lang::Fr, Role::Teacher, Route::Assignments);
    assert_eq!(driver.asks.len(), 1);
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let code = lang.code();
        insta::assert_snapshot!(format!("assignments_{code}_80x24"), opened(lang).frame());
        insta::assert_snapshot!(format!("assignments_{code}_120x40"), opened(lang).sized(120, 40).frame());
        let mut form = opened(lang);
        form.press("a a w a <enter> <right>");
        insta::assert_snapshot!(format!("assignments_form_{code}_80x24"), form.frame());
    }
}

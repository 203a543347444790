use crate::{
    domain::{
        entities::{Role, StaffFile},
        id::{StudentId, UserId},
        text_values::{Matricule, Password, Remark, Username},
    },
    protocol::{AccountRow, Failure, Field, Found, NewAccount, Reply, Request, SaveUser, Why},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn account(id: &str, name: &str, role: Role, linked: &[(&str, &str)]) -> AccountRow {
    AccountRow {
        id: UserId::new(id),
        version: 3,
        username: Username::parse(id).expect("user name"),
        display_name: sample::name(name),
        role,
        disabled: role == Role::Bursar,
        must_change: false,
        own: linked.first().filter(|_| role == Role::Student).map(|(id, _)| StudentId::new(*id)),
        linked: linked.iter().map(|(id, name)| (StudentId::new(*id), (*name).to_owned())).collect(),
        gone: Vec::new(),
        staff: StaffFile::default(),
    }
}

fn opened(lang: Lang) -> Driver {
    let mut driver = Driver::at(lang, Role::Admin, Route::Users);
    driver.reply(Reply::Users(vec![
        account("admin", "Aminata Diarra", Role::Admin, &[]),
        account("moussa", "Moussa Coulibaly", Role::Bursar, &[]),
        account("fanta", "Fanta Sangaré", Role::Parent, &[("s1", "SANGARÉ Issa"), ("s2", "SANGARÉ Mariam")]),
    ]));
    driver
}

fn found(id: &str, name: &str) -> Found {
    Found {
        id: StudentId::new(id),
        name: name.into(),
        matricule: Matricule::parse("MLE-2026-0001").expect("matricule"),
        class: Some("TSE".into()),
    }
}

fn asked(driver: &Driver) -> SaveUser {
    let save = driver.asks.iter().find_map(|ask| match &ask.body {
        Request::SaveUser(save) => Some((**save).clone()),
        _ => None,
    });
    save.unwrap_or_else(|| panic!("no account was saved: {}", driver.screen()))
}

#[test]
fn a_linked_student_who_is_deleted_has_a_name() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Users).sized(120, 40);
    let mut row = account("awa", "Awa Traoré", Role::Student, &[("s1", "Rokia Bah")]);
    row.gone = vec![StudentId::new("s1")];
    driver.reply(Reply::Users(vec![row]));
    assert!(driver.shows("Rokia Bah (supprimé)"), "{}", driver.screen());
}

#[test]
fn an_account_is_made_and_its_password_shown_once() {
    let mut driver = opened(Lang::Fr);
    driver.press("a A w a <enter> a w a <enter> e n s <C-s>");
    let save = asked(&driver);
    assert_eq!((save.id, save.role, save.password, save.disabled), (None, Role::Teacher, None, false));
    let row = account("awa", "Awa", Role::Teacher, &[]);
    let first_password = Some(Password::typed("k7-mn4p-x2qz"));
    driver.reply(Reply::User(Box::new(NewAccount { row, first_password })));
    assert!(driver.shows("k7-mn4p-x2qz") && driver.shows("ne sera plus montré"), "{}", driver.screen());
    driver.press("<enter>");
    assert!(!driver.shows("k7-mn4p-x2qz"));
}

#[test]
fn a_parent_gets_children_one_by_one() {
    let mut driver = opened(Lang::Fr);
    driver.press("j j e <S-tab> <backspace> d i a");
    driver.asks.drain(..driver.asks.len() - 1);
    assert!(matches!(driver.asked(), Request::Find { text, .. } if text == "dia"));
    driver.press("<enter>");
    assert!(driver.shows("SANGARÉ Issa") && driver.shows("Modifier le compte"), "nobody is found yet");
    driver.reply(Reply::Found(vec![found("s7", "DIALLO Modibo"), found("s8", "DIARRA Sitan")]));
    assert!(driver.shows("DIALLO Modibo (TSE)"));
    driver.press("<enter>");
    assert!(driver.shows("SANGARÉ Issa, DIALLO Modibo"), "{}", driver.screen());
    driver.press("<C-s>");
    let save = asked(&driver);
    assert_eq!(save.children, [StudentId::new("s1"), StudentId::new("s7")]);
    assert_eq!((save.student, save.id), (None, Some((UserId::new("fanta"), 3))));
}

#[test]
fn the_own_student_of_a_teacher_stays_the_own_student() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Users);
    let awa = account("awa", "Awa", Role::Teacher, &[("s1", "SANGARÉ Issa"), ("s2", "SANGARÉ Mariam")]);
    driver.reply(Reply::Users(vec![AccountRow { own: Some(StudentId::new("s1")), ..awa }]));
    driver.press("e <C-s>");
    let save = asked(&driver);
    assert_eq!((save.student, save.children), (Some(StudentId::new("s1")), vec![StudentId::new("s2")]));
}

#[test]
fn a_students_account_needs_its_student() {
    let mut driver = opened(Lang::Fr);
    driver.press("a A w a <enter> a w a <enter> e l e <C-s>");
    assert!(driver.asks.is_empty() && driver.shows("obligatoire"), "{}", driver.screen());
    driver.press("i s s");
    driver.asks.drain(..driver.asks.len() - 1);
    driver.reply(Reply::Found(vec![found("s1", "SANGARÉ Issa")]));
    // What was found counts, also without Enter.
    driver.press("<C-s>");
    let save = asked(&driver);
    assert_eq!((save.role, save.student, save.children), (Role::Student, Some(StudentId::new("s1")), Vec::new()));
}

#[test]
fn the_last_admin_stays_and_a_taken_name_is_said() {
    let mut driver = opened(Lang::Fr);
    driver.press("d o");
    assert!(matches!(driver.asked(), Request::DeleteUser { version: 3, .. }));
    driver.fail(Failure::refused(Why::LastAdmin));
    assert!(driver.shows("C’est le dernier administrateur"));
    driver.press("j e <C-s>");
    driver.fail(Failure::invalid(Field::Username, Why::NameTaken { name: "moussa".into() }));
    assert!(driver.shows("est déjà pris") && driver.shows("Modifier le compte"));
}

#[test]
fn a_password_that_is_too_short_is_refused_in_place() {
    let mut driver = opened(Lang::Fr);
    driver.press("e <S-tab><S-tab> c o u r t <C-s>");
    assert!(driver.asks.is_empty() && driver.shows("trop court"), "{}", driver.screen());
    assert!(!driver.shows("court ") || driver.shows("•••••"));
}

/// A teacher with a file.
fn filed() -> AccountRow {
    let staff = StaffFile {
        employee_id: Matricule::parse("0110.452-W").ok(),
        diploma: Some(sample::name("Maîtrise de mathématiques")),
        subjects: sample::subjects().iter().take(2).map(|subject| subject.body.id.clone()).collect(),
        availability: Remark::parse("lundi matin, mardi").ok(),
    };
    AccountRow { staff, ..account("sow", "Moussa Sow", Role::Teacher, &[]) }
}

#[test]
fn the_file_of_a_teacher_is_shown_and_saved_as_it_stands() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Users).sized(120, 40);
    driver.reply(Reply::Users(vec![filed()]));
    driver.press("e");
    for shown in ["0110.452-W", "Maîtrise de mathématiques", "lundi matin, mardi"] {
        assert!(driver.shows(shown), "{shown}: {}", driver.screen());
    }
    driver.press("<C-s>");
    assert_eq!(asked(&driver).staff, filed().staff);
}

#[test]
fn a_file_is_typed_and_what_is_wrong_said_in_place() {
    let mut driver = opened(Lang::Fr);
    driver.press("a A w a <enter> a w a <enter> e n s <enter> <enter> 1 2 - a <enter> <enter> M a g i e <C-s>");
    assert!(driver.asks.is_empty() && driver.shows("n’existe pas"), "{}", driver.screen());
    driver.press("<C-u>");
    let subjects = sample::subjects();
    driver.press(&subjects[1].body.name.as_str().chars().flat_map(|c| [c, ' ']).collect::<String>());
    driver.press("<C-s>");
    let staff = asked(&driver).staff;
    assert_eq!(staff.employee_id.as_ref().map(Matricule::as_str), Some("12-A"));
    assert_eq!((staff.subjects, staff.diploma), (vec![subjects[1].body.id.clone()], None));
    driver.fail(Failure::invalid(Field::EmployeeId, Why::EmployeeIdTaken { name: "Moussa Sow".into() }));
    assert!(driver.shows("déjà celui de Moussa Sow"), "{}", driver.screen());
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let code = lang.code();
        insta::assert_snapshot!(format!("users_{code}_80x24"), opened(lang).frame());
        insta::assert_snapshot!(format!("users_{code}_120x40"), opened(lang).sized(120, 40).frame());
        let mut form = opened(lang);
        form.press("j j e <S-tab>");
        insta::assert_snapshot!(format!("users_form_{code}_80x24"), form.frame());
        let mut file = Driver::at(lang, Role::Admin, Route::Users);
        file.reply(Reply::Users(vec![filed()]));
        file.press("e <enter> <enter> <enter> <enter> <enter> <enter>");
        insta::assert_snapshot!(format!("users_file_{code}_80x24"), file.frame());
        let mut made = opened(lang);
        made.press("e <C-s>");
        let row = account("awa", "Awa", Role::Teacher, &[]);
        let first_password = Some(Password::typed("k7-mn4p-x2qz"));
        made.reply(Reply::User(Box::new(NewAccount { row, first_password })));
        insta::assert_snapshot!(format!("users_password_{code}_80x24"), made.frame());
    }
}

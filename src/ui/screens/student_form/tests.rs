use crate::{
    domain::{
        entities::{Class, Evaluation, EvaluationKind, Role, Sex, SheetState},
        id::{ActId, ClassId, EvaluationId, StudentId},
        score::{MarkValue, Scale, Score},
        text_values::Name,
    },
    protocol::{
        Failure, Field, Part, Reply, Request, SaveStudent, SheetKey, SheetView, StudentCard, StudentSaved, Trouble, Why,
    },
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample, students as made},
    },
};

fn new(lang: Lang) -> Driver {
    Driver::at(lang, Role::Admin, Route::StudentNew)
}

/// The form of `s0`, read.
fn change(lang: Lang) -> Driver {
    let mut driver = Driver::at(lang, Role::Admin, Route::StudentEdit(StudentId::new("s0")));
    driver.reply(Reply::Student(Box::new(made::card())));
    driver
}

fn saved(driver: &Driver) -> SaveStudent {
    match driver.asked() {
        Request::SaveStudent(save) => save.as_ref().clone(),
        other => panic!("{other:?}"),
    }
}

fn done(save: &SaveStudent) -> Reply {
    let row = made::row(0);
    Reply::StudentSaved(StudentSaved { id: row.id, matricule: row.matricule, version: 2, act: save.act.clone() })
}

/// The sheet of that key, with one composition /40 in mathematics.
fn sheet(key: &SheetKey) -> Reply {
    let class: Class =
        sample::classes().into_iter().map(|class| class.body).find(|class| class.id == key.class).expect("class");
    let subject = sample::subjects().into_iter().find(|subject| subject.id == key.subject).expect("subject").body;
    let evaluation = Evaluation {
        id: EvaluationId::new("e1"),
        kind: EvaluationKind::Composition,
        title: sample::name("Composition"),
        date: None,
        scale: Scale::parse("40").expect("scale"),
        coefficient: 1,
        published: true,
    };
    let evaluations = if subject.id.as_str() == "math" { vec![evaluation] } else { Vec::new() };
    Reply::Sheet(Box::new(SheetView {
        key: key.clone(),
        class,
        coefficient: subject.coefficient,
        subject,
        state: SheetState::Open,
        version: 1,
        evaluations,
        rows: Vec::new(),
        rules: sample::rules(),
        editable: true,
        undo: false,
        redo: false,
        columns_undo: None,
        kept: Vec::new(),
    }))
}

/// Answers the sheets that the first marks ask for.
fn sheets(driver: &mut Driver) {
    while let Some(Request::OpenSheet(key)) = driver.asks.first().map(|ask| ask.body.clone()) {
        driver.reply(sheet(&key));
    }
}

/// A class is typed in one go: saved, and an empty form in the same class stands there.
#[test]
fn f6_saves_and_goes_on_with_the_next_of_the_class() {
    let mut driver = new(Lang::Fr);
    driver.press(FIELDS);
    driver.press("<f6>");
    let save = saved(&driver);
    driver.reply(done(&save));
    let text = driver.screen();
    assert!(text.contains("la fiche est créée") && text.contains("TSE") && !text.contains("31/05/2010"), "{text}");
    // The next one is another act: nothing of the first is sent again.
    driver.press("Keita<tab>Issa<C-s>");
    let next = saved(&driver);
    assert_ne!(next.act, save.act);
    assert_eq!((next.form.last_name.as_str(), next.form.class.clone()), ("Keita", save.form.class.clone()));
    driver.reply(done(&next));
    assert!(!driver.shows("F6"), "{}", driver.screen());
}

const FIELDS: &str = "Traoré <tab>Awa <tab>f <tab>31-05-2010 <tab>Kayes <tab>76<space>12<space>34<space>56 <tab>tse ";

#[test]
fn frames() {
    for (lang, code) in [(Lang::Fr, "fr"), (Lang::En, "en")] {
        for (columns, rows) in [(80, 24), (120, 40)] {
            let snap = |state: &str, driver: &Driver| {
                insta::assert_snapshot!(format!("{state}_{code}_{columns}x{rows}"), driver.frame());
            };
            let mut driver = new(lang).sized(columns, rows);
            snap("new", &driver);
            driver.press("<C-s>");
            snap("missing", &driver);
            driver.press(FIELDS);
            snap("filled", &driver);
            driver.press("<f4>");
            snap("marks_reading", &driver);
            sheets(&mut driver);
            driver.press("41");
            driver.press("<enter>");
            snap("marks_wrong", &driver);
            let mut driver = change(lang).sized(columns, rows);
            snap("change", &driver);
            driver.press("<end>x<C-s>");
            driver.fail(Failure::Conflict);
            driver.reply(Reply::Student(Box::new(theirs())));
            snap("clash", &driver);
            let mut driver =
                Driver::at(lang, Role::Admin, Route::StudentEdit(StudentId::new("s0"))).sized(columns, rows);
            driver.fail(Failure::NotFound);
            snap("not_found", &driver);
        }
    }
}

/// `s0` as somebody else left her: another name, another place of birth.
fn theirs() -> StudentCard {
    let mut card = made::card();
    card.student.version = 5;
    card.student.body.last_name = sample::name("Coulibaly-Diarra");
    card.student.body.birth_place = Some(sample::name("Ségou"));
    card
}

#[test]
fn a_new_student_is_saved_as_typed() {
    let mut driver = new(Lang::Fr);
    driver.press(FIELDS);
    driver.press("<C-s>");
    let save = saved(&driver);
    assert_eq!(save.id, None);
    let form = &save.form;
    assert_eq!((form.last_name.as_str(), form.first_name.as_str(), form.sex), ("Traoré", "Awa", Some(Sex::Female)));
    assert_eq!(form.phone.as_ref().map(crate::domain::text_values::Phone::as_str), Some("+22376123456"));
    assert_eq!(form.birth_date, Some(jiff::civil::date(2010, 5, 31)));
    assert_eq!((form.class.clone(), form.matricule.clone()), (Some(ClassId::new("tse")), None));
    driver.reply(done(&save));
    assert!(driver.shows("la fiche est créée, matricule") && driver.shows("Accueil"), "{}", driver.screen());
}

#[test]
fn what_is_wrong_stands_under_its_field_as_soon_as_it_is_left() {
    let mut driver = new(Lang::Fr);
    driver.press("<tab><tab><tab>31/02/2010<tab>");
    assert!(driver.shows("! Cette date n’existe pas au calendrier."), "{}", driver.screen());
    driver.press("<tab>12<tab>");
    assert!(driver.shows("téléphone"), "{}", driver.screen());
    driver.press("<C-s>");
    assert!(driver.asks.is_empty());
}

#[test]
fn a_taken_phone_says_whose_it_is_and_nothing_is_lost() {
    let mut driver = new(Lang::Fr);
    driver.press(FIELDS);
    driver.press("<C-s>");
    let why = Why::PhoneTaken { name: "KEÏTA Oumar".to_owned(), class: Some("TLL".to_owned()) };
    driver.fail(Failure::invalid(Field::Phone, why));
    assert!(driver.shows("KEÏTA Oumar") && driver.shows("TLL") && driver.shows("Traoré"), "{}", driver.screen());
    assert!(driver.cursor_line().contains("+223 76 12 34 56"), "{}", driver.cursor_line());
}

#[test]
fn a_new_student_is_one_act_however_often_it_is_mended() {
    let mut driver = new(Lang::Fr);
    driver.press(FIELDS);
    driver.press("<C-s>");
    let first = saved(&driver).act;
    driver.fail(Failure::Offline { what: Part::Store, detail: Trouble::Locked });
    assert!(driver.shows("Traoré"));
    driver.press("<C-s>");
    assert_eq!(saved(&driver).act, first);
    driver.fail(Failure::Offline { what: Part::Store, detail: Trouble::Locked });
    driver.press("<S-tab><S-tab>X1<C-s>");
    assert_eq!(saved(&driver).act, first, "the first try may have been done, its answer lost");
    assert_eq!(saved(&driver).id, None);
    // It was: what stands there now is mended, and no second student is made.
    driver.fail(Failure::Conflict);
    assert_eq!(driver.asked(), &Request::OpenStudent(StudentId::new(first.as_str())));
    let mut card = made::card();
    card.student.body.id = StudentId::new(first.as_str());
    let (matricule, version) = (card.student.matricule.clone(), card.student.version);
    driver.reply(Reply::Student(Box::new(card)));
    let save = saved(&driver);
    assert_eq!(save.id, Some((StudentId::new(first.as_str()), version)));
    assert_ne!(save.act, first);
    assert_eq!(save.form.birth_place.as_ref().map(Name::as_str), Some("KayesX1"));
    assert_eq!(save.form.matricule, Some(matricule));
    driver.reply(done(&save));
    assert!(driver.shows("Accueil"), "{}", driver.screen());
}

#[test]
fn a_conflict_without_an_earlier_try_is_said() {
    let mut driver = new(Lang::Fr);
    driver.press(FIELDS);
    driver.press("<C-s>");
    driver.fail(Failure::Conflict);
    driver.fail(Failure::NotFound);
    assert!(driver.shows("Rien n’est enregistré") && driver.shows("Traoré"), "{}", driver.screen());
}

#[test]
fn leaving_with_something_typed_asks() {
    let mut driver = new(Lang::Fr);
    driver.press("<esc>");
    assert!(driver.shows("Accueil"));
    let mut driver = new(Lang::Fr);
    driver.press("A<esc>");
    assert!(driver.shows("n’est pas enregistré"));
    driver.press("<esc>");
    assert!(driver.cursor_line().contains('A'));
}

#[test]
fn a_session_that_ends_keeps_the_form_and_saves_it_after_login() {
    let mut driver = new(Lang::Fr);
    driver.press(FIELDS);
    driver.press("<C-s>");
    let first = saved(&driver);
    driver.fail(Failure::SessionOver);
    driver.asks.clear();
    driver.press("motdepasse<enter>");
    while !matches!(driver.asked(), Request::Login { .. }) {
        driver.asks.remove(0);
    }
    driver.reply(Reply::Entered(Box::new(sample::entered(Role::Admin))));
    assert_eq!(saved(&driver), first);
    assert!(driver.shows("Traoré"));
}

#[test]
fn first_marks_go_with_the_student() {
    let mut driver = new(Lang::Fr);
    driver.press(FIELDS);
    driver.press("<f4>");
    sheets(&mut driver);
    driver.press("38,5<C-s>");
    let save = saved(&driver);
    let scale = Scale::parse("40").expect("scale");
    let marks: Vec<_> = save.marks.iter().map(|mark| (mark.evaluation.clone(), mark.value)).collect();
    let wanted = MarkValue::Score(Score::new(3_850, scale).expect("score"));
    assert_eq!(marks, [(EvaluationId::new("e1"), wanted)]);
    assert_eq!((save.marks[0].sheet.class.as_str(), save.marks[0].sheet.subject.as_str()), ("tse", "math"));
}

#[test]
fn a_wrong_first_mark_is_refused_in_words() {
    let mut driver = new(Lang::Fr);
    driver.press(FIELDS);
    driver.press("<f4>");
    sheets(&mut driver);
    driver.press("41<C-s>");
    assert!(driver.asks.is_empty());
    assert!(driver.shows("40") && driver.shows("! "), "{}", driver.screen());
}

#[test]
fn marks_follow_to_the_other_class_and_are_looked_at_again() {
    let mut driver = new(Lang::Fr);
    driver.press(FIELDS);
    driver.press("<f4>");
    sheets(&mut driver);
    driver.press("30<esc>tll<C-s>");
    sheets(&mut driver);
    assert!(driver.shows("TLL") && driver.shows("30"), "{}", driver.screen());
    driver.press("<C-s>");
    assert_eq!(saved(&driver).marks[0].sheet.class.as_str(), "tll");
}

#[test]
fn a_class_that_does_not_exist_is_refused_not_forgotten() {
    let mut driver = new(Lang::Fr);
    driver.press("Traoré<tab>Awa<tab><tab><tab><tab><tab>zzz<tab>");
    assert!(driver.shows("zzz") && driver.cursor_line().contains("Classe"), "{}", driver.screen());
    driver.press("zzz<C-s>");
    assert!(driver.asks.is_empty());
}

#[test]
fn without_a_class_there_are_no_sheets() {
    let mut driver = new(Lang::Fr);
    driver.press("<f4>");
    assert!(driver.shows("Choisissez d’abord la classe"));
}

#[test]
fn a_secretary_is_told_why_there_are_no_marks() {
    let mut driver = Driver::at(Lang::Fr, Role::Secretary, Route::StudentNew);
    driver.press("<f4>");
    assert!(driver.shows("ne permet pas de saisir des notes"));
}

#[test]
fn changes_that_do_not_meet_are_both_kept() {
    let mut driver = change(Lang::Fr);
    // Her first name; the other changed the last one.
    driver.press("<tab><end>ïssa<C-s>");
    assert_eq!(saved(&driver).id, Some((StudentId::new("s0"), 1)));
    driver.fail(Failure::Conflict);
    driver.reply(Reply::Student(Box::new(theirs())));
    let again = saved(&driver);
    assert_eq!(again.id, Some((StudentId::new("s0"), 5)));
    assert_eq!((again.form.last_name.as_str(), again.form.first_name.as_str()), ("Coulibaly-Diarra", "Awaïssa"));
}

#[test]
fn changes_that_meet_are_shown_and_chosen() {
    let clash = || {
        let mut driver = change(Lang::Fr);
        driver.press("<end>x<C-s>");
        driver.fail(Failure::Conflict);
        driver.reply(Reply::Student(Box::new(theirs())));
        assert!(driver.shows("Coulibalyx") && driver.shows("Coulibaly-Diarra"), "{}", driver.screen());
        driver
    };
    let mut mine = clash();
    mine.press("g");
    let save = saved(&mine);
    assert_eq!((save.form.last_name.as_str(), save.id.map(|(_, version)| version)), ("Coulibalyx", Some(5)));
    assert_eq!(save.form.birth_place.as_ref().map(crate::domain::text_values::Name::as_str), Some("Ségou"));
    let mut other = clash();
    other.press("r");
    assert!(other.asks.is_empty() && !other.shows("Coulibalyx"), "{}", other.screen());
}

#[test]
fn the_language_changes_and_what_was_typed_stays() {
    let mut driver = new(Lang::Fr);
    driver.press("Traoré<tab>Awa<tab>f<f9>");
    assert!(driver.shows("Last name") && driver.shows("Traoré") && driver.shows("Female"), "{}", driver.screen());
}

#[test]
fn ten_thousand_characters_are_refused_in_words() {
    let mut driver = new(Lang::Fr);
    driver.paste(&"a".repeat(10_000));
    driver.press("<tab>Awa<C-s>");
    assert!(driver.asks.is_empty() && driver.shows("80"), "{}", driver.screen());
}

#[test]
fn a_saved_change_goes_back_to_the_card() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Student { id: StudentId::new("s0"), place: None });
    driver.reply(Reply::Student(Box::new(made::card())));
    driver.press("e");
    driver.reply(Reply::Student(Box::new(made::card())));
    driver.press("<tab>b<C-s>");
    let save = saved(&driver);
    assert_ne!(save.act, ActId::new(""));
    driver.reply(done(&save));
    assert!(matches!(driver.asked(), Request::OpenStudent(_)));
    assert!(driver.shows("est enregistrée"));
}

/// From the last name up: the form goes around.
const LOCKED: &str = "<up> <up> <up>";

#[test]
fn what_is_under_lock_is_checked_here_and_refused_by_the_backend() {
    use crate::domain::sensitive::{Sensitive, SensitiveField};
    let mut driver = change(Lang::Fr);
    assert!(!driver.shows("fermé"));
    driver.press(LOCKED);
    assert!(driver.shows("Compte") && driver.shows("Fermé"), "{}", driver.screen());
    driver.press("4111111111111112 <C-s>");
    assert!(driver.asks.is_empty() && driver.shows("numéro de carte"), "{}", driver.screen());
    driver.press("<backspace> 1 <C-s>");
    let save = saved(&driver);
    assert_eq!(save.form.sensitive, Sensitive::only(SensitiveField::Account, "4111111111111111"));
    driver.fail(Failure::invalid(Field::Account, Why::Locked));
    assert!(driver.shows("pas encore de clé"), "{}", driver.screen());
}

#[test]
fn locked_frames() {
    for lang in Lang::ALL {
        let mut driver = change(lang);
        driver.press(LOCKED);
        insta::assert_snapshot!(format!("locked_{}_80x24", lang.code()), driver.frame());
        driver.press("<down> 1 2 <C-s>");
        insta::assert_snapshot!(format!("locked_wrong_{}_80x24", lang.code()), driver.frame());
    }
}

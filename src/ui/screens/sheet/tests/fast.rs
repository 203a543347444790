//! Fast ways of entering: the numeric pad, dictation, where Enter goes.

use super::*;
use crate::protocol::Event;

fn values(driver: &Driver) -> Vec<(String, Option<MarkValue>)> {
    sent(driver).into_iter().map(|(student, _, value, _)| (student, value)).collect()
}

fn marks(expected: &[(&str, &str)]) -> Vec<(String, Option<MarkValue>)> {
    expected.iter().map(|(student, text)| ((*student).to_owned(), value(text))).collect()
}

#[test]
fn the_pad_reads_digits_and_shows_the_reading_first() {
    let mut driver = french();
    driver.press("<right><f4> 125");
    assert!(driver.shows("125 se lit 12,50"), "{}", driver.screen());
    assert!(driver.shows("pavé"), "the title says so: {}", driver.screen());
    assert!(values(&driver).is_empty());
    driver.press("<enter> 75<enter> 825<enter> 2000<enter> 08<enter>");
    let expected = [("s1", "12,5"), ("s2", "7,5"), ("s3", "8,25"), ("s4", "20"), ("s5", "8")];
    assert_eq!(values(&driver), marks(&expected));
}

#[test]
fn the_pad_refuses_in_words_before_enter() {
    let mut driver = french();
    driver.press("<f4> 2001");
    assert!(driver.shows("dépasse le barème de 20"), "{}", driver.screen());
    driver.press("<enter>");
    assert!(values(&driver).is_empty());
    driver.press("<backspace><enter>");
    assert_eq!(values(&driver), marks(&[("s1", "20")]));
    driver.press("12345<enter>");
    assert!(driver.shows("Quatre chiffres au plus"), "{}", driver.screen());
}

#[test]
fn the_pad_is_remembered_and_leaves_written_marks_alone() {
    let mut driver = french();
    driver.press("<f4>");
    assert!(driver.model.ctx.memory.sheet.pad);
    // The column of the composition is out of 40; what stands there is read as it is written.
    driver.press("<end> <f2><enter>");
    assert!(values(&driver).is_empty(), "31 stays 31");
    driver.press("<up> <f2><backspace><backspace>385<enter>");
    assert!(values(&driver).is_empty(), "385 was written in place: {}", driver.screen());
    driver.press("<esc> 385<enter>");
    assert_eq!(values(&driver), marks(&[("s1", "38,5")]));
    driver.press("<f4>");
    assert!(!driver.model.ctx.memory.sheet.pad);
}

#[test]
fn enter_goes_right_where_the_habit_says_so() {
    let mut driver = french();
    driver.press("<f7> 12<enter> 13<enter> a 20<enter> 9<enter>");
    let columns: Vec<String> = sent(&driver).into_iter().map(|(student, column, ..)| student + &column).collect();
    assert_eq!(columns, ["s1e1", "s1e2", "s1e3", "s1e4", "s2e1"]);
    assert!(driver.model.ctx.memory.sheet.across);
    driver.press("<down>");
    driver.press("5<down>");
    assert_eq!(sent(&driver).last().map(|(student, ..)| student.clone()), Some("s3".to_owned()), "↓ goes down");
}

#[test]
fn letters_find_the_student_digits_are_the_mark() {
    let mut driver = french();
    driver.press("<right><f5> kon 12,5<enter> tra 8<enter>");
    assert_eq!(values(&driver), marks(&[("s4", "12,5"), ("s5", "8")]));
    assert!(sent(&driver).iter().all(|(_, column, ..)| column == "e2"));
    // Accents are ignored, and the next paper begins at once.
    driver.press("TRAOR<backspace>");
    assert!(driver.shows("déjà noté : 8,00"), "{}", driver.screen());
}

#[test]
fn dictation_reads_by_the_pad_too() {
    let mut driver = french();
    driver.press("<right><f4><f5> kon 125");
    assert!(driver.shows("125 se lit 12,50"), "{}", driver.screen());
    driver.press("<enter>");
    assert_eq!(values(&driver), marks(&[("s4", "12,5")]));
}

#[test]
fn codes_are_letters_once_the_student_is_taken() {
    let mut driver = french();
    driver.press("<right><f5> kon<enter> a");
    assert!(driver.shows("Note : ABS"), "{}", driver.screen());
    driver.press("<enter> tra<enter>d<backspace>n<enter>");
    assert_eq!(values(&driver), marks(&[("s4", "ABS"), ("s5", "NN")]));
}

#[test]
fn who_has_a_mark_is_flagged_and_keeps_it_until_enter_is_pressed_again() {
    let mut driver = french();
    driver.press("<f5> dial 15<enter>");
    assert!(values(&driver).is_empty(), "{}", driver.screen());
    assert!(driver.shows("DIALLO Modibo a déjà 11,00. Entrée encore une fois met 15,00"), "{}", driver.screen());
    driver.press("<esc><esc> dial 16<enter>");
    assert!(values(&driver).is_empty(), "told of another mark");
    driver.press("<enter>");
    assert_eq!(values(&driver), marks(&[("s2", "16")]));
    driver.press("dial 16<enter>");
    assert_eq!(values(&driver).len(), 1, "the same once more is nothing new");
}

#[test]
fn several_who_fit_are_offered_those_without_a_mark_first() {
    let mut sheet = view();
    sheet.rows[4].last_name = sample::name("KONÉ");
    let mut driver = opened(Lang::Fr, sheet);
    driver.press("<f5> ko");
    assert!(driver.shows("2 élèves : ↓ choisit"), "{}", driver.screen());
    driver.press("14<enter>");
    assert_eq!(values(&driver), marks(&[("s5", "14")]), "KONATÉ has one already");
    driver.press("ko<down>");
    assert!(driver.shows("▸ KONÉ Aminata"), "{}", driver.screen());
    driver.press("ne<esc>");
    driver.press("kone<enter>");
    assert!(driver.shows("KONÉ Aminata"), "a whole name goes before its beginning: {}", driver.screen());
}

#[test]
fn a_name_that_nobody_has_takes_no_mark() {
    let mut driver = french();
    driver.press("<right><f5> konz 12<enter>");
    assert!(values(&driver).is_empty(), "{}", driver.screen());
    assert!(driver.shows("Personne ici ne s’appelle"), "{}", driver.screen());
    driver.press("<backspace> 12<enter>");
    assert_eq!(values(&driver), marks(&[("s4", "12")]));
    driver.press("12<enter>");
    assert!(driver.shows("Tapez d’abord quelques lettres"), "{}", driver.screen());
    assert_eq!(values(&driver).len(), 1);
}

#[test]
fn escape_goes_back_step_by_step_and_a_refused_mark_is_mended() {
    let mut driver = french();
    driver.press("<right><f5> kon 21<enter>");
    assert!(driver.shows("dépasse"), "{}", driver.screen());
    driver.press("<backspace><backspace>");
    driver.press("<backspace>");
    driver.press("19<enter>");
    assert_eq!(values(&driver), marks(&[("s4", "19")]), "{}", driver.screen());
    driver.press("tra 1<esc><esc><esc>");
    assert!(!driver.shows("Dictée ·"), "{}", driver.screen());
    driver.press("9<enter>");
    assert_eq!(values(&driver).len(), 2, "back on the sheet");
}

#[test]
fn the_column_that_is_dictated_may_go() {
    let mut driver = french();
    driver.press("<right><f5> kon 1");
    let mut sheet = view();
    sheet.evaluations.remove(1);
    sheet.rows.iter_mut().for_each(|row| {
        row.cells.remove(1);
    });
    driver.event(Event::Sheet(key()));
    driver.reply(Reply::Sheet(Box::new(sheet)));
    assert!(driver.shows("n’est plus sur cette feuille"), "{}", driver.screen());
    driver.press("<enter>");
    assert!(values(&driver).is_empty());
}

#[test]
fn a_sheet_to_look_at_is_not_dictated() {
    let mut driver = opened(Lang::Fr, SheetView { state: SheetState::Closed, ..view() });
    driver.press("<f5>");
    assert!(driver.shows("Période close"), "{}", driver.screen());
    assert!(!driver.shows("Dictée ·"));
}

use crate::{
    domain::{
        calendar::{Division, Term, TermSpan, Timestamp, YearId},
        entities::{Role, SchoolYear},
        schema::Stored,
    },
    protocol::{Failure, Reply, Request, Why},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn years() -> Vec<Stored<SchoolYear>> {
    let setup = sample::setup(Role::Admin);
    let at = Timestamp::UNIX_EPOCH;
    let stored = |body| Stored { body, version: 1, created_at: at, updated_at: at, updated_by: "u".to_owned() };
    let last = YearId::starting(sample::year().first() - 1).expect("year");
    let span = |number, starts: (i16, i8, i8), ends: (i16, i8, i8)| TermSpan {
        term: Term::new(number).expect("term"),
        starts: Some(jiff::civil::date(starts.0, starts.1, starts.2)),
        ends: Some(jiff::civil::date(ends.0, ends.1, ends.2)),
    };
    let terms = vec![span(1, (2025, 10, 1), (2026, 2, 10)), span(2, (2026, 2, 11), (2026, 6, 30))];
    let before = SchoolYear { id: last, division: Division::Semesters, terms, closed: true };
    vec![stored(setup.years[0].clone()), stored(before)]
}

fn opened(lang: Lang) -> Driver {
    let mut driver = Driver::at(lang, Role::Admin, Route::Years);
    driver.reply(Reply::Years(years()));
    driver
}

#[test]
fn the_next_year_is_proposed_with_the_dates_that_are_typed() {
    let mut driver = opened(Lang::Fr);
    driver.press("a <enter> <enter> 01/10/2027<space>au<space>22/12/2027 <C-s>");
    let Request::SaveYear { year, version: None } = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!(year.id.first(), sample::year().first() + 1);
    assert_eq!((year.division, year.terms.len()), (Division::Trimesters, 3));
    assert_eq!(year.terms[0].ends, Some(jiff::civil::date(2027, 12, 22)));
    assert_eq!(year.terms[1].starts, None);
}

#[test]
fn two_semesters_have_no_third_line_and_dates_are_two_days() {
    let mut driver = opened(Lang::Fr);
    driver.press("a <enter> <right> <enter> 01/10/2027 <enter> <enter> 01/04/2028<space>30/06/2028 <C-s>");
    assert!(driver.asks.is_empty());
    assert!(driver.shows("deux périodes") && driver.shows("22/12/2026."), "{}", driver.screen());
}

#[test]
fn the_year_that_runs_stays() {
    let mut driver = opened(Lang::Fr);
    assert!(driver.shows("en cours") && driver.shows("close"), "{}", driver.screen());
    driver.press("d o");
    driver.fail(Failure::refused(Why::CurrentYear));
    assert!(driver.shows("C’est l’année en cours"), "{}", driver.screen());
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        let code = lang.code();
        insta::assert_snapshot!(format!("years_{code}_80x24"), opened(lang).frame());
        let mut form = opened(lang);
        form.press("j e");
        insta::assert_snapshot!(format!("years_form_{code}_80x24"), form.frame());
    }
}

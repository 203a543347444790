use crate::{
    domain::{entities::Role, id::ActId},
    protocol::{BackupRow, CacheCounters, CacheFault, DoctorReport, Event, Failure, Health, Lamp, Reply, Request},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn health(students: u64) -> Health {
    Health {
        store: Lamp::Good,
        store_kind: "SQLite".into(),
        cache: Lamp::Good,
        cache_kind: "memory".into(),
        cache_fault: None,
        counters: CacheCounters { hits: 1_200, misses: 31, ..CacheCounters::default() },
        students,
        marks: students * 10,
        format: 1,
    }
}

fn backup(name: &str) -> BackupRow {
    BackupRow { name: name.into(), at: sample::moment(), bytes: 2_000_000, documents: 4_321 }
}

fn opened(lang: Lang, students: u64) -> Driver {
    let mut driver = Driver::at(lang, Role::Admin, Route::Health);
    driver.reply(Reply::Health(Box::new(health(students))));
    driver.reply(Reply::Backups(vec![backup("2026-11-20-1042.carnet"), backup("2026-11-19-0800.carnet")]));
    driver
}

#[test]
fn a_backup_is_made_and_listed() {
    let mut driver = opened(Lang::Fr, 180);
    driver.press("b");
    assert!(matches!(driver.asked(), Request::CreateBackup));
    assert!(driver.shows("Sauvegarde en cours"));
    driver.reply(Reply::BackupMade(backup("nouvelle.carnet")));
    assert!(driver.shows("Sauvegarde faite\u{a0}: nouvelle.carnet"), "{}", driver.screen());
    assert!(driver.asks.iter().any(|ask| ask.body == Request::Backups), "the list is read again");
}

#[test]
fn restoring_asks_first_and_no_is_the_answer_at_hand() {
    let mut driver = opened(Lang::Fr, 180);
    driver.press("j r <enter>");
    assert!(driver.asks.is_empty());
    driver.press("r o");
    assert_eq!(*driver.asked(), Request::RestoreBackup { name: "2026-11-19-0800.carnet".into() });
}

#[test]
fn progress_is_shown() {
    let mut driver = opened(Lang::Fr, 0);
    driver.press("s o");
    let ticket = driver.asks.first().expect("a question").ticket;
    driver.event(Event::Progress { ticket, done: 45, total: 180 });
    assert!(driver.shows("45 / 180"));
    driver.fail(Failure::Denied);
    assert!(!driver.shows("45 / 180"));
}

#[test]
fn a_school_with_students_is_not_filled_and_the_key_says_why() {
    let mut driver = opened(Lang::Fr, 180);
    driver.press("s");
    assert!(driver.asks.is_empty() && driver.shows("a déjà des élèves"));
}

#[test]
fn the_current_term_is_chosen() {
    let mut driver = opened(Lang::Fr, 180);
    driver.press("t 2");
    assert_eq!(*driver.asked(), Request::SetCurrentTerm(sample::term(2)));
    driver.reply(Reply::Acted(ActId::new("a")));
    assert!(driver.shows("La période en cours est changée."));
}

#[test]
fn everything_is_looked_over_and_findings_are_told() {
    let mut driver = opened(Lang::Fr, 180);
    driver.press("c");
    assert_eq!(*driver.asked(), Request::Doctor { rebuild: false });
    driver.reply(Reply::Doctor(Box::default()));
    assert!(driver.shows("Tout va bien."), "{}", driver.screen());
    let mut driver = opened(Lang::Fr, 180);
    driver.press("c");
    let report = DoctorReport { store: vec!["page 7".into()], stale: 3, ..DoctorReport::default() };
    driver.reply(Reply::Doctor(Box::new(report)));
    assert!(driver.shows("page 7") && driver.shows("3"), "{}", driver.screen());
    let mut driver = opened(Lang::Fr, 180);
    driver.press("C");
    assert_eq!(*driver.asked(), Request::Doctor { rebuild: true });
    driver.reply(Reply::Doctor(Box::new(DoctorReport { stale: 3, rebuilt: 3, ..DoctorReport::default() })));
    assert!(driver.shows("Moyennes refaites"), "{}", driver.screen());
}

#[test]
fn backups_are_read_through_and_old_ones_removed_and_the_cache_emptied() {
    let mut driver = opened(Lang::Fr, 180);
    driver.press("v");
    assert_eq!(*driver.asked(), Request::VerifyBackup { name: "2026-11-20-1042.carnet".into() });
    driver.reply(Reply::BackupGood(backup("2026-11-20-1042.carnet")));
    assert!(driver.shows("entière et lisible"), "{}", driver.screen());
    let mut driver = opened(Lang::Fr, 180);
    driver.press("p o");
    assert_eq!(*driver.asked(), Request::PruneBackups { keep: 10 });
    driver.reply(Reply::Backups(vec![backup("vieille")]));
    assert!(driver.shows("Sauvegardes supprimées"), "{}", driver.screen());
    let mut driver = opened(Lang::Fr, 180);
    driver.press("x");
    assert_eq!(*driver.asked(), Request::FlushCache);
    driver.reply(Reply::Done);
    assert!(driver.shows("Le cache est vide"), "{}", driver.screen());
}

#[test]
fn a_head_may_look_but_not_touch() {
    let mut driver = Driver::at(Lang::Fr, Role::Head, Route::Health);
    driver.reply(Reply::Health(Box::new(health(180))));
    assert!(driver.asks.is_empty(), "backups are not even asked for");
    driver.press("b");
    assert!(driver.asks.is_empty() && driver.shows("rôle"));
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        insta::assert_snapshot!(format!("health_{}_80x24", lang.code()), opened(lang, 180).frame());
        let wide = opened(lang, 180).sized(120, 40);
        insta::assert_snapshot!(format!("health_{}_120x40", lang.code()), wide.frame());
    }
}

#[test]
fn a_backup_says_where_its_file_is() {
    let mut driver = opened(Lang::Fr, 180);
    driver.model.ctx.backups = "/var/lib/carnet/backups".to_owned();
    assert!(driver.shows("/var/lib/carnet/backups/2026-11-20-1042.carnet"), "{}", driver.screen());
    assert!(driver.shows("en mémoire"));
}

#[test]
fn a_cache_that_is_of_no_use_says_why() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Health);
    let full = Health { cache: Lamp::Gone, cache_fault: Some(CacheFault::Full), ..health(180) };
    driver.reply(Reply::Health(Box::new(full)));
    driver.reply(Reply::Backups(vec![backup("2026-11-20-1042.carnet")]));
    assert!(driver.shows("Sa mémoire est pleine") && driver.shows("maxmemory"), "{}", driver.screen());
    assert!(driver.shows("2026-11-20-1042.carnet"), "{}", driver.screen());
    driver.event(Event::Lamp { store: Lamp::Good, cache: Lamp::Good });
    driver.reply(Reply::Health(Box::new(health(180))));
    assert!(!driver.shows("maxmemory"), "{}", driver.screen());
}

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::{
    backend::journal::book::{Came, Entry, What},
    domain::{
        calendar::{Term, Timestamp, YearId},
        id::{ActId, ClassId, EvaluationId, StudentId, SubjectId},
        score::{MarkValue, Scale, Score},
    },
    protocol::{CellConflict, Failure, KeptNames, KeptState, SetMark, SheetKey},
};

fn at() -> Timestamp {
    "2026-11-20T08:00:00Z".parse().expect("moment")
}

fn points(hundredths: u16) -> Option<MarkValue> {
    Score::new(hundredths, Scale::TWENTY).map(MarkValue::Score)
}

fn mark(act: &str, student: &str, hundredths: u16, expect: u64) -> SetMark {
    SetMark {
        act: ActId::new(act),
        sheet: SheetKey {
            class: ClassId::new("tse"),
            subject: SubjectId::new("maths"),
            year: YearId::parse("2026-2027").expect("year"),
            term: Term::new(1).expect("term"),
        },
        evaluation: EvaluationId::new("e1"),
        student: StudentId::new(student),
        value: points(hundredths),
        expect: Some(expect),
        reason: None,
    }
}

fn clash(student: &str) -> Came {
    Came::Clash(Box::new(CellConflict {
        evaluation: EvaluationId::new("e1"),
        student: StudentId::new(student),
        theirs: points(700),
        version: 9,
        by: "Moussa".into(),
        own: false,
        at: at(),
    }))
}

fn keep(journal: &mut Journal, mark: SetMark) {
    let make = |book: &Book| vec![Line { at: at(), what: What::Mark(Box::new(book.entry(mark, false, names()))) }];
    journal.append(make).expect("kept");
}

fn names() -> KeptNames {
    KeptNames { student: "TRAORÉ Awa".into(), ..KeptNames::default() }
}

fn came(journal: &mut Journal, of: u64, came: Came) {
    journal.append(|_| vec![Line { at: at(), what: What::Outcome { of, came } }]).expect("written");
}

fn acts(journal: &mut Journal) -> Vec<String> {
    let book = journal.book().expect("read");
    book.all().map(|kept| kept.entry.mark.act.to_string()).collect()
}

fn next(journal: &mut Journal) -> Option<Entry> {
    journal.book().expect("read").next().map(|kept| kept.entry.clone())
}

fn fresh(path: &Path) -> Book {
    Journal::new(path.to_path_buf()).book().expect("read").clone()
}

#[test]
fn a_mark_is_there_for_whoever_reads_next_and_for_its_owner_alone() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("offline/store/u1.jsonl");
    let mut journal = Journal::new(path.clone());
    assert!(journal.book().expect("nothing yet").is_empty());
    keep(&mut journal, mark("a", "s1", 1_250, 3));
    assert_eq!(fresh(&path).next().map(|kept| kept.entry.mark.clone()), Some(mark("a", "s1", 1_250, 3)));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().expect("folder"))), (0o600, 0o700));
    }
    came(&mut journal, 1, Came::Done { version: 4 });
    assert!(!path.exists(), "nothing is kept, nothing is left");
}

#[test]
fn what_is_typed_over_a_kept_mark_stands_on_what_that_one_comes_to() {
    let folder = tempfile::tempdir().expect("folder");
    let mut journal = Journal::new(folder.path().join("u1.jsonl"));
    keep(&mut journal, mark("a", "s1", 1_200, 3));
    keep(&mut journal, mark("b", "s1", 1_300, 3));
    keep(&mut journal, mark("c", "s2", 900, 0));
    came(&mut journal, 1, Came::Done { version: 4 });
    let second = next(&mut journal).expect("the next");
    assert_eq!((second.mark.act.as_str(), second.mark.expect), ("b", Some(4)));
    assert_eq!(fresh(&folder.path().join("u1.jsonl")).next().map(|kept| kept.entry.mark.expect), Some(Some(4)));
}

#[test]
fn a_clash_under_a_later_mark_is_the_later_ones() {
    let folder = tempfile::tempdir().expect("folder");
    let mut journal = Journal::new(folder.path().join("u1.jsonl"));
    keep(&mut journal, mark("a", "s1", 1_200, 3));
    keep(&mut journal, mark("b", "s1", 1_300, 3));
    came(&mut journal, 1, clash("s1"));
    assert_eq!(acts(&mut journal), ["b"], "the first is typed over");
    assert_eq!(next(&mut journal).map(|entry| entry.mark.expect), Some(Some(3)), "and nobody has seen theirs");
    came(&mut journal, 2, clash("s1"));
    assert!(next(&mut journal).is_none());
    assert_eq!(acts(&mut journal), ["b"], "the choice waits");
    keep(&mut journal, mark("d", "s1", 1_400, 9));
    assert_eq!(acts(&mut journal), ["d"], "chosen");
}

#[test]
fn a_mark_taken_back_leaves_the_one_before_it() {
    let folder = tempfile::tempdir().expect("folder");
    let mut journal = Journal::new(folder.path().join("u1.jsonl"));
    for (act, hundredths) in [("a", 1_200), ("b", 1_300), ("c", 1_400)] {
        keep(&mut journal, mark(act, "s1", hundredths, 3));
    }
    came(&mut journal, 2, Came::Dropped);
    came(&mut journal, 1, Came::Done { version: 4 });
    assert_eq!(
        next(&mut journal).map(|entry| (entry.mark.act.to_string(), entry.mark.expect)),
        Some(("c".into(), Some(4)))
    );
}

#[test]
fn a_refusal_stays_with_its_reason() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("u1.jsonl");
    let mut journal = Journal::new(path.clone());
    keep(&mut journal, mark("a", "s1", 1_200, 3));
    came(&mut journal, 1, Came::Refused(Failure::NotFound));
    let book = fresh(&path);
    let kept = book.all().next().expect("kept");
    assert_eq!((kept.state.clone(), kept.entry.mark.value), (KeptState::Refused(Failure::NotFound), points(1_200)));
    assert_eq!((book.count().waiting, book.count().stuck, book.count().since), (0, 1, Some(at())));
}

#[test]
fn a_line_that_nobody_can_read_is_left_for_whoever_can() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("u1.jsonl");
    let mut journal = Journal::new(path.clone());
    keep(&mut journal, mark("a", "s1", 1_200, 3));
    let strange = "{\"at\":\"2026-11-20T08:00:00Z\",\"letter\":{\"to\":\"a later carnet\"}}\n";
    let mut text = fs::read_to_string(&path).expect("text");
    text.push_str(strange);
    fs::write(&path, text).expect("written");
    keep(&mut journal, mark("b", "s2", 1_300, 0));
    assert_eq!((acts(&mut journal), journal.damaged()), (vec!["a".to_owned(), "b".to_owned()], 1));
    came(&mut journal, 1, Came::Done { version: 4 });
    came(&mut journal, 2, Came::Done { version: 1 });
    assert!(fs::read_to_string(&path).expect("still there").contains(strange));
}

#[test]
fn only_one_sends() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("u1.jsonl");
    let first = sending(&path).expect("lock");
    assert!(first.is_some() && sending(&path).expect("lock").is_none());
    drop(first);
    assert!(sending(&path).expect("lock").is_some());
}

#[test]
fn a_full_disk_says_so_and_leaves_the_journal_as_it_was() {
    // The one device that is always full.
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("u1.jsonl");
    #[cfg(unix)]
    std::os::unix::fs::symlink(full, &path).expect("link");
    let make = |book: &Book| {
        vec![Line { at: at(), what: What::Mark(Box::new(book.entry(mark("a", "s1", 1, 0), false, names()))) }]
    };
    let mut journal = Journal::new(path);
    // A device does not end: it is not read.
    journal.read = Mark::of(full).expect("mark");
    assert!(journal.append(make).is_err());
    assert!(journal.book.is_empty(), "it is not called kept");
}

/// What happens to a journal.
#[derive(Clone, Debug)]
enum Act {
    Keep {
        cell: u8,
        hundredths: u16,
    },
    Came {
        nth: usize,
        how: u8,
    },
    /// Power goes in the middle of a line: so many bytes of one are there.
    Torn(usize),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..4_u8, 0..2_000_u16).prop_map(|(cell, hundredths)| Act::Keep { cell, hundredths }),
        3 => (0..6_usize, 0..5_u8).prop_map(|(nth, how)| Act::Came { nth, how }),
        1 => (1..80_usize).prop_map(Act::Torn),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Two processes append to one journal in any order, power goes now and then: what was said to be kept is kept, in
    /// order, for both and for whoever starts afresh.
    #[test]
    fn nothing_that_was_kept_is_lost(acts in prop::collection::vec((act(), any::<bool>()), 1..60)) {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("u1.jsonl");
        let mut processes = [Journal::new(path.clone()), Journal::new(path.clone())];
        // Acts that are kept, by cell, in order; and whether they still wait.
        let mut model: Vec<(String, u8, bool)> = Vec::new();
        for (n, (act, other)) in acts.into_iter().enumerate() {
            let journal = &mut processes[usize::from(other)];
            match act {
                Act::Keep { cell, hundredths } => {
                    keep(journal, mark(&format!("a{n}"), &format!("s{cell}"), hundredths, 1));
                    model.retain(|(_, of, waits)| *waits || *of != cell);
                    model.push((format!("a{n}"), cell, true));
                }
                Act::Came { nth, how } => {
                    // They are sent in order; given up in any.
                    let nth = if how == 1 { nth } else { 0 };
                    let waiting: Vec<usize> = (0..model.len()).filter(|n| model[*n].2).collect();
                    let Some(place) = waiting.get(nth).copied() else { continue };
                    let (name, cell) = (model[place].0.clone(), model[place].1);
                    let number = journal.book().expect("read").of_act(&ActId::new(name)).expect("kept").entry.number;
                    let over = model[place..].iter().skip(1).any(|(_, of, waits)| *waits && *of == cell);
                    match how {
                        0 => { came(journal, number, Came::Done { version: 2 }); model.remove(place); }
                        1 => { came(journal, number, Came::Dropped); model.remove(place); }
                        2 => came(journal, number, Came::Tried),
                        _ => {
                            let how = if how == 3 { clash(&format!("s{cell}")) } else { Came::Refused(Failure::Denied) };
                            came(journal, number, how);
                            if over { model.remove(place); } else { model[place].2 = false; }
                        }
                    }
                }
                Act::Torn(bytes) => {
                    let line = Line { at: at(), what: What::Mark(Box::new(Entry {
                        number: 99, mark: mark("torn", "s1", 1, 1), after: None, tried: false, names: names(),
                    })) };
                    let text = serde_json::to_vec(&line).expect("JSON");
                    let mut file = private().create(true).truncate(false).open(&path).expect("file");
                    file.seek(SeekFrom::End(0)).expect("end");
                    file.write_all(&text[..bytes.min(text.len())]).expect("torn");
                }
            }
            let told: Vec<(String, bool)> = model.iter().map(|(act, _, waits)| (act.clone(), *waits)).collect();
            for book in [processes[0].book().expect("read").clone(), processes[1].book().expect("read").clone(), fresh(&path)] {
                let found: Vec<(String, bool)> = book.all()
                    .map(|kept| (kept.entry.mark.act.to_string(), kept.state == KeptState::Waiting)).collect();
                prop_assert_eq!(&found, &told);
            }
        }
    }

    /// Written anew, a journal says the same.
    #[test]
    fn compacting_changes_nothing(acts in prop::collection::vec(act(), 1..60)) {
        let folder = tempfile::tempdir().expect("folder");
        let mut journal = Journal::new(folder.path().join("u1.jsonl"));
        for (n, act) in acts.into_iter().enumerate() {
            match act {
                Act::Keep { cell, hundredths } => keep(&mut journal, mark(&format!("a{n}"), &format!("s{cell}"), hundredths, 1)),
                Act::Came { nth, how } => {
                    let book = journal.book().expect("read");
                    let of = if how == 1 { book.all().nth(nth) } else { book.next() }.map(|kept| kept.entry.number);
                    let how = match how {
                        0 => Came::Done { version: 2 },
                        1 => Came::Dropped,
                        2 => Came::Tried,
                        3 => clash("s1"),
                        _ => Came::Refused(Failure::Denied),
                    };
                    if let Some(of) = of {
                        came(&mut journal, of, how);
                    }
                }
                Act::Torn(_) => {}
            }
        }
        let mut again = Book::default();
        journal.book().expect("read").lines().into_iter().for_each(|line| again.apply(line));
        let book = journal.book().expect("read");
        prop_assert_eq!(again.all().cloned().collect::<Vec<_>>(), book.all().cloned().collect::<Vec<_>>());
    }
}

#[test]
fn a_long_journal_is_written_anew() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("u1.jsonl");
    let mut journal = Journal::new(path.clone());
    keep(&mut journal, mark("first", "s0", 1_000, 1));
    for n in 0..200_u16 {
        keep(&mut journal, mark(&format!("a{n}"), "s1", n, 1));
        let number = journal.book().expect("read").of_act(&ActId::new(format!("a{n}"))).expect("kept").entry.number;
        came(&mut journal, number, Came::Done { version: 2 });
    }
    let lines = fs::read_to_string(&path).expect("text").lines().count();
    assert!(lines < MANY, "{lines}");
    assert_eq!(fresh(&path).all().map(|kept| kept.entry.mark.act.to_string()).collect::<Vec<_>>(), ["first"]);
}

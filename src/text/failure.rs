//! A sentence for each failure: what happened and what to do.

use super::{Locale, format, names, sanitise, server, why::why};
use crate::{
    protocol::{CellConflict, Failure, Part, PathFault, StoreWork, Trouble},
    t,
};

/// The sentence for `failure` in the user's language.
#[must_use]
pub fn failure(locale: &Locale, failure: &Failure) -> String {
    match failure {
        Failure::Denied => t!(locale, "failure-denied"),
        Failure::WrongLogin => t!(locale, "failure-wrong-login"),
        Failure::SessionOver => t!(locale, "failure-session-over"),
        Failure::PasswordMustChange => t!(locale, "failure-password-must-change"),
        Failure::Invalid { field: None, why: reason } => why(locale, reason),
        Failure::Invalid { field: Some(field), why: reason } => {
            let reason = lower_first(&why(locale, reason));
            t!(locale, "failure-field", field = names::field(locale, *field), why = reason)
        }
        Failure::Conflict => t!(locale, "failure-conflict"),
        Failure::Cell(conflict) => cell(locale, conflict),
        Failure::Bulletin(conflict) => match &conflict.theirs {
            Some(theirs) => t!(
                locale,
                "failure-bulletin",
                by = sanitise::line(&conflict.by),
                value = super::bulletin::value(locale, theirs)
            ),
            None => t!(locale, "failure-bulletin-empty", by = sanitise::line(&conflict.by)),
        },
        Failure::NotFound => t!(locale, "failure-not-found"),
        Failure::Offline { what, detail } => trouble(locale, *what, detail),
        Failure::Throttled { seconds } => t!(locale, "failure-throttled", seconds = *seconds),
        Failure::Internal { id } => t!(locale, "failure-internal", id = sanitise::line(id)),
    }
}

/// What is the matter with a part of the installation.
#[must_use]
pub fn trouble(locale: &Locale, what: Part, trouble: &Trouble) -> String {
    match (what, trouble) {
        // The cache is never needed: whatever ails it, the same holds.
        (
            Part::Cache,
            Trouble::Unreachable
            | Trouble::Path { .. }
            | Trouble::Locked
            | Trouble::Full
            | Trouble::ReadOnly
            | Trouble::Corrupt
            | Trouble::Newer { .. }
            | Trouble::Unfinished { .. }
            | Trouble::Server(_),
        ) => t!(locale, "trouble-cache"),
        (Part::Store, Trouble::Unreachable) => t!(locale, "trouble-unreachable"),
        (Part::Store, Trouble::Path { path, fault }) => at_path(locale, &sanitise::line(path), fault),
        (Part::Store, Trouble::Locked) => t!(locale, "trouble-locked"),
        (Part::Store, Trouble::Full) => t!(locale, "trouble-full"),
        (Part::Store, Trouble::ReadOnly) => t!(locale, "trouble-read-only"),
        (Part::Store, Trouble::Corrupt) => t!(locale, "trouble-corrupt"),
        (Part::Store, Trouble::Newer { found, known }) => {
            t!(locale, "trouble-newer", found = *found, known = *known)
        }
        (Part::Store, Trouble::Unfinished { here: true, .. }) => t!(locale, "trouble-unfinished"),
        (Part::Store, Trouble::Unfinished { backup, here: false }) => {
            t!(locale, "trouble-unfinished-elsewhere", backup = sanitise::line(backup))
        }
        (Part::Store, Trouble::Server(fault)) => server::fault(locale, fault),
    }
}

/// What is wrong with a path, and which path would do.
fn at_path(locale: &Locale, path: &str, fault: &PathFault) -> String {
    match fault {
        PathFault::Folder => t!(locale, "trouble-path-folder", path = path),
        PathFault::NoFile => t!(locale, "trouble-path-no-file", path = path),
        PathFault::Loop => t!(locale, "trouble-path-loop", path = path),
        PathFault::Denied => t!(locale, "trouble-path-denied", path = path),
        PathFault::NoFolder => t!(locale, "trouble-path-no-folder", path = path),
        PathFault::LogAlone => t!(locale, "trouble-path-log-alone", path = path),
        PathFault::Other(why) => t!(locale, "trouble-path-other", path = path, why = sanitise::line(why)),
    }
}

/// Why the store keeps everybody waiting.
#[must_use]
pub fn store_work(locale: &Locale, work: StoreWork) -> String {
    let number = |count| format::integer(count, locale.lang());
    match work {
        StoreWork::Waiting => t!(locale, "store-work-waiting"),
        StoreWork::BackingUp => t!(locale, "store-work-backing-up"),
        StoreWork::Migrating { from, to } => t!(locale, "store-work-migrating", from = from, to = to),
        StoreWork::Indexing { done, total } => {
            t!(locale, "store-work-indexing", done = number(done), total = number(total))
        }
    }
}

fn cell(locale: &Locale, conflict: &CellConflict) -> String {
    let by = sanitise::line(&conflict.by);
    match conflict.theirs {
        Some(value) => t!(locale, "failure-cell", by = by, value = value.short(locale.lang().decimal())),
        None => t!(locale, "failure-cell-empty", by = by),
    }
}

/// After a colon a sentence goes on in lower case.
fn lower_first(sentence: &str) -> String {
    let mut rest = sentence.chars();
    rest.next().map(|first| first.to_lowercase().chain(rest).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            account::{AccountError, Operator},
            calendar::Timestamp,
            id::{EvaluationId, StudentId},
            score::{MarkError, Scale},
            text_values::TextError,
        },
        protocol::{Field, NeededBy, ServerFault, Why},
        text::Lang,
    };

    fn all() -> Vec<Failure> {
        let taken = |class: Option<&str>| Why::PhoneTaken {
            name: "TRAORÉ Awa".to_owned(),
            class: class.map(ToOwned::to_owned),
        };
        let matricule = Why::MatriculeTaken { name: "TRAORÉ Awa".to_owned(), class: Some("TSE".to_owned()) };
        let cell = |theirs| {
            Failure::Cell(Box::new(CellConflict {
                evaluation: EvaluationId::new("e"),
                student: StudentId::new("s"),
                theirs,
                version: 2,
                by: "Issa Ba".to_owned(),
                own: false,
                at: Timestamp::UNIX_EPOCH,
            }))
        };
        let mut failures = vec![
            Failure::Denied,
            Failure::WrongLogin,
            Failure::SessionOver,
            Failure::PasswordMustChange,
            Failure::Conflict,
            cell(None),
            cell(crate::domain::score::parse_mark("12,5", Scale::TWENTY).unwrap()),
            Failure::NotFound,
            Failure::Throttled { seconds: 1 },
            Failure::Throttled { seconds: 30 },
            Failure::Internal { id: "a1b2".to_owned() },
            Failure::invalid(Field::Phone, taken(Some("TSE"))),
            Failure::invalid(Field::Phone, taken(None)),
            Failure::invalid(Field::Matricule, matricule),
        ];
        let troubles = [
            Trouble::Unreachable,
            Trouble::Locked,
            Trouble::Full,
            Trouble::ReadOnly,
            Trouble::Corrupt,
            Trouble::Newer { found: 3, known: 2 },
            Trouble::Unfinished { backup: "carnet-1.jsonl.gz".to_owned(), here: true },
            Trouble::Unfinished { backup: "carnet-1.jsonl.gz".to_owned(), here: false },
        ];
        failures.extend(troubles.map(|detail| Failure::Offline { what: Part::Store, detail }));
        let faults = [
            PathFault::Folder,
            PathFault::NoFile,
            PathFault::Loop,
            PathFault::Denied,
            PathFault::NoFolder,
            PathFault::LogAlone,
            PathFault::Other("File name too long".to_owned()),
        ];
        failures.extend(faults.map(|fault| {
            let path = "/srv/ecole".to_owned();
            Failure::Offline { what: Part::Store, detail: Trouble::Path { path, fault } }
        }));
        failures.extend(server_faults().into_iter().map(|fault| {
            let detail = Trouble::Server(fault);
            Failure::Offline { what: Part::Store, detail }
        }));
        failures.push(Failure::Offline { what: Part::Cache, detail: Trouble::Unreachable });
        let scale = Scale::TWENTY;
        let marks = [
            MarkError::AboveScale { scale },
            MarkError::Negative,
            MarkError::TooPrecise,
            MarkError::OtherScale { scale },
            MarkError::TooManyDigits,
            MarkError::NotAMark,
        ];
        failures.extend(marks.map(|error| Failure::invalid(Field::Mark, Why::Mark(error))));
        let texts = [
            TextError::Empty,
            TextError::TooLong { max: 80 },
            TextError::TooShort { min: 8 },
            TextError::Character,
            TextError::Phone,
            TextError::Pattern { pattern: "MLE-0000".to_owned() },
            TextError::TooManyBytes { max: 72 },
        ];
        failures.extend(texts.map(|error| Failure::invalid(Field::LastName, Why::Text(error))));
        failures.extend(other_whys().into_iter().map(Failure::refused));
        failures
    }

    fn server_faults() -> Vec<ServerFault> {
        let host = || "mongo.ecole.ml:27017".to_owned();
        let database = || "carnet".to_owned();
        vec![
            ServerFault::Address,
            ServerFault::UnknownHost { host: host() },
            ServerFault::Closed { host: host() },
            ServerFault::Silent { host: host() },
            ServerFault::WantsTls { host: host() },
            ServerFault::Tls { host: host(), why: "invalid peer certificate: UnknownIssuer".to_owned() },
            ServerFault::Standalone { host: host() },
            ServerFault::NotInitiated { host: host() },
            ServerFault::OtherSet { host: host(), found: "rs1".to_owned() },
            ServerFault::NoPrimary,
            ServerFault::Members { names: "mongo1:27017, mongo2:27017".to_owned() },
            ServerFault::Old { host: host() },
            ServerFault::Credentials,
            ServerFault::NotAllowed { database: database() },
            ServerFault::Strange { database: database() },
        ]
    }

    fn other_whys() -> Vec<Why> {
        let score = |hundredths| crate::domain::score::Score::new(hundredths, Scale::TWENTY).expect("score");
        let what = || "Mathémathiques".to_owned();
        vec![
            Why::Missing,
            Why::NameTaken { name: "TSE".to_owned() },
            Why::InUse { count: 1 },
            Why::MarksAbove { count: 1, first: vec![("KEITA Awa".to_owned(), score(1_850))] },
            Why::MarksAbove {
                count: 9,
                first: vec![("KEITA Awa".to_owned(), score(1_850)), ("SY Issa".to_owned(), score(1_500))],
            },
            Why::Needed { by: NeededBy::Students, count: 1 },
            Why::Needed { by: NeededBy::Enrolments, count: 2 },
            Why::Needed { by: NeededBy::Assignments, count: 1 },
            Why::Needed { by: NeededBy::Evaluations, count: 45 },
            Why::InUse { count: 45 },
            Why::Unknown { what: what() },
            Why::DidYouMean { what: what(), near: vec!["Mathématiques".to_owned(), "Musique".to_owned()] },
            Why::Form { example: "2026-2027".to_owned() },
            Why::NoSuchDate,
            Why::BirthDate,
            Why::Range { min: 0, max: 100 },
            Why::NoKey,
            Why::ConsentWithout,
            Why::TooManyGuardians,
            Why::Nina,
            Why::NationalId,
            Why::Locked,
            Why::EmployeeIdTaken { name: what() },
            Why::StaffOnly,
            Why::Account(AccountError::NotMobile),
            Why::Account(AccountError::OtherNetwork { operator: Operator::OrangeMoney }),
            Why::Account(AccountError::Iban),
            Why::Account(AccountError::IbanShape),
            Why::Account(AccountError::Card),
            Why::Account(AccountError::Nothing),
            Why::Whole { min: 0, max: 100 },
            Why::Closed,
            Why::LastAdmin,
            Why::Nothing,
            Why::OnItsWay,
            Why::Query { word: "paye".to_owned() },
            Why::AlreadyOpen,
            Why::NotEmpty,
            Why::WrongPassword,
            Why::SamePassword,
            Why::NotInClass,
            Why::NoClosing,
            Why::LeaverHasNoClass,
            Why::SameClass,
        ]
    }

    #[test]
    fn every_failure_is_a_sentence_in_both_languages() {
        for lang in Lang::ALL {
            let locale = Locale::new(lang);
            let sentences: Vec<String> = all().iter().map(|each| failure(&locale, each)).collect();
            insta::assert_snapshot!(format!("failures_{}", lang.code()), sentences.join("\n"));
        }
    }

    #[test]
    fn text_from_outside_is_harmless() {
        let evil = Failure::refused(Why::Unknown { what: "\u{1b}[2Jx\u{202e}".to_owned() });
        for lang in Lang::ALL {
            let said = failure(&Locale::new(lang), &evil);
            assert!(!said.contains(|c: char| c.is_control() || c == '\u{202e}'), "{said:?}");
            assert!(said.contains("[2Jx"));
        }
    }
}

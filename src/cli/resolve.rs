//! From the names that people type to the records they mean. Accents, case and blanks do not count; a name that is
//! unknown is answered by those that are near.

use super::{near::nearest, session::Session, stop::Stop};
use crate::{
    domain::{
        calendar::{Term, YearId},
        entities::{Class, Evaluation, EvaluationKind, Role, Sex, StudentStatus, Subject},
        schema::Stored,
        score::Scale,
        text_values::{Matricule, Name, Phone, TextError},
        words,
    },
    protocol::{AccountRow, Failure, Field, Reply, Request, Setup, SheetKey, SheetView, StudentCard, Why},
    text::{self, Locale, format},
};

/// The refusal of a field, as a sentence.
pub fn refuse(locale: &Locale, field: Field, why: Why) -> Stop {
    Stop::Failed(text::failure(locale, &Failure::invalid(field, why)))
}

/// The one of `items` that is called `typed`.
///
/// # Errors
/// None is; those that are near are said.
pub fn named<'a, T>(
    locale: &Locale,
    field: Field,
    typed: &str,
    items: impl Iterator<Item = &'a T> + Clone,
    names: impl Fn(&'a T) -> Vec<&'a str>,
) -> Result<&'a T, Stop> {
    let exact = items.clone().find(|item| names(item).contains(&typed.trim()));
    // The keyboard's apostrophe stands for the printed one.
    let alike = |text: &str| words::fold(&text.replace('’', "'"));
    let folded = alike(typed.trim());
    let alike = || items.clone().find(|item| names(item).iter().any(|name| alike(name) == folded));
    exact.or_else(alike).ok_or_else(|| {
        let near = nearest(typed, items.flat_map(&names));
        let what = typed.chars().take(Name::MAX).collect();
        let why = if near.is_empty() {
            Why::Unknown { what }
        } else {
            Why::DidYouMean { what, near: near.into_iter().map(str::to_owned).collect() }
        };
        refuse(locale, field, why)
    })
}

/// A class of this year, or of the user's past ones.
///
/// # Errors
/// No class has that name.
pub fn class<'a>(locale: &Locale, setup: &'a Setup, typed: &str) -> Result<&'a Stored<Class>, Stop> {
    named(locale, Field::Class, typed, setup.ever(), |class| vec![class.body.name.as_str()])
}

/// # Errors
/// No subject has that name or short name.
pub fn subject<'a>(locale: &Locale, setup: &'a Setup, typed: &str) -> Result<&'a Stored<Subject>, Stop> {
    named(locale, Field::Subject, typed, setup.subjects.iter(), |subject| {
        [Some(&subject.body.name), subject.body.short.as_ref()].into_iter().flatten().map(Name::as_str).collect()
    })
}

/// # Errors
/// No column of the sheet has that title.
pub fn evaluation<'a>(locale: &Locale, sheet: &'a SheetView, typed: &str) -> Result<&'a Evaluation, Stop> {
    named(locale, Field::Title, typed, sheet.evaluations.iter(), |evaluation| vec![evaluation.title.as_str()])
}

/// # Errors
/// No account has that name.
pub fn account<'a>(locale: &Locale, accounts: &'a [AccountRow], typed: &str) -> Result<&'a AccountRow, Stop> {
    named(locale, Field::Username, typed, accounts.iter(), |account| vec![account.username.as_str()])
}

/// The student of that matricule, with all that belongs to it.
///
/// # Errors
/// There is none, or it is not for this user.
pub async fn student(locale: &Locale, session: &mut Session, typed: &str) -> Result<Box<StudentCard>, Stop> {
    let matricule = matricule(locale, typed)?;
    match session.try_ask(Request::FindStudent(matricule.clone())).await {
        Ok(Reply::Student(card)) => Ok(card),
        Ok(_) => Err(super::session::unexpected(locale)),
        Err(Failure::NotFound) => {
            Err(refuse(locale, Field::Matricule, Why::Unknown { what: matricule.as_str().to_owned() }))
        }
        Err(failure) => Err(session.explain(&failure)),
    }
}

/// Which sheet of a year is meant, the current one where none is given; so with the term.
///
/// # Errors
/// No such class, subject or year.
pub fn sheet_key(
    locale: &Locale,
    setup: &Setup,
    class_name: &str,
    subject_name: &str,
    (year, term): (Option<&YearId>, Option<Term>),
) -> Result<SheetKey, Stop> {
    let year = year.unwrap_or(&setup.school.current_year);
    if !setup.years.iter().any(|known| known.id == *year) {
        return Err(refuse(locale, Field::Year, Why::Unknown { what: year.to_string() }));
    }
    let usual = || setup.first_term(year).unwrap_or(setup.school.current_term);
    Ok(SheetKey {
        class: class(locale, setup, class_name)?.body.id.clone(),
        subject: subject(locale, setup, subject_name)?.body.id.clone(),
        term: term.unwrap_or_else(usual),
        year: year.clone(),
    })
}

/// # Errors
/// The text does not fit; said as that field's refusal.
pub fn checked<T>(locale: &Locale, field: Field, read: Result<T, TextError>) -> Result<T, Stop> {
    read.map_err(|error| refuse(locale, field, Why::Text(error)))
}

/// # Errors
/// Not a matricule.
pub fn matricule(locale: &Locale, typed: &str) -> Result<Matricule, Stop> {
    checked(locale, Field::Matricule, Matricule::parse(typed))
}

/// # Errors
/// Not a name.
pub fn name(locale: &Locale, field: Field, typed: &str) -> Result<Name, Stop> {
    checked(locale, field, Name::parse(typed))
}

/// An empty text empties the field.
///
/// # Errors
/// Not a name.
pub fn optional_name(locale: &Locale, field: Field, typed: &str) -> Result<Option<Name>, Stop> {
    if typed.trim().is_empty() { Ok(None) } else { name(locale, field, typed).map(Some) }
}

/// # Errors
/// Not a phone number of the school's region.
pub fn phone(locale: &Locale, region: &str, typed: &str) -> Result<Option<Phone>, Stop> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    checked(locale, Field::Phone, Phone::parse_in(typed, region)).map(Some)
}

/// # Errors
/// Not a date.
pub fn date(locale: &Locale, field: Field, typed: &str) -> Result<Option<jiff::civil::Date>, Stop> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    format::read_date(typed).map(Some).map_err(|why| refuse(locale, field, why))
}

/// # Errors
/// Neither F nor M.
pub fn sex(locale: &Locale, typed: &str) -> Result<Option<Sex>, Stop> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let sex = Sex::parse(typed);
    sex.map(Some).ok_or_else(|| refuse(locale, Field::Sex, Why::Form { example: "F, M".to_owned() }))
}

/// # Errors
/// Not a status: the stored word or the one of the user's language.
pub fn status(locale: &Locale, typed: &str) -> Result<StudentStatus, Stop> {
    let folded = words::fold(typed.trim());
    let fits = |status: &StudentStatus| {
        [status.as_str(), &text::names::status(locale, *status)].iter().any(|word| words::fold(word) == folded)
    };
    StudentStatus::ALL.into_iter().find(fits).ok_or_else(|| {
        let words: Vec<&str> = StudentStatus::ALL.iter().map(|status| status.as_str()).collect();
        refuse(locale, Field::Status, Why::Form { example: words.join(", ") })
    })
}

/// # Errors
/// Not a kind of evaluation.
pub fn kind(locale: &Locale, typed: &str) -> Result<EvaluationKind, Stop> {
    let folded = words::fold(typed.trim());
    let fits = |kind: &EvaluationKind| {
        [kind_word(*kind), &text::names::kind(locale, *kind)].iter().any(|word| words::fold(word) == folded)
    };
    EvaluationKind::ALL.into_iter().find(fits).ok_or_else(|| {
        let words: Vec<&str> = EvaluationKind::ALL.iter().map(|kind| kind_word(*kind)).collect();
        refuse(locale, Field::Kind, Why::Form { example: words.join(", ") })
    })
}

/// As stored.
pub fn kind_word(kind: EvaluationKind) -> &'static str {
    match kind {
        EvaluationKind::Test => "test",
        EvaluationKind::Quiz => "quiz",
        EvaluationKind::Composition => "composition",
        EvaluationKind::MockExam => "mock_exam",
    }
}

/// # Errors
/// Not a scale of 0,01 to 100.
pub fn scale(locale: &Locale, typed: &str) -> Result<Scale, Stop> {
    Scale::parse(typed).ok_or_else(|| refuse(locale, Field::Scale, Why::Form { example: "20".to_owned() }))
}

/// # Errors
/// Not a role.
pub fn role(locale: &Locale, typed: &str) -> Result<Role, Stop> {
    Role::parse(typed).ok_or_else(|| {
        let names: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        refuse(locale, Field::Role, Why::Form { example: names.join(", ") })
    })
}

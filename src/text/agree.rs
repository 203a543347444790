//! Words that agree with a person's sex, and ranks; an unknown sex keeps `(e)`.

use super::Locale;
use crate::{
    domain::{
        entities::{Sex, StudentStatus},
        rules::Rank,
    },
    t,
};

/// The variant's name in the locale files.
fn variant(sex: Option<Sex>) -> &'static str {
    match sex {
        Some(Sex::Female) => "F",
        Some(Sex::Male) => "M",
        None => "unknown",
    }
}

/// English endings: `1st`, `2nd`, `3rd`, but `11th`; French has the same for all from 2.
fn ordinal(position: u32) -> &'static str {
    match (position % 10, position % 100) {
        (1, tens) if tens != 11 => "one",
        (2, tens) if tens != 12 => "two",
        (3, tens) if tens != 13 => "few",
        _ => "other",
    }
}

/// `1er`, `1re`, `28e`, `3e ex æquo`; `non classé(e)` without a rank.
#[must_use]
pub fn rank(locale: &Locale, rank: Option<Rank>, sex: Option<Sex>) -> String {
    let Some(Rank { position, tied }) = rank else {
        return t!(locale, "agree-unranked", sex = variant(sex));
    };
    let place = match position {
        1 => t!(locale, "agree-first", sex = variant(sex)),
        _ => t!(locale, "agree-place", position = position, ordinal = ordinal(position)),
    };
    if tied { t!(locale, "agree-tied", place = place) } else { place }
}

/// `Né le`, `Née le`, `Né(e) le`: the label before a date of birth.
#[must_use]
pub fn born_on(locale: &Locale, sex: Option<Sex>) -> String {
    t!(locale, "agree-born-on", sex = variant(sex))
}

/// `active`, `en attente`, `désinscrit(e)`, said of a person.
#[must_use]
pub fn status(locale: &Locale, status: StudentStatus, sex: Option<Sex>) -> String {
    match status {
        StudentStatus::Active => t!(locale, "agree-active", sex = variant(sex)),
        StudentStatus::Pending => t!(locale, "agree-pending"),
        StudentStatus::Withdrawn => t!(locale, "agree-withdrawn", sex = variant(sex)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    const F: Option<Sex> = Some(Sex::Female);
    const M: Option<Sex> = Some(Sex::Male);

    #[test]
    fn french_agrees() {
        let fr = Locale::new(Lang::Fr);
        let said = |position, tied, sex| rank(&fr, Some(Rank { position, tied }), sex);
        assert_eq!(said(1, false, F), "1re");
        assert_eq!(said(1, true, M), "1er ex æquo");
        assert_eq!(said(1, false, None), "1er");
        assert_eq!(said(3, false, F), "3e");
        assert_eq!(said(21, true, None), "21e ex æquo");
        assert_eq!(rank(&fr, None, F), "non classée");
        assert_eq!(rank(&fr, None, M), "non classé");
        assert_eq!(rank(&fr, None, None), "non classé(e)");
        assert_eq!([F, M, None].map(|sex| born_on(&fr, sex)), ["Née le", "Né le", "Né(e) le"]);
        assert_eq!(status(&fr, StudentStatus::Withdrawn, None), "désinscrit(e)");
        assert_eq!(status(&fr, StudentStatus::Active, F), "active");
        assert_eq!(status(&fr, StudentStatus::Active, None), "en cours");
    }

    #[test]
    fn english_counts() {
        let en = Locale::new(Lang::En);
        let said = |position| rank(&en, Some(Rank { position, tied: false }), None);
        assert_eq!(
            [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(said),
            ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"]
        );
        assert_eq!(rank(&en, None, M), "not ranked");
        assert_eq!(rank(&en, Some(Rank { position: 1, tied: true }), F), "1st (tied)");
    }
}

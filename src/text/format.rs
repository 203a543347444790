//! Numbers, dates and agreements as people of each language write them.

use jiff::civil::Date;

use super::Lang;
use crate::{
    domain::{calendar::Timestamp, score::Average},
    protocol::Why,
};

/// `12,50`, or `—` for none.
#[must_use]
pub fn average(average: Option<Average>, lang: Lang) -> String {
    average.map_or_else(|| "—".to_owned(), |average| average.fixed(lang.decimal()))
}

/// A quotient of a school's whole numbers that is not exactly half way is farther from it than this.
const HALF: f64 = 1e-9;

/// A number with so many decimals, half rounded up as everywhere in the rules, and the language's mark.
#[must_use]
pub fn decimal(number: f64, decimals: usize, lang: Lang) -> String {
    let power = 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
    let rounded = (number * power + 0.5 + HALF).floor() / power;
    format!("{rounded:.decimals$}").replace('.', &lang.decimal().to_string())
}

/// `20/11/2026` in both languages.
#[must_use]
pub fn date(date: Date) -> String {
    date.strftime("%d/%m/%Y").to_string()
}

/// Reads `20/11/2026`, `20-11-2026`, `20.11.2026`, `2026-11-20`.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    let unified = text.replace(['-', '.'], "/");
    Date::strptime("%d/%m/%Y", &unified).ok().or_else(|| text.parse().ok())
}

/// Reads a date, or says why it is none: is it not written as one, or does the calendar not have it?
///
/// # Errors
/// The reason.
pub fn read_date(text: &str) -> Result<Date, Why> {
    parse_date(text).ok_or_else(|| {
        let parts: Vec<&str> = text.trim().split(['/', '-', '.']).collect();
        let digits = |lengths: [usize; 3]| {
            let fits = |(part, most): (&&str, usize)| {
                (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
            };
            parts.len() == 3 && parts.iter().zip(lengths).all(fits)
        };
        if digits([2, 2, 4]) || digits([4, 2, 2]) {
            Why::NoSuchDate
        } else {
            Why::Form { example: "31/05/2010".to_owned() }
        }
    })
}

/// Reads `20/11/2026 10:42`, `20/11/2026 10:42:30`, `20/11/2026` in that zone (also `2026-11-20` and a `T` between), or
/// a moment with its zone as in JSON. What is not said is the last of it: a day is meant with all that was done on it.
#[must_use]
pub fn read_moment(text: &str, zone: &jiff::tz::TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let parts: Vec<&str> = time.trim().split([':', 'h']).filter(|part| !part.is_empty()).collect();
    let last = [23, 59, 59];
    let mut clock = [0_i8; 3];
    for ((to, last), index) in clock.iter_mut().zip(last).zip(0..) {
        *to = match parts.get(index) {
            Some(part) => part.parse().ok()?,
            None => last,
        };
    }
    let [hour, minute, second] = clock;
    if parts.len() > 3 {
        return None;
    }
    let time = jiff::civil::Time::new(hour, minute, second, 999_000_000).ok()?;
    let at = parse_date(day)?.to_datetime(time).to_zoned(zone.clone()).ok()?;
    Some(at.timestamp())
}

/// `20/11/2026 10:42`, in the time zone of the machine.
#[must_use]
pub fn moment(at: Timestamp, zone: &jiff::tz::TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%d/%m/%Y %H:%M").to_string()
}

/// `10:42`.
#[must_use]
pub fn clock(at: Timestamp, zone: &jiff::tz::TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

/// A whole number with thousands set apart: `1 000` by a no-break space, `1,000` in English.
#[must_use]
pub fn integer(number: u64, lang: Lang) -> String {
    let digits = number.to_string();
    let gap = match lang {
        Lang::Fr => '\u{a0}',
        Lang::En => ',',
    };
    let mut written = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(gap);
        }
        written.push(digit);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_numbers_and_dates() {
        assert_eq!(integer(1_234_567, Lang::Fr), "1\u{a0}234\u{a0}567");
        assert_eq!(decimal(11.841, 2, Lang::Fr), "11,84");
        // Half goes up, also where the machine's own formatting goes to the even neighbour or cannot write the number.
        assert_eq!(
            [10.625, 12.585, 9.875, 0.285, 1.005].map(|n| decimal(n, 2, Lang::Fr)),
            ["10,63", "12,59", "9,88", "0,29", "1,01"]
        );
        assert_eq!([12.5, 0.5, 28.499_999_999_999_996].map(|n| decimal(n, 0, Lang::En)), ["13", "1", "29"]);
        assert_eq!(parse_date("20/11/2026"), parse_date("2026-11-20"));
        assert_eq!(parse_date("31/02/2026"), None);
    }

    #[test]
    fn a_moment_is_read_as_people_write_it_and_what_is_not_said_is_the_last_of_it() {
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(1));
        let read = |text: &str| read_moment(text, &zone).map(|at| at.to_string());
        assert_eq!(read("20/11/2026 10:42").as_deref(), Some("2026-11-20T09:42:59.999Z"));
        assert_eq!(read("20/11/2026 10h42"), read("2026-11-20T10:42"));
        assert_eq!(read(" 20/11/2026 10:42:05 ").as_deref(), Some("2026-11-20T09:42:05.999Z"));
        assert_eq!(read("20/11/2026").as_deref(), Some("2026-11-20T22:59:59.999Z"));
        assert_eq!(read("2026-11-20T09:42:00Z").as_deref(), Some("2026-11-20T09:42:00Z"));
        for wrong in ["", "10:42", "31/02/2026", "20/11/2026 25:00", "20/11/2026 1:2:3:4", "hier"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_date_that_does_not_exist_is_told_from_what_is_no_date() {
        for missing in ["31/02/2010", "2010-02-31", "32.1.2010", "29/02/2011", "0/0/0"] {
            assert_eq!(read_date(missing), Err(Why::NoSuchDate), "{missing}");
        }
        for other in ["", "mardi", "31/05", "31/05/2010/1", "31 mai 2010", "1/2/20101"] {
            assert!(matches!(read_date(other), Err(Why::Form { .. })), "{other}");
        }
        assert!(read_date(" 31/05/2010 ").is_ok());
    }
}

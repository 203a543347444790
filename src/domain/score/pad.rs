//! Marks typed on a numeric pad, without a decimal mark: the digits say where it stands.

use super::{MarkError, MarkValue, Scale, Score, parse_mark};

/// Reads digits as a teacher types them from a pile of papers: one or two are the whole number, or with a decimal mark
/// between them where that is above the scale (`75` is 7,5 on /20); three are `dd,d`, or `d,dd` where that is above
/// (`125` is 12,5, `825` is 8,25); four are `dd,dd`. Whoever types a decimal mark is taken at their word, also at the
/// end of the number (`100,` on /100), as are codes and blanks.
///
/// # Errors
/// As [`parse_mark`]; also when there are more than four digits. Never a score above the scale.
pub fn read_pad(typed: &str, scale: Scale) -> Result<Option<MarkValue>, MarkError> {
    let typed = typed.trim();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(whole) = typed.strip_suffix([',', '.']).filter(|whole| digits(whole)) {
        return parse_mark(whole, scale);
    }
    if !digits(typed) {
        return parse_mark(typed, scale);
    }
    let Ok(number) = typed.parse::<u16>() else { return Err(MarkError::TooManyDigits) };
    // What a unit of the last digit may be worth in hundredths, the likeliest first.
    let worth: &[u16] = match typed.len() {
        1 => &[100],
        2 => &[100, 10],
        3 => &[10, 1],
        4 => &[1],
        _ => return Err(MarkError::TooManyDigits),
    };
    let read = worth.iter().find_map(|unit| Score::new(number.checked_mul(*unit)?, scale));
    read.map(|score| Some(MarkValue::Score(score))).ok_or(MarkError::AboveScale { scale })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(typed: &str, scale: &str) -> Result<String, MarkError> {
        let scale = Scale::parse(scale).expect("scale");
        read_pad(typed, scale).map(|value| value.map(|value| value.short(',')).unwrap_or_default())
    }

    #[test]
    fn digits_say_where_the_decimal_mark_stands() {
        let on_twenty = [
            ("125", "12,5"),
            ("75", "7,5"),
            ("825", "8,25"),
            ("2000", "20"),
            ("08", "8"),
            ("0", "0"),
            ("20", "20"),
            ("21", "2,1"),
            ("200", "20"),
            ("201", "2,01"),
            ("1999", "19,99"),
            ("0075", "0,75"),
            ("075", "7,5"),
        ];
        for (typed, meant) in on_twenty {
            assert_eq!(read(typed, "20").as_deref(), Ok(meant), "{typed}");
        }
        assert_eq!(read("8", "10").as_deref(), Ok("8"));
        assert_eq!(read("385", "40").as_deref(), Ok("38,5"));
        assert_eq!(read("405", "40").as_deref(), Ok("4,05"));
        assert_eq!(read("75", "100").as_deref(), Ok("75"));
        assert_eq!(read("755", "100").as_deref(), Ok("75,5"));
        assert_eq!(read("100,", "100").as_deref(), Ok("100"));
        assert_eq!(read("35", "5").as_deref(), Ok("3,5"));
    }

    #[test]
    fn who_writes_the_decimal_mark_or_a_code_is_taken_at_their_word() {
        for typed in ["12,5", "12.5", "7/20", "ABS", "disp", "", " "] {
            assert_eq!(read_pad(typed, Scale::TWENTY), parse_mark(typed, Scale::TWENTY), "{typed}");
        }
        assert_eq!(read("12,", "20").as_deref(), Ok("12"));
        assert_eq!(read("-5", "20"), Err(MarkError::Negative));
    }

    #[test]
    fn what_no_reading_brings_below_the_scale_is_refused() {
        let five = Scale::parse("5").expect("scale");
        assert_eq!(read("8", "5"), Err(MarkError::AboveScale { scale: five }));
        assert_eq!(read("75", "5"), Err(MarkError::AboveScale { scale: five }));
        assert_eq!(read("2001", "20"), Err(MarkError::AboveScale { scale: Scale::TWENTY }));
        assert_eq!(read("12500", "20"), Err(MarkError::TooManyDigits));
        assert_eq!(read("99999999999999999999", "20"), Err(MarkError::TooManyDigits));
    }

    /// The rule as it is told, in whole numbers of hundredths and nothing else.
    fn told(typed: &str, scale: u32) -> Option<u32> {
        let number: u32 = typed.parse().expect("digits");
        let (first, second) = match typed.len() {
            1 => (number * 100, None),
            2 => (number * 100, Some(number * 10)),
            3 => (number * 10, Some(number)),
            _ => (number, None),
        };
        if first <= scale { Some(first) } else { second.filter(|second| *second <= scale) }
    }

    #[test]
    fn every_input_on_every_usual_scale() {
        for points in ["5", "10", "20", "40", "100"] {
            let scale = Scale::parse(points).expect("scale");
            for width in 1..=4_usize {
                for number in 0..10_u32.pow(u32::try_from(width).expect("width")) {
                    let typed = format!("{number:0width$}");
                    let read = match read_pad(&typed, scale) {
                        Ok(Some(MarkValue::Score(score))) => Some(u32::from(score.hundredths())),
                        Err(MarkError::AboveScale { .. }) => None,
                        other => panic!("{typed} on {points}: {other:?}"),
                    };
                    assert_eq!(read, told(&typed, u32::from(scale.hundredths())), "{typed} on {points}");
                    assert!(read.is_none_or(|read| read <= u32::from(scale.hundredths())));
                }
            }
        }
    }

    proptest! {
        /// Any keys at all, on any scale: a score within the scale, a code, nothing, or a refusal.
        #[test]
        fn never_above_the_scale(typed in "[0-9,. a-zA-Z/-]{0,8}", hundredths in 1u16..=Scale::MAX) {
            let scale = Scale::from_hundredths(hundredths).expect("scale");
            if let Ok(Some(MarkValue::Score(score))) = read_pad(&typed, scale) {
                prop_assert!(score.hundredths() <= hundredths);
            }
        }
    }
}

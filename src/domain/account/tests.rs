use proptest::prelude::*;

use super::*;

fn phone(text: &str) -> Phone {
    Phone::parse_in(text, "ML").unwrap()
}

#[test]
fn numbers_of_mali_tell_their_network() {
    for (text, network) in [
        ("76 12 34 56", Operator::OrangeMoney),
        ("82 12 34 56", Operator::OrangeMoney),
        ("90 12 34 56", Operator::OrangeMoney),
        ("66 12 34 56", Operator::MoovMoney),
        ("89 12 34 56", Operator::MoovMoney),
        ("95 12 34 56", Operator::MoovMoney),
    ] {
        let number = phone(text);
        for operator in [Operator::OrangeMoney, Operator::MoovMoney] {
            let wanted = if operator == network { Ok(()) } else { Err(AccountError::OtherNetwork { operator }) };
            assert_eq!(operator.takes(&number), wanted, "{text} {operator:?}");
        }
        assert_eq!((Operator::SamaMoney.takes(&number), Operator::Wave.takes(&number)), (Ok(()), Ok(())));
    }
}

#[test]
fn elsewhere_any_mobile_will_do_and_nowhere_a_fixed_line() {
    for operator in Operator::ALL {
        assert_eq!(operator.takes(&phone("20 22 35 61")), Err(AccountError::NotMobile));
        assert_eq!(operator.takes(&phone("+221 77 123 45 67")), Ok(()), "Senegal, {operator:?}");
    }
}

#[test]
fn names_of_operators_are_read_again() {
    for operator in Operator::ALL {
        assert_eq!(Operator::parse(operator.name()), Some(operator));
        assert_eq!(Operator::parse(&operator.name().to_uppercase()), Some(operator));
        assert_eq!(serde_json::from_value(serde_json::to_value(operator).unwrap()).ok(), Some(operator));
    }
    assert_eq!(Operator::parse("Ecobank"), None);
}

#[test]
fn accounts_as_people_write_them() {
    let kinds = [
        (None, "FR14 2004 1010 0505 0001 3M02 606", Ok(AccountKind::Iban)),
        (None, "fr1420041010050500013m02606", Ok(AccountKind::Iban)),
        (None, "FR15 2004 1010 0505 0001 3M02 606", Err(AccountError::Iban)),
        // Right check digits, wrong shape.
        (Some("BNP"), "FR7630006000011234567890", Err(AccountError::Iban)),
        (Some("Ecobank"), "4111 1111 1111 1111", Ok(AccountKind::Card)),
        (None, "4111 1111 1111 1112", Err(AccountError::Card)),
        (None, "0000 0000 0000 0000", Err(AccountError::Card)),
        (None, "76 12 34 56", Err(AccountError::Nothing)),
        (None, "", Err(AccountError::Nothing)),
        (None, "compte de ma tante", Err(AccountError::Iban)),
        (Some("orange"), "76 12 34 56", Ok(AccountKind::MobileMoney)),
        (Some("Orange Money"), "66 12 34 56", Err(AccountError::OtherNetwork { operator: Operator::OrangeMoney })),
        (Some("Orange Money"), "12", Err(AccountError::NotMobile)),
        (Some("Orange Money"), "FR14 2004 1010 0505 0001 3M02 606", Err(AccountError::NotMobile)),
    ];
    for (holder, account, kind) in kinds {
        assert_eq!(check(holder, account, "ML"), kind, "{holder:?} {account}");
    }
}

/// ISO 7064 over letters as numbers, digit by digit: the check digits that make an IBAN of a country and an account.
fn iban_of(country: &str, account: &str) -> String {
    let mut rest = 0_u32;
    for c in format!("{account}{country}00").chars() {
        for digit in c.to_digit(36).unwrap().to_string().chars() {
            rest = (rest * 10 + digit.to_digit(10).unwrap()) % 97;
        }
    }
    format!("{country}{:02}{account}", 98 - rest)
}

/// Luhn's sum, from the right, written out.
fn luhn_digit(body: &[u8]) -> u8 {
    let doubled = |(place, digit): (usize, &u8)| {
        let twice = u32::from(*digit) * if place % 2 == 0 { 2 } else { 1 };
        twice / 10 + twice % 10
    };
    let sum: u32 = body.iter().rev().enumerate().map(doubled).sum();
    u8::try_from((10 - sum % 10) % 10).unwrap()
}

#[test]
fn an_iban_of_mali_has_28_characters() {
    let right = iban_of("ML", "ML0160120102600100066897");
    assert_eq!(right.len(), 28);
    assert_eq!(check(None, &right, "ML"), Ok(AccountKind::Iban), "{right}");
    let short = iban_of("ML", "ML01601201026001000668");
    assert_eq!(check(None, &short, "ML"), Err(AccountError::IbanShape));
    let shape = iban_of("FR", "2004101005050001");
    assert_eq!(check(None, &shape, "ML"), Err(AccountError::IbanShape));
}

proptest! {
    #[test]
    fn one_wrong_character_or_two_swapped_are_found(account in "[A-Z0-9]{24}", at in 0_usize..23, to in "[A-Z0-9]") {
        let right = iban_of("ML", &account);
        prop_assert_eq!(check(None, &right, "ML"), Ok(AccountKind::Iban));
        let mut wrong: Vec<char> = right.chars().collect();
        let place = at + 4;
        let new = to.chars().next().unwrap();
        // A letter for a digit moves all that follows: only like for like is promised.
        if wrong[place] != new && wrong[place].is_ascii_digit() == new.is_ascii_digit() {
            wrong[place] = new;
            let wrong: String = wrong.iter().collect();
            prop_assert_eq!(check(None, &wrong, "ML"), Err(AccountError::Iban), "{}", wrong);
        }
    }

    #[test]
    fn a_card_has_one_last_digit(body in proptest::collection::vec(0_u8..10, 11..18), other in 1_u8..10) {
        let text = |last: u8| -> String { body.iter().chain([&last]).map(u8::to_string).collect() };
        let last = luhn_digit(&body);
        let right = text(last);
        if body.iter().any(|digit| *digit != 0) {
            prop_assert_eq!(check(None, &right, "ML"), Ok(AccountKind::Card), "{}", right);
        }
        prop_assert_eq!(check(None, &text((last + other) % 10), "ML"), Err(AccountError::Card));
    }

    #[test]
    fn no_text_breaks_it(holder in proptest::option::of("\\PC{0,12}"), text in "\\PC{0,80}") {
        let _ = check(holder.as_deref(), &text, "ML");
    }

    #[test]
    fn every_mobile_of_mali_is_of_at_most_one_network(digits in "[5-9][0-9]{7}") {
        if let Ok(number) = Phone::parse_in(&digits, "ML") {
            let networks = [Operator::OrangeMoney, Operator::MoovMoney];
            prop_assert!(networks.into_iter().filter(|network| network.takes(&number).is_ok()).count() <= 1);
        }
    }
}

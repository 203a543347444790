use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::domain::{
    entities::Student,
    id::ClassId,
    schema::{DerivedValue, Entity, FieldType},
    text_values::Name,
};

fn school() -> Vec<Class> {
    let class = |name: &str, level: &str, series: Option<&str>| Class {
        id: ClassId::new(name),
        name: Name::parse(name).unwrap(),
        level: Name::parse(level).ok(),
        series: series.and_then(|series| Name::parse(series).ok()),
        head_teacher: None,
        capacity: None,
    };
    vec![
        class("10e A", "10e", None),
        class("TLL", "Terminale", Some("TLL")),
        class("TSE", "Terminale", Some("TSE")),
        class("TSExp 1", "Terminale", Some("TSExp")),
    ]
}

fn read(text: &str) -> Result<Filter, FilterError> {
    parse(text, &FilterContext { classes: &school() })
}

fn kind(text: &str) -> FilterErrorKind {
    read(text).unwrap_err().kind
}

fn pupil(last: &str, first: &str, class: Option<&str>, average: Option<f64>, phone: Option<&str>) -> Value {
    json!({
        "matricule": "MLE-2026-0042", "last_name": last, "first_name": first, "sex": "F", "status": "active",
        "class_name": class, "average": average, "phone": phone,
    })
}

/// The algebra by the letter, on one document.
fn holds(filter: &Filter, doc: &Value) -> bool {
    let derived = (Student::SCHEMA.derive)(doc);
    let key = |field: &str| -> Option<KeyValue> {
        let value = doc.get(field).filter(|value| !value.is_null())?;
        match Student::SCHEMA.field(field).expect("declared").kind {
            FieldType::Decimal => value.as_f64().map(|number| {
                #[expect(clippy::cast_possible_truncation, reason = "a small number")]
                let hundredths = (number * 100.0).round() as i64;
                KeyValue::Decimal(hundredths)
            }),
            _ => value.as_str().map(|text| KeyValue::Text(text.to_owned())),
        }
    };
    match filter {
        Filter::All => true,
        Filter::Equals(field, value) => key(field).as_ref() == Some(value),
        Filter::In(field, values) => key(field).is_some_and(|own| values.contains(&own)),
        Filter::Range { field, min, max } => key(field).is_some_and(|own| {
            min.as_ref().is_none_or(|min| match min {
                Bound::Included(min) => own >= *min,
                Bound::Excluded(min) => own > *min,
            }) && max.as_ref().is_none_or(|max| match max {
                Bound::Included(max) => own <= *max,
                Bound::Excluded(max) => own < *max,
            })
        }),
        Filter::WordPrefix(field, prefix) => derived.iter().any(|(name, value)| match value {
            DerivedValue::Words(words) => name == field && words.iter().any(|word| word.starts_with(prefix)),
            DerivedValue::Key(_) => false,
        }),
        Filter::Exists(field) => key(field).is_some(),
        Filter::And(parts) => parts.iter().all(|part| holds(part, doc)),
        Filter::Or(parts) => parts.iter().any(|part| holds(part, doc)),
        Filter::Not(part) => !holds(part, doc),
    }
}

fn finds(text: &str, doc: &Value) -> bool {
    holds(&read(text).unwrap_or_else(|error| panic!("{error}")), doc)
}

#[test]
fn words_find_people() {
    let awa = pupil("Ba-Traoré", "Awa Élise", Some("TSE"), Some(9.96), Some("+22376123456"));
    for text in [
        "",
        "tra",
        "TRAORE",
        "traoré awa",
        "awa tra",
        "ba-traore",
        "batra",
        "\"awa traoré\"",
        "nom:tra",
        "prenom:éli",
        "prénom:awa",
        "name:awa",
        "last:ba",
        "first:elise",
        "matricule:MLE-2026",
        "mat:0042",
        "mle-2026-0042",
        "42 awa -x",
        "classe:TSE",
        "classe:tse,tll",
        "niveau:terminale",
        "level:term",
        "serie:tse",
        "tse",
        "-classe:TLL",
        "sexe:F",
        "sex:fille",
        "statut:actif",
        "status:act",
        "moy<10",
        "moy < 10",
        "moy<=9,96",
        "moy>=9.96",
        "moy:9,96",
        "moy=9.96",
        "moy:9..10",
        "moy:..10",
        "moy:9..",
        "-moy>=10",
        "moy>9,95 -awax",
    ] {
        let expected = !text.contains("42 awa");
        assert_eq!(finds(text, &awa), expected, "{text}");
    }
    for text in [
        "raor",
        "awa issa",
        "prenom:tra",
        "nom:awa",
        "classe:TLL",
        "niveau:10e",
        "-tra",
        "-classe:TSE",
        "sexe:M",
        "statut:attente",
        "moy<9,96",
        "moy>9,96",
        "moy:10..12",
        "moy:aucune",
        "tel:aucun",
        "classe:aucune",
    ] {
        assert!(!finds(text, &awa), "{text}");
    }
}

#[test]
fn phones_match_any_run_of_digits() {
    let awa = pupil("Ba", "Awa", None, None, Some("+22376123456"));
    for text in [
        "76 12 34",
        "7612",
        "12 34 56",
        "tel:7612",
        "tel:76 12 34 ba",
        "+223 76",
        "00223 76 12",
        "tel:\"12 34\"",
        "76-12-34-56",
        "76 12 3",
    ] {
        assert!(finds(text, &awa), "{text}");
    }
    for text in ["76 13", "tel:999", "76 12 34 -awa"] {
        assert!(!finds(text, &awa), "{text}");
    }
    assert!(finds("moy:aucune classe:aucune", &awa));
    assert!(finds("tel:aucun", &pupil("Ba", "Awa", None, None, None)));
}

#[test]
fn a_class_is_itself_before_it_is_a_beginning() {
    assert_eq!(read("classe:tse"), Ok(Filter::any_of("class_name", ["TSE"])));
    assert_eq!(read("classe:ts"), Ok(Filter::any_of("class_name", ["TSE", "TSExp 1"])));
    assert_eq!(read("classe:10ea"), Ok(Filter::any_of("class_name", ["10e A"])));
    assert_eq!(read("niveau:TERMINALE"), Ok(Filter::any_of("class_name", ["TLL", "TSE", "TSExp 1"])));
}

#[test]
fn what_cannot_be_understood_is_said() {
    assert_eq!(
        read("awa clase:TSE"),
        Err(FilterError {
            word: "clase:TSE".to_owned(),
            kind: FilterErrorKind::UnknownField { near: Some("classe".to_owned()) }
        })
    );
    assert_eq!(kind("paye:impaye"), FilterErrorKind::UnknownField { near: None });
    assert_eq!(kind("présence<75"), FilterErrorKind::UnknownField { near: None });
    assert_eq!(kind("moy<dix"), FilterErrorKind::BadNumber);
    assert_eq!(kind("moy<12,555"), FilterErrorKind::BadNumber);
    assert_eq!(kind("moy:.."), FilterErrorKind::BadNumber);
    assert_eq!(kind("moy<-1"), FilterErrorKind::BadNumber);
    assert_eq!(kind("classe:TLE"), FilterErrorKind::UnknownClass { near: Some("TLL".to_owned()) });
    assert_eq!(kind("niveau:CM2"), FilterErrorKind::UnknownLevel { near: None });
    assert_eq!(kind("série:Q"), FilterErrorKind::UnknownSeries { near: None });
    assert_eq!(kind("sexe:x"), FilterErrorKind::UnknownSex);
    assert_eq!(kind("statut:x"), FilterErrorKind::UnknownStatus);
    assert_eq!(kind("nom<tra"), FilterErrorKind::NotComparable);
    assert_eq!(kind("tel:76"), FilterErrorKind::PhoneTooShort);
    assert_eq!(kind("tel:awa"), FilterErrorKind::PhoneTooShort);
    assert_eq!(kind("classe:"), FilterErrorKind::NoValue);
    assert_eq!(kind("nom:\"\""), FilterErrorKind::NoValue);
    assert_eq!(kind(&"a ".repeat(MAX)), FilterErrorKind::TooLong { max: MAX });
}

/// Every field is one the students declare, with a value of its type.
fn fits(filter: &Filter) -> bool {
    let kind = |field: &str| Student::SCHEMA.field(field).map(|field| field.kind);
    let value = |field: &str, value: &KeyValue| {
        matches!(
            (kind(field), value),
            (Some(FieldType::Key), KeyValue::Text(_)) | (Some(FieldType::Decimal), KeyValue::Decimal(_))
        )
    };
    let bound = |field: &str, bound: &Option<Bound>| {
        bound.as_ref().is_none_or(|bound| match bound {
            Bound::Included(inner) | Bound::Excluded(inner) => value(field, inner),
        })
    };
    match filter {
        Filter::All => true,
        Filter::Equals(field, inner) => value(field, inner),
        Filter::In(field, values) => !values.is_empty() && values.iter().all(|inner| value(field, inner)),
        Filter::Range { field, min, max } => bound(field, min) && bound(field, max) && (min.is_some() || max.is_some()),
        Filter::WordPrefix(field, prefix) => kind(field) == Some(FieldType::Words) && !prefix.is_empty(),
        Filter::Exists(field) => kind(field).is_some(),
        Filter::And(parts) | Filter::Or(parts) => parts.len() > 1 && parts.iter().all(fits),
        Filter::Not(part) => fits(part),
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        if let Ok(filter) = read(&text) {
            prop_assert!(fits(&filter), "{:?}", filter);
        }
    }

    #[test]
    fn any_text_made_of_our_signs_too(text in "[-a-zé \"«»:<>=.,+0-9_]{0,40}|(classe|moy|tel|nom|sexe|-statut)[:<>=]{1,2}[ a-z0-9,.\"-]{0,12}") {
        if let Ok(filter) = read(&text) {
            prop_assert!(fits(&filter), "{:?}", filter);
        }
    }

    /// A student is found by any beginning of any of the names, however written.
    #[test]
    fn any_beginning_finds(last in "[A-Za-zéèÉ]{1,10}([ '-][A-Za-zéï]{1,8})?", first in "[A-Zé][a-zç]{0,9}", upper: bool, cut in 1usize..6) {
        let doc = pupil(&last, &first, None, None, None);
        for word in last.split([' ', '\'', '-']).chain([first.as_str()]) {
            let beginning: String = word.chars().take(cut).collect();
            let text = if upper { beginning.to_uppercase() } else { beginning };
            prop_assert!(holds(&read(&text).unwrap(), &doc), "{} in {} {}", text, last, first);
        }
    }
}

//! The fields that can be named, and what was perhaps meant by a name that is none.

use crate::domain::words::fold;

/// A field as people name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldKey {
    Class,
    Level,
    Series,
    Average,
    LastName,
    FirstName,
    /// Last or first.
    Name,
    Phone,
    Matricule,
    Sex,
    Status,
    /// A guardian's name or phone.
    Guardian,
}

/// Folded names, the one that is suggested first.
const NAMES: &[(FieldKey, &[&str])] = &[
    (FieldKey::Class, &["classe", "class"]),
    (FieldKey::Level, &["niveau", "level"]),
    (FieldKey::Series, &["serie", "series"]),
    (FieldKey::Average, &["moy", "moyenne", "average", "avg", "mean"]),
    (FieldKey::LastName, &["nom", "last", "last_name", "lastname"]),
    (FieldKey::FirstName, &["prenom", "first", "first_name", "firstname"]),
    (FieldKey::Name, &["name"]),
    (FieldKey::Phone, &["tel", "telephone", "phone"]),
    (FieldKey::Matricule, &["matricule", "mat", "number", "no"]),
    (FieldKey::Sex, &["sexe", "sex"]),
    (FieldKey::Status, &["statut", "status"]),
    (FieldKey::Guardian, &["tuteur", "tutrice", "parent", "guardian"]),
];

impl FieldKey {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let word = fold(text);
        NAMES.iter().find(|(_, names)| names.contains(&word.as_str())).map(|(key, _)| *key)
    }
}

/// Every name.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().flat_map(|(_, names)| names.iter().copied())
}

/// The name that the text is a slip of: at most two letters off (one for short ones), the nearest first.
pub(super) fn near<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let wanted: Vec<char> = fold(text.trim()).chars().take(64).collect();
    let allowed = if wanted.len() <= 4 { 1 } else { 2 };
    names
        .map(|name| (distance(&wanted, &fold(name).chars().collect::<Vec<_>>()), name))
        .filter(|(distance, _)| *distance <= allowed && *distance < wanted.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name.to_owned())
}

/// Letters to insert, remove or replace to make one the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, from) in a.iter().enumerate() {
        let mut next = vec![index.saturating_add(1)];
        for ((to, above), pair) in b.iter().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or_default();
            let replace = pair.saturating_add(usize::from(from != to));
            next.push(replace.min(above.saturating_add(1)).min(left.saturating_add(1)));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found() {
        assert_eq!(near("clase", names()), Some("classe".to_owned()));
        assert_eq!(near("moyene", names()), Some("moyenne".to_owned()));
        assert_eq!(near("présence", names()), None);
        assert_eq!(near("paye", names()), None);
        assert_eq!(near("x", names()), None);
        assert_eq!(distance(&['a', 'b', 'c'], &['a', 'c']), 1);
        assert_eq!(distance(&[], &['a', 'c']), 2);
    }

    #[test]
    fn no_name_stands_for_two_fields() {
        let mut all: Vec<&str> = names().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(all.iter().all(|name| fold(name) == **name));
    }
}

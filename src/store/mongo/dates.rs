//! Days and moments that stand where no schema declares them: inside lists, and in the history. People at the
//! database's own prompt expect dates there too.

use mongodb::bson::{Bson, Document as Bdoc};
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::convert::{Json, civil, day, in_order, moment};

/// Collection, list, and the days in each of its entries.
const DAYS: &[(&str, &str, &[&str])] =
    &[("students", "grades", &["date"]), ("sheets", "evaluations", &["date"]), ("years", "terms", &["starts", "ends"])];
/// Collection and the field that is a moment.
const MOMENTS: &[(&str, &str)] = &[("audit", "at"), ("acts", "at")];

/// The days in the entries of that list.
pub(super) fn days(collection: &str, name: &str) -> Option<&'static [&'static str]> {
    DAYS.iter().find(|(of, list, _)| *of == collection && *list == name).map(|(_, _, days)| *days)
}

/// Text becomes a date where one belongs. What is none stays as it is: nothing is lost.
pub(super) fn dated(collection: &str, name: &str, value: Bson) -> Bson {
    if MOMENTS.contains(&(collection, name)) {
        let parsed = value.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
        // The server keeps milliseconds; a finer moment stays text.
        let whole = parsed.filter(|at| at.as_nanosecond().rem_euclid(1_000_000) == 0);
        return whole.map_or(value, |at| Bson::DateTime(moment(at)));
    }
    let (Some(days), Bson::Array(entries)) = (days(collection, name), &value) else { return value };
    let entries = entries.iter().map(|entry| match entry {
        Bson::Document(entry) => Bson::Document(entry_of(entry, days)),
        other => other.clone(),
    });
    Bson::Array(entries.collect())
}

fn entry_of(entry: &Bdoc, days: &[&str]) -> Bdoc {
    let pairs = entry.iter().map(|(name, value)| {
        let date = value.as_str().filter(|_| days.contains(&name.as_str())).and_then(|text| text.parse().ok());
        (name.clone(), date.and_then(day).map_or_else(|| value.clone(), Bson::DateTime))
    });
    pairs.collect()
}

/// An entry of such a list, whose dates are days.
pub(super) struct Entry<'a> {
    pub value: &'a Bson,
    pub days: &'static [&'static str],
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Bson::Document(entry) = self.value else { return Json(self.value).serialize(serializer) };
        let mut map = serializer.serialize_map(Some(entry.len()))?;
        for (name, value) in in_order(entry) {
            match value {
                Bson::DateTime(at) if self.days.contains(&name.as_str()) => map.serialize_entry(name, &civil(*at))?,
                _ => map.serialize_entry(name, &Json(value))?,
            }
        }
        map.end()
    }
}

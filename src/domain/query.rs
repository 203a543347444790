//! The one small query algebra: made here, translated once by each store.
//!
//! It is also what users type in the filter bar, what saved views hold, and what exports and reports select by.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A declared field's name (see [`super::schema::Schema::field`]); unknown names are refused by the stores.
pub type FieldName = Cow<'static, str>;

/// A value to compare a field with. Its variant must fit the field's type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyValue {
    /// For `Key` fields.
    Text(String),
    /// For `Integer` fields.
    Integer(i64),
    /// For `Decimal` fields, in hundredths.
    Decimal(i64),
    /// For `Date` fields.
    Date(Date),
}

/// One end of a range.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The value belongs to the range.
    Included(KeyValue),
    /// It does not.
    Excluded(KeyValue),
}

/// Which documents. `Not` is the logical complement: a document without the field is in `Not(Equals(..))`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    #[default]
    All,
    Equals(FieldName, KeyValue),
    In(FieldName, Vec<KeyValue>),
    /// Documents with the field, between the bounds.
    Range {
        field: FieldName,
        min: Option<Bound>,
        max: Option<Bound>,
    },
    /// Documents one of whose words in this `Words` field begins with the (already normalised) prefix.
    WordPrefix(FieldName, String),
    /// Documents that have the field (not null).
    Exists(FieldName),
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
}

impl Filter {
    #[must_use]
    pub fn equals(field: &'static str, text: impl Into<String>) -> Self {
        Self::Equals(Cow::Borrowed(field), KeyValue::Text(text.into()))
    }

    #[must_use]
    pub fn any_of<S: Into<String>>(field: &'static str, texts: impl IntoIterator<Item = S>) -> Self {
        Self::In(Cow::Borrowed(field), texts.into_iter().map(|text| KeyValue::Text(text.into())).collect())
    }

    /// Both; `All` disappears.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, only) | (only, Self::All) => only,
            (Self::And(mut parts), Self::And(more)) => {
                parts.extend(more);
                Self::And(parts)
            }
            (Self::And(mut parts), one) => {
                parts.push(one);
                Self::And(parts)
            }
            (one, Self::And(mut parts)) => {
                parts.insert(0, one);
                Self::And(parts)
            }
            (one, two) => Self::And(vec![one, two]),
        }
    }

    /// Every field the filter names.
    pub fn fields(&self, visit: &mut impl FnMut(&str)) {
        match self {
            Self::All => {}
            Self::Equals(field, _)
            | Self::In(field, _)
            | Self::Range { field, .. }
            | Self::WordPrefix(field, _)
            | Self::Exists(field) => visit(field),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.fields(visit)),
            Self::Not(part) => part.fields(visit),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// The order of a list: fields with directions; the id closes every tie in the first key's direction, so that the
/// order is total. Documents without the first field come last, whatever the direction; the other fields must be
/// present in every document. Any single indexed field, or a declared compound order (each field in its own
/// direction), is an index read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort(pub Vec<(FieldName, Direction)>);

impl Sort {
    #[must_use]
    pub fn by(field: &'static str, direction: Direction) -> Self {
        Self(vec![(Cow::Borrowed(field), direction)])
    }

    #[must_use]
    pub fn then(mut self, field: &'static str, direction: Direction) -> Self {
        self.0.push((Cow::Borrowed(field), direction));
        self
    }
}

/// A place in a list: the sort values and id of one of its documents. Opaque to the screens.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cursor {
    /// `None`: the document lacks the field. As many as the sort has keys.
    pub keys: Vec<Option<KeyValue>>,
    pub id: String,
}

/// Which part of the list. Pages always come back in the list's own order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seek {
    #[default]
    First,
    After(Cursor),
    Before(Cursor),
    Last,
}

/// A question for a page of documents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Query {
    pub filter: Filter,
    pub sort: Sort,
    pub seek: Seek,
    /// At most so many documents; stores cap it at 10,000.
    pub limit: u32,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Cursor of each item, same length as `items`.
    pub cursors: Vec<Cursor>,
    /// There is more beyond the page in the direction that was asked for.
    pub more: bool,
}

/// How many documents, counted up to a cap: `capped` means "at least".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub count: u64,
    pub capped: bool,
}

/// Integer sums and counts over documents; means are made in the domain.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Aggregate {
    pub filter: Filter,
    /// A `Key` field whose values make the groups; `None`: one group.
    pub group_by: Option<FieldName>,
    /// An `Integer` or `Decimal` field to add up; documents without it count in `documents` only. `None`: documents are
    /// counted, nothing is added up.
    pub over: Option<FieldName>,
    /// Also count values below this (in the field's own unit; hundredths for decimals).
    pub below: Option<i64>,
}

/// One group of an [`Aggregate`]; sums in the field's unit (hundredths for decimals).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// `None` for the documents without the grouping field, or when there is no grouping.
    pub key: Option<String>,
    pub documents: u64,
    pub count: u64,
    pub sum: i64,
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub below: u64,
}

//! Declared schemas: what a store must know of a kind of record. Plain data; no store is named here.
//!
//! An [`Entity`] is a serde struct with one [`Schema`]. SQLite columns, MongoDB types and indexes, the filter
//! language and its refusals all come from it, so that adding a kind touches its own file and [`super::entities`].

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::calendar::Timestamp;

/// How a declared field is stored, compared and ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// Exact text: an id, a code, a stored collation key. Ordered by bytes.
    Key,
    /// A whole number.
    Integer,
    /// A decimal number with two places (a JSON number; hundredths in [`KeyValue`]).
    Decimal,
    /// A civil date, ISO text in JSON.
    Date,
    /// Many normalised words (see [`super::words`]), found by prefix. Not sortable.
    Words,
}

/// Where a field's value is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// At this top-level name of the document.
    Stored,
    /// Made by [`Schema::derive`]: MongoDB keeps it under `search.<name>`, SQLite only in its key tables.
    Derived,
}

/// Who may filter and sort by a field, besides the roles that see the whole record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Whoever may list the records.
    All,
    /// Only who sees the school's whole records (office, head, admin), not teachers.
    Office,
}

/// One declared field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: FieldType,
    pub source: Source,
    pub indexed: bool,
    /// No two documents of the collection share a present value.
    pub unique: bool,
    pub audience: Audience,
    /// Of `Words`: derived `Key` fields, present in every document, by which lists of hits are often sorted. A common
    /// word (a family name that thousands share) then costs a page, not all of its hits.
    pub along: &'static [&'static str],
}

impl Field {
    /// A plain field of that name: indexed, not unique, for all.
    #[must_use]
    pub const fn new(name: &'static str, kind: FieldType) -> Self {
        Self { name, kind, source: Source::Stored, indexed: true, unique: false, audience: Audience::All, along: &[] }
    }

    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    #[must_use]
    pub const fn derived(mut self) -> Self {
        self.source = Source::Derived;
        self
    }

    #[must_use]
    pub const fn not_indexed(mut self) -> Self {
        self.indexed = false;
        self
    }

    #[must_use]
    pub const fn along(mut self, orders: &'static [&'static str]) -> Self {
        self.along = orders;
        self
    }

    #[must_use]
    pub const fn office(mut self) -> Self {
        self.audience = Audience::Office;
        self
    }
}

/// Values made from a document for its derived fields.
pub type Derived = Vec<(&'static str, DerivedValue)>;

/// One derived value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DerivedValue {
    Key(String),
    Words(Vec<String>),
}

/// All a store knows of one kind of record.
#[derive(Debug)]
pub struct Schema {
    pub collection: &'static str,
    pub fields: &'static [Field],
    /// Compound orders that lists are read in; each is an index. The first field may be absent in a document, the
    /// others may not.
    pub orders: &'static [&'static [&'static str]],
    /// Derived fields of a document.
    pub derive: fn(&Value) -> Derived,
}

impl Schema {
    /// The declared field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.collection == other.collection
    }
}

impl Eq for Schema {}

/// For kinds without derived fields.
#[must_use]
pub fn nothing_derived(_: &Value) -> Derived {
    Vec::new()
}

/// A kind of record that stores know.
pub trait Entity: Serialize + DeserializeOwned + Send + Sync + 'static {
    const SCHEMA: &'static Schema;

    /// The document's `_id`.
    fn id(&self) -> &str;
}

/// A stored record with what the store keeps beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stored<T> {
    #[serde(flatten)]
    pub body: T,
    /// 1 at creation, one more at each write.
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Who wrote last: a user id, or `cli:admin`.
    pub updated_by: String,
}

impl<T> std::ops::Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.body
    }
}

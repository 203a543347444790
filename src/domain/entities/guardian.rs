//! Guardians (parents, tuteurs): who answers for students, and how they are reached.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{
    account::Operator,
    id::{GuardianId, StudentId, UserId},
    schema::{Derived, DerivedValue, Entity, Field, FieldType, Schema},
    text_values::{Email, Name, Phone},
    words,
};

/// What a guardian is to a child. The same person may be the father of one and the uncle of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// père
    #[default]
    Father,
    /// mère
    Mother,
    /// tuteur, tutrice
    Guardian,
    /// grand-père, grand-mère
    Grandparent,
    /// oncle, tante
    UncleOrAunt,
    /// frère, sœur
    Sibling,
    /// logeur, logeuse: where a student from elsewhere lives
    Host,
    /// autre
    Other,
}

impl Relation {
    pub const ALL: [Self; 8] = [
        Self::Father,
        Self::Mother,
        Self::Guardian,
        Self::Grandparent,
        Self::UncleOrAunt,
        Self::Sibling,
        Self::Host,
        Self::Other,
    ];

    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Father => "father",
            Self::Mother => "mother",
            Self::Guardian => "guardian",
            Self::Grandparent => "grandparent",
            Self::UncleOrAunt => "uncle_or_aunt",
            Self::Sibling => "sibling",
            Self::Host => "host",
            Self::Other => "other",
        }
    }

    /// Reads the stored word or a French one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match words::fold(text.trim()).as_str() {
            "father" | "pere" => Some(Self::Father),
            "mother" | "mere" => Some(Self::Mother),
            "guardian" | "tuteur" | "tutrice" => Some(Self::Guardian),
            "grandparent" | "grand-parent" | "grand-pere" | "grand-mere" => Some(Self::Grandparent),
            "uncle_or_aunt" | "uncle" | "aunt" | "oncle" | "tante" | "oncle ou tante" | "uncle or aunt" => {
                Some(Self::UncleOrAunt)
            }
            "sibling" | "brother" | "sister" | "frere" | "soeur" | "frere ou soeur" | "brother or sister" => {
                Some(Self::Sibling)
            }
            "host" | "logeur" | "logeuse" => Some(Self::Host),
            "other" | "autre" => Some(Self::Other),
            _ => None,
        }
    }
}

/// A Mobile Money account: the operator's, on a mobile number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MobileMoney {
    pub operator: Operator,
    pub number: Phone,
}

/// A child of a guardian.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    pub student: StudentId,
    pub relation: Relation,
}

/// A guardian, of any number of children. A phone may be that of several.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guardian {
    #[serde(rename = "_id")]
    pub id: GuardianId,
    pub last_name: Name,
    pub first_name: Name,
    /// The first is the one to call.
    #[serde(default)]
    pub phones: Vec<Phone>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    #[serde(default)]
    pub languages: Vec<Name>,
    /// Agrees to be written to by SMS.
    #[serde(default)]
    pub sms: bool,
    /// Agrees to be written to by e-mail.
    #[serde(default)]
    pub mail: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<MobileMoney>,
    #[serde(default)]
    pub children: Vec<Child>,
    /// The account that logs in for this guardian; its children are these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<UserId>,
}

impl Guardian {
    /// `TRAORÉ Fanta`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.last_name.as_str().to_uppercase(), self.first_name)
    }

    /// What they are to that child; `None`: it is none of theirs.
    #[must_use]
    pub fn relation_to(&self, student: &StudentId) -> Option<Relation> {
        self.children.iter().find(|child| child.student == *student).map(|child| child.relation)
    }

    /// The students they answer for.
    pub fn students(&self) -> impl Iterator<Item = &StudentId> {
        self.children.iter().map(|child| &child.student)
    }

    /// Makes the child theirs; one who is already gets this relation.
    pub fn link(&mut self, student: StudentId, relation: Relation) {
        match self.children.iter_mut().find(|child| child.student == student) {
            Some(child) => child.relation = relation,
            None => self.children.push(Child { student, relation }),
        }
    }

    /// The child is no longer theirs.
    pub fn unlink(&mut self, student: &StudentId) {
        self.children.retain(|child| child.student != *student);
    }
}

impl std::fmt::Debug for Guardian {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guardian").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Search words: children (whole ids), names, runs of the phones' digits.
fn search(doc: &Value) -> Derived {
    let text = |name: &str| doc.get(name).and_then(Value::as_str).unwrap_or_default();
    let texts = |name: &str| doc.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut names = words::words(text("last_name"));
    names.extend(words::words(text("first_name")));
    let mut digits: Vec<String> = texts("phones").flat_map(words::digit_tails).collect();
    let children = doc.get("children").and_then(Value::as_array).into_iter().flatten();
    let children = children.filter_map(|child| child.get("student").and_then(Value::as_str));
    digits.sort();
    digits.dedup();
    vec![
        ("name_key", DerivedValue::Key(words::sort_key(&[text("last_name"), text("first_name")]))),
        ("child_words", DerivedValue::Words(children.map(words::fold).collect())),
        ("name_words", DerivedValue::Words(names)),
        ("phone_digits", DerivedValue::Words(digits)),
    ]
}

impl Entity for Guardian {
    const SCHEMA: &'static Schema = &Schema {
        collection: "guardians",
        fields: &[
            Field::new("account", FieldType::Key),
            Field::new("name_key", FieldType::Key).derived(),
            Field::new("child_words", FieldType::Words).derived(),
            Field::new("name_words", FieldType::Words).derived(),
            Field::new("phone_digits", FieldType::Words).derived(),
        ],
        orders: &[],
        derive: search,
    };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

//! Guardians (parents, tuteurs): who answers for students, and how they are reached.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{
    id::{GuardianId, StudentId, UserId},
    schema::{Derived, DerivedValue, Entity, Field, FieldType, Schema},
    text_values::{Email, Name, Phone},
    words,
};

/// What a guardian is to the children.
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
}

impl Relation {
    pub const ALL: [Self; 3] = [Self::Father, Self::Mother, Self::Guardian];

    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Father => "father",
            Self::Mother => "mother",
            Self::Guardian => "guardian",
        }
    }

    /// Reads the stored word or the French one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match words::fold(text.trim()).as_str() {
            "father" | "pere" => Some(Self::Father),
            "mother" | "mere" => Some(Self::Mother),
            "guardian" | "tuteur" | "tutrice" => Some(Self::Guardian),
            _ => None,
        }
    }
}

/// Who runs a Mobile Money account (`domain.md`, Money).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    OrangeMoney,
    Moov,
    Momo,
}

impl Operator {
    pub const ALL: [Self; 3] = [Self::OrangeMoney, Self::Moov, Self::Momo];

    /// As its customers call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OrangeMoney => "Orange Money",
            Self::Moov => "Moov",
            Self::Momo => "MoMo",
        }
    }

    /// Reads the name in any case; `orange` is enough.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match words::fold(text.trim()).as_str() {
            "orange money" | "orange" => Some(Self::OrangeMoney),
            "moov" => Some(Self::Moov),
            "momo" | "mtn" => Some(Self::Momo),
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

/// A guardian, of any number of children. A phone may be that of several.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guardian {
    #[serde(rename = "_id")]
    pub id: GuardianId,
    pub relation: Relation,
    pub last_name: Name,
    pub first_name: Name,
    /// The first is the one to call.
    #[serde(default)]
    pub phones: Vec<Phone>,
    #[serde(default)]
    pub email: Option<Email>,
    #[serde(default)]
    pub languages: Vec<Name>,
    /// Agrees to be written to by SMS.
    #[serde(default)]
    pub sms: bool,
    /// Agrees to be written to by e-mail.
    #[serde(default)]
    pub mail: bool,
    #[serde(default)]
    pub money: Option<MobileMoney>,
    #[serde(default)]
    pub children: Vec<StudentId>,
    /// The account that logs in for this guardian; its children are these.
    #[serde(default)]
    pub account: Option<UserId>,
}

impl Guardian {
    /// `TRAORÉ Fanta`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.last_name.as_str().to_uppercase(), self.first_name)
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
    let money = doc.get("money").and_then(|money| money.get("number")).and_then(Value::as_str);
    let mut digits: Vec<String> = texts("phones").chain(money).flat_map(words::digit_tails).collect();
    digits.sort();
    digits.dedup();
    vec![
        ("name_key", DerivedValue::Key(words::sort_key(&[text("last_name"), text("first_name")]))),
        ("child_words", DerivedValue::Words(texts("children").map(words::fold).collect())),
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

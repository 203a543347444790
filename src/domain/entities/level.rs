//! Levels (niveaux) and series (séries) as the school has them: what classes are of and coefficients are given for.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{
    id::LevelId,
    schema::{Derived, DerivedValue, Entity, Field, FieldType, Schema},
    text_values::Name,
    words,
};

/// Which of the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LevelKind {
    /// niveau: `10e`, `Terminale`
    #[default]
    Level,
    /// série: `TSE`
    Series,
}

impl LevelKind {
    pub const ALL: [Self; 2] = [Self::Level, Self::Series];

    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Series => "series",
        }
    }
}

/// A level or a series. Classes and coefficients carry its name, which follows when it is changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    #[serde(rename = "_id")]
    pub id: LevelId,
    pub kind: LevelKind,
    pub name: Name,
    /// Position in lists: the lowest level first.
    pub position: u16,
}

fn name_key(doc: &Value) -> Derived {
    let name = doc.get("name").and_then(Value::as_str).unwrap_or_default();
    vec![("name_key", DerivedValue::Key(words::sort_key(&[name])))]
}

impl Entity for Level {
    const SCHEMA: &'static Schema = &Schema {
        collection: "levels",
        fields: &[
            Field::new("kind", FieldType::Key),
            Field::new("position", FieldType::Integer),
            Field::new("name_key", FieldType::Key).derived(),
        ],
        orders: &[],
        derive: name_key,
    };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

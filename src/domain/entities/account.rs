//! User accounts and roles.

use serde::{Deserialize, Serialize};

use crate::domain::{
    id::{StudentId, UserId},
    schema::{Entity, Field, FieldType, Schema, nothing_derived},
    text_values::{Name, Phone, Username},
};

/// What an account may do (see [`crate::domain::access`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Admin,
    /// Head of school (proviseur, directeur).
    Head,
    /// Bursar (économe).
    Bursar,
    /// Office (secrétariat).
    Secretary,
    /// Discipline and attendance (surveillant).
    Supervisor,
    /// Teacher (enseignant).
    Teacher,
    /// Student (élève).
    Student,
    /// Parent or guardian.
    Parent,
}

impl Role {
    pub const ALL: [Self; 8] = [
        Self::Admin,
        Self::Head,
        Self::Bursar,
        Self::Secretary,
        Self::Supervisor,
        Self::Teacher,
        Self::Student,
        Self::Parent,
    ];

    /// As stored (`contract.md`).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Head => "head",
            Self::Bursar => "bursar",
            Self::Secretary => "secretary",
            Self::Supervisor => "supervisor",
            Self::Teacher => "teacher",
            Self::Student => "student",
            Self::Parent => "parent",
        }
    }

    /// Reads the stored word or the French one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let word = crate::domain::words::fold(text.trim());
        Some(match word.as_str() {
            "admin" | "administrateur" => Self::Admin,
            "head" | "proviseur" | "directeur" | "directrice" => Self::Head,
            "bursar" | "econome" => Self::Bursar,
            "secretary" | "secretariat" | "secretaire" => Self::Secretary,
            "supervisor" | "surveillant" | "surveillante" => Self::Supervisor,
            "teacher" | "enseignant" | "enseignante" | "professeur" => Self::Teacher,
            "student" | "eleve" | "etudiant" => Self::Student,
            "parent" | "tuteur" | "guardian" => Self::Parent,
            _ => return None,
        })
    }
}

/// A user account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    #[serde(rename = "_id")]
    pub id: UserId,
    pub username: Username,
    pub display_name: Name,
    /// bcrypt, cost 12.
    pub password_hash: String,
    pub role: Role,
    pub disabled: bool,
    /// The password was given by somebody else and must be changed at the next login.
    pub must_change: bool,
    /// A student account's own record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student: Option<StudentId>,
    /// Follows the student's phone in the same batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student_phone: Option<Phone>,
    /// A parent account's children.
    #[serde(default)]
    pub children: Vec<StudentId>,
    /// One more ends all sessions of the account everywhere.
    pub session_epoch: u64,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

impl Entity for User {
    const SCHEMA: &'static Schema = &Schema {
        collection: "users",
        fields: &[
            Field::new("username", FieldType::Key).unique(),
            Field::new("role", FieldType::Key),
            Field::new("student", FieldType::Key),
            Field::new("student_phone", FieldType::Key),
        ],
        orders: &[],
        derive: nothing_derived,
    };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

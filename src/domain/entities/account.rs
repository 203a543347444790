//! User accounts and roles.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{
    id::{StudentId, SubjectId, UserId},
    schema::{Derived, DerivedValue, Entity, Field, FieldType, Schema},
    text_values::{Matricule, Name, Phone, Remark, Username},
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

    /// Works at the school: may have a [`StaffFile`].
    #[must_use]
    pub fn is_staff(self) -> bool {
        match self {
            Self::Admin | Self::Head | Self::Bursar | Self::Secretary | Self::Supervisor | Self::Teacher => true,
            Self::Student | Self::Parent => false,
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

/// What the school knows of somebody who works there.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffFile {
    /// As the employer numbers its people (matricule de l'agent); unique among accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employee_id: Option<Matricule>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diploma: Option<Name>,
    /// What the person is able to teach; in which classes it is so say the assignments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<SubjectId>,
    /// On which days and when, in the school's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<Remark>,
}

impl StaffFile {
    /// Nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl std::fmt::Debug for StaffFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaffFile").field("subjects", &self.subjects).finish_non_exhaustive()
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
    /// Absent on accounts of students and parents.
    #[serde(default, skip_serializing_if = "StaffFile::is_empty")]
    pub staff: StaffFile,
    /// One more ends all sessions of the account everywhere.
    pub session_epoch: u64,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

/// The employee id, which stands inside the file.
fn of_file(doc: &Value) -> Derived {
    let id = doc.get("staff").and_then(|file| file.get("employee_id")).and_then(Value::as_str);
    id.map(|id| ("employee_id", DerivedValue::Key(id.to_owned()))).into_iter().collect()
}

impl Entity for User {
    const SCHEMA: &'static Schema = &Schema {
        collection: "users",
        fields: &[
            Field::new("username", FieldType::Key).unique(),
            Field::new("role", FieldType::Key),
            Field::new("student", FieldType::Key),
            Field::new("student_phone", FieldType::Key),
            Field::new("employee_id", FieldType::Key).derived().unique(),
        ],
        orders: &[],
        derive: of_file,
    };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// As earlier versions wrote it.
    fn older() -> Value {
        json!({
            "_id": "u1", "username": "prof", "display_name": "Moussa Sow", "password_hash": "h", "role": "teacher",
            "disabled": false, "must_change": false, "children": [], "session_epoch": 1,
        })
    }

    #[test]
    fn a_file_is_written_where_there_is_one_and_read_as_it_was() {
        let mut user: User = serde_json::from_value(older()).unwrap();
        assert!(user.staff.is_empty());
        let written = serde_json::to_value(&user).unwrap();
        assert_eq!(written, older());
        assert!(of_file(&written).is_empty());
        user.staff = StaffFile {
            employee_id: Matricule::parse("0110.452-w").ok(),
            diploma: Name::parse("Maîtrise de mathématiques").ok(),
            subjects: vec![SubjectId::new("math")],
            availability: Remark::parse("lundi et mardi matin").ok(),
        };
        let written = serde_json::to_value(&user).unwrap();
        assert_eq!(serde_json::from_value::<User>(written.clone()).unwrap(), user);
        assert_eq!(of_file(&written), [("employee_id", DerivedValue::Key("0110.452-W".to_owned()))]);
    }

    #[test]
    fn who_works_at_the_school_is_staff() {
        let others: Vec<Role> = Role::ALL.into_iter().filter(|role| !role.is_staff()).collect();
        assert_eq!(others, [Role::Student, Role::Parent]);
    }
}

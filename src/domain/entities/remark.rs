//! What stands on a bulletin beside the marks: appreciations, the follow-up of a term with the council's word, and the
//! bank of phrases.

use serde::{Deserialize, Serialize};

use crate::domain::{
    bulletin::HonourDecision,
    calendar::{Term, YearId},
    id::{ClassId, PhraseId, StudentId, SubjectId, UserId},
    schema::{Entity, Field, FieldType, Schema, nothing_derived},
    score::Average,
    text_values::Remark,
};

/// What stands in the place of a subject in the id of a general appreciation.
const GENERAL: &str = "general";

/// An appreciation: of a subject by its teacher, or the general one by the head teacher of the class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appreciation {
    #[serde(rename = "_id")]
    pub id: String,
    pub student: StudentId,
    /// The class in which it was written.
    pub class: ClassId,
    /// `None`: the general one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectId>,
    pub year: YearId,
    pub term: Term,
    /// `None`: taken out again (it keeps its history).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Remark>,
}

impl Appreciation {
    /// `{student}:{subject or general}:{year}:{term}`.
    #[must_use]
    pub fn id_of(student: &StudentId, subject: Option<&SubjectId>, year: &YearId, term: Term) -> String {
        format!("{student}:{}:{year}:{term}", subject.map_or(GENERAL, SubjectId::as_str))
    }
}

impl Entity for Appreciation {
    const SCHEMA: &'static Schema = &Schema {
        collection: "remarks",
        fields: &[
            Field::new("student", FieldType::Key),
            Field::new("class", FieldType::Key),
            Field::new("subject", FieldType::Key).not_indexed(),
            Field::new("year", FieldType::Key).not_indexed(),
            Field::new("term", FieldType::Key).not_indexed(),
        ],
        orders: &[],
        derive: nothing_derived,
    };

    fn id(&self) -> &str {
        &self.id
    }
}

/// The follow-up (suivi) of a student in a term. What is not recorded is absent, and left off the bulletin: it is never
/// zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    #[serde(rename = "_id")]
    pub id: String,
    pub student: StudentId,
    pub class: ClassId,
    pub year: YearId,
    pub term: Term,
    /// Hours absent, justified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justified: Option<u16>,
    /// Hours absent, not justified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unjustified: Option<u16>,
    /// Late arrivals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<u16>,
    /// The mark for conduct, 0 to 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conduct: Option<Average>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observation: Option<Remark>,
    /// What the council has decided in place of what the rules propose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub honour: Option<HonourDecision>,
}

impl FollowUp {
    /// `{student}:{year}:{term}`.
    #[must_use]
    pub fn id_of(student: &StudentId, year: &YearId, term: Term) -> String {
        format!("{student}:{year}:{term}")
    }

    /// Nothing recorded yet.
    #[must_use]
    pub fn empty(student: StudentId, class: ClassId, year: YearId, term: Term) -> Self {
        Self {
            id: Self::id_of(&student, &year, term),
            student,
            class,
            year,
            term,
            justified: None,
            unjustified: None,
            late: None,
            conduct: None,
            observation: None,
            honour: None,
        }
    }
}

impl Entity for FollowUp {
    const SCHEMA: &'static Schema = &Schema {
        collection: "follow_ups",
        fields: &[
            Field::new("student", FieldType::Key),
            Field::new("class", FieldType::Key),
            Field::new("year", FieldType::Key).not_indexed(),
            Field::new("term", FieldType::Key).not_indexed(),
        ],
        orders: &[],
        derive: nothing_derived,
    };

    fn id(&self) -> &str {
        &self.id
    }
}

/// A phrase of the bank, proposed for averages of one band. `{sérieux|sérieuse}` agrees with the student's sex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    #[serde(rename = "_id")]
    pub id: PhraseId,
    /// Whose own it is; `None`: the school's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// It is proposed in the band in which this average lies; `None`: in every band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<Average>,
    pub text: Remark,
}

impl Entity for Phrase {
    const SCHEMA: &'static Schema = &Schema {
        collection: "phrases",
        fields: &[Field::new("owner", FieldType::Key)],
        orders: &[],
        derive: nothing_derived,
    };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

//! The school's rules, and averages explained by them.

use serde::{Deserialize, Serialize};

use crate::domain::{
    calendar::{Term, Timestamp, YearId},
    entities::Sex,
    id::{StudentId, SubjectId},
    rules::{MarkInput, RuleSet},
    score::Average,
    text_values::{Matricule, Name},
};

/// One version of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesRow {
    pub rules: RuleSet,
    pub at: Timestamp,
    /// Who made it, by name.
    pub by: String,
    /// It is in force.
    pub current: bool,
    /// So many classes have closed a term by it.
    pub closed: u64,
}

/// New rules for the school: they become the next version of their name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveRules {
    pub rules: RuleSet,
    /// The rules that were in force when these were begun: somebody else's change in between is not overwritten.
    pub over: String,
}

/// What rules would change, before they are saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesPreview {
    /// A student of the school, for example.
    pub student: Option<RulesExample>,
    /// So many students' averages would be made anew; 0: the averages stay as they are.
    pub students: u64,
}

/// A real student's averages now, and by the new rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesExample {
    pub name: String,
    pub matricule: Matricule,
    pub term: Term,
    /// By the school's order of subjects.
    pub subjects: Vec<(Name, BeforeAfter)>,
    pub general: BeforeAfter,
    pub year: BeforeAfter,
}

/// Before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeAfter {
    pub before: Option<Average>,
    pub after: Option<Average>,
}

/// Which average is to be explained: of a subject in a term, of a term, of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainQuestion {
    pub student: StudentId,
    /// `None`: the current one.
    pub year: Option<YearId>,
    /// `None`: the whole year.
    pub term: Option<Term>,
    /// `None`: the general average.
    pub subject: Option<SubjectId>,
    /// As it stood at that moment; `None`: now. Not for families, who see what is published now.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// All that an average was made of; `domain::rules` explains it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    pub student: StudentId,
    pub name: String,
    pub sex: Option<Sex>,
    pub year: YearId,
    pub term: Option<Term>,
    /// The marks are those of that moment; rules and coefficients those of now.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// The rules that the average was made by; those of then, if the term is closed.
    pub rules: RuleSet,
    pub closed: bool,
    /// Of the term: every subject with marks, or the one that was asked for. The asker sees all of them, or `partial`.
    pub subjects: Vec<SubjectBasis>,
    /// There are subjects that the asker may not see: the general average cannot be added up.
    pub partial: bool,
    /// Of the year: each of its terms, with the general average and its exact fraction.
    pub terms: Vec<(Term, Option<(Average, String)>)>,
    pub level: Option<Name>,
    /// How often the student has been in this level before.
    pub repeated: u8,
    /// The conduct mark of the term, which the honours follow from too; families are told with the bulletin.
    #[serde(default)]
    pub conduct: Option<Average>,
}

/// A subject in a term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectBasis {
    pub id: SubjectId,
    pub name: String,
    pub coefficient: u8,
    /// As they are in classes of that level.
    pub rules: RuleSet,
    pub marks: Vec<MarkBasis>,
}

/// A mark, also one that is not yet entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkBasis {
    pub title: String,
    pub mark: MarkInput,
}

//! Marks (notes), their evaluations, and the sheet that holds a class's evaluations of one subject and term.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{
    calendar::{Term, YearId},
    id::{ActId, ClassId, EvaluationId, MarkId, SheetId, StudentId, SubjectId},
    schema::{Derived, DerivedValue, Entity, Field, FieldType, Schema, nothing_derived},
    score::{MarkValue, Scale},
    text_values::{Name, Remark},
};

/// What sort of work an evaluation was (`domain.md`, Marks).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvaluationKind {
    /// Test in class (devoir).
    Test,
    /// Short quiz (interrogation).
    Quiz,
    /// Term examination (composition).
    Composition,
    /// Mock examination (examen blanc).
    MockExam,
}

impl EvaluationKind {
    pub const ALL: [Self; 4] = [Self::Test, Self::Quiz, Self::Composition, Self::MockExam];
}

/// One column of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    pub id: EvaluationId,
    pub kind: EvaluationKind,
    pub title: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    pub scale: Scale,
    /// Weight among the class marks, 0 to 100.
    pub coefficient: u8,
    /// Families see the column (rule: default published).
    pub published: bool,
}

impl Evaluation {
    /// Must this student have a mark here? Not who came to the school after it was held; who was marked all the same is
    /// counted. A column without a day is everybody's.
    #[must_use]
    pub fn awaits(&self, first_day: Option<Date>) -> bool {
        first_day.is_none_or(|first| self.date.is_none_or(|held| held >= first))
    }
}

/// Open or closed (sealed): a closed sheet takes no change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetState {
    #[default]
    Open,
    Closed,
}

/// The last change of a sheet's columns: taken back by whoever made it, one after the other, also after a restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnsAct {
    pub act: ActId,
    pub by: String,
    /// How many entries the sheet's chain had with it: own marks given later are taken back before it.
    pub entries: u64,
    /// It added a column: no step back on the sheet takes that away, for nothing would bring it again.
    #[serde(default)]
    pub added: bool,
    /// It is the last one only at this [`Sheet::columns_version`]: an import, say, changes the columns too.
    pub version: u64,
}

/// Class × subject × term: its evaluations, its state, and the head of its audit chain. Every write of a mark writes
/// or guards its sheet, so that no mark slips in beside a closing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    #[serde(rename = "_id")]
    pub id: SheetId,
    pub class: ClassId,
    pub subject: SubjectId,
    pub year: YearId,
    pub term: Term,
    pub state: SheetState,
    /// The rules that it was closed by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    pub evaluations: Vec<Evaluation>,
    /// Version of the document at which the columns were last changed: a column read at an older version clashes, one
    /// read before somebody's mark does not.
    #[serde(default)]
    pub columns_version: u64,
    /// The act on the columns that can be taken back next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns_act: Option<ColumnsAct>,
    /// Entries in the sheet's audit chain.
    pub audit_count: u64,
    /// Hash of the last entry, hexadecimal; empty at the start.
    pub audit_hash: String,
}

impl Sheet {
    /// The only way to name a sheet.
    #[must_use]
    pub fn id_of(class: &ClassId, subject: &SubjectId, year: &YearId, term: Term) -> SheetId {
        SheetId::new(format!("{class}:{subject}:{year}:{term}"))
    }

    /// A sheet that nothing has been entered on.
    #[must_use]
    pub fn empty(class: ClassId, subject: SubjectId, year: YearId, term: Term) -> Self {
        Self {
            id: Self::id_of(&class, &subject, &year, term),
            class,
            subject,
            year,
            term,
            state: SheetState::Open,
            rules: None,
            evaluations: Vec::new(),
            columns_version: 0,
            columns_act: None,
            audit_count: 0,
            audit_hash: String::new(),
        }
    }

    /// The change of the columns that stands last.
    #[must_use]
    pub fn last_columns_act(&self) -> Option<&ColumnsAct> {
        self.columns_act.as_ref().filter(|last| last.version == self.columns_version)
    }

    #[must_use]
    pub fn evaluation(&self, id: &EvaluationId) -> Option<&Evaluation> {
        self.evaluations.iter().find(|evaluation| evaluation.id == *id)
    }
}

impl Entity for Sheet {
    const SCHEMA: &'static Schema = &Schema {
        collection: "sheets",
        fields: &[
            Field::new("class", FieldType::Key),
            Field::new("subject", FieldType::Key),
            Field::new("year", FieldType::Key),
            Field::new("term", FieldType::Key),
        ],
        orders: &[],
        derive: nothing_derived,
    };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

/// One mark: a small document of its own, so that two teachers of one class never meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    #[serde(rename = "_id")]
    pub id: MarkId,
    pub evaluation: EvaluationId,
    pub student: StudentId,
    /// `None`: emptied again (it keeps its history).
    pub value: Option<MarkValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Remark>,
}

fn entered(mark: &Value) -> Derived {
    let evaluation = mark
        .get("evaluation")
        .and_then(Value::as_str)
        .filter(|_| mark.get("value").is_some_and(|value| !value.is_null()));
    evaluation.map(|id| ("entered", DerivedValue::Key(id.to_owned()))).into_iter().collect()
}

impl Entity for Mark {
    const SCHEMA: &'static Schema = &Schema {
        collection: "marks",
        fields: &[
            Field::new("evaluation", FieldType::Key),
            Field::new("student", FieldType::Key),
            // The evaluation again, where something stands in the cell: an emptied mark is not counted among those entered.
            Field::new("entered", FieldType::Key).derived(),
        ],
        orders: &[],
        derive: entered,
    };

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

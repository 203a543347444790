//! The turn from a year to the next.

use serde::{Deserialize, Serialize};

use crate::domain::{
    calendar::{Term, YearId},
    entities::{ClassTarget, DecidedBy, Outcome, Sex},
    id::{ActId, ClassId, StudentId},
    score::Average,
    text_values::Matricule,
    turn::{Fate, NoNext},
};

/// What would become of everybody if the next year were opened now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearPlan {
    pub year: YearId,
    pub next: YearId,
    /// An opening was begun, and goes on when it is asked for again.
    pub begun: bool,
    /// By class, then name; all of the school, or of one class.
    pub rows: Vec<PlanRow>,
    /// Every class, in French order of names.
    pub classes: Vec<PlanClass>,
    /// Of the whole school, whatever class was asked for.
    pub counts: PlanCounts,
}

impl YearPlan {
    /// Classes with students in which terms are still open.
    pub fn open_classes(&self) -> impl Iterator<Item = &PlanClass> {
        self.classes.iter().filter(|class| class.now > 0 && !class.open_terms.is_empty())
    }

    /// May the next year be opened?
    #[must_use]
    pub fn ready(&self) -> bool {
        self.counts.undecided == 0 && self.open_classes().next().is_none()
    }
}

/// How many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanCounts {
    pub promoted: u64,
    pub repeating: u64,
    pub leaving: u64,
    pub excluded: u64,
    pub undecided: u64,
    /// New students who already have a place in the next year.
    pub ahead: u64,
}

/// One student.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRow {
    pub student: StudentId,
    pub matricule: Matricule,
    /// Last name in capitals, and first name.
    pub name: String,
    pub sex: Option<Sex>,
    pub class: ClassId,
    /// Of the year.
    pub average: Option<Average>,
    /// How often the level had been sat in before.
    pub repeated: u8,
    pub fate: Fate,
    pub to: Option<ClassId>,
    pub by: DecidedBy,
    /// The council's.
    pub reason: String,
}

/// One class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanClass {
    pub class: ClassId,
    pub name: String,
    pub capacity: Option<u16>,
    /// Students of this year, and of the next as far as it is decided.
    pub now: u64,
    pub next: u64,
    pub target: Result<ClassTarget, NoNext>,
    /// Somebody has said so; else it is guessed.
    pub said: bool,
    /// Terms of this year that the class has not closed.
    pub open_terms: Vec<Term>,
}

impl PlanClass {
    /// More students than the class is meant for?
    #[must_use]
    pub fn overfull(&self) -> bool {
        self.capacity.is_some_and(|capacity| self.next > u64::from(capacity))
    }
}

/// The council's decision on a student at the end of the current year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decide {
    pub student: StudentId,
    /// `None`: it is taken back, and the rules propose again.
    pub decision: Option<Council>,
}

/// What the council says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Council {
    pub outcome: Outcome,
    /// For who stays; `None`: the class that follows, or the same.
    pub to: Option<ClassId>,
    pub reason: String,
}

/// Opens the next year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenYear {
    pub act: ActId,
    /// The year that ends, as the asker sees it: who asks again after the opening opens nothing more.
    pub from: YearId,
    /// Teachers keep their classes and subjects.
    pub assignments: bool,
}

/// What opening did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearOpened {
    pub year: YearId,
    /// It had been opened before, and only what was left was done.
    pub already: bool,
    pub counts: PlanCounts,
}

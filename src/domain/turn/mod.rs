//! The year turns: what becomes of whom. The council's decision on record comes first, then what the rules propose; of
//! whom neither says anything nothing is invented.

mod ladder;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use ladder::{Ladder, NoNext};

use super::{
    entities::{Class, ClassTarget, DecidedBy, Outcome},
    id::{ClassId, StudentId},
    rules::{Decision, RuleSet, decision},
    score::Average,
    text_values::Name,
};

/// Why nothing is decided yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undecided {
    /// There is no average of the year.
    NoAverage,
    /// The rules say nothing for the level.
    NoRule,
    /// It is known that one passes, and not into which class.
    NoTarget(NoNext),
}

/// What becomes of a student. Everybody has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Decided(Outcome),
    Undecided(Undecided),
}

/// A student in a class at the end of the year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pupil {
    pub student: StudentId,
    pub class: ClassId,
    /// Of the year.
    pub average: Option<Average>,
    /// How often the level had been sat in before.
    pub repeated: u8,
    /// The council's decision on record, with the class it names.
    pub council: Option<(Outcome, Option<ClassId>)>,
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub fate: Fate,
    /// The class of the next year: there for all who stay, and for nobody else.
    pub to: Option<ClassId>,
    pub by: DecidedBy,
}

/// Where each class goes; said by somebody, or guessed.
pub type Targets = BTreeMap<ClassId, Result<ClassTarget, NoNext>>;

/// Where each class goes: as somebody has said, as long as that class is there, else as guessed.
#[must_use]
pub fn targets(ladder: &Ladder<'_>, said: &BTreeMap<ClassId, ClassTarget>) -> Targets {
    let there = |target: &&ClassTarget| match target {
        ClassTarget::Class(id) => ladder.classes.iter().any(|class| class.id == *id),
        ClassTarget::Leaves => true,
    };
    let of = |class: &Class| match said.get(&class.id).filter(there) {
        Some(target) => Ok(target.clone()),
        None => ladder.guess(class),
    };
    ladder.classes.iter().map(|class| (class.id.clone(), of(class))).collect()
}

/// What becomes of a student of a class of that level.
#[must_use]
pub fn place(rules: &RuleSet, level: Option<&Name>, targets: &Targets, pupil: &Pupil) -> Placed {
    let next = targets.get(&pupil.class).cloned().unwrap_or(Err(NoNext::NoLevel));
    if let Some((outcome, class)) = &pupil.council {
        return settle(*outcome, class.clone(), next, pupil, DecidedBy::Council);
    }
    let undecided = |why| Placed { fate: Fate::Undecided(why), to: None, by: DecidedBy::Rules };
    if pupil.average.is_none() {
        return undecided(Undecided::NoAverage);
    }
    match decision(rules, level, pupil.average, pupil.repeated) {
        None => undecided(Undecided::NoRule),
        Some(Decision::Pass(_)) => settle(Outcome::Promoted, None, next, pupil, DecidedBy::Rules),
        Some(Decision::Repeat) => settle(Outcome::Repeating, None, next, pupil, DecidedBy::Rules),
        Some(Decision::Exclude) => settle(Outcome::Excluded, None, next, pupil, DecidedBy::Rules),
    }
}

/// With the class it leads to.
fn settle(
    outcome: Outcome,
    named: Option<ClassId>,
    next: Result<ClassTarget, NoNext>,
    pupil: &Pupil,
    by: DecidedBy,
) -> Placed {
    let decided = |outcome, to| Placed { fate: Fate::Decided(outcome), to, by };
    match (outcome, named, next) {
        (Outcome::Promoted | Outcome::Repeating, Some(class), _)
        | (Outcome::Promoted, None, Ok(ClassTarget::Class(class))) => decided(outcome, Some(class)),
        (Outcome::Repeating, None, _) => decided(outcome, Some(pupil.class.clone())),
        // Who passes out of the last level has finished here.
        (Outcome::Promoted, None, Ok(ClassTarget::Leaves)) => decided(Outcome::Leaving, None),
        (Outcome::Promoted, None, Err(why)) => Placed { fate: Fate::Undecided(Undecided::NoTarget(why)), to: None, by },
        (Outcome::Leaving | Outcome::Excluded, _, _) => decided(outcome, None),
    }
}

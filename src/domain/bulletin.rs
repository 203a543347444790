//! What people write on a bulletin beside the marks: its parts, their values, and what fits.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;

use super::{
    calendar::{Term, YearId},
    entities::{Appreciation, FollowUp},
    id::{ClassId, StudentId, SubjectId},
    rules::{Honour, RuleSet, honour},
    score::Average,
    text_values::{Name, Remark},
};

/// A class in a term.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BulletinOf {
    pub class: ClassId,
    pub year: YearId,
    pub term: Term,
}

/// What somebody has before their eyes: one list with a row per student.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulletinPage {
    /// Appreciations of a subject.
    Subject(SubjectId),
    /// Absences, late arrivals, conduct.
    FollowUp,
    /// Honours and general appreciations.
    Council,
}

impl BulletinPage {
    /// The audit stream of what is written there: each has one of its own, so that colleagues never wait for each other.
    #[must_use]
    pub fn stream(&self, of: &BulletinOf) -> String {
        let page = match self {
            Self::Subject(subject) => subject.as_str(),
            Self::FollowUp => "follow_up",
            Self::Council => "council",
        };
        format!("bulletin:{}:{page}:{}:{}", of.class, of.year, of.term)
    }

    /// What is written there, in the order of its columns.
    #[must_use]
    pub fn parts(&self) -> &'static [BulletinPart] {
        match self {
            Self::Subject(_) => &[BulletinPart::Remark],
            Self::FollowUp => &[
                BulletinPart::Justified,
                BulletinPart::Unjustified,
                BulletinPart::Late,
                BulletinPart::Conduct,
                BulletinPart::Observation,
            ],
            Self::Council => &[BulletinPart::Honour, BulletinPart::Remark],
        }
    }
}

/// One thing that is written about a student in a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulletinPart {
    /// The appreciation of the page's subject; on the council's page, the general one.
    Remark,
    Justified,
    Unjustified,
    Late,
    Conduct,
    Observation,
    Honour,
}

impl BulletinPart {
    pub const ALL: [Self; 7] =
        [Self::Remark, Self::Justified, Self::Unjustified, Self::Late, Self::Conduct, Self::Observation, Self::Honour];

    /// As histories name it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Remark => "remark",
            Self::Justified => "justified",
            Self::Unjustified => "unjustified",
            Self::Late => "late",
            Self::Conduct => "conduct",
            Self::Observation => "observation",
            Self::Honour => "honour",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == text)
    }
}

/// What the council has decided in place of what the rules propose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HonourDecision {
    /// `None`: no honour and no sanction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub honour: Option<Name>,
    /// Why; never empty.
    pub reason: Remark,
}

/// What is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulletinValue {
    /// An appreciation, an observation.
    Text(Remark),
    /// Hours, arrivals.
    Count(u16),
    /// The conduct mark.
    Mark(Average),
    Honour(HonourDecision),
}

/// The most hours or late arrivals of a term: a slip beyond it.
pub const MOST: u16 = 999;

impl BulletinValue {
    /// As histories keep it.
    #[must_use]
    pub fn to_json(value: Option<&Self>) -> Value {
        let Some(value) = value else { return Value::Null };
        match value {
            Self::Text(text) => Value::from(text.as_str()),
            Self::Count(count) => Value::from(*count),
            Self::Mark(mark) => Value::from(mark.to_f64()),
            Self::Honour(decision) => serde_json::to_value(decision).unwrap_or_default(),
        }
    }

    /// The other way, as far as it is one of that part.
    #[must_use]
    pub fn from_json(part: BulletinPart, value: &Value) -> Option<Self> {
        let read = value.clone();
        match part {
            BulletinPart::Remark | BulletinPart::Observation => serde_json::from_value(read).ok().map(Self::Text),
            BulletinPart::Justified | BulletinPart::Unjustified | BulletinPart::Late => {
                value.as_u64().and_then(|count| u16::try_from(count).ok()).map(Self::Count)
            }
            BulletinPart::Conduct => serde_json::from_value(read).ok().map(Self::Mark),
            BulletinPart::Honour => serde_json::from_value(read).ok().map(Self::Honour),
        }
    }

    fn text(self) -> Option<Remark> {
        match self {
            Self::Text(text) => Some(text),
            Self::Count(_) | Self::Mark(_) | Self::Honour(_) => None,
        }
    }

    fn count(self) -> Option<u16> {
        match self {
            Self::Count(count) => Some(count),
            Self::Text(_) | Self::Mark(_) | Self::Honour(_) => None,
        }
    }
}

/// Why a value is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulletinFault {
    /// Longer than a bulletin's line holds.
    TooLong { max: u16 },
    /// More than a term has.
    TooMany { max: u16 },
    /// Not an honour of the school's rules.
    NoSuchHonour,
    /// A decision without a reason.
    NoReason,
    /// A value of another part.
    NotThat,
}

/// The characters, as people count them, of the longest text of that part.
#[must_use]
pub fn longest(rules: &RuleSet, page: &BulletinPage) -> u16 {
    match page {
        BulletinPage::Subject(_) | BulletinPage::FollowUp => rules.remark_max,
        BulletinPage::Council => rules.general_max,
    }
}

/// The characters of a text, as people count them.
#[must_use]
pub fn length(text: &str) -> usize {
    text.graphemes(true).count()
}

/// Does the value fit its part, by the school's rules?
///
/// # Errors
/// Why not.
pub fn fits(
    rules: &RuleSet,
    page: &BulletinPage,
    part: BulletinPart,
    value: &BulletinValue,
) -> Result<(), BulletinFault> {
    match (part, value) {
        (BulletinPart::Remark | BulletinPart::Observation, BulletinValue::Text(text)) => {
            let max = longest(rules, page);
            if length(text.as_str()) > usize::from(max) { Err(BulletinFault::TooLong { max }) } else { Ok(()) }
        }
        (BulletinPart::Justified | BulletinPart::Unjustified | BulletinPart::Late, BulletinValue::Count(count)) => {
            if *count > MOST {
                Err(BulletinFault::TooMany { max: MOST })
            } else {
                Ok(())
            }
        }
        (BulletinPart::Conduct, BulletinValue::Mark(_)) => Ok(()),
        (BulletinPart::Honour, BulletinValue::Honour(decision)) => {
            if decision.reason.as_str().is_empty() {
                return Err(BulletinFault::NoReason);
            }
            let known = |name: &Name| rules.honours.iter().any(|honour| honour.label == *name);
            if decision.honour.as_ref().is_none_or(known) { Ok(()) } else { Err(BulletinFault::NoSuchHonour) }
        }
        _ => Err(BulletinFault::NotThat),
    }
}

/// What stands in that part of a follow-up.
#[must_use]
pub fn in_follow_up(follow: &FollowUp, part: BulletinPart) -> Option<BulletinValue> {
    match part {
        BulletinPart::Remark => None,
        BulletinPart::Justified => follow.justified.map(BulletinValue::Count),
        BulletinPart::Unjustified => follow.unjustified.map(BulletinValue::Count),
        BulletinPart::Late => follow.late.map(BulletinValue::Count),
        BulletinPart::Conduct => follow.conduct.map(BulletinValue::Mark),
        BulletinPart::Observation => follow.observation.clone().map(BulletinValue::Text),
        BulletinPart::Honour => follow.honour.clone().map(BulletinValue::Honour),
    }
}

/// Writes that part of a follow-up; a value of another part leaves nothing.
pub fn set_follow_up(follow: &mut FollowUp, part: BulletinPart, value: Option<BulletinValue>) {
    match part {
        BulletinPart::Remark => {}
        BulletinPart::Justified => follow.justified = value.and_then(BulletinValue::count),
        BulletinPart::Unjustified => follow.unjustified = value.and_then(BulletinValue::count),
        BulletinPart::Late => follow.late = value.and_then(BulletinValue::count),
        BulletinPart::Conduct => {
            follow.conduct = match value {
                Some(BulletinValue::Mark(mark)) => Some(mark),
                Some(BulletinValue::Text(_) | BulletinValue::Count(_) | BulletinValue::Honour(_)) | None => None,
            };
        }
        BulletinPart::Observation => follow.observation = value.and_then(BulletinValue::text),
        BulletinPart::Honour => {
            follow.honour = match value {
                Some(BulletinValue::Honour(decision)) => Some(decision),
                Some(BulletinValue::Text(_) | BulletinValue::Count(_) | BulletinValue::Mark(_)) | None => None,
            };
        }
    }
}

/// Is that conduct mark a sanction by the school's rules? Where none is recorded, it is not.
#[must_use]
pub fn sanctioned(rules: &RuleSet, conduct: Option<Average>) -> bool {
    conduct.is_some_and(|mark| mark < rules.conduct_below)
}

/// The honour that the rules propose, and the one that stands: the council's where it has decided.
#[must_use]
pub fn honours(rules: &RuleSet, average: Option<Average>, follow: Option<&FollowUp>) -> (Option<Name>, Option<Name>) {
    let conduct = follow.and_then(|follow| follow.conduct);
    let proposed = honour(rules, average, sanctioned(rules, conduct)).map(|honour: &Honour| honour.label.clone());
    let decided = follow.and_then(|follow| follow.honour.as_ref());
    let stands = decided.map_or_else(|| proposed.clone(), |decision| decision.honour.clone());
    (proposed, stands)
}

/// An appreciation of which nothing is written yet.
#[must_use]
pub fn no_remark(of: &BulletinOf, student: &StudentId, subject: Option<&SubjectId>) -> Appreciation {
    Appreciation {
        id: Appreciation::id_of(student, subject, &of.year, of.term),
        student: student.clone(),
        class: of.class.clone(),
        subject: subject.cloned(),
        year: of.year.clone(),
        term: of.term,
        text: None,
    }
}

#[cfg(test)]
mod tests;

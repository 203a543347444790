//! Which class follows which, guessed from levels, series and names.

use serde::{Deserialize, Serialize};

use crate::domain::{
    entities::{Class, ClassTarget},
    rules::{RuleSet, decision_rule},
    text_values::Name,
    words,
};

/// Levels that end with a national examination: nothing follows them, whatever stands below them in the list.
const FINAL: [&str; 4] = ["terminale", "tle", "cap", "bt"];

/// Why no class follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoNext {
    /// The class has no level, or one that the school does not list.
    NoLevel,
    /// There is no class of the next level.
    NoClass,
    /// There are several, and nothing tells which.
    Several,
}

/// The school's levels in order, and its classes.
#[derive(Clone, Copy, Debug)]
pub struct Ladder<'a> {
    /// Lowest first.
    pub levels: &'a [Name],
    pub classes: &'a [Class],
    pub rules: &'a RuleSet,
}

impl Ladder<'_> {
    /// The level that one passes into: that of the rules, else the next of the list. `Ok(None)`: it was the last.
    fn above(&self, class: &Class) -> Result<Option<&Name>, NoNext> {
        let level = class.level.as_ref().ok_or(NoNext::NoLevel)?;
        let by_rule = decision_rule(self.rules, Some(level)).filter(|rule| rule.level.is_some());
        if let Some(next) = by_rule.and_then(|rule| rule.next.as_ref()) {
            return Ok(Some(next));
        }
        if FINAL.contains(&words::fold(level.as_str()).as_str()) {
            return Ok(None);
        }
        let place = self.levels.iter().position(|known| known == level).ok_or(NoNext::NoLevel)?;
        Ok(self.levels.get(place.saturating_add(1)))
    }

    /// Where the class goes.
    ///
    /// # Errors
    /// Nothing tells.
    pub fn guess(&self, class: &Class) -> Result<ClassTarget, NoNext> {
        let Some(level) = self.above(class)? else { return Ok(ClassTarget::Leaves) };
        let mut above: Vec<&Class> = self.classes.iter().filter(|one| one.level.as_ref() == Some(level)).collect();
        if above.is_empty() {
            return Err(NoNext::NoClass);
        }
        narrow(&mut above, |one| class.series.is_some() && one.series == class.series);
        let own = tail(class);
        narrow(&mut above, |one| tail(one) == own);
        match above.as_slice() {
            [only] => Ok(ClassTarget::Class(only.id.clone())),
            _ => Err(NoNext::Several),
        }
    }
}

/// Keeps those that fit, if any do and more than one are left.
fn narrow(classes: &mut Vec<&Class>, fits: impl Fn(&Class) -> bool) {
    if classes.len() > 1 && classes.iter().any(|class| fits(class)) {
        classes.retain(|class| fits(class));
    }
}

/// What is left of a class's name without its level and series: `A` of `10e A`.
fn tail(class: &Class) -> String {
    let mut name = words::fold(class.name.as_str());
    for part in class.level.iter().chain(&class.series) {
        let part = words::fold(part.as_str());
        if !part.is_empty() {
            name = name.replacen(&part, "", 1);
        }
    }
    name.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

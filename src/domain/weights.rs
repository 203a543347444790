//! What averages are made of besides the marks: the rules, the current term, what each subject counts in each class.
//!
//! Students carry a stamp of what theirs were made of ([`Student::basis`]). Whoever finds another one makes them anew: a
//! change of set-up that was cut short, or a mark that was reckoned by settings that somebody had just changed, leaves
//! nothing stale for long.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use sha2::{Digest, Sha256};

use super::{
    calendar::{Term, YearId},
    entities::{Class, Grade, Student, Subject},
    id::{ClassId, SubjectId},
    query::Filter,
    read_model::{self, Ground},
    rules::RuleSet,
    text_values::Name,
};

/// Bytes of a stamp; it only tells one state of the set-up from another.
const STAMP: usize = 8;

/// A class, as averages know it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OfClass {
    name: Name,
    coefficients: BTreeMap<SubjectId, u8>,
    stamp: String,
    /// Of its level, where they are not those of the school.
    rules: Option<RuleSet>,
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights {
    rules: RuleSet,
    current: (YearId, Term),
    classes: BTreeMap<ClassId, OfClass>,
    /// In no class.
    coefficients: BTreeMap<SubjectId, u8>,
    /// Subjects that only those have who take them.
    options: BTreeSet<SubjectId>,
    /// Of students in no class.
    outside: String,
    /// Of students with marks of another class than their own.
    mixed: String,
    /// Years whose averages stay as they are.
    closed: BTreeSet<YearId>,
}

/// Parts, told apart by their lengths.
fn stamp<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let bytes: Vec<u8> = hasher.finalize().into_iter().take(STAMP).collect();
    data_encoding::HEXLOWER.encode(&bytes)
}

impl Weights {
    /// Of a school's set-up.
    #[must_use]
    pub fn new<'a>(
        rules: &RuleSet,
        current: (&YearId, Term),
        classes: impl IntoIterator<Item = &'a Class>,
        subjects: &[&Subject],
    ) -> Self {
        // A rule set is plain data, which always has a text.
        let rules_text = serde_json::to_string(&rules.made_of()).unwrap_or_default();
        let common = [rules_text, current.0.to_string(), current.1.to_string()];
        // A subject counts in the stamp once its coefficients have been changed: a new one has no marks yet, and is no
        // reason to make everybody's averages anew.
        let mut subjects = subjects.to_vec();
        subjects.sort_by(|one, two| one.id.cmp(&two.id));
        let weighed = |coefficient: &dyn Fn(&Subject) -> u8| -> Vec<String> {
            let changed = subjects.iter().filter(|subject| subject.reweighed);
            changed
                .flat_map(|subject| {
                    let option = if subject.optional { "?" } else { "" };
                    [subject.id.to_string(), format!("{}{option}", coefficient(subject))]
                })
                .collect()
        };
        let stamp_of = |own: &[&str], weighed: &[String]| {
            stamp(
                common.iter().map(String::as_str).chain(own.iter().copied()).chain(weighed.iter().map(String::as_str)),
            )
        };
        let classes: BTreeMap<ClassId, OfClass> = classes
            .into_iter()
            .map(|class| {
                let text = |name: &Option<Name>| name.as_ref().map_or_else(String::new, ToString::to_string);
                let (level, series) = (text(&class.level), text(&class.series));
                let at_level = rules.at(class.level.as_ref());
                let own = [class.id.as_str(), class.name.as_str(), &level, &series];
                let of_class = OfClass {
                    name: class.name.clone(),
                    coefficients: subjects.iter().map(|s| (s.id.clone(), s.coefficient_in(class))).collect(),
                    stamp: stamp_of(&own, &weighed(&|subject| subject.coefficient_in(class))),
                    rules: match at_level {
                        Cow::Owned(rules) => Some(rules),
                        Cow::Borrowed(_) => None,
                    },
                };
                (class.id.clone(), of_class)
            })
            .collect();
        let outside = stamp_of(&[], &weighed(&|subject| subject.coefficient));
        let mixed = stamp(std::iter::once("mixed").chain(classes.values().map(|class| class.stamp.as_str())));
        Self {
            rules: rules.clone(),
            current: (current.0.clone(), current.1),
            classes,
            coefficients: subjects.iter().map(|subject| (subject.id.clone(), subject.coefficient)).collect(),
            options: subjects.iter().filter(|subject| subject.optional).map(|subject| subject.id.clone()).collect(),
            outside,
            mixed,
            closed: BTreeSet::new(),
        }
    }

    /// With the years that are closed: what was reckoned in them stays.
    #[must_use]
    pub fn closing(self, years: impl IntoIterator<Item = YearId>) -> Self {
        Self { closed: years.into_iter().collect(), ..self }
    }

    /// Does the student still carry the class of another year than the current one? Whose record is from before years
    /// turned here says nothing of its year, and is right as long as none has.
    #[must_use]
    pub fn behind(&self, student: &Student) -> bool {
        !self.closed.is_empty() && student.year.as_ref() != Some(&self.current.0)
    }

    /// A subject's coefficient in a class, or in none.
    #[must_use]
    pub fn coefficient(&self, class: Option<&ClassId>, subject: &SubjectId) -> u8 {
        let class = class.and_then(|class| self.classes.get(class));
        let table = class.map_or(&self.coefficients, |class| &class.coefficients);
        table.get(subject).copied().unwrap_or_default()
    }

    /// Makes a student's averages anew, with the name of the class and the stamp. Nothing else in the record changes but
    /// the order of its grades.
    pub fn refresh(&self, student: &mut Student) {
        let own = student.class.as_ref().and_then(|class| self.classes.get_key_value(class));
        if let Some((_, class)) = own
            && student.class_name.as_ref() != Some(&class.name)
        {
            student.class_name = Some(class.name.clone());
        }
        let ground = Near { weights: self, own };
        let current = (&self.current.0, self.current.1);
        let (version, stamp) = (student.rules_version, self.stamp_of(student).clone());
        let same = version > 0 && student.basis == stamp;
        // Marks in an option that the student does not take stay on the sheet and count nowhere.
        let mut left: Vec<Grade> = Vec::new();
        if !self.options.is_empty() {
            let grades = std::mem::take(&mut student.grades);
            (student.grades, left) =
                grades.into_iter().partition(|grade| self.takes(&student.options, &grade.year, &grade.subject));
        }
        read_model::refresh(student, current, &ground);
        if !left.is_empty() {
            student.grades.extend(left);
            read_model::sort_grades(student);
        }
        if same {
            // Made by a version that reckons alike: only its words were others.
            student.rules_version = version;
        }
        // Whose class is another year's is made anew with the class of this one.
        student.basis = if self.behind(student) { String::new() } else { stamp };
    }

    /// Is it a subject that only those have who take it?
    #[must_use]
    pub fn is_option(&self, subject: &SubjectId) -> bool {
        self.options.contains(subject)
    }

    /// Does who takes these options have that subject in that year?
    #[must_use]
    pub fn takes(&self, options: &BTreeMap<YearId, Vec<SubjectId>>, year: &YearId, subject: &SubjectId) -> bool {
        !self.is_option(subject) || options.get(year).is_some_and(|taken| taken.contains(subject))
    }

    fn stamp_of(&self, student: &Student) -> &String {
        let elsewhere = |class: &ClassId| student.class.as_ref() != Some(class);
        if student.grades.iter().filter_map(|grade| grade.class.as_ref()).any(elsewhere) {
            return &self.mixed;
        }
        let class = student.class.as_ref().and_then(|class| self.classes.get(class));
        class.map_or(&self.outside, |class| &class.stamp)
    }

    /// Are averages made alike by these and by those, for everybody?
    #[must_use]
    pub fn alike(&self, other: &Self) -> bool {
        let stamps = |weights: &Self| -> Vec<String> { weights.classes.values().map(|c| c.stamp.clone()).collect() };
        self.outside == other.outside && self.mixed == other.mixed && stamps(self) == stamps(other)
    }

    /// Students whose averages were made of something else.
    #[must_use]
    pub fn stale(&self) -> Filter {
        let stamps = self.classes.values().map(|class| &class.stamp).chain([&self.outside, &self.mixed]);
        Filter::Not(Box::new(Filter::any_of("basis", stamps)))
    }
}

/// The weights for one student, whose own class is nearly always the one that is asked for.
struct Near<'a> {
    weights: &'a Weights,
    own: Option<(&'a ClassId, &'a OfClass)>,
}

impl Near<'_> {
    fn of(&self, class: Option<&ClassId>) -> Option<&OfClass> {
        match self.own {
            Some((own, known)) if class == Some(own) => Some(known),
            Some(_) | None => self.weights.classes.get(class?),
        }
    }
}

impl Ground for Near<'_> {
    fn rules(&self) -> &RuleSet {
        &self.weights.rules
    }

    fn rules_in(&self, class: Option<&ClassId>) -> &RuleSet {
        self.of(class).and_then(|class| class.rules.as_ref()).unwrap_or(&self.weights.rules)
    }

    fn coefficient(&self, class: Option<&ClassId>, subject: &SubjectId) -> u8 {
        let table = self.of(class).map_or(&self.weights.coefficients, |class| &class.coefficients);
        table.get(subject).copied().unwrap_or_default()
    }
}

impl Ground for Weights {
    fn rules(&self) -> &RuleSet {
        &self.rules
    }

    fn rules_in(&self, class: Option<&ClassId>) -> &RuleSet {
        let class = class.and_then(|class| self.classes.get(class));
        class.and_then(|class| class.rules.as_ref()).unwrap_or(&self.rules)
    }

    fn coefficient(&self, class: Option<&ClassId>, subject: &SubjectId) -> u8 {
        Self::coefficient(self, class, subject)
    }

    fn stays(&self, year: &YearId) -> bool {
        self.closed.contains(year)
    }
}

#[cfg(test)]
mod tests;

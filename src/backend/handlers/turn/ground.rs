//! All that the end of a year is decided by, read as it stands.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::domain::entities::Outcome;
use crate::{
    backend::{
        cx::{Cx, Fault},
        settings::Settings,
    },
    domain::{
        calendar::{Term, YearId},
        entities::{
            Class, ClassResult, DecidedBy, Enrolment, EnrolmentStatus, LevelKind, Sex, Student, StudentStatus,
            TermAverages, YearDecision, YearTurn,
        },
        id::{ClassId, StudentId},
        query::Filter,
        schema::{Entity, Stored},
        text_values::{Matricule, Name},
        turn::{Fate, Ladder, Placed, Pupil, Targets, place, targets},
        words,
    },
    protocol::{Failure, Field, PlanCounts, Why},
    store::Records,
};

/// Students read at once.
const STEP: u32 = 2_000;

/// The part of a student that a plan shows: the rest is not read.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Slim {
    #[serde(rename = "_id")]
    pub id: StudentId,
    pub matricule: Matricule,
    pub last_name: Name,
    pub first_name: Name,
    pub sex: Option<Sex>,
    class: Option<ClassId>,
    status: StudentStatus,
    year: Option<YearId>,
    #[serde(default)]
    averages: BTreeMap<YearId, TermAverages>,
}

/// A student with what becomes of it.
pub(super) struct Row {
    pub slim: Slim,
    pub pupil: Pupil,
    pub placed: Placed,
}

/// See the module.
pub(super) struct Ground {
    pub year: YearId,
    pub next: YearId,
    pub turn: Option<Stored<YearTurn>>,
    pub targets: Targets,
    /// In no order.
    pub rows: Vec<Row>,
    /// Every record of the year, also of the rules.
    pub decisions: BTreeMap<StudentId, Stored<YearDecision>>,
    /// Places of the year, and of the next.
    pub enrolments: BTreeMap<StudentId, Stored<Enrolment>>,
    pub places: BTreeMap<StudentId, Stored<Enrolment>>,
    /// Terms that each class has closed.
    pub closed: BTreeMap<ClassId, BTreeSet<Term>>,
}

/// The year after.
pub(super) fn after(year: &YearId) -> Result<YearId, Fault> {
    let next = YearId::starting(year.first().saturating_add(1));
    next.ok_or_else(|| Failure::invalid(Field::Year, Why::Unknown { what: year.to_string() }).into())
}

/// The level of a class, as it is now.
fn level<'a>(settings: &'a Settings, class: &ClassId) -> Option<&'a Name> {
    settings.class(class).and_then(|class| class.body.level.as_ref())
}

impl Ground {
    pub async fn read(cx: &Cx) -> Result<Self, Fault> {
        let settings = &cx.settings;
        let year = settings.school.current_year.clone();
        let next = after(&year)?;
        let of_year = || Filter::equals("year", year.as_str());
        let turn = cx.store.one::<YearTurn>(year.as_str()).await?;
        let decisions: Vec<Stored<YearDecision>> = cx.store.every(&of_year()).await?;
        let decisions = decisions.into_iter().map(|one| (one.student.clone(), one)).collect();
        let mut closed: BTreeMap<ClassId, BTreeSet<Term>> = BTreeMap::new();
        for result in cx.store.every::<ClassResult>(&of_year()).await? {
            closed.entry(result.class.clone()).or_default().insert(result.term);
        }
        let mut ground = Self {
            targets: Targets::new(),
            rows: Vec::new(),
            enrolments: BTreeMap::new(),
            places: BTreeMap::new(),
            year,
            next,
            turn,
            decisions,
            closed,
        };
        ground.targets = ground.targets_of(settings);
        let earlier = ground.read_enrolments(cx).await?;
        ground.read_students(cx, &earlier).await?;
        Ok(ground)
    }

    fn targets_of(&self, settings: &Settings) -> Targets {
        let levels: Vec<Name> = settings
            .levels
            .iter()
            .filter(|level| level.kind == LevelKind::Level)
            .map(|level| level.name.clone())
            .collect();
        let classes: Vec<Class> = settings.classes.iter().map(|class| class.body.clone()).collect();
        let ladder = Ladder { levels: &levels, classes: &classes, rules: &settings.rules };
        let said = self.turn.as_ref().map(|turn| turn.targets.clone()).unwrap_or_default();
        targets(&ladder, &said)
    }

    /// Gives back the classes of earlier years.
    async fn read_enrolments(&mut self, cx: &Cx) -> Result<BTreeMap<StudentId, Vec<ClassId>>, Fault> {
        let mut earlier: BTreeMap<StudentId, Vec<ClassId>> = BTreeMap::new();
        for enrolment in cx.store.every::<Enrolment>(&Filter::All).await? {
            let student = enrolment.student.clone();
            if enrolment.year == self.year {
                self.enrolments.insert(student, enrolment);
            } else if enrolment.year == self.next {
                self.places.insert(student, enrolment);
            } else if enrolment.year < self.year {
                earlier.entry(student).or_default().push(enrolment.body.class);
            }
        }
        Ok(earlier)
    }

    async fn read_students(&mut self, cx: &Cx, earlier: &BTreeMap<StudentId, Vec<ClassId>>) -> Result<(), Fault> {
        let mut last: Option<String> = None;
        loop {
            let page = (last.as_deref(), STEP);
            let documents = cx.store.scan_without(Student::SCHEMA, &Filter::All, page, Student::LONG).await?;
            for document in &documents {
                let slim: Slim = document.parse(Student::SCHEMA.collection)?;
                if let Some(row) = self.row(cx, slim, earlier) {
                    self.rows.push(row);
                }
            }
            last = documents.last().map(|document| document.id.clone());
            if documents.len() < STEP as usize {
                return Ok(());
            }
        }
    }

    /// What becomes of a student; `None`: not in a class this year.
    fn row(&self, cx: &Cx, slim: Slim, earlier: &BTreeMap<StudentId, Vec<ClassId>>) -> Option<Row> {
        let class = match self.enrolments.get(&slim.id) {
            Some(enrolment) if enrolment.status == EnrolmentStatus::Enrolled => enrolment.class.clone(),
            Some(_) => return None,
            // In a class without a place in it: nobody is lost.
            None if slim.status == StudentStatus::Withdrawn => return None,
            None if slim.year.as_ref().is_some_and(|year| *year != self.year) => return None,
            None => slim.class.clone()?,
        };
        let level = level(&cx.settings, &class);
        let same = |before: &&ClassId| level.is_some() && self::level(&cx.settings, before) == level;
        let repeated = earlier.get(&slim.id).into_iter().flatten().filter(same).count();
        let said = self.decisions.get(&slim.id).filter(|said| said.by == DecidedBy::Council);
        let there = |class: &ClassId| cx.settings.class(class).is_some();
        let pupil = Pupil {
            student: slim.id.clone(),
            average: slim.averages.get(&self.year).and_then(|averages| averages.year),
            repeated: u8::try_from(repeated).unwrap_or(u8::MAX),
            council: said.map(|said| (said.outcome, said.target.clone().filter(there))),
            class,
        };
        let placed = place(&cx.settings.rules, level, &self.targets, &pupil);
        Some(Row { slim, pupil, placed })
    }

    /// The classes of those who are in one, in the order of the set-up, then by name.
    pub fn sort(&mut self, settings: &Settings) {
        let place: BTreeMap<&ClassId, usize> =
            settings.classes.iter().enumerate().map(|(index, class)| (&class.body.id, index)).collect();
        self.rows.sort_by_cached_key(|row| {
            let name = words::sort_key(&[row.slim.last_name.as_str(), row.slim.first_name.as_str()]);
            (place.get(&row.pupil.class).copied(), name, row.slim.id.clone())
        });
    }

    /// New students with a place in the next year.
    pub fn ahead(&self) -> impl Iterator<Item = &Stored<Enrolment>> {
        let here: BTreeSet<&StudentId> = self.rows.iter().map(|row| &row.slim.id).collect();
        self.places
            .values()
            .filter(move |place| place.status == EnrolmentStatus::Enrolled && !here.contains(&place.student))
    }

    /// Terms that a class has still to close.
    pub fn open_terms(&self, settings: &Settings, class: &ClassId) -> Vec<Term> {
        let closed = self.closed.get(class);
        let open = |term: &Term| closed.is_none_or(|closed| !closed.contains(term));
        settings.terms(&self.year).into_iter().filter(open).collect()
    }

    pub fn counts(&self) -> PlanCounts {
        let mut counts = PlanCounts::default();
        for row in &self.rows {
            let count = match row.placed.fate {
                Fate::Decided(Outcome::Promoted) => &mut counts.promoted,
                Fate::Decided(Outcome::Repeating) => &mut counts.repeating,
                Fate::Decided(Outcome::Leaving) => &mut counts.leaving,
                Fate::Decided(Outcome::Excluded) => &mut counts.excluded,
                Fate::Undecided(_) => &mut counts.undecided,
            };
            *count = count.saturating_add(1);
        }
        counts.ahead = u64::try_from(self.ahead().count()).unwrap_or(u64::MAX);
        counts
    }

    /// Refuses while anything is open or undecided.
    pub fn ready(&self, settings: &Settings) -> Result<(), Fault> {
        let classes: BTreeSet<&ClassId> = self.rows.iter().map(|row| &row.pupil.class).collect();
        let open = classes.into_iter().filter(|class| !self.open_terms(settings, class).is_empty()).count();
        let undecided = self.counts().undecided;
        if open == 0 && undecided == 0 {
            return Ok(());
        }
        let classes = u64::try_from(open).unwrap_or(u64::MAX);
        Err(Failure::refused(Why::YearNotReady { undecided, classes }).into())
    }
}

//! The school's set-up and the people known by their session, held between two changes of either.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::core::{Core, lock};
use crate::{
    domain::{
        access::Principal,
        calendar::{Term, TermSpan, YearId},
        entities::{Assignment, Class, Level, Restoring, School, SchoolYear, Student, Subject, User},
        id::{ClassId, SubjectId, UserId},
        query::Filter,
        rules::RuleSet,
        schema::Stored,
        weights::Weights,
        words,
    },
    store::{Records, SharedStore, Stamps, StoreError},
};

/// Between which changes something was read: commits of ours to its collections, and anybody's to the set-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    ours: u64,
    setup: u64,
    /// A restore or a seeding writes past the batches.
    epoch: u64,
}

impl Moment {
    fn new(ours: u64, stamps: &Stamps) -> Self {
        Self { ours, setup: stamps.setup, epoch: stamps.cache_epoch }
    }
}

/// Everything set up, read as one.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub school: Stored<School>,
    pub years: Vec<SchoolYear>,
    pub rules: RuleSet,
    /// Levels, then series, each by position.
    pub levels: Vec<Stored<Level>>,
    /// In French order of names.
    pub classes: Vec<Stored<Class>>,
    /// By position, then name.
    pub subjects: Vec<Stored<Subject>>,
    /// What averages are made of.
    pub weights: Weights,
}

/// An account with what it may do.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub user: Stored<User>,
    pub who: Principal,
    /// Charges of each year.
    pub charges: BTreeMap<YearId, Vec<(ClassId, SubjectId)>>,
}

impl Known {
    /// What the account may do in a year, with the charges it had then; `None`: the current one.
    pub fn in_year(&self, year: Option<&YearId>, current: &YearId) -> Principal {
        match year.filter(|year| *year != current) {
            None => self.who.clone(),
            Some(year) => {
                let charges = self.charges.get(year).cloned().unwrap_or_default();
                Principal { charges, ..self.who.clone() }
            }
        }
    }
}

/// What is held between changes.
#[derive(Default)]
pub(super) struct Held {
    settings: Option<(Moment, Arc<Settings>)>,
    people: HashMap<UserId, (Moment, Arc<Known>)>,
}

/// People held at once; a school's staff at work is far fewer.
const PEOPLE: usize = 1_000;

impl Settings {
    /// Reads the set-up of a whole school, as [`Settings::read`] does.
    ///
    /// # Errors
    /// Also when a restore is not finished.
    async fn read_whole(store: &SharedStore) -> Result<Option<Self>, StoreError> {
        whole(store).await?;
        Self::read(store).await
    }

    /// Reads the set-up; `None` when there is no school yet.
    pub async fn read(store: &SharedStore) -> Result<Option<Self>, StoreError> {
        let Some(school) = store.one::<School>(School::ID).await? else { return Ok(None) };
        let rules = store.one::<RuleSet>(&school.rules).await?.ok_or_else(|| StoreError::Document {
            collection: "rules".to_owned(),
            id: school.rules.clone(),
            why: "the school's rules are missing".to_owned(),
        })?;
        let years = store.every::<SchoolYear>(&Filter::All).await?;
        let mut classes = store.every::<Class>(&Filter::All).await?;
        classes.sort_by_cached_key(|class| words::sort_key(&[class.name.as_str()]));
        let mut subjects = store.every::<Subject>(&Filter::All).await?;
        subjects.sort_by_cached_key(|subject| (subject.position, words::sort_key(&[subject.name.as_str()])));
        let years = years.into_iter().map(|year| year.body).collect();
        let mut levels = store.every::<Level>(&Filter::All).await?;
        levels.sort_by_cached_key(|level| (level.kind, level.position, words::sort_key(&[level.name.as_str()])));
        Ok(Some(Self { levels, ..Self::of(school, years, rules.body, classes, subjects) }))
    }

    /// Put together from records in their order; no levels.
    pub fn of(
        school: Stored<School>,
        years: Vec<SchoolYear>,
        rules: RuleSet,
        classes: Vec<Stored<Class>>,
        subjects: Vec<Stored<Subject>>,
    ) -> Self {
        let weights = Weights::new(
            &rules,
            (&school.current_year, school.current_term),
            classes.iter().map(|class| &class.body),
            &subjects.iter().map(|subject| &subject.body).collect::<Vec<_>>(),
        )
        .closing(years.iter().filter(|year| year.closed).map(|year| year.id.clone()));
        Self { school, years, rules, levels: Vec::new(), classes, subjects, weights }
    }

    pub fn class(&self, id: &ClassId) -> Option<&Stored<Class>> {
        self.classes.iter().find(|class| class.id == *id)
    }

    pub fn subject(&self, id: &SubjectId) -> Option<&Stored<Subject>> {
        self.subjects.iter().find(|subject| subject.id == *id)
    }

    pub fn current(&self) -> (&YearId, Term) {
        (&self.school.current_year, self.school.current_term)
    }

    /// The terms of a year, in order.
    pub fn terms(&self, year: &YearId) -> Vec<Term> {
        self.spans(year).iter().map(|span| span.term).collect()
    }

    /// The same with their dates.
    pub fn spans(&self, year: &YearId) -> &[TermSpan] {
        let year = self.years.iter().find(|known| known.id == *year);
        year.map(|year| year.terms.as_slice()).unwrap_or_default()
    }

    /// Is the year there and open?
    pub fn writable(&self, year: &YearId) -> bool {
        self.years.iter().any(|known| known.id == *year && !known.closed)
    }

    /// Do averages come out the same by the other settings, and carry the same names?
    pub fn computes_as(&self, other: &Self) -> bool {
        self.weights == other.weights
    }

    /// Makes a student's averages anew by the school's rules and coefficients.
    pub fn refresh(&self, student: &mut Student) {
        self.weights.refresh(student);
    }
}

/// Refuses while a restore is not finished: what stands in the store is a part of a school.
pub(super) async fn whole(store: &SharedStore) -> Result<(), StoreError> {
    match store.one::<Restoring>(Restoring::ID).await? {
        Some(mark) => Err(StoreError::Unfinished(mark.body.backup)),
        None => Ok(()),
    }
}

/// What an account may do, with its charges of the year.
pub(super) async fn principal(
    store: &SharedStore,
    user: &User,
    year: Option<&YearId>,
) -> Result<Principal, StoreError> {
    let mut charges = Vec::new();
    if let Some(year) = year {
        let mine = store.every::<Assignment>(&Filter::equals("teacher", user.id.as_str())).await?;
        charges.extend(
            mine.into_iter()
                .filter(|charge| charge.year == *year)
                .map(|charge| (charge.body.class, charge.body.subject)),
        );
    }
    let headed = store.every::<Class>(&Filter::equals("head_teacher", user.id.as_str())).await?;
    Ok(Principal {
        heads: headed.into_iter().map(|class| class.body.id).collect(),
        user: Some(user.id.clone()),
        role: user.role,
        student: user.student.clone(),
        children: user.children.clone(),
        charges,
    })
}

impl Core {
    /// The set-up as it is now: read again only when somebody has changed it.
    pub async fn settings(&self, store: &SharedStore, stamps: &Stamps) -> Result<Option<Arc<Settings>>, StoreError> {
        let moment = Moment::new(self.setup_commits(), stamps);
        if let Some((at, settings)) = &lock(&self.held).settings
            && *at == moment
        {
            return Ok(Some(settings.clone()));
        }
        let Some(settings) = Settings::read_whole(store).await?.map(Arc::new) else { return Ok(None) };
        lock(&self.held).settings = Some((moment, settings.clone()));
        Ok(Some(settings))
    }

    /// The account of that id, with what it may do now.
    pub async fn known(
        &self,
        store: &SharedStore,
        user: &UserId,
        year: &YearId,
        stamps: &Stamps,
    ) -> Result<Option<Arc<Known>>, StoreError> {
        let moment = Moment::new(self.people_commits(), stamps);
        if let Some((at, known)) = lock(&self.held).people.get(user)
            && *at == moment
        {
            return Ok(Some(known.clone()));
        }
        let Some(account) = store.one::<User>(user.as_str()).await? else { return Ok(None) };
        let mut charges: BTreeMap<YearId, Vec<(ClassId, SubjectId)>> = BTreeMap::new();
        for charge in store.every::<Assignment>(&Filter::equals("teacher", account.id.as_str())).await? {
            let Assignment { class, subject, year, .. } = charge.body;
            charges.entry(year).or_default().push((class, subject));
        }
        let mut who = principal(store, &account, None).await?;
        who.charges = charges.get(year).cloned().unwrap_or_default();
        let known = Arc::new(Known { user: account, who, charges });
        let mut held = lock(&self.held);
        if held.people.len() >= PEOPLE {
            held.people.clear();
        }
        held.people.insert(user.clone(), (moment, known.clone()));
        Ok(Some(known))
    }
}

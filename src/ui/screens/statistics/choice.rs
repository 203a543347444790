//! Whose statistics: a class or the whole school, a subject or the general average, a term or the last with data, this
//! year or one before.

use crate::{
    domain::{
        access::{Action, Resource, Scope, allows, scope},
        calendar::{Term, YearId},
        id::{ClassId, SubjectId},
    },
    protocol::{StatsQuestion, TopQuestion},
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        widgets::{PickList, TextInput},
    },
};

/// What is being picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Class,
    Subject,
    Term,
    Year,
}

/// A list to pick from, by moving or typing.
pub(super) struct Picker {
    pub what: What,
    pub list: PickList,
    pub typed: TextInput,
}

/// What is chosen. `None`: everything, the general average, the last term with data, the current year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choice {
    pub class: Option<ClassId>,
    pub subject: Option<SubjectId>,
    pub term: Option<Term>,
    pub year: Option<YearId>,
}

/// May the user see the whole school's?
pub(super) fn whole_school(ctx: &Ctx) -> bool {
    ctx.who().is_some_and(|who| scope(who, Action::ViewStatistics) == Scope::Everything)
}

/// Classes that can be chosen, in the school's order: for a teacher, the own ones.
fn classes(ctx: &Ctx, year: Option<&YearId>) -> Vec<Option<ClassId>> {
    let reach = ctx.who_in(year).map_or(Scope::Nothing, |who| scope(&who, Action::ViewStatistics));
    let mine = |id: &ClassId| match &reach {
        Scope::Everything => true,
        Scope::Classes(classes) => classes.contains(id),
        Scope::Students(_) | Scope::Nothing => false,
    };
    let all = ctx.setup().into_iter().flat_map(|setup| setup.ever().map(|class| class.id.clone()));
    let whole = (reach == Scope::Everything).then_some(None);
    whole.into_iter().chain(all.filter(mine).map(Some)).collect()
}

/// Subjects that can be chosen for a class: for a teacher, the own ones there.
fn subjects(ctx: &Ctx, (class, year): (Option<&ClassId>, Option<&YearId>)) -> Vec<Option<SubjectId>> {
    let who = ctx.who_in(year);
    let seen = |subject: &SubjectId| match (&who, class) {
        (Some(who), Some(class)) => {
            let sheet = Resource::Sheet { class: class.clone(), subject: subject.clone() };
            allows(who, Action::ViewStatistics, &sheet)
        }
        (Some(_), None) => true,
        (None, _) => false,
    };
    let all = ctx.setup().into_iter().flat_map(|setup| setup.subjects.iter().map(|subject| subject.id.clone()));
    std::iter::once(None).chain(all.filter(seen).map(Some)).collect()
}

fn terms(ctx: &Ctx, year: Option<&YearId>) -> Vec<Option<Term>> {
    let all = ctx.setup().map(|setup| setup.terms_of(year.unwrap_or(&setup.school.current_year))).unwrap_or_default();
    std::iter::once(None).chain(all.into_iter().map(Some)).collect()
}

/// The current year, then those before.
fn years(ctx: &Ctx) -> Vec<Option<YearId>> {
    let past = ctx.past_years(Action::ViewStatistics);
    std::iter::once(None).chain(past.into_iter().map(Some)).collect()
}

fn year_name(ctx: &Ctx, year: Option<&YearId>) -> String {
    let current = || ctx.setup().map(|setup| setup.school.current_year.to_string());
    year.map(ToString::to_string).or_else(current).unwrap_or_default()
}

impl Choice {
    /// The whole school; for those who do not see it, their first class.
    pub fn first(ctx: &Ctx) -> Self {
        let class = if whole_school(ctx) { None } else { classes(ctx, None).into_iter().next().flatten() };
        Self { class, ..Self::default() }
    }

    pub fn question(&self) -> StatsQuestion {
        StatsQuestion {
            class: self.class.clone(),
            subject: self.subject.clone(),
            year: self.year.clone(),
            term: self.term,
        }
    }

    pub fn top(&self, limit: u32, with_ties: bool) -> TopQuestion {
        TopQuestion { class: self.class.clone(), year: self.year.clone(), term: self.term, limit, with_ties }
    }

    pub fn class_name(&self, ctx: &Ctx) -> String {
        class_name(ctx, self.class.as_ref())
    }

    pub fn subject_name(&self, ctx: &Ctx) -> String {
        subject_name(ctx, self.subject.as_ref())
    }

    /// The chosen term, or the one that the figures turned out to be of; before it the year, where it is another.
    pub fn term_name(&self, ctx: &Ctx, known: Option<Term>) -> String {
        let name = match (self.term, known) {
            (Some(term), _) => self.term_label(ctx, term),
            (None, Some(term)) => t!(ctx.locale, "stats-last-term-is", term = self.term_label(ctx, term)),
            (None, None) => t!(ctx.locale, "stats-last-term"),
        };
        match &self.year {
            Some(year) => format!("{year} · {name}"),
            None => name,
        }
    }

    /// A term as the chosen year calls it.
    pub fn term_label(&self, ctx: &Ctx, term: Term) -> String {
        self.year.as_ref().map_or_else(|| ctx.term(term), |year| ctx.term_in(year, term))
    }

    pub fn picker(&self, ctx: &Ctx, what: What) -> Picker {
        let (labels, selected): (Vec<String>, Option<usize>) = match what {
            What::Class => {
                let all = classes(ctx, self.year.as_ref());
                let labels = all.iter().map(|id| class_name(ctx, id.as_ref())).collect();
                (labels, all.iter().position(|id| *id == self.class))
            }
            What::Subject => {
                let all = subjects(ctx, self.of());
                let labels = all.iter().map(|id| subject_name(ctx, id.as_ref())).collect();
                (labels, all.iter().position(|id| *id == self.subject))
            }
            What::Term => {
                let all = terms(ctx, self.year.as_ref());
                let last = || t!(ctx.locale, "stats-last-term");
                let label = |term: &Option<Term>| term.map_or_else(last, |term| self.term_label(ctx, term));
                (all.iter().map(label).collect(), all.iter().position(|term| *term == self.term))
            }
            What::Year => {
                let all = years(ctx);
                let labels = all.iter().map(|year| year_name(ctx, year.as_ref())).collect();
                (labels, all.iter().position(|year| *year == self.year))
            }
        };
        let mut list = PickList::new(labels);
        if let Some(selected) = selected {
            list.select(selected);
        }
        Picker { what, list, typed: TextInput::new(40) }
    }

    /// Takes the line that is selected in the picker.
    pub fn take(&mut self, ctx: &Ctx, picker: &Picker) {
        let Some(index) = picker.list.selected() else { return };
        match picker.what {
            What::Class => {
                self.class = classes(ctx, self.year.as_ref()).into_iter().nth(index).flatten();
            }
            What::Subject => self.subject = subjects(ctx, self.of()).into_iter().nth(index).flatten(),
            What::Term => self.term = terms(ctx, self.year.as_ref()).into_iter().nth(index).flatten(),
            What::Year => self.year = years(ctx).into_iter().nth(index).flatten(),
        }
        self.within(ctx);
    }

    /// Lets go of what is not to be had: a teacher's subject in one class may be a colleague's in another, the classes of
    /// one year are not those of the next, and a year of semesters has no third term.
    fn within(&mut self, ctx: &Ctx) {
        let classes = classes(ctx, self.year.as_ref());
        if !classes.contains(&self.class) {
            self.class = classes.into_iter().next().flatten();
        }
        if !subjects(ctx, self.of()).contains(&self.subject) {
            self.subject = None;
        }
        if !terms(ctx, self.year.as_ref()).contains(&self.term) {
            self.term = None;
        }
    }

    /// Class and year.
    fn of(&self) -> (Option<&ClassId>, Option<&YearId>) {
        (self.class.as_ref(), self.year.as_ref())
    }
}

fn class_name(ctx: &Ctx, id: Option<&ClassId>) -> String {
    let Some(id) = id else { return t!(ctx.locale, "stats-whole-school") };
    let class = ctx.setup().and_then(|setup| setup.class(id));
    class.map_or_else(|| "—".to_owned(), |class| sanitise::line(class.name.as_str()))
}

fn subject_name(ctx: &Ctx, id: Option<&SubjectId>) -> String {
    let Some(id) = id else { return t!(ctx.locale, "stats-general") };
    let subject = ctx.setup().and_then(|setup| setup.subject(id));
    subject.map_or_else(|| "—".to_owned(), |subject| sanitise::line(subject.name.as_str()))
}

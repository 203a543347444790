//! What the card shows of marks: the lines of one term, and the general averages of the year. Nothing is computed
//! here: the student's read model and the card carry the figures.

use crate::{
    domain::{
        calendar::{Term, YearId},
        entities::Grade,
        id::SubjectId,
        read_model,
        rules::Rank,
        score::{Average, Scale},
    },
    protocol::{StudentCard, TermWeights},
    text::{Locale, agree, format, sanitise},
    ui::ctx::Ctx,
};

/// A subject in one term.
pub(super) struct SubjectLine {
    pub subject: SubjectId,
    pub name: String,
    /// In the class that the marks are of.
    pub coefficient: Option<u8>,
    /// `Devoir 1 12,5`, in the order in which they were given.
    pub marks: Vec<String>,
    pub average: Option<Average>,
}

/// Year and term of every mark and average, and those of the current year; in order.
pub(super) fn terms(ctx: &Ctx, card: &StudentCard) -> Vec<(YearId, Term)> {
    let student = &card.student;
    let graded = student.grades.iter().map(|grade| (grade.year.clone(), grade.term));
    let averaged = student.averages.iter().flat_map(|(year, all)| all.terms.keys().map(|term| (year.clone(), *term)));
    let now = ctx.setup().into_iter().flat_map(|setup| {
        setup.terms().into_iter().map(|term| (setup.school.current_year.clone(), term)).collect::<Vec<_>>()
    });
    let mut terms: Vec<(YearId, Term)> = graded.chain(averaged).chain(now).collect();
    terms.sort();
    terms.dedup();
    terms
}

/// The marks of a subject in a term, in the order in which they were given.
pub(super) fn grades<'a>(card: &'a StudentCard, year: &YearId, term: Term, subject: &SubjectId) -> Vec<&'a Grade> {
    let here = |grade: &&Grade| grade.year == *year && grade.term == term && grade.subject == *subject;
    let mut grades: Vec<&Grade> = card.student.grades.iter().filter(here).collect();
    grades.sort_by(|one, two| one.date.is_none().cmp(&two.date.is_none()).then(one.date.cmp(&two.date)));
    grades
}

/// The lines of a term: subjects that have something, in the school's order.
pub(super) fn lines(ctx: &Ctx, card: &StudentCard, year: &YearId, term: Term) -> Vec<SubjectLine> {
    let student = &card.student;
    let averages = student.subject_averages.get(year).and_then(|terms| terms.get(&term));
    let Some(setup) = ctx.setup() else { return Vec::new() };
    let homes = read_model::homes(&student.grades, student.class.as_ref(), &setup.school.current_year);
    let mut subjects: Vec<SubjectId> = setup.subjects.iter().map(|subject| subject.id.clone()).collect();
    // A subject that the school no longer lists still has its marks.
    for grade in &student.grades {
        if !subjects.contains(&grade.subject) {
            subjects.push(grade.subject.clone());
        }
    }
    let line = |id: SubjectId| {
        let grades = grades(card, year, term, &id);
        let average = averages.and_then(|averages| averages.get(&id)).copied();
        if grades.is_empty() && average.is_none() {
            return None;
        }
        let subject = setup.subject(&id);
        let home = homes.get(&(year, term, &id)).copied().flatten().or(student.class.as_ref());
        let class = home.and_then(|class| setup.class(class));
        let marks = grades.into_iter().map(|grade| mark(&ctx.locale, card, grade)).collect();
        Some(SubjectLine {
            name: subject.map_or_else(|| "—".to_owned(), |subject| sanitise::line(subject.name.as_str())),
            coefficient: TermWeights::of(&card.then, year, term)
                .and_then(|weights| weights.get(&id).copied())
                .or_else(|| subject.zip(class).map(|(subject, class)| subject.coefficient_in(class))),
            subject: id,
            marks,
            average,
        })
    };
    subjects.into_iter().filter_map(line).collect()
}

/// `Devoir 1 12,5`, `Composition 31/40`, `Interrogation ABS`.
fn mark(locale: &Locale, card: &StudentCard, grade: &Grade) -> String {
    let value = grade.value().map_or_else(|| "—".to_owned(), |value| value.short(locale.lang().decimal()));
    let scale = if grade.scale == Scale::TWENTY || grade.score.is_none() {
        String::new()
    } else {
        format!("/{}", grade.scale.short(locale.lang().decimal()))
    };
    let title = card.evaluations.get(&grade.evaluation).map_or("", |title| title.as_str());
    sanitise::line(format!("{title} {value}{scale}").trim_start())
}

/// A column of the summary: heading, average, place.
pub(super) struct Summary {
    pub heading: String,
    pub average: String,
    pub place: String,
}

/// The general averages of a year: each term, then the year.
pub(super) fn summary(ctx: &Ctx, card: &StudentCard, year: &YearId, year_word: &str) -> Vec<Summary> {
    let locale = &ctx.locale;
    let student = &card.student;
    let averages = student.averages.get(year);
    let mut columns: Vec<Summary> = terms(ctx, card)
        .into_iter()
        .filter(|(of, _)| of == year)
        .map(|(_, term)| {
            let average = averages.and_then(|averages| averages.terms.get(&term)).copied();
            let rank = card.ranks.iter().find(|rank| rank.year == *year && rank.term == term);
            let place = match (rank, average) {
                (Some(found), _) => {
                    let rank = Rank { position: found.rank, tied: found.tied };
                    format!("{} / {}", agree::rank(locale, Some(rank), student.sex), found.of)
                }
                (None, Some(_)) => agree::rank(locale, None, student.sex),
                (None, None) => "—".to_owned(),
            };
            Summary { heading: ctx.term_in(year, term), average: format::average(average, locale.lang()), place }
        })
        .collect();
    let whole = averages.and_then(|averages| averages.year);
    columns.push(Summary {
        heading: year_word.to_owned(),
        average: format::average(whole, locale.lang()),
        place: String::new(),
    });
    columns
}

//! What one term of a student shows. Nothing is computed here: the backend has made every figure of what is
//! published.

use crate::{
    domain::{
        calendar::{Term, YearId},
        entities::Grade,
        id::SubjectId,
        rules::Rank,
        score::{Average, Scale},
    },
    protocol::MyMarks,
    t,
    text::{agree, sanitise},
    ui::{bulletin_shown, ctx::Ctx},
};

/// A subject in a term.
pub(super) struct SubjectLine {
    /// `None`: not a subject, but what stands on the bulletin beside the marks.
    pub subject: Option<SubjectId>,
    pub name: String,
    /// In the student's class.
    pub coefficient: Option<u8>,
    /// `Devoir 1 12,5`, in the order in which they were given.
    pub marks: Vec<String>,
    pub average: Option<Average>,
}

/// The terms that have something, and those of the current year; in order.
pub(super) fn terms(ctx: &Ctx, marks: &MyMarks) -> Vec<(YearId, Term)> {
    let student = &marks.student;
    let graded = student.grades.iter().map(|grade| (grade.year.clone(), grade.term));
    let averaged = student.averages.iter().flat_map(|(year, all)| all.terms.keys().map(|term| (year.clone(), *term)));
    let now = ctx.setup().into_iter().flat_map(|setup| {
        let year = &setup.school.current_year;
        setup.terms().into_iter().map(|term| (year.clone(), term))
    });
    let mut terms: Vec<(YearId, Term)> = graded.chain(averaged).chain(now).collect();
    terms.sort();
    terms.dedup();
    terms
}

/// Where one begins: the current term if it has something, else the last one that has.
pub(super) fn first_shown(ctx: &Ctx, marks: &MyMarks) -> Option<(YearId, Term)> {
    let terms = terms(ctx, marks);
    let current = ctx.setup().map(|setup| (setup.school.current_year.clone(), setup.school.current_term));
    let has = |at: &(YearId, Term)| marks.student.grades.iter().any(|grade| grade.year == at.0 && grade.term == at.1);
    let full = current.clone().filter(|current| has(current));
    full.or_else(|| terms.iter().rev().find(|at| has(at)).cloned()).or(current).or_else(|| terms.first().cloned())
}

/// The subjects of a term that have something, in the school's order.
pub(super) fn lines(ctx: &Ctx, marks: &MyMarks, (year, term): &(YearId, Term)) -> Vec<SubjectLine> {
    let student = &marks.student;
    let averages = student.subject_averages.get(year).and_then(|terms| terms.get(term));
    let mut subjects: Vec<(SubjectId, Option<String>)> =
        marks.subjects.iter().map(|(id, name, _)| (id.clone(), Some(name.to_string()))).collect();
    // A subject that the school no longer lists still has its marks.
    for grade in &student.grades {
        if !subjects.iter().any(|(id, _)| *id == grade.subject) {
            subjects.push((grade.subject.clone(), None));
        }
    }
    let line = |(id, name): (SubjectId, Option<String>)| {
        let here = |grade: &&Grade| grade.year == *year && grade.term == *term && grade.subject == id;
        let mut grades: Vec<&Grade> = student.grades.iter().filter(here).collect();
        grades.sort_by_key(|grade| (grade.date.is_none(), grade.date));
        let average = averages.and_then(|averages| averages.get(&id)).copied();
        let empty = grades.is_empty() && average.is_none();
        (!empty).then(|| SubjectLine {
            subject: Some(id.clone()),
            name: name.map_or_else(|| "—".to_owned(), |name| sanitise::line(&name)),
            coefficient: marks.coefficient(year, *term, &id),
            marks: grades.into_iter().map(|grade| mark(ctx, marks, grade)).collect(),
            average,
        })
    };
    let mut lines: Vec<SubjectLine> = subjects.into_iter().filter_map(line).collect();
    let words = marks.words.iter().find(|words| words.year == *year && words.term == *term);
    if let Some(words) = words {
        let named = |subject: &SubjectId| {
            marks.subjects.iter().find(|known| known.0 == *subject).map(|known| known.1.to_string())
        };
        let (name, marks) = (t!(ctx.locale, "bulletin-my-title"), bulletin_shown::lines(ctx, words, named));
        lines.push(SubjectLine { subject: None, name, coefficient: None, marks, average: None });
    }
    lines
}

/// `Devoir 1 12,5`, `Composition 31/40`, `Interrogation ABS`. Blanks inside do not break.
fn mark(ctx: &Ctx, marks: &MyMarks, grade: &Grade) -> String {
    let decimal = ctx.locale.lang().decimal();
    let value = grade.value().map_or_else(|| "—".to_owned(), |value| value.short(decimal));
    let plain = grade.scale == Scale::TWENTY || grade.score.is_none();
    let scale = if plain { String::new() } else { format!("/{}", grade.scale.short(decimal)) };
    let title = marks.evaluations.get(&grade.evaluation).map_or("", |title| title.as_str());
    sanitise::line(format!("{title} {value}{scale}").trim_start()).replace(' ', "\u{a0}")
}

/// `3e / 45`, `non classée`; `None`: the term has hidden columns, and no rank yet.
pub(super) fn place(ctx: &Ctx, marks: &MyMarks, (year, term): &(YearId, Term)) -> Option<String> {
    let student = &marks.student;
    let found = marks.ranks.iter().find(|rank| rank.year == *year && rank.term == *term)?;
    let rank = Rank { position: found.rank, tied: found.tied };
    Some(format!("{} / {}", agree::rank(&ctx.locale, Some(rank), student.sex), found.of))
}

/// The general average of the term, and of the year.
pub(super) fn general(marks: &MyMarks, (year, term): &(YearId, Term)) -> (Option<Average>, Option<Average>) {
    let averages = marks.student.averages.get(year);
    (averages.and_then(|all| all.terms.get(term).copied()), averages.and_then(|all| all.year))
}

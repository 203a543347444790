//! All that an average was made of, so that anybody can do the sum again: marks, coefficients, and the rules of then.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    sheet::{rules_of, stood_at},
    students::{classes_of, resource, results_of, seen_by_family, sheets_of},
    turn::{decided, rules_of_year},
};
use crate::{
    backend::cx::{Cx, Fault},
    domain::{
        access::{Action, sees_subject},
        calendar::{Term, Timestamp, YearId},
        entities::{ClassResult, Enrolment, FollowUp, Sheet, Student},
        id::{ClassId, EvaluationId, SubjectId},
        query::Filter,
        read_model::{self, Homes},
        rules::{MarkInput, RuleSet},
        schema::Stored,
        score::Average,
    },
    protocol::{ExplainQuestion, Explained, Failure, MarkBasis, Reply, SubjectBasis},
    store::Records,
};

/// `Request::Explain`.
pub async fn explain(cx: &Cx, question: &ExplainQuestion) -> Result<Reply, Fault> {
    let mut student = cx.store.one::<Student>(question.student.as_str()).await?.ok_or(Failure::NotFound)?;
    let what = resource(&student);
    if !cx.may(Action::ViewMarks, &what) {
        return Err(Failure::NotFound.into());
    }
    let classes = classes_of(cx, &student).await?;
    // Whoever sees a student only as a child, or as oneself, sees what families see.
    let family = !cx.may(Action::ViewStudents, &what);
    let visible = if family { Some(columns_for_family(cx, &mut student, &classes).await?) } else { None };
    let year = question.year.clone().unwrap_or_else(|| cx.settings.school.current_year.clone());
    let then = match question.at {
        // They see what is published now, and no other time.
        Some(_) if family => return Err(Failure::Denied.into()),
        Some(at) => then(cx, &mut student.body, (&classes, &year, question.term), at).await?,
        None => Vec::new(),
    };
    let closed = question.term.and_then(|term| student.closed_term(&year, term)).map(|how| how.rules.clone());
    let decided = decided(cx, &student.id, &year).await?;
    let settled = decided.and_then(|decided| decided.settled);
    let level = classes.get(&year).and_then(|class| cx.settings.class(class)).and_then(|class| class.level.clone());
    // Families are told with the bulletin.
    let follow = match question.term.filter(|_| !family || closed.is_some()) {
        Some(term) => cx.store.one::<FollowUp>(&FollowUp::id_of(&student.id, &year, term)).await?,
        None => None,
    };
    let mut told = Explained {
        conduct: follow.and_then(|follow| follow.conduct),
        student: student.id.clone(),
        at: question.at,
        name: student.full_name(),
        sex: student.sex,
        rules: match &closed {
            Some(then) => rules_of(cx, Some(then)).await?,
            None => rules_of_year(cx, &year).await?.into_owned(),
        },
        closed: closed.is_some(),
        term: question.term,
        subjects: Vec::new(),
        partial: false,
        terms: Vec::new(),
        repeated: match &settled {
            Some(then) => then.repeated,
            None => repeated(cx, &student, &year, level.as_ref()).await?,
        },
        level: settled.map_or(level, |then| then.level),
        year,
    };
    match question.term {
        Some(term) => {
            OfTerm { cx, student: &student, classes: &classes, visible, then, term }
                .subjects(&mut told, question)
                .await?;
        }
        None => told.terms = terms(cx, &student, &told.year),
    }
    Ok(Reply::Explained(Box::new(told)))
}

/// The student as of that moment, in a term or in all of the year; and the class's sheets of then.
async fn then(
    cx: &Cx,
    student: &mut Student,
    (classes, year, term): (&BTreeMap<YearId, ClassId>, &YearId, Option<Term>),
    at: Timestamp,
) -> Result<Vec<Sheet>, Fault> {
    let Some(class) = classes.get(year) else { return Ok(Vec::new()) };
    let terms = term.map_or_else(|| cx.settings.terms(year), |term| vec![term]);
    let mut sheets = Vec::new();
    for term in terms {
        sheets.extend(stood_at(cx, student, (class, year, term), at).await?);
    }
    Ok(sheets)
}

/// Cuts the student to what families see, averages and all; gives back the columns that they see.
async fn columns_for_family(
    cx: &Cx,
    student: &mut Stored<Student>,
    classes: &BTreeMap<YearId, ClassId>,
) -> Result<BTreeSet<EvaluationId>, Fault> {
    let seen: BTreeSet<EvaluationId> = seen_by_family(cx, student, classes).await?.into_keys().collect();
    if student.grades.iter().any(|grade| !seen.contains(&grade.evaluation)) {
        student.body.grades.retain(|grade| seen.contains(&grade.evaluation));
        cx.settings.refresh(&mut student.body);
    }
    Ok(seen)
}

/// How often the student was in that level before that year.
async fn repeated(
    cx: &Cx,
    student: &Student,
    year: &YearId,
    level: Option<&crate::domain::text_values::Name>,
) -> Result<u8, Fault> {
    let enrolments = cx.store.every::<Enrolment>(&Filter::equals("student", student.id.as_str())).await?;
    let before = enrolments.iter().filter(|enrolment| {
        let class = cx.settings.class(&enrolment.class);
        enrolment.year < *year && level.is_some() && class.is_some_and(|class| class.level.as_ref() == level)
    });
    Ok(u8::try_from(before.count()).unwrap_or(u8::MAX))
}

/// The terms of a year with their general averages, as exact as they are known.
fn terms(cx: &Cx, student: &Student, year: &YearId) -> Vec<(Term, Option<(Average, String)>)> {
    let printed = student.averages.get(year).map(|averages| averages.terms.clone()).unwrap_or_default();
    let exact = read_model::generals(student, year, &cx.settings.weights);
    let all: BTreeSet<Term> = cx.settings.terms(year).into_iter().chain(printed.keys().copied()).collect();
    let average = |term: Term| {
        let printed = *printed.get(&term)?;
        let average = match student.closed_term(year, term) {
            Some(closed) => read_model::closed_average(closed, printed),
            None => exact
                .get(&term)
                .filter(|average| average.printed == printed)
                .copied()
                .unwrap_or_else(|| crate::domain::rules::AverageOf::from_printed(printed)),
        };
        Some((printed, average.fraction()))
    };
    all.into_iter().map(|term| (term, average(term))).collect()
}

/// A student's term.
struct OfTerm<'a> {
    cx: &'a Cx,
    student: &'a Student,
    classes: &'a BTreeMap<YearId, ClassId>,
    /// For families: only these columns.
    visible: Option<BTreeSet<EvaluationId>>,
    /// The class's sheets as they stood, where another moment is asked for.
    then: Vec<Sheet>,
    term: Term,
}

impl OfTerm<'_> {
    async fn subjects(&self, told: &mut Explained, question: &ExplainQuestion) -> Result<(), Fault> {
        let settings = &self.cx.settings;
        let year = told.year.clone();
        let results = results_of(self.cx, self.student).await?;
        let result = results.iter().find(|result| result.year == year && result.term == self.term);
        // As they were in the year that is asked about.
        let homes = read_model::homes(&self.student.grades, self.classes.get(&year), &year);
        let sheets = self.sheets(&year).await?;
        let mut wanted: Vec<SubjectId> = settings.subjects.iter().map(|subject| subject.id.clone()).collect();
        for grade in &self.student.grades {
            if !wanted.contains(&grade.subject) {
                wanted.push(grade.subject.clone());
            }
        }
        if let Some(subject) = &question.subject {
            wanted.retain(|known| known == subject);
        }
        wanted.retain(|subject| self.counts(&year, subject));
        for subject in wanted {
            let marks = self.marks(&year, &subject, &sheets);
            let given = marks.iter().any(|basis| basis.mark.value.is_some());
            if marks.is_empty() || (question.subject.is_none() && !given) {
                continue;
            }
            if !sees_subject(&self.cx.who, self.classes.get(&year), &subject) {
                told.partial = true;
                continue;
            }
            let basis = self.basis(&told.rules, &homes, result, (&year, &subject), marks);
            told.subjects.push(basis);
        }
        if question.subject.is_some() && told.partial {
            return Err(Failure::Denied.into());
        }
        Ok(())
    }

    /// Marks in an option that the student does not take stand on the sheet and count nowhere; in a closed term those
    /// counted that were taken then.
    fn counts(&self, year: &YearId, subject: &SubjectId) -> bool {
        let weights = &self.cx.settings.weights;
        match self.student.closed_term(year, self.term) {
            Some(_) if weights.is_option(subject) => {
                let then = self.student.subject_averages.get(year).and_then(|terms| terms.get(&self.term));
                then.is_some_and(|averages| averages.contains_key(subject))
            }
            Some(_) => true,
            None => weights.takes(&self.student.options, year, subject),
        }
    }

    fn basis(
        &self,
        rules: &RuleSet,
        homes: &Homes<'_>,
        result: Option<&ClassResult>,
        (year, id): (&YearId, &SubjectId),
        marks: Vec<MarkBasis>,
    ) -> SubjectBasis {
        let settings = &self.cx.settings;
        let home = homes.get(&(year, self.term, id)).copied().flatten().or(self.classes.get(year));
        let then = result.and_then(|result| result.subjects.iter().find(|subject| subject.subject == *id));
        let level = match result {
            Some(result) if home == Some(&result.class) => result.level.clone(),
            Some(_) | None => home.and_then(|class| settings.class(class)).and_then(|class| class.level.clone()),
        };
        SubjectBasis {
            id: id.clone(),
            name: settings.subject(id).map_or_else(|| "—".to_owned(), |subject| subject.name.as_str().to_owned()),
            coefficient: then.map_or_else(|| settings.weights.coefficient(home, id), |then| then.coefficient),
            rules: rules.at(level.as_ref()).into_owned(),
            marks,
        }
    }

    /// Sheets of the term that the student's marks stand on, or could stand on.
    async fn sheets(&self, year: &YearId) -> Result<Vec<Sheet>, Fault> {
        let mut sheets = sheets_of(self.cx, self.student, self.classes).await?;
        sheets.retain(|sheet| sheet.year == *year && sheet.term == self.term);
        if !self.then.is_empty() {
            sheets.retain(|sheet| !self.then.iter().any(|then| then.id == sheet.id));
            sheets.extend(self.then.iter().cloned());
            return Ok(sheets);
        }
        if let Some(class) = self.classes.get(year) {
            let here = Filter::equals("class", class.as_str())
                .and(Filter::equals("year", year.as_str()))
                .and(Filter::equals("term", self.term.to_string()));
            for sheet in self.cx.store.every::<Sheet>(&here).await? {
                if !sheets.iter().any(|known| known.id == sheet.id) {
                    sheets.push(sheet.body);
                }
            }
        }
        Ok(sheets)
    }

    /// The subject's marks in the order of its columns, also those that are not yet entered.
    fn marks(&self, year: &YearId, subject: &SubjectId, sheets: &[Sheet]) -> Vec<MarkBasis> {
        let own = self.classes.get(year);
        let grades = |id: &EvaluationId| self.student.grades.iter().find(|grade| grade.evaluation == *id);
        let columns = sheets
            .iter()
            .filter(|sheet| sheet.subject == *subject)
            .flat_map(|sheet| sheet.evaluations.iter().map(move |column| (Some(&sheet.class) == own, column)));
        let seen = |id: &EvaluationId| self.visible.as_ref().is_none_or(|visible| visible.contains(id));
        columns
            .filter(|(_, column)| seen(&column.id))
            .filter_map(|(here, column)| {
                let grade = grades(&column.id);
                // Elsewhere only what was given counts.
                (here || grade.is_some()).then(|| MarkBasis {
                    title: column.title.as_str().to_owned(),
                    mark: grade.map_or(
                        MarkInput {
                            kind: column.kind,
                            value: None,
                            scale: column.scale,
                            coefficient: column.coefficient,
                        },
                        MarkInput::from,
                    ),
                })
            })
            .collect()
    }
}

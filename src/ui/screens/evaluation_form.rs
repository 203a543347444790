//! The form of a column (an evaluation): the sheet and the list of evaluations share it. It reads and checks; who
//! shows it saves.

use crate::{
    domain::{
        entities::{Evaluation, EvaluationKind},
        id::EvaluationId,
        rules::FamiliesSee,
        score::Scale,
        text_values::{Name, TextError},
    },
    protocol::{EvaluationDraft, Failure, Field, SheetKey, Why},
    t,
    text::{self, format, names, sanitise},
    ui::{
        ctx::Ctx,
        widgets::{
            form::{ChoiceField, Form, FormField},
            input::TextInput,
        },
    },
};

/// The form with what it is about.
#[derive(Clone, Debug)]
pub struct EvaluationForm {
    pub form: Form,
    /// `None`: a new column.
    pub id: Option<EvaluationId>,
    /// Of the sheet, as last read.
    pub version: u64,
    /// The write that saves it, while it is on its way.
    pub saving: Option<u64>,
    /// The title that was proposed for a kind: follows the kind until somebody writes another.
    proposed: String,
    taken: Vec<EvaluationKind>,
}

impl EvaluationForm {
    /// Empty, or filled with `old`. `columns`: those the sheet has.
    #[must_use]
    pub fn new(ctx: &Ctx, columns: &[Evaluation], old: Option<&Evaluation>, version: u64) -> Self {
        let locale = &ctx.locale;
        let taken: Vec<EvaluationKind> = columns.iter().map(|column| column.kind).collect();
        let kind = old.map_or(EvaluationKind::Test, |old| old.kind);
        let proposed = proposal(ctx, kind, &taken);
        let title = old.map_or(proposed.clone(), |old| old.title.to_string());
        let today = ctx.now.to_zoned(ctx.zone.clone()).date();
        let date = old.map_or(Some(today), |old| old.date).map(format::date).unwrap_or_default();
        let scale = old.map_or(Scale::TWENTY, |old| old.scale).short(locale.lang().decimal());
        let coefficient = old.map_or(1, |old| old.coefficient).to_string();
        let published = usize::from(!old.is_none_or(|old| old.published));
        let kinds = EvaluationKind::ALL.iter().map(|kind| names::kind(locale, *kind)).collect();
        let yes_no = vec![t!(locale, "evaluation-published-yes"), t!(locale, "evaluation-published-no")];
        let place = EvaluationKind::ALL.iter().position(|known| *known == kind);
        let label = |field| names::field(locale, field);
        let text = |field, max, value: &str| FormField::text(field, label(field), TextInput::new(max).with(value));
        let mut form = Form::new(vec![
            FormField::choice(Field::Kind, label(Field::Kind), ChoiceField::new(kinds, place)),
            text(Field::Title, Name::MAX, &title),
            text(Field::Date, 10, &date).help(t!(locale, "evaluation-help-date")),
            text(Field::Scale, 6, &scale).help(t!(locale, "evaluation-help-scale")),
            text(Field::Coefficient, 3, &coefficient).help(t!(locale, "evaluation-help-coefficient")),
            FormField::choice(Field::Published, label(Field::Published), ChoiceField::new(yes_no, Some(published)))
                .help(t!(locale, "evaluation-help-published")),
        ]);
        // Numbers are typed over; so is everything that was only proposed.
        form.propose(Field::Scale, &scale);
        form.propose(Field::Coefficient, &coefficient);
        if old.is_none() {
            form.propose(Field::Title, &title);
            form.propose(Field::Date, &date);
        }
        Self { form, id: old.map(|old| old.id.clone()), version, saving: None, proposed, taken }
    }

    /// Call after each key: the proposed title follows the kind.
    pub fn follow_kind(&mut self, ctx: &Ctx) {
        let proposed = proposal(ctx, self.kind(), &self.taken);
        if self.id.is_none() && self.form.value(Field::Title) == self.proposed && proposed != self.proposed {
            self.form.propose(Field::Title, &proposed);
            self.proposed = proposed;
        }
    }

    fn kind(&self) -> EvaluationKind {
        let chosen = self.form.chosen(Field::Kind).unwrap_or_default();
        EvaluationKind::ALL.get(chosen).copied().unwrap_or(EvaluationKind::Test)
    }

    /// What it says, checked; errors stand at their fields.
    pub fn draft(&mut self, ctx: &Ctx, sheet: SheetKey) -> Option<EvaluationDraft> {
        self.form.clear_errors();
        let title = self.checked(ctx, Field::Title, |text| Name::parse(text).map_err(Why::Text));
        let date = self.checked(ctx, Field::Date, |text| match text.trim() {
            "" => Ok(None),
            text => format::read_date(text).map(Some),
        });
        let scale = self.checked(ctx, Field::Scale, |text| Scale::parse(text).ok_or(Why::Range { min: 1, max: 100 }));
        let coefficient = self.checked(ctx, Field::Coefficient, |text| match text.trim() {
            "" => Err(Why::Text(TextError::Empty)),
            text => text.parse().ok().filter(|n| *n <= 100).ok_or(Why::Whole { min: 0, max: 100 }),
        });
        // What was typed may have found no choice: that must not become the first one unseen.
        for field in [Field::Kind, Field::Published] {
            if self.form.chosen(field).is_none() {
                let why = self.form.not_chosen(field);
                self.form.error(field, text::why(&ctx.locale, &why));
            }
        }
        if self.form.has_errors() {
            return None;
        }
        let published = self.form.chosen(Field::Published) == Some(0);
        Some(EvaluationDraft {
            sheet,
            version: self.version,
            id: self.id.clone(),
            kind: self.kind(),
            title: title?,
            date: date?,
            scale: scale?,
            coefficient: coefficient?,
            published,
        })
    }

    fn checked<T>(&mut self, ctx: &Ctx, field: Field, read: impl Fn(&str) -> Result<T, Why>) -> Option<T> {
        match read(self.form.value(field)) {
            Ok(value) => Some(value),
            Err(why) => {
                self.form.error(field, text::why(&ctx.locale, &why));
                None
            }
        }
    }

    /// Saving failed: the sentence stands at its field if it names one (then `None`), else it is given back.
    pub fn failed(&mut self, ctx: &Ctx, failure: &Failure) -> Option<String> {
        self.saving = None;
        match failure {
            Failure::Invalid { field: Some(field), why } if self.form.field(*field).is_some() => {
                self.form.clear_errors();
                self.form.error(*field, text::why(&ctx.locale, why));
                None
            }
            other => Some(text::failure(&ctx.locale, other)),
        }
    }
}

/// What is said when it is saved: also that its date lies outside the term, which may be a slip of the pen.
#[must_use]
pub fn saved(ctx: &Ctx, draft: &EvaluationDraft) -> String {
    let title = sanitise::line(draft.title.as_str());
    let year = ctx.setup().and_then(|setup| setup.years.iter().find(|year| year.id == draft.sheet.year));
    let outside = draft.date.filter(|date| year.is_some_and(|year| !year.may_hold(draft.sheet.term, *date)));
    match outside {
        None => t!(ctx.locale, "sheet-column-saved", title = title),
        Some(date) => t!(
            ctx.locale,
            "sheet-column-saved-outside",
            title = title,
            date = format::date(date),
            term = ctx.term_in(&draft.sheet.year, draft.sheet.term),
            year = draft.sheet.year.as_str()
        ),
    }
}

/// The column, shown to families where it was not, or the other way round.
#[must_use]
pub fn turned(sheet: &SheetKey, column: &Evaluation, version: u64) -> EvaluationDraft {
    EvaluationDraft {
        sheet: sheet.clone(),
        version,
        id: Some(column.id.clone()),
        kind: column.kind,
        title: column.title.clone(),
        date: column.date,
        scale: column.scale,
        coefficient: column.coefficient,
        published: !column.published,
    }
}

/// What is said of it: with the school's rule, where that decides otherwise.
#[must_use]
pub fn published(ctx: &Ctx, title: &str, published: bool) -> String {
    let families = ctx.setup().map(|setup| setup.rules.families);
    match (families, published) {
        (Some(FamiliesSee::AtOnce), _) => t!(ctx.locale, "evaluation-seen-at-once", title = title),
        (Some(FamiliesSee::TermClosed), _) => t!(ctx.locale, "evaluation-seen-closed", title = title),
        (Some(FamiliesSee::Published) | None, true) => t!(ctx.locale, "evaluation-seen", title = title),
        (Some(FamiliesSee::Published) | None, false) => t!(ctx.locale, "evaluation-unseen", title = title),
    }
}

/// `Devoir 3` when there are two already.
fn proposal(ctx: &Ctx, kind: EvaluationKind, taken: &[EvaluationKind]) -> String {
    let number = taken.iter().filter(|known| **known == kind).count().saturating_add(1);
    let name = names::kind(&ctx.locale, kind);
    match (kind, number) {
        (EvaluationKind::Composition | EvaluationKind::MockExam, 1) => name,
        (
            EvaluationKind::Test | EvaluationKind::Quiz | EvaluationKind::Composition | EvaluationKind::MockExam,
            number,
        ) => format!("{name} {number}"),
    }
}

//! The school's years with their terms; which runs, which are closed.

#[cfg(test)]
mod tests;

use jiff::civil::Date;

use super::setup_list::{Column, Kind, SetupList, Words};
use crate::{
    domain::{
        access::Action,
        calendar::{Division, TermSpan, YearId},
        entities::SchoolYear,
        schema::Stored,
    },
    protocol::{Field, Reply, Request, Why},
    t,
    text::{self, Locale, field_name, format, names, sanitise},
    ui::{
        ctx::Ctx,
        widgets::{ChoiceField, Form, FormField, TextInput},
    },
};

/// What the list of years lists.
#[derive(Default)]
pub struct Years {
    /// The one after the last.
    next: Option<YearId>,
}

/// The screen.
#[must_use]
pub fn screen() -> SetupList<Years> {
    SetupList::new(Years::default())
}

const DIVISIONS: [Division; 2] = [Division::Trimesters, Division::Semesters];

/// `01/10/2026 – 22/12/2026`; empty where the school has set no dates.
fn written(span: &TermSpan) -> String {
    match (span.starts, span.ends) {
        (None, None) => String::new(),
        (starts, ends) => {
            let day = |day: Option<Date>| day.map_or_else(|| "?".to_owned(), format::date);
            format!("{} – {}", day(starts), day(ends))
        }
    }
}

/// Reads two days, whatever stands between them; nothing for none.
fn dates(text: &str) -> Result<Option<(Date, Date)>, Why> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let form = || Why::Form { example: "01/10/2026 – 22/12/2026".to_owned() };
    let days = text.split_whitespace().filter(|word| word.chars().any(|letter| letter.is_ascii_digit()));
    let days: Vec<Date> = days.map(format::read_date).collect::<Result<_, Why>>().map_err(|_| form())?;
    match days.as_slice() {
        [starts, ends] => Ok(Some((*starts, *ends))),
        _ => Err(form()),
    }
}

fn state(locale: &Locale, current: bool, closed: bool) -> String {
    match (current, closed) {
        (true, _) => t!(locale, "years-current"),
        (false, true) => t!(locale, "years-closed"),
        (false, false) => String::new(),
    }
}

impl Kind for Years {
    type Row = Stored<SchoolYear>;

    const WORDS: Words = Words {
        title: "years-title",
        new: "years-new",
        change: "years-change",
        empty: "years-empty",
        saved: "years-saved",
        removed: "years-removed",
        remove: "years-remove",
        fixed: None,
        about: "years-about",
        bringing_back: None,
    };
    const COLUMNS: &'static [Column] = &[
        Column { heading: "field-year", width: Some(10), right: false },
        Column { heading: "years-column-state", width: Some(9), right: false },
        Column { heading: "field-division", width: Some(14), right: false },
        Column { heading: "years-column-terms", width: None, right: false },
    ];
    const EDIT: Action = Action::EditSetup;

    fn asks(&self, _ctx: &Ctx) -> Vec<Request> {
        vec![Request::Years]
    }

    fn answered(&mut self, _ctx: &Ctx, reply: Reply) -> Option<Vec<Self::Row>> {
        let Reply::Years(years) = reply else { return None };
        let last = years.iter().map(|year| year.id.first()).max();
        self.next = last.and_then(|last| YearId::starting(last.saturating_add(1)));
        Some(years)
    }

    fn cells(&self, ctx: &Ctx, row: &Self::Row) -> Vec<String> {
        let current = ctx.setup().is_some_and(|setup| setup.school.current_year == row.id);
        let spans = row.terms.iter().filter(|span| span.starts.is_some());
        let spans: Vec<String> =
            spans.map(|span| format!("{} {}", row.division.label(span.term), written(span))).collect();
        vec![
            row.id.as_str().to_owned(),
            state(&ctx.locale, current, row.closed),
            names::division(&ctx.locale, row.division),
            spans.join(", "),
        ]
    }

    fn id(row: &Self::Row) -> String {
        row.id.as_str().to_owned()
    }

    fn ask_to_remove(ctx: &Ctx, row: &Self::Row) -> String {
        t!(ctx.locale, "years-ask-remove", name = sanitise::line(row.id.as_str()))
    }

    fn form(&mut self, ctx: &Ctx, row: Option<&Self::Row>) -> Form {
        let own = row.map(|row| &row.body);
        let id = own.map(|year| &year.id).or(self.next.as_ref()).map_or("", YearId::as_str);
        let division = own.map_or_else(
            || ctx.setup().and_then(|setup| setup.years.last()).map_or(Division::Trimesters, |year| year.division),
            |year| year.division,
        );
        let labels = DIVISIONS.map(|division| names::division(&ctx.locale, division)).to_vec();
        let chosen = DIVISIONS.iter().position(|known| *known == division);
        let mut fields = vec![
            FormField::text(Field::Year, field_name(&ctx.locale, Field::Year), TextInput::new(12).proposing(id))
                .help(t!(ctx.locale, "years-help-year")),
            FormField::choice(
                Field::Division,
                field_name(&ctx.locale, Field::Division),
                ChoiceField::new(labels, chosen),
            )
            .help(t!(ctx.locale, "years-help-division")),
        ];
        for term in Division::Trimesters.terms() {
            let span = own.and_then(|year| year.terms.iter().find(|span| span.term == term));
            let input = TextInput::new(40).with(&span.map(written).unwrap_or_default());
            let label = t!(ctx.locale, "years-field-term", term = term.number());
            fields.push(FormField::text(Field::TermDates(term), label, input).help(t!(ctx.locale, "years-help-dates")));
        }
        Form::new(fields)
    }

    fn save(&mut self, ctx: &Ctx, row: Option<&Self::Row>, form: &mut Form) -> Option<Request> {
        let id = YearId::parse(form.value(Field::Year)).filter(|id| row.is_none_or(|row| row.id == *id));
        if id.is_none() {
            let example = row.map_or_else(|| "2027-2028".to_owned(), |row| row.id.to_string());
            form.error(Field::Year, text::why(&ctx.locale, &Why::Form { example }));
        }
        let division = form
            .chosen(Field::Division)
            .and_then(|index| DIVISIONS.get(index))
            .copied()
            .unwrap_or(Division::Trimesters);
        let spans = spans(ctx, form, division);
        let closed = row.is_some_and(|row| row.closed);
        Some(Request::SaveYear {
            year: SchoolYear { id: id?, division, terms: spans?, closed },
            version: row.map(|row| row.version),
        })
    }

    fn nothing_new(&self, ctx: &Ctx, _form: &Form) -> Option<String> {
        Some(t!(ctx.locale, "list-nothing-new"))
    }

    fn remove(row: &Self::Row) -> Request {
        Request::DeleteYear { id: row.id.clone(), version: row.version }
    }
}

/// The terms of the form; what does not fit is written under its field.
fn spans(ctx: &Ctx, form: &mut Form, division: Division) -> Option<Vec<TermSpan>> {
    let mut spans = Vec::new();
    for term in Division::Trimesters.terms() {
        let field = Field::TermDates(term);
        let fits = division.terms().contains(&term);
        match dates(form.value(field)) {
            Ok(None) if !fits => {}
            Ok(Some(_)) if !fits => form.error(field, t!(ctx.locale, "years-two-terms")),
            Ok(days) => spans.push(TermSpan { term, starts: days.map(|days| days.0), ends: days.map(|days| days.1) }),
            Err(why) => form.error(field, text::why(&ctx.locale, &why)),
        }
    }
    (!form.has_errors()).then_some(spans)
}

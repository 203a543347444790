//! The bank of phrases: the school's and one's own, by band of averages.

#[cfg(test)]
mod tests;

use super::setup_list::{Column, Kind, SetupList, Words};
use crate::{
    domain::{access::Action, rules::band, score::Average, text_values::Remark},
    protocol::{Field, PhraseDraft, PhraseRow, Reply, Request, Why},
    t,
    text::{Lang, field_name, sanitise, text_error, why},
    ui::{
        ctx::Ctx,
        widgets::{ChoiceField, Form, FormField, TextInput},
    },
};

/// What the bank lists.
#[derive(Default)]
pub struct Phrases;

/// The screen.
#[must_use]
pub fn screen() -> SetupList<Phrases> {
    SetupList::new(Phrases)
}

/// The bands to choose from: every one, then the school's.
fn bands(ctx: &Ctx) -> Vec<(Option<Average>, String)> {
    let rules = ctx.setup().map(|setup| setup.rules.bands.as_slice()).unwrap_or_default();
    let own = rules.iter().map(|band| (Some(band.from), sanitise::line(band.label.as_str())));
    std::iter::once((None, t!(ctx.locale, "phrases-every-band"))).chain(own).collect()
}

/// The place of a phrase's band among them.
fn place(ctx: &Ctx, of: Option<Average>) -> usize {
    let rules = ctx.setup().map(|setup| &setup.rules);
    let of = of.zip(rules).and_then(|(of, rules)| band(rules, of)).map(|band| band.from);
    bands(ctx).iter().position(|(band, _)| *band == of).unwrap_or_default()
}

impl Kind for Phrases {
    type Row = PhraseRow;

    const WORDS: Words = Words {
        title: "phrases-title",
        new: "phrases-new",
        change: "phrases-change",
        empty: "phrases-empty",
        saved: "phrases-saved",
        removed: "phrases-removed",
        remove: "phrases-remove",
        fixed: None,
        about: "phrases-about",
        bringing_back: None,
    };
    const COLUMNS: &'static [Column] = &[
        Column { heading: "phrases-column-band", width: Some(14), right: false },
        Column { heading: "field-owner", width: Some(10), right: false },
        Column { heading: "phrases-column-text", width: None, right: false },
    ];
    const EDIT: Action = Action::ViewSheet;
    const FILL: Option<Request> = Some(Request::FillPhrases { english: false });

    fn fill(ctx: &Ctx) -> Option<Request> {
        Some(Request::FillPhrases { english: ctx.locale.lang() == Lang::En })
    }

    fn asks(&self, _ctx: &Ctx) -> Vec<Request> {
        vec![Request::Phrases]
    }

    fn answered(&mut self, _ctx: &Ctx, reply: Reply) -> Option<Vec<Self::Row>> {
        match reply {
            Reply::Phrases(rows) => Some(rows),
            _ => None,
        }
    }

    fn cells(&self, ctx: &Ctx, row: &Self::Row) -> Vec<String> {
        let label = bands(ctx).into_iter().nth(place(ctx, row.phrase.band)).map(|(_, label)| label);
        vec![label.unwrap_or_default(), owner(ctx, row.phrase.owner.is_none()), row.phrase.text.as_str().to_owned()]
    }

    fn id(row: &Self::Row) -> String {
        row.phrase.id.as_str().to_owned()
    }

    fn ask_to_remove(ctx: &Ctx, row: &Self::Row) -> String {
        t!(ctx.locale, "phrases-ask-remove", text = sanitise::line(row.phrase.text.as_str()))
    }

    fn form(&mut self, ctx: &Ctx, row: Option<&Self::Row>) -> Form {
        let phrase = row.map(|row| &row.phrase);
        let text = TextInput::new(Remark::MAX).with(phrase.map_or("", |phrase| phrase.text.as_str()));
        let labels = bands(ctx).into_iter().map(|(_, label)| label).collect();
        let band = place(ctx, phrase.and_then(|phrase| phrase.band));
        let mut fields = vec![
            FormField::text(Field::Appreciation, t!(ctx.locale, "phrases-column-text"), text)
                .help(t!(ctx.locale, "phrases-help-text")),
            FormField::choice(Field::Band, field_name(&ctx.locale, Field::Band), ChoiceField::new(labels, Some(band)))
                .help(t!(ctx.locale, "list-help-choice")),
        ];
        // Whose a phrase is, only who sets the school up can choose.
        if ctx.may(Action::EditSetup) {
            let labels = vec![owner(ctx, true), owner(ctx, false)];
            let at = usize::from(phrase.is_some_and(|phrase| phrase.owner.is_some()));
            let choice = ChoiceField::new(labels, Some(at));
            let field = FormField::choice(Field::Owner, field_name(&ctx.locale, Field::Owner), choice);
            fields.push(field.help(t!(ctx.locale, "list-help-choice")));
        }
        Form::new(fields)
    }

    fn save(&mut self, ctx: &Ctx, row: Option<&Self::Row>, form: &mut Form) -> Option<Request> {
        let text = match Remark::parse(form.value(Field::Appreciation)) {
            Ok(text) if text.as_str().is_empty() => {
                form.error(Field::Appreciation, why(&ctx.locale, &Why::Missing));
                return None;
            }
            Ok(text) => text,
            Err(error) => {
                form.error(Field::Appreciation, text_error(&ctx.locale, &error));
                return None;
            }
        };
        let band = form.chosen(Field::Band).and_then(|index| bands(ctx).into_iter().nth(index)).and_then(|(of, _)| of);
        let school = ctx.may(Action::EditSetup) && form.chosen(Field::Owner) == Some(0);
        let id = row.map(|row| (row.phrase.id.clone(), row.phrase.version));
        Some(Request::SavePhrase(Box::new(PhraseDraft { id, school, band, text })))
    }

    fn nothing_new(&self, ctx: &Ctx, _form: &Form) -> Option<String> {
        Some(t!(ctx.locale, "list-nothing-new"))
    }

    fn remove(row: &Self::Row) -> Request {
        Request::DeletePhrase { id: row.phrase.id.clone(), version: row.phrase.version }
    }
}

/// Whose it is.
fn owner(ctx: &Ctx, school: bool) -> String {
    if school { t!(ctx.locale, "phrases-of-school") } else { t!(ctx.locale, "phrases-own") }
}

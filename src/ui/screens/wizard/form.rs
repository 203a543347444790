//! The wizard's form, and what is read from it.

use jiff::Zoned;

use crate::{
    domain::{
        calendar::{Division, YearId},
        rules::Preset,
        text_values::{Name, Password, TextError, Username},
    },
    protocol::{Field, SchoolSetup},
    t,
    text::{field_name, text_error},
    ui::{
        ctx::Ctx,
        widgets::{ChoiceField, Form, FormField, TextInput, form::FieldKind},
    },
};

/// How the year may be cut, as the choice lists it.
const DIVISIONS: [Division; 2] = [Division::Trimesters, Division::Semesters];

/// The year that is running or about to begin: from August on, the one that starts now.
fn year(ctx: &Ctx) -> Option<YearId> {
    let today: Zoned = ctx.now.to_zoned(ctx.zone.clone());
    let first = if today.month() >= 8 { today.year() } else { today.year() - 1 };
    u16::try_from(first).ok().and_then(YearId::starting)
}

/// The form before anything is typed.
pub(super) fn empty(ctx: &Ctx) -> Form {
    let locale = &ctx.locale;
    let text = |id: Field, input: TextInput| FormField::text(id, field_name(locale, id), input);
    let choice = |id: Field, labels: Vec<String>| {
        FormField::choice(id, field_name(locale, id), ChoiceField::new(labels, Some(0)))
    };
    let presets = Preset::ALL.map(|preset| match preset {
        Preset::Mali => t!(locale, "wizard-preset-mali"),
        Preset::France => t!(locale, "wizard-preset-france"),
    });
    let divisions = DIVISIONS.map(|division| match division {
        Division::Trimesters => t!(locale, "wizard-trimesters"),
        Division::Semesters => t!(locale, "wizard-semesters"),
    });
    let samples = vec![t!(locale, "question-yes"), t!(locale, "question-no")];
    Form::new(vec![
        text(Field::School, TextInput::new(Name::MAX)),
        text(Field::Year, TextInput::new(9).proposing(year(ctx).as_ref().map_or("", YearId::as_str))),
        choice(Field::Preset, presets.to_vec()).help(t!(locale, "wizard-preset-help")),
        choice(Field::Division, divisions.to_vec()),
        choice(Field::Samples, samples).help(t!(locale, "wizard-samples-help")),
        text(Field::Username, TextInput::new(32).proposing("admin")).help(t!(locale, "wizard-admin-help")),
        text(Field::Password, TextInput::secret(Password::MAX_BYTES)).help(t!(locale, "password-help")),
        text(Field::Repeat, TextInput::secret(Password::MAX_BYTES)),
    ])
}

/// The same in another language, with what was typed.
pub(super) fn translated(old: &Form, ctx: &Ctx) -> Form {
    let mut form = empty(ctx);
    for field in old.fields() {
        match &field.kind {
            FieldKind::Text(input) => form.set(field.id, input.text()),
            FieldKind::Choice(choice) => form.choose(field.id, choice.chosen()),
        }
    }
    if let Some(focused) = old.focused() {
        form.focus(focused);
    }
    form
}

/// What was typed, if all of it is good; otherwise each fault stands under its field.
pub(super) fn read(form: &mut Form, ctx: &Ctx) -> Option<SchoolSetup> {
    form.clear_errors();
    let locale = &ctx.locale;
    let fault = |form: &mut Form, id: Field, error: &TextError| form.error(id, text_error(locale, error));
    let name = Name::parse(form.value(Field::School)).map_err(|error| fault(form, Field::School, &error)).ok();
    let year = YearId::parse(form.value(Field::Year));
    if year.is_none() {
        form.error(Field::Year, t!(locale, "wizard-year"));
    }
    let admin = Username::parse(form.value(Field::Username));
    let admin = admin.map_err(|error| fault(form, Field::Username, &error)).ok();
    let password = Password::new(form.value(Field::Password));
    let password = password.map_err(|error| fault(form, Field::Password, &error)).ok();
    if password.is_some() && form.value(Field::Password) != form.value(Field::Repeat) {
        form.error(Field::Repeat, t!(locale, "password-differs"));
    }
    if form.has_errors() {
        return None;
    }
    let preset = form.chosen(Field::Preset).and_then(|index| Preset::ALL.get(index).copied())?;
    let division = form.chosen(Field::Division).and_then(|index| DIVISIONS.get(index).copied())?;
    Some(SchoolSetup {
        name: name?,
        year: year?,
        division,
        preset: preset.as_str().to_owned(),
        samples: form.chosen(Field::Samples) == Some(0),
        admin: admin?,
        password: password?,
    })
}

//! Fields of forms that hold names.

use crate::{
    domain::text_values::Name,
    protocol::{Field, Why},
    text::{self, field_name, text_error},
    ui::{
        ctx::Ctx,
        widgets::{Form, FormField, TextInput},
    },
};

/// A name that may be left out; the error is written under the field.
pub(in crate::ui::screens) fn optional(ctx: &Ctx, form: &mut Form, field: Field) -> Option<Name> {
    let text = form.value(field).trim().to_owned();
    if text.is_empty() {
        return None;
    }
    Name::parse(&text).map_err(|error| form.error(field, text_error(&ctx.locale, &error))).ok()
}

/// A name that must be given.
pub(in crate::ui::screens) fn required(ctx: &Ctx, form: &mut Form, field: Field) -> Option<Name> {
    let parsed = Name::parse(form.value(field));
    parsed.map_err(|error| form.error(field, text_error(&ctx.locale, &error))).ok()
}

/// A text field for a name with what stands in it.
pub(in crate::ui::screens) fn name_field(ctx: &Ctx, field: Field, value: Option<&Name>) -> FormField {
    let input = TextInput::new(Name::MAX).with(value.map_or("", Name::as_str));
    FormField::text(field, field_name(&ctx.locale, field), input)
}

/// A whole number between 0 and `max`; the error is written under the field.
pub(in crate::ui::screens) fn number<N: TryFrom<u32>>(ctx: &Ctx, form: &mut Form, field: Field, max: u32) -> Option<N> {
    let typed = form.value(field).trim().to_owned();
    let read = typed.parse::<u32>().ok().filter(|number| *number <= max);
    let number = read.and_then(|number| N::try_from(number).ok());
    if number.is_none() {
        form.error(field, text::why(&ctx.locale, &Why::Whole { min: 0, max: i64::from(max) }));
    }
    number
}

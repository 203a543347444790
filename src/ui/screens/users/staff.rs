//! The file of somebody who works at the school, in the form of an account.

use crate::{
    domain::{
        entities::StaffFile,
        id::SubjectId,
        text_values::{Matricule, Name, Remark},
    },
    protocol::{AccountRow, Field, Why},
    t,
    text::{self, field_name, text_error},
    ui::{
        ctx::Ctx,
        screens::setup_list::{name_field, optional},
        widgets::{Form, FormField, TextInput},
    },
};

/// Room for the names of subjects.
const SUBJECTS: usize = 500;

/// Employee id, diploma, subjects, availability.
pub(super) fn fields(ctx: &Ctx, row: Option<&AccountRow>) -> Vec<FormField> {
    let locale = &ctx.locale;
    let file = row.map(|row| row.staff.clone()).unwrap_or_default();
    let text = |field: Field, max: usize, value: &str| {
        FormField::text(field, field_name(locale, field), TextInput::new(max).with(value))
    };
    let subjects = ctx.setup().map_or_else(String::new, |setup| setup.subject_names(&file.subjects).join(", "));
    vec![
        text(Field::EmployeeId, 32, file.employee_id.as_ref().map_or("", Matricule::as_str))
            .help(t!(locale, "users-help-employee-id")),
        name_field(ctx, Field::Diploma, file.diploma.as_ref()),
        text(Field::Subjects, SUBJECTS, &subjects).help(t!(locale, "users-help-subjects")),
        text(Field::Availability, Remark::MAX, file.availability.as_ref().map_or("", Remark::as_str))
            .help(t!(locale, "users-help-availability")),
    ]
}

/// What the form says; what is wrong is written under its field.
pub(super) fn read(ctx: &Ctx, form: &mut Form) -> Option<StaffFile> {
    let locale = &ctx.locale;
    let employee_id = match form.value(Field::EmployeeId).trim() {
        "" => Some(None),
        typed => match Matricule::parse(typed) {
            Ok(number) => Some(Some(number)),
            Err(error) => {
                form.error(Field::EmployeeId, text_error(locale, &error));
                None
            }
        },
    };
    let diploma = optional(ctx, form, Field::Diploma);
    let subjects = subjects(ctx, form);
    let availability = Remark::parse(form.value(Field::Availability));
    let availability = availability.map_err(|error| form.error(Field::Availability, text_error(locale, &error))).ok();
    Some(StaffFile {
        employee_id: employee_id?,
        diploma,
        subjects: subjects?,
        availability: availability.filter(|text| !text.as_str().is_empty()),
    })
}

fn subjects(ctx: &Ctx, form: &mut Form) -> Option<Vec<SubjectId>> {
    let typed = form.value(Field::Subjects).to_owned();
    let read = ctx.setup().map_or_else(|| Ok(Vec::new()), |setup| setup.subjects_called(&typed));
    read.map_err(|unknown| {
        let what = unknown.chars().take(Name::MAX).collect();
        form.error(Field::Subjects, text::why(&ctx.locale, &Why::Unknown { what }));
    })
    .ok()
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::{entities::Role, text_values::Name},
        ui::testing::sample,
    };

    #[test]
    fn names_are_read_as_they_are_written() {
        let mut setup = sample::setup(Role::Admin);
        let ids: Vec<_> = setup.subjects.iter().map(|subject| subject.body.id.clone()).collect();
        let (first, second) = (&ids[0], &ids[1]);
        setup.subjects[0].body.name = Name::parse("Langue, lettres").expect("name");
        setup.subjects[0].body.short = Name::parse("Ltr").ok();
        let other = setup.subjects[1].body.name.as_str().to_owned();
        let written = setup.subject_names(&[first.clone(), second.clone()]).join(", ");
        assert_eq!(setup.subjects_called(&written), Ok(vec![first.clone(), second.clone()]));
        let again = format!(" ; {} ;LTR,, langue, lettres,", other.to_uppercase());
        assert_eq!(setup.subjects_called(&again), Ok(vec![second.clone(), first.clone()]));
        assert_eq!(setup.subjects_called(" , "), Ok(vec![]));
        assert_eq!(setup.subjects_called(&format!("{other}, Magie, {other}")), Err("Magie".to_owned()));
    }
}

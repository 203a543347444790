//! What saving a student writes, shared by the form and the import: the record, its enrolment, its account's phone.

use serde_json::{Map, Value};

use super::account_of;
use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        account,
        entities::{Enrolment, EnrolmentStatus, Student, StudentStatus},
        id::{EnrolmentId, StudentId},
        query::Filter,
        schema::Stored,
        text_values::{Matricule, Name, Phone},
    },
    protocol::{Failure, Field, Starts, StudentForm, Why},
    store::Records,
};

/// The student as the form has it; marks, averages and identity are kept. `class_name` is the class's.
pub(in crate::backend) fn compose(
    before: Option<&Student>,
    id: StudentId,
    matricule: Matricule,
    form: &StudentForm,
    class_name: Option<Name>,
) -> Student {
    let mut student = before.cloned().unwrap_or_else(|| Student {
        id,
        matricule: matricule.clone(),
        last_name: form.last_name.clone(),
        first_name: form.first_name.clone(),
        sex: None,
        phone: None,
        birth_date: None,
        birth_place: None,
        class: None,
        class_name: None,
        status: StudentStatus::Active,
        average: None,
        averages: std::collections::BTreeMap::new(),
        subject_averages: std::collections::BTreeMap::new(),
        grades: Vec::new(),
        closed: std::collections::BTreeMap::default(),
        rules_version: 0,
        basis: String::new(),
        record_version: 0,
        year: None,
        options: std::collections::BTreeMap::new(),
        dossier: crate::domain::entities::Dossier::default(),
        source: None,
    });
    student.matricule = matricule;
    student.last_name = form.last_name.clone();
    student.first_name = form.first_name.clone();
    student.sex = form.sex;
    student.phone.clone_from(&form.phone);
    student.birth_date = form.birth_date;
    student.birth_place.clone_from(&form.birth_place);
    student.dossier.clone_from(&form.dossier);
    student.dossier.bank = form.dossier.bank.clone().map(account::holder);
    student.class.clone_from(&form.class);
    student.class_name = class_name;
    student.status = form.status;
    student
}

/// The record's own fields, as the history shows them.
fn record(student: &Student) -> Map<String, Value> {
    let mut fields = serde_json::to_value(student).ok().and_then(|value| match value {
        Value::Object(fields) => Some(fields),
        _ => None,
    });
    let kept = [
        "matricule",
        "last_name",
        "first_name",
        "sex",
        "phone",
        "birth_date",
        "birth_place",
        "dossier",
        "class_name",
        "status",
    ];
    let mut fields = fields.take().unwrap_or_default();
    fields.retain(|name, _| kept.contains(&name.as_str()));
    // What is not there was taken away or is added: both are told.
    for name in kept {
        fields.entry(name).or_insert(Value::Null);
    }
    fields
}

/// What changed of the record, old and new.
pub(in crate::backend) fn difference(before: Option<&Student>, after: Option<&Student>) -> (Value, Value) {
    let (mut old, mut new) = (before.map(record).unwrap_or_default(), after.map(record).unwrap_or_default());
    if before.is_some() && after.is_some() {
        let same: Vec<String> =
            new.iter().filter(|(name, value)| old.get(*name) == Some(value)).map(|(name, _)| name.clone()).collect();
        for name in same {
            old.remove(&name);
            new.remove(&name);
        }
    }
    let value = |fields: Map<String, Value>| if fields.is_empty() { Value::Null } else { Value::Object(fields) };
    (value(old), value(new))
}

/// Refuses a phone or matricule that another student has, saying whose it is.
pub(in crate::backend) async fn unique(
    cx: &Cx,
    id: &StudentId,
    phone: Option<&Phone>,
    matricule: &Matricule,
) -> Result<(), Fault> {
    if let Some(phone) = phone
        && let Some(other) = other_with(cx, id, Filter::equals("phone", phone.as_str())).await?
    {
        let why = Why::PhoneTaken { name: other.full_name(), class: class_name(&other) };
        return Err(Failure::invalid(Field::Phone, why).into());
    }
    if let Some(other) = other_with(cx, id, Filter::equals("matricule", matricule.as_str())).await? {
        let why = Why::MatriculeTaken { name: other.full_name(), class: class_name(&other) };
        return Err(Failure::invalid(Field::Matricule, why).into());
    }
    Ok(())
}

fn class_name(student: &Student) -> Option<String> {
    student.class_name.as_ref().map(|name| name.as_str().to_owned())
}

async fn other_with(cx: &Cx, id: &StudentId, filter: Filter) -> Result<Option<Stored<Student>>, Fault> {
    Ok(cx.store.every::<Student>(&filter).await?.into_iter().find(|other| other.id != *id))
}

/// Writes the enrolment of the current year that follows from the record.
pub(in crate::backend) async fn enrol(
    cx: &Cx,
    change: &mut Change<'_>,
    after: &Student,
    starts: Starts,
) -> Result<(), Fault> {
    let id = EnrolmentId::of(&after.id, &cx.settings.school.current_year);
    let before = cx.store.one::<Enrolment>(id.as_str()).await?;
    enrol_from(cx, change, after, before.as_ref(), starts)
}

/// The same, where the enrolment of the current year has been read.
pub(in crate::backend) fn enrol_from(
    cx: &Cx,
    change: &mut Change<'_>,
    after: &Student,
    before: Option<&Stored<Enrolment>>,
    starts: Starts,
) -> Result<(), Fault> {
    let year = &cx.settings.school.current_year;
    let id = EnrolmentId::of(&after.id, year);
    let status = match after.status {
        StudentStatus::Active | StudentStatus::Pending => EnrolmentStatus::Enrolled,
        StudentStatus::Withdrawn => EnrolmentStatus::Left,
    };
    let wanted = match (&after.class, before) {
        (Some(class), Some(before)) => {
            // A number in the roll call is one of its class.
            let call_number = before.call_number.filter(|_| before.class == *class);
            Enrolment { class: class.clone(), status, call_number, ..before.body.clone() }
        }
        (Some(class), None) => Enrolment {
            id,
            student: after.id.clone(),
            year: year.clone(),
            class: class.clone(),
            status,
            repeater: false,
            call_number: None,
            starts: None,
            options: Vec::new(),
        },
        // Out of all classes: the old one keeps a greyed row.
        (None, Some(before)) => Enrolment { status: EnrolmentStatus::Left, ..before.body.clone() },
        (None, None) => return Ok(()),
    };
    let wanted = Enrolment {
        starts: match starts {
            Starts::Keep => wanted.starts,
            Starts::WithTheYear => None,
            Starts::On(day) => Some(day),
        },
        ..wanted
    };
    match before {
        Some(before) if before.body == wanted => Ok(()),
        before => change.put_or_add(before, &wanted),
    }
}

/// The linked account's phone follows the student's.
pub(in crate::backend) async fn follow_phone(cx: &Cx, change: &mut Change<'_>, after: &Student) -> Result<(), Fault> {
    if let Some(user) = account_of(cx, &after.id).await?
        && user.student_phone != after.phone
    {
        let mut changed = user.body.clone();
        changed.student_phone.clone_from(&after.phone);
        change.put(&user, &changed)?;
    }
    Ok(())
}

/// The history's entry of a saved record.
pub(in crate::backend) async fn audit_record(
    change: &mut Change<'_>,
    action: &'static str,
    before: Option<&Student>,
    after: Option<&Student>,
) -> Result<(), Fault> {
    let Some(id) = after.or(before).map(|student| student.id.as_str().to_owned()) else { return Ok(()) };
    let (old, new) = difference(before, after);
    if old.is_null() && new.is_null() {
        return Ok(());
    }
    change.audit("students", Said { action, target: id.clone(), student: Some(id), old, new, ..Said::default() }).await
}

//! The history in words: who changed what, when, from which value to which.

use serde_json::{Map, Value};

use crate::{
    domain::{
        entities::{Sex, StudentStatus},
        history::{MARK_REDO, MARK_SET, MARK_UNDO},
        text_values::Phone,
    },
    protocol::{Field, HistoryLine},
    t, text,
    text::{Locale, format, names, sanitise},
    ui::ctx::Ctx,
};

/// A line on the screen: moment and person stand only on the first of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub at: String,
    pub by: String,
    pub what: String,
}

/// All lines, newest first.
pub(super) fn told(ctx: &Ctx, history: &[HistoryLine]) -> Vec<Told> {
    let entry = |line: &HistoryLine| {
        let at = format::moment(line.at, &ctx.zone);
        let by = sanitise::line(&line.by);
        let mut whats = what(ctx, line).into_iter();
        let first = whats.next().unwrap_or_default();
        let rest = whats.map(|what| Told { at: String::new(), by: String::new(), what });
        std::iter::once(Told { at, by, what: first }).chain(rest).collect::<Vec<_>>()
    };
    history.iter().flat_map(entry).collect()
}

/// What an entry says, a line a change.
fn what(ctx: &Ctx, line: &HistoryLine) -> Vec<String> {
    let locale = &ctx.locale;
    let reason = line.reason.as_deref().filter(|reason| !reason.is_empty());
    let mut said = match line.action.as_str() {
        MARK_SET => vec![mark(ctx, line)],
        MARK_UNDO => vec![t!(locale, "student-card-taken-back", what = mark(ctx, line))],
        MARK_REDO => vec![t!(locale, "student-card-again", what = mark(ctx, line))],
        "guardian.save" | "guardian.delete" => vec![guardian(locale, line)],
        action => match text::turn::told(locale, action, &line.old, &line.new) {
            Some(told) => vec![told],
            None => record(locale, line),
        },
    };
    if let (Some(last), Some(reason)) = (said.last_mut(), reason) {
        *last = format!("{last} ({})", sanitise::line(reason));
    }
    said
}

fn mark(ctx: &Ctx, line: &HistoryLine) -> String {
    let locale = &ctx.locale;
    let subject = sanitise::line(line.subject.as_deref().unwrap_or("—"));
    let evaluation = sanitise::line(line.evaluation.as_deref().unwrap_or("—"));
    let term = line.term.map(|term| ctx.term(term)).unwrap_or_default();
    let (old, new) = (score(locale, &line.old), score(locale, &line.new));
    t!(locale, "student-card-mark", subject = subject, evaluation = evaluation, term = term, old = old, new = new)
}

/// A mark as the history keeps it: a number, a code, or nothing.
fn score(locale: &Locale, value: &Value) -> String {
    match value {
        Value::Number(number) => {
            // As on the sheet, with two decimals.
            number.as_f64().map_or_else(String::new, |number| format::decimal(number, 2, locale.lang()))
        }
        Value::String(code) => sanitise::line(code),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => "—".to_owned(),
    }
}

/// Who answers for the student: somebody came, changed or went.
fn guardian(locale: &Locale, line: &HistoryLine) -> String {
    let name = |value: &Value| {
        let part = |field: &str| value.get(field).and_then(Value::as_str).map(sanitise::line);
        Some(format!("{} {}", part("last_name")?.to_uppercase(), part("first_name").unwrap_or_default()))
    };
    match (name(&line.old), name(&line.new)) {
        (None, Some(name)) => t!(locale, "student-card-guardian-added", name = name),
        (Some(_), Some(name)) => t!(locale, "student-card-guardian-changed", name = name),
        (Some(name), None) => t!(locale, "student-card-guardian-removed", name = name),
        (None, None) => t!(locale, "student-card-unknown", action = sanitise::line(&line.action)),
    }
}

/// A change of the record itself.
fn record(locale: &Locale, line: &HistoryLine) -> Vec<String> {
    let (old, new) = (line.old.as_object(), line.new.as_object());
    match (old, new) {
        (None, Some(_)) => vec![t!(locale, "student-card-created")],
        (Some(_), None) => vec![t!(locale, "student-card-removed")],
        (None, None) => vec![t!(locale, "student-card-unknown", action = sanitise::line(&line.action))],
        (Some(old), Some(new)) => {
            let (old, new) = (flat(old), flat(new));
            let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
            names.sort();
            names.dedup();
            let changes = names.into_iter().filter_map(|name| {
                let field = field(name)?;
                let (old, new) = (old.get(name), new.get(name));
                // Of the dossier, all is told where a part of it changed.
                if old == new {
                    return None;
                }
                let label = text::field_name(locale, field);
                Some(t!(
                    locale,
                    "student-card-field",
                    field = label,
                    old = shown(locale, field, old),
                    new = shown(locale, field, new)
                ))
            });
            let changes: Vec<String> = changes.collect();
            if changes.is_empty() {
                vec![t!(locale, "student-card-unknown", action = sanitise::line(&line.action))]
            } else {
                changes
            }
        }
    }
}

/// The parts of the dossier beside the other fields.
fn flat(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut flat = fields.clone();
    if let Some(Value::Object(dossier)) = flat.remove("dossier") {
        flat.extend(dossier);
    }
    flat
}

fn field(name: &str) -> Option<Field> {
    Some(match name {
        "last_name" => Field::LastName,
        "first_name" => Field::FirstName,
        "sex" => Field::Sex,
        "phone" => Field::Phone,
        "birth_date" => Field::BirthDate,
        "birth_place" => Field::BirthPlace,
        "class_name" => Field::Class,
        "matricule" => Field::Matricule,
        "status" => Field::Status,
        "quartier" => Field::Quartier,
        "commune" => Field::Commune,
        "language" => Field::Language,
        "bank" => Field::Bank,
        "candidate" => Field::Candidate,
        _ => return None,
    })
}

fn shown(locale: &Locale, field: Field, value: Option<&Value>) -> String {
    let Some(text) = value.and_then(Value::as_str) else { return "—".to_owned() };
    let said = match field {
        Field::Sex => Sex::parse(text).map(|sex| names::sex(locale, sex)),
        Field::Status => StudentStatus::parse(text).map(|status| names::status(locale, status)),
        Field::BirthDate => text.parse().ok().map(format::date),
        Field::Phone => Phone::try_from(text.to_owned()).ok().map(|phone| phone.international()),
        _ => None,
    };
    sanitise::line(&said.unwrap_or_else(|| text.to_owned()))
}

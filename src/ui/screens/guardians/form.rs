//! The form of a guardian: made, and read back.

use super::{Guardians, KNOWN};
use crate::{
    domain::{
        access::Action,
        entities::{Guardian, MobileMoney, Operator, Relation},
        id::GuardianId,
        text_values::{Email, Name, Phone},
    },
    protocol::{Field, GuardianRow, GuardiansOf, Request, Why},
    t,
    text::{self, field_name, names, text_error},
    ui::{
        ctx::Ctx,
        effect::Effect,
        screens::setup_list::{FIND, name_field, required},
        widgets::{ChoiceField, Form, FormField, TextInput, form::FieldKind},
    },
};

/// How many known guardians are offered.
const OFFERED: u32 = 6;
/// What stands for "none" among choices.
const NONE: &str = "—";

fn known(form: &mut Form) -> Option<&mut ChoiceField> {
    match form.field_mut(KNOWN) {
        Some(FormField { kind: FieldKind::Choice(choice), .. }) => Some(choice),
        Some(FormField { kind: FieldKind::Text(_), .. }) | None => None,
    }
}

/// Asks for the guardians that fit what is typed.
pub(super) fn search(form: &mut Form) -> Vec<Effect> {
    if form.focused() != Some(KNOWN) {
        return Vec::new();
    }
    let typed = known(form).map_or(String::new(), |choice| choice.typed().text().trim().to_owned());
    if typed.chars().count() < 3 {
        return Vec::new();
    }
    let of = GuardiansOf::Text { text: typed, limit: OFFERED };
    vec![Effect::Ask { slot: FIND, request: Request::Guardians(of) }]
}

/// Phones as they are typed in one line.
fn phones(guardian: &Guardian) -> String {
    guardian.phones.iter().map(Phone::international).collect::<Vec<_>>().join(", ")
}

fn consent(guardian: &Guardian) -> usize {
    usize::from(guardian.sms) | usize::from(guardian.mail) << 1
}

impl Guardians {
    pub(super) fn take_known(&mut self, rows: Vec<GuardianRow>, form: &mut Form) {
        let rows: Vec<GuardianRow> =
            rows.into_iter().filter(|row| !row.guardian.children.contains(&self.student)).collect();
        let label = |row: &GuardianRow| {
            let phone = row.guardian.phones.first().map_or_else(String::new, Phone::international);
            format!("{} {phone}", row.guardian.full_name())
        };
        if let Some(choice) = known(form).filter(|choice| !choice.typed().is_empty()) {
            choice.offer(rows.iter().map(label).collect());
            self.known = rows;
        }
    }

    pub(super) fn make_form(&self, ctx: &Ctx, row: Option<&GuardianRow>) -> Form {
        let locale = &ctx.locale;
        let guardian = row.map(|row| &row.guardian.body);
        let text = |field, max, value: String| {
            FormField::text(field, field_name(locale, field), TextInput::new(max).with(&value))
        };
        let choice = |field, labels: Vec<String>, chosen: usize| {
            FormField::choice(field, field_name(locale, field), ChoiceField::new(labels, Some(chosen)))
                .help(t!(locale, "list-help-choice"))
        };
        let relations = Relation::ALL.map(|relation| names::relation(locale, relation)).to_vec();
        let relation = guardian.and_then(|guardian| Relation::ALL.iter().position(|known| *known == guardian.relation));
        let consents =
            ["consent-none", "consent-sms", "consent-mail", "consent-both"].map(|id| locale.get(id)).to_vec();
        let money = guardian.and_then(|guardian| guardian.money.as_ref());
        let operator = money.and_then(|money| Operator::ALL.iter().position(|known| *known == money.operator));
        let operators: Vec<String> = std::iter::once(NONE)
            .chain(Operator::ALL.iter().map(|operator| operator.name()))
            .map(str::to_owned)
            .collect();
        let mut fields = Vec::new();
        if row.is_none() {
            let label = t!(locale, "guardians-field-known");
            fields.push(
                FormField::choice(KNOWN, label, ChoiceField::searched()).help(t!(locale, "guardians-help-known")),
            );
        }
        fields.extend([
            choice(Field::Relation, relations, relation.unwrap_or_default()),
            name_field(ctx, Field::LastName, guardian.map(|guardian| &guardian.last_name)),
            name_field(ctx, Field::FirstName, guardian.map(|guardian| &guardian.first_name)),
            text(Field::Phone, 120, guardian.map(phones).unwrap_or_default()).help(t!(locale, "guardians-help-phones")),
            text(
                Field::Email,
                Email::MAX,
                guardian.and_then(|own| own.email.as_ref()).map(Email::to_string).unwrap_or_default(),
            ),
            text(Field::Language, 120, guardian.map(languages).unwrap_or_default())
                .help(t!(locale, "guardians-help-languages")),
            choice(Field::Consent, consents, guardian.map(consent).unwrap_or_default()),
            choice(Field::MoneyOperator, operators, operator.map_or(0, |place| place.saturating_add(1))),
            text(Field::MoneyNumber, 40, money.map(|money| money.number.international()).unwrap_or_default()),
        ]);
        if ctx.may(Action::EditUsers) {
            let own = guardian.and_then(|guardian| guardian.account.as_ref());
            let place = own.and_then(|own| self.accounts.iter().position(|(id, _)| id == own));
            let labels = std::iter::once(NONE.to_owned()).chain(self.accounts.iter().map(|(_, name)| name.clone()));
            let chosen = place.map_or(0, |place| place.saturating_add(1));
            fields.push(choice(Field::Username, labels.collect(), chosen).help(t!(locale, "guardians-help-account")));
        }
        Form::new(fields)
    }

    pub(super) fn read_form(&mut self, ctx: &Ctx, row: Option<&GuardianRow>, form: &mut Form) -> Option<Request> {
        // Somebody who is known already gets one child more.
        if row.is_none()
            && let Some(known) = form.chosen(KNOWN).and_then(|index| self.known.get(index))
        {
            let mut guardian = known.guardian.body.clone();
            guardian.children.push(self.student.clone());
            return Some(Request::SaveGuardian { guardian: Box::new(guardian), version: Some(known.guardian.version) });
        }
        let before = row.map(|row| &row.guardian.body);
        let last_name = required(ctx, form, Field::LastName);
        let first_name = required(ctx, form, Field::FirstName);
        let phones = list(ctx, form, Field::Phone, |text| Phone::parse_in(text, region(ctx)));
        let languages = list(ctx, form, Field::Language, Name::parse);
        let email = match form.value(Field::Email).trim() {
            "" => None,
            typed => {
                let read = Email::parse(typed);
                read.map_err(|error| form.error(Field::Email, text_error(&ctx.locale, &error))).ok()
            }
        };
        let consent = form.chosen(Field::Consent).unwrap_or_default();
        let money = money(ctx, form);
        let account = match form.chosen(Field::Username) {
            Some(index) => index.checked_sub(1).and_then(|index| self.accounts.get(index)).map(|(id, _)| id.clone()),
            // Not this user's to say: it stays.
            None => before.and_then(|before| before.account.clone()),
        };
        let children = before.map_or_else(|| vec![self.student.clone()], |before| before.children.clone());
        let relation = form.chosen(Field::Relation).and_then(|index| Relation::ALL.get(index)).copied();
        Some(Request::SaveGuardian {
            guardian: Box::new(Guardian {
                id: before.map_or_else(|| GuardianId::new(""), |before| before.id.clone()),
                relation: relation.unwrap_or_default(),
                last_name: last_name?,
                first_name: first_name?,
                phones: phones?,
                email,
                languages: languages?,
                sms: consent & 1 == 1,
                mail: consent & 2 == 2,
                money,
                children,
                account,
            }),
            version: row.map(|row| row.guardian.version),
        })
    }
}

fn languages(guardian: &Guardian) -> String {
    guardian.languages.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")
}

fn region(ctx: &Ctx) -> &str {
    ctx.setup().map_or("ML", |setup| setup.school.region.as_str())
}

/// Values parted by commas; the first that does not fit is said under the field.
fn list<T>(
    ctx: &Ctx,
    form: &mut Form,
    field: Field,
    read: impl Fn(&str) -> Result<T, crate::domain::text_values::TextError>,
) -> Option<Vec<T>> {
    let typed = form.value(field).to_owned();
    let parts = typed.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
    let all: Result<Vec<T>, _> = parts.map(read).collect();
    all.map_err(|error| form.error(field, text_error(&ctx.locale, &error))).ok()
}

/// Operator and number: both, or none.
fn money(ctx: &Ctx, form: &mut Form) -> Option<MobileMoney> {
    let operator =
        form.chosen(Field::MoneyOperator).and_then(|index| Operator::ALL.get(index.checked_sub(1)?)).copied();
    let typed = form.value(Field::MoneyNumber).trim().to_owned();
    match (operator, typed.as_str()) {
        (None, "") => None,
        (None, _) => {
            form.error(Field::MoneyOperator, text::why(&ctx.locale, &Why::Missing));
            None
        }
        (Some(operator), typed) => {
            let number = Phone::parse_in(typed, region(ctx));
            let number =
                number.map_err(|error| form.error(Field::MoneyNumber, text_error(&ctx.locale, &error))).ok()?;
            if !number.is_mobile() {
                form.error(Field::MoneyNumber, text::why(&ctx.locale, &Why::NotMobile));
            }
            Some(MobileMoney { operator, number })
        }
    }
}

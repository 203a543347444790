//! The form of a guardian: made, and read back.

use super::{Desk, KNOWN, children, first_phone};
use crate::{
    domain::{
        access::Action,
        account::Operator,
        entities::{Guardian, MobileMoney, Relation},
        id::{GuardianId, StudentId},
        text_values::{Email, Name, Phone, TextError},
    },
    protocol::{Field, Found, GuardianRow, GuardiansOf, Request, Why},
    t,
    text::{self, field_name, names, sanitise, text_error},
    ui::{
        ctx::Ctx,
        effect::Effect,
        screens::setup_list::{FIND, name_field, required},
        widgets::{ChoiceField, Form, FormField, TextInput, form::FieldKind},
    },
};

/// How many known guardians or students are offered.
const OFFERED: u32 = 6;
/// What stands for "none" among choices.
const NONE: &str = "—";

fn known(form: &mut Form) -> Option<&mut ChoiceField> {
    match form.field_mut(KNOWN) {
        Some(FormField { kind: FieldKind::Choice(choice), .. }) => Some(choice),
        Some(FormField { kind: FieldKind::Text(_), .. }) | None => None,
    }
}

/// Phones as they are typed in one line.
fn phones(guardian: &Guardian) -> String {
    guardian.phones.iter().map(Phone::international).collect::<Vec<_>>().join(", ")
}

fn languages(guardian: &Guardian) -> String {
    guardian.languages.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")
}

fn consent(guardian: &Guardian) -> usize {
    usize::from(guardian.sms) | usize::from(guardian.mail) << 1
}

fn region(ctx: &Ctx) -> &str {
    ctx.setup().map_or("ML", |setup| setup.school.region.as_str())
}

impl Desk {
    /// Asks for who fits what is typed.
    pub(super) fn search(&self, form: &mut Form) -> Vec<Effect> {
        if form.focused() != Some(KNOWN) {
            return Vec::new();
        }
        let typed = known(form).map_or(String::new(), |choice| choice.typed().text().trim().to_owned());
        let least = if self.student.is_some() { 3 } else { 1 };
        if typed.chars().count() < least {
            return Vec::new();
        }
        let request = match self.student {
            Some(_) => Request::Guardians(GuardiansOf::text(typed, OFFERED)),
            None => Request::Find { text: typed, limit: OFFERED },
        };
        vec![Effect::Ask { slot: FIND, request }]
    }

    pub(super) fn take_known(&mut self, rows: Vec<GuardianRow>, form: &mut Form) {
        let own = |row: &GuardianRow| self.student.as_ref().is_some_and(|id| row.guardian.relation_to(id).is_some());
        let rows: Vec<GuardianRow> = rows.into_iter().filter(|row| !own(row)).collect();
        let label =
            |row: &GuardianRow| sanitise::line(&format!("{} {}", row.guardian.full_name(), first_phone(&row.guardian)));
        if let Some(choice) = known(form).filter(|choice| !choice.typed().is_empty()) {
            choice.offer(rows.iter().map(label).collect());
            self.known = rows;
        }
    }

    pub(super) fn take_students(&mut self, found: Vec<Found>, form: &mut Form) {
        let label = |found: &Found| {
            let class = found.class.as_ref().map(|class| format!(" · {class}")).unwrap_or_default();
            sanitise::line(&format!("{}{class}", found.name))
        };
        if let Some(choice) = known(form).filter(|choice| !choice.typed().is_empty()) {
            choice.offer(found.iter().map(label).collect());
            self.students = found;
        }
    }

    /// Whose guardian is in the form, and what is sent to whom.
    pub(super) fn notes(&self, ctx: &Ctx) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.children.is_empty() {
            notes.push(t!(ctx.locale, "guardians-note-children", names = self.children.join(", ")));
        }
        notes.push(t!(ctx.locale, "guardians-note"));
        notes
    }

    pub(super) fn make_form(&mut self, ctx: &Ctx, row: Option<&GuardianRow>) -> Form {
        self.known.clear();
        self.students.clear();
        self.children = row.map(|row| children(ctx, row)).unwrap_or_default();
        let guardian = row.map(|row| &row.guardian.body);
        let mut fields = self.child_fields(ctx, guardian);
        fields.extend(self.own_fields(ctx, guardian));
        Form::new(fields)
    }

    /// Who is known already, and what they are to the child.
    fn child_fields(&self, ctx: &Ctx, guardian: Option<&Guardian>) -> Vec<FormField> {
        let locale = &ctx.locale;
        let (label, help) = match (&self.student, guardian) {
            (Some(_), None) => (t!(locale, "guardians-field-known"), t!(locale, "guardians-help-known")),
            (None, None) => (t!(locale, "guardians-field-child"), t!(locale, "guardians-help-child")),
            (None, Some(_)) => (t!(locale, "guardians-field-more"), t!(locale, "guardians-help-more")),
            (Some(_), Some(_)) => (String::new(), String::new()),
        };
        let mut fields = Vec::new();
        if self.student.is_none() || guardian.is_none() {
            fields.push(FormField::choice(KNOWN, label, ChoiceField::searched()).help(help));
        }
        let relations = Relation::ALL.map(|relation| names::relation(locale, relation)).to_vec();
        let own = guardian.zip(self.student.as_ref()).and_then(|(guardian, student)| guardian.relation_to(student));
        let own = own.and_then(|own| Relation::ALL.iter().position(|known| *known == own)).unwrap_or_default();
        fields.push(choice(ctx, Field::Relation, relations, own));
        fields
    }

    fn own_fields(&self, ctx: &Ctx, guardian: Option<&Guardian>) -> Vec<FormField> {
        let locale = &ctx.locale;
        let text = |field, max, value: String| {
            FormField::text(field, field_name(locale, field), TextInput::new(max).with(&value))
        };
        let consents =
            ["consent-none", "consent-sms", "consent-mail", "consent-both"].map(|id| locale.get(id)).to_vec();
        let money = guardian.and_then(|guardian| guardian.money.as_ref());
        let operator = money.and_then(|money| Operator::ALL.iter().position(|known| *known == money.operator));
        let operators = std::iter::once(NONE).chain(Operator::ALL.iter().map(|operator| operator.name()));
        let email = guardian.and_then(|own| own.email.as_ref()).map(Email::to_string).unwrap_or_default();
        let mut fields = vec![
            name_field(ctx, Field::LastName, guardian.map(|guardian| &guardian.last_name)),
            name_field(ctx, Field::FirstName, guardian.map(|guardian| &guardian.first_name)),
            text(Field::Phone, 120, guardian.map(phones).unwrap_or_default()).help(t!(locale, "guardians-help-phones")),
            text(Field::Email, Email::MAX, email),
            text(Field::Language, 120, guardian.map(languages).unwrap_or_default())
                .help(t!(locale, "guardians-help-languages")),
            choice(ctx, Field::Consent, consents, guardian.map(consent).unwrap_or_default()),
            choice(
                ctx,
                Field::MoneyOperator,
                operators.map(str::to_owned).collect(),
                operator.map_or(0, |place| place.saturating_add(1)),
            ),
            text(Field::MoneyNumber, 40, money.map(|money| money.number.international()).unwrap_or_default()),
        ];
        if ctx.may(Action::EditUsers) {
            let own = guardian.and_then(|guardian| guardian.account.as_ref());
            let place = own.and_then(|own| self.accounts.iter().position(|(id, _)| id == own));
            let labels = std::iter::once(NONE.to_owned()).chain(self.accounts.iter().map(|(_, name)| name.clone()));
            let chosen = place.map_or(0, |place| place.saturating_add(1));
            let field = choice(ctx, Field::Username, labels.collect(), chosen);
            fields.push(field.help(t!(locale, "guardians-help-account")));
        }
        fields
    }

    pub(super) fn read_form(&mut self, ctx: &Ctx, row: Option<&GuardianRow>, form: &mut Form) -> Option<Request> {
        let relation = form.chosen(Field::Relation).and_then(|index| Relation::ALL.get(index)).copied();
        let relation = relation.unwrap_or_default();
        // Somebody who is known already gets one child more.
        if let (None, Some(student)) = (row, &self.student)
            && let Some(known) = form.chosen(KNOWN).and_then(|index| self.known.get(index))
        {
            let mut guardian = known.guardian.body.clone();
            guardian.link(student.clone(), relation);
            return Some(Request::SaveGuardian { guardian: Box::new(guardian), version: Some(known.guardian.version) });
        }
        if let Some((field, what)) = form.unmatched().map(|(field, what)| (field, what.to_owned())) {
            form.error(field, text::why(&ctx.locale, &Why::Unknown { what }));
            return None;
        }
        let before = row.map(|row| &row.guardian.body);
        let own = self.read_own(ctx, before, form);
        let child = match &self.student {
            Some(student) => Some(student.clone()),
            None => self.read_child(ctx, before, form),
        };
        let mut guardian = own?;
        if let Some(child) = child {
            guardian.link(child, relation);
        }
        Some(Request::SaveGuardian { guardian: Box::new(guardian), version: row.map(|row| row.guardian.version) })
    }

    /// The student that was found; a new guardian needs one.
    fn read_child(&self, ctx: &Ctx, before: Option<&Guardian>, form: &mut Form) -> Option<StudentId> {
        let chosen = form.chosen(KNOWN).and_then(|index| self.students.get(index)).map(|found| found.id.clone());
        if chosen.is_none() && before.is_none() {
            form.error(KNOWN, text::why(&ctx.locale, &Why::Missing));
        }
        chosen
    }

    fn read_own(&self, ctx: &Ctx, before: Option<&Guardian>, form: &mut Form) -> Option<Guardian> {
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
        Some(Guardian {
            id: before.map_or_else(|| GuardianId::new(""), |before| before.id.clone()),
            last_name: last_name?,
            first_name: first_name?,
            phones: phones?,
            email,
            languages: languages?,
            sms: consent & 1 == 1,
            mail: consent & 2 == 2,
            money,
            children: before.map(|before| before.children.clone()).unwrap_or_default(),
            account,
        })
    }
}

fn choice(ctx: &Ctx, field: Field, labels: Vec<String>, chosen: usize) -> FormField {
    FormField::choice(field, field_name(&ctx.locale, field), ChoiceField::new(labels, Some(chosen)))
        .help(t!(ctx.locale, "list-help-choice"))
}

/// Values parted by commas; the first that does not fit is said under the field.
fn list<T>(ctx: &Ctx, form: &mut Form, field: Field, read: impl Fn(&str) -> Result<T, TextError>) -> Option<Vec<T>> {
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
            if let Err(error) = operator.takes(&number) {
                form.error(Field::MoneyNumber, text::why(&ctx.locale, &Why::Account(error)));
            }
            Some(MobileMoney { operator, number })
        }
    }
}

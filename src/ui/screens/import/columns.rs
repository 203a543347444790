//! What the columns of the file are: fields of a student, marks of a subject and term, or nothing.

use std::collections::BTreeMap;

use crate::{
    domain::{calendar::Term, text_values::Name, words},
    exchange::{read_csv::Table, students::field_named},
    protocol::{Field, MarkColumn, StudentsSource},
    t,
    text::{field_name, sanitise},
    ui::{
        ctx::Ctx,
        widgets::{PickList, TextInput},
    },
};

/// The fields of a student that a column may be, as the plan names them.
pub(super) const FIELDS: [(&str, Field); 17] = [
    ("matricule", Field::Matricule),
    ("last_name", Field::LastName),
    ("first_name", Field::FirstName),
    ("sex", Field::Sex),
    ("phone", Field::Phone),
    ("class", Field::Class),
    ("birth_date", Field::BirthDate),
    ("birth_place", Field::BirthPlace),
    ("status", Field::Status),
    ("quartier", Field::Quartier),
    ("commune", Field::Commune),
    ("language", Field::Language),
    ("candidate", Field::Candidate),
    ("bank", Field::Bank),
    ("account", Field::Account),
    ("national_id", Field::NationalId),
    ("medical_note", Field::MedicalNote),
];

/// What a column is used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Nothing,
    /// Index into [`FIELDS`].
    Field(usize),
    Mark(Name, Term),
}

/// Picking the use of a column.
pub(super) struct Picking {
    pub list: PickList,
    pub typed: TextInput,
    uses: Vec<Use>,
}

/// The table and what its columns are.
pub(super) struct Columns {
    pub table: Table,
    pub uses: Vec<Use>,
    pub fill: bool,
    /// Names rows without a natural key: `{source}:{row}`.
    pub source: String,
    pub selected: usize,
    pub picking: Option<Picking>,
    /// The name of the source is typed.
    pub naming: Option<TextInput>,
    pub trouble: Option<String>,
    /// The plan is being made.
    pub planning: bool,
}

impl Columns {
    pub fn new(ctx: &Ctx, table: Table, source: String) -> Self {
        let mut uses: Vec<Use> = Vec::new();
        for heading in &table.headers {
            // A field is read from one column: the first of that name.
            let guess = guess(ctx, heading);
            uses.push(if matches!(guess, Use::Field(_)) && uses.contains(&guess) { Use::Nothing } else { guess });
        }
        Self {
            table,
            uses,
            fill: false,
            source,
            selected: 0,
            picking: None,
            naming: None,
            trouble: None,
            planning: false,
        }
    }

    pub fn step(&mut self, by: isize) {
        self.selected = self.selected.saturating_add_signed(by).min(self.uses.len().saturating_sub(1));
    }

    /// Something is mapped.
    pub fn mapped(&self) -> bool {
        self.uses.iter().any(|used| *used != Use::Nothing)
    }

    /// Gives the selected column a use; another column that had a student's field loses it. Columns of marks share a
    /// subject and term: each is an evaluation of its own, by its heading.
    pub fn set(&mut self, used: Use) {
        if matches!(used, Use::Field(_)) {
            for other in self.uses.iter_mut().filter(|other| **other == used) {
                *other = Use::Nothing;
            }
        }
        if let Some(place) = self.uses.get_mut(self.selected) {
            *place = used;
        }
        self.trouble = None;
    }

    /// The uses to pick from; with something typed also a subject of that name, which the import would make.
    pub fn pick(&mut self, ctx: &Ctx) {
        let typed = self.picking.take().map_or_else(|| TextInput::new(Name::MAX), |picking| picking.typed);
        let mut uses: Vec<Use> = std::iter::once(Use::Nothing).chain((0..FIELDS.len()).map(Use::Field)).collect();
        let (terms, subjects) = school(ctx);
        let marks =
            |subject: &Name| -> Vec<Use> { terms.iter().map(|term| Use::Mark(subject.clone(), *term)).collect() };
        uses.extend(subjects.iter().flat_map(marks));
        let same =
            |name: &Name| subjects.iter().any(|subject| words::fold(subject.as_str()) == words::fold(name.as_str()));
        if self.fill
            && let Some(name) = Name::parse(typed.text()).ok().filter(|name| !same(name))
        {
            uses.extend(marks(&name));
        }
        let mut list = PickList::new(uses.iter().map(|used| shown(ctx, used)).collect());
        if typed.is_empty() {
            let here = self.uses.get(self.selected);
            list.select(uses.iter().position(|used| Some(used) == here).unwrap_or(0));
        } else {
            list.find(typed.text());
        }
        self.picking = Some(Picking { list, typed, uses });
    }

    /// Takes what is picked.
    pub fn take(&mut self) {
        if let Some(picking) = self.picking.take() {
            let used = picking.list.selected().and_then(|index| picking.uses.get(index).cloned());
            if let Some(used) = used {
                self.set(used);
            }
        }
    }

    /// As the backend plans it.
    pub fn source(&self) -> StudentsSource {
        let headers = self.headings();
        let used = || headers.iter().zip(&self.uses);
        let map: BTreeMap<String, String> = used()
            .filter_map(|(heading, used)| match used {
                Use::Field(index) => FIELDS.get(*index).map(|(name, _)| ((*name).to_owned(), heading.clone())),
                Use::Nothing | Use::Mark(..) => None,
            })
            .collect();
        let marks = used()
            .filter_map(|(heading, used)| match used {
                Use::Mark(subject, term) => {
                    Some(MarkColumn { column: heading.clone(), subject: subject.clone(), term: *term })
                }
                Use::Nothing | Use::Field(_) => None,
            })
            .collect();
        StudentsSource {
            map,
            marks,
            rows: self.table.rows.clone(),
            fill_missing: self.fill,
            source: self.source.clone(),
            headers,
        }
    }

    /// Headings as the plan sees them: a column that is not read has none (or one named like a field would be read
    /// all the same), and of two that are read under one heading each is told apart.
    fn headings(&self) -> Vec<String> {
        let mut headings: Vec<String> = Vec::new();
        for (heading, used) in self.table.headers.iter().zip(&self.uses) {
            let mut own = if *used == Use::Nothing { String::new() } else { heading.clone() };
            let mut number = 2_u32;
            while *used != Use::Nothing && headings.contains(&own) {
                own = format!("{heading} ({number})");
                number += 1;
            }
            headings.push(own);
        }
        headings
    }
}

/// The terms of the year and the subjects of the school.
fn school(ctx: &Ctx) -> (Vec<Term>, Vec<Name>) {
    let setup = ctx.setup();
    let terms = setup.map(crate::protocol::Setup::terms).unwrap_or_default();
    let subjects = setup.map(|setup| setup.subjects.iter().map(|subject| subject.name.clone()).collect());
    (terms, subjects.unwrap_or_default())
}

/// What a heading says by itself: a field's name, or a subject's with the number of a term behind it.
fn guess(ctx: &Ctx, heading: &str) -> Use {
    if let Some(place) = field_named(heading).and_then(|name| FIELDS.iter().position(|(known, _)| *known == name)) {
        return Use::Field(place);
    }
    let folded = words::fold(heading.trim());
    let before = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    let (terms, subjects) = school(ctx);
    let term = Term::parse(&folded[before.len()..]).filter(|term| terms.contains(term));
    let named = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    let named = named.strip_suffix(" t").or_else(|| named.strip_suffix(" s")).unwrap_or(named).trim_end();
    let subject = subjects.into_iter().find(|subject| words::fold(subject.as_str()) == named);
    subject.zip(term).map_or(Use::Nothing, |(subject, term)| Use::Mark(subject, term))
}

/// A use in words.
pub(super) fn shown(ctx: &Ctx, used: &Use) -> String {
    match used {
        Use::Nothing => t!(ctx.locale, "import-use-nothing"),
        Use::Field(index) => FIELDS.get(*index).map_or(String::new(), |(_, field)| field_name(&ctx.locale, *field)),
        Use::Mark(subject, term) => {
            t!(ctx.locale, "import-use-mark", subject = sanitise::line(subject.as_str()), term = ctx.term(*term))
        }
    }
}

/// The label of a change in a plan: a field in the user's words, or the heading of a column of marks.
pub(super) fn change_name(ctx: &Ctx, key: &str) -> String {
    let field = FIELDS.iter().find(|(name, _)| *name == key);
    field.map_or_else(|| sanitise::line(key), |(_, field)| field_name(&ctx.locale, *field))
}

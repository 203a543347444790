//! Names of fields, roles, states, kinds and codes, as labels with a capital.

use super::Locale;
use crate::{
    domain::{
        calendar::Division,
        entities::{EvaluationKind, LevelKind, Relation, Role, Sex, SheetState, StudentStatus, SubjectKind},
        score::MarkCode,
    },
    protocol::Field,
    t,
};

/// The label of a form's field.
#[must_use]
pub fn field(locale: &Locale, field: Field) -> String {
    match field {
        Field::LastName => t!(locale, "field-last-name"),
        Field::FirstName => t!(locale, "field-first-name"),
        Field::Sex => t!(locale, "field-sex"),
        Field::Phone => t!(locale, "field-phone"),
        Field::Class => t!(locale, "field-class"),
        Field::Matricule => t!(locale, "field-matricule"),
        Field::BirthDate => t!(locale, "field-birth-date"),
        Field::BirthPlace => t!(locale, "field-birth-place"),
        Field::Status => t!(locale, "field-status"),
        Field::Mark => t!(locale, "field-mark"),
        Field::Username => t!(locale, "field-username"),
        Field::DisplayName => t!(locale, "field-display-name"),
        Field::Password => t!(locale, "field-password"),
        Field::Role => t!(locale, "field-role"),
        Field::Name => t!(locale, "field-name"),
        Field::Short => t!(locale, "field-short"),
        Field::Level => t!(locale, "field-level"),
        Field::Series => t!(locale, "field-series"),
        Field::Coefficient => t!(locale, "field-coefficient"),
        Field::Published => t!(locale, "field-published"),
        Field::Position => t!(locale, "field-position"),
        Field::Title => t!(locale, "field-title"),
        Field::Kind => t!(locale, "field-kind"),
        Field::Date => t!(locale, "field-date"),
        Field::Scale => t!(locale, "field-scale"),
        Field::School => t!(locale, "field-school"),
        Field::Year => t!(locale, "field-year"),
        Field::Subject => t!(locale, "field-subject"),
        Field::Term => t!(locale, "field-term"),
        Field::Teacher => t!(locale, "field-teacher"),
        Field::Student => t!(locale, "field-student"),
        Field::Filter => t!(locale, "field-filter"),
        Field::File => t!(locale, "field-file"),
        Field::Mapping => t!(locale, "field-mapping"),
        Field::Preset => t!(locale, "field-preset"),
        Field::Division => t!(locale, "field-division"),
        Field::Bank => t!(locale, "field-bank"),
        Field::Candidate => t!(locale, "field-candidate"),
        Field::EmployeeId => t!(locale, "field-employee-id"),
        Field::Diploma => t!(locale, "field-diploma"),
        Field::Subjects => t!(locale, "field-subjects"),
        Field::Availability => t!(locale, "field-availability"),
        Field::Account => t!(locale, "field-account"),
        Field::NationalId => t!(locale, "field-national-id"),
        Field::MedicalNote => t!(locale, "field-medical-note"),
        Field::Relation => t!(locale, "field-relation"),
        Field::Email => t!(locale, "field-email"),
        Field::Consent => t!(locale, "field-consent"),
        Field::MoneyOperator => t!(locale, "field-money-operator"),
        Field::MoneyNumber => t!(locale, "field-money-number"),
        Field::HeadTeacher => t!(locale, "field-head-teacher"),
        Field::Capacity => t!(locale, "field-capacity"),
        Field::SubjectKind => t!(locale, "field-subject-kind"),
        Field::Optional => t!(locale, "field-optional"),
        Field::Outcome => t!(locale, "field-outcome"),
        Field::Starts => t!(locale, "field-starts"),
        Field::Quartier => t!(locale, "field-quartier"),
        Field::Commune => t!(locale, "field-commune"),
        Field::Language => t!(locale, "field-language"),
        Field::TermDates(term) => t!(locale, "years-field-term", term = term.number()),
        Field::Samples => t!(locale, "field-samples"),
        Field::Repeat => t!(locale, "field-repeat"),
        Field::OldPassword => t!(locale, "field-old-password"),
        Field::Reason => t!(locale, "field-reason"),
        Field::ClassWeight => t!(locale, "field-class-weight"),
        Field::CompositionWeight => t!(locale, "field-composition-weight"),
        Field::Formula => t!(locale, "field-formula"),
        Field::MissingPart => t!(locale, "field-missing-part"),
        Field::Cycles => t!(locale, "field-cycles"),
        Field::Scales => t!(locale, "field-scales"),
        Field::Unjustified => t!(locale, "field-unjustified"),
        Field::NotHandedIn => t!(locale, "field-not-handed-in"),
        Field::General => t!(locale, "field-general"),
        Field::Rounding => t!(locale, "field-rounding"),
        Field::Ranking => t!(locale, "field-ranking"),
        Field::Bands => t!(locale, "field-bands"),
        Field::AnnualWeights => t!(locale, "field-annual-weights"),
        Field::PassMark => t!(locale, "field-pass-mark"),
        Field::PhoneRequired => t!(locale, "field-phone-required"),
        Field::Praise => t!(locale, "field-praise"),
        Field::Sanctions => t!(locale, "field-sanctions"),
        Field::ConductBlocks => t!(locale, "field-conduct-blocks"),
        Field::ConductBelow => t!(locale, "field-conduct-below"),
        Field::RemarkMax => t!(locale, "field-remark-max"),
        Field::GeneralMax => t!(locale, "field-general-max"),
        Field::Appreciation => t!(locale, "field-appreciation"),
        Field::AbsentJustified => t!(locale, "field-absent-justified"),
        Field::AbsentUnjustified => t!(locale, "field-absent-unjustified"),
        Field::Late => t!(locale, "field-late"),
        Field::Conduct => t!(locale, "field-conduct"),
        Field::Observation => t!(locale, "field-observation"),
        Field::Honour => t!(locale, "field-honour"),
        Field::Band => t!(locale, "field-band"),
        Field::Owner => t!(locale, "field-owner"),
        Field::Decisions => t!(locale, "field-decisions"),
        Field::Exams => t!(locale, "field-exams"),
        Field::Families => t!(locale, "field-families"),
    }
}

/// `Enseignant`, as a label of accounts.
#[must_use]
pub fn role(locale: &Locale, role: Role) -> String {
    match role {
        Role::Admin => t!(locale, "role-admin"),
        Role::Head => t!(locale, "role-head"),
        Role::Bursar => t!(locale, "role-bursar"),
        Role::Secretary => t!(locale, "role-secretary"),
        Role::Supervisor => t!(locale, "role-supervisor"),
        Role::Teacher => t!(locale, "role-teacher"),
        Role::Student => t!(locale, "role-student"),
        Role::Parent => t!(locale, "role-parent"),
    }
}

/// `Actif`, as a choice of a form; of a person see [`super::agree::status`].
#[must_use]
pub fn status(locale: &Locale, status: StudentStatus) -> String {
    match status {
        StudentStatus::Active => t!(locale, "status-active"),
        StudentStatus::Pending => t!(locale, "status-pending"),
        StudentStatus::Withdrawn => t!(locale, "status-withdrawn"),
    }
}

/// `Féminin`.
#[must_use]
pub fn sex(locale: &Locale, sex: Sex) -> String {
    match sex {
        Sex::Female => t!(locale, "sex-female"),
        Sex::Male => t!(locale, "sex-male"),
    }
}

/// `Mère`.
#[must_use]
pub fn relation(locale: &Locale, relation: Relation) -> String {
    match relation {
        Relation::Father => t!(locale, "relation-father"),
        Relation::Mother => t!(locale, "relation-mother"),
        Relation::Guardian => t!(locale, "relation-guardian"),
        Relation::Grandparent => t!(locale, "relation-grandparent"),
        Relation::UncleOrAunt => t!(locale, "relation-uncle-or-aunt"),
        Relation::Sibling => t!(locale, "relation-sibling"),
        Relation::Host => t!(locale, "relation-host"),
        Relation::Other => t!(locale, "relation-other"),
    }
}

/// `Niveau`.
#[must_use]
pub fn level_kind(locale: &Locale, kind: LevelKind) -> String {
    match kind {
        LevelKind::Level => t!(locale, "field-level"),
        LevelKind::Series => t!(locale, "field-series"),
    }
}

/// `Principale`.
#[must_use]
pub fn subject_kind(locale: &Locale, kind: SubjectKind) -> String {
    match kind {
        SubjectKind::Main => t!(locale, "subject-kind-main"),
        SubjectKind::Complementary => t!(locale, "subject-kind-complementary"),
    }
}

/// `Trimestres`.
#[must_use]
pub fn division(locale: &Locale, division: Division) -> String {
    match division {
        Division::Trimesters => t!(locale, "division-trimesters"),
        Division::Semesters => t!(locale, "division-semesters"),
    }
}

/// `Composition`.
#[must_use]
pub fn kind(locale: &Locale, kind: EvaluationKind) -> String {
    match kind {
        EvaluationKind::Test => t!(locale, "kind-test"),
        EvaluationKind::Quiz => t!(locale, "kind-quiz"),
        EvaluationKind::Composition => t!(locale, "kind-composition"),
        EvaluationKind::MockExam => t!(locale, "kind-mock-exam"),
    }
}

/// What a code means: `Absence justifiée`.
#[must_use]
pub fn code(locale: &Locale, code: MarkCode) -> String {
    match code {
        MarkCode::Abs => t!(locale, "code-abs"),
        MarkCode::Absn => t!(locale, "code-absn"),
        MarkCode::Disp => t!(locale, "code-disp"),
        MarkCode::Nn => t!(locale, "code-nn"),
        MarkCode::Nr => t!(locale, "code-nr"),
    }
}

/// `Ouverte`, of a sheet.
#[must_use]
pub fn sheet_state(locale: &Locale, state: SheetState) -> String {
    match state {
        SheetState::Open => t!(locale, "sheet-state-open"),
        SheetState::Closed => t!(locale, "sheet-state-closed"),
    }
}

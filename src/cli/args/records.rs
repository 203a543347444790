//! Commands on records: list, show, add, edit, delete.

use clap::{Args, Subcommand};

use super::value::{self, SeriesCoefficient, TermDates, TermOrYear};
use crate::domain::{
    calendar::{Division, Term, YearId},
    entities::{Outcome, SubjectKind},
};

#[derive(Debug, Subcommand)]
pub enum StudentsCommand {
    List(ListStudents),
    Show { matricule: String },
    Add(Box<AddStudent>),
    Edit(Box<EditStudent>),
    Delete { matricule: String },
}

#[derive(Debug, Args)]
pub struct ListStudents {
    #[arg(long, value_name = "Q", allow_hyphen_values = true)]
    pub filter: Option<String>,
    #[arg(long, value_name = "[-]FIELD", allow_hyphen_values = true)]
    pub sort: Option<String>,
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
}

#[derive(Debug, Args)]
pub struct AddStudent {
    #[arg(long = "last", value_name = "L")]
    pub last: String,
    #[arg(long = "first", value_name = "F")]
    pub first: String,
    #[arg(long = "class", value_name = "C")]
    pub class: Option<String>,
    #[arg(long, value_name = "P")]
    pub phone: Option<String>,
    #[arg(long, value_name = "F|M")]
    pub sex: Option<String>,
    #[arg(long, value_name = "M")]
    pub matricule: Option<String>,
    #[arg(long, value_name = "DATE")]
    pub birth_date: Option<String>,
    #[arg(long, value_name = "PLACE")]
    pub birth_place: Option<String>,
    #[arg(long, value_name = "active|pending|withdrawn")]
    pub status: Option<String>,
    #[command(flatten)]
    pub more: DossierArgs,
}

/// What is known of a student besides the identity.
#[derive(Debug, Args)]
pub struct DossierArgs {
    #[arg(long, value_name = "TEXT")]
    pub quartier: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub commune: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub language: Option<String>,
    #[arg(long, value_name = "DATE")]
    pub starts: Option<String>,
    #[arg(long, value_name = "NUMBER")]
    pub candidate: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub bank: Option<String>,
    #[arg(long = "account", id = "bank-account", value_name = "NUMBER")]
    pub bank_account: Option<String>,
    #[arg(long, value_name = "NUMBER")]
    pub national_id: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub medical_note: Option<String>,
}

/// What is not given stays; an empty text empties what may be empty.
#[derive(Debug, Args)]
pub struct EditStudent {
    pub matricule: String,
    #[arg(long = "last", value_name = "L")]
    pub last: Option<String>,
    #[arg(long = "first", value_name = "F")]
    pub first: Option<String>,
    #[arg(long = "class", value_name = "C")]
    pub class: Option<String>,
    #[arg(long, value_name = "P")]
    pub phone: Option<String>,
    #[arg(long, value_name = "F|M")]
    pub sex: Option<String>,
    #[arg(long, value_name = "M")]
    pub new_matricule: Option<String>,
    #[arg(long, value_name = "DATE")]
    pub birth_date: Option<String>,
    #[arg(long, value_name = "PLACE")]
    pub birth_place: Option<String>,
    #[arg(long, value_name = "active|pending|withdrawn")]
    pub status: Option<String>,
    #[command(flatten)]
    pub more: DossierArgs,
}

#[derive(Debug, Subcommand)]
pub enum ClassesCommand {
    List,
    Add(AddClass),
    Edit(EditClass),
    Delete { name: String },
}

#[derive(Debug, Args)]
pub struct AddClass {
    pub name: String,
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<String>,
    #[arg(long, value_name = "SERIES")]
    pub series: Option<String>,
    #[arg(long, value_name = "USER")]
    pub head_teacher: Option<String>,
    #[arg(long, value_name = "N", value_parser = value::capacity)]
    pub capacity: Option<u16>,
}

#[derive(Debug, Args)]
pub struct EditClass {
    pub name: String,
    #[arg(long, value_name = "NAME")]
    pub rename: Option<String>,
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<String>,
    #[arg(long, value_name = "SERIES")]
    pub series: Option<String>,
    #[arg(long, value_name = "USER")]
    pub head_teacher: Option<String>,
    #[arg(long, value_name = "N", value_parser = value::capacity)]
    pub capacity: Option<u16>,
}

#[derive(Debug, Subcommand)]
pub enum SubjectsCommand {
    List,
    Add(AddSubject),
    Edit(EditSubject),
    Delete { name: String },
}

#[derive(Debug, Args)]
pub struct AddSubject {
    pub name: String,
    #[arg(long, value_name = "N", value_parser = value::coefficient)]
    pub coefficient: u8,
    #[arg(long, value_name = "LEVEL/SERIES=N", value_parser = value::series_coefficient)]
    pub coefficient_for: Vec<SeriesCoefficient>,
    #[arg(long, value_name = "TEXT")]
    pub short: Option<String>,
    #[arg(long, value_name = "N")]
    pub position: Option<u16>,
    #[arg(long = "kind", id = "subject-kind", value_name = "main|complementary", value_parser = value::subject_kind)]
    pub kind: Option<SubjectKind>,
    #[arg(long, value_name = "true|false")]
    pub option: Option<bool>,
}

#[derive(Debug, Args)]
pub struct EditSubject {
    pub name: String,
    #[arg(long, value_name = "NAME")]
    pub rename: Option<String>,
    #[arg(long, value_name = "N", value_parser = value::coefficient)]
    pub coefficient: Option<u8>,
    #[arg(long, value_name = "LEVEL/SERIES=N", value_parser = value::series_coefficient)]
    pub coefficient_for: Vec<SeriesCoefficient>,
    #[arg(long, value_name = "TEXT")]
    pub short: Option<String>,
    #[arg(long, value_name = "N")]
    pub position: Option<u16>,
    #[arg(long = "kind", id = "subject-kind", value_name = "main|complementary", value_parser = value::subject_kind)]
    pub kind: Option<SubjectKind>,
    #[arg(long, value_name = "true|false")]
    pub option: Option<bool>,
}

#[derive(Debug, Subcommand)]
pub enum LevelsCommand {
    List,
    Add(AddLevel),
    Edit(EditLevel),
    Delete(WhichLevel),
    Fill,
}

/// A level, or a series.
#[derive(Debug, Args)]
pub struct WhichLevel {
    pub name: String,
    #[arg(long = "series", id = "as-series")]
    pub series: bool,
}

#[derive(Debug, Args)]
pub struct AddLevel {
    #[command(flatten)]
    pub which: WhichLevel,
    #[arg(long, value_name = "N")]
    pub position: Option<u16>,
}

#[derive(Debug, Args)]
pub struct EditLevel {
    #[command(flatten)]
    pub which: WhichLevel,
    #[arg(long, value_name = "NAME")]
    pub rename: Option<String>,
    #[arg(long, value_name = "N")]
    pub position: Option<u16>,
}

#[derive(Debug, Subcommand)]
pub enum OptionsCommand {
    List(OptionOf),
    Add(OptionStudents),
    Remove(OptionStudents),
}

/// An option subject in a class.
#[derive(Debug, Args)]
pub struct OptionOf {
    #[arg(long = "class", value_name = "C")]
    pub class: String,
    #[arg(long, value_name = "S")]
    pub subject: String,
}

#[derive(Debug, Args)]
pub struct OptionStudents {
    #[arg(required = true, id = "matricules", value_name = "MATRICULE")]
    pub matricules: Vec<String>,
    #[command(flatten)]
    pub of: OptionOf,
}

#[derive(Debug, Subcommand)]
pub enum GuardiansCommand {
    List(ListGuardians),
    Show {
        #[arg(id = "guardian", value_name = "PHONE|ID")]
        who: String,
    },
    Add {
        #[arg(long = "last", value_name = "L")]
        last: String,
        #[arg(long = "first", value_name = "F")]
        first: String,
        #[arg(long, value_name = "MATRICULE", required = true)]
        child: Vec<String>,
        #[arg(long, value_name = "WORD")]
        relation: Option<String>,
        #[command(flatten)]
        args: Box<GuardianArgs>,
    },
    Edit {
        #[arg(id = "guardian", value_name = "PHONE|ID")]
        who: String,
        #[arg(long = "last", value_name = "L")]
        last: Option<String>,
        #[arg(long = "first", value_name = "F")]
        first: Option<String>,
        #[command(flatten)]
        args: Box<GuardianArgs>,
    },
    Delete {
        #[arg(id = "guardian", value_name = "PHONE|ID")]
        who: String,
    },
    Link {
        #[arg(id = "guardian", value_name = "PHONE|ID")]
        who: String,
        #[arg(long, value_name = "MATRICULE", required = true)]
        child: Vec<String>,
        #[arg(long, value_name = "WORD")]
        relation: Option<String>,
    },
    Unlink {
        #[arg(id = "guardian", value_name = "PHONE|ID")]
        who: String,
        #[arg(long, value_name = "MATRICULE", required = true)]
        child: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub struct ListGuardians {
    #[arg(long, value_name = "MATRICULE", conflicts_with = "find")]
    pub student: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub find: Option<String>,
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
}

/// What is known of a guardian besides the name; an empty text empties.
#[derive(Debug, Args)]
pub struct GuardianArgs {
    #[arg(long = "phone", id = "phones", value_name = "P")]
    pub phone: Vec<String>,
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
    #[arg(long = "language", id = "languages", value_name = "TEXT")]
    pub language: Vec<String>,
    #[arg(long, value_name = "true|false")]
    pub sms: Option<bool>,
    #[arg(long, value_name = "true|false")]
    pub mail: Option<bool>,
    #[arg(long, value_name = "OPERATOR:P")]
    pub money: Option<String>,
    #[arg(long, value_name = "USER")]
    pub account: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum YearsCommand {
    List,
    Add(AddYear),
    Edit(EditYear),
    Delete {
        #[arg(id = "school-year", value_name = "2027-2028")]
        year: String,
    },
    Plan {
        #[arg(long = "class")]
        class: Option<String>,
    },
    Decide(DecideArgs),
    Map {
        #[arg(id = "mapped-class", value_name = "CLASS")]
        class: String,
        #[arg(id = "next-class", value_name = "NEXT")]
        next: String,
    },
    Open(OpenYearArgs),
    Enrol {
        matricule: String,
        #[arg(long = "class", id = "ahead-class", value_name = "CLASS")]
        class: String,
    },
}

#[derive(Debug, Args)]
pub struct DecideArgs {
    pub matricule: String,
    #[arg(long, value_name = "promoted|repeating|leaving|excluded", value_parser = value::outcome)]
    #[arg(required_unless_present = "take_back")]
    pub outcome: Option<Outcome>,
    #[arg(long = "to", id = "to-class", value_name = "CLASS")]
    pub to: Option<String>,
    #[arg(long, default_value = "", hide_default_value = true)]
    pub reason: String,
    #[arg(long, conflicts_with_all = ["outcome", "to-class"])]
    pub take_back: bool,
}

#[derive(Debug, Args)]
pub struct OpenYearArgs {
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long)]
    pub keep_assignments: bool,
}

#[derive(Debug, Args)]
pub struct AddYear {
    #[arg(id = "school-year", value_name = "2027-2028")]
    pub year: String,
    #[arg(long)]
    pub semesters: bool,
    #[arg(long = "dates", value_name = "N=DATE..DATE", value_parser = value::term_dates)]
    pub dates: Vec<TermDates>,
}

#[derive(Debug, Args)]
pub struct EditYear {
    #[arg(id = "school-year", value_name = "2027-2028")]
    pub year: String,
    #[arg(long = "division", value_name = "trimesters|semesters", value_parser = value::division)]
    pub division: Option<Division>,
    #[arg(long = "dates", value_name = "N=DATE..DATE", value_parser = value::term_dates)]
    pub dates: Vec<TermDates>,
}

/// Which sheet; the current term where none is given.
#[derive(Clone, Debug, Args)]
pub struct SheetOf {
    #[arg(long = "class", value_name = "C")]
    pub class: String,
    #[arg(long, value_name = "S")]
    pub subject: String,
    #[arg(long, value_name = "N", value_parser = value::term)]
    pub term: Option<Term>,
}

#[derive(Debug, Subcommand)]
pub enum EvaluationsCommand {
    List(SheetOf),
    Add(AddEvaluation),
    Edit(EditEvaluation),
    Move {
        title: String,
        #[command(flatten)]
        sheet: SheetOf,
        #[arg(long = "to", id = "to-place", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        to: u32,
    },
    Delete {
        title: String,
        #[command(flatten)]
        sheet: SheetOf,
    },
}

#[derive(Debug, Args)]
pub struct AddEvaluation {
    pub title: String,
    #[command(flatten)]
    pub sheet: SheetOf,
    #[arg(long, value_name = "test|quiz|composition|mock_exam", default_value = "test")]
    pub kind: String,
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    #[arg(long, value_name = "20", default_value = "20")]
    pub scale: String,
    #[arg(long, value_name = "N", default_value = "1", value_parser = value::coefficient)]
    pub coefficient: u8,
    #[arg(long)]
    pub unpublished: bool,
}

#[derive(Debug, Args)]
pub struct EditEvaluation {
    pub title: String,
    #[command(flatten)]
    pub sheet: SheetOf,
    #[arg(long, value_name = "TITLE")]
    pub rename: Option<String>,
    #[arg(long, value_name = "test|quiz|composition|mock_exam")]
    pub kind: Option<String>,
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    #[arg(long, value_name = "20")]
    pub scale: Option<String>,
    #[arg(long, value_name = "N", value_parser = value::coefficient)]
    pub coefficient: Option<u8>,
    #[arg(long, value_name = "true|false")]
    pub published: Option<bool>,
}

#[derive(Debug, Subcommand)]
pub enum AssignmentsCommand {
    List,
    Add(AddAssignment),
    Delete(AddAssignment),
}

#[derive(Debug, Args)]
pub struct AddAssignment {
    #[arg(long, value_name = "USER")]
    pub teacher: String,
    #[arg(long = "class", value_name = "C")]
    pub class: String,
    #[arg(long, value_name = "S")]
    pub subject: String,
}

#[derive(Debug, Subcommand)]
pub enum TermsCommand {
    List,
    SetCurrent {
        #[arg(value_name = "N", value_parser = value::term)]
        term: Term,
    },
    Status(TermStatusArgs),
    Cancel(CancelClosingArgs),
    Close(CloseTermArgs),
    Reopen(ReopenTermArgs),
}

#[derive(Debug, Args)]
pub struct TermStatusArgs {
    #[arg(value_name = "N", value_parser = value::term)]
    pub term: Option<Term>,
    #[arg(long = "class", value_name = "C")]
    pub class: Option<String>,
}

#[derive(Debug, Args)]
pub struct CloseTermArgs {
    #[arg(value_name = "N", value_parser = value::term)]
    pub term: Term,
    #[arg(long = "class", value_name = "C")]
    pub class: Option<String>,
    #[arg(long)]
    pub anyway: bool,
}

#[derive(Debug, Args)]
pub struct CancelClosingArgs {
    #[arg(value_name = "N", value_parser = value::term)]
    pub term: Term,
}

#[derive(Debug, Args)]
pub struct ReopenTermArgs {
    #[arg(value_name = "N", value_parser = value::term)]
    pub term: Term,
    #[arg(long = "class", value_name = "C")]
    pub class: String,
    #[arg(long = "reason", id = "why-reopen", value_name = "TEXT")]
    pub reason: String,
}

#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    List,
    Show {
        #[arg(value_name = "ID|mali|france", id = "rules-id")]
        rules: Option<String>,
    },
    Edit {
        #[arg(value_name = "FILE|-")]
        file: std::path::PathBuf,
        #[arg(long)]
        dry_run: bool,
    },
    Use {
        #[arg(value_name = "ID|mali|france", id = "rules-id")]
        rules: String,
    },
}

/// Which average is to be explained.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    pub matricule: String,
    #[arg(long = "term", id = "term-or-year", value_name = "N|year", value_parser = value::term_or_year)]
    pub term: Option<TermOrYear>,
    #[arg(long, value_name = "S")]
    pub subject: Option<String>,
    #[arg(long, value_name = "DATE TIME")]
    pub at: Option<String>,
    #[arg(long, value_name = "2026-2027", value_parser = value::year)]
    pub year: Option<YearId>,
}

#[derive(Debug, Subcommand)]
pub enum UsersCommand {
    List,
    Show { username: String },
    Add(AddUser),
    Edit(EditUser),
    Delete { username: String },
}

#[derive(Debug, Args)]
pub struct AddUser {
    pub username: String,
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    #[arg(long, value_name = "ROLE")]
    pub role: String,
    #[arg(long, value_name = "MATRICULE")]
    pub student: Option<String>,
    #[arg(long, value_name = "MATRICULE")]
    pub child: Vec<String>,
    #[arg(long, value_name = "FILE")]
    pub new_password_file: Option<std::path::PathBuf>,
    #[command(flatten)]
    pub staff: StaffArgs,
}

/// What is known of somebody who works at the school; an empty text empties it.
#[derive(Debug, Args)]
pub struct StaffArgs {
    #[arg(long, value_name = "NUMBER")]
    pub employee_id: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub diploma: Option<String>,
    #[arg(long, value_name = "S,S")]
    pub subjects: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub availability: Option<String>,
}

#[derive(Debug, Args)]
pub struct EditUser {
    pub username: String,
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
    #[arg(long, value_name = "MATRICULE")]
    pub student: Option<String>,
    #[arg(long, value_name = "MATRICULE")]
    pub child: Vec<String>,
    #[arg(long, conflicts_with = "child")]
    pub no_child: bool,
    #[arg(long, value_name = "true|false")]
    pub disabled: Option<bool>,
    #[arg(long, value_name = "FILE")]
    pub new_password_file: Option<std::path::PathBuf>,
    #[command(flatten)]
    pub staff: StaffArgs,
}

#[derive(Debug, Subcommand)]
pub enum MarksCommand {
    List {
        #[command(flatten)]
        sheet: SheetOf,
        #[arg(long, value_name = "2026-2027", value_parser = value::year)]
        year: Option<YearId>,
        #[arg(long, value_name = "DATE TIME")]
        at: Option<String>,
    },
    Compare(MarksAt),
    Changes(MarksAt),
    Set(SetMarkArgs),
    Paste(PasteMarks),
    Fill(FillMarks),
    Mine(MyMarksArgs),
}

/// A sheet at a moment of the past.
#[derive(Debug, Args)]
pub struct MarksAt {
    #[command(flatten)]
    pub sheet: SheetOf,
    #[arg(long = "at", id = "since", value_name = "DATE TIME")]
    pub at: String,
    #[arg(long = "student", id = "at-student", value_name = "MATRICULE")]
    pub student: Option<String>,
}

/// Whose marks, for families.
#[derive(Debug, Args)]
pub struct MyMarksArgs {
    #[arg(long = "child", id = "my-child", value_name = "NAME|MATRICULE")]
    pub child: Option<String>,
    #[arg(long, value_name = "N", value_parser = value::term)]
    pub term: Option<Term>,
}

/// A block of a spreadsheet, from a cell down and to the right.
#[derive(Debug, Args)]
pub struct PasteMarks {
    #[arg(value_name = "FILE|-")]
    pub file: std::path::PathBuf,
    #[command(flatten)]
    pub sheet: SheetOf,
    #[arg(long = "evaluation", id = "first-evaluation", value_name = "E")]
    pub evaluation: Option<String>,
    #[arg(long = "from", id = "from-student", value_name = "MATRICULE")]
    pub from: Option<String>,
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long = "only-good", id = "only-good-cells")]
    pub only_good: bool,
}

/// One value or code down a column.
#[derive(Debug, Args)]
pub struct FillMarks {
    #[arg(value_name = "12,5|ABS", id = "fill-value", allow_hyphen_values = true)]
    pub value: String,
    #[command(flatten)]
    pub sheet: SheetOf,
    #[arg(long, value_name = "E")]
    pub evaluation: String,
    #[arg(long = "from", id = "from-student", value_name = "MATRICULE")]
    pub from: Option<String>,
    #[arg(long = "to", id = "to-student", value_name = "MATRICULE")]
    pub to: Option<String>,
    #[arg(long)]
    pub replace: bool,
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct SetMarkArgs {
    pub matricule: String,
    #[arg(long, value_name = "S")]
    pub subject: String,
    #[arg(long, value_name = "N", value_parser = value::term)]
    pub term: Option<Term>,
    #[arg(long, value_name = "E")]
    pub evaluation: String,
    #[arg(long, value_name = "12,5|ABS|", allow_hyphen_values = true)]
    pub score: String,
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

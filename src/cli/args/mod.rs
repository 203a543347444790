//! The command line's shape (`contract.md`). Help texts are in the locale files, put in by [`help`]; what stands here
//! as documentation is for readers of the code.

mod bulletin;
pub mod help;
mod records;
mod value;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use bulletin::{
    AddPhrase, BulletinClass, DecideHonour, EditPhrase, FollowUpCommand, HonoursCommand, PhrasesCommand,
    RemarksCommand, RemarksOf, SetFollowUp, SetRemark,
};
pub use records::{
    AddAssignment, AddClass, AddEvaluation, AddLevel, AddStudent, AddSubject, AddUser, AddYear, AssignmentsCommand,
    CancelClosingArgs, ClassesCommand, CloseTermArgs, DecideArgs, DossierArgs, EditClass, EditEvaluation, EditLevel,
    EditStudent, EditSubject, EditUser, EditYear, EvaluationsCommand, ExplainArgs, FillMarks, GuardianArgs,
    GuardiansCommand, LevelsCommand, ListGuardians, ListStudents, MarksAt, MarksCommand, MyMarksArgs, OpenYearArgs,
    OptionOf, OptionStudents, OptionsCommand, PasteMarks, ReopenTermArgs, RulesCommand, SetMarkArgs, SheetOf,
    StaffArgs, StudentsCommand, SubjectsCommand, TermStatusArgs, TermsCommand, UsersCommand, WhichLevel, YearsCommand,
};
pub use value::{Mapping, MarkTarget, SeriesCoefficient, TermDates, TermOrYear};

use crate::{
    domain::calendar::{Term, YearId},
    text::Lang,
};

/// carnet
#[derive(Debug, Parser)]
#[command(name = "carnet", disable_help_flag = true, disable_version_flag = true, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[arg(long, short = 'V', action = clap::ArgAction::Version)]
    version: Option<bool>,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Flags that every command takes.
#[derive(Clone, Debug, Args)]
pub struct Global {
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[arg(long, global = true, value_name = "fr|en", value_parser = value::lang)]
    pub lang: Option<Lang>,
    #[arg(long, global = true, value_name = "CODE")]
    pub school: Option<String>,
    #[arg(long = "as", global = true, value_name = "USER")]
    pub user: Option<String>,
    #[arg(long, global = true, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    #[arg(long, global = true, value_name = "table|json|csv", value_enum, default_value_t = Format::Table)]
    pub format: Format,
    #[arg(long, short = 'h', global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
}

/// How records are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    #[default]
    Table,
    Json,
    Csv,
}

/// What to do; nothing said opens the full-screen program.
#[derive(Debug, Subcommand)]
pub enum Command {
    Demo(Demo),
    Init(Init),
    Doctor(Doctor),
    Seed(Seed),
    #[command(subcommand)]
    Students(StudentsCommand),
    #[command(subcommand)]
    Years(YearsCommand),
    #[command(subcommand)]
    Levels(LevelsCommand),
    #[command(subcommand)]
    Guardians(GuardiansCommand),
    #[command(subcommand)]
    Classes(ClassesCommand),
    #[command(subcommand)]
    Subjects(SubjectsCommand),
    #[command(subcommand)]
    Options(OptionsCommand),
    #[command(subcommand)]
    Evaluations(EvaluationsCommand),
    #[command(subcommand)]
    Remarks(RemarksCommand),
    #[command(subcommand, name = "followup")]
    FollowUp(FollowUpCommand),
    #[command(subcommand)]
    Honours(HonoursCommand),
    #[command(subcommand)]
    Phrases(PhrasesCommand),
    #[command(subcommand)]
    Assignments(AssignmentsCommand),
    #[command(subcommand)]
    Terms(TermsCommand),
    #[command(subcommand)]
    Rules(RulesCommand),
    Explain(ExplainArgs),
    #[command(subcommand)]
    Users(UsersCommand),
    #[command(subcommand)]
    Marks(MarksCommand),
    #[command(subcommand)]
    Stats(StatsCommand),
    #[command(subcommand)]
    Import(ImportCommand),
    #[command(subcommand)]
    Backup(BackupCommand),
    #[command(subcommand)]
    Audit(AuditCommand),
    #[command(subcommand)]
    Cache(CacheCommand),
    Undo(Undo),
    Completions(Completions),
    Man(Man),
}

/// Builds a throw-away school and opens it.
#[derive(Debug, Args)]
pub struct Demo {
    #[arg(long, value_name = "N", default_value_t = 180, value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    pub students: u32,
    #[arg(long, value_name = "S", default_value_t = 2026)]
    pub seed: u64,
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}

/// Opens a school from the command line.
#[derive(Debug, Args)]
pub struct Init {
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    #[arg(long, value_name = "2026-2027")]
    pub year: Option<String>,
    #[arg(long, value_name = "mali|france")]
    pub preset: Option<String>,
    #[arg(long)]
    pub semesters: bool,
    #[arg(long)]
    pub samples: bool,
    #[arg(long, value_name = "USER")]
    pub admin: Option<String>,
}

/// Looks the installation over.
#[derive(Debug, Args)]
pub struct Doctor {
    #[arg(long)]
    pub rebuild: bool,
}

/// Fills a school with made-up people.
#[derive(Debug, Args)]
pub struct Seed {
    #[arg(long, value_name = "N", default_value_t = 180, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub students: u32,
    #[arg(long, value_name = "S", default_value_t = 2026)]
    pub seed: u64,
    #[arg(long)]
    pub fill: bool,
}

/// Statistics.
#[derive(Debug, Subcommand)]
pub enum StatsCommand {
    School(StatsOptions),
    Class {
        name: String,
        #[command(flatten)]
        options: StatsOptions,
    },
    Subject {
        name: String,
        #[arg(long, value_name = "N", value_parser = value::term)]
        term: Option<Term>,
        #[arg(long, value_name = "2026-2027", value_parser = value::year)]
        year: Option<YearId>,
    },
    Subjects {
        #[arg(long = "class", value_name = "C")]
        class: Option<String>,
        #[arg(long, value_name = "N", value_parser = value::term)]
        term: Option<Term>,
        #[arg(long, value_name = "2026-2027", value_parser = value::year)]
        year: Option<YearId>,
    },
    Terms {
        #[arg(long = "class", value_name = "C")]
        class: Option<String>,
        #[arg(long, value_name = "S")]
        subject: Option<String>,
        #[arg(long, value_name = "2026-2027", value_parser = value::year)]
        year: Option<YearId>,
    },
    Completion {
        #[arg(long = "class", value_name = "C")]
        class: Option<String>,
        #[arg(long, value_name = "N", value_parser = value::term)]
        term: Option<Term>,
        #[arg(long, value_name = "2026-2027", value_parser = value::year)]
        year: Option<YearId>,
    },
    Top {
        #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
        #[arg(long)]
        with_ties: bool,
        #[arg(long = "class", value_name = "C")]
        class: Option<String>,
        #[arg(long, value_name = "N", value_parser = value::term)]
        term: Option<Term>,
        #[arg(long, value_name = "2026-2027", value_parser = value::year)]
        year: Option<YearId>,
    },
}

/// Of which subject and term.
#[derive(Debug, Args)]
pub struct StatsOptions {
    #[arg(long, value_name = "S")]
    pub subject: Option<String>,
    #[arg(long, value_name = "N", value_parser = value::term)]
    pub term: Option<Term>,
    #[arg(long, value_name = "2026-2027", value_parser = value::year)]
    pub year: Option<YearId>,
}

/// Reads files in.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    Students(ImportStudents),
}

/// A table of students.
#[derive(Debug, Args)]
pub struct ImportStudents {
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,
    #[arg(long, value_name = "field=column", value_parser = value::mapping)]
    pub map: Vec<Mapping>,
    #[arg(long, value_name = "column=subject/term", value_parser = value::mark_target)]
    pub mark: Vec<MarkTarget>,
    #[arg(long)]
    pub fill_missing: bool,
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long)]
    pub only_good: bool,
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
}

/// Backups.
#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    Create,
    List,
    Verify {
        name: String,
    },
    Restore {
        name: String,
        #[arg(long)]
        yes: bool,
    },
    Prune {
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        keep: u32,
    },
}

/// Who did what.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    List {
        #[arg(long, value_name = "S")]
        stream: Option<String>,
        #[arg(long = "student", value_name = "MATRICULE")]
        audit_student: Option<String>,
        #[arg(long = "by", value_name = "USER")]
        audit_user: Option<String>,
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
    },
    Verify,
}

/// The cache.
#[derive(Debug, Subcommand)]
pub enum CacheCommand {
    Stats,
    Flush,
}

/// Takes an act back.
#[derive(Debug, Args)]
pub struct Undo {
    pub act: String,
}

/// Completion script of a shell.
#[derive(Debug, Args)]
pub struct Completions {
    #[arg(value_name = "bash|zsh|fish|powershell|elvish")]
    pub shell: clap_complete::Shell,
}

/// Manual pages: the whole on stdout, or one file a command in a folder.
#[derive(Debug, Args)]
pub struct Man {
    #[arg(long, short = 'o', value_name = "DIR")]
    pub output: Option<PathBuf>,
}

//! Commands on what is written beside the marks.

use clap::{Args, Subcommand};

use super::value;
use crate::domain::calendar::Term;

/// A class in a term; the current term where none is given.
#[derive(Debug, Args)]
pub struct BulletinClass {
    #[arg(long = "class", value_name = "C")]
    pub class: String,
    #[arg(long, value_name = "N", value_parser = value::term)]
    pub term: Option<Term>,
}

#[derive(Debug, Subcommand)]
pub enum RemarksCommand {
    List(RemarksOf),
    Set(SetRemark),
}

#[derive(Debug, Args)]
pub struct RemarksOf {
    #[command(flatten)]
    pub class: BulletinClass,
    /// Without it: the general ones.
    #[arg(long = "subject", id = "remark-subject", value_name = "S")]
    pub subject: Option<String>,
}

#[derive(Debug, Args)]
pub struct SetRemark {
    pub matricule: String,
    #[arg(id = "remark-text", value_name = "TEXT")]
    pub text: String,
    #[arg(long = "subject", id = "remark-subject", value_name = "S")]
    pub subject: Option<String>,
    #[arg(long, value_name = "N", value_parser = value::term)]
    pub term: Option<Term>,
}

#[derive(Debug, Subcommand)]
pub enum FollowUpCommand {
    List(BulletinClass),
    Set(SetFollowUp),
}

#[derive(Debug, Args)]
pub struct SetFollowUp {
    pub matricule: String,
    #[arg(long, value_name = "N", value_parser = value::term)]
    pub term: Option<Term>,
    #[arg(long, value_name = "N|")]
    pub justified: Option<String>,
    #[arg(long, value_name = "N|")]
    pub unjustified: Option<String>,
    #[arg(long, value_name = "N|")]
    pub late: Option<String>,
    #[arg(long, value_name = "14,5|")]
    pub conduct: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub observation: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum HonoursCommand {
    List(BulletinClass),
    Decide(DecideHonour),
}

#[derive(Debug, Args)]
pub struct DecideHonour {
    pub matricule: String,
    /// Without it: as the rules propose.
    #[arg(value_name = "HONOUR|none")]
    pub honour: Option<String>,
    #[arg(long = "reason", id = "honour-reason", value_name = "TEXT")]
    pub reason: Option<String>,
    #[arg(long, value_name = "N", value_parser = value::term)]
    pub term: Option<Term>,
}

#[derive(Debug, Subcommand)]
pub enum PhrasesCommand {
    List,
    Add(AddPhrase),
    Edit(EditPhrase),
    Delete {
        #[arg(id = "phrase-number", value_name = "N")]
        number: usize,
    },
    Fill,
}

#[derive(Debug, Args)]
pub struct AddPhrase {
    #[arg(id = "phrase-text", value_name = "TEXT")]
    pub text: String,
    #[arg(long, value_name = "NAME")]
    pub band: Option<String>,
    #[arg(long = "school-wide")]
    pub of_school: bool,
}

#[derive(Debug, Args)]
pub struct EditPhrase {
    #[arg(id = "phrase-number", value_name = "N")]
    pub number: usize,
    #[arg(long = "text", id = "phrase-text", value_name = "TEXT")]
    pub text: Option<String>,
    #[arg(long, value_name = "NAME|")]
    pub band: Option<String>,
}

//! The built program, run as people and scripts run it.

mod backup;
mod beside;
mod guardians;
mod import;
mod made_up;
mod mongo;
mod past;
mod records;
mod redis;
mod rules;
mod setup;
mod staff_file;
mod together;
mod trouble;
mod turn;

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with a configuration of its own: nothing of the machine's is touched.
pub struct Home {
    pub folder: TempDir,
}

/// What a run of the program gave.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

impl Run {
    #[track_caller]
    pub fn good(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }

    /// Refused with a sentence that has this in it, and nothing that only programmers read.
    #[track_caller]
    pub fn refused(self, code: i32, part: &str) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        assert!(self.err.contains(part), "{:?} lacks {part:?}", self.err);
        assert!(!self.err.contains("panicked") && !self.err.contains("Error("), "{}", self.err);
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{}{}", self.out, self.err))
    }
}

impl Home {
    pub fn new() -> Self {
        let home = Self { folder: tempfile::tempdir().expect("folder") };
        home.write(
            "config.toml",
            "[store]\npath = \"carnet.db\"\nbackups = \"backups\"\n[security]\nkeys = \"keys\"\npassword_cost = 10\n\
             [log]\ndir = \"log\"\n",
        );
        home
    }

    /// With an open school, `École d’essai`, and the account `admin` of password `mot-de-passe`.
    pub fn opened() -> Self {
        Self::opened_with(&[])
    }

    /// With the classes and subjects of the model.
    pub fn with_samples() -> Self {
        Self::opened_with(&["--samples"])
    }

    fn opened_with(more: &[&str]) -> Self {
        let home = Self::new();
        let password = home.write("password", "mot-de-passe\n");
        let password = password.to_str().expect("path");
        let args = ["init", "--name", "École d’essai", "--year", "2026-2027", "--admin", "admin"];
        home.run(&[&args[..], &["--password-file", password], more].concat()).good();
        home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("written");
        path
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carnet"));
        command.env_clear().env("HOME", self.folder.path()).arg("--config").arg(self.path("config.toml")).args(args);
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        self.command(args).stdin(Stdio::null()).output().expect("runs").into()
    }

    pub fn run_with(&self, args: &[&str], environment: &[(&str, &str)]) -> Run {
        let environment = environment.iter().copied();
        self.command(args).envs(environment).stdin(Stdio::null()).output().expect("runs").into()
    }

    pub fn run_on(&self, args: &[&str], input: &[u8]) -> Run {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("runs");
        child.stdin.take().expect("stdin").write_all(input).expect("written");
        child.wait_with_output().expect("ends").into()
    }

    pub fn json(&self, args: &[&str]) -> Value {
        self.run(&[args, &["--format", "json"]].concat()).good().json()
    }

    /// How many entries the history has, of all streams.
    pub fn audit_entries(&self) -> i64 {
        let connection = rusqlite::Connection::open(self.path("carnet.db")).expect("store");
        let table = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%audit%' ORDER BY length(name)";
        let name: String = connection.query_row(table, [], |row| row.get(0)).expect("the audit's table");
        let count = format!("SELECT count(*) FROM \"{name}\"");
        connection.query_row(&count, [], |row| row.get(0)).expect("counted")
    }
}

/// The real file, unchanged.
pub fn real_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/student-mat.csv")
}

//! What every story does: a school, a login, the way to a sheet.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

use super::{Key, Terminal, environment};

pub const PASSWORD: &str = "mot-de-passe";
pub const SIZE: (u16, u16) = (24, 80);

/// A machine of its own.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The store's file.
    pub fn store(&self) -> std::path::PathBuf {
        self.path().join("data/carnet/carnet.db")
    }

    /// The configuration, for its owner alone.
    pub fn configure(&self, text: &str) {
        let file = self.path().join("config/carnet/config.toml");
        std::fs::create_dir_all(file.parent().expect("folder")).expect("folder");
        std::fs::write(&file, text).expect("written");
        #[cfg(unix)]
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("permissions");
    }

    /// The command line on the same school.
    pub fn cli(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carnet"));
        command.env_clear().envs(environment(self.path())).args(args).stdin(Stdio::null());
        command.output().expect("runs")
    }

    /// The same, which must go well; its output.
    #[track_caller]
    pub fn good(&self, args: &[&str]) -> String {
        let output = self.cli(args);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{args:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    #[track_caller]
    pub fn json(&self, args: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.good(&[args, &["--format", "json"]].concat())).expect("JSON")
    }

    /// An open school with one class, one subject, one evaluation `Devoir 1` of term 1, and students of these names.
    pub fn with_sheet(students: &[(&str, &str)]) -> Self {
        let home = Self::new();
        home.furnish(students);
        home
    }

    /// The same, in this home.
    pub fn furnish(&self, students: &[(&str, &str)]) {
        let home = self;
        let password = home.path().join("password");
        std::fs::write(&password, PASSWORD).expect("written");
        let password = password.to_str().expect("path");
        home.good(&[
            "init",
            "--name",
            "École d’essai",
            "--year",
            "2026-2027",
            "--admin",
            "admin",
            "--password-file",
            password,
        ]);
        home.good(&["classes", "add", "TSE", "--level", "Terminale", "--series", "TSE"]);
        home.good(&["subjects", "add", "Mathématiques", "--coefficient", "3"]);
        let sheet = ["--class", "TSE", "--subject", "Mathématiques", "--term", "1"];
        home.good(&[&["evaluations", "add", "Devoir 1"][..], &sheet].concat());
        for (last, first) in students {
            home.good(&["students", "add", "--last", last, "--first", first, "--class", "TSE"]);
        }
    }

    /// carnet in a terminal of 80×24.
    pub fn start(&self) -> Terminal {
        Terminal::start::<&str>(self.path(), &[], SIZE)
    }

    /// The same, after login.
    pub fn logged_in(&self) -> Terminal {
        let mut terminal = self.start();
        terminal.log_in();
        terminal
    }

    /// The same, in the sheet of TSE, Mathématiques, term 1.
    pub fn in_sheet(&self) -> Terminal {
        let mut terminal = self.logged_in();
        terminal.open_sheet("TSE", "Math");
        terminal
    }
}

impl Terminal {
    pub fn log_in(&mut self) -> &mut Self {
        self.see("Mot de passe").type_text("admin").press(Key::Tab).type_text(PASSWORD).press(Key::Enter);
        // Where the sheet of last time opens, what was kept may be stored before anybody can have read the greeting.
        self.wait("to be let in", |text| text.contains("Bonjour, admin") || text.contains("répond de nouveau"))
    }

    /// From anywhere, by the palette.
    pub fn go_to(&mut self, name: &str) -> &mut Self {
        self.press(Key::Ctrl('p')).see("┌").type_text(name);
        self.wait("to see the palette's line marked", |text| text.contains(&format!("▸ {name}"))).press(Key::Enter)
    }

    pub fn open_sheet(&mut self, class: &str, subject: &str) -> &mut Self {
        self.go_to("Feuilles de notes").see("Classe ·").type_text(class).see(&format!("▸ {class}")).press(Key::Enter);
        self.see("matière ·").type_text(subject).see(&format!("▸ {subject}")).press(Key::Enter);
        self.see("saisies")
    }

    /// Leaves, from a screen where nothing is being typed, and sees it end well. (By `q` a sheet asks first.)
    pub fn quit(&mut self) {
        self.press(Key::Ctrl('c'));
        assert_eq!(self.exit_code(), 0, "{}", self.text());
    }
}

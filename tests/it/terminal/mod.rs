//! The built binary in a real pseudo-terminal: keys in, a real screen out.
//!
//! No sleeps: every step waits for what a user would wait for, and fails with the screen as it stood.

use std::{
    ffi::OsStr,
    io::{Read, Write},
    num::NonZeroU16,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

mod beside;
mod blows;
pub mod days;
mod kills;
mod lifecycle;
mod live;
mod newer;
mod offline;
mod sixty;
mod story;
mod trouble;
mod two;

/// How long a condition may take before the test fails: far above what it takes, for slow machines.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lines of the program's log that a failure shows.
const LOG_LINES: usize = 60;

/// A running carnet with its terminal.
pub struct Terminal {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    screen: Arc<Mutex<vt100::Parser>>,
    /// All bytes that the program has written.
    written: Arc<Mutex<Vec<u8>>>,
    /// The folder of its log.
    state: PathBuf,
}

impl Terminal {
    /// Starts carnet with its configuration, data and state inside `home`, in a terminal of that size.
    pub fn start<S: AsRef<OsStr>>(home: &Path, args: &[S], size: (u16, u16)) -> Self {
        Self::start_program(home, env!("CARGO_BIN_EXE_carnet"), args, size)
    }

    /// Starts a shell with job control instead, which knows carnet as `$CARNET`.
    pub fn shell(home: &Path, size: (u16, u16)) -> Self {
        Self::start_program(home, "sh", &["-i"], size)
    }

    fn start_program<S: AsRef<OsStr>>(home: &Path, program: &str, args: &[S], (rows, cols): (u16, u16)) -> Self {
        let pair = native_pty_system()
            .openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 })
            .expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env_clear();
        for (name, value) in environment(home) {
            command.env(name, value);
        }
        command.env("CARNET", env!("CARGO_BIN_EXE_carnet"));
        let child = pair.slave.spawn_command(command).expect("carnet starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let screen = Arc::new(Mutex::new(vt100::Parser::new(cells(rows), cells(cols), 0)));
        let written = Arc::new(Mutex::new(Vec::new()));
        let shared = (Arc::clone(&screen), Arc::clone(&written));
        std::thread::spawn(move || {
            let mut buffer = [0u8; 8192];
            while let Ok(count) = reader.read(&mut buffer) {
                if count == 0 {
                    break;
                }
                if let (Ok(mut parser), Ok(mut written)) = (shared.0.lock(), shared.1.lock()) {
                    parser.process(&buffer[..count]);
                    written.extend_from_slice(&buffer[..count]);
                }
            }
        });
        let state = home.join("state/carnet");
        Self { master: pair.master, writer, child, screen, written, state }
    }

    /// The screen as text; no-break spaces as plain ones, so that tests read well.
    pub fn text(&self) -> String {
        self.screen.lock().expect("screen").screen().contents().replace(['\u{a0}', '\u{202f}'], " ")
    }

    /// The text of the first row of the screen that has `part` in it; waits for one.
    pub fn row(&mut self, part: &str) -> String {
        self.see(part);
        self.text().lines().find(|row| row.contains(part)).unwrap_or_default().to_owned()
    }

    /// How many bytes the program has written since it started.
    pub fn bytes(&self) -> usize {
        self.written.lock().expect("bytes").len()
    }

    /// What it has written, as it came.
    pub fn output(&self) -> String {
        String::from_utf8_lossy(&self.written.lock().expect("bytes")).into_owned()
    }

    /// Waits for any condition on the bytes.
    pub fn wait_output(&mut self, what: &str, condition: impl Fn(&str) -> bool) -> &mut Self {
        let end = Instant::now() + PATIENCE;
        while !condition(&self.output()) {
            assert!(Instant::now() < end, "waited in vain {what}; the screen:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(5));
        }
        self
    }

    /// Sends a signal by its name, as `kill` does.
    pub fn signal(&self, name: &str) {
        let id = self.process_id().to_string();
        let sent = std::process::Command::new("kill").args(["-s", name, &id]).status().expect("kill");
        assert!(sent.success(), "kill -s {name} {id}");
    }

    /// Types plain text.
    pub fn type_text(&mut self, text: &str) -> &mut Self {
        self.writer.write_all(text.as_bytes()).expect("typing");
        self.writer.flush().expect("typing");
        self
    }

    /// Presses a named key.
    pub fn press(&mut self, key: Key) -> &mut Self {
        self.type_text(key.bytes())
    }

    /// Waits until the screen shows `wanted`.
    pub fn see(&mut self, wanted: &str) -> &mut Self {
        self.wait(&format!("to see {wanted:?}"), |text| text.contains(wanted))
    }

    /// Waits until the screen no longer shows `gone`.
    pub fn see_no_more(&mut self, gone: &str) -> &mut Self {
        self.wait(&format!("{gone:?} to go"), |text| !text.contains(gone))
    }

    /// Waits for any condition on the screen's text.
    pub fn wait(&mut self, what: &str, condition: impl Fn(&str) -> bool) -> &mut Self {
        let end = Instant::now() + PATIENCE;
        loop {
            let text = self.text();
            if condition(&text) {
                return self;
            }
            assert!(Instant::now() < end, "waited in vain {what}; the screen:\n{text}\nits log:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The end of the program's own log, for failures.
    pub fn log(&self) -> String {
        let files = std::fs::read_dir(&self.state).into_iter().flatten().flatten().map(|entry| entry.path());
        let text: String = files
            .filter(|path| path.extension().is_some_and(|end| end == "log"))
            .filter_map(|path| std::fs::read_to_string(path).ok())
            .collect();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
    }

    /// Changes the terminal's size.
    pub fn resize(&mut self, rows: u16, cols: u16) -> &mut Self {
        self.screen.lock().expect("screen").screen_mut().set_size(cells(rows), cells(cols));
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).expect("resize");
        self
    }

    pub fn process_id(&self) -> u32 {
        self.child.process_id().expect("a running process")
    }

    /// Waits for the program to end and gives its exit code.
    pub fn exit_code(&mut self) -> u32 {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("wait") {
                return status.exit_code();
            }
            assert!(Instant::now() < end, "it does not end; the screen:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Kills it without warning, as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().expect("kill");
        let _ = self.child.wait();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a terminal has a size")
}

/// The environment of a machine of its own: nothing of the tester's.
pub fn environment(home: &Path) -> Vec<(String, String)> {
    let path = |name: &str| home.join(name).to_string_lossy().into_owned();
    vec![
        ("HOME".into(), home.to_string_lossy().into_owned()),
        ("XDG_CONFIG_HOME".into(), path("config")),
        ("XDG_DATA_HOME".into(), path("data")),
        ("XDG_STATE_HOME".into(), path("state")),
        ("XDG_CACHE_HOME".into(), path("cache")),
        ("TERM".into(), "xterm-256color".into()),
        ("LANG".into(), "fr_FR.UTF-8".into()),
        ("TZ".into(), "UTC".into()),
        ("PATH".into(), std::env::var("PATH").unwrap_or_default()),
        // The lowest that the configuration takes: logins would be the tests' whole time.
        ("CARNET_SECURITY__PASSWORD_COST".into(), "10".into()),
    ]
}

/// Keys by name, as a terminal sends them.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "a keyboard is whole")]
pub enum Key {
    Enter,
    Escape,
    Tab,
    BackTab,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageDown,
    Delete,
    Backspace,
    F1,
    F2,
    F12,
    Ctrl(char),
}

impl Key {
    fn bytes(self) -> &'static str {
        match self {
            Self::Enter => "\r",
            Self::Escape => "\u{1b}",
            Self::Tab => "\t",
            Self::BackTab => "\u{1b}[Z",
            Self::Up => "\u{1b}[A",
            Self::Down => "\u{1b}[B",
            Self::Left => "\u{1b}[D",
            Self::Right => "\u{1b}[C",
            Self::Home => "\u{1b}[H",
            Self::End => "\u{1b}[F",
            Self::PageDown => "\u{1b}[6~",
            Self::Delete => "\u{1b}[3~",
            Self::Backspace => "\u{7f}",
            Self::F1 => "\u{1b}OP",
            Self::F2 => "\u{1b}OQ",
            Self::F12 => "\u{1b}[24~",
            Self::Ctrl('l') => "\u{c}",
            Self::Ctrl('p') => "\u{10}",
            Self::Ctrl('r') => "\u{12}",
            Self::Ctrl('z') => "\u{1a}",
            Self::Ctrl('c') => "\u{3}",
            Self::Ctrl('s') => "\u{13}",
            Self::Ctrl(other) => panic!("no byte for Ctrl-{other}"),
        }
    }
}

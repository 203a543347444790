//! The built program in a pseudo-terminal, with the moment and size of everything it writes.

use std::{
    io::{Read, Write},
    num::NonZero,
    path::Path,
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

/// Silence after which a program is taken to have drawn all it has to draw.
const QUIET: Duration = Duration::from_millis(40);
/// Silence between two frames: frames are at least 8 ms apart, the parts of one follow each other at once.
const BETWEEN: Duration = Duration::from_millis(4);
/// Nothing is waited for longer.
const PATIENCE: Duration = Duration::from_secs(60);

struct State {
    parser: vt100::Parser,
    /// When something came, and how many bytes.
    came: Vec<(Instant, usize)>,
}

/// What a key brought.
#[derive(Clone, Copy)]
pub struct Drawn {
    /// Until the first frame was there.
    pub first: Duration,
    /// Until the last frame was there.
    pub last: Duration,
    pub bytes: usize,
}

/// The program and its terminal.
pub struct Terminal {
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    shared: Arc<(Mutex<State>, Condvar)>,
    started: Instant,
}

impl Terminal {
    /// Starts the program on the school of that configuration, at 80×24, with an empty home.
    pub fn start(config: &Path, home: &Path) -> Self {
        Self::sized(config, home, (80, 24))
    }

    /// The same with so many columns and rows.
    pub fn sized(config: &Path, home: &Path, (cols, rows): (u16, u16)) -> Self {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_carnet"));
        command.args(["--lang", "fr", "--config"]);
        command.arg(config);
        command.env_clear();
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
            command.env(name, home);
        }
        command.env("TERM", "xterm-256color");
        let (rows, columns) = (NonZero::new(rows).unwrap(), NonZero::new(cols).unwrap());
        let state = State { parser: vt100::Parser::new(rows, columns, 0), came: Vec::new() };
        let shared = Arc::new((Mutex::new(state), Condvar::new()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let to = Arc::clone(&shared);
        std::thread::spawn(move || {
            // The terminal lives as long as it is read.
            let _master = pair.master;
            let mut buffer = [0_u8; 16_000];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let at = Instant::now();
                let mut state = to.0.lock().unwrap();
                state.parser.process(&buffer[..count]);
                state.came.push((at, count));
                to.1.notify_all();
            }
        });
        Self { writer, child, shared, started }
    }

    pub fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// The line of the screen that the cursor stands on.
    pub fn cursor_line(&self) -> String {
        let state = self.shared.0.lock().unwrap();
        let screen = state.parser.screen();
        let (row, _) = screen.cursor_position();
        screen.rows(0, 80).nth(row.into()).unwrap_or_default()
    }

    /// Waits until the screen is as wanted, and says since the start when the last of it came.
    pub fn wait(&self, what: &str, wanted: impl Fn(&str) -> bool) -> Duration {
        let end = Instant::now() + PATIENCE;
        let mut state = self.shared.0.lock().unwrap();
        loop {
            let text = state.parser.screen().contents();
            if wanted(&text) {
                return state.came.last().map_or(Duration::ZERO, |(at, _)| *at - self.started);
            }
            assert!(Instant::now() < end, "waited in vain for {what}; the screen:\n{text}");
            state = self.shared.1.wait_timeout(state, Duration::from_millis(100)).unwrap().0;
        }
    }

    pub fn see(&self, wanted: &str) -> Duration {
        self.wait(wanted, |text| text.contains(wanted))
    }

    /// Waits until nothing has come for so long.
    pub fn settle(&self, quiet: Duration) {
        let begun = Instant::now();
        let mut state = self.shared.0.lock().unwrap();
        loop {
            let last = state.came.last().map_or(begun, |(at, _)| *at).max(begun);
            let silent = last.elapsed();
            if silent >= quiet || begun.elapsed() > PATIENCE {
                return;
            }
            state = self.shared.1.wait_timeout(state, quiet.saturating_sub(silent)).unwrap().0;
        }
    }

    /// Types without looking.
    pub fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Presses a key on a screen at rest and waits until it is at rest again; `None`: nothing was drawn.
    pub fn press(&mut self, key: &str) -> Option<Drawn> {
        self.settle(QUIET);
        let before = self.shared.0.lock().unwrap().came.len();
        let start = Instant::now();
        self.send(key);
        self.settle(QUIET);
        let state = self.shared.0.lock().unwrap();
        let came = state.came.get(before..).unwrap_or_default();
        let mut first = came.first()?.0;
        for (at, _) in came {
            if *at - first > BETWEEN {
                break;
            }
            first = *at;
        }
        let last = came.last()?.0;
        let bytes = came.iter().map(|(_, bytes)| bytes).sum();
        Some(Drawn { first: first - start, last: last - start, bytes })
    }

    /// Presses a key and waits for a line on the screen that is as wanted: how long after the key it was there.
    pub fn press_until(&mut self, key: &str, what: &str, wanted: impl Fn(&str) -> bool) -> Duration {
        self.settle(QUIET);
        let start = Instant::now();
        self.send(key);
        self.wait(what, |text| text.lines().any(&wanted)).saturating_sub(start - self.started)
    }

    /// Bytes that come in so long.
    pub fn listen(&self, how_long: Duration) -> usize {
        let count = || self.shared.0.lock().unwrap().came.iter().map(|(_, bytes)| bytes).sum::<usize>();
        let before = count();
        std::thread::sleep(how_long);
        count() - before
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! Driving the program in tests: keys as strings, answers by hand, frames as text.

pub mod sample;
pub mod students;

use ratatui::{Terminal, backend::TestBackend, layout::Position};

use super::{
    ctx::{Ctx, Session},
    effect::Command,
    keymap,
    msg::{FileTrouble, Msg},
    root::{Left, Model},
    screens::Route,
    theme::{Theme, ThemeName},
};
use crate::{
    domain::{calendar::Timestamp, entities::Role},
    protocol::{Answer, Ask, Event, Failure, Inbound, Reply, Request, Ticket},
    text::{Lang, Locale},
    ui::effect::{FileDone, FileJob},
};

/// The program in a test: no terminal, no backend, no clock.
pub struct Driver {
    pub model: Model,
    /// Questions that were sent and not yet answered, in order.
    pub asks: Vec<Ask>,
    pub files: Vec<(Ticket, FileJob)>,
    /// Everything else the runner would have done.
    pub done: Vec<Command>,
    pub now: Timestamp,
}

impl Driver {
    /// Before login, in that language, 80×24, without colours. The first question is `Greet`.
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        Self::made(lang, None)
    }

    /// The same for somebody who left there last time.
    #[must_use]
    pub fn back(lang: Lang, left: Left) -> Self {
        Self::made(lang, Some(left))
    }

    fn made(lang: Lang, left: Option<Left>) -> Self {
        let theme = Theme::new(ThemeName::Default, false, true);
        let ctx = Ctx::new(Locale::new(lang), theme, jiff::tz::TimeZone::UTC, [7; 32]);
        let now: Timestamp = "2026-11-20T10:42:00Z".parse().expect("moment");
        let model = Model::new(ctx, false, left.into_iter().collect());
        let mut driver = Self { model, asks: Vec::new(), files: Vec::new(), done: Vec::new(), now };
        driver.model.ctx.now = now;
        let commands = driver.model.start();
        driver.take(commands);
        driver
    }

    /// Somebody of that role is logged in to the sample school and stands on home.
    #[must_use]
    pub fn inside(lang: Lang, role: Role) -> Self {
        let mut driver = Self::home(lang, role);
        driver.asks.clear();
        driver
    }

    /// Somebody of that role has just come in: what home asks for still waits.
    #[must_use]
    pub fn home(lang: Lang, role: Role) -> Self {
        let mut driver = Self::new(lang);
        driver.reply(Reply::Greeting(Box::new(sample::greeting())));
        driver.press("awa <enter> motdepasse <enter>");
        driver.reply(Reply::Entered(Box::new(sample::entered(role))));
        driver
    }

    /// The same on a shared terminal.
    #[must_use]
    pub fn shared(lang: Lang, role: Role) -> Self {
        let mut driver = Self::inside(lang, role);
        driver.model.share_for_test();
        driver
    }

    /// Somebody of that role stands on that screen.
    #[must_use]
    pub fn at(lang: Lang, role: Role, route: Route) -> Self {
        let mut driver = Self::inside(lang, role);
        let commands = driver.model.open_for_test(route);
        driver.take(commands);
        driver
    }

    /// The same in a school with that set-up.
    #[must_use]
    pub fn in_school(lang: Lang, role: Role, setup: crate::protocol::Setup, route: Route) -> Self {
        let mut driver = Self::new(lang);
        driver.reply(Reply::Greeting(Box::new(sample::greeting())));
        driver.press("awa <enter> motdepasse <enter>");
        let entered = crate::protocol::Entered { setup, ..sample::entered(role) };
        driver.reply(Reply::Entered(Box::new(entered)));
        driver.asks.clear();
        let commands = driver.model.open_for_test(route);
        driver.take(commands);
        driver
    }

    #[must_use]
    pub fn sized(mut self, columns: u16, rows: u16) -> Self {
        self.send(Msg::Resize(columns, rows));
        self
    }

    fn take(&mut self, commands: Vec<Command>) {
        for command in commands {
            match command {
                Command::Send(ask) => self.asks.push(ask),
                Command::File { ticket, job } => self.files.push((ticket, job)),
                other => self.done.push(other),
            }
        }
    }

    pub fn send(&mut self, msg: Msg) {
        let commands = self.model.update(self.now, msg);
        self.take(commands);
    }

    /// Presses keys: characters one by one, names in angle brackets; blanks only part them (`<space>` types one).
    pub fn press(&mut self, keys: &str) {
        for name in split(keys) {
            let key = keymap::parse(&name).unwrap_or_else(|| panic!("no key {name}"));
            self.send(Msg::Key(key));
        }
    }

    pub fn paste(&mut self, text: &str) {
        self.send(Msg::Paste(text.to_owned()));
    }

    pub fn event(&mut self, event: Event) {
        self.send(Msg::Inbound(Inbound::Event(event)));
    }

    /// Time passes by so many seconds, and a tick comes.
    pub fn wait(&mut self, seconds: i64) {
        self.now = self.now.checked_add(jiff::SignedDuration::from_secs(seconds)).expect("moment");
        self.send(Msg::Tick);
    }

    /// The body of the oldest question that waits.
    #[must_use]
    pub fn asked(&self) -> &Request {
        &self.asks.first().expect("a question").body
    }

    /// Answers the oldest question.
    pub fn answer(&mut self, result: Result<Reply, Failure>) {
        self.answer_nth(0, result);
    }

    /// Answers the `n`th question that waits.
    pub fn answer_nth(&mut self, n: usize, result: Result<Reply, Failure>) {
        let Ask { ticket, .. } = self.asks.remove(n);
        self.send(Msg::Inbound(Inbound::Answer(Answer { ticket, result })));
    }

    pub fn reply(&mut self, reply: Reply) {
        self.answer(Ok(reply));
    }

    pub fn fail(&mut self, failure: Failure) {
        self.answer(Err(failure));
    }

    /// Answers the oldest question about files.
    pub fn file(&mut self, result: Result<FileDone, FileTrouble>) {
        let (ticket, _) = self.files.remove(0);
        self.send(Msg::File(ticket, result));
    }

    fn drawn(&self) -> Terminal<TestBackend> {
        let (columns, rows) = self.model.ctx.size;
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("terminal");
        terminal.draw(|frame| self.model.view(frame)).expect("frame");
        terminal
    }

    /// The frame as text, without blanks at line ends, and a last line that says where the real cursor stands.
    #[must_use]
    pub fn frame(&self) -> String {
        let cursor = self.cursor();
        format!("{}\n[{}:{}]", self.screen(), cursor.y, cursor.x)
    }

    /// The frame as text.
    #[must_use]
    pub fn screen(&self) -> String {
        let terminal = self.drawn();
        let buffer = terminal.backend().buffer();
        let mut lines = Vec::new();
        for y in 0..buffer.area.height {
            let mut text = String::new();
            let mut x = 0;
            while x < buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                text.push_str(symbol);
                x += u16::try_from(crate::text::sanitise::width(symbol)).expect("width").max(1);
            }
            lines.push(text.trim_end().to_owned());
        }
        lines.join("\n")
    }

    /// Where the real cursor stands.
    #[must_use]
    pub fn cursor(&self) -> Position {
        self.drawn().backend().cursor_position()
    }

    /// The text of the line on which the real cursor stands.
    #[must_use]
    pub fn cursor_line(&self) -> String {
        let row = usize::from(self.cursor().y);
        self.screen().lines().nth(row).unwrap_or_default().to_owned()
    }

    /// Is the text on the screen?
    #[must_use]
    pub fn shows(&self, text: &str) -> bool {
        self.screen().contains(text)
    }

    /// The keys that work on the screen that is seen.
    #[must_use]
    pub fn keys(&self) -> Vec<&'static str> {
        self.model.keys_for_test().into_iter().flat_map(|line| line.keys).copied().collect()
    }

    /// How many lines the open palette has; 0 when it is closed.
    #[must_use]
    pub fn palette_lines(&self) -> usize {
        self.model.palette_for_test()
    }

    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.model.ctx.session.as_ref()
    }
}

/// How many keys such a text presses.
#[must_use]
pub fn strokes(keys: &str) -> usize {
    split(keys).len()
}

/// `jj<enter>12,5 <C-p>` as names of keys.
fn split(keys: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        let end = match rest.find('>') {
            Some(end) if first == '<' => end + 1,
            _ => first.len_utf8(),
        };
        let (name, more) = rest.split_at(end);
        if !name.trim().is_empty() {
            names.push(name.to_owned());
        }
        rest = more;
    }
    names
}

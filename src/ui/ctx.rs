//! What every screen may read: language, theme, who is there, the school's set-up, the size of the terminal.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;
use ratatui::layout::Rect;

use super::{
    memory::Memory,
    theme::{Theme, Tone},
};
use crate::{
    domain::{
        access::{self, Action, Principal, Scope},
        calendar::{Division, Term, Timestamp, YearId},
        id::{ActId, SessionId, from_bytes},
    },
    protocol::{Greeting, KeptCount, Lamp, Setup, SheetKey},
    text::Locale,
};

/// Somebody is logged in.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub who: Principal,
    pub username: String,
    pub display_name: String,
    pub setup: Setup,
}

/// Keys that follow each other closely are one run: somebody types without waiting for what the screen shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRun {
    /// The first key of the run.
    pub since: Timestamp,
    /// The latest one.
    pub last: Timestamp,
}

impl KeyRun {
    /// A longer pause begins a new run: time to see what has come up.
    const PAUSE: jiff::SignedDuration = jiff::SignedDuration::from_millis(700);

    /// The run with a key that was pressed now.
    #[must_use]
    pub fn with(self, now: Timestamp) -> Self {
        let goes_on = now.duration_since(self.last) <= Self::PAUSE;
        Self { since: if goes_on { self.since } else { now }, last: now }
    }
}

/// The context of every `update` and `view`.
pub struct Ctx {
    pub locale: Locale,
    pub theme: Theme,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    pub zone: TimeZone,
    /// The moment of the message in hand.
    pub now: Timestamp,
    /// The keys that are being pressed.
    pub keys: KeyRun,
    /// `None` before login.
    pub session: Option<Session>,
    /// The store's file or address, for when it cannot be opened.
    pub place: String,
    /// The folder of the backups.
    pub backups: String,
    /// `ui.top_row`: the top row of French keyboards is read as digits; `None`: if the language is French.
    pub top_row: Option<bool>,
    /// What `~` means in a path.
    pub home: Option<PathBuf>,
    /// What stands behind the door, once known.
    pub greeting: Option<Greeting>,
    pub store: Lamp,
    pub cache: Lamp,
    /// The user's choices, as they were left.
    pub memory: Memory,
    /// The user's marks that are kept on this machine because the store was away.
    pub kept: KeptCount,
    /// The sheet that was opened last: the picker begins there.
    pub last_sheet: RefCell<Option<SheetKey>>,
    /// Where fresh act ids come from.
    chance: RefCell<ChaCha12Rng>,
}

impl Ctx {
    /// `seed` makes the ids of acts; random in the program, fixed in tests.
    #[must_use]
    pub fn new(locale: Locale, theme: Theme, zone: TimeZone, seed: [u8; 32]) -> Self {
        Self {
            locale,
            theme,
            size: (80, 24),
            zone,
            now: Timestamp::UNIX_EPOCH,
            keys: KeyRun { since: Timestamp::UNIX_EPOCH, last: Timestamp::UNIX_EPOCH },
            session: None,
            place: String::new(),
            backups: String::new(),
            top_row: None,
            home: None,
            greeting: None,
            store: Lamp::Good,
            cache: Lamp::Good,
            memory: Memory::default(),
            kept: KeptCount::default(),
            last_sheet: RefCell::new(None),
            chance: RefCell::new(ChaCha12Rng::from_seed(seed)),
        }
    }

    /// The path that was typed: a leading `~` is the user's own folder.
    #[must_use]
    pub fn path(&self, typed: &str) -> PathBuf {
        match (typed.strip_prefix('~'), &self.home) {
            (Some(""), Some(home)) => home.clone(),
            (Some(rest), Some(home)) if rest.starts_with('/') => home.join(Path::new(rest.trim_start_matches('/'))),
            _ => PathBuf::from(typed),
        }
    }

    /// The school's set-up; `None` before login.
    #[must_use]
    pub fn setup(&self) -> Option<&Setup> {
        self.session.as_ref().map(|session| &session.setup)
    }

    /// A term of the current year, as the school calls it: `T1` or `S1`.
    #[must_use]
    pub fn term(&self, term: Term) -> String {
        let greeted = || self.greeting.as_ref().and_then(|greeting| greeting.division);
        match self.setup() {
            Some(setup) => setup.term(term),
            None => greeted().unwrap_or(Division::Trimesters).label(term),
        }
    }

    /// A term of any year, as the school called it then.
    #[must_use]
    pub fn term_in(&self, year: &YearId, term: Term) -> String {
        self.setup().map_or_else(|| self.term(term), |setup| setup.term_in(year, term))
    }

    /// The same with its year, where that is not the current one: `2025-2026 T1`.
    #[must_use]
    pub fn dated_term(&self, year: &YearId, term: Term) -> String {
        let label = self.term_in(year, term);
        match self.setup() {
            Some(setup) if setup.school.current_year != *year => format!("{year} {label}"),
            Some(_) | None => label,
        }
    }

    #[must_use]
    pub fn who(&self) -> Option<&Principal> {
        self.session.as_ref().map(|session| &session.who)
    }

    /// What the user may do in a year: a teacher, with the charges of then. `None`: the current one.
    #[must_use]
    pub fn who_in(&self, year: Option<&YearId>) -> Option<Principal> {
        let who = self.who()?.clone();
        let Some(year) = year else { return Some(who) };
        let charges = self.setup().and_then(|setup| setup.past.get(year)).cloned().unwrap_or_default();
        Some(Principal { charges, ..who })
    }

    /// Years before the current one of which the user can read something by that action, the newest first.
    #[must_use]
    pub fn past_years(&self, action: Action) -> Vec<YearId> {
        let (Some(who), Some(setup)) = (self.who(), self.setup()) else { return Vec::new() };
        let all = access::scope(who, action) == Scope::Everything;
        setup.past_years().into_iter().filter(|year| all || setup.past.contains_key(year)).collect()
    }

    /// The year before `year` of [`Self::past_years`], where one goes round: before the first one, the current one (`None`).
    #[must_use]
    pub fn year_before(&self, year: Option<&YearId>, action: Action) -> Option<YearId> {
        let past = self.past_years(action);
        let before = past.iter().find(|known| year.is_none_or(|year| *known < year));
        // Who has nothing this year goes round among those before.
        let first = || past.first().filter(|_| !self.may(action));
        before.or_else(first).cloned()
    }

    /// May the user do this at all, anywhere? (The backend's guard decides each case; this greys menus and keys.)
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.who().is_some_and(|who| access::scope(who, action) != Scope::Nothing)
    }

    /// The body of a screen: all but the title line, the status line and the footer.
    #[must_use]
    pub fn body(&self) -> Rect {
        Rect::new(0, 1, self.size.0, self.size.1.saturating_sub(3))
    }

    #[must_use]
    pub fn style(&self, tone: Tone) -> ratatui::style::Style {
        self.theme.style(tone)
    }

    /// A fresh act id: the unit of undo, and what makes a retry harmless.
    #[must_use]
    pub fn new_act(&self) -> ActId {
        let mut bytes = [0u8; 12];
        self.chance.borrow_mut().fill_bytes(&mut bytes);
        let millis = u64::try_from(self.now.as_millisecond()).unwrap_or_default().to_be_bytes();
        for (to, from) in bytes.iter_mut().zip(millis.iter().skip(2)) {
            *to = *from;
        }
        ActId::new(from_bytes(bytes))
    }
}

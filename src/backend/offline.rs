//! Typing goes on while the store is away: what this process last knew admits a mark, and the local journal keeps it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::sync::Notify;

use super::{
    core::{Core, lock},
    cx::Cx,
    guard,
    handlers::fits,
    journal::{
        Journals,
        book::{Book, Came, Kept, Line, What},
    },
};
use crate::{
    domain::{
        access::{Action, Principal, Resource, allows},
        entities::SheetState,
        id::{EvaluationId, SessionId, StudentId, UserId},
    },
    protocol::{
        Event, Failure, KeptCount, KeptMark, KeptNames, Lamp, Part, SetMark, SetMarks, SheetKey, SheetView, Trouble,
        Why,
    },
};

/// How long one mark may wait for the store before it is kept here instead.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// Sheets remembered of a session, and sessions, at once.
const SHEETS: usize = 16;
const SESSIONS: usize = 1_000;
/// Cells remembered whose kept mark this process has sent.
const SENT: usize = 5_000;

/// What is known of a session that is at work.
struct Seen {
    who: Principal,
    /// As they were read last.
    sheets: HashMap<SheetKey, Arc<SheetView>>,
}

type CellOf = (UserId, StudentId, EvaluationId);

/// The way around a store that is away.
pub(super) struct Offline {
    journals: Option<Journals>,
    away: Mutex<Option<Trouble>>,
    seen: Mutex<HashMap<SessionId, Seen>>,
    /// Cells whose kept mark has been sent: the version its typist saw, and the one it came to.
    sent: Mutex<HashMap<CellOf, (Option<u64>, u64)>>,
    /// How many marks were kept for whom, as clients were told last.
    told: Mutex<HashMap<UserId, KeptCount>>,
    /// There is something to send.
    pub work: Notify,
}

impl Offline {
    /// `journals`: where marks are kept; `None`: nowhere.
    pub fn new(journals: Option<Journals>) -> Self {
        Self {
            journals,
            away: Mutex::default(),
            seen: Mutex::default(),
            sent: Mutex::default(),
            told: Mutex::default(),
            work: Notify::new(),
        }
    }

    pub fn journals(&self) -> Option<&Journals> {
        self.journals.as_ref()
    }

    /// What is the matter with the store, if it is known to be away.
    pub fn away(&self) -> Option<Trouble> {
        lock(&self.away).clone()
    }

    /// What is kept for a user, seen by `see`; nothing if there is no journal, or none that can be read.
    pub fn look<T: Default>(&self, user: &UserId, see: impl FnOnce(&Book) -> T) -> T {
        let Some(journals) = &self.journals else { return T::default() };
        journals.look(user, see).unwrap_or_else(|error| {
            tracing::warn!(%error, "kept marks cannot be read");
            T::default()
        })
    }

    /// How many marks are kept for a user.
    pub fn count(&self, user: Option<&UserId>) -> KeptCount {
        user.map_or_else(KeptCount::default, |user| self.look(user, Book::count))
    }

    /// Whether clients were told of marks that still wait.
    pub fn told_of_any(&self) -> bool {
        lock(&self.told).values().any(|count| count.waiting > 0)
    }

    /// Of those who were told of kept marks, or for whom there is a journal: whose count is no longer what was told.
    /// Another process may have kept or sent them.
    pub fn told_wrongly(&self, users: &[UserId]) -> Vec<UserId> {
        let told = lock(&self.told).clone();
        let mut all: Vec<UserId> = users.iter().chain(told.keys()).cloned().collect();
        all.sort();
        all.dedup();
        let wrong = |user: &UserId| self.count(Some(user)) != told.get(user).copied().unwrap_or_default();
        all.into_iter().filter(wrong).collect()
    }

    /// A user's kept marks of a sheet.
    pub fn of_sheet(&self, user: Option<&UserId>, key: &SheetKey) -> Vec<KeptMark> {
        let here = |book: &Book| book.all().filter(|kept| kept.entry.mark.sheet == *key).map(Kept::view).collect();
        user.map_or_else(Vec::new, |user| self.look(user, here))
    }

    /// A session was admitted: remembered, for when nobody can be asked.
    pub fn saw(&self, cx: &Cx) {
        let (Some(_), Some(session), Some(_)) = (&self.journals, &cx.session, &cx.who.user) else { return };
        let mut seen = lock(&self.seen);
        if let Some(known) = seen.get_mut(session) {
            known.who.clone_from(&cx.who);
            return;
        }
        if seen.len() >= SESSIONS {
            seen.clear();
        }
        seen.insert(session.clone(), Seen { who: cx.who.clone(), sheets: HashMap::new() });
    }

    /// A session has read a sheet.
    pub fn saw_sheet(&self, session: Option<&SessionId>, view: &SheetView) {
        let mut seen = lock(&self.seen);
        let Some(known) = session.and_then(|session| seen.get_mut(session)) else { return };
        if known.sheets.len() >= SHEETS && !known.sheets.contains_key(&view.key) {
            known.sheets.clear();
        }
        known.sheets.insert(view.key.clone(), Arc::new(view.clone()));
    }

    pub fn forget(&self, session: &SessionId) {
        lock(&self.seen).remove(session);
    }

    /// May this mark be entered, by what this session last saw? The names of what it is about. `None`: the sheet was
    /// not seen; nobody can say.
    fn admit(&self, session: &SessionId, username: String, mark: &SetMark) -> Option<Result<KeptNames, Failure>> {
        let seen = lock(&self.seen);
        let known = seen.get(session)?;
        let view = known.sheets.get(&mark.sheet)?;
        let resource = Resource::Sheet { class: mark.sheet.class.clone(), subject: mark.sheet.subject.clone() };
        if !allows(&known.who, Action::EditSheet, &resource) {
            return Some(Err(Failure::Denied));
        }
        if view.state == SheetState::Closed || !view.editable {
            return Some(Err(Failure::refused(Why::Closed)));
        }
        let column = view.evaluations.iter().find(|column| column.id == mark.evaluation)?;
        let Some(row) = view.rows.iter().find(|row| row.student == mark.student && !row.left) else {
            return Some(Err(Failure::refused(Why::NotInClass)));
        };
        if let Err(failure) = fits(mark.value, column.scale) {
            return Some(Err(failure));
        }
        Some(Ok(KeptNames {
            user: username,
            class: view.class.name.to_string(),
            subject: view.subject.name.to_string(),
            evaluation: column.title.to_string(),
            student: format!("{} {}", row.last_name, row.first_name),
        }))
    }

    /// A mark typed over one's own kept mark, which has been sent meanwhile, was typed over what that one came to.
    pub fn over_ones_own(&self, user: &UserId, mark: &mut SetMark) {
        self.expected(user, (&mark.student, &mark.evaluation), &mut mark.expect);
    }

    /// The same for marks that were entered together.
    pub fn all_over_ones_own(&self, user: &UserId, marks: &mut SetMarks) {
        for cell in &mut marks.cells {
            self.expected(user, (&cell.student, &cell.evaluation), &mut cell.expect);
        }
    }

    fn expected(&self, user: &UserId, (student, column): (&StudentId, &EvaluationId), expect: &mut Option<u64>) {
        let cell = (user.clone(), student.clone(), column.clone());
        if let Some((seen, came)) = lock(&self.sent).get(&cell)
            && *expect == *seen
        {
            *expect = Some(*came);
        }
    }

    /// A kept mark has been sent and is stored.
    pub fn stored(&self, user: &UserId, mark: &SetMark, version: u64) {
        let mut sent = lock(&self.sent);
        if sent.len() >= SENT {
            sent.clear();
        }
        sent.insert((user.clone(), mark.student.clone(), mark.evaluation.clone()), (mark.expect, version));
    }
}

impl Core {
    /// The store did not take a mark, or does not answer: until it does, marks are kept here at once.
    pub fn store_went(&self, trouble: Trouble) {
        *lock(&self.offline.away) = Some(trouble);
        self.light(Lamp::Gone);
        self.offline.work.notify_one();
    }

    /// The store has taken a write again.
    pub fn store_is_back(&self) {
        *lock(&self.offline.away) = None;
        self.light(Lamp::Good);
    }

    /// Tells what is now kept for a user.
    pub fn announce_kept(&self, user: &UserId) {
        let count = self.offline.count(Some(user));
        let mut told = lock(&self.offline.told);
        if count == KeptCount::default() {
            told.remove(user);
        } else {
            told.insert(user.clone(), count);
        }
        drop(told);
        self.publish(&Event::Kept { user: user.clone(), count });
    }

    /// Whose session this is, and the login, by what this process knows; `None`: it knows of no such session that is
    /// alive.
    pub fn at_work(self: &Arc<Self>, session: &SessionId) -> Option<(UserId, String)> {
        let entry = self.alive(guard::session_user(session), session.as_str())?;
        let user = lock(&self.offline.seen).get(session)?.who.user.clone()?;
        Some((user, entry.username))
    }

    /// Keeps a mark in its user's journal. `None`: it cannot be, because this process knows too little of the session,
    /// or because the journal cannot be written.
    pub async fn keep(
        self: &Arc<Self>,
        session: &SessionId,
        mark: &SetMark,
        tried: bool,
    ) -> Option<Result<KeptMark, Failure>> {
        let (user, username) = self.at_work(session)?;
        let journals = self.offline.journals()?;
        let names = match self.offline.admit(session, username, mark)? {
            Ok(names) => names,
            Err(failure) => return Some(Err(failure)),
        };
        let (at, kept) = (self.now(), mark.clone());
        let make = move |book: &Book| match book.of_act(&kept.act) {
            // Asked again: it is kept already.
            Some(_) => Vec::new(),
            None => vec![Line { at, what: What::Mark(Box::new(book.entry(kept, tried, names))) }],
        };
        if let Err(error) = journals.append(&user, make).await {
            tracing::error!(%error, "a mark could not be kept on this machine");
            return None;
        }
        let kept = self.offline.look(&user, |book| book.of_act(&mark.act).map(Kept::view))?;
        self.announce_kept(&user);
        self.offline.work.notify_one();
        Some(Ok(kept))
    }

    /// Writes down what became of a kept mark, and says so.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn kept_came(&self, user: &UserId, of: u64, came: Came) -> std::io::Result<()> {
        let Some(journals) = self.offline.journals() else { return Ok(()) };
        let line = Line { at: self.now(), what: What::Outcome { of, came } };
        let make = move |book: &Book| if book.get(of).is_some() { vec![line] } else { Vec::new() };
        journals.append(user, make).await?;
        self.announce_kept(user);
        Ok(())
    }
}

/// The store does not answer.
pub(super) fn unreachable() -> Failure {
    Failure::Offline { what: Part::Store, detail: Trouble::Unreachable }
}

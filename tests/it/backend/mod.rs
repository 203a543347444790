//! The backend over an embedded store: what clients see.

mod again;
mod cached;
mod closing;
mod come_back;
mod door;
pub mod fickle;
mod hostile;
pub mod import;
mod offline;
mod option_left;
mod restoring;
pub mod rules;
pub mod setup;
mod sheet;
mod stale;
mod steps;
mod students;
mod together;
mod told;
mod trail;
mod undo;
mod upkeep;

use std::{path::PathBuf, sync::Arc, time::Duration};

use carnet::{
    backend::{Backend, BackendConfig, Link, ManualClock, SeededIds},
    cache::{SharedCache, keys::Keys, memory::MemoryCache},
    domain::{
        calendar::{Division, Term, Timestamp, YearId},
        entities::{Class, EvaluationKind, StudentStatus},
        id::{ActId, ClassId, EvaluationId, SessionId, StudentId, SubjectId},
        query::{Direction, Filter, Query, Seek, Sort},
        score::{MarkValue, Scale, Score},
        text_values::{Name, Password, Phone, Username},
    },
    protocol::{
        Entered, EvaluationDraft, Failure, MarkSet, Reply, Request, SaveStudent, SchoolSetup, SetMark, SheetKey,
        SheetView, StudentForm, StudentSaved,
    },
    store::{
        SharedStore,
        sqlite::{OpenOptions, SqliteStore},
    },
};

pub const PASSWORD: &str = "bonjour-bamako";

/// A school on disk, with as many backends at a time as a test wants.
pub struct Place {
    dir: tempfile::TempDir,
    pub clock: Arc<ManualClock>,
}

impl Place {
    pub fn new() -> Self {
        let start: Timestamp = "2026-11-20T08:00:00Z".parse().unwrap();
        Self { dir: tempfile::tempdir().unwrap(), clock: Arc::new(ManualClock::at(start)) }
    }

    pub fn file(&self) -> PathBuf {
        self.dir.path().join("school.db")
    }

    /// Heads of the audit chains, outside the store.
    pub fn anchors(&self) -> PathBuf {
        self.dir.path().join("state").join("heads.jsonl")
    }

    pub fn store(&self) -> SharedStore {
        Arc::new(SqliteStore::open(&self.file(), &OpenOptions::default()).unwrap())
    }

    pub fn config(&self, seed: u64) -> BackendConfig {
        let cache: SharedCache = Arc::new(MemoryCache::new(Keys::default()));
        let backups = self.dir.path().join("backups");
        BackendConfig {
            admin_token: Some(Password::typed("the-token")),
            anchors: Some(self.anchors()),
            bcrypt_cost: 4,
            clock: self.clock.clone(),
            ids: Arc::new(SeededIds::new(seed)),
            ..BackendConfig::with_store(self.store(), cache, b"audit key".to_vec(), backups)
        }
    }

    pub fn start(&self, seed: u64) -> Backend {
        Backend::start(self.config(seed))
    }
}

/// Somebody logged in.
pub struct Client {
    pub link: Link,
    pub entered: Entered,
    acts: u32,
}

pub fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub fn year() -> YearId {
    YearId::parse("2026-2027").unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "a cell's content, which may be none")]
pub fn points(hundredths: u16) -> Option<MarkValue> {
    Some(MarkValue::Score(Score::new(hundredths, Scale::TWENTY).unwrap()))
}

pub fn setup(samples: bool) -> Request {
    Request::OpenSchool(Box::new(SchoolSetup {
        name: name("Lycée de la Colline"),
        year: year(),
        division: Division::Trimesters,
        preset: "mali".to_owned(),
        samples,
        admin: Username::parse("admin").unwrap(),
        password: Password::typed(PASSWORD),
    }))
}

/// A new school's admin.
pub async fn opened(backend: &Backend) -> Client {
    let mut link = backend.connect();
    let Ok(Reply::Entered(entered)) = link.call(None, setup(true)).await else { panic!("the school opens") };
    Client { link, entered: *entered, acts: 0 }
}

pub async fn login(backend: &Backend, username: &str, password: &str) -> Result<Client, Failure> {
    let mut link = backend.connect();
    let request = Request::Login { username: username.to_owned(), password: Password::typed(password) };
    match link.call(None, request).await? {
        Reply::Entered(entered) => Ok(Client { link, entered: *entered, acts: 0 }),
        other => panic!("{other:?}"),
    }
}

impl Client {
    pub fn session(&self) -> SessionId {
        self.entered.session.clone()
    }

    pub async fn call(&mut self, request: Request) -> Result<Reply, Failure> {
        let session = self.session();
        tokio::time::timeout(Duration::from_secs(60), self.link.call(Some(&session), request)).await.unwrap()
    }

    pub fn act(&mut self) -> ActId {
        self.acts += 1;
        ActId::new(format!("{}-{}", self.entered.session, self.acts))
    }

    pub fn class(&self, index: usize) -> Class {
        self.entered.setup.classes[index].body.clone()
    }

    pub fn subject(&self, text: &str) -> SubjectId {
        let found = self.entered.setup.subjects.iter().find(|subject| subject.name.as_str() == text);
        found.unwrap_or_else(|| panic!("no {text}")).id.clone()
    }

    pub fn form(last: &str, first: &str, class: Option<&ClassId>) -> StudentForm {
        StudentForm {
            matricule: None,
            last_name: name(last),
            first_name: name(first),
            sex: None,
            phone: None,
            birth_date: None,
            birth_place: None,
            dossier: carnet::domain::entities::Dossier::default(),
            sensitive: carnet::domain::sensitive::Sensitive::default(),
            starts: carnet::protocol::Starts::Keep,
            class: class.cloned(),
            status: StudentStatus::Active,
        }
    }

    pub async fn add(&mut self, form: StudentForm) -> Result<StudentSaved, Failure> {
        let act = self.act();
        match self.call(Request::SaveStudent(Box::new(SaveStudent { act, id: None, form, marks: vec![] }))).await? {
            Reply::StudentSaved(saved) => Ok(saved),
            other => panic!("{other:?}"),
        }
    }

    pub fn key(&self, class: &ClassId, subject: &str) -> SheetKey {
        SheetKey { class: class.clone(), subject: self.subject(subject), year: year(), term: Term::new(1).unwrap() }
    }

    pub async fn sheet(&mut self, key: &SheetKey) -> SheetView {
        match self.call(Request::OpenSheet(key.clone())).await.unwrap() {
            Reply::Sheet(sheet) => *sheet,
            other => panic!("{other:?}"),
        }
    }

    pub fn column(key: &SheetKey, title: &str, version: u64) -> EvaluationDraft {
        EvaluationDraft {
            sheet: key.clone(),
            version,
            id: None,
            kind: EvaluationKind::Test,
            title: name(title),
            date: None,
            scale: Scale::TWENTY,
            coefficient: 1,
            published: true,
        }
    }

    /// A new column at the end; its id.
    pub async fn add_column(&mut self, key: &SheetKey, title: &str) -> EvaluationId {
        let version = self.sheet(key).await.version;
        let draft = Self::column(key, title, version);
        self.call(Request::SaveEvaluation(Box::new(draft))).await.unwrap();
        self.sheet(key).await.evaluations.last().unwrap().id.clone()
    }

    pub async fn set(
        &mut self,
        key: &SheetKey,
        (evaluation, student): (&EvaluationId, &StudentId),
        value: Option<MarkValue>,
        expect: Option<u64>,
    ) -> Result<MarkSet, Failure> {
        let ask = SetMark {
            act: self.act(),
            sheet: key.clone(),
            evaluation: evaluation.clone(),
            student: student.clone(),
            value,
            expect,
            reason: None,
        };
        match self.call(Request::SetMark(Box::new(ask))).await? {
            Reply::MarkSet(set) => Ok(*set),
            other => panic!("{other:?}"),
        }
    }
}

pub fn phone(text: &str) -> Phone {
    Phone::parse_in(text, "ML").unwrap()
}

pub fn by_name() -> Query {
    Query { filter: Filter::All, sort: Sort::by("name_key", Direction::Ascending), seek: Seek::First, limit: 50 }
}

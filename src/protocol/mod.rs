//! All that crosses the channel between the screens (or the command line) and the backend task.
//!
//! Only valid types cross: what a user typed has been parsed before. Everything is serde, so that the backend can move
//! out of process unchanged. No behaviour lives here.

mod audit;
mod bulletin;
mod completion;
mod failure;
mod guardians;
mod kept;
mod moment;
mod rules;
mod server;
mod setup;
mod sheet;
mod students;
mod subject_names;
mod terms;
mod turn;

use serde::{Deserialize, Serialize};

pub use audit::{AuditFault, AuditFinding, AuditLine, AuditQuestion, AuditReport};
pub use bulletin::{
    BulletinConflict, BulletinKey, BulletinRow, BulletinSet, BulletinView, BulletinWords, FollowShown, PhraseDraft,
    PhraseRow, Seen, SetBulletin, StepBulletin,
};
pub use completion::{ColumnProgress, CompletionQuestion, Progress, SheetProgress};
pub use failure::{CellConflict, Failure, Field, NeededBy, Part, PathFault, Trouble, Why};
pub use guardians::{GuardianPage, GuardianRow, GuardiansOf};
pub use kept::{KeptCount, KeptMark, KeptNames, KeptState, KeptUndone};
pub use moment::{MomentChange, MomentQuestion, MomentRow, SheetMoment, Standing};
pub use rules::{
    BeforeAfter, ExplainQuestion, Explained, MarkBasis, RulesExample, RulesPreview, RulesRow, SaveRules, SubjectBasis,
};
pub use server::{CacheFault, ServerFault};
pub use setup::{
    AccountRow, AssignmentRow, BackupRow, CacheCounters, DemoAccount, DoctorReport, Entered, Greeting, Health, Lamp,
    NewAccount, OptionRow, SaveUser, SchoolSetup, SetOption, Setup, SubjectDraft,
};
pub use sheet::{
    CellRefused, CellSet, CellView, CellWritten, EvaluationDraft, MarkSet, MarksSet, SetMark, SetMarks, SheetKey,
    SheetRow, SheetView,
};
pub use students::{
    CardRank, ClassStats, DeletedStudent, FirstMark, Found, HistoryLine, ImportFate, ImportPlan, ImportReport,
    ImportRow, ImportWork, MarkColumn, MyMarks, SaveStudent, Share, Starts, StatsQuestion, StatsSpread, StudentCard,
    StudentForm, StudentRow, StudentSaved, StudentsSource, TermWeights, TopQuestion, TopRow,
};

pub use terms::{ClassTerm, CloseTerm, ClosedBy, ClosingUnderWay, Gap, GapKind, TermClosed};
pub use turn::{Council, Decide, OpenYear, PlanClass, PlanCounts, PlanRow, YearOpened, YearPlan};

use crate::domain::{
    calendar::{Term, YearId},
    entities::{Class, ClassTarget, Guardian, Level, SchoolYear, Subject},
    id::{
        ActId, AssignmentId, ClassId, EvaluationId, GuardianId, LevelId, PhraseId, SessionId, StudentId, SubjectId,
        UserId,
    },
    query::{Count, Filter, Page, Query},
    rules::RuleSet,
    schema::Stored,
    text_values::{Matricule, Password},
};

/// Ties an answer to its question. Fresh for each `Ask` of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ticket(pub u64);

/// A question on its way to the backend.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ask {
    pub ticket: Ticket,
    /// `None` before login.
    pub session: Option<SessionId>,
    pub body: Request,
}

/// Its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    pub ticket: Ticket,
    pub result: Result<Reply, Failure>,
}

/// What a client receives: answers to its questions, and news.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Inbound {
    Answer(Answer),
    Event(Event),
}

/// News for every client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// Students were added, changed or removed. Empty: many or unknown; read again.
    Students(Vec<StudentId>),
    /// Marks or evaluations of a sheet changed.
    Sheet(SheetKey),
    /// Classes, subjects, years, rules, assignments or users changed.
    Setup,
    /// Somebody else wrote to the store; what exactly is not known.
    Elsewhere,
    /// Marks of that user that are kept on this machine came, went, or were not taken by the store.
    Kept { user: UserId, count: KeptCount },
    /// A lamp changed.
    Lamp { store: Lamp, cache: Lamp },
    /// Progress of long work that this client asked for: done and total.
    Progress { ticket: Ticket, done: u64, total: u64 },
    /// Why the store keeps everybody waiting.
    Store(StoreWork),
}

/// What a store is busy with while somebody waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoreWork {
    /// Another program holds it.
    Waiting,
    /// Everything is copied aside before the format changes.
    BackingUp,
    /// The data become those of a newer format.
    Migrating { from: u32, to: u32 },
    /// An index is built again: documents done, of so many.
    Indexing { done: u64, total: u64 },
}

/// A question. Each has one handler of its own in `backend/handlers/`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    // The door.
    /// What stands behind the door: is there a school, whose, in which year? Needs no session.
    Greet,
    /// The first-run wizard: opens an empty store as a school and logs its first admin in. Needs no session.
    OpenSchool(Box<SchoolSetup>),
    /// Needs no session.
    Login {
        username: String,
        password: Password,
    },
    /// The command line of the service account: the 0600 admin token instead of a login. Needs no session.
    LoginByToken(Password),
    Logout,
    /// Is this the password of the session's user? (Unlocking the screen.)
    CheckPassword(Password),
    ChangePassword {
        old: Password,
        new: Password,
    },

    // Students.
    ListStudents(Query),
    CountStudents(Filter),
    OpenStudent(StudentId),
    FindStudent(Matricule),
    SaveStudent(Box<SaveStudent>),
    DeleteStudent {
        id: StudentId,
        version: u64,
    },
    /// Deleted students that can come back, the last one deleted first; `Undo` with a row's act brings it back.
    DeletedStudents,
    /// Who changed what of a student, newest first.
    StudentHistory {
        id: StudentId,
        limit: u32,
    },
    /// The marks of the session's own student, or of one of the children.
    MyMarks {
        child: Option<StudentId>,
    },

    /// Guardians of a student, or by name or phone.
    Guardians(GuardiansOf),
    SaveGuardian {
        guardian: Box<Guardian>,
        version: Option<u64>,
    },
    DeleteGuardian {
        id: GuardianId,
        version: u64,
    },

    // The sheet.
    OpenSheet(SheetKey),
    SetMark(Box<SetMark>),
    /// Several at once: pasted, filled.
    SetMarks(Box<SetMarks>),
    /// The sheet as it stood at a moment, what the averages and ranks were then, and what has moved them since.
    SheetAt(MomentQuestion),
    /// Who changed that cell, newest first.
    CellHistory {
        sheet: SheetKey,
        evaluation: EvaluationId,
        student: StudentId,
    },
    /// Takes back the session user's last change on the sheet. `force`: also over somebody's later change.
    UndoMark {
        act: ActId,
        sheet: SheetKey,
        force: bool,
    },
    /// Brings back what was undone last.
    RedoMark {
        act: ActId,
        sheet: SheetKey,
        force: bool,
    },
    /// How many marks of anybody are kept on this machine because the store was away? Needs no session.
    KeptCount,
    /// The session user's own, in order.
    KeptMarks,
    /// Gives up a mark of one's own that is kept: the other's stays, or it was typed elsewhere.
    DropKept(ActId),
    SaveEvaluation(Box<EvaluationDraft>),
    /// Puts a column at another place of its sheet, 0 first.
    MoveEvaluation {
        sheet: SheetKey,
        evaluation: EvaluationId,
        to: u32,
        version: u64,
    },
    DeleteEvaluation {
        sheet: SheetKey,
        evaluation: EvaluationId,
        version: u64,
    },

    // Beside the marks.
    /// Appreciations of a subject, the follow-up, or the council of a class in a term.
    Bulletin(BulletinKey),
    SetBulletin(Box<SetBulletin>),
    StepBulletin(Box<StepBulletin>),
    /// The phrases that the user may use: the school's and one's own.
    Phrases,
    SavePhrase(Box<PhraseDraft>),
    DeletePhrase {
        id: PhraseId,
        version: u64,
    },
    /// Adds the usual phrases that the school does not have yet.
    FillPhrases {
        english: bool,
    },

    // Set-up.
    /// Classes, subjects, years, rules and the user's own charges.
    Setup,
    SaveClass {
        class: Class,
        version: Option<u64>,
    },
    DeleteClass {
        id: ClassId,
        version: u64,
    },
    SaveSubject {
        subject: SubjectDraft,
        version: Option<u64>,
    },
    DeleteSubject {
        id: SubjectId,
        version: u64,
    },
    SetCurrentTerm(Term),
    /// Every version of the school's rules, the newest first.
    Rules,
    /// What these would change, with that student (or some) for an example.
    PreviewRules {
        rules: Box<RuleSet>,
        student: Option<StudentId>,
    },
    /// They come into force, and every average of an open term is made anew.
    SaveRules(Box<SaveRules>),
    /// Another version comes into force. `over`: the one that was when it was chosen.
    UseRules {
        id: String,
        over: String,
    },
    /// Averages are being made anew by rules that were just changed: stops that, and the rules of before are in force
    /// again.
    CancelRules,
    /// All that an average was made of.
    Explain(ExplainQuestion),
    /// Which classes have closed a term of the current year, and what is missing in the others.
    TermState {
        term: Term,
        class: Option<ClassId>,
    },
    CloseTerm(CloseTerm),
    /// Is that term being closed for all classes, and how far is it?
    ClosingJob {
        term: Term,
    },
    /// Stops that before the next class.
    CancelClosing {
        term: Term,
    },
    /// Opens a closed term of a class again.
    ReopenTerm {
        term: Term,
        class: ClassId,
        reason: String,
    },
    /// School years with their versions, the newest first.
    Years,
    SaveYear {
        year: SchoolYear,
        version: Option<u64>,
    },
    DeleteYear {
        id: YearId,
        version: u64,
    },
    /// What becomes of everybody, or of a class, at the end of the current year.
    YearPlan {
        class: Option<ClassId>,
    },
    /// The council decides of a student.
    Decide(Box<Decide>),
    /// Which class follows a class; `None`: as guessed.
    MapClass {
        class: ClassId,
        target: Option<ClassTarget>,
    },
    /// Opens the next year; what was cut short goes on when it is asked for again.
    OpenYear(OpenYear),
    /// A student without a class gets a place in the next year before it is opened, or loses it.
    EnrolAhead {
        student: StudentId,
        class: Option<ClassId>,
    },
    SaveLevel {
        level: Level,
        version: Option<u64>,
    },
    DeleteLevel {
        id: LevelId,
        version: u64,
    },
    /// Adds the levels and series of the preset and of the classes that are not listed yet.
    FillLevels,
    /// The class, and who of it takes that option subject this year.
    Options {
        class: ClassId,
        subject: SubjectId,
    },
    SetOption(Box<SetOption>),
    Assignments,
    SaveAssignment {
        teacher: UserId,
        class: ClassId,
        subject: SubjectId,
    },
    DeleteAssignment {
        id: AssignmentId,
        version: u64,
    },
    Users,
    SaveUser(Box<SaveUser>),
    DeleteUser {
        id: UserId,
        version: u64,
    },
    /// Takes back an act that an earlier answer named (a deletion, a change of set-up, an import).
    Undo(ActId),

    // Statistics.
    Stats(StatsQuestion),
    /// The same side by side: the subjects in one term, and that average from term to term.
    StatsSpread(StatsQuestion),
    Top(TopQuestion),
    /// How far the marks of each sheet are entered.
    Completion(CompletionQuestion),

    // The palette.
    /// Students, by name, matricule or phone; classes come with `Setup`.
    Find {
        text: String,
        limit: u32,
    },

    // Exchange.
    PlanImport(Box<StudentsSource>),
    /// Commits that very plan.
    CommitImport {
        plan: Box<ImportPlan>,
        only_good: bool,
    },

    Health,
    /// Writes a backup into the backups folder.
    CreateBackup,
    Backups,
    /// Replaces everything by that backup; ends every other session.
    RestoreBackup {
        name: String,
    },
    /// Reads a backup through: whole, undamaged, of a format this program knows.
    VerifyBackup {
        name: String,
    },
    /// Removes all but the newest `keep` backups; answers with those removed.
    PruneBackups {
        keep: u32,
    },
    /// Forgets every cached value but sessions.
    FlushCache,
    /// Checks the store's integrity and, with `rebuild`, makes every student's read model again from the marks.
    Doctor {
        rebuild: bool,
    },
    /// Who did what, newest first.
    AuditTrail(AuditQuestion),
    /// Looks all audit chains through, and compares them with what is known of them outside the store.
    VerifyAudit,
    /// Fills an empty school (or, with `fill`, an existing one) with made-up people and marks.
    Seed {
        students: u32,
        seed: u64,
        fill: bool,
    },
}

/// An answer's content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    Greeting(Box<Greeting>),
    Entered(Box<Entered>),
    Done,
    Students(Page<StudentRow>),
    Count(Count),
    DeletedStudents(Vec<DeletedStudent>),
    Student(Box<StudentCard>),
    StudentSaved(StudentSaved),
    /// Done, and can be taken back by `Request::Undo`.
    Acted(ActId),
    History(Vec<HistoryLine>),
    MyMarks(Box<MyMarks>),
    Sheet(Box<SheetView>),
    SheetAt(Box<SheetMoment>),
    MarkSet(Box<MarkSet>),
    /// Also the answer to an undo or redo of marks that were entered together.
    MarksSet(Box<MarksSet>),
    /// The store is away; the mark is safe on this machine and will be sent.
    MarkKept(Box<KeptMark>),
    /// The last mark that was kept for the sheet is taken out again.
    KeptUndone(Box<KeptUndone>),
    KeptCount(KeptCount),
    KeptMarks(Vec<KeptMark>),
    Bulletin(Box<BulletinView>),
    BulletinSet(Box<BulletinSet>),
    /// The school's, then one's own, each by band.
    Phrases(Vec<PhraseRow>),
    Setup(Box<Setup>),
    Years(Vec<Stored<SchoolYear>>),
    Options(Vec<OptionRow>),
    Guardians(GuardianPage),
    Class {
        class: Class,
        version: u64,
        /// Takes it back by `Request::Undo`; `None`: nothing was changed.
        act: Option<ActId>,
    },
    Subject {
        subject: Subject,
        version: u64,
        /// Takes it back by `Request::Undo`.
        act: Option<ActId>,
    },
    Rules(Vec<RulesRow>),
    RulesPreview(Box<RulesPreview>),
    /// In force; with the number of students whose averages were made anew, and the act that takes it back (`None`:
    /// nothing was changed).
    RulesSaved {
        rules: Box<RuleSet>,
        students: u64,
        act: Option<ActId>,
    },
    Explained(Box<Explained>),
    TermState(Vec<ClassTerm>),
    TermClosed(TermClosed),
    YearPlan(Box<YearPlan>),
    YearOpened(YearOpened),
    ClosingJob(Option<ClosingUnderWay>),
    Assignments(Vec<AssignmentRow>),
    Users(Vec<AccountRow>),
    /// A saved account; with the first password that was made for it, if one was asked for.
    User(Box<NewAccount>),
    Stats(Box<ClassStats>),
    StatsSpread(Box<StatsSpread>),
    Top(Vec<TopRow>),
    /// By class, subject and term in their order.
    Completion(Vec<SheetProgress>),
    Found(Vec<Found>),
    Plan(Box<ImportPlan>),
    Imported(Box<ImportReport>),
    Health(Box<Health>),
    /// Newest first.
    Backups(Vec<BackupRow>),
    BackupMade(BackupRow),
    /// The backup is whole.
    BackupGood(BackupRow),
    Doctor(Box<DoctorReport>),
    AuditTrail(Vec<AuditLine>),
    AuditChecked(Box<AuditReport>),
}

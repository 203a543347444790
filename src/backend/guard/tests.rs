use super::*;
use crate::{
    domain::{
        bulletin::{BulletinOf, BulletinPage, BulletinPart},
        calendar::{Division, Term, YearId},
        entities::{Class, Role},
        id::{ActId, AssignmentId, ClassId, EvaluationId, PhraseId, StudentId, SubjectId},
        score::Scale,
        text_values::{Matricule, Name, Password, Remark, Username},
    },
    protocol::{
        BulletinKey, CloseTerm, EvaluationDraft, ExplainQuestion, ImportPlan, PhraseDraft, SaveRules, SaveStudent,
        SaveUser, SchoolSetup, SetBulletin, SetMark, SetMarks, StatsQuestion, StepBulletin, SubjectDraft, TopQuestion,
    },
};

fn name() -> Name {
    Name::parse("nom").unwrap()
}

fn key() -> SheetKey {
    SheetKey {
        class: ClassId::new("own"),
        subject: SubjectId::new("maths"),
        year: YearId::starting(2026).unwrap(),
        term: Term::new(1).unwrap(),
    }
}

/// One request of each kind, and its name. A new kind must be added: the match has no other arm.
#[expect(clippy::too_many_lines, reason = "a list: one line a request")]
fn samples() -> Vec<(&'static str, Request)> {
    let (student, user, password) = (StudentId::new("s"), UserId::new("u"), Password::typed("secret-secret"));
    let class = Class::named(ClassId::new("own"), name());
    let (act, term) = (ActId::new("a"), Term::new(1).unwrap());
    let setup = SchoolSetup {
        name: name(),
        year: key().year,
        division: Division::Trimesters,
        preset: "mali".to_owned(),
        samples: false,
        admin: Username::parse("admin").unwrap(),
        password: password.clone(),
    };
    let form = crate::protocol::StudentForm {
        matricule: None,
        last_name: name(),
        first_name: name(),
        sex: None,
        phone: None,
        birth_date: None,
        birth_place: None,
        dossier: crate::domain::entities::Dossier::default(),
        sensitive: crate::domain::sensitive::Sensitive::default(),
        starts: crate::protocol::Starts::Keep,
        class: None,
        status: crate::domain::entities::StudentStatus::Active,
    };
    let save = SaveStudent { act: act.clone(), id: None, form, marks: vec![] };
    let evaluation = EvaluationId::new("e");
    let set = SetMark {
        act: act.clone(),
        sheet: key(),
        evaluation: evaluation.clone(),
        student: student.clone(),
        value: None,
        expect: None,
        reason: None,
    };
    let draft = EvaluationDraft {
        sheet: key(),
        version: 0,
        id: None,
        kind: crate::domain::entities::EvaluationKind::Test,
        title: name(),
        date: None,
        scale: Scale::TWENTY,
        coefficient: 1,
        published: true,
    };
    let subject = SubjectDraft {
        id: None,
        name: name(),
        short: None,
        coefficient: 1,
        coefficients: vec![],
        position: 1,
        kind: crate::domain::entities::SubjectKind::Main,
        optional: false,
    };
    let account = SaveUser {
        id: None,
        username: setup.admin.clone(),
        display_name: name(),
        role: Role::Teacher,
        disabled: false,
        password: None,
        student: None,
        children: vec![],
        staff: crate::domain::entities::StaffFile::default(),
    };
    let stats =
        |class: Option<&str>| StatsQuestion { class: class.map(ClassId::new), subject: None, year: None, term: None };
    let top = |class: Option<&str>| TopQuestion {
        class: class.map(ClassId::new),
        year: None,
        term: None,
        limit: 10,
        with_ties: false,
    };
    let source = crate::protocol::StudentsSource {
        headers: vec![],
        rows: vec![],
        map: std::collections::BTreeMap::new(),
        marks: vec![],
        fill_missing: false,
        source: String::new(),
    };
    let plan = ImportPlan {
        act: act.clone(),
        source: String::new(),
        columns: vec![],
        new_classes: vec![],
        new_subjects: vec![],
        rows: vec![],
        totals: std::collections::BTreeMap::new(),
    };
    let rules = crate::domain::rules::Preset::Mali.rules();
    let guardian = serde_json::from_value(serde_json::json!({
        "_id": "g", "last_name": "Traoré", "first_name": "Moussa",
    }))
    .unwrap();
    let year = crate::domain::entities::SchoolYear {
        id: key().year,
        division: Division::Trimesters,
        terms: vec![],
        closed: false,
    };
    let of = crate::domain::entities::LevelKind::Level;
    let level = crate::domain::entities::Level {
        id: crate::domain::id::LevelId::new("l"),
        kind: of,
        name: name(),
        position: 1,
    };
    let option = crate::protocol::SetOption { class: key().class, subject: key().subject, students: vec![] };
    let other = SheetKey { class: ClassId::new("other"), ..key() };
    let page = |page| BulletinKey { of: BulletinOf { class: key().class, year: key().year, term }, page };
    let write = |of| {
        let student = StudentId::new("s");
        let (part, act) = (BulletinPart::Remark, ActId::new("b"));
        Request::SetBulletin(Box::new(SetBulletin { act, key: page(of), student, part, value: None, expect: None }))
    };
    let phrase = PhraseDraft { id: None, school: false, band: None, text: Remark::default() };
    let requests = vec![
        Request::Greet,
        Request::OpenSchool(Box::new(setup)),
        Request::Login { username: String::new(), password: password.clone() },
        Request::LoginByToken(password.clone()),
        Request::Logout,
        Request::CheckPassword(password.clone()),
        Request::ChangePassword { old: password.clone(), new: password },
        Request::ListStudents(Query::default()),
        Request::CountStudents(Filter::All),
        Request::OpenStudent(student.clone()),
        Request::FindStudent(Matricule::parse("M1").unwrap()),
        Request::SaveStudent(Box::new(save)),
        Request::DeleteStudent { id: student.clone(), version: 1 },
        Request::DeletedStudents,
        Request::StudentHistory { id: student, limit: 1 },
        Request::MyMarks { child: None },
        Request::OpenSheet(key()),
        Request::OpenSheet(other),
        Request::SetMark(Box::new(set)),
        Request::SetMarks(Box::new(SetMarks { act: act.clone(), sheet: key(), cells: vec![] })),
        Request::UndoMark { act: act.clone(), sheet: key(), force: false },
        Request::RedoMark { act: act.clone(), sheet: key(), force: false },
        Request::KeptCount,
        Request::KeptMarks,
        Request::DropKept(act.clone()),
        Request::SaveEvaluation(Box::new(draft)),
        Request::MoveEvaluation { sheet: key(), evaluation: evaluation.clone(), to: 0, version: 1 },
        Request::DeleteEvaluation { sheet: key(), evaluation, version: 1 },
        Request::Bulletin(page(BulletinPage::Subject(key().subject))),
        Request::Bulletin(page(BulletinPage::FollowUp)),
        Request::Bulletin(page(BulletinPage::Council)),
        write(BulletinPage::Subject(key().subject)),
        write(BulletinPage::FollowUp),
        write(BulletinPage::Council),
        Request::StepBulletin(Box::new(StepBulletin {
            act: act.clone(),
            key: page(BulletinPage::Council),
            redo: false,
            force: false,
        })),
        Request::Phrases,
        Request::SavePhrase(Box::new(phrase)),
        Request::DeletePhrase { id: PhraseId::new("p"), version: 1 },
        Request::FillPhrases { english: false },
        Request::Setup,
        Request::SaveClass { class, version: None },
        Request::DeleteClass { id: ClassId::new("own"), version: 1 },
        Request::SaveSubject { subject, version: None },
        Request::DeleteSubject { id: SubjectId::new("maths"), version: 1 },
        Request::Years,
        Request::Guardians(crate::protocol::GuardiansOf::Student(StudentId::new("s"))),
        Request::SaveGuardian { guardian: Box::new(guardian), version: None },
        Request::DeleteGuardian { id: crate::domain::id::GuardianId::new("g"), version: 1 },
        Request::SaveYear { year, version: None },
        Request::DeleteYear { id: key().year, version: 1 },
        Request::YearPlan { class: None },
        Request::Decide(Box::new(crate::protocol::Decide { student: StudentId::new("s"), decision: None })),
        Request::MapClass { class: key().class, target: None },
        Request::OpenYear(crate::protocol::OpenYear { act: act.clone(), from: key().year, assignments: true }),
        Request::EnrolAhead { student: StudentId::new("s"), class: None },
        Request::SaveLevel { level, version: None },
        Request::DeleteLevel { id: crate::domain::id::LevelId::new("l"), version: 1 },
        Request::FillLevels,
        Request::Options { class: key().class, subject: key().subject },
        Request::SetOption(Box::new(option)),
        Request::SetCurrentTerm(term),
        Request::Rules,
        Request::PreviewRules { rules: Box::new(rules.clone()), student: None },
        Request::SaveRules(Box::new(SaveRules { over: rules.id.clone(), rules: rules.clone() })),
        Request::UseRules { id: rules.id.clone(), over: rules.id },
        Request::CancelRules,
        Request::Explain(ExplainQuestion {
            student: StudentId::new("s"),
            year: None,
            term: Some(term),
            subject: None,
            at: None,
        }),
        Request::TermState { term, class: None },
        Request::CloseTerm(CloseTerm { act: act.clone(), term, class: None, anyway: false }),
        Request::ClosingJob { term },
        Request::CancelClosing { term },
        Request::ReopenTerm { term, class: ClassId::new("own"), reason: String::new() },
        Request::Assignments,
        Request::SaveAssignment { teacher: user.clone(), class: key().class, subject: key().subject },
        Request::DeleteAssignment { id: AssignmentId::new("x"), version: 1 },
        Request::Users,
        Request::SaveUser(Box::new(account)),
        Request::DeleteUser { id: user, version: 1 },
        Request::Undo(act),
        Request::Stats(stats(None)),
        Request::Stats(stats(Some("own"))),
        Request::StatsSpread(stats(None)),
        Request::StatsSpread(stats(Some("own"))),
        Request::Top(top(None)),
        Request::Top(top(Some("own"))),
        Request::Completion(crate::protocol::CompletionQuestion::default()),
        Request::SheetAt(crate::protocol::MomentQuestion { sheet: key(), at: jiff::Timestamp::UNIX_EPOCH }),
        Request::CellHistory { sheet: key(), evaluation: EvaluationId::new("e"), student: StudentId::new("s") },
        Request::Find { text: String::new(), limit: 1 },
        Request::PlanImport(Box::new(source)),
        Request::CommitImport { plan: Box::new(plan), only_good: false },
        Request::Health,
        Request::AuditTrail(crate::protocol::AuditQuestion::default()),
        Request::VerifyAudit,
        Request::CreateBackup,
        Request::Backups,
        Request::RestoreBackup { name: String::new() },
        Request::VerifyBackup { name: String::new() },
        Request::PruneBackups { keep: 1 },
        Request::FlushCache,
        Request::Doctor { rebuild: false },
        Request::Doctor { rebuild: true },
        Request::Seed { students: 1, seed: 1, fill: false },
    ];
    requests.into_iter().map(|request| (kind(&request), request)).collect()
}

fn kind(request: &Request) -> &'static str {
    match request {
        Request::Greet => "Greet",
        Request::OpenSchool(_) => "OpenSchool",
        Request::Login { .. } => "Login",
        Request::LoginByToken(_) => "LoginByToken",
        Request::Logout => "Logout",
        Request::CheckPassword(_) => "CheckPassword",
        Request::ChangePassword { .. } => "ChangePassword",
        Request::ListStudents(_) => "ListStudents",
        Request::CountStudents(_) => "CountStudents",
        Request::OpenStudent(_) => "OpenStudent",
        Request::FindStudent(_) => "FindStudent",
        Request::SaveStudent(_) => "SaveStudent",
        Request::DeleteStudent { .. } => "DeleteStudent",
        Request::DeletedStudents => "DeletedStudents",
        Request::StudentHistory { .. } => "StudentHistory",
        Request::MyMarks { .. } => "MyMarks",
        Request::OpenSheet(_) => "OpenSheet",
        Request::SetMark(_) => "SetMark",
        Request::SetMarks(_) => "SetMarks",
        Request::UndoMark { .. } => "UndoMark",
        Request::RedoMark { .. } => "RedoMark",
        Request::KeptCount => "KeptCount",
        Request::KeptMarks => "KeptMarks",
        Request::DropKept(_) => "DropKept",
        Request::SaveEvaluation(_) => "SaveEvaluation",
        Request::MoveEvaluation { .. } => "MoveEvaluation",
        Request::DeleteEvaluation { .. } => "DeleteEvaluation",
        Request::Bulletin(_) => "Bulletin",
        Request::SetBulletin(_) => "SetBulletin",
        Request::StepBulletin(_) => "StepBulletin",
        Request::Phrases => "Phrases",
        Request::SavePhrase(_) => "SavePhrase",
        Request::DeletePhrase { .. } => "DeletePhrase",
        Request::FillPhrases { .. } => "FillPhrases",
        Request::Setup => "Setup",
        Request::SaveClass { .. } => "SaveClass",
        Request::DeleteClass { .. } => "DeleteClass",
        Request::SaveSubject { .. } => "SaveSubject",
        Request::DeleteSubject { .. } => "DeleteSubject",
        Request::Years => "Years",
        Request::Guardians(_) => "Guardians",
        Request::SaveGuardian { .. } => "SaveGuardian",
        Request::DeleteGuardian { .. } => "DeleteGuardian",
        Request::SaveYear { .. } => "SaveYear",
        Request::DeleteYear { .. } => "DeleteYear",
        Request::YearPlan { .. } => "YearPlan",
        Request::Decide(_) => "Decide",
        Request::MapClass { .. } => "MapClass",
        Request::OpenYear(_) => "OpenYear",
        Request::EnrolAhead { .. } => "EnrolAhead",
        Request::SaveLevel { .. } => "SaveLevel",
        Request::DeleteLevel { .. } => "DeleteLevel",
        Request::FillLevels => "FillLevels",
        Request::Options { .. } => "Options",
        Request::SetOption(_) => "SetOption",
        Request::SetCurrentTerm(_) => "SetCurrentTerm",
        Request::Rules => "Rules",
        Request::PreviewRules { .. } => "PreviewRules",
        Request::SaveRules(_) => "SaveRules",
        Request::UseRules { .. } => "UseRules",
        Request::CancelRules => "CancelRules",
        Request::Explain(_) => "Explain",
        Request::TermState { .. } => "TermState",
        Request::CloseTerm(_) => "CloseTerm",
        Request::ClosingJob { .. } => "ClosingJob",
        Request::CancelClosing { .. } => "CancelClosing",
        Request::ReopenTerm { .. } => "ReopenTerm",
        Request::Assignments => "Assignments",
        Request::SaveAssignment { .. } => "SaveAssignment",
        Request::DeleteAssignment { .. } => "DeleteAssignment",
        Request::Users => "Users",
        Request::SaveUser(_) => "SaveUser",
        Request::DeleteUser { .. } => "DeleteUser",
        Request::Undo(_) => "Undo",
        Request::Stats(_) => "Stats",
        Request::StatsSpread(_) => "StatsSpread",
        Request::Top(_) => "Top",
        Request::Completion(_) => "Completion",
        Request::SheetAt(_) => "SheetAt",
        Request::CellHistory { .. } => "CellHistory",
        Request::Find { .. } => "Find",
        Request::PlanImport(_) => "PlanImport",
        Request::CommitImport { .. } => "CommitImport",
        Request::Health => "Health",
        Request::AuditTrail(_) => "AuditTrail",
        Request::VerifyAudit => "VerifyAudit",
        Request::CreateBackup => "CreateBackup",
        Request::Backups => "Backups",
        Request::RestoreBackup { .. } => "RestoreBackup",
        Request::VerifyBackup { .. } => "VerifyBackup",
        Request::PruneBackups { .. } => "PruneBackups",
        Request::FlushCache => "FlushCache",
        Request::Doctor { .. } => "Doctor",
        Request::Seed { .. } => "Seed",
    }
}

fn somebody(role: Role) -> Principal {
    let own = (ClassId::new("own"), SubjectId::new("maths"));
    Principal {
        user: Some(UserId::new("u")),
        role,
        student: (role == Role::Student).then(|| StudentId::new("s")),
        children: if role == Role::Parent { vec![StudentId::new("s")] } else { vec![] },
        heads: if role == Role::Teacher { vec![own.0.clone()] } else { vec![] },
        charges: if role == Role::Teacher { vec![own] } else { vec![] },
    }
}

/// Every kind of request by every role: the whole policy of the door, on one page. A change here is a decision.
#[test]
fn who_may_ask_what() {
    let mut page = String::new();
    for (name, request) in samples() {
        let may = |role: &Role| permits(&somebody(*role), &need(&request), false).is_ok();
        let roles: Vec<&str> = Role::ALL.iter().filter(|role| may(role)).map(|role| role.as_str()).collect();
        for part in [name, ": ", &roles.join(" "), "\n"] {
            page.push_str(part);
        }
    }
    insta::assert_snapshot!(page);
}

#[test]
fn a_password_that_must_change_comes_first() {
    for (name, request) in samples() {
        let answer = permits(&somebody(Role::Admin), &need(&request), true);
        match need(&request) {
            Need::Nothing | Need::Session => assert_eq!(answer, Ok(()), "{name}"),
            Need::Settled | Need::May(..) | Need::Somewhere(_) => {
                assert_eq!(answer, Err(Failure::PasswordMustChange), "{name}");
            }
        }
    }
}

#[test]
fn lists_are_cut_to_the_scope() {
    let teacher = cut(&somebody(Role::Teacher), Action::ViewStudents, Filter::All);
    assert_eq!(teacher, Ok(Filter::any_of("class", ["own"])));
    assert_eq!(cut(&somebody(Role::Head), Action::ViewStudents, Filter::All), Ok(Filter::All));
    assert_eq!(cut(&somebody(Role::Parent), Action::ViewStudents, Filter::All), Err(Failure::Denied));
}

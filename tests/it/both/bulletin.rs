//! What is written beside the marks: by whom, over whom, until when, and what families see of it.

use carnet::{
    domain::{
        bulletin::{BulletinOf, BulletinPage, BulletinPart, BulletinValue, HonourDecision},
        calendar::Term,
        entities::{Appreciation, AuditEntry, Class, ClassResult, FollowUp, Role},
        id::{ClassId, StudentId, UserId},
        query::Filter,
        score::Average,
        text_values::{Name, Remark, TextError},
    },
    protocol::{
        BulletinKey, BulletinRow, BulletinSet, BulletinView, BulletinWords, CloseTerm, EvaluationDraft, Failure, Field,
        Reply, Request, Seen, SetBulletin, StepBulletin, Why,
    },
    store::Records,
};

use super::{Ground, on_both};
use crate::backend::{
    Client, opened, points,
    setup::{save, settled, user},
    year,
};

on_both!(
    written_taken_back_and_brought_again_across_a_restart,
    two_in_one_place_see_each_other,
    whoever_may_not_is_refused,
    a_closed_term_keeps_what_is_written,
    families_see_the_bulletin_of_a_closed_term_and_what_is_published,
    phrases_are_the_schools_and_ones_own,
);

async fn account(admin: &mut Client, username: &str, role: Role) -> UserId {
    save(admin, user(username, role, None)).await.unwrap().id
}

fn term() -> Term {
    Term::new(1).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "a cell holds something or nothing")]
fn text(text: &str) -> Option<BulletinValue> {
    Some(BulletinValue::Text(Remark::parse(text).unwrap()))
}

fn key(class: &ClassId, page: BulletinPage) -> BulletinKey {
    BulletinKey { of: BulletinOf { class: class.clone(), year: year(), term: term() }, page }
}

async fn view(client: &mut Client, key: &BulletinKey) -> Result<BulletinView, Failure> {
    match client.call(Request::Bulletin(key.clone())).await? {
        Reply::Bulletin(view) => Ok(*view),
        other => panic!("{other:?}"),
    }
}

async fn row(client: &mut Client, key: &BulletinKey, student: &StudentId) -> BulletinRow {
    view(client, key).await.unwrap().rows.into_iter().find(|row| row.student == *student).unwrap()
}

async fn set(
    client: &mut Client,
    key: &BulletinKey,
    (student, part): (&StudentId, BulletinPart),
    value: Option<BulletinValue>,
    expect: Option<Seen>,
) -> Result<BulletinSet, Failure> {
    let ask = SetBulletin { act: client.act(), key: key.clone(), student: student.clone(), part, value, expect };
    match client.call(Request::SetBulletin(Box::new(ask))).await? {
        Reply::BulletinSet(set) => Ok(*set),
        other => panic!("{other:?}"),
    }
}

async fn step(client: &mut Client, key: &BulletinKey, redo: bool, force: bool) -> Result<BulletinSet, Failure> {
    let ask = StepBulletin { act: client.act(), key: key.clone(), redo, force };
    match client.call(Request::StepBulletin(Box::new(ask))).await? {
        Reply::BulletinSet(set) => Ok(*set),
        other => panic!("{other:?}"),
    }
}

async fn written_taken_back_and_brought_again_across_a_restart(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap().id;
    let maths = key(&class, BulletinPage::Subject(admin.subject("Mathématiques")));
    let at = (&awa, BulletinPart::Remark);
    set(&mut admin, &maths, at, text("Bon début."), Some(Seen(None))).await.unwrap();
    let seen = Some(Seen(text("Bon début.")));
    let second = set(&mut admin, &maths, at, text("Très bon trimestre."), seen).await.unwrap();
    assert_eq!((second.undo, second.redo), (true, false));
    // Another list of the class has steps of its own.
    let follow = key(&class, BulletinPage::FollowUp);
    let late = Some(BulletinValue::Count(3));
    set(&mut admin, &follow, (&awa, BulletinPart::Late), late.clone(), Some(Seen(None))).await.unwrap();
    let conduct = Average::from_hundredths(1_450).map(BulletinValue::Mark);
    set(&mut admin, &follow, (&awa, BulletinPart::Conduct), conduct.clone(), Some(Seen(None))).await.unwrap();

    drop((admin, backend));
    let backend = ground.start(2).await;
    let mut admin = crate::backend::login(&backend, "admin", crate::backend::PASSWORD).await.unwrap();
    let now = view(&mut admin, &maths).await.unwrap();
    assert_eq!((now.undo, now.redo, now.editable), (true, false, true));
    assert_eq!(step(&mut admin, &maths, false, false).await.unwrap().value, text("Bon début."));
    let last = step(&mut admin, &maths, false, false).await.unwrap();
    assert_eq!((last.value, last.undo, last.redo), (None, false, true));
    assert_eq!(step(&mut admin, &maths, false, false).await, Err(Failure::refused(Why::Nothing)));
    assert_eq!(step(&mut admin, &maths, true, false).await.unwrap().value, text("Bon début."));
    assert_eq!(row(&mut admin, &maths, &awa).await.remark, Remark::parse("Bon début.").ok());
    let known = row(&mut admin, &follow, &awa).await.follow;
    assert_eq!((known.late, known.conduct, known.justified), (Some(3), Average::from_hundredths(1_450), None));
    assert_eq!(step(&mut admin, &follow, false, false).await.unwrap().value, None);
    let known = row(&mut admin, &follow, &awa).await.follow;
    assert_eq!((known.late, known.conduct), (Some(3), None), "only the last is taken back");
    // All of it stands in the chains, which are whole.
    let store = ground.store().await;
    let entries = store.every::<AuditEntry>(&Filter::equals("student", awa.as_str())).await.unwrap();
    let acts = entries.iter().filter(|entry| entry.action.starts_with("bulletin.")).count();
    assert_eq!(acts, 8);
    let Ok(Reply::AuditChecked(report)) = admin.call(Request::VerifyAudit).await else { panic!("no report") };
    assert!(report.findings.is_empty(), "{report:?}");
    let id = FollowUp::id_of(&awa, &year(), term());
    assert_eq!(store.one::<FollowUp>(&id).await.unwrap().map(|follow| follow.version), Some(3));
}

async fn two_in_one_place_see_each_other(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut one = opened(&backend).await;
    let other = ground.start(2).await;
    let class = one.class(0).id;
    let awa = one.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap().id;
    let council = key(&class, BulletinPage::Council);
    let mut two = crate::backend::login(&other, "admin", crate::backend::PASSWORD).await.unwrap();
    let at = (&awa, BulletinPart::Remark);
    set(&mut one, &council, at, text("Bien."), Some(Seen(None))).await.unwrap();
    let clash = set(&mut two, &council, at, text("Assez bien."), Some(Seen(None))).await;
    let Err(Failure::Bulletin(conflict)) = clash else { panic!("{clash:?}") };
    assert_eq!(conflict.theirs, text("Bien."));
    assert_eq!(row(&mut two, &council, &awa).await.remark, Remark::parse("Bien.").ok(), "never overwritten");
    // Insisting names what was seen.
    set(&mut two, &council, at, text("Assez bien."), Some(Seen(text("Bien.")))).await.unwrap();
    // Two parts of one document do not meet: each is read again and written.
    let follow = key(&class, BulletinPage::FollowUp);
    let (justified, late) = (Some(BulletinValue::Count(4)), Some(BulletinValue::Count(2)));
    let (one_done, two_done) = tokio::join!(
        set(&mut one, &follow, (&awa, BulletinPart::Justified), justified, Some(Seen(None))),
        set(&mut two, &follow, (&awa, BulletinPart::Late), late, Some(Seen(None))),
    );
    assert!(one_done.is_ok() && two_done.is_ok(), "{one_done:?} {two_done:?}");
    let known = row(&mut one, &follow, &awa).await.follow;
    assert_eq!((known.justified, known.late), (Some(4), Some(2)));
}

async fn whoever_may_not_is_refused(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap().id;
    let (maths, french) = (admin.subject("Mathématiques"), admin.subject("Français"));
    let teacher = account(&mut admin, "m.sow", Role::Teacher).await;
    let ask = Request::SaveAssignment { teacher: teacher.clone(), class: class.clone(), subject: maths.clone() };
    admin.call(ask).await.unwrap();
    let (maths, french) = (key(&class, BulletinPage::Subject(maths)), key(&class, BulletinPage::Subject(french)));
    let (follow, council) = (key(&class, BulletinPage::FollowUp), key(&class, BulletinPage::Council));
    let mut sow = settled(&backend, "m.sow").await;
    let remark = (&awa, BulletinPart::Remark);
    set(&mut sow, &maths, remark, text("Bien."), None).await.unwrap();
    for (page, part) in
        [(&french, BulletinPart::Remark), (&follow, BulletinPart::Late), (&council, BulletinPart::Remark)]
    {
        let value = if part == BulletinPart::Late { Some(BulletinValue::Count(1)) } else { text("Bien.") };
        assert_eq!(set(&mut sow, page, (&awa, part), value, None).await, Err(Failure::Denied), "{page:?}");
    }
    assert_eq!(view(&mut sow, &french).await.map(|view| view.rows.len()), Err(Failure::Denied));
    assert!(!view(&mut sow, &council).await.unwrap().editable, "a teacher of the class reads the council's page");
    // Who answers for the class writes there, from now on.
    let Ok(Reply::Setup(setup)) = admin.call(Request::Setup).await else { panic!("no set-up") };
    let known = setup.classes.iter().find(|known| known.id == class).unwrap();
    let headed = Class { head_teacher: Some(teacher), ..known.body.clone() };
    admin.call(Request::SaveClass { class: headed, version: Some(known.version) }).await.unwrap();
    set(&mut sow, &council, remark, text("Bon trimestre."), None).await.unwrap();
    set(&mut sow, &follow, (&awa, BulletinPart::Late), Some(BulletinValue::Count(1)), None).await.unwrap();
    let other = key(&admin.class(1).id, BulletinPage::Council);
    assert_eq!(set(&mut sow, &other, remark, text("Non."), None).await, Err(Failure::Denied));
    account(&mut admin, "s.keita", Role::Supervisor).await;
    let mut keita = settled(&backend, "s.keita").await;
    set(&mut keita, &follow, (&awa, BulletinPart::Late), Some(BulletinValue::Count(2)), None).await.unwrap();
    assert_eq!(set(&mut keita, &council, remark, text("Non."), None).await, Err(Failure::Denied));
    // What does not fit is refused alike, whatever the rights.
    let long = set(&mut admin, &maths, remark, text(&"é".repeat(81)), None).await;
    assert_eq!(long, Err(Failure::invalid(Field::Appreciation, Why::Text(TextError::TooLong { max: 80 }))));
    let honour = Some(BulletinValue::Honour(HonourDecision { honour: None, reason: Remark::default() }));
    let without = set(&mut admin, &council, (&awa, BulletinPart::Honour), honour, None).await;
    assert_eq!(without, Err(Failure::invalid(Field::Reason, Why::Missing)));
    let stranger = StudentId::new("nobody");
    assert_eq!(
        set(&mut admin, &maths, (&stranger, BulletinPart::Remark), text("x"), None).await,
        Err(Failure::NotFound)
    );
    let elsewhere = admin.class(1).id;
    let issa = admin.add(Client::form("Keïta", "Issa", Some(&elsewhere))).await.unwrap().id;
    let refused = set(&mut admin, &maths, (&issa, BulletinPart::Remark), text("x"), None).await;
    assert_eq!(refused, Err(Failure::refused(Why::NotInClass)));
}

async fn close(admin: &mut Client, class: &ClassId) {
    let ask = CloseTerm { act: admin.act(), term: term(), class: Some(class.clone()), anyway: true };
    admin.call(Request::CloseTerm(ask)).await.unwrap();
}

/// Awa has 17 in mathematics, and something beside it.
async fn written(admin: &mut Client, class: &ClassId) -> StudentId {
    let awa = admin.add(Client::form("Traoré", "Awa", Some(class))).await.unwrap().id;
    let sheet = admin.key(class, "Mathématiques");
    let column = admin.add_column(&sheet, "Devoir 1").await;
    admin.set(&sheet, (&column, &awa), points(1_700), Some(0)).await.unwrap();
    let maths = key(class, BulletinPage::Subject(sheet.subject.clone()));
    set(admin, &maths, (&awa, BulletinPart::Remark), text("Très bien."), None).await.unwrap();
    let follow = key(class, BulletinPage::FollowUp);
    let conduct = Average::from_hundredths(500).map(BulletinValue::Mark);
    set(admin, &follow, (&awa, BulletinPart::Conduct), conduct, None).await.unwrap();
    awa
}

fn label(name: &str) -> Option<Name> {
    Name::parse(name).ok()
}

async fn a_closed_term_keeps_what_is_written(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = written(&mut admin, &class).await;
    let council = key(&class, BulletinPage::Council);
    // Conduct stands in the way of praise; the council decides otherwise.
    assert_eq!(row(&mut admin, &council, &awa).await.proposed, label("Blâme"));
    let reason = Remark::parse("Excuses présentées").unwrap();
    let honour = Some(BulletinValue::Honour(HonourDecision { honour: label("Encouragements"), reason }));
    set(&mut admin, &council, (&awa, BulletinPart::Honour), honour.clone(), None).await.unwrap();
    let decided = row(&mut admin, &council, &awa).await;
    assert_eq!((decided.proposed, decided.decided_by.as_deref()), (label("Blâme"), Some("admin")));
    close(&mut admin, &class).await;
    let store = ground.store().await;
    let result = store.one::<ClassResult>(&ClassResult::id_of(&class, &year(), term())).await.unwrap().unwrap();
    assert_eq!(result.students[0].honour, label("Encouragements"), "the council's word");
    let closed = view(&mut admin, &council).await.unwrap();
    assert_eq!((closed.closed, closed.editable), (true, false));
    let again = set(&mut admin, &council, (&awa, BulletinPart::Remark), text("Trop tard."), None).await;
    assert_eq!(again, Err(Failure::refused(Why::Closed)));
    assert_eq!(step(&mut admin, &council, false, false).await, Err(Failure::refused(Why::Closed)));
    // Opened again, one writes on; what was before the closing is not taken back.
    let ask = Request::ReopenTerm { term: term(), class: class.clone(), reason: "oubli".to_owned() };
    admin.call(ask).await.unwrap();
    assert_eq!(step(&mut admin, &council, false, false).await, Err(Failure::refused(Why::Nothing)));
    set(&mut admin, &council, (&awa, BulletinPart::Remark), text("Bon trimestre."), None).await.unwrap();
    assert_eq!(step(&mut admin, &council, false, false).await.unwrap().value, None);
    assert_eq!(step(&mut admin, &council, false, false).await, Err(Failure::refused(Why::Nothing)));
    let id = Appreciation::id_of(&awa, None, &year(), term());
    assert_eq!(store.one::<Appreciation>(&id).await.unwrap().map(|remark| remark.text.clone()), Some(None));
}

async fn mine(parent: &mut Client) -> (usize, Option<u16>, usize, Vec<BulletinWords>) {
    match parent.call(Request::MyMarks { child: None }).await.unwrap() {
        Reply::MyMarks(marks) => {
            let average = marks.student.averages.get(&year()).and_then(|all| all.terms.get(&term())).copied();
            (marks.student.grades.len(), average.map(Average::hundredths), marks.ranks.len(), marks.words)
        }
        other => panic!("{other:?}"),
    }
}

async fn families_see_the_bulletin_of_a_closed_term_and_what_is_published(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = written(&mut admin, &class).await;
    let mut family = user("famille", Role::Parent, None);
    family.children = vec![awa.clone()];
    save(&mut admin, family).await.unwrap();
    let mut parent = settled(&backend, "famille").await;
    assert_eq!(mine(&mut parent).await, (1, Some(1_700), 1, vec![]), "beside the marks nothing before the closing");
    // A mark that is not published is not seen, nor in the average, nor by a place in class.
    let sheet = admin.key(&class, "Mathématiques");
    let version = admin.sheet(&sheet).await.version;
    let hidden = EvaluationDraft { published: false, ..Client::column(&sheet, "Devoir 2", version) };
    admin.call(Request::SaveEvaluation(Box::new(hidden))).await.unwrap();
    let column = admin.sheet(&sheet).await.evaluations[1].id.clone();
    admin.set(&sheet, (&column, &awa), points(300), Some(0)).await.unwrap();
    assert_eq!(mine(&mut parent).await, (1, Some(1_700), 0, vec![]));
    // Nor is a classmate's: the place in class would tell of it.
    admin.set(&sheet, (&column, &awa), None, Some(1)).await.unwrap();
    let issa = admin.add(Client::form("Keïta", "Issa", Some(&class))).await.unwrap().id;
    admin.set(&sheet, (&column, &issa), points(2_000), Some(0)).await.unwrap();
    assert_eq!(mine(&mut parent).await.2, 0);
    let page = key(&class, BulletinPage::FollowUp);
    assert_eq!(view(&mut parent, &page).await.map(|view| view.rows.len()), Err(Failure::Denied));
    // Closing publishes the term: the bulletin is made of all of it.
    admin.set(&sheet, (&column, &awa), points(300), Some(2)).await.unwrap();
    close(&mut admin, &class).await;
    let (grades, average, ranks, words) = mine(&mut parent).await;
    assert_eq!((grades, average, ranks), (2, Some(1_000), 1));
    assert_eq!(words.len(), 1);
    assert_eq!((words[0].remarks.len(), words[0].follow.conduct), (1, Average::from_hundredths(500)));
    assert_eq!(words[0].honour, label("Blâme"));
}

async fn phrases_are_the_schools_and_ones_own(ground: &Ground) {
    use carnet::protocol::PhraseDraft;
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let teacher = account(&mut admin, "m.sow", Role::Teacher).await;
    let subject = admin.subject("Mathématiques");
    admin.call(Request::SaveAssignment { teacher, class, subject }).await.unwrap();
    let mut sow = settled(&backend, "m.sow").await;
    let list = async |client: &mut Client| match client.call(Request::Phrases).await.unwrap() {
        Reply::Phrases(rows) => rows,
        other => panic!("{other:?}"),
    };
    let usual = list(&mut admin).await.len();
    assert!(usual >= 15, "a school begins with the usual phrases: {usual}");
    assert_eq!(admin.call(Request::FillPhrases { english: false }).await, Ok(Reply::Done), "none is missing");
    let draft = |school, text: &str| {
        let text = Remark::parse(text).unwrap();
        Request::SavePhrase(Box::new(PhraseDraft { id: None, school, band: None, text }))
    };
    assert_eq!(sow.call(draft(true, "Bravo.")).await, Err(Failure::Denied));
    let Ok(Reply::Acted(act)) = sow.call(draft(false, "Bravo.")).await else { panic!("not saved") };
    assert_eq!(list(&mut sow).await.len(), usual + 1);
    assert_eq!(list(&mut admin).await.len(), usual, "somebody else's own");
    let own = list(&mut sow).await.into_iter().find(|row| row.phrase.owner.is_some()).unwrap();
    let school = list(&mut sow).await.into_iter().find(|row| row.phrase.owner.is_none()).unwrap();
    assert_eq!((own.editable, school.editable), (true, false));
    let delete = |id, version| Request::DeletePhrase { id, version };
    let refused = sow.call(delete(school.phrase.id.clone(), school.phrase.version)).await;
    assert_eq!(refused, Err(Failure::Denied));
    assert_eq!(sow.call(Request::Undo(act)).await, Ok(Reply::Done));
    assert_eq!(list(&mut sow).await.len(), usual);
}

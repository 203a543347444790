//! Guardians: whose they are, who sees what of them, what follows their account, and the way back.

use carnet::{
    backend::Backend,
    domain::{
        account::{AccountError, Operator},
        entities::{Guardian, MobileMoney, Relation, Role},
        filter_text::{FilterContext, parse},
        id::{GuardianId, StudentId},
        text_values::Phone,
    },
    protocol::{Failure, Field, GuardianRow, GuardiansOf, Reply, Request, Why},
};

use super::{Ground, on_both};
use crate::backend::{
    Client, by_name, login, name, opened, phone,
    setup::{save as save_user, settled, user},
};

on_both!(
    the_account_follows_the_children,
    a_teacher_sees_how_to_reach_and_no_more,
    what_does_not_hold_together_is_refused,
    students_are_found_by_their_guardians,
    pages_go_through_all,
);

/// Somebody with these phones and children.
pub fn guardian(last: &str, phones: &[&str], children: &[(&StudentId, Relation)]) -> Guardian {
    let mut guardian = Guardian {
        id: GuardianId::new(""),
        last_name: name(last),
        first_name: name("Fanta"),
        phones: phones.iter().map(|text| phone(text)).collect(),
        email: None,
        languages: Vec::new(),
        sms: false,
        mail: false,
        money: None,
        children: Vec::new(),
        account: None,
    };
    for (child, relation) in children {
        guardian.link((*child).clone(), *relation);
    }
    guardian
}

async fn save(client: &mut Client, guardian: &Guardian, version: Option<u64>) -> Result<Reply, Failure> {
    client.call(Request::SaveGuardian { guardian: Box::new(guardian.clone()), version }).await
}

async fn of(client: &mut Client, of: GuardiansOf) -> Vec<GuardianRow> {
    match client.call(Request::Guardians(of)).await {
        Ok(Reply::Guardians(page)) => page.rows,
        other => panic!("{other:?}"),
    }
}

/// The parent, with the password of [`settled`].
async fn again(backend: &Backend) -> Client {
    login(backend, "famille", "mon-mot-de-passe").await.unwrap()
}

async fn children_seen(parent: &mut Client) -> usize {
    match parent.call(Request::MyMarks { child: None }).await {
        Ok(Reply::MyMarks(marks)) => marks.children.len(),
        Err(Failure::NotFound | Failure::Denied) => 0,
        other => panic!("{other:?}"),
    }
}

async fn the_account_follows_the_children(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap().id;
    let issa = admin.add(Client::form("Keïta", "Issa", Some(&class))).await.unwrap().id;
    let account = save_user(&mut admin, user("famille", Role::Parent, None)).await.unwrap().id;
    let mut parent = settled(&backend, "famille").await;
    assert_eq!(children_seen(&mut parent).await, 0);
    let mut fanta = guardian("Traoré", &["76123456", "20223561"], &[(&awa, Relation::Mother)]);
    fanta.account = Some(account.clone());
    save(&mut admin, &fanta, None).await.unwrap();
    assert_eq!(children_seen(&mut parent).await, 1);
    // One child more; the aunt of one is the mother of the other.
    let row = of(&mut admin, GuardiansOf::Student(awa.clone())).await.remove(0);
    assert_eq!(row.account.as_deref(), Some("famille"));
    let mut more = row.guardian.body.clone();
    more.link(issa.clone(), Relation::UncleOrAunt);
    let Ok(Reply::Acted(act)) = save(&mut admin, &more, Some(row.guardian.version)).await else { panic!("an act") };
    assert_eq!(children_seen(&mut parent).await, 2);
    let seen = of(&mut admin, GuardiansOf::Student(issa.clone())).await.remove(0).guardian;
    assert_eq!(seen.relation_to(&issa), Some(Relation::UncleOrAunt));
    assert_eq!(seen.relation_to(&awa), Some(Relation::Mother));
    // An older reading does not win, and nothing new is no act.
    assert_eq!(save(&mut admin, &fanta, Some(row.guardian.version)).await, Err(Failure::NotFound));
    assert_eq!(save(&mut admin, &more, Some(row.guardian.version)).await, Err(Failure::Conflict));
    assert_eq!(save(&mut admin, &seen.body, Some(seen.version)).await, Ok(Reply::Done));
    // Taken back, the account follows back.
    assert_eq!(admin.call(Request::Undo(act)).await, Ok(Reply::Done));
    // An account that is put back as it was logs in anew.
    let mut parent = again(&backend).await;
    assert_eq!(children_seen(&mut parent).await, 1);
    // One account is one guardian's.
    let mut other = guardian("Sow", &[], &[(&issa, Relation::Guardian)]);
    other.account = Some(account);
    let taken = save(&mut admin, &other, None).await;
    assert!(matches!(taken, Err(Failure::Invalid { field: Some(Field::Username), .. })), "{taken:?}");
    // Gone, and back.
    let row = of(&mut admin, GuardiansOf::Student(awa.clone())).await.remove(0).guardian;
    let gone = Request::DeleteGuardian { id: row.id.clone(), version: row.version };
    let Ok(Reply::Acted(act)) = admin.call(gone).await else { panic!("an act") };
    assert_eq!(
        (of(&mut admin, GuardiansOf::Student(awa.clone())).await.len(), children_seen(&mut parent).await),
        (0, 0)
    );
    assert_eq!(admin.call(Request::Undo(act)).await, Ok(Reply::Done));
    let mut parent = again(&backend).await;
    assert_eq!(
        (of(&mut admin, GuardiansOf::Student(awa.clone())).await.len(), children_seen(&mut parent).await),
        (1, 1)
    );
    // The child's history tells it.
    let ask = Request::StudentHistory { id: awa, limit: 50 };
    let Ok(Reply::History(lines)) = admin.call(ask).await else { panic!("history") };
    assert!(lines.iter().any(|line| line.action == "guardian.delete"), "{lines:?}");
    // With the name alone.
    let told = lines.iter().filter(|line| line.action.starts_with("guardian."));
    assert!(told.flat_map(|line| [&line.old, &line.new]).all(|said| said.get("phones").is_none()), "{lines:?}");
}

/// A teacher of that class.
async fn teacher(backend: &Backend, admin: &mut Client, class: &carnet::domain::id::ClassId) -> Client {
    let row = save_user(admin, user("prof", Role::Teacher, None)).await.unwrap();
    let subject = admin.subject("Mathématiques");
    admin.call(Request::SaveAssignment { teacher: row.id, class: class.clone(), subject }).await.unwrap();
    settled(backend, "prof").await
}

async fn a_teacher_sees_how_to_reach_and_no_more(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let (own, other) = (admin.class(0).id, admin.class(1).id);
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&own))).await.unwrap().id;
    let issa = admin.add(Client::form("Keïta", "Issa", Some(&other))).await.unwrap().id;
    let mut both = guardian("Traoré", &["76123456"], &[(&awa, Relation::Mother), (&issa, Relation::Host)]);
    both.money = Some(MobileMoney { operator: Operator::OrangeMoney, number: phone("76123456") });
    save(&mut admin, &both, None).await.unwrap();
    save(&mut admin, &guardian("Keïta", &["66123456"], &[(&issa, Relation::Father)]), None).await.unwrap();
    let mut prof = teacher(&backend, &mut admin, &own).await;
    for asked in [GuardiansOf::Student(awa.clone()), GuardiansOf::text("fan", 10), GuardiansOf::text("", 10)] {
        let rows = of(&mut prof, asked).await;
        assert_eq!(rows.len(), 1, "only those of own students");
        let guardian = &rows[0].guardian.body;
        assert_eq!((guardian.phones.len(), &guardian.money, guardian.children.len()), (1, &None, 1));
        assert_eq!(rows[0].children.len(), 1);
    }
    assert_eq!(of(&mut prof, GuardiansOf::text("661234", 10)).await.len(), 0);
    assert_eq!(prof.call(Request::Guardians(GuardiansOf::Student(issa.clone()))).await, Err(Failure::NotFound));
    let all = of(&mut admin, GuardiansOf::text("", 10)).await;
    let strange = all.iter().find(|row| row.guardian.last_name.as_str() == "Keïta").unwrap().guardian.id.clone();
    assert_eq!(of(&mut prof, GuardiansOf::One(strange)).await.len(), 0);
    assert_eq!(save(&mut prof, &both, None).await, Err(Failure::Denied));
    // A secretary changes guardians, but says nothing about accounts.
    save_user(&mut admin, user("secretaire", Role::Secretary, None)).await.unwrap();
    let account = save_user(&mut admin, user("famille", Role::Parent, None)).await.unwrap().id;
    let mut secretary = settled(&backend, "secretaire").await;
    let row = of(&mut secretary, GuardiansOf::Student(awa)).await.remove(0).guardian;
    let linked = Guardian { account: Some(account), sms: true, ..row.body.clone() };
    assert_eq!(save(&mut secretary, &linked, Some(row.version)).await, Err(Failure::Denied));
    let written = Guardian { sms: true, ..row.body.clone() };
    assert!(matches!(save(&mut secretary, &written, Some(row.version)).await, Ok(Reply::Acted(_))));
}

async fn what_does_not_hold_together_is_refused(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let awa = admin.add(Client::form("Traoré", "Awa", None)).await.unwrap().id;
    let right = guardian("Traoré", &["76123456"], &[(&awa, Relation::Mother)]);
    let money = |operator, text: &str| Some(MobileMoney { operator, number: phone(text) });
    let wrong = [
        (Guardian { sms: true, phones: vec![], ..right.clone() }, Field::Phone, Why::ConsentWithout),
        (Guardian { mail: true, ..right.clone() }, Field::Email, Why::ConsentWithout),
        (Guardian { children: vec![], ..right.clone() }, Field::Student, Why::Missing),
        (
            Guardian { money: money(Operator::OrangeMoney, "20223561"), ..right.clone() },
            Field::MoneyNumber,
            Why::Account(AccountError::NotMobile),
        ),
        (
            Guardian { money: money(Operator::OrangeMoney, "66123456"), ..right.clone() },
            Field::MoneyNumber,
            Why::Account(AccountError::OtherNetwork { operator: Operator::OrangeMoney }),
        ),
        (
            guardian("Traoré", &[], &[(&StudentId::new("nobody"), Relation::Mother)]),
            Field::Student,
            Why::Unknown { what: "nobody".to_owned() },
        ),
    ];
    for (guardian, field, why) in wrong {
        assert_eq!(save(&mut admin, &guardian, None).await, Err(Failure::invalid(field, why)));
    }
    assert!(of(&mut admin, GuardiansOf::Student(awa)).await.is_empty());
}

async fn listed(client: &mut Client, text: &str) -> Result<Vec<String>, Failure> {
    let filter = parse(text, &FilterContext { classes: &[] }).unwrap();
    let query = carnet::domain::query::Query { filter, ..by_name() };
    match client.call(Request::ListStudents(query)).await? {
        Reply::Students(page) => Ok(page.items.iter().map(|row| row.first_name.as_str().to_owned()).collect()),
        other => panic!("{other:?}"),
    }
}

async fn students_are_found_by_their_guardians(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let own = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&own))).await.unwrap().id;
    let issa = admin.add(Client::form("Keïta", "Issa", None)).await.unwrap().id;
    admin.add(Client::form("Sow", "Zié", Some(&own))).await.unwrap();
    let both = [(&awa, Relation::Mother), (&issa, Relation::Host)];
    save(&mut admin, &guardian("Coulibaly", &["76123456", "66554433"], &both), None).await.unwrap();
    save(&mut admin, &guardian("Diarra", &[], &[(&issa, Relation::Father)]), None).await.unwrap();
    for (text, found) in [
        ("tuteur:couli", vec!["Issa", "Awa"]),
        ("tuteur:\"fanta coulibaly\"", vec!["Issa", "Awa"]),
        ("tuteur:\"fanta diarra\"", vec!["Issa"]),
        ("parent:665544", vec!["Issa", "Awa"]),
        ("76 12 34 56", vec!["Issa", "Awa"]),
        ("-tuteur:coulibaly", vec!["Zié"]),
        ("tuteur:nobody", vec![]),
        ("coulibaly", vec![]),
    ] {
        assert_eq!(listed(&mut admin, text).await.unwrap(), found, "{text}");
    }
    let Ok(Reply::Found(found)) = admin.call(Request::Find { text: "66 55 44 33".to_owned(), limit: 10 }).await else {
        panic!("found")
    };
    assert_eq!(found.len(), 2);
    let mut prof = teacher(&backend, &mut admin, &own).await;
    assert_eq!(listed(&mut prof, "tuteur:couli").await.unwrap(), ["Awa"], "own students only");
}

async fn pages_go_through_all(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let awa = admin.add(Client::form("Traoré", "Awa", None)).await.unwrap().id;
    for last in ["Sow", "Ba", "Élan", "Diarra", "Ba"] {
        save(&mut admin, &guardian(last, &[], &[(&awa, Relation::Other)]), None).await.unwrap();
    }
    let (mut names, mut after) = (Vec::new(), None);
    loop {
        let of = GuardiansOf::Text { text: String::new(), limit: 2, after };
        let Ok(Reply::Guardians(page)) = admin.call(Request::Guardians(of)).await else { panic!("a page") };
        names.extend(page.rows.iter().map(|row| row.guardian.last_name.as_str().to_owned()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(names, ["Ba", "Ba", "Diarra", "Élan", "Sow"]);
    let by_phone: Vec<Phone> = of(&mut admin, GuardiansOf::text("12", 10))
        .await
        .into_iter()
        .flat_map(|row| row.guardian.phones.clone())
        .collect();
    assert!(by_phone.is_empty(), "two digits are too few to look for");
}

//! The opening of a year, cut short: after each of its commits, and by killing the process. Asked again it goes on:
//! nobody is twice in the next year, and nobody is lost.

use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use carnet::{
    backend::{Backend, BackendConfig, SeededIds},
    cache::{SharedCache, keys::Keys, memory::MemoryCache},
    domain::{
        calendar::Term,
        entities::{ClassTarget, Enrolment, Outcome, Student, StudentStatus, YearDecision},
        id::{ClassId, StudentId},
        query::Filter,
        text_values::Password,
        turn::Fate,
    },
    protocol::{Council, Decide, Failure, OpenYear, Reply, Request},
    store::{Records, SharedStore},
};

use super::{
    Ground, on_both,
    processes::open as open_store,
    year::{ELEVENTH, LAST, close, next, open, plan},
};
use crate::backend::{
    Client, PASSWORD,
    fickle::{Fickle, Mood},
    login, opened, year,
};

on_both!(killed_it_goes_on);

/// Set for the process that is killed: the store.
const STORE: &str = "CARNET_TEST_TURNER_STORE";

/// What should come of everybody.
type Expected = BTreeMap<StudentId, Option<ClassId>>;

/// Made-up students with marks, three terms closed, everything decided.
async fn ready(admin: &mut Client, students: u32) -> Expected {
    admin.call(Request::Seed { students, seed: 7, fill: false }).await.unwrap();
    for number in 1..=3 {
        close(admin, Term::new(number).unwrap()).await;
    }
    let Ok(Reply::Setup(setup)) = admin.call(Request::Setup).await else { panic!("set-up") };
    admin.entered.setup = *setup;
    let leaves = |class: ClassId| Request::MapClass { class, target: Some(ClassTarget::Leaves) };
    for class in admin.entered.setup.classes.clone() {
        if plan(admin).await.classes.iter().any(|one| one.class == class.id && one.target.is_err()) {
            admin.call(leaves(class.id.clone())).await.unwrap();
        }
    }
    let target = Some(ClassTarget::Class(admin.class(LAST).id));
    admin.call(Request::MapClass { class: admin.class(ELEVENTH).id, target }).await.unwrap();
    let told = plan(admin).await;
    for row in told.rows.iter().filter(|row| matches!(row.fate, Fate::Undecided(_))) {
        let decision = Some(Council { outcome: Outcome::Repeating, to: None, reason: "sans notes".to_owned() });
        admin.call(Request::Decide(Box::new(Decide { student: row.student.clone(), decision }))).await.unwrap();
    }
    let told = plan(admin).await;
    assert!(told.ready());
    let of: Expected = told.rows.into_iter().map(|row| (row.student, row.to)).collect();
    assert!(of.len() > 200 && of.values().any(Option::is_none), "{}", of.len());
    of
}

/// Everybody is where they should be, once.
async fn as_expected(store: &SharedStore, expected: &Expected) {
    let places: Vec<Enrolment> = store
        .every::<Enrolment>(&Filter::equals("year", next().as_str()))
        .await
        .unwrap()
        .into_iter()
        .map(|place| place.body)
        .collect();
    let staying = expected.values().flatten().count();
    assert_eq!(places.len(), staying);
    for place in &places {
        assert_eq!(expected[&place.student].as_ref(), Some(&place.class));
    }
    let decisions = store.every::<YearDecision>(&Filter::equals("year", year().as_str())).await.unwrap();
    assert_eq!(decisions.len(), expected.len());
    for student in store.every::<Student>(&Filter::All).await.unwrap() {
        let Some(to) = expected.get(&student.id) else { continue };
        assert_eq!((&student.class, student.year.as_ref()), (to, Some(&next())));
        assert_eq!(student.status == StudentStatus::Withdrawn, to.is_none());
    }
}

async fn sound(admin: &mut Client) {
    let report = admin.call(Request::Doctor { rebuild: false }).await;
    assert!(matches!(report, Ok(Reply::Doctor(report)) if report.stale == 0 && report.audit.is_empty()));
}

/// Cut after one commit, and again after one more, until nothing is left: every place in which it can break off.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_after_each_commit_it_goes_on() {
    for loses in [false, true] {
        let ground = Ground::sqlite();
        let fickle = Fickle::new(ground.store().await);
        let store: SharedStore = fickle.clone();
        let mut config = ground.config(1).await;
        config.open_store = Arc::new(move |_| {
            let store = store.clone();
            Box::pin(async move { Ok(store) })
        });
        let backend = Backend::start(config);
        let mut admin = opened(&backend).await;
        let expected = ready(&mut admin, 230).await;
        let mut cuts = 0;
        loop {
            fickle.cut_after(1, loses);
            let came = open(&mut admin).await;
            fickle.cut_after(usize::MAX, false);
            fickle.set(Mood::Good);
            match came {
                Err(Failure::Offline { .. }) => cuts += 1,
                Ok(_) => break,
                Err(other) => panic!("{other:?}"),
            }
            assert!(cuts < 20, "it gets no further");
        }
        assert!(cuts >= 2, "{cuts}");
        // What was cut of the records, too, follows.
        assert!(open(&mut admin).await.unwrap().already);
        as_expected(&ground.store().await, &expected).await;
        sound(&mut admin).await;
        backend.shutdown().await;
    }
}

/// What the process runs that is killed; without the variable it has nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn turner() {
    let Ok(address) = std::env::var(STORE) else { return };
    let folder = tempfile::tempdir().unwrap();
    let cache: SharedCache = Arc::new(MemoryCache::new(Keys::default()));
    let backend = Backend::start(BackendConfig {
        admin_token: Some(Password::typed("the-token")),
        bcrypt_cost: 4,
        ids: Arc::new(SeededIds::new(77)),
        ..BackendConfig::with_store(open_store(&address).await, cache, b"audit key".to_vec(), folder.path().to_owned())
    });
    let mut client = login(&backend, "admin", PASSWORD).await.unwrap();
    let ask = OpenYear { act: client.act(), from: year(), assignments: true };
    client.call(Request::OpenYear(ask)).await.unwrap();
    backend.shutdown().await;
}

async fn places(store: &SharedStore) -> usize {
    store.every::<Enrolment>(&Filter::equals("year", next().as_str())).await.unwrap().len()
}

async fn killed_it_goes_on(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let expected = ready(&mut admin, 230).await;
    backend.shutdown().await;
    let store = ground.store().await;
    let name = format!("{}::turner", module_path!().split_once("::").expect("a module of this program").1);
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &name, "--nocapture"])
        .env(STORE, ground.address())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // As soon as the first places are there.
    let begun = async {
        while places(&store).await == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), begun).await.unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(places(&store).await > 0);
    let backend = ground.start(2).await;
    let mut admin = login(&backend, "admin", PASSWORD).await.unwrap();
    open(&mut admin).await.unwrap();
    // A server lets go of what the dead process held within a minute; until then some records may still have to follow.
    let followed = async {
        while store.every::<Student>(&Filter::All).await.unwrap().iter().any(|one| one.year != Some(next())) {
            assert!(open(&mut admin).await.unwrap().already);
        }
    };
    tokio::time::timeout(Duration::from_secs(90), followed).await.unwrap();
    as_expected(&store, &expected).await;
    sound(&mut admin).await;
    backend.shutdown().await;
}

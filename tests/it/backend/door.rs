use std::time::Duration;

use carnet::{
    domain::{entities::School, text_values::Password},
    protocol::{Failure, Field, Greeting, Reply, Request, Why},
    store::Records,
};

use super::{PASSWORD, Place, login, opened, setup};

async fn greeting(link: &mut carnet::backend::Link) -> Greeting {
    match link.call(None, Request::Greet).await.unwrap() {
        Reply::Greeting(greeting) => *greeting,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_school_opens_once() {
    let place = Place::new();
    let backend = place.start(1);
    let mut link = backend.connect();
    assert_eq!(greeting(&mut link).await.school, None);
    let client = opened(&backend).await;
    assert!(!client.entered.setup.classes.is_empty());
    assert!(!client.entered.must_change);
    assert_eq!(link.call(None, setup(false)).await, Err(Failure::refused(Why::AlreadyOpen)));
    assert_eq!(greeting(&mut link).await.school.unwrap().name.as_str(), "Lycée de la Colline");
    backend.shutdown().await;
    let kept = place.store().one::<School>(School::ID).await.unwrap();
    assert!(kept.is_some());
}

#[tokio::test]
async fn login_says_the_same_for_a_wrong_name_and_a_wrong_password() {
    let place = Place::new();
    let backend = place.start(1);
    opened(&backend).await;
    assert!(login(&backend, " ADMIN ", PASSWORD).await.is_ok());
    for (name, password) in [("admin", "faux"), ("nobody", PASSWORD), ("', drop table", PASSWORD), ("", "")] {
        assert_eq!(login(&backend, name, password).await.err(), Some(Failure::WrongLogin));
    }
    let too_long = format!("{PASSWORD}{}", "x".repeat(100));
    assert_eq!(login(&backend, "admin", &too_long).await.err(), Some(Failure::WrongLogin));
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let place = Place::new();
    let backend = place.start(1);
    opened(&backend).await;
    for _ in 0..4 {
        assert_eq!(login(&backend, "admin", "faux").await.err(), Some(Failure::WrongLogin));
    }
    assert_eq!(login(&backend, "admin", PASSWORD).await.err(), Some(Failure::Throttled { seconds: 1 }));
    place.clock.advance(Duration::from_secs(1));
    assert!(login(&backend, "admin", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn sessions_slide_and_end_after_an_hour() {
    let place = Place::new();
    let backend = place.start(1);
    let mut client = opened(&backend).await;
    for _ in 0..3 {
        place.clock.advance(Duration::from_secs(3_599));
        assert!(client.call(Request::Setup).await.is_ok());
    }
    place.clock.advance(Duration::from_secs(3_600));
    assert_eq!(client.call(Request::Setup).await, Err(Failure::SessionOver));
    let mut other = login(&backend, "admin", PASSWORD).await.unwrap();
    assert_eq!(other.call(Request::Logout).await, Ok(Reply::Done));
    assert_eq!(other.call(Request::Setup).await, Err(Failure::SessionOver));
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let place = Place::new();
    let backend = place.start(1);
    let mut client = opened(&backend).await;
    let mut other = login(&backend, "admin", PASSWORD).await.unwrap();
    let change =
        |old: &str, new: &str| Request::ChangePassword { old: Password::typed(old), new: Password::typed(new) };
    let refused = client.call(change("faux", "autre-mot-2026")).await;
    assert!(matches!(refused, Err(Failure::Invalid { why: Why::WrongPassword, .. })), "{refused:?}");
    assert!(matches!(client.call(change(PASSWORD, "court")).await, Err(Failure::Invalid { .. })));
    assert_eq!(client.call(change(PASSWORD, "autre-mot-2026")).await, Ok(Reply::Done));
    assert!(client.call(Request::Setup).await.is_ok());
    assert_eq!(other.call(Request::Setup).await, Err(Failure::SessionOver));
    assert_eq!(login(&backend, "admin", PASSWORD).await.err(), Some(Failure::WrongLogin));
    assert!(login(&backend, "admin", "autre-mot-2026").await.is_ok());
}

#[tokio::test]
async fn the_service_account_needs_its_token() {
    let place = Place::new();
    let backend = place.start(1);
    opened(&backend).await;
    let mut link = backend.connect();
    let by = |token: &str| Request::LoginByToken(Password::typed(token));
    assert_eq!(link.call(None, by("other")).await, Err(Failure::WrongLogin));
    assert_eq!(link.call(None, by("")).await, Err(Failure::WrongLogin));
    let Ok(Reply::Entered(entered)) = link.call(None, by("the-token\n")).await else { panic!("enters") };
    assert_eq!(entered.who.user, None);
    assert!(link.call(Some(&entered.session), Request::Setup).await.is_ok());
}

#[tokio::test]
async fn nothing_goes_without_a_session() {
    let place = Place::new();
    let backend = place.start(1);
    let client = opened(&backend).await;
    let mut link = backend.connect();
    assert_eq!(link.call(None, Request::Setup).await, Err(Failure::SessionOver));
    let user = client.entered.who.user.clone().unwrap();
    let made_up = carnet::domain::id::SessionId::new(format!("{user}.0000"));
    assert_eq!(link.call(Some(&made_up), Request::Setup).await, Err(Failure::SessionOver));
}

#[tokio::test]
async fn a_password_that_is_changed_becomes_another() {
    let place = Place::new();
    let backend = place.start(1);
    let mut client = opened(&backend).await;
    let change = |new: &str| Request::ChangePassword { old: Password::typed(PASSWORD), new: Password::typed(new) };
    let same = Failure::invalid(Field::Password, Why::SamePassword);
    assert_eq!(client.call(change(PASSWORD)).await, Err(same));
    assert_eq!(client.call(change("un-tout-autre")).await, Ok(Reply::Done));
    assert!(login(&backend, "admin", "un-tout-autre").await.is_ok());
}

#[tokio::test]
async fn a_program_that_ends_leaves_no_session_behind() {
    let place = Place::new();
    let config = place.config(1);
    let cache = config.cache.clone();
    let backend = carnet::backend::Backend::start(config);
    let client = opened(&backend).await;
    let other = login(&backend, "admin", PASSWORD).await.unwrap();
    let user = client.entered.who.actor().to_owned();
    assert_eq!(cache.sessions(&user).await.unwrap().len(), 2);
    drop((client, other));
    backend.shutdown().await;
    assert_eq!(cache.sessions(&user).await.unwrap(), std::collections::BTreeMap::new());
}

//! The door: greeting, login, logout, passwords.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    backend::{
        audit::Said,
        change::Change,
        core::Core,
        cx::{Cx, Fault},
        guard,
        passwords::same,
        settings::{Settings, principal, whole},
    },
    cache::SessionEntry,
    domain::{
        access::{Action, Principal, Scope, scope},
        calendar::YearId,
        demo,
        entities::{Class, Role, School, SchoolYear, User},
        id::{ClassId, SessionId, SubjectId, UserId},
        query::Filter,
        schema::Stored,
        text_values::{Password, Username},
    },
    protocol::{DemoAccount, Entered, Failure, Field, Greeting, Reply, Setup, Why},
    store::{Records, SharedStore},
};

/// `Request::Greet`.
pub async fn greet(core: &Core) -> Result<Reply, Fault> {
    let store = core.store().await?;
    whole(&store).await?;
    let school = store.one::<School>(School::ID).await?.map(|school| school.body);
    let year = match &school {
        Some(school) => store.one::<SchoolYear>(school.current_year.as_str()).await?.map(|year| year.body),
        None => None,
    };
    let demo =
        if school.as_ref().is_some_and(|school| school.demo) { demo_accounts(&store).await? } else { Vec::new() };
    Ok(Reply::Greeting(Box::new(Greeting {
        school,
        division: year.map(|year| year.division),
        demo,
        store: core.lamp(),
        cache: core.look_at_cache().await,
    })))
}

/// One account a role, with its password: only ever of a throw-away school.
async fn demo_accounts(store: &SharedStore) -> Result<Vec<DemoAccount>, Fault> {
    let mut found = Vec::new();
    for (role, name) in demo::accounts() {
        let Ok(username) = Username::parse(name) else { continue };
        if by_username(store, &username).await?.is_some() {
            found.push(DemoAccount { role, username, password: demo::PASSWORD.to_owned() });
        }
    }
    Ok(found)
}

/// `Request::Login`.
pub async fn login(core: &Arc<Core>, username: &str, password: &Password) -> Result<Reply, Fault> {
    let store = core.store().await?;
    whole(&store).await?;
    // What is not a user name is nobody's, and is braked by what was typed all the same.
    let name = Username::parse(username).ok();
    let key = name.as_ref().map_or_else(|| username.chars().take(64).collect(), |name| name.as_str().to_owned());
    let passwords = &core.passwords;
    passwords.attempt(&key, core.now()).map_err(|seconds| Failure::Throttled { seconds })?;
    let user = match &name {
        Some(name) => by_username(&store, name).await?.filter(|user| !user.disabled),
        None => None,
    };
    let right = passwords.matches(password, user.as_ref().map(|user| user.password_hash.as_str())).await;
    let Some(user) = user.filter(|_| right) else { return Err(Failure::WrongLogin.into()) };
    passwords.forgive(&key);
    let stamps = store.stamps().await?;
    let settings = core.settings(&store, &stamps).await?.ok_or(Failure::WrongLogin)?;
    let who = principal(&store, &user, Some(&settings.school.current_year)).await?;
    let known = core.known(&store, &user.id, &settings.school.current_year, &stamps).await?;
    let charges = known.map(|known| known.charges.clone()).unwrap_or_default();
    enter(core, &settings, (who, &charges), Some(&user.body)).await
}

/// `Request::LoginByToken`: the command line of the service account.
pub async fn login_by_token(core: &Arc<Core>, token: &Password) -> Result<Reply, Fault> {
    let expected = core.config.admin_token.as_ref().ok_or(Failure::WrongLogin)?;
    let (given, expected) = (token.reveal().trim(), expected.reveal().trim());
    if expected.is_empty() || !same(given.as_bytes(), expected.as_bytes()) {
        return Err(Failure::WrongLogin.into());
    }
    let store = core.store().await?;
    let stamps = store.stamps().await?;
    let settings = core.settings(&store, &stamps).await?.ok_or(Failure::WrongLogin)?;
    enter(core, &settings, (guard::service(), &Charges::new()), None).await
}

pub(super) async fn by_username(store: &SharedStore, name: &Username) -> Result<Option<Stored<User>>, Fault> {
    Ok(store.every::<User>(&Filter::equals("username", name.as_str())).await?.into_iter().next())
}

/// Charges of each year.
pub(super) type Charges = BTreeMap<YearId, Vec<(ClassId, SubjectId)>>;

/// Begins a session.
pub(super) async fn enter(
    core: &Core,
    settings: &Settings,
    (who, charges): (Principal, &Charges),
    user: Option<&User>,
) -> Result<Reply, Fault> {
    let mut secret = [0_u8; 20];
    core.config.ids.fill(&mut secret);
    let owner = who.actor().to_owned();
    let session = SessionId::new(format!("{owner}.{}", data_encoding::HEXLOWER.encode(&secret)));
    let username = user.map_or(guard::SERVICE, |user| user.username.as_str());
    let display = user.map_or(guard::SERVICE, |user| user.display_name.as_str());
    put_session(core, &owner, &session, username, who.role, user.map_or(0, |user| user.session_epoch)).await;
    Ok(Reply::Entered(Box::new(Entered {
        session,
        username: username.to_owned(),
        display_name: display.to_owned(),
        must_change: user.is_some_and(|user| user.must_change),
        setup: setup_for(settings, &who, charges),
        kept: core.offline.count(who.user.as_ref()),
        who,
    })))
}

pub(super) async fn put_session(
    core: &Core,
    owner: &str,
    session: &SessionId,
    username: &str,
    role: Role,
    session_epoch: u64,
) {
    let now = core.now().as_second();
    let entry = SessionEntry {
        username: username.to_owned(),
        role: role.as_str().to_owned(),
        last_activity: now,
        started: now,
        session_epoch,
    };
    core.begin_session(owner, session.as_str(), entry).await;
}

/// The set-up as far as somebody may see it.
pub(super) fn setup_for(settings: &Settings, who: &Principal, ever: &Charges) -> Setup {
    let classes = match scope(who, Action::ViewStudents) {
        Scope::Everything => settings.classes.clone(),
        Scope::Classes(own) => settings.classes.iter().filter(|class| own.contains(&class.id)).cloned().collect(),
        Scope::Students(_) | Scope::Nothing => Vec::new(),
    };
    let (levels, subjects) = match scope(who, Action::ViewSetup) {
        Scope::Nothing => (Vec::new(), Vec::new()),
        Scope::Everything | Scope::Classes(_) | Scope::Students(_) => {
            (settings.levels.clone(), settings.subjects.clone())
        }
    };
    let charges = match scope(who, Action::ViewSheet) {
        Scope::Classes(_) => who.charges.clone(),
        Scope::Everything | Scope::Students(_) | Scope::Nothing => Vec::new(),
    };
    let past = past(settings, who, ever);
    let gone = |class: &ClassId| !classes.iter().any(|here: &Stored<Class>| here.id == *class);
    let taught: BTreeSet<&ClassId> = past.values().flatten().map(|(class, _)| class).filter(|id| gone(id)).collect();
    let past_classes = settings.classes.iter().filter(|class| taught.contains(&class.id)).cloned().collect();
    Setup {
        past_classes,
        past,
        school: settings.school.body.clone(),
        years: settings.years.clone(),
        rules: settings.rules.clone(),
        levels,
        classes,
        subjects,
        charges,
    }
}

/// The charges of the years before this one; none for those who read every sheet anyway.
fn past(settings: &Settings, who: &Principal, ever: &Charges) -> Charges {
    match scope(who, Action::ViewSheet) {
        Scope::Everything => Charges::new(),
        Scope::Classes(_) | Scope::Students(_) | Scope::Nothing => {
            let before = |(year, _): &(&YearId, &Vec<_>)| **year < settings.school.current_year;
            ever.iter().filter(before).map(|(year, charges)| (year.clone(), charges.clone())).collect()
        }
    }
}

/// `Request::Setup`.
pub async fn setup(cx: &Cx) -> Result<Reply, Fault> {
    let known = match &cx.who.user {
        Some(user) => cx.core.known(&cx.store, user, &cx.settings.school.current_year, &cx.stamps).await?,
        None => None,
    };
    let charges = known.map(|known| known.charges.clone()).unwrap_or_default();
    Ok(Reply::Setup(Box::new(setup_for(&cx.settings, &cx.who, &charges))))
}

/// `Request::Logout`.
pub async fn logout(cx: &Cx) -> Reply {
    if let Some(session) = &cx.session {
        cx.core.end_session(guard::session_user(session), Some(session.as_str())).await;
    }
    Reply::Done
}

/// The session's own account, its password checked against `typed`.
async fn own_account(cx: &Cx, typed: &Password) -> Result<Stored<User>, Fault> {
    let wrong = || Failure::invalid(Field::Password, Why::WrongPassword);
    let id = cx.who.user.as_ref().ok_or_else(wrong)?;
    let user = cx.store.one::<User>(id.as_str()).await?.ok_or(Failure::SessionOver)?;
    let passwords = &cx.core.passwords;
    let name = user.username.as_str();
    passwords.attempt(name, cx.now()).map_err(|seconds| Failure::Throttled { seconds })?;
    if !passwords.matches(typed, Some(&user.password_hash)).await {
        return Err(wrong().into());
    }
    passwords.forgive(name);
    Ok(user)
}

/// `Request::CheckPassword`.
pub async fn check_password(cx: &Cx, typed: &Password) -> Result<Reply, Fault> {
    own_account(cx, typed).await.map(|_| Reply::Done)
}

/// `Request::ChangePassword`: ends the account's other sessions.
pub async fn change_password(cx: &Cx, old: &Password, new: &Password) -> Result<Reply, Fault> {
    let user = own_account(cx, old).await?;
    if old == new {
        return Err(Failure::invalid(Field::Password, Why::SamePassword).into());
    }
    let hash = hashed(&cx.core, new).await?;
    let mut changed = user.body.clone();
    changed.password_hash = hash;
    changed.must_change = false;
    changed.session_epoch = changed.session_epoch.saturating_add(1);
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.put(&user, &changed)?;
    change.audit("users", said_of("user.password", &user.id)).await?;
    change.commit().await?;
    cx.core.end_session(user.id.as_str(), None).await;
    if let Some(session) = &cx.session {
        let (name, role) = (changed.username.as_str(), changed.role);
        put_session(&cx.core, user.id.as_str(), session, name, role, changed.session_epoch).await;
    }
    Ok(Reply::Done)
}

fn said_of(action: &'static str, user: &UserId) -> Said {
    Said { action, target: user.as_str().to_owned(), ..Said::default() }
}

/// The hash of a new password; refused if it is too short or too long.
pub(super) async fn hashed(core: &Core, password: &Password) -> Result<String, Fault> {
    Password::new(password.reveal()).map_err(|error| Failure::invalid(Field::Password, Why::Text(error)))?;
    let hash = core.passwords.hash(password).await;
    hash.ok_or_else(|| core.internal(&"a password could not be hashed").into())
}

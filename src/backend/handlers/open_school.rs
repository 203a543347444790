//! The first-run wizard: an empty store becomes a school.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::json;

use super::door;
use crate::{
    backend::{
        audit::Said,
        change::Change,
        core::Core,
        cx::{Cx, Fault},
        settings::{Settings, whole},
    },
    domain::{
        access::Principal,
        calendar::{Term, TermSpan},
        entities::{Class, Level, Phrase, Role, School, SchoolYear, StaffFile, Subject, User},
        id::{ClassId, LevelId, PhraseId, SubjectId, UserId},
        phrases,
        rules::{Preset, RuleSet},
        schema::Stored,
        text_values::Name,
    },
    protocol::{Ask, Failure, Field, Inbound, Reply, SchoolSetup, Why},
    store::{Records, Stamps},
};

/// What the wizard makes.
struct Opening {
    school: School,
    year: SchoolYear,
    rules: RuleSet,
    levels: Vec<Level>,
    classes: Vec<Class>,
    subjects: Vec<Subject>,
}

/// `Request::OpenSchool`.
pub async fn open_school(
    core: &Arc<Core>,
    ask: &Ask,
    setup: &SchoolSetup,
    reply: tokio::sync::mpsc::UnboundedSender<Inbound>,
) -> Result<Reply, Fault> {
    let store = core.store().await?;
    let already = || Fault::Said(Failure::refused(Why::AlreadyOpen));
    whole(&store).await?;
    if store.one::<School>(School::ID).await?.is_some() {
        return Err(already());
    }
    let hash = door::hashed(core, &setup.password).await?;
    let opening = prepare(core, setup)?;
    let admin = first_admin(core, setup, hash)?;
    let who = Principal { user: Some(admin.id.clone()), ..crate::backend::guard::service() };
    let settings = Arc::new(settings_of(core, &opening));
    let cx = Cx {
        core: core.clone(),
        store,
        who: who.clone(),
        session: None,
        settings: settings.clone(),
        setup: core.setup_commits(),
        stamps: Stamps::default(),
        in_lane: false,
        ticket: ask.ticket,
        reply,
    };
    match write(&cx, &opening, &admin).await {
        Err(fault) if fault.is_conflict() || fault.duplicate().is_some() => Err(already()),
        Err(fault) => Err(fault),
        Ok(()) => door::enter(core, &settings, (who, &door::Charges::new()), Some(&admin)).await,
    }
}

fn prepare(core: &Core, setup: &SchoolSetup) -> Result<Opening, Fault> {
    let unknown = || Failure::refused(Why::Unknown { what: setup.preset.clone() });
    let preset = Preset::parse(&setup.preset).ok_or_else(unknown)?;
    let terms = setup.division.terms();
    let first: Term = terms.first().copied().ok_or_else(unknown)?;
    let mut rules = preset.rules();
    rules.annual_weights.resize(terms.len(), 1);
    let (mut classes, mut subjects) = (Vec::new(), Vec::new());
    if setup.samples {
        classes
            .extend(preset.sample_classes().into_iter().map(|sample| sample.into_class(ClassId::new(core.fresh_id()))));
        subjects.extend(
            preset
                .sample_subjects()
                .into_iter()
                .zip(1_u16..)
                .map(|(sample, position)| sample.into_subject(SubjectId::new(core.fresh_id()), position)),
        );
    }
    let spans = terms.into_iter().map(|term| TermSpan { term, starts: None, ends: None }).collect();
    Ok(Opening {
        school: School {
            id: School::ID.to_owned(),
            name: setup.name.clone(),
            region: preset.region().to_owned(),
            preset: preset.as_str().to_owned(),
            current_year: setup.year.clone(),
            current_term: first,
            rules: rules.id.clone(),
            matricule_prefix: "MLE".to_owned(),
            matricule_counters: BTreeMap::new(),
            demo: false,
        },
        year: SchoolYear { id: setup.year.clone(), division: setup.division, terms: spans, closed: false },
        rules,
        levels: preset.level_records(|| LevelId::new(core.fresh_id())),
        classes,
        subjects,
    })
}

fn first_admin(core: &Core, setup: &SchoolSetup, password_hash: String) -> Result<User, Fault> {
    let display_name =
        Name::parse(setup.admin.as_str()).map_err(|error| Failure::invalid(Field::Username, Why::Text(error)))?;
    Ok(User {
        id: UserId::new(core.fresh_id()),
        username: setup.admin.clone(),
        display_name,
        password_hash,
        role: Role::Admin,
        disabled: false,
        must_change: false,
        student: None,
        student_phone: None,
        children: Vec::new(),
        staff: StaffFile::default(),
        session_epoch: 1,
    })
}

fn stored<T>(core: &Core, body: T) -> Stored<T> {
    let now = core.now();
    Stored { body, version: 1, created_at: now, updated_at: now, updated_by: String::new() }
}

fn settings_of(core: &Core, opening: &Opening) -> Settings {
    let of = Settings::of(
        stored(core, opening.school.clone()),
        vec![opening.year.clone()],
        opening.rules.clone(),
        opening.classes.iter().cloned().map(|class| stored(core, class)).collect(),
        opening.subjects.iter().cloned().map(|subject| stored(core, subject)).collect(),
    );
    Settings { levels: opening.levels.iter().cloned().map(|level| stored(core, level)).collect(), ..of }
}

async fn write(cx: &Cx, opening: &Opening, admin: &User) -> Result<(), Fault> {
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.add(&opening.school)?;
    change.add(&opening.year)?;
    change.add(&opening.rules)?;
    for level in &opening.levels {
        change.add(level)?;
    }
    for class in &opening.classes {
        change.add(class)?;
    }
    for subject in &opening.subjects {
        change.add(subject)?;
    }
    // A bank to begin with, in the language of the presets' words.
    for (band, text) in phrases::preset(false) {
        change.add(&Phrase { id: PhraseId::new(cx.core.fresh_id()), owner: None, band: Some(band), text })?;
    }
    change.add(admin)?;
    let new = json!({ "name": opening.school.name, "preset": opening.school.preset, "year": opening.year.id });
    let target = School::ID.to_owned();
    change.audit("setup", Said { action: "school.open", target, new, ..Said::default() }).await?;
    let target = admin.id.as_str().to_owned();
    let new = json!({ "username": admin.username, "role": admin.role });
    change.audit("users", Said { action: "user.save", target, new, ..Said::default() }).await?;
    change.touches_setup();
    change.commit().await?;
    Ok(())
}

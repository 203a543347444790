//! Levels and series.

use serde_json::{Value, json};

use super::{finish, name_free};
use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
        handlers::rules::{next_version, sound},
        recompute,
    },
    domain::{
        entities::{Class, Level, LevelCoefficient, LevelKind, School, Subject},
        id::LevelId,
        rules::{Preset, RuleSet},
        schema::Stored,
        text_values::Name,
    },
    protocol::{Failure, Field, NeededBy, Reply, Why},
    store::Records,
};

/// `Request::SaveLevel`. A new name goes onto its classes and coefficients, and into the rules.
pub async fn save_level(cx: &Cx, level: &Level, version: Option<u64>) -> Result<Reply, Fault> {
    let mut level = level.clone();
    let before = if let Some(version) = version {
        let before = cx.store.one::<Level>(level.id.as_str()).await?.ok_or(Failure::NotFound)?;
        if before.version != version {
            return Err(Failure::Conflict.into());
        }
        // What is a level stays one: classes and coefficients name it as such.
        level.kind = before.kind;
        Some(before)
    } else {
        level.id = LevelId::new(cx.core.fresh_id());
        None
    };
    let others = cx.settings.levels.iter().filter(|known| known.kind == level.kind && known.id != level.id);
    name_free(&level.name, others.map(|known| &known.name))?;
    if before.as_ref().is_some_and(|before| before.body == level) {
        return Ok(Reply::Done);
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.put_or_add(before.as_ref(), &level)?;
    if let Some(before) = before.as_ref().filter(|before| before.name != level.name) {
        rename(cx, &mut change, before, &level.name)?;
        if before.kind == LevelKind::Level {
            rename_in_rules(cx, &mut change, &before.name, &level.name).await?;
        }
    }
    let old = before.as_ref().map_or(Value::Null, |before| json!(before.body));
    finish(change, &act, "level.save", (level.id.as_str(), old, json!(level))).await?;
    recompute::catch_up(cx, &act).await;
    Ok(Reply::Acted(act))
}

/// The classes and subjects that name it name it anew.
fn rename(cx: &Cx, change: &mut Change<'_>, level: &Level, to: &Name) -> Result<(), Fault> {
    let of = |name: &mut Option<Name>| {
        if name.as_ref() == Some(&level.name) {
            *name = Some(to.clone());
        }
    };
    for before in &cx.settings.classes {
        let mut class: Class = before.body.clone();
        match level.kind {
            LevelKind::Level => of(&mut class.level),
            LevelKind::Series => of(&mut class.series),
        }
        if class != before.body {
            change.put(before, &class)?;
        }
    }
    for before in &cx.settings.subjects {
        let mut subject: Subject = before.body.clone();
        for entry in &mut subject.coefficients {
            match level.kind {
                LevelKind::Level => of(&mut entry.level),
                LevelKind::Series => of(&mut entry.series),
            }
        }
        if subject != before.body {
            change.put(before, &subject)?;
        }
    }
    Ok(())
}

/// Rules that name it (formulas and decisions by level) become a new version that names it anew: closed terms keep
/// the version of before, as they keep the level's old name.
async fn rename_in_rules(cx: &Cx, change: &mut Change<'_>, from: &Name, to: &Name) -> Result<(), Fault> {
    let now = &cx.settings.rules;
    let mut rules = now.clone();
    if !rules.rename_level(from, to) {
        return Ok(());
    }
    // Where the new name stands in them already.
    sound(&rules)?;
    rules.version = next_version(cx, &rules.name).await?;
    rules.id = RuleSet::id_of(&rules.name, rules.version);
    change.add(&rules)?;
    let school = &cx.settings.school;
    change.put(school, &School { rules: rules.id.clone(), ..school.body.clone() })?;
    let said =
        Said { action: "rules.save", target: rules.id.clone(), old: json!(now), new: json!(rules), ..Said::default() };
    change.audit("setup", said).await
}

/// `Request::DeleteLevel`: refused while a class or a coefficient names it.
pub async fn delete_level(cx: &Cx, id: &LevelId, version: u64) -> Result<Reply, Fault> {
    let level = cx.store.one::<Level>(id.as_str()).await?.ok_or(Failure::NotFound)?;
    if level.version != version {
        return Err(Failure::Conflict.into());
    }
    let named = |of: [&Option<Name>; 2]| {
        let [by_level, by_series] = of;
        let name = match level.kind {
            LevelKind::Level => by_level,
            LevelKind::Series => by_series,
        };
        name.as_ref() == Some(&level.name)
    };
    let classes = cx.settings.classes.iter().filter(|class| named([&class.level, &class.series])).count();
    let entries = cx.settings.subjects.iter().flat_map(|subject| &subject.coefficients);
    let entries = entries.filter(|entry| named([&entry.level, &entry.series])).count();
    for (by, count) in [(NeededBy::Classes, classes), (NeededBy::Coefficients, entries)] {
        if count > 0 {
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            return Err(Failure::refused(Why::Needed { by, count }).into());
        }
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.delete(&level)?;
    finish(change, &act, "level.delete", (id.as_str(), json!(level.body), Value::Null)).await?;
    Ok(Reply::Acted(act))
}

/// `Request::FillLevels`: what the school's preset and its own classes name and is not listed yet, after what is.
pub async fn fill_levels(cx: &Cx) -> Result<Reply, Fault> {
    let preset = Preset::parse(&cx.settings.school.preset).unwrap_or_default();
    let classes = || cx.settings.classes.iter();
    let wanted = [
        (LevelKind::Level, preset.levels(), classes().filter_map(|class| class.level.clone()).collect::<Vec<Name>>()),
        (LevelKind::Series, preset.series(), classes().filter_map(|class| class.series.clone()).collect()),
    ];
    let mut levels: Vec<Level> = Vec::new();
    for (kind, names, own) in wanted {
        let known = || cx.settings.levels.iter().filter(|level| level.kind == kind);
        let mut next = known().map(|level| level.position).max().unwrap_or_default().saturating_add(1);
        for name in names.into_iter().chain(own) {
            let taken = known().map(|level| &level.name);
            let made = levels.iter().filter(|level| level.kind == kind).map(|level| &level.name);
            if name_free(&name, taken.chain(made)).is_ok() {
                levels.push(Level { id: LevelId::new(cx.core.fresh_id()), kind, name, position: next });
                next = next.saturating_add(1);
            }
        }
    }
    if levels.is_empty() {
        return Ok(Reply::Done);
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    for level in &levels {
        change.add(level)?;
    }
    finish(change, &act, "level.fill", ("levels", Value::Null, json!(levels))).await?;
    Ok(Reply::Acted(act))
}

/// Refuses a level or series that the school does not list, unless it lists none at all or the record had it before.
pub(super) fn listed(cx: &Cx, kind: LevelKind, name: Option<&Name>, before: Option<&Name>) -> Result<(), Fault> {
    let Some(name) = name.filter(|name| Some(*name) != before) else { return Ok(()) };
    let mut known = cx.settings.levels.iter().filter(|level| level.kind == kind).peekable();
    if known.peek().is_none() || known.any(|level| level.name == *name) {
        return Ok(());
    }
    let field = match kind {
        LevelKind::Level => Field::Level,
        LevelKind::Series => Field::Series,
    };
    Err(Failure::invalid(field, Why::NotListed { what: name.as_str().to_owned() }).into())
}

/// The same of coefficients.
pub(super) fn coefficients_listed(
    cx: &Cx,
    entries: &[LevelCoefficient],
    before: Option<&Stored<Subject>>,
) -> Result<(), Fault> {
    let had: &[LevelCoefficient] = before.map_or(&[], |before| &before.coefficients);
    for entry in entries {
        let level = had.iter().map(|old| &old.level).find(|old| **old == entry.level).and_then(Option::as_ref);
        let series = had.iter().map(|old| &old.series).find(|old| **old == entry.series).and_then(Option::as_ref);
        listed(cx, LevelKind::Level, entry.level.as_ref(), level)?;
        listed(cx, LevelKind::Series, entry.series.as_ref(), series)?;
    }
    Ok(())
}

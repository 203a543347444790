//! What would become of everybody.

use std::collections::BTreeMap;

use super::ground::{Ground, Row};
use crate::{
    backend::{
        cx::{Cx, Fault},
        settings::Settings,
    },
    domain::{entities::DecidedBy, id::ClassId, turn::NoNext},
    protocol::{Failure, PlanClass, PlanRow, Reply, YearPlan},
};

/// `Request::YearPlan`.
pub async fn plan(cx: &Cx, class: Option<&ClassId>) -> Result<Reply, Fault> {
    if let Some(class) = class {
        cx.settings.class(class).ok_or(Failure::NotFound)?;
    }
    let mut ground = Ground::read(cx).await?;
    ground.sort(&cx.settings);
    let begun = ground.rows.iter().any(|row| ground.places.contains_key(&row.slim.id));
    let chosen = ground.rows.iter().filter(|row| class.is_none_or(|class| row.pupil.class == *class));
    Ok(Reply::YearPlan(Box::new(YearPlan {
        begun,
        rows: chosen.map(|row| shown(&ground, row)).collect(),
        classes: classes(&cx.settings, &ground),
        counts: ground.counts(),
        year: ground.year.clone(),
        next: ground.next.clone(),
    })))
}

fn shown(ground: &Ground, row: &Row) -> PlanRow {
    let said = ground.decisions.get(&row.slim.id).filter(|said| said.by == DecidedBy::Council);
    PlanRow {
        student: row.slim.id.clone(),
        matricule: row.slim.matricule.clone(),
        name: format!("{} {}", row.slim.last_name.as_str().to_uppercase(), row.slim.first_name),
        sex: row.slim.sex,
        class: row.pupil.class.clone(),
        average: row.pupil.average,
        repeated: row.pupil.repeated,
        fate: row.placed.fate,
        to: row.placed.to.clone(),
        by: row.placed.by,
        reason: said.map(|said| said.reason.clone()).unwrap_or_default(),
    }
}

fn classes(settings: &Settings, ground: &Ground) -> Vec<PlanClass> {
    let mut now: BTreeMap<&ClassId, u64> = BTreeMap::new();
    let mut next: BTreeMap<&ClassId, u64> = BTreeMap::new();
    let add = |counts: &mut u64| *counts = counts.saturating_add(1);
    for row in &ground.rows {
        add(now.entry(&row.pupil.class).or_default());
        if let Some(to) = &row.placed.to {
            add(next.entry(to).or_default());
        }
    }
    for place in ground.ahead() {
        add(next.entry(&place.class).or_default());
    }
    let said = |class: &ClassId| ground.turn.as_ref().is_some_and(|turn| turn.targets.contains_key(class));
    settings
        .classes
        .iter()
        .map(|class| PlanClass {
            class: class.id.clone(),
            name: class.name.as_str().to_owned(),
            capacity: class.capacity,
            now: now.get(&class.id).copied().unwrap_or_default(),
            next: next.get(&class.id).copied().unwrap_or_default(),
            target: ground.targets.get(&class.id).cloned().unwrap_or(Err(NoNext::NoLevel)),
            said: said(&class.id),
            open_terms: ground.open_terms(settings, &class.id),
        })
        .collect()
}

//! The bank of phrases: the school's, kept by who sets it up, and everybody's own.

use serde_json::{Value, json};

use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        access::{Action, Resource},
        entities::Phrase,
        id::{ActId, PhraseId, UserId},
        phrases::{agree, preset},
        query::Filter,
        schema::Stored,
        text_values::TextError,
        words,
    },
    protocol::{Failure, Field, PhraseDraft, PhraseRow, Reply, Why},
    store::Records,
};

/// A bank is read by people: more is a slip.
const MOST: usize = 1_000;

fn sets_up(cx: &Cx) -> bool {
    cx.may(Action::EditSetup, &Resource::School)
}

/// May the user change that phrase?
fn own(cx: &Cx, owner: Option<&UserId>) -> bool {
    match owner {
        None => sets_up(cx),
        Some(owner) => cx.who.user.as_ref() == Some(owner),
    }
}

async fn seen(cx: &Cx) -> Result<Vec<Stored<Phrase>>, Fault> {
    let mut all = cx.store.every::<Phrase>(&Filter::All).await?;
    all.retain(|phrase| phrase.owner.is_none() || phrase.owner == cx.who.user);
    all.sort_by_cached_key(|phrase| {
        (phrase.owner.is_some(), phrase.band, words::sort_key(&[phrase.text.as_str()]), phrase.id.clone())
    });
    Ok(all)
}

/// `Request::Phrases`.
pub async fn list(cx: &Cx) -> Result<Reply, Fault> {
    let row = |phrase: Stored<Phrase>| PhraseRow { editable: own(cx, phrase.owner.as_ref()), phrase };
    Ok(Reply::Phrases(seen(cx).await?.into_iter().map(row).collect()))
}

/// `Request::SavePhrase`: one attempt.
pub async fn save(cx: &Cx, draft: &PhraseDraft) -> Result<Reply, Fault> {
    if draft.text.as_str().is_empty() {
        return Err(Failure::invalid(Field::Appreciation, Why::Missing).into());
    }
    let owner = if draft.school { None } else { cx.who.user.clone() };
    if !own(cx, owner.as_ref()) {
        return Err(Failure::Denied.into());
    }
    let max = cx.settings.rules.general_max.max(cx.settings.rules.remark_max);
    if crate::domain::bulletin::length(&agree(draft.text.as_str(), None)) > usize::from(max) {
        let why = Why::Text(TextError::TooLong { max: usize::from(max) });
        return Err(Failure::invalid(Field::Appreciation, why).into());
    }
    let known = seen(cx).await?;
    let before = match &draft.id {
        Some((id, version)) => {
            let before = known.iter().find(|phrase| phrase.id == *id).cloned().ok_or(Failure::NotFound)?;
            if !own(cx, before.owner.as_ref()) {
                return Err(Failure::Denied.into());
            }
            if before.version != *version {
                return Err(Failure::Conflict.into());
            }
            Some(before)
        }
        None if known.len() >= MOST => {
            return Err(Failure::refused(Why::Range { min: 0, max: i64::try_from(MOST).unwrap_or(i64::MAX) }).into());
        }
        None => None,
    };
    let id = before.as_ref().map_or_else(|| PhraseId::new(cx.core.fresh_id()), |before| before.id.clone());
    let twin = |phrase: &Stored<Phrase>| {
        phrase.id != id && phrase.owner == owner && phrase.band == draft.band && phrase.text == draft.text
    };
    if known.iter().any(twin) {
        let name = draft.text.as_str().to_owned();
        return Err(Failure::invalid(Field::Appreciation, Why::NameTaken { name }).into());
    }
    let phrase = Phrase { id, owner, band: draft.band, text: draft.text.clone() };
    if before.as_ref().is_some_and(|before| before.body == phrase) {
        return Ok(Reply::Done);
    }
    let old = before.as_ref().map_or(Value::Null, |before| json!(before.body));
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.put_or_add(before.as_ref(), &phrase)?;
    finish(change, &act, "phrase.save", (phrase.id.as_str(), old, json!(phrase))).await
}

/// `Request::DeletePhrase`: one attempt.
pub async fn delete(cx: &Cx, id: &PhraseId, version: u64) -> Result<Reply, Fault> {
    let phrase = cx.store.one::<Phrase>(id.as_str()).await?.ok_or(Failure::NotFound)?;
    if !own(cx, phrase.owner.as_ref()) {
        return Err(Failure::Denied.into());
    }
    if phrase.version != version {
        return Err(Failure::Conflict.into());
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.delete(&phrase)?;
    finish(change, &act, "phrase.delete", (id.as_str(), json!(phrase.body), Value::Null)).await
}

/// `Request::FillPhrases`: the usual ones that the school does not have.
pub async fn fill(cx: &Cx, english: bool) -> Result<Reply, Fault> {
    let known = cx.store.every::<Phrase>(&Filter::All).await?;
    let there = |text: &crate::domain::text_values::Remark| {
        known.iter().any(|phrase| phrase.owner.is_none() && phrase.text == *text)
    };
    let new: Vec<Phrase> = preset(english)
        .into_iter()
        .filter(|(_, text)| !there(text))
        .map(|(band, text)| Phrase { id: PhraseId::new(cx.core.fresh_id()), owner: None, band: Some(band), text })
        .collect();
    if new.is_empty() {
        return Ok(Reply::Done);
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    for phrase in &new {
        change.add(phrase)?;
    }
    finish(change, &act, "phrase.fill", ("phrases", Value::Null, json!(new.len()))).await
}

async fn finish(
    mut change: Change<'_>,
    act: &ActId,
    action: &'static str,
    (target, old, new): (&str, Value, Value),
) -> Result<Reply, Fault> {
    change.audit("setup", Said { action, target: target.to_owned(), old, new, ..Said::default() }).await?;
    change.undoable(act.clone(), action)?;
    change.commit().await?;
    Ok(Reply::Acted(act.clone()))
}

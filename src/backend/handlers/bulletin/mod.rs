//! What is written on a bulletin beside the marks: appreciations, follow-up, the council's word, and the phrases.

mod phrases;
mod steps;
mod view;
mod write;

pub(in crate::backend) use phrases::{
    delete as delete_phrase, fill as fill_phrases, list as phrases, save as save_phrase,
};
pub(in crate::backend) use steps::step;
pub(in crate::backend) use view::{of_student, view};
pub(in crate::backend) use write::set;

use super::sheet::rules_of;
use crate::{
    backend::cx::{Cx, Fault},
    domain::{
        access::{Action, Resource},
        bulletin::{BulletinOf, BulletinPage},
        entities::ClassResult,
        rules::RuleSet,
        schema::Stored,
    },
    protocol::{BulletinKey, Failure, Field, Why},
    store::Records,
};

/// The class's results of a closed term; `None` while it is open.
async fn result(cx: &Cx, of: &BulletinOf) -> Result<Option<Stored<ClassResult>>, Fault> {
    Ok(cx.store.one::<ClassResult>(&ClassResult::id_of(&of.class, &of.year, of.term)).await?)
}

/// Refuses a list of a class, subject, year or term that is not there.
fn known(cx: &Cx, key: &BulletinKey) -> Result<(), Fault> {
    cx.settings.class(&key.of.class).ok_or(Failure::NotFound)?;
    if let BulletinPage::Subject(subject) = &key.page {
        cx.settings.subject(subject).ok_or(Failure::NotFound)?;
    }
    if cx.settings.terms(&key.of.year).contains(&key.of.term) {
        return Ok(());
    }
    Err(Failure::invalid(Field::Term, Why::Unknown { what: key.of.term.to_string() }).into())
}

/// Refuses a closed term, and a closed year.
async fn open_term(cx: &Cx, key: &BulletinKey) -> Result<(), Fault> {
    if result(cx, &key.of).await?.is_some() || !cx.settings.writable(&key.of.year) {
        return Err(Failure::refused(Why::Closed).into());
    }
    Ok(())
}

/// What writing on that list needs.
pub(in crate::backend) fn writing(key: &BulletinKey) -> (Action, Resource) {
    let class = key.of.class.clone();
    match &key.page {
        BulletinPage::Subject(subject) => (Action::EditSheet, Resource::Sheet { class, subject: subject.clone() }),
        BulletinPage::FollowUp => (Action::EditFollowUp, Resource::Class(class)),
        BulletinPage::Council => (Action::EditCouncil, Resource::Class(class)),
    }
}

/// What reading it needs.
pub(in crate::backend) fn reading(key: &BulletinKey) -> (Action, Resource) {
    let class = key.of.class.clone();
    match &key.page {
        BulletinPage::Subject(subject) => (Action::ViewSheet, Resource::Sheet { class, subject: subject.clone() }),
        BulletinPage::FollowUp | BulletinPage::Council => (Action::ViewMarks, Resource::Class(class)),
    }
}

/// The rules of the class: those the term was closed by, else those in force.
async fn rules(cx: &Cx, of: &BulletinOf, closed: Option<&ClassResult>) -> Result<RuleSet, Fault> {
    let level = cx.settings.class(&of.class).and_then(|class| class.level.clone());
    let rules = rules_of(cx, closed.map(|closed| closed.rules.as_str())).await?;
    Ok(rules.at(level.as_ref()).into_owned())
}

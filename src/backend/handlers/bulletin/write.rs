//! Writing one thing, with its history in one batch.

use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
        handlers::{rules::person, sheet::still_open},
    },
    domain::{
        bulletin::{
            BulletinFault, BulletinPage, BulletinPart, BulletinValue, fits, in_follow_up, no_remark, set_follow_up,
        },
        entities::{Appreciation, ClassResult, Enrolment, EnrolmentStatus, FollowUp, Student},
        history::BULLETIN_SET,
        id::{ActId, EnrolmentId, StudentId, SubjectId},
        schema::Stored,
        text_values::TextError,
    },
    protocol::{BulletinConflict, BulletinKey, BulletinSet, Failure, Field, Reply, SetBulletin, Why},
    store::Records,
};

/// The document in which a thing stands.
enum Document {
    Remark(Option<Stored<Appreciation>>),
    Follow(Option<Stored<FollowUp>>),
}

/// A place on a bulletin, read to be written.
pub(super) struct Place {
    key: BulletinKey,
    student: StudentId,
    part: BulletinPart,
    document: Document,
}

/// The subject of the page.
fn subject(key: &BulletinKey) -> Option<&SubjectId> {
    match &key.page {
        BulletinPage::Subject(subject) => Some(subject),
        BulletinPage::FollowUp | BulletinPage::Council => None,
    }
}

impl Place {
    /// The place of a student of the class, in an open term.
    pub async fn read(cx: &Cx, key: &BulletinKey, student: &StudentId, part: BulletinPart) -> Result<Self, Fault> {
        super::known(cx, key)?;
        if !key.page.parts().contains(&part) {
            return Err(Failure::NotFound.into());
        }
        super::open_term(cx, key).await?;
        let pupil = cx.store.one::<Student>(student.as_str()).await?.ok_or(Failure::NotFound)?;
        let sheet = crate::protocol::SheetKey {
            class: key.of.class.clone(),
            subject: subject(key).cloned().unwrap_or_else(|| SubjectId::new("")),
            year: key.of.year.clone(),
            term: key.of.term,
        };
        still_open(&pupil, &sheet)?;
        let enrolment = cx.store.one::<Enrolment>(EnrolmentId::of(student, &key.of.year).as_str()).await?;
        let here = |one: &Stored<Enrolment>| one.class == key.of.class && one.status == EnrolmentStatus::Enrolled;
        if !enrolment.as_ref().is_some_and(here) {
            return Err(Failure::refused(Why::NotInClass).into());
        }
        if let Some(subject) = subject(key)
            && !cx.settings.weights.takes(&pupil.options, &key.of.year, subject)
        {
            return Err(Failure::refused(Why::NotInOption).into());
        }
        let document = match part {
            BulletinPart::Remark => {
                let id = Appreciation::id_of(student, subject(key), &key.of.year, key.of.term);
                Document::Remark(cx.store.one::<Appreciation>(&id).await?)
            }
            BulletinPart::Justified
            | BulletinPart::Unjustified
            | BulletinPart::Late
            | BulletinPart::Conduct
            | BulletinPart::Observation
            | BulletinPart::Honour => {
                let id = FollowUp::id_of(student, &key.of.year, key.of.term);
                Document::Follow(cx.store.one::<FollowUp>(&id).await?)
            }
        };
        Ok(Self { key: key.clone(), student: student.clone(), part, document })
    }

    pub fn value(&self) -> Option<BulletinValue> {
        match &self.document {
            Document::Remark(stored) => stored.as_ref().and_then(|stored| stored.text.clone()).map(BulletinValue::Text),
            Document::Follow(stored) => stored.as_ref().and_then(|stored| in_follow_up(stored, self.part)),
        }
    }

    /// Something else stands there than somebody saw.
    pub async fn clash(&self, cx: &Cx) -> Result<Fault, Fault> {
        let written = match &self.document {
            Document::Remark(stored) => stored.as_ref().map(|stored| (&stored.updated_by, stored.updated_at)),
            Document::Follow(stored) => stored.as_ref().map(|stored| (&stored.updated_by, stored.updated_at)),
        };
        let (by, at) = match written {
            Some((by, at)) => (person(cx, by).await?, at),
            None => (String::new(), cx.now()),
        };
        let (student, part, theirs) = (self.student.clone(), self.part, self.value());
        Ok(Failure::Bulletin(Box::new(BulletinConflict { student, part, theirs, by, at })).into())
    }

    /// Refuses what the school's rules have no room for.
    async fn room(&self, cx: &Cx, value: Option<&BulletinValue>) -> Result<(), Fault> {
        let Some(value) = value else { return Ok(()) };
        let rules = super::rules(cx, &self.key.of, None).await?;
        let field = field_of(self.part);
        let why = match fits(&rules, &self.key.page, self.part, value) {
            Ok(()) => return Ok(()),
            Err(BulletinFault::TooLong { max }) => Why::Text(TextError::TooLong { max: usize::from(max) }),
            Err(BulletinFault::TooMany { max }) => Why::Whole { min: 0, max: i64::from(max) },
            Err(BulletinFault::NoReason) => return Err(Failure::invalid(Field::Reason, Why::Missing).into()),
            Err(BulletinFault::NoSuchHonour | BulletinFault::NotThat) => match value {
                BulletinValue::Honour(decision) => {
                    let what = decision.honour.as_ref().map(ToString::to_string).unwrap_or_default();
                    Why::NoSuchHonour { what }
                }
                BulletinValue::Text(_) | BulletinValue::Count(_) | BulletinValue::Mark(_) => Why::Missing,
            },
        };
        Err(Failure::invalid(field, why).into())
    }

    /// Writes the value, with its history. `reverts`: the change that is taken back or comes again.
    pub async fn write(
        &self,
        cx: &Cx,
        act: &ActId,
        value: Option<BulletinValue>,
        (action, reverts): (&'static str, Option<ActId>),
    ) -> Result<BulletinSet, Fault> {
        self.room(cx, value.as_ref()).await?;
        let mut change = Change::new(cx, act, act.clone());
        let of = &self.key.of;
        match &self.document {
            Document::Remark(before) => {
                let base = before.as_ref().map(|before| before.body.clone());
                let mut remark = base.unwrap_or_else(|| no_remark(of, &self.student, subject(&self.key)));
                remark.class = of.class.clone();
                remark.text = match &value {
                    Some(BulletinValue::Text(text)) if !text.as_str().is_empty() => Some(text.clone()),
                    Some(_) | None => None,
                };
                change.put_or_add(before.as_ref(), &remark)?;
            }
            Document::Follow(before) => {
                let base = before.as_ref().map(|before| before.body.clone());
                let empty = || FollowUp::empty(self.student.clone(), of.class.clone(), of.year.clone(), of.term);
                let mut follow = base.unwrap_or_else(empty);
                follow.class = of.class.clone();
                set_follow_up(&mut follow, self.part, value.clone());
                change.put_or_add(before.as_ref(), &follow)?;
            }
        }
        // Nothing slips in beside a closing.
        change.guard_absent::<ClassResult>(&ClassResult::id_of(&of.class, &of.year, of.term));
        let said = Said {
            action,
            target: format!("{}:{}", self.part.as_str(), self.student),
            student: Some(self.student.as_str().to_owned()),
            reverts,
            old: BulletinValue::to_json(self.value().as_ref()),
            new: BulletinValue::to_json(value.as_ref()),
            reason: None,
        };
        change.audit(&self.key.page.stream(of), said).await?;
        change.announces(&self.student);
        let at = change.at();
        if change.commit().await?.replayed {
            let now = Box::pin(Self::read(cx, &self.key, &self.student, self.part)).await?;
            if now.value() != value {
                return Err(now.clash(cx).await?);
            }
        }
        Ok(self.done(value, at, (true, false)))
    }

    pub fn done(
        &self,
        value: Option<BulletinValue>,
        at: crate::domain::calendar::Timestamp,
        (undo, redo): (bool, bool),
    ) -> BulletinSet {
        let (key, student, part) = (self.key.clone(), self.student.clone(), self.part);
        BulletinSet { key, student, part, value, at, undo, redo }
    }
}

/// The field that a part is said as.
fn field_of(part: BulletinPart) -> Field {
    match part {
        BulletinPart::Remark => Field::Appreciation,
        BulletinPart::Justified => Field::AbsentJustified,
        BulletinPart::Unjustified => Field::AbsentUnjustified,
        BulletinPart::Late => Field::Late,
        BulletinPart::Conduct => Field::Conduct,
        BulletinPart::Observation => Field::Observation,
        BulletinPart::Honour => Field::Honour,
    }
}

/// An empty text is nothing.
fn wanted(value: Option<&BulletinValue>) -> Option<BulletinValue> {
    value
        .filter(|value| match value {
            BulletinValue::Text(text) => !text.as_str().is_empty(),
            BulletinValue::Count(_) | BulletinValue::Mark(_) | BulletinValue::Honour(_) => true,
        })
        .cloned()
}

/// `Request::SetBulletin`: one attempt.
pub async fn set(cx: &Cx, ask: &SetBulletin) -> Result<Reply, Fault> {
    let place = Place::read(cx, &ask.key, &ask.student, ask.part).await?;
    let value = wanted(ask.value.as_ref());
    place.room(cx, value.as_ref()).await?;
    // Nothing to do: also what a retry finds after its first try was done.
    if place.value() == value {
        let open = super::steps::open(cx, &ask.key).await?;
        return Ok(Reply::BulletinSet(Box::new(place.done(value, cx.now(), open))));
    }
    if ask.expect.as_ref().is_some_and(|seen| wanted(seen.0.as_ref()) != place.value()) {
        return Err(place.clash(cx).await?);
    }
    let set = place.write(cx, &ask.act, value, (BULLETIN_SET, None)).await?;
    Ok(Reply::BulletinSet(Box::new(set)))
}

//! Documents that only whole acts change.

use super::{Reverting, body, moved};
use crate::{
    backend::{cx::Fault, handlers::setup},
    domain::{
        entities::{Before, School, User, schema},
        schema::Stored,
    },
    store::{Expect, Records, Write},
};

impl Reverting<'_> {
    /// As it stood, if it is at the version that the act left.
    pub(super) async fn document(&mut self, before: &Before) -> Result<(), Fault> {
        let Some(schema) = schema(&before.collection) else { return Ok(()) };
        let now = self.cx.store.get(schema, &before.id).await?.map(|document| document.version);
        if now != before.after_version {
            return Err(moved());
        }
        if before.document.is_none() {
            // What the act added goes again, unless something has come to need it.
            match before.collection.as_str() {
                "classes" => setup::class_unneeded(self.cx, &before.id).await?,
                "subjects" => setup::subject_unneeded(self.cx, &before.id).await?,
                _ => {}
            }
        }
        let expect = now.map_or(Expect::Absent, Expect::Version);
        let id = before.id.clone();
        self.change.raw(match &before.document {
            Some(document) => Write::Put { schema, id, expect, body: document.clone() },
            None => Write::Delete { schema, id, expect },
        });
        Ok(())
    }

    /// An account comes back as it was; its sessions do not.
    pub(super) async fn user(&mut self, before: &Before) -> Result<(), Fault> {
        let now = self.cx.store.one::<User>(&before.id).await?;
        if now.as_ref().map(|user| user.version) != before.after_version {
            return Err(moved());
        }
        let Some(mut user) = body::<User>(before)? else { return self.document(before).await };
        let epoch = now.as_ref().map_or(user.session_epoch, |now| now.session_epoch.max(user.session_epoch));
        user.session_epoch = epoch.saturating_add(1);
        match &now {
            Some(now) => self.change.put(now, &user),
            None => self.change.add(&user),
        }
    }

    /// The current term, or the rules that were in force, come back; counters of numbers that were given stay.
    pub(super) async fn school(&mut self, before: &Before) -> Result<(), Fault> {
        let Some(then) = body::<School>(before)? else { return Ok(()) };
        let now: Stored<School> = self.cx.store.one::<School>(School::ID).await?.ok_or_else(moved)?;
        let school = match self.chunk.befores.iter().find(|before| before.collection == "rules") {
            Some(chosen) if chosen.id != now.rules => return Err(moved()),
            Some(_) => School { rules: then.rules, ..now.body.clone() },
            // The year has turned since.
            None if now.current_year != then.current_year => return Err(moved()),
            None => School { current_term: then.current_term, current_year: then.current_year, ..now.body.clone() },
        };
        self.change.follow(now.version, &school)
    }
}

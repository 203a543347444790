//! Handing in: what is written stands in its cell at once, and is sent in the order of writing. What the store does not
//! take is said; what it cannot be told is sent again; what somebody else wrote meanwhile is a choice.

use super::{Bulletin, CellState, Errand, Pending, Place};
use crate::{
    domain::{
        bulletin::{BulletinPart, BulletinValue},
        text_values::Remark,
    },
    protocol::{BulletinConflict, BulletinRow, BulletinSet, Failure, Reply, Request, Seen, SetBulletin, StepBulletin},
    t,
    text::{self, bulletin as words, format, sanitise},
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        popup::question::Question,
    },
};

/// Tag of the question about somebody else's words.
const CLASH: &str = "bulletin-clash";
/// Tags of the question before stepping over somebody else's words.
const UNDO: &str = "bulletin-undo";
const REDO: &str = "bulletin-redo";

impl Bulletin {
    /// Hands a value in for the cell under the cursor.
    pub(super) fn hand_in(&mut self, ctx: &Ctx, value: Option<BulletinValue>) -> Vec<Effect> {
        let (Some(place), Some(row)) = (self.place(), self.here()) else { return Vec::new() };
        let seen = match self.pending.get(&place) {
            // The one before is on its way: what it leaves is what the typist sees.
            Some(Pending { value, state: CellState::Saving, .. }) => value.clone(),
            Some(Pending { state: CellState::Clash(conflict), .. }) => conflict.theirs.clone(),
            Some(Pending { seen, state: CellState::Offline | CellState::Refused(_), .. }) => seen.clone(),
            // Somebody else's words may have arrived since one began to write: they were not what one saw.
            None => match &self.begun {
                Some((begun, stood)) if *begun == place => stood.clone(),
                Some(_) | None => Self::stored(row, place.1),
            },
        };
        if seen == value && !self.pending.contains_key(&place) {
            return Vec::new();
        }
        let pending = Pending { act: ctx.new_act(), value, seen, state: CellState::Saving };
        self.pending.insert(place.clone(), pending);
        self.send(&place).into_iter().collect()
    }

    fn send(&mut self, place: &Place) -> Option<Effect> {
        let pending = self.pending.get_mut(place)?;
        pending.state = CellState::Saving;
        let ask = SetBulletin {
            act: pending.act.clone(),
            key: self.key.clone(),
            student: place.0.clone(),
            part: place.1,
            value: pending.value.clone(),
            expect: Some(Seen(pending.seen.clone())),
        };
        self.last = self.last.saturating_add(1);
        self.errands.insert(self.last, Errand::Set(place.clone(), ask.act.clone()));
        Some(Effect::Write { id: self.last, request: Request::SetBulletin(Box::new(ask)) })
    }

    /// Sends again what the store could not be told.
    pub(super) fn retry(&mut self) -> Vec<Effect> {
        let waits = self.pending.iter().filter(|(_, pending)| pending.state == CellState::Offline);
        let places: Vec<Place> = waits.map(|(place, _)| place.clone()).collect();
        places.iter().filter_map(|place| self.send(place)).collect()
    }

    pub(super) fn step(&mut self, ctx: &Ctx, redo: bool, force: bool) -> Vec<Effect> {
        self.last = self.last.saturating_add(1);
        self.errands.insert(self.last, Errand::Step { redo });
        let ask = StepBulletin { act: ctx.new_act(), key: self.key.clone(), redo, force };
        vec![Effect::Write { id: self.last, request: Request::StepBulletin(Box::new(ask)) }]
    }

    pub(super) fn written(&mut self, ctx: &Ctx, id: u64, result: Result<Reply, Failure>) -> Vec<Effect> {
        match (self.errands.remove(&id), result) {
            (Some(Errand::Set(place, act)), Ok(Reply::BulletinSet(set))) => {
                // Only the latest of a cell ends its sign: a later one may still be on its way.
                if self.pending.get(&place).is_some_and(|pending| pending.act == act) {
                    self.pending.remove(&place);
                }
                let said = self.said(ctx, "bulletin-saved", &set);
                self.take(&set);
                vec![Effect::Say(Status::good(said))]
            }
            (Some(Errand::Step { redo }), Ok(Reply::BulletinSet(set))) => {
                let said = self.said(ctx, if redo { "bulletin-redone" } else { "bulletin-undone" }, &set);
                self.take(&set);
                self.row = self.rows().iter().position(|row| row.student == set.student).unwrap_or(self.row);
                self.column = self.key.page.parts().iter().position(|part| *part == set.part).unwrap_or(self.column);
                vec![Effect::Say(Status::good(said))]
            }
            (Some(Errand::Set(place, act)), Err(failure)) => self.refused(ctx, &place, &act, failure),
            (Some(Errand::Step { redo }), Err(Failure::Bulletin(conflict))) => {
                let tag = if redo { REDO } else { UNDO };
                let text = self.conflict(ctx, &conflict);
                let (title, text) = (
                    t!(ctx.locale, "bulletin-clash-title"),
                    format!("{text}\n{}", t!(ctx.locale, "bulletin-step-anyway")),
                );
                vec![Effect::Bell, Effect::Question(Question::confirm(&ctx.locale, tag, title, text))]
            }
            (Some(Errand::Step { .. }), Err(failure)) => {
                vec![Effect::Bell, Effect::Say(Status::bad(text::failure(&ctx.locale, &failure)))]
            }
            (_, _) => Vec::new(),
        }
    }

    fn refused(&mut self, ctx: &Ctx, place: &Place, act: &crate::domain::id::ActId, failure: Failure) -> Vec<Effect> {
        let name = self.row_of(place).map(Self::name).unwrap_or_default();
        let part = words::part(&ctx.locale, place.1);
        let why = text::failure(&ctx.locale, &failure);
        let said = t!(ctx.locale, "bulletin-not-saved", student = name, part = part, why = why);
        let Some(pending) = self.pending.get_mut(place).filter(|pending| pending.act == *act) else {
            return vec![Effect::Bell, Effect::Say(Status::bad(said))];
        };
        pending.state = match failure {
            Failure::Offline { .. } | Failure::Throttled { .. } | Failure::SessionOver | Failure::Conflict => {
                CellState::Offline
            }
            Failure::Bulletin(conflict) => CellState::Clash(conflict),
            failure @ (Failure::Denied
            | Failure::WrongLogin
            | Failure::PasswordMustChange
            | Failure::Invalid { .. }
            | Failure::Cell(_)
            | Failure::NotFound
            | Failure::Internal { .. }) => CellState::Refused(failure),
        };
        vec![Effect::Bell, Effect::Say(Status::bad(said))]
    }

    fn row_of(&self, place: &Place) -> Option<&BulletinRow> {
        self.rows().iter().find(|row| row.student == place.0)
    }

    /// What the store now has, in the row that is shown.
    fn take(&mut self, set: &BulletinSet) {
        let Some(view) = &mut self.shown else { return };
        (view.undo, view.redo) = (set.undo, set.redo);
        let Some(row) = view.rows.iter_mut().find(|row| row.student == set.student) else { return };
        let text = |value: &Option<BulletinValue>| -> Option<Remark> {
            match value {
                Some(BulletinValue::Text(text)) => Some(text.clone()),
                Some(BulletinValue::Count(_) | BulletinValue::Mark(_) | BulletinValue::Honour(_)) | None => None,
            }
        };
        let count = match &set.value {
            Some(BulletinValue::Count(count)) => Some(*count),
            Some(BulletinValue::Text(_) | BulletinValue::Mark(_) | BulletinValue::Honour(_)) | None => None,
        };
        match set.part {
            BulletinPart::Remark => row.remark = text(&set.value),
            BulletinPart::Observation => row.follow.observation = text(&set.value),
            BulletinPart::Justified => row.follow.justified = count,
            BulletinPart::Unjustified => row.follow.unjustified = count,
            BulletinPart::Late => row.follow.late = count,
            BulletinPart::Conduct => {
                row.follow.conduct = match &set.value {
                    Some(BulletinValue::Mark(mark)) => Some(*mark),
                    Some(BulletinValue::Text(_) | BulletinValue::Count(_) | BulletinValue::Honour(_)) | None => None,
                };
            }
            BulletinPart::Honour => {
                row.decided = match &set.value {
                    Some(BulletinValue::Honour(decision)) => Some(decision.clone()),
                    Some(BulletinValue::Text(_) | BulletinValue::Count(_) | BulletinValue::Mark(_)) | None => None,
                };
                row.decided_by = None;
            }
        }
    }

    /// Whose value of which part is now what.
    fn said(&self, ctx: &Ctx, id: &'static str, set: &BulletinSet) -> String {
        let locale = &ctx.locale;
        let student = self.row_of(&(set.student.clone(), set.part)).map(Self::name).unwrap_or_default();
        let part = words::part(locale, set.part);
        let value =
            set.value.as_ref().map_or_else(|| t!(locale, "bulletin-nothing"), |value| words::value(locale, value));
        let at = format::clock(set.at, &ctx.zone);
        let value = sanitise::cut(&value, 30);
        match id {
            "bulletin-undone" => t!(locale, "bulletin-undone", student = student, part = part, value = value, at = at),
            "bulletin-redone" => t!(locale, "bulletin-redone", student = student, part = part, value = value, at = at),
            _ => t!(locale, "bulletin-saved", student = student, part = part, value = value, at = at),
        }
    }

    /// Whose words stand there instead.
    fn conflict(&self, ctx: &Ctx, conflict: &BulletinConflict) -> String {
        let student = self.row_of(&(conflict.student.clone(), conflict.part)).map(Self::name).unwrap_or_default();
        let theirs = conflict.theirs.as_ref();
        let theirs =
            theirs.map_or_else(|| t!(ctx.locale, "bulletin-nothing"), |value| words::value(&ctx.locale, value));
        let at = format::clock(conflict.at, &ctx.zone);
        t!(ctx.locale, "bulletin-clash", student = student, by = sanitise::line(&conflict.by), at = at, theirs = theirs)
    }

    /// The question about the cell under the cursor, if somebody else wrote there.
    pub(super) fn ask_about_clash(&self, ctx: &Ctx) -> Option<Vec<Effect>> {
        let pending = self.pending.get(&self.place()?)?;
        let CellState::Clash(conflict) = &pending.state else { return None };
        let mine = pending.value.as_ref();
        let mine = mine.map_or_else(|| t!(ctx.locale, "bulletin-nothing"), |value| words::value(&ctx.locale, value));
        let text = format!("{}\n{}", self.conflict(ctx, conflict), t!(ctx.locale, "bulletin-clash-mine", mine = mine));
        let options = vec![('s', t!(ctx.locale, "bulletin-keep-theirs")), ('m', t!(ctx.locale, "bulletin-keep-mine"))];
        Some(vec![Effect::Question(Question::choice(CLASH, t!(ctx.locale, "bulletin-clash-title"), text, options))])
    }

    pub(super) fn chosen(&mut self, ctx: &Ctx, tag: &'static str, option: usize) -> Vec<Effect> {
        match (tag, option) {
            (UNDO, 0) => self.step(ctx, false, true),
            (REDO, 0) => self.step(ctx, true, true),
            (CLASH, 0) => {
                if let Some(place) = self.place() {
                    self.pending.remove(&place);
                }
                self.read()
            }
            (CLASH, 1) => {
                let Some(place) = self.place() else { return Vec::new() };
                let Some(pending) = self.pending.get_mut(&place) else { return Vec::new() };
                if let CellState::Clash(conflict) = &pending.state {
                    pending.seen.clone_from(&conflict.theirs);
                }
                pending.act = ctx.new_act();
                self.send(&place).into_iter().collect()
            }
            (_, _) => Vec::new(),
        }
    }
}

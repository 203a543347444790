//! Picking: a phrase of the bank into the text that is written, and the council's honour with its reason.

use ratatui::crossterm::event::KeyEvent;

use super::{Bulletin, EDIT_KEYS, EditDo, Mode, PICK_KEYS, PickDo, decision};
use crate::{
    domain::{
        bulletin::BulletinPart,
        phrases::{agree, proposed},
        text_values::{Name, Remark},
    },
    protocol::{Failure, Field, Why},
    t, text,
    text::sanitise,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        keymap::find,
        widgets::{input::TextInput, list::PickList},
    },
};

impl Bulletin {
    /// The phrases for the student under the cursor: of the average's band, or all.
    fn proposals(&self, every: bool) -> Vec<String> {
        let (Some(view), Some(row)) = (&self.shown, self.here()) else { return Vec::new() };
        let fitting = self.phrases.iter().filter(|row_of| every || proposed(&view.rules, &row_of.phrase, row.average));
        fitting.map(|known| agree(known.phrase.text.as_str(), row.sex)).collect()
    }

    pub(super) fn open_phrases(&mut self, ctx: &Ctx, text: TextInput) -> Vec<Effect> {
        if self.phrases.is_empty() {
            return vec![Effect::Say(Status::info(t!(ctx.locale, "bulletin-no-phrases")))];
        }
        let own = self.proposals(false);
        // Where nothing is for this band, all are shown at once.
        let every = own.is_empty();
        let texts = if every { self.proposals(true) } else { own };
        let list = PickList::new(texts.clone());
        self.mode = Mode::Phrases { text, find: TextInput::new(40), list, texts, every };
        Vec::new()
    }

    pub(super) fn phrases_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let action = find(PICK_KEYS, key);
        if action == Some(PickDo::All) {
            let all = match &self.mode {
                Mode::Phrases { every, .. } => !*every,
                Mode::Browse | Mode::Edit(_) | Mode::Honours { .. } | Mode::Reason { .. } => return Vec::new(),
            };
            let now = self.proposals(all);
            if let Mode::Phrases { find, list, texts, every, .. } = &mut self.mode {
                (*texts, *every) = (now, all);
                *list = PickList::new(texts.clone());
                list.find(find.text());
            }
            return Vec::new();
        }
        let Mode::Phrases { text, find, list, texts, .. } = &mut self.mode else { return Vec::new() };
        match action {
            Some(PickDo::Take) => {
                let Some(phrase) = list.selected().and_then(|index| texts.get(index)) else {
                    return vec![Effect::Bell, Effect::Say(Status::info(t!(ctx.locale, "bulletin-no-such-phrase")))];
                };
                let mut text = text.clone();
                let before = text.text().trim_end().to_owned();
                text.set(&if before.is_empty() { phrase.clone() } else { format!("{before} {phrase}") });
                self.mode = Mode::Edit(text);
            }
            Some(PickDo::Cancel) => self.mode = Mode::Edit(text.clone()),
            Some(PickDo::Down) => list.step(1),
            Some(PickDo::Up) => list.step(-1),
            Some(PickDo::All) | None => {
                if find.key(key) {
                    list.find(find.text());
                }
            }
        }
        Vec::new()
    }

    pub(super) fn open_honours(&mut self, ctx: &Ctx) {
        let (Some(view), Some(row)) = (&self.shown, self.here()) else { return };
        let proposed = row
            .proposed
            .as_ref()
            .map_or_else(|| t!(ctx.locale, "bulletin-no-honour"), |name| sanitise::line(name.as_str()));
        let mut labels = vec![t!(ctx.locale, "bulletin-as-proposed", honour = proposed)];
        let mut choices: Vec<Option<Name>> = Vec::new();
        // What is proposed already is no decision otherwise.
        for honour in view.rules.honours.iter().filter(|honour| Some(&honour.label) != row.proposed.as_ref()) {
            labels.push(sanitise::line(honour.label.as_str()));
            choices.push(Some(honour.label.clone()));
        }
        if row.proposed.is_some() {
            labels.push(t!(ctx.locale, "bulletin-no-honour"));
            choices.push(None);
        }
        self.mode = Mode::Honours { list: PickList::new(labels), choices };
    }

    pub(super) fn honours_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Mode::Honours { list, choices } = &mut self.mode else { return Vec::new() };
        match find(PICK_KEYS, key) {
            Some(PickDo::Take) => {
                let chosen = list.selected().unwrap_or_default();
                let honour = chosen.checked_sub(1).and_then(|index| choices.get(index)).cloned();
                match honour {
                    None => {
                        self.mode = Mode::Browse;
                        let effects = self.hand_in(ctx, None);
                        self.move_by(1);
                        return effects;
                    }
                    Some(honour) => self.mode = Mode::Reason { honour, text: TextInput::new(Remark::MAX) },
                }
            }
            Some(PickDo::Cancel) => self.mode = Mode::Browse,
            Some(PickDo::Down) => list.step(1),
            Some(PickDo::Up) => list.step(-1),
            Some(PickDo::All) | None => {
                let _ = list.key(key, true, 10);
            }
        }
        Vec::new()
    }

    pub(super) fn reason_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Mode::Reason { honour, text } = &mut self.mode else { return Vec::new() };
        match find(EDIT_KEYS, key) {
            Some(EditDo::Next) => {
                let (honour, reason) = (honour.clone(), Remark::parse(text.text()).unwrap_or_default());
                let value = decision(honour, reason);
                if !self.fits(BulletinPart::Honour, &value) {
                    let said = text::failure(&ctx.locale, &Failure::invalid(Field::Reason, Why::Missing));
                    return vec![Effect::Bell, Effect::Say(Status::bad(said))];
                }
                self.mode = Mode::Browse;
                let effects = self.hand_in(ctx, Some(value));
                self.move_by(1);
                effects
            }
            Some(EditDo::Cancel) => {
                self.mode = Mode::Browse;
                vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-cancelled")))]
            }
            Some(EditDo::Previous | EditDo::Right | EditDo::Phrases) => Vec::new(),
            None => {
                text.key(key);
                if text.was_cut() { vec![Effect::Bell] } else { Vec::new() }
            }
        }
    }
}

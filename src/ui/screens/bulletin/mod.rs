//! What is written beside the marks, with a row per student: a subject's appreciations, the follow-up of a class, its
//! council. Nothing waits for the store: what is handed in stands in its cell with a sign until it is stored.

mod editing;
mod keys;
mod picking;
mod saving;
#[cfg(test)]
mod tests;
mod update;
mod view;

pub use keys::{Do, EDIT_KEYS, EditDo, KEYS, PICK_KEYS, PickDo};

use std::collections::{BTreeMap, HashMap};

use ratatui::{Frame, layout::Rect};

use super::Screen;
use crate::{
    domain::{
        bulletin::{BulletinPage, BulletinPart, BulletinValue, HonourDecision},
        id::{ActId, StudentId},
        text_values::Name,
    },
    protocol::{BulletinConflict, BulletinKey, BulletinRow, BulletinView, Failure, PhraseRow},
    t,
    text::{bulletin as words, sanitise},
    ui::{
        ctx::Ctx,
        effect::Effect,
        keymap::{KeyLine, all, lines},
        msg::ScreenMsg,
        widgets::{input::TextInput, list::PickList},
    },
};

/// How what was handed in is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
enum CellState {
    Saving,
    /// The store does not answer: it is sent again.
    Offline,
    Refused(Failure),
    Clash(Box<BulletinConflict>),
}

/// What was handed in and is not known to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pending {
    act: ActId,
    value: Option<BulletinValue>,
    /// What stood there when it was handed in.
    seen: Option<BulletinValue>,
    state: CellState,
}

type Place = (StudentId, BulletinPart);

/// What a write is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Errand {
    Set(Place, ActId),
    Step { redo: bool },
}

/// What has the keys.
#[expect(clippy::large_enum_variant, reason = "one a screen, changed by a key: nothing is gained by a box")]
enum Mode {
    Browse,
    /// Something is written into the cell under the cursor.
    Edit(TextInput),
    /// Phrases are looked through, for a text that is being written.
    Phrases {
        text: TextInput,
        find: TextInput,
        list: PickList,
        texts: Vec<String>,
        every: bool,
    },
    /// The honours of the rules: `None` is none at all. The first line takes the council's decision away.
    Honours {
        list: PickList,
        choices: Vec<Option<Name>>,
    },
    /// Why the council decides otherwise.
    Reason {
        honour: Option<Name>,
        text: TextInput,
    },
}

/// The screen.
pub struct Bulletin {
    key: BulletinKey,
    shown: Option<BulletinView>,
    trouble: Option<String>,
    phrases: Vec<PhraseRow>,
    /// Put the cursor there when the rows are read.
    wanted: Option<StudentId>,
    row: usize,
    column: usize,
    mode: Mode,
    /// The cell that is being written, and what stood there when that was begun.
    begun: Option<(Place, Option<BulletinValue>)>,
    pending: BTreeMap<Place, Pending>,
    errands: HashMap<u64, Errand>,
    last: u64,
}

impl Bulletin {
    #[must_use]
    pub fn new(key: BulletinKey, student: Option<StudentId>) -> Self {
        Self {
            key,
            shown: None,
            trouble: None,
            phrases: Vec::new(),
            wanted: student,
            row: 0,
            column: 0,
            mode: Mode::Browse,
            begun: None,
            pending: BTreeMap::new(),
            errands: HashMap::new(),
            last: 0,
        }
    }

    fn rows(&self) -> &[BulletinRow] {
        self.shown.as_ref().map(|view| view.rows.as_slice()).unwrap_or_default()
    }

    fn here(&self) -> Option<&BulletinRow> {
        self.rows().get(self.row)
    }

    fn part(&self) -> BulletinPart {
        self.key.page.parts().get(self.column).copied().unwrap_or(BulletinPart::Remark)
    }

    fn place(&self) -> Option<Place> {
        Some((self.here()?.student.clone(), self.part()))
    }

    /// What the store has in a cell.
    fn stored(row: &BulletinRow, part: BulletinPart) -> Option<BulletinValue> {
        match part {
            BulletinPart::Remark => row.remark.clone().map(BulletinValue::Text),
            BulletinPart::Justified => row.follow.justified.map(BulletinValue::Count),
            BulletinPart::Unjustified => row.follow.unjustified.map(BulletinValue::Count),
            BulletinPart::Late => row.follow.late.map(BulletinValue::Count),
            BulletinPart::Conduct => row.follow.conduct.map(BulletinValue::Mark),
            BulletinPart::Observation => row.follow.observation.clone().map(BulletinValue::Text),
            BulletinPart::Honour => row.decided.clone().map(BulletinValue::Honour),
        }
    }

    /// What stands in a cell for the user: what was handed in, else what the store has.
    fn value(&self, row: &BulletinRow, part: BulletinPart) -> Option<BulletinValue> {
        match self.pending.get(&(row.student.clone(), part)) {
            Some(pending) => pending.value.clone(),
            None => Self::stored(row, part),
        }
    }

    /// The honour of a row in words; in brackets what is only proposed.
    fn honour(&self, ctx: &Ctx, row: &BulletinRow) -> String {
        match (self.value(row, BulletinPart::Honour), &row.proposed) {
            (Some(value), _) => words::value(&ctx.locale, &value),
            (None, Some(proposed)) => format!("({})", sanitise::line(proposed.as_str())),
            (None, None) => String::new(),
        }
    }

    /// Why nothing can be written.
    fn no_writing(&self, ctx: &Ctx) -> Option<String> {
        let locale = &ctx.locale;
        match &self.shown {
            None => Some(t!(locale, "sheet-not-read-yet")),
            Some(view) if view.closed => Some(t!(locale, "bulletin-closed")),
            Some(view) if !view.editable => Some(match self.key.page {
                BulletinPage::Subject(_) => t!(locale, "bulletin-not-yours-subject"),
                BulletinPage::FollowUp => t!(locale, "bulletin-not-yours-follow-up"),
                BulletinPage::Council => t!(locale, "bulletin-not-yours-council"),
            }),
            Some(view) if view.rows.is_empty() => Some(t!(locale, "sheet-no-students")),
            Some(_) => None,
        }
    }

    fn why_not(&self, ctx: &Ctx, action: Do) -> Option<String> {
        let locale = &ctx.locale;
        let view = self.shown.as_ref();
        match action {
            Do::Enter | Do::Type | Do::Empty => self.no_writing(ctx),
            Do::Phrases => self.no_writing(ctx).or_else(|| match self.part() {
                BulletinPart::Remark | BulletinPart::Observation => None,
                BulletinPart::Justified
                | BulletinPart::Unjustified
                | BulletinPart::Late
                | BulletinPart::Conduct
                | BulletinPart::Honour => Some(t!(locale, "bulletin-phrases-in-texts")),
            }),
            Do::Undo => self.no_writing(ctx).or_else(|| {
                let any = view.is_some_and(|view| view.undo) || !self.pending.is_empty();
                (!any).then(|| t!(locale, "sheet-nothing-to-undo"))
            }),
            Do::Redo => self
                .no_writing(ctx)
                .or_else(|| (!view.is_some_and(|view| view.redo)).then(|| t!(locale, "sheet-nothing-to-redo"))),
            Do::NextTerm
            | Do::PreviousTerm
            | Do::Down
            | Do::Up
            | Do::Left
            | Do::Right
            | Do::PageDown
            | Do::PageUp
            | Do::First
            | Do::Last => None,
        }
    }

    /// What was handed in and would be lost with this screen.
    fn at_risk(&self) -> impl Iterator<Item = (&Place, &Pending)> {
        self.pending.iter().filter(|(_, pending)| pending.state != CellState::Saving)
    }

    /// A student's name as on every list.
    fn name(row: &BulletinRow) -> String {
        sanitise::line(&format!("{} {}", row.last_name.as_str().to_uppercase(), row.first_name))
    }
}

/// The council's decision as a value.
fn decision(honour: Option<Name>, reason: crate::domain::text_values::Remark) -> BulletinValue {
    BulletinValue::Honour(HonourDecision { honour, reason })
}

impl Screen for Bulletin {
    fn title(&self, ctx: &Ctx) -> String {
        let setup = ctx.setup();
        let class = setup.and_then(|setup| setup.class(&self.key.of.class)).map(|class| class.name.to_string());
        let page = match &self.key.page {
            BulletinPage::Subject(subject) => {
                setup.and_then(|setup| setup.subject(subject)).map(|subject| subject.name.to_string())
            }
            BulletinPage::FollowUp => Some(t!(ctx.locale, "bulletin-follow-up")),
            BulletinPage::Council => Some(t!(ctx.locale, "bulletin-council")),
        };
        let names = [class, Some(ctx.dated_term(&self.key.of.year, self.key.of.term)), page];
        names.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine> {
        match self.mode {
            Mode::Browse => lines(KEYS, |action| self.why_not(ctx, action)),
            Mode::Edit(_) if matches!(self.part(), BulletinPart::Remark | BulletinPart::Observation) => all(EDIT_KEYS),
            // Numbers and reasons have no phrases.
            Mode::Edit(_) | Mode::Reason { .. } => {
                all(EDIT_KEYS).into_iter().filter(|line| !line.keys.contains(&"<f4>")).collect()
            }
            Mode::Phrases { .. } => all(PICK_KEYS),
            // There is nothing more of them.
            Mode::Honours { .. } => all(PICK_KEYS).into_iter().filter(|line| !line.keys.contains(&"<tab>")).collect(),
        }
    }

    fn typing(&self) -> bool {
        match self.mode {
            Mode::Browse => false,
            Mode::Edit(_) | Mode::Reason { .. } | Mode::Phrases { .. } | Mode::Honours { .. } => true,
        }
    }

    fn unsaved(&self) -> bool {
        let typed = match &self.mode {
            Mode::Edit(input) => {
                let now = self.here().and_then(|row| self.value(row, self.part()));
                input.text().trim() != self.typed(now.as_ref())
            }
            Mode::Phrases { .. } | Mode::Reason { .. } => true,
            Mode::Browse | Mode::Honours { .. } => false,
        };
        typed || self.at_risk().next().is_some()
    }

    fn waiting(&self, ctx: &Ctx) -> Option<String> {
        let rows = self.rows();
        let named = self.at_risk().filter_map(|((student, part), pending)| {
            let row = rows.iter().find(|row| row.student == *student)?;
            let value = pending.value.as_ref().map(|value| words::value(&ctx.locale, value)).unwrap_or_default();
            Some(format!("{} · {} · {value}", Self::name(row), words::part(&ctx.locale, *part)))
        });
        let lines: Vec<String> = named.take(6).collect();
        if lines.is_empty() { None } else { Some(lines.join("\n")) }
    }

    fn wants_tick(&self) -> bool {
        self.pending.values().any(|pending| pending.state == CellState::Offline)
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        self.on(ctx, msg)
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        self.draw(ctx, frame, area);
    }
}

//! Writing into a cell: a line of text or a number, handed in by Enter, which goes on to the next student.

use ratatui::crossterm::event::KeyEvent;

use super::{Bulletin, EDIT_KEYS, EditDo, Mode};
use crate::{
    domain::{
        bulletin::{BulletinPart, BulletinValue, MOST, fits, length, longest},
        score::{Average, MarkValue, Scale, parse_mark},
        text_values::{Remark, TextError},
    },
    protocol::{Failure, Why},
    t,
    text::{self, bulletin as words},
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        keymap::find,
        widgets::input::TextInput,
    },
};

impl Bulletin {
    /// A value as it is typed.
    #[expect(clippy::unused_self, reason = "the screen's own way of writing")]
    pub(super) fn typed(&self, value: Option<&BulletinValue>) -> String {
        match value {
            Some(BulletinValue::Text(text)) => text.as_str().to_owned(),
            Some(BulletinValue::Count(count)) => count.to_string(),
            Some(BulletinValue::Mark(mark)) => mark.short(','),
            Some(BulletinValue::Honour(_)) | None => String::new(),
        }
    }

    /// A field with what stands in the cell. Longer than fits may be typed: the counter says so, and it is refused.
    pub(super) fn input(&self, _ctx: &Ctx) -> TextInput {
        let value = self.here().and_then(|row| self.value(row, self.part()));
        TextInput::new(Remark::MAX).with(&self.typed(value.as_ref()))
    }

    /// A digit begins a number; in a text it is only a digit.
    pub(super) fn begin_with(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match self.part() {
            BulletinPart::Justified | BulletinPart::Unjustified | BulletinPart::Late | BulletinPart::Conduct => {
                let mut input = TextInput::new(Remark::MAX);
                input.key(key);
                self.mode = Mode::Edit(input);
                Vec::new()
            }
            BulletinPart::Remark | BulletinPart::Observation | BulletinPart::Honour => {
                vec![Effect::Say(Status::info(t!(ctx.locale, "bulletin-enter-to-write")))]
            }
        }
    }

    pub(super) fn edit_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let action = find(EDIT_KEYS, key);
        match action {
            Some(EditDo::Cancel) => {
                self.mode = Mode::Browse;
                vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-cancelled")))]
            }
            Some(EditDo::Phrases) => {
                let Mode::Edit(input) = &self.mode else { return Vec::new() };
                let input = input.clone();
                match self.part() {
                    BulletinPart::Remark | BulletinPart::Observation => self.open_phrases(ctx, input),
                    BulletinPart::Justified
                    | BulletinPart::Unjustified
                    | BulletinPart::Late
                    | BulletinPart::Conduct
                    | BulletinPart::Honour => {
                        vec![Effect::Say(Status::info(t!(ctx.locale, "bulletin-phrases-in-texts")))]
                    }
                }
            }
            Some(EditDo::Next | EditDo::Previous | EditDo::Right) => self.commit(ctx, action),
            None => {
                let Mode::Edit(input) = &mut self.mode else { return Vec::new() };
                input.key(key);
                if input.was_cut() { vec![Effect::Bell] } else { Vec::new() }
            }
        }
    }

    fn commit(&mut self, ctx: &Ctx, action: Option<EditDo>) -> Vec<Effect> {
        let Mode::Edit(input) = &self.mode else { return Vec::new() };
        let typed = input.text().to_owned();
        let value = match self.read_typed(&typed) {
            Ok(value) => value,
            Err(why) => {
                let field = words::field(self.part());
                let said = text::failure(&ctx.locale, &Failure::invalid(field, why));
                return vec![Effect::Bell, Effect::Say(Status::bad(said))];
            }
        };
        let part = self.part();
        let effects = self.hand_in(ctx, value);
        let before = self.row;
        match action {
            Some(EditDo::Previous) => self.move_by(-1),
            Some(EditDo::Right) => self.right(),
            Some(EditDo::Next | EditDo::Phrases | EditDo::Cancel) | None => self.move_by(1),
        }
        // Texts are written one after the other; numbers are begun by their first digit.
        let text = matches!(part, BulletinPart::Remark | BulletinPart::Observation);
        let on = text && self.row != before && self.part() == part;
        self.mode = if on { Mode::Edit(self.input(ctx)) } else { Mode::Browse };
        effects
    }

    /// What was typed, as a value of the cell's part.
    fn read_typed(&self, typed: &str) -> Result<Option<BulletinValue>, Why> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        match self.part() {
            BulletinPart::Remark | BulletinPart::Observation => {
                let text = Remark::parse(typed).map_err(Why::Text)?;
                let max = self.longest();
                if length(text.as_str()) > max {
                    return Err(Why::Text(TextError::TooLong { max }));
                }
                Ok(Some(BulletinValue::Text(text)))
            }
            BulletinPart::Justified | BulletinPart::Unjustified | BulletinPart::Late => {
                let count = typed.parse::<u16>().ok().filter(|count| *count <= MOST);
                count.map(|count| Some(BulletinValue::Count(count))).ok_or(Why::Whole { min: 0, max: i64::from(MOST) })
            }
            BulletinPart::Conduct => {
                let mark = match parse_mark(typed, Scale::TWENTY).map_err(Why::Mark)? {
                    Some(MarkValue::Score(score)) => Average::from_hundredths(score.hundredths()),
                    Some(MarkValue::Code(_)) | None => None,
                };
                mark.map(|mark| Some(BulletinValue::Mark(mark))).ok_or(Why::Form { example: "14,5".to_owned() })
            }
            BulletinPart::Honour => Ok(None),
        }
    }

    /// The characters of the longest text here.
    pub(super) fn longest(&self) -> usize {
        self.shown.as_ref().map_or(Remark::MAX, |view| usize::from(longest(&view.rules, &self.key.page)))
    }

    /// Does a decision fit the rules that are shown?
    pub(super) fn fits(&self, part: BulletinPart, value: &BulletinValue) -> bool {
        self.shown.as_ref().is_some_and(|view| fits(&view.rules, &self.key.page, part, value).is_ok())
    }

    pub(super) fn paste(&mut self, text: &str) {
        match &mut self.mode {
            Mode::Edit(input) | Mode::Reason { text: input, .. } => input.paste(text),
            Mode::Phrases { find, list, .. } => {
                find.paste(text);
                list.find(find.text());
            }
            Mode::Browse | Mode::Honours { .. } => {}
        }
    }
}

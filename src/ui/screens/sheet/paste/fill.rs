//! `F`: one value or code into all cells of the range, or into those without a mark from here down.

use super::{
    super::{Mode, Sheet, cells::CellId, dictation::code_of, typed::read},
    keys::{FILL_KEYS, FillDo},
    preview::{Line, Preview, What},
};
use crate::{
    domain::score::{MarkError, MarkValue, Scale, parse_mark, read_pad},
    exchange::clipboard,
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        keymap::find,
        widgets::TextInput,
    },
};
use ratatui::crossterm::event::KeyEvent;

/// The value is being typed.
#[derive(Clone, Debug)]
pub struct Filler {
    pub input: TextInput,
    /// By what they are: rows and columns may move.
    pub cells: Vec<CellId>,
}

impl Sheet {
    pub(in super::super) fn begin_fill(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let cells = self.cells_to_fill();
        if cells.is_empty() {
            return vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-fill-none")))];
        }
        self.mode = Mode::Fill(Box::new(Filler { input: TextInput::new(16), cells }));
        Vec::new()
    }

    /// One value pasted where a range is taken.
    pub(in super::super) fn paste_over_range(&mut self, ctx: &Ctx, pasted: &str) -> Vec<Effect> {
        let cells = self.cells_to_fill();
        let typed = clipboard::cell(pasted);
        self.fill_preview(ctx, &cells, &typed, What::Pasted, parse_mark)
    }

    pub(super) fn fill_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Mode::Fill(filler) = &mut self.mode else { return Vec::new() };
        match find(FILL_KEYS, key) {
            Some(FillDo::Cancel) => {
                self.mode = Mode::Browse;
                vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-cancelled")))]
            }
            Some(FillDo::Show) => {
                let (cells, typed) = (filler.cells.clone(), filler.input.text().trim().to_owned());
                if typed.is_empty() {
                    return vec![Effect::Bell, Effect::Say(Status::info(t!(ctx.locale, "sheet-dictate-mark")))];
                }
                let (french, pad) = (self.french(ctx), ctx.memory.sheet.pad);
                let value = |typed: &str, scale: Scale| value(typed, scale, french, pad);
                self.fill_preview(ctx, &cells, &typed, What::Filled, value)
            }
            None => {
                filler.input.key(key);
                Vec::new()
            }
        }
    }

    /// The same text in every cell; what is no mark in any of them stays to be mended.
    fn fill_preview(
        &mut self,
        ctx: &Ctx,
        cells: &[CellId],
        typed: &str,
        what: What,
        value: impl Fn(&str, Scale) -> Result<Option<MarkValue>, MarkError>,
    ) -> Vec<Effect> {
        let Some(grid) = &self.grid else { return Vec::new() };
        let line = |cell: &CellId| {
            let (_, column) = grid.place(cell)?;
            let scale = grid.columns().get(column)?.scale;
            Some(Line::new(cell.clone(), crate::text::sanitise::line(typed), value(typed, scale)))
        };
        let lines: Vec<Line> = cells.iter().filter_map(line).collect();
        if let Some(error) = lines.first().and_then(|line| line.read.err())
            && lines.iter().all(|line| line.read.is_err())
        {
            return vec![Effect::Bell, Effect::Say(Status::bad(text::mark_error(&ctx.locale, error)))];
        }
        self.show_preview(ctx, Preview::new(what, lines, (0, 0)))
    }
}

/// A letter is a code, as on the sheet; all else is read as it is in a cell.
fn value(typed: &str, scale: Scale, french: bool, pad: bool) -> Result<Option<MarkValue>, MarkError> {
    let mut letters = typed.chars();
    if let (Some(letter), None) = (letters.next(), letters.next())
        && let Some(code) = code_of(letter)
    {
        return Ok(Some(MarkValue::Code(code)));
    }
    let meant = read(typed, french);
    if pad { read_pad(&meant, scale) } else { parse_mark(&meant, scale) }
}

//! Keys that enter marks: typing, F2, codes, emptying, repeating; and handing a mark in.

use super::{
    Mode, Sheet,
    cells::CellState,
    cursor::Move,
    habits,
    keys::{EDIT_KEYS, EditDo},
    outbox::Change,
    typed::Editor,
};
use crate::{
    domain::score::{MarkValue, parse_mark},
    exchange::clipboard::is_table,
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
        keymap::find,
        msg::ScreenMsg,
    },
};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

impl Sheet {
    /// Begins to edit the cell under the cursor with a typed character.
    pub(super) fn begin(&mut self, c: char) {
        if let Some(cell) = self.here() {
            self.mode = Mode::Edit(cell, Editor::typing(c));
        }
    }

    /// Edits what stands in the cell under the cursor.
    pub(super) fn begin_in_place(&mut self, ctx: &Ctx) {
        let shown = self.grid.as_ref().and_then(|grid| grid.shown(self.cursor.row, self.cursor.column));
        let text = shown.map(|value| value.short(ctx.locale.lang().decimal())).unwrap_or_default();
        if let Some(cell) = self.here() {
            self.mode = Mode::Edit(cell, Editor::in_place(&text));
        }
    }

    pub(super) fn edit_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Mode::Edit(_, editor) = &mut self.mode else { return Vec::new() };
        let whole = match find(EDIT_KEYS, key) {
            Some(EditDo::Onward) => return self.commit(ctx, habits::onward(ctx)),
            Some(EditDo::Commit(by)) => return self.commit(ctx, by),
            Some(EditDo::Left) if !editor.in_place => return self.commit(ctx, Move::Left),
            Some(EditDo::Right) if !editor.in_place => return self.commit(ctx, Move::Right),
            Some(EditDo::Cancel) => {
                self.mode = Mode::Browse;
                let mut effects = vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-cancelled")))];
                effects.extend(self.let_go());
                return effects;
            }
            Some(EditDo::Left) => return moved(editor, -1),
            Some(EditDo::Right) => return moved(editor, 1),
            Some(EditDo::Home) => return moved(editor, isize::MIN),
            Some(EditDo::End) => return moved(editor, isize::MAX),
            Some(EditDo::InPlace) => {
                editor.in_place = true;
                return Vec::new();
            }
            Some(EditDo::Backspace) => {
                editor.backspace();
                return Vec::new();
            }
            Some(EditDo::Delete) => {
                editor.delete();
                return Vec::new();
            }
            Some(EditDo::Clear) => {
                editor.clear();
                return Vec::new();
            }
            None => match key.code {
                KeyCode::Char(c) if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {
                    editor.insert(c.encode_utf8(&mut [0; 4]))
                }
                _ => true,
            },
        };
        cut(ctx, whole)
    }

    /// Text from the clipboard goes into the cell, as far as it fits.
    pub(super) fn paste(&mut self, ctx: &Ctx, pasted: &str) -> Vec<Effect> {
        let several = is_table(pasted);
        match &mut self.mode {
            Mode::Edit(..) if several => {
                vec![Effect::Bell, Effect::Say(Status::bad(t!(ctx.locale, "sheet-paste-open")))]
            }
            Mode::Edit(_, editor) => {
                let whole = editor.insert(pasted.trim());
                cut(ctx, whole)
            }
            Mode::Column(column) => {
                column.form.paste(pasted);
                Vec::new()
            }
            Mode::Find(_) => self.find_paste(ctx, pasted),
            Mode::Dictate(_) => self.dictate_paste(ctx, pasted),
            Mode::Fill(_) => self.fill_msg(ctx, &ScreenMsg::Paste(pasted.to_owned())),
            Mode::Browse => {
                if let Some(why) = self.no_entry(ctx) {
                    return vec![Effect::Say(Status::info(why))];
                }
                if several {
                    return self.paste_table(ctx, pasted);
                }
                if self.anchor.is_some() {
                    return self.paste_over_range(ctx, pasted);
                }
                let Some(cell) = self.here() else { return Vec::new() };
                let mut editor = Editor::pasting();
                let whole = editor.insert(pasted.trim());
                self.mode = Mode::Edit(cell, editor);
                cut(ctx, whole)
            }
            Mode::Clash(_) | Mode::Explain(_) | Mode::Preview(_) => Vec::new(),
        }
    }

    /// Hands in what was typed, and moves; refused text stays to be mended.
    fn commit(&mut self, ctx: &Ctx, by: Move) -> Vec<Effect> {
        let Some(grid) = &self.grid else { return Vec::new() };
        let Mode::Edit(cell, editor) = &self.mode else { return Vec::new() };
        let Some((row, column)) = grid.place(cell) else { return Vec::new() };
        let Some(scale) = grid.columns().get(column).map(|column| column.scale) else { return Vec::new() };
        match self.read_typed(ctx, editor, scale) {
            Err(error) => {
                if let Mode::Edit(_, editor) = &mut self.mode {
                    editor.refused = Some(error);
                }
                let why = text::mark_error(&ctx.locale, error);
                vec![Effect::Bell, Effect::Say(Status::bad(why))]
            }
            Ok(value) => {
                (self.cursor.row, self.cursor.column) = (row, column);
                self.mode = Mode::Browse;
                let mut effects = self.enter(ctx, value);
                effects.extend(self.let_go());
                effects.extend(self.go(ctx, by));
                effects
            }
        }
    }

    /// Enters a value where the cursor stands, and goes on.
    pub(super) fn enter_and_go_on(&mut self, ctx: &Ctx, value: Option<MarkValue>) -> Vec<Effect> {
        let mut effects = self.enter(ctx, value);
        effects.extend(self.go(ctx, habits::onward(ctx)));
        effects
    }

    /// `.`: the last value once more, if it fits the scale of this column.
    pub(super) fn repeat(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(value) = self.last else {
            return vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-nothing-to-repeat")))];
        };
        let column = self.grid.as_ref().and_then(|grid| grid.columns().get(self.cursor.column));
        let Some(scale) = column.map(|column| column.scale) else { return Vec::new() };
        let written = value.short(ctx.locale.lang().decimal());
        match parse_mark(&written, scale) {
            Ok(value) => self.enter_and_go_on(ctx, value),
            Err(error) => {
                let why = text::mark_error(&ctx.locale, error);
                vec![Effect::Bell, Effect::Say(Status::bad(why))]
            }
        }
    }

    /// Empties the cell under the cursor; a refused or clashing value over it is given up first.
    pub(super) fn empty(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(cell) = self.here() else { return Vec::new() };
        let Some(grid) = &mut self.grid else { return Vec::new() };
        let refused = grid
            .overlay(self.cursor.row, self.cursor.column)
            .is_some_and(|overlay| matches!(overlay.state, CellState::Refused(_)));
        if refused {
            grid.uncover(&cell);
            let mut effects = vec![Effect::Say(Status::info(t!(ctx.locale, "sheet-given-up")))];
            effects.extend(self.drop_kept(&cell));
            return effects;
        }
        self.enter(ctx, None)
    }

    /// Puts a value into the cell under the cursor and sends it.
    pub(super) fn enter(&mut self, ctx: &Ctx, value: Option<MarkValue>) -> Vec<Effect> {
        let Some(cell) = self.here() else { return Vec::new() };
        self.last = value.or(self.last);
        let Some(grid) = &mut self.grid else { return Vec::new() };
        let overlay = grid.overlay(self.cursor.row, self.cursor.column);
        match overlay.map(|overlay| overlay.state.clone()) {
            Some(CellState::Conflict(conflict)) => {
                grid.put(&cell, value, CellState::Conflict(conflict));
                self.show_clash();
                return Vec::new();
            }
            None | Some(CellState::Saved) if grid.stored(&cell).value == value => return Vec::new(),
            // The same once more: it is already on its way.
            Some(CellState::Saving | CellState::Offline | CellState::Kept)
                if grid.shown(self.cursor.row, self.cursor.column) == value =>
            {
                return Vec::new();
            }
            None
            | Some(
                CellState::Saved | CellState::Saving | CellState::Offline | CellState::Kept | CellState::Refused(_),
            ) => {}
        }
        let state = if self.outbox.is_stalled() { CellState::Offline } else { CellState::Saving };
        grid.put(&cell, value, state);
        self.deleted = None;
        let act = ctx.new_act();
        self.several.entered(&act);
        self.outbox.push(Change::Set { act, cell, value });
        self.pump()
    }
}

fn moved(editor: &mut Editor, by: isize) -> Vec<Effect> {
    editor.go(by);
    Vec::new()
}

fn cut(ctx: &Ctx, whole: bool) -> Vec<Effect> {
    if whole {
        return Vec::new();
    }
    vec![Effect::Bell, Effect::Say(Status::bad(t!(ctx.locale, "sheet-too-long", max = Editor::MAX)))]
}

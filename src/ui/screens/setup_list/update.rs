//! What a set-up list does.

use ratatui::{
    crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind},
    layout::Position,
};

use super::{Do, FIND, FIND_KEYS, FORM_KEYS, FindDo, FormDo, KEYS, Kind, Mode, SetupList, Work, view};
use crate::{
    protocol::{Event, Failure, Reply, Request},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        keymap::find,
        msg::ScreenMsg,
        popup::question::Question,
        widgets::{FormEvent, form::told},
    },
};

/// Questions of a list, in the order of `Kind::asks`.
const READS: [Slot; 3] = [Slot("list-0"), Slot("list-1"), Slot("list-2")];
const WRITE: u64 = 1;
const REMOVE: &str = "list-remove";
const ABANDON: &str = "list-abandon";

impl<K: Kind> SetupList<K> {
    pub(super) fn on(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened | ScreenMsg::Returned(_) | ScreenMsg::Event(Event::Setup | Event::Elsewhere) => {
                self.read(ctx)
            }
            ScreenMsg::Key(key) => match self.mode {
                Mode::List => self.list_key(ctx, key),
                Mode::Find => self.find_key(ctx, key),
                Mode::Form { .. } => self.form_key(ctx, key),
            },
            ScreenMsg::Paste(text) => self.paste(ctx, &text),
            ScreenMsg::Mouse(mouse) => self.mouse(ctx, mouse),
            ScreenMsg::Answer { slot, result: Ok(reply) } => {
                match &mut self.mode {
                    Mode::Form { form, .. } if slot == FIND => self.kind.found(ctx, reply, form),
                    Mode::List | Mode::Find | Mode::Form { .. } => {
                        if let Some(rows) = self.kind.answered(ctx, reply) {
                            self.take(ctx, rows);
                        }
                    }
                }
                Vec::new()
            }
            ScreenMsg::Answer { result: Err(failure), .. } => {
                vec![Effect::Say(Status::bad(text::failure(&ctx.locale, &failure)))]
            }
            ScreenMsg::Written { result, .. } => self.written(ctx, result),
            ScreenMsg::Chosen { tag, option } => self.chosen(tag, option),
            ScreenMsg::Event(
                Event::Students(_)
                | Event::Sheet(_)
                | Event::Kept { .. }
                | Event::Lamp { .. }
                | Event::Progress { .. }
                | Event::Store(_),
            )
            | ScreenMsg::File { .. }
            | ScreenMsg::Progress { .. }
            | ScreenMsg::Tick
            | ScreenMsg::Language => Vec::new(),
        }
    }

    fn read(&self, ctx: &Ctx) -> Vec<Effect> {
        let asks = READS.into_iter().zip(self.kind.asks(ctx));
        asks.map(|(slot, request)| Effect::Ask { slot, request }).collect()
    }

    fn step(&mut self, by: isize) {
        self.selected = self.selected.saturating_add_signed(by).min(self.found.len().saturating_sub(1));
    }

    fn list_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let page = isize::try_from(view::list_area(ctx.body()).height.max(1)).unwrap_or(1);
        match find(KEYS, key) {
            Some(Do::Add) => self.open(ctx, None),
            Some(Do::Edit) => match self.row().and_then(K::bring_back) {
                Some(request) => return self.write(Work::BringBack, request),
                None => self.open(ctx, self.row().cloned()),
            },
            Some(Do::Remove) => {
                if let Some(row) = self.row() {
                    let (title, text) = (ctx.locale.get(K::WORDS.remove), K::ask_to_remove(ctx, row));
                    return vec![Effect::Question(Question::confirm(&ctx.locale, REMOVE, title, text))];
                }
            }
            Some(Do::Undo) => {
                if let Some(act) = self.last.take() {
                    return self.write(Work::Undo, Request::Undo(act));
                }
            }
            Some(Do::Fill) => {
                if let Some(request) = K::fill(ctx) {
                    return self.write(Work::Fill, request);
                }
            }
            Some(Do::Find) => self.mode = Mode::Find,
            Some(Do::Down) => self.step(1),
            Some(Do::Up) => self.step(-1),
            Some(Do::PageDown) => self.step(page),
            Some(Do::PageUp) => self.step(-page),
            Some(Do::First) => self.step(isize::MIN),
            Some(Do::Last) => self.step(isize::MAX),
            Some(Do::Refresh) => return self.read(ctx),
            None => {}
        }
        Vec::new()
    }

    fn open(&mut self, ctx: &Ctx, row: Option<K::Row>) {
        let form = Box::new(self.kind.form(ctx, row.as_ref()));
        self.mode = Mode::Form { row, form };
    }

    fn find_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match find(FIND_KEYS, key) {
            Some(FindDo::Keep) => self.mode = Mode::List,
            Some(FindDo::Forget) => {
                let here = self.row().map(K::id);
                self.find.clear();
                self.mode = Mode::List;
                self.refind(ctx, here.as_ref());
                return self.look();
            }
            Some(FindDo::Down) => self.step(1),
            Some(FindDo::Up) => self.step(-1),
            None => {
                let before = self.find.text().len();
                self.find.key(key);
                if self.find.text().len() != before {
                    // The best match first.
                    self.selected = 0;
                    self.refind(ctx, None);
                    return self.look();
                }
            }
        }
        Vec::new()
    }

    /// Asks for what is looked for, in lists that ask.
    fn look(&mut self) -> Vec<Effect> {
        let request = self.kind.look_for(self.find.text());
        request.map(|request| Effect::Ask { slot: READS[0], request }).into_iter().collect()
    }

    fn form_key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let Mode::Form { form, .. } = &mut self.mode else { return Vec::new() };
        if find(FORM_KEYS, key) == Some(FormDo::Cancel) {
            if !form.is_changed() {
                self.mode = Mode::List;
                return Vec::new();
            }
            let (title, text) = (t!(ctx.locale, "root-unsaved-title"), t!(ctx.locale, "list-abandon"));
            return vec![Effect::Question(Question::confirm(&ctx.locale, ABANDON, title, text))];
        }
        if let Some(effects) = self.kind.form_key(ctx, form, key) {
            return effects;
        }
        match form.key(key) {
            FormEvent::Submit => self.save(ctx),
            FormEvent::Changed => self.kind.form_changed(ctx, form),
            event @ (FormEvent::Ignored | FormEvent::Moved | FormEvent::Cut) => told(ctx, event),
        }
    }

    fn paste(&mut self, ctx: &Ctx, text: &str) -> Vec<Effect> {
        match &mut self.mode {
            Mode::List => Vec::new(),
            Mode::Find => {
                self.find.paste(text);
                self.selected = 0;
                self.refind(ctx, None);
                self.look()
            }
            Mode::Form { form, .. } => {
                let mut effects = told(ctx, form.paste(text));
                effects.extend(self.kind.form_changed(ctx, form));
                effects
            }
        }
    }

    fn mouse(&mut self, ctx: &Ctx, mouse: MouseEvent) -> Vec<Effect> {
        if matches!(self.mode, Mode::Form { .. }) {
            return Vec::new();
        }
        match mouse.kind {
            MouseEventKind::ScrollDown => self.step(1),
            MouseEventKind::ScrollUp => self.step(-1),
            MouseEventKind::Down(MouseButton::Left) => {
                let area = view::list_area(ctx.body());
                if area.contains(Position::new(mouse.column, mouse.row)) {
                    let index = self.top(area.height) + usize::from(mouse.row - area.y);
                    if index < self.found.len() {
                        self.selected = index;
                    }
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn save(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Mode::Form { row, form } = &mut self.mode else { return Vec::new() };
        if self.work.is_some() {
            return vec![Effect::Say(Status::info(t!(ctx.locale, "list-busy")))];
        }
        form.clear_errors();
        match self.kind.save(ctx, row.as_ref(), form) {
            Some(request) if !form.has_errors() => self.write(Work::Save, request),
            Some(_) | None => vec![Effect::Bell],
        }
    }

    fn write(&mut self, work: Work, request: Request) -> Vec<Effect> {
        self.work = Some(work);
        vec![Effect::Write { id: WRITE, request }]
    }

    fn chosen(&mut self, tag: &'static str, option: usize) -> Vec<Effect> {
        match (tag, option) {
            (REMOVE, 0) => match self.row().map(K::remove) {
                Some(request) => self.write(Work::Remove, request),
                None => Vec::new(),
            },
            (ABANDON, 0) => {
                self.mode = Mode::List;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn written(&mut self, ctx: &Ctx, result: Result<Reply, Failure>) -> Vec<Effect> {
        let Some(work) = self.work.take() else { return Vec::new() };
        let reply = match result {
            Ok(reply) => reply,
            Err(failure) => {
                return match &mut self.mode {
                    Mode::Form { form, .. } if work == Work::Save => form.refused(ctx, &failure),
                    Mode::List | Mode::Find | Mode::Form { .. } => {
                        vec![Effect::Bell, Effect::Say(Status::bad(text::failure(&ctx.locale, &failure)))]
                    }
                };
            }
        };
        if let (Work::Save, Reply::Done, Mode::Form { form, .. }) = (work, &reply, &self.mode)
            && let Some(said) = self.kind.nothing_new(ctx, form)
        {
            return vec![Effect::Bell, Effect::Say(Status::info(said))];
        }
        let mut effects = self.read(ctx);
        if let (Work::Save, Mode::Form { row: None, .. }) = (work, &self.mode) {
            self.known = Some(self.rows.iter().flatten().map(K::id).collect());
        }
        let said = match work {
            Work::Save => {
                effects.extend(self.kind.saved(ctx, &reply));
                self.mode = Mode::List;
                ctx.locale.get(K::WORDS.saved)
            }
            Work::Remove => ctx.locale.get(K::WORDS.removed),
            Work::Fill if matches!(reply, Reply::Done) => t!(ctx.locale, "list-filled-nothing"),
            Work::Fill => t!(ctx.locale, "list-filled"),
            Work::Undo => t!(ctx.locale, "list-undone"),
            Work::BringBack => K::WORDS.bringing_back.map(|words| ctx.locale.get(words.done)).unwrap_or_default(),
        };
        // Taking back is not itself offered to be taken back: `u` twice would do nothing.
        self.last = match reply {
            Reply::Acted(act) | Reply::Class { act: Some(act), .. } | Reply::Subject { act: Some(act), .. }
                if work != Work::Undo =>
            {
                Some(act)
            }
            _ => None,
        };
        effects.push(Effect::Say(Status::good(said)));
        effects
    }
}

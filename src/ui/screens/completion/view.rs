//! How the completion matrix looks: the classes stay while subjects scroll.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::Completion;
use crate::{
    domain::id::SubjectId,
    protocol::{Progress, SheetProgress},
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, inset, line, paragraph, row},
    },
};

/// Columns of a class's name, and of a subject.
const NAME: u16 = 12;
const CELL: u16 = 7;
/// Rows above the first class, and below the last.
const HEAD: u16 = 3;
const FOOT: u16 = 3;

/// Rows of classes that are seen at once.
pub(super) fn rows(body: Rect) -> u16 {
    body.height.saturating_sub(HEAD + FOOT).max(1)
}

/// The first of `count` that is seen, so that `selected` is, `page` at a time.
fn first(selected: usize, page: usize) -> usize {
    selected.checked_div(page.max(1)).unwrap_or(0).saturating_mul(page.max(1))
}

/// What a cell says, and how.
fn cell(ctx: &Ctx, sheet: Option<&SheetProgress>) -> (String, Tone) {
    let Some(sheet) = sheet else { return (String::new(), Tone::Dim) };
    let (said, tone) = match sheet.progress() {
        Progress::Nothing => ("—".to_owned(), Tone::Dim),
        Progress::Complete => (t!(ctx.locale, "completion-full"), Tone::Good),
        Progress::Missing(_) => {
            // Never rounded up to all of them.
            let share = sheet.entered().saturating_mul(100).checked_div(sheet.expected()).unwrap_or_default();
            (t!(ctx.locale, "stats-percent", number = share), Tone::Warn)
        }
    };
    if sheet.closed { (t!(ctx.locale, "completion-closed", said = said), Tone::Dim) } else { (said, tone) }
}

impl Completion {
    pub(super) fn draw(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let area = inset(area, 1);
        let term = self.term.map(|term| match &self.past {
            Some(year) => ctx.dated_term(year, term),
            None => ctx.term(term),
        });
        let term = term.unwrap_or_default();
        line(ctx, frame, row(area, 0), Tone::Title, &t!(ctx.locale, "completion-heading", term = term));
        let body = below(area, 2);
        let said = match (&self.trouble, &self.sheets) {
            (Some(trouble), _) => Some((Tone::Bad, trouble.clone())),
            (None, None) => Some((Tone::Dim, t!(ctx.locale, "completion-reading"))),
            (None, Some(_)) if self.classes.is_empty() => Some((Tone::Text, t!(ctx.locale, "completion-empty"))),
            (None, Some(_)) => None,
        };
        if let Some((tone, said)) = said {
            paragraph(ctx, frame, body, tone, &said);
            frame.set_cursor_position(Position::new(body.x, body.y));
            return;
        }
        self.matrix(ctx, frame, Rect { height: body.height.saturating_sub(FOOT), ..body });
        let foot = Rect { y: body.bottom().saturating_sub(FOOT - 1), height: FOOT - 1, ..body };
        line(ctx, frame, row(foot, 0), Tone::Text, &self.told(ctx));
        line(ctx, frame, row(foot, 1), Tone::Dim, &self.whole(ctx));
    }

    fn matrix(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let wide = usize::from(area.width.saturating_sub(NAME + 2) / CELL).max(1);
        let tall = usize::from(area.height.saturating_sub(1)).max(1);
        let (left, top) = (first(self.subject, wide), first(self.class, tall));
        let shown = self.subjects.iter().enumerate().skip(left).take(wide);
        let short = |subject: &SubjectId| {
            let subject = ctx.setup().and_then(|setup| setup.subject(subject));
            let name = subject.map(|subject| subject.short.as_ref().unwrap_or(&subject.name).to_string());
            sanitise::fit(&sanitise::line(&name.unwrap_or_default()), usize::from(CELL - 1), true)
        };
        let mut heads: String = shown.clone().flat_map(|(_, subject)| [short(subject), " ".to_owned()]).collect();
        if left.saturating_add(wide) < self.subjects.len() {
            heads = format!("{}›", heads.trim_end());
        }
        let corner = if left > 0 { "‹" } else { " " };
        let corner = format!("{}{corner} ", " ".repeat(usize::from(NAME)));
        line(ctx, frame, row(area, 0), Tone::Heading, &format!("{corner}{heads}"));
        for (n, (place, class)) in (1..area.height).zip(self.classes.iter().enumerate().skip(top)) {
            let name = ctx.setup().and_then(|setup| setup.class(class)).map(|class| class.name.to_string());
            let name = sanitise::fit(&sanitise::line(&name.unwrap_or_default()), usize::from(NAME), false);
            let tone = if place == self.class { Tone::Heading } else { Tone::Text };
            let mut spans = vec![Span::styled(name, ctx.style(tone)), Span::raw("  ")];
            let here = row(area, n);
            for (subject, _) in shown.clone() {
                let (said, tone) = cell(ctx, self.at(place, subject));
                let selected = (place, subject) == (self.class, self.subject);
                let tone = if selected { Tone::Selected } else { tone };
                let said = sanitise::fit(&said, usize::from(CELL - 1), true);
                if selected {
                    let across = u16::try_from(subject.saturating_sub(left)).unwrap_or_default();
                    let x = here.x.saturating_add(NAME + 2).saturating_add(across.saturating_mul(CELL));
                    frame.set_cursor_position(Position::new(x, here.y));
                }
                spans.push(Span::styled(said, ctx.style(tone)));
                spans.push(Span::raw(" "));
            }
            frame.render_widget(Line::from_iter(spans), here);
        }
    }

    /// The sheet under the cursor in words.
    fn told(&self, ctx: &Ctx) -> String {
        let locale = &ctx.locale;
        let name = |text: Option<String>| sanitise::line(&text.unwrap_or_default());
        let setup = ctx.setup();
        let class = self.classes.get(self.class).and_then(|class| setup?.class(class));
        let subject = self.subjects.get(self.subject).and_then(|subject| setup?.subject(subject));
        let sheet = format!(
            "{} · {}",
            name(class.map(|class| class.name.to_string())),
            name(subject.map(|subject| subject.name.to_string()))
        );
        let Some(progress) = self.selected() else { return t!(locale, "completion-told-none", sheet = sheet) };
        let (entered, all) = (progress.entered(), progress.expected());
        match (progress.progress(), progress.behind()) {
            (Progress::Missing(missing), Some(behind)) => t!(
                locale,
                "completion-told",
                sheet = sheet,
                entered = entered,
                all = all,
                missing = missing,
                title = sanitise::line(behind.title.as_str()),
                behind = behind.entered,
                students = behind.students
            ),
            (Progress::Nothing | Progress::Missing(_), _) => t!(locale, "completion-told-nothing", sheet = sheet),
            (Progress::Complete, _) => t!(locale, "completion-told-full", sheet = sheet, all = all),
        }
    }

    /// All that is shown, in one line.
    fn whole(&self, ctx: &Ctx) -> String {
        let sum = |of: fn(&SheetProgress) -> u64| self.shown().map(of).fold(0, u64::saturating_add);
        let (entered, all) = (sum(SheetProgress::entered), sum(SheetProgress::expected));
        let without = self.shown().filter(|sheet| sheet.progress() == Progress::Nothing).count();
        t!(ctx.locale, "completion-whole", entered = entered, all = all, without = without.to_string())
    }
}

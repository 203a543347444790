//! How the statistics look.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::{
    Focus, Panel, Statistics,
    choice::{Picker, What},
    picture::{axis, bar, histogram},
};
use crate::{
    domain::rules::Rank,
    protocol::{ClassStats, TopRow},
    t,
    text::{agree, format, sanitise},
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, centred, inset, line, paragraph, popup, row},
    },
};

/// Rows of the numbers.
const NUMBERS: u16 = 4;

impl Statistics {
    pub(super) fn draw(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let inside = inset(area, 1);
        self.head(ctx, frame, row(inside, 0));
        let body = below(inside, 2);
        if let Some(trouble) = &self.trouble {
            paragraph(ctx, frame, body, Tone::Bad, trouble);
        } else {
            match self.panel {
                Panel::Best => self.best_view(ctx, frame, body),
                Panel::Spread => self.spread_view(ctx, frame, body),
                Panel::Figures => self.figures(ctx, frame, body),
            }
        }
        if let Some(picker) = &self.picker {
            picker_view(ctx, frame, area, picker);
        }
    }

    /// What is chosen.
    fn head(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        // The best are by general average, whatever subject the figures are of.
        let subject = match self.panel {
            Panel::Figures | Panel::Spread => self.choice.subject_name(ctx),
            Panel::Best => t!(ctx.locale, "stats-general"),
        };
        let known =
            self.stats.as_ref().and_then(|stats| stats.term).or(self.spread.as_ref().and_then(|spread| spread.term));
        let term = self.choice.term_name(ctx, known);
        let text = format!("{} · {subject} · {term}", self.choice.class_name(ctx));
        line(ctx, frame, area, Tone::Title, &text);
    }

    fn figures(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let Some(stats) = &self.stats else {
            let none = self.choice.class.is_none() && !super::choice::whole_school(ctx);
            let said = if none { t!(ctx.locale, "stats-no-class") } else { t!(ctx.locale, "list-reading") };
            paragraph(ctx, frame, area, Tone::Dim, &said);
            return;
        };
        if stats.count == 0 {
            paragraph(ctx, frame, area, Tone::Dim, &t!(ctx.locale, "stats-nothing"));
            frame.set_cursor_position(Position::new(area.x, area.y));
            return;
        }
        let pictures = Rect { height: area.height.saturating_sub(NUMBERS + 1), ..area };
        if stats.classes.is_empty() {
            self.distribution(ctx, frame, pictures, stats, 2);
        } else {
            let right = if area.width >= 110 { 62 } else { 42 };
            let left = Rect { width: pictures.width.saturating_sub(right + 2), ..pictures };
            self.classes(ctx, frame, left, stats);
            let right = Rect { x: left.x + left.width + 2, width: right, ..pictures };
            self.distribution(ctx, frame, right, stats, if right.width > 60 { 2 } else { 1 });
        }
        numbers(ctx, frame, below(area, area.height.saturating_sub(NUMBERS)), stats);
    }

    /// A bar for each class, out of 20.
    fn classes(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, stats: &ClassStats) {
        line(ctx, frame, row(area, 0), Tone::Heading, &t!(ctx.locale, "stats-by-class"));
        let list = below(area, 1);
        let rows = usize::from(list.height.max(1));
        let top = self.class / rows * rows;
        let names = stats.classes.iter().map(|(_, name, ..)| sanitise::width(name)).max().unwrap_or(0).clamp(4, 14);
        let bars = usize::from(list.width).saturating_sub(names + 2 + 7 + 5);
        for (n, (index, (_, name, count, mean))) in (0..list.height).zip(stats.classes.iter().enumerate().skip(top)) {
            let here = index == self.class && self.focus() == Focus::Classes;
            let (pointer, tone) = if here { (ctx.theme.pointer(), Tone::Selected) } else { (" ", Tone::Text) };
            let place = row(list, n);
            let mean_text = mean.map_or_else(|| "—".to_owned(), |mean| format::decimal(mean, 2, ctx.locale.lang()));
            let below_pass = mean.is_some_and(|mean| mean < pass(ctx));
            let spans = [
                Span::raw(format!("{pointer} ")),
                Span::styled(sanitise::fit(&sanitise::line(name), names, false), ctx.style(tone)),
                Span::raw(" "),
                Span::styled(
                    bar(mean.unwrap_or(0.0) / 20.0, bars, ctx.theme.plain),
                    ctx.style(if below_pass { Tone::Warn } else { Tone::Good }),
                ),
                Span::raw(sanitise::fit(&mean_text, 6, true)),
                Span::styled(sanitise::fit(&format!("({count})"), 5, true), ctx.style(Tone::Dim)),
            ];
            frame.render_widget(Line::from_iter(spans), place);
            if here && self.picker.is_none() {
                frame.set_cursor_position(Position::new(place.x, place.y));
            }
        }
    }

    /// How many have how much.
    fn distribution(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, stats: &ClassStats, wide: usize) {
        line(ctx, frame, row(area, 0), Tone::Heading, &t!(ctx.locale, "stats-distribution"));
        let here = self.focus() == Focus::Distribution;
        let rows = area.height.saturating_sub(3).min(12);
        let picture = histogram(ctx, &stats.distribution, rows, wide, here.then_some(self.bin));
        for (n, text) in (1..=rows).zip(picture) {
            frame.render_widget(text, row(area, n));
        }
        line(ctx, frame, row(area, rows + 1), Tone::Dim, &axis(stats.distribution.len(), wide));
        let count = stats.distribution.get(self.bin).copied().unwrap_or(0);
        if here {
            let to = self.bin + 1;
            let text = t!(ctx.locale, "stats-bin", from = self.bin, to = to, count = count);
            line(ctx, frame, row(area, rows + 2), Tone::Key, &text);
            if self.picker.is_none() {
                let x = u16::try_from(self.bin * (wide + 1)).unwrap_or(0);
                let under = row(area, rows + 1);
                frame.set_cursor_position(Position::new(under.x + x.min(under.width), under.y));
            }
        }
    }

    fn best_view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let Some(rows) = &self.top else {
            line(ctx, frame, row(area, 0), Tone::Dim, &t!(ctx.locale, "list-reading"));
            return;
        };
        let title = t!(ctx.locale, "stats-best", count = self.limit());
        let ties =
            if self.with_ties { t!(ctx.locale, "stats-with-ties") } else { t!(ctx.locale, "stats-without-ties") };
        line(ctx, frame, row(area, 0), Tone::Heading, &format!("{title} · {ties}"));
        let list = below(area, 2);
        if rows.is_empty() {
            paragraph(ctx, frame, list, Tone::Dim, &t!(ctx.locale, "stats-nothing"));
            frame.set_cursor_position(Position::new(list.x, list.y));
        }
        let height = usize::from(list.height.max(1));
        let top = self.best / height * height;
        for (n, (index, best)) in (0..list.height).zip(rows.iter().enumerate().skip(top)) {
            let here = index == self.best;
            let (pointer, tone) = if here { (ctx.theme.pointer(), Tone::Selected) } else { (" ", Tone::Text) };
            let place = row(list, n);
            let spans =
                [Span::raw(format!("{pointer} ")), Span::styled(best_line(ctx, best, place.width), ctx.style(tone))];
            frame.render_widget(Line::from_iter(spans), place);
            if here && self.picker.is_none() {
                frame.set_cursor_position(Position::new(place.x, place.y));
            }
        }
    }
}

/// The school's pass mark.
pub(super) fn pass(ctx: &Ctx) -> f64 {
    ctx.setup().map_or(10.0, |setup| setup.rules.pass.to_f64())
}

/// Rank, name, class, average.
fn best_line(ctx: &Ctx, best: &TopRow, width: u16) -> String {
    let rank = agree::rank(&ctx.locale, Some(Rank { position: best.rank, tied: best.tied }), None);
    let class = best.class.as_deref().unwrap_or("");
    let room = usize::from(width).saturating_sub(2 + 16 + 14 + 8 + 6);
    [
        sanitise::fit(&rank, 16, false),
        sanitise::fit(&sanitise::line(&best.student), room.min(40), false),
        sanitise::fit(&sanitise::line(class), 14, false),
        sanitise::fit(&format::average(Some(best.average), ctx.locale.lang()), 6, true),
    ]
    .join("  ")
}

/// The figures in words, two columns of four.
fn numbers(ctx: &Ctx, frame: &mut Frame, area: Rect, stats: &ClassStats) {
    let locale = &ctx.locale;
    let lang = locale.lang();
    let mean = |number: Option<f64>| number.map_or_else(|| "—".to_owned(), |number| format::decimal(number, 2, lang));
    let rate = |rate: f64| t!(locale, "stats-percent", number = format::decimal(rate * 100.0, 1, lang));
    let pairs = [
        (t!(locale, "stats-count"), format::integer(stats.count, lang)),
        (t!(locale, "stats-mean"), mean(stats.mean)),
        (t!(locale, "stats-median"), mean(stats.median)),
        (t!(locale, "stats-deviation"), mean(stats.deviation)),
        (t!(locale, "stats-without"), format::integer(stats.without, lang)),
        (
            t!(locale, "stats-range"),
            format!("{} – {}", format::average(stats.min, lang), format::average(stats.max, lang)),
        ),
        (t!(locale, "stats-pass-rate"), stats.pass_rate.map_or_else(|| "—".to_owned(), rate)),
        (t!(locale, "stats-below"), format::integer(stats.below_10, lang)),
    ];
    let half = area.width.min(96) / 2;
    for (index, (label, value)) in (0u16..).zip(pairs) {
        let (column, n) = (index / NUMBERS, index % NUMBERS);
        let place = Rect { x: area.x + column * half, width: half, ..row(area, n) };
        line(ctx, frame, place, Tone::Text, &format!("{} {value}", sanitise::fit(&label, 24, false)));
    }
}

fn picker_view(ctx: &Ctx, frame: &mut Frame, area: Rect, picker: &Picker) {
    let title = match picker.what {
        What::Class => t!(ctx.locale, "stats-key-class"),
        What::Subject => t!(ctx.locale, "stats-key-subject"),
        What::Term => t!(ctx.locale, "stats-key-term"),
        What::Year => t!(ctx.locale, "stats-key-year"),
    };
    let inside = popup(ctx, frame, centred(area, 50, area.height.saturating_sub(4)), &title);
    picker.list.view(ctx, frame, below(inside, 2), false);
    if picker.list.is_empty() {
        line(ctx, frame, row(inside, 2), Tone::Dim, &t!(ctx.locale, "palette-nothing"));
    }
    picker.typed.view(frame, row(inside, 0), ctx.style(Tone::Focus), true);
}

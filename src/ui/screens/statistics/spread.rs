//! The subjects side by side, and the trend from term to term.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::{Statistics, picture::bar, view::pass};
use crate::{
    protocol::{Share, StatsSpread},
    t,
    text::{format, sanitise},
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, line, paragraph, row},
    },
};

/// Columns of the figures after a bar: mean, share of passes, students.
const FIGURES: usize = 7 + 9 + 7;

impl Statistics {
    /// How many subjects are listed.
    pub(super) fn subjects(&self) -> usize {
        self.spread.as_ref().map_or(0, |spread| spread.subjects.len())
    }

    pub(super) fn spread_view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let Some(spread) = &self.spread else {
            line(ctx, frame, row(area, 0), Tone::Dim, &t!(ctx.locale, "list-reading"));
            return;
        };
        if spread.terms.iter().all(|(_, share)| share.count == 0) {
            paragraph(ctx, frame, area, Tone::Dim, &t!(ctx.locale, "stats-nothing"));
            frame.set_cursor_position(Position::new(area.x, area.y));
            return;
        }
        let subject = self.choice.subject_name(ctx);
        line(ctx, frame, row(area, 0), Tone::Heading, &t!(ctx.locale, "stats-trend", subject = subject));
        let names = names(ctx, spread, area.width);
        let mut used = 1;
        for (term, share) in &spread.terms {
            let spans = share_line(ctx, &self.choice.term_label(ctx, *term), share, (names, area.width), Tone::Text);
            let shown: Line<'_> = [Span::raw("  ")].into_iter().chain(spans).collect();
            frame.render_widget(shown, row(area, used));
            used = used.saturating_add(1);
        }
        self.subject_lines(ctx, frame, below(area, used.saturating_add(1)), spread, names);
    }

    fn subject_lines(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, spread: &StatsSpread, names: usize) {
        let term = spread.term.map(|term| self.choice.term_label(ctx, term)).unwrap_or_default();
        line(ctx, frame, row(area, 0), Tone::Heading, &t!(ctx.locale, "stats-by-subject", term = term));
        let list = below(area, 1);
        let rows = usize::from(list.height.max(1));
        let top = self.subject / rows * rows;
        let lines = spread.subjects.iter().enumerate().skip(top);
        for (n, (index, (id, share))) in (0..list.height).zip(lines) {
            let here = index == self.subject;
            let (pointer, tone) = if here { (ctx.theme.pointer(), Tone::Selected) } else { (" ", Tone::Text) };
            let place = row(list, n);
            let spans = share_line(ctx, &subject_name(ctx, id), share, (names, area.width), tone);
            let pointer = Span::raw(format!("{pointer} "));
            let shown: Line<'_> = [pointer].into_iter().chain(spans).collect();
            frame.render_widget(shown, place);
            if here && self.picker.is_none() {
                frame.set_cursor_position(Position::new(place.x, place.y));
            }
        }
    }
}

/// Columns for the names: as the longest needs, at most a third.
fn names(ctx: &Ctx, spread: &StatsSpread, width: u16) -> usize {
    let widths = spread.subjects.iter().map(|(id, _)| sanitise::width(&subject_name(ctx, id)));
    widths.max().unwrap_or(0).clamp(4, (usize::from(width) / 3).max(4))
}

fn subject_name(ctx: &Ctx, id: &crate::domain::id::SubjectId) -> String {
    let subject = ctx.setup().and_then(|setup| setup.subject(id));
    subject.map_or_else(|| "—".to_owned(), |subject| sanitise::line(subject.name.as_str()))
}

/// Name, bar out of 20, mean, share of passes, how many.
fn share_line(ctx: &Ctx, name: &str, share: &Share, (names, width): (usize, u16), tone: Tone) -> [Span<'static>; 5] {
    let (locale, lang) = (&ctx.locale, ctx.locale.lang());
    let bars = usize::from(width).saturating_sub(names + 3 + FIGURES);
    let mean = share.mean.map_or_else(|| "—".to_owned(), |mean| format::decimal(mean, 2, lang));
    let rate = share
        .pass_rate
        .map_or_else(String::new, |rate| t!(locale, "stats-percent", number = format::decimal(rate * 100.0, 0, lang)));
    let low = share.mean.is_some_and(|mean| mean < pass(ctx));
    [
        Span::styled(sanitise::fit(name, names, false), ctx.style(tone)),
        Span::raw(" "),
        Span::styled(
            bar(share.mean.unwrap_or(0.0) / 20.0, bars, ctx.theme.plain),
            ctx.style(if low { Tone::Warn } else { Tone::Good }),
        ),
        Span::raw(sanitise::fit(&mean, 7, true)),
        Span::styled(
            format!("{}{}", sanitise::fit(&rate, 9, true), sanitise::fit(&format!("({})", share.count), 7, true)),
            ctx.style(Tone::Dim),
        ),
    ]
}

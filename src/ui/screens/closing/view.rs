//! How the closing screen looks.

use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use super::Closing;
use crate::{
    protocol::ClassTerm,
    t,
    text::{format, sanitise},
    ui::{
        closing_shown,
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, centred, inset, line, paragraph, popup, row},
    },
};

/// Rows under the list for what is missing in the chosen class.
const UNDER: u16 = 8;

impl Closing {
    pub(super) fn draw(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let whole = area;
        let area = inset(area, 1);
        let term = self.shown(ctx).and_then(|term| ctx.setup().map(|setup| setup.term(term))).unwrap_or_default();
        let heading = t!(ctx.locale, "closing-heading", term = term, count = self.closed());
        line(ctx, frame, row(area, 0), Tone::Heading, &heading);
        if let Some((done, total)) = self.work {
            let lang = ctx.locale.lang();
            let text = t!(
                ctx.locale,
                "closing-work",
                done = format::integer(done, lang),
                total = format::integer(total, lang)
            );
            line(ctx, frame, row(area, 2), Tone::Warn, &format!("… {text}"));
            return;
        }
        if let Some(job) = &self.job {
            line(ctx, frame, row(area, 1), Tone::Warn, &closing_shown::under_way(&ctx.locale, job));
        }
        match (&self.rows, &self.trouble) {
            (None, Some(trouble)) => {
                paragraph(ctx, frame, below(area, 2), Tone::Bad, &format!("! {trouble}"));
            }
            (None, None) => line(ctx, frame, row(area, 2), Tone::Dim, &t!(ctx.locale, "closing-reading")),
            (Some(rows), _) if rows.is_empty() => {
                line(ctx, frame, row(area, 2), Tone::Dim, &t!(ctx.locale, "closing-no-class"));
            }
            (Some(rows), _) => self.draw_rows(ctx, frame, below(area, 2), rows),
        }
        if let Some(form) = &self.reason {
            let title = t!(ctx.locale, "closing-reason-title");
            let place = centred(whole, 76.min(whole.width.saturating_sub(2)), form.height().saturating_add(2));
            let inside = popup(ctx, frame, place, &title);
            form.view(ctx, frame, inside);
        }
    }

    fn closed(&self) -> usize {
        self.rows.as_deref().unwrap_or_default().iter().filter(|row| row.closed.is_some()).count()
    }

    fn draw_rows(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, rows: &[ClassTerm]) {
        let list = Rect { height: area.height.saturating_sub(UNDER).max(1), ..area };
        let page = usize::from(list.height);
        let top = self.selected / page * page;
        for (n, (index, class)) in (0..list.height).zip(rows.iter().enumerate().skip(top)) {
            let here = index == self.selected;
            let (pointer, tone) = if here { (ctx.theme.pointer(), Tone::Selected) } else { (" ", Tone::Text) };
            let at = row(list, n);
            line(ctx, frame, at, tone, &format!("{pointer} {}", class_line(ctx, class)));
            if here {
                frame.set_cursor_position(Position::new(at.x, at.y));
            }
        }
        let under = below(area, list.height.saturating_add(1));
        let Some(chosen) = self.row() else { return };
        if let Some(closed) = &chosen.closed {
            let text = t!(
                ctx.locale,
                "closing-by",
                when = format::moment(closed.at, &ctx.zone),
                who = sanitise::line(&closed.by),
                rules = sanitise::line(&closed.rules)
            );
            paragraph(ctx, frame, under, Tone::Dim, &text);
            return;
        }
        let heading = if chosen.gaps.is_empty() { "closing-nothing-missing" } else { "closing-missing" };
        line(ctx, frame, row(under, 0), Tone::Heading, &ctx.locale.get(heading));
        for (n, gap) in (1..under.height).zip(&chosen.gaps) {
            line(ctx, frame, row(under, n), Tone::Warn, &closing_shown::gap(&ctx.locale, gap));
        }
    }
}

fn class_line(ctx: &Ctx, class: &ClassTerm) -> String {
    let name = sanitise::fit(&sanitise::line(&class.name), 16, false);
    let students = t!(ctx.locale, "closing-students", count = class.students);
    let students = sanitise::fit(&students, 14, true);
    let state = match (&class.closed, class.gaps.len()) {
        (Some(closed), _) => t!(ctx.locale, "closing-row-closed", when = format::moment(closed.at, &ctx.zone)),
        (None, 0) => t!(ctx.locale, "closing-row-ready"),
        (None, gaps) => t!(ctx.locale, "closing-row-gaps", count = gaps),
    };
    format!("{name} {students}   {state}")
}

//! How the rules screen looks.

use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use super::{Rules, Stage};
use crate::{
    domain::{rules::GoldenCase, score::Average},
    t,
    text::{format, sanitise},
    ui::{
        ctx::Ctx,
        rules_shown,
        theme::Tone,
        widgets::{
            form::Form,
            frame::{below, inset, line, paragraph, row, wrapped},
        },
    },
};

/// Versions that are listed at once.
const LISTED: u16 = 5;
/// Columns of a rule's label.
const LABEL: usize = 26;

impl Rules {
    pub(super) fn draw(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let area = inset(area, 1);
        match &self.stage {
            Stage::List => self.draw_list(ctx, frame, area),
            Stage::Form(form) => self.draw_form(ctx, frame, area, form),
            Stage::Work(progress) => {
                let mut text = t!(ctx.locale, "rules-work");
                if let Some((done, total)) = progress {
                    let lang = ctx.locale.lang();
                    text = format!("{text} {} / {}", format::integer(*done, lang), format::integer(*total, lang));
                }
                line(ctx, frame, row(area, 1), Tone::Warn, &format!("… {text}"));
                paragraph(ctx, frame, below(area, 3), Tone::Dim, &t!(ctx.locale, "rules-work-about"));
                frame.set_cursor_position(Position::new(area.x, area.y.saturating_add(1)));
            }
        }
    }

    fn draw_list(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let Some(rows) = &self.rows else {
            match &self.trouble {
                Some(trouble) => paragraph(ctx, frame, below(area, 1), Tone::Bad, &format!("! {trouble}")),
                None => paragraph(ctx, frame, below(area, 1), Tone::Dim, &t!(ctx.locale, "rules-reading")),
            };
            return;
        };
        line(ctx, frame, row(area, 0), Tone::Heading, &t!(ctx.locale, "rules-versions"));
        let page = usize::from(LISTED);
        let top = self.selected / page * page;
        let mut used = 1;
        for (n, (index, known)) in (1..=LISTED).zip(rows.iter().enumerate().skip(top)) {
            let here = index == self.selected;
            let (pointer, tone) = if here { (ctx.theme.pointer(), Tone::Selected) } else { (" ", Tone::Text) };
            let mut text = format!(
                "{}  {}  {}",
                sanitise::fit(&sanitise::line(&known.rules.id), 20, false),
                format::moment(known.at, &ctx.zone),
                sanitise::line(&known.by)
            );
            if known.current {
                text = format!("{text}  · {}", t!(ctx.locale, "rules-in-force"));
            }
            if known.closed > 0 {
                let closed = t!(ctx.locale, "rules-closed-by", count = known.closed);
                text = format!("{text}  · {closed}");
            }
            line(ctx, frame, row(area, n), tone, &format!("{pointer} {text}"));
            if here {
                frame.set_cursor_position(Position::new(area.x, area.y.saturating_add(n)));
            }
            used = n.saturating_add(1);
        }
        self.draw_chosen(ctx, frame, below(area, used.saturating_add(1)));
    }

    fn draw_chosen(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let Some(chosen) = self.row() else { return };
        let room = usize::from(area.width).saturating_sub(LABEL + 2);
        let mut texts = Vec::new();
        for (label, value) in rules_shown::lines(&ctx.locale, &chosen.rules).into_iter().skip(self.first) {
            let mut label = sanitise::fit(&label, LABEL, false);
            for part in wrapped(&sanitise::line(&value), room) {
                texts.push(format!("{label}  {part}"));
                label = " ".repeat(LABEL);
            }
        }
        for (n, text) in (0..area.height).zip(texts) {
            line(ctx, frame, row(area, n), Tone::Text, &text);
        }
    }

    fn draw_form(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, form: &Form) {
        let cases = u16::try_from(GoldenCase::ALL.len()).unwrap_or(5);
        let height = area.height.saturating_sub(cases.saturating_add(2));
        form.view(ctx, frame, Rect { height, ..area });
        let under = below(area, height.saturating_add(1));
        let (now, draft) = (self.current(), self.drafted());
        let heading = match &draft {
            Some(_) => t!(ctx.locale, "rules-example"),
            None => t!(ctx.locale, "rules-example-wait"),
        };
        line(ctx, frame, row(under, 0), Tone::Heading, &heading);
        for (n, case) in (1..).zip(GoldenCase::ALL) {
            let before = now.and_then(|rules| case.average(rules));
            let after = draft.as_ref().and_then(|rules| case.average(rules));
            let tone = if draft.is_some() && before != after { Tone::Warn } else { Tone::Text };
            line(ctx, frame, row(under, n), tone, &change(ctx, &golden(ctx, case), before, after));
        }
    }
}

/// `Mathématiques  12,50 → 13,00`.
pub(super) fn change(ctx: &Ctx, name: &str, before: Option<Average>, after: Option<Average>) -> String {
    let lang = ctx.locale.lang();
    let shown = |average| format::average(average, lang);
    format!("{} {} → {}", sanitise::fit(name, 44, false), sanitise::fit(&shown(before), 6, true), shown(after))
}

fn golden(ctx: &Ctx, case: GoldenCase) -> String {
    match case {
        GoldenCase::ClassAndComposition => t!(ctx.locale, "rules-golden-both"),
        GoldenCase::ClassAlone => t!(ctx.locale, "rules-golden-class"),
        GoldenCase::Scales => t!(ctx.locale, "rules-golden-scales"),
        GoldenCase::Unjustified => t!(ctx.locale, "rules-golden-unjustified"),
        GoldenCase::Year => t!(ctx.locale, "rules-golden-year"),
    }
}

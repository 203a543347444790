//! How the turn of the year looks.

use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use super::{About, Turn};
use crate::{
    domain::turn::Fate,
    protocol::{PlanClass, PlanRow, YearPlan},
    t,
    text::{format, sanitise, turn},
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, centred, inset, line, paragraph, popup, row},
    },
};

/// Rows under the list.
const UNDER: u16 = 5;

impl Turn {
    pub(super) fn draw(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let whole = area;
        let area = inset(area, 1);
        if let Some((done, total)) = self.work {
            let lang = ctx.locale.lang();
            let (done, total) = (format::integer(done, lang), format::integer(total, lang));
            line(
                ctx,
                frame,
                row(area, 1),
                Tone::Warn,
                &format!("… {}", t!(ctx.locale, "turn-work", done = done, total = total)),
            );
            return;
        }
        match (&self.plan, &self.trouble) {
            (_, Some(trouble)) => {
                paragraph(ctx, frame, below(area, 1), Tone::Bad, &format!("! {trouble}"));
            }
            (None, None) => line(ctx, frame, row(area, 1), Tone::Dim, &t!(ctx.locale, "turn-reading")),
            (Some(plan), None) => self.draw_plan(ctx, frame, area, plan),
        }
        if let Some((about, form)) = &self.form {
            let title = match about {
                About::Student(_, title) | About::Class(_, title) => title.clone(),
                About::Opening => {
                    let next = self.plan.as_ref().map(|plan| plan.next.to_string()).unwrap_or_default();
                    t!(ctx.locale, "turn-assignments-title", next = next)
                }
            };
            let place = centred(whole, 76.min(whole.width.saturating_sub(2)), form.height().saturating_add(2));
            let inside = popup(ctx, frame, place, &title);
            form.view(ctx, frame, inside);
        }
    }

    fn draw_plan(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, plan: &YearPlan) {
        line(ctx, frame, row(area, 0), Tone::Heading, &turn::heading(&ctx.locale, plan));
        let list = below(area, 2);
        let list = Rect { height: list.height.saturating_sub(UNDER).max(1), ..list };
        let texts: Vec<(Tone, String)> = if self.class.is_some() {
            plan.rows.iter().map(|row| pupil_line(ctx, plan, row)).collect()
        } else {
            plan.classes.iter().map(|class| class_line(ctx, plan, class)).collect()
        };
        if texts.is_empty() {
            let empty = if self.class.is_some() { "turn-nobody" } else { "turn-no-class" };
            line(ctx, frame, row(list, 0), Tone::Dim, &ctx.locale.get(empty));
        }
        let page = usize::from(list.height);
        let top = self.selected.checked_div(page).unwrap_or(0).saturating_mul(page);
        for (n, (index, (tone, text))) in (0..list.height).zip(texts.iter().enumerate().skip(top)) {
            let here = index == self.selected;
            let (pointer, tone) = if here { (ctx.theme.pointer(), Tone::Selected) } else { (" ", *tone) };
            let at = row(list, n);
            line(ctx, frame, at, tone, &format!("{pointer} {text}"));
            if here && self.form.is_none() {
                frame.set_cursor_position(Position::new(at.x, at.y));
            }
        }
        let under = below(area, list.height.saturating_add(3));
        let chosen = plan.rows.get(self.selected).filter(|_| self.class.is_some());
        let said = match chosen {
            Some(chosen) => about(ctx, chosen),
            None => turn::state(&ctx.locale, plan),
        };
        let tone = if plan.ready() { Tone::Good } else { Tone::Warn };
        paragraph(ctx, frame, under, tone, &said.join(" "));
    }
}

/// Under the list: why, of the chosen student.
fn about(ctx: &Ctx, chosen: &PlanRow) -> Vec<String> {
    let why = turn::why_not(&ctx.locale, chosen.fate);
    let reason = sanitise::line(&chosen.reason);
    [why, reason].into_iter().filter(|text| !text.is_empty()).collect()
}

fn class_line(ctx: &Ctx, plan: &YearPlan, class: &PlanClass) -> (Tone, String) {
    let locale = &ctx.locale;
    let open = class.now > 0 && !class.open_terms.is_empty();
    let last = if open {
        let terms: Vec<String> = class.open_terms.iter().map(|term| ctx.term(*term)).collect();
        t!(locale, "turn-class-line-open", terms = terms.join(", "))
    } else {
        match (&class.target, class.said) {
            (Ok(_), true) => t!(locale, "turn-class-said"),
            (Ok(_), false) => t!(locale, "turn-class-guessed"),
            (Err(why), _) => turn::no_next(locale, *why),
        }
    };
    let next = format::integer(class.next, locale.lang());
    let next = match class.capacity {
        Some(capacity) => t!(locale, "turn-places", next = next, capacity = capacity),
        None => next,
    };
    let bad = open || class.overfull() || (class.target.is_err() && class.now > 0);
    let text = format!(
        "{} {} → {} {}  {last}",
        sanitise::fit(&sanitise::line(&class.name), 12, false),
        sanitise::fit(&format::integer(class.now, locale.lang()), 5, true),
        sanitise::fit(&turn::target(locale, plan, class), 16, false),
        sanitise::fit(&next, 10, true),
    );
    (if bad { Tone::Warn } else { Tone::Text }, text)
}

fn pupil_line(ctx: &Ctx, plan: &YearPlan, pupil: &PlanRow) -> (Tone, String) {
    let locale = &ctx.locale;
    let to = pupil.to.as_ref().map(|class| t!(locale, "turn-row-to", class = turn::class_name(plan, class)));
    let (tone, by) = match pupil.fate {
        Fate::Decided(_) => (Tone::Text, turn::by(locale, pupil.by)),
        // Why stands under the list.
        Fate::Undecided(_) => (Tone::Warn, String::new()),
    };
    let text = format!(
        "{} {} {}  {} {} {by}",
        sanitise::fit(&sanitise::line(pupil.matricule.as_str()), 14, false),
        sanitise::fit(&sanitise::line(&pupil.name), 22, false),
        sanitise::fit(&format::average(pupil.average, locale.lang()), 5, true),
        sanitise::fit(&turn::fate(locale, pupil.fate), 10, false),
        sanitise::fit(&to.unwrap_or_default(), 11, false),
    );
    (tone, text)
}

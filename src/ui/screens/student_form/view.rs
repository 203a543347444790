//! How the form looks.

use ratatui::{Frame, layout::Rect};

use super::{Stage, StudentForm, Target, marks::Entry};
use crate::{
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, inset, line, paragraph, row},
    },
};

impl StudentForm {
    pub(super) fn draw(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let area = inset(area, 2);
        let locale = &ctx.locale;
        match &self.stage {
            Stage::Reading { trouble: None } => {
                line(ctx, frame, row(area, 1), Tone::Dim, &t!(locale, "student-form-reading"));
            }
            Stage::Reading { trouble: Some(trouble) } => {
                let text = format!("! {trouble}\n{}", t!(locale, "student-form-retry"));
                paragraph(ctx, frame, below(area, 1), Tone::Bad, &text);
            }
            Stage::Fields => {
                let heading = match &self.target {
                    Target::New => t!(locale, "student-form-heading-new"),
                    Target::Change { .. } => t!(locale, "student-form-heading"),
                };
                line(ctx, frame, row(area, 0), Tone::Dim, &heading);
                let body = below(area, 2);
                self.form.view(ctx, frame, Rect { height: body.height.saturating_sub(2), ..body });
                if self.marks.count() > 0 {
                    let text = t!(locale, "student-form-marks-typed", count = self.marks.count());
                    line(ctx, frame, row(area, area.height.saturating_sub(1)), Tone::Text, &text);
                }
            }
            Stage::Marks => self.draw_marks(ctx, frame, area),
        }
    }

    fn draw_marks(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let locale = &ctx.locale;
        let marks = &self.marks;
        let class = marks.class.as_ref().and_then(|class| ctx.setup()?.class(class));
        let class = class.map(|class| class.name.to_string()).unwrap_or_default();
        let term = ctx.setup().map(|setup| setup.term(setup.school.current_term)).unwrap_or_default();
        line(ctx, frame, row(area, 0), Tone::Heading, &t!(locale, "student-form-marks", class = class, term = term));
        let note = row(area, 1);
        if let Some(trouble) = &marks.trouble {
            line(ctx, frame, note, Tone::Bad, &format!("! {trouble}"));
        } else if let Some(error) = marks.entries.get(marks.focus).and_then(|entry| entry.error.as_ref()) {
            line(ctx, frame, note, Tone::Bad, &format!("! {error}"));
        } else if marks.reading() {
            line(ctx, frame, note, Tone::Dim, &t!(locale, "student-form-marks-reading"));
        } else if marks.entries.is_empty() {
            line(ctx, frame, note, Tone::Text, &t!(locale, "student-form-marks-none"));
        } else {
            line(ctx, frame, note, Tone::Dim, &t!(locale, "student-form-marks-help"));
        }
        let list = below(area, 3);
        // By whole pages, as every list here.
        let rows = usize::from(list.height.max(1));
        let top = marks.focus / rows * rows;
        for (n, entry) in (0..list.height).zip(marks.entries.iter().skip(top)) {
            let focused = top + usize::from(n) == marks.focus;
            draw_entry(ctx, frame, row(list, n), entry, focused);
        }
    }
}

fn draw_entry(ctx: &Ctx, frame: &mut Frame, area: Rect, entry: &Entry, focused: bool) {
    const FIELD: u16 = 8;
    let pointer = if focused { ctx.theme.pointer() } else { " " };
    let wide = usize::from((area.width.saturating_sub(FIELD + 12) / 2).min(28));
    let cell = |text: &str| sanitise::fit(&sanitise::line(text), wide, false);
    let scale = format!("/{}", entry.evaluation.scale.short(ctx.locale.lang().decimal()));
    let text = format!(
        "{pointer} {} {} {}",
        cell(entry.subject.as_str()),
        cell(entry.evaluation.title.as_str()),
        sanitise::fit(&scale, 5, false)
    );
    let used = u16::try_from(sanitise::width(&text)).unwrap_or(0) + 1;
    line(ctx, frame, area, if focused { Tone::Heading } else { Tone::Text }, &text);
    let x = area.x + used.min(area.width);
    let field = Rect { x, width: FIELD.min(area.width.saturating_sub(used)), ..area };
    if entry.error.is_some() {
        let after = Rect { x: x + FIELD + 1, width: area.width.saturating_sub(used + FIELD + 1), ..area };
        line(ctx, frame, after, Tone::Bad, "!");
    }
    entry.input.view(frame, field, ctx.style(if focused { Tone::Focus } else { Tone::Field }), focused);
}

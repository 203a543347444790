//! How *Mes notes* looks: one block a subject, so that 40 columns are enough.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    style::Modifier,
    text::{Line, Span},
};

use super::{MyMarksScreen, report};
use crate::{
    domain::{
        calendar::{Term, YearId},
        rules::band,
    },
    protocol::MyMarks,
    t,
    text::{format, sanitise},
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, inset, line, paragraph, row, wrapped},
    },
};

/// More is only wider, not clearer.
const WIDEST: u16 = 96;

impl MyMarksScreen {
    pub(super) fn draw(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let area = inset(area, 1);
        let area = Rect { width: area.width.min(WIDEST), ..area };
        let Some(marks) = &self.marks else {
            let said = self.trouble.clone().unwrap_or_else(|| t!(ctx.locale, "list-reading"));
            paragraph(ctx, frame, below(area, 1), Tone::Dim, &said);
            return;
        };
        let Some(at) = &self.term else { return };
        let mut used = head(ctx, frame, area, marks);
        used += terms_line(ctx, frame, row(area, used), marks, at);
        used += general(ctx, frame, below(area, used), marks, at);
        if let Some(trouble) = &self.trouble {
            used += paragraph(ctx, frame, below(area, used), Tone::Bad, trouble);
        }
        self.subjects(ctx, frame, below(area, used + 1), marks, at);
        if let Some(shown) = &self.explained {
            shown.view(ctx, frame, area);
        }
    }

    fn subjects(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, marks: &MyMarks, at: &(YearId, Term)) {
        let lines = report::lines(ctx, marks, at);
        if lines.is_empty() {
            paragraph(ctx, frame, area, Tone::Dim, &t!(ctx.locale, "my-nothing"));
            frame.set_cursor_position(Position::new(area.x, area.y));
            return;
        }
        let blocks: Vec<Vec<String>> = lines.iter().map(|line| under(line, area.width)).collect();
        let height = |index: usize| blocks.get(index).map_or(0, |block| block.len() + 1);
        // The first block on the screen: as far down as the one under the cursor still fits whole.
        let mut first = self.line;
        let mut taken = height(first);
        while first > 0 && taken + height(first - 1) <= usize::from(area.height) {
            first -= 1;
            taken += height(first);
        }
        let mut y = 0u16;
        for (index, (subject, block)) in lines.iter().zip(&blocks).enumerate().skip(first) {
            if y >= area.height {
                break;
            }
            subject_view(ctx, frame, row(area, y), subject, index == self.line);
            y += 1;
            for text in block {
                line(ctx, frame, row(area, y), Tone::Dim, text);
                y += 1;
            }
        }
    }
}

/// The marks of a subject in rows.
fn under(line: &report::SubjectLine, width: u16) -> Vec<String> {
    if line.marks.is_empty() {
        return Vec::new();
    }
    let rows = wrapped(&line.marks.join("\u{a0}· "), usize::from(width.saturating_sub(4)));
    rows.into_iter().map(|row| format!("    {row}")).collect()
}

/// Subject, coefficient and average on one line.
fn subject_view(ctx: &Ctx, frame: &mut Frame, area: Rect, line: &report::SubjectLine, here: bool) {
    let average = format::average(line.average, ctx.locale.lang());
    let weight = line.coefficient.map_or(String::new(), |weight| t!(ctx.locale, "my-coefficient", weight = weight));
    let right =
        if line.subject.is_none() { String::new() } else { format!("{weight}  {}", sanitise::fit(&average, 5, true)) };
    let room = usize::from(area.width).saturating_sub(sanitise::width(&right) + 3);
    let (pointer, tone) = if here { (ctx.theme.pointer(), Tone::Selected) } else { (" ", Tone::Heading) };
    let name = sanitise::cut(&line.name, room);
    let gap = " ".repeat(room.saturating_sub(sanitise::width(&name)) + 1);
    let spans = [
        Span::raw(format!("{pointer} ")),
        Span::styled(name, ctx.style(tone)),
        Span::raw(gap),
        Span::styled(right, ctx.style(Tone::Text)),
    ];
    frame.render_widget(Line::from_iter(spans), area);
    if here && area.height > 0 {
        frame.set_cursor_position(Position::new(area.x, area.y));
    }
}

/// Name and class; for parents of several, all children with the one shown marked.
fn head(ctx: &Ctx, frame: &mut Frame, area: Rect, marks: &MyMarks) -> u16 {
    let student = &marks.student;
    let class = student.class_name.as_ref().map_or(String::new(), |class| format!(" · {class}"));
    line(ctx, frame, row(area, 0), Tone::Title, &format!("{}{class}", student.full_name()));
    if marks.children.len() < 2 {
        return 1;
    }
    let place = marks.children.iter().position(|(id, _)| *id == student.id).map_or(0, |place| place + 1);
    let text = t!(ctx.locale, "my-children", place = place, count = marks.children.len());
    line(ctx, frame, row(area, 1), Tone::Dim, &text);
    2
}

/// The terms, the one shown between signs.
fn terms_line(ctx: &Ctx, frame: &mut Frame, area: Rect, marks: &MyMarks, at: &(YearId, Term)) -> u16 {
    let (left, right) = if ctx.theme.plain { ("<", ">") } else { ("‹", "›") };
    let mut spans = vec![Span::styled(format!("{} ", at.0), ctx.style(Tone::Dim))];
    for (_, term) in report::terms(ctx, marks).into_iter().filter(|(year, _)| *year == at.0) {
        let name = ctx.term_in(&at.0, term);
        if term == at.1 {
            let style = ctx.style(Tone::Heading).add_modifier(Modifier::BOLD);
            spans.push(Span::styled(format!(" {left}{name}{right} "), style));
        } else {
            spans.push(Span::styled(format!("  {name}  "), ctx.style(Tone::Dim)));
        }
    }
    frame.render_widget(Line::from_iter(spans), area);
    1
}

/// The general average with its word, and the place.
fn general(ctx: &Ctx, frame: &mut Frame, area: Rect, marks: &MyMarks, at: &(YearId, Term)) -> u16 {
    let lang = ctx.locale.lang();
    let (average, year) = report::general(marks, at);
    let word = average.zip(ctx.setup()).and_then(|(average, setup)| band(&setup.rules, average));
    let word = word.map_or(String::new(), |word| format!(" · {}", word.label));
    let text = t!(ctx.locale, "my-general", average = format::average(average, lang));
    line(ctx, frame, row(area, 0), Tone::Heading, &format!("{text}{word}"));
    let place = match (report::place(ctx, marks, at), average) {
        (Some(place), _) => t!(ctx.locale, "my-place", place = place),
        (None, Some(_)) => t!(ctx.locale, "my-no-place"),
        (None, None) => {
            t!(ctx.locale, "my-place", place = crate::text::agree::rank(&ctx.locale, None, marks.student.sex))
        }
    };
    let rows = paragraph(ctx, frame, below(area, 1), Tone::Text, &place);
    let mut used = 1 + rows;
    if year.is_some() && marks.student.averages.get(&at.0).is_some_and(|all| all.terms.len() > 1) {
        let text = t!(ctx.locale, "my-year", average = format::average(year, lang));
        line(ctx, frame, row(area, used), Tone::Dim, &text);
        used += 1;
    }
    used
}

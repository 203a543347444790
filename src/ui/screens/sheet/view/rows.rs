//! Headings, students and their marks.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    style::{Modifier, Style},
    text::{Line, Span},
};

use super::{
    super::{
        Mode, Sheet,
        cells::CellState,
        cursor::Cursor,
        grid::{Grid, ReadOnly, RowOrder},
        typed::Editor,
        words,
    },
    layout::{CELL, Layout},
};
use crate::{
    domain::rules::band,
    t,
    text::{format, names, sanitise},
    ui::{ctx::Ctx, theme::Tone, widgets::frame::line},
};

/// Columns of a value in its cell; the rest is its sign.
const VALUE: usize = CELL as usize - 1;

pub(super) fn headings(sheet: &Sheet, grid: &Grid, ctx: &Ctx, frame: &mut Frame, layout: &Layout) {
    let (tone, text) = about(sheet, grid, ctx);
    line(ctx, frame, layout.head(0), tone, &format!(" {text}"));
    let seen = sheet.columns_seen(layout);
    let locale = &ctx.locale;
    let name = usize::from(layout.name);
    let mut titles =
        format!("  {:>3} {}", t!(locale, "sheet-heading-number"), fit(&t!(locale, "sheet-heading-student"), name));
    let scrolling = || seen.iter().filter(|column| !sheet.is_frozen(**column));
    let part = match (scrolling().next(), scrolling().next_back()) {
        (Some(from), Some(to)) if seen.len() < grid.columns().len() => {
            let (from, to) = (from.saturating_add(1), to.saturating_add(1));
            t!(locale, "sheet-columns-seen", from = from, to = to, count = grid.columns().len())
        }
        (_, _) => String::new(),
    };
    let mut scales = format!("      {}", fit(&part, name));
    for column in seen.iter().filter_map(|column| grid.columns().get(*column)) {
        let title = sanitise::line(column.title.as_str());
        titles.push_str(&sanitise::fit(&abridged(&title), VALUE, true));
        titles.push(' ');
        let scale = format!("/{}", column.scale.short(locale.lang().decimal()));
        scales.push_str(&sanitise::fit(&scale, VALUE, true));
        // Not shown to families.
        scales.push(if column.published { ' ' } else { '*' });
    }
    let bar = if ctx.theme.plain { ' ' } else { '│' };
    let (average, rank) = (t!(locale, "sheet-heading-average"), t!(locale, "sheet-heading-rank"));
    titles = format!("{titles}{bar} {average:>5} {rank:>7}");
    if layout.band > 0 {
        let word = fit(&t!(locale, "sheet-heading-band"), usize::from(layout.band).saturating_sub(1));
        titles = format!("{titles} {word}");
    }
    scales.push(bar);
    line(ctx, frame, layout.head(1), Tone::Heading, &titles);
    line(ctx, frame, layout.head(2), Tone::Dim, &scales);
}

fn fit(text: &str, columns: usize) -> String {
    sanitise::fit(text, columns, false)
}

/// A title in six columns: `Devoir 12` is `Dev 12`, so that the number is seen.
fn abridged(title: &str) -> String {
    if sanitise::width(title) <= VALUE {
        return title.to_owned();
    }
    match title.rsplit_once(' ') {
        Some((words, number)) if number.chars().all(|c| c.is_ascii_digit()) && number.len() < 4 => {
            let room = VALUE.saturating_sub(number.len() + 1).min(3);
            let head: String = words.chars().take(room).collect();
            format!("{} {number}", head.trim_end())
        }
        Some(_) => sanitise::cut(title, VALUE),
        // `Composition` is `Compo.`, as people say it.
        None => format!("{}.", sanitise::cut(title, VALUE).trim_end_matches('…')),
    }
}

/// The column under the cursor in words, or why the sheet is read only.
fn about(sheet: &Sheet, grid: &Grid, ctx: &Ctx) -> (Tone, String) {
    if let Some(reading) = sheet.reading_here(ctx) {
        return reading;
    }
    let locale = &ctx.locale;
    let read_only = grid.read_only().map(|why| match why {
        ReadOnly::Closed => words::closed(ctx, &sheet.key.year),
        ReadOnly::NotYours => words::not_yours(ctx),
    });
    let Some(column) = grid.columns().get(sheet.cursor.column) else {
        return (Tone::Warn, read_only.unwrap_or_default());
    };
    let mut parts = vec![sanitise::line(column.title.as_str())];
    let kind = names::kind(locale, column.kind);
    if !column.title.as_str().starts_with(&kind) {
        parts.push(kind);
    }
    parts.extend(column.date.map(format::date));
    parts.push(t!(locale, "sheet-about-scale", scale = column.scale.short(locale.lang().decimal())));
    parts.push(t!(locale, "sheet-about-coefficient", coefficient = column.coefficient));
    if sheet.is_frozen(sheet.cursor.column) {
        parts.push(t!(locale, "sheet-about-frozen"));
    }
    if !sheet.hidden.is_empty() {
        parts.push(t!(locale, "sheet-about-hidden", count = sheet.hidden.len()));
    }
    if !column.published {
        parts.push(t!(locale, "sheet-about-unpublished"));
    }
    match read_only {
        Some(why) => (Tone::Warn, why),
        None => (Tone::Dim, parts.join(" · ")),
    }
}

pub(super) fn students(sheet: &Sheet, grid: &Grid, ctx: &Ctx, frame: &mut Frame, layout: &Layout) {
    let (first, seen) = (sheet.seen_from(layout), sheet.columns_seen(layout));
    for (n, row) in (first.row..grid.rows().len()).take(layout.rows).enumerate() {
        let place = layout.row(n);
        frame.render_widget(student(sheet, grid, ctx, layout, row, &seen), place);
        if row == sheet.cursor.row {
            cursor(sheet, grid, ctx, frame, layout, (place, &seen));
        }
    }
}

/// One student's line.
fn student<'a>(sheet: &Sheet, grid: &Grid, ctx: &Ctx, layout: &Layout, row: usize, seen: &[usize]) -> Line<'a> {
    let Some(student) = grid.rows().get(row) else { return Line::default() };
    let here = row == sheet.cursor.row;
    let base = match (student.left, here) {
        (true, _) => ctx.style(Tone::Dim),
        (false, true) => ctx.style(Tone::Heading),
        (false, false) => ctx.style(Tone::Text),
    };
    let pointer = if here { ctx.theme.pointer() } else { " " };
    // The class as it stands today, by name: without a hole for who left, without a number twice for who came.
    let before = || grid.rows().iter().take(row).filter(|other| !other.left).count();
    let number = match (student.left, grid.order()) {
        (true, _) => String::new(),
        (false, RowOrder::Call) => student.call_number.map(|number| number.to_string()).unwrap_or_default(),
        (false, RowOrder::Name | RowOrder::Rank) => before().saturating_add(1).to_string(),
    };
    let name = fit(&words::student(student), usize::from(layout.name));
    let mut spans = vec![Span::styled(format!("{pointer} {number:>3} {name}"), base)];
    for column in seen.iter().copied() {
        spans.extend(cell(sheet, grid, ctx, base, Cursor { row, column }));
    }
    let locale = &ctx.locale;
    let average = grid.average(row);
    let printed = format::average(average.map(|average| average.printed), locale.lang());
    let rank = grid.rank(row).map_or_else(|| "—".to_owned(), |rank| words::short_rank(locale, rank, student.sex));
    let bar = if ctx.theme.plain { ' ' } else { '│' };
    spans.push(Span::styled(bar.to_string(), ctx.style(Tone::Border)));
    spans.push(Span::styled(format!(" {printed:>5} {rank:>7}"), base));
    if layout.band > 0 {
        let rules = &grid.sheet().rules;
        let word = average.and_then(|average| band(rules, average.printed)).map(|band| band.label.to_string());
        let word = if student.left { Some(t!(locale, "sheet-left")) } else { word };
        let word = fit(&sanitise::line(&word.unwrap_or_default()), usize::from(layout.band).saturating_sub(1));
        spans.push(Span::styled(format!(" {word}"), base));
    }
    Line::from(spans)
}

/// A cell: its value, and the sign of how its change is doing.
fn cell<'a>(sheet: &Sheet, grid: &Grid, ctx: &Ctx, base: Style, at: Cursor) -> [Span<'a>; 2] {
    let here = at == sheet.cursor;
    if let (true, Mode::Edit(id, editor)) = (here, &sheet.mode)
        && grid.place(id) == Some((at.row, at.column))
    {
        let tone = if editor.refused.is_some() { Tone::Bad } else { Tone::Focus };
        let sign = if editor.refused.is_some() { "!" } else { " " };
        let text = edited(&editor.text(sheet.french(ctx)), editor);
        return [Span::styled(fit(&text, VALUE), ctx.style(tone)), Span::styled(sign, ctx.style(Tone::Bad))];
    }
    let overlay = grid.overlay(at.row, at.column);
    let (tone, sign) = overlay.map_or((None, " "), |overlay| sign(ctx, &overlay.state));
    let text = match grid.shown(at.row, at.column) {
        Some(value) => words::cell_text(&ctx.locale, value),
        None if grid.rows().get(at.row).is_some_and(|row| row.left) => String::new(),
        None => "·".to_owned(),
    };
    let style = match tone {
        _ if here || sheet.in_range(at) => ctx.style(Tone::Selected),
        Some(tone) => ctx.style(tone),
        None => base.remove_modifier(Modifier::BOLD),
    };
    let sign_style = tone.map_or(base, |tone| ctx.style(tone));
    [Span::styled(sanitise::fit(&text, VALUE, true), style), Span::styled(sign, sign_style)]
}

/// What is seen of an edited text: as much as fits around the caret.
fn edited(text: &str, editor: &Editor) -> String {
    let skip = editor.caret_column().saturating_add(1).saturating_sub(VALUE);
    let clean = sanitise::line(text);
    if skip == 0 {
        return sanitise::cut(&clean, VALUE);
    }
    // Something stands on the left that is not seen.
    let shown: String = std::iter::once('…').chain(clean.chars().skip(skip.saturating_add(1))).collect();
    sanitise::cut(&shown, VALUE)
}

/// Colour and sign of a cell's change; never the colour alone.
fn sign(ctx: &Ctx, state: &CellState) -> (Option<Tone>, &'static str) {
    match state {
        CellState::Saving => (Some(Tone::Dim), "…"),
        CellState::Saved => (Some(Tone::Good), ctx.theme.tick()),
        CellState::Refused(_) => (Some(Tone::Bad), "!"),
        CellState::Conflict(_) => (Some(Tone::Bad), "≠"),
        CellState::Offline => (Some(Tone::Warn), "?"),
        CellState::Kept => (Some(Tone::Warn), "~"),
    }
}

/// The real cursor: on the cell, or at the caret of what is edited.
fn cursor(sheet: &Sheet, grid: &Grid, ctx: &Ctx, frame: &mut Frame, layout: &Layout, (place, seen): (Rect, &[usize])) {
    if grid.columns().is_empty() {
        frame.set_cursor_position(Position::new(place.x, place.y));
        return;
    }
    let x = layout.cell_x(seen.iter().position(|column| *column == sheet.cursor.column).unwrap_or(0));
    let inside = match &sheet.mode {
        Mode::Edit(_, editor) => editor.caret_column().min(VALUE.saturating_sub(1)),
        Mode::Browse
        | Mode::Clash(_)
        | Mode::Explain(_)
        | Mode::Column(_)
        | Mode::Find(_)
        | Mode::Dictate(_)
        | Mode::Preview(_)
        | Mode::Fill(_) => VALUE.saturating_sub(1),
    };
    let x = x.saturating_add(u16::try_from(inside).unwrap_or(0));
    frame.set_cursor_position(Position::new(x.min(ctx.size.0.saturating_sub(1)), place.y));
}

//! How an import looks.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::{
    Import, Step,
    columns::{Columns, Use, shown},
    path::Finding,
    plan::{Done, FATES, Planned, Work, fate_name, what},
};
use crate::{
    protocol::{ImportFate, ImportRow},
    t,
    text::{format, sanitise},
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, centred, inset, line, paragraph, popup, row},
    },
};

/// Rows of the plan's head and of the details under the list.
const HEAD: u16 = 4;
const DETAIL: u16 = 4;

/// Rows of the plan on the screen.
pub(super) fn plan_rows(ctx: &Ctx) -> u16 {
    ctx.body().height.saturating_sub(HEAD + DETAIL)
}

impl Import {
    pub(super) fn draw(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let inside = inset(area, 1);
        match (&self.step, &self.columns) {
            (Step::Path(finding), _) => path_view(ctx, frame, inside, finding),
            (Step::Columns, Some(columns)) => {
                self.columns_view(ctx, frame, inside, columns);
                pick_view(ctx, frame, area, columns);
            }
            (Step::Columns, None) => {}
            (Step::Plan(planned), _) => plan_view(ctx, frame, inside, planned),
            (Step::Done(done), _) => done_view(ctx, frame, inside, done),
        }
    }

    /// The file as it was understood, then a line a column: heading, first cells, use.
    fn columns_view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, columns: &Columns) {
        let table = &columns.table;
        let delimiter = match table.delimiter {
            ';' => t!(ctx.locale, "import-semicolon"),
            '\t' => t!(ctx.locale, "import-tab"),
            _ => t!(ctx.locale, "import-comma"),
        };
        let rows = format::integer(u64::try_from(table.rows.len()).unwrap_or(u64::MAX), ctx.locale.lang());
        let count = table.rows.len();
        let about = t!(
            ctx.locale,
            "import-about",
            count = count,
            rows = rows,
            delimiter = delimiter,
            encoding = table.encoding
        );
        line(ctx, frame, row(area, 0), Tone::Heading, &format!("{} · {about}", self.path));
        let source = sanitise::line(&columns.source);
        let fill = if columns.fill {
            t!(ctx.locale, "import-fill-on", source = source)
        } else {
            t!(ctx.locale, "import-fill-off")
        };
        line(ctx, frame, row(area, 1), Tone::Dim, &fill);
        let mut used = 2;
        if let Some(trouble) = &columns.trouble {
            used += paragraph(ctx, frame, below(area, used), Tone::Bad, trouble);
        }
        let heading = column_line(
            &t!(ctx.locale, "import-column"),
            &t!(ctx.locale, "import-examples"),
            &t!(ctx.locale, "import-use"),
            area.width,
        );
        line(ctx, frame, row(area, used + 1), Tone::Heading, &format!("  {heading}"));
        let list = below(area, used + 2);
        let height = usize::from(list.height.max(1));
        let top = columns.selected / height * height;
        for (n, (index, heading)) in (0..list.height).zip(table.headers.iter().enumerate().skip(top)) {
            let here = index == columns.selected;
            let nothing = Use::Nothing;
            let used = columns.uses.get(index).unwrap_or(&nothing);
            let tone = match (here, used) {
                (true, _) => Tone::Selected,
                (false, Use::Nothing) => Tone::Dim,
                (false, Use::Field(_) | Use::Mark(..)) => Tone::Text,
            };
            let cells = table.rows.iter().filter_map(|(_, cells)| cells.get(index)).filter(|cell| !cell.is_empty());
            let examples: Vec<&str> = cells.take(3).map(String::as_str).collect();
            let text = column_line(heading, &examples.join(" · "), &shown(ctx, used), list.width);
            list_line(ctx, frame, row(list, n), here, &[(tone, &text)]);
        }
    }
}

/// Three columns: heading, examples, use.
fn column_line(heading: &str, examples: &str, used: &str, width: u16) -> String {
    let room = usize::from(width).saturating_sub(2 + 18 + 2 + 2);
    let (examples_room, used_room) = (room / 2, room - room / 2);
    [
        sanitise::fit(&sanitise::line(heading), 18, false),
        sanitise::fit(&sanitise::line(examples), examples_room, false),
        sanitise::fit(&sanitise::line(used), used_room, false),
    ]
    .join("  ")
}

/// A line with the pointer; the real cursor stands on the selected one.
fn list_line(ctx: &Ctx, frame: &mut Frame, area: Rect, here: bool, parts: &[(Tone, &str)]) {
    let pointer = if here { ctx.theme.pointer() } else { " " };
    let mut spans = vec![Span::raw(format!("{pointer} "))];
    spans.extend(parts.iter().map(|(tone, text)| Span::styled((*text).to_owned(), ctx.style(*tone))));
    frame.render_widget(Line::from(spans), area);
    if here && area.height > 0 {
        frame.set_cursor_position(Position::new(area.x, area.y));
    }
}

fn path_view(ctx: &Ctx, frame: &mut Frame, area: Rect, finding: &Finding) {
    line(ctx, frame, row(area, 0), Tone::Heading, &t!(ctx.locale, "import-which-file"));
    let mut used = 3;
    if finding.reading {
        line(ctx, frame, row(area, used), Tone::Dim, &t!(ctx.locale, "list-reading"));
        used += 1;
    } else if let Some(trouble) = &finding.trouble {
        used += paragraph(ctx, frame, below(area, used), Tone::Bad, &format!("! {trouble}"));
    }
    let list = below(area, used + 1);
    let fitting = finding.fitting();
    let height = usize::from(list.height.max(1));
    let top = finding.selected / height * height;
    for (n, (index, (name, folder))) in (0..list.height).zip(fitting.iter().enumerate().skip(top)) {
        let here = index == finding.selected;
        let name = sanitise::cut(&sanitise::line(name), usize::from(list.width.saturating_sub(4)));
        let text = if *folder { format!("{name}/") } else { name };
        let tone = if here { Tone::Selected } else { Tone::Text };
        list_line(ctx, frame, row(list, n), here, &[(tone, &text)]);
    }
    // Last, so that the real cursor stays where one types.
    finding.typed.view(frame, row(area, 2), ctx.style(Tone::Focus), true);
}

fn pick_view(ctx: &Ctx, frame: &mut Frame, area: Rect, columns: &Columns) {
    if let Some(picking) = &columns.picking {
        let heading = columns.table.headers.get(columns.selected).map_or("", String::as_str);
        let title = t!(ctx.locale, "import-pick-title", column = sanitise::line(heading));
        let inside = popup(ctx, frame, centred(area, 56, area.height.saturating_sub(2)), &title);
        picking.list.view(ctx, frame, below(inside, 2), false);
        if picking.list.is_empty() {
            paragraph(ctx, frame, below(inside, 2), Tone::Dim, &t!(ctx.locale, "import-pick-none"));
        }
        picking.typed.view(frame, row(inside, 0), ctx.style(Tone::Focus), true);
    }
    if let Some(naming) = &columns.naming {
        let inside = popup(ctx, frame, centred(area, 60, 6), &t!(ctx.locale, "import-key-source"));
        paragraph(ctx, frame, below(inside, 1), Tone::Dim, &t!(ctx.locale, "import-source-help"));
        naming.view(frame, row(inside, 0), ctx.style(Tone::Focus), true);
    }
}

/// Counts by fate, the rows of the one that is looked at, and the row under the cursor in full.
fn plan_view(ctx: &Ctx, frame: &mut Frame, area: Rect, planned: &Planned) {
    frame.render_widget(fates(ctx, planned), row(area, 0));
    let names = |names: &[crate::domain::text_values::Name]| -> String {
        sanitise::line(&names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
    };
    let mut made = Vec::new();
    if !planned.plan.new_classes.is_empty() {
        made.push(t!(ctx.locale, "import-new-classes", names = names(&planned.plan.new_classes)));
    }
    if !planned.plan.new_subjects.is_empty() {
        made.push(t!(ctx.locale, "import-new-subjects", names = names(&planned.plan.new_subjects)));
    }
    line(ctx, frame, row(area, 1), Tone::Dim, &made.join(" · "));
    let work = match planned.work {
        Work::Idle => String::new(),
        Work::Begun => t!(ctx.locale, "import-working"),
        Work::Going(done, total) => {
            let number = |n| format::integer(n, ctx.locale.lang());
            format!("{} {} / {}", t!(ctx.locale, "import-working"), number(done), number(total))
        }
    };
    line(ctx, frame, row(area, 2), Tone::Warn, &work);
    let list = Rect { height: area.height.saturating_sub(HEAD + DETAIL), ..below(area, HEAD) };
    let height = usize::from(list.height.max(1));
    let top = planned.selected / height * height;
    for (n, (index, planned_row)) in (0..list.height).zip(planned.rows().enumerate().skip(top)) {
        row_view(ctx, frame, row(list, n), planned_row, index == planned.selected);
    }
    if let Some(selected) = planned.rows().nth(planned.selected) {
        let under = below(area, area.height.saturating_sub(DETAIL - 1));
        paragraph(ctx, frame, under, Tone::Text, &what(ctx, selected));
    } else {
        line(ctx, frame, row(list, 0), Tone::Dim, &t!(ctx.locale, "import-no-rows"));
        frame.set_cursor_position(Position::new(list.x, list.y));
    }
}

/// `‹Toutes 395›  à créer 395  …`
fn fates(ctx: &Ctx, planned: &Planned) -> Line<'static> {
    let (left, right) = if ctx.theme.plain { ("<", ">") } else { ("‹", "›") };
    let all = (None, t!(ctx.locale, "import-fate-all"), planned.plan.rows.len());
    let each = FATES.map(|fate| (Some(fate), fate_name(&ctx.locale, fate), planned.count(fate)));
    let part = |(fate, name, count): (Option<ImportFate>, String, usize)| {
        let number = format::integer(u64::try_from(count).unwrap_or(u64::MAX), ctx.locale.lang());
        if fate == planned.fate {
            Span::styled(format!("{left}{name} {number}{right} "), ctx.style(Tone::Heading))
        } else {
            Span::styled(format!(" {name} {number}  "), ctx.style(Tone::Text))
        }
    };
    std::iter::once(all).chain(each).map(part).collect()
}

/// Number in the file, fate, who, and what happens.
fn row_view(ctx: &Ctx, frame: &mut Frame, area: Rect, planned: &ImportRow, here: bool) {
    let (tone, sign) = match planned.fate {
        ImportFate::Create => (Tone::Good, "+"),
        ImportFate::Update => (Tone::Warn, "~"),
        ImportFate::Unchanged => (Tone::Dim, "="),
        ImportFate::Refuse => (Tone::Bad, "!"),
    };
    let who = planned.student.as_deref().unwrap_or("");
    let number = sanitise::fit(&planned.row.to_string(), 6, true);
    let room = usize::from(area.width).saturating_sub(2 + 6 + 3 + 26 + 2);
    let text = format!(
        "{number} {sign} {}  {}",
        sanitise::fit(&sanitise::line(who), 26, false),
        sanitise::cut(&what(ctx, planned), room)
    );
    list_line(ctx, frame, area, here, &[(if here { Tone::Selected } else { tone }, &text)]);
}

fn done_view(ctx: &Ctx, frame: &mut Frame, area: Rect, done: &Done) {
    let (tone, title) = match (done.undone, done.report.stopped.is_some()) {
        (true, _) => (Tone::Heading, t!(ctx.locale, "import-undone")),
        (false, true) => (Tone::Bad, t!(ctx.locale, "import-stopped")),
        (false, false) => (Tone::Heading, t!(ctx.locale, "import-done")),
    };
    paragraph(ctx, frame, below(area, 1), tone, &title);
    let lang = ctx.locale.lang();
    for (n, fate) in (3..).zip(FATES) {
        let count = done.report.totals.get(&fate).copied().unwrap_or_default();
        // Taken back, nothing of it remains.
        let gone = done.undone && matches!(fate, ImportFate::Create | ImportFate::Update);
        let count = if gone { 0 } else { count };
        let name = match fate {
            ImportFate::Create => t!(ctx.locale, "import-done-create"),
            ImportFate::Update => t!(ctx.locale, "import-done-update"),
            ImportFate::Unchanged => t!(ctx.locale, "import-done-unchanged"),
            ImportFate::Refuse => t!(ctx.locale, "import-done-refuse"),
        };
        let text =
            format!("{} {}", sanitise::fit(&name, 22, false), sanitise::fit(&format::integer(count, lang), 8, true));
        line(ctx, frame, row(area, n), Tone::Text, &text);
    }
    let refused = done.report.rows.iter().filter(|row| row.fate == ImportFate::Refuse);
    for (n, refused) in (8..area.height).zip(refused) {
        let text = t!(ctx.locale, "import-row-says", row = refused.row.to_string(), what = what(ctx, refused));
        line(ctx, frame, row(area, n), Tone::Bad, &text);
    }
    frame.set_cursor_position(Position::new(area.x, area.y + 1));
}

//! How it looks: names, averages and places, then what is written; below, the whole text of the cell under the cursor.

use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use super::{Bulletin, CellState, Mode};
use crate::{
    domain::{
        bulletin::{BulletinPage, BulletinPart, length},
        rules::Rank,
    },
    protocol::BulletinRow,
    t,
    text::{self, agree, bulletin as words, format, sanitise},
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::{
            frame::{below, centred, inset, line, paragraph, popup, row},
            input::TextInput,
        },
    },
};

/// Rows above the list: headings.
const HEAD: u16 = 1;
/// Rows below it: a blank, the text that is written, what there is to know of the row.
const FOOT: u16 = 5;

fn list(body: Rect) -> Rect {
    let area = below(inset(body, 1), HEAD);
    Rect { height: area.height.saturating_sub(FOOT), ..area }
}

/// How many students fit.
pub(super) fn height(ctx: &Ctx) -> usize {
    usize::from(list(ctx.body()).height.max(1))
}

/// First row on the screen: by whole pages.
fn top(ctx: &Ctx, selected: usize) -> usize {
    selected / height(ctx) * height(ctx)
}

/// The row of the list at a row of the terminal.
pub(super) fn row_at(ctx: &Ctx, selected: usize, terminal_row: u16) -> Option<usize> {
    let place = list(ctx.body());
    let inside = (place.y..place.y.saturating_add(place.height)).contains(&terminal_row);
    inside.then(|| top(ctx, selected) + usize::from(terminal_row - place.y))
}

/// The columns of a part on a terminal that wide; what is left over goes to the last text.
fn wide(part: BulletinPart) -> usize {
    match part {
        BulletinPart::Justified | BulletinPart::Unjustified | BulletinPart::Conduct => 8,
        BulletinPart::Late => 7,
        BulletinPart::Honour => 23,
        BulletinPart::Remark | BulletinPart::Observation => 0,
    }
}

/// The heading of a column: short, for a narrow terminal.
fn heading(ctx: &Ctx, part: BulletinPart) -> String {
    let locale = &ctx.locale;
    match part {
        BulletinPart::Remark => t!(locale, "field-appreciation"),
        BulletinPart::Justified => t!(locale, "bulletin-column-justified"),
        BulletinPart::Unjustified => t!(locale, "bulletin-column-unjustified"),
        BulletinPart::Late => t!(locale, "bulletin-column-late"),
        BulletinPart::Conduct => t!(locale, "bulletin-column-conduct"),
        BulletinPart::Observation => t!(locale, "field-observation"),
        BulletinPart::Honour => t!(locale, "bulletin-column-honour"),
    }
}

impl Bulletin {
    pub(super) fn draw(&self, ctx: &Ctx, frame: &mut Frame, body: Rect) {
        let area = inset(body, 1);
        frame.set_cursor_position(Position::new(area.x, area.y));
        match (&self.shown, &self.trouble) {
            (None, Some(trouble)) => {
                paragraph(ctx, frame, area, Tone::Bad, &format!("! {trouble}"));
                return;
            }
            (None, None) => return line(ctx, frame, area, Tone::Dim, &t!(ctx.locale, "sheet-reading")),
            (Some(view), _) if view.rows.is_empty() => {
                return line(ctx, frame, area, Tone::Text, &t!(ctx.locale, "sheet-no-students"));
            }
            (Some(_), _) => {}
        }
        let heads: Vec<String> = self.key.page.parts().iter().map(|part| heading(ctx, *part)).collect();
        let (average, place) = (t!(ctx.locale, "students-average"), t!(ctx.locale, "bulletin-column-rank"));
        let text = self.laid(area.width, &t!(ctx.locale, "bulletin-column-student"), &average, &place, &heads);
        line(ctx, frame, row(area, 0), Tone::Heading, &format!("  {text}"));
        let place = list(ctx.body());
        let first = top(ctx, self.row);
        for (n, (index, student)) in (0..place.height).zip(self.rows().iter().enumerate().skip(first)) {
            self.draw_row(ctx, frame, row(place, n), student, index == self.row);
        }
        self.foot(ctx, frame, below(area, area.height.saturating_sub(FOOT).saturating_add(1)));
        match &self.mode {
            Mode::Phrases { find, list, every, .. } => {
                let title = if *every {
                    t!(ctx.locale, "bulletin-phrases-all")
                } else {
                    t!(ctx.locale, "bulletin-phrases-band")
                };
                let inside = popup(ctx, frame, centred(body, body.width.saturating_sub(6), 11), &title);
                list.view(ctx, frame, below(inside, 2), false);
                if list.is_empty() {
                    line(ctx, frame, below(inside, 2), Tone::Dim, &t!(ctx.locale, "bulletin-no-such-phrase"));
                }
                find.view(frame, row(inside, 0), ctx.style(Tone::Focus), true);
            }
            Mode::Honours { list, .. } => {
                let title = self.here().map(Self::name).unwrap_or_default();
                let inside = popup(ctx, frame, centred(body, 60, 12), &title);
                list.view(ctx, frame, inside, true);
            }
            Mode::Reason { honour, text } => {
                let label = honour
                    .as_ref()
                    .map_or_else(|| t!(ctx.locale, "bulletin-no-honour"), |name| sanitise::line(name.as_str()));
                let title = t!(ctx.locale, "bulletin-reason", honour = label);
                let inside = popup(ctx, frame, centred(body, body.width.saturating_sub(6), 4), &title);
                text.view(frame, row(inside, 0), ctx.style(Tone::Focus), true);
            }
            Mode::Browse | Mode::Edit(_) => {}
        }
    }

    /// Name, average, place, then the parts.
    fn laid(&self, width: u16, name: &str, average: &str, place: &str, parts: &[String]) -> String {
        let name_wide = if width < 100 { 22 } else { 30 };
        let mut text = sanitise::fit(name, name_wide, false);
        // The follow-up has nothing to do with averages, and needs the room.
        if self.key.page != BulletinPage::FollowUp {
            text = format!("{text} {} {}", sanitise::fit(average, 6, true), sanitise::fit(place, 5, true));
        }
        text.push(' ');
        for (part, cell) in self.key.page.parts().iter().zip(parts) {
            let columns = match wide(*part) {
                0 => usize::from(width).saturating_sub(sanitise::width(&text) + 3),
                columns => columns,
            };
            text.push(' ');
            text.push_str(&sanitise::fit(cell, columns, false));
        }
        text
    }

    fn draw_row(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, student: &BulletinRow, here: bool) {
        let lang = ctx.locale.lang();
        let rank = student.rank.map(|rank| {
            let place = agree::rank(&ctx.locale, Some(Rank { tied: false, ..rank }), student.sex);
            if rank.tied { format!("{place}=") } else { place }
        });
        let cells: Vec<String> = self
            .key
            .page
            .parts()
            .iter()
            .zip(0..)
            .map(|(part, column)| {
                let text = if *part == BulletinPart::Honour {
                    self.honour(ctx, student)
                } else {
                    self.value(student, *part).map(|value| words::value(&ctx.locale, &value)).unwrap_or_default()
                };
                let sign = self.sign(student, *part);
                let mark = if here && column == self.column && self.key.page.parts().len() > 1 { "›" } else { "" };
                format!("{mark}{sign}{text}")
            })
            .collect();
        let average = format::average(student.average, lang);
        let text = self.laid(area.width, &Self::name(student), &average, &rank.unwrap_or_default(), &cells);
        let (pointer, tone) = if here { (ctx.theme.pointer(), Tone::Selected) } else { (" ", Tone::Text) };
        line(ctx, frame, area, tone, &format!("{pointer} {text}"));
        if here {
            frame.set_cursor_position(Position::new(area.x, area.y));
        }
    }

    /// How what was handed in is doing: `…` on its way, `~` waits for the store, `!` not taken.
    fn sign(&self, student: &BulletinRow, part: BulletinPart) -> &'static str {
        match self.pending.get(&(student.student.clone(), part)).map(|pending| &pending.state) {
            None => "",
            Some(CellState::Saving) => "… ",
            Some(CellState::Offline) => "~ ",
            Some(CellState::Refused(_) | CellState::Clash(_)) => "! ",
        }
    }

    /// The text that is written, or the whole of what stands there; then the row's other words.
    fn foot(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let Some(student) = self.here() else { return };
        let part = self.part();
        let label = words::part(&ctx.locale, part);
        match &self.mode {
            Mode::Edit(input) | Mode::Phrases { text: input, .. } => self.writing(ctx, frame, area, (&label, input)),
            Mode::Browse | Mode::Honours { .. } | Mode::Reason { .. } => {
                let value = self.value(student, part);
                let text = match part {
                    BulletinPart::Honour => self.honour(ctx, student),
                    BulletinPart::Remark
                    | BulletinPart::Justified
                    | BulletinPart::Unjustified
                    | BulletinPart::Late
                    | BulletinPart::Conduct
                    | BulletinPart::Observation => {
                        value.map(|value| words::value(&ctx.locale, &value)).unwrap_or_default()
                    }
                };
                let text = t!(ctx.locale, "bulletin-foot", part = label, text = text);
                let used = paragraph(ctx, frame, Rect { height: area.height.min(3), ..area }, Tone::Text, &text);
                if let Some(more) = self.more(ctx, student) {
                    line(ctx, frame, below(area, used), Tone::Dim, &more);
                }
            }
        }
    }

    /// The field with its counter.
    fn writing(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, (label, input): (&str, &TextInput)) {
        let text = matches!(self.part(), BulletinPart::Remark | BulletinPart::Observation);
        let (count, most) = (length(input.text().trim()), self.longest());
        let counter = if text { format!("{count}/{most}") } else { String::new() };
        let tone = if text && count > most { Tone::Bad } else { Tone::Dim };
        let columns = u16::try_from(sanitise::width(&counter)).unwrap_or(0);
        line(ctx, frame, row(area, 0), Tone::Heading, label);
        let right =
            Rect { x: area.x + area.width.saturating_sub(columns), width: columns.min(area.width), ..row(area, 0) };
        line(ctx, frame, right, tone, &counter);
        let focused = matches!(self.mode, Mode::Edit(_));
        input.view(frame, row(area, 1), ctx.style(Tone::Focus), focused);
    }

    /// What there is to know besides: trouble of the cell; for the council the follow-up, who decided, and why.
    fn more(&self, ctx: &Ctx, student: &BulletinRow) -> Option<String> {
        let place = (student.student.clone(), self.part());
        if let Some(pending) = self.pending.get(&place) {
            return match &pending.state {
                CellState::Saving => None,
                CellState::Offline => Some(t!(ctx.locale, "bulletin-offline")),
                CellState::Refused(failure) => Some(format!("! {}", text::failure(&ctx.locale, failure))),
                CellState::Clash(_) => Some(t!(ctx.locale, "bulletin-clash-here")),
            };
        }
        if self.key.page != BulletinPage::Council {
            return None;
        }
        let mut parts = words::follow(&ctx.locale, &student.follow);
        if let Some(decision) = &student.decided {
            let by = student.decided_by.as_deref().map(sanitise::line).unwrap_or_default();
            let reason = sanitise::line(decision.reason.as_str());
            parts.insert(0, t!(ctx.locale, "bulletin-decided-by", by = by, reason = reason));
        }
        if parts.is_empty() { None } else { Some(parts.join(" · ")) }
    }
}

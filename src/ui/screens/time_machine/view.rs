//! How the time machine looks: the class above, then → now; what moved the student under the cursor below.

use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use super::{TimeMachine, name_of};
use crate::{
    domain::{rules::Rank, score::Average},
    protocol::{MomentChange, MomentRow, Standing},
    t,
    text::{agree, changes, format, sanitise},
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, centred, inset, line, paragraph, popup, row},
    },
};

/// Columns of an average and of a rank, then and now.
const AVERAGE: usize = 14;
const RANK: usize = 12;
/// Rows above the students.
const HEAD: u16 = 4;

/// Rows of students that are seen at once: two of three.
pub(super) fn rows(body: Rect) -> u16 {
    let all = body.height.saturating_sub(HEAD);
    all.saturating_sub(all / 3).max(1)
}

impl TimeMachine {
    pub(super) fn draw(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let inside = inset(area, 1);
        line(ctx, frame, row(inside, 0), Tone::Title, &self.heading(ctx));
        if let Some(trouble) = &self.trouble {
            paragraph(ctx, frame, below(inside, 2), Tone::Bad, trouble);
        } else if self.stood.is_none() {
            line(ctx, frame, row(inside, 2), Tone::Dim, &t!(ctx.locale, "machine-reading"));
        } else {
            self.table(ctx, frame, inside);
            self.moved(ctx, frame, below(inside, HEAD.saturating_add(rows(area))));
        }
        if let Some(typed) = &self.typed {
            let place = popup(ctx, frame, centred(area, 54, 4), &t!(ctx.locale, "machine-date-title"));
            typed.view(frame, row(place, 0), ctx.style(Tone::Focus), true);
            line(ctx, frame, row(place, 1), Tone::Dim, &t!(ctx.locale, "machine-date-example"));
        }
        if let Some(shown) = &self.explained {
            shown.view(ctx, frame, area);
        }
    }

    /// Which sheet, and when.
    fn heading(&self, ctx: &Ctx) -> String {
        let setup = ctx.setup();
        let class = setup.and_then(|setup| setup.class(&self.key.class)).map(|class| class.name.to_string());
        let subject = setup.and_then(|setup| setup.subject(&self.key.subject)).map(|subject| subject.name.to_string());
        let sheet = format!(
            "{} · {} · {}",
            class.unwrap_or_default(),
            subject.unwrap_or_default(),
            ctx.dated_term(&self.key.year, self.key.term)
        );
        match &self.at {
            Some(at) => t!(ctx.locale, "machine-heading", sheet = sheet, at = format::moment(*at, &ctx.zone)),
            None => t!(ctx.locale, "machine-heading-now", sheet = sheet),
        }
    }

    fn table(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let locale = &ctx.locale;
        let count = self.stood.as_ref().map_or(0, |stood| stood.changes.len());
        let said = match count {
            0 => t!(locale, "machine-no-changes"),
            count => t!(locale, "machine-changes", count = count),
        };
        line(ctx, frame, row(area, 1), Tone::Dim, &said);
        let name = usize::from(area.width).saturating_sub(2 + 2 * (AVERAGE + RANK + 2)).max(8);
        let head = [
            t!(locale, "cli-col-student"),
            t!(locale, "machine-col-average"),
            t!(locale, "cli-col-rank"),
            t!(locale, "machine-col-general"),
            t!(locale, "cli-col-rank"),
        ];
        line(ctx, frame, row(area, 3), Tone::Heading, &format!("  {}", columns(name, &head)));
        let page = usize::from(rows(ctx.body()));
        let first = self.selected.checked_div(page).unwrap_or(0).saturating_mul(page);
        let list = below(area, HEAD);
        for (n, (place, student)) in (0..rows(ctx.body())).zip(self.rows().iter().enumerate().skip(first)) {
            let here = place == self.selected;
            let pointer = if here { ctx.theme.pointer() } else { " " };
            let tone = match (here, student.then == student.now) {
                (true, _) => Tone::Selected,
                (false, true) => Tone::Dim,
                (false, false) => Tone::Text,
            };
            let at = row(list, n);
            line(ctx, frame, at, tone, &format!("{pointer} {}", columns(name, &cells(ctx, student))));
            if here {
                frame.set_cursor_position(Position::new(at.x, at.y));
            }
        }
    }

    /// What moved the student under the cursor since, newest first.
    fn moved(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let Some(student) = self.row() else { return };
        let title = t!(ctx.locale, "machine-moved", student = name_of(student));
        line(ctx, frame, row(area, 0), Tone::Heading, &title);
        let room = usize::from(area.height.saturating_sub(1));
        let count = self.of_row().count();
        let shown = if count > room { room.saturating_sub(1) } else { room };
        for (n, change) in (1..area.height).zip(self.of_row().take(shown)) {
            line(ctx, frame, row(area, n), Tone::Text, &self.told(ctx, change));
        }
        if count > room {
            let more = t!(ctx.locale, "machine-more", count = count.saturating_sub(shown));
            line(ctx, frame, row(area, area.height.saturating_sub(1)), Tone::Dim, &more);
        }
        if count == 0 {
            line(ctx, frame, row(area, 1), Tone::Dim, &t!(ctx.locale, "machine-unmoved"));
        }
    }

    /// One change: when, who, what, old and new, why.
    fn told(&self, ctx: &Ctx, change: &MomentChange) -> String {
        let locale = &ctx.locale;
        let subject = ctx.setup().and_then(|setup| setup.subject(&change.subject));
        let subject = subject.filter(|subject| subject.id != self.key.subject);
        let subject = subject.map(|subject| format!("{} · ", subject.short.as_ref().unwrap_or(&subject.name)));
        // A column's values begin with its title.
        let title = match (&change.student, &change.evaluation) {
            (Some(_), Some(title)) => format!("{title} "),
            (None, Some(_)) => String::new(),
            (_, None) => format!("{} ", changes::act(locale, &change.action)),
        };
        let what = format!("{}{title}", subject.unwrap_or_default());
        let (old, new) = (changes::value(locale, &change.old), changes::value(locale, &change.new));
        let reason = change.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        let act = match change.action.as_str() {
            crate::domain::history::MARK_SET | "evaluation.save" => String::new(),
            other => format!(" [{}]", changes::act(locale, other)),
        };
        let at = format::moment(change.at, &ctx.zone);
        sanitise::line(&format!("{at} {} · {what}{old} → {new}{act}{reason}", change.by))
    }
}

fn columns(name: usize, [student, average, rank, general, general_rank]: &[String; 5]) -> String {
    [
        sanitise::fit(student, name, false),
        sanitise::fit(average, AVERAGE, true),
        sanitise::fit(rank, RANK, true),
        sanitise::fit(general, AVERAGE, true),
        sanitise::fit(general_rank, RANK, true),
    ]
    .join(" ")
}

fn cells(ctx: &Ctx, student: &MomentRow) -> [String; 5] {
    let (then, now) = (student.then, student.now);
    let average = |of: fn(Standing) -> Option<Average>| {
        let said = |standing: Option<Standing>| standing.map(|it| format::average(of(it), ctx.locale.lang()));
        moved(said(then), said(now))
    };
    let rank = |of: fn(Standing) -> Option<Rank>| {
        let place = |rank: Option<Rank>| match rank {
            // Who shares the place is on the sheet; here the places stand beside each other.
            Some(rank) => agree::rank(&ctx.locale, Some(Rank { tied: false, ..rank }), student.sex),
            None => "—".to_owned(),
        };
        let said = |standing: Option<Standing>| standing.map(|it| place(of(it)));
        moved(said(then), said(now))
    };
    [
        name_of(student),
        average(|it| it.average),
        rank(|it| it.rank),
        average(|it| it.general),
        rank(|it| it.general_rank),
    ]
}

/// Both, where they differ; nothing for who was, or is, not there.
fn moved(then: Option<String>, now: Option<String>) -> String {
    if then == now {
        return now.unwrap_or_default();
    }
    format!("{} → {}", then.unwrap_or_default(), now.unwrap_or_default())
}

//! How the card looks.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::{StudentScreen, Tab, marks, marks::SubjectLine, words};
use crate::{
    domain::{access::Action, calendar::YearId, entities::Student},
    protocol::StudentCard,
    t,
    text::{agree, format, names, sanitise},
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, inset, line, paragraph, row},
    },
};

/// Rows above the lines of the tab: who, a blank, the averages, a blank, the tabs, the headings.
const HEAD: u16 = 10;
/// Rows below them: all marks of the subject under the cursor.
const FOOT: u16 = 2;

fn inside(body: Rect) -> Rect {
    inset(body, 1)
}

/// The place of the tab's lines.
fn place(body: Rect) -> Rect {
    let area = below(inside(body), HEAD);
    Rect { height: area.height.saturating_sub(FOOT), ..area }
}

/// How many lines fit.
pub(super) fn rows(ctx: &Ctx) -> usize {
    usize::from(place(ctx.body()).height.max(1))
}

/// First line on the screen: by whole pages.
fn top(ctx: &Ctx, selected: usize) -> usize {
    selected / rows(ctx) * rows(ctx)
}

/// The line at a row of the terminal.
pub(super) fn line_at(ctx: &Ctx, selected: usize, terminal_row: u16) -> Option<usize> {
    let place = place(ctx.body());
    let inside = (place.y..place.y.saturating_add(place.height)).contains(&terminal_row);
    inside.then(|| top(ctx, selected) + usize::from(terminal_row - place.y))
}

impl StudentScreen {
    pub(super) fn draw(&self, ctx: &Ctx, frame: &mut Frame, body: Rect) {
        let area = inside(body);
        frame.set_cursor_position(Position::new(area.x, area.y));
        let Some(card) = self.card.as_ref().filter(|_| self.gone.is_none()) else {
            return self.instead(ctx, frame, area);
        };
        who(ctx, frame, area, card);
        if let Some((year, _)) = &self.term
            && ctx.may(Action::ViewMarks)
        {
            averages(ctx, frame, below(area, 4), card, year);
        }
        self.tabs(ctx, frame, row(area, 8));
        match self.tab {
            Tab::Marks => self.marks(ctx, frame, area, card),
            Tab::Words => self.words(ctx, frame, area, card),
            Tab::History => self.history(ctx, frame, area),
        }
        if let Some(trouble) = &self.trouble {
            line(ctx, frame, row(area, 3), Tone::Bad, &format!("! {trouble}"));
        } else if ctx.may(Action::EditStudents) {
            line(ctx, frame, row(area, 3), Tone::Dim, &t!(ctx.locale, "student-card-locked"));
        }
        if let Some(shown) = &self.explained {
            shown.view(ctx, frame, body);
        }
    }

    /// What stands in place of the card.
    fn instead(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let locale = &ctx.locale;
        let (tone, text) = match (&self.gone, &self.trouble) {
            (Some(_), _) => (Tone::Text, t!(locale, "student-card-gone")),
            (None, Some(trouble)) => (Tone::Bad, format!("! {trouble}\n{}", t!(locale, "student-card-retry"))),
            (None, None) => (Tone::Dim, t!(locale, "student-card-reading")),
        };
        paragraph(ctx, frame, below(area, 1), tone, &text);
    }

    fn tabs(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let term =
            self.term.as_ref().map(|(year, term)| format!("{} · {year}", ctx.term_in(year, *term))).unwrap_or_default();
        let tab = |tab: Tab, label: String| {
            let (pointer, tone) = if self.tab == tab { (ctx.theme.pointer(), Tone::Heading) } else { (" ", Tone::Dim) };
            Span::styled(format!("{pointer} {label}   "), ctx.style(tone))
        };
        let spans = [
            tab(Tab::Marks, t!(ctx.locale, "student-card-tab-marks", term = term)),
            tab(Tab::Words, t!(ctx.locale, "student-card-tab-words")),
            tab(Tab::History, t!(ctx.locale, "student-card-tab-history")),
        ];
        frame.render_widget(Line::from_iter(spans), area);
    }

    fn marks(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, card: &StudentCard) {
        let Some((year, term)) = &self.term else { return };
        let locale = &ctx.locale;
        let lines = marks::lines(ctx, card, year, *term);
        if lines.is_empty() {
            let text = if ctx.may(Action::ViewMarks) {
                t!(locale, "student-card-no-marks")
            } else {
                t!(locale, "student-card-marks-not-yours")
            };
            line(ctx, frame, row(area, HEAD), Tone::Text, &text);
            return;
        }
        let headings = [
            t!(locale, "student-card-subject"),
            t!(locale, "student-card-coefficient"),
            t!(locale, "student-card-marks"),
            t!(locale, "students-average"),
        ];
        let text = columns(area.width, [&headings[0], &headings[1], &headings[2], &headings[3]]);
        line(ctx, frame, row(area, HEAD - 1), Tone::Heading, &format!("  {text}"));
        let place = place(ctx.body());
        let first = top(ctx, self.line);
        for (n, (index, subject)) in (0..place.height).zip(lines.iter().enumerate().skip(first)) {
            let here = row(place, n);
            subject_line(ctx, frame, here, subject, index == self.line);
            if index == self.line {
                frame.set_cursor_position(Position::new(here.x, here.y));
                let marks = subject.marks.join(" · ");
                let all = t!(ctx.locale, "student-card-all", subject = subject.name.as_str(), marks = marks);
                let foot = below(area, area.height.saturating_sub(FOOT));
                paragraph(ctx, frame, foot, Tone::Dim, &all);
            }
        }
    }

    fn words(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, card: &StudentCard) {
        let told = words::lines(ctx, &card.words);
        if told.is_empty() {
            return line(ctx, frame, row(area, HEAD), Tone::Text, &t!(ctx.locale, "student-card-no-words"));
        }
        let place = place(ctx.body());
        for (n, (index, text)) in (0..place.height).zip(told.iter().enumerate().skip(top(ctx, self.line))) {
            let here = row(place, n);
            let selected = index == self.line;
            let (pointer, tone) = match (selected, text.starts_with(' ')) {
                (true, _) => (ctx.theme.pointer(), Tone::Selected),
                (false, true) => (" ", Tone::Text),
                (false, false) => (" ", Tone::Heading),
            };
            line(ctx, frame, here, tone, &format!("{pointer} {text}"));
            if selected {
                frame.set_cursor_position(Position::new(here.x, here.y));
                // A long one is cut above.
                let foot = below(area, area.height.saturating_sub(FOOT));
                paragraph(ctx, frame, foot, Tone::Dim, text.trim_start());
            }
        }
    }

    fn history(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let locale = &ctx.locale;
        let told = self.told(ctx);
        let note = match (&self.past.trouble, &self.past.lines) {
            (Some(trouble), _) => Some((Tone::Bad, format!("! {trouble}"))),
            (None, None) => Some((Tone::Dim, t!(locale, "student-card-reading"))),
            (None, Some(lines)) if lines.is_empty() => Some((Tone::Text, t!(locale, "student-card-no-past"))),
            (None, Some(_)) => None,
        };
        if let Some((tone, text)) = note {
            return line(ctx, frame, row(area, HEAD), tone, &text);
        }
        let place = place(ctx.body());
        let first = top(ctx, self.line);
        for (n, (index, entry)) in (0..place.height).zip(told.iter().enumerate().skip(first)) {
            let here = row(place, n);
            let selected = index == self.line;
            let pointer = if selected { ctx.theme.pointer() } else { " " };
            let by = sanitise::fit(&entry.by, usize::from((area.width / 5).clamp(12, 24)), false);
            let text = format!("{pointer} {} {by} {}", sanitise::fit(&entry.at, 16, false), entry.what);
            line(ctx, frame, here, if selected { Tone::Heading } else { Tone::Text }, &text);
            if selected {
                frame.set_cursor_position(Position::new(here.x, here.y));
                let foot = below(area, area.height.saturating_sub(FOOT));
                paragraph(ctx, frame, foot, Tone::Dim, &entry.what);
            }
        }
    }
}

/// Three lines: name and matricule; class, status, birth; phone and account.
fn who(ctx: &Ctx, frame: &mut Frame, area: Rect, card: &StudentCard) {
    let locale = &ctx.locale;
    let student: &Student = &card.student;
    let matricule = sanitise::line(student.matricule.as_str());
    let wide = usize::from(area.width).saturating_sub(sanitise::width(&matricule) + 2);
    line(ctx, frame, row(area, 0), Tone::Title, &sanitise::cut(&sanitise::line(&student.full_name()), wide));
    let x = area.x + area.width.saturating_sub(u16::try_from(sanitise::width(&matricule)).unwrap_or(0));
    line(ctx, frame, Rect { x, width: area.x + area.width - x, ..row(area, 0) }, Tone::Heading, &matricule);

    let class = student.class_name.as_ref().map_or_else(|| t!(locale, "student-card-no-class"), ToString::to_string);
    let mut parts = vec![class, agree::status(locale, student.status, student.sex)];
    parts.extend(student.sex.map(|sex| small(&names::sex(locale, sex))));
    let place = student.birth_place.as_ref().map(ToString::to_string);
    match (student.birth_date, place) {
        (Some(date), place) => {
            let born = format!("{} {}", small(&agree::born_on(locale, student.sex)), format::date(date));
            parts.push(match place {
                Some(place) => t!(locale, "student-card-born-at", born = born, place = place),
                None => born,
            });
        }
        (None, Some(place)) => parts.push(small(&t!(locale, "student-card-birth-place", place = place))),
        (None, None) => {}
    }
    line(ctx, frame, row(area, 1), Tone::Text, &parts.join(" · "));
    let phone = student.phone.as_ref().map_or_else(
        || t!(locale, "student-card-no-phone"),
        |phone| t!(locale, "student-card-phone", phone = phone.international()),
    );
    let account = match &card.account {
        Some(account) => t!(locale, "student-card-account", account = account.as_str()),
        None => t!(locale, "student-card-no-account"),
    };
    let mut parts = vec![phone, small(&account)];
    let dossier = &student.dossier;
    for known in [&dossier.quartier, &dossier.commune, &dossier.language, &dossier.bank] {
        parts.extend(known.as_ref().map(|name| sanitise::line(name.as_str())));
    }
    let candidate = dossier.candidate.as_ref().map(|number| sanitise::line(number.as_str()));
    parts.extend(candidate.map(|number| t!(locale, "student-card-candidate", number = number)));
    parts.extend(card.starts.map(|day| t!(locale, "student-card-starts", date = format::date(day))));
    line(ctx, frame, row(area, 2), Tone::Text, &parts.join(" · "));
}

/// In the middle of a line: `née le`, not `Née le`.
fn small(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The general averages and places of a year.
fn averages(ctx: &Ctx, frame: &mut Frame, area: Rect, card: &StudentCard, year: &YearId) {
    let locale = &ctx.locale;
    let summary = marks::summary(ctx, card, year, &t!(locale, "student-card-year"));
    let labels = [year.to_string(), t!(locale, "student-card-average"), t!(locale, "student-card-rank")];
    let first = labels.iter().map(|label| sanitise::width(label)).max().unwrap_or(0) + 2;
    let room = usize::from(area.width).saturating_sub(first);
    let wide = (room / summary.len().max(1)).min(22);
    let texts = [
        summary.iter().map(|column| column.heading.as_str()).collect::<Vec<_>>(),
        summary.iter().map(|column| column.average.as_str()).collect(),
        summary.iter().map(|column| column.place.as_str()).collect(),
    ];
    for (n, (label, texts)) in (0..3).zip(labels.iter().zip(texts)) {
        let mut text = sanitise::fit(label, first, false);
        for cell in texts {
            text.push_str(&sanitise::fit(cell, wide, false));
        }
        let tone = if n == 0 { Tone::Heading } else { Tone::Text };
        line(ctx, frame, row(area, n), tone, &text);
    }
}

/// Subject, coefficient, marks, average side by side.
fn columns(width: u16, [subject, coefficient, marks, average]: [&str; 4]) -> String {
    let room = usize::from(width).saturating_sub(2 + 4 + 2 + 6 + 4);
    let name = (room / 3).clamp(18, 34);
    let rest = room.saturating_sub(name);
    format!(
        "{} {}  {} {}",
        sanitise::fit(subject, name, false),
        sanitise::fit(coefficient, 4, true),
        sanitise::fit(marks, rest, false),
        sanitise::fit(average, 6, true)
    )
}

fn subject_line(ctx: &Ctx, frame: &mut Frame, area: Rect, subject: &SubjectLine, selected: bool) {
    let coefficient = subject.coefficient.map(|coefficient| coefficient.to_string()).unwrap_or_default();
    let average = format::average(subject.average, ctx.locale.lang());
    let text = columns(area.width, [&subject.name, &coefficient, &subject.marks.join(" · "), &average]);
    let pointer = if selected { ctx.theme.pointer() } else { " " };
    let tone = if selected { Tone::Selected } else { Tone::Text };
    line(ctx, frame, area, tone, &format!("{pointer} {text}"));
}

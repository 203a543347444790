//! A teacher's own sheets of the current term: what is entered, and Enter opens them.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::{
    protocol::{CompletionQuestion, Progress, Request, SheetKey, SheetProgress},
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot},
        theme::Tone,
    },
};

/// Columns of a sheet's name.
const NAME: usize = 34;

/// The sheets that are the user's own; none for those who may open all.
pub(super) fn sheets(ctx: &Ctx) -> Vec<SheetKey> {
    let Some(setup) = ctx.setup() else { return Vec::new() };
    let (year, term) = (&setup.school.current_year, setup.school.current_term);
    let key = |(class, subject): &(_, _)| SheetKey {
        class: Clone::clone(class),
        subject: Clone::clone(subject),
        year: year.clone(),
        term,
    };
    let mut sheets: Vec<SheetKey> = setup.charges.iter().map(key).collect();
    // In the order of classes, then of subjects, as everywhere.
    sheets.sort_by_key(|key| {
        let class = setup.classes.iter().position(|class| class.body.id == key.class);
        let subject = setup.subjects.iter().position(|subject| subject.body.id == key.subject);
        (class, subject)
    });
    sheets
}

/// Asks what is entered on them.
pub(super) fn read(ctx: &Ctx) -> Vec<Effect> {
    let Some(setup) = ctx.setup().filter(|setup| !setup.charges.is_empty()) else { return Vec::new() };
    let question = CompletionQuestion { term: Some(setup.school.current_term), ..CompletionQuestion::default() };
    vec![Effect::Ask { slot: Slot("home-mine"), request: Request::Completion(question) }]
}

pub(super) fn heading(ctx: &Ctx) -> String {
    let term = ctx.setup().map(|setup| ctx.term(setup.school.current_term)).unwrap_or_default();
    t!(ctx.locale, "home-mine", term = term)
}

/// One of them.
pub(super) fn view(ctx: &Ctx, frame: &mut Frame, area: Rect, key: &SheetKey, all: &[SheetProgress], selected: bool) {
    let (pointer, tone) = if selected { (ctx.theme.pointer(), Tone::Selected) } else { (" ", Tone::Text) };
    let name = |text: Option<String>| sanitise::line(&text.unwrap_or_default());
    let setup = ctx.setup();
    let class = name(setup.and_then(|setup| setup.class(&key.class)).map(|class| class.name.to_string()));
    let subject = name(setup.and_then(|setup| setup.subject(&key.subject)).map(|subject| subject.name.to_string()));
    let (said, how) =
        all.iter().find(|sheet| sheet.key == *key).map_or_else(|| (String::new(), Tone::Dim), |sheet| told(ctx, sheet));
    let room = usize::from(area.width).saturating_sub(NAME + 4);
    let spans = [
        Span::raw(format!("{pointer} ")),
        Span::styled(sanitise::fit(&format!("{class} · {subject}"), NAME, false), ctx.style(tone)),
        Span::raw("  "),
        Span::styled(sanitise::cut(&said, room), ctx.style(how)),
    ];
    frame.render_widget(Line::from_iter(spans), area);
    if selected {
        frame.set_cursor_position(Position::new(area.x, area.y));
    }
}

/// How far a sheet is: the column that lacks most, of how many students.
fn told(ctx: &Ctx, sheet: &SheetProgress) -> (String, Tone) {
    let locale = &ctx.locale;
    let students = sheet.students;
    let (said, tone) = match (sheet.progress(), sheet.behind()) {
        (Progress::Missing(_), Some(behind)) => {
            let (title, entered) = (sanitise::line(behind.title.as_str()), behind.entered);
            let students = behind.students;
            (t!(locale, "home-mine-progress", title = title, entered = entered, students = students), Tone::Warn)
        }
        (Progress::Complete, _) => (t!(locale, "home-mine-full", students = students), Tone::Good),
        (Progress::Nothing | Progress::Missing(_), _) => (t!(locale, "home-mine-nothing"), Tone::Dim),
    };
    if sheet.closed { (format!("{said} · {}", t!(locale, "home-mine-closed")), Tone::Dim) } else { (said, tone) }
}

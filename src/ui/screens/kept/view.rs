//! How kept marks are listed.

use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use super::Kept;
use crate::{
    domain::score::MarkValue,
    protocol::{KeptMark, KeptState},
    t, text,
    text::{Locale, format, sanitise},
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, inset, line, paragraph, row},
    },
};

/// Rows above the first mark: what this is about, and a blank one.
const HEAD: u16 = 3;
/// Rows for what is the matter with the selected one.
const FOOT: u16 = 3;

fn value(locale: &Locale, value: Option<MarkValue>) -> String {
    value.map_or_else(|| t!(locale, "sheet-value-empty"), |value| value.short(locale.lang().decimal()))
}

/// Class, subject, evaluation, student, value: as they were when it was typed.
pub(super) fn what(locale: &Locale, kept: &KeptMark) -> String {
    let names = &kept.names;
    let value = value(locale, kept.mark.value);
    let parts = [&names.class, &names.subject, &names.evaluation, &names.student, &value];
    parts.iter().filter(|part| !part.is_empty()).map(|part| part.as_str()).collect::<Vec<_>>().join(" · ")
}

/// What is the matter with it, in a sentence.
fn why(ctx: &Ctx, kept: &KeptMark) -> String {
    let locale = &ctx.locale;
    match &kept.state {
        KeptState::Waiting => t!(locale, "sheet-kept-here"),
        KeptState::Clash(conflict) => {
            let (by, theirs) = (sanitise::line(&conflict.by), value(locale, conflict.theirs));
            t!(locale, "kept-clash", by = by, theirs = theirs, at = format::clock(conflict.at, &ctx.zone))
        }
        KeptState::Refused(failure) => t!(locale, "kept-refused", why = text::failure(locale, failure)),
    }
}

/// Colour and sign, as in the sheet.
fn sign(kept: &KeptMark) -> (Tone, &'static str) {
    match kept.state {
        KeptState::Waiting => (Tone::Text, "~"),
        KeptState::Clash(_) => (Tone::Bad, "≠"),
        KeptState::Refused(_) => (Tone::Bad, "!"),
    }
}

pub(super) fn draw(screen: &Kept, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let area = inset(area, 1);
    let Some(marks) = screen.marks.as_ref().filter(|marks| !marks.is_empty()) else {
        let (tone, text) = match (&screen.trouble, &screen.marks) {
            (Some(failure), _) => (Tone::Bad, text::failure(&ctx.locale, failure)),
            (None, Some(_)) => (Tone::Text, t!(ctx.locale, "kept-none")),
            (None, None) => (Tone::Dim, String::new()),
        };
        paragraph(ctx, frame, below(area, 1), tone, &text);
        frame.set_cursor_position(Position::new(area.x, area.y + 1));
        return;
    };
    paragraph(ctx, frame, area, Tone::Dim, &t!(ctx.locale, "kept-about"));
    let list = below(area, HEAD);
    let list = Rect { height: list.height.saturating_sub(FOOT), ..list };
    // Pages, so that a step redraws two lines.
    let page = usize::from(list.height).max(1);
    let first = screen.selected.checked_div(page).unwrap_or(0).saturating_mul(page);
    for (n, (place, kept)) in (0..list.height).zip(marks.iter().enumerate().skip(first)) {
        let here = place == screen.selected;
        let pointer = if here { ctx.theme.pointer() } else { " " };
        let (tone, sign) = sign(kept);
        let at = row(list, n);
        let tone = if here { Tone::Selected } else { tone };
        let since = format::clock(kept.at, &ctx.zone);
        let text = sanitise::line(&format!("{pointer} {sign} {since}  {}", what(&ctx.locale, kept)));
        line(ctx, frame, at, tone, &sanitise::cut(&text, usize::from(at.width)));
        if here {
            frame.set_cursor_position(Position::new(at.x, at.y));
        }
    }
    if let Some(kept) = screen.here() {
        let foot = below(area, area.height.saturating_sub(FOOT));
        paragraph(ctx, frame, foot, sign(kept).0, &why(ctx, kept));
    }
}

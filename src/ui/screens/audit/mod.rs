//! The audit trail: who did what, newest first; and whether its chains are whole. The screen's side of `carnet audit`.

mod keys;
#[cfg(test)]
mod tests;

pub use keys::KEYS;
use ratatui::{
    Frame,
    crossterm::event::KeyEvent,
    layout::{Position, Rect},
};

use self::keys::Do;
use super::Screen;
use crate::{
    protocol::{AuditLine, AuditQuestion, AuditReport, Event, Failure, Reply, Request},
    t,
    text::{self, format, sanitise},
    ui::{
        ctx::Ctx,
        effect::{Effect, Slot, Status},
        keymap::{KeyLine, all, find},
        msg::ScreenMsg,
        theme::Tone,
        widgets::frame::{below, inset, line, paragraph, row},
    },
};

const READ: Slot = Slot("audit");
const VERIFY: u64 = 1;
/// Entries that the screen shows; the command line gives as many as are asked for.
const LIMIT: u32 = 500;
/// Findings that a message lists.
const FINDINGS: usize = 8;
/// Rows above the first entry.
const HEAD: u16 = 2;

/// The screen.
#[derive(Default)]
pub struct AuditScreen {
    lines: Option<Vec<AuditLine>>,
    trouble: Option<Failure>,
    selected: usize,
    verifying: bool,
}

impl AuditScreen {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn count(&self) -> usize {
        self.lines.as_ref().map_or(0, Vec::len)
    }

    fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        let last = self.count().saturating_sub(1);
        let page = usize::from(ctx.body().height.saturating_sub(HEAD)).max(1);
        match find(KEYS, key) {
            Some(Do::Down) => self.selected = self.selected.saturating_add(1).min(last),
            Some(Do::Up) => self.selected = self.selected.saturating_sub(1),
            Some(Do::PageDown) => self.selected = self.selected.saturating_add(page).min(last),
            Some(Do::PageUp) => self.selected = self.selected.saturating_sub(page),
            Some(Do::First) => self.selected = 0,
            Some(Do::Last) => self.selected = last,
            Some(Do::Refresh) => return vec![read()],
            Some(Do::Show) => {
                let shown = self.lines.as_ref().and_then(|lines| lines.get(self.selected));
                return shown.map(|entry| show(ctx, entry)).into_iter().collect();
            }
            Some(Do::Verify) if !self.verifying => {
                self.verifying = true;
                let said = Effect::Say(Status::info(t!(ctx.locale, "audit-verifying")));
                return vec![said, Effect::Write { id: VERIFY, request: Request::VerifyAudit }];
            }
            Some(Do::Verify) | None => {}
        }
        Vec::new()
    }
}

fn read() -> Effect {
    let question = AuditQuestion { limit: LIMIT, ..AuditQuestion::default() };
    Effect::Ask { slot: READ, request: Request::AuditTrail(question) }
}

/// One entry in full.
fn show(ctx: &Ctx, entry: &AuditLine) -> Effect {
    let locale = &ctx.locale;
    let field = |label: String, value: String| (!value.is_empty()).then(|| format!("{label} {value}"));
    let lines = [
        field(t!(locale, "audit-by"), sanitise::line(&entry.by)),
        field(t!(locale, "audit-stream"), sanitise::line(&entry.stream)),
        field(t!(locale, "audit-seq"), entry.seq.to_string()),
        field(t!(locale, "audit-target"), sanitise::line(&entry.target)),
        field(t!(locale, "audit-old"), text::audit_value(&entry.old)),
        field(t!(locale, "audit-new"), text::audit_value(&entry.new)),
        field(t!(locale, "audit-reason"), entry.reason.as_deref().map(sanitise::line).unwrap_or_default()),
    ];
    let title = format!("{} · {}", format::moment(entry.at, &ctx.zone), sanitise::line(&entry.action));
    Effect::Message { title, text: lines.into_iter().flatten().collect::<Vec<_>>().join("\n") }
}

/// What looking the chains through has found.
fn told(ctx: &Ctx, report: &AuditReport) -> Effect {
    let locale = &ctx.locale;
    if report.findings.is_empty() {
        let (streams, entries) = (report.streams.to_string(), report.entries.to_string());
        let anchors = report.anchors.to_string();
        return Effect::Say(Status::good(t!(
            locale,
            "audit-whole",
            streams = streams,
            entries = entries,
            anchors = anchors
        )));
    }
    let findings = report.findings.iter().take(FINDINGS).map(|finding| text::audit_finding(locale, finding));
    let text = findings.collect::<Vec<_>>().join("\n");
    Effect::Message { title: t!(locale, "audit-not-whole", count = report.findings.len().to_string()), text }
}

impl Screen for AuditScreen {
    fn title(&self, ctx: &Ctx) -> String {
        t!(ctx.locale, "audit-title")
    }

    fn keys(&self, _: &Ctx) -> Vec<KeyLine> {
        all(KEYS)
    }

    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect> {
        match msg {
            ScreenMsg::Opened | ScreenMsg::Returned(_) | ScreenMsg::Event(Event::Elsewhere) => return vec![read()],
            ScreenMsg::Key(key) => return self.key(ctx, key),
            ScreenMsg::Answer { result: Ok(Reply::AuditTrail(lines)), .. } => {
                self.selected = self.selected.min(lines.len().saturating_sub(1));
                (self.lines, self.trouble) = (Some(lines), None);
            }
            ScreenMsg::Answer { result: Err(failure), .. } => self.trouble = Some(failure),
            ScreenMsg::Written { result, .. } => {
                self.verifying = false;
                return match result {
                    Ok(Reply::AuditChecked(report)) => vec![told(ctx, &report)],
                    Ok(_) => Vec::new(),
                    Err(failure) => vec![Effect::Say(Status::bad(text::failure(&ctx.locale, &failure)))],
                };
            }
            ScreenMsg::Answer { result: Ok(_), .. }
            | ScreenMsg::Event(_)
            | ScreenMsg::Paste(_)
            | ScreenMsg::Mouse(_)
            | ScreenMsg::Chosen { .. }
            | ScreenMsg::Progress { .. }
            | ScreenMsg::File { .. }
            | ScreenMsg::Tick
            | ScreenMsg::Language => {}
        }
        Vec::new()
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let area = inset(area, 1);
        let Some(lines) = &self.lines else {
            let (tone, said) = match &self.trouble {
                Some(failure) => (Tone::Bad, text::failure(&ctx.locale, failure)),
                None => (Tone::Dim, t!(ctx.locale, "audit-reading")),
            };
            paragraph(ctx, frame, below(area, HEAD), tone, &said);
            frame.set_cursor_position(Position::new(area.x, area.y.saturating_add(HEAD)));
            return;
        };
        let heads = [
            t!(ctx.locale, "cli-col-at"),
            t!(ctx.locale, "audit-by"),
            t!(ctx.locale, "audit-action"),
            t!(ctx.locale, "audit-new"),
        ];
        line(ctx, frame, row(area, 1), Tone::Heading, &format!("  {}", columns(area.width, &heads)));
        let rows = below(area, HEAD);
        let page = usize::from(rows.height).max(1);
        let first = self.selected.checked_div(page).unwrap_or(0).saturating_mul(page);
        for (n, (place, entry)) in (0..rows.height).zip(lines.iter().enumerate().skip(first)) {
            let here = place == self.selected;
            let pointer = if here { ctx.theme.pointer() } else { " " };
            let tone = if here { Tone::Selected } else { Tone::Text };
            let change = [text::audit_value(&entry.old), text::audit_value(&entry.new)];
            let change = change.into_iter().filter(|value| !value.is_empty()).collect::<Vec<_>>().join(" → ");
            let cells =
                [format::moment(entry.at, &ctx.zone), sanitise::line(&entry.by), sanitise::line(&entry.action), change];
            let at = row(rows, n);
            line(ctx, frame, at, tone, &format!("{pointer} {}", columns(area.width, &cells)));
            if here {
                frame.set_cursor_position(Position::new(at.x, at.y));
            }
        }
    }
}

/// When, who, what, which change: the change takes what the others leave.
fn columns(width: u16, [at, by, action, change]: &[String; 4]) -> String {
    let left = usize::from(width).saturating_sub(2 + 17 + 21 + 19).max(10);
    [
        sanitise::fit(at, 16, false),
        sanitise::fit(by, 20, false),
        sanitise::fit(action, 18, false),
        sanitise::fit(change, left, false),
    ]
    .join(" ")
}

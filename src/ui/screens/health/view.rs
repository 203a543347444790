//! How the installation screen looks.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::{HealthScreen, Work};
use crate::{
    domain::access::Action,
    protocol::{BackupRow, Health, Lamp},
    t,
    text::{self, Locale, format, sanitise},
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, inset, line, paragraph, row},
    },
};

/// Rows under the list of backups: a blank one and two for the chosen one's path.
const UNDER: u16 = 3;

impl HealthScreen {
    pub(super) fn draw(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let area = inset(area, 2);
        match &self.health {
            None => line(ctx, frame, row(area, 1), Tone::Dim, &t!(ctx.locale, "health-reading")),
            Some(health) => {
                for (n, (label, value)) in (1..).zip(facts(ctx, health)) {
                    let label = sanitise::fit(&label, 24, false);
                    line(ctx, frame, row(area, n), Tone::Text, &format!("{label} {value}"));
                }
            }
        }
        let mut list = below(area, 9);
        if let Some(fault) = self.health.as_ref().and_then(|health| health.cache_fault.as_ref()) {
            let said = text::cache_fault(&ctx.locale, fault);
            paragraph(ctx, frame, Rect { height: list.height.min(2), ..list }, Tone::Warn, &said);
            list = below(area, 12);
        }
        if let Some((work, progress)) = self.work {
            let mut text = match work {
                Work::Backup => t!(ctx.locale, "health-work-backup"),
                Work::Restore => t!(ctx.locale, "health-work-restore"),
                Work::Seed => t!(ctx.locale, "health-work-seed"),
                Work::Term => t!(ctx.locale, "health-work-term"),
                Work::Check => t!(ctx.locale, "health-work-check"),
                Work::Verify => t!(ctx.locale, "health-work-verify"),
                Work::Prune => t!(ctx.locale, "health-work-prune"),
                Work::Flush => t!(ctx.locale, "health-work-flush"),
            };
            if let Some((done, total)) = progress {
                let lang = ctx.locale.lang();
                text = format!("{text} {} / {}", format::integer(done, lang), format::integer(total, lang));
            }
            line(ctx, frame, row(list, 0), Tone::Warn, &format!("… {text}"));
        } else if ctx.may(Action::Backup) {
            self.backups_view(ctx, frame, list);
        }
    }

    fn backups_view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        line(ctx, frame, row(area, 0), Tone::Heading, &t!(ctx.locale, "health-backups"));
        let Some(backups) = &self.backups else { return };
        if backups.is_empty() {
            line(ctx, frame, row(area, 1), Tone::Dim, &t!(ctx.locale, "health-none"));
        }
        let list = below(area, 1);
        // The whole name of the chosen one, and its folder, stand under the list.
        let list = Rect { height: list.height.saturating_sub(UNDER), ..list };
        if let Some(chosen) = backups.get(self.selected) {
            let path = std::path::Path::new(&ctx.backups).join(sanitise::line(&chosen.name)).display().to_string();
            let under = below(area, area.height.saturating_sub(UNDER - 1));
            paragraph(ctx, frame, under, Tone::Dim, &t!(ctx.locale, "health-backup-file", path = path));
        }
        let rows = usize::from(list.height.max(1));
        let top = self.selected / rows * rows;
        for (n, (index, backup)) in (0..list.height).zip(backups.iter().enumerate().skip(top)) {
            let here = index == self.selected;
            let (pointer, tone) = if here { (ctx.theme.pointer(), Tone::Selected) } else { (" ", Tone::Text) };
            let place = row(list, n);
            let text = backup_line(ctx, backup);
            let spans = [Span::raw(format!("{pointer} ")), Span::styled(text, ctx.style(tone))];
            frame.render_widget(Line::from_iter(spans), place);
            if here {
                frame.set_cursor_position(Position::new(place.x, place.y));
            }
        }
    }
}

fn backup_line(ctx: &Ctx, backup: &BackupRow) -> String {
    let lang = ctx.locale.lang();
    let documents = t!(ctx.locale, "health-documents", count = format::integer(backup.documents, lang));
    let size = t!(ctx.locale, "health-size", count = format::integer(backup.bytes.div_ceil(1024), lang));
    let when = format::moment(backup.at, &ctx.zone);
    format!("{when}   {documents}   {size}")
}

/// What the configuration calls a store or a cache, in words.
fn kind(locale: &Locale, name: &str) -> String {
    match name {
        "sqlite" => t!(locale, "health-kind-sqlite"),
        "memory" => t!(locale, "health-kind-memory"),
        "mongodb" => "MongoDB".to_owned(),
        "redis" => "Redis".to_owned(),
        other => sanitise::line(other),
    }
}

/// Labels and values.
fn facts(ctx: &Ctx, health: &Health) -> Vec<(String, String)> {
    let locale = &ctx.locale;
    let number = |n: u64| format::integer(n, locale.lang());
    let lamp = |lamp: Lamp| match lamp {
        Lamp::Good => t!(locale, "health-good"),
        Lamp::Slow => t!(locale, "lamp-slow"),
        Lamp::Gone => t!(locale, "lamp-gone"),
    };
    let counters = health.counters;
    let cache =
        t!(locale, "health-hits", one = counters.hits, hits = number(counters.hits), misses = number(counters.misses));
    vec![
        (t!(locale, "health-store"), format!("{} · {}", kind(locale, &health.store_kind), lamp(health.store))),
        (t!(locale, "health-cache"), format!("{} · {}", kind(locale, &health.cache_kind), lamp(health.cache))),
        (t!(locale, "health-cache-use"), cache),
        (t!(locale, "health-students"), number(health.students)),
        (t!(locale, "health-marks"), number(health.marks)),
        (t!(locale, "health-format"), health.format.to_string()),
        (t!(locale, "health-term"), ctx.setup().map_or(String::new(), |setup| setup.term(setup.school.current_term))),
    ]
}

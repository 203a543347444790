//! How login looks.

use ratatui::{Frame, layout::Rect};

use super::{Login, Stage};
use crate::{
    protocol::{Failure, Field, Trouble},
    t, text,
    text::{names, sanitise},
    ui::{
        ctx::Ctx,
        theme::Tone,
        widgets::frame::{below, centred, line, paragraph, row},
    },
};

/// The row of the body on which the list of demo accounts begins.
const DEMO_ROW: u16 = 11;

/// The demo account on that row of the terminal.
pub(super) fn demo_at(ctx: &Ctx, terminal_row: u16) -> Option<usize> {
    let first = ctx.body().y + DEMO_ROW;
    terminal_row.checked_sub(first).map(usize::from)
}

impl Login {
    pub(super) fn draw(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let column = centred(area, 60, area.height);
        let school = ctx.greeting.as_ref().and_then(|greeting| greeting.school.as_ref());
        let name = school.map_or_else(|| "carnet".to_owned(), |school| school.name.to_string());
        line(ctx, frame, row(column, 2), Tone::Title, &name);
        if let Stage::Opening { trouble } = &self.stage {
            match trouble {
                None => {
                    line(ctx, frame, row(column, 4), Tone::Text, &t!(ctx.locale, "login-opening"));
                    self.form.view(ctx, frame, Rect { height: 3, ..below(column, 6) });
                }
                Some(trouble) => {
                    let sentence = text::failure(&ctx.locale, trouble);
                    let mut rows = paragraph(ctx, frame, below(column, 4), Tone::Bad, &format!("! {sentence}"));
                    // Of a path that is at fault the sentence speaks itself.
                    let named = matches!(trouble, Failure::Offline { detail: Trouble::Path { .. }, .. });
                    if !named && !ctx.place.is_empty() {
                        let place = t!(ctx.locale, "cli-store-file", path = sanitise::line(&ctx.place));
                        rows += 1 + paragraph(ctx, frame, below(column, 5 + rows), Tone::Text, &place);
                    }
                    let retry = t!(ctx.locale, "login-retry");
                    rows += 1 + paragraph(ctx, frame, below(column, 5 + rows), Tone::Text, &retry);
                    let kept = self.kept.waiting.saturating_add(self.kept.stuck);
                    if kept > 0 {
                        let kept = t!(ctx.locale, "login-kept", count = kept);
                        paragraph(ctx, frame, below(column, 5 + rows), Tone::Text, &kept);
                    }
                }
            }
            return;
        }
        let welcome = match &self.again {
            Some(user) => t!(ctx.locale, "login-again", user = user.as_str()),
            None => t!(ctx.locale, "login-welcome"),
        };
        line(ctx, frame, row(column, 4), Tone::Text, &welcome);
        self.form.view(ctx, frame, Rect { height: 3, ..below(column, 6) });
        if caps(self.form.value(Field::Password)) {
            line(ctx, frame, row(column, 9), Tone::Warn, &format!("! {}", t!(ctx.locale, "login-caps")));
        }
        demo(ctx, frame, column, self.demo);
    }
}

/// Only capital letters: the lock is likely on.
fn caps(password: &str) -> bool {
    let mut letters = password.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(char::is_uppercase)
}

/// The accounts of a demo school, and only of a demo school.
fn demo(ctx: &Ctx, frame: &mut Frame, column: Rect, chosen: Option<usize>) {
    let accounts = ctx.greeting.as_ref().map_or(&[][..], |greeting| greeting.demo.as_slice());
    if accounts.is_empty() {
        return;
    }
    line(ctx, frame, row(column, DEMO_ROW - 1), Tone::Heading, &t!(ctx.locale, "login-demo"));
    for (n, account) in accounts.iter().enumerate() {
        let place = row(column, DEMO_ROW + u16::try_from(n).unwrap_or(u16::MAX / 2));
        let pointer = if chosen == Some(n) { ctx.theme.pointer() } else { " " };
        let role = sanitise::fit(&names::role(&ctx.locale, account.role), 18, false);
        let user = sanitise::fit(account.username.as_str(), 16, false);
        line(ctx, frame, place, Tone::Text, &format!("{pointer} {role} {user} {}", account.password));
    }
}

//! What stands on a bulletin beside the marks, as lines: on the card and for families.

use crate::{
    domain::id::SubjectId,
    protocol::BulletinWords,
    t,
    text::{bulletin, sanitise},
    ui::ctx::Ctx,
};

/// The honour, the appreciations by subject and the general one, the follow-up; nothing of what is not recorded.
/// `named`: the name of a subject.
#[must_use]
pub fn lines(ctx: &Ctx, words: &BulletinWords, named: impl Fn(&SubjectId) -> Option<String>) -> Vec<String> {
    let locale = &ctx.locale;
    let mut lines = Vec::new();
    if let Some(honour) = &words.honour {
        lines.push(t!(locale, "bulletin-honour", honour = sanitise::line(honour.as_str())));
    }
    for (subject, text) in &words.remarks {
        let text = sanitise::line(text.as_str());
        let of = match subject {
            None => t!(locale, "bulletin-general"),
            // A subject that the school no longer has.
            Some(subject) => named(subject).map_or_else(|| "—".to_owned(), |name| sanitise::line(&name)),
        };
        lines.push(t!(locale, "bulletin-foot", part = of, text = text));
    }
    let follow = bulletin::follow(locale, &words.follow);
    if !follow.is_empty() {
        lines.push(follow.join(" · "));
    }
    lines
}

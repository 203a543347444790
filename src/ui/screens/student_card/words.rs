//! What stands beside the marks, as lines: by term, the latest first.

use crate::{
    domain::id::SubjectId,
    protocol::BulletinWords,
    t,
    text::sanitise,
    ui::{bulletin_shown, ctx::Ctx},
};

/// The lines; the heading of a term has no blanks before it.
pub(super) fn lines(ctx: &Ctx, words: &[BulletinWords]) -> Vec<String> {
    let named = |subject: &SubjectId| {
        ctx.setup().and_then(|setup| setup.subject(subject)).map(|subject| subject.name.to_string())
    };
    let mut lines = Vec::new();
    for words in words.iter().rev() {
        lines.push(format!("{} · {}", ctx.term_in(&words.year, words.term), words.year));
        lines.extend(bulletin_shown::lines(ctx, words, named).into_iter().map(|line| format!("  {line}")));
        if let Some(decision) = &words.decided {
            let reason = sanitise::line(decision.reason.as_str());
            lines.push(format!("  {}", t!(ctx.locale, "bulletin-council-said", reason = reason)));
        }
    }
    lines
}

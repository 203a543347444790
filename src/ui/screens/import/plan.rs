//! What an import would do, row by row, and what it did.

use crate::{
    protocol::{ImportFate, ImportPlan, ImportReport, ImportRow},
    t, text,
    text::{Locale, sanitise},
    ui::ctx::Ctx,
};

/// Fates in the order in which they are shown.
pub(super) const FATES: [ImportFate; 4] =
    [ImportFate::Create, ImportFate::Update, ImportFate::Unchanged, ImportFate::Refuse];

/// Is the plan being committed?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    Idle,
    Begun,
    /// So many rows are done, of so many.
    Going(u64, u64),
}

/// The plan that is looked at.
pub(super) struct Planned {
    pub plan: Box<ImportPlan>,
    /// Only rows of that fate.
    pub fate: Option<ImportFate>,
    pub selected: usize,
    pub work: Work,
}

impl Planned {
    /// With the refused rows in view, if there are any: they are what one must look at.
    pub fn new(plan: Box<ImportPlan>) -> Self {
        let refused = plan.rows.iter().any(|row| row.fate == ImportFate::Refuse);
        Self { plan, fate: refused.then_some(ImportFate::Refuse), selected: 0, work: Work::Idle }
    }

    pub fn count(&self, fate: ImportFate) -> usize {
        self.plan.rows.iter().filter(|row| row.fate == fate).count()
    }

    /// Rows that would be written.
    pub fn good(&self) -> usize {
        self.count(ImportFate::Create) + self.count(ImportFate::Update)
    }

    pub fn rows(&self) -> impl Iterator<Item = &ImportRow> {
        self.plan.rows.iter().filter(|row| self.fate.is_none_or(|fate| row.fate == fate))
    }

    pub fn step(&mut self, by: isize) {
        let last = self.rows().count().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    /// To the next fate, around; all of them in between.
    pub fn turn(&mut self, forward: bool) {
        let mut all: Vec<Option<ImportFate>> = std::iter::once(None).chain(FATES.map(Some)).collect();
        if !forward {
            all.reverse();
        }
        let here = all.iter().position(|fate| *fate == self.fate).unwrap_or(0);
        self.fate = all.get((here + 1) % all.len().max(1)).copied().flatten();
        self.selected = 0;
    }
}

/// What became of it.
pub(super) struct Done {
    pub report: Box<ImportReport>,
    pub undone: bool,
    /// It is being taken back.
    pub undoing: bool,
}

/// `à créer`, of rows in a plan.
pub(super) fn fate_name(locale: &Locale, fate: ImportFate) -> String {
    match fate {
        ImportFate::Create => t!(locale, "import-fate-create"),
        ImportFate::Update => t!(locale, "import-fate-update"),
        ImportFate::Unchanged => t!(locale, "import-fate-unchanged"),
        ImportFate::Refuse => t!(locale, "import-fate-refuse"),
    }
}

/// What happens to a row: `Classe : TLL → TSE`, or the column and why it is refused.
pub(super) fn what(ctx: &Ctx, row: &ImportRow) -> String {
    if let Some((column, failure)) = &row.refused {
        let column = super::columns::change_name(ctx, column);
        // The failure's own field name says the same as the column.
        let why = match failure {
            crate::protocol::Failure::Invalid { why, .. } => text::why(&ctx.locale, why),
            other => text::failure(&ctx.locale, other),
        };
        if column.is_empty() {
            return why;
        }
        return t!(ctx.locale, "import-refused-row", column = column, why = why);
    }
    let empty = |text: &str| if text.is_empty() { "—".to_owned() } else { sanitise::line(text) };
    let one = |(key, (old, new)): (&String, &(String, String))| {
        let name = super::columns::change_name(ctx, key);
        t!(ctx.locale, "import-change", name = name, old = empty(old), new = empty(new))
    };
    row.changes.iter().map(one).collect::<Vec<_>>().join(" · ")
}

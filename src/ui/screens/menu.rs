//! What can be opened: the one table behind the home menu and the palette.

use super::Route;
use crate::{
    domain::{
        access::{Action, Principal, own_students},
        entities::Role,
        id::StudentId,
    },
    ui::ctx::Ctx,
};

/// Groups of the home menu, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Daily,
    School,
    Installation,
}

impl Section {
    pub const ALL: [Self; 3] = [Self::Daily, Self::School, Self::Installation];

    /// Locale id of its heading.
    #[must_use]
    pub fn heading(self) -> &'static str {
        match self {
            Self::Daily => "menu-section-daily",
            Self::School => "menu-section-school",
            Self::Installation => "menu-section-installation",
        }
    }
}

/// An entry of the menu.
pub struct MenuItem {
    pub section: Section,
    /// Locale id of its name.
    pub label: &'static str,
    pub about: About,
    /// Who may open it: whoever may do this; `None`: everybody.
    pub needs: Option<Action>,
    pub route: fn() -> Route,
}

/// The line that explains an entry, by locale id: what the user may do there.
#[derive(Clone, Copy)]
pub enum About {
    All(&'static str),
    /// For those who may do this; the other for those who only look.
    If(Action, &'static str, &'static str),
    /// The same with two acts: both, the first alone, none.
    Both([Action; 2], [&'static str; 3]),
}

impl About {
    /// The id for this user.
    #[must_use]
    pub fn of(self, ctx: &Ctx) -> &'static str {
        match self {
            Self::All(id) => id,
            Self::If(action, able, looking) => {
                if ctx.may(action) {
                    able
                } else {
                    looking
                }
            }
            Self::Both([one, both], [all, some, none]) => match (ctx.may(one), ctx.may(both)) {
                (true, true) => all,
                (true, false) => some,
                (false, _) => none,
            },
        }
    }

    #[cfg(test)]
    fn ids(self) -> Vec<&'static str> {
        match self {
            Self::All(id) => vec![id],
            Self::If(_, able, looking) => vec![able, looking],
            Self::Both(_, ids) => ids.to_vec(),
        }
    }
}

/// Every entry.
pub const MENU: &[MenuItem] = &[
    MenuItem {
        section: Section::Daily,
        label: "menu-sheets",
        about: About::If(Action::EditSheet, "menu-sheets-about", "menu-sheets-about-look"),
        needs: Some(Action::ViewSheet),
        route: || Route::SheetPicker { class: None },
    },
    MenuItem {
        section: Section::Daily,
        label: "menu-remarks",
        about: About::If(Action::EditSheet, "menu-remarks-about", "menu-remarks-about-look"),
        needs: Some(Action::ViewSheet),
        route: || Route::RemarksPicker,
    },
    MenuItem {
        section: Section::Daily,
        label: "menu-follow-up",
        about: About::If(Action::EditFollowUp, "menu-follow-up-about", "menu-follow-up-about-look"),
        needs: Some(Action::ViewStatistics),
        route: || Route::FollowUpPicker,
    },
    MenuItem {
        section: Section::Daily,
        label: "menu-council",
        about: About::If(Action::EditCouncil, "menu-council-about", "menu-council-about-look"),
        needs: Some(Action::ViewStatistics),
        route: || Route::CouncilPicker,
    },
    MenuItem {
        section: Section::Daily,
        label: "menu-kept",
        about: About::All("menu-kept-about"),
        needs: Some(Action::EditSheet),
        route: || Route::Kept,
    },
    MenuItem {
        section: Section::Daily,
        label: "students-title",
        about: About::Both(
            [Action::EditStudents, Action::DeleteStudents],
            ["students-about", "students-about-edit", "students-about-look"],
        ),
        needs: Some(Action::ViewStudents),
        route: || Route::Students { class: None, points: None },
    },
    MenuItem {
        section: Section::Daily,
        label: "directory-title",
        about: About::If(Action::EditStudents, "directory-about", "directory-about-look"),
        needs: Some(Action::ViewStudents),
        route: || Route::Directory,
    },
    MenuItem {
        section: Section::Daily,
        label: "student-form-title-new",
        about: About::All("student-form-about"),
        needs: Some(Action::EditStudents),
        route: || Route::StudentNew,
    },
    MenuItem {
        section: Section::Daily,
        label: "stats-title",
        about: About::All("menu-stats-about"),
        needs: Some(Action::ViewStatistics),
        route: || Route::Statistics,
    },
    MenuItem {
        section: Section::Daily,
        label: "completion-title",
        about: About::All("completion-about"),
        needs: Some(Action::ViewSheet),
        route: || Route::Completion,
    },
    MenuItem {
        section: Section::Daily,
        label: "menu-my-marks",
        about: About::All("menu-my-marks-about"),
        needs: Some(Action::ViewMarks),
        route: || Route::MyMarks,
    },
    MenuItem {
        section: Section::School,
        label: "years-title",
        about: About::All("menu-years-about"),
        needs: Some(Action::ViewSetup),
        route: || Route::Years,
    },
    MenuItem {
        section: Section::School,
        label: "levels-title",
        about: About::All("menu-levels-about"),
        needs: Some(Action::ViewSetup),
        route: || Route::Levels,
    },
    MenuItem {
        section: Section::School,
        label: "classes-title",
        about: About::All("menu-classes-about"),
        needs: Some(Action::ViewSetup),
        route: || Route::Classes,
    },
    MenuItem {
        section: Section::School,
        label: "subjects-title",
        about: About::All("menu-subjects-about"),
        needs: Some(Action::ViewSetup),
        route: || Route::Subjects,
    },
    MenuItem {
        section: Section::School,
        label: "options-title",
        about: About::All("menu-options-about"),
        needs: Some(Action::EditStudents),
        route: || Route::Options,
    },
    MenuItem {
        section: Section::School,
        label: "assignments-title",
        about: About::All("menu-assignments-about"),
        needs: Some(Action::ViewSetup),
        route: || Route::Assignments,
    },
    MenuItem {
        section: Section::School,
        label: "users-title",
        about: About::All("menu-users-about"),
        needs: Some(Action::ViewUsers),
        route: || Route::Users,
    },
    MenuItem {
        section: Section::School,
        label: "menu-evaluations",
        about: About::All("menu-evaluations-about"),
        needs: Some(Action::EditSheet),
        route: || Route::EvaluationPicker,
    },
    MenuItem {
        section: Section::School,
        label: "phrases-title",
        about: About::All("phrases-menu-about"),
        needs: Some(Action::ViewSheet),
        route: || Route::Phrases,
    },
    MenuItem {
        section: Section::School,
        label: "rules-title",
        about: About::If(Action::EditSetup, "rules-about", "rules-about-look"),
        needs: Some(Action::ViewSetup),
        route: || Route::Rules,
    },
    MenuItem {
        section: Section::School,
        label: "closing-title",
        about: About::If(Action::EditSetup, "closing-about", "closing-about-look"),
        needs: Some(Action::ViewSetup),
        route: || Route::Closing,
    },
    MenuItem {
        section: Section::School,
        label: "turn-title",
        about: About::If(Action::EditSetup, "turn-menu-about", "turn-menu-about-look"),
        // Everybody's averages stand there: not for teachers, who see their own classes.
        needs: Some(Action::ViewUsers),
        route: || Route::Turn { class: None },
    },
    MenuItem {
        section: Section::School,
        label: "import-title",
        about: About::All("menu-import-about"),
        needs: Some(Action::Import),
        route: || Route::Import,
    },
    MenuItem {
        section: Section::Installation,
        label: "audit-title",
        about: About::All("audit-about"),
        needs: Some(Action::ViewHealth),
        route: || Route::Audit,
    },
    MenuItem {
        section: Section::Installation,
        label: "menu-health",
        about: About::If(Action::Backup, "menu-health-about", "menu-health-about-look"),
        needs: Some(Action::ViewHealth),
        route: || Route::Health,
    },
    MenuItem {
        section: Section::Installation,
        label: "menu-password",
        about: About::All("menu-password-about"),
        needs: None,
        route: || Route::Password,
    },
];

/// Who teaches nothing this year still reads what was taught before.
fn past(ctx: &Ctx, route: &Route, action: Action) -> bool {
    let dated = *route == Route::SheetPicker { class: None }
        || [Route::RemarksPicker, Route::Statistics, Route::Completion].contains(route);
    dated && !ctx.past_years(action).is_empty()
}

/// The entries that the user may open.
pub fn items(ctx: &Ctx) -> impl Iterator<Item = &'static MenuItem> {
    let mine = parent_too(ctx);
    let fits = move |item: &&MenuItem| {
        let route = (item.route)();
        item.needs.is_none_or(|action| ctx.may(action) || past(ctx, &route, action)) && {
            (mine || route != Route::MyMarks) && (!ctx.kept.is_empty() || route != Route::Kept)
        }
    };
    MENU.iter().filter(fits)
}

/// One of the staff whose children are at the school. (For families, their marks are home itself.)
fn parent_too(ctx: &Ctx) -> bool {
    let family = |who: &Principal| matches!(who.role, Role::Student | Role::Parent);
    ctx.who().is_some_and(|who| !family(who) && !own_students(who).is_empty())
}

/// The same as names and routes, for the palette; and home.
#[must_use]
pub fn entries(ctx: &Ctx) -> Vec<(String, Route)> {
    let home = (ctx.locale.get("home-title"), Route::Home);
    let gone = (ctx.locale.get("deleted-title"), Route::DeletedStudents);
    let gone = ctx.may(Action::DeleteStudents).then_some(gone);
    std::iter::once(home)
        .chain(gone)
        .chain(items(ctx).map(|item| (ctx.locale.get(item.label), (item.route)())))
        .collect()
}

/// Where a class leads in the palette.
#[must_use]
pub fn classes(ctx: &Ctx) -> Vec<(String, Route)> {
    if !ctx.may(Action::ViewStudents) {
        return Vec::new();
    }
    let classes = ctx.setup().map(|setup| setup.classes.as_slice()).unwrap_or_default();
    classes
        .iter()
        .map(|class| {
            let label = crate::t!(ctx.locale, "students-of-class", class = class.name.as_str());
            (label, Route::Students { class: Some(class.id.clone()), points: None })
        })
        .collect()
}

/// Where a student leads in the palette; `None`: nowhere for this user.
#[must_use]
pub fn student(ctx: &Ctx, id: &StudentId) -> Option<Route> {
    ctx.may(Action::ViewStudents).then(|| Route::Student { id: id.clone(), place: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Locale, sanitise};

    #[test]
    fn what_explains_an_entry_is_never_cut_at_80_columns() {
        for lang in Lang::ALL {
            let locale = Locale::new(lang);
            for item in MENU {
                let label = locale.get(item.label);
                assert!(sanitise::width(&label) <= 26, "{label}");
                for id in item.about.ids() {
                    assert!(locale.has(id), "{id}");
                    let about = locale.get(id);
                    assert!(sanitise::width(&about) <= 45, "{label}: {about}");
                }
            }
        }
    }
}

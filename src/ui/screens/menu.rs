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
    /// Locale ids of its name and of the line that explains it.
    pub label: &'static str,
    pub about: &'static str,
    /// Who may open it: whoever may do this; `None`: everybody.
    pub needs: Option<Action>,
    pub route: fn() -> Route,
}

/// Every entry.
pub const MENU: &[MenuItem] = &[
    MenuItem {
        section: Section::Daily,
        label: "menu-sheets",
        about: "menu-sheets-about",
        needs: Some(Action::ViewSheet),
        route: || Route::SheetPicker { class: None },
    },
    MenuItem {
        section: Section::Daily,
        label: "menu-kept",
        about: "menu-kept-about",
        needs: Some(Action::EditSheet),
        route: || Route::Kept,
    },
    MenuItem {
        section: Section::Daily,
        label: "students-title",
        about: "students-about",
        needs: Some(Action::ViewStudents),
        route: || Route::Students { class: None, points: None },
    },
    MenuItem {
        section: Section::Daily,
        label: "student-form-title-new",
        about: "student-form-about",
        needs: Some(Action::EditStudents),
        route: || Route::StudentNew,
    },
    MenuItem {
        section: Section::Daily,
        label: "stats-title",
        about: "menu-stats-about",
        needs: Some(Action::ViewStatistics),
        route: || Route::Statistics,
    },
    MenuItem {
        section: Section::Daily,
        label: "menu-my-marks",
        about: "menu-my-marks-about",
        needs: Some(Action::ViewMarks),
        route: || Route::MyMarks,
    },
    MenuItem {
        section: Section::School,
        label: "classes-title",
        about: "menu-classes-about",
        needs: Some(Action::ViewSetup),
        route: || Route::Classes,
    },
    MenuItem {
        section: Section::School,
        label: "subjects-title",
        about: "menu-subjects-about",
        needs: Some(Action::ViewSetup),
        route: || Route::Subjects,
    },
    MenuItem {
        section: Section::School,
        label: "assignments-title",
        about: "menu-assignments-about",
        needs: Some(Action::ViewSetup),
        route: || Route::Assignments,
    },
    MenuItem {
        section: Section::School,
        label: "users-title",
        about: "menu-users-about",
        needs: Some(Action::ViewUsers),
        route: || Route::Users,
    },
    MenuItem {
        section: Section::School,
        label: "menu-evaluations",
        about: "menu-evaluations-about",
        needs: Some(Action::EditSheet),
        route: || Route::EvaluationPicker,
    },
    MenuItem {
        section: Section::School,
        label: "import-title",
        about: "menu-import-about",
        needs: Some(Action::Import),
        route: || Route::Import,
    },
    MenuItem {
        section: Section::Installation,
        label: "audit-title",
        about: "audit-about",
        needs: Some(Action::ViewHealth),
        route: || Route::Audit,
    },
    MenuItem {
        section: Section::Installation,
        label: "menu-health",
        about: "menu-health-about",
        needs: Some(Action::ViewHealth),
        route: || Route::Health,
    },
    MenuItem {
        section: Section::Installation,
        label: "menu-password",
        about: "menu-password-about",
        needs: None,
        route: || Route::Password,
    },
];

/// The entries that the user may open.
pub fn items(ctx: &Ctx) -> impl Iterator<Item = &'static MenuItem> {
    let mine = parent_too(ctx);
    let fits = move |item: &&MenuItem| {
        item.needs.is_none_or(|action| ctx.may(action)) && {
            let route = (item.route)();
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
                let (label, about) = (locale.get(item.label), locale.get(item.about));
                assert!(sanitise::width(&label) <= 26, "{label}");
                assert!(sanitise::width(&about) <= 45, "{label}: {about}");
            }
        }
    }
}

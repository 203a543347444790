//! Who may do what: the one policy, asked by the backend's guard for every request (`domain.md`, Roles).

use serde::{Deserialize, Serialize};

use super::{
    entities::Role,
    id::{ClassId, StudentId, SubjectId, UserId},
};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// `None` for the service account on the command line (`cli:admin`).
    pub user: Option<UserId>,
    pub role: Role,
    /// A student's own record.
    pub student: Option<StudentId>,
    /// A parent's children, or those of a teacher who is also a parent.
    pub children: Vec<StudentId>,
    /// A teacher's classes and subjects of the current year.
    pub charges: Vec<(ClassId, SubjectId)>,
    /// The classes that a teacher answers for (professeur principal).
    #[serde(default)]
    pub heads: Vec<ClassId>,
}

impl Principal {
    /// As audit entries and `updated_by` name them.
    #[must_use]
    pub fn actor(&self) -> &str {
        self.user.as_ref().map_or("cli:admin", UserId::as_str)
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Lists of students and their cards.
    ViewStudents,
    /// Add and change students (not their marks).
    EditStudents,
    DeleteStudents,
    /// Marks and averages of one student.
    ViewMarks,
    /// A class's sheet.
    ViewSheet,
    /// Marks and evaluations of a sheet, and its appreciations.
    EditSheet,
    /// Absences, late arrivals and conduct of a class.
    EditFollowUp,
    /// General appreciations and honours of a class.
    EditCouncil,
    /// Classes, subjects, coefficients, years, rules: read.
    ViewSetup,
    /// The same: change.
    EditSetup,
    ViewUsers,
    EditUsers,
    ViewStatistics,
    ViewHistory,
    Import,
    Export,
    Backup,
    ViewHealth,
}

impl Action {
    pub const ALL: [Self; 18] = [
        Self::ViewStudents,
        Self::EditStudents,
        Self::DeleteStudents,
        Self::ViewMarks,
        Self::ViewSheet,
        Self::EditSheet,
        Self::EditFollowUp,
        Self::EditCouncil,
        Self::ViewSetup,
        Self::EditSetup,
        Self::ViewUsers,
        Self::EditUsers,
        Self::ViewStatistics,
        Self::ViewHistory,
        Self::Import,
        Self::Export,
        Self::Backup,
        Self::ViewHealth,
    ];
}

/// What it is asked of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// The whole school.
    School,
    /// A student, in a class or in none.
    Student { id: StudentId, class: Option<ClassId> },
    /// A class as a whole (its statistics, its list).
    Class(ClassId),
    /// One subject in one class.
    Sheet { class: ClassId, subject: SubjectId },
}

/// The part of the school an action reaches for somebody: lists are cut to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Everything,
    /// Only what belongs to these classes.
    Classes(Vec<ClassId>),
    /// Only these students.
    Students(Vec<StudentId>),
    Nothing,
}

/// How far a role's word goes before the user's own charges, children or record cut it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Everything,
    OwnClasses,
    /// The classes that one answers for.
    HeadedClasses,
    OwnStudents,
    Nothing,
}

/// The policy as a table: one line an action, one column a role. No wildcard: a new action must be decided for all.
fn reach(role: Role, action: Action) -> Reach {
    use Reach::{Everything as E, HeadedClasses as H, Nothing as N, OwnClasses as C, OwnStudents as S};
    // One line an action, told apart by eye: the same reach for two actions is chance, not a rule.
    #[expect(clippy::match_same_arms, reason = "a table")]
    #[rustfmt::skip]
    //                            admin head bursar secretary supervisor teacher student parent
    let row: [Reach; 8] = match action {
        Action::ViewStudents   => [E,   E,   E,     E,        E,         C,      N,      N],
        Action::EditStudents   => [E,   N,   N,     E,        N,         N,      N,      N],
        Action::DeleteStudents => [E,   N,   N,     N,        N,         N,      N,      N],
        Action::ViewMarks      => [E,   E,   N,     E,        E,         C,      S,      S],
        Action::ViewSheet      => [E,   E,   N,     E,        N,         C,      N,      N],
        Action::EditSheet      => [E,   N,   N,     N,        N,         C,      N,      N],
        Action::EditFollowUp   => [E,   N,   N,     N,        E,         H,      N,      N],
        Action::EditCouncil    => [E,   E,   N,     N,        N,         H,      N,      N],
        Action::ViewSetup      => [E,   E,   E,     E,        E,         E,      N,      N],
        Action::EditSetup      => [E,   N,   N,     N,        N,         N,      N,      N],
        Action::ViewUsers      => [E,   E,   N,     N,        N,         N,      N,      N],
        Action::EditUsers      => [E,   N,   N,     N,        N,         N,      N,      N],
        Action::ViewStatistics => [E,   E,   N,     E,        E,         C,      N,      N],
        Action::ViewHistory    => [E,   E,   N,     E,        N,         C,      N,      N],
        Action::Import         => [E,   N,   N,     E,        N,         N,      N,      N],
        Action::Export         => [E,   E,   N,     E,        N,         C,      N,      N],
        Action::Backup         => [E,   N,   N,     N,        N,         N,      N,      N],
        Action::ViewHealth     => [E,   E,   N,     N,        N,         N,      N,      N],
    };
    let [admin, head, bursar, secretary, supervisor, teacher, student, parent] = row;
    match role {
        Role::Admin => admin,
        Role::Head => head,
        Role::Bursar => bursar,
        Role::Secretary => secretary,
        Role::Supervisor => supervisor,
        Role::Teacher => teacher,
        Role::Student => student,
        Role::Parent => parent,
    }
}

/// The children and the own record of `who`, whatever the role: a teacher or a bursar may be a parent too.
#[must_use]
pub fn own_students(who: &Principal) -> Vec<StudentId> {
    who.children.iter().chain(&who.student).cloned().collect()
}

/// Students whose marks `who` sees by a link, whatever the role.
fn linked(who: &Principal, action: Action) -> Scope {
    let own: Vec<StudentId> = match action {
        Action::ViewMarks => own_students(who),
        Action::ViewStudents
        | Action::EditStudents
        | Action::DeleteStudents
        | Action::ViewSheet
        | Action::EditSheet
        | Action::EditFollowUp
        | Action::EditCouncil
        | Action::ViewSetup
        | Action::EditSetup
        | Action::ViewUsers
        | Action::EditUsers
        | Action::ViewStatistics
        | Action::ViewHistory
        | Action::Import
        | Action::Export
        | Action::Backup
        | Action::ViewHealth => Vec::new(),
    };
    if own.is_empty() { Scope::Nothing } else { Scope::Students(own) }
}

/// What is about a class as a whole reaches those who answer for it, also where they teach nothing there.
fn of_whole_class(action: Action) -> bool {
    match action {
        Action::ViewStudents | Action::ViewMarks | Action::ViewStatistics => true,
        Action::EditStudents
        | Action::DeleteStudents
        | Action::ViewSheet
        | Action::EditSheet
        | Action::EditFollowUp
        | Action::EditCouncil
        | Action::ViewSetup
        | Action::EditSetup
        | Action::ViewUsers
        | Action::EditUsers
        | Action::ViewHistory
        | Action::Import
        | Action::Export
        | Action::Backup
        | Action::ViewHealth => false,
    }
}

/// How far `action` reaches for `who`: what lists are cut to. A teacher's list is that of the classes; the children of
/// one who is also a parent are reached one by one ([`allows`]).
#[must_use]
pub fn scope(who: &Principal, action: Action) -> Scope {
    match reach(who.role, action) {
        Reach::Everything => Scope::Everything,
        Reach::Nothing | Reach::OwnStudents => linked(who, action),
        Reach::OwnClasses => {
            let mut classes: Vec<ClassId> = who.charges.iter().map(|(class, _)| class.clone()).collect();
            if of_whole_class(action) {
                classes.extend(who.heads.iter().cloned());
            }
            classes.sort();
            classes.dedup();
            if classes.is_empty() { linked(who, action) } else { Scope::Classes(classes) }
        }
        Reach::HeadedClasses if who.heads.is_empty() => Scope::Nothing,
        Reach::HeadedClasses => Scope::Classes(who.heads.clone()),
    }
}

/// May `who` see a student's marks in one subject? A teacher sees those of own charges only, the general averages of
/// the whole class (`domain.md`, Roles: "marks of own subjects and classes").
#[must_use]
pub fn sees_subject(who: &Principal, class: Option<&ClassId>, subject: &SubjectId) -> bool {
    match scope(who, Action::ViewMarks) {
        Scope::Everything | Scope::Students(_) => true,
        Scope::Nothing => false,
        Scope::Classes(_) => {
            who.charges.iter().any(|(own_class, own_subject)| Some(own_class) == class && own_subject == subject)
        }
    }
}

/// May `who` do `action` to `resource`?
#[must_use]
pub fn allows(who: &Principal, action: Action, resource: &Resource) -> bool {
    let in_charge = |class: &ClassId, subject: &SubjectId| {
        who.charges.iter().any(|(own_class, own_subject)| own_class == class && own_subject == subject)
    };
    match scope(who, action) {
        Scope::Everything => true,
        Scope::Nothing => false,
        Scope::Classes(classes) => match resource {
            Resource::School => false,
            Resource::Student { id, class } => {
                let linked = matches!(linked(who, action), Scope::Students(own) if own.contains(id));
                linked || class.as_ref().is_some_and(|class| classes.contains(class))
            }
            Resource::Class(class) => classes.contains(class),
            // A sheet is its teacher's own, not every teacher's of the class.
            Resource::Sheet { class, subject } => in_charge(class, subject),
        },
        Scope::Students(students) => match resource {
            Resource::Student { id, .. } => students.contains(id),
            Resource::School | Resource::Class(_) | Resource::Sheet { .. } => false,
        },
    }
}

#[cfg(test)]
mod tests;

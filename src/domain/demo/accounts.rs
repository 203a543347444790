//! The accounts of a demo school: one a role, all with one password that its login screen shows, and more teachers.

use super::{
    chance::{Chance, Kind, identifier},
    crowd::Crowd,
    marks::taught,
    people,
};
use crate::domain::{
    calendar::YearId,
    entities::{Assignment, Role, Sex, StaffFile, User},
    id::{StudentId, UserId},
    text_values::{Name, Phone, Username},
};

/// The password of every account of a demo school, and only there.
pub const PASSWORD: &str = "carnet-demo";

/// One account a role.
#[must_use]
pub fn accounts() -> [(Role, &'static str); 8] {
    [
        (Role::Admin, "admin"),
        (Role::Head, "proviseur"),
        (Role::Bursar, "econome"),
        (Role::Secretary, "secretariat"),
        (Role::Supervisor, "surveillant"),
        (Role::Teacher, "prof"),
        (Role::Student, "eleve"),
        (Role::Parent, "parent"),
    ]
}

/// A large school's teachers beyond these classes are not made up: nobody looks at them.
const TAUGHT: usize = 40;
/// How many classes one teacher has in a subject.
const CHARGES: usize = 4;
/// The stream of chance that names the staff; classes have theirs from 0 on.
const STREAM: u64 = u64::MAX;

/// Accounts and what the teachers teach.
pub(super) fn staff(crowd: &Crowd, year: &YearId, hash: &str) -> (Vec<User>, Vec<Assignment>) {
    let chance = Chance::new(crowd.seed(), STREAM);
    let mut maker = Maker { crowd, chance, hash, family: Family::of(crowd), users: Vec::new() };
    let mut first_teacher = None;
    for (role, username) in accounts() {
        let user = maker.add(role, username);
        if role == Role::Teacher {
            first_teacher = user;
        }
    }
    let mut assignments = Vec::new();
    for subject in crowd.subjects() {
        let classes: Vec<_> = crowd.classes().iter().take(TAUGHT).filter(|class| taught(subject, class)).collect();
        for group in classes.chunks(CHARGES) {
            // The account `prof` is the mathematics teacher of the first classes.
            let mathematics = subject.short.as_ref().is_some_and(|short| short.as_str() == "MATH");
            let own = if mathematics { first_teacher.take() } else { None };
            let username = format!("prof{}", maker.users.len().saturating_sub(6));
            let Some(teacher) = own.or_else(|| maker.add(Role::Teacher, &username)) else { continue };
            assignments.extend(group.iter().map(|class| Assignment {
                id: Assignment::id_of(year, &class.id, &subject.id, &teacher),
                teacher: teacher.clone(),
                class: class.id.clone(),
                subject: subject.id.clone(),
                year: year.clone(),
            }));
        }
    }
    (maker.users, assignments)
}

/// The pupil behind the account `eleve`, and the children of `parent`: that one and, where there is one, somebody of
/// the same name in the class.
struct Family {
    pupil: Option<(&'static str, &'static str)>,
    children: Vec<StudentId>,
}

impl Family {
    fn of(crowd: &Crowd) -> Self {
        let names = crowd.first_class();
        let pupil = names.first().copied();
        let sibling =
            names.iter().zip(0_u32..).skip(1).find(|((last, _), _)| pupil.is_some_and(|(own, _)| own == *last));
        let numbers = pupil.map(|_| 0).into_iter().chain(sibling.map(|(_, number)| number));
        Self { pupil, children: numbers.map(|number| crowd.student(number).0).collect() }
    }
}

struct Maker<'a> {
    crowd: &'a Crowd,
    chance: Chance,
    hash: &'a str,
    family: Family,
    users: Vec<User>,
}

impl Maker<'_> {
    fn add(&mut self, role: Role, username: &str) -> Option<UserId> {
        let number = u64::try_from(self.users.len()).ok()?;
        let id = UserId::new(identifier(self.crowd.seed(), self.crowd.at(), Kind::User, number));
        let sex = if self.chance.in_thousand(500) { Sex::Female } else { Sex::Male };
        let drawn = people::name(&mut self.chance, sex);
        let (last, first) = match (role, self.family.pupil) {
            (Role::Student, Some(pupil)) => pupil,
            (Role::Parent, Some((last, _))) => (last, drawn.1),
            (
                Role::Admin
                | Role::Head
                | Role::Bursar
                | Role::Secretary
                | Role::Supervisor
                | Role::Teacher
                | Role::Student
                | Role::Parent,
                _,
            ) => drawn,
        };
        let (student, student_phone): (Option<_>, Option<Phone>) = match role {
            Role::Student => {
                let (id, phone) = self.crowd.student(0);
                (Some(id), phone)
            }
            Role::Admin
            | Role::Head
            | Role::Bursar
            | Role::Secretary
            | Role::Supervisor
            | Role::Teacher
            | Role::Parent => (None, None),
        };
        let children = if role == Role::Parent { self.family.children.clone() } else { Vec::new() };
        self.users.push(User {
            id: id.clone(),
            username: Username::parse(username).ok()?,
            display_name: Name::parse(&format!("{first} {last}")).ok()?,
            password_hash: self.hash.to_owned(),
            role,
            disabled: false,
            must_change: false,
            student,
            student_phone,
            children,
            staff: StaffFile::default(),
            session_epoch: 0,
        });
        Some(id)
    }
}

use std::fmt::Write;

use proptest::prelude::*;

use super::*;

fn student(id: &str, class: Option<&str>) -> Resource {
    Resource::Student { id: StudentId::new(id), class: class.map(ClassId::new) }
}

fn sheet(class: &str, subject: &str) -> Resource {
    Resource::Sheet { class: ClassId::new(class), subject: SubjectId::new(subject) }
}

/// Teaches maths in TSE; is, or has the care of, the student `awa`.
fn person(role: Role) -> Principal {
    let teacher = role == Role::Teacher;
    Principal {
        user: Some(UserId::new("u")),
        role,
        student: (role == Role::Student).then(|| StudentId::new("awa")),
        children: if role == Role::Parent { vec![StudentId::new("awa")] } else { Vec::new() },
        charges: if teacher { vec![(ClassId::new("TSE"), SubjectId::new("math"))] } else { Vec::new() },
        heads: if teacher { vec![ClassId::new("TSE")] } else { Vec::new() },
    }
}

/// What is one's own, then what is not.
fn resources() -> [(&'static str, Resource); 8] {
    [
        ("school", Resource::School),
        ("own student", student("awa", Some("TSE"))),
        ("other student", student("issa", Some("TLL"))),
        ("student without class", student("zie", None)),
        ("own class", Resource::Class(ClassId::new("TSE"))),
        ("other class", Resource::Class(ClassId::new("TLL"))),
        ("own sheet", sheet("TSE", "math")),
        ("colleague's sheet", sheet("TSE", "fr")),
    ]
}

/// One letter a resource that is allowed, a dot where it is refused.
#[test]
fn who_may_what() {
    let mut table = String::from("letters: ");
    for (index, (name, _)) in resources().iter().enumerate() {
        let letter = char::from(b'a' + u8::try_from(index).unwrap());
        write!(table, "{letter} {name}, ").unwrap();
    }
    table.push('\n');
    for action in Action::ALL {
        write!(table, "{:<15}", format!("{action:?}")).unwrap();
        for role in Role::ALL {
            let cells: String = resources()
                .iter()
                .zip('a'..)
                .map(|((_, resource), letter)| if allows(&person(role), action, resource) { letter } else { '.' })
                .collect();
            write!(table, " {}:{cells}", role.as_str()).unwrap();
        }
        table.push('\n');
    }
    insta::assert_snapshot!(table);
}

#[test]
fn a_teacher_or_bursar_may_be_a_parent() {
    for role in [Role::Teacher, Role::Bursar] {
        let parent = Principal { children: vec![StudentId::new("issa")], ..person(role) };
        assert!(allows(&parent, Action::ViewMarks, &student("issa", Some("TLL"))));
        assert!(!allows(&person(role), Action::ViewMarks, &student("issa", Some("TLL"))));
        assert!(!allows(&parent, Action::EditSheet, &student("issa", Some("TLL"))));
    }
}

/// Serde's complaint names every action there is: the table above must have them all.
#[test]
fn no_action_is_forgotten() {
    let complaint = serde_json::from_str::<Action>("\"no such action\"").unwrap_err().to_string();
    for action in Action::ALL {
        assert!(complaint.contains(&format!("`{}`", serde_json::to_value(action).unwrap().as_str().unwrap())));
    }
    // Two quotes around each, and around what was read.
    assert_eq!(complaint.matches('`').count(), 2 * (Action::ALL.len() + 1), "{complaint}");
}

fn principals() -> impl Strategy<Value = Principal> {
    let ids = || proptest::collection::vec("[ab]", 0..3);
    (0..Role::ALL.len(), proptest::option::of("[ab]"), ids(), proptest::collection::vec(("[ab]", "[xy]"), 0..3))
        .prop_map(|(role, student, children, charges)| Principal {
            user: None,
            role: Role::ALL[role],
            student: student.map(StudentId::new),
            children: children.into_iter().map(StudentId::new).collect(),
            heads: charges.iter().take(1).map(|(c, _)| ClassId::new(c)).collect(),
            charges: charges.into_iter().map(|(c, s)| (ClassId::new(c), SubjectId::new(s))).collect(),
        })
}

fn any_resource() -> impl Strategy<Value = Resource> {
    prop_oneof![
        Just(Resource::School),
        ("[abc]", proptest::option::of("[abc]"))
            .prop_map(|(id, class)| Resource::Student { id: StudentId::new(id), class: class.map(ClassId::new) }),
        "[abc]".prop_map(|class| Resource::Class(ClassId::new(class))),
        ("[abc]", "[xyz]").prop_map(|(class, subject)| sheet(&class, &subject)),
    ]
}

proptest! {
    #[test]
    fn what_is_allowed_lies_within_the_scope(who in principals(), place in 0..Action::ALL.len(), resource in any_resource()) {
        let action = Action::ALL[place];
        let allowed = allows(&who, action, &resource);
        match scope(&who, action) {
            Scope::Everything => prop_assert!(allowed),
            Scope::Nothing => prop_assert!(!allowed),
            Scope::Classes(classes) => {
                prop_assert!(!classes.is_empty());
                let child = |id| action == Action::ViewMarks && who.children.iter().chain(&who.student).any(|own| own == id);
                let within = match &resource {
                    Resource::School => false,
                    Resource::Student { id, class } => {
                        child(id) || class.as_ref().is_some_and(|class| classes.contains(class))
                    }
                    Resource::Class(class) | Resource::Sheet { class, .. } => classes.contains(class),
                };
                prop_assert!(within || !allowed);
            }
            Scope::Students(students) => {
                prop_assert!(!students.is_empty());
                let own = matches!(&resource, Resource::Student { id, .. } if students.contains(id));
                prop_assert_eq!(allowed, own);
            }
        }
    }
}

//! Students: lists, cards, changes.

mod card;
mod delete;
mod history;
mod list;
mod mine;
mod save;
pub(in crate::backend) mod write;

pub(in crate::backend) use card::{classes_of, find_by_matricule, open, results_of, sheets_of};
pub(in crate::backend) use delete::{delete, deleted, deleted_names};
pub(in crate::backend) use history::{cell_history, history, names_of};
pub(in crate::backend) use list::{count, find, list};
pub(in crate::backend) use mine::{my_marks, seen_by_family};
pub(in crate::backend) use save::save;

use crate::{
    backend::cx::{Cx, Fault},
    domain::{
        access::Resource,
        entities::{Student, User},
        id::StudentId,
        query::Filter,
        schema::Stored,
    },
    store::Records,
};

/// A student as what is asked of.
pub(in crate::backend) fn resource(student: &Student) -> Resource {
    Resource::Student { id: student.id.clone(), class: student.class.clone() }
}

/// The account of a student, if there is one.
pub(in crate::backend) async fn account_of(cx: &Cx, student: &StudentId) -> Result<Option<Stored<User>>, Fault> {
    Ok(cx.store.every::<User>(&Filter::equals("student", student.as_str())).await?.into_iter().next())
}

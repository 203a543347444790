//! The turn from a year to the next: who goes where, the council's word, and the opening.

mod decide;
mod enrol;
mod ground;
mod open;
mod plan;
mod year_rules;

pub(in crate::backend) use decide::{decide, map_class};
pub(in crate::backend) use enrol::enrol_ahead;
pub(in crate::backend) use open::open;
pub(in crate::backend) use plan::plan;
pub(in crate::backend) use year_rules::{decided, rules_of_year};

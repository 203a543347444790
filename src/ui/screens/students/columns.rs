//! The columns of the table: which, how wide, in what order the list is read by each.

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        access::Action,
        query::{Direction, Sort},
        text_values::Phone,
    },
    protocol::{Field, StudentRow},
    t, text,
    text::{Locale, agree, format, sanitise},
    ui::ctx::Ctx,
};

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    Matricule,
    LastName,
    FirstName,
    Class,
    Average,
    Phone,
    Status,
}

/// Columns and order, as the user left them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub columns: Vec<Column>,
    /// `None`: by average, or by name for who does not see marks.
    pub order: Option<Order>,
}

impl Default for Choice {
    fn default() -> Self {
        use Column::{Average, Class, FirstName, LastName, Matricule};
        Self { columns: vec![Matricule, LastName, FirstName, Class, Average], order: None }
    }
}

/// By which column the list is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub by: Column,
    pub direction: Direction,
}

impl Order {
    /// The order a column begins with: the best average first, everything else from A.
    #[must_use]
    pub fn natural(by: Column) -> Self {
        let direction = match by {
            Column::Average => Direction::Descending,
            Column::Matricule
            | Column::LastName
            | Column::FirstName
            | Column::Class
            | Column::Phone
            | Column::Status => Direction::Ascending,
        };
        Self { by, direction }
    }

    /// What the table opens with.
    #[must_use]
    pub fn default_for(ctx: &Ctx) -> Self {
        Self::natural(if ctx.may(Action::ViewMarks) { Column::Average } else { Column::LastName })
    }

    /// As the store reads it; every order is an index.
    #[must_use]
    pub fn sort(self) -> Sort {
        let names = Direction::Ascending;
        match self.by {
            Column::Average => Sort::by("average", self.direction).then("name_key", names),
            Column::Class => Sort::by("class_name", self.direction).then("name_key", names),
            Column::Status => Sort::by("status", self.direction).then("name_key", names),
            Column::LastName => Sort::by("name_key", self.direction),
            Column::FirstName => Sort::by("first_key", self.direction),
            Column::Matricule => Sort::by("matricule", self.direction),
            Column::Phone => Sort::by("phone", self.direction),
        }
    }
}

impl Column {
    pub const ALL: [Self; 7] =
        [Self::Matricule, Self::LastName, Self::FirstName, Self::Class, Self::Average, Self::Phone, Self::Status];

    /// The columns this user may see.
    pub fn seen(ctx: &Ctx) -> impl Iterator<Item = Self> {
        let marks = ctx.may(Action::ViewMarks);
        Self::ALL.into_iter().filter(move |column| marks || *column != Self::Average)
    }

    /// Its heading.
    #[must_use]
    pub fn heading(self, locale: &Locale) -> String {
        match self {
            Self::Matricule => text::field_name(locale, Field::Matricule),
            Self::LastName => text::field_name(locale, Field::LastName),
            Self::FirstName => text::field_name(locale, Field::FirstName),
            Self::Class => text::field_name(locale, Field::Class),
            Self::Average => t!(locale, "students-average"),
            Self::Phone => text::field_name(locale, Field::Phone),
            Self::Status => text::field_name(locale, Field::Status),
        }
    }

    /// What it shows of a student, sanitised.
    #[must_use]
    pub fn text(self, ctx: &Ctx, row: &StudentRow) -> String {
        let shown = match self {
            Self::Matricule => row.matricule.to_string(),
            Self::LastName => row.last_name.as_str().to_uppercase(),
            Self::FirstName => row.first_name.to_string(),
            Self::Class => row.class_name.as_ref().map_or_else(|| "—".to_owned(), ToString::to_string),
            Self::Average => format::average(row.average, ctx.locale.lang()),
            Self::Phone => row.phone.as_ref().map_or_else(|| "—".to_owned(), Phone::international),
            Self::Status => agree::status(&ctx.locale, row.status, row.sex),
        };
        sanitise::line(&shown)
    }

    /// Least columns of the terminal it is worth; names grow.
    fn least(self) -> u16 {
        match self {
            Self::Matricule => 14,
            Self::LastName | Self::Status => 12,
            Self::FirstName => 10,
            Self::Class => 8,
            Self::Average => 6,
            Self::Phone => 16,
        }
    }

    /// Wider ones, where there is room.
    fn most(self) -> u16 {
        match self {
            Self::Matricule => 18,
            Self::LastName => 30,
            Self::FirstName => 28,
            Self::Class | Self::Status => 14,
            Self::Average => 6,
            Self::Phone => 16,
        }
    }

    /// Numbers stand to the right.
    #[must_use]
    pub fn right(self) -> bool {
        self == Self::Average
    }

    /// The first to go where there is no room, first.
    const DROPPED: [Self; 6] =
        [Self::Status, Self::Phone, Self::Matricule, Self::Class, Self::Average, Self::FirstName];
}

/// A column's place on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub column: Column,
    /// From the left edge of the table.
    pub x: u16,
    pub width: u16,
}

/// Where the chosen columns stand on `width` columns of the terminal; some may have to go.
#[must_use]
pub fn places(chosen: &[Column], width: u16) -> Vec<Place> {
    /// Pointer and tick, and a blank.
    const MARGIN: u16 = 4;
    let room = width.saturating_sub(MARGIN);
    let mut columns: Vec<Column> = Column::ALL.into_iter().filter(|column| chosen.contains(column)).collect();
    let taken = |columns: &[Column]| columns.iter().map(|column| column.least() + 2).sum::<u16>().saturating_sub(2);
    for dropped in Column::DROPPED {
        if taken(&columns) <= room {
            break;
        }
        columns.retain(|column| *column != dropped);
    }
    let mut widths: Vec<u16> = columns.iter().map(|column| column.least()).collect();
    let mut spare = room.saturating_sub(taken(&columns));
    while spare > 0 {
        let mut grown = false;
        for (column, width) in columns.iter().zip(&mut widths) {
            if spare > 0 && *width < column.most() {
                *width += 1;
                spare -= 1;
                grown = true;
            }
        }
        if !grown {
            break;
        }
    }
    let mut x = MARGIN;
    let mut placed = Vec::with_capacity(columns.len());
    for (column, width) in columns.into_iter().zip(widths) {
        placed.push(Place { column, x, width });
        x += width + 2;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{entities::Student, schema::Entity};

    #[test]
    fn at_eighty_columns_the_usual_ones_fit_and_nothing_runs_over() {
        let usual = Choice::default().columns;
        assert_eq!(places(&usual, 80).len(), 5);
        for width in 40..200 {
            let placed = places(&Column::ALL, width);
            assert!(placed.iter().all(|place| place.x + place.width <= width), "{width}: {placed:?}");
            assert!(placed.iter().any(|place| place.column == Column::LastName));
        }
        assert_eq!(places(&Column::ALL, 120).len(), 7);
    }

    #[test]
    fn every_order_is_one_that_the_store_has_an_index_for() {
        for column in Column::ALL {
            let Sort(keys) = Order::natural(column).sort();
            let names: Vec<&str> = keys.iter().map(|(name, _)| name.as_ref()).collect();
            let indexed = match names.as_slice() {
                [one] => Student::SCHEMA.field(one).is_some_and(|field| field.indexed),
                many => Student::SCHEMA.orders.contains(&many),
            };
            assert!(indexed, "{column:?}: {names:?}");
        }
    }
}

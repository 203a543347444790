//! The order of the rows: by name, by rank, or by the number on the class's list.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Grid;
use crate::{domain::id::StudentId, protocol::SheetRow};

/// By what the rows are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOrder {
    /// In French order of names.
    #[default]
    Name,
    /// By average, the best first, as it was when the order was chosen: rows do not move while marks are typed.
    Rank,
    /// By the number on the class's list; who has none comes last.
    Call,
}

impl RowOrder {
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Name => Self::Rank,
            Self::Rank => Self::Call,
            Self::Call => Self::Name,
        }
    }
}

impl Grid {
    #[must_use]
    pub fn order(&self) -> RowOrder {
        self.order
    }

    /// Orders the rows by what they are now. Those who left come last but for the order of names.
    pub fn order_by(&mut self, order: RowOrder) {
        self.order = order;
        let rank: HashMap<StudentId, usize> = match order {
            RowOrder::Name => self.names.clone(),
            RowOrder::Rank => {
                let mut rows: Vec<(usize, &SheetRow)> = self.sheet.rows.iter().enumerate().collect();
                let average = |row: usize| self.average(row).map(|average| average.printed);
                rows.sort_by_key(|(row, who)| {
                    (std::cmp::Reverse(average(*row)), who.left, self.names.get(&who.student).copied())
                });
                rows.iter().enumerate().map(|(place, (_, who))| (who.student.clone(), place)).collect()
            }
            RowOrder::Call => {
                let mut rows: Vec<&SheetRow> = self.sheet.rows.iter().collect();
                rows.sort_by_key(|who| {
                    (who.left, who.call_number.is_none(), who.call_number, self.names.get(&who.student).copied())
                });
                rows.iter().enumerate().map(|(place, who)| (who.student.clone(), place)).collect()
            }
        };
        self.lay_rows(&rank);
    }

    /// After a reading, which gives the rows by name: by rank they stand as they stood, whoever is new at the end.
    pub(super) fn order_again(&mut self, stood: &HashMap<StudentId, usize>) {
        self.names = places(&self.sheet.rows);
        match self.order {
            RowOrder::Name => {}
            RowOrder::Rank => self.lay_rows(stood),
            RowOrder::Call => self.order_by(RowOrder::Call),
        }
    }

    fn lay_rows(&mut self, places: &HashMap<StudentId, usize>) {
        let place = |row: &SheetRow| places.get(&row.student).copied().unwrap_or(usize::MAX);
        self.sheet.rows.sort_by_key(place);
        self.reckon();
    }
}

/// Who stands where.
pub(super) fn places(rows: &[SheetRow]) -> HashMap<StudentId, usize> {
    rows.iter().enumerate().map(|(place, row)| (row.student.clone(), place)).collect()
}

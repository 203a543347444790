//! A store in miniature for the property test: cells with versions, one act after the other, conflicts as the
//! backend makes them.

use std::collections::{BTreeMap, HashMap};

use super::*;
use crate::protocol::{CellConflict, Failure};

type At = (StudentId, EvaluationId);

pub struct Server {
    pub view: SheetView,
    /// What each act stored.
    acts: HashMap<ActId, Reply>,
    pub stored: BTreeMap<At, Vec<Option<MarkValue>>>,
}

impl Server {
    pub fn new() -> Self {
        let mut view = view();
        // Short enough not to be cut: a cut ends in the sign of saving.
        view.rows[4].first_name = sample::name("Mariam");
        Self { view, acts: HashMap::new(), stored: BTreeMap::new() }
    }

    pub fn cell(&mut self, student: &StudentId, evaluation: &EvaluationId) -> &mut CellView {
        let column = self.view.evaluations.iter().position(|column| column.id == *evaluation).expect("column");
        let row = self.view.rows.iter_mut().find(|row| row.student == *student).expect("row");
        &mut row.cells[column]
    }

    /// Somebody else writes.
    pub fn meddle(&mut self, student: &StudentId, evaluation: &EvaluationId, value: Option<MarkValue>) {
        let cell = self.cell(student, evaluation);
        *cell = CellView { value, version: cell.version + 1 };
    }

    pub fn answer(&mut self, request: &Request) -> Result<Reply, Failure> {
        match request {
            Request::OpenSheet(_) => Ok(Reply::Sheet(Box::new(self.view.clone()))),
            Request::SetMark(mark) => self.set(mark),
            Request::UndoMark { .. } | Request::RedoMark { .. } => Err(Failure::refused(crate::protocol::Why::Nothing)),
            _ => Ok(Reply::Done),
        }
    }

    fn set(&mut self, mark: &SetMark) -> Result<Reply, Failure> {
        if let Some(done) = self.acts.get(&mark.act) {
            return Ok(done.clone());
        }
        let cell = self.cell(&mark.student, &mark.evaluation);
        if mark.expect.is_some_and(|expect| expect != cell.version) {
            return Err(Failure::Cell(Box::new(CellConflict {
                evaluation: mark.evaluation.clone(),
                student: mark.student.clone(),
                theirs: cell.value,
                version: cell.version,
                by: "Moussa".into(),
                own: false,
                at: at(),
            })));
        }
        *cell = CellView { value: mark.value, version: cell.version + 1 };
        let reply = stored(mark, cell.version);
        self.stored.entry((mark.student.clone(), mark.evaluation.clone())).or_default().push(mark.value);
        self.acts.insert(mark.act.clone(), reply.clone());
        Ok(reply)
    }
}

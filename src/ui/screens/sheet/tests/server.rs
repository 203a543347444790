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
            Request::SetMarks(marks) => Ok(self.set_all(marks)),
            Request::UndoMark { .. } | Request::RedoMark { .. } => Err(Failure::refused(crate::protocol::Why::Nothing)),
            _ => Ok(Reply::Done),
        }
    }

    fn set_all(&mut self, marks: &SetMarks) -> Reply {
        if let Some(done) = self.acts.get(&marks.act) {
            return done.clone();
        }
        let mut refused = Vec::new();
        for cell in &marks.cells {
            let stands = *self.cell(&cell.student, &cell.evaluation);
            if stands.value != cell.value && cell.expect.is_some_and(|expect| expect != stands.version) {
                let (evaluation, student) = (cell.evaluation.clone(), cell.student.clone());
                let why = Failure::Cell(Box::new(clash(&student, &evaluation, stands)));
                refused.push(CellRefused { evaluation, student, why });
            } else {
                let version = stands.version + u64::from(stands.value != cell.value);
                *self.cell(&cell.student, &cell.evaluation) = CellView { value: cell.value, version };
                self.stored.entry((cell.student.clone(), cell.evaluation.clone())).or_default().push(cell.value);
            }
        }
        let written = marks.cells.iter().filter(|cell| {
            !refused.iter().any(|other| other.student == cell.student && other.evaluation == cell.evaluation)
        });
        let written: Vec<CellSet> = written.cloned().collect();
        let standing = |cell: &CellSet| {
            let stands = *self.cell(&cell.student, &cell.evaluation);
            let (evaluation, student) = (cell.evaluation.clone(), cell.student.clone());
            CellWritten { evaluation, student, value: stands.value, version: stands.version }
        };
        let written = written.iter().map(standing).collect();
        let set = MarksSet { sheet: key(), written, refused, at: at(), undo: true, redo: false };
        let reply = Reply::MarksSet(Box::new(set));
        self.acts.insert(marks.act.clone(), reply.clone());
        reply
    }

    fn set(&mut self, mark: &SetMark) -> Result<Reply, Failure> {
        if let Some(done) = self.acts.get(&mark.act) {
            return Ok(done.clone());
        }
        let cell = self.cell(&mark.student, &mark.evaluation);
        if mark.expect.is_some_and(|expect| expect != cell.version) {
            return Err(Failure::Cell(Box::new(clash(&mark.student, &mark.evaluation, *cell))));
        }
        *cell = CellView { value: mark.value, version: cell.version + 1 };
        let reply = stored(mark, cell.version);
        self.stored.entry((mark.student.clone(), mark.evaluation.clone())).or_default().push(mark.value);
        self.acts.insert(mark.act.clone(), reply.clone());
        Ok(reply)
    }
}

fn clash(student: &StudentId, evaluation: &EvaluationId, stands: CellView) -> CellConflict {
    CellConflict {
        evaluation: evaluation.clone(),
        student: student.clone(),
        theirs: stands.value,
        version: stands.version,
        by: "Moussa".into(),
        own: false,
        at: at(),
    }
}

//! `carnet marks paste` and `fill`: several marks of a sheet in one act, each cell's fate shown; the twins of the
//! sheet's paste and `F`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{act, evaluations, import};
use crate::{
    cli::{
        app::App,
        args::{FillMarks, PasteMarks},
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::score::{MarkCode, MarkValue, Score, parse_mark},
    exchange::clipboard,
    protocol::{CellRefused, CellSet, Failure, Field, Reply, Request, SetMarks, SheetView, Why},
    t,
    text::{self, Locale, sanitise},
};

/// What becomes of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Fate {
    Create,
    Update,
    Unchanged,
    Refuse,
}

const FATES: [Fate; 4] = [Fate::Create, Fate::Update, Fate::Unchanged, Fate::Refuse];

fn word(locale: &Locale, fate: Fate) -> String {
    match fate {
        Fate::Create => t!(locale, "cli-fate-new"),
        Fate::Update => t!(locale, "cli-fate-replaced"),
        Fate::Unchanged => t!(locale, "cli-fate-unchanged"),
        Fate::Refuse => t!(locale, "cli-fate-refuse"),
    }
}

/// A cell that something is wanted in: its row and column on the sheet, and what was written for it.
struct Wanted {
    row: usize,
    column: usize,
    typed: String,
}

/// The same, judged.
struct Judged {
    set: CellSet,
    row: usize,
    column: usize,
    before: Option<MarkValue>,
    fate: Fate,
    reason: Option<String>,
}

#[derive(Serialize)]
struct ValueOut {
    score: Option<Score>,
    code: Option<MarkCode>,
}

impl From<MarkValue> for ValueOut {
    fn from(value: MarkValue) -> Self {
        match value {
            MarkValue::Score(score) => Self { score: Some(score), code: None },
            MarkValue::Code(code) => Self { score: None, code: Some(code) },
        }
    }
}

#[derive(Serialize)]
struct CellOut<'a> {
    matricule: &'a str,
    student: String,
    evaluation: &'a str,
    fate: Fate,
    before: Option<ValueOut>,
    after: Option<ValueOut>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct CellsOut<'a> {
    cells: &'a [CellOut<'a>],
    totals: BTreeMap<Fate, u64>,
}

/// `carnet marks paste`.
pub async fn paste(app: &mut App, session: &mut Session, args: &PasteMarks) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let bytes = import::read(&locale, &args.file)?;
    let pasted = String::from_utf8(bytes).map_err(|_| Stop::Failed(t!(locale, "cli-paste-not-text")))?;
    let sheet = evaluations::open(&locale, session, &args.sheet).await?;
    let first = match &args.evaluation {
        Some(title) => place_of(&locale, &sheet, title)?,
        None => 0,
    };
    let from = row_of(&locale, &sheet, args.from.as_deref())?.unwrap_or_default();
    let rows = from..sheet.rows.len();
    let (lines, more) = clipboard::read(pasted.trim_start_matches('\u{feff}'), rows.len());
    let wide = lines.iter().map(Vec::len).max().unwrap_or(0);
    let columns = first..sheet.evaluations.len();
    if more > 0 || wide > columns.len() {
        let columns = wide.saturating_sub(columns.len());
        return Err(Stop::Failed(t!(locale, "cli-paste-beyond", lines = more, columns = columns)));
    }
    let mut wanted = Vec::new();
    for (row, texts) in rows.zip(lines) {
        let cells = columns.clone().zip(texts).filter(|(_, typed)| !typed.is_empty());
        wanted.extend(cells.map(|(column, typed)| Wanted { row, column, typed }));
    }
    enter(app, session, &sheet, wanted, (args.dry_run, args.only_good)).await
}

/// `carnet marks fill`: the cells without a mark; with `--replace` all.
pub async fn fill(app: &mut App, session: &mut Session, args: &FillMarks) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let sheet = evaluations::open(&locale, session, &args.sheet).await?;
    let column = place_of(&locale, &sheet, &args.evaluation)?;
    let from = row_of(&locale, &sheet, args.from.as_deref())?.unwrap_or_default();
    let to = row_of(&locale, &sheet, args.to.as_deref())?.unwrap_or(sheet.rows.len());
    let empty = |cells: &[crate::protocol::CellView]| cells.get(column).is_none_or(|cell| cell.value.is_none());
    let here = sheet.rows.iter().enumerate().skip(from).take_while(|(row, _)| *row <= to);
    let wanted = here.filter(|(_, row)| !row.left && (args.replace || empty(&row.cells))).map(|(row, _)| Wanted {
        row,
        column,
        typed: clipboard::cell(&args.value),
    });
    let wanted: Vec<Wanted> = wanted.collect();
    enter(app, session, &sheet, wanted, (args.dry_run, false)).await
}

fn place_of(locale: &Locale, sheet: &SheetView, title: &str) -> Result<usize, Stop> {
    let id = &resolve::evaluation(locale, sheet, title)?.id;
    let place = sheet.evaluations.iter().position(|column| column.id == *id);
    place.ok_or_else(|| resolve::refuse(locale, Field::Title, Why::Unknown { what: title.to_owned() }))
}

fn row_of(locale: &Locale, sheet: &SheetView, typed: Option<&str>) -> Result<Option<usize>, Stop> {
    let Some(typed) = typed else { return Ok(None) };
    let wanted = resolve::matricule(locale, typed)?;
    let unknown = || resolve::refuse(locale, Field::Student, Why::Unknown { what: typed.to_owned() });
    sheet.rows.iter().position(|row| row.matricule == wanted).map(Some).ok_or_else(unknown)
}

fn judge(locale: &Locale, sheet: &SheetView, wanted: &Wanted) -> Option<Judged> {
    let (row, column) = (sheet.rows.get(wanted.row)?, sheet.evaluations.get(wanted.column)?);
    let cell = row.cells.get(wanted.column).copied().unwrap_or_default();
    let refuse = |why| Some(text::failure(locale, &Failure::refused(why)));
    let (value, fate, reason) = match parse_mark(&wanted.typed, column.scale) {
        Err(error) => (None, Fate::Refuse, Some(text::mark_error(locale, error))),
        Ok(_) if row.left => (None, Fate::Refuse, refuse(Why::NotInClass)),
        Ok(value) if value == cell.value => (value, Fate::Unchanged, None),
        Ok(value) if cell.value.is_none() => (value, Fate::Create, None),
        Ok(value) => (value, Fate::Update, None),
    };
    let (evaluation, student) = (column.id.clone(), row.student.clone());
    let set = CellSet { evaluation, student, value, expect: Some(cell.version) };
    Some(Judged { set, row: wanted.row, column: wanted.column, before: cell.value, fate, reason })
}

/// Shows what becomes of each cell, and does it, unless it is a try or something is refused.
async fn enter(
    app: &mut App,
    session: &mut Session,
    sheet: &SheetView,
    wanted: Vec<Wanted>,
    (dry, only_good): (bool, bool),
) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let mut cells: Vec<Judged> = wanted.iter().filter_map(|wanted| judge(&locale, sheet, wanted)).collect();
    let count = |cells: &[Judged], fate| cells.iter().filter(|cell| cell.fate == fate).count();
    let refused = count(&cells, Fate::Refuse);
    let changes = |cell: &&Judged| matches!(cell.fate, Fate::Create | Fate::Update);
    let sets: Vec<CellSet> = cells.iter().filter(changes).map(|cell| cell.set.clone()).collect();
    if sets.len() > SetMarks::MAX {
        let said = t!(locale, "sheet-preview-too-many", count = sets.len(), max = SetMarks::MAX);
        return Err(Stop::Failed(said));
    }
    let stopped = refused > 0 && !only_good;
    if dry || stopped || sets.is_empty() {
        print(app, sheet, &cells)?;
        return if stopped {
            Err(Stop::Failed(t!(locale, "cli-paste-refused", count = refused)))
        } else if dry {
            app.out.say(&t!(locale, "cli-import-dry"))
        } else {
            app.out.say(&t!(locale, "cli-import-nothing"))
        };
    }
    let request = SetMarks { act: act(), sheet: sheet.key.clone(), cells: sets };
    let Reply::MarksSet(done) = session.ask(Request::SetMarks(Box::new(request))).await? else {
        return Err(unexpected(&locale));
    };
    left_out(&locale, &mut cells, &done.refused);
    print(app, sheet, &cells)?;
    if !done.refused.is_empty() {
        let (done, count) = (done.written.len(), done.refused.len());
        return Err(Stop::Failed(t!(locale, "cli-paste-left-out", done = done, count = count)));
    }
    app.out.say(&t!(locale, "cli-paste-done", count = done.written.len()))
}

/// What somebody else has moved on since the sheet was read.
fn left_out(locale: &Locale, cells: &mut [Judged], refused: &[CellRefused]) {
    for cell in refused {
        let here = |known: &&mut Judged| known.set.student == cell.student && known.set.evaluation == cell.evaluation;
        if let Some(known) = cells.iter_mut().find(here) {
            (known.fate, known.reason) = (Fate::Refuse, Some(text::failure(locale, &cell.why)));
        }
    }
}

fn print(app: &mut App, sheet: &SheetView, cells: &[Judged]) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let mut totals: BTreeMap<Fate, u64> = FATES.into_iter().map(|fate| (fate, 0)).collect();
    let mut shown: Vec<CellOut<'_>> = Vec::new();
    for cell in cells {
        let (Some(row), Some(column)) = (sheet.rows.get(cell.row), sheet.evaluations.get(cell.column)) else {
            continue;
        };
        let total = totals.entry(cell.fate).or_default();
        *total = total.saturating_add(1);
        shown.push(CellOut {
            matricule: row.matricule.as_str(),
            student: format!("{} {}", row.last_name.as_str().to_uppercase(), row.first_name),
            evaluation: column.title.as_str(),
            fate: cell.fate,
            before: cell.before.map(ValueOut::from),
            after: cell.set.value.map(ValueOut::from),
            reason: cell.reason.as_deref(),
        });
    }
    let columns = vec![
        Column::text("matricule", t!(locale, "cli-col-matricule")),
        Column::text("student", t!(locale, "cli-col-student")),
        Column::text("evaluation", t!(locale, "cli-col-evaluation")),
        Column::text("fate", t!(locale, "cli-col-fate")),
        Column::text("before", t!(locale, "cli-col-before")),
        Column::text("after", t!(locale, "cli-col-after")),
        Column::text("reason", t!(locale, "cli-col-reason")),
    ];
    let point = locale.lang().decimal();
    let value = |value: &Option<ValueOut>| {
        let text = value.as_ref().map(|value| match (value.score, value.code) {
            (Some(score), _) => score.short(point),
            (None, code) => code.map(MarkCode::as_str).unwrap_or_default().to_owned(),
        });
        Cell::maybe(text)
    };
    app.out.object_of_rows(&CellsOut { cells: &shown, totals }, columns, &shown, |cell| {
        vec![
            Cell::text(cell.matricule),
            Cell::text(sanitise::line(&cell.student)),
            Cell::text(cell.evaluation),
            Cell::text(word(&locale, cell.fate)),
            value(&cell.before),
            value(&cell.after),
            Cell::maybe(cell.reason),
        ]
    })
}

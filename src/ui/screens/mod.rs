//! The screens. Each is a folder with its keys, its state, its `update` and its `view`; none names another: they meet
//! by [`Route`]s.

pub mod assignments;
pub mod audit;
pub mod bulletin;
pub mod classes;
pub mod closing;
pub mod completion;
pub mod deleted_students;
pub mod evaluation_form;
pub mod evaluations;
pub mod guardians;
pub mod health;
pub mod home;
pub mod import;
pub mod kept;
pub mod levels;
pub mod lock;
pub mod login;
pub mod menu;
pub mod my_marks;
pub mod options;
pub mod password;
pub mod phrases;
pub mod rules;
pub mod setup_list;
pub mod sheet;
pub mod sheet_picker;
pub mod statistics;
pub mod student_card;
pub mod student_form;
pub mod students;
pub mod subjects;
pub mod time_machine;
pub mod turn;
pub mod users;
pub mod wizard;
pub mod years;

use ratatui::{Frame, layout::Rect};
use serde::{Deserialize, Serialize};

use sheet_picker::Purpose;

use super::{ctx::Ctx, effect::Effect, keymap::KeyLine, msg::ScreenMsg};
use crate::{
    domain::{
        entities::Role,
        id::{ClassId, StudentId},
        query::{Cursor, Filter, Sort},
    },
    protocol::{BulletinKey, SheetKey},
};

/// A screen.
pub trait Screen {
    /// For the title line, the help and the palette; in the user's language.
    fn title(&self, ctx: &Ctx) -> String;

    /// The keys that work now, with a reason for those that do not. From the screen's tables by [`super::keymap`].
    fn keys(&self, ctx: &Ctx) -> Vec<KeyLine>;

    /// A text field has the keys: letters and `?`, `:`, `q` go to it.
    fn typing(&self) -> bool {
        false
    }

    /// Something typed would be lost if the screen were closed: closing asks first.
    fn unsaved(&self) -> bool {
        false
    }

    /// What of it waits to be stored, by name, for the question before closing.
    fn waiting(&self, _ctx: &Ctx) -> Option<String> {
        None
    }

    /// Changes the state. It holds no channel and no clock; what it wants done it gives back.
    fn update(&mut self, ctx: &Ctx, msg: ScreenMsg) -> Vec<Effect>;

    /// Draws the body, and puts the real cursor on the selected row or edited cell.
    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect);

    /// Where it is, if it has moved on since it was opened.
    fn here(&self) -> Option<Route> {
        None
    }

    /// It wants `ScreenMsg::Tick` each second (only while it waits for time to pass).
    fn wants_tick(&self) -> bool {
        false
    }

    /// It hears news while other screens lie over it. One that reads all again when it is come back to need not.
    fn hears_below(&self) -> bool {
        true
    }

    /// It is the login screen.
    fn is_login(&self) -> bool {
        false
    }

    /// The least columns it needs; fewer are refused kindly.
    fn least_width(&self) -> u16 {
        80
    }
}

/// Where one can go. Kept on quit, so that one comes back to where one left: ids and choices only, nobody's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    Home,
    Password,
    Health,
    /// Who did what.
    Audit,
    /// The students table; of one class, or of all; with `points`, those whose average is between that many points
    /// and one more.
    Students {
        class: Option<ClassId>,
        #[serde(default)]
        points: Option<u8>,
    },
    /// A student's card. `place`: in the list it was opened from.
    Student {
        id: StudentId,
        #[serde(skip)]
        place: Option<Box<Place>>,
    },
    StudentNew,
    StudentEdit(StudentId),
    Guardians(StudentId),
    /// All guardians of the school.
    Directory,
    /// Which sheet; at that class, if one is given.
    SheetPicker {
        class: Option<ClassId>,
    },
    /// Which sheet's evaluations.
    EvaluationPicker,
    /// The evaluations of a sheet as a list.
    Evaluations {
        key: SheetKey,
    },
    /// A class sheet, with the cursor on that student.
    Sheet {
        key: SheetKey,
        student: Option<StudentId>,
    },
    /// Which class's appreciations, follow-up or council.
    RemarksPicker,
    FollowUpPicker,
    CouncilPicker,
    /// What is written beside the marks, with the cursor on that student.
    Bulletin {
        key: BulletinKey,
        student: Option<StudentId>,
    },
    Phrases,
    /// A sheet as it stood.
    TimeMachine {
        key: SheetKey,
    },
    DeletedStudents,
    Years,
    Levels,
    Classes,
    Subjects,
    /// Who takes which option.
    Options,
    Assignments,
    Users,
    Rules,
    Closing,
    /// What becomes of everybody at the end of the year; of the students of a class, or class by class.
    Turn {
        class: Option<ClassId>,
    },
    Statistics,
    /// How far the marks are entered.
    Completion,
    Import,
    /// Marks kept on this machine.
    Kept,
    /// The marks of the own children, for staff.
    MyMarks,
}

/// A place in a list of students: whom, in which order, where. What was typed to find them is not kept on quit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub filter: Filter,
    pub sort: Sort,
    pub cursor: Cursor,
}

/// Makes the screen of a route.
#[must_use]
pub fn open(route: &Route, ctx: &Ctx) -> Box<dyn Screen> {
    match route {
        Route::Home => match ctx.who().map(|who| who.role) {
            // They have nothing to choose from: home is what they came for.
            Some(Role::Student | Role::Parent) => Box::new(my_marks::MyMarksScreen::new()),
            Some(Role::Admin | Role::Head | Role::Bursar | Role::Secretary | Role::Supervisor | Role::Teacher)
            | None => Box::new(home::Home::new(ctx)),
        },
        Route::Password => Box::new(password::ChangePassword::new(ctx, false)),
        Route::SheetPicker { class } => Box::new(sheet_picker::SheetPicker::new(ctx, class.clone(), Purpose::Marks)),
        Route::EvaluationPicker => Box::new(sheet_picker::SheetPicker::new(ctx, None, Purpose::Evaluations)),
        Route::Evaluations { key } => Box::new(evaluations::Evaluations::new(key.clone())),
        Route::Sheet { key, student } => Box::new(sheet::Sheet::new(key.clone(), student.clone())),
        Route::RemarksPicker => Box::new(sheet_picker::SheetPicker::new(ctx, None, Purpose::Remarks)),
        Route::FollowUpPicker => Box::new(sheet_picker::SheetPicker::new(ctx, None, Purpose::FollowUp)),
        Route::CouncilPicker => Box::new(sheet_picker::SheetPicker::new(ctx, None, Purpose::Council)),
        Route::Bulletin { key, student } => Box::new(bulletin::Bulletin::new(key.clone(), student.clone())),
        Route::Phrases => Box::new(phrases::screen()),
        Route::TimeMachine { key } => Box::new(time_machine::TimeMachine::new(key.clone())),
        Route::Audit => Box::new(audit::AuditScreen::new()),
        Route::Health => Box::new(health::HealthScreen::new()),
        Route::Students { class, points } => Box::new(students::Students::new(ctx, class.clone()).between(*points)),
        Route::MyMarks => Box::new(my_marks::MyMarksScreen::new()),
        Route::Kept => Box::new(kept::Kept::default()),
        Route::Import => Box::new(import::Import::new()),
        Route::Completion => Box::new(completion::Completion::new(ctx)),
        Route::Statistics => Box::new(statistics::Statistics::new(ctx)),
        Route::Student { id, place } => Box::new(student_card::StudentScreen::new(ctx, id.clone(), place.clone())),
        Route::StudentNew => Box::new(student_form::StudentForm::new(ctx, None)),
        Route::StudentEdit(id) => Box::new(student_form::StudentForm::new(ctx, Some(id.clone()))),
        Route::Directory => Box::new(guardians::directory()),
        Route::Guardians(id) => Box::new(guardians::screen(id.clone())),
        Route::DeletedStudents => Box::new(deleted_students::screen()),
        Route::Years => Box::new(years::screen()),
        Route::Levels => Box::new(levels::screen()),
        Route::Options => Box::new(options::Options::new(ctx)),
        Route::Classes => Box::new(classes::screen()),
        Route::Subjects => Box::new(subjects::screen()),
        Route::Assignments => Box::new(assignments::screen()),
        Route::Users => Box::new(users::screen()),
        Route::Rules => Box::new(rules::Rules::new()),
        Route::Closing => Box::new(closing::Closing::new()),
        Route::Turn { class } => Box::new(turn::Turn::new(class.clone())),
    }
}

//! The keys of the student form.

use crate::ui::keymap::Binding;

/// In the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Save,
    /// Save, and go on with an empty form for the next one.
    SaveNext,
    Marks,
    Next,
    Previous,
    Change,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["<C-s>"], action: Do::Save, help: "student-form-save", hint: Some("student-form-save") },
    Binding {
        keys: &["<tab>", "<down>", "<enter>"],
        action: Do::Next,
        help: "student-form-key-next",
        hint: Some("student-form-hint-next"),
    },
    Binding { keys: &["<S-tab>", "<up>"], action: Do::Previous, help: "student-form-key-previous", hint: None },
    Binding { keys: &["<right>", "<left>"], action: Do::Change, help: "student-form-key-change", hint: None },
    Binding {
        keys: &["<f6>"],
        action: Do::SaveNext,
        help: "student-form-key-save-next",
        hint: Some("student-form-hint-save-next"),
    },
    Binding {
        keys: &["<f4>"],
        action: Do::Marks,
        help: "student-form-key-marks",
        hint: Some("student-form-hint-marks"),
    },
];

/// In the first marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarksDo {
    Save,
    SaveNext,
    Next,
    Previous,
    Fields,
}

pub const MARKS: &[Binding<MarksDo>] = &[
    Binding { keys: &["<C-s>"], action: MarksDo::Save, help: "student-form-save", hint: Some("student-form-save") },
    Binding {
        keys: &["<enter>", "<tab>", "<down>"],
        action: MarksDo::Next,
        help: "student-form-mark-next",
        hint: Some("student-form-mark-next"),
    },
    Binding {
        keys: &["<f6>"],
        action: MarksDo::SaveNext,
        help: "student-form-key-save-next",
        hint: Some("student-form-hint-save-next"),
    },
    Binding { keys: &["<S-tab>", "<up>"], action: MarksDo::Previous, help: "student-form-mark-previous", hint: None },
    Binding {
        keys: &["<esc>", "<f4>"],
        action: MarksDo::Fields,
        help: "student-form-key-fields",
        hint: Some("student-form-key-fields"),
    },
];

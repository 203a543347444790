//! The keys of dictation. Letters narrow the name, digits begin the mark: they are typed, not looked up.

use crate::ui::keymap::Binding;

/// What a key does while papers are dictated; all others are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DictateDo {
    /// Takes the student; then hands the mark in.
    Confirm,
    Next,
    Previous,
    Erase,
    /// From the mark to the name, from the name to nothing typed, from there out.
    Back,
}

pub const DICTATE_KEYS: &[Binding<DictateDo>] = &[
    Binding {
        keys: &["<enter>", "<tab>"],
        action: DictateDo::Confirm,
        help: "sheet-dictate-key-confirm",
        hint: Some("sheet-dictate-hint-confirm"),
    },
    Binding {
        keys: &["<down>"],
        action: DictateDo::Next,
        help: "sheet-dictate-key-next",
        hint: Some("sheet-dictate-hint-next"),
    },
    Binding { keys: &["<up>"], action: DictateDo::Previous, help: "sheet-dictate-key-previous", hint: None },
    Binding { keys: &["<backspace>"], action: DictateDo::Erase, help: "sheet-dictate-key-erase", hint: None },
    Binding {
        keys: &["<esc>"],
        action: DictateDo::Back,
        help: "sheet-dictate-key-back",
        hint: Some("sheet-dictate-hint-back"),
    },
];

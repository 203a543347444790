//! The keys of the preview and of the line in which a filling is typed.

use crate::ui::keymap::Binding;

/// What a key does while the fate of each cell is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviewDo {
    Enter,
    Cancel,
    Down,
    Up,
    PageDown,
    PageUp,
    NextRefused,
}

pub const PREVIEW_KEYS: &[Binding<PreviewDo>] = &[
    Binding {
        keys: &["<enter>"],
        action: PreviewDo::Enter,
        help: "sheet-preview-key-enter",
        hint: Some("sheet-preview-hint-enter"),
    },
    Binding {
        keys: &["<esc>"],
        action: PreviewDo::Cancel,
        help: "sheet-preview-key-cancel",
        hint: Some("sheet-preview-hint-cancel"),
    },
    Binding {
        keys: &["<tab>", "n"],
        action: PreviewDo::NextRefused,
        help: "sheet-preview-key-refused",
        hint: Some("sheet-preview-hint-refused"),
    },
    Binding { keys: &["<down>", "j"], action: PreviewDo::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: PreviewDo::Up, help: "key-up", hint: None },
    Binding { keys: &["<pagedown>"], action: PreviewDo::PageDown, help: "sheet-key-page-down", hint: None },
    Binding { keys: &["<pageup>"], action: PreviewDo::PageUp, help: "sheet-key-page-up", hint: None },
];

/// What a key does while a filling is typed; all others are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FillDo {
    Show,
    Cancel,
}

pub const FILL_KEYS: &[Binding<FillDo>] = &[
    Binding {
        keys: &["<enter>"],
        action: FillDo::Show,
        help: "sheet-fill-key-show",
        hint: Some("sheet-fill-hint-show"),
    },
    Binding {
        keys: &["<esc>"],
        action: FillDo::Cancel,
        help: "sheet-fill-key-cancel",
        hint: Some("sheet-preview-hint-cancel"),
    },
];

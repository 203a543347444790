//! The keys of the rules screen.

use crate::ui::keymap::Binding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    Edit,
    Use,
    Preset,
    Down,
    Up,
    ShowDown,
    ShowUp,
    Refresh,
}

pub const KEYS: &[Binding<Do>] = &[
    Binding { keys: &["e", "<enter>"], action: Do::Edit, help: "rules-key-edit", hint: Some("rules-hint-edit") },
    Binding { keys: &["v"], action: Do::Use, help: "rules-key-use", hint: Some("rules-hint-use") },
    Binding { keys: &["m"], action: Do::Preset, help: "rules-key-preset", hint: Some("rules-hint-preset") },
    Binding { keys: &["<pagedown>"], action: Do::ShowDown, help: "rules-key-show-down", hint: Some("rules-hint-show") },
    Binding { keys: &["<pageup>"], action: Do::ShowUp, help: "rules-key-show-up", hint: None },
    Binding { keys: &["<down>", "j"], action: Do::Down, help: "key-down", hint: None },
    Binding { keys: &["<up>", "k"], action: Do::Up, help: "key-up", hint: None },
    Binding { keys: &["<f5>"], action: Do::Refresh, help: "health-key-refresh", hint: None },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormDo {
    Save,
    Leave,
}

pub const FORM_KEYS: &[Binding<FormDo>] = &[
    Binding { keys: &["<C-s>"], action: FormDo::Save, help: "rules-key-save", hint: Some("rules-hint-save") },
    Binding { keys: &["<esc>"], action: FormDo::Leave, help: "rules-key-leave", hint: Some("rules-hint-leave") },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkDo {
    Stop,
}

pub const WORK_KEYS: &[Binding<WorkDo>] =
    &[Binding { keys: &["<esc>"], action: WorkDo::Stop, help: "rules-key-stop", hint: Some("rules-hint-stop") }];

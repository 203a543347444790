//! Names of keys: `j`, `J`, `<down>`, `<C-p>`, `<S-tab>`, `<f2>`; and how they are shown to people.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::{text::Locale, ui::theme::Theme};

/// Keys with a name: the name, the code, the sign in the footer.
const NAMED: &[(&str, KeyCode, &str)] = &[
    ("enter", KeyCode::Enter, "↵"),
    ("esc", KeyCode::Esc, "Esc"),
    ("tab", KeyCode::Tab, "Tab"),
    ("backspace", KeyCode::Backspace, "⌫"),
    ("delete", KeyCode::Delete, "Suppr"),
    ("insert", KeyCode::Insert, "Inser"),
    ("up", KeyCode::Up, "↑"),
    ("down", KeyCode::Down, "↓"),
    ("left", KeyCode::Left, "←"),
    ("right", KeyCode::Right, "→"),
    ("home", KeyCode::Home, "Home"),
    ("end", KeyCode::End, "End"),
    ("pageup", KeyCode::PageUp, "PgUp"),
    ("pagedown", KeyCode::PageDown, "PgDn"),
    ("space", KeyCode::Char(' '), "Space"),
    ("lt", KeyCode::Char('<'), "<"),
];

/// The name of a pressed key; empty for keys that have none.
#[must_use]
pub fn name(key: KeyEvent) -> String {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    let shift = key.modifiers.contains(KeyModifiers::SHIFT);
    let (bare, shift) = match key.code {
        KeyCode::Char(c) if c != ' ' && c != '<' => {
            if !control && !alt {
                return c.to_string();
            }
            (c.to_lowercase().to_string(), false)
        }
        KeyCode::BackTab => ("tab".to_owned(), true),
        KeyCode::F(n) => (format!("f{n}"), shift),
        code => match NAMED.iter().find(|(_, named, _)| *named == code) {
            Some((name, ..)) => ((*name).to_owned(), shift && !matches!(code, KeyCode::Char(_))),
            None => return String::new(),
        },
    };
    let mark = |on: bool, mark: &'static str| if on { mark } else { "" };
    format!("<{}{}{}{bare}>", mark(control, "C-"), mark(alt, "A-"), mark(shift, "S-"))
}

/// The key of that name.
#[must_use]
pub fn parse(name: &str) -> Option<KeyEvent> {
    let Some(mut inner) = name.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) else {
        let mut chars = name.chars();
        return match (chars.next(), chars.next()) {
            (Some(c), None) => Some(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)),
            _ => None,
        };
    };
    let mut modifiers = KeyModifiers::NONE;
    for (mark, modifier) in [("C-", KeyModifiers::CONTROL), ("A-", KeyModifiers::ALT), ("S-", KeyModifiers::SHIFT)] {
        if let Some(rest) = inner.strip_prefix(mark) {
            inner = rest;
            modifiers |= modifier;
        }
    }
    if inner == "tab" && modifiers.contains(KeyModifiers::SHIFT) {
        return Some(KeyEvent::new(KeyCode::BackTab, modifiers));
    }
    let named = NAMED.iter().find(|(name, ..)| *name == inner).map(|(_, code, _)| *code);
    let function = || inner.strip_prefix('f').and_then(|n| n.parse().ok()).map(KeyCode::F);
    let single = || {
        let mut chars = inner.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Some(KeyCode::Char(c)),
            _ => None,
        }
    };
    named.or_else(single).or_else(function).map(|code| KeyEvent::new(code, modifiers))
}

/// As the footer and the help show it: `↵`, `Ctrl-P`, `F2`, `Espace`. In plain mode words instead of signs.
#[must_use]
pub fn label(locale: &Locale, theme: &Theme, name: &str) -> String {
    let Some(mut inner) = name.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) else {
        return name.to_owned();
    };
    let mut shown = String::new();
    for (mark, word) in [("C-", "Ctrl-"), ("A-", "Alt-"), ("S-", "Maj-")] {
        if let Some(rest) = inner.strip_prefix(mark) {
            inner = rest;
            shown.push_str(&if mark == "S-" { locale.get("keyname-shift") } else { word.to_owned() });
        }
    }
    let id = format!("keyname-{inner}");
    let sign = NAMED.iter().find(|(name, ..)| *name == inner).map(|(_, _, sign)| *sign);
    match sign {
        Some(sign) if !sign.is_ascii() && !theme.plain => shown.push_str(sign),
        _ if locale.has(&id) => shown.push_str(&locale.get(&id)),
        Some(sign) => shown.push_str(sign),
        None => shown.push_str(&inner.to_uppercase()),
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_keys_are_one_to_one() {
        for text in ["j", "J", "é", "<down>", "<C-p>", "<S-tab>", "<f12>", "<space>", "<lt>", "<C-A-x>", "<S-down>"] {
            assert_eq!(parse(text).map(name).as_deref(), Some(text));
        }
        assert_eq!(parse("<nokey>"), None);
        assert_eq!(name(KeyEvent::new(KeyCode::Char('P'), KeyModifiers::CONTROL)), "<C-p>");
    }
}

//! Colours and signs. Nothing is said by colour alone: each tone also differs by a sign, a word or a modifier.

use ratatui::style::{Color, Modifier, Style};
use serde::{Deserialize, Serialize};

/// The themes one can choose (`ui.theme`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeName {
    #[default]
    Default,
    HighContrast,
    Mono,
}

impl ThemeName {
    pub const ALL: [Self; 3] = [Self::Default, Self::HighContrast, Self::Mono];

    /// Reads `default`, `high-contrast`, `mono`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "default" => Some(Self::Default),
            "high-contrast" => Some(Self::HighContrast),
            "mono" => Some(Self::Mono),
            _ => None,
        }
    }

    /// The next one, around.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Default => Self::HighContrast,
            Self::HighContrast => Self::Mono,
            Self::Mono => Self::Default,
        }
    }
}

/// What a piece of text is, not how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Text,
    /// Title line.
    Title,
    /// Headings of columns and sections.
    Heading,
    /// Less important.
    Dim,
    /// The row or item under the cursor.
    Selected,
    Good,
    Warn,
    Bad,
    Border,
    /// A key's name in the footer.
    Key,
    /// The inside of a text field.
    Field,
    /// The same, with the keys.
    Focus,
}

/// A theme in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    pub name: ThemeName,
    /// No borders, boxes, spinners, arrows: for screen readers and dumb terminals (`ui.plain`).
    pub plain: bool,
    /// `false`: the terminal asks for none (`NO_COLOR`).
    pub colours: bool,
}

impl Theme {
    /// `no_color` (the `NO_COLOR` variable) turns every theme into the one without colours.
    #[must_use]
    pub fn new(name: ThemeName, plain: bool, no_color: bool) -> Self {
        Self { name: if no_color { ThemeName::Mono } else { name }, plain, colours: !no_color }
    }

    #[must_use]
    pub fn style(&self, tone: Tone) -> Style {
        match self.name {
            ThemeName::Default => default(tone),
            ThemeName::HighContrast => high_contrast(tone),
            ThemeName::Mono => mono(tone),
        }
    }

    /// The sign before the selected item.
    #[must_use]
    pub fn pointer(&self) -> &'static str {
        if self.plain { ">" } else { "▸" }
    }

    /// The sign before good news and checked items.
    #[must_use]
    pub fn tick(&self) -> &'static str {
        if self.plain { "+" } else { "✓" }
    }
}

fn default(tone: Tone) -> Style {
    let style = Style::new();
    match tone {
        Tone::Text => style,
        Tone::Title => style.add_modifier(Modifier::BOLD).fg(Color::Cyan),
        Tone::Heading => style.add_modifier(Modifier::BOLD),
        // Not dark grey: some palettes have it in the colour of the background.
        Tone::Dim | Tone::Border => style.add_modifier(Modifier::DIM),
        Tone::Selected => style.add_modifier(Modifier::REVERSED),
        Tone::Good => style.fg(Color::Green),
        Tone::Warn => style.fg(Color::Yellow),
        Tone::Bad => style.fg(Color::Red).add_modifier(Modifier::BOLD),
        Tone::Key => style.fg(Color::Cyan),
        Tone::Field => style.add_modifier(Modifier::UNDERLINED),
        Tone::Focus => style.add_modifier(Modifier::UNDERLINED | Modifier::BOLD),
    }
}

fn high_contrast(tone: Tone) -> Style {
    let style = Style::new().fg(Color::White).bg(Color::Black);
    match tone {
        Tone::Text | Tone::Dim | Tone::Border => style,
        Tone::Title | Tone::Heading => style.add_modifier(Modifier::BOLD),
        Tone::Selected => Style::new().fg(Color::Black).bg(Color::White).add_modifier(Modifier::BOLD),
        Tone::Good => style.fg(Color::LightGreen).add_modifier(Modifier::BOLD),
        Tone::Warn => style.fg(Color::LightYellow).add_modifier(Modifier::BOLD),
        Tone::Bad => style.fg(Color::LightRed).add_modifier(Modifier::BOLD),
        Tone::Key => style.fg(Color::LightCyan).add_modifier(Modifier::BOLD),
        Tone::Field => style.add_modifier(Modifier::UNDERLINED),
        Tone::Focus => style.add_modifier(Modifier::UNDERLINED | Modifier::BOLD),
    }
}

fn mono(tone: Tone) -> Style {
    let style = Style::new();
    match tone {
        Tone::Text | Tone::Good | Tone::Border => style,
        Tone::Title | Tone::Heading | Tone::Warn | Tone::Bad | Tone::Key => style.add_modifier(Modifier::BOLD),
        Tone::Dim => style.add_modifier(Modifier::DIM),
        Tone::Selected => style.add_modifier(Modifier::REVERSED),
        Tone::Field => style.add_modifier(Modifier::UNDERLINED),
        Tone::Focus => style.add_modifier(Modifier::UNDERLINED | Modifier::BOLD),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_means_none() {
        let theme = Theme::new(ThemeName::HighContrast, false, true);
        for tone in [Tone::Text, Tone::Bad, Tone::Good, Tone::Selected, Tone::Key, Tone::Focus] {
            let style = theme.style(tone);
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }
}

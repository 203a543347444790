//! Words for averages (`domain.md`, Words on paper).

use super::{Band, RuleSet};
use crate::domain::score::Average;

/// The band an average falls in: the highest whose bound it reaches.
#[must_use]
pub fn band(rules: &RuleSet, average: Average) -> Option<&Band> {
    rules.bands.iter().filter(|band| band.from <= average).max_by_key(|band| band.from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules::Preset;

    #[test]
    fn bounds_belong_to_the_band_above() {
        let rules = Preset::Mali.rules();
        let word = |hundredths: u16| {
            Average::from_hundredths(hundredths)
                .and_then(|average| band(&rules, average))
                .map(|band| band.label.to_string())
                .unwrap_or_default()
        };
        assert_eq!(word(0), "Insuffisant");
        assert_eq!(word(999), "Insuffisant");
        assert_eq!(word(1_000), "Passable");
        assert_eq!(word(1_200), "Assez bien");
        assert_eq!(word(1_400), "Bien");
        assert_eq!(word(1_600), "Très bien");
        assert_eq!(word(1_799), "Très bien");
        assert_eq!(word(2_000), "Excellent");
    }
}

//! The line of coefficients by level and series: `Terminale/TSE=5, */TLL=2, 10e=3`, as the command line writes them.

use crate::{
    domain::{entities::LevelCoefficient, text_values::Name},
    protocol::Why,
};

/// As [`parse`] reads it back.
pub(super) fn written(coefficients: &[LevelCoefficient]) -> String {
    let name = |name: &Option<Name>| name.as_ref().map_or_else(|| "*".to_owned(), |name| name.as_str().to_owned());
    let one = |entry: &LevelCoefficient| match &entry.series {
        None => format!("{}={}", name(&entry.level), entry.coefficient),
        Some(series) => format!("{}/{series}={}", name(&entry.level), entry.coefficient),
    };
    coefficients.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// # Errors
/// Not written so, or above `most`.
pub(super) fn parse(line: &str, most: u8) -> Result<Vec<LevelCoefficient>, Why> {
    let entries = line.split([',', ';']).map(str::trim).filter(|entry| !entry.is_empty());
    entries.map(|entry| one(entry, most)).collect()
}

fn one(entry: &str, most: u8) -> Result<LevelCoefficient, Why> {
    let form = || Why::Form { example: "Terminale/TSE=5, */TLL=2, 10e=3".to_owned() };
    let (place, number) = entry.rsplit_once('=').ok_or_else(form)?;
    let coefficient: u32 = number.trim().parse().map_err(|_| form())?;
    let coefficient = u8::try_from(coefficient).ok().filter(|coefficient| *coefficient <= most);
    let coefficient = coefficient.ok_or(Why::Whole { min: 0, max: i64::from(most) })?;
    let (level, series) = place.split_once('/').map_or((place, None), |(level, series)| (level, Some(series)));
    let name = |text: &str| match text.trim() {
        "" | "*" => Ok(None),
        text => Name::parse(text).map(Some).map_err(Why::Text),
    };
    let (level, series) = (name(level)?, series.map_or(Ok(None), name)?);
    // For any level and any series there is the coefficient itself.
    if level.is_none() && series.is_none() {
        return Err(form());
    }
    Ok(LevelCoefficient { level, series, coefficient })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let line = "Terminale/TSE=5, */TLL=2, 10e=3";
        let read = parse(line, 100).expect("coefficients");
        assert_eq!(read.len(), 3);
        assert_eq!(written(&read), line);
        assert_eq!(parse("  ", 100), Ok(Vec::new()));
    }

    #[test]
    fn what_is_not_so_is_refused() {
        assert_eq!(parse("TSE=101", 100), Err(Why::Whole { min: 0, max: 100 }));
        for line in ["TSE", "TSE=", "*=3", "/=3", "TSE=x"] {
            assert!(matches!(parse(line, 100), Err(Why::Form { .. })), "{line}");
        }
    }
}

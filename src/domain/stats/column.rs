//! Figures of one evaluation's marks, in its own points.

use super::{deviation_of, length, ratio};
use crate::domain::score::{Average, Scale, Score};

/// How many parts of the scale a [`ColumnSummary::distribution`] has.
pub const PARTS: usize = 10;

/// Statistics of the marks of one column; `None` where there is nothing to say. Codes and empty cells take no part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnSummary {
    /// With a score.
    pub count: u64,
    /// In points of the column, as all that follows.
    pub mean: Option<f64>,
    pub min: Option<Score>,
    pub max: Option<Score>,
    /// Population standard deviation.
    pub deviation: Option<f64>,
    /// Share at or above the pass mark brought to the scale, 0 to 1.
    pub pass_rate: Option<f64>,
    /// Counts in tenths of the scale; the full mark counts in the last.
    pub distribution: Vec<u64>,
}

/// Summarises a column's scores. `pass` is out of 20: on /40 a pass mark of 10 is 20 points.
#[must_use]
pub fn column_summary(scores: &[Score], scale: Scale, pass: Average) -> ColumnSummary {
    let count = length(scores.len());
    let hundredths = || scores.iter().map(|score| u64::from(score.hundredths()));
    let sum = hundredths().fold(0_u64, u64::saturating_add);
    let full = u64::from(scale.hundredths());
    // In whole numbers: score / scale ≥ pass / 20.
    let passes = |score: &u64| {
        score.saturating_mul(u64::from(Average::MAX)) >= u64::from(pass.hundredths()).saturating_mul(full)
    };
    let mut distribution = vec![0_u64; PARTS];
    for score in hundredths() {
        let part = score.saturating_mul(10).checked_div(full).unwrap_or(0);
        let part = usize::try_from(part).unwrap_or(PARTS).min(PARTS - 1);
        if let Some(part) = distribution.get_mut(part) {
            *part = part.saturating_add(1);
        }
    }
    ColumnSummary {
        count,
        mean: ratio(sum, count).map(|mean| mean / 100.0),
        min: scores.iter().min().copied(),
        max: scores.iter().max().copied(),
        deviation: deviation_of(hundredths(), sum, count),
        pass_rate: ratio(length(hundredths().filter(passes).count()), count),
        distribution,
    }
}

/// The pass mark in points of that scale, rounded up to hundredths.
#[must_use]
pub fn pass_on(scale: Scale, pass: Average) -> Option<Scale> {
    let product = u32::from(pass.hundredths()).saturating_mul(u32::from(scale.hundredths()));
    u16::try_from(product.div_ceil(u32::from(Average::MAX))).ok().and_then(Scale::from_hundredths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_in_the_points_of_the_column() {
        let forty = Scale::parse("40").expect("scale");
        let pass = Average::from_hundredths(1_000).expect("average");
        let scores: Vec<Score> =
            [3_800, 2_000, 1_999, 4_000].iter().filter_map(|score| Score::new(*score, forty)).collect();
        let told = column_summary(&scores, forty, pass);
        assert_eq!((told.count, told.mean), (4, Some(29.4975)));
        assert_eq!(told.min.map(Score::hundredths), Some(1_999));
        assert_eq!(told.max.map(Score::hundredths), Some(4_000));
        assert_eq!(told.pass_rate, Some(0.75), "20 of 40 passes, 19,99 does not");
        assert_eq!(told.distribution, [0, 0, 0, 0, 1, 1, 0, 0, 0, 2]);
        assert_eq!(pass_on(forty, pass).map(|scale| scale.short(',')), Some("20".to_owned()));
        assert_eq!(pass_on(Scale::parse("7,5").expect("scale"), pass).map(|s| s.short(',')), Some("3,75".to_owned()));
    }

    #[test]
    fn nothing_entered_has_no_figures_and_equal_marks_do_not_deviate() {
        let none = column_summary(&[], Scale::TWENTY, Average::ZERO);
        assert_eq!((none.mean, none.min, none.deviation, none.pass_rate), (None, None, None, None));
        let same = vec![Score::new(1_233, Scale::TWENTY).expect("score"); 7];
        assert_eq!(column_summary(&same, Scale::TWENTY, Average::ZERO).deviation, Some(0.0));
    }
}
